"""Weeks and days of a zone as instants: skipped and doubled midnights, years of 53 weeks, and names of zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.times import instant
from tracker.domain import weeks
from tracker.domain.weeks import BadInstant, BadWeek

BERLIN = ZoneInfo("Europe/Berlin")
SECOND = timedelta(seconds=1)
JUMPY = ("Africa/Cairo", "America/Havana", "America/Nuuk", "Antarctica/Troll", "Australia/Lord_Howe", "Europe/Berlin")


def utc(text: str) -> datetime:
    return instant(text, "UTC")


# --- wall-clock times -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "day", "clock", "expected"),
    [
        ("Europe/Berlin", "2026-11-23", "09:00", "Mon 2026-11-23 08:00"),
        ("Europe/Berlin", "2027-03-28", "01:59", "Sun 2027-03-28 00:59"),
        ("Europe/Berlin", "2027-03-28", "02:30", "Sun 2027-03-28 01:30"),  # skipped: 03:30 summer time
        ("Europe/Berlin", "2027-03-28", "03:00", "Sun 2027-03-28 01:00"),
        ("Europe/Berlin", "2027-10-31", "02:30", "Sun 2027-10-31 00:30"),  # twice: the first, in summer time
        ("Europe/Berlin", "2027-10-31", "03:00", "Sun 2027-10-31 02:00"),
        ("Antarctica/Troll", "2027-03-28", "01:30", "Sun 2027-03-28 01:30"),  # two hours are skipped: 03:30
        ("Australia/Lord_Howe", "2027-10-03", "02:10", "Sat 2027-10-02 15:40"),  # half an hour is: 02:40
        ("Pacific/Apia", "2011-12-30", "08:00", "Fri 2011-12-30 18:00"),  # a day is: 08:00 on the 31st
    ],
)
def test_a_time_on_the_wall_is_one_instant(zone: str, day: str, clock: str, expected: str) -> None:
    at = weeks.local_instant(date.fromisoformat(day), time.fromisoformat(clock), ZoneInfo(zone))
    assert at == utc(expected)
    assert at.tzinfo is UTC


def test_the_fold_of_a_time_plays_no_part() -> None:
    skipped = time(2, 30, fold=1)  # on its own it would be 01:30, before the jump
    assert weeks.local_instant(date(2027, 3, 28), skipped, BERLIN) == instant("Sun 2027-03-28 03:30")
    assert weeks.local_instant(date(2027, 10, 31), skipped, BERLIN) == utc("Sun 2027-10-31 00:30")


# --- days -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "day", "ends"),
    [
        ("Europe/Berlin", "2026-11-23", "Mon 2026-11-23 23:00"),
        ("Europe/Berlin", "2027-03-28", "Sun 2027-03-28 22:00"),  # a day of 23 hours
        # The next midnight is skipped: its first valid instant is 01:00.
        ("Africa/Cairo", "2027-04-29", "Thu 2027-04-29 22:00"),
        ("America/Santiago", "2027-09-04", "Sun 2027-09-05 04:00"),
        ("Asia/Beirut", "2027-03-27", "Sat 2027-03-27 22:00"),
        ("America/Havana", "2027-03-13", "Sun 2027-03-14 05:00"),
        # The next midnight is there twice: the first one. (Clocks go from 01:00 back to 00:00.)
        ("America/Havana", "2027-11-06", "Sun 2027-11-07 04:00"),
        # Clocks go from 24:00 back to 23:00: the day is an hour longer.
        ("Africa/Cairo", "2027-10-28", "Thu 2027-10-28 22:00"),
        ("America/Nuuk", "2027-10-30", "Sun 2027-10-31 02:00"),
        # The next day never was, and neither had an instant.
        ("Pacific/Apia", "2011-12-29", "Fri 2011-12-30 10:00"),
        ("Pacific/Apia", "2011-12-30", "Fri 2011-12-30 10:00"),
        # From 23:30 to 00:30: the jump itself, not midnight moved on by an hour.
        ("America/Toronto", "1919-03-30", "Mon 1919-03-31 04:30"),
    ],
)
def test_a_day_ends_with_the_first_valid_instant_of_the_next(zone: str, day: str, ends: str) -> None:
    last = date.fromisoformat(day)
    assert weeks.end_of_day(last, ZoneInfo(zone)) == utc(ends)
    assert weeks.start_of_day(last + timedelta(days=1), ZoneInfo(zone)) == utc(ends)


@given(st.sampled_from(JUMPY), st.dates(date(1980, 1, 1), date(2060, 1, 1)))
def test_a_day_begins_when_the_date_first_shows_it(zone: str, day: date) -> None:
    begins, ends = weeks.start_of_day(day, ZoneInfo(zone)), weeks.end_of_day(day, ZoneInfo(zone))
    assert begins.astimezone(ZoneInfo(zone)).date() == day
    assert (begins - SECOND).astimezone(ZoneInfo(zone)).date() < day
    assert timedelta(hours=21) < ends - begins < timedelta(hours=27)


# --- ISO weeks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "zone", "week"),
    [
        ("Mon 2026-11-23 00:00", "Europe/Berlin", "2026-W48"),
        ("Sun 2026-11-22 23:59:59", "Europe/Berlin", "2026-W47"),
        # A year of 53 weeks, and the first days of the next belong to it.
        ("Sun 2026-12-27 23:59:59", "Europe/Berlin", "2026-W52"),
        ("Mon 2026-12-28 00:00", "Europe/Berlin", "2026-W53"),
        ("Fri 2027-01-01 12:00", "Europe/Berlin", "2026-W53"),
        ("Sun 2027-01-03 23:59:59", "Europe/Berlin", "2026-W53"),
        ("Mon 2027-01-04 00:00", "Europe/Berlin", "2027-W01"),
        # And the last days of a year may belong to the next one's first week.
        ("Mon 2029-12-31 12:00", "Europe/Berlin", "2030-W01"),
    ],
)
def test_an_instant_lies_in_one_iso_week(when: str, zone: str, week: str) -> None:
    assert weeks.iso_week(instant(when, zone), ZoneInfo(zone)) == week


def test_the_week_is_the_one_of_the_place() -> None:
    sunday_noon = utc("Sun 2026-11-22 12:00")
    assert weeks.iso_week(sunday_noon, ZoneInfo("Pacific/Kiritimati")) == "2026-W48"
    assert weeks.iso_week(sunday_noon, ZoneInfo("Pacific/Pago_Pago")) == "2026-W47"


def test_a_time_without_a_zone_lies_in_no_week() -> None:
    with pytest.raises(BadInstant, match="“2026-11-23 10:00:00” has no time zone"):
        weeks.iso_week(datetime(2026, 11, 23, 10), BERLIN)  # noqa: DTZ001 - what is refused


def bounds(week: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When an ISO week begins, and when the next one does."""
    monday = weeks.monday_of(week)
    return weeks.start_of_day(monday, zone), weeks.start_of_day(monday + timedelta(days=7), zone)


