"""Promises: what is owed, by whom, until when. The row is the value of the pure core, plus what the store needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.ladder import Ladder, next_at
from tracker.domain.promises import Promise, PromiseKind, PromiseState
from tracker.domain.working_time import WorkingTime
from tracker.store.base import Base, Plain, closed_enum, db, pk, ref

#: Kinds of which a suggestion has exactly one open while it is open.
OF_SUGGESTION = tuple(kind for kind in PromiseKind if kind is not PromiseKind.TASK)


class PromiseRow(Base):
    __tablename__ = "promise"

    id: Mapped[int] = pk()
    team_id: Mapped[int] = ref("team.id")
    suggestion_id: Mapped[int] = ref("suggestion.id")
    #: the versions it was made under; "why this date?" and elapsed time use them
    calendar_id: Mapped[int] = ref("calendar.id")
    policy_id: Mapped[int] = ref("policy.id")
    kind: Mapped[PromiseKind] = mapped_column(closed_enum(PromiseKind))
    state: Mapped[PromiseState] = mapped_column(closed_enum(PromiseState))
    #: none: the managers
    owed_by_id: Mapped[int | None] = ref("person.id")
    made_at: Mapped[datetime]
    #: when the present date was given
    set_at: Mapped[datetime]
    #: none while suspended
    due_at: Mapped[datetime | None]
    #: of the date: each new one counts up
    version: Mapped[int] = mapped_column(default=1)
    #: the value of the pure core, whole (what `from_facts` takes); the columns beside it are for queries
    value_facts: Mapped[dict[str, Any]] = mapped_column(Plain)
    #: the first date that passed unkept; stays for ever
    missed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    #: highest rung of this date version already dealt with
    rung: Mapped[int] = mapped_column(default=0)
    #: cache of the core's answer; the sweep reads only this
    next_follow_up_at: Mapped[datetime | None]
    #: after an error the sweep looks again then
    retry_at: Mapped[datetime | None]

    __table_args__ = (
        # every open suggestion has one open promise, and the database refuses a second
        sa.Index(
            "uq_promise_open_of_suggestion",
            "suggestion_id",
            unique=True,
            sqlite_where=sa.text("state = 'open' AND kind <> 'task'"),
            postgresql_where=sa.text("state = 'open' AND kind <> 'task'"),
        ),
        # the sweep: what is due now
        sa.Index(
            "ix_promise_next_follow_up",
            "next_follow_up_at",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
        sa.Index("ix_promise_suggestion", "suggestion_id", "id"),
        # the desk: open promises of a team, soonest first
        sa.Index(
            "ix_promise_team_due",
            "team_id",
            "due_at",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
        sa.Index("ix_promise_team_ended", "team_id", "ended_at"),  # the record of a week
        # what was suspended when it ended (answered while a question was open) keeps no date either
        sa.CheckConstraint(
            "(state <> 'suspended' OR due_at IS NULL) AND (state <> 'open' OR due_at IS NOT NULL)",
            name="suspended_has_no_date",
        ),
    )

    @property
    def value(self) -> Promise:
        """The promise as the pure core knows it."""
        return Promise.from_facts(self.value_facts)

    def facts(self) -> dict[str, Any]:
        """For an entry: the value after it, with the row's id."""
        return {"id": self.id, **self.value_facts}


def _fill(row: PromiseRow, value: Promise, calendar: WorkingTime, ladder: Ladder) -> None:
    row.value_facts = value.to_facts()
    row.kind, row.state, row.owed_by_id = value.kind, value.state, value.owed_by
    row.made_at, row.set_at, row.due_at = value.made_at, value.set_at, value.due_at
    row.version, row.missed_at, row.ended_at, row.rung = value.version, value.missed_at, value.ended_at, value.rung
    row.next_follow_up_at = next_at(value, calendar, ladder)
    row.retry_at = None


def made(
    value: Promise,
    *,
    suggestion_id: int,
    team_id: int,
    calendar_id: int,
    policy_id: int,
    calendar: WorkingTime,
    ladder: Ladder,
) -> PromiseRow:
    """A row for a new promise, not stored yet. ``calendar`` and ``ladder`` are the team's present ones."""
    row = PromiseRow(suggestion_id=suggestion_id, team_id=team_id, calendar_id=calendar_id, policy_id=policy_id)
    _fill(row, value, calendar, ladder)
    return row


def add(
    value: Promise,
    *,
    suggestion_id: int,
    team_id: int,
    calendar_id: int,
    policy_id: int,
    calendar: WorkingTime,
    ladder: Ladder,
) -> PromiseRow:
    """Store a new promise."""
    row = made(
        value,
        suggestion_id=suggestion_id,
        team_id=team_id,
        calendar_id=calendar_id,
        policy_id=policy_id,
        calendar=calendar,
        ladder=ladder,
    )
    db.session.add(row)
    db.session.flush()
    return row


