"""One person has one day: who manages teams in two zones, or moves to another, gets two mails in it and no more."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.acts.cast import FOUNDED_AT, Cast, at, joins, raised
from tests.notices.post import BERLIN, Post
from tests.notices.seen import notices, told_at
from tests.times import instant
from tracker.acts import suggestions as verbs
from tracker.domain.budgets import PRESET_WEEKS, Budgets
from tracker.domain.ladder import Ladder
from tracker.domain.lifecycle import Role, Urgency
from tracker.domain.retries import PassingFailure
from tracker.domain.working_time import WorkingTime
from tracker.notices import hours
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.teams import Calendar, Policy, Team

LOS_ANGELES, APIA, KOLKATA = (ZoneInfo(name) for name in ("America/Los_Angeles", "Pacific/Apia", "Asia/Kolkata"))
MINUTE = timedelta(minutes=1)


@pytest.fixture
def west(cast: Cast) -> Team:
    """A team in Los Angeles that never closes. Pit manages it too, Olga is in it."""
    plain = {"timezone": LOS_ANGELES.key, "week": PRESET_WEEKS["always"], "holidays": []}
    team = Team(name="West", slug="west", locale="en", created_at=FOUNDED_AT, next_number=1)
    db.session.add(team)
    db.session.flush()
    calendar = Calendar(team_id=team.id, version=1, plain=plain, made_at=FOUNDED_AT)
    budgets = Budgets.within(1, WorkingTime.from_plain(plain)).to_plain()
    policy = Policy(team_id=team.id, version=1, budgets=budgets, ladder=Ladder().to_plain(), made_at=FOUNDED_AT)
    db.session.add_all([calendar, policy])
    db.session.flush()
    team.calendar_id, team.policy_id = calendar.id, policy.id
    db.session.flush()
    db.session.expire(team)
    joins(team, cast.pit, Role.MANAGER)
    joins(team, cast.olga, Role.MEMBER)
    db.session.commit()
    return team


def urgent(cast: Cast, now: datetime, team: Team | None = None) -> None:
    """It reaches Pit at once, in a mail of its own."""
    if team is None:
        raised(cast, by=cast.melodie, now=now, urgency=Urgency.URGENT)
    else:
        verbs.raise_(team, by=cast.olga, now=now, via=Via.WEB, title="Urgent", urgency=Urgency.URGENT)
    db.session.commit()


def moves_to(cast: Cast, zone: ZoneInfo) -> None:
    cast.pit.timezone = zone.key
    db.session.commit()


def a_day(post: Post, zone: ZoneInfo, who: str = "pit") -> dict[str, int]:
    """This person's mails on each day of that zone."""
    return dict(Counter(f"{one.at.astimezone(zone):%a %d}" for one in post.sent if one.to == who))


def test_who_manages_teams_in_two_zones_gets_two_mails_a_day_and_no_more(cast: Cast, post: Post, west: Team) -> None:
    night = at("Monday 2026-11-30 02:00")  # 17:00 on Sunday in Los Angeles
    for hour in range(22):
        now = night + hour * timedelta(hours=1)
        urgent(cast, now, west if hour < 4 else None)
        post.at(now)
    assert a_day(post, BERLIN) == {"Mon 30": 2}


def test_what_a_far_team_has_for_somebody_waits_for_the_hours_of_that_somebody(
    cast: Cast, post: Post, west: Team
) -> None:
    now = at("Monday 2026-11-30 22:00")  # 13:00 in Los Angeles
    urgent(cast, now, west)
    post.at(now)
    (notice,) = notices(kind="raised", person=cast.pit)
    assert notice.not_before == at("Tuesday 2026-12-01 08:00")
    assert [who for _, who, _ in told_at(post.sent) if who == "pit"] == []


def test_a_zone_is_ones_own_else_that_of_the_team_joined_first(cast: Cast, west: Team) -> None:
    assert hours.zones_of([cast.pit, cast.olga, cast.ada]) == {
        cast.pit.id: BERLIN,
        cast.olga.id: BERLIN,
        cast.ada.id: ZoneInfo("UTC"),
    }
    moves_to(cast, KOLKATA)
    assert hours.zone_of(cast.pit) == KOLKATA


def test_on_the_day_on_which_somebody_moves_east_two_mails_are_enough(cast: Cast, post: Post) -> None:
    """Wednesday evening in Berlin is Thursday morning in Apia; the mails of the evening are two of that Thursday."""
    evening = at("Wednesday 2026-11-25 19:00")  # 07:00 on Thursday in Apia
    for minutes in (0, 5):
        urgent(cast, evening + minutes * MINUTE)
        post.at(evening + minutes * MINUTE)
    moves_to(cast, APIA)
    for hour in range(1, 13):
        now = evening + timedelta(hours=hour)
        urgent(cast, now)
        post.at(now)
    assert a_day(post, APIA) == {"Thu 26": 2}
    post.at(instant("Friday 2026-11-27 12:00", "Pacific/Apia"))
    assert a_day(post, APIA) == {"Thu 26": 2, "Fri 27": 1}, "the next day is one of its own"


def test_on_the_day_on_which_somebody_moves_west_two_mails_are_enough(cast: Cast, post: Post) -> None:
    """What went out on Thursday morning in Apia came on Wednesday evening in Berlin."""
    moves_to(cast, APIA)
    morning = instant("Thursday 2026-11-26 08:00", "Pacific/Apia")  # 20:00 on Wednesday in Berlin
    for minutes in (0, 5):
        urgent(cast, morning + minutes * MINUTE)
        post.at(morning + minutes * MINUTE)
    moves_to(cast, ZoneInfo("Europe/Berlin"))
    cast.pit.window_until = "23:30"
    urgent(cast, morning + 60 * MINUTE)
    post.at(morning + 60 * MINUTE)
    assert a_day(post, BERLIN) == {"Wed 25": 2}


def test_a_mail_that_waited_while_somebody_moved_takes_no_third_place(cast: Cast, post: Post) -> None:
    """It has the key of Wednesday, and on this Wednesday two have come already that were Thursday's."""
    moves_to(cast, APIA)
    late = at("Wednesday 2026-11-25 21:30")
    first = instant("Wednesday 2026-11-25 19:00", "Pacific/Apia")
    post.answers["pit"] = [PassingFailure("later", retry_after=late - first)]
    urgent(cast, first)
    post.deliver(first)
    morning = instant("Thursday 2026-11-26 08:00", "Pacific/Apia")
    for minutes in (0, 5):
        urgent(cast, morning + minutes * MINUTE)
        post.deliver(morning + minutes * MINUTE)
    moves_to(cast, ZoneInfo("Europe/Berlin"))
    cast.pit.window_until = "23:30"
    db.session.commit()
    post.deliver(late)
    assert a_day(post, BERLIN) == {"Wed 25": 2}
    waiting = notices(kind="raised", person=cast.pit)[0]
    assert (waiting.delivery_id, waiting.is_for_daily) == (None, True)


def test_what_a_wrong_clock_sent_in_days_to_come_costs_nobody_todays_mails(cast: Cast, post: Post) -> None:
    now = at("Wednesday 2026-11-25 10:00")
    for day in (1, 0):
        for minutes in (0, 5):
            urgent(cast, now + day * timedelta(days=7) + minutes * MINUTE)
            post.deliver(now + day * timedelta(days=7) + minutes * MINUTE)
    assert a_day(post, BERLIN) == {"Wed 02": 2, "Wed 25": 2}
