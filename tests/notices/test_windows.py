"""At once means inside somebody's hours, also on the days on which clocks jump."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from tests.reliability import fault
from tests.times import instant
from tracker.domain.budgets import PRESET_WEEKS
from tracker.domain.working_time import WorkingTime
from tracker.notices import hours, windows
from tracker.notices.hours import Hours
from tracker.store.people import Person

BERLIN = ZoneInfo("Europe/Berlin")


def somebody(**settings: object) -> Person:
    preset = {"window_from": "08:00", "window_until": "20:00", "reminder_hour": None, "timezone": None}
    return Person(id=5, name="Pit", **{**preset, "digest_weekday": None, "digest_hour": None, **settings})


def calendar(week: str = "office", zone: str = "Europe/Berlin", holidays: tuple[str, ...] = ()) -> WorkingTime:
    return WorkingTime.from_plain({"timezone": zone, "week": PRESET_WEEKS[week], "holidays": list(holidays)})


def theirs(*calendars: WorkingTime, zone: ZoneInfo = BERLIN, is_managing: bool = True, **settings: object) -> Hours:
    return Hours(somebody(**settings), zone, calendars, is_managing)


@pytest.mark.parametrize(
    ("window", "now", "leaves"),
    [
        (("08:00", "20:00"), "Tuesday 2026-11-24 12:00", "Tuesday 2026-11-24 12:00"),
        (("08:00", "20:00"), "Tuesday 2026-11-24 07:59", "Tuesday 2026-11-24 08:00"),
        (("08:00", "20:00"), "Tuesday 2026-11-24 20:00", "Wednesday 2026-11-25 08:00"),  # the end is not in it
        (("08:00", "20:00"), "Saturday 2026-11-28 23:10", "Sunday 2026-11-29 08:00"),  # every day
        (("22:00", "06:00"), "Tuesday 2026-11-24 05:00", "Tuesday 2026-11-24 05:00"),  # past midnight
        (("22:00", "06:00"), "Tuesday 2026-11-24 06:00", "Tuesday 2026-11-24 22:00"),
        (("00:00", "24:00"), "Tuesday 2026-11-24 03:00", "Tuesday 2026-11-24 03:00"),
        (("00:00", "00:00"), "Tuesday 2026-11-24 03:00", "Tuesday 2026-11-24 03:00"),
        (("02:30", "06:00"), "Sunday 2027-03-28 01:00", "Sunday 2027-03-28 03:30"),  # 02:30 is skipped
        (("02:30", "06:00"), "Sunday 2027-10-31 01:00", "Sunday 2027-10-31 02:30"),  # 02:30 comes twice: the first
    ],
)
def test_at_once_is_inside_the_window(window: tuple[str, str], now: str, leaves: str) -> None:
    person = somebody(window_from=window[0], window_until=window[1])
    assert windows.at_once(person, BERLIN, now=instant(now)) == instant(leaves)


def test_a_zone_that_nobody_knows_is_the_teams() -> None:
    assert windows.zone_named("Etc/Unknown", BERLIN) == BERLIN
    assert windows.zone_named("UTC+3", BERLIN) == BERLIN
    assert windows.zone_named("Asia/Tokyo", BERLIN) == ZoneInfo("Asia/Tokyo")


# The daily mail's hour ------------------------------------------------------------------------------------------------

TUESDAY, SATURDAY = date(2026, 11, 24), date(2026, 11, 28)


@pytest.mark.parametrize(
    ("week", "day", "leaves"),
    [
        ("office", TUESDAY, "Tuesday 2026-11-24 09:00"),  # the opening
        ("evenings", TUESDAY, "Tuesday 2026-11-24 18:00"),
        ("always", TUESDAY, "Tuesday 2026-11-24 09:00"),  # never closes
        ("always", SATURDAY, "Saturday 2026-11-28 09:00"),
        ("evenings", SATURDAY, "Saturday 2026-11-28 10:00"),
    ],
)
def test_the_daily_mail_comes_at_the_opening(week: str, day: date, leaves: str) -> None:
    assert theirs(calendar(week)).daily_on(day) == instant(leaves)


def test_not_before_eight() -> None:
    early = WorkingTime.from_plain({"timezone": "Europe/Berlin", "week": {"tue": [["06:00", "14:00"]]}})
    assert theirs(early).daily_on(TUESDAY) == instant("Tuesday 2026-11-24 08:00")


def test_no_daily_mail_on_a_day_on_which_no_team_works() -> None:
    assert theirs(calendar()).daily_on(SATURDAY) is None
    assert theirs(calendar(holidays=("2026-11-24",))).daily_on(TUESDAY) is None
    assert theirs(calendar(), calendar("always")).daily_on(SATURDAY) is not None  # a day of any of their teams


def test_one_for_all_their_teams_at_the_first_opening() -> None:
    assert theirs(calendar("evenings"), calendar()).daily_on(TUESDAY) == instant("Tuesday 2026-11-24 09:00")


def test_an_hour_of_their_own_in_their_own_zone() -> None:
    tokyo = theirs(calendar(), zone=ZoneInfo("Asia/Tokyo"), reminder_hour="07:15")
    assert tokyo.daily_on(TUESDAY) == instant("Tuesday 2026-11-24 07:15", "Asia/Tokyo")


def test_fridays_mail_looks_ahead_to_monday() -> None:
    friday = instant("Friday 2026-11-27 09:00")
    assert theirs(calendar()).next_daily(friday) == instant("Monday 2026-11-30 09:00")


# The weekly overview's hour -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("is_managing", "settings", "leaves"),
    [
        (True, {}, "Monday 2026-11-23 09:00"),
        (False, {}, "Monday 2026-11-23 18:00"),
        (True, {"reminder_hour": "10:30"}, "Monday 2026-11-23 10:30"),
        (False, {"digest_weekday": 4, "digest_hour": "07:00"}, "Friday 2026-11-27 07:00"),
        (True, {"digest_weekday": 5}, "Saturday 2026-11-28 09:00"),  # nobody works: the hour it would have
    ],
)
def test_managers_monday_at_the_opening_members_monday_evening(
    is_managing: bool, settings: dict[str, object], leaves: str
) -> None:
    them = theirs(calendar(), is_managing=is_managing, **settings)  # type: ignore[arg-type]
    assert them.digest_in("2026-W48") == instant(leaves)


@pytest.mark.parametrize(
    ("now", "week"),
    [
        ("Sunday 2026-12-27 23:59", "2026-W52"),
        ("Monday 2026-12-28 00:00", "2026-W53"),
        ("Sunday 2027-01-03 23:59", "2026-W53"),
        ("Monday 2027-01-04 00:00", "2027-W01"),
    ],
)
def test_weeks_are_those_of_the_iso_year_in_the_persons_zone(now: str, week: str) -> None:
    assert theirs(calendar()).week_of(instant(now)) == week


@fault("F55", "overviews of a crowd are spread over an hour by a hash of the person")
def test_a_crowd_is_spread_over_the_hour_always_in_the_same_way() -> None:
    seconds = [hours.spread(person).total_seconds() for person in range(2000)]
    assert [hours.spread(person).total_seconds() for person in range(2000)] == seconds
    assert min(seconds) < 60
    assert max(seconds) > 3540
    assert max(seconds) < 3600
