"""Mails that are due and wait for their turn, because the relay may be handed only so many a minute."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from tracker.domain import pace
from tracker.notices.outgoing import Outgoing
from tracker.store import paces
from tracker.store.base import db
from tracker.store.notices import Delivery, DeliveryState, Lane


def waiting(outgoing: Outgoing, *, now: datetime) -> int:
    """How many wait for nothing but their turn; 0 where no mail has left for a while, which then has another reason."""
    if outgoing.pace is None:
        return 0
    full_at = paces.full_at(outgoing.destination)
    if not pace.is_moving(full_at, now=now):
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
