"""What holds for every calendar, start and budget: compared with counting on the fingers, and with itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.domain.working_time_oracle import MINUTE, SECOND, Pauses, SteppingOracle
from tests.times import instant
from tracker.domain.weeks import offset_changes
from tracker.domain.working_time import WorkingTime

MOMENT = timedelta(microseconds=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# Clocks that jump by an hour, by half of one, by two, by a day, at midnight, over it, in Ramadan, and not at all.
ZONES = (
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Goose_Bay",
    "America/Havana",
    "America/Nuuk",
    "America/Santiago",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Europe/Dublin",
    "Pacific/Apia",
    "Pacific/Chatham",
    "UTC",
)


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@st.composite
def days_hours(draw: st.DrawFn) -> list[list[str]]:
    """One to three intervals; a time drawn twice in a row makes two that touch."""
    edge = st.one_of(st.integers(0, 48).map(lambda half: half * 30), st.integers(0, 24 * 60))
    edges = sorted(draw(st.lists(edge, min_size=2, max_size=6)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return [[clock(start), clock(end)] for start, end in pairs if start < end]


@st.composite
def plain_calendars(draw: st.DrawFn, zones: tuple[str, ...] = ZONES, around: date | None = None) -> dict[str, Any]:
    week = draw(st.dictionaries(st.sampled_from(WEEKDAYS), days_hours(), min_size=4))
    assume(any(week.values()))
    near = around or date(2026, 11, 23)
    holidays = draw(st.lists(st.integers(-1, 9).map(lambda number: (near + timedelta(number)).isoformat()), max_size=4))
    return {"timezone": draw(st.sampled_from(zones)), "week": week, "holidays": holidays}


@st.composite
def lengths(draw: st.DrawFn, longest: timedelta, step: timedelta) -> timedelta:
    """Draw a duration of whole steps: coarse, then fine, because one wide range mostly gives very short ones."""
    coarse = draw(st.integers(0, 15)) * longest / 16
    return (coarse + draw(st.integers(0, 15)) * longest / 256) // step * step + draw(st.integers(0, 7)) * step


@st.composite
def moments(draw: st.DrawFn, zone: str, reach: timedelta, step: timedelta) -> datetime:
    """Draw an instant on a whole step, by preference not long before a jump of the zone's clocks."""
    year = draw(st.integers(2005, 2040) if zone != "Pacific/Apia" else st.just(2011))
    jumps = offset_changes(ZoneInfo(zone), year)
    anchor = draw(st.sampled_from([at for at, _ in jumps])) if jumps else datetime(year, 3, 28, tzinfo=UTC)
    return anchor - draw(lengths(reach, step))


