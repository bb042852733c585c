"""Time, and what clocks make of it: worlds with one thing wrong, and the nights on which local time does odd things."""

from __future__ import annotations

import shutil
import tempfile
import zoneinfo
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.reliability import fault
from tests.simulation.ground import ground
from tests.simulation.invariants import read
from tests.simulation.people import Hand
from tests.simulation.story import ALL, BEGINNINGS, Story
from tests.times import instant
from tracker.acts import answers, suggestions
from tracker.domain.outcomes import Outcome
from tracker.store import teams
from tracker.store.entries import Via

BERLIN = "Europe/Berlin"
TUESDAY = ("Tuesday 2026-11-24 09:00", BERLIN)
THURSDAY = instant("Thursday 2026-11-26 09:00")
DAY = 86_400.0
HOUR = 3_600.0


@contextmanager
def world(beginning: tuple[str, str], week: str = "office") -> Iterator[Story]:
    """A world without faults, one worker, and Nari's suggestion; its invariants are looked at all the same."""
    story = Story(0, ground(), beginning=beginning, week=week, mood="anything")
    story.world.faulty = False
    with story.standing_in():
        story.start_worker()
        story.crowd.do(nari_raises)
        yield story


def nari_raises(hand: Hand) -> str:
    nari = next(one.person for one in teams.memberships(hand.team.id) if one.person.name == "Nari")
    s = suggestions.raise_(hand.team, by=nari, now=hand.now, via=Via.WEB, title="Mehr Licht im Flur")
    return f"Nari raises {s.id}"


def ask(story: Story, sql: str) -> list[tuple[Any, ...]]:
    return story.watch.file.execute(sql).fetchall()


def rungs(story: Story) -> list[tuple[Any, ...]]:
    """Each with the first and the last that were passed over."""
    facts = ", ".join(f"json_extract(facts, '$.{one}')" for one in ("rung", "skipped[0]", "skipped[1]"))
    return ask(story, f"SELECT {facts} FROM entry WHERE kind = 'follow_up' ORDER BY id")


def days(story: Story, count: float) -> None:
    """Time passes from one hour of mails to the next, for so many days."""
    until = story.world.true_now() + timedelta(days=count)
    while story.world.true_now() < until:
        story.ring(story.until_next_hour_of_mails())


def digests(story: Story) -> Counter[str]:
    """How many overviews left, by person and ISO week."""
    found = ask(
        story,
        "SELECT DISTINCT n.key, d.message_id FROM notice n JOIN delivery d ON d.id = n.delivery_id "
        "WHERE n.kind = 'digest' AND d.state = 'sent'",
    )
    return Counter(key for key, message_id in found if message_id in story.relay.kept)


# Down and wrong -------------------------------------------------------------------------------------------------------


@fault("F38", "one reminder, the highest rung; the others are counted in it and never sent")
def test_f38_after_days_of_downtime_one_reminder_comes_and_says_which_were_passed_over() -> None:
    with world(TUESDAY) as story:
        story.ring(60.0)
        story.world.kill(story.alive[0].machine, "from outside")
        story.pass_time(6 * DAY)
        story.start_worker()
        story.ring(1.0)
        assert rungs(story) == [(4, 1, 3)]
        owed = ask(story, "SELECT person_id, count(*) FROM notice WHERE kind = 'rung' AND channel = 'email' GROUP BY 1")
        assert {count for _, count in owed} == {1}


@fault("F39", "an hour, a day, a year ahead for one tick: no notice more")
@fault("F40", "an hour back for one tick: no notice more, and time goes on")
@pytest.mark.parametrize("hours", [1, 24, 24 * 365, -1])
def test_f39_f40_a_clock_that_jumps_for_a_moment_rings_nothing(hours: int) -> None:
    with world(TUESDAY) as story:
        story.ring(60.0)
        before = ask(story, "SELECT count(*) FROM notice UNION ALL SELECT count(*) FROM delivery")
        machine = story.alive[0].machine
        story.pass_time(15.0)
        machine.skew = timedelta(hours=hours)
        story.ring(15.0)
        machine.skew = timedelta()
        for _ in range(4):
            story.ring(15.0)
        assert ask(story, "SELECT count(*) FROM notice UNION ALL SELECT count(*) FROM delivery") == before
        story.ring(2 * DAY)
        assert [rung for rung, *_ in rungs(story)] == [2], "and then time goes on"


