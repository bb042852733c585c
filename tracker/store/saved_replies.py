"""Replies that a team has saved, to begin an answer with."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.outcomes import Outcome
from tracker.store.base import Base, closed_enum, db, pk, ref


class SavedReply(Base):
    __tablename__ = "saved_reply"

    id: Mapped[int] = pk()
    team_id: Mapped[int] = ref("team.id")
    name: Mapped[str] = mapped_column(sa.String(80))
    #: Markdown with placeholders; one of the two may be empty
    text_de: Mapped[str] = mapped_column(sa.Text, default="")
    text_en: Mapped[str] = mapped_column(sa.Text, default="")
    #: how the answer begins with it, where that is always the same
    outcome: Mapped[Outcome | None] = mapped_column(closed_enum(Outcome))
    made_by_id: Mapped[int] = ref("person.id")
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("team_id", "name"),)  # also the team's list, by name


def of_team(team_id: int) -> list[SavedReply]:
    """All of a team, by name."""
    statement = sa.select(SavedReply).where(SavedReply.team_id == team_id)
    return list(db.session.scalars(statement.order_by(SavedReply.name, SavedReply.id)))


def find(team_id: int, reply_id: int) -> SavedReply | None:
    """One of this team's."""
    return db.session.scalar(sa.select(SavedReply).where(SavedReply.team_id == team_id, SavedReply.id == reply_id))
