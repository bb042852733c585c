"""What somebody can still take back ends nothing for good: whatever would not leave because of it waits for that
minute, for an undo brings back what was owed exactly as it was, and each notice is owed once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from tracker.domain.errors import N_
from tracker.domain.lifecycle import UNDO_WINDOW
from tracker.domain.promises import PromiseKind, PromiseState
from tracker.store import promises, suggestions
from tracker.store.notices import Notice

#: Written into the row of a message that waits for it.
MAY_BE_TAKEN_BACK = N_("what happened can still be taken back")
#: After this it stands. An undo that came in its last second may still be under way.
STANDS_AFTER = UNDO_WINDOW + timedelta(seconds=5)


def end_at(notices: Iterable[Notice], *, now: datetime) -> datetime | None:
    """When the last of what these are about stands; none where nothing can be taken back."""
    ends = [until for one in notices if (until := ends_at(one.suggestion_id, one.promise_id, now=now)) is not None]
    return max(ends, default=None)


def ends_at(suggestion_id: int | None, promise_id: int | None, *, now: datetime) -> datetime | None:
    """The same of an answer to this suggestion, and of this promise where it is a task's that was ticked."""
    # what a wrong clock has dated far ahead holds up nothing
    ends = [at + STANDS_AFTER for at in _done_at(suggestion_id, promise_id) if abs(now - at) < STANDS_AFTER]
    return max(ends, default=None)


def _done_at(suggestion_id: int | None, promise_id: int | None) -> Iterator[datetime]:
    s = suggestions.by_id(suggestion_id) if suggestion_id is not None else None
    if s is not None and s.answer_entry_id is not None and s.answered_at is not None:
        yield s.answered_at
    row = promises.by_id(promise_id) if promise_id is not None else None
    if row is not None and (row.kind, row.state) == (PromiseKind.TASK, PromiseState.KEPT) and row.ended_at is not None:
        yield row.ended_at