@fault("F40", "an hour back for good: nothing twice, the ticks go on")
def test_f40_a_clock_put_back_for_good_repeats_nothing() -> None:
    with world(TUESDAY) as story:
        story.ring(2 * DAY)
        sent = len(story.relay.kept)
        story.alive[0].machine.skew = timedelta(hours=-1)
        for _ in range(6):
            story.ring(20.0)
        assert rungs(story) == [(2, 1, 1)]
        assert len(story.relay.kept) == sent


# The nights -----------------------------------------------------------------------------------------------------------

#: F41 spring, F42 autumn, F43 no midnight, F44 midnight twice, F45 other shifts and a skipped day, F47 week 53
NIGHTS = {
    "F41": ("Friday 2027-03-26 10:00", BERLIN),
    "F42": ("Friday 2027-10-29 10:00", BERLIN),
    "F43 Cairo": ("Thursday 2027-04-29 10:00", "Africa/Cairo"),
    "F43 Santiago": ("Saturday 2027-09-04 10:00", "America/Santiago"),
    "F43 Beirut": ("Saturday 2027-03-27 10:00", "Asia/Beirut"),
    "F43 Havana": ("Saturday 2027-03-13 10:00", "America/Havana"),
    "F44 Cairo": ("Thursday 2027-10-28 10:00", "Africa/Cairo"),
    "F44 Havana": ("Saturday 2027-11-06 10:00", "America/Havana"),
    "F44 Nuuk": ("Saturday 2027-10-30 10:00", "America/Nuuk"),
    "F45 Troll": ("Saturday 2027-03-27 10:00", "Antarctica/Troll"),
    "F45 Lord Howe": ("Saturday 2027-04-03 10:00", "Australia/Lord_Howe"),
    "F45 Apia": ("Thursday 2011-12-29 10:00", "Pacific/Apia"),
    "F47": ("Monday 2026-12-28 07:00", BERLIN),
}


#: What is expected of them; the days after each are lived, and in all of them each daily mail leaves once, at nine.
IN_THOSE_NIGHTS = {
    "F41": "the days around a skipped hour: each mail once, at its hour",
    "F42": "the days around a doubled hour: each mail once, at its hour",
    "F43": "the days around a missing midnight: each mail once, at its hour",
    "F44": "the days around a midnight that comes twice: each mail once, at its hour",
    "F45": "shifts of half an hour and of two, a skipped day: each mail once, at its hour",
    "F47": "week 53: one overview for each ISO week",
}


@pytest.mark.parametrize(
    "night", [pytest.param(night, marks=fault(night[:3], IN_THOSE_NIGHTS[night[:3]])) for night in NIGHTS]
)
def test_in_the_nights_on_which_clocks_do_odd_things_each_mail_comes_once_at_its_hour(night: str) -> None:
    with world(NIGHTS[night], "always") as story:
        days(story, 4)
        begun = f"{story.begun.astimezone(ZoneInfo(story.zone)).date()}"
        daily = ask(story, "SELECT key, created_at FROM delivery WHERE template = 'daily'")
        daily = [(key, at) for key, at in daily if begun not in key]  # that day's hour had passed when it began
        assert daily, "something is due in these days"
        for key, created_at in daily:
            on = key.split(":")[3]
            local = read(created_at).astimezone(ZoneInfo(story.zone))
            assert (local.date().isoformat(), local.hour) == (on, 9)
        assert len({key for key, _ in daily}) == len(daily)


def quarters(story: Story, first: str, hours: int) -> None:
    """Time passes to this local time, and then by quarters of an hour: what is due in a night is looked for in it."""
    start = instant(first, story.zone)
    story.ring((start - story.world.true_now()).total_seconds())
    for quarter in range(hours * 4):
        story.pass_time((start + timedelta(minutes=15 * (quarter + 1)) - story.world.true_now()).total_seconds())
        story.alive[0].tick(*ALL)
        story.pass_time(5.0)


