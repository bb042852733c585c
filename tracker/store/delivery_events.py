"""What became of each attempt to send a message: lines are only ever added; its row keeps the last words alone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.base import Base, closed_enum, db, pk, ref


class Happened(StrEnum):
    SENT = "sent"
    REFUSED = "refused"  # not taken this time; it is tried again
    UNKNOWN = "unknown"  # nobody can say whether it was taken
    LOST = "lost"  # its sender never reported
    GIVEN_UP = "given_up"
    RETRIED = "retried"  # these three by hand
    RELEASED = "released"
    DISCARDED = "discarded"


#: Ends of an attempt after which the message had not left for certain.
TROUBLE = (Happened.REFUSED, Happened.UNKNOWN, Happened.LOST)


class DeliveryEvent(Base):
    __tablename__ = "delivery_event"

    id: Mapped[int] = pk()
    delivery_id: Mapped[int] = ref("delivery.id")
    at: Mapped[datetime]
    what: Mapped[Happened] = mapped_column(closed_enum(Happened))
    #: the server's words, or a reason
    said: Mapped[str] = mapped_column(sa.String(400), default="")
    #: who did it, where somebody did
    by_id: Mapped[int | None] = ref("person.id")

    __table_args__ = (sa.Index("ix_delivery_event_delivery", "delivery_id", "id"),)  # what became of one message


def note(delivery_id: int, what: Happened, said: str, *, at: datetime, by_id: int | None = None) -> None:
    """Add a line, in the transaction that changes the message's row."""
    note_all([delivery_id], what, said, at=at, by_id=by_id)


def note_all(
    delivery_ids: Collection[int], what: Happened, said: str, *, at: datetime, by_id: int | None = None
) -> None:
    """The same line for each of these messages."""
    rows = [{"delivery_id": one, "at": at, "what": what, "said": said[:400], "by_id": by_id} for one in delivery_ids]
    if rows:
        db.session.execute(sa.insert(DeliveryEvent), rows)


def of(delivery_id: int) -> list[DeliveryEvent]:
    """Oldest first."""
    where = DeliveryEvent.delivery_id == delivery_id
    return list(db.session.scalars(sa.select(DeliveryEvent).where(where).order_by(DeliveryEvent.id)))


def first_troubles(delivery_ids: Collection[int]) -> dict[int, DeliveryEvent]:
    """By message: why it did not leave at once. What had nothing in its way is not among them."""
    if not delivery_ids:
        return {}
    where = (DeliveryEvent.delivery_id.in_(delivery_ids), DeliveryEvent.what.in_(TROUBLE))
    firsts = sa.select(sa.func.min(DeliveryEvent.id)).where(*where).group_by(DeliveryEvent.delivery_id)
    found = db.session.scalars(sa.select(DeliveryEvent).where(DeliveryEvent.id.in_(firsts)))
    return {event.delivery_id: event for event in found}
