"""What somebody has put off for themselves: one suggestion, until an instant, as long as its date stays the same."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.promises import PromiseState
from tracker.store.base import Base, db, pk, ref
from tracker.store.promises import PromiseRow


class Snooze(Base):
    __tablename__ = "snooze"

    id: Mapped[int] = pk()
    person_id: Mapped[int] = ref("person.id")
    suggestion_id: Mapped[int] = ref("suggestion.id")
    #: the promise that was open then, and its date: with another one the snooze is over
    promise_id: Mapped[int] = ref("promise.id")
    version: Mapped[int]
    until_at: Mapped[datetime]
    created_at: Mapped[datetime]
    #: when the person was reminded again, or wanted to be
    ended_at: Mapped[datetime | None] = mapped_column()
    #: after an error the sweep passes it over until then
    retry_at: Mapped[datetime | None] = mapped_column()

    __table_args__ = (
        # one at a time for a person and a suggestion; also what the sweep looks through for those that are over
        sa.Index("ix_snooze_open", "person_id", "suggestion_id", unique=True,
                 sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL")),
    )  # fmt: skip


def _has_same_date() -> sa.ColumnElement[bool]:
    return sa.exists().where(
        PromiseRow.id == Snooze.promise_id,
        PromiseRow.state == PromiseState.OPEN,
        PromiseRow.version == Snooze.version,
    )


def holding(now: datetime | sa.BindParameter[datetime]) -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions under which a snooze holds at this moment."""
    return (Snooze.ended_at.is_(None), Snooze.until_at > now, _has_same_date())


def of(person_id: int, suggestion_id: int, *, now: datetime) -> Snooze | None:
    """The one that holds, if any."""
    where = (Snooze.person_id == person_id, Snooze.suggestion_id == suggestion_id, *holding(now))
    return db.session.scalar(sa.select(Snooze).where(*where))


def until_of(suggestion_id: int, person_ids: Iterable[int], *, now: datetime) -> dict[int, datetime]:
    """Person → until when they have put it off."""
    where = (Snooze.suggestion_id == suggestion_id, Snooze.person_id.in_(list(person_ids)), *holding(now))
    return {row.person_id: row.until_at for row in db.session.scalars(sa.select(Snooze).where(*where))}


def put_off_by(person_id: int, *, now: datetime) -> dict[int, datetime]:
    """Suggestion → until when this person has put it off."""
    where = (Snooze.person_id == person_id, *holding(now))
    return {row.suggestion_id: row.until_at for row in db.session.scalars(sa.select(Snooze).where(*where))}


def begun(person_id: int, suggestion_id: int) -> Snooze | None:
    """The one that has not been ended, whether or not it holds."""
    where = (Snooze.person_id == person_id, Snooze.suggestion_id == suggestion_id, Snooze.ended_at.is_(None))
    return db.session.scalar(sa.select(Snooze).where(*where).execution_options(populate_existing=True))


def over(*, now: datetime, limit: int = 100) -> list[int]:
    """Those whose time has come, or whose date is another now: ids, the earliest first."""
    is_over = sa.or_(Snooze.until_at <= now, sa.not_(_has_same_date()))
    may_be_tried = sa.or_(Snooze.retry_at.is_(None), Snooze.retry_at <= now)
    where = (Snooze.ended_at.is_(None), is_over, may_be_tried)
    return list(
        db.session.scalars(sa.select(Snooze.id).where(*where).order_by(Snooze.until_at, Snooze.id).limit(limit))
    )


def look_again_at(snooze_id: int, at: datetime) -> None:
    """After an error: the sweep passes this one over until then."""
    statement = sa.update(Snooze).where(Snooze.id == snooze_id).values(retry_at=at)
    db.session.execute(statement.execution_options(synchronize_session=False))