def quarter_of(at: str) -> str:
    """An instant of the database in UTC, to the quarter of an hour."""
    found = read(at)
    return f"{found:%a %H}:{found.minute // 15 * 15:02}"


@pytest.mark.parametrize(
    ("night", "start", "expected"),
    [
        # 02:30 is not there: the clocks show 03:30, which is 01:30 UTC
        pytest.param(
            "F41", "Sunday 2027-03-28 01:15", "Sun 01:30", marks=fault("F41", "02:30 is not there: once, at 03:30")
        ),
        # 02:30 is there at 00:30 and at 01:30 UTC
        pytest.param(
            "F42", "Sunday 2027-10-31 01:15", "Sun 00:30", marks=fault("F42", "02:30 comes twice: once, the first")
        ),
    ],
)
def test_f41_f42_a_mail_whose_hour_is_skipped_or_comes_twice_comes_once(night: str, start: str, expected: str) -> None:
    with world(NIGHTS[night], "always") as story:
        story.world.ground.file.execute("UPDATE person SET reminder_hour = '02:30'")
        quarters(story, start, 3)
        sunday = "SELECT created_at FROM delivery WHERE template = 'daily' AND address LIKE 'pit@%' AND created_at > ?"
        begun = instant(start).replace(tzinfo=None).isoformat(sep=" ")
        found = story.watch.file.execute(sunday, (begun,)).fetchall()
        assert [quarter_of(at) for (at,) in found] == [expected]


@fault("F43", "a day that ends where midnight is missing: what is due on it falls due at the first instant of the next")
@pytest.mark.parametrize("night", [one for one in NIGHTS if one.startswith("F43")])
def test_f43_what_was_promised_for_the_day_before_a_missing_midnight_is_due_at_the_first_instant_after_it(
    night: str,
) -> None:
    with world(NIGHTS[night], "always") as story:
        story.crowd.do(pit_promises_it_for_today)
        ((due_at,),) = ask(story, "SELECT due_at FROM promise WHERE kind = 'deliver'")
        due, zone = read(due_at), ZoneInfo(story.zone)
        assert f"{due.astimezone(zone):%H:%M}" == "01:00"
        assert f"{(due - timedelta(seconds=1)).astimezone(zone):%H:%M:%S}" == "23:59:59"
        story.ring((due - story.world.true_now()).total_seconds() - 600.0)
        assert 2 not in [rung for rung, *_ in rungs(story)]
        story.pass_time((due - story.world.true_now()).total_seconds())
        story.alive[0].tick(*ALL)
        story.pass_time(5.0)
        assert [rung for rung, *_ in rungs(story)][-1] == 2


def pit_promises_it_for_today(hand: Hand) -> str:
    pit = next(one.person for one in teams.memberships(hand.team.id) if one.person.name == "Pit")
    s = hand.suggestion()
    answers.answer(
        s, by=pit, now=hand.now, via=Via.WEB, outcome=Outcome.WILL_DO, text="Heute noch.", on=hand.today
    )  # fmt: skip
    return f"Pit promises {s.id} for {hand.today}"


@pytest.mark.parametrize(
    ("night", "weekday", "hour", "start", "expected"),
    [
        ("F44 Cairo", 3, "23:30", "Thursday 2027-10-28 23:15", "Thu 20:30"),  # 24:00 is 23:00 again
        ("F44 Havana", 6, "00:30", "Saturday 2027-11-06 23:45", "Sun 04:30"),  # 01:00 is 00:00 again
        ("F44 Nuuk", 5, "23:30", "Saturday 2027-10-30 23:15", "Sun 00:30"),  # 24:00 is 23:00 again
    ],
)
@fault("F44", "an overview that is due in the hour around midnight that comes twice: one, the first time")
def test_f44_an_overview_that_is_due_in_the_hour_that_comes_twice_comes_once(
    night: str, weekday: int, hour: str, start: str, expected: str
) -> None:
    with world(NIGHTS[night], "always") as story:
        story.world.ground.file.execute("UPDATE person SET digest_weekday = ?, digest_hour = ?", (weekday, hour))
        quarters(story, start, 2)
        assert set(digests(story).values()) == {1}
        found = ask(story, "SELECT created_at FROM delivery WHERE template LIKE 'digest%'")
        assert {quarter_of(at) for (at,) in found} == {expected}