def write(row: PromiseRow, value: Promise, *, calendar: WorkingTime, ladder: Ladder) -> PromiseRow:
    """Store a promise's new value and flush, so that closing one comes before opening the next."""
    _fill(row, value, calendar, ladder)
    db.session.flush()
    return row


def recompute(row: PromiseRow, *, calendar: WorkingTime, ladder: Ladder) -> None:
    """The rungs not yet reached follow a new calendar or policy; the date stays."""
    row.next_follow_up_at = next_at(row.value, calendar, ladder)


# Questions ------------------------------------------------------------------------------------------------------------


def _anew(statement: sa.Select[PromiseRow]) -> sa.Select[PromiseRow]:
    """Rows as they are now, not as this session may remember them from before the suggestion was locked."""
    return statement.execution_options(populate_existing=True)


def open_of(suggestion_id: int) -> PromiseRow | None:
    """The open promise of a suggestion (answer, deliver, revisit or clarify)."""
    return db.session.scalar(_open_of(), {"suggestion": suggestion_id})


@cache
def _open_of() -> sa.Select[PromiseRow]:
    where = (
        PromiseRow.suggestion_id == sa.bindparam("suggestion"),
        PromiseRow.state == PromiseState.OPEN,
        PromiseRow.kind.in_(OF_SUGGESTION),
    )
    return _anew(sa.select(PromiseRow).where(*where))


def suspended_of(suggestion_id: int) -> PromiseRow | None:
    return db.session.scalar(_suspended_of(), {"suggestion": suggestion_id})


@cache
def _suspended_of() -> sa.Select[PromiseRow]:
    where = (PromiseRow.suggestion_id == sa.bindparam("suggestion"), PromiseRow.state == PromiseState.SUSPENDED)
    return _anew(sa.select(PromiseRow).where(*where))


def all_of(suggestion_id: int) -> list[PromiseRow]:
    where = PromiseRow.suggestion_id == suggestion_id
    return list(db.session.scalars(sa.select(PromiseRow).where(where).order_by(PromiseRow.id)))


def tasks_of(suggestion_id: int) -> list[PromiseRow]:
    where = (
        PromiseRow.suggestion_id == suggestion_id,
        PromiseRow.state == PromiseState.OPEN,
        PromiseRow.kind == PromiseKind.TASK,
    )
    return list(db.session.scalars(_anew(sa.select(PromiseRow).where(*where))))


def by_id(promise_id: int) -> PromiseRow | None:
    return db.session.get(PromiseRow, promise_id)


def open_in_team(team_id: int) -> list[PromiseRow]:
    """As they are now, soonest first; settings ask once nobody else can change them."""
    where = (PromiseRow.team_id == team_id, PromiseRow.state == PromiseState.OPEN)
    statement = sa.select(PromiseRow).where(*where).order_by(PromiseRow.due_at, PromiseRow.id)
    return list(db.session.scalars(_anew(statement)))


def promised_by(person_id: int, team_id: int) -> list[int]:
    """The suggestions of a team with an open word of this person, by their ids."""
    where = (
        PromiseRow.team_id == team_id,
        PromiseRow.kind == PromiseKind.DELIVER,
        PromiseRow.state == PromiseState.OPEN,
        PromiseRow.owed_by_id == person_id,
    )
    return list(
        db.session.scalars(sa.select(PromiseRow.suggestion_id).where(*where).order_by(PromiseRow.suggestion_id))
    )


def due_for_follow_up(now: datetime, *, limit: int) -> Sequence[tuple[int, int]]:
    """Ids of promises and suggestions whose next follow-up is due, longest overdue first. Served by its index."""
    statement = (
        sa.select(PromiseRow.id, PromiseRow.suggestion_id)
        .where(
            PromiseRow.state == PromiseState.OPEN,
            PromiseRow.next_follow_up_at <= now,
            sa.or_(PromiseRow.retry_at.is_(None), PromiseRow.retry_at <= now),
        )
        .order_by(PromiseRow.next_follow_up_at, PromiseRow.id)
        .limit(limit)
    )
    return [(row.id, row.suggestion_id) for row in db.session.execute(statement)]


def first_follow_up_at() -> datetime | None:
    """When the next follow-up of all is due; none where nothing is owed."""
    where = PromiseRow.state == PromiseState.OPEN
    return db.session.scalar(sa.select(sa.func.min(PromiseRow.next_follow_up_at)).where(where))


def read_anew(promise_id: int) -> PromiseRow | None:
    """The row as it is now; asked after the suggestion was locked."""
    return db.session.scalar(_anew(sa.select(PromiseRow).where(PromiseRow.id == promise_id)))


def look_again_at(promise_id: int, at: datetime) -> None:
    """After an error: the sweep passes this one over until then."""
    where = PromiseRow.id == promise_id
    db.session.execute(
        sa.update(PromiseRow).where(where).values(retry_at=at).execution_options(synchronize_session=False)
    )
