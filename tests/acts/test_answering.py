"""Raising, answering, asking, moving: what the verbs leave in the database."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.acts.cast import RAISED_AT, Cast, at, membership, raised
from tracker import access
from tracker.acts import answers, assigning, dates, follow_ups, questions, support
from tracker.acts import suggestions as verbs
from tracker.acts.scene import stamp
from tracker.domain.errors import BadInput, NotAllowed, NotPossible, OutOfReach, Stale
from tracker.domain.lifecycle import Kind, Role, Status, Urgency, Visibility
from tracker.domain.outcomes import Outcome
from tracker.domain.promises import PromiseKind, PromiseState
from tracker.store import entries, promises, suggestions
from tracker.store.base import db
from tracker.store.entries import EntryKind, Via
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import Suggestion

WEB = Via.WEB
WEDNESDAY = at("Wednesday 2026-11-25 10:00")


def open_promise(s: Suggestion) -> PromiseRow:
    row = promises.open_of(s.id)
    assert row is not None
    return row


def log_agrees(s: Suggestion) -> bool:
    """Each promise row equals its last facts in the log, and at most one of a suggestion is open."""
    facts = entries.promise_facts(s.id)
    rows = promises.all_of(s.id)
    return {row.id: row.facts() for row in rows} == facts and sum(r.state is PromiseState.OPEN for r in rows) <= 1


def test_who_raises_is_given_the_date_of_an_answer(cast: Cast) -> None:
    s = raised(cast)
    row = open_promise(s)
    assert (s.number, s.status, row.kind) == (41, Status.OPEN, PromiseKind.ANSWER)
    assert row.due_at == at("Thursday 2026-11-26 17:00")  # 16 h: Wed 8 + Thu 8
    assert row.next_follow_up_at == at("Thursday 2026-11-26 13:00")  # ¾ of 16 h
    assert log_agrees(s)


def test_the_next_one_takes_the_next_number(cast: Cast) -> None:
    assert [raised(cast).number, raised(cast).number] == [41, 42]


def test_an_empty_title_is_refused_with_its_field(cast: Cast) -> None:
    with pytest.raises(BadInput) as refused:
        raised(cast, title="  \n ")
    assert refused.value.field == "title"


def test_a_body_of_200_kilobytes_is_refused_with_its_length(cast: Cast) -> None:
    with pytest.raises(BadInput, match="200000 characters"):
        raised(cast, body="x" * 200_000)


def test_control_characters_are_refused_by_their_number(cast: Cast) -> None:
    with pytest.raises(BadInput, match=r"U\+0007"):
        raised(cast, body="ding\x07dong")


def test_an_outsider_cannot_raise_and_learns_nothing(cast: Cast) -> None:
    for person in (cast.olga, cast.exi, cast.ada):
        with pytest.raises(OutOfReach):
            raised(cast, by=person)


def test_a_manager_raises_for_a_member_who_is_the_author(cast: Cast) -> None:
    s = raised(cast, by=cast.pit, author=cast.nari, entered_from="Discord")
    assert (s.author_id, s.entered_by_id, s.entered_from) == (cast.nari.id, cast.pit.id, "Discord")


def test_a_member_cannot_raise_for_another(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        raised(cast, by=cast.jo, author=cast.nari)


@pytest.mark.parametrize(
    ("outcome", "on", "status", "kind", "due_at"),
    [
        (Outcome.DONE, None, Status.DONE, None, None),
        (Outcome.DECLINED, None, Status.DECLINED, None, None),
        (Outcome.WILL_DO, date(2026, 12, 4), Status.WILL_DO, PromiseKind.DELIVER, "Friday 2026-12-04 17:00"),
        (Outcome.NOT_NOW, date(2027, 3, 1), Status.NOT_NOW, PromiseKind.REVISIT, "Monday 2027-03-01 17:00"),
        # a Saturday has no hours: the end of the day, which is the first instant of Sunday
        (Outcome.WILL_DO, date(2026, 12, 5), Status.WILL_DO, PromiseKind.DELIVER, "Sunday 2026-12-06 00:00"),
    ],
)
def test_each_of_the_four_outcomes_keeps_the_answer(
    cast: Cast, outcome: Outcome, on: date | None, status: Status, kind: PromiseKind | None, due_at: str | None
) -> None:
    s = raised(cast)
    answers.answer(s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=outcome, text="Darum.", on=on)
    db.session.commit()
    first, *rest = promises.all_of(s.id)
    assert (s.status, first.state) == (status, PromiseState.KEPT)
    assert [row.kind for row in rest] == ([kind] if kind else [])
    assert [row.due_at for row in rest] == ([at(due_at)] if due_at else [])
    assert log_agrees(s)


@pytest.mark.parametrize(
    ("outcome", "text", "on", "field"),
    [
        (Outcome.DONE, " ", None, "text"),
        (Outcome.DECLINED, "", None, "text"),
        (Outcome.WILL_DO, "Machen wir.", None, "on"),
        (Outcome.NOT_NOW, "Später.", None, "on"),
        (Outcome.WILL_DO, "Machen wir.", date(2026, 11, 24), "on"),  # yesterday
        (Outcome.NOT_NOW, "Später.", date(2026, 11, 25), "on"),  # today
        (Outcome.WILL_DO, "Machen wir.", date(2028, 11, 26), "on"),  # two years and a day on
    ],
)
def test_an_outcome_without_its_mandatory_part_changes_nothing(
    cast: Cast, outcome: Outcome, text: str, on: date | None, field: str
) -> None:
    s = raised(cast)
    with pytest.raises(BadInput) as refused:
        answers.answer(s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=outcome, text=text, on=on)
    db.session.rollback()
    assert refused.value.field == field
    assert open_promise(s).kind is PromiseKind.ANSWER


def test_a_member_cannot_answer(cast: Cast) -> None:
    s = raised(cast)
    with pytest.raises(NotAllowed):
        answers.answer(s, by=cast.jo, now=WEDNESDAY, via=WEB, outcome=Outcome.DONE, text="Ist gut.")


def test_nobody_of_another_team_finds_it(cast: Cast) -> None:
    s = raised(cast)
    for person in (cast.olga, cast.exi, cast.ada):
        with pytest.raises(OutOfReach):
            answers.answer(s, by=person, now=WEDNESDAY, via=WEB, outcome=Outcome.DONE, text="Ist gut.")


def test_a_stale_form_is_told_that_somebody_was_quicker(cast: Cast) -> None:
    s = raised(cast)
    seen = stamp(s, promises.open_of(s.id))
    answers.answer(s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.DONE, text="Ist gut.", seen=seen)
    with pytest.raises(Stale):
        answers.answer(s, by=cast.juri, now=WEDNESDAY, via=WEB, outcome=Outcome.DECLINED, text="Nein.", seen=seen)


def test_a_comment_a_note_and_an_assignment_keep_nothing(cast: Cast) -> None:
    s = raised(cast)
    before = open_promise(s).facts()
    verbs.comment(s, by=cast.pit, now=WEDNESDAY, via=WEB, text="Schaue ich mir an.")
    verbs.note(s, by=cast.juri, now=WEDNESDAY, via=WEB, text="Liegt am Wörterbuch.")
    assigning.take(s, by=cast.juri, now=WEDNESDAY, via=WEB)
    assert open_promise(s).facts() == before


def test_the_named_person_may_say_done_and_nothing_else(cast: Cast) -> None:
    s = raised(cast)
    given: dict[str, Any] = {"by": cast.pit, "now": WEDNESDAY, "via": WEB, "on": date(2026, 12, 4)}
    answers.answer(s, outcome=Outcome.WILL_DO, text="Melodie macht das.", who=cast.melodie, **given)
    later = WEDNESDAY + timedelta(days=1)
    with pytest.raises(NotAllowed):
        answers.answer(s, by=cast.melodie, now=later, via=WEB, outcome=Outcome.DECLINED, text="Nein.")
    answers.answer(s, by=cast.melodie, now=later, via=WEB, outcome=Outcome.DONE, text="Fertig.")
    assert s.status is Status.DONE
    assert [row.state for row in promises.all_of(s.id)] == [PromiseState.KEPT, PromiseState.KEPT]


def test_handed_back_it_is_owed_by_who_named_them_and_the_date_stands(cast: Cast) -> None:
    s = raised(cast)
    given: dict[str, Any] = {"by": cast.pit, "now": WEDNESDAY, "via": WEB, "on": date(2026, 12, 4)}
    answers.answer(s, outcome=Outcome.WILL_DO, text="Melodie macht das.", who=cast.melodie, **given)
    answers.hand_back(s, by=cast.melodie, now=WEDNESDAY, via=WEB, text="Bin im Urlaub.")
    row = open_promise(s)
    assert (row.owed_by_id, row.due_at, row.version) == (cast.pit.id, at("Friday 2026-12-04 17:00"), 1)
    assert log_agrees(s)


def test_a_broken_will_do_says_what_it_takes_back(cast: Cast) -> None:
    s = raised(cast)
    answers.answer(s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.WILL_DO, text="Ja.", on=date(2026, 12, 4))
    entry = answers.answer(s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.DECLINED, text="Doch nicht.")
    assert entry.facts["takes_back"]["outcome"] == "will_do"
    assert promises.all_of(s.id)[1].state is PromiseState.BROKEN


def test_undo_within_the_minute_brings_everything_back(cast: Cast) -> None:
    s = raised(cast)
    before = open_promise(s).facts()
    entry = answers.answer(
        s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.WILL_DO, text="Ja.", on=date(2026, 12, 4)
    )
    answers.undo(s, entry, by=cast.pit, now=WEDNESDAY + timedelta(seconds=59), via=WEB)
    db.session.commit()
    assert (s.status, s.answer_entry_id, open_promise(s).facts()) == (Status.OPEN, None, before)
    assert entry.id not in [e.id for e in entries.timeline(s.id, internal=False)]
    assert entry.id in [e.id for e in entries.timeline(s.id, internal=True)]
    assert log_agrees(s)


def test_undo_after_the_minute_is_refused(cast: Cast) -> None:
    s = raised(cast)
    entry = answers.answer(s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.DONE, text="Ist gut.")
    with pytest.raises(NotPossible):
        answers.undo(s, entry, by=cast.pit, now=WEDNESDAY + timedelta(seconds=61), via=WEB)


def test_undo_of_a_repeated_not_now_brings_the_former_day_back(cast: Cast) -> None:
    s = raised(cast)
    first: dict[str, Any] = {"by": cast.pit, "via": WEB, "outcome": Outcome.NOT_NOW, "text": "Kein Geld."}
    answers.answer(s, now=WEDNESDAY, on=date(2027, 1, 11), **first)
    before = open_promise(s).facts()
    entry = answers.answer(s, now=WEDNESDAY, on=date(2027, 2, 1), **first)
    assert (s.moves, open_promise(s).version) == (1, 2)
    answers.undo(s, entry, by=cast.pit, now=WEDNESDAY, via=WEB)
    assert (s.moves, open_promise(s).facts()) == (0, before)
    assert log_agrees(s)


def test_a_question_stops_the_clock_and_the_authors_words_start_it(cast: Cast) -> None:
    s = raised(cast)
    questions.ask(s, by=cast.pit, now=WEDNESDAY, via=WEB, text="Handy oder Rechner?")
    assert (s.status, open_promise(s).kind) == (Status.ASKED, PromiseKind.CLARIFY)
    waiting = promises.suspended_of(s.id)
    assert waiting is not None
    assert (waiting.due_at, waiting.value.remaining) == (None, timedelta(hours=15))  # of 16 h one is used
    verbs.comment(s, by=cast.nari, now=at("Friday 2026-11-27 12:00"), via=WEB, text="Am Handy.")
    row = open_promise(s)
    # 15 h from Fri 12:00: Fri 5, Mon 8, Tue 2
    assert (s.status, row.id, row.due_at) == (Status.OPEN, waiting.id, at("Tuesday 2026-12-01 11:00"))
    assert (row.version, s.moves) == (2, 0)
    assert log_agrees(s)


def test_somebody_elses_words_do_not_bring_the_ball_back(cast: Cast) -> None:
    s = raised(cast)
    questions.ask(s, by=cast.pit, now=WEDNESDAY, via=WEB, text="Handy oder Rechner?")
    verbs.comment(s, by=cast.jo, now=WEDNESDAY, via=WEB, text="Bei mir am Rechner.")
    assert open_promise(s).kind is PromiseKind.CLARIFY
    questions.take_back(s, by=cast.juri, now=WEDNESDAY, via=WEB)
    assert (s.status, open_promise(s).kind) == (Status.OPEN, PromiseKind.ANSWER)


def test_silence_brings_the_ball_back_and_closes_nothing(cast: Cast) -> None:
    s = raised(cast)
    questions.ask(s, by=cast.pit, now=WEDNESDAY, via=WEB, text="Handy oder Rechner?")
    row = open_promise(s)
    # asked Wed 10:00 + 16 h = Fri 10:00; + 24 h = Wed 2 Dec 10:00
    assert row.due_at == at("Friday 2026-11-27 10:00")
    follow_ups.climb(row.id, now=at("Wednesday 2026-12-02 10:00"))
    assert (s.status, open_promise(s).kind) == (Status.OPEN, PromiseKind.ANSWER)


def test_a_question_to_a_late_answer_leaves_the_clock_running(cast: Cast) -> None:
    s = raised(cast)
    entry = questions.ask(s, by=cast.pit, now=at("Thursday 2026-11-26 17:01"), via=WEB, text="Handy?")
    assert (s.status, entry.facts.get("clock_runs")) == (Status.OPEN, True)


def test_a_date_moves_later_only_with_a_reason_and_is_counted(cast: Cast) -> None:
    s = raised(cast)
    later: dict[str, Any] = {"by": cast.pit, "now": WEDNESDAY, "via": WEB, "on": date(2026, 12, 4)}
    with pytest.raises(BadInput) as refused:
        dates.move(s, **later)
    assert refused.value.field == "reason"
    entry = dates.move(s, reason="Der Hersteller liefert erst am 3.", **later)
    assert (s.moves, entry.facts["nth"], open_promise(s).version) == (1, 1, 2)
    dates.move(s, by=cast.pit, now=WEDNESDAY, via=WEB, on=date(2026, 12, 3))
    assert (s.moves, open_promise(s).due_at) == (1, at("Thursday 2026-12-03 17:00"))


def test_the_third_move_takes_somebody_else(cast: Cast) -> None:
    s = raised(cast)
    for day in (date(2026, 12, 4), date(2026, 12, 11)):
        dates.move(s, by=cast.pit, now=WEDNESDAY, via=WEB, on=day, reason="Dauert.")
    third: dict[str, Any] = {"now": WEDNESDAY, "via": WEB, "on": date(2026, 12, 18), "reason": "Dauert noch."}
    with pytest.raises(NotAllowed):
        dates.move(s, by=cast.pit, **third)
    dates.move(s, by=cast.juri, **third)
    assert s.moves == 3


def test_a_contested_answer_is_answered_by_somebody_else_within_half_the_budget(cast: Cast) -> None:
    s = raised(cast)
    answers.answer(s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.DECLINED, text="Geht nicht.")
    answers.contest(s, by=cast.nari, now=at("Thursday 2026-11-26 09:00"), via=WEB, text="Warum nicht?")
    # half of 16 h, from Thu 09:00
    assert (s.status, open_promise(s).due_at) == (Status.OPEN, at("Thursday 2026-11-26 17:00"))
    noon = at("Thursday 2026-11-26 12:00")
    with pytest.raises(NotAllowed):
        answers.answer(s, by=cast.pit, now=noon, via=WEB, outcome=Outcome.DECLINED, text="Geht eben nicht.")
    answers.answer(s, by=cast.juri, now=noon, via=WEB, outcome=Outcome.DECLINED, text="Weil der Hersteller …")
    with pytest.raises(NotPossible):
        answers.contest(s, by=cast.nari, now=noon, via=WEB, text="Immer noch nicht.")
    assert log_agrees(s)


def test_it_is_back_opens_it_with_the_whole_budget(cast: Cast) -> None:
    s = raised(cast)
    answers.answer(s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.DONE, text="Gelöst.")
    verbs.it_is_back(s, by=cast.nari, now=at("Monday 2027-03-01 09:00"), via=WEB, text="Wieder da.")
    assert (s.status, open_promise(s).due_at) == (Status.OPEN, at("Tuesday 2027-03-02 17:00"))


def test_a_withdrawn_promise_whose_date_had_passed_stays_missed(cast: Cast) -> None:
    s = raised(cast)
    verbs.withdraw(s, by=cast.nari, now=at("Friday 2026-11-27 09:00"), via=WEB)
    row = promises.all_of(s.id)[0]
    assert (s.status, row.state, row.missed_at) == (
        Status.WITHDRAWN,
        PromiseState.WITHDRAWN,
        at("Thursday 2026-11-26 17:00"),
    )


def test_raising_the_urgency_brings_the_date_nearer_and_lowering_does_not_put_it_back(cast: Cast) -> None:
    s = raised(cast)
    dates.change_urgency(s, by=cast.nari, now=WEDNESDAY, via=WEB, to=Urgency.HIGH)
    assert open_promise(s).due_at == at("Wednesday 2026-11-25 17:00")  # 8 h less the one used, from 10:00
    dates.change_urgency(s, by=cast.nari, now=WEDNESDAY, via=WEB, to=Urgency.LOW)
    assert (s.urgency, open_promise(s).due_at) == (Urgency.LOW, at("Wednesday 2026-11-25 17:00"))


def test_a_manager_corrects_the_urgency_before_the_first_reminder(cast: Cast) -> None:
    s = raised(cast, urgency=Urgency.URGENT)
    correction: dict[str, Any] = {
        "by": cast.pit,
        "now": at("Wednesday 2026-11-25 09:30"),
        "via": WEB,
        "to": Urgency.NORMAL,
    }
    dates.change_urgency(s, is_correction=True, reason="Es brennt nicht.", **correction)
    assert (open_promise(s).due_at, s.moves) == (at("Thursday 2026-11-26 17:00"), 0)


def test_own_words_can_be_edited_for_a_quarter_of_an_hour(cast: Cast) -> None:
    s = raised(cast, body="Seit dem Update.")
    entry = entries.timeline(s.id, internal=True)[0]
    verbs.edit(s, entry, by=cast.nari, now=RAISED_AT + timedelta(minutes=15), via=WEB, text="Seit gestern.")
    assert s.body == "Seit gestern."
    edited = entries.last_of(s.id, EntryKind.EDITED)
    assert edited is not None
    assert edited.facts["former"]["text"] == "Seit dem Update."
    with pytest.raises(NotPossible):
        verbs.edit(s, entry, by=cast.nari, now=RAISED_AT + timedelta(minutes=16), via=WEB, text="Zu spät.")
    with pytest.raises(NotAllowed):
        verbs.edit(s, entry, by=cast.pit, now=RAISED_AT, via=WEB, text="Nicht meins.")


def test_still_matters_counts_once_for_each_date(cast: Cast) -> None:
    s = raised(cast)
    with pytest.raises(NotPossible):
        support.nudge(s, by=cast.nari, now=WEDNESDAY, via=WEB)
    late = at("Friday 2026-11-27 09:00")
    assert [support.nudge(s, by=cast.nari, now=late, via=WEB) for _ in range(2)] == [True, False]
    with pytest.raises(NotAllowed):
        support.nudge(s, by=cast.jo, now=late, via=WEB)
    support.vote(s, by=cast.jo, now=late, via=WEB)
    assert support.nudge(s, by=cast.jo, now=late, via=WEB)
    assert s.nudges == 2


def test_a_vote_twice_counts_once(cast: Cast) -> None:
    s = raised(cast)
    assert [support.vote(s, by=cast.jo, now=WEDNESDAY, via=WEB, tell_me=True) for _ in range(2)] == [True, False]
    assert (s.votes, suggestions.follower_ids(s.id)) == (1, [cast.jo.id])


def test_thanks_counts_once_and_not_for_oneself(cast: Cast) -> None:
    s = raised(cast)
    entry = answers.answer(s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.DONE, text="Gelöst.")
    assert [support.thank(s, entry, by=cast.nari, now=WEDNESDAY, via=WEB) for _ in range(2)] == [True, False]
    with pytest.raises(NotAllowed):
        support.thank(s, entry, by=cast.jo, now=WEDNESDAY, via=WEB)


def test_who_leaves_is_unassigned_and_their_open_question_comes_back(cast: Cast) -> None:
    mine, asked = raised(cast), raised(cast, by=cast.jo)
    assigning.take(mine, by=cast.juri, now=WEDNESDAY, via=WEB)
    questions.ask(asked, by=cast.pit, now=WEDNESDAY, via=WEB, text="Wie meinst du das?")
    assert assigning.unassign_all(cast.team, cast.juri, now=WEDNESDAY, via=WEB) == 1
    assert assigning.unassign_all(cast.team, cast.jo, now=WEDNESDAY, via=WEB) == 1
    assert (mine.assignee_id, asked.status) == (None, Status.OPEN)


def test_friction_about_a_manager_is_sealed_high_and_out_of_the_numbers(cast: Cast) -> None:
    s = raised(cast, kind=Kind.FRICTION, about=cast.pit, title="Pit schreit mich an")
    assert (s.is_sealed, s.urgency, s.number >= 100_000_000) == (True, Urgency.HIGH, True)
    for person in (cast.pit, cast.juri, cast.jo, cast.ada):
        with pytest.raises(OutOfReach):
            verbs.comment(s, by=person, now=WEDNESDAY, via=WEB, text="Was?")
    answers.answer(s, by=cast.anke, now=WEDNESDAY, via=WEB, outcome=Outcome.DONE, text="Ich habe mit Pit geredet.")
    assert raised(cast).number == 41  # no gap


def test_about_the_only_owner_and_nobody_left_nothing_is_stored(cast: Cast) -> None:
    cast.team.outside_contact = "vertrauen@nachtwache.example"
    with pytest.raises(BadInput, match=r"vertrauen@nachtwache\.example"):
        raised(cast, kind=Kind.FRICTION, about=cast.anke)
    db.session.rollback()
    assert suggestions.by_id(1) is None


def test_about_the_only_owner_the_trusted_person_is_let_in(cast: Cast) -> None:
    cast.team.trusted_person_id = cast.melodie.id
    s = raised(cast, kind=Kind.FRICTION, about=cast.anke)
    assert suggestions.reader_ids(s.id) == [cast.melodie.id]
    answers.answer(s, by=cast.melodie, now=WEDNESDAY, via=WEB, outcome=Outcome.DONE, text="Wir haben geredet.")
    assert s.status is Status.DONE


def test_the_many_and_the_one_agree_on_who_can_see(cast: Cast) -> None:
    everybody = [cast.nari, cast.melodie, cast.jo, cast.pit, cast.juri, cast.anke, cast.ada, cast.olga, cast.exi]
    cast.team.trusted_person_id = cast.melodie.id
    kinds: list[dict[str, Any]] = [
        {},
        {"visibility": Visibility.MANAGERS},
        *({"kind": Kind.FRICTION, "about": p} for p in everybody[1:6]),
    ]
    seen = []
    for how in kinds:
        s = raised(cast, **how)
        many = [person.name for person in access.who_can_see(s, everybody)]
        assert many == [person.name for person in everybody if access.can_see(person, s)]
        seen.append(" ".join(many))
    assert seen == [
        "Nari Melodie Jo Pit Juri Anke",
        "Nari Pit Juri Anke",
        "Nari Pit Juri Anke",  # about Melodie, a member
        "Nari Pit Juri Anke",  # about Jo
        "Nari Anke",  # about Pit, a manager
        "Nari Anke",  # about Juri
        "Nari Melodie",  # about Anke, the only owner: the trusted person
    ]


def test_the_ladder_climbs_to_the_people_of_each_rung(cast: Cast) -> None:
    s = raised(cast)
    row = open_promise(s)
    pit, juri, anke, nari = cast.pit.id, cast.juri.id, cast.anke.id, cast.nari.id
    story = [
        ("Thursday 2026-11-26 13:00", 1, [pit]),
        ("Thursday 2026-11-26 17:00", 2, [pit]),
        ("Friday 2026-11-27 13:00", 3, [pit, juri, nari]),
        ("Monday 2026-11-30 17:00", 4, [pit, juri, anke]),
        ("Thursday 2026-12-03 17:00", 5, [pit, juri, anke, nari]),
        ("Tuesday 2026-12-08 17:00", 6, [pit, juri, anke]),
    ]
    for moment, rung, to in story:
        assert follow_ups.climb(row.id, now=at(moment) - timedelta(minutes=1)) is None
        entry = follow_ups.climb(row.id, now=at(moment))
        assert entry is not None
        assert (entry.facts["rung"], entry.facts["to"]) == (rung, to)
        assert follow_ups.climb(row.id, now=at(moment)) is None
    assert log_agrees(s)


def test_after_a_downtime_only_the_highest_rung_is_sent(cast: Cast) -> None:
    s = raised(cast)
    entry = follow_ups.climb(open_promise(s).id, now=at("Monday 2026-11-30 18:00"))
    assert entry is not None
    assert (entry.facts["rung"], entry.facts["skipped"]) == (4, [1, 3])
    assert entry.facts["silence"] is True


def test_a_manager_whose_role_ends_cannot_answer_any_more(cast: Cast) -> None:
    s = raised(cast)
    membership(cast, cast.pit).role = Role.MEMBER
    with pytest.raises(NotAllowed):
        answers.answer(s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.DONE, text="Ist gut.")
