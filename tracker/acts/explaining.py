"""`tracker explain`: why a date is that date, from the log, the versions it was made under, and the core."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.domain import ladder as rungs
from tracker.domain import promises
from tracker.domain.promises import Promise
from tracker.domain.working_time import Stretch, WorkingTime
from tracker.store import entries, teams
from tracker.store import promises as promise_store
from tracker.store.base import db
from tracker.store.entries import Entry
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Calendar, Policy

#: Rungs ahead that are named.
RUNGS_AHEAD = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One date version: the entry that brought it, and the date afterwards (none while the author is asked)."""

    entry: Entry
    value: Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One promise, and how its date came about. Instants in UTC, durations are working time."""

    id: int
    value: Promise
    #: the one it was made under
    calendar: WorkingTime
    calendar_version: int
    policy_version: int
    #: what was worked between the making and the date, day by day
    spans: list[Stretch]
    #: used until now, or until it ended
    elapsed: timedelta
    changes: list[Change]
    #: the next rungs with their instants, under the present calendar and ladder
    ahead: list[tuple[int, datetime]]


def of(suggestion: Suggestion, *, now: datetime) -> list[Explained]:
    """Every promise of a suggestion, oldest first. Reads only; who may is asked by whoever calls."""
    return [_explained(row, suggestion, now) for row in promise_store.all_of(suggestion.id)]


def _explained(row: PromiseRow, suggestion: Suggestion, now: datetime) -> Explained:
    calendar, policy = db.session.get_one(Calendar, row.calendar_id), db.session.get_one(Policy, row.policy_id)
    value, worked = row.value, teams.working_time(calendar)
    return Explained(
        id=row.id,
        value=value,
        calendar=worked,
        calendar_version=calendar.version,
        policy_version=policy.version,
        spans=worked.spans(value.made_at, value.due_at) if value.due_at is not None else [],
        elapsed=promises.elapsed(value, worked, now=max(now, value.made_at)),
        changes=list(_changes(row, suggestion)),
        ahead=list(_ahead(value, suggestion)),
    )


def _changes(row: PromiseRow, suggestion: Suggestion) -> Iterator[Change]:
    """The entries after which the date was another one."""
    last: tuple[int, datetime | None] | None = None
    for entry in entries.timeline(suggestion.id, internal=True):
        facts = entry.facts
        for values in [*([facts["promise"]] if "promise" in facts else []), *facts.get("also", [])]:
            if values["id"] != row.id:
                continue
            value = Promise.from_facts(values)
            if (value.version, value.due_at) != last:
                last = (value.version, value.due_at)
                yield Change(entry=entry, value=value)


def _ahead(value: Promise, suggestion: Suggestion) -> Iterator[tuple[int, datetime]]:
    team = suggestion.team
    calendar, ladder = teams.working_time(team.calendar), teams.ladder(team.policy)
    for rung in range(value.rung + 1, value.rung + 1 + RUNGS_AHEAD):
        at = rungs.rung_at(rung, value, calendar, ladder)
        if at is not None:
            yield rung, at
