"""Time, and what clocks make of it: worlds with one thing wrong, and the nights on which local time does odd things."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.reliability import fault
from tests.simulation.ground import ground
from tests.simulation.invariants import read
from tests.simulation.people import Hand
from tests.simulation.story import BEGINNINGS, Story
from tests.times import instant
from tracker.acts import suggestions
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
    "F41": "the skipped hour: each mail once, at its hour",
    "F42": "the doubled hour: each mail once, at its hour",
    "F43": "no midnight: the day begins at its first instant; each mail once, at its hour",
    "F44": "midnight twice: one overview, each mail once",
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
        assert max(digests(story).values(), default=1) == 1
        for key, created_at in daily:
            on = key.split(":")[3]
            local = read(created_at).astimezone(ZoneInfo(story.zone))
            assert (local.date().isoformat(), local.hour) == (on, 9)
        assert len({key for key, _ in daily}) == len(daily)


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
