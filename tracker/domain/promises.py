"""The life of a promise: how each kind is made, and what every act makes of it. Values in, new values out.

Instants are aware UTC, budgets are working time. Every function that changes a promise notes first whether its date
has passed, so that the record cannot be mended afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from tracker.domain import ladder as rungs
from tracker.domain.errors import N_, BadInput, NotAllowed, NotPossible
from tracker.domain.outcomes import Outcome
from tracker.domain.promise_value import ENDED as ENDED
from tracker.domain.promise_value import Pause as Pause
from tracker.domain.promise_value import Promise as Promise
from tracker.domain.promise_value import PromiseKind as PromiseKind
from tracker.domain.promise_value import PromiseState as PromiseState
from tracker.domain.promise_value import is_late as is_late
from tracker.domain.promise_value import with_miss_noted

if TYPE_CHECKING:
    from tracker.domain.ladder import Ladder
    from tracker.domain.working_time import WorkingTime

#: A date that the rules compute for a promise already running never lies before now + this.
FLOOR = timedelta(hours=4)
#: The author has this long to answer a question, whatever the urgency.
CLARIFY_BUDGET = timedelta(hours=16)
#: So many questions suspend an answer; any further one is asked with the clock running.
MOST_PAUSES = 2
#: From this move of a suggestion's date on somebody else has to agree.
THIRD = 3


class Record(StrEnum):
    """What a promise is in the team's record."""

    ON_TIME = "on_time"  # kept by its date
    LATE = "late"  # kept after a date had passed
    MISSED = "missed"  # a date passed and nothing has kept it
    MOVED = "moved"  # put off before its date passed
    TAKEN_BACK = "taken_back"  # broken by another outcome before its date passed
    OPEN = "open"  # still running, nothing to say yet
    NONE = "none"  # never counts: the author's turn, or withdrawn before its date


# Making


def answer(*, budget: timedelta, calendar: WorkingTime, now: datetime) -> Promise:
    """The managers owe one of the four outcomes within the budget."""
    due_at = calendar.add(now, budget)
    return Promise(kind=PromiseKind.ANSWER, owed_by=None, made_at=now, set_at=now, due_at=due_at, budget=budget)


def reopened(*, budget: timedelta, calendar: WorkingTime, now: datetime) -> Promise:
    """A new answer with the whole budget: reopened by managers, or "it is back"."""
    return answer(budget=budget, calendar=calendar, now=now)


def contested(*, budget: timedelta, calendar: WorkingTime, now: datetime) -> Promise:
    """A new answer with half the budget of the current urgency, at least 4 h."""
    return answer(budget=contest_budget(budget), calendar=calendar, now=now)


def contest_budget(budget: timedelta) -> timedelta:
    """How long a contested answer may take, from the budget of the current urgency."""
    return max(budget / 2, FLOOR)


def deliver(*, owed_by: int, due_at: datetime, now: datetime) -> Promise:
    """Who is named in a ``will_do`` owes it by the day that was chosen."""
    return Promise(kind=PromiseKind.DELIVER, owed_by=owed_by, made_at=now, set_at=now, due_at=due_at)


def revisit(*, due_at: datetime, now: datetime) -> Promise:
    """The managers look again on the day that was chosen."""
    return Promise(kind=PromiseKind.REVISIT, owed_by=None, made_at=now, set_at=now, due_at=due_at)


def clarify(*, author: int, calendar: WorkingTime, now: datetime) -> Promise:
    """The author has 16 h for a question; silence closes nothing."""
    due_at = calendar.add(now, CLARIFY_BUDGET)
    return Promise(
        kind=PromiseKind.CLARIFY, owed_by=author, made_at=now, set_at=now, due_at=due_at, budget=CLARIFY_BUDGET
    )


def task(*, owed_by: int, due_at: datetime, now: datetime) -> Promise:
    """Its assignee owes a task by its day."""
    return Promise(kind=PromiseKind.TASK, owed_by=owed_by, made_at=now, set_at=now, due_at=due_at)


def imported(*, kind: PromiseKind, owed_by: int | None, made_at: datetime, due_at: datetime, now: datetime) -> Promise:
    """A promise that was given elsewhere. Its date may lie in the past: it starts at its highest due rung."""
    return Promise(kind=kind, owed_by=owed_by, made_at=made_at, set_at=now, due_at=due_at)


