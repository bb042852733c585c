"""More than 500 overviews or daily mails for one hour are spread over it, each at a place that the person's hash gives.

So are those that are caught up after the ticks had stopped: over the hour after they came back. Nobody is spread past
the end of their day: a daily mail that has not left by then would never leave, for the next day asks for its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tracker.domain.health import Tick
from tracker.notices import hours
from tracker.store import pulse

#: More than so many in one hour are spread over it.
CROWD = 500
#: Until then something counts as being on time.
PUNCTUAL = timedelta(hours=1)
#: So much of the day is left free at its end, for the ticks that take the last ones.
BEFORE_MIDNIGHT = timedelta(minutes=10)
#: The instant at which the ticks came back.
BACK = "overviews_back_at"


@dataclass(frozen=True, slots=True)
class Places:
    """Where in its hour each person's mail lies. ``crowded`` are the beginnings of hours for which too many are due."""

    crowded: frozenset[datetime] = frozenset()
    #: none where nothing is caught up, or few enough to leave at once
    caught_up_from: datetime | None = field(default=None)

    def due(self, person_id: int, due_at: datetime, *, midnight: datetime) -> datetime:
        """When it is due in truth: at its hour, or at the person's place in it. ``midnight`` ends the person's day."""
        return _place(person_id, due_at, midnight) if _hour(due_at) in self.crowded else due_at

    def leaves_at(self, person_id: int, due_at: datetime, *, midnight: datetime | None = None) -> datetime:
        """One that is late waits for its place in the hour after the ticks came back; before ``midnight``, if given."""
        back = self.caught_up_from
        return _place(person_id, back, midnight) if back is not None and _is_late(due_at, back) else due_at


def places(dues: Iterable[tuple[int, datetime]], *, lasts: timedelta, back: datetime | None) -> Places:
    """For all of them together, those who have theirs too: what is left of a crowd keeps its places.

    ``dues`` are persons with the instant at which theirs is due; older than ``lasts`` nothing is caught up.
    """
    found = list(dues)
    hourly = Counter(_hour(due_at) for _person_id, due_at in found)
    crowded = frozenset(hour for hour, count in hourly.items() if count > CROWD)
    if back is None:
        return Places(crowded)
    late = sum(1 for _person_id, due_at in found if _is_late(due_at, back) and back - due_at <= lasts)
    return Places(crowded, back if late > CROWD else None)


def _place(person_id: int, begins: datetime, midnight: datetime | None) -> datetime:
    """In the hour from then on, or in as much of it as the day still has: they lie closer together then."""
    left = midnight - BEFORE_MIDNIGHT - begins if midnight is not None else hours.SPREAD_OVER
    room = min(hours.SPREAD_OVER, max(timedelta(0), left))
    return begins + hours.spread(person_id) * (room / hours.SPREAD_OVER)


def _is_late(due_at: datetime, back: datetime) -> bool:
    return back - due_at > PUNCTUAL


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


# When the ticks came back ---------------------------------------------------------------------------------------------


def notice_return(*, now: datetime) -> None:
    """Remember this instant where nobody has ticked for more than an hour. For a worker that stays: one that comes
    once an hour would come back each time, and nobody's place would ever be reached."""
    beats: Mapping[str, pulse.Heartbeat] = pulse.heartbeats()
    last = beats.get(Tick.DIGESTS.value)
    if last is None or now - last.at <= PUNCTUAL:
        return
    known = back_at()
    if known is None or known <= last.at or known > now:
        pulse.remember(BACK, now.isoformat())


def back_at() -> datetime | None:
    said = pulse.site_fact(BACK)
    try:
        return datetime.fromisoformat(said) if said else None
    except ValueError:
        return None
