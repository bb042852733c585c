"""How fast mails may leave: never more within any minute than was asked for, and none held back without need."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.times import instant
from tracker.domain.pace import Pace, given_back, is_used_up, turns

NINE = instant("Monday 2026-11-30 09:00")
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("per_minute", "at_once", "between"),
    [
        (1, 1, 60 * SECOND),
        (3, 1, 20 * SECOND),
        (4, 1, 15 * SECOND),
        (13, 3, timedelta(microseconds=5_454_546)),  # 60 / 11, rounded up
        (120, 30, timedelta(microseconds=659_341)),  # 60 / 91
    ],
)
def test_a_quarter_at_once_and_the_others_evenly(per_minute: int, at_once: int, between: timedelta) -> None:
    pace = Pace(per_minute)
    assert (pace.at_once, pace.between) == (at_once, between)


@pytest.mark.parametrize(
    ("full_at", "wanted", "count", "then_full_at"),
    [
        # 20 a minute: 5 at once, one back every 3.75 s, all of them after 18.75 s
        (None, 3, 3, NINE + 3 * 3.75 * SECOND),  # the first ones of all
        (None, 9, 5, NINE + 18.75 * SECOND),
        (NINE - timedelta(days=2), 9, 5, NINE + 18.75 * SECOND),  # all turns have long been back
        (NINE + 15 * SECOND, 9, 1, NINE + 18.75 * SECOND),  # one is
        (NINE + 15.000001 * SECOND, 9, 0, NINE + 15.000001 * SECOND),  # not yet
        (NINE + 18.75 * SECOND, 9, 0, NINE + 18.75 * SECOND),
        (NINE, 0, 0, NINE),
        (NINE + timedelta(days=365), 9, 0, NINE + 18.75 * SECOND),  # written while a clock was a year ahead
    ],
)
def test_turns(full_at: datetime | None, wanted: int, count: int, then_full_at: datetime) -> None:
    found = turns(Pace(20), full_at=full_at, wanted=wanted, now=NINE)
    assert (found.count, found.full_at) == (count, then_full_at)


@given(
    per_minute=st.integers(1, 200),
    steps=st.lists(st.tuples(st.integers(0, 40_000), st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=60),
)
def test_never_more_within_any_minute(per_minute: int, steps: list[tuple[int, int, int]]) -> None:
    """F55: however many want to leave, whenever they are asked, and however many turns are given back a step later."""
    now, full_at, left, held = NINE, None, list[datetime](), list[datetime]()
    for milliseconds, wanted, unused in steps:
        now += timedelta(milliseconds=milliseconds)
        for taken_at in held:
            full_at = given_back(Pace(per_minute), full_at or now, taken_at=taken_at, now=now)
        found = turns(Pace(per_minute), full_at=full_at, wanted=wanted, now=now)
        held = [now] * min(unused, found.count)
        left += [now] * (found.count - len(held))
        full_at = found.full_at
    for first in left:
        assert sum(first <= one < first + timedelta(minutes=1) for one in left) <= per_minute


@pytest.mark.parametrize(
    ("per_minute", "full_at", "used_up"),
    [
        (20, None, False),
        (20, NINE + 18.75 * SECOND, True),  # none is left
        (20, NINE + 5 * SECOND, True),  # two have been there, the first for ten seconds
        (20, NINE + 4.999999 * SECOND, False),  # nobody wants them: what waits has another reason
        (1, NINE - 10 * SECOND, True),
        (1, NINE - 11 * SECOND, False),
    ],
)
def test_what_waits_for_its_turn_finds_none_lying_there(
    per_minute: int, full_at: datetime | None, used_up: bool
) -> None:
    assert is_used_up(Pace(per_minute), full_at, now=NINE) is used_up


@pytest.mark.parametrize(
    ("taken", "then_full_at"),
    [
        (0, 11.25),
        (-3.749999, 11.25),
        (-3.75, 15),  # it may have come back by itself
        (1, 15),  # the clock went back
    ],
)
def test_a_turn_that_nobody_used_is_given_back_once(taken: float, then_full_at: float) -> None:
    found = given_back(Pace(20), NINE + 15 * SECOND, taken_at=NINE + taken * SECOND, now=NINE)
    assert found == NINE + then_full_at * SECOND
