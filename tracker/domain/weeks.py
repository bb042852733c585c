"""The civil calendar of a time zone: its weeks and days as instants, and the instants at which its clocks jump.

Days are local dates, instants are aware and come back in UTC. A wall-clock time that exists twice is its first
occurrence, one that is skipped moves on by what is skipped: both are what ``fold=0`` means (PEP 495). ``fold=1``
would move a skipped 02:30 back to 01:30, before the jump, so nothing here ever uses it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from tracker.domain.errors import N_, DomainError

# Clocks are looked at every three days, and a jump between two looks is then narrowed down by halves to a second. The
# shortest-lived offset in the zone database since 1900 is just under seven days (Recife 2000, Gaza 2040), so none hides
# between two looks.
_PROBE = timedelta(seconds=2**18)
_STEPS = tuple(timedelta(seconds=2**power) for power in range(17, -1, -1))
_ISO_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})")
# Names that the system's zone files contain although they say nothing about a place.
_PLACEHOLDERS = frozenset({"Factory", "localtime"})


class BadInstant(DomainError):
    """A datetime that names no instant, or one beyond every calendar."""


class BadWeek(DomainError):
    """A text that names no ISO week."""


@lru_cache(maxsize=1)
def _zone_names() -> frozenset[str]:
    # Listing the zone files takes some 30 ms, hence once. A newer zone database needs a restart anyway.
    return frozenset(available_timezones()) - _PLACEHOLDERS


def is_known_zone(name: str) -> bool:
    """Whether ``name`` is a zone of the IANA database, spelled exactly so ("Europe/Berlin", not "UTC+3" or "../x")."""
    return name in _zone_names()


def in_utc(instant: datetime) -> datetime:
    """Return an instant in UTC. Raises BadInstant for a datetime without a zone, which names none.

    Python compares two times of one zone by the clock on the wall, also where that was put back; so compare in UTC.
    """
    if instant.tzinfo is UTC:
        return instant
    if instant.utcoffset() is None:
        raise BadInstant(N_("“%(given)s” has no time zone, so it names no instant."), given=str(instant))
    return instant.astimezone(UTC)


def local_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the UTC instant at which the clocks of ``zone`` show ``at`` on ``day``.

    A time that occurs twice is its first occurrence; a skipped one moves on by what is skipped (02:30 in Berlin on
    2027-03-28 is 03:30), and so does a skipped day. ``fold`` and ``tzinfo`` of ``at`` play no part.
    """
    return datetime.combine(day, at.replace(fold=0), tzinfo=zone).astimezone(UTC)


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the first valid UTC instant of ``day`` in ``zone``.

    Where midnight is skipped that is the jump (01:00 in Cairo on 2027-04-30), where it occurs twice the first. A day
    skipped as a whole (Apia 2011-12-30) begins and ends with the jump over it.
    """
    midnight = local_instant(day, time(), zone)
    shown = midnight.astimezone(zone)
    if shown.date() == day and shown.time() == time():
        return midnight
    # Midnight is skipped. When the gap began before it (Toronto 1919, 23:30 to 00:30), midnight moved on by the whole
    # gap is too late; the jump itself is the first valid instant.
    *_, (jump, _, _) = offsets(zone, midnight - timedelta(days=2), midnight + timedelta(seconds=1))
    return jump


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the end of ``day`` in ``zone``: the first valid UTC instant of the next local day."""
    return start_of_day(day + timedelta(days=1), zone)


def iso_week(instant: datetime, zone: ZoneInfo) -> str:
    """Return the ISO year and week of ``instant`` in ``zone``, as "2026-W48". BadInstant when it is naive."""
    year, week, _ = in_utc(instant).astimezone(zone).isocalendar()
    return f"{year:04}-W{week:02}"


def monday_of(week: str) -> date:
    """Return the Monday of an ISO week written as "2026-W48". BadWeek for anything else, also "2027-W53"."""
    match = _ISO_WEEK.fullmatch(week)
    try:
        if match:
            return date.fromisocalendar(int(match[1]), int(match[2]), 1)
    except ValueError:  # a year of 52 weeks has no W53: refused below, like a malformed text
        pass
    raise BadWeek(N_("“%(given)s” is not a week. Write it like 2026-W48."), given=week)


def offsets(zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Yield (since, until, offset east of UTC) from one UTC instant to another: the clocks jump where two meet."""
    since, offset = begin, offset_at(zone, begin)
    for year in range(begin.year, end.year + 1):
        for at, after in offset_changes(zone, year):
            if begin < at < end:
                yield since, at, offset
                since, offset = at, after
    yield since, end, offset


@lru_cache(maxsize=4096)
def offset_changes(zone: ZoneInfo, year: int) -> tuple[tuple[datetime, timedelta], ...]:
    """Return when the clocks of ``zone`` jump in a UTC year, in order, each with the offset from then on.

    Instants are in UTC and on whole seconds, offsets east of UTC. The zone database has the instants, but ``zoneinfo``
    shows offsets only, so they are searched for: some 0.05 ms for a year, once a process.
    """
    changes = []
    # One second before, so that a jump at the very beginning of the year is one from the offset before it.
    low, end = datetime(year, 1, 1, tzinfo=UTC) - _STEPS[-1], datetime(year + 1, 1, 1, tzinfo=UTC) - _STEPS[-1]
    offset = offset_at(zone, low)
    while low < end:
        high = min(low + _PROBE, end)
        after = offset_at(zone, high)
        while offset != after:
            low = _end_of_offset(zone, offset, low)
            offset = offset_at(zone, low)
            changes.append((low, offset))
        low = high
    return tuple(changes)


def _end_of_offset(zone: ZoneInfo, offset: timedelta, low: datetime) -> datetime:
    """Return the first instant after ``low`` without the offset it has, which must lie within one probe of it."""
    for step in _STEPS:
        if offset_at(zone, low + step) == offset:
            low += step
    return low + _STEPS[-1]


def offset_at(zone: ZoneInfo, instant: datetime) -> timedelta:
    """Return the offset of ``zone``, east of UTC, at an aware instant."""
    return instant.astimezone(zone).utcoffset() or timedelta()
