"""promise.md, sections 5 and 6: the ladder climbs to people who are there and can be reached, through real rows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from tests.acts.cast import RAISED_AT, Cast, at, joins, membership, raised
from tests.acts.deeds import (
    WEB,
    climbs,
    defers_to,
    does,
    joins_as_co_author,
    last,
    moves_to,
    owed,
    promises_by,
    says,
)  # fmt: skip
from tests.acts.two import Thread, wait_until_blocked
from tests.notices.post import Post
from tests.notices.seen import notices, told_by
from tests.reliability import fault
from tracker import access
from tracker.acts import absences, assigning, dates, follow_ups, people
from tracker.acts import suggestions as verbs
from tracker.acts import teams as team_verbs
from tracker.domain.errors import OutOfReach
from tracker.domain.lifecycle import Kind, Role, Status, Urgency
from tracker.notices.channels.results import NeverAccepted, Phase
from tracker.store import entries, promises, rosters, suggestions
from tracker.store.base import db
from tracker.store.entries import EntryKind
from tracker.store.notices import NoticeState
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Absence

WEDNESDAY = at("Wednesday 2026-11-25 10:00")
FIRST = at("Thursday 2026-11-26 13:00")
DUE = at("Thursday 2026-11-26 17:00")
HIGH_DUE = at("Wednesday 2026-11-25 17:00")  # 8 h: about a person it is always "high"
THIRD = at("Friday 2026-11-27 13:00")
FIFTH = at("Thursday 2026-12-03 17:00")
NOBODY_THERE = NeverAccepted("550 5.1.1 no such user", phase=Phase.RCPT, code=550)
POLICY = NeverAccepted("554 5.7.1 rejected", phase=Phase.REPLY, code=554)


@pytest.fixture
def post() -> Post:
    return Post()


def away(cast: Cast, *who: Person) -> None:
    """Entered some other day, with whatever was chosen then."""
    days = {"first_on": date(2026, 11, 24), "last_on": date(2026, 12, 31)}
    db.session.add_all(Absence(team_id=cast.team.id, person_id=one.id, entered_at=RAISED_AT, **days) for one in who)
    db.session.flush()


def to(cast: Cast, s: Suggestion, now: Any) -> list[str]:
    """Who is owed the rung that is due now, by name."""
    entry = climbs(s, now)
    assert entry is not None
    db.session.commit()
    return names(entry.facts["to"])


def names(ids: list[int]) -> list[str]:
    return [db.session.get_one(Person, one).name for one in ids]


# Who is on duty -------------------------------------------------------------------------------------------------------


def test_who_is_away_is_replaced_by_their_deputy_from_the_raising_on(cast: Cast) -> None:
    away(cast, cast.pit)
    s = raised(cast)
    assert told_by(last(s, EntryKind.RAISED)) == {"at once": {"Nari"}, "daily": {"Juri"}}
    assert to(cast, s, FIFTH) == ["Juri", "Anke", "Nari"]  # who is away hears nothing at any rung


def test_deputies_who_name_each_other_and_are_both_away_are_survived(cast: Cast) -> None:
    membership(cast, cast.juri).deputy_id = cast.pit.id
    away(cast, cast.pit, cast.juri)
    assert to(cast, raised(cast), DUE) == ["Anke"]


def test_a_chain_of_deputies_is_followed_to_somebody_who_is_there(cast: Cast) -> None:
    membership(cast, cast.juri).deputy_id = cast.anke.id
    joins(cast.team, cast.ada, Role.MANAGER)
    away(cast, cast.pit, cast.juri)
    assert to(cast, raised(cast), DUE) == ["Anke"]


def test_who_was_chosen_for_an_absence_goes_before_the_standing_deputy(cast: Cast) -> None:
    absences.enter(
        cast.team, person=cast.pit, first_on=date(2026, 11, 24), last_on=date(2026, 12, 31), by=cast.pit,
        now=RAISED_AT, via=WEB, choice=absences.Choice(stand_in=cast.anke),
    )  # fmt: skip
    assert to(cast, raised(cast), DUE) == ["Anke"]


@fault("F53", "nobody of the team there: a site admin is let in, told, and may answer")
def test_where_everybody_is_away_a_site_admin_is_let_in_and_may_answer(cast: Cast, post: Post) -> None:
    away(cast, cast.pit, cast.juri, cast.anke)
    s = raised(cast)
    assert names(suggestions.reader_ids(s.id)) == ["Ada"]
    assert last(s, EntryKind.LET_IN).is_internal
    assert told_by(last(s, EntryKind.RAISED))["daily"] == {"Ada"}
    assert to(cast, s, DUE) == ["Ada"]
    mails = post.at(at("Friday 2026-11-27 09:00"))
    assert [(one.to, one.template) for one in mails if one.to == "ada"] == [("ada", "daily")]
    does(cast.ada, s, at("Friday 2026-11-27 10:00"))
    assert s.status is Status.DONE


@fault("F53", "nobody at all: once more with the absent, never nobody")
def test_where_nobody_at_all_is_left_once_more_with_the_absent(cast: Cast) -> None:
    cast.ada.is_site_admin = False
    away(cast, cast.pit, cast.juri, cast.anke)
    s = raised(cast)
    assert to(cast, s, DUE) == ["Pit"]
    assert to(cast, s, FIFTH) == ["Pit", "Nari"]


def test_the_only_one_who_manages_answers_their_own(cast: Cast) -> None:
    cast.ada.is_site_admin = False
    for person in (cast.pit, cast.juri):
        people.leave(cast.team, by=person, now=RAISED_AT, via=WEB)
    s = raised(cast, by=cast.anke)
    assert to(cast, s, DUE) == ["Anke"]


def test_a_site_admin_who_was_let_in_sees_that_one_and_no_other(cast: Cast) -> None:
    other = raised(cast)
    away(cast, cast.pit, cast.juri, cast.anke)
    s = raised(cast)
    assert [access.can_see(cast.ada, one) for one in (s, other)] == [True, False]
    cast.ada.is_site_admin = False
    assert not access.can_see(cast.ada, s)


def test_turns_are_by_the_teams_week(cast: Cast) -> None:
    team_verbs.choose_duty(cast.team, "turns", None, by=cast.anke, now=RAISED_AT)
    s = raised(cast)
    by_week = [names(list(rosters.on_duty(s, owed(s).value, now=RAISED_AT + timedelta(weeks=n)))) for n in range(4)]
    assert by_week[0] != by_week[1]
    assert by_week[2:] == by_week[:2]
    # the week turns at midnight between Sunday and Monday in Berlin
    sunday, monday = at("Sunday 2026-11-29 23:59"), at("Monday 2026-11-30 00:00")
    assert [names(list(rosters.on_duty(s, owed(s).value, now=now))) for now in (sunday, monday)] == by_week[:2]


def test_all_is_everybody_with_the_role_manager_and_owners_are_none(cast: Cast) -> None:
    team_verbs.choose_duty(cast.team, "all", None, by=cast.anke, now=RAISED_AT)
    assert to(cast, raised(cast), FIRST) == ["Pit", "Juri"]


def test_the_assignee_goes_before_duty_and_who_was_named_before_the_assignee(cast: Cast) -> None:
    s = raised(cast)
    assigning.assign(s, by=cast.pit, now=WEDNESDAY, via=WEB, to=cast.juri)
    assert to(cast, s, FIRST) == ["Juri"]
    promises_by(date(2026, 12, 4), cast.juri, s, FIRST, who=cast.melodie)
    assert to(cast, s, at("Friday 2026-12-04 17:00")) == ["Melodie"]


@pytest.mark.parametrize("way", ["leaves", "is disabled", "manages no longer"])
def test_an_assignee_who_goes_is_unassigned_by_the_same_act(cast: Cast, way: str) -> None:
    s = raised(cast)
    assigning.take(s, by=cast.juri, now=WEDNESDAY, via=WEB)
    if way == "leaves":
        people.leave(cast.team, by=cast.juri, now=WEDNESDAY, via=WEB)
    elif way == "is disabled":
        people.disable(cast.juri, by=cast.ada, now=WEDNESDAY, via=WEB)
    else:
        people.change_role(cast.team, cast.juri, Role.MEMBER, by=cast.anke, now=WEDNESDAY, via=WEB)
    found = suggestions.lock(s.id)
    assert found is not None
    assert (found.assignee_id, last(s, EntryKind.ASSIGNED).facts.get("left")) == (None, cast.juri.id)
    assert to(cast, s, FIFTH) == ["Pit", "Anke", "Nari"]


def test_who_was_named_and_left_is_replaced(cast: Cast) -> None:
    s = raised(cast)
    promises_by(date(2026, 12, 4), cast.pit, s, WEDNESDAY, who=cast.melodie)
    people.leave(cast.team, by=cast.melodie, now=WEDNESDAY, via=WEB)
    assert to(cast, s, at("Friday 2026-12-04 17:00")) == ["Pit"]


# About a person -------------------------------------------------------------------------------------------------------


def test_about_a_manager_only_owners_hear_of_it_and_no_deputy(cast: Cast) -> None:
    membership(cast, cast.anke).deputy_id = cast.juri.id
    s = raised(cast, kind=Kind.FRICTION, about=cast.pit)
    assert [to(cast, s, moment) for moment in (HIGH_DUE, FIFTH)] == [["Anke"], ["Anke", "Nari"]]
    assert notices(person=cast.juri) == notices(person=cast.pit) == []


def test_about_a_manager_with_the_owner_away_it_is_the_trusted_person_who_is_let_in_then(cast: Cast) -> None:
    cast.team.trusted_person_id = cast.melodie.id
    s = raised(cast, kind=Kind.FRICTION, about=cast.pit)
    assert suggestions.reader_ids(s.id) == []  # as long as the owner is there, nobody else needs to know
    away(cast, cast.anke)
    assert to(cast, s, HIGH_DUE) == ["Melodie"]
    assert names(suggestions.reader_ids(s.id)) == ["Melodie"]
    does(cast.melodie, s, DUE)


def test_about_a_manager_without_a_trusted_person_the_absent_owner_and_never_a_site_admin(cast: Cast) -> None:
    away(cast, cast.anke)
    s = raised(cast, kind=Kind.FRICTION, about=cast.pit)
    assert (to(cast, s, HIGH_DUE), suggestions.reader_ids(s.id)) == (["Anke"], [])


def test_about_a_plain_member_the_managers_hear_of_it_and_that_member_never(cast: Cast) -> None:
    s = raised(cast, kind=Kind.FRICTION, about=cast.jo)
    assert to(cast, s, FIFTH) == ["Pit", "Juri", "Anke", "Nari"]
    assert notices(person=cast.jo) + notices(person=cast.jo, mail=False) == []


def test_whoever_becomes_a_manager_is_handed_nothing_that_is_about_them(cast: Cast) -> None:
    s = raised(cast, kind=Kind.FRICTION, about=cast.jo)
    people.change_role(cast.team, cast.jo, Role.MANAGER, by=cast.anke, now=WEDNESDAY, via=WEB)
    assert to(cast, s, FIFTH) == ["Anke", "Nari"]
    with pytest.raises(OutOfReach):
        says(cast.pit, s, FIFTH)


# Out of reach ---------------------------------------------------------------------------------------------------------


def test_whoever_chose_the_app_only_the_rung_is_owed_to_their_deputy_at_once(cast: Cast, post: Post) -> None:
    people.unsubscribe(cast.pit, "reminders", now=WEDNESDAY)
    s = raised(cast)
    climbs(s, DUE)
    db.session.commit()
    assert [(one.to, one.template) for one in post.at(DUE) if one.template.startswith("rung")] == [("juri", "rung")]
    entry = last(s, EntryKind.FOLLOW_UP)
    assert (names(entry.facts["to"]), entry.facts["unreachable"]) == (["Juri"], cast.pit.id)
    rungs = notices(kind="rung", person=cast.pit)
    assert [(n.state, n.reason) for n in rungs] == [(NoticeState.SKIPPED, "chose the app only")]


@pytest.mark.parametrize("how", ["app only", "bounced", "refused by the server"])
def test_where_the_deputy_is_out_of_reach_too_it_goes_on_until_somebody_is_reached(
    cast: Cast, post: Post, how: str
) -> None:
    for person in (cast.pit, cast.juri):
        person.reminder_rhythm = "each"
        person.reminders_in_app = how == "app only"
    if how != "app only":
        answer = NOBODY_THERE if how == "bounced" else POLICY
        post.answers = {"pit": [answer], "juri": [answer]}
    cast.anke.reminder_rhythm = "each"
    raised(cast, now=RAISED_AT)
    db.session.commit()
    reached = [one.to for one in post.at(DUE) if one.template.startswith("rung")]
    assert reached == ["anke"]


def test_again_waits_for_whoever_holds_the_suggestion_and_is_not_lost(app: Flask, cast: Cast) -> None:
    s = raised(cast)
    climbs(s, DUE)
    promise_id, s_id = owed(s).id, s.id
    db.session.commit()
    db.session.remove()

    def comment() -> Any:
        return verbs.comment(
            db.session.get_one(Suggestion, s_id), by=db.session.get_one(Person, cast.jo.id), now=DUE, via=WEB, text="?"
        )

    def again() -> Any:
        return follow_ups.again(promise_id, rung=2, without=db.session.get_one(Person, cast.pit.id), now=DUE)

    jo = Thread(app, comment, holds=True).has_acted()
    once_more = Thread(app, again)
    wait_until_blocked()
    jo.result()
    assert once_more.result() == (cast.juri.id,)


def test_nothing_is_owed_again_after_an_answer_or_for_a_date_that_was_moved(cast: Cast) -> None:
    s = raised(cast)
    climbs(s, DUE)
    row = owed(s)
    moves_to(date(2026, 12, 4), cast.pit, s, DUE)
    assert follow_ups.again(row.id, rung=2, without=cast.pit, now=DUE) == ()
    does(cast.pit, s, DUE)
    assert follow_ups.again(row.id, rung=2, without=cast.pit, now=DUE) == ()


# The rungs ------------------------------------------------------------------------------------------------------------


def test_the_silence_notice_goes_to_author_and_co_authors_with_three_and_with_five_and_not_again(cast: Cast) -> None:
    s = raised(cast)
    joins_as_co_author(cast.melodie, s)
    for moment in (FIRST, DUE, THIRD, at("Monday 2026-11-30 17:00"), FIFTH, at("Tuesday 2026-12-08 17:00")):
        climbs(s, moment)
    silence = [(n.rung, names([n.person_id])[0]) for n in notices(kind="silence")]
    assert sorted(silence) == [(3, "Melodie"), (3, "Nari"), (5, "Melodie"), (5, "Nari")]


@pytest.mark.parametrize("give", ["will_do", "not_now"])
def test_a_promised_day_has_the_same_ladder_and_the_same_honesty(cast: Cast, give: str) -> None:
    s = raised(cast)
    day = date(2026, 12, 4)
    promises_by(day, cast.pit, s, WEDNESDAY) if give == "will_do" else defers_to(day, cast.pit, s, WEDNESDAY)
    assert owed(s).next_follow_up_at == at("Thursday 2026-12-03 17:00")  # 8 h before the end of Friday
    for moment, rung, silent in (
        ("Thursday 2026-12-03 17:00", 1, False),
        ("Friday 2026-12-04 17:00", 2, False),
        ("Monday 2026-12-07 13:00", 3, True),
        ("Tuesday 2026-12-08 17:00", 4, False),
        ("Friday 2026-12-11 17:00", 5, True),
    ):
        entry = climbs(s, at(moment))
        assert entry is not None
        assert (entry.facts["rung"], bool(entry.facts.get("silence"))) == (rung, silent)


def test_a_short_answer_has_no_rung_before_its_date(cast: Cast) -> None:
    s = raised(cast)
    dates.move(s, by=cast.pit, now=at("Wednesday 2026-11-25 10:00"), via=WEB, at=at("Wednesday 2026-11-25 11:00"))
    assert owed(s).next_follow_up_at == at("Wednesday 2026-11-25 11:00")
    entry = climbs(s, at("Wednesday 2026-11-25 11:00"))
    assert entry is not None
    assert (entry.facts["rung"], "skipped" in entry.facts) == (2, False)


def test_a_new_date_begins_its_own_ladder_and_its_own_honesty(cast: Cast) -> None:
    s = raised(cast)
    climbs(s, THIRD)
    moves_to(date(2026, 12, 4), cast.pit, s, THIRD)
    assert (owed(s).rung, owed(s).version) == (0, 2)
    climbs(s, at("Monday 2026-12-07 13:00"))
    assert [(n.version, n.rung) for n in notices(kind="silence")] == [(1, 3), (2, 3)]


def test_urgent_rungs_leave_at_once_and_others_wait_for_the_daily_mail(cast: Cast, post: Post) -> None:
    calm, urgent = raised(cast), raised(cast, urgency=Urgency.URGENT)
    post.at(at("Wednesday 2026-11-25 09:00"))  # both are known to Pit by his morning's mail
    for s, moment in ((urgent, "Wednesday 2026-11-25 13:00"), (calm, "Thursday 2026-11-26 17:00")):
        climbs(s, at(moment))
    rungs = {n.suggestion_id: n for n in notices(kind="rung", person=cast.pit)}
    assert (rungs[urgent.id].is_for_daily, rungs[urgent.id].not_before) == (False, at("Wednesday 2026-11-25 13:00"))
    assert rungs[calm.id].is_for_daily


def test_the_log_alone_says_how_far_each_ladder_has_come(cast: Cast) -> None:
    s = raised(cast)
    for moment in (FIRST, DUE, THIRD):
        climbs(s, moment)
    facts = entries.promise_facts(s.id)
    assert {row.id: row.facts() for row in promises.all_of(s.id)} == facts
    assert [one["rung"] for one in facts.values()] == [3]
