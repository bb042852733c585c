"""Tasks: who does which part of what is promised by a day. What is owed by it stands in its promise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.domain.promises import PromiseState
from tracker.store.base import Base, db, pk, ref
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import Suggestion


class Task(Base):
    __tablename__ = "task"

    id: Mapped[int] = pk()
    suggestion_id: Mapped[int] = ref("suggestion.id")
    #: what its assignee owes: open, kept once it is ticked off, or withdrawn
    promise_id: Mapped[int] = ref("promise.id")
    title: Mapped[str] = mapped_column(sa.String(200))
    #: none after the assignee has gone: whoever is on duty for the suggestion has it
    assignee_id: Mapped[int | None] = ref("person.id")
    #: the day that was chosen
    due_on: Mapped[date]
    #: how often its day was put off
    moves: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = ref("person.id")
    #: somebody said that they are at it
    begun_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]

    promise: Mapped[PromiseRow] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (
        sa.UniqueConstraint("promise_id"),
        sa.Index("ix_task_suggestion", "suggestion_id", "id"),  # the list on its page
        sa.Index("ix_task_assignee", "assignee_id", "id"),  # my tasks
    )

    @property
    def is_open(self) -> bool:
        return self.promise.state is PromiseState.OPEN

    @property
    def is_done(self) -> bool:
        return self.promise.state is PromiseState.KEPT


#: Arguments of ``join``, for queries that ask about the promise of a task as well.
_PROMISE = (PromiseRow, PromiseRow.id == Task.promise_id)
#: The same for the suggestion that a task belongs to.
_SUGGESTION = (Suggestion, Suggestion.id == Task.suggestion_id)


def by_id(task_id: int) -> Task | None:
    return db.session.get(Task, task_id)


def read_anew(task_id: int) -> Task | None:
    """As it is now; asked after its suggestion was locked."""
    return db.session.scalar(sa.select(Task).where(Task.id == task_id).execution_options(populate_existing=True))


def of_promises(promise_ids: Iterable[int]) -> dict[int, Task]:
    """By their promises, in one query."""
    ids = list(promise_ids)
    found: dict[int, Task] = {}
    for begin in range(0, len(ids), 500):
        statement = sa.select(Task).where(Task.promise_id.in_(ids[begin : begin + 500]))
        found |= {task.promise_id: task for task in db.session.scalars(statement)}
    return found


def of_suggestions(suggestion_ids: Iterable[int]) -> dict[int, list[Task]]:
    """Oldest first, without those that were withdrawn, in one query."""
    found: dict[int, list[Task]] = defaultdict(list)
    ids = list(suggestion_ids)
    if not ids:
        return found
    statement = (
        sa.select(Task)
        .join(PromiseRow, PromiseRow.id == Task.promise_id)
        .where(Task.suggestion_id.in_(ids), PromiseRow.state != PromiseState.WITHDRAWN)
        .order_by(Task.id)
    )
    for task in db.session.scalars(statement):
        found[task.suggestion_id].append(task)
    return found


def numbers_of(suggestion_ids: Iterable[int]) -> dict[int, int]:
    """Task → which one of its suggestion it is, from 1, oldest first; one that was withdrawn keeps its number. Ids run
    through all teams, and would tell of tasks elsewhere."""
    number = sa.func.row_number().over(partition_by=Task.suggestion_id, order_by=Task.id)
    statement = sa.select(Task.id, number).where(Task.suggestion_id.in_(list(suggestion_ids)))
    return {row[0]: int(row[1]) for row in db.session.execute(statement)}


def of_suggestion(suggestion_id: int) -> list[Task]:
    return of_suggestions([suggestion_id]).get(suggestion_id, [])


def count_open(suggestion_id: int) -> int:
    where = (Task.suggestion_id == suggestion_id, PromiseRow.state == PromiseState.OPEN)
    statement = sa.select(sa.func.count()).select_from(Task).join(PromiseRow, PromiseRow.id == Task.promise_id)
    return int(db.session.scalar(statement.where(*where)) or 0)


def open_with(person_id: int, team_id: int) -> list[Task]:
    """What somebody has to do in a team, soonest first."""
    statement = (
        sa.select(Task)
        .join(PromiseRow, PromiseRow.id == Task.promise_id)
        .join(Suggestion, Suggestion.id == Task.suggestion_id)
        .where(Task.assignee_id == person_id, Suggestion.team_id == team_id, PromiseRow.state == PromiseState.OPEN)
        .order_by(PromiseRow.due_at, Task.id)
    )
    return list(db.session.scalars(statement))


def seen_with(
    person_id: int, team_ids: Collection[int], condition: sa.ColumnElement[bool], *, limit: int
) -> list[tuple[Task, Suggestion]]:
    """What somebody has to do in these teams with the suggestions it belongs to, of what ``condition`` lets them see,
    soonest first."""
    statement = sa.select(Task, Suggestion).join(*_PROMISE).join(*_SUGGESTION)
    statement = statement.where(*_seen_with(person_id, team_ids, condition)).order_by(PromiseRow.due_at, Task.id)
    return [(row[0], row[1]) for row in db.session.execute(statement.limit(limit))]


def count_seen_with(person_id: int, team_ids: Collection[int], condition: sa.ColumnElement[bool]) -> int:
    """How many that are."""
    statement = sa.select(sa.func.count(Task.id)).join(*_PROMISE).join(*_SUGGESTION)
    return int(db.session.scalar(statement.where(*_seen_with(person_id, team_ids, condition))) or 0)


def _seen_with(
    person_id: int, team_ids: Collection[int], condition: sa.ColumnElement[bool]
) -> tuple[sa.ColumnElement[bool], ...]:
    is_theirs = (Task.assignee_id == person_id, PromiseRow.state == PromiseState.OPEN)
    return (*is_theirs, Suggestion.team_id.in_(team_ids), condition)