# Questions


def may_pause(promise: Promise, *, now: datetime) -> bool:
    """Whether a question suspends this promise: an answer that is not late, at most twice."""
    is_running = promise.kind is PromiseKind.ANSWER and promise.state is PromiseState.OPEN
    return is_running and not is_late(promise, now=now) and promise.questions < MOST_PAUSES


def suspend(promise: Promise, *, calendar: WorkingTime, now: datetime) -> Promise:
    """The clock stops while it is the author's turn. Raises ``NotPossible`` where ``may_pause`` says no."""
    if promise.due_at is None or not may_pause(promise, now=now):
        raise NotPossible(N_("This question does not stop the clock."))
    return replace(
        promise,
        state=PromiseState.SUSPENDED,
        due_at=None,
        remaining=calendar.between(now, promise.due_at),
        pauses=(*promise.pauses, (now, None)),
        questions=promise.questions + 1,
    )


def resume(promise: Promise, *, calendar: WorkingTime, now: datetime) -> Promise:
    """The ball is back with the managers: what remained of the time, at least 4 h. Told, but not a move."""
    if promise.state is not PromiseState.SUSPENDED or promise.remaining is None:
        raise NotPossible(N_("No question is open."))
    running = replace(promise, state=PromiseState.OPEN, remaining=None, pauses=_closed(promise.pauses, now=now))
    return _dated(running, calendar.add(now, max(promise.remaining, FLOOR)), now=now)


# Dates


def move(promise: Promise, *, due_at: datetime, reason: str = "", now: datetime) -> Promise:
    """The date moves: earlier silently, later only with a reason (``BadInput``, field "reason").

    Whether the new date is allowed as a day is asked of ``outcomes``, who may move it of ``may_move``.
    """
    former = _running(promise)
    if due_at <= now:
        raise BadInput(N_("The new date has passed already."), field="on")
    if due_at == former:
        raise BadInput(N_("That is the date already."), field="on")
    if due_at < former:
        return _dated(with_miss_noted(promise, now=now), due_at, now=now)
    if not reason.strip():
        raise BadInput(N_("Say why it takes longer: a later date needs a reason."), field="reason")
    return _put_off(promise, due_at, now=now)


def moves_later(before: Promise, after: Promise) -> bool:
    """Whether a change of date is one that counts and is told."""
    return before.due_at is not None and after.due_at is not None and after.due_at > before.due_at


def revisit_again(promise: Promise, *, due_at: datetime, now: datetime) -> Promise:
    """``not_now`` once more: a new version of the same promise, moved in the record, never kept."""
    if promise.kind is not PromiseKind.REVISIT:
        raise NotPossible(N_("There is no day yet on which this comes back."))
    _running(promise)
    return _put_off(promise, due_at, now=now)


def floor(calendar: WorkingTime, *, now: datetime) -> datetime:
    """The earliest date that the rules compute for a promise already running."""
    return calendar.add(now, FLOOR)


def elapsed(promise: Promise, calendar: WorkingTime, *, now: datetime) -> timedelta:
    """The working time it has used: from its making until now, or until its end, less the pauses."""
    until = now if promise.ended_at is None else min(now, promise.ended_at)
    return calendar.between(promise.made_at, until, pauses=_closed(promise.pauses, now=until))


# Urgency


def urgency_raised(
    promise: Promise,
    *,
    budget: timedelta,
    calendar: WorkingTime,
    made_under: WorkingTime | None = None,
    now: datetime,
) -> Promise:
    """The earlier of the given date and what is left of the new budget, at least 4 h; suspended: the same of what
    remains. Only an answer has a budget: any other kind stays as it is.

    ``made_under`` is the calendar that counts the time used, where it is not the present one.
    """
    if promise.kind is not PromiseKind.ANSWER or promise.state in ENDED:
        return promise
    left = max(budget - elapsed(promise, made_under or calendar, now=now), FLOOR)
    promise = replace(with_miss_noted(promise, now=now), budget=budget)
    if promise.remaining is not None:
        return replace(promise, remaining=min(promise.remaining, left))
    due_at = min(_running(promise), calendar.add(now, left))
    return _dated(promise, due_at, now=now)


