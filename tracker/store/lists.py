"""Questions over many suggestions at once: pages of them, their promises, and the record."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from tracker.domain.lifecycle import Status
from tracker.domain.promises import PromiseKind, PromiseState, Record, record_of
from tracker.store.base import db
from tracker.store.entries import Entry, EntryKind
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import Suggestion


def page(
    condition: sa.ColumnElement[bool],
    team_id: int,
    *,
    before: int | None = None,
    limit: int = 50,
    status: Status | None = None,
) -> list[Suggestion]:
    """Suggestions of a team that fulfil ``condition`` (what somebody can see), newest first; ``before`` is an id."""
    statement = sa.select(Suggestion).where(Suggestion.team_id == team_id, condition)
    if before is not None:
        statement = statement.where(Suggestion.id < before)
    if status is not None:
        statement = statement.where(Suggestion.status == status)
    return list(db.session.scalars(statement.order_by(Suggestion.id.desc()).limit(limit)))


def running_promises(suggestion_ids: Iterable[int]) -> dict[int, list[PromiseRow]]:
    """The open and suspended promises (tasks left out) of these suggestions, in one query."""
    ids = list(suggestion_ids)
    found: dict[int, list[PromiseRow]] = defaultdict(list)
    if not ids:
        return found
    where = (
        PromiseRow.suggestion_id.in_(ids),
        PromiseRow.state.in_((PromiseState.OPEN, PromiseState.SUSPENDED)),
        PromiseRow.kind != PromiseKind.TASK,
    )
    for row in db.session.scalars(sa.select(PromiseRow).where(*where)):
        found[row.suggestion_id].append(row)
    return found


def record(
    condition: sa.ColumnElement[bool], team_id: int, *, now: datetime, since: datetime | None = None
) -> tuple[Counter[Record], int]:
    """What became of the team's promises, and how many answers were contested; of what ``condition`` lets see.

    ``since`` counts promises made from then on.
    """
    statement = sa.select(PromiseRow).join(Suggestion, Suggestion.id == PromiseRow.suggestion_id)
    statement = statement.where(PromiseRow.team_id == team_id, condition)
    contests = sa.select(sa.func.count(Entry.id)).join(Suggestion, Suggestion.id == Entry.suggestion_id)
    contests = contests.where(Suggestion.team_id == team_id, condition, Entry.kind == EntryKind.CONTESTED)
    if since is not None:
        statement = statement.where(PromiseRow.made_at >= since)
        contests = contests.where(Entry.at >= since)
    counts: Counter[Record] = Counter(record_of(row.value, now=now) for row in db.session.scalars(statement))
    return counts, int(db.session.scalar(contests) or 0)
