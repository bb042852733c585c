"""When so many messages are wanted that somebody has to look first: tables."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.times import instant
from tracker.domain import storms

MONDAY = instant("Monday 2026-11-23 09:00")


@pytest.mark.parametrize(
    ("wanted", "usual", "is_one"),
    [
        (50, 0, False),  # fifty are never a storm
        (51, 0, True),
        (51, 10, True),  # 5 × 10 = 50
        (51, 11, False),  # 5 × 11 = 55
        (55, 11, False),
        (56, 11, True),
        (500, 100, False),  # a large site's Monday
        (501, 100, True),
    ],
)
def test_more_than_fifty_and_more_than_five_times_the_usual(wanted: int, usual: int, is_one: bool) -> None:
    assert storms.is_storm(wanted, usual=usual) is is_one


def of_days(*largest: int) -> dict[datetime, int]:
    """So many messages at 09:00 of one day after the other, and one alone in the afternoon of each."""
    made: dict[datetime, int] = {}
    for number, count in enumerate(largest):
        made[MONDAY + timedelta(days=number)] = count
        made[MONDAY + timedelta(days=number, hours=6)] = 1
    return made


@pytest.mark.parametrize(
    ("made", "usual"),
    [
        ({}, 0),  # a site that has just begun
        (of_days(30), 30),
        (of_days(30, 10, 20), 20),  # of each day its largest pass, of those the middle one
        (of_days(30, 300, 20), 30),  # one storm that was let go does not make storms usual
        (of_days(8, 10), 8),  # of two the smaller
    ],
)
def test_the_usual_is_the_largest_pass_of_a_usual_day(made: dict[datetime, int], usual: int) -> None:
    assert storms.usual(made) == usual


def test_what_is_made_within_one_minute_is_one_pass() -> None:
    ticks = {MONDAY + timedelta(seconds=2 * tick): 3 for tick in range(30)}
    assert storms.usual(ticks) == 90
    assert storms.usual({**ticks, MONDAY + timedelta(seconds=60): 40}) == 90