@fault("F47", "one overview each for 2026-W53 and 2027-W01")
def test_f47_the_year_has_a_week_53_and_the_new_one_begins_with_week_1() -> None:
    with world(NIGHTS["F47"], "always") as story:
        days(story, 8)
        weeks = {key.rpartition(":")[2] for key in digests(story)}
        assert weeks == {"2026-W53", "2027-W01"}
        assert set(digests(story).values()) == {1}


@fault("F46", "three zones on the day of the overview: one for the ISO week")
def test_f46_who_moves_to_another_zone_on_the_day_of_the_overview_gets_one() -> None:
    with world(("Monday 2026-11-30 07:30", BERLIN)) as story:
        for zone in ("Pacific/Apia", "America/New_York", BERLIN):
            days(story, 0.5)
            story.world.ground.file.execute("UPDATE person SET timezone = ?", (zone,))
        days(story, 1)
        assert digests(story)
        assert set(digests(story).values()) == {1}


@contextmanager
def a_new_rule(zone: str, *, as_in: str) -> Iterator[None]:
    """The data of the system say from now on that this zone does as the other: a worker has begun anew with them."""
    former, folder = zoneinfo.TZPATH, Path(tempfile.mkdtemp())
    data = next(path for path in (Path(place, as_in) for place in former) if path.exists())
    (folder / zone).parent.mkdir(parents=True)
    (folder / zone).write_bytes(data.read_bytes())
    try:
        zoneinfo.reset_tzpath(to=[str(folder), *former])
        _forget(zone)
        yield
    finally:
        zoneinfo.reset_tzpath(to=former)
        _forget(zone)
        shutil.rmtree(folder)


def _forget(zone: str) -> None:
    ZoneInfo.clear_cache(only_keys=[zone])
    teams._working_time.cache_clear()


@fault("F46", "new zone data move a rule on the day of the overview: nothing twice, and no given date moves")
def test_f46_where_new_data_move_a_rule_nothing_comes_twice_and_no_date_moves() -> None:
    with world(("Monday 2027-05-03 07:30", "Africa/Cairo")) as story:
        days(story, 0.4)
        story.ring(60.0)
        before, due = digests(story), ask(story, "SELECT id, due_at FROM promise")
        assert before
        with a_new_rule("Africa/Cairo", as_in="Africa/Tripoli"):  # no summer time any more: 18:00 comes again
            shown = instant("Monday 2027-05-03 12:00", "Africa/Cairo") - instant("Monday 2027-05-03 12:00", "UTC")
            assert shown == timedelta(hours=-2)
            days(story, 0.5)
            assert set(digests(story).values()) == {1}
            assert digests(story).keys() >= before.keys()
            assert ask(story, "SELECT id, due_at FROM promise") == due


@fault("F48", "`Etc/Unknown`, `UTC+3`, empty: the team's zone, others unaffected")
@pytest.mark.parametrize("zone", ["Etc/Unknown", "UTC+3", ""])
def test_f48_an_unknown_zone_is_the_teams_and_disturbs_nobody(zone: str) -> None:
    with world(TUESDAY) as story:
        story.world.ground.file.execute("UPDATE person SET timezone = ? WHERE name = 'Pit'", (zone,))
        days(story, 3)
        mails = ask(story, "SELECT address, created_at FROM delivery WHERE template = 'daily' ORDER BY id")
        to, at = mails[0]
        assert (to, read(at).replace(minute=0, second=0, microsecond=0)) == ("pit@nachtwache.example", THURSDAY)


# Anything at all ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("beginning", BEGINNINGS, ids=lambda one: f"{one[1]} {one[0][-16:]}")
def test_whatever_breaks_in_those_days_the_promise_holds(beginning: tuple[str, str]) -> None:
    assert Story(7001, ground(), beginning=beginning).play().events
