"""How fast mails may be handed over, so that a backlog does not run into the limit of whoever takes them.

A bucket of turns: a quarter of what may leave within a minute may leave at once, and used turns come back one by one,
evenly. Together they never let more leave within any minute than was asked for. It is the generic cell rate algorithm
of ITU-T I.371, which needs one instant to remember, with the burst taken out of the minute's number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

#: Of what may leave within a minute this part may leave at once: some news for one team waits for nothing.
SHARE_AT_ONCE = 4
#: A turn that has lain there longer was wanted by nobody: what waits then waits for something else. A tick and a new
#: connection take less.
UNUSED_FOR = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Pace:
    """At most so many within any minute; at least 1."""

    per_minute: int

    @property
    def at_once(self) -> int:
        return max(self.per_minute // SHARE_AT_ONCE, 1)

    @property
    def between(self) -> timedelta:
        """How long a used turn takes to come back, after the one before it; never rounded down."""
        spread = self.per_minute - self.at_once + 1
        return timedelta(microseconds=-(-60_000_000 // spread))

    @property
    def to_fill(self) -> timedelta:
        """How long all turns take to come back."""
        return self.at_once * self.between


@dataclass(frozen=True, slots=True)
class Turns:
    """So many may leave now, and if they do, all turns are back at ``full_at``."""

    count: int
    full_at: datetime


def turns(pace: Pace, *, full_at: datetime | None, wanted: int, now: datetime) -> Turns:
    """How many of the wanted ones may leave now; ``full_at`` is when all turns are back, none before the first mail.

    An instant further off than an empty bucket needs was written by a clock that was ahead: it counts as empty.
    """
    back = min(max(full_at or now, now), now + pace.to_fill)
    count = min((now + pace.to_fill - back) // pace.between, wanted)
    return Turns(count, back + count * pace.between)


def is_used_up(pace: Pace, full_at: datetime | None, *, now: datetime) -> bool:
    """Whether turns are taken as soon as they are back, so that what waits may be waiting for its turn."""
    return full_at is not None and now <= full_at - pace.to_fill + pace.between + UNUSED_FOR


def given_back(pace: Pace, full_at: datetime, *, taken_at: datetime, now: datetime) -> datetime:
    """When all turns are back, after one that was taken and not used is given back.

    Once it may have come back by itself it stays taken: it would be there twice.
    """
    return full_at - pace.between if taken_at <= now < taken_at + pace.between else full_at
