"""promise.md, sections 1, 4, 8 and 9: settings touch no given date, a stale form changes nothing, and what was missed
stays missed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.acts.cast import RAISED_AT, Cast, at, raised
from tests.acts.deeds import (
    WEB,
    asks,
    climbs,
    contests,
    declines,
    defers_to,
    does,
    moves_to,
    owed,
    promises_by,
    says,
    undoes,
    waiting,
)
from tracker import access
from tracker.acts import answers, assigning, audit, dates, people, questions
from tracker.acts import suggestions as verbs
from tracker.acts import teams as team_verbs
from tracker.acts.scene import stamp
from tracker.domain.budgets import PRESET_WEEKS
from tracker.domain.errors import Stale
from tracker.domain.lifecycle import Kind, Status, Urgency, Visibility
from tracker.domain.outcomes import Outcome
from tracker.store import lists, promises, teams
from tracker.store.base import db
from tracker.store.entries import Entry
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import Suggestion

WEDNESDAY = at("Wednesday 2026-11-25 10:00")
LATE = at("Friday 2026-11-27 12:00")
GIVEN = at("Thursday 2026-11-26 17:00")
DAY = date(2026, 12, 4)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)

Change = Callable[[Cast], object]
CHANGES: dict[str, Change] = {
    "other hours": lambda c: team_verbs.change_hours(
        c.team, timezone="Europe/Berlin", week=PRESET_WEEKS["evenings"], by=c.anke, now=WEDNESDAY
    ),
    "another zone": lambda c: team_verbs.change_hours(
        c.team, timezone="Asia/Tokyo", week=c.team.calendar.plain["week"], by=c.anke, now=WEDNESDAY
    ),
    "answers later": lambda c: team_verbs.change_answer_within(c.team, 10, by=c.anke, now=WEDNESDAY),
    "answers sooner": lambda c: team_verbs.change_answer_within(c.team, 1, by=c.anke, now=WEDNESDAY),
    "another ladder": lambda c: team_verbs.change_ladder(
        c.team, {"share": 25, "third": 1, "fourth": 8, "every": 8}, by=c.anke, now=WEDNESDAY
    ),
    "closed days": lambda c: team_verbs.close_days(
        c.team, date(2026, 11, 26), date(2026, 12, 1), name="Umzug", by=c.anke, now=WEDNESDAY
    ),
    "holidays": lambda c: team_verbs.change_region(c.team, "DE-BE", by=c.anke, now=WEDNESDAY),
}


def holds() -> bool:
    """What `tracker check` finds: nothing."""
    db.session.flush()
    db.session.expire_all()
    return list(audit.findings(audit.Tally())) == []


# Settings -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", list(CHANGES))
def test_a_change_of_settings_touches_no_given_date_and_the_rungs_ahead_follow(cast: Cast, what: str) -> None:
    plain, asked, promised, deferred, late = (raised(cast) for _ in range(5))
    asks(cast.pit, asked, WEDNESDAY)
    promises_by(DAY, cast.pit, promised, WEDNESDAY)
    defers_to(date(2027, 1, 11), cast.pit, deferred, WEDNESDAY)
    climbs(late, at("Wednesday 2026-12-02 10:00"))
    before = {row.id: row.facts() for s in (plain, asked, promised, deferred, late) for row in promises.all_of(s.id)}
    versions = {row.id: (row.calendar_id, row.policy_id) for row in db.session.scalars(sa.select(PromiseRow))}
    CHANGES[what](cast)
    rows = list(db.session.scalars(sa.select(PromiseRow)))
    assert {row.id: row.facts() for row in rows} == before
    assert {row.id: (row.calendar_id, row.policy_id) for row in rows} == versions  # "why this date?" still knows
    assert holds()


def test_the_rungs_of_a_new_ladder(cast: Cast) -> None:
    s = raised(cast)
    CHANGES["another ladder"](cast)
    assert owed(s).next_follow_up_at == at("Wednesday 2026-11-25 13:00")  # a quarter of 16 h
    for moment in ("Wednesday 2026-11-25 13:00", "Thursday 2026-11-26 17:00", "Friday 2026-11-27 10:00",
                   "Friday 2026-11-27 17:00", "Monday 2026-11-30 17:00"):  # fmt: skip
        entry = climbs(s, at(moment))
        assert entry is not None
    assert owed(s).rung == 5


def test_what_is_given_anew_is_given_by_the_new_settings(cast: Cast) -> None:
    s = raised(cast)
    asks(cast.pit, s, WEDNESDAY)  # 15 h are left
    CHANGES["other hours"](cast)
    says(cast.nari, s, WEDNESDAY)
    # evenings are 18 to 21, on Saturdays and Sundays 10 to 18: Wed 3, Thu 3, Fri 3, Sat 6
    assert owed(s).due_at == at("Saturday 2026-11-28 16:00")


def test_time_that_is_used_is_counted_in_the_hours_in_which_the_promise_was_made(cast: Cast) -> None:
    s = raised(cast)
    CHANGES["other hours"](cast)
    # Wed 9 to 12 of the office hours are used: of 8 h 5 are left. In evenings: Wed 3, Thu 2, later than what was given
    dates.change_urgency(s, by=cast.nari, now=WEDNESDAY + 2 * HOUR, via=WEB, to=Urgency.HIGH)
    assert owed(s).due_at == GIVEN
    assert owed(s).calendar_id != teams.hold(cast.team.id).calendar_id


def test_how_many_would_fall_differently_is_said_and_hides_what_they_must_not_know(cast: Cast) -> None:
    raised(cast)
    raised(cast, kind=Kind.FRICTION, about=cast.pit)
    seen = team_verbs.how_many_differ(cast.team, by=cast.anke, answer_within=10)
    assert (seen.differ, seen.open) == (2, 2)
    less = team_verbs.how_many_differ(cast.team, by=cast.juri, answer_within=10)
    assert (less.differ, less.open) == (1, 1)


# Stale forms ----------------------------------------------------------------------------------------------------------

FORMS: dict[str, Callable[[Cast, Suggestion, str], object]] = {
    "answer": lambda c, s, seen: answers.answer(
        s, by=c.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.DONE, text="Gelöst.", seen=seen
    ),
    "move": lambda c, s, seen: dates.move(s, by=c.pit, now=WEDNESDAY, via=WEB, on=DAY, reason="Dauert.", seen=seen),
    "ask": lambda c, s, seen: questions.ask(s, by=c.pit, now=WEDNESDAY, via=WEB, text="Handy?", seen=seen),
    "urgency": lambda c, s, seen: dates.change_urgency(s, by=c.pit, now=WEDNESDAY, via=WEB, to=Urgency.HIGH, seen=seen),
    "assign": lambda c, s, seen: assigning.assign(s, by=c.pit, now=WEDNESDAY, via=WEB, to=c.juri, seen=seen),
    "take back": lambda c, s, seen: questions.take_back(s, by=c.pit, now=WEDNESDAY, via=WEB, seen=seen),
}


@pytest.mark.parametrize("form", list(FORMS))
def test_a_form_that_was_made_before_somebody_else_acted_changes_nothing(cast: Cast, form: str) -> None:
    s = raised(cast)
    seen = stamp(s, promises.open_of(s.id))
    moves_to(date(2026, 12, 2), cast.juri, s, WEDNESDAY)
    before = owed(s).facts()
    with pytest.raises(Stale):
        FORMS[form](cast, s, seen)
    assert (owed(s).facts(), s.status) == (before, Status.OPEN)


@pytest.mark.parametrize("form", ["answer", "move", "ask", "urgency", "assign"])
def test_reminders_and_words_make_no_form_stale(cast: Cast, form: str) -> None:
    s = raised(cast)
    seen = stamp(s, promises.open_of(s.id))
    says(cast.jo, s, WEDNESDAY)
    assert climbs(s, at("Thursday 2026-11-26 13:00")) is not None
    assert stamp(s, promises.open_of(s.id)) == seen
    FORMS[form](cast, s, seen)
    assert latest(s).actor_id == cast.pit.id


def latest(s: Suggestion) -> Entry:
    return db.session.scalars(sa.select(Entry).filter_by(suggestion_id=s.id).order_by(Entry.id.desc()).limit(1)).one()


# Numbers --------------------------------------------------------------------------------------------------------------


def test_what_not_everybody_sees_leaves_no_gap_in_the_numbers(cast: Cast) -> None:
    hidden: list[dict[str, Any]] = [
        {"visibility": Visibility.MANAGERS}, {"kind": Kind.FRICTION, "about": cast.pit}, {},
        {"kind": Kind.FRICTION, "about": cast.jo}, {},
    ]  # fmt: skip
    numbers = [raised(cast, **how).number for how in hidden]
    assert [number for number in numbers if number < 100_000_000] == [41, 42]
    assert len(set(numbers)) == 5


# The record -----------------------------------------------------------------------------------------------------------


def record(cast: Cast, now: datetime) -> Counter[Any]:
    return lists.record(access.visible_to(cast.anke), cast.team.id, now=now)[0]


def later_undone(cast: Cast, s: Suggestion) -> None:
    undoes(cast.pit, s, does(cast.pit, s, LATE), LATE + SECOND)


def contested(cast: Cast, s: Suggestion) -> None:
    declines(cast.pit, s, LATE)
    contests(cast.nari, s, LATE + HOUR)


STAYS_MISSED: dict[str, Callable[[Cast, Suggestion], object]] = {
    "nothing": lambda c, s: None,
    "climbed": lambda c, s: climbs(s, LATE),
    "moved": lambda c, s: moves_to(DAY, c.pit, s, LATE),
    "withdrawn": lambda c, s: verbs.withdraw(s, by=c.nari, now=LATE, via=WEB),
    "reassigned": lambda c, s: assigning.assign(s, by=c.pit, now=LATE, via=WEB, to=c.juri),
    "taken back": later_undone,
    "asked": lambda c, s: asks(c.pit, s, LATE),
    "more urgent": lambda c, s: dates.change_urgency(s, by=c.nari, now=LATE, via=WEB, to=Urgency.URGENT),
    "less urgent": lambda c, s: dates.change_urgency(s, by=c.pit, now=LATE, via=WEB, to=Urgency.LOW),
    "other hours": lambda c, s: CHANGES["other hours"](c),
    "its author left": lambda c, s: people.leave(c.team, by=c.nari, now=LATE, via=WEB),
    "who was on duty left": lambda c, s: people.leave(c.team, by=c.pit, now=LATE, via=WEB),
}


@pytest.mark.parametrize("what", list(STAYS_MISSED))
def test_a_date_that_has_passed_stays_missed_whatever_happens(cast: Cast, what: str) -> None:
    s = raised(cast)
    STAYS_MISSED[what](cast, s)
    assert record(cast, LATE + 2 * HOUR) == {"missed": 1}
    assert promises.all_of(s.id)[0].value.missed_at in (GIVEN, None)


@pytest.mark.parametrize("again", ["moved", "asked"])
def test_and_answered_in_the_end_it_is_late_and_never_on_time(cast: Cast, again: str) -> None:
    s = raised(cast)
    STAYS_MISSED[again](cast, s)
    does(cast.pit, s, LATE + HOUR)
    assert record(cast, LATE + 2 * HOUR) == {"late": 1}


def test_contested_late_the_first_is_late_and_the_second_runs(cast: Cast) -> None:
    s = raised(cast)
    contested(cast, s)
    assert record(cast, LATE + 2 * HOUR) == {"late": 1, "open": 1}
    assert lists.record(access.visible_to(cast.anke), cast.team.id, now=LATE)[1] == 1


def test_a_promised_day_that_was_missed_stays_missed_when_it_is_handed_back_broken_or_contested(cast: Cast) -> None:
    def handed_back(s: Suggestion) -> object:
        return answers.hand_back(s, by=cast.melodie, now=now, via=WEB, text="Nein.")

    now = at("Monday 2026-12-07 10:00")
    for act in (
        handed_back, lambda s: declines(cast.pit, s, now), lambda s: contests(cast.nari, s, now),
        lambda s: promises_by(date(2026, 12, 18), cast.pit, s, now), lambda s: does(cast.melodie, s, now),
    ):  # fmt: skip
        s = raised(cast)
        promises_by(DAY, cast.pit, s, WEDNESDAY, who=cast.melodie)
        act(s)
        assert promises.all_of(s.id)[1].value.missed_at == at("Friday 2026-12-04 17:00")
    found = record(cast, now)
    assert (found["missed"], found["late"]) == (4, 1)


def test_not_now_once_more_is_moved_and_never_kept(cast: Cast) -> None:
    s = raised(cast)
    defers_to(DAY, cast.pit, s, WEDNESDAY)
    defers_to(date(2026, 12, 18), cast.pit, s, WEDNESDAY + HOUR)
    assert record(cast, LATE) == {"on_time": 1, "moved": 1}
    does(cast.pit, s, LATE)
    assert record(cast, LATE) == {"on_time": 1, "moved": 1}


def test_a_question_to_the_author_never_counts_however_late(cast: Cast) -> None:
    s = raised(cast)
    asks(cast.pit, s, WEDNESDAY)
    climbs(s, at("Friday 2026-11-27 10:00"))
    assert waiting(s).value.missed_at is None
    does(cast.pit, s, at("Tuesday 2026-12-01 10:00"))
    assert record(cast, at("Tuesday 2026-12-01 10:00")) == {"on_time": 1, "none": 1}


def test_somebody_about_whom_it_is_has_no_part_of_it_in_their_record(cast: Cast) -> None:
    raised(cast, kind=Kind.FRICTION, about=cast.pit, now=RAISED_AT)
    assert record(cast, LATE) == {"missed": 1}
    assert lists.record(access.visible_to(cast.pit), cast.team.id, now=LATE)[0] == {}
