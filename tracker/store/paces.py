"""When a destination may be handed the next mails: one row for each that has a pace."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.pace import Pace, turns
from tracker.store.base import Base, db, for_update, is_sqlite


class DestinationPace(Base):
    """All workers and processes take their turns from it, so that together they keep to the pace."""

    __tablename__ = "destination_pace"

    #: as in `delivery`
    destination: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    #: when all turns are back
    full_at: Mapped[datetime]


def take(destination: str, pace: Pace, *, wanted: int, now: datetime) -> int:
    """Take up to so many turns; gives how many. None while somebody else is taking: nobody waits for the other, and
    who finds none comes again with the next tick."""
    where = DestinationPace.destination == destination
    row = sa.select(DestinationPace.full_at).where(where)
    full_at = db.session.scalar(for_update(row, skip_locked=True))
    if full_at is None and not _is_first(destination, now):
        return 0
    found = turns(pace, full_at=full_at, wanted=wanted, now=now)
    if found.count:
        taken = sa.update(DestinationPace).where(where).values(full_at=found.full_at)
        db.session.execute(taken.execution_options(synchronize_session=False))
    return found.count


def _is_first(destination: str, now: datetime) -> bool:
    """Whether there was no row, and there is one now that we hold."""
    insert = (sqlite.insert if is_sqlite() else postgresql.insert)(DestinationPace)
    made = insert.values(destination=destination, full_at=now).on_conflict_do_nothing(index_elements=["destination"])
    return db.session.scalar(made.returning(DestinationPace.destination)) is not None


def full_at(destination: str) -> datetime | None:
    """When all turns are back; none where no mail has taken one yet."""
    where = DestinationPace.destination == destination
    return db.session.scalar(sa.select(DestinationPace.full_at).where(where))
