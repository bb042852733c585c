"""One tick: its own app context and session, `now` taken once, a heartbeat when it has done its work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog
from flask import Flask

from tracker import clock
from tracker.domain.health import Tick
from tracker.store import pulse, schema
from tracker.store.base import db
from tracker.store.schema import SchemaState
from tracker.worker.jumps import JumpDetector

log = structlog.get_logger(__name__)

Work = Callable[[datetime], dict[str, int]]


def beat(tick: Tick, facts: dict[str, int] | None = None) -> None:
    """By the wall clock, whatever instant the tick worked for: it says when somebody was here."""
    pulse.beat(tick.value, at=clock.now(), **(facts or {}))
    db.session.commit()
    db.session.remove()


def run(app: Flask, tick: Tick, work: Work, jumps: JumpDetector, outdated: Callable[[], object] = lambda: None) -> None:
    """Do the work once. An error is logged and leaves no heartbeat; the next tick tries again.

    While the wall clock jumps, nothing is done; the heartbeat goes on, because somebody is here and will. ``outdated``
    is called when a newer program has migrated the database: this one must not touch its rows any more.
    """
    try:
        with app.app_context():
            if _is_newer():
                log.error("a newer version of Tracker has taken the database over; this worker ends")
                outdated()
                return
            now = clock.now()
            jumped = jumps.look(now=now, monotonic=clock.monotonic())
            if jumped:
                log.warning("the clock jumped; nothing is put into the outbox until it is steady", by=str(jumped))
            facts = work(now) if jumps.is_steady(monotonic=clock.monotonic()) else {"paused": 1}
            beat(tick, facts)
    except Exception:
        log.exception("a tick failed", tick=tick.value)


def _is_newer() -> bool:
    try:
        return schema.state() is SchemaState.NEWER
    finally:
        db.session.remove()