def urgency_lowered(promise: Promise, *, now: datetime) -> Promise:
    """Label and order change, never the date."""
    return with_miss_noted(promise, now=now)


def may_correct_urgency(promise: Promise, *, calendar: WorkingTime, ladder: Ladder, now: datetime) -> bool:
    """Whether a manager may still set the urgency right: an answer whose first rung has not come."""
    if promise.kind is not PromiseKind.ANSWER or promise.state in ENDED or promise.rung > 0:
        return False
    return rungs.highest_due(promise, calendar, ladder, now=now) == 0


def urgency_corrected(
    promise: Promise,
    *,
    budget: timedelta,
    reason: str,
    calendar: WorkingTime,
    made_under: WorkingTime | None = None,
    ladder: Ladder,
    now: datetime,
) -> Promise:
    """The date that the right urgency would have given, counted from the making; told, but not a move.

    Raises ``NotPossible`` from the first rung on and ``BadInput`` (field "reason") without a reason. A correction to
    a shorter budget never puts the date back.
    """
    if not may_correct_urgency(promise, calendar=calendar, ladder=ladder, now=now):
        raise NotPossible(N_("The first reminder has been sent: the date stands. Move it, with a reason."))
    if not reason.strip():
        raise BadInput(N_("Say why the urgency was wrong."), field="reason")
    if promise.budget is not None and budget <= promise.budget:
        return urgency_raised(promise, budget=budget, calendar=calendar, made_under=made_under, now=now)
    promise = replace(promise, budget=budget)
    if promise.state is PromiseState.SUSPENDED:
        left = budget - elapsed(promise, made_under or calendar, now=now)
        return replace(promise, remaining=max(left, timedelta()))
    due_at = calendar.add(promise.made_at, budget, pauses=_closed(promise.pauses, now=now))
    return _dated(promise, max(due_at, floor(calendar, now=now)), now=now)


# Ends


def state_after(kind: PromiseKind, outcome: Outcome) -> PromiseState:
    """What an outcome makes of the promise that is open: open for a repeated ``not_now`` (see ``revisit_again``)."""
    if kind is PromiseKind.CLARIFY:
        return PromiseState.WITHDRAWN
    if kind is PromiseKind.DELIVER and outcome is not Outcome.DONE:
        return PromiseState.BROKEN
    if kind is PromiseKind.REVISIT and outcome is Outcome.NOT_NOW:
        return PromiseState.OPEN
    return PromiseState.KEPT


def keep(promise: Promise, *, now: datetime) -> Promise:
    """What was owed has happened, late or not."""
    return _ended(promise, PromiseState.KEPT, now=now)


def break_(promise: Promise, *, now: datetime) -> Promise:
    """Another outcome takes the word back."""
    return _ended(promise, PromiseState.BROKEN, now=now)


def withdraw(promise: Promise, *, now: datetime) -> Promise:
    """Nothing is owed any more: withdrawn, merged away, contested, or the suggestion was closed."""
    return _ended(promise, PromiseState.WITHDRAWN, now=now)


def undone(former: Promise) -> Promise:
    """Undo of an outcome: the promise exactly as it was, from the values that the log kept."""
    if former.state in ENDED:
        raise NotPossible(N_("There is no answer here that could be taken back."))
    return former


def handed_back(promise: Promise, *, to: int, now: datetime) -> Promise:
    """Who was named gives it back: the manager who named them owes it, and the date stands."""
    if promise.kind is not PromiseKind.DELIVER or promise.state in ENDED:
        raise NotPossible(N_("Only what was promised by a day can be handed back."))
    return replace(with_miss_noted(promise, now=now), owed_by=to)


# Merging


def merged(target: Promise, source: Promise, *, calendar: WorkingTime, now: datetime) -> Promise:
    """The target's answer after a merge: the earlier date, or while asked the smaller remaining.

    Never puts back the target's own date, and otherwise not before now + 4 h. The source is withdrawn.
    """
    if source.due_at is None or target.kind is not PromiseKind.ANSWER or target.state in ENDED:
        raise NotPossible(N_("Only what still waits for an answer can be merged."))
    target = with_miss_noted(target, now=now)
    if target.remaining is not None:
        left = max(calendar.between(now, source.due_at), timedelta())
        return replace(target, remaining=min(target.remaining, left))
    due_at = max(source.due_at, floor(calendar, now=now))
    return _dated(target, min(_running(target), due_at), now=now)