@pytest.mark.parametrize(
    ("zone", "week", "begins", "hours"),
    [
        ("Europe/Berlin", "2026-W48", "Sun 2026-11-22 23:00", 168),
        ("Europe/Berlin", "2026-W53", "Sun 2026-12-27 23:00", 168),
        ("Europe/Berlin", "2027-W12", "Sun 2027-03-21 23:00", 167),
        ("Europe/Berlin", "2027-W43", "Sun 2027-10-24 22:00", 169),
        ("Pacific/Apia", "2011-W52", "Mon 2011-12-26 10:00", 144),  # a week without its Friday
    ],
)
def test_a_week_has_its_hours(zone: str, week: str, begins: str, hours: int) -> None:
    start, end = bounds(week, ZoneInfo(zone))
    assert (start, end - start) == (utc(begins), timedelta(hours=hours))


@given(st.sampled_from(JUMPY), st.dates(date(1980, 1, 1), date(2060, 1, 1)))
def test_weeks_follow_each_other_without_a_gap(zone: str, day: date) -> None:
    place = ZoneInfo(zone)
    week = weeks.iso_week(weeks.start_of_day(day, place), place)
    assert week == f"{day:%G-W%V}"
    start, end = bounds(week, place)
    assert weeks.iso_week(start, place) == weeks.iso_week(end - SECOND, place) == week
    following = weeks.iso_week(end, place)
    assert following > week > weeks.iso_week(start - SECOND, place)
    assert bounds(following, place)[0] == end


