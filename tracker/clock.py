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


def monotonic() -> float:
    """Seconds on a clock that never goes back; for leases and deadlines, never for dates."""
    return time.monotonic()


def rest(until: threading.Event, seconds: float) -> None:
    """Let so much time pass, or less where the event comes first."""
    until.wait(seconds)