def unmerged(former: Promise, *, calendar: WorkingTime, now: datetime) -> Promise:
    """Undo of a merge: the source's promise with its old date, or now + 4 h if that has passed."""
    if not is_late(former, now=now):
        return undone(former)
    return _dated(with_miss_noted(former, now=now), floor(calendar, now=now), now=now)


# Reading


def may_nudge(promise: Promise, *, now: datetime) -> bool:
    """ "Still matters to me" is possible after the date."""
    return is_late(promise, now=now) and promise.kind is not PromiseKind.CLARIFY


def record_of(promise: Promise, *, now: datetime) -> Record:
    """What the promise is in the record at this instant; a missed date is never mended."""
    if promise.kind is PromiseKind.CLARIFY:
        return Record.NONE
    if with_miss_noted(promise, now=now).missed_at is not None:
        return Record.LATE if promise.state is PromiseState.KEPT else Record.MISSED
    if promise.moved_at is not None:
        return Record.MOVED
    return _RECORDS[promise.state]


def who_may_move(
    count: int, *, movers: Iterable[int], managers: Iterable[int], owners: Iterable[int]
) -> frozenset[int] | None:
    """Who may put the date off once more, when it was put off ``count`` times; None where there is no such rule.

    From the third time on an owner, or a manager who did none of those before. Where there is no such person it is
    allowed to everybody who may move it at all.
    """
    if count + 1 < THIRD:
        return None
    others = frozenset(owners) | (frozenset(managers) - frozenset(movers))
    return others or None


def may_move(count: int, actor: int, *, movers: Iterable[int], managers: Iterable[int], owners: Iterable[int]) -> bool:
    """Whether this person may put the date off once more, as far as the count goes."""
    allowed = who_may_move(count, movers=movers, managers=managers, owners=owners)
    return allowed is None or actor in allowed


def check_may_move(
    count: int, actor: int, *, movers: Iterable[int], managers: Iterable[int], owners: Iterable[int]
) -> None:
    """As ``may_move``, with a sentence (``NotAllowed``)."""
    if not may_move(count, actor, movers=movers, managers=managers, owners=owners):
        raise NotAllowed(N_("It was moved %(count)s times already. Somebody else has to agree this time."), count=count)


_RECORDS = {
    PromiseState.OPEN: Record.OPEN,
    PromiseState.SUSPENDED: Record.OPEN,
    PromiseState.KEPT: Record.ON_TIME,
    PromiseState.BROKEN: Record.TAKEN_BACK,
    PromiseState.WITHDRAWN: Record.NONE,
}


def _running(promise: Promise) -> datetime:
    """Its date; raises ``NotPossible`` when it has none."""
    if promise.state is not PromiseState.OPEN or promise.due_at is None:
        raise NotPossible(N_("There is no date to move now."))
    return promise.due_at


def _put_off(promise: Promise, due_at: datetime, *, now: datetime) -> Promise:
    noted = with_miss_noted(promise, now=now)
    return _dated(replace(noted, moved_at=noted.moved_at or now), due_at, now=now)


def _dated(promise: Promise, due_at: datetime, *, now: datetime) -> Promise:
    """A new date version with its ladder untouched; the same date is no new version."""
    if due_at == promise.due_at:
        return promise
    return replace(promise, due_at=due_at, set_at=now, version=promise.version + 1, rung=0, silence=0)


def _ended(promise: Promise, state: PromiseState, *, now: datetime) -> Promise:
    if promise.state in ENDED:
        raise NotPossible(N_("This promise has ended already."))
    noted = with_miss_noted(promise, now=now)
    return replace(noted, state=state, remaining=None, pauses=_closed(noted.pauses, now=now), ended_at=now)


def _closed(pauses: tuple[Pause, ...], *, now: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """The pauses with the open one ended now."""
    return tuple((start, now if end is None else end) for start, end in pauses)
