"""Times as sentences: with their weekday, which is checked, and their zone. And the one clock that tests turn."""

from __future__ import annotations

import math
import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def instant(text: str, zone: str = "Europe/Berlin") -> datetime:
    """``instant("Tuesday 2026-11-24 23:10")``: that wall-clock time in the zone, as an aware datetime in UTC.

    Takes short weekdays ("Tue") and seconds too. Raises ``ValueError`` when the weekday is not that day's.
    """
    weekday, _, rest = text.partition(" ")
    local = datetime.fromisoformat(rest)
    right = WEEKDAYS[local.weekday()]
    if local.tzinfo is not None or len(weekday) < 3 or not right.startswith(weekday):
        raise ValueError(f"{text!r}: {rest} is a {right}")
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


class FakeClock:
    """Stands in for ``tracker.clock``: shows what it was set to until it is turned."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._monotonic = 1_000.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def set(self, to: datetime | str, zone: str = "Europe/Berlin") -> datetime:
        """Turn the clock on to an instant (or its text, see ``instant``), later or earlier: clocks do jump.

        The monotonic clock goes forward with it and never back.
        """
        to = instant(to, zone) if isinstance(to, str) else to
        if to.tzinfo is None:
            raise ValueError(f"naive datetime {to!r}")
        self._monotonic += max((to - self._now).total_seconds(), 0.0)
        self._now = to.astimezone(UTC)
        return self._now

    def move(self, by: timedelta | None = None, **parts: float) -> datetime:
        """Let time pass: ``clock.move(hours=4)``."""
        return self.set(self._now + (by if by is not None else timedelta(**parts)))

    def rest(self, _until: threading.Event, seconds: float) -> None:
        """What ``clock.rest`` is to the real clock."""
        self.sleep(seconds)

    def sleep(self, seconds: float) -> None:
        """What ``time.sleep`` is to the real clock."""
        if not (seconds >= 0 and math.isfinite(seconds)):
            raise ValueError(f"sleep({seconds})")
        self.move(seconds=seconds)
