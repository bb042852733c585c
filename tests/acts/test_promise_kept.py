"""promise.md, sections 3 and 4: questions, dates and urgency, as the verbs leave them in the database."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.acts.cast import Cast, at, raised
from tests.acts.deeds import (
    WEB,
    again,
    answers_with,
    asks,
    climbs,
    contests,
    declines,
    defers_to,
    does,
    joins_as_co_author,
    last,
    moves_to,
    owed,
    promises_by,
    says,
    undoes,
    waiting,
)  # fmt: skip
from tests.notices.seen import notices, told_by
from tracker.acts import dates, people, questions, support
from tracker.domain.errors import BadInput, NotAllowed, NotPossible
from tracker.domain.lifecycle import Kind, Status, Urgency
from tracker.domain.outcomes import Outcome
from tracker.domain.promises import PromiseKind, PromiseState
from tracker.store import entries, promises
from tracker.store.entries import Entry, EntryKind
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion

WEDNESDAY = at("Wednesday 2026-11-25 10:00")
HOUR = timedelta(hours=1)


# Questions ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("urgency", list(Urgency))
def test_a_question_takes_16_hours_whatever_the_urgency(cast: Cast, urgency: Urgency) -> None:
    s = raised(cast, urgency=urgency)
    asks(cast.pit, s, WEDNESDAY)
    assert owed(s).due_at == at("Friday 2026-11-27 10:00")  # Wed 7 h, Thu 8 h, Fri 1 h


def test_a_second_question_joins_the_open_one_and_its_date_stays(cast: Cast) -> None:
    s = raised(cast)
    asks(cast.pit, s, WEDNESDAY)
    entry = asks(cast.juri, s, WEDNESDAY + 3 * HOUR, "Und seit wann?")
    assert (entry.facts.get("joins"), s.status) == (True, Status.ASKED)
    assert (owed(s).due_at, owed(s).version) == (at("Friday 2026-11-27 10:00"), 1)
    assert (waiting(s).value.questions, len(promises.all_of(s.id))) == (1, 2)


def test_the_third_question_is_asked_with_the_clock_running_and_opens_no_promise(cast: Cast) -> None:
    s = raised(cast)
    for hour in (0, 1):
        asks(cast.pit, s, WEDNESDAY + hour * HOUR)
        says(cast.nari, s, WEDNESDAY + hour * HOUR + HOUR / 2)
    before = owed(s).facts()
    entry = asks(cast.pit, s, WEDNESDAY + 2 * HOUR)
    assert (entry.facts.get("clock_runs"), s.status) == (True, Status.OPEN)
    assert owed(s).facts() == before
    assert [row.kind for row in promises.all_of(s.id)].count(PromiseKind.CLARIFY) == 2


def test_a_question_in_any_later_status_lets_the_clock_run(cast: Cast) -> None:
    s = raised(cast)
    promises_by(date(2026, 12, 4), cast.pit, s, WEDNESDAY)
    entry = asks(cast.pit, s, WEDNESDAY + HOUR)
    assert (entry.facts.get("clock_runs"), s.status, owed(s).kind) == (True, Status.WILL_DO, PromiseKind.DELIVER)


def test_a_co_authors_words_bring_the_ball_back_too(cast: Cast) -> None:
    s = raised(cast)
    joins_as_co_author(cast.melodie, s)
    asks(cast.pit, s, WEDNESDAY)
    says(cast.jo, s, WEDNESDAY + HOUR)
    assert s.status is Status.ASKED  # anybody may help; it is theirs to answer
    says(cast.melodie, s, WEDNESDAY + HOUR)
    assert (s.status, last(s, EntryKind.BALL_BACK).facts["why"]) == (Status.OPEN, "reply")


def test_the_ball_comes_back_with_what_remained_by_a_new_date_that_is_told_and_is_no_move(cast: Cast) -> None:
    s = raised(cast)
    joins_as_co_author(cast.melodie, s)
    asks(cast.pit, s, WEDNESDAY)  # 15 of 16 h are left
    questions.take_back(s, by=cast.juri, now=at("Thursday 2026-11-26 12:00"), via=WEB)
    row = owed(s)
    # Thu 12 to 17 5 h, Fri 8 h, Mon 2 h
    assert (row.due_at, row.version, s.moves) == (at("Monday 2026-11-30 11:00"), 2, 0)
    assert entries.of_kinds(s.id, EntryKind.MOVED) == []
    assert told_by(last(s, EntryKind.BALL_BACK)) == {"at once": {"Nari", "Melodie"}, "daily": {"Pit"}}


def test_the_ball_never_comes_back_with_less_than_four_hours(cast: Cast) -> None:
    s = raised(cast)
    asks(cast.pit, s, at("Thursday 2026-11-26 16:30"))  # half an hour is left
    says(cast.nari, s, at("Friday 2026-11-27 10:00"))
    assert owed(s).due_at == at("Friday 2026-11-27 14:00")


def test_silence_brings_the_ball_back_with_four_hours_and_then_the_ladder_begins_anew(cast: Cast) -> None:
    s = raised(cast)
    asks(cast.pit, s, at("Thursday 2026-11-26 17:00"))  # at the date itself it is not late yet
    due = owed(s).due_at
    assert due == at("Monday 2026-11-30 17:00")
    reminders = [climbs(s, due), climbs(s, at("Tuesday 2026-12-01 17:00"))]  # the date, and 8 h on
    assert [one.facts["to"] for one in reminders if one] == [[cast.nari.id], [cast.nari.id]]
    climbs(s, at("Thursday 2026-12-03 17:00"))  # 24 h on
    row = owed(s)
    assert (row.kind, row.due_at, row.rung) == (PromiseKind.ANSWER, at("Friday 2026-12-04 13:00"), 0)
    assert row.next_follow_up_at == at("Friday 2026-12-04 12:00")  # ¾ of the 4 h


@pytest.mark.parametrize("way", ["leaves", "is taken out", "is disabled"])
def test_the_ball_comes_back_when_the_author_goes(cast: Cast, way: str) -> None:
    s = raised(cast)
    asks(cast.pit, s, WEDNESDAY)
    if way == "leaves":
        people.leave(cast.team, by=cast.nari, now=WEDNESDAY + HOUR, via=WEB)
    elif way == "is taken out":
        people.remove(cast.team, cast.nari, by=cast.anke, now=WEDNESDAY + HOUR, via=WEB)
    else:
        people.disable(cast.nari, by=cast.ada, now=WEDNESDAY + HOUR, via=WEB)
    s = again(s)
    assert (s.status, last(s, EntryKind.BALL_BACK).facts["why"]) == (Status.OPEN, "left")
    assert told_by(last(s, EntryKind.BALL_BACK)) == {"daily": {"Pit"}}


def test_an_answer_while_a_question_is_open_withdraws_the_question_and_is_kept_in_time(cast: Cast) -> None:
    s = raised(cast)
    asks(cast.pit, s, WEDNESDAY)
    entry = does(cast.pit, s, at("Tuesday 2026-12-01 10:00"))  # the author's date passed last Friday; ours never did
    answer, question = promises.all_of(s.id)
    assert (question.state, answer.state, answer.missed_at) == (PromiseState.WITHDRAWN, PromiseState.KEPT, None)
    assert "late_since" not in entry.facts


def test_our_clock_waits_so_there_is_no_date_to_move(cast: Cast) -> None:
    s = raised(cast)
    asks(cast.pit, s, WEDNESDAY)
    with pytest.raises(NotPossible):
        moves_to(date(2026, 12, 4), cast.pit, s, WEDNESDAY)


# The ratchet ----------------------------------------------------------------------------------------------------------


def test_earlier_is_silent(cast: Cast) -> None:
    s = raised(cast)
    entry = moves_to(date(2026, 11, 25), cast.pit, s, WEDNESDAY, reason="")
    assert (owed(s).due_at, owed(s).version, s.moves) == (at("Wednesday 2026-11-25 17:00"), 2, 0)
    assert (told_by(entry), "nth" in entry.facts) == ({}, False)


def test_what_counts_as_putting_it_off_and_what_ends_the_count(cast: Cast) -> None:
    s = raised(cast)
    put_off: list[Entry] = [
        moves_to(date(2026, 12, 4), cast.pit, s, WEDNESDAY),
        promises_by(date(2026, 12, 11), cast.pit, s, WEDNESDAY),  # keeps the answer: nothing is put off
        promises_by(date(2026, 12, 18), cast.pit, s, WEDNESDAY),
        defers_to(date(2027, 1, 11), cast.juri, s, WEDNESDAY),
        defers_to(date(2027, 2, 1), cast.anke, s, WEDNESDAY),
    ]
    assert [entry.facts.get("nth") for entry in put_off] == [1, None, 2, 3, 4]
    assert s.moves == 4
    does(cast.pit, s, WEDNESDAY)
    assert s.moves == 0


def test_a_contest_or_a_reopening_does_not_end_the_count_but_a_no_does(cast: Cast) -> None:
    s = raised(cast)
    promises_by(date(2026, 12, 4), cast.pit, s, WEDNESDAY)
    promises_by(date(2026, 12, 11), cast.pit, s, WEDNESDAY)
    contests(cast.nari, s, WEDNESDAY + HOUR)
    assert s.moves == 1
    declines(cast.juri, s, WEDNESDAY + HOUR)
    assert s.moves == 0


THIRD = [("pit", False), ("juri", True), ("anke", True)]


@pytest.mark.parametrize(("who", "may"), THIRD)
def test_the_third_time_takes_an_owner_or_a_manager_who_did_none_before(cast: Cast, who: str, may: bool) -> None:
    s = raised(cast)
    for day in (date(2026, 12, 4), date(2026, 12, 11)):
        moves_to(day, cast.pit, s, WEDNESDAY)
    person: Person = getattr(cast, who)
    if may:
        assert moves_to(date(2026, 12, 18), person, s, WEDNESDAY).facts["nth"] == 3
        return
    with pytest.raises(NotAllowed):
        moves_to(date(2026, 12, 18), person, s, WEDNESDAY)
    promises_by(date(2026, 12, 18), person, s, WEDNESDAY)  # from an open answer this is no putting off
    for outcome in (Outcome.WILL_DO, Outcome.NOT_NOW):
        with pytest.raises(NotAllowed):
            answers_with(outcome, person, s, WEDNESDAY, on=date(2026, 12, 23))


def test_where_nobody_else_is_left_the_third_time_is_allowed_and_stands_out(cast: Cast) -> None:
    cast.team.trusted_person_id = cast.melodie.id
    s = raised(cast, kind=Kind.FRICTION, about=cast.anke)
    entry: Entry | None = None
    for day in (4, 11, 18):
        entry = moves_to(date(2026, 12, day), cast.melodie, s, WEDNESDAY)
    assert entry is not None
    assert entry.facts["nth"] == 3


def test_who_was_named_moves_their_own_date_and_it_counts(cast: Cast) -> None:
    s = raised(cast)
    promises_by(date(2026, 12, 4), cast.pit, s, WEDNESDAY, who=cast.melodie)
    for day, nth in ((11, 1), (18, 2)):
        assert moves_to(date(2026, 12, day), cast.melodie, s, WEDNESDAY).facts["nth"] == nth
    with pytest.raises(NotAllowed):
        moves_to(date(2026, 12, 23), cast.melodie, s, WEDNESDAY)
    with pytest.raises(NotAllowed):
        moves_to(date(2026, 12, 23), cast.jo, s, WEDNESDAY)


def test_undo_restores_the_count_and_who_put_it_off(cast: Cast) -> None:
    s = raised(cast)
    for day in (date(2026, 12, 4), date(2026, 12, 11)):
        promises_by(day, cast.pit, s, WEDNESDAY)
    entry = does(cast.pit, s, WEDNESDAY)
    assert s.moves == 0
    undoes(cast.pit, s, entry, WEDNESDAY + timedelta(seconds=30))
    assert (s.moves, s.status) == (1, Status.WILL_DO)
    defers_to(date(2027, 1, 11), cast.pit, s, WEDNESDAY + HOUR)
    with pytest.raises(NotAllowed):  # Pit did both before
        defers_to(date(2027, 2, 1), cast.pit, s, WEDNESDAY + 2 * HOUR)


def test_an_undone_putting_off_is_none(cast: Cast) -> None:
    s = raised(cast)
    promises_by(date(2026, 12, 4), cast.pit, s, WEDNESDAY)
    entry = promises_by(date(2026, 12, 11), cast.juri, s, WEDNESDAY)
    undoes(cast.juri, s, entry, WEDNESDAY)
    assert (s.moves, entries.movers(s.id), owed(s).due_at) == (0, [], at("Friday 2026-12-04 17:00"))


# Urgency --------------------------------------------------------------------------------------------------------------


def urgency(by: Person, s: Suggestion, to: Urgency, now: datetime, **how: Any) -> Entry | None:
    return dates.change_urgency(s, by=by, now=now, via=WEB, to=to, **how)


def test_raised_close_to_the_date_it_leaves_four_hours_and_never_puts_the_date_back(cast: Cast) -> None:
    s = raised(cast)
    urgency(cast.nari, s, Urgency.URGENT, WEDNESDAY + 5 * HOUR)  # the 4 h of "urgent" are used up: now + 4 h
    assert owed(s).due_at == at("Thursday 2026-11-26 11:00")
    other = raised(cast)
    urgency(cast.nari, other, Urgency.URGENT, at("Thursday 2026-11-26 16:00"))
    assert (owed(other).due_at, owed(other).version) == (at("Thursday 2026-11-26 17:00"), 1)


def test_raised_while_the_author_is_asked_what_remains_becomes_less(cast: Cast) -> None:
    s = raised(cast)
    asks(cast.pit, s, WEDNESDAY)  # 1 h of 16 used
    urgency(cast.juri, s, Urgency.HIGH, WEDNESDAY + HOUR)
    assert waiting(s).value.remaining == timedelta(hours=7)  # 8 h less the one
    urgency(cast.juri, s, Urgency.URGENT, WEDNESDAY + HOUR)
    assert waiting(s).value.remaining == timedelta(hours=4)  # 3 h, but never less than 4
    urgency(cast.juri, s, Urgency.LOW, WEDNESDAY + HOUR)
    assert waiting(s).value.remaining == timedelta(hours=4)
    assert owed(s).due_at == at("Friday 2026-11-27 10:00")  # the author's date is the author's


def test_corrected_while_the_author_is_asked_it_is_the_right_budget_less_what_is_used(cast: Cast) -> None:
    s = raised(cast, urgency=Urgency.URGENT)
    asks(cast.pit, s, WEDNESDAY)
    entry = urgency(cast.pit, s, Urgency.NORMAL, WEDNESDAY + HOUR, reason="Es brennt nicht.", is_correction=True)
    assert entry is not None
    assert (waiting(s).value.remaining, s.moves) == (timedelta(hours=15), 0)
    assert told_by(entry)["at once"] == {"Nari"}


def test_a_correction_is_a_managers_has_a_reason_and_comes_before_the_first_reminder(cast: Cast) -> None:
    s = raised(cast, urgency=Urgency.HIGH)  # rung 1 after 6 of 8 h: Wed 15:00
    correct: dict[str, Any] = {"to": Urgency.LOW, "is_correction": True}
    with pytest.raises(NotAllowed):
        urgency(cast.nari, s, now=WEDNESDAY, reason="Doch nicht.", **correct)
    with pytest.raises(BadInput) as refused:
        urgency(cast.pit, s, now=WEDNESDAY, **correct)
    assert refused.value.field == "reason"
    with pytest.raises(NotPossible):  # the sweep has not come by yet, and its instant has passed all the same
        urgency(cast.pit, s, now=at("Wednesday 2026-11-25 15:00"), reason="Eilt nicht.", **correct)


def test_a_contested_answer_keeps_to_half_of_any_urgency(cast: Cast) -> None:
    s = raised(cast, urgency=Urgency.LOW)
    declines(cast.pit, s, WEDNESDAY)
    contests(cast.nari, s, at("Thursday 2026-11-26 09:00"))
    assert owed(s).due_at == at("Monday 2026-11-30 13:00")  # half of 40 h: Thu 8, Fri 8, Mon 4
    urgency(cast.nari, s, Urgency.NORMAL, at("Thursday 2026-11-26 10:00"))
    assert owed(s).due_at == at("Thursday 2026-11-26 17:00")  # half of 16 h, one of them used


def test_where_no_answer_is_owed_only_the_label_changes(cast: Cast) -> None:
    s = raised(cast)
    promises_by(date(2026, 12, 4), cast.pit, s, WEDNESDAY)
    before = owed(s).facts()
    entry = urgency(cast.pit, s, Urgency.URGENT, WEDNESDAY)
    assert entry is not None
    assert (s.urgency, owed(s).facts()) == (Urgency.URGENT, before)
    lowered = urgency(cast.pit, s, Urgency.LOW, WEDNESDAY, reason="Vertippt.", is_correction=True)
    assert lowered is not None
    assert "corrected" not in lowered.facts  # there is no date of an answer that could be set right
    assert "at once" not in told_by(lowered)


def test_about_a_person_nobody_has_a_choice_of_urgency(cast: Cast) -> None:
    for about, handling in ((cast.pit, cast.anke), (cast.jo, cast.juri)):
        s = raised(cast, kind=Kind.FRICTION, about=about, urgency=Urgency.LOW)
        assert s.urgency is Urgency.HIGH
        for person in (cast.nari, handling):
            with pytest.raises(NotPossible):
                urgency(person, s, Urgency.LOW, WEDNESDAY, reason="Eilt nicht.")


def test_still_matters_is_no_mail(cast: Cast) -> None:
    s = raised(cast)
    before = len(notices()) + len(notices(mail=False))
    assert support.nudge(s, by=cast.nari, now=at("Friday 2026-11-27 09:00"), via=WEB)
    assert len(notices()) + len(notices(mail=False)) == before


def test_thanks_are_no_mail(cast: Cast) -> None:
    s = raised(cast)
    joins_as_co_author(cast.melodie, s)
    support.vote(s, by=cast.jo, now=WEDNESDAY, via=WEB)
    entry = does(cast.pit, s, WEDNESDAY)
    before = len(notices()) + len(notices(mail=False))
    for person in (cast.nari, cast.melodie, cast.jo):  # author, co-author, voter
        assert support.thank(s, entry, by=person, now=WEDNESDAY + HOUR, via=WEB)
    assert len(notices()) + len(notices(mail=False)) == before
