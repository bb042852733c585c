"""What time it is: the only place that asks.

Edges call it once per request and per tick and hand ``now`` on as an argument.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


#: Counts what a suspended machine sleeps, too: a lease ends meanwhile, and who wakes up with a message in its hands
#: knows that its deadline is over. Where there is none, the usual one.
_SINCE_BOOT: int | None = getattr(time, "CLOCK_BOOTTIME", None)


def monotonic() -> float:
    """Seconds on a clock that never goes back; for leases and deadlines, never for dates."""
    return time.monotonic() if _SINCE_BOOT is None else time.clock_gettime(_SINCE_BOOT)


def rest(until: threading.Event, seconds: float) -> None:
    """Let so much time pass, or less where the event comes first."""
    until.wait(seconds)
