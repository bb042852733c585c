"""What a site admin does about a message in the outbox: have it sent now, let it go, discard it.

Each holds the row first and writes only where its state still allows it, as the senders do, so that doing it twice does
nothing more, and what is with a sender is left to that sender. ``False`` says that there was nothing to do.
"""

from __future__ import annotations

from datetime import datetime

import structlog

from tracker import access
from tracker.acts import texts
from tracker.domain.errors import N_, OutOfReach
from tracker.notices import deliveries, leases, look_again
from tracker.store import deliveries as questions
from tracker.store import delivery_events, pulse
from tracker.store.base import db
from tracker.store.delivery_events import Happened
from tracker.store.notices import Delivery, DeliveryState
from tracker.store.people import Person

log = structlog.get_logger(__name__)

_WAITS, _GIVEN_UP, _UNKNOWN = DeliveryState.PENDING, DeliveryState.DEAD, DeliveryState.UNKNOWN
#: A mail with a key; without it there is nothing to send.
WITH_KEY = ("sign_in", "reset", "new_address", "invitation")
REASON_MAX = 200


def can_retry(delivery: Delivery) -> bool:
    """What waits, what was given up and what nobody knows of; a key that is gone comes back with nothing."""
    if delivery.template in WITH_KEY and not delivery.facts.get("token"):
        return False
    return delivery.state in (_WAITS, _GIVEN_UP, _UNKNOWN) and not delivery.is_held


def can_release(delivery: Delivery) -> bool:
    """What is held: by the storm brake, or because nobody knows whether it arrived."""
    return delivery.state is _UNKNOWN or (delivery.state is _WAITS and delivery.is_held)


def can_discard(delivery: Delivery) -> bool:
    return delivery.state in (_WAITS, _GIVEN_UP, _UNKNOWN)


def retry(delivery_id: int, *, by: Person, now: datetime) -> bool:
    """Send it now. What is no longer true is left out then, as always; a server that refuses is asked again, too.

    Raises ``OutOfReach``.
    """
    delivery = _held_fast(delivery_id, by)
    if not can_retry(delivery):
        return False
    pulse.end_pause(delivery.destination, now=now)
    if delivery.state is _UNKNOWN:
        done = leases.release(delivery_id, now=now)
    elif delivery.state is _GIVEN_UP:
        done = deliveries.revive(delivery, now=now)
    else:
        done = deliveries.update(delivery_id, None, (_WAITS,), next_attempt_at=now)
    return _done(Happened.RETRIED, delivery, done, by=by, now=now)


def release(delivery_id: int, *, by: Person, now: datetime) -> bool:
    """Let go what is held: it leaves now. Of what may have arrived a second copy may, with the same Message-ID.

    Raises ``OutOfReach``.
    """
    delivery = _held_fast(delivery_id, by)
    if not can_release(delivery):
        return False
    if delivery.state is _UNKNOWN:
        done = leases.release(delivery_id, now=now)
    else:
        done = deliveries.update(delivery_id, None, (_WAITS,), is_held=False, next_attempt_at=now)
    return _done(Happened.RELEASED, delivery, done, by=by, now=now)


def discard(delivery_id: int, *, by: Person, why: str, now: datetime) -> bool:
    """It never leaves, and its row says why. Promises and ladders go on. Raises ``OutOfReach``, ``BadInput`` (why)."""
    delivery = _held_fast(delivery_id, by)
    why = texts.line(why, field="why", longest=REASON_MAX, missing=N_("Please say why; it stands in the row."))
    if not can_discard(delivery):
        return False
    deliveries.skip(dict.fromkeys(deliveries.notices_of(delivery_id), look_again.DISCARDED))
    values = deliveries.end(delivery, DeliveryState.SKIPPED, f"{look_again.DISCARDED}: {why}")
    done = deliveries.update(delivery_id, None, (delivery.state,), **values, is_held=False)
    return _done(Happened.DISCARDED, delivery, done, by=by, now=now, said=why)


def _held_fast(delivery_id: int, by: Person) -> Delivery:
    delivery = questions.seen(delivery_id, reader=by, locked=True) if by.is_site_admin else None
    if delivery is None:
        raise OutOfReach(access.NOT_THERE)
    return delivery


def _done(what: Happened, delivery: Delivery, done: bool, *, by: Person, now: datetime, said: str = "") -> bool:
    if done:
        delivery_events.note(delivery.id, what, said, at=now, by_id=by.id)
        log.info("somebody decided about a message", what=what.value, delivery=delivery.id, by=by.id)
    db.session.flush()
    db.session.expire(delivery)
    return done
