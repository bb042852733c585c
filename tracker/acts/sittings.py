"""Answering one by one: a sitting begins, notes what was done in it, and ends."""

from __future__ import annotations

from datetime import datetime

from tracker import access
from tracker.domain import sittings as rules
from tracker.domain.sittings import Step
from tracker.store import sittings, teams
from tracker.store.base import db
from tracker.store.entries import Entry
from tracker.store.people import Person
from tracker.store.sittings import Sitting, SittingStep
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team


def begin(team: Team, *, by: Person, minutes: int | None, now: datetime, is_chosen: bool = False) -> Sitting:
    """A new one, or the one that runs: a page that was opened before it, here or on the other device, ends nothing.

    ``is_chosen`` is for whoever was asked how long they have got: one that runs then has this long from now on, and
    keeps what was done in it. Raises ``BadInput`` for a length that is not offered.
    """
    access.demand_managing(access.membership_in(by, team))
    length = rules.length_of(minutes)
    teams.lock(team.id)  # two that begin at the same moment wait for each other here
    running = sittings.open_of(by.id, team.id)
    if running is not None and not rules.is_over(running.ends_at, None, now=now):
        if is_chosen:
            running.ends_at = now + length
            db.session.flush()
        return running
    _end(team, by=by, now=now)
    sitting = Sitting(team_id=team.id, person_id=by.id, started_at=now, ends_at=now + length)
    db.session.add(sitting)
    db.session.flush()
    return sitting


def note(
    suggestion: Suggestion, what: Step, *, by: Person, now: datetime, entry: Entry | None = None
) -> SittingStep | None:
    """What was done with one suggestion in the last sitting, also when its time ran out over it; none without one."""
    sitting = sittings.last_of(by.id, suggestion.team_id)
    if sitting is None or sitting.ended_at is not None or now > sitting.ends_at + rules.TOLD_FOR:
        return None
    step = SittingStep(
        sitting_id=sitting.id, suggestion_id=suggestion.id, what=what, at=now, entry_id=entry.id if entry else None
    )
    db.session.add(step)
    db.session.flush()
    return step


def end(team: Team, *, by: Person, now: datetime) -> None:
    """Enough for now."""
    teams.lock(team.id)
    _end(team, by=by, now=now)


def _end(team: Team, *, by: Person, now: datetime) -> None:
    running = sittings.open_of(by.id, team.id)
    if running is not None:
        running.ended_at = now
        db.session.flush()
