"""The storm brake: whether a pass wants so many messages that somebody has to look before they leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from statistics import median_low

#: Never held for being so few.
FEW = 50
#: So many times the usual is a storm.
TIMES = 5
#: A pass: whatever is wanted within so long, in how many ticks and transactions ever.
PASS = timedelta(minutes=1)
#: What is usual is learned from so long.
LEARNED_FROM = timedelta(days=28)


def most(usual: int) -> int:
    """How many messages one pass may want."""
    return max(FEW, TIMES * usual)


def is_storm(wanted: int, *, usual: int) -> bool:
    return wanted > most(usual)


def usual(made: Mapping[datetime, int]) -> int:
    """The largest pass of a usual day: of each day its largest, and of those the middle one.

    ``made`` counts messages by the instant at which they were made. Most passes make one message, so their average
    would call every Monday morning a storm; the largest of all would learn from a storm that it is usual. A day without
    messages says nothing.
    """
    passes: dict[datetime, int] = {}
    for at, count in made.items():
        begin = at.replace(second=0, microsecond=0)
        passes[begin] = passes.get(begin, 0) + count
    return _middle(_largest(passes).values())


def _largest(passes: Mapping[datetime, int]) -> dict[date, int]:
    days: dict[date, int] = {}
    for begin, count in passes.items():
        days[begin.date()] = max(days.get(begin.date(), 0), count)
    return days


def _middle(counts: Iterable[int]) -> int:
    found = list(counts)
    return median_low(found) if found else 0
