"""Answering one by one: what stands in line for who has ten minutes, in which order, and what they achieved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from tracker.domain.errors import N_, BadInput
from tracker.domain.promise_value import PromiseKind

#: "How long have you got?", in minutes.
LENGTHS = (10, 25, 60)
#: After this long the page asks anew instead of telling what was achieved.
TOLD_FOR = timedelta(hours=1)


class Step(StrEnum):
    """What became of one suggestion in a sitting."""

    ANSWERED = "answered"  # with one of the four outcomes
    ASKED = "asked"  # its author was asked something
    MOVED = "moved"  # "I need longer"
    SKIPPED = "skipped"  # comes again at the end


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One open suggestion, as far as its place in the line depends on it."""

    suggestion: int
    kind: PromiseKind
    due_at: datetime
    #: the last day on which it is in time, as the person in the sitting reads it
    due_on: date
    #: different people who wait for it
    people: int
    #: how often one of them said "still matters to me"
    nudges: int = 0
    #: somebody else is writing an answer to it at this moment
    is_taken: bool = False


def length_of(minutes: int | None) -> timedelta:
    """One of the lengths that are offered. Raises ``BadInput``."""
    if minutes not in LENGTHS:
        raise BadInput(N_("Choose how long you have got."), field="minutes")
    return timedelta(minutes=minutes)


def is_up(kind: PromiseKind, due_on: date, *, today: date) -> bool:
    """Whether it is to be answered now: every answer that is owed; a day that was given once it has come.

    The number beside the desk, the one on its head and the length of the line all ask this.
    """
    return kind is PromiseKind.ANSWER or due_on <= today


def line(
    found: Iterable[Waiting], *, settled: Iterable[int] = (), skipped: Sequence[int] = (), now: datetime, today: date
) -> list[Waiting]:
    """What is still to be answered, in order: late ones by the people who wait, then by how often they said that it
    still matters, then by date; the rest by date.

    What somebody else is writing about comes after all that, so that two people do not write the same answer; what was
    ``skipped`` comes last, the longest ago first. ``settled`` was dealt with in this sitting and does not come again.
    """
    over = frozenset(settled)
    skipped_at = {suggestion: place for place, suggestion in enumerate(skipped)}

    def place(one: Waiting) -> tuple[object, ...]:
        is_late = one.due_at < now
        last = skipped_at.get(one.suggestion, -1)
        loud = (-one.people, -one.nudges) if is_late else (0, 0)
        return (last, one.is_taken, not is_late, *loud, one.due_at, one.suggestion)

    up = (one for one in found if one.suggestion not in over and is_up(one.kind, one.due_on, today=today))
    return sorted(up, key=place)


def is_over(ends_at: datetime, ended_at: datetime | None, *, now: datetime) -> bool:
    """Ended by its person, or its time is up."""
    return ended_at is not None or now >= ends_at


def minutes_left(ends_at: datetime, *, now: datetime) -> int:
    """Begun minutes count as whole ones, so that it says 1 until the time is up."""
    return max(-(-(ends_at - now) // timedelta(minutes=1)), 0)


def minutes_taken(started_at: datetime, last_at: datetime) -> int:
    """How long it took until the last thing that was done, at least a minute."""
    return max(-(-(last_at - started_at) // timedelta(minutes=1)), 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The second of twelve: where in the sitting the present one stands, and how many come after it."""

    nth: int
    of: int
    after: int


def place_of(current: int, in_line: Sequence[Waiting], *, settled: int, skipped: Sequence[int]) -> Place:
    """``settled`` is how many were dealt with; what was skipped counts as passed until its second turn comes."""
    of = settled + len(in_line)
    waits_again = [one for one in in_line if one.suggestion in skipped]
    passed = 0 if current in skipped else len(waits_again)
    return Place(nth=min(settled + passed + 1, of), of=of, after=max(len(in_line) - 1, 0))


def left_for_today(in_line: Iterable[Waiting], *, today: date) -> int:
    """Late or due today."""
    return sum(1 for one in in_line if one.due_on <= today)


def next_on(in_line: Iterable[Waiting], *, today: date) -> date | None:
    """The first day after today on which something falls due."""
    return min((one.due_on for one in in_line if one.due_on > today), default=None)
