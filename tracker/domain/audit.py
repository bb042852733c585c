"""What must hold of the stored facts, as questions that can be answered on paper: rows against the log and the core.

Each function gives sentences, one for each thing that does not hold; none when all is well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tracker.domain.ladder import Ladder, next_at
from tracker.domain.lifecycle import OPEN, Status, promise_kind
from tracker.domain.promise_value import Promise, PromiseKind, PromiseState
from tracker.domain.tags import folded

if TYPE_CHECKING:
    from tracker.domain.working_time import WorkingTime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPromise:
    """One row: the value's plain facts, the columns that repeat parts of it, and the cache of the core's answer."""

    id: int
    facts: Mapping[str, Any]
    #: by the names of ``Promise``
    columns: Mapping[str, Any]
    next_follow_up_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The team's present working time and ladder: rungs not yet reached follow them."""

    calendar: WorkingTime
    ladder: Ladder


def of_promise(row: StoredPromise, logged: Mapping[str, Any] | None, rules: Rules) -> list[str]:
    """A promise equals the last that the log says of it, its columns equal its value, its next rung is the core's."""
    if logged is None:
        return ["the log says nothing of it"]
    found = [
        f"{name} is {row.facts.get(name)!r}, and the log says {logged.get(name)!r}"
        for name in sorted({*row.facts, *logged} - {"id"})
        if row.facts.get(name) != logged.get(name)
    ]
    try:
        value = Promise.from_facts(row.facts)
    except (KeyError, TypeError, ValueError) as error:
        return [*found, f"its value cannot be read ({type(error).__name__}: {error})"]
    found += [
        f"the column {name} is {_said(held)}, and the value says {_said(getattr(value, name))}"
        for name, held in row.columns.items()
        if held != getattr(value, name)
    ]
    expected = next_at(value, rules.calendar, rules.ladder)
    if row.next_follow_up_at != expected:
        found.append(f"next_follow_up_at is {_said(row.next_follow_up_at)}, and the core says {_said(expected)}")
    return found


def of_suggestion(status: Status, promises: Iterable[tuple[PromiseKind, PromiseState]]) -> list[str]:
    """Open: exactly one open promise, of the kind that belongs to the status, and a suspended answer while asked.
    Closed: nothing is owed any more, tasks included."""
    running = [(kind, state) for kind, state in promises if state in (PromiseState.OPEN, PromiseState.SUSPENDED)]
    if status not in OPEN:
        return [f"it is {status.value}, and a promise ({kind.value}) is still {state.value}" for kind, state in running]
    found = []
    expected = promise_kind(status)
    opened = [kind for kind, state in running if state is PromiseState.OPEN and kind is not PromiseKind.TASK]
    if opened != [expected]:
        names = ", ".join(kind.value for kind in opened) or "none"
        found.append(f"it is {status.value} and needs one open promise ({expected}), and has {names}")
    if status is not Status.WILL_DO and PromiseKind.TASK in [kind for kind, _ in running]:
        found.append(f"it is {status.value}, and a task is still open")
    waiting = [kind for kind, state in running if state is PromiseState.SUSPENDED]
    if waiting != ([PromiseKind.ANSWER] if status is Status.ASKED else []):
        names = ", ".join(kind.value for kind in waiting) or "none"
        found.append(f"it is {status.value}, and suspended promises are: {names}")
    return found


def of_merge(status: Status, chain: Sequence[int | None], *, is_one_team: bool) -> list[str]:
    """What was merged goes on somewhere in its team, and what was not nowhere. ``chain`` are the ids from it on, to a
    none after what was merged into nothing; without that none it is a circle."""
    has_target = len(chain) > 1 and chain[1] is not None
    if has_target != (status is Status.MERGED):
        return [f"it is {status.value}, and goes on {'in another one' if has_target else 'nowhere'}"]
    found = [] if is_one_team else ["it goes on in another team"]
    return found if chain[-1] is None else [*found, "it goes on in a circle"]


def of_task(
    promise: StoredPromise | None, *, assignee: int | None, is_ticked: bool, logged: Mapping[str, Any] | None
) -> list[str]:
    """A task has a promise of its kind, by its assignee; it is ticked off when that was kept, and the log knows it."""
    if promise is None or promise.columns.get("kind") is not PromiseKind.TASK:
        return ["it has no promise of its own"]
    found = []
    if assignee != promise.columns.get("owed_by"):
        found.append(f"it is with {assignee!r}, and its promise is owed by {promise.columns.get('owed_by')!r}")
    if is_ticked is not (promise.columns.get("state") is PromiseState.KEPT):
        found.append("it is ticked off, and its promise was not kept" if is_ticked else "its promise was kept, untold")
    if logged is None:
        found.append("the log says nothing of it")
    return found


def of_numbers(count: int, lowest: int, highest: int, next_number: int) -> list[str]:
    """A team's visible numbers have no gap, which would betray what is hidden. They may begin anywhere."""
    if not count or (count == highest - lowest + 1 and next_number == highest + 1):
        return []
    return [f"{count} visible numbers from {lowest} to {highest}, and the next is {next_number}: there is a gap"]


def of_count(what: str, held: int, counted: int) -> list[str]:
    return [] if held == counted else [f"{what} is {held}, and there are {counted}"]


def of_tags(held: Collection[str], logged: Iterable[str]) -> list[str]:
    """``held`` are folded names; the log has them as somebody wrote them."""
    said = {folded(name) for name in logged}
    if said == set(held):
        return []
    return [f"its tags are {sorted(held)}, and the log says {sorted(said)}"]


def _said(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else repr(getattr(value, "value", value))
