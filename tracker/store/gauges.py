"""Numbers about the whole site, counted when somebody asks: for `/healthz` and `/metrics`. No names, no texts."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, aliased

from tracker.domain import health
from tracker.domain.promises import PromiseState
from tracker.domain.retries import MAX_AGE
from tracker.store import pulse
from tracker.store.base import db
from tracker.store.delivery_events import DeliveryEvent, Happened
from tracker.store.notices import Channel, Delivery, DeliveryState, Lane, Notice
from tracker.store.promises import OF_SUGGESTION, PromiseRow
from tracker.store.pulse import NOBODY_WAITS, TickError
from tracker.store.teams import Team

#: A second copy that takes longer is with a sender that hangs, or is dead too.
A_MOMENT = timedelta(minutes=1)
#: A name, what it says, its labels, its value.
Gauge = tuple[str, str, dict[str, str], float]


def has_team() -> bool:
    return db.session.scalar(sa.select(Team.id).limit(1)) is not None


def oldest_due_at(now: datetime, *, lanes: Collection[Lane] = tuple(Lane)) -> datetime | None:
    """When the mail that waits longest should have left; none where none waits. What is held waits for somebody, and a
    team's webhook is its own matter."""
    is_mail = Delivery.channel == Channel.EMAIL
    is_due = sa.and_(Delivery.state == DeliveryState.PENDING, Delivery.next_attempt_at <= now)
    where = (is_mail, is_due, sa.not_(Delivery.is_held), Delivery.lane.in_(lanes))
    return db.session.scalar(sa.select(sa.func.min(Delivery.next_attempt_at)).where(*where))


def last_taken_at(destination: str, now: datetime) -> datetime | None:
    """When the destination last took a mail of those that were made so lately that one may still wait; none: never."""
    statement = sa.select(sa.func.max(Delivery.sent_at)).where(
        Delivery.state == DeliveryState.SENT,
        Delivery.destination == destination,
        Delivery.created_at > now - MAX_AGE - timedelta(days=1),
    )
    found: datetime | None = db.session.scalar(statement)
    return found


def oldest_put_off_at(now: datetime) -> datetime | None:
    """When the first mail was told "later" that still waits, at a destination that has taken nothing since; none where
    none was. Each such answer puts its mail off, so that it is hardly ever due."""
    later = sa.func.min(DeliveryEvent.at).label("at")
    statement = (
        sa.select(Delivery.destination, Delivery.address, Delivery.attempts, later)
        .join(DeliveryEvent, DeliveryEvent.delivery_id == Delivery.id)
        .where(*told_later(), Delivery.attempts > 0)
        .group_by(Delivery.id)
    )
    first = statement.subquery()
    found = []
    for destination in db.session.scalars(sa.select(first.c.destination).distinct()).all():
        since = first.c.at > (last_taken_at(destination, now) or NOBODY_WAITS)
        addresses, tries = sa.func.count(first.c.address.distinct()), sa.func.max(first.c.attempts)
        seen = sa.select(sa.func.min(first.c.at), addresses, tries).where(first.c.destination == destination, since)
        at, many, most = db.session.execute(seen).one()
        found += [at] if health.is_of_the_server(many, most or 0) else []
    return min(found, default=None)


def told_later() -> tuple[sa.ColumnElement[bool], ...]:
    """Mails that wait, joined with each time that they were not taken; since somebody tried again by hand, where
    somebody did."""
    earlier = aliased(DeliveryEvent)
    by_hand = sa.select(sa.func.max(earlier.id)).where(
        earlier.delivery_id == Delivery.id, earlier.what == Happened.RETRIED
    )
    return (
        Delivery.channel == Channel.EMAIL,
        Delivery.state == DeliveryState.PENDING,
        sa.not_(Delivery.is_held),
        DeliveryEvent.what.in_((Happened.REFUSED, Happened.UNKNOWN)),
        DeliveryEvent.id > sa.func.coalesce(by_hand.correlate(Delivery).scalar_subquery(), 0),
    )


def oldest_lost_at(now: datetime, *, lease: timedelta) -> datetime | None:
    """When the mail should have left that is with a sender who must be dead; none where none is.

    Longer than a lease nobody sends. And where senders die one after the other, each lease frees it for the next one:
    what has lost one already, and has been with the next for more than a moment, waits since it was made.
    """
    statement = sa.select(Delivery).where(
        Delivery.state.in_((DeliveryState.CLAIMED, DeliveryState.SENDING)), Delivery.channel == Channel.EMAIL
    )
    waits = [
        busy.created_at if busy.facts.get("lost") else busy.next_attempt_at
        for busy in db.session.scalars(statement)
        if busy.claimed_at is not None and now - busy.claimed_at > (A_MOMENT if busy.facts.get("lost") else lease)
    ]
    return min(waits, default=None)


def held_by_brake() -> int:
    """How many messages wait for a site admin because one pass wanted so many."""
    is_held = sa.and_(Delivery.is_held, Delivery.state == DeliveryState.PENDING)
    return _count(Delivery.id, Delivery.storm_id.is_not(None), is_held)


def all_of_them(now: datetime) -> Iterator[Gauge]:
    for tick, beat in pulse.heartbeats().items():
        age = (now - beat.at).total_seconds()
        yield "tracker_heartbeat_age_seconds", "Since a tick last did its work", {"tick": tick}, age
    oldest = min(filter(None, (oldest_due_at(now), oldest_put_off_at(now))), default=None)
    waited = (now - oldest).total_seconds() if oldest else 0.0
    yield "tracker_delivery_oldest_wait_seconds", "How long the oldest message has waited that was due", {}, waited
    yield "tracker_deliveries_held", "Messages that the storm brake holds", {}, held_by_brake()
    for state, count in _by(Delivery.state):
        yield "tracker_deliveries", "Messages by state", {"state": state}, count
    for state, count in _by(Notice.state):
        yield "tracker_notices", "Notices by state", {"state": state}, count
    for kind, count in _by(PromiseRow.kind, PromiseRow.state == PromiseState.OPEN):
        yield "tracker_promises_open", "Open promises by kind", {"kind": kind}, count
    late = (PromiseRow.state == PromiseState.OPEN, PromiseRow.due_at < now, PromiseRow.kind.in_(OF_SUGGESTION))
    yield "tracker_promises_late", "Open promises whose date has passed", {}, _count(PromiseRow.id, *late)
    hour = TickError.at > now - timedelta(hours=1)
    yield "tracker_tick_errors_last_hour", "Rows that a tick could not deal with", {}, _count(TickError.id, hour)
    for paused in pulse.paused_destinations(now):
        left = (paused.until - now).total_seconds()
        yield "tracker_destination_paused_seconds", "Until it is tried again", {"destination": paused.destination}, left


def _by(column: InstrumentedAttribute[Any], *where: sa.ColumnElement[bool]) -> list[tuple[str, int]]:
    statement = sa.select(column, sa.func.count()).where(*where).group_by(column)
    return [(str(row[0].value), int(row[1])) for row in db.session.execute(statement)]


def _count(column: InstrumentedAttribute[int], *where: sa.ColumnElement[bool]) -> int:
    return db.session.scalar(sa.select(sa.func.count(column)).where(*where)) or 0
