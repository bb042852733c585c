"""Tasks of what is promised by a day: a promise each, by its own assignee and day."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from tests.acts.cast import Cast, at, membership, raised
from tests.acts.deeds import again, contests, defers_to, does, owed, promises_by, undoes
from tracker.acts import follow_ups, people, tasks
from tracker.acts import suggestions as verbs
from tracker.domain.errors import BadInput, NotAllowed, NotPossible, Stale
from tracker.domain.lifecycle import Role, Visibility
from tracker.domain.promises import PromiseKind, PromiseState
from tracker.store import entries
from tracker.store import tasks as store
from tracker.store.base import db
from tracker.store.entries import EntryKind, Via
from tracker.store.notices import Notice
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.store.tasks import Task

WEB = Via.WEB
WEDNESDAY = at("Wednesday 2026-11-25 10:00")
THURSDAY = at("Thursday 2026-11-26 10:00")
ON_TUESDAY = date(2026, 12, 1)
ON_FRIDAY = date(2026, 12, 4)


def promised(cast: Cast, *, who: Person | None = None) -> Suggestion:
    """Pit has promised #41 by Friday 4 December."""
    s = raised(cast)
    promises_by(ON_FRIDAY, cast.pit, s, WEDNESDAY, who=who)
    return s


def add(cast: Cast, s: Suggestion, who: Person, *, by: Person | None = None, on: date = ON_TUESDAY) -> Task:
    return tasks.add(s, by=by or cast.pit, now=WEDNESDAY, via=WEB, title="Wortliste tauschen", on=on, who=who)


def happened(s: Suggestion) -> list[str]:
    return [entry.facts["what"] for entry in entries.of_kinds(s.id, EntryKind.TASK)]


def told(person: Person) -> list[tuple[str, str]]:
    found = db.session.scalars(sa.select(Notice).where(Notice.person_id == person.id, Notice.kind == "task"))
    return [(one.channel.value, one.state.value) for one in found.all()]


def test_a_task_is_a_promise_of_its_assignee_and_the_will_do_stands(cast: Cast) -> None:
    s = promised(cast)
    task = add(cast, s, cast.jo)
    assert (task.promise.kind, task.promise.owed_by_id) == (PromiseKind.TASK, cast.jo.id)
    assert task.promise.due_at == at("Tuesday 2026-12-01 17:00")
    # W is 39 h of office (Wed 7, Thu 8, Fri 8, Mon 8, Tue 8); less 8 h it ends when Monday closes
    assert task.promise.next_follow_up_at == at("Monday 2026-11-30 17:00")
    assert owed(s).due_at == at("Friday 2026-12-04 17:00")
    assert entries.promise_facts(s.id)[task.promise_id] == task.promise.facts()
    assert told(cast.jo) == [("email", "owed"), ("in_app", "told")]


def test_its_reminder_goes_to_the_assignee_and_to_whoever_stands_in(cast: Cast) -> None:
    s = promised(cast)
    task = add(cast, s, cast.jo)
    entry = follow_ups.climb(task.promise_id, now=at("Tuesday 2026-12-01 09:00"))
    assert entry is not None
    assert entry.facts["to"] == [cast.jo.id]


@pytest.mark.parametrize(
    ("on", "message"),
    [
        (date(2026, 11, 24), "has passed"),  # the day before
        (date(2029, 1, 1), "too far away"),
        (None, "Choose a day"),
    ],
)
def test_a_day_before_today_or_too_far_away_is_refused_with_its_field(
    cast: Cast, on: date | None, message: str
) -> None:
    s = promised(cast)
    with pytest.raises(BadInput, match=message) as refused:
        tasks.add(s, by=cast.pit, now=WEDNESDAY, via=WEB, title="Liste", on=on)
    assert refused.value.field == "on"


def test_a_task_wants_a_title_and_somebody_of_the_team(cast: Cast) -> None:
    s = promised(cast)
    with pytest.raises(BadInput) as refused:
        tasks.add(s, by=cast.pit, now=WEDNESDAY, via=WEB, title="  ", on=ON_TUESDAY)
    assert refused.value.field == "title"
    with pytest.raises(BadInput) as refused:
        add(cast, s, cast.olga)
    assert refused.value.field == "who"


