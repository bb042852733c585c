"""Whether the promise is kept right now: for ``/healthz``, and before somebody outside is told that all is well."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tracker.domain import health
from tracker.domain.alerts import DOOR
from tracker.domain.errors import N_
from tracker.domain.health import Reason, Signs, Tick
from tracker.notices import turns
from tracker.notices.outgoing import MailSettings, Outgoing
from tracker.store import gauges, instance, outlets, pulse, schema
from tracker.store.base import db
from tracker.store.notices import Lane
from tracker.store.schema import SchemaRefused, SchemaState


def reasons(settings: MailSettings, *, now: datetime) -> list[Reason]:
    """Everything that is wrong, the worst first; a database that is away is one of them, and raises nothing."""
    try:
        found = schema.state()
        if found is not SchemaState.AT_HEAD:
            message = N_("The database has the schema of another version (%(state)s).")
            return [Reason(code="schema", message=message, facts={"state": found.value})]
        return health.reasons(_signs(settings, now), now=now)
    except (SchemaRefused, sa.exc.SQLAlchemyError):
        db.session.rollback()
        return [Reason(code="database_unreachable", message=N_("The database cannot be reached."))]


def _signs(settings: MailSettings, now: datetime) -> Signs:
    held = instance.holds(settings.public_url)
    more: dict[str, Any] = {"put_back_at": held.put_back_at, "stored_address": held.stored_address}
    lacks_mail_server = settings.is_production and settings.smtp is None
    if not gauges.has_team():
        # Nothing has been promised yet, so nothing can be broken.
        return Signs(beats=dict.fromkeys(Tick, now), lacks_mail_server=lacks_mail_server, **more)
    return Signs(
        beats={tick: beat.at for tick, beat in pulse.heartbeats().items()},
        **_waits(Outgoing.of(settings), now),
        # a team's webhook that is down is told to its owners, and is no reason to wake an administrator
        paused={p.destination: p.until for p in pulse.paused_destinations(now) if not outlets.is_one(p.destination)},
        held_by_brake=gauges.held_by_brake(),
        lacks_mail_server=lacks_mail_server,
        is_receiving=settings.inbound is not None,
        **_door(),
        **more,
    )


def _door() -> dict[str, Any]:
    """Since when the door for mails is shut, where it is."""
    shut = pulse.missed_of(DOOR)
    return {"shut_since": shut.since, "shut_why": shut.why} if shut is not None else {}


def _waits(outgoing: Outgoing, now: datetime) -> dict[str, Any]:
    """Since when mails wait: for a sender, or for their turn alone."""
    due, in_turn = gauges.oldest_due_at(now), None
    others = gauges.oldest_lost_at(now, lease=outgoing.lease), gauges.oldest_put_off_at(now)
    if due is not None and turns.is_all(outgoing, now=now):
        due, in_turn = gauges.oldest_due_at(now, lanes=(Lane.SECURITY,)), due
    return {"oldest_due_at": min(filter(None, (due, *others)), default=None), "in_turn_since": in_turn}
