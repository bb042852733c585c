"""Working time: a team's weekly hours less its holidays, and the sums promises are made of.

An instant is worked when the clocks of the team's zone then show a time inside one of that weekday's intervals, on a
day that is no holiday. So a skipped hour counts nothing and a doubled hour twice, without a rule of its own.

A calendar writes down once, for some months at a time, when work really begins and ends, with the running sum
(`_Stretches`). Every question is then a search in sorted lists: adding 400 hours costs what adding 8 does. The lists
hold datetimes and timedeltas, which are exact, and quicker to compare and add in Python than to turn into numbers.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

from tracker.domain import weeks
from tracker.domain.errors import N_, DomainError
from tracker.domain.weeks import BadInstant, in_utc

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

#: A pause: aware (begin, end), the end not in it.
Pause = tuple[datetime, datetime]
#: Monday to Sunday, each the (start, end) of its intervals in minutes of the local day, sorted, without overlaps.
Week = tuple[tuple[tuple[int, int], ...], ...]

#: What calendars know. The limits only keep a mistyped year from filling the memory.
FIRST_INSTANT, LAST_INSTANT = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)

_ALL_TIME = LAST_INSTANT - FIRST_INSTANT

_NOTHING = timedelta()
_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)
# How far a calendar looks beyond what it is asked: 400 hours of an office week end within a quarter.
_AHEAD = timedelta(weeks=13)
_FIVE_YEARS = timedelta(days=5 * 365)  # the shortest there are, those around 2100

_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


class NeverOpens(DomainError):
    """No opening lies ahead: a week without hours, five closed years, or a budget beyond all years."""


class BadCalendar(DomainError):
    """A plain calendar that says nothing clear; ``field`` is "timezone", "week" or "holidays"."""


class NegativeBudget(DomainError):
    """A budget below zero; working time is never given back by adding it."""


class Stretch(NamedTuple):
    """Time really worked on one local day, without a break; instants in UTC, the end not in it."""

    on: date
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """A team's calendar, made by `from_plain`, which refuses what makes no sense. A value: hashable, never changed.

    ``week`` has the intervals of Monday to Sunday as (start, end) in minutes of the local day, sorted; ``holidays``
    are the closed local dates, sorted.
    """

    timezone: str
    week: Week
    holidays: tuple[date, ...] = ()
    # What was looked up so far. Only ever replaced as a whole, by one that reaches further, so threads may share a
    # calendar: the worst they do is look up the same twice.
    _stretches: _Stretches | None = field(init=False, repr=False, compare=False, default=None)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @classmethod
    def from_plain(cls, plain: Mapping[str, object]) -> Self:
        """Build a calendar from its plain form.

        ``{"timezone": "Europe/Berlin", "week": {"mon": [["09:00", "12:00"], ["13:00", "24:00"]]}, "holidays":
        ["2026-12-25"]}``; ``holidays`` may be missing, days without hours too. Raises BadCalendar.
        """
        timezone = plain.get("timezone")
        if not isinstance(timezone, str) or not weeks.is_known_zone(timezone):
            message = N_("“%(given)s” is not a time zone. Their names are like Europe/Berlin.")
            raise BadCalendar(message, field="timezone", given=_quoted(timezone))
        return cls(timezone, _parsed_week(plain.get("week")), _parsed_holidays(plain.get("holidays")))

    def to_plain(self) -> dict[str, object]:
        """Return the plain form that `from_plain` takes: days with hours only, everything sorted."""
        hours = {
            name: [[_clock_time(start), _clock_time(end)] for start, end in intervals]
            for name, intervals in zip(WEEKDAYS, self.week, strict=True)
            if intervals
        }
        return {"timezone": self.timezone, "week": hours, "holidays": [day.isoformat() for day in self.holidays]}

    def add(self, start: datetime, budget: timedelta, pauses: Iterable[Pause] = ()) -> datetime:
        """Return the earliest UTC instant by which ``budget`` has been worked since ``start``.

        A start outside working time counts from the next opening, also for a zero budget; a budget that ends exactly
        at a closing stays there. What is worked during ``pauses`` is not counted; they may overlap, begin before the
        start, or be empty. Raises NeverOpens, also when five years on the way bring no opening; NegativeBudget; and
        BadInstant for naive datetimes.
        """
        if budget < _NOTHING:
            raise NegativeBudget(N_("A budget of %(budget)s is less than nothing."), budget=str(budget))
        if not budget:
            return self.next_opening(start)
        start, budget = in_utc(start), min(budget, _ALL_TIME)
        covered = _covered(pauses, start) if pauses else ()
        known = self._known(start, start)
        while (target := known.target(start, budget, covered)) > known.total:
            known = self._more(known, start)
        end = known.earliest(target)
        known.refuse_long_wait(start, end)
        return end

    def between(self, start: datetime, end: datetime, pauses: Iterable[Pause] = ()) -> timedelta:
        """Return the working time from ``start`` to ``end``, less what is worked during ``pauses``.

        Negative when ``end`` lies before ``start``. Raises BadInstant for naive datetimes.
        """
        start, end = in_utc(start), in_utc(end)
        if end < start:
            return -self.between(end, start, pauses)
        known = self._known(start, end)
        worked = known.worked_until(end) - known.worked_until(start)
        for pause_begin, pause_end in _covered(pauses, start):
            if pause_begin < end:
                worked -= known.worked_until(min(pause_end, end)) - known.worked_until(pause_begin)
        return worked

    def next_opening(self, start: datetime) -> datetime:
        """Return the first UTC instant from ``start`` on inside working time; a closing time is not inside.

        Raises NeverOpens when five years bring none, and BadInstant for a naive datetime.
        """
        start = in_utc(start)
        known = self._known(start, start)
        while (opening := known.next_opening(start)) is None:
            known = self._more(known, start)
        known.refuse_long_wait(start, opening)
        return opening

    def intervals_on(self, day: date) -> list[tuple[datetime, datetime]]:
        """Return what is really worked on a local day, as UTC (start, end), in order; touching ones are one."""
        midnight = datetime.combine(day, time(), UTC)
        # No offset is as much as a day, so these three days of UTC hold the local day.
        stretches = self.spans(midnight - _DAY, midnight + 2 * _DAY)
        return [(stretch.starts_at, stretch.ends_at) for stretch in stretches if stretch.on == day]

    def spans(self, start: datetime, end: datetime) -> list[Stretch]:
        """Return what is worked from ``start`` to ``end``, by local day, in order: the lines of "why then?".

        Touching intervals of a day are one. Empty when ``end`` is not after ``start``; BadInstant for naive datetimes.
        """
        start, end = in_utc(start), in_utc(end)
        spans: list[Stretch] = []
        if end <= start:
            return spans
        for day, opens_at, closes_at in self._known(start, end).over(start, end):
            if spans and spans[-1].on == day and spans[-1].ends_at == opens_at:
                spans[-1] = Stretch(day, spans[-1].starts_at, closes_at)
            else:
                spans.append(Stretch(day, opens_at, closes_at))
        return spans

    def opening_of_day(self, day: date) -> datetime | None:
        """Return the UTC instant at which work begins on a local day, None when nobody works then."""
        worked = self.intervals_on(day)
        return worked[0][0] if worked else None

    def end_of_day(self, day: date) -> datetime:
        """Return the UTC instant at which something due ``on`` a local day falls due.

        That is the end of the day's last working interval; on a day without any, the end of the day itself, i.e. the
        first valid instant of the next.
        """
        worked = self.intervals_on(day)
        return worked[-1][1] if worked else weeks.end_of_day(day, self.zone)

    def hours_of_week(self) -> timedelta:
        """Return the hours of the plain week, which knows no holidays and no jumping clocks."""
        return timedelta(minutes=sum(end - start for intervals in self.week for start, end in intervals))

    def days_with_hours(self) -> int:
        """Return on how many days of the plain week somebody works."""
        return sum(1 for intervals in self.week if intervals)

    @property
    def always_open(self) -> bool:
        """Whether every instant is worked: all 168 hours, and no holidays."""
        return self.hours_of_week() == _WEEK and not self.holidays

    def _known(self, low: datetime, high: datetime) -> _Stretches:
        """Return the stretches around two instants, looking them up when those known do not reach so far."""
        known = self._stretches
        if known is not None and known.begin <= low and high < known.end:
            return known
        if not FIRST_INSTANT <= low <= high < LAST_INSTANT:
            message = N_("Calendars reach from %(first)s to %(last)s.")
            raise BadInstant(message, first=FIRST_INSTANT.date(), last=LAST_INSTANT.date())
        if known is None:
            return self._look_up(low - _WEEK, high + _AHEAD)
        reach = known.end - known.begin  # at least doubled, so that going on step by step stays cheap
        begin = known.begin if known.begin <= low else low - reach
        return self._look_up(begin, known.end if high < known.end else high + reach)

    def _more(self, known: _Stretches, start: datetime) -> _Stretches:
        """Return stretches that reach twice as far as ``known``, where what is asked about ``start`` has no answer."""
        if not any(self.week):
            raise NeverOpens(N_("A week without working time never opens."))
        if known.end == LAST_INSTANT:
            message = N_("Counted from %(start)s, that is not worked before %(last)s.")
            raise NeverOpens(message, start=start, last=LAST_INSTANT.date())
        return self._look_up(known.begin, known.end + (known.end - known.begin))

    def _look_up(self, begin: datetime, end: datetime) -> _Stretches:
        known = _Stretches(self, max(begin, FIRST_INSTANT), min(end, LAST_INSTANT))
        object.__setattr__(self, "_stretches", known)
        return known


class _Stretches:
    """Every stretch a calendar works between two instants, in order, with the sum worked by the end of each.

    Never changed once made. Instants are in UTC. A stretch lies within one interval of the week and one offset.
    """

    __slots__ = ("_closings", "_days", "_openings", "_sums", "begin", "end", "total")

    def __init__(self, calendar: WorkingTime, begin: datetime, end: datetime) -> None:
        self.begin, self.end, self.total = begin, end, _NOTHING
        self._days: list[date] = []
        self._openings: list[datetime] = []
        self._closings: list[datetime] = []
        self._sums: list[timedelta] = []
        for day, opens_at, closes_at in _worked(calendar, begin, end):
            self.total += closes_at - opens_at
            self._days.append(day)
            self._openings.append(opens_at)
            self._closings.append(closes_at)
            self._sums.append(self.total)

    def worked_until(self, instant: datetime) -> timedelta:
        """Return the work done from ``begin`` until an instant; ``total`` for any beyond the end."""
        place = bisect_right(self._closings, instant)
        if place == len(self._closings):
            return self.total
        return self._sums[place] - (self._closings[place] - max(instant, self._openings[place]))

    def target(self, start: datetime, budget: timedelta, pauses: Iterable[Pause]) -> timedelta:
        """Return the work done once ``budget`` is worked since ``start`` outside the pauses, sorted and merged.

        More than ``total`` when that lies beyond the end.
        """
        target = self.worked_until(start) + budget
        for pause_begin, pause_end in pauses:
            worked_before = self.worked_until(pause_begin)
            if worked_before >= target:
                break
            target += self.worked_until(pause_end) - worked_before
        return target

    def earliest(self, work: timedelta) -> datetime:
        """Return the first instant by which ``work`` is done: a closing rather than the opening after it."""
        place = bisect_left(self._sums, work)
        return self._closings[place] - (self._sums[place] - work)

    def next_opening(self, start: datetime) -> datetime | None:
        """Return the first worked instant from ``start`` on, None when none is known."""
        place = bisect_right(self._closings, start)
        return max(start, self._openings[place]) if place < len(self._openings) else None

    def over(self, start: datetime, end: datetime) -> Iterator[tuple[date, datetime, datetime]]:
        """Yield (local day, start, end) of what is worked from ``start`` to ``end``."""
        for place in range(bisect_right(self._closings, start), bisect_left(self._openings, end)):
            yield self._days[place], max(start, self._openings[place]), min(end, self._closings[place])

    def refuse_long_wait(self, start: datetime, end: datetime) -> None:
        """Raise NeverOpens when five years without an opening lie between ``start`` and a worked ``end``."""
        if end - start < _FIVE_YEARS:
            return
        waiting_since = start
        for _, opens_at, closes_at in self.over(start, end):
            _refuse_wait(waiting_since, opens_at)
            waiting_since = closes_at
        _refuse_wait(waiting_since, end)


def _worked(calendar: WorkingTime, begin: datetime, end: datetime) -> Iterator[tuple[date, datetime, datetime]]:
    """Yield (local day, start, end) of every stretch worked from ``begin`` to ``end``, in order."""
    week = [[(timedelta(minutes=a), timedelta(minutes=b)) for a, b in intervals] for intervals in calendar.week]
    holidays = frozenset(calendar.holidays)
    for since, until, offset in weeks.offsets(calendar.zone, begin, end):
        # The midnights of the wall, as if this offset were always so; what lies outside it is cut off.
        day = (since + offset).date()
        midnight = datetime.combine(day, time(), UTC) - offset
        while midnight < until:
            if day not in holidays:
                for opens, closes in week[day.weekday()]:
                    opens_at, closes_at = max(since, midnight + opens), min(until, midnight + closes)
                    if opens_at < closes_at:
                        yield day, opens_at, closes_at
            day += _DAY
            midnight += _DAY


def _refuse_wait(since: datetime, until: datetime) -> None:
    begin = since + _DAY if (since.month, since.day) == (2, 29) else since
    if until - since >= _FIVE_YEARS and until > begin.replace(year=begin.year + 5):
        raise NeverOpens(N_("No working time begins in the five years from %(start)s."), start=since)


def _covered(pauses: Iterable[Pause], start: datetime) -> list[Pause]:
    """Return what the pauses cover from ``start`` on, in order and without overlaps.

    A pause that ends before it begins covers nothing: pauses come from a log, and clocks are put back.
    """
    covered: list[Pause] = []
    for begin, end in sorted((max(in_utc(begin), start), in_utc(end)) for begin, end in pauses):
        if covered and begin <= covered[-1][1]:
            covered[-1] = (covered[-1][0], max(covered[-1][1], end))
        elif begin < end:
            covered.append((begin, end))
    return covered


def _parsed_week(plain: object) -> Week:
    if not isinstance(plain, Mapping):
        message = N_("“%(given)s” is not a week: it says for each weekday from when to when somebody works.")
        raise BadCalendar(message, field="week", given=_quoted(plain))
    for name in plain:
        if name not in WEEKDAYS:
            message = N_("“%(given)s” is not a weekday. They are mon, tue, wed, thu, fri, sat and sun.")
            raise BadCalendar(message, field="week", given=_quoted(name))
    return tuple(_parsed_day(name, plain.get(name, ())) for name in WEEKDAYS)


def _parsed_day(name: str, plain: object) -> tuple[tuple[int, int], ...]:
    if not isinstance(plain, list | tuple) or not all(
        isinstance(pair, list | tuple) and len(pair) == 2 for pair in plain
    ):
        message = N_("“%(given)s” on %(weekday)s is not a list of intervals, each with a start and an end.")
        raise BadCalendar(message, field="week", given=_quoted(plain), weekday=name)
    intervals = sorted(_parsed_interval(name, start, end) for start, end in plain)
    for (start, end), (next_start, next_end) in pairwise(intervals):
        if next_start < end:
            one = f"{_clock_time(start)}–{_clock_time(end)}"
            other = f"{_clock_time(next_start)}–{_clock_time(next_end)}"
            message = N_("On %(weekday)s %(one)s and %(other)s overlap.")
            raise BadCalendar(message, field="week", weekday=name, one=one, other=other)
    return tuple(intervals)


def _parsed_interval(weekday: str, plain_start: object, plain_end: object) -> tuple[int, int]:
    start, end = _parsed_time(plain_start), _parsed_time(plain_end)
    if end <= start:
        message = N_("On %(weekday)s %(start)s to %(end)s has to end after it begins. A night shift is two intervals.")
        raise BadCalendar(message, field="week", weekday=weekday, start=plain_start, end=plain_end)
    return start, end


def _parsed_time(plain: object) -> int:
    if plain == "24:00":
        return 24 * 60
    match = _TIME.fullmatch(plain) if isinstance(plain, str) else None
    if match is None:
        message = N_("“%(given)s” is not a time of day. They are written 00:00 to 24:00.")
        raise BadCalendar(message, field="week", given=_quoted(plain))
    return int(match[1]) * 60 + int(match[2])


def _clock_time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _parsed_holidays(plain: object) -> tuple[date, ...]:
    if not isinstance(plain, list | tuple | None):
        message = N_("“%(given)s” is not a list of dates.")
        raise BadCalendar(message, field="holidays", given=_quoted(plain))
    return tuple(sorted({_parsed_date(day) for day in plain or ()}))


def _parsed_date(plain: object) -> date:
    try:
        # Python also reads 20261225 and 2026-W52-5, which no form and no export of ours writes.
        if isinstance(plain, str) and (day := date.fromisoformat(plain)).isoformat() == plain:
            return day
    except ValueError:
        pass  # refused below, like every other form
    message = N_("“%(given)s” is not a date. Write it like 2026-12-25.")
    raise BadCalendar(message, field="holidays", given=_quoted(plain))


def _quoted(given: object) -> str:
    """Return what was given, short enough to be quoted in a sentence."""
    text = str(given)
    return text if len(text) <= 60 else f"{text[:59]}…"
