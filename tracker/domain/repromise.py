"""Many new dates in one go: which suggestion gets which day, so many a day, on days on which somebody is there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tracker.domain.errors import N_, BadInput
from tracker.domain.outcomes import check_day, due_of, today_in
from tracker.domain.working_time import WorkingTime

#: More than this in one day is no promise.
MOST_A_DAY = 50
#: From so many late ones on there is a way out above the list.
MANY = 30
#: A team that opens on no day in so long has no day to give.
_FURTHEST = 366 * 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A date that was given, and how many wait for it."""

    id: int
    due_at: datetime
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The new day of one, and the instant it ends for it."""

    id: int
    on: date
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """New days in the order in which they were given out; ``kept`` have a date that is later already."""

    given: Sequence[Given]
    kept: Sequence[int]

    @property
    def last_on(self) -> date | None:
        return max((one.on for one in self.given), default=None)


def usual_a_day(count: int) -> int:
    """What the form begins with."""
    return 15 if count > MANY else 5


def first_day(calendar: WorkingTime, *, now: datetime) -> date:
    """The day after today on which somebody is there: today is for what was promised for today."""
    return _open_days(today_in(calendar, now=now) + timedelta(days=1), calendar, 1)[0]


def last_day(count: int, first: date, a_day: int, calendar: WorkingTime) -> date:
    """The last day, when so many are given out from ``first`` on."""
    return _open_days(first, calendar, max(-(-count // a_day), 1))[-1]


def order(found: Iterable[Owed], *, now: datetime) -> list[Owed]:
    """Late ones by how many wait for them, then by date; after them the others by date."""
    return sorted(
        found, key=lambda one: (one.due_at >= now, -one.people if one.due_at < now else 0, one.due_at, one.id)
    )


def plan(found: Iterable[Owed], *, start: date, a_day: int, calendar: WorkingTime, now: datetime) -> Plan:
    """Spread them over the open days from ``start`` on. A date is never brought forward by it.

    Raises ``BadInput`` (fields start, a_day).
    """
    if not 1 <= a_day <= MOST_A_DAY:
        raise BadInput(N_("Between 1 and %(most)s a day."), field="a_day", most=MOST_A_DAY)
    _check("start", start, now, calendar)
    wanted = order(found, now=now)
    days = [day for day in _open_days(start, calendar, -(-len(wanted) // a_day)) for _ in range(a_day)]
    given: list[Given] = []
    kept: list[int] = []
    for one in wanted:
        on = days[len(given)]
        due_at = due_of(on, calendar)
        if due_at <= one.due_at:
            kept.append(one.id)
        else:
            given.append(Given(id=one.id, on=on, due_at=due_at))
    if given:
        _check("a_day", given[-1].on, now, calendar)
    return Plan(given=given, kept=kept)


def _check(field: str, day: date, now: datetime, calendar: WorkingTime) -> None:
    try:
        check_day(day, now=now, calendar=calendar)
    except BadInput as error:
        raise BadInput(error.message, field=field, **error.facts) from None


def _open_days(start: date, calendar: WorkingTime, count: int) -> list[date]:
    """So many days from ``start`` on on which somebody is there; where there are none, the days as they come."""
    ahead = (start + timedelta(days=n) for n in range(_FURTHEST + count))
    found = [
        day for day, _ in zip((d for d in ahead if calendar.opening_of_day(d) is not None), range(count), strict=False)
    ]
    return found if len(found) == count else [start + timedelta(days=n) for n in range(count)]