def test_somebody_who_cannot_see_it_gets_no_task_of_it(cast: Cast) -> None:
    s = raised(cast, visibility=Visibility.MANAGERS)
    promises_by(ON_FRIDAY, cast.pit, s, WEDNESDAY)
    with pytest.raises(BadInput, match="cannot see this"):
        add(cast, s, cast.jo)
    assert add(cast, s, cast.nari).assignee_id == cast.nari.id  # who raised it can


def test_what_is_not_promised_by_a_day_carries_no_tasks(cast: Cast) -> None:
    s = raised(cast)
    with pytest.raises(NotPossible, match="Will do by"):
        add(cast, s, cast.jo)


def test_members_plan_nothing_unless_they_were_named(cast: Cast) -> None:
    s = promised(cast)
    with pytest.raises(NotAllowed):
        add(cast, s, cast.jo, by=cast.jo)
    named = promised(cast, who=cast.melodie)
    assert add(cast, named, cast.jo, by=cast.melodie).made_by_id == cast.melodie.id


def test_the_assignee_ticks_off_and_nobody_else_but_those_who_manage(cast: Cast) -> None:
    s = promised(cast)
    task = add(cast, s, cast.jo)
    with pytest.raises(NotAllowed):
        tasks.tick(task, by=cast.melodie, now=THURSDAY, via=WEB)
    tasks.tick(task, by=cast.jo, now=THURSDAY, via=WEB)
    assert (task.promise.state, task.done_at) == (PromiseState.KEPT, THURSDAY)
    assert tasks.tick(task, by=cast.pit, now=THURSDAY, via=WEB) is None  # twice does nothing more
    assert happened(s) == ["added", "done"]
    assert told(cast.pit) == [("in_app", "told")]


def test_a_tick_can_be_taken_back_for_a_minute(cast: Cast) -> None:
    task = add(cast, promised(cast), cast.jo)
    before = task.promise.facts()
    tasks.tick(task, by=cast.jo, now=THURSDAY, via=WEB)
    tasks.untick(task, by=cast.jo, now=at("Thursday 2026-11-26 10:01"), via=WEB)
    assert (task.promise.facts(), task.done_at) == (before, None)
    tasks.tick(task, by=cast.jo, now=THURSDAY, via=WEB)
    with pytest.raises(NotPossible, match="60 seconds"):
        tasks.untick(task, by=cast.jo, now=at("Thursday 2026-11-26 10:01:01"), via=WEB)


def test_a_later_day_needs_a_reason_is_counted_and_told(cast: Cast) -> None:
    s = promised(cast)
    task = add(cast, s, cast.jo)
    with pytest.raises(BadInput) as refused:
        tasks.move(task, by=cast.jo, now=THURSDAY, via=WEB, on=ON_FRIDAY)
    assert refused.value.field == "reason"
    entry = tasks.move(task, by=cast.jo, now=THURSDAY, via=WEB, on=ON_FRIDAY, reason="Warte auf die Liste.")
    assert (entry.facts["nth"], task.moves, task.due_on, s.moves) == (1, 1, ON_FRIDAY, 0)
    assert told(cast.pit) == [("email", "owed"), ("in_app", "told")]
    tasks.move(task, by=cast.jo, now=THURSDAY, via=WEB, on=ON_TUESDAY)  # earlier: silently
    assert task.moves == 1
    assert len(told(cast.pit)) == 2


def test_a_form_that_somebody_overtook_is_stale(cast: Cast) -> None:
    task = add(cast, promised(cast), cast.jo)
    seen = tasks.stamp(task)
    tasks.give(task, by=cast.pit, now=THURSDAY, via=WEB, to=cast.melodie)
    with pytest.raises(Stale):
        tasks.give(task, by=cast.juri, now=THURSDAY, via=WEB, to=cast.nari, seen=seen)
    assert task.promise.owed_by_id == cast.melodie.id


