"""What somebody often asks the desk for, under a name of their own."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.base import Base, db, pk, ref


class SavedView(Base):
    """Of one person in one team; nobody else sees it."""

    __tablename__ = "saved_view"

    id: Mapped[int] = pk()
    team_id: Mapped[int] = ref("team.id")
    person_id: Mapped[int] = ref("person.id")
    name: Mapped[str] = mapped_column(sa.String(40))
    #: as it stands behind the question mark of the desk's address
    query: Mapped[str] = mapped_column(sa.String(1000))

    __table_args__ = (sa.UniqueConstraint("person_id", "team_id", "name"),)  # also the person's own, by name


def of(person_id: int, team_id: int) -> list[SavedView]:
    """In the order in which they were made."""
    where = (SavedView.person_id == person_id, SavedView.team_id == team_id)
    return list(db.session.scalars(sa.select(SavedView).where(*where).order_by(SavedView.id)))
