"""Housekeeping: what has served its time goes, and once a year the next year's holidays come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from tracker.acts import requests, sign_in
from tracker.acts import teams as team_acts
from tracker.domain.health import Tick
from tracker.store import leftovers, pulse, teams
from tracker.worker.rows import attempt

#: A form sent again, or a program that tries again, finds what it made for so long.
REQUESTS_KEPT = timedelta(days=7)
LINKS_KEPT = timedelta(days=2)
ERRORS_KEPT = timedelta(days=30)


def tidy_up(*, now: datetime) -> dict[str, int]:
    """Each in a transaction of its own. Gives counts."""
    chores: dict[str, Callable[[], int]] = {
        "requests": lambda: requests.forget_before(now - REQUESTS_KEPT),
        "links": lambda: leftovers.forget_links_before(now - LINKS_KEPT),
        "throttles": lambda: sign_in.forget_before(now - sign_in.FORGET_AFTER),
        "errors": lambda: pulse.forget_errors_before(now - ERRORS_KEPT),
        "keys": lambda: leftovers.blank_keys(now),
        "holidays": lambda: sum(team_acts.extend_holidays(team, now=now) for team in teams.all_teams()),
    }
    done = {name: attempt(Tick.HOUSEKEEPING, name, chore, now=now) for name, chore in chores.items()}
    return {name: count for name, count in done.items() if count}