@pytest.mark.parametrize("ending", ["done", "not_now", "contested", "withdrawn"])
def test_open_tasks_are_withdrawn_with_what_they_belong_to(cast: Cast, ending: str) -> None:
    s = promised(cast)
    task, ticked = add(cast, s, cast.jo), add(cast, s, cast.pit)
    tasks.tick(ticked, by=cast.pit, now=THURSDAY, via=WEB)
    if ending == "done":
        does(cast.pit, s, THURSDAY)
    elif ending == "not_now":
        defers_to(date(2027, 3, 1), cast.pit, s, THURSDAY)
    elif ending == "contested":
        contests(cast.nari, s, THURSDAY)
    else:
        verbs.withdraw(s, by=cast.nari, now=THURSDAY, via=WEB)
    assert [task.promise.state, ticked.promise.state] == [PromiseState.WITHDRAWN, PromiseState.KEPT]
    with pytest.raises(NotPossible, match="withdrawn"):
        tasks.tick(task, by=cast.jo, now=THURSDAY, via=WEB)


def test_what_was_planned_for_an_answer_ends_when_that_is_taken_back(cast: Cast) -> None:
    s = raised(cast)
    answer = promises_by(ON_FRIDAY, cast.pit, s, WEDNESDAY)
    task = add(cast, s, cast.jo)
    undoes(cast.pit, again(s), answer, at("Wednesday 2026-11-25 10:00:30"))
    db.session.commit()
    assert (again(s).status.value, task.promise.state) == ("open", PromiseState.WITHDRAWN)


def test_an_outcome_that_is_taken_back_brings_its_tasks_back(cast: Cast) -> None:
    s = promised(cast)
    task = add(cast, s, cast.jo)
    answer = does(cast.pit, s, THURSDAY)
    undoes(cast.pit, again(s), answer, at("Thursday 2026-11-26 10:00:30"))
    assert (task.promise.state, [one.id for one in store.of_suggestion(s.id)]) == (PromiseState.OPEN, [task.id])


def test_a_new_word_keeps_the_tasks(cast: Cast) -> None:
    s = promised(cast)
    task = add(cast, s, cast.jo)
    promises_by(date(2026, 12, 11), cast.pit, s, THURSDAY)
    assert task.is_open


def test_whoever_leaves_is_unassigned_by_the_same_act(cast: Cast) -> None:
    s = promised(cast)
    task = add(cast, s, cast.jo)
    people.leave(cast.team, by=cast.jo, now=THURSDAY, via=WEB)
    assert (task.assignee_id, task.promise.owed_by_id, task.promise.due_at) == (
        None,
        None,
        at("Tuesday 2026-12-01 17:00"),
    )
    assert happened(s) == ["added", "left"]
    entry = follow_ups.climb(task.promise_id, now=at("Tuesday 2026-12-01 17:00"))
    assert entry is not None
    assert entry.facts["to"] == [cast.pit.id]


def test_who_only_manages_no_longer_keeps_what_they_still_see(cast: Cast) -> None:
    task = add(cast, promised(cast), cast.juri)
    hidden = raised(cast, visibility=Visibility.MANAGERS)
    promises_by(ON_FRIDAY, cast.pit, hidden, WEDNESDAY)
    gone = add(cast, hidden, cast.juri)
    people.change_role(cast.team, cast.juri, Role.MEMBER, by=cast.anke, now=THURSDAY, via=WEB)
    assert membership(cast, cast.juri).role is Role.MEMBER
    assert (task.assignee_id, gone.assignee_id) == (cast.juri.id, None)


def test_beginning_is_said_once_and_changes_no_promise(cast: Cast) -> None:
    s = promised(cast)
    task = add(cast, s, cast.jo)
    before = task.promise.facts()
    tasks.begin(task, by=cast.jo, now=THURSDAY, via=WEB)
    assert tasks.begin(task, by=cast.jo, now=THURSDAY, via=WEB) is None
    assert (task.begun_at, task.promise.facts(), happened(s)) == (THURSDAY, before, ["added", "begun"])


def test_who_plans_takes_a_task_off_the_list_and_its_assignee_hears_of_it(cast: Cast) -> None:
    s = promised(cast)
    task = add(cast, s, cast.jo)
    with pytest.raises(NotAllowed):
        tasks.withdraw(task, by=cast.jo, now=THURSDAY, via=WEB)
    tasks.withdraw(task, by=cast.pit, now=THURSDAY, via=WEB)
    assert store.of_suggestion(s.id) == []
    assert len(told(cast.jo)) == 4
