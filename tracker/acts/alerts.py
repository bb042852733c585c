"""Looking after causes: what is wrong is told once, and no longer open when it is gone."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import sqlalchemy as sa

from tracker.domain import chat_addresses
from tracker.domain.alerts import (
    AWAY_AFTER,
    DOOR,
    INBOUND,
    REFUSED_IN_A_ROW,
    REMEMBERED_FOR,
    AlertKind,
    Cause,
    Pause,
    changes,
    of_door,
    of_given_up,
    of_later,
    of_mailbox,
    of_outlet,
    of_pause,
    of_refusals,
)
from tracker.notices import alerts as telling
from tracker.notices import leases, outbox, storms
from tracker.store import alerts, delivery_events, gauges, outlets, pulse
from tracker.store.alerts import Alert
from tracker.store.base import db
from tracker.store.delivery_events import DeliveryEvent
from tracker.store.notices import Channel, Delivery, DeliveryState
from tracker.store.outlets import Outlet
from tracker.store.pulse import PausedDestination

#: A relay that refused so long ago and was asked for nothing since is no news.
REFUSED_WITHIN = timedelta(days=1)
#: How the end of a message begins that tells of a cause.
_ENDS = {AlertKind.CANNOT_BE_WRITTEN: outbox.CANNOT_BE_WRITTEN, AlertKind.KILLS_ITS_SENDER: leases.LOST}


def look(*, destination: str, is_receiving: bool, now: datetime) -> dict[str, int]:
    """Open an alert for each new cause and close those whose cause is gone. Doing it twice does nothing more.

    ``destination`` is the relay of the settings, ``is_receiving`` whether they name a way in for mail; what was said
    under former settings is nobody's concern.
    """
    known = {alert.cause: alert for alert in alerts.open_now()}
    mailbox = _of_mailbox(now) if is_receiving else []
    relay = [*_of_pauses(destination), *_of_refusals(destination, now), *_of_later(destination, now)]
    ended = [*_of_ends(now), *_of_given_up(destination, now)]
    due = changes(known.keys(), [*relay, *mailbox, *_of_outlets(), *ended, *_of_storms()])
    opened = [cause for cause in due.opened if telling.open_about(cause, now=now)]
    closed = [cause for cause in due.closed if telling.close(known[cause], now=now)]
    for cause in closed:
        _let_go_on(known[cause], destination, now)
    return {"alerts opened": len(opened), "alerts closed": len(closed)}


def _let_go_on(alert: Alert, destination: str, now: datetime) -> None:
    """The relay takes mails again: who was told "later" meanwhile need not wait for hours more."""
    is_back = (gauges.last_taken_at(destination, now) or pulse.NOBODY_WAITS) > alert.opened_at
    if alert.kind is AlertKind.SERVER_AWAY and alert.subject == destination and is_back:
        outbox.hasten(destination, now=now)


def _of_pauses(destination: str) -> list[Cause]:
    """Its row stays until the first message is taken, so the cause is gone when it really is."""
    cause = of_pause(pause) if (pause := _pause(destination)) is not None else None
    return [cause] if cause is not None else []


def _of_mailbox(now: datetime) -> list[Cause]:
    """Where mail comes in: their rows stay until it is fetched, and until the door is open."""
    mailbox = of_mailbox(pause, now=now) if (pause := _pause(INBOUND)) is not None else None
    door = of_door(pause, now=now) if (pause := _pause(DOOR)) is not None else None
    return [cause for cause in (mailbox, door) if cause is not None]


def _pause(destination: str) -> Pause | None:
    statement = sa.select(PausedDestination).where(PausedDestination.destination == destination)
    row = db.session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        return None
    return Pause(destination=row.destination, refusals=row.refusals, why=row.why, since=row.since)


def _of_refusals(destination: str, now: datetime) -> list[Cause]:
    """Mails of the last day that it refused for good since it last took one; most of the time there are none at all."""
    dead = (
        sa.select(Delivery.address, Delivery.outcome, Delivery.claimed_at)
        .where(
            Delivery.state == DeliveryState.DEAD,
            Delivery.destination == destination,
            Delivery.created_at > now - REMEMBERED_FOR,
            Delivery.claimed_at > now - REFUSED_WITHIN,
            Delivery.outcome.startswith("5"),
        )
        .order_by(Delivery.claimed_at)
    )
    refused = db.session.execute(dead).all()
    if len(refused) < REFUSED_IN_A_ROW:
        return []
    last = gauges.last_taken_at(destination, now)
    since = [(address, words) for address, words, at in refused if last is None or (at is not None and at > last)]
    cause = of_refusals(destination, since)
    return [cause] if cause is not None else []


def _of_later(destination: str, now: datetime) -> list[Cause]:
    """Mails that wait and were told "later" twice, the last time since it took one."""
    last_heard = sa.func.max(DeliveryEvent.at)
    statement = (
        sa.select(Delivery.address, Delivery.outcome)
        .join(DeliveryEvent, DeliveryEvent.delivery_id == Delivery.id)
        .where(*gauges.told_later(), Delivery.destination == destination, Delivery.attempts >= AWAY_AFTER)
        .group_by(Delivery.id)
        .having(last_heard > (gauges.last_taken_at(destination, now) or pulse.NOBODY_WAITS))
        .order_by(last_heard, Delivery.id)
    )
    cause = of_later(destination, [(address, words) for address, words in db.session.execute(statement)])
    return [cause] if cause is not None else []


def _of_given_up(destination: str, now: datetime) -> list[Cause]:
    """Mails that nobody took for five days and that ended within the last one, until somebody has seen to each."""
    heard = sa.select(DeliveryEvent.said).where(
        DeliveryEvent.delivery_id == Delivery.id, DeliveryEvent.what.in_(delivery_events.TROUBLE)
    )
    words = heard.order_by(DeliveryEvent.id.desc()).limit(1).correlate(Delivery).scalar_subquery()
    statement = (
        sa.select(sa.func.coalesce(words, ""))
        .where(
            Delivery.state == DeliveryState.DEAD,
            Delivery.destination == destination,
            Delivery.created_at > now - REMEMBERED_FOR,
            Delivery.claimed_at > now - REFUSED_WITHIN,
            Delivery.outcome == outbox.GIVEN_UP,
        )
        .order_by(Delivery.claimed_at)
    )
    cause = of_given_up(db.session.scalars(statement).all())
    return [cause] if cause is not None else []


def _of_outlets() -> list[Cause]:
    """Webhooks and chats that nobody has switched off, and that take nothing all the same."""
    found = [
        of_outlet(
            outlet.destination,
            refusals=refusals,
            has_ended=outlet.stopped_at is not None,
            facts={"team": team.name, "slug": team.slug, "team_id": team.id, "where": _where(outlet)},
        )
        for outlet, team, refusals in outlets.in_trouble()
    ]
    return [cause for cause in found if cause is not None]


def _where(outlet: Outlet) -> str:
    """What may be shown of its address: who reads the rest of it can write there."""
    if outlet.channel is Channel.CHAT:
        return chat_addresses.name_of(outlet.url)
    return urlsplit(outlet.url).hostname or ""


def _of_ends(now: datetime) -> list[Cause]:
    """What was given up for a reason of ours, until somebody has sent or discarded each such message."""
    causes = []
    for kind, begins in _ENDS.items():
        statement = (
            sa.select(Delivery.template, sa.func.count())
            .where(
                Delivery.state == DeliveryState.DEAD,
                Delivery.created_at > now - REMEMBERED_FOR,
                Delivery.outcome.startswith(begins, autoescape=True),
            )
            .group_by(Delivery.template)
            .order_by(Delivery.template)
        )
        causes += [Cause(kind, template) for template, _count in db.session.execute(statement)]
    return causes


def _of_storms() -> list[Cause]:
    """The one that is open, as long as it holds anything: each message can be decided about by itself, too."""
    alert = alerts.open_about(AlertKind.STORM)
    return [alert.cause] if alert is not None and storms.count_held(alert.id) else []
