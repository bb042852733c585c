"""promise.md, sections 2 to 4: who is named, contesting, taking back, withdrawing and bringing back, by the verbs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.acts.cast import Cast, at, joins, raised
from tests.acts.deeds import (
    WEB,
    again,
    asks,
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
)
from tests.notices.seen import notices, told_by
from tracker import access
from tracker.acts import absences, answers, people, tasks
from tracker.acts import suggestions as verbs
from tracker.domain.errors import BadInput, DomainError, NotAllowed, NotPossible, OutOfReach
from tracker.domain.lifecycle import Kind, Role, Status, Urgency, Visibility
from tracker.domain.promises import PromiseKind, PromiseState
from tracker.store import entries, promises, rosters
from tracker.store.entries import EntryKind
from tracker.store.notices import Lane
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion

WEDNESDAY = at("Wednesday 2026-11-25 10:00")
THURSDAY = at("Thursday 2026-11-26 09:00")
FRIDAY_WEEK = date(2026, 12, 4)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def away(cast: Cast, *who: Person) -> None:
    for person in who:
        absences.enter(
            cast.team, person=person, first_on=date(2026, 11, 25), last_on=date(2026, 12, 11), by=person,
            now=WEDNESDAY, via=WEB, choice=absences.Choice(),
        )  # fmt: skip


def on_duty(s: Suggestion, now: datetime) -> list[int]:
    return list(rosters.on_duty(s, owed(s).value, now=now))


# Named in a will_do ---------------------------------------------------------------------------------------------------


def test_who_is_named_is_told_at_once_and_let_in_where_they_could_not_see_it(cast: Cast) -> None:
    s = raised(cast, visibility=Visibility.MANAGERS)
    entry = promises_by(FRIDAY_WEEK, cast.pit, s, WEDNESDAY, who=cast.melodie)
    assert told_by(entry)["at once"] == {"Nari", "Melodie"}
    assert {n.kind for n in notices(person=cast.melodie)} == {"named"}
    assert access.can_see(cast.melodie, s)
    assert not access.can_see_internal(cast.melodie, s)
    assert not access.can_see(cast.jo, s)
    with pytest.raises(NotAllowed):
        asks(cast.melodie, s, WEDNESDAY)


def withdraws(by: Person, s: Suggestion, now: datetime) -> None:
    verbs.withdraw(s, by=by, now=now, via=WEB)


@pytest.mark.parametrize(
    "ends",
    [
        lambda cast, s: answers.hand_back(s, by=cast.melodie, now=THURSDAY, via=WEB, text="Nicht meins."),
        lambda cast, s: declines(cast.pit, s, THURSDAY),
        lambda cast, s: promises_by(date(2026, 12, 7), cast.pit, s, THURSDAY, who=cast.jo),
        lambda cast, s: contests(cast.nari, s, THURSDAY),
        lambda cast, s: withdraws(cast.nari, s, THURSDAY),
    ],
    ids=["handed back", "answered otherwise", "somebody else is named", "contested", "withdrawn"],
)
def test_who_was_let_in_to_do_it_reads_it_as_long_as_it_is_theirs(
    cast: Cast, ends: Callable[[Cast, Suggestion], object]
) -> None:
    s = raised(cast, visibility=Visibility.MANAGERS)
    promises_by(FRIDAY_WEEK, cast.pit, s, WEDNESDAY, who=cast.melodie)
    says(cast.melodie, s, WEDNESDAY + HOUR)
    ends(cast, s)
    assert not access.can_see(cast.melodie, s)


def test_who_says_that_it_is_done_reads_what_becomes_of_their_answer_and_nothing_after_it(cast: Cast) -> None:
    s = raised(cast, visibility=Visibility.MANAGERS)
    promises_by(FRIDAY_WEEK, cast.pit, s, WEDNESDAY, who=cast.melodie)
    does(cast.melodie, s, THURSDAY)
    assert access.can_see(cast.melodie, s)
    verbs.it_is_back(s, by=cast.nari, now=THURSDAY + HOUR, via=WEB)
    assert not access.can_see(cast.melodie, s)


def test_who_has_a_task_there_reads_it_until_that_ends_too(cast: Cast) -> None:
    s = raised(cast, visibility=Visibility.MANAGERS)
    promises_by(FRIDAY_WEEK, cast.pit, s, WEDNESDAY, who=cast.melodie)
    tasks.add(s, by=cast.pit, now=WEDNESDAY, via=WEB, title="Liste", on=date(2026, 12, 1), who=cast.melodie)
    answers.hand_back(s, by=cast.melodie, now=THURSDAY, via=WEB, text="Nur die Liste.")
    assert access.can_see(cast.melodie, s)
    declines(cast.pit, s, THURSDAY + HOUR)
    assert not access.can_see(cast.melodie, s)


def test_an_answer_that_is_taken_back_leaves_it_to_who_was_named_before(cast: Cast) -> None:
    s = raised(cast, visibility=Visibility.MANAGERS)
    promises_by(FRIDAY_WEEK, cast.pit, s, WEDNESDAY, who=cast.melodie)
    entry = promises_by(date(2026, 12, 7), cast.pit, s, THURSDAY, who=cast.jo)
    undoes(cast.pit, s, entry, THURSDAY + 30 * SECOND)
    assert (access.can_see(cast.melodie, s), access.can_see(cast.jo, s)) == (True, False)


def test_nobody_can_be_named_who_is_not_there_or_whom_it_is_about(cast: Cast) -> None:
    s = raised(cast, kind=Kind.FRICTION, about=cast.jo)
    cast.melodie.active = False
    for person in (cast.exi, cast.olga, cast.melodie, cast.jo):
        with pytest.raises(BadInput) as refused:
            promises_by(FRIDAY_WEEK, cast.pit, s, WEDNESDAY, who=person)
        assert refused.value.field == "who"


def test_handed_back_the_manager_is_told_at_once_and_cannot_hand_it_on(cast: Cast) -> None:
    s = raised(cast)
    promises_by(FRIDAY_WEEK, cast.pit, s, WEDNESDAY, who=cast.melodie)
    entry = answers.hand_back(s, by=cast.melodie, now=THURSDAY, via=WEB, text="Bin im Urlaub.")
    assert told_by(entry) == {"at once": {"Pit"}}
    assert (owed(s).owed_by_id, on_duty(s, THURSDAY)) == (cast.pit.id, [cast.pit.id])
    with pytest.raises(NotAllowed):
        answers.hand_back(s, by=cast.melodie, now=THURSDAY, via=WEB, text="Noch einmal.")
    with pytest.raises(NotPossible):
        answers.hand_back(s, by=cast.pit, now=THURSDAY, via=WEB, text="Ich auch nicht.")


def test_who_manages_no_longer_hands_their_own_word_back_to_who_is_on_duty(cast: Cast) -> None:
    s = raised(cast)
    promises_by(FRIDAY_WEEK, cast.pit, s, WEDNESDAY)
    people.change_role(cast.team, cast.pit, Role.MEMBER, by=cast.anke, now=WEDNESDAY + HOUR, via=WEB)
    assert on_duty(s, THURSDAY) == [cast.pit.id], "it stays theirs until they say so"
    due_at = owed(s).due_at
    entry = answers.hand_back(s, by=cast.pit, now=THURSDAY, via=WEB, text="Ich bin nicht mehr dabei.")
    assert told_by(entry) == {"at once": {"Juri"}}
    assert (owed(s).owed_by_id, owed(s).due_at, on_duty(s, THURSDAY)) == (cast.juri.id, due_at, [cast.juri.id])


def test_what_only_managers_see_they_go_on_reading_until_then(cast: Cast) -> None:
    s, other = raised(cast, visibility=Visibility.MANAGERS), raised(cast, visibility=Visibility.MANAGERS)
    promises_by(FRIDAY_WEEK, cast.pit, s, WEDNESDAY)
    people.change_role(cast.team, cast.pit, Role.MEMBER, by=cast.anke, now=WEDNESDAY + HOUR, via=WEB)
    assert (access.can_see(cast.pit, s), access.can_see(cast.pit, other)) == (True, False)
    assert not access.can_see_internal(cast.pit, s)
    answers.hand_back(s, by=cast.pit, now=THURSDAY, via=WEB, text="Ich bin nicht mehr dabei.")
    assert not access.can_see(cast.pit, s)


def test_about_a_manager_an_owner_who_is_none_any_more_reads_nothing_on(cast: Cast) -> None:
    people.change_role(cast.team, cast.melodie, Role.OWNER, by=cast.anke, now=WEDNESDAY, via=WEB)
    s = raised(cast, kind=Kind.FRICTION, about=cast.pit)
    promises_by(FRIDAY_WEEK, cast.melodie, s, WEDNESDAY)
    people.change_role(cast.team, cast.melodie, Role.MEMBER, by=cast.anke, now=WEDNESDAY + HOUR, via=WEB)
    assert not access.can_see(cast.melodie, s)
    assert on_duty(s, THURSDAY) == [cast.anke.id]


@pytest.mark.parametrize("goes", ["leaves", "manages no longer"])
def test_where_the_one_who_named_them_is_gone_it_goes_back_to_who_is_on_duty(cast: Cast, goes: str) -> None:
    s = raised(cast)
    promises_by(FRIDAY_WEEK, cast.pit, s, WEDNESDAY, who=cast.melodie)
    if goes == "leaves":
        people.leave(cast.team, by=cast.pit, now=WEDNESDAY + HOUR, via=WEB)
    else:
        people.change_role(cast.team, cast.pit, Role.MEMBER, by=cast.anke, now=WEDNESDAY + HOUR, via=WEB)
    answers.hand_back(s, by=cast.melodie, now=THURSDAY, via=WEB, text="Bin im Urlaub.")
    assert owed(s).owed_by_id == cast.juri.id


def test_handed_back_without_a_word_is_refused(cast: Cast) -> None:
    s = raised(cast)
    promises_by(FRIDAY_WEEK, cast.pit, s, WEDNESDAY, who=cast.melodie)
    with pytest.raises(BadInput) as refused:
        answers.hand_back(s, by=cast.melodie, now=THURSDAY, via=WEB, text=" ")
    assert refused.value.field == "text"


# Contesting -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answered", "now", "possible"),
    [
        ("Wednesday 2026-11-25 10:00", "Wednesday 2026-12-09 23:59", True),
        ("Wednesday 2026-11-25 10:00", "Thursday 2026-12-10 00:00", False),
        ("Wednesday 2026-11-25 23:59", "Wednesday 2026-12-09 23:59", True),
        # half past midnight in Berlin, and still the 25th in UTC: the team's day counts
        ("Thursday 2026-11-26 00:30", "Thursday 2026-12-10 23:59", True),
    ],
)
def test_contested_within_14_calendar_days_of_the_team(cast: Cast, answered: str, now: str, possible: bool) -> None:
    s = raised(cast)
    declines(cast.pit, s, at(answered))
    assert (answers.can_contest(s, cast.nari, now=at(now)) is not None) is possible
    if possible:
        contests(cast.nari, s, at(now))
        assert s.status is Status.OPEN
        return
    with pytest.raises(NotPossible):
        contests(cast.nari, s, at(now))


def test_contested_once_per_suggestion_and_person_even_when_it_was_opened_again(cast: Cast) -> None:
    s = raised(cast)
    declines(cast.pit, s, WEDNESDAY)
    contests(cast.nari, s, WEDNESDAY + HOUR)
    declines(cast.juri, s, WEDNESDAY + 2 * HOUR)
    verbs.reopen(s, by=cast.pit, now=THURSDAY, via=WEB)
    declines(cast.pit, s, THURSDAY)
    with pytest.raises(NotPossible):
        contests(cast.nari, s, THURSDAY + HOUR)


def test_only_who_raised_it_contests_and_with_a_sentence(cast: Cast) -> None:
    s = raised(cast)
    declines(cast.pit, s, WEDNESDAY)
    for person in (cast.jo, cast.juri):
        with pytest.raises(NotAllowed):
            contests(person, s, WEDNESDAY)
    with pytest.raises(BadInput) as refused:
        answers.contest(s, by=cast.nari, now=WEDNESDAY, via=WEB, text="  ")
    assert refused.value.field == "text"


@pytest.mark.parametrize(("urgency", "due"), [
    (Urgency.URGENT, "Thursday 2026-11-26 13:00"),  # half of 4 h, and at least 4
    (Urgency.HIGH, "Thursday 2026-11-26 13:00"),
    (Urgency.LOW, "Monday 2026-11-30 13:00"),  # half of 40 h: Thu 8, Fri 8, Mon 4
])  # fmt: skip
def test_a_contested_answer_has_half_the_budget_and_at_least_four_hours(cast: Cast, urgency: Urgency, due: str) -> None:
    s = raised(cast, urgency=urgency)
    declines(cast.pit, s, WEDNESDAY)
    contests(cast.nari, s, THURSDAY)
    assert (owed(s).kind, owed(s).due_at) == (PromiseKind.ANSWER, at(due))


@pytest.mark.parametrize("give", [promises_by, defers_to])
def test_contesting_withdraws_what_was_promised(cast: Cast, give: Callable[..., Any]) -> None:
    s = raised(cast)
    give(FRIDAY_WEEK, cast.pit, s, WEDNESDAY)
    former = owed(s)
    contests(cast.nari, s, THURSDAY)
    assert (former.state, owed(s).kind) == (PromiseState.WITHDRAWN, PromiseKind.ANSWER)


def test_a_contest_is_told_at_once_to_who_is_on_duty_now_their_deputy_and_the_owner(cast: Cast) -> None:
    s = raised(cast)
    declines(cast.pit, s, WEDNESDAY)
    entry = contests(cast.nari, s, THURSDAY)
    assert on_duty(s, THURSDAY) == [cast.juri.id]  # Pit gave the former answer: as if away
    assert told_by(entry) == {"at once": {"Juri", "Anke"}}
    assert {n.lane for n in notices(kind="contested")} == {Lane.FOLLOW_UP}


def test_where_nobody_else_is_there_the_same_person_answers_and_that_is_final(cast: Cast) -> None:
    away(cast, cast.juri, cast.anke)
    cast.ada.is_site_admin = False
    s = raised(cast, now=WEDNESDAY)
    declines(cast.pit, s, WEDNESDAY)
    contests(cast.nari, s, THURSDAY)
    assert on_duty(s, THURSDAY) == [cast.pit.id]
    assert declines(cast.pit, s, THURSDAY).facts["final"] is True
    joins_as_co_author(cast.melodie, s)
    assert answers.can_contest(s, cast.melodie, now=THURSDAY) is None


def test_where_the_only_other_one_is_a_co_author_the_same_person_answers(cast: Cast) -> None:
    away(cast, cast.anke)
    cast.ada.is_site_admin = False
    s = raised(cast, now=WEDNESDAY)
    joins_as_co_author(cast.juri, s)
    declines(cast.pit, s, WEDNESDAY)
    contests(cast.nari, s, THURSDAY)
    assert on_duty(s, THURSDAY) == [cast.pit.id]
    assert declines(cast.pit, s, THURSDAY).facts["final"] is True


def test_a_question_in_between_lets_the_former_answerer_in_no_more_than_before(cast: Cast) -> None:
    s = raised(cast)
    declines(cast.pit, s, WEDNESDAY)
    contests(cast.nari, s, THURSDAY)
    asks(cast.juri, s, THURSDAY)
    assert s.status is Status.ASKED
    with pytest.raises(NotAllowed):
        declines(cast.pit, s, THURSDAY + HOUR)
    assert declines(cast.juri, s, THURSDAY + HOUR).facts["final"] is True


def test_about_a_manager_a_contest_goes_on_to_the_trusted_person_who_answers(cast: Cast) -> None:
    cast.team.trusted_person_id = cast.melodie.id
    s = raised(cast, kind=Kind.FRICTION, about=cast.pit)
    declines(cast.anke, s, WEDNESDAY)
    contests(cast.nari, s, THURSDAY)
    assert on_duty(s, THURSDAY) == [cast.melodie.id]
    with pytest.raises(NotAllowed):
        declines(cast.anke, s, THURSDAY + HOUR)
    does(cast.melodie, s, THURSDAY + HOUR)


def test_while_a_contested_answer_is_open_a_co_authors_contest_joins_it(cast: Cast) -> None:
    s = raised(cast)
    joins_as_co_author(cast.melodie, s)
    declines(cast.pit, s, WEDNESDAY)
    contests(cast.nari, s, THURSDAY)
    before = owed(s).facts()
    contests(cast.melodie, s, THURSDAY + HOUR)
    assert (owed(s).facts(), again(s).status) == (before, Status.OPEN)
    with pytest.raises(NotPossible):
        contests(cast.melodie, s, THURSDAY + 2 * HOUR)


def test_one_that_joins_while_the_author_is_asked_is_not_told_to_the_author(cast: Cast) -> None:
    s = raised(cast)
    joins_as_co_author(cast.melodie, s)
    declines(cast.pit, s, WEDNESDAY)
    contests(cast.nari, s, THURSDAY)
    asks(cast.juri, s, THURSDAY)
    entry = contests(cast.melodie, s, THURSDAY + HOUR)
    assert told_by(entry) == {"at once": {"Juri", "Anke"}}
    assert waiting(s).kind is PromiseKind.ANSWER


def test_withdrawn_and_opened_again_it_is_a_plain_answer_once_more(cast: Cast) -> None:
    s = raised(cast)
    declines(cast.pit, s, WEDNESDAY)
    contests(cast.nari, s, THURSDAY)
    verbs.withdraw(s, by=cast.nari, now=THURSDAY, via=WEB)
    verbs.reopen(s, by=cast.nari, now=THURSDAY, via=WEB)
    assert owed(s).due_at == at("Friday 2026-11-27 17:00")  # the whole 16 h
    assert on_duty(s, THURSDAY) == [cast.pit.id]
    assert "final" not in declines(cast.pit, s, THURSDAY).facts


# Taking back within the minute ----------------------------------------------------------------------------------------


def test_undo_brings_back_the_question_and_the_answer_that_waited(cast: Cast) -> None:
    s = raised(cast)
    asks(cast.pit, s, WEDNESDAY)
    before = [row.facts() for row in promises.all_of(s.id)]
    entry = does(cast.pit, s, WEDNESDAY + HOUR)
    undoes(cast.juri, s, entry, WEDNESDAY + HOUR + 60 * SECOND)
    assert again(s).status is Status.ASKED
    assert [row.facts() for row in promises.all_of(s.id)] == before
    says(cast.nari, s, WEDNESDAY + 2 * HOUR)
    assert s.status is Status.OPEN


def test_undo_of_the_answer_to_a_contest_leaves_it_contested(cast: Cast) -> None:
    s = raised(cast)
    declines(cast.pit, s, WEDNESDAY)
    contests(cast.nari, s, THURSDAY)
    entry = does(cast.juri, s, THURSDAY)
    undoes(cast.juri, s, entry, THURSDAY + SECOND)
    assert s.contested_answerer_id == cast.pit.id
    with pytest.raises(NotAllowed):
        declines(cast.pit, s, THURSDAY + HOUR)


def test_undo_is_not_for_every_reader_nor_for_an_answer_that_another_has_replaced(cast: Cast) -> None:
    s = raised(cast)
    first = promises_by(FRIDAY_WEEK, cast.pit, s, WEDNESDAY)
    for person, error in ((cast.nari, NotAllowed), (cast.jo, NotAllowed), (cast.olga, OutOfReach)):
        with pytest.raises(error):
            undoes(person, s, first, WEDNESDAY + SECOND)
    does(cast.pit, s, WEDNESDAY + 2 * SECOND)
    with pytest.raises(NotPossible):
        undoes(cast.pit, s, first, WEDNESDAY + 3 * SECOND)


def test_undo_of_a_short_date_is_exempt_from_the_four_hours(cast: Cast) -> None:
    s = raised(cast)
    entry = does(cast.pit, s, at("Thursday 2026-11-26 16:59:30"))
    undoes(cast.pit, s, entry, at("Thursday 2026-11-26 17:00:10"))
    assert (owed(s).due_at, owed(s).version) == (at("Thursday 2026-11-26 17:00"), 1)


# Withdrawing and bringing back ----------------------------------------------------------------------------------------

CLOSING: dict[str, Callable[[Cast, Suggestion], Any]] = {
    "done": lambda cast, s: does(cast.pit, s, WEDNESDAY),
    "declined": lambda cast, s: declines(cast.pit, s, WEDNESDAY),
    "withdrawn": lambda cast, s: verbs.withdraw(s, by=cast.nari, now=WEDNESDAY, via=WEB),
}
MAY_REOPEN = [
    ("done", "pit", True), ("done", "anke", True), ("done", "nari", False), ("done", "jo", False),
    ("declined", "juri", True), ("declined", "nari", False),
    ("withdrawn", "nari", True), ("withdrawn", "pit", True), ("withdrawn", "jo", False),
]  # fmt: skip
MAY_SAY_IT_IS_BACK = [
    ("done", "nari", True), ("done", "pit", False), ("done", "jo", False),
    ("declined", "nari", False), ("withdrawn", "nari", False),
]  # fmt: skip


@pytest.mark.parametrize(("closed", "who", "may"), MAY_REOPEN)
def test_who_reopens_what_and_by_when_it_is_answered_then(cast: Cast, closed: str, who: str, may: bool) -> None:
    s = raised(cast)
    CLOSING[closed](cast, s)
    person: Person = getattr(cast, who)
    if not may:
        with pytest.raises(DomainError):
            verbs.reopen(s, by=person, now=THURSDAY, via=WEB)
        assert promises.open_of(s.id) is None
        return
    entry = verbs.reopen(s, by=person, now=THURSDAY, via=WEB)
    assert (s.status, owed(s).due_at, s.answer_entry_id) == (Status.OPEN, at("Friday 2026-11-27 17:00"), None)
    assert told_by(entry) == ({} if who == "pit" else {"daily": {"Pit"}})


@pytest.mark.parametrize(("closed", "who", "may"), MAY_SAY_IT_IS_BACK)
def test_it_is_back_is_the_authors_word_after_done_and_has_no_limit_of_days(
    cast: Cast, closed: str, who: str, may: bool
) -> None:
    s = raised(cast)
    CLOSING[closed](cast, s)
    person: Person = getattr(cast, who)
    later = at("Thursday 2027-11-25 09:00")
    if not may:
        with pytest.raises(DomainError):
            verbs.it_is_back(s, by=person, now=later, via=WEB)
        return
    verbs.it_is_back(s, by=person, now=later, via=WEB)
    assert (s.status, owed(s).due_at) == (Status.OPEN, at("Friday 2027-11-26 17:00"))


def test_a_co_author_says_it_is_back_too(cast: Cast) -> None:
    s = raised(cast)
    joins_as_co_author(cast.melodie, s)
    does(cast.pit, s, WEDNESDAY)
    verbs.it_is_back(s, by=cast.melodie, now=THURSDAY, via=WEB)
    assert s.status is Status.OPEN


def test_only_the_author_withdraws_and_only_while_it_is_open(cast: Cast) -> None:
    s = raised(cast)
    for person in (cast.pit, cast.anke, cast.jo):
        with pytest.raises(NotAllowed):
            verbs.withdraw(s, by=person, now=WEDNESDAY, via=WEB)
    asks(cast.pit, s, WEDNESDAY)
    verbs.withdraw(s, by=cast.nari, now=WEDNESDAY, via=WEB)
    assert [row.state for row in promises.all_of(s.id)] == [PromiseState.WITHDRAWN, PromiseState.WITHDRAWN]
    with pytest.raises(NotPossible):
        verbs.withdraw(s, by=cast.nari, now=WEDNESDAY, via=WEB)


@pytest.mark.parametrize("opens", ["it is back", "contest", "reopen"])
def test_about_somebody_who_manages_by_now_it_is_hidden_from_the_managers_when_it_opens_again(
    cast: Cast, opens: str
) -> None:
    s = raised(cast, kind=Kind.FRICTION, about=cast.jo)
    does(cast.juri, s, WEDNESDAY)
    people.change_role(cast.team, cast.jo, Role.MANAGER, by=cast.anke, now=WEDNESDAY, via=WEB)
    if opens == "it is back":
        verbs.it_is_back(s, by=cast.nari, now=THURSDAY, via=WEB)
    elif opens == "contest":
        contests(cast.nari, s, THURSDAY)
    else:
        verbs.reopen(s, by=cast.anke, now=THURSDAY, via=WEB)
    assert [p.name for p in access.who_can_see(s, [cast.pit, cast.juri, cast.jo, cast.anke])] == ["Anke"]
    assert on_duty(s, THURSDAY) == [cast.anke.id]


def test_opened_again_after_the_former_team_lead_was_let_go_it_finds_somebody(cast: Cast) -> None:
    s = raised(cast)
    does(cast.pit, s, WEDNESDAY)
    people.leave(cast.team, by=cast.pit, now=WEDNESDAY, via=WEB)
    people.leave(cast.team, by=cast.juri, now=WEDNESDAY, via=WEB)
    joins(cast.other_team, cast.pit, Role.MANAGER)
    entry = verbs.it_is_back(s, by=cast.nari, now=THURSDAY, via=WEB)
    assert told_by(entry) == {"daily": {"Anke"}}


def test_the_author_may_contest_what_was_named_to_somebody_and_their_part_is_over(cast: Cast) -> None:
    s = raised(cast)
    promises_by(FRIDAY_WEEK, cast.pit, s, WEDNESDAY, who=cast.melodie)
    moves_to(date(2026, 12, 11), cast.melodie, s, WEDNESDAY)
    contests(cast.nari, s, THURSDAY)
    with pytest.raises(NotAllowed):
        does(cast.melodie, s, THURSDAY)
    assert entries.of_kinds(s.id, EntryKind.ANSWER)[-1].actor_id == cast.pit.id
    assert last(s, EntryKind.CONTESTED).facts["entry"] == entries.of_kinds(s.id, EntryKind.ANSWER)[-1].id
