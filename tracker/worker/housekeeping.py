"""Housekeeping: what has served its time goes, and once a year the next year's holidays come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from flask import current_app

from tracker.acts import attachments, drafts, mail_links, requests, sign_in
from tracker.acts import teams as team_acts
from tracker.domain.health import Tick
from tracker.store import attachments as attachment_store
from tracker.store import inbound_mails, leftovers, pulse, teams
from tracker.store.attachment_files import folder_in
from tracker.store.base import db, reading
from tracker.store.teams import Team
from tracker.worker.rows import attempt

#: A form sent again, or a program that tries again, finds what it made for so long.
REQUESTS_KEPT = timedelta(days=7)
LINKS_KEPT = timedelta(days=2)
ERRORS_KEPT = timedelta(days=30)


def tidy_up(*, now: datetime) -> dict[str, int]:
    """Each in a transaction of its own. Gives counts."""
    settings = current_app.config["TRACKER"]
    chores: dict[str, Callable[[], int]] = {
        "requests": lambda: requests.forget_before(now - REQUESTS_KEPT),
        "links": lambda: leftovers.forget_links_before(now - LINKS_KEPT),
        "used links": lambda: mail_links.forget_before(now),
        "drafts": lambda: drafts.forget_before(now - drafts.KEPT),
        "files never sent": lambda: attachments.forget_unsent(now=now),
        "throttles": lambda: sign_in.forget_before(now - sign_in.FORGET_AFTER),
        "errors": lambda: pulse.forget_errors_before(now - ERRORS_KEPT),
        "mails that came in": lambda: inbound_mails.forget_before(now - settings.mails_kept),
        "keys": lambda: leftovers.blank_keys(now),
    }
    for team_id in _team_ids():
        chores[f"holidays of team {team_id}"] = partial(_extend_holidays, team_id, now)
    chores["files of nobody"] = partial(_forget_files, now)
    done = {name: attempt(Tick.HOUSEKEEPING, name, chore, now=now) for name, chore in chores.items()}
    return {name: count for name, count in done.items() if count}


def _forget_files(now: datetime) -> int:
    """What the database names is asked first, and no transaction is held while the folder is walked through."""
    with reading():
        needed = attachment_store.hashes()
        db.session.remove()
    return attachments.forget_files(folder_in(current_app.config["TRACKER"].data_dir), needed, now=now)


def _team_ids() -> list[int]:
    with reading():
        try:
            return [team.id for team in teams.all_teams()]
        finally:
            db.session.remove()


def _extend_holidays(team_id: int, now: datetime) -> int:
    """Computed holidays reach two years ahead, always. No date that was given moves."""
    return int(team_acts.extend_holidays(db.session.get_one(Team, team_id), now=now))
