"""``/livez``: the process answers. ``/healthz``: the promise is kept. ``/metrics``: numbers, closed by default."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from flask import Response, abort, jsonify, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from tracker.domain import health
from tracker.domain.errors import N_
from tracker.domain.health import Reason, Signs, Tick
from tracker.store import gauges, instance, outlets, pulse, schema
from tracker.store.base import db
from tracker.store.schema import SchemaRefused, SchemaState
from tracker.web.blueprint import web
from tracker.web.identity import now, settings


@web.get("/livez")
def livez() -> Response:
    """Asks nothing of anybody."""
    return _plain("ok\n", 200)


@web.get("/healthz")
def healthz() -> Response:
    """200, or 503 with the reasons: as JSON, or as lines for who asks for text. In English: it is read by machines."""
    reasons = _reasons()
    status = 503 if reasons else 200
    asked = request.accept_mimetypes.best_match(["application/json", "text/plain", "text/html"], "application/json")
    if asked != "application/json":
        return _plain("".join(f"{reason}\n" for reason in reasons) or "ok\n", status)
    said = [{"code": reason.code, "text": str(reason)} for reason in reasons]
    response = jsonify(status="red" if reasons else "ok", reasons=said)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


def _reasons() -> list[Reason]:
    try:
        found = schema.state()
        if found is not SchemaState.AT_HEAD:
            message = N_("The database has the schema of another version (%(state)s).")
            return [Reason(code="schema", message=message, facts={"state": found.value})]
        return health.reasons(_signs(), now=now())
    except (SchemaRefused, sa.exc.SQLAlchemyError):
        db.session.rollback()
        return [Reason(code="database_unreachable", message=N_("The database cannot be reached."))]


def _signs() -> Signs:
    held = instance.holds(settings().public_url)
    more: dict[str, Any] = {"put_back_at": held.put_back_at, "stored_address": held.stored_address}
    lacks_mail_server = settings().is_production and settings().smtp is None
    if not gauges.has_team():
        # Nothing has been promised yet, so nothing can be broken.
        return Signs(beats=dict.fromkeys(Tick, now()), lacks_mail_server=lacks_mail_server, **more)
    return Signs(
        beats={tick: beat.at for tick, beat in pulse.heartbeats().items()},
        oldest_due_at=gauges.oldest_due_at(now()),
        # a team's webhook that is down is told to its owners, and is no reason to wake an administrator
        paused={p.destination: p.until for p in pulse.paused_destinations(now()) if not outlets.is_one(p.destination)},
        held_by_brake=gauges.held_by_brake(),
        lacks_mail_server=lacks_mail_server,
        is_receiving=settings().inbound is not None,
        **more,
    )


@web.get("/metrics")
def metrics() -> Response:
    """For who shows the token of the settings. Without one in the settings there is nothing here."""
    token = settings().metrics_token
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if token is None or kind.lower() != "bearer" or not hmac.compare_digest(given.encode(), token.encode()):
        abort(404)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector())
    return _plain(generate_latest(registry).decode(), 200)


class _Collector(Collector):
    """Counted at the moment of the scrape, from SQL: every process would say the same."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        return iter(_families())


def _families() -> Iterator[GaugeMetricFamily]:
    families: dict[str, GaugeMetricFamily] = {}
    for name, said, labels, value in gauges.all_of_them(now()):
        family = families.setdefault(name, GaugeMetricFamily(name, said, labels=list(labels)))
        family.add_metric(list(labels.values()), value)
    yield from families.values()


def _plain(text: str, status: int) -> Response:
    response = Response(text, status, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response
