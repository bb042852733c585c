"""The sweep: whatever is due climbs its ladder, one promise and one transaction at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from tracker.acts import follow_ups, snoozes
from tracker.domain.health import Tick
from tracker.store import promises
from tracker.store import snoozes as store
from tracker.store.base import db, reading
from tracker.worker.rows import attempt

BATCH = 100


def sweep(*, now: datetime, between: Callable[[], object] = lambda: None) -> dict[str, int]:
    """Climb until nothing is due that was not tried. ``between`` is called after each batch. Gives counts.

    A promise that somebody else holds at this moment is left for the next tick.
    """
    passed_over: set[int] = set()
    climbed = tried = 0
    while fresh := [one for one in _due(now, BATCH + len(passed_over)) if one not in passed_over]:
        for promise_id in fresh:
            entry = attempt(
                Tick.SWEEP,
                f"promise:{promise_id}",
                partial(follow_ups.climb, promise_id, now=now),
                now=now,
                put_off=partial(promises.look_again_at, promise_id),
            )
            tried += 1
            if entry is None:
                passed_over.add(promise_id)
            else:
                climbed += 1
        between()
    for snooze_id in _over(now):
        attempt(
            Tick.SWEEP,
            f"snooze:{snooze_id}",
            partial(snoozes.wake, snooze_id, now=now),
            now=now,
            put_off=partial(store.look_again_at, snooze_id),
        )
    return {"due": tried, "climbed": climbed}


def _over(now: datetime) -> list[int]:
    """What people put off for themselves and want to be reminded of now."""
    with reading():
        try:
            return store.over(now=now, limit=BATCH)
        finally:
            db.session.remove()


def _due(now: datetime, limit: int) -> list[int]:
    with reading():
        try:
            return [promise_id for promise_id, _ in promises.due_for_follow_up(now, limit=limit)]
        finally:
            db.session.remove()
