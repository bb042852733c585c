"""What dead senders left behind: claims that nobody keeps any more."""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tracker.domain.errors import N_
from tracker.domain.retries import SenderLost, next_attempt
from tracker.notices.deliveries import Unreached, dead, update
from tracker.notices.outgoing import Outgoing
from tracker.store import delivery_events, pulse
from tracker.store.base import db, for_update
from tracker.store.delivery_events import Happened
from tracker.store.notices import Channel, Delivery, DeliveryState

LOST = N_("its sender was lost again and again")
#: The line of a message that its sender never reported about.
SENDER_LOST = N_("its sender was lost")


def reap(
    seen: MutableMapping[str, float], *, monotonic: float, now: datetime, outgoing: Outgoing
) -> tuple[Unreached, ...]:
    """Free what its holder has held for a whole lease, as this observer's own monotonic clock saw it.

    ``seen`` is the observer's memory: token → when it was first seen; forgotten ones are dropped. No wall clock has a
    say, so a jump of it frees nothing.
    """
    busy = _busy()
    tokens = {delivery.token for delivery in busy if delivery.token}
    for known in [token for token in seen if token not in tokens]:
        del seen[known]
    unreached: tuple[Unreached, ...] = ()
    for delivery in busy:
        first = seen.setdefault(delivery.token or "", monotonic)
        if monotonic - first >= outgoing.lease.total_seconds() and _is_let_go(delivery):
            unreached += _free(delivery, now, outgoing)
    return unreached


def reap_by_wall_clock(*, now: datetime, outgoing: Outgoing) -> tuple[Unreached, ...]:
    """For ``tracker work``, which does not live for a lease: free what is older than two of them."""
    unreached: tuple[Unreached, ...] = ()
    for delivery in _busy():
        is_old = delivery.claimed_at is not None and now - delivery.claimed_at >= 2 * outgoing.lease
        if is_old and _is_let_go(delivery):
            unreached += _free(delivery, now, outgoing)
    return unreached


def _busy() -> list[Delivery]:
    states = (DeliveryState.CLAIMED, DeliveryState.SENDING)
    statement = sa.select(Delivery).where(Delivery.state.in_(states)).execution_options(populate_existing=True)
    return list(db.session.scalars(statement))


def _is_let_go(delivery: Delivery) -> bool:
    """Whether the row can be had at once. Who froze in the middle of a transaction keeps its lock, and whoever waited
    for that would stand still as long: such a row is looked at again with the next tick."""
    where = (Delivery.id == delivery.id, Delivery.token == delivery.token, Delivery.state == delivery.state)
    return db.session.scalar(for_update(sa.select(Delivery.id).where(*where), skip_locked=True)) is not None


def _free(delivery: Delivery, now: datetime, outgoing: Outgoing) -> tuple[Unreached, ...]:
    """A claim becomes pending again; of what was being sent nobody knows whether it arrived.

    A message that loses its sender again and again is given up, so that it stops nobody else.
    """
    token = delivery.token or ""
    lost = int(delivery.facts.get("lost", 0)) + 1
    facts = {**delivery.facts, "lost": lost}
    was_sending = delivery.state is DeliveryState.SENDING
    if next_attempt(lost, SenderLost()) is None:
        pulse.note_error("delivery", f"delivery:{delivery.id}", LOST, at=now)
        return dead(delivery, token, LOST, now=now).unreached
    values: dict[str, Any] = {"token": None, "claimed_at": None, "facts": facts}
    if was_sending and holds(delivery, outgoing):
        values |= {"state": DeliveryState.UNKNOWN, "was_unknown": True}
        if update(delivery.id, token, (DeliveryState.SENDING,), **values):
            delivery_events.note(delivery.id, Happened.UNKNOWN, SENDER_LOST, at=now)
        return ()
    values |= {
        "state": DeliveryState.PENDING,
        "next_attempt_at": now,
        "was_unknown": was_sending or delivery.was_unknown,
    }
    if update(delivery.id, token, (delivery.state,), **values):
        what = Happened.UNKNOWN if was_sending else Happened.LOST
        delivery_events.note(delivery.id, what, SENDER_LOST, at=now)
    return ()


def holds(delivery: Delivery, outgoing: Outgoing) -> bool:
    """Whether a message that may have arrived waits for somebody to look. A webhook's receiver knows it by its id."""
    return outgoing.unknown_policy == "hold" and delivery.channel is not Channel.WEBHOOK


def release(delivery_id: int, *, now: datetime) -> bool:
    """Somebody looked at a held message and sends it again."""
    return update(
        delivery_id, None, (DeliveryState.UNKNOWN,), state=DeliveryState.PENDING, next_attempt_at=now, was_unknown=True
    )
