"""Tells somebody outside that the promise is kept: after a sweep that succeeded, every few minutes, beside the ticks.

Reminders that are looked for and cannot leave help nobody. So it says nothing while ``/healthz`` is red.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import structlog

from config import Settings
from tracker import clock
from tracker.acts import health
from tracker.notices.channels import sign_of_life
from tracker.store.base import db, reading

log = structlog.get_logger(__name__)

#: Seconds between two calls.
EVERY = 120.0
TIMEOUT = 15.0


class DeadMan:
    """Calls the address of the settings; without one it does nothing. ``is_well`` is asked before each call."""

    def __init__(self, url: str | None, is_well: Callable[[], bool]) -> None:
        self._url = url
        self._is_well = is_well
        self._next = 0.0
        self._calling: threading.Thread | None = None

    @classmethod
    def of(cls, settings: Settings) -> DeadMan:
        return cls(settings.dead_man_url, partial(_is_well, settings))

    def sweep_succeeded(self) -> None:
        """Call, if it is time and all is well. Never waits: an address that hangs must not hold a reminder up."""
        now = clock.monotonic()
        if self._url is None or now < self._next or (self._calling is not None and self._calling.is_alive()):
            return
        if not self._is_well():
            return
        self._next = now + EVERY
        self._calling = threading.Thread(target=self._call, args=[self._url], name="dead man", daemon=True)
        self._calling.start()

    def wait(self, seconds: float) -> None:
        """Until the call that is on its way is over, or so long."""
        if self._calling is not None:
            self._calling.join(seconds)

    @staticmethod
    def _call(url: str) -> None:
        try:
            sign_of_life.call(url, timeout=TIMEOUT)
        except sign_of_life.NotReached as error:
            log.warning("the dead man's address was not reached", why=str(error))


def _is_well(settings: Settings) -> bool:
    """In a transaction of its own, which writes nothing."""
    with reading():
        try:
            return not health.reasons(settings, now=clock.now())
        finally:
            db.session.rollback()