@st.composite
def questions(draw: st.DrawFn, reach: timedelta, step: timedelta) -> tuple[dict[str, Any], datetime, datetime, Pauses]:
    """Draw a calendar, two instants, the second up to ``reach`` later, and pauses; all on whole steps."""
    zone = draw(st.sampled_from(ZONES))
    start = draw(moments(zone, reach, step))
    plain = draw(plain_calendars((zone,), start.date()))
    pauses = []
    for _ in range(draw(st.integers(0, 3))):
        begin = start - reach // 8 + draw(lengths(reach, step))
        pauses.append((begin, begin + draw(lengths(reach // 4, step))))
    return plain, start, start + draw(lengths(reach, step)), pauses


def check_like_the_oracle(
    plain: Mapping[str, Any], start: datetime, end: datetime, pauses: Pauses, step: timedelta, share: int
) -> None:
    """Ask both for the work from ``start`` to ``end``, then for the instant at which a share of it is done."""
    calendar, oracle = WorkingTime.from_plain(plain), SteppingOracle(plain, step)
    worked = oracle.between(start, end, pauses)
    assert calendar.between(start, end, pauses) == worked
    assert calendar.between(end, start, pauses) == -worked
    budget = worked // step * share // 8 * step
    # With nothing to add the oracle may walk for years to an opening, so an opening has to be on the way.
    if budget or oracle.between(start, end):
        assert calendar.add(start, budget, pauses) == oracle.add(start, budget, pauses)


@settings(max_examples=100)
@given(questions(timedelta(days=6), MINUTE), st.integers(0, 8))
def test_minute_by_minute_the_oracle_says_the_same(
    question: tuple[dict[str, Any], datetime, datetime, Pauses], share: int
) -> None:
    check_like_the_oracle(*question, MINUTE, share)


@settings(max_examples=30)
@given(questions(timedelta(hours=3), SECOND), st.integers(0, 8))
def test_second_by_second_the_oracle_says_the_same(
    question: tuple[dict[str, Any], datetime, datetime, Pauses], share: int
) -> None:
    check_like_the_oracle(*question, SECOND, share)


# Without the oracle, questions may reach further and lie between the steps.

starts = st.datetimes(datetime(2010, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - see timezones
spans_of_time = st.timedeltas(timedelta(), timedelta(days=400))
budgets = st.timedeltas(MOMENT, timedelta(hours=400))
pauses_after = st.lists(st.tuples(st.timedeltas(timedelta(days=-9), timedelta(days=99)), spans_of_time), max_size=3)


@settings(max_examples=100)
@given(plain_calendars(), starts, budgets, pauses_after)
def test_a_budget_is_worked_at_its_end_and_not_a_moment_before(
    plain: dict[str, Any], start: datetime, budget: timedelta, pauses: list[tuple[timedelta, timedelta]]
) -> None:
    calendar = WorkingTime.from_plain(plain)
    covered = [(start + begin, start + begin + length) for begin, length in pauses]
    end = calendar.add(start, budget, covered)
    assert calendar.between(start, end, covered) == budget
    assert calendar.between(start, end - MOMENT, covered) == budget - MOMENT


@settings(max_examples=100)
@given(plain_calendars(), starts, budgets, budgets)
def test_two_budgets_one_after_the_other_are_their_sum(
    plain: dict[str, Any], start: datetime, first: timedelta, second: timedelta
) -> None:
    calendar = WorkingTime.from_plain(plain)
    assert calendar.add(calendar.add(start, first), second) == calendar.add(start, first + second)


@settings(max_examples=100)
@given(plain_calendars(), starts, spans_of_time, spans_of_time)
def test_work_is_the_sum_of_its_parts_and_of_its_days(
    plain: dict[str, Any], start: datetime, first: timedelta, second: timedelta
) -> None:
    calendar, middle, end = WorkingTime.from_plain(plain), start + first, start + first + second
    worked = calendar.between(start, end)
    assert worked == calendar.between(start, middle) + calendar.between(middle, end) == -calendar.between(end, start)
    spans = calendar.spans(start, end)
    assert sum((span.ends_at - span.starts_at for span in spans), timedelta()) == worked
    assert [span.starts_at for span in spans] == sorted(span.starts_at for span in spans)
    for span in spans:
        assert span.on == span.starts_at.astimezone(calendar.zone).date()
        assert span.on == (span.ends_at - MOMENT).astimezone(calendar.zone).date()


@settings(max_examples=100)
@given(plain_calendars(), starts)
def test_nothing_is_worked_until_the_next_opening(plain: dict[str, Any], start: datetime) -> None:
    calendar = WorkingTime.from_plain(plain)
    opening = calendar.next_opening(start)
    assert opening >= start
    assert calendar.between(start, opening) == timedelta()
    assert calendar.between(opening, opening + MOMENT) == MOMENT
    assert calendar.add(start, timedelta()) == calendar.next_opening(opening) == opening


@settings(max_examples=100)
@given(plain_calendars(), st.dates(date(2010, 1, 1), date(2040, 1, 1)))
def test_a_day_lies_between_its_opening_and_its_end(plain: dict[str, Any], day: date) -> None:
    calendar = WorkingTime.from_plain(plain)
    worked, end = calendar.intervals_on(day), calendar.end_of_day(day)
    assert calendar.opening_of_day(day) == (worked[0][0] if worked else None)
    if worked:
        assert worked[-1][1] == end
        assert (end - MOMENT).astimezone(calendar.zone).date() == day
        assert day.isoformat() not in plain["holidays"]
    else:
        assert end.astimezone(calendar.zone).date() > day


@settings(max_examples=100)
@given(plain_calendars())
def test_the_plain_form_comes_back_as_it_went(plain: dict[str, Any]) -> None:
    calendar = WorkingTime.from_plain(plain)
    again = WorkingTime.from_plain(calendar.to_plain())
    assert again == calendar
    assert hash(again) == hash(calendar)


@settings(max_examples=60)
@given(plain_calendars(), st.lists(st.tuples(starts, budgets), min_size=2, max_size=5))
def test_what_was_asked_before_changes_no_answer(
    plain: dict[str, Any], asked: list[tuple[datetime, timedelta]]
) -> None:
    used = WorkingTime.from_plain(plain)
    fresh = [WorkingTime.from_plain(plain).add(start, budget) for start, budget in asked]
    assert [used.add(start, budget) for start, budget in asked] == fresh
    assert [used.add(start, budget) for start, budget in reversed(asked)] == fresh[::-1]


@pytest.mark.parametrize(
    ("when", "is_worked"),
    [
        ("Mon 2026-11-23 08:59", False),
        ("Mon 2026-11-23 09:00", True),
        ("Mon 2026-11-23 16:59", True),
        ("Mon 2026-11-23 17:00", False),
        ("Tue 2026-11-24 23:59", True),
        ("Wed 2026-11-25 00:00", False),
        ("Mon 2026-11-30 10:00", False),  # a holiday
    ],
)
def test_the_oracle_itself_reads_the_clock_on_the_wall(when: str, is_worked: bool) -> None:
    week = {"mon": [["09:00", "17:00"]], "tue": [["22:00", "24:00"]]}
    oracle = SteppingOracle({"timezone": "Europe/Berlin", "week": week, "holidays": ["2026-11-30"]})
    assert oracle.is_worked(instant(when)) is is_worked
