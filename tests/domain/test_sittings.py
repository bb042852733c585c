"""Answering one by one: late ones by who waits, then by date, the rest by date; what was skipped comes last."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.times import instant
from tracker.domain import sittings
from tracker.domain.errors import BadInput
from tracker.domain.promise_value import PromiseKind
from tracker.domain.sittings import Place, Waiting

NOW = instant("Monday 2026-11-30 08:50")
TODAY = date(2026, 11, 30)
ANSWER, DELIVER, REVISIT = PromiseKind.ANSWER, PromiseKind.DELIVER, PromiseKind.REVISIT


def waits(
    number: int,
    due: str,
    *,
    people: int = 1,
    nudges: int = 0,
    kind: PromiseKind = ANSWER,
    is_taken: bool = False,
) -> Waiting:
    on = date.fromisoformat(due.split()[1])
    how = {"people": people, "nudges": nudges, "is_taken": is_taken}
    return Waiting(suggestion=number, kind=kind, due_at=instant(due), due_on=on, **how)  # type: ignore[arg-type]


FILTER = waits(41, "Thursday 2026-11-26 17:00", people=14)
BAN = waits(39, "Friday 2026-11-27 17:00", people=1, kind=DELIVER)
POLISH = waits(43, "Friday 2026-11-27 15:00", people=1)
CALENDAR = waits(44, "Monday 2026-11-30 16:00")
RULES = waits(45, "Monday 2026-11-30 17:00", people=9)
TRIAL = waits(46, "Tuesday 2026-12-01 11:00")
EVERYTHING = [TRIAL, RULES, CALENDAR, POLISH, BAN, FILTER]


def order(*found: Waiting, settled: list[int] | None = None, skipped: list[int] | None = None) -> list[int]:
    in_line = sittings.line(found, settled=settled or [], skipped=skipped or [], now=NOW, today=TODAY)
    return [one.suggestion for one in in_line]


@pytest.mark.parametrize(
    ("found", "numbers"),
    [
        # late: 14 wait, then 1 and 1 by date (Fri 15:00 before Fri 17:00); then by date, however many wait
        (EVERYTHING, [41, 43, 39, 44, 45, 46]),
        # late for a day with more people goes before late for a week
        ([waits(1, "Monday 2026-11-23 17:00"), waits(2, "Friday 2026-11-27 17:00", people=2)], [2, 1]),
        # a "still matters" is louder than an older date, and not one more person
        ([waits(1, "Monday 2026-11-23 17:00"), waits(2, "Friday 2026-11-27 17:00", nudges=3)], [2, 1]),
        ([waits(1, "Friday 2026-11-27 17:00", people=2), waits(2, "Monday 2026-11-23 17:00", nudges=3)], [1, 2]),
        # as many people: the older date; the same date: the older suggestion
        ([waits(2, "Friday 2026-11-27 17:00"), waits(1, "Thursday 2026-11-26 17:00")], [1, 2]),
        ([waits(2, "Friday 2026-11-27 17:00"), waits(1, "Friday 2026-11-27 17:00")], [1, 2]),
        # due at this very instant is not late yet
        ([waits(1, "Monday 2026-11-30 08:50", people=9), waits(2, "Monday 2026-11-30 08:49")], [2, 1]),
        # a given day comes up on its day, not before; an answer whenever it is owed
        ([waits(1, "Tuesday 2026-12-01 17:00", kind=REVISIT), waits(2, "Monday 2026-11-30 17:00", kind=REVISIT)], [2]),
        ([waits(1, "Friday 2026-12-04 17:00", kind=DELIVER), waits(2, "Friday 2026-12-11 17:00")], [2]),
        # what somebody else writes about comes after what nobody does, late or not
        ([waits(1, "Thursday 2026-11-26 17:00", is_taken=True), waits(2, "Tuesday 2026-12-01 11:00")], [2, 1]),
        ([], []),
    ],
)
def test_the_order(found: list[Waiting], numbers: list[int]) -> None:
    assert order(*found) == numbers
    assert order(*reversed(found)) == numbers


@pytest.mark.parametrize(
    ("settled", "skipped", "numbers"),
    [
        ([41], [], [43, 39, 44, 45, 46]),
        ([], [41], [43, 39, 44, 45, 46, 41]),
        ([], [43, 41], [39, 44, 45, 46, 43, 41]),  # skipped longer ago comes again earlier
        ([41], [41, 44], [43, 39, 45, 46, 44]),  # answered after all
        ([39, 41, 43, 44, 45, 46], [], []),
    ],
)
def test_what_is_settled_is_gone_and_what_was_skipped_comes_last(
    settled: list[int], skipped: list[int], numbers: list[int]
) -> None:
    assert order(*EVERYTHING, settled=settled, skipped=skipped) == numbers


def test_what_was_skipped_comes_after_what_somebody_else_writes_about() -> None:
    taken = waits(41, "Thursday 2026-11-26 17:00", is_taken=True)
    assert order(taken, POLISH, skipped=[43]) == [41, 43]


@pytest.mark.parametrize(
    ("current", "in_line", "settled", "skipped", "place"),
    [
        (41, EVERYTHING, 0, [], Place(nth=1, of=6, after=5)),
        (43, EVERYTHING[:5], 1, [], Place(nth=2, of=6, after=4)),
        (43, EVERYTHING, 0, [41], Place(nth=2, of=6, after=5)),  # one skipped counts as passed
        (41, [FILTER], 5, [41], Place(nth=6, of=6, after=0)),  # and comes again
        (41, [FILTER, POLISH], 4, [41, 43], Place(nth=5, of=6, after=1)),
        (41, [], 6, [], Place(nth=6, of=6, after=0)),  # looked at once more after it was settled
    ],
)
def test_the_second_of_twelve(
    current: int, in_line: list[Waiting], settled: int, skipped: list[int], place: Place
) -> None:
    assert sittings.place_of(current, in_line, settled=settled, skipped=skipped) == place


@pytest.mark.parametrize("minutes", [10, 25, 60])
def test_three_lengths(minutes: int) -> None:
    assert sittings.length_of(minutes) == timedelta(minutes=minutes)


@pytest.mark.parametrize("minutes", [None, 0, 11, 600])
def test_no_other_length(minutes: int | None) -> None:
    with pytest.raises(BadInput, match="how long"):
        sittings.length_of(minutes)


@pytest.mark.parametrize(
    ("now", "left", "is_over"),
    [
        ("Monday 2026-11-30 08:50:00", 10, False),
        ("Monday 2026-11-30 08:50:01", 10, False),  # begun minutes are whole ones
        ("Monday 2026-11-30 08:59:59", 1, False),
        ("Monday 2026-11-30 09:00:00", 0, True),
        ("Monday 2026-11-30 09:30:00", 0, True),
    ],
)
def test_the_minutes_that_are_left(now: str, left: int, is_over: bool) -> None:
    ends_at = instant("Monday 2026-11-30 09:00")
    assert sittings.minutes_left(ends_at, now=instant(now)) == left
    assert sittings.is_over(ends_at, None, now=instant(now)) is is_over
    assert sittings.is_over(ends_at, NOW, now=instant(now)) is True


@pytest.mark.parametrize(
    ("last", "minutes"),
    [
        ("Monday 2026-11-30 08:50:00", 1),
        ("Monday 2026-11-30 08:59:10", 10),
        ("Monday 2026-11-30 09:02:00", 12),  # in the middle of a text when the time was up
    ],
)
def test_the_minutes_it_took(last: str, minutes: int) -> None:
    assert sittings.minutes_taken(NOW, instant(last)) == minutes


def test_what_is_left_for_today_and_when_the_next_date_is() -> None:
    assert sittings.left_for_today(EVERYTHING, today=TODAY) == 5
    assert sittings.next_on(EVERYTHING, today=TODAY) == date(2026, 12, 1)
    assert sittings.next_on([FILTER], today=TODAY) is None
