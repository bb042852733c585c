"""Tells somebody outside that reminders run: after a sweep that succeeded, every few minutes, beside the ticks."""

from __future__ import annotations

import threading

import structlog

from tracker import clock
from tracker.notices.channels import sign_of_life

log = structlog.get_logger(__name__)

#: Seconds between two calls.
EVERY = 120.0
TIMEOUT = 15.0


class DeadMan:
    """Calls the address of the settings; without one it does nothing."""

    def __init__(self, url: str | None) -> None:
        self._url = url
        self._next = 0.0
        self._calling: threading.Thread | None = None

    def sweep_succeeded(self) -> None:
        """Call, if it is time. Never waits: an address that hangs must not hold a reminder up."""
        now = clock.monotonic()
        if self._url is None or now < self._next or (self._calling is not None and self._calling.is_alive()):
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
