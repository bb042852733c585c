"""A door for mails that nobody can open is told of, and one that another worker of this site holds is open."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from config_inbound import Listener
from tests.acts.cast import assemble
from tests.inbound.conftest import INBOUND, NOW
from tests.inbound.test_receiver import free_port
from tests.times import FakeClock
from tracker.acts import alerts, health
from tracker.domain.alerts import DOOR
from tracker.domain.health import Tick
from tracker.inbound.receiver import Shut
from tracker.notices import in_app
from tracker.store import pulse
from tracker.store.base import db
from tracker.worker import ticks
from tracker.worker.inbound import Ears
from tracker.worker.jumps import JumpDetector

MINUTE = timedelta(minutes=1)
Make = Callable[..., Flask]


def listening_at(make_app: Make, host: str, port: int, **settings: object) -> Flask:
    inbound = replace(INBOUND, listen=Listener("lmtp", host, port))
    return make_app(inbound=inbound, timeout_scale=0.1, **settings)


@contextmanager
def somebody_else(greeting: bytes) -> Iterator[int]:
    """Another program at a port, which greets so; without a greeting it is as silent as one that was frozen."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held = []

        def serve() -> None:
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                held.append(client)
                if greeting:
                    client.sendall(greeting)

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        for one in held:
            one.close()


def hears(app: Flask, minutes: int = 0) -> str:
    """One tick of a new worker: why it found the door shut, or nothing."""
    ears = Ears(app)
    try:
        with app.app_context():
            ears.hear(now=NOW + minutes * MINUTE)
        return ""
    except Shut as shut:
        return str(shut)
    finally:
        ears.stop()


def red(app: Flask, minutes: int) -> list[str]:
    found = health.reasons(app.config["TRACKER"], now=NOW + minutes * MINUTE)
    return [str(one) for one in found if one.code == "inbound_shut"]


def look(minutes: int) -> dict[str, int]:
    return alerts.look(destination="relay:x", is_receiving=True, now=NOW + minutes * MINUTE)


@pytest.mark.parametrize(
    "greeting", [b"220 mx.example ESMTP Postfix\r\n", b"220 other.example Tracker 01234567\r\n", b""]
)
def test_a_port_that_somebody_else_holds_is_told_of_once_and_until_it_is_free(
    make_app: Make, clock: FakeClock, greeting: bytes
) -> None:
    with somebody_else(greeting) as port:
        app = listening_at(make_app, "127.0.0.1", port)
        with app.app_context():
            cast = assemble()
            cast.anke.is_site_admin = True
            db.session.commit()
        assert "address already in use" in hears(app)
        with app.app_context():
            assert (red(app, 0), look(1)["alerts opened"]) == ([], 0), "a worker may be about to start anew"
        assert hears(app, 2)
        with app.app_context():
            (said,) = red(app, 2)
            assert said.startswith("Mail that comes in cannot be handed over since 2026-11-25")
            assert "address already in use" in said
            assert (look(2)["alerts opened"], look(3)["alerts opened"]) == (1, 0)
            assert "Eingehende Mails lassen sich nicht übergeben" in [
                line.sentence for line in in_app.latest(cast.anke, now=NOW + 3 * MINUTE)
            ]
            db.session.commit()
    assert hears(app, 4) == ""
    with app.app_context():
        assert red(app, 9) == []
        assert look(4)["alerts closed"] == 1


def test_a_port_that_may_not_be_opened_leaves_no_heartbeat(make_app: Make, clock: FakeClock) -> None:
    """An address of another machine stands for a port below 1024, which root may open."""
    app = listening_at(make_app, "192.0.2.1", 24)
    ears = Ears(app)
    ticks.run(app, Tick.INBOUND, lambda now: ears.hear(now=now), JumpDetector())
    with app.app_context():
        assert Tick.INBOUND not in pulse.heartbeats()
        shut = pulse.missed_of(DOOR)
        assert shut is not None
        # Python says it in its own words from 3.13 on
        assert "assign requested address" in shut.why or "could not bind on any address" in shut.why


def test_a_second_worker_of_the_same_site_finds_its_mails_taken(make_app: Make, clock: FakeClock) -> None:
    app = listening_at(make_app, "127.0.0.1", free_port())
    first = Ears(app)
    try:
        with app.app_context():
            first.hear(now=NOW)
        assert hears(app) == ""
        with app.app_context():
            assert pulse.missed_of(DOOR) is None
    finally:
        first.stop()


def test_one_of_another_site_does_not_count_as_ours(make_app: Make, clock: FakeClock) -> None:
    port = free_port()
    other = listening_at(make_app, "127.0.0.1", port, public_url="https://other.example")
    first = Ears(other)
    try:
        with other.app_context():
            first.hear(now=NOW)
        assert "address already in use" in hears(listening_at(make_app, "127.0.0.1", port))
    finally:
        first.stop()


def test_what_was_shut_is_forgotten_where_nobody_is_to_hand_over_mail_any_more(
    make_app: Make, clock: FakeClock
) -> None:
    app = listening_at(make_app, "192.0.2.1", 24)
    assert hears(app)
    app.config["TRACKER"] = replace(app.config["TRACKER"], inbound=replace(INBOUND, listen=None))
    assert hears(app, 1) == ""
    with app.app_context():
        assert pulse.missed_of(DOOR) is None
