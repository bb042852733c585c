"""When a budget of working time has been worked: the shared cases to the second, and the product's own sentences."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.times import instant
from tracker.domain.weeks import BadInstant
from tracker.domain.working_time import BadCalendar, NegativeBudget, NeverOpens, WorkingTime

# A missing file is an error while collecting, so the whole run fails; nothing here is ever skipped.
# Each case names the project and file whose test states the fact, or the generator it came from.
SHARED = Path(__file__).resolve().parent / "cases" / "working_time.json"
CASES: list[dict[str, Any]] = json.loads(SHARED.read_text(encoding="utf-8"))

HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFICE = {day: [["09:00", "17:00"]] for day in WEEKDAYS[:5]}
WITH_LUNCH = {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in WEEKDAYS[:5]}
ALWAYS = {day: [["00:00", "24:00"]] for day in WEEKDAYS}


def calendar(week: object = OFFICE, holidays: object = (), timezone: object = "Europe/Berlin") -> WorkingTime:
    return WorkingTime.from_plain({"timezone": timezone, "week": week, "holidays": holidays})


def closed(first: str, days: int) -> list[str]:
    return [(date.fromisoformat(first) + timedelta(days=number)).isoformat() for number in range(days)]


def test_all_shared_cases_are_here() -> None:
    assert len(CASES) == 143
    assert len({case["id"] for case in CASES}) == 143


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_shared_cases_hold_to_the_second(case: dict[str, Any]) -> None:
    asked = WorkingTime.from_plain({key: case[key] for key in ("timezone", "week", "holidays")})
    start, end = datetime.fromisoformat(case["start"]), datetime.fromisoformat(case["end"])
    pauses = [(datetime.fromisoformat(begin), datetime.fromisoformat(until)) for begin, until in case["pauses"]]
    if case["op"] == "add":
        # Budgets of seconds come as fractions of a minute; a float of minutes is good to the microsecond.
        assert asked.add(start, timedelta(seconds=round(case["minutes"] * 60)), pauses) == end
    else:
        expected = timedelta(seconds=round(case["expected_minutes"] * 60))
        assert asked.between(start, end, pauses) == expected


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("Mon 2026-11-23 09:00", 8, "Mon 2026-11-23 17:00"),  # ends exactly at closing, and stays there
        ("Mon 2026-11-23 09:01", 8, "Tue 2026-11-24 09:01"),
        ("Mon 2026-11-23 08:59", 8, "Mon 2026-11-23 17:00"),  # an early start waits for the opening
        ("Mon 2026-11-23 16:59:59", 8, "Tue 2026-11-24 16:59:59"),
        ("Mon 2026-11-23 17:00", 8, "Tue 2026-11-24 17:00"),
        ("Fri 2026-11-27 16:00", 1, "Fri 2026-11-27 17:00"),
        ("Fri 2026-11-27 16:00", 2, "Mon 2026-11-30 10:00"),
        ("Sat 2026-11-28 12:00", 16, "Tue 2026-12-01 17:00"),
        ("Mon 2026-11-23 09:00", 40, "Fri 2026-11-27 17:00"),
        ("Mon 2026-11-23 09:00", 400, "Fri 2027-01-29 17:00"),  # 50 days of 8 h are 10 weeks
        # A start outside working time moves to the next opening even when nothing is added.
        ("Mon 2026-11-23 08:59:59", 0, "Mon 2026-11-23 09:00"),
        ("Mon 2026-11-23 09:00", 0, "Mon 2026-11-23 09:00"),
        ("Mon 2026-11-23 16:59:59", 0, "Mon 2026-11-23 16:59:59"),
        ("Mon 2026-11-23 17:00", 0, "Tue 2026-11-24 09:00"),
        ("Fri 2026-11-27 17:00", 0, "Mon 2026-11-30 09:00"),
    ],
)
def test_an_office_counts_its_hours(start: str, hours: int, end: str) -> None:
    assert calendar().add(instant(start), hours * HOUR) == instant(end)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("Mon 2026-11-23 11:00", 60, "Mon 2026-11-23 12:00"),
        ("Mon 2026-11-23 11:00", 61, "Mon 2026-11-23 13:01"),
        ("Mon 2026-11-23 12:00", 0, "Mon 2026-11-23 13:00"),
        ("Mon 2026-11-23 12:30", 30, "Mon 2026-11-23 13:30"),
        ("Mon 2026-11-23 11:59", 7 * 60, "Tue 2026-11-24 11:59"),
    ],
)
def test_lunch_does_not_count(start: str, minutes: int, end: str) -> None:
    assert calendar(WITH_LUNCH).add(instant(start), timedelta(minutes=minutes)) == instant(end)


def test_a_holiday_and_a_closure_do_not_count() -> None:
    christmas = calendar(holidays=["2026-12-25", "2026-12-28", "2026-12-29"])
    assert christmas.add(instant("Thu 2026-12-24 16:00"), 2 * HOUR) == instant("Wed 2026-12-30 10:00")
    assert christmas.between(instant("Thu 2026-12-24 16:00"), instant("Wed 2026-12-30 10:00")) == 2 * HOUR
    assert christmas.next_opening(instant("Fri 2026-12-25 10:00")) == instant("Wed 2026-12-30 09:00")


def test_a_night_shift_is_two_intervals_without_a_break() -> None:
    nights = calendar({"mon": [["22:00", "24:00"]], "tue": [["00:00", "06:00"]]})
    assert nights.add(instant("Mon 2026-11-23 23:00"), 2 * HOUR) == instant("Tue 2026-11-24 01:00")
    assert nights.next_opening(instant("Tue 2026-11-24 00:00")) == instant("Tue 2026-11-24 00:00")
    assert nights.add(instant("Mon 2026-11-23 22:00"), 8 * HOUR) == instant("Tue 2026-11-24 06:00")


def test_touching_intervals_are_worked_as_one() -> None:
    touching = calendar({"mon": [["12:00", "17:00"], ["09:00", "12:00"]]})
    monday = date(2026, 11, 23)
    assert touching.intervals_on(monday) == [(instant("Mon 2026-11-23 09:00"), instant("Mon 2026-11-23 17:00"))]
    assert touching.next_opening(instant("Mon 2026-11-23 12:00")) == instant("Mon 2026-11-23 12:00")


def test_seconds_and_microseconds_are_kept() -> None:
    start = instant("Fri 2026-11-27 16:59:59") + timedelta(microseconds=123_456)
    assert calendar().add(start, HOUR) == instant("Mon 2026-11-30 09:59:59") + timedelta(microseconds=123_456)
    assert (
        calendar().add(instant("Fri 2026-11-27 17:00") - MOMENT, 2 * MOMENT) == instant("Mon 2026-11-30 09:00") + MOMENT
    )


def test_answers_are_in_utc_whatever_zone_a_question_comes_in() -> None:
    tokyo = instant("Mon 2026-11-23 10:00").astimezone(ZoneInfo("Asia/Tokyo"))
    answers = [
        calendar().add(tokyo, HOUR),
        calendar().add(tokyo, timedelta()),
        calendar().next_opening(tokyo),
        calendar().end_of_day(date(2026, 11, 22)),
        *calendar().intervals_on(date(2026, 11, 23))[0],
    ]
    assert answers[0] == instant("Mon 2026-11-23 11:00")
    assert {answer.tzinfo for answer in answers} == {UTC}


# --- clocks that jump -----------------------------------------------------------------------------------------------


def test_a_skipped_hour_counts_nothing_and_a_doubled_hour_twice() -> None:
    sundays = calendar({"sun": [["01:00", "04:00"]]})
    spring, autumn = date(2027, 3, 28), date(2027, 10, 31)
    assert [end - start for start, end in sundays.intervals_on(spring)] == [2 * HOUR]
    assert [end - start for start, end in sundays.intervals_on(autumn)] == [4 * HOUR]
    assert sundays.add(instant("Sun 2027-03-28 01:30"), HOUR) == instant("Sun 2027-03-28 03:30")
    assert sundays.add(instant("Sun 2027-10-31 01:30"), 3 * HOUR) == instant("Sun 2027-10-31 03:30")


def test_hours_that_a_jump_skips_are_not_worked_that_day() -> None:
    skipped = calendar({"sun": [["02:00", "03:00"]]})
    assert skipped.intervals_on(date(2027, 3, 28)) == []
    assert skipped.opening_of_day(date(2027, 3, 28)) is None
    assert skipped.end_of_day(date(2027, 3, 28)) == instant("Mon 2027-03-29 00:00")
    assert skipped.next_opening(instant("Sun 2027-03-28 00:00")) == instant("Sun 2027-04-04 02:00")


def test_a_doubled_half_hour_is_worked_twice_with_a_break_between() -> None:
    doubled = calendar({"sun": [["02:00", "02:30"]]})
    # 02:00 to 02:30 in summer time, and an hour later once more in winter time.
    first, again = instant("Sun 2027-10-31 00:00", "UTC"), instant("Sun 2027-10-31 01:00", "UTC")
    half = timedelta(minutes=30)
    assert doubled.intervals_on(date(2027, 10, 31)) == [(first, first + half), (again, again + half)]
    assert doubled.add(first, half + MOMENT) == again + MOMENT
    assert doubled.end_of_day(date(2027, 10, 31)) == again + half


def test_a_time_that_exists_twice_is_told_apart_when_asked() -> None:
    night, zone = calendar(ALWAYS), ZoneInfo("Europe/Berlin")
    first = datetime(2027, 10, 31, 2, 30, tzinfo=zone)
    assert night.between(first, first.replace(fold=1)) == HOUR
    assert night.between(first.replace(fold=1), first) == -HOUR
    assert [span.ends_at - span.starts_at for span in night.spans(first, first.replace(fold=1))] == [HOUR]


def test_a_day_that_is_shown_again_after_midnight_is_counted_in_order() -> None:
    # In Goose Bay clocks went from 00:01 on Sunday back to 23:01 on Saturday: Saturday, a minute of Sunday, Saturday.
    late = calendar({"sat": [["23:00", "24:00"]], "sun": [["00:00", "01:00"]]}, timezone="America/Goose_Bay")
    evening = instant("Sat 2010-11-06 23:00", "America/Goose_Bay")
    spans = late.spans(evening, evening + 4 * HOUR)
    minutes = [(f"{span.on:%a}", (span.ends_at - span.starts_at) // timedelta(minutes=1)) for span in spans]
    assert minutes == [("Sat", 60), ("Sun", 1), ("Sat", 59), ("Sun", 60)]
    assert late.between(evening, evening + 4 * HOUR) == 3 * HOUR


def test_a_day_that_never_was_has_no_hours() -> None:
    apia = calendar(ALWAYS, timezone="Pacific/Apia")
    thursday_ends = instant("Fri 2011-12-30 10:00", "UTC")  # and Saturday begins
    assert apia.intervals_on(date(2011, 12, 30)) == []
    assert apia.end_of_day(date(2011, 12, 29)) == apia.end_of_day(date(2011, 12, 30)) == thursday_ends
    assert apia.opening_of_day(date(2011, 12, 31)) == thursday_ends


# --- pauses ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pauses", "end"),
    [
        ([], "Mon 2026-11-23 14:00"),
        ([("Mon 2026-11-23 11:00", "Mon 2026-11-23 12:00")], "Mon 2026-11-23 15:00"),
        ([("Sun 2026-11-22 11:00", "Mon 2026-11-23 12:00")], "Mon 2026-11-23 16:00"),  # begins before the start
        ([("Sun 2026-11-22 11:00", "Sun 2026-11-22 12:00")], "Mon 2026-11-23 14:00"),  # covers no working time
        ([("Mon 2026-11-23 14:00", "Mon 2026-11-23 15:00")], "Mon 2026-11-23 14:00"),  # begins as the budget ends
        (
            [("Mon 2026-11-23 11:30", "Mon 2026-11-23 12:30"), ("Mon 2026-11-23 11:00", "Mon 2026-11-23 12:00")],
            "Mon 2026-11-23 15:30",  # overlapping: 11:00 to 12:30 once
        ),
        ([("Mon 2026-11-23 13:00", "Tue 2026-11-24 12:00")], "Tue 2026-11-24 13:00"),
        ([("Mon 2026-11-23 11:00", "Mon 2029-11-19 09:00")], "Mon 2029-11-19 12:00"),  # three years
        ([("Mon 2026-11-23 12:00", "Mon 2026-11-23 11:00")], "Mon 2026-11-23 14:00"),  # a clock was put back
    ],
)
def test_work_in_a_pause_does_not_count(pauses: list[tuple[str, str]], end: str) -> None:
    covered = [(instant(begin), instant(until)) for begin, until in pauses]
    start = instant("Mon 2026-11-23 10:00")
    assert calendar().add(start, 4 * HOUR, iter(covered)) == instant(end)
    assert calendar().between(start, instant(end), iter(covered)) == 4 * HOUR
    assert calendar().between(instant(end), start, iter(covered)) == -4 * HOUR


def test_a_pause_does_not_move_a_start_when_nothing_is_added() -> None:
    start = instant("Mon 2026-11-23 10:00")
    assert calendar().add(start, timedelta(), [(start - HOUR, start + HOUR)]) == start


# --- what never opens -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("week", [{}, {"mon": []}])
def test_a_week_without_hours_is_a_calendar_that_never_opens(week: object) -> None:
    never, monday = calendar(week), instant("Mon 2026-11-23 10:00")
    assert never.between(monday, monday + timedelta(days=400)) == timedelta()
    assert never.intervals_on(date(2026, 11, 23)) == []
    assert never.spans(monday, monday + timedelta(days=400)) == []
    assert never.end_of_day(date(2026, 11, 23)) == instant("Tue 2026-11-24 00:00")
    assert (never.hours_of_week(), never.days_with_hours(), never.always_open) == (timedelta(), 0, False)
    for budget in (timedelta(), HOUR):
        with pytest.raises(NeverOpens, match="A week without working time never opens"):
            never.add(monday, budget)
    with pytest.raises(NeverOpens):
        never.next_opening(monday)


def test_five_closed_years_are_never() -> None:
    start = instant("Mon 2026-11-23 10:00")
    # Five years later is Sun 2031-11-23. The first calendar opens the Friday before that, the second the Monday after.
    opens, never = (calendar(holidays=closed("2026-11-23", days)) for days in (1824, 1825))
    assert opens.add(start, HOUR) == instant("Fri 2031-11-21 10:00")
    assert opens.next_opening(start) == instant("Fri 2031-11-21 09:00")
    # From Fri 2026-11-20 09:00, the opening on Thu 2031-11-20 at 09:00 is in time, and from a moment before it is not.
    to_the_hour = calendar(holidays=closed("2026-11-20", 5 * 365 + 1))
    assert to_the_hour.next_opening(instant("Fri 2026-11-20 09:00")) == instant("Thu 2031-11-20 09:00")
    with pytest.raises(NeverOpens):
        to_the_hour.next_opening(instant("Fri 2026-11-20 09:00") - MOMENT)
    for budget in (timedelta(), HOUR):
        with pytest.raises(NeverOpens, match="No working time begins in the five years from 2026-11-23 09:00:00"):
            never.add(start, budget)
    with pytest.raises(NeverOpens):
        never.next_opening(start)


def test_five_closed_years_in_the_middle_of_a_budget_are_never_too() -> None:
    start, friday = instant("Mon 2026-11-16 09:00"), instant("Fri 2026-11-20 17:00")
    shut = calendar(holidays=closed("2026-11-23", 1824))
    assert shut.add(start, 40 * HOUR) == friday
    with pytest.raises(NeverOpens, match="five years from 2026-11-20 16:00:00"):
        shut.add(start, 41 * HOUR)


def test_a_long_budget_with_openings_on_the_way_is_worked() -> None:
    # An hour a week: 400 h are 400 Mondays, the first of them 2026-11-23, the last 399 weeks later.
    weekly = calendar({"mon": [["09:00", "10:00"]]})
    assert weekly.add(instant("Mon 2026-11-23 09:00"), 400 * HOUR) == instant("Mon 2034-07-17 10:00")


def test_the_wait_that_begins_on_a_leap_day_is_five_years_too() -> None:
    start = instant("Tue 2028-02-29 18:00")
    with pytest.raises(NeverOpens):
        calendar(holidays=closed("2028-03-01", 5 * 365 + 2)).add(start, HOUR)


def test_a_budget_beyond_all_calendars_is_never_worked() -> None:
    for budget in (timedelta(days=150 * 365), timedelta.max):
        with pytest.raises(NeverOpens, match="not worked before 2200-01-01"):
            calendar().add(instant("Mon 2026-11-23 10:00"), budget)


@pytest.mark.parametrize("when", ["Thu 1899-12-28 10:00", "Tue 2200-01-07 10:00"])
def test_instants_beyond_all_calendars_are_refused(when: str) -> None:
    with pytest.raises(BadInstant, match="Calendars reach from 1900-01-01 to 2200-01-01"):
        calendar().add(instant(when, "UTC"), HOUR)


# --- what a calendar refuses ----------------------------------------------------------------------------------------


def test_a_time_without_a_zone_is_no_instant() -> None:
    naive, aware = datetime(2026, 11, 23, 10), instant("Mon 2026-11-23 10:00")  # noqa: DTZ001 - what is refused
    refused: list[Callable[[], object]] = [
        lambda: calendar().add(naive, HOUR),
        lambda: calendar().add(naive, timedelta()),
        lambda: calendar().add(aware, HOUR, [(aware, naive)]),
        lambda: calendar().between(naive, aware),
        lambda: calendar().between(aware, naive),
        lambda: calendar().between(aware, aware, [(naive, aware)]),
        lambda: calendar().next_opening(naive),
        lambda: calendar().spans(aware, naive),
    ]
    for question in refused:
        with pytest.raises(BadInstant, match="“2026-11-23 10:00:00” has no time zone"):
            question()


def test_a_negative_budget_is_refused() -> None:
    with pytest.raises(NegativeBudget, match="A budget of -1 day, 23:00:00 is less than nothing"):
        calendar().add(instant("Mon 2026-11-23 10:00"), -HOUR)


@pytest.mark.parametrize("zone", ["Etc/Unknown", "UTC+3", "", "europe/berlin", "../Europe/Berlin", "Berlin", None, 2])
def test_an_unknown_zone_is_refused(zone: object) -> None:
    with pytest.raises(BadCalendar, match=f"“{zone}” is not a time zone".replace("+", r"\+")) as refused:
        calendar(timezone=zone)
    assert refused.value.field == "timezone"


@pytest.mark.parametrize(
    ("week", "sentence"),
    [
        (None, "“None” is not a week"),
        ([["09:00", "17:00"]], "is not a week"),
        ({"Mon": [["09:00", "17:00"]]}, "“Mon” is not a weekday"),
        ({"monday": []}, "“monday” is not a weekday"),
        ({1: []}, "“1” is not a weekday"),
        ({"mon": None}, "“None” on mon is not a list of intervals"),
        ({"mon": "09:00-17:00"}, "“09:00-17:00” on mon is not a list of intervals"),
        ({"mon": [["09:00"]]}, "on mon is not a list of intervals, each with a start and an end"),
        ({"mon": ["09:00", "17:00"]}, "on mon is not a list of intervals"),
        ({"mon": [["9:00", "17:00"]]}, "“9:00” is not a time of day"),
        ({"mon": [["09:00", "17:60"]]}, "“17:60” is not a time of day"),
        ({"mon": [["09:00", "24:01"]]}, "“24:01” is not a time of day"),
        ({"mon": [["09:00", "17:00:00"]]}, "“17:00:00” is not a time of day"),
        ({"mon": [["09:00", "17:00\n"]]}, "is not a time of day"),
        ({"mon": [["٠٩:٠٠", "17:00"]]}, "“٠٩:٠٠” is not a time of day"),
        ({"mon": [[9, 17]]}, "“9” is not a time of day"),
        ({"mon": [["09:00", "x" * 99]]}, "“x{59}…” is not a time of day"),
        ({"mon": [["17:00", "09:00"]]}, "On mon 17:00 to 09:00 has to end after it begins. A night shift is two"),
        ({"mon": [["09:00", "09:00"]]}, "On mon 09:00 to 09:00 has to end after it begins"),
        ({"mon": [["24:00", "24:00"]]}, "On mon 24:00 to 24:00 has to end after it begins"),
        ({"fri": [["11:00", "13:00"], ["09:00", "12:00"]]}, "On fri 09:00–12:00 and 11:00–13:00 overlap"),
        ({"fri": [["09:00", "17:00"], ["09:00", "17:00"]]}, "On fri 09:00–17:00 and 09:00–17:00 overlap"),
    ],
)
def test_a_week_that_says_nothing_clear_is_refused_in_words(week: object, sentence: str) -> None:
    with pytest.raises(BadCalendar, match=sentence) as refused:
        calendar(week)
    assert refused.value.field == "week"


@pytest.mark.parametrize(
    ("holidays", "sentence"),
    [
        ("2026-12-25", "“2026-12-25” is not a list of dates"),
        (["2026-02-29"], "“2026-02-29” is not a date"),
        (["20261225"], "“20261225” is not a date"),
        (["2026-W52-5"], "“2026-W52-5” is not a date"),
        (["25.12.2026"], "“25.12.2026” is not a date. Write it like 2026-12-25"),
        ([None], "“None” is not a date"),
    ],
)
def test_holidays_are_dates(holidays: object, sentence: str) -> None:
    with pytest.raises(BadCalendar, match=sentence) as refused:
        calendar(holidays=holidays)
    assert refused.value.field == "holidays"


# --- the calendar as a value ----------------------------------------------------------------------------------------


def test_the_plain_form_comes_back_in_order() -> None:
    untidy = {
        "timezone": "Europe/Berlin",
        "week": {"fri": [["13:00", "24:00"], ["09:00", "12:00"]], "mon": [["09:00", "17:00"]], "sun": []},
        "holidays": ["2026-12-26", "2026-12-25", "2026-12-26"],
    }
    tidy = {
        "timezone": "Europe/Berlin",
        "week": {"mon": [["09:00", "17:00"]], "fri": [["09:00", "12:00"], ["13:00", "24:00"]]},
        "holidays": ["2026-12-25", "2026-12-26"],
    }
    assert WorkingTime.from_plain(untidy).to_plain() == tidy
    assert json.loads(json.dumps(WorkingTime.from_plain(tidy).to_plain())) == tidy


def test_holidays_may_be_missing() -> None:
    without = WorkingTime.from_plain({"timezone": "UTC", "week": OFFICE})
    assert without == calendar(holidays=[], timezone="UTC") == calendar(holidays=None, timezone="UTC")
    assert without.to_plain()["holidays"] == []


def test_calendars_are_values_that_never_change() -> None:
    one, other = calendar(), calendar()
    one.add(instant("Mon 2026-11-23 10:00"), HOUR)
    assert one == other
    assert len({one, other, calendar(WITH_LUNCH), calendar(timezone="UTC")}) == 3
    assert pickle.loads(pickle.dumps(one)) == one
    with pytest.raises(AttributeError):
        one.timezone = "UTC"  # type: ignore[misc]


def test_a_calendar_knows_its_zone_and_its_hours() -> None:
    assert (calendar().timezone, calendar().zone) == ("Europe/Berlin", ZoneInfo("Europe/Berlin"))
    assert (calendar(WITH_LUNCH).hours_of_week(), calendar(WITH_LUNCH).days_with_hours()) == (35 * HOUR, 5)
    assert (calendar(ALWAYS).hours_of_week(), calendar(ALWAYS).days_with_hours()) == (168 * HOUR, 7)


def test_only_a_calendar_without_a_closed_minute_is_always_open() -> None:
    halves = {day: [["00:00", "12:00"], ["12:00", "24:00"]] for day in WEEKDAYS}
    assert calendar(ALWAYS).always_open
    assert calendar(halves).always_open
    assert not calendar(ALWAYS, holidays=["2026-12-25"]).always_open
    assert not calendar({**ALWAYS, "sun": [["00:00", "23:59"]]}).always_open


# --- days -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "opens", "ends"),
    [
        ("2026-11-23", "Mon 2026-11-23 09:00", "Mon 2026-11-23 17:00"),
        ("2026-11-28", None, "Sun 2026-11-29 00:00"),  # a Saturday
        ("2026-12-25", None, "Sat 2026-12-26 00:00"),  # a holiday on a Friday
        ("2027-03-29", "Mon 2027-03-29 09:00", "Mon 2027-03-29 17:00"),  # the day after a jump
    ],
)
def test_something_due_on_a_day_is_due_when_its_work_ends(day: str, opens: str | None, ends: str) -> None:
    lunch = calendar(WITH_LUNCH, holidays=["2026-12-25"])
    assert lunch.opening_of_day(date.fromisoformat(day)) == (instant(opens) if opens else None)
    assert lunch.end_of_day(date.fromisoformat(day)) == instant(ends)


def test_a_free_day_before_a_skipped_midnight_ends_with_the_jump() -> None:
    weekdays = calendar({"mon": [["09:00", "17:00"]]}, timezone="Africa/Cairo")
    assert weekdays.end_of_day(date(2027, 4, 29)) == instant("Fri 2027-04-30 01:00", "Africa/Cairo")


def test_why_then_is_answered_day_by_day() -> None:
    start, end = instant("Tue 2026-11-24 16:00"), instant("Thu 2026-11-26 10:00")
    lines = [
        (f"{on:%a %d %b}", f"{opens.astimezone(ZoneInfo('Europe/Berlin')):%H:%M}", (closes - opens) / HOUR)
        for on, opens, closes in calendar(WITH_LUNCH).spans(start, end)
    ]
    assert lines == [
        ("Tue 24 Nov", "16:00", 1),
        ("Wed 25 Nov", "09:00", 3),
        ("Wed 25 Nov", "13:00", 4),
        ("Thu 26 Nov", "09:00", 1),
    ]
    assert calendar().spans(end, start) == calendar().spans(start, start) == []


# --- its cost -------------------------------------------------------------------------------------------------------


def least_seconds(asked: WorkingTime, budget: timedelta) -> float:
    start, times = instant("Mon 2026-11-23 10:17:03"), []
    for _ in range(200):
        began = perf_counter()
        asked.add(start, budget)
        times.append(perf_counter() - began)
    return min(times)


def test_400_hours_cost_at_most_twice_what_8_cost() -> None:
    office = calendar(holidays=["2026-12-25", "2027-01-01"])
    assert least_seconds(office, 400 * HOUR) <= 2 * least_seconds(office, 8 * HOUR)


def test_threads_may_share_a_calendar() -> None:
    shared, start = calendar(), instant("Mon 2026-11-23 09:00")
    starts = [start + timedelta(weeks=number) for number in range(-300, 300)]
    with ThreadPoolExecutor(8) as threads:
        ends = list(threads.map(lambda monday: shared.add(monday, 40 * HOUR), starts))
    # The starts are weeks of UTC apart, so in summer the wall shows 10:00 on Monday, and 40 h are worked a week later.
    assert {f"{end.astimezone(shared.zone):%a %H:%M}" for end in ends} == {"Fri 17:00", "Mon 10:00"}
    assert [shared.between(one, end) for one, end in zip(starts, ends, strict=True)] == [40 * HOUR] * len(starts)
