"""Tasks of what is promised by a day: adding, giving, moving, beginning, ticking off, withdrawing.

Each is a promise of its own with its ladder; none of them is an answer, and none moves the date of the suggestion.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tracker import access
from tracker.acts import scene as scenes
from tracker.acts import texts
from tracker.acts.scene import Scene
from tracker.domain import outcomes, promises
from tracker.domain import tasks as rules
from tracker.domain.errors import N_, BadInput, NotAllowed, NotPossible, OutOfReach, Stale
from tracker.domain.promises import Promise, PromiseState
from tracker.notices import tell_tasks
from tracker.store import entries, suggestions, teams
from tracker.store import tasks as store
from tracker.store.base import db
from tracker.store.entries import Entry, EntryKind, Via
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.store.tasks import Task
from tracker.store.teams import Team

#: More than so many open ones of one suggestion nobody keeps in view.
MOST = 50
NO_TITLE = N_("Say in a few words what is to be done.")


def add(
    suggestion: Suggestion,
    *,
    by: Person,
    now: datetime,
    via: Via,
    title: str,
    on: date | None,
    who: Person | None = None,
    begins: bool = False,
    seen: str | None = None,
) -> Task:
    """One more task, owed by ``who`` (by default the one who adds it) until the day ``on``; ``begins``: at once.

    Raises ``BadInput`` (fields title, on, who), ``NotPossible``, ``NotAllowed``, ``Stale``.
    """
    scene = scenes.of(suggestion, by=by, now=now, via=via, seen=seen)
    rules.check_carries_tasks(scene.status)
    access.demand_planning(by, scene.suggestion, scene.open)
    title = texts.line(title, field="title", missing=NO_TITLE)
    due_at = _due_at(scene, on)
    person = _assignee(scene, who or by)
    if store.count_open(scene.suggestion.id) >= MOST:
        raise NotPossible(N_("There are %(most)s open tasks here already. Finish some of them first."), most=MOST)
    row = scene.make(promises.task(owed_by=person.id, due_at=due_at, now=now))
    task = Task(
        suggestion_id=scene.suggestion.id, promise_id=row.id, title=title, assignee_id=person.id,
        due_on=_day(on), moves=0, made_at=now, made_by_id=by.id, begun_at=now if begins else None,
    )  # fmt: skip
    task.promise = row
    db.session.add(task)
    db.session.flush()
    entry = _log(scene, task, "added", to=person.id)
    tell_tasks.given(scene.suggestion, task, entry, now=now)
    return task


def give(task: Task, *, by: Person, now: datetime, via: Via, to: Person, seen: str | None = None) -> Entry | None:
    """Somebody else does it; the day stands. Whoever has it hands it on, or who planned it does."""
    scene, task = _scene(task, by=by, now=now, via=via, seen=seen)
    _demand_hand_in(scene, task)
    person = _assignee(scene, to)
    if task.assignee_id == person.id:
        return None
    scene.write(task.promise, rules.given_to(task.promise.value, person.id, now=now))
    former, task.assignee_id = task.assignee_id, person.id
    entry = _log(scene, task, "given", to=person.id, former=former)
    tell_tasks.given(scene.suggestion, task, entry, now=now)
    return entry


def move(
    task: Task, *, by: Person, now: datetime, via: Via, on: date | None, reason: str = "", seen: str | None = None
) -> Entry:
    """Another day: earlier silently, later with a reason, counted on the task and told."""
    scene, task = _scene(task, by=by, now=now, via=via, seen=seen)
    _demand_hand_in(scene, task)
    return put_off(scene, task, _day(on), reason=texts.block(reason, field="reason", required=False))


def put_off(scene: Scene, task: Task, on: date, *, reason: str) -> Entry:
    """Apply another day, by whoever moves it by itself or with others in one go."""
    former, now = task.promise.value, scene.now
    value = promises.move(former, due_at=_due_at(scene, on), reason=reason, now=now)
    is_later = promises.moves_later(former, value)
    was, task.due_on = task.due_on, on
    task.moves += is_later
    scene.write(task.promise, value)
    entry = _log(scene, task, "moved", text=reason, was=was.isoformat(), nth=task.moves if is_later else None)
    if is_later:
        tell_tasks.moved(scene.suggestion, task, entry, scene.open, now=now)
    return entry


def begin(task: Task, *, by: Person, now: datetime, via: Via, seen: str | None = None) -> Entry | None:
    """ "I am at it": nothing is owed less, and the suggestion is in progress."""
    scene, task = _scene(task, by=by, now=now, via=via, seen=seen)
    _demand_doing(scene, task)
    if task.begun_at is not None:
        return None
    task.begun_at = now
    return _log(scene, task, "begun")


def tick(task: Task, *, by: Person, now: datetime, via: Via, seen: str | None = None) -> Entry | None:
    """It is done. Ticking twice does nothing more."""
    scene, task = _scene(task, by=by, now=now, via=via, seen=seen, may_be_done=True)
    _demand_doing(scene, task)
    if task.is_done:
        return None
    former = task.promise.facts()
    scene.write(task.promise, promises.keep(task.promise.value, now=now))
    task.done_at = now
    entry = _log(scene, task, "done", former=former)
    tell_tasks.done(scene.suggestion, task, entry, scene.open, now=now)
    return entry


def untick(task: Task, *, by: Person, now: datetime, via: Via) -> Entry | None:
    """Within 60 seconds a tick is taken back, and the promise is exactly as it was."""
    scene, task = _scene(task, by=by, now=now, via=via, may_be_done=True)
    _demand_doing(scene, task)
    if task.is_open:
        return None
    rules.check_carries_tasks(scene.status)
    ticked = _last_tick(task)
    if ticked is None or not rules.may_untick(task.promise.value, now=now):
        raise NotPossible(N_("The 60 seconds are over. Add a task for what is left."))
    scene.write(task.promise, promises.undone(Promise.from_facts(ticked.facts["former"])))
    task.done_at = None
    return _log(scene, task, "open_again")


def withdraw(task: Task, *, by: Person, now: datetime, via: Via, seen: str | None = None) -> Entry | None:
    """It need not be done any more."""
    scene, task = _scene(task, by=by, now=now, via=via, seen=seen)
    access.demand_planning(by, scene.suggestion, scene.open)
    scene.write(task.promise, promises.withdraw(task.promise.value, now=now))
    entry = _log(scene, task, "withdrawn")
    tell_tasks.withdrawn(scene.suggestion, task, entry, now=now)
    return entry


def free_all(team: Team, person: Person, *, now: datetime, via: Via, by: Person | None = None) -> int:
    """Somebody has gone, or may not see some of it any more: their open tasks there are with nobody by name.

    Called with the team's row locked, after the membership was changed. Returns how many changed.
    """
    count = 0
    for suggestion_id in sorted({task.suggestion_id for task in store.open_with(person.id, team.id)}):
        locked = suggestions.lock(suggestion_id)
        if locked is None or access.can_see(person, locked):
            continue
        scene = scenes.gathered(locked, team=team, by=by, now=now, via=via)
        for task in store.of_suggestion(suggestion_id):
            if task.assignee_id == person.id and task.is_open:
                scene.write(task.promise, rules.given_to(task.promise.value, None, now=now))
                task.assignee_id = None
                _log(scene, task, "left", left=person.id)
                count += 1
    return count


def stamp(task: Task) -> str:
    """What a form carries to be recognised as stale: how the task stands, its day, and with whom it is."""
    return f"{task.promise.state.value}.{task.promise.version}.{task.assignee_id or 0}"


# Gather ---------------------------------------------------------------------------------------------------------------


def _scene(
    task: Task, *, by: Person, now: datetime, via: Via, seen: str | None = None, may_be_done: bool = False
) -> tuple[Scene, Task]:
    """The suggestion locked, and its task as it is now."""
    scene = scenes.of(task.suggestion_id, by=by, now=now, via=via)
    found = store.read_anew(task.id)
    if found is None:
        raise OutOfReach(access.NOT_THERE)
    db.session.refresh(found.promise)
    if seen and seen != stamp(found):
        raise Stale(N_("Somebody else was quicker. Please look at the task once more; your text is still here."))
    if found.promise.state is PromiseState.WITHDRAWN:
        raise NotPossible(N_("This task was withdrawn."))
    if found.is_done and not may_be_done:
        raise NotPossible(N_("This task is ticked off already."))
    return scene, found


def _last_tick(task: Task) -> Entry | None:
    of_task = [e for e in entries.of_kinds(task.suggestion_id, EntryKind.TASK) if e.facts.get("task") == task.id]
    return next((entry for entry in reversed(of_task) if entry.facts.get("what") == "done"), None)


# Decide ---------------------------------------------------------------------------------------------------------------


def _day(on: date | None) -> date:
    if on is None:
        raise BadInput(N_("Choose a day."), field="on")
    return on


def _due_at(scene: Scene, on: date | None) -> datetime:
    day = _day(on)
    outcomes.check_day(day, now=scene.now, calendar=scene.calendar)
    return outcomes.due_of(day, scene.calendar)


def _assignee(scene: Scene, person: Person) -> Person:
    """Somebody of the team who may see it."""
    s = scene.suggestion
    if teams.membership_of(s.team_id, person.id) is None and person.id != scene.actor.id:
        raise BadInput(N_("This person is not in the team."), field="who")
    if not access.can_see(person, s):
        raise BadInput(N_("%(name)s cannot see this. Choose somebody who can."), field="who", name=person.name)
    return person


def _demand_doing(scene: Scene, task: Task) -> None:
    """Whoever has the task says that they are at it and that it is done, and those who manage."""
    if task.assignee_id != scene.actor.id and not access.can_handle(scene.actor, scene.suggestion):
        raise NotAllowed(N_("Only who has this task, or somebody who manages the team, can do that."))


def _demand_hand_in(scene: Scene, task: Task) -> None:
    """Whoever has the task hands it on and moves its day, and those who plan."""
    if task.assignee_id != scene.actor.id:
        access.demand_planning(scene.actor, scene.suggestion, scene.open)


# Apply ----------------------------------------------------------------------------------------------------------------


def _log(scene: Scene, task: Task, what: str, *, text: str = "", **facts: Any) -> Entry:
    """The entry of one thing that happened to a task, with its words as they are now."""
    scene.note(task.promise)
    known: dict[str, Any] = {"task": task.id, "what": what, "title": task.title, "on": task.due_on.isoformat()}
    db.session.flush()
    return scene.log(EntryKind.TASK, text=text, **known, **facts)
