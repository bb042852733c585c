"""``/healthz`` says whether the promise is kept, and why not; ``/metrics`` is closed by default."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from config import SmtpServer
from tests.acts.cast import assemble, at
from tests.times import FakeClock
from tracker.domain.health import Signs, Tick, reasons
from tracker.notices import outbox, security_mail, turns
from tracker.notices.outgoing import Outgoing
from tracker.store import pulse
from tracker.store.base import db
from tracker.store.notices import Delivery, DeliveryState, Lane
from tracker.store.pulse import PausedDestination

NOW = at("Thursday 2026-11-26 10:00")
ALIVE = {tick.value: NOW for tick in Tick}


def codes(**changes: Any) -> list[str]:
    return [reason.code for reason in reasons(Signs(**{"beats": ALIVE, **changes}), now=NOW)]


# On paper -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tick", [Tick.SWEEP, Tick.DELIVERY, Tick.DIGESTS])
@pytest.mark.parametrize(("age", "is_red"), [(0, False), (90, False), (91, True), (-60, False), (-61, True)])
def test_red_after_ninety_seconds_without_a_tick_and_when_it_comes_from_the_future(
    tick: Tick, age: int, is_red: bool
) -> None:
    found = codes(beats=ALIVE | {tick.value: NOW - timedelta(seconds=age)})
    assert found == ([f"{tick.value}_silent"] if is_red else [])


@pytest.mark.parametrize(("minutes", "is_red"), [(30, False), (31, True)])
def test_housekeeping_may_be_silent_for_half_an_hour(minutes: int, is_red: bool) -> None:
    found = codes(beats=ALIVE | {"housekeeping": NOW - timedelta(minutes=minutes)})
    assert found == (["housekeeping_silent"] if is_red else [])


@pytest.mark.parametrize(("minutes", "is_red"), [(5, False), (6, True)])
def test_where_mail_is_received_it_has_to_be_fetched_and_read(minutes: int, is_red: bool) -> None:
    beats = ALIVE | {"inbound": NOW - timedelta(minutes=minutes)}
    assert codes(beats=beats, is_receiving=True) == (["inbound_silent"] if is_red else [])
    assert codes(beats=beats) == []


def test_each_thing_that_is_wrong_is_said() -> None:
    assert codes(beats={}) == ["sweep_silent", "delivery_silent", "digests_silent", "housekeeping_silent"]
    assert codes(oldest_due_at=NOW - timedelta(minutes=10)) == []
    assert codes(oldest_due_at=NOW - timedelta(minutes=11)) == ["delivery_waiting"]
    assert codes(paused={"relay:mx:25": NOW}) == []
    assert codes(paused={"relay:mx:25": NOW + timedelta(minutes=1)}) == ["destination_paused"]
    assert codes(held_by_brake=60) == ["storm_held"]
    assert codes(lacks_mail_server=True) == ["no_mail_server"]


@pytest.mark.parametrize(("minutes", "found"), [(11, []), (120, []), (121, ["pace_too_slow"])])
def test_what_waits_for_its_turn_alone_is_well_for_two_hours(minutes: int, found: list[str]) -> None:
    assert codes(in_turn_since=NOW - timedelta(minutes=minutes)) == found


def test_a_reason_is_a_sentence() -> None:
    (reason,) = reasons(Signs(beats=ALIVE | {"sweep": NOW - timedelta(minutes=3)}), now=NOW)
    assert str(reason) == "No reminder has been looked for since 2026-11-26 08:57:00 UTC."


# As asked -------------------------------------------------------------------------------------------------------------


def _beat(app: Flask, at: datetime) -> None:
    with app.app_context():
        for tick in Tick:
            pulse.beat(tick.value, at=at)
        db.session.commit()


def _fill(app: Flask) -> None:
    with app.app_context():
        assemble()


def test_the_process_answers_whatever_the_database_does(client: FlaskClient) -> None:
    answer = client.get("/livez")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_a_site_without_a_team_is_green(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok", "reasons": []})
    assert answer.headers["Cache-Control"] == "no-store"


def test_with_a_team_somebody_has_to_keep_its_promises(app: Flask, client: FlaskClient, clock: FakeClock) -> None:
    _fill(app)
    red = client.get("/healthz")
    assert red.status_code == 503
    assert red.json is not None
    assert red.json["reasons"][0] == {
        "code": "sweep_silent",
        "text": "No reminder has been looked for yet: the worker does not run.",
    }
    _beat(app, clock.now())
    assert client.get("/healthz").status_code == 200
    clock.move(seconds=91)
    lines = client.get("/healthz", headers={"Accept": "text/plain"})
    assert lines.status_code == 503
    assert lines.text.splitlines()[0] == "No reminder has been looked for since 2026-11-24 09:00:00 UTC."


def test_mail_that_waits_and_a_server_that_refuses_are_seen(app: Flask, client: FlaskClient, clock: FakeClock) -> None:
    _fill(app)
    _beat(app, clock.now())
    with app.app_context():
        waiting = {"key": "x", "destination": "mailbox", "address": "x@example.org", "message_id": "x@example.org"}
        early = clock.now() - timedelta(minutes=20)
        db.session.add(
            Delivery(**waiting, lane=Lane.NEWS, template="test", next_attempt_at=early, created_at=early, facts={})
        )
        until = clock.now() + timedelta(minutes=5)
        db.session.add(PausedDestination(destination="relay:mx:25", until=until, since=early, why="421"))
        db.session.commit()
    answer = client.get("/healthz").json
    assert answer is not None
    assert [reason["code"] for reason in answer["reasons"]] == ["delivery_waiting", "destination_paused"]


def test_production_without_a_mail_server_is_red(make_app: Callable[..., Flask]) -> None:
    url = {"env": "production", "public_url": "https://tracker.example"}
    red = make_app(**url).test_client().get("/healthz", base_url="https://tracker.example")
    assert red.status_code == 503
    assert "TRACKER_SMTP_URL" in red.text
    green = make_app(**url, smtp=SmtpServer("127.0.0.1", 25, "plain")).test_client()
    assert green.get("/healthz", base_url="https://tracker.example").status_code == 200


def test_a_database_of_another_version_is_red(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        db.session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        db.session.commit()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json["reasons"][0]["code"]) == (503, "schema")  # type: ignore[index]


@pytest.mark.databases("sqlite")
def test_a_database_that_cannot_be_reached_is_red_with_a_sentence(
    make_app: Callable[..., Flask], tmp_path: Any
) -> None:
    (tmp_path / "gone.sqlite3").mkdir()
    (tmp_path / "gone.sqlite3" / "x").touch()
    client = make_app(database_url=f"sqlite:///{tmp_path / 'gone.sqlite3'}").test_client()
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json == {
        "status": "red",
        "reasons": [{"code": "database_unreachable", "text": "The database cannot be reached."}],
    }


# Numbers --------------------------------------------------------------------------------------------------------------

TOKEN = "a-token-for-the-scraper"


def test_there_are_no_metrics_by_default(client: FlaskClient) -> None:
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_metrics_are_for_who_shows_the_token(make_app: Callable[..., Flask], clock: FakeClock) -> None:
    app = make_app(metrics_token=TOKEN)
    _fill(app)
    _beat(app, clock.now() - timedelta(seconds=12))
    client = app.test_client()
    assert client.get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 404
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert 'tracker_heartbeat_age_seconds{tick="sweep"} 12.0' in answer.text
    assert "tracker_promises_late 0.0" in answer.text
    assert "nachtwache" not in answer.text, "numbers name nobody"


def test_a_backlog_that_leaves_at_its_pace_is_no_reason_and_one_that_has_stopped_is(
    make_app: Callable[..., Flask], clock: FakeClock
) -> None:
    app = make_app(smtp=SmtpServer("mx.example", 25, "plain"), mails_per_minute=4)
    outgoing = Outgoing.of(app.config["TRACKER"])
    assert outgoing.pace is not None
    with app.app_context():
        cast = assemble()
        for number in range(4):
            security_mail.owe("test", key=f"test:{number}", person=cast.nari, now=clock.now())
        db.session.execute(sa.update(Delivery).values(lane=Lane.NEWS, destination=outgoing.destination))
        db.session.commit()
    clock.move(minutes=20)
    _beat(app, clock.now())
    assert _codes(app) == ["delivery_waiting"], "nothing has left yet"
    with app.app_context():
        (claim,) = outbox.claim(outgoing.destination, now=clock.now(), pace=outgoing.pace)
        db.session.commit()
    assert _codes(app) == ["delivery_waiting"], "a turn was taken, and the relay may hang"
    with app.app_context():
        sent = db.session.get_one(Delivery, claim.delivery_id)
        sent.state, sent.sent_at = DeliveryState.SENT, clock.now()
        db.session.commit()
        assert turns.waiting(outgoing, now=clock.now()) == 3
    assert _codes(app) == []
    clock.move(seconds=26)
    _beat(app, clock.now())
    assert _codes(app) == ["delivery_waiting"], "a turn lies there and nobody takes it"
    with app.app_context():
        assert len(outbox.claim(outgoing.destination, now=clock.now(), pace=outgoing.pace)) == 1
        db.session.commit()
    assert _codes(app) == []
    with app.app_context():
        one = db.session.scalars(sa.select(Delivery).where(Delivery.state == "pending")).first()
        assert one is not None
        one.lane = Lane.SECURITY
        db.session.commit()
    assert _codes(app) == ["delivery_waiting"], "who is at the door waits for no turn"
    with app.app_context():
        db.session.execute(sa.update(Delivery).values(lane=Lane.NEWS))
        db.session.commit()
    clock.move(seconds=95)
    _beat(app, clock.now())
    with app.app_context():
        assert len(outbox.claim(outgoing.destination, now=clock.now(), pace=outgoing.pace)) == 1
        db.session.commit()
    assert _codes(app) == ["delivery_waiting"], "turns are taken, and nothing has left for two minutes"


def test_a_mail_whose_senders_die_one_after_the_other_is_waiting(app: Flask, clock: FakeClock) -> None:
    """Each lease gives it to the next one, so that it hardly ever is what waits for a sender."""
    with app.app_context():
        cast = assemble()
        outgoing = Outgoing.of(app.config["TRACKER"])
        security_mail.owe("test", key="test:1", person=cast.nari, now=clock.now())
        db.session.commit()
    _beat(app, clock.now())
    with app.app_context():
        (claim,) = outbox.claim(outgoing.destination, now=clock.now())
        db.session.commit()
    clock.move(outgoing.lease)
    _beat(app, clock.now())
    assert _codes(app) == []
    clock.move(seconds=1)
    assert _codes(app) == ["delivery_waiting"], "nobody sends for so long"
    with app.app_context():
        outbox.reap({claim.token: 0.0}, monotonic=9e9, now=clock.now(), outgoing=outgoing)
        (claim,) = outbox.claim(outgoing.destination, now=clock.now())
        db.session.commit()
    assert _codes(app) == [], "the next one has just taken it"
    clock.move(seconds=61)
    assert _codes(app) == ["delivery_waiting"]


def _codes(app: Flask) -> list[str]:
    answer = app.test_client().get("/healthz").json
    return [reason["code"] for reason in (answer or {})["reasons"]]
