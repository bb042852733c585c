"""What managers do with several suggestions and inside one: tasks with days of their own, merging, splitting off."""

from __future__ import annotations

import sqlalchemy as sa

from tests.simulation.people import WEB, Deed, Hand, Nobody, raises
from tracker.acts import answers, merging, splitting, tasks
from tracker.domain.lifecycle import Status
from tracker.domain.outcomes import Outcome
from tracker.domain.promises import PromiseState
from tracker.store.base import db
from tracker.store.entries import Entry, EntryKind
from tracker.store.people import Person
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import Suggestion
from tracker.store.tasks import Task

MERGEABLE = (Status.OPEN, Status.ASKED)


def _task(hand: Hand, *states: PromiseState) -> Task:
    statement = sa.select(Task).join(PromiseRow, PromiseRow.id == Task.promise_id).order_by(Task.id)
    found = list(db.session.scalars(statement.where(PromiseRow.state.in_(states))))
    if not found:
        raise Nobody("no task")
    return hand.dice.choice(found)


def _doer(hand: Hand, task: Task) -> Person:
    """Most often who has it."""
    person = db.session.get(Person, task.assignee_id) if task.assignee_id is not None else None
    return person if person is not None and hand.dice.random() < 0.8 else hand.manager()


def plans(hand: Hand) -> str:
    """Another one is raised, and answered with a day on which it will be done."""
    said, s, by, on = raises(hand), hand.suggestion(Status.OPEN), hand.manager(), hand.day()
    answers.answer(s, by=by, now=hand.now, via=WEB, outcome=Outcome.WILL_DO, text="Machen wir.", on=on, who=None)
    return f"{said}, {by.name} will do {s.id} by {on}"


def adds_task(hand: Hand) -> str:
    s, by, on = hand.suggestion(Status.WILL_DO), hand.manager(), hand.day()
    who = hand.dice.choice([by, hand.person()])
    task = tasks.add(s, by=by, now=hand.now, via=WEB, title="Liste prüfen", on=on, who=who)
    return f"{by.name} plans task {task.id} of {s.id} for {who.name} until {on}"


def ticks(hand: Hand) -> str:
    task = _task(hand, PromiseState.OPEN)
    by = _doer(hand, task)
    tasks.tick(task, by=by, now=hand.now, via=WEB)
    return f"{by.name} ticks task {task.id} off"


def unticks(hand: Hand) -> str:
    task = _task(hand, PromiseState.KEPT)
    by = _doer(hand, task)
    tasks.untick(task, by=by, now=hand.now, via=WEB)
    return f"task {task.id} is to be done again"


def changes_task(hand: Hand) -> str:
    task, by, what = _task(hand, PromiseState.OPEN), hand.manager(), hand.dice.random()
    if what < 0.4:
        tasks.move(task, by=by, now=hand.now, via=WEB, on=hand.day(), reason="Es dauert länger.")
    elif what < 0.8:
        tasks.give(task, by=by, now=hand.now, via=WEB, to=hand.person())
    else:
        tasks.withdraw(task, by=by, now=hand.now, via=WEB)
    return f"{by.name} changes task {task.id}: {task.due_on}, person {task.assignee_id}, {task.promise.state.value}"


def merges(hand: Hand) -> str:
    """Where there is only one, another one is raised first."""
    s, by = hand.suggestion(*MERGEABLE), hand.manager()
    said = raises(hand) if len(_mergeable()) == 1 else ""
    into = hand.dice.choice([one for one in _mergeable() if one.id != s.id])
    merging.merge(s, into=into, by=by, now=hand.now, via=WEB)
    return f"{said} {by.name} merges {s.id} into {into.id}".strip()


def _mergeable() -> list[Suggestion]:
    where = Suggestion.status.in_(MERGEABLE)
    return list(db.session.scalars(sa.select(Suggestion).where(where).order_by(Suggestion.id)))


def unmerges(hand: Hand) -> str:
    s, by = hand.suggestion(Status.MERGED), hand.manager()
    merging.unmerge(s, by=by, now=hand.now, via=WEB)
    return f"{by.name} takes the merging of {s.id} back"


def splits(hand: Hand) -> str:
    comments = list(db.session.scalars(sa.select(Entry).where(Entry.kind == EntryKind.COMMENT).order_by(Entry.id)))
    if not comments:
        raise Nobody("no comment")
    entry, by = hand.dice.choice(comments), hand.manager()
    s = db.session.get_one(Suggestion, entry.suggestion_id)
    made = splitting.split_off(s, entry, by=by, now=hand.now, via=WEB, title="Und noch etwas")
    return f"{by.name} splits {made.id} off {s.id}"


#: How often in a world that is about this, compared with what people do elsewhere.
PLANS: tuple[tuple[Deed, int], ...] = (
    (plans, 60),
    (adds_task, 80),
    (ticks, 16),
    (unticks, 8),
    (changes_task, 20),
    (merges, 60),
    (unmerges, 30),
    (splits, 10),
)
