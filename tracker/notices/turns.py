"""Mails that are due and wait for their turn, because the relay may be handed only so many a minute."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from tracker.domain import pace
from tracker.notices.outgoing import Outgoing
from tracker.store import paces
from tracker.store.base import db
from tracker.store.notices import Delivery, DeliveryState, Lane

#: As long as one was taken so shortly ago, mails leave.
STILL_LEAVE = timedelta(minutes=2)


def is_all(outgoing: Outgoing, *, now: datetime) -> bool:
    """Whether what waits for the relay waits for its turn and for nothing else: the turns are used, and mails leave.

    A relay that hangs or refuses each mail uses turns too; with a slow one they lie there.
    """
    if outgoing.pace is None or not pace.is_used_up(outgoing.pace, paces.full_at(outgoing.destination), now=now):
        return False
    where = (
        Delivery.destination == outgoing.destination,
        Delivery.state == DeliveryState.SENT,
        Delivery.lane != Lane.SECURITY,
        Delivery.sent_at >= now - STILL_LEAVE,
    )
    return db.session.scalar(sa.select(Delivery.id).where(*where).limit(1)) is not None


def waiting(outgoing: Outgoing, *, now: datetime) -> int:
    """How many wait for nothing but their turn."""
    return lacking(outgoing, now=now) if is_all(outgoing, now=now) else 0


def lacking(outgoing: Outgoing, *, now: datetime) -> int:
    """How many are due for which no turn is there, while turns are taken as soon as they are back."""
    full_at = paces.full_at(outgoing.destination)
    if outgoing.pace is None or not pace.is_used_up(outgoing.pace, full_at, now=now):
        return 0
    where = (
        Delivery.destination == outgoing.destination,
        Delivery.state == DeliveryState.PENDING,
        sa.not_(Delivery.is_held),
        Delivery.next_attempt_at <= now,
        Delivery.lane != Lane.SECURITY,
    )
    due = db.session.scalar(sa.select(sa.func.count(Delivery.id)).where(*where)) or 0
    return due - pace.turns(outgoing.pace, full_at=full_at, wanted=due, now=now).count


def give_back(destination: str, of: pace.Pace, lane: Lane, *, taken_at: datetime, now: datetime) -> None:
    """The turn of a mail that was claimed and had nothing left to tell: what is overtaken after an outage must not hold
    back what is new. The security lane took none."""
    if lane is not Lane.SECURITY:
        paces.give_back(destination, of, taken_at=taken_at, now=now)
