"""Who is told of a task: whoever gets it, and who has to know that it moved, is done or off the table."""

from __future__ import annotations

from datetime import datetime

from tracker.notices.telling import Telling
from tracker.store.entries import Entry
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import Suggestion
from tracker.store.tasks import Task


def given(s: Suggestion, task: Task, entry: Entry, *, now: datetime) -> None:
    """The assignee finds it in the daily mail; what is due today does not wait for tomorrow's."""
    telling = Telling(s, entry, task.promise, now=now)
    if telling.is_due_today(task.promise):
        telling.at_once(_assignee(task), "task")
    telling.daily(_assignee(task), "task")
    telling.write()


def moved(s: Suggestion, task: Task, entry: Entry, promised: PromiseRow | None, *, now: datetime) -> None:
    """A later day: who has the task, and who gave their word for the whole."""
    telling = Telling(s, entry, task.promise, now=now)
    telling.daily([*_assignee(task), *_named(promised)], "task")
    telling.write()


def done(s: Suggestion, task: Task, entry: Entry, promised: PromiseRow | None, *, now: datetime) -> None:
    """Who gave their word for the whole, and who planned it, see it in the app."""
    telling = Telling(s, entry, task.promise, now=now)
    telling.in_app([*_named(promised), task.made_by_id], "task")
    telling.write()


def withdrawn(s: Suggestion, task: Task, entry: Entry, *, now: datetime) -> None:
    telling = Telling(s, entry, task.promise, now=now)
    telling.daily(_assignee(task), "task")
    telling.write()


def _assignee(task: Task) -> list[int]:
    return [task.assignee_id] if task.assignee_id is not None else []


def _named(promised: PromiseRow | None) -> list[int]:
    """Who owes the whole."""
    return [promised.owed_by_id] if promised is not None and promised.owed_by_id is not None else []
