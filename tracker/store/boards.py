"""What the board asks: the first of each column, how many there are, and whether anything has changed."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from tracker.domain.board import Column
from tracker.domain.lifecycle import Status
from tracker.domain.promises import PromiseState
from tracker.store.base import db
from tracker.store.entries import Entry
from tracker.store.promises import OF_SUGGESTION, PromiseRow
from tracker.store.suggestions import Suggestion
from tracker.store.tasks import Task

Condition = sa.ColumnElement[bool]

_STATUSES = {
    Column.NEW: Status.OPEN,
    Column.ASKED: Status.ASKED,
    Column.WILL_DO: Status.WILL_DO,
    Column.IN_PROGRESS: Status.WILL_DO,
    Column.DONE: Status.DONE,
    Column.NOT_NOW: Status.NOT_NOW,
    Column.DECLINED: Status.DECLINED,
}


def _is_begun() -> Condition:
    """One of its tasks is begun or done."""
    return sa.exists().where(
        Task.suggestion_id == Suggestion.id,
        PromiseRow.id == Task.promise_id,
        PromiseRow.state != PromiseState.WITHDRAWN,
        sa.or_(Task.begun_at.is_not(None), Task.done_at.is_not(None)),
    )


def _stands_in(column: Column) -> Condition:
    has_status = Suggestion.status == _STATUSES[column]
    if column is Column.IN_PROGRESS:
        return sa.and_(has_status, _is_begun())
    return sa.and_(has_status, sa.not_(_is_begun())) if column is Column.WILL_DO else has_status


def first(team_id: int, condition: Condition, column: Column, *, limit: int) -> list[Suggestion]:
    """The first of one column that fulfil ``condition``: where something is owed, the soonest; else the newest.

    Served by the index on team and status.
    """
    where = (Suggestion.team_id == team_id, _stands_in(column), condition)
    statement = sa.select(Suggestion).where(*where)
    if column not in (Column.DONE, Column.DECLINED):
        due_at = _due_at()
        statement = statement.order_by(due_at.is_(None), due_at)
    return list(db.session.scalars(statement.order_by(Suggestion.id.desc()).limit(limit)))


def _due_at() -> sa.ScalarSelect[datetime | None]:
    """By when the next word on a suggestion is owed."""
    where = (PromiseRow.suggestion_id == Suggestion.id, PromiseRow.state == PromiseState.OPEN)
    statement = sa.select(sa.func.min(PromiseRow.due_at)).where(*where, PromiseRow.kind.in_(OF_SUGGESTION))
    return statement.correlate(Suggestion).scalar_subquery()


def counts(team_id: int, condition: Condition) -> dict[Column, int]:
    """How many stand in each column."""
    begun = _is_begun().label("begun")
    statement = sa.select(Suggestion.status, begun).where(Suggestion.team_id == team_id, condition).subquery()
    grouped = sa.select(statement.c.status, statement.c.begun, sa.func.count()).group_by(
        statement.c.status, statement.c.begun
    )
    found = dict.fromkeys(Column, 0)
    for status, is_begun, count in db.session.execute(grouped):
        for column in Column:
            is_here = _STATUSES[column] is status
            if column in (Column.WILL_DO, Column.IN_PROGRESS):
                is_here = is_here and bool(is_begun) is (column is Column.IN_PROGRESS)
            found[column] += int(count) if is_here else 0
    return found


def is_begun(suggestion_id: int) -> bool:
    statement = sa.select(sa.literal(1)).where(Suggestion.id == suggestion_id, _is_begun())
    return db.session.scalar(statement) is not None


def version(team_id: int, condition: Condition, *, now: datetime) -> tuple[int, int, int]:
    """Another one whenever something on the board has changed: how many suggestions, how much has happened to them, and
    how many dates have passed.

    Not by the instant of the last change: two may have the same, and a note must not be seen by who may not read it.
    """
    where = (Suggestion.team_id == team_id, condition)
    count = db.session.scalar(sa.select(sa.func.count()).select_from(Suggestion).where(*where))
    happened = sa.select(sa.func.count(Entry.id)).join(Suggestion, Suggestion.id == Entry.suggestion_id)
    entries = db.session.scalar(happened.where(*where, sa.not_(Entry.is_internal)))
    passed = sa.select(sa.func.count(PromiseRow.id)).join(Suggestion, Suggestion.id == PromiseRow.suggestion_id)
    late = db.session.scalar(passed.where(*where, PromiseRow.state == PromiseState.OPEN, PromiseRow.due_at <= now))
    return int(count or 0), int(entries or 0), int(late or 0)
