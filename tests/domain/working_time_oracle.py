"""Working time counted on the fingers, to hold the real one against.

The oracle walks from step to step and looks at the clock on the wall each time. It shares no thought with the code it
judges: no sums, no offsets, no search. It is right for whatever lies on whole steps, and slow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)

Pauses = Iterable[tuple[datetime, datetime]]


class SteppingOracle:
    """A calendar in its plain form, asked by walking. Starts, ends, budgets and pauses must lie on whole steps."""

    def __init__(self, plain: Mapping[str, Any], step: timedelta = MINUTE) -> None:
        self.zone = ZoneInfo(plain["timezone"])
        self.week: Mapping[str, list[list[str]]] = plain["week"]
        self.holidays: list[str] = plain.get("holidays", [])
        self.step = step

    def is_worked(self, instant: datetime) -> bool:
        """Look at the clock on the wall: texts like "09:30" and "24:00" sort as the times they name."""
        on_the_wall = instant.astimezone(self.zone)
        text = on_the_wall.isoformat()  # "2026-11-25T09:30:00+01:00"
        day, clock = text[:10], text[11:16]
        intervals = self.week.get(("mon", "tue", "wed", "thu", "fri", "sat", "sun")[on_the_wall.weekday()], [])
        return day not in self.holidays and any(start <= clock < end for start, end in intervals)

    def add(self, start: datetime, budget: timedelta, pauses: Pauses = ()) -> datetime:
        """Walk to the first worked step, then until the budget is used up."""
        pauses, instant = list(pauses), start
        while not self.is_worked(instant):
            instant += self.step
        while budget > timedelta():
            if self.is_worked(instant) and not is_paused(instant, pauses):
                budget -= self.step
            instant += self.step
        return instant

    def between(self, start: datetime, end: datetime, pauses: Pauses = ()) -> timedelta:
        """Count the worked steps on the way."""
        if end < start:
            return -self.between(end, start, pauses)
        pauses, instant, worked = list(pauses), start, timedelta()
        while instant < end:
            if self.is_worked(instant) and not is_paused(instant, pauses):
                worked += self.step
            instant += self.step
        return worked


def is_paused(instant: datetime, pauses: Pauses) -> bool:
    return any(begin <= instant < end for begin, end in pauses)
