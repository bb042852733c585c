"""Follow-up mails that did not leave on the day they were made for: a relay was down, a sender was lost.

Two follow-up mails reach a person on one day, whatever happens; so such a mail takes one of the two places of the day
on which it leaves. Where none is free, or where a newer mail has overtaken it, what that one does not show waits for
the next daily mail: nothing is lost with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from tracker.domain.errors import N_
from tracker.notices import hours, packing, windows
from tracker.notices.deliveries import update
from tracker.store import people
from tracker.store.base import db
from tracker.store.notices import Delivery, DeliveryState, Notice
from tracker.store.people import Person

#: Written into the row of a message that waits for the morning.
OUTSIDE_HOURS = N_("outside its reader's hours")
#: What every daily mail and overview says anew of what is owed.
SHOWN_ANEW = ("daily", "daily_line")


def has_place(delivery: Delivery, *, now: datetime) -> bool:
    """Whether this message is one of today's two for its person, or has become one now; True for other lanes."""
    person = people.by_id(delivery.person_id) if delivery.person_id is not None else None
    if person is None or not delivery.key.startswith("follow_up:"):
        return True
    left = packing.places_left(person, hours.zone_of(person), now=now, without=delivery.id)
    return delivery.key in left or (bool(left) and _takes(delivery, left[0]))


def _takes(delivery: Delivery, place: str) -> bool:
    """False where another mail was quicker to take it."""
    try:
        with db.session.begin_nested():
            return update(delivery.id, delivery.token, (DeliveryState.CLAIMED,), key=place)
    except sa.exc.IntegrityError:
        return False


def put_back(delivery: Delivery, notices: Iterable[Notice]) -> list[Notice]:
    """What a daily mail does not say anew waits for the next one. Gives the others: those end with their message."""
    person = db.session.get_one(Person, delivery.person_id)
    # who gets each reminder by itself has no line in a daily mail but for those that wait for it
    shown_anew = (*SHOWN_ANEW, "rung") if person.reminder_rhythm == "daily" else SHOWN_ANEW
    shown = []
    for notice in notices:
        if notice.kind in shown_anew:
            shown.append(notice)
        else:
            notice.delivery_id, notice.is_for_daily = None, True
    db.session.flush()
    return shown


def opens_again(delivery: Delivery, notices: Iterable[Notice], *, now: datetime) -> datetime | None:
    """When its person's hours begin, where they are over and it could not leave within them: a relay that was away, a
    sender that was lost. None where it may leave now; a daily mail has an hour of its own."""
    if delivery.lane not in packing.IN_HOURS or any(notice.kind == "daily" for notice in notices):
        return None
    person = people.by_id(delivery.person_id) if delivery.person_id is not None else None
    if person is None:
        return None
    return windows.opens_again(person, hours.zone_of(person), now=now)


def put_off(delivery: Delivery, why: str, *, now: datetime) -> bool:
    """This message is tried again at the hour of the next daily mail; the attempt does not count."""
    person = db.session.get_one(Person, delivery.person_id)
    return wait(delivery, why, until=hours.next_daily_after(person, now))


def wait(delivery: Delivery, why: str, *, until: datetime) -> bool:
    """This message is tried again then; the attempt does not count."""
    return update(
        delivery.id,
        delivery.token,
        (DeliveryState.CLAIMED,),
        state=DeliveryState.PENDING,
        token=None,
        claimed_at=None,
        attempts=Delivery.attempts - 1,
        next_attempt_at=until,
        outcome=why,
    )
