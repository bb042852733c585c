"""Whether the wall clock can be believed: it is held against the clock that never goes back.

A clock that is wrong for a minute would ring everything that is due within a year. While it jumps, nothing is put into
the outbox; when it has been steady for two sweeps, it is believed again, wherever it stands by then.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from tracker.domain.health import EVERY, Tick

#: A step of the wall clock larger than this is a jump; smaller ones are a time server at work.
A_JUMP = timedelta(minutes=5)
STEADY_FOR = 2 * EVERY[Tick.SWEEP]


class JumpDetector:
    """Looked through by every tick of one running process. Knows nothing of other processes, or of times before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: tuple[datetime, float] | None = None
        self._jumped_at: float | None = None

    def look(self, *, now: datetime, monotonic: float) -> timedelta:
        """Note both clocks. Gives how far the wall clock jumped since the last look; zero when it did not."""
        with self._lock:
            step = timedelta()
            if self._last is not None:
                step = (now - self._last[0]) - timedelta(seconds=monotonic - self._last[1])
            self._last = (now, monotonic)
            if abs(step) <= A_JUMP:
                return timedelta()
            self._jumped_at = monotonic
            return step

    def is_steady(self, *, monotonic: float) -> bool:
        """Whether the wall clock has not jumped for two sweeps."""
        with self._lock:
            if self._jumped_at is None:
                return True
            if timedelta(seconds=monotonic - self._jumped_at) < STEADY_FOR:
                return False
            self._jumped_at = None
            return True
