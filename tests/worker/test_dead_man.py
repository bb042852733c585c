"""The dead man's switch: called while reminders run, at its own pace, and never in their way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from flask import Flask

from tests.acts.cast import assemble, at
from tests.times import FakeClock
from tracker.notices.channels.sign_of_life import NotReached, call
from tracker.store.base import db
from tracker.store.pulse import PausedDestination
from tracker.worker.dead_man import DeadMan
from tracker.worker.passes import one_pass


class Outside(HTTPServer):
    """Counts the calls, and answers what it is told to."""

    calls: int = 0
    status: int = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/a-secret-path"


class _Answer(BaseHTTPRequestHandler):
    server: Outside

    def do_GET(self) -> None:
        self.server.calls += 1
        self.send_response(self.server.status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_said: object) -> None:
        """Quiet."""


@pytest.fixture
def outside() -> Iterator[Outside]:
    server = Outside(("127.0.0.1", 0), _Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join(10)
    server.server_close()


def test_it_is_called_after_a_sweep_and_not_with_every_one(outside: Outside, clock: FakeClock) -> None:
    dead_man = DeadMan(outside.url, lambda: True)
    for _ in range(9):  # two minutes of sweeps
        dead_man.sweep_succeeded()
        dead_man.wait(60)
        clock.move(seconds=15)
    assert outside.calls == 2


def test_without_an_address_nobody_is_called(clock: FakeClock) -> None:
    dead_man = DeadMan(None, lambda: True)
    dead_man.sweep_succeeded()
    assert dead_man._calling is None


def test_while_something_is_wrong_it_is_not_called_and_at_once_when_that_is_over(
    outside: Outside, clock: FakeClock
) -> None:
    is_well = [False, False, True]
    dead_man = DeadMan(outside.url, lambda: is_well.pop(0))
    for calls in (0, 0, 1):
        dead_man.sweep_succeeded()
        dead_man.wait(60)
        assert outside.calls == calls


@pytest.mark.parametrize("status", [302, 404, 500])
def test_an_answer_that_is_no_yes_is_said_without_the_address(outside: Outside, status: int) -> None:
    outside.status = status
    with pytest.raises(NotReached, match=str(status)) as said:
        call(outside.url, timeout=5)
    assert "secret" not in str(said.value)
    assert outside.calls == 1, "redirects are not followed"


def test_nobody_there_is_said_and_harms_nothing(clock: FakeClock, outside: Outside) -> None:
    url = outside.url
    outside.server_close()
    with pytest.raises(NotReached):
        call(url, timeout=2)
    dead_man = DeadMan(url, lambda: True)
    dead_man.sweep_succeeded()
    dead_man.wait(60)
    assert dead_man._calling is not None
    assert not dead_man._calling.is_alive()


def test_one_pass_that_went_well_calls_it_once_and_one_in_another_time_does_not(
    make_app: Callable[..., Flask], outside: Outside, clock: FakeClock
) -> None:
    app = make_app(dead_man_url=outside.url)
    with app.app_context():
        assemble()
    one_pass(app, as_of=at("Wednesday 2026-11-25 10:00"))
    assert outside.calls == 0
    one_pass(app)
    assert outside.calls == 1


def test_a_pass_after_which_mail_is_held_does_not_say_that_all_is_well(
    make_app: Callable[..., Flask], outside: Outside, clock: FakeClock
) -> None:
    app = make_app(dead_man_url=outside.url)
    with app.app_context():
        assemble()
        until = clock.now() + timedelta(minutes=10)
        db.session.add(PausedDestination(destination="smtp:relay.example:25", until=until, since=clock.now()))
        db.session.commit()
    one_pass(app)
    assert outside.calls == 0
