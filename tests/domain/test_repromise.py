"""New dates for many: who gets which day. The team is there Monday to Friday, 9 to 17, but not on 7 December."""

from __future__ import annotations

from datetime import date

import pytest

from tests.times import instant
from tracker.domain import repromise
from tracker.domain.errors import BadInput
from tracker.domain.repromise import Owed
from tracker.domain.working_time import WorkingTime

WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
CALENDAR = WorkingTime.from_plain({"timezone": "Europe/Berlin", "week": WEEK, "holidays": ["2026-12-07"]})
NOW = instant("Wednesday 2026-12-02 10:00")
TUESDAY, WEDNESDAY = instant("Tuesday 2026-12-01 17:00"), instant("Wednesday 2026-12-02 09:30")
COMING = instant("Wednesday 2026-12-09 17:00")


def owed(id: int, due: object = TUESDAY, people: int = 1) -> Owed:
    return Owed(id=id, due_at=due, people=people)  # type: ignore[arg-type]


def days(found: list[Owed], *, start: date = date(2026, 12, 3), a_day: int = 2) -> list[tuple[int, str]]:
    plan = repromise.plan(found, start=start, a_day=a_day, calendar=CALENDAR, now=NOW)
    return [(one.id, f"{one.on:%a %d}") for one in plan.given]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], []),
        ([owed(1)], [(1, "Thu 03")]),
        # so many a day; after Friday the 4th come a weekend and a holiday
        ([owed(1), owed(2), owed(3), owed(4), owed(5)],
         [(1, "Thu 03"), (2, "Thu 03"), (3, "Fri 04"), (4, "Fri 04"), (5, "Tue 08")]),
        # for whom most wait comes first, then who waits longest
        ([owed(1), owed(2, WEDNESDAY, people=7), owed(3, people=7)], [(3, "Thu 03"), (2, "Thu 03"), (1, "Fri 04")]),
        # what is not late yet comes after what is, whoever waits for it
        ([owed(1, instant("Thursday 2026-12-03 12:00"), people=90), owed(2)], [(2, "Thu 03"), (1, "Thu 03")]),
    ],
)  # fmt: skip
def test_who_gets_which_day(found: list[Owed], expected: list[tuple[int, str]]) -> None:
    assert days(found) == expected


def test_a_date_that_is_later_already_stays_and_takes_nobodys_place() -> None:
    found = [owed(1), owed(2, COMING), owed(3, instant("Thursday 2026-12-03 12:00"))]
    plan = repromise.plan(found, start=date(2026, 12, 3), a_day=2, calendar=CALENDAR, now=NOW)
    assert [one.id for one in plan.given] == [1, 3]
    assert plan.kept == [2]
    assert plan.last_on == date(2026, 12, 3)


def test_a_day_ends_with_its_last_hour() -> None:
    plan = repromise.plan([owed(1)], start=date(2026, 12, 3), a_day=1, calendar=CALENDAR, now=NOW)
    assert plan.given[0].due_at == instant("Thursday 2026-12-03 17:00")


def test_118_at_15_a_day_take_eight_open_days() -> None:
    plan = repromise.plan([owed(i) for i in range(118)], start=date(2026, 12, 3), a_day=15, calendar=CALENDAR, now=NOW)
    assert (len(plan.given), plan.last_on) == (118, date(2026, 12, 15))  # Thu Fri | Tue Wed Thu Fri | Mon Tue


@pytest.mark.parametrize(
    ("start", "a_day", "field"),
    [
        (date(2026, 12, 1), 5, "start"),  # yesterday
        (date(2029, 1, 1), 5, "start"),
        (date(2026, 12, 3), 0, "a_day"),
        (date(2026, 12, 3), 51, "a_day"),
    ],
)
def test_what_cannot_be_is_said_of_its_field(start: date, a_day: int, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        days([owed(1)], start=start, a_day=a_day)
    assert refused.value.field == field


def test_days_beyond_two_years_are_refused_with_the_number_that_led_there() -> None:
    with pytest.raises(BadInput) as refused:
        days([owed(i) for i in range(10)], start=date(2028, 11, 30), a_day=1)
    assert refused.value.field == "a_day"


def test_a_team_without_hours_gets_days_as_they_come() -> None:
    never = WorkingTime.from_plain({"timezone": "Europe/Berlin", "week": {}})
    plan = repromise.plan([owed(1), owed(2)], start=date(2026, 12, 5), a_day=1, calendar=never, now=NOW)
    assert [one.on for one in plan.given] == [date(2026, 12, 5), date(2026, 12, 6)]


def test_the_first_day_is_the_next_on_which_somebody_is_there() -> None:
    assert repromise.first_day(CALENDAR, now=NOW) == date(2026, 12, 3)
    assert repromise.first_day(CALENDAR, now=instant("Friday 2026-12-04 20:00")) == date(2026, 12, 8)