def test_a_week_is_known_by_its_monday() -> None:
    assert weeks.monday_of("2026-W53") == date(2026, 12, 28)
    assert weeks.monday_of("2027-W01") == date(2027, 1, 4)


@pytest.mark.parametrize("text", ["2027-W53", "2026-W00", "2026-W54", "2026-48", "2026-W4", "26-W48", "2026-W48-1", ""])
def test_a_text_that_names_no_week_is_refused(text: str) -> None:
    with pytest.raises(BadWeek, match=f"“{text}” is not a week. Write it like 2026-W48"):
        weeks.monday_of(text)


# --- zones ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/Argentina/Ushuaia", "UTC", "Etc/GMT+3", "Asia/Kolkata"])
def test_zones_of_the_database_are_known(name: str) -> None:
    assert weeks.is_known_zone(name)


@pytest.mark.parametrize(
    "name",
    [
        *("", " ", "UTC+3", "Etc/Unknown", "Europe", "Europe/", "Berlin", "europe/berlin", "Europe/Berlin\n"),
        *("../x", "../zoneinfo/UTC", "Europe/../UTC", "/etc/localtime", "posix/UTC", "right/UTC", "localtime"),
        *("Factory", "zone.tab", "posixrules", "Europe\\Berlin", "Europe/Berlin\0"),
    ],
)
def test_what_only_looks_like_a_zone_is_not_known(name: str) -> None:
    assert not weeks.is_known_zone(name)


# --- jumps ----------------------------------------------------------------------------------------------------------


def test_the_jumps_of_a_year_are_found_to_the_second() -> None:
    hour = timedelta(hours=1)
    assert weeks.offset_changes(BERLIN, 2027) == (
        (utc("Sun 2027-03-28 01:00"), 2 * hour),
        (utc("Sun 2027-10-31 01:00"), hour),
    )
    # Goose Bay kept its clocks until one minute past midnight, and Ramadan moves those of Casablanca twice in spring.
    assert utc("Sun 2010-11-07 03:01") in [at for at, _ in weeks.offset_changes(ZoneInfo("America/Goose_Bay"), 2010)]
    ramadan = [at for at, _ in weeks.offset_changes(ZoneInfo("Africa/Casablanca"), 2027)]
    assert ramadan == [utc("Sun 2027-02-07 02:00"), utc("Sun 2027-03-14 02:00")]
    assert weeks.offset_changes(ZoneInfo("UTC"), 2027) == ()
    # A jump as a year begins belongs to that year.
    lisbon = ZoneInfo("Europe/Lisbon")
    assert weeks.offset_changes(lisbon, 1911) == ()
    assert weeks.offset_changes(lisbon, 1912)[0] == (utc("Mon 1912-01-01 00:00"), timedelta())


@pytest.mark.parametrize(
    ("zone", "begins", "ends"),
    [
        ("America/Recife", "Sun 2000-10-08 03:00", "Sun 2000-10-15 02:00"),  # the shortest summer time there was
        ("Asia/Gaza", "Sat 2040-10-20 00:00", "Fri 2040-10-26 23:00"),  # and one that Ramadan will bring
    ],
)
def test_a_summer_time_of_a_week_is_not_overlooked(zone: str, begins: str, ends: str) -> None:
    jumps = [at for at, _ in weeks.offset_changes(ZoneInfo(zone), utc(begins).year)]
    assert [at for at in jumps if at.month == 10][:2] == [utc(begins), utc(ends)]


@given(st.sampled_from(JUMPY), st.datetimes(datetime(1980, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - see timezones
def test_between_two_jumps_the_offset_stays(zone: str, at: datetime) -> None:
    place = ZoneInfo(zone)
    stretches = list(weeks.offsets(place, at, at + timedelta(days=400)))
    assert stretches[0][0] == at
    assert stretches[-1][1] == at + timedelta(days=400)
    for since, until, offset in stretches:
        assert weeks.offset_at(place, since) == weeks.offset_at(place, until - SECOND) == offset
    for (_, until, offset), (since, _, after) in pairwise(stretches):
        assert until == since
        assert offset != after
