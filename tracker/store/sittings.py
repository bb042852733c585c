"""Sittings: somebody answers a team's suggestions one by one for a while; and what they did with each."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.sittings import Step
from tracker.store.base import Base, closed_enum, db, pk, ref
from tracker.store.suggestions import Suggestion


class Sitting(Base):
    __tablename__ = "sitting"

    id: Mapped[int] = pk()
    team_id: Mapped[int] = ref("team.id")
    person_id: Mapped[int] = ref("person.id")
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    #: when its person ended it; one whose time ran out ends when the next one begins
    ended_at: Mapped[datetime | None] = mapped_column()

    __table_args__ = (
        # a person's last one in a team
        sa.Index("ix_sitting_person", "person_id", "team_id", "id"),
        # one at a time for a person in a team
        sa.Index("ix_sitting_open", "person_id", "team_id", unique=True,
                 sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL")),
    )  # fmt: skip


class SittingStep(Base):
    """One thing done in a sitting."""

    __tablename__ = "sitting_step"

    id: Mapped[int] = pk()
    sitting_id: Mapped[int] = ref("sitting.id")
    suggestion_id: Mapped[int] = ref("suggestion.id")
    what: Mapped[Step] = mapped_column(closed_enum(Step))
    at: Mapped[datetime]
    #: the answer that was given; taken back, it counts no more
    entry_id: Mapped[int | None] = ref("entry.id")

    __table_args__ = (sa.Index("ix_sitting_step_sitting", "sitting_id", "id"),)  # all of one sitting, in order


def last_of(person_id: int, team_id: int) -> Sitting | None:
    """The one that runs, or the last that did."""
    where = (Sitting.person_id == person_id, Sitting.team_id == team_id)
    return db.session.scalar(sa.select(Sitting).where(*where).order_by(Sitting.id.desc()).limit(1))


def open_of(person_id: int, team_id: int) -> Sitting | None:
    """The one that nobody has ended, whether or not its time is up; read anew."""
    where = (Sitting.person_id == person_id, Sitting.team_id == team_id, Sitting.ended_at.is_(None))
    return db.session.scalar(sa.select(Sitting).where(*where).execution_options(populate_existing=True))


def steps_that_hold(sitting_id: int) -> list[SittingStep]:
    """Everything done in a sitting, in order, without answers that were taken back."""
    statement = (
        sa.select(SittingStep)
        .join(Suggestion, Suggestion.id == SittingStep.suggestion_id)
        .where(
            SittingStep.sitting_id == sitting_id,
            sa.or_(SittingStep.entry_id.is_(None), SittingStep.entry_id == Suggestion.answer_entry_id),
        )
    )
    return list(db.session.scalars(statement.order_by(SittingStep.id)))
