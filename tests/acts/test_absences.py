"""Being away, one person or the whole team: no open date that falls into it is left alone, and nobody learns by it
what they must not know."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.acts.cast import Cast, a_person, at, joins, membership, raised
from tests.acts.deeds import WEB, asks, climbs, defers_to, does, last, moves_to, owed, promises_by
from tests.notices.post import Post
from tests.notices.seen import notices, told_by
from tests.times import FakeClock
from tests.web.visitors import Visitor, said
from tracker import access
from tracker.acts import absences, assigning
from tracker.acts import teams as team_verbs
from tracker.acts.absences import Choice, Settled
from tracker.domain.errors import BadInput, NotAllowed, OutOfReach
from tracker.domain.lifecycle import Kind, Role
from tracker.notices import look_again
from tracker.store import entries, lists, rosters, teams
from tracker.store.base import db
from tracker.store.entries import EntryKind
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Absence

WEDNESDAY = at("Wednesday 2026-11-25 10:00")
FROM, UNTIL = date(2026, 11, 26), date(2026, 12, 4)  # Thursday to Friday of the week after
AFTER = date(2026, 12, 9)


def enters(
    by: Person, cast: Cast, choice: Choice | None = None, *, person: Person | None = None, **how: Any
) -> Settled:
    days = {"first_on": FROM, "last_on": UNTIL, "now": WEDNESDAY, "via": WEB, **how}
    return absences.enter(cast.team, person=person or by, by=by, choice=choice or Choice(), **days)[1]


def closes(cast: Cast, choice: Choice | None = None, *, by: Person | None = None, **how: Any) -> Settled:
    by = by or cast.anke
    days = {"first_on": FROM, "last_on": UNTIL, **how}

    def save() -> None:
        team_verbs.close_days(cast.team, days["first_on"], days["last_on"], name="Umzug", by=by, now=WEDNESDAY)

    return absences.close_team(cast.team, by=by, choice=choice or Choice(), now=WEDNESDAY, via=WEB, save=save, **days)


def falling(cast: Cast, by: Person, person: Person | None = None, **days: date) -> list[int]:
    window = {"first_on": FROM, "last_on": UNTIL, **days}
    rows = absences.open_dates_in(cast.team, by=by, person=person, now=WEDNESDAY, **window)
    return [row.suggestion_id for row in rows]


def on_duty(cast: Cast, s: Suggestion, now: Any) -> list[str]:
    return [db.session.get_one(Person, one).name for one in rosters.on_duty(s, owed(s).value, now=now)]


def moving(reason: str = "Ich bin auf der Messe.") -> Choice:
    return Choice(move_to=AFTER, reason=reason)


# Which dates fall into it ---------------------------------------------------------------------------------------------


def test_the_dates_in_these_days_soonest_first_and_no_others(cast: Cast) -> None:
    early = raised(cast)  # Thu 26 Nov
    last_day, day_after, day_before = raised(cast), raised(cast), raised(cast)
    promises_by(UNTIL, cast.pit, last_day, WEDNESDAY)
    promises_by(date(2026, 12, 7), cast.pit, day_after, WEDNESDAY)
    moves_to(date(2026, 11, 25), cast.pit, day_before, WEDNESDAY)
    assert falling(cast, cast.anke) == [early.id, last_day.id]


def test_what_falls_due_as_a_day_ends_belongs_to_that_day(cast: Cast) -> None:
    s = raised(cast)
    defers_to(date(2026, 12, 5), cast.pit, s, WEDNESDAY)  # a Saturday: due at its end, the first instant of Sunday
    assert falling(cast, cast.anke, first_on=date(2026, 12, 5), last_on=date(2026, 12, 5)) == [s.id]
    assert falling(cast, cast.anke, first_on=date(2026, 12, 6), last_on=date(2026, 12, 6)) == []


def test_a_question_to_an_author_and_the_answer_that_waits_are_not_among_them(cast: Cast) -> None:
    s = raised(cast)
    asks(cast.pit, s, WEDNESDAY)
    assert falling(cast, cast.anke) == []


def test_of_a_person_those_they_would_answer_for(cast: Cast) -> None:
    on_duty_for, taken, named = raised(cast), raised(cast), raised(cast)
    assigning.take(taken, by=cast.juri, now=WEDNESDAY, via=WEB)
    promises_by(UNTIL, cast.pit, named, WEDNESDAY, who=cast.melodie)
    assert falling(cast, cast.anke, cast.pit) == [on_duty_for.id]
    assert falling(cast, cast.anke, cast.juri) == [taken.id]
    assert falling(cast, cast.melodie, cast.melodie) == [named.id]


def test_by_turns_it_is_whose_turn_it_is_on_that_day(cast: Cast) -> None:
    team_verbs.choose_duty(cast.team, "turns", None, by=cast.anke, now=WEDNESDAY)
    this_week, next_week = raised(cast), raised(cast)
    moves_to(date(2026, 12, 3), cast.anke, next_week, WEDNESDAY)
    first = next(p for p in (cast.pit, cast.juri) if on_duty(cast, this_week, WEDNESDAY) == [p.name])
    second = cast.juri if first is cast.pit else cast.pit
    assert falling(cast, cast.anke, first) == [this_week.id]
    assert falling(cast, cast.anke, second) == [next_week.id]


def test_what_somebody_cannot_see_is_neither_listed_nor_counted_for_them(cast: Cast) -> None:
    leads(cast)
    raised(cast, kind=Kind.FRICTION, about=cast.pit)  # due Wed 25 Nov, seen by Nari and the two owners
    plain = raised(cast)
    window: dict[str, Any] = {"first_on": date(2026, 11, 25)}
    assert len(falling(cast, cast.anke, **window)) == 2
    assert falling(cast, cast.juri, **window) == falling(cast, cast.pit, **window) == [plain.id]
    assert falling(cast, cast.pit, cast.pit, **window) == [plain.id]
    with pytest.raises(BadInput) as refused:
        enters(cast.pit, cast, first_on=date(2026, 11, 25))
    assert (refused.value.field, refused.value.facts["count"]) == ("stand_in", 1)


def leads(cast: Cast) -> Person:
    """A second owner."""
    person = a_person("Zoe")
    joins(cast.team, person, Role.OWNER)
    return person


# The choice -----------------------------------------------------------------------------------------------------------


def test_with_open_dates_a_choice_is_demanded_and_nothing_is_stored_without_it(cast: Cast) -> None:
    raised(cast)
    with pytest.raises(BadInput) as refused:
        enters(cast.pit, cast)
    assert refused.value.field == "stand_in"
    with pytest.raises(BadInput) as refused:
        closes(cast)
    assert refused.value.field == "stand_in"
    assert db.session.scalars(sa.select(Absence)).all() == []
    assert teams.closed_days(cast.team.id) == []


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        ({"move_to": AFTER}, "reason"),
        ({"move_to": AFTER, "reason": "  "}, "reason"),
        ({"move_to": UNTIL, "reason": "Messe"}, "move_to"),  # into the days themselves
        ({"move_to": date(2028, 11, 26), "reason": "Messe"}, "move_to"),  # two years and a day on
    ],
)
def test_moving_needs_a_reason_and_a_day_after_it_two_years_on_at_most(
    cast: Cast, choice: dict[str, Any], field: str
) -> None:
    raised(cast)
    with pytest.raises(BadInput) as refused:
        enters(cast.pit, cast, Choice(**choice))
    assert refused.value.field == field


def test_who_answers_meanwhile_manages_the_team_and_is_there(cast: Cast) -> None:
    raised(cast)
    enters(cast.anke, cast, first_on=date(2026, 12, 4), last_on=date(2026, 12, 7))
    for person in (cast.pit, cast.melodie, cast.olga, cast.exi, cast.anke):
        with pytest.raises(BadInput) as refused:
            enters(cast.pit, cast, Choice(stand_in=person))
        assert refused.value.field == "stand_in"
    cast.juri.active = False
    with pytest.raises(BadInput):
        enters(cast.pit, cast, Choice(stand_in=cast.juri))


def test_the_stand_in_is_told_once_by_name_with_everything_and_the_timelines_say_it(cast: Cast, post: Post) -> None:
    first, second = raised(cast), raised(cast, title="Ein zweites", by=cast.jo)
    membership(cast, cast.pit).deputy_id = None
    settled = enters(cast.pit, cast, Choice(stand_in=cast.juri))
    assert (settled.told, settled.moved, settled.left) == ([first.id, second.id], [], [])
    for s in (first, second):
        entry = last(s, EntryKind.MEANWHILE)
        assert (entry.facts["who"], entry.facts["until"], entry.facts["absent"]) == (
            cast.juri.id, "2026-12-04", cast.pit.id,
        )  # fmt: skip
        assert owed(s).due_at == at("Thursday 2026-11-26 17:00")
    (notice,) = notices(kind="meanwhile")
    assert (notice.person_id, notice.not_before) == (cast.juri.id, WEDNESDAY)
    # before it begins Pit has it, then Juri, then Pit again
    ends = ["Wednesday 2026-11-25 23:59", "Thursday 2026-11-26 00:00"]
    ends += ["Friday 2026-12-04 23:59", "Saturday 2026-12-05 00:00"]
    by_day = [on_duty(cast, first, at(moment)) for moment in ends]
    assert by_day == [["Pit"], ["Juri"], ["Juri"], ["Pit"]]
    db.session.commit()
    assert [(one.to, "Pit" in one.letter.text) for one in post.at(WEDNESDAY) if one.template == "meanwhile"] == [
        ("juri", True)
    ]


def test_a_stand_in_is_told_also_where_no_date_falls_into_it_so_far(cast: Cast, post: Post) -> None:
    enters(cast.pit, cast, Choice(stand_in=cast.juri))
    db.session.commit()
    (mail,) = [one for one in post.at(WEDNESDAY) if one.template == "meanwhile"]
    assert (mail.to, "26" in mail.letter.text) == ("juri", True)


def test_whoever_enters_it_and_stands_in_is_not_told_of_their_own_act(cast: Cast) -> None:
    raised(cast)
    enters(cast.anke, cast, Choice(stand_in=cast.anke), person=cast.pit)
    assert notices(kind="meanwhile") == []


def test_dates_move_in_one_go_with_one_reason_each_counted_and_told(cast: Cast) -> None:
    first, second = raised(cast), raised(cast, by=cast.jo)
    settled = enters(cast.pit, cast, moving())
    assert settled.moved == [first.id, second.id]
    for s, author in ((first, "Nari"), (second, "Jo")):
        entry = last(s, EntryKind.MOVED)
        assert (entry.text, entry.facts["nth"], s.moves) == ("Ich bin auf der Messe.", 1, 1)
        assert owed(s).due_at == at("Wednesday 2026-12-09 17:00")
        assert told_by(entry)["at once"] == {author}
    assert [n.kind for n in notices(kind="meanwhile")] == []


def test_what_somebody_else_has_to_agree_to_stays_and_is_said(cast: Cast) -> None:
    stays, goes = raised(cast), raised(cast)
    for day in (date(2026, 12, 2), date(2026, 12, 3)):
        moves_to(day, cast.pit, stays, WEDNESDAY)
    settled = enters(cast.pit, cast, moving())
    assert (settled.moved, settled.left) == ([goes.id], [stays.id])
    assert (owed(stays).due_at, stays.moves) == (at("Thursday 2026-12-03 17:00"), 2)


def test_an_owner_enters_it_for_others_and_nobody_else_does(cast: Cast) -> None:
    enters(cast.anke, cast, person=cast.pit)
    for by, error in ((cast.juri, NotAllowed), (cast.nari, NotAllowed), (cast.olga, OutOfReach)):
        with pytest.raises(error):
            enters(by, cast, person=cast.anke)
    with pytest.raises(BadInput):  # these days are covered already
        enters(cast.pit, cast, first_on=UNTIL, last_on=date(2026, 12, 11))


def test_back_after_all_they_answer_again_and_what_was_moved_stays_moved(cast: Cast, post: Post) -> None:
    s = raised(cast)
    enters(cast.pit, cast, Choice(stand_in=cast.juri))
    (absence,) = db.session.scalars(sa.select(Absence))
    absences.cancel(absence, by=cast.pit, now=WEDNESDAY)
    db.session.commit()
    assert on_duty(cast, s, at("Friday 2026-11-27 09:00")) == ["Pit"]
    assert [one for one in post.at(WEDNESDAY) if one.template == "meanwhile"] == []  # it was taken back in time
    assert [n.reason for n in notices(kind="meanwhile")] == [look_again.TAKEN_BACK]


# What must not be known -----------------------------------------------------------------------------------------------


def test_about_the_stand_in_nothing_is_handed_to_them_nor_told(cast: Cast, post: Post) -> None:
    zoe = leads(cast)
    hidden = raised(cast, kind=Kind.FRICTION, about=cast.pit, now=WEDNESDAY)  # due Thu 26 Nov 10:00
    plain = raised(cast)
    assigning.take(plain, by=cast.anke, now=WEDNESDAY, via=WEB)
    settled = enters(cast.anke, cast, Choice(stand_in=cast.pit))
    assert (settled.told, settled.apart) == ([plain.id], [hidden.id])
    assert entries.of_kinds(hidden.id, EntryKind.MEANWHILE) == []
    assert on_duty(cast, hidden, at("Thursday 2026-11-26 09:00")) == [zoe.name]
    db.session.commit()
    (mail,) = [one for one in post.at(WEDNESDAY) if one.template == "meanwhile"]
    assert (f"#{plain.number}" in mail.letter.text, str(hidden.number) in mail.letter.text) == (True, False)


def test_a_line_is_written_only_for_who_can_see_it_whatever_the_notice_says(cast: Cast, post: Post) -> None:
    hidden = raised(cast, kind=Kind.FRICTION, about=cast.pit)
    enters(cast.anke, cast, Choice(stand_in=cast.pit))
    (notice,) = notices(kind="meanwhile")
    notice.facts = {**notice.facts, "suggestions": [hidden.id]}
    db.session.commit()
    (mail,) = [one for one in post.at(WEDNESDAY) if one.template == "meanwhile"]
    assert str(hidden.number) not in mail.letter.text


def test_a_closure_moves_nothing_that_its_owner_must_not_know_of(cast: Cast) -> None:
    zoe = leads(cast)
    hidden = raised(cast, kind=Kind.FRICTION, about=zoe, now=WEDNESDAY)
    before = owed(hidden).facts()
    assert closes(cast, moving(), by=zoe).moved == []
    assert owed(hidden).facts() == before
    assert access.can_see(cast.anke, hidden)


# The whole team -------------------------------------------------------------------------------------------------------


def test_a_closure_is_an_owners_and_moves_the_dates_in_the_calendar_that_follows(cast: Cast) -> None:
    s = raised(cast)
    for person in (cast.pit, cast.nari):
        with pytest.raises(NotAllowed):
            closes(cast, moving(), by=person)
    calendar = cast.team.calendar_id
    assert closes(cast, moving("Umzug.")).moved == [s.id]
    assert cast.team.calendar_id != calendar
    assert owed(s).due_at == at("Wednesday 2026-12-09 17:00")
    # ¾ of the time from Wed 10:00: Wed 7 h, closed, Mon 8, Tue 8, Wed 8 = 31 h; 23 h 15 of them end on Wed 09:15
    assert owed(s).next_follow_up_at == at("Wednesday 2026-12-09 09:15")


def test_during_a_closure_the_one_who_answers_meanwhile_is_on_duty_and_the_others_hear_nothing(cast: Cast) -> None:
    s = raised(cast)
    settled = closes(cast, Choice(stand_in=cast.juri))
    assert (settled.told, owed(s).due_at) == ([s.id], at("Thursday 2026-11-26 17:00"))
    assert on_duty(cast, s, at("Wednesday 2026-11-25 12:00")) == ["Pit"]
    entry = climbs(s, at("Thursday 2026-11-26 17:00"))
    assert entry is not None
    assert entry.facts["to"] == [cast.juri.id]
    assert on_duty(cast, s, at("Monday 2026-12-07 09:00")) == ["Pit"]
    (notice,) = notices(kind="meanwhile")
    assert (notice.person_id, notice.facts["absent"], notice.facts["since"]) == (cast.juri.id, None, "2026-11-26")


def away_on(cast: Cast, day: int, month: int = 12) -> set[str]:
    found = teams.absences_on(cast.team.id, date(2026, month, day))
    return {db.session.get_one(Person, one.person_id).name for one in found}


def opens(cast: Cast, *days: date) -> None:
    for day in days:
        team_verbs.open_day(cast.team, day, by=cast.anke, now=WEDNESDAY)


def test_a_closure_that_is_taken_back_leaves_nobody_away(cast: Cast) -> None:
    closes(cast, Choice(stand_in=cast.juri))
    assert away_on(cast, 1) == {"Pit", "Anke"}
    opens(cast, *(FROM + number * absences.A_DAY for number in range((UNTIL - FROM).days + 1)))
    assert db.session.scalars(sa.select(Absence).where(Absence.cancelled_at.is_(None))).all() == []
    s = raised(cast, now=at("Tuesday 2026-12-01 10:00"))
    assert on_duty(cast, s, at("Tuesday 2026-12-01 12:00")) == ["Pit"]


@pytest.mark.parametrize("opened", [FROM, date(2026, 12, 1), UNTIL], ids=["the first", "one in between", "the last"])
def test_a_day_of_a_closure_that_is_opened_is_one_on_which_they_are_there(cast: Cast, opened: date) -> None:
    closes(cast, Choice(stand_in=cast.juri))
    opens(cast, opened)
    opens(cast, opened)  # twice does nothing more
    days = [FROM + number * absences.A_DAY for number in range((UNTIL - FROM).days + 1)]
    assert [day for day in days if not away_on(cast, day.day, day.month)] == [opened]
    roster = rosters.roster(cast.team, now=at("Wednesday 2026-12-02 10:00"))
    assert roster.stand_ins == {cast.pit.id: cast.juri.id, cast.anke.id: cast.juri.id}


def test_who_is_away_for_reasons_of_their_own_stays_away_when_a_closure_is_taken_back(cast: Cast) -> None:
    enters(cast.pit, cast, Choice(stand_in=cast.juri))
    closes(cast, Choice(stand_in=cast.juri))
    opens(cast, date(2026, 12, 1))
    assert away_on(cast, 1) == {"Pit"}


def test_while_it_lasts_form_and_receipt_say_who_is_away_and_who_answers(
    app: Flask, cast: Cast, clock: FakeClock
) -> None:
    closes(cast, Choice(stand_in=cast.juri))
    db.session.commit()
    clock.set("Thursday 2026-11-26 12:00")
    page = said(Visitor(app, clock).signed_in(cast.nari).get("/t/nachtwache/new"))
    assert "Pit ist bis Fr 4.12. nicht da; Juri antwortet." in page


# Given dates and the record -------------------------------------------------------------------------------------------


def record(cast: Cast, now: Any) -> Counter[Any]:
    return lists.record(access.visible_to(cast.anke), cast.team.id, now=now)[0]


def test_an_absence_entered_late_changes_no_figure_and_no_date(cast: Cast) -> None:
    missed, kept = raised(cast), raised(cast)
    does(cast.pit, kept, WEDNESDAY)
    now = at("Friday 2026-11-27 12:00")
    climbs(missed, now)
    before, dates = record(cast, now), owed(missed).facts()
    assert before == {"missed": 1, "on_time": 1}
    enters(cast.pit, cast, Choice(stand_in=cast.juri), first_on=date(2026, 11, 24), now=now)
    assert (record(cast, now), owed(missed).facts()) == (before, dates)


def test_a_late_date_that_moves_with_an_absence_stays_missed(cast: Cast) -> None:
    s = raised(cast)
    now = at("Friday 2026-11-27 12:00")
    enters(cast.pit, cast, moving(), now=now)
    assert (owed(s).due_at, owed(s).missed_at) == (at("Wednesday 2026-12-09 17:00"), at("Thursday 2026-11-26 17:00"))
    assert record(cast, now) == {"missed": 1}


@pytest.mark.parametrize(
    ("first_on", "last_on"),
    [(UNTIL, FROM), (date(2026, 11, 20), date(2026, 11, 24)), (FROM, date(2028, 1, 1))],
)
def test_days_that_are_over_in_the_wrong_order_or_too_many_are_refused(
    cast: Cast, first_on: date, last_on: date
) -> None:
    with pytest.raises(BadInput) as refused:
        enters(cast.pit, cast, first_on=first_on, last_on=last_on)
    assert refused.value.field == "last_on"
    with pytest.raises(BadInput) as refused:
        closes(cast, first_on=first_on, last_on=last_on)
    assert refused.value.field == "last_on"


@pytest.fixture
def post() -> Post:
    return Post()
