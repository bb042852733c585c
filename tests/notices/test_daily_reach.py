"""Whom the daily mail reaches, and what becomes of notices whose reader it reaches no more: nothing waits for ever."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.acts.cast import RAISED_AT, Cast, at, raised
from tests.acts.deeds import climbs, does, last
from tests.notices.post import Post
from tests.notices.seen import berlin, notices
from tests.reliability import fault
from tracker.acts import people, support, teams
from tracker.domain.lifecycle import Role
from tracker.notices.hours import Hours
from tracker.store.base import db
from tracker.store.entries import EntryKind, Via
from tracker.store.notices import NoticeState
from tracker.store.teams import Absence

WEB = Via.WEB
WEDNESDAY = at("Wednesday 2026-11-25 10:00")
FRIDAY = at("Friday 2026-11-27 10:00")
THREE_WEEKS_ON = at("Friday 2026-12-18 18:00")


def nobody_of_the_team_is_there(cast: Cast) -> None:
    days = {"first_on": date(2026, 11, 24), "last_on": date(2026, 12, 31), "entered_at": RAISED_AT}
    db.session.add_all(Absence(team_id=cast.team.id, person_id=p.id, **days) for p in (cast.pit, cast.juri, cast.anke))
    db.session.commit()


def hours_of(post: Post, who: str) -> list[str]:
    return [f"{berlin(one.at)} {one.template}" for one in post.sent if one.to == who]


# Site admins ----------------------------------------------------------------------------------------------------------


@fault("F53", "who administers the site and is in no team is reminded by mail, day by day, at the team's hours")
def test_a_site_admin_in_no_team_gets_the_daily_mail_at_the_hours_of_the_team_they_were_let_into(
    cast: Cast, post: Post
) -> None:
    nobody_of_the_team_is_there(cast)
    raised(cast)
    post.days(at("Wednesday 2026-11-25 08:00"), at("Tuesday 2026-12-01 18:00"))
    # due on Thursday 26th at 17:00; late on Friday, nobody works at the weekend, late on Monday and Tuesday
    assert hours_of(post, "ada") == [
        "Thu 26 Nov 09:00 daily",
        "Fri 27 Nov 09:00 daily",
        "Mon 30 Nov 09:00 daily",
        "Tue 1 Dec 09:00 daily",
    ]
    assert [n for n in notices(person=cast.ada) if n.state is NoticeState.OWED] == []


def test_what_waits_for_a_site_admin_when_all_is_answered_is_looked_at_and_ends_with_its_reason(
    cast: Cast, post: Post
) -> None:
    nobody_of_the_team_is_there(cast)
    s = raised(cast)
    does(cast.anke, s, WEDNESDAY)
    db.session.commit()
    post.days(WEDNESDAY, at("Thursday 2026-11-26 18:00"))
    assert hours_of(post, "ada") == []
    assert [(n.kind, n.reason) for n in notices(person=cast.ada) if n.kind != "daily"] == [
        ("raised", "answered meanwhile")
    ]


# Who lives elsewhere --------------------------------------------------------------------------------------------------


def test_where_the_team_opens_when_it_is_the_next_day_already_the_mail_comes_on_that_day(
    cast: Cast, post: Post
) -> None:
    evenings = {day: [["18:00", "21:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    teams.change_hours(cast.team, timezone="Europe/Berlin", week=evenings, by=cast.anke, now=RAISED_AT)
    cast.juri.timezone = "Australia/Lord_Howe"  # 18:00 in Berlin is 04:00 there, a date later
    hours = Hours.of(cast.juri)
    found = [hours.daily_on(date(2026, 11, day)) for day in range(27, 31)]
    # Thursday's opening is Friday 04:00 there, Friday's is Saturday 04:00; no mail comes before eight
    friday = at("Thursday 2026-11-26 22:00")
    assert found == [friday, friday + timedelta(days=1), None, None]


@pytest.mark.parametrize(
    ("zone", "hours", "chosen", "first"),
    [
        ("America/Los_Angeles", ["08:00", "16:00"], "", "Thursday 2026-11-26 17:00"),  # opens there at 23:00 before
        ("America/Los_Angeles", ["08:00", "16:00"], "09:00", "Thursday 2026-11-26 18:00"),
        ("Pacific/Honolulu", ["09:00", "17:00"], "", "Thursday 2026-11-26 19:00"),  # opens there at 22:00 before
    ],
)
def test_where_the_team_opens_when_it_is_the_day_before_still_the_mail_comes_on_the_teams_days(
    cast: Cast, zone: str, hours: list[str], chosen: str, first: str
) -> None:
    week = {day: [hours] for day in ("mon", "tue", "wed", "thu", "fri")}
    teams.change_hours(cast.team, timezone="Europe/Berlin", week=week, by=cast.anke, now=RAISED_AT)
    cast.juri.timezone, cast.juri.reminder_hour = zone, chosen
    theirs = Hours.of(cast.juri)
    found = [theirs.daily_on(date(2026, 11, day)) for day in range(26, 31)]
    thursday, day = at(first), timedelta(days=1)
    assert found == [thursday, thursday + day, None, None, thursday + 4 * day]


# Who is in the team no more -------------------------------------------------------------------------------------------


@fault("F50", "left the last team, or disabled, with something waiting for the daily mail: skipped with its reason")
@pytest.mark.parametrize(("how", "why"), [("leaves", "left, or may not see it"), ("is disabled", "disabled")])
def test_what_waits_for_the_daily_mail_of_a_follower_who_goes_is_skipped_with_its_reason(
    cast: Cast, post: Post, how: str, why: str
) -> None:
    s = raised(cast)
    support.follow(s, by=cast.jo, now=WEDNESDAY, via=WEB)
    post.at(WEDNESDAY)
    does(cast.pit, s, WEDNESDAY)
    if how == "leaves":
        people.leave(cast.team, by=cast.jo, now=WEDNESDAY, via=WEB)
    else:
        people.disable(cast.jo, by=cast.ada, now=WEDNESDAY, via=WEB)
    db.session.commit()
    post.at(WEDNESDAY + timedelta(minutes=2))
    assert [(n.state, n.reason) for n in notices(kind="answer", person=cast.jo)] == [(NoticeState.SKIPPED, why)]
    post.days(FRIDAY, THREE_WEEKS_ON)
    assert hours_of(post, "jo") == []


@fault("F50", "a reminder that waits for the daily mail of who leaves: owed at once to whoever is on duty")
@pytest.mark.parametrize("elsewhere", [False, True], ids=["their last team", "one of two"])
def test_a_reminder_that_waits_for_who_leaves_goes_to_whoever_is_on_duty_at_once(
    cast: Cast, post: Post, elsewhere: bool
) -> None:
    if elsewhere:
        people.join(cast.other_team, cast.pit, Role.MEMBER, now=RAISED_AT)
    s = raised(cast)
    climbs(s, at("Thursday 2026-11-26 13:00"))  # Pit knows of it since it was raised: this waits for Friday's mail
    db.session.commit()
    assert [n.state for n in notices(kind="rung", person=cast.pit)] == [NoticeState.OWED]
    people.leave(cast.team, by=cast.pit, now=at("Thursday 2026-11-26 14:00"), via=WEB)
    db.session.commit()
    post.at(at("Thursday 2026-11-26 14:01"))
    entry = last(s, EntryKind.FOLLOW_UP)
    assert (entry.facts["to"], entry.facts["unreachable"]) == ([cast.juri.id], cast.pit.id)
    assert [(n.kind, n.reason) for n in notices(person=cast.pit) if n.kind != "daily"] == [
        ("raised", "left, or may not see it"),
        ("rung", "left, or may not see it"),
    ]
