"""``/livez``: the process answers. ``/healthz``: the promise is kept. ``/metrics``: numbers, closed by default."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator

from flask import Response, abort, jsonify, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from tracker.acts import health
from tracker.store import gauges
from tracker.web.blueprint import web
from tracker.web.identity import now, settings


@web.get("/livez")
def livez() -> Response:
    """Asks nothing of anybody."""
    return _plain("ok\n", 200)


@web.get("/healthz")
def healthz() -> Response:
    """200, or 503 with the reasons: as JSON, or as lines for who asks for text. In English: it is read by machines."""
    reasons = health.reasons(settings(), now=now())
    status = 503 if reasons else 200
    asked = request.accept_mimetypes.best_match(["application/json", "text/plain", "text/html"], "application/json")
    if asked != "application/json":
        return _plain("".join(f"{reason}\n" for reason in reasons) or "ok\n", status)
    said = [{"code": reason.code, "text": str(reason)} for reason in reasons]
    response = jsonify(status="red" if reasons else "ok", reasons=said)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


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
