"""Tasks of a suggestion that is promised by a day: each is a promise of its own, by its assignee and its day."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from tracker.domain.errors import N_, NotPossible
from tracker.domain.lifecycle import Status
from tracker.domain.promise_value import ENDED, Promise, PromiseKind, PromiseState, with_miss_noted

#: A task that was ticked off can be open again for so long.
UNTICK_WINDOW = timedelta(seconds=60)


def check_carries_tasks(status: Status) -> None:
    """Only what is promised by a day is cut into tasks (``NotPossible``)."""
    if status is not Status.WILL_DO:
        raise NotPossible(N_("Tasks belong to what is promised by a day. Answer with “Will do by …” first."))


def given_to(promise: Promise, to: int | None, *, now: datetime) -> Promise:
    """Somebody else owes the task, or nobody by name after its assignee has gone; the date stands."""
    if promise.kind is not PromiseKind.TASK or promise.state in ENDED:
        raise NotPossible(N_("This task has ended already."))
    return replace(with_miss_noted(promise, now=now), owed_by=to)


def is_after_the_word(due_at: datetime, promised_by: datetime | None) -> bool:
    """Whether a task falls due only after what it belongs to was promised: worth a second look, and allowed."""
    return promised_by is not None and due_at > promised_by


def may_untick(promise: Promise, *, now: datetime) -> bool:
    """Whether the tick can still be taken back, as far as the time goes."""
    is_kept = promise.kind is PromiseKind.TASK and promise.state is PromiseState.KEPT
    return is_kept and promise.ended_at is not None and now - promise.ended_at <= UNTICK_WINDOW
