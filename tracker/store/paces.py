"""When a destination may be handed the next mails: one row for each that has a pace."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.pace import Pace, given_back, turns
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
        _write(destination, found.full_at)
    return found.count


def give_back(destination: str, pace: Pace, *, taken_at: datetime, now: datetime) -> None:
    """One turn that nobody used. Where somebody else is taking, it comes back by itself as a used one does."""
    where = DestinationPace.destination == destination
    full_at = db.session.scalar(for_update(sa.select(DestinationPace.full_at).where(where), skip_locked=True))
    if full_at is not None:
        _write(destination, given_back(pace, full_at, taken_at=taken_at, now=now))


def _write(destination: str, full_at: datetime) -> None:
    row = sa.update(DestinationPace).where(DestinationPace.destination == destination)
    db.session.execute(row.values(full_at=full_at).execution_options(synchronize_session=False))


def _is_first(destination: str, now: datetime) -> bool:
    """Whether there was no row, and there is one now that we hold."""
    insert = (sqlite.insert if is_sqlite() else postgresql.insert)(DestinationPace)
    made = insert.values(destination=destination, full_at=now).on_conflict_do_nothing(index_elements=["destination"])
    return db.session.scalar(made.returning(DestinationPace.destination)) is not None


def full_at(destination: str) -> datetime | None:
    """When all turns are back; none where no mail has taken one yet."""
    where = DestinationPace.destination == destination
    return db.session.scalar(sa.select(DestinationPace.full_at).where(where))
