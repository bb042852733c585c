"""A clock that jumps rings nothing: it is held against the clock that never goes back."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.acts.cast import Cast, at, raised
from tests.reliability import fault
from tests.times import FakeClock
from tracker import clock as the_clock
from tracker.domain.health import Tick
from tracker.store import pulse
from tracker.store.base import db
from tracker.store.entries import Entry, EntryKind
from tracker.worker import ticks
from tracker.worker.delivery import Senders, deliver
from tracker.worker.jumps import JumpDetector
from tracker.worker.sweep import sweep

NOW = at("Thursday 2026-11-26 10:00")


@pytest.mark.parametrize(
    ("wall", "seconds", "jumps"),
    [
        (timedelta(seconds=15), 15.0, False),
        (timedelta(minutes=5, seconds=15), 15.0, False),
        (timedelta(minutes=5, seconds=16), 15.0, True),
        (timedelta(days=365), 15.0, True),
        (timedelta(minutes=-4), 15.0, False),
        (timedelta(hours=-1), 15.0, True),
        # a machine that slept for the night: both clocks know (CLOCK_BOOTTIME), and what fell due is told at once
        (timedelta(hours=8), 8 * 3600.0, False),
        # … and where the clock that never goes back has slept as well, it is believed after two sweeps
        (timedelta(hours=8), 15.0, True),
        # a tick that took an hour
        (timedelta(hours=1), 3600.0, False),
    ],
)
def test_a_jump_is_more_than_five_minutes_of_difference(wall: timedelta, seconds: float, jumps: bool) -> None:
    detector = JumpDetector()
    assert not detector.look(now=NOW, monotonic=1000.0)
    assert bool(detector.look(now=NOW + wall, monotonic=1000.0 + seconds)) is jumps
    assert detector.is_steady(monotonic=1000.0 + seconds) is not jumps


def test_the_clock_that_never_goes_back_counts_what_a_machine_slept() -> None:
    since_boot = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    before = time.clock_gettime(since_boot)
    assert before <= the_clock.monotonic() <= time.clock_gettime(since_boot)


def test_it_is_believed_again_after_two_steady_sweeps() -> None:
    detector = JumpDetector()
    detector.look(now=NOW, monotonic=0.0)
    detector.look(now=NOW + timedelta(hours=1), monotonic=15.0)
    assert not detector.is_steady(monotonic=15.0)
    assert not detector.is_steady(monotonic=44.9)
    assert detector.is_steady(monotonic=45.0)


def test_the_first_look_of_a_process_never_jumps() -> None:
    detector = JumpDetector()
    assert not detector.look(now=NOW, monotonic=0.0)
    assert detector.is_steady(monotonic=0.0)


@fault("F39", "paused until steady for two sweeps; no notice more, on both databases")
@pytest.mark.parametrize("away", [timedelta(hours=1), timedelta(days=7), timedelta(days=365)])
def test_f39_a_clock_that_is_wrong_for_one_tick_rings_nothing(
    app: Flask, cast: Cast, clock: FakeClock, away: timedelta
) -> None:
    raised(cast)
    clock.set("Thursday 2026-11-26 12:58")
    jumps = JumpDetector()

    def tick() -> None:
        db.session.remove()
        ticks.run(app, Tick.SWEEP, lambda now: sweep(now=now), jumps)

    tick()
    clock.move(seconds=15)
    right = clock.now()
    clock._now = right + away  # the wall clock alone
    tick()
    clock._now = right + timedelta(seconds=15)
    clock._monotonic += 15
    tick()
    assert _rungs() == []

    clock.move(seconds=30)
    tick()
    assert _rungs() == [], "it is 12:59 and nothing is due"
    clock.move(minutes=1)
    tick()
    assert _rungs() == [1]


@fault("F39", "a refusal meanwhile puts nothing off by a year and gives nothing up")
def test_f39_a_sender_that_is_on_its_way_keeps_to_the_time_that_was_believed(
    app: Flask, cast: Cast, clock: FakeClock
) -> None:
    """A refusal at a moment that seemed to be next year would pause the relay until then."""
    clock.set("Thursday 2026-11-26 12:58")
    senders = Senders(app)
    db.session.remove()
    deliver(senders, now=clock.now())
    clock._now += timedelta(days=365)  # the wall clock alone
    clock._monotonic += 20
    assert senders.now() == at("Thursday 2026-11-26 12:58:20")
    deliver(senders, now=clock.now())  # as its ticks do once it has been steady
    assert senders.now() == at("Friday 2027-11-26 12:58")


def test_while_the_clock_jumps_the_heartbeat_goes_on(app: Flask, cast: Cast, clock: FakeClock) -> None:
    jumps = JumpDetector()
    ticks.run(app, Tick.SWEEP, lambda now: sweep(now=now), jumps)
    clock._now += timedelta(hours=2)
    ticks.run(app, Tick.SWEEP, lambda now: sweep(now=now), jumps)
    beat = pulse.heartbeats()["sweep"]
    assert beat.at == clock.now()
    assert beat.facts == {"paused": 1}


def test_a_tick_that_fails_leaves_no_heartbeat_and_the_next_one_does(app: Flask, cast: Cast, clock: FakeClock) -> None:
    def fail(_now: object) -> dict[str, int]:
        raise RuntimeError("no database")

    jumps = JumpDetector()
    ticks.run(app, Tick.SWEEP, fail, jumps)
    assert pulse.heartbeats() == {}
    db.session.remove()
    ticks.run(app, Tick.SWEEP, lambda now: {"climbed": 0}, jumps)
    assert pulse.heartbeats()["sweep"].at == clock.now()


def _rungs() -> list[int]:
    found = db.session.scalars(sa.select(Entry).where(Entry.kind == EntryKind.FOLLOW_UP).order_by(Entry.id))
    rungs = [entry.facts["rung"] for entry in found]
    db.session.remove()
    return rungs


@fault("F37e", "the tick sees it before its first row; no row touched, no heartbeat")
def test_f37e_an_old_worker_leaves_a_database_alone_that_a_newer_one_has_migrated(
    app: Flask, cast: Cast, clock: FakeClock
) -> None:
    raised(cast)
    clock.set("Thursday 2026-11-26 17:00")
    db.session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    db.session.commit()
    db.session.remove()
    ended: list[bool] = []
    ticks.run(app, Tick.SWEEP, lambda now: sweep(now=now), JumpDetector(), lambda: ended.append(True))
    assert ended == [True]
    assert _rungs() == []
    assert pulse.heartbeats() == {}
