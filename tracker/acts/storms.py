"""What a site admin does about messages that the storm brake holds: send them, one for each person, or discard them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from tracker import access
from tracker.domain.alerts import AlertKind
from tracker.domain.errors import OutOfReach
from tracker.notices import alerts as telling
from tracker.notices import deliveries, storms
from tracker.notices.compose_team import NEWS
from tracker.notices.look_again import DISCARDED
from tracker.store import alerts, delivery_events
from tracker.store.alerts import Alert
from tracker.store.base import db
from tracker.store.delivery_events import Happened
from tracker.store.notices import Delivery, DeliveryState, Lane, Notice
from tracker.store.people import Person

#: The reason that stands in the rows of what another mail says.
COALESCED = "one mail for each person"
#: What one mail about many things can say; everything else keeps its own.
_IN_ONE_MAIL = frozenset((*NEWS, "rung"))


@dataclass(frozen=True, slots=True)
class Decided:
    """``leaving`` messages leave now, ``ended`` ones do not. Both 0: it was decided before, and nothing happened."""

    leaving: int = 0
    ended: int = 0


def send(storm_id: int, *, by: Person, now: datetime) -> Decided:
    """All of it leaves as it is. Raises ``OutOfReach``."""
    storm = _storm(storm_id, by)
    found = storms.held(storm.id)
    for one in found:
        _let_go(one)
    delivery_events.note_all([one.id for one in found], Happened.RELEASED, "", at=now, by_id=by.id)
    telling.close(storm, now=now)
    db.session.flush()
    return Decided(leaving=len(found))


def coalesce(storm_id: int, *, by: Person, now: datetime) -> Decided:
    """Each person gets one mail that says everything, instead of one for each thing. Raises ``OutOfReach``.

    What such a mail has no words for (that we are late, that somebody is named) leaves by itself.
    """
    storm = _storm(storm_id, by)
    found = storms.held(storm.id)
    carried = {one.id: deliveries.notices_of(one.id) for one in found}
    mails: dict[tuple[int, Lane], list[Delivery]] = defaultdict(list)
    for one in found:
        if one.person_id is not None and all(notice.kind in _IN_ONE_MAIL for notice in carried[one.id]):
            mails[one.person_id, one.lane].append(one)
    ended = 0
    for same in mails.values():
        ended += _into_one(same, [notice for one in same for notice in carried[one.id]])
    for one in found:
        if one.state is DeliveryState.PENDING:
            _let_go(one)
    leaving = [one.id for one in found if one.state is DeliveryState.PENDING]
    delivery_events.note_all(leaving, Happened.RELEASED, "", at=now, by_id=by.id)
    others = [one.id for one in found if one.state is not DeliveryState.PENDING]
    delivery_events.note_all(others, Happened.DISCARDED, COALESCED, at=now, by_id=by.id)
    telling.close(storm, now=now)
    db.session.flush()
    return Decided(leaving=len(found) - ended, ended=ended)


def discard(storm_id: int, *, by: Person, now: datetime, why: str = "") -> Decided:
    """None of it leaves; the rows say so. Promises and ladders go on. Raises ``OutOfReach``."""
    storm = _storm(storm_id, by)
    found = storms.held(storm.id)
    for one in found:
        deliveries.skip(dict.fromkeys(deliveries.notices_of(one.id), DISCARDED))
        _end(one, f"{DISCARDED}: {why}" if why else DISCARDED)
    delivery_events.note_all([one.id for one in found], Happened.DISCARDED, why, at=now, by_id=by.id)
    telling.close(storm, now=now)
    db.session.flush()
    return Decided(ended=len(found))


def _storm(storm_id: int, by: Person) -> Alert:
    storm = alerts.by_id(storm_id)
    if storm is None or storm.kind is not AlertKind.STORM or not by.is_site_admin:
        raise OutOfReach(access.NOT_THERE)
    return storm


def _let_go(one: Delivery) -> None:
    one.is_held = False


def _into_one(same: list[Delivery], notices: list[Notice]) -> int:
    """The first takes everything along, as a mail about many things; gives how many have ended in it."""
    first, *others = same
    if not others:
        return 0
    for notice in notices:
        notice.delivery_id = first.id
    db.session.flush()
    first.template = "daily"
    if any(one.team_id != first.team_id for one in others):
        first.team_id = None
    for one in others:
        _end(one, COALESCED)
    return len(others)


def _end(one: Delivery, why: str) -> None:
    """These rows are locked and pending: nobody else may write them now."""
    for name, value in deliveries.end(one, DeliveryState.SKIPPED, why).items():
        setattr(one, name, value)
    one.is_held = False
