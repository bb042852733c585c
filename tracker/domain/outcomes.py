"""The four outcomes, their mandatory parts, and the days a person may choose for them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from tracker.domain.errors import N_, BadInput

if TYPE_CHECKING:
    from tracker.domain.working_time import WorkingTime

#: No day that a person chooses lies further away than this.
MOST_YEARS_ON = 2
#: A ``not_now`` beyond this many months asks first whether a no would be more honest.
FAR_MONTHS = 6

Earliest = Literal["today", "tomorrow"]


class Outcome(StrEnum):
    """What can become of a suggestion; nothing else is an answer."""

    DONE = "done"  # text: what changed
    WILL_DO = "will_do"  # text, a day, and who does it
    NOT_NOW = "not_now"  # text: why, and the day when we look again
    DECLINED = "declined"  # text: why


#: Outcomes that are promises again: they name a day.
WITH_A_DAY = frozenset({Outcome.WILL_DO, Outcome.NOT_NOW})

_TEXT_MISSING = {
    Outcome.DONE: N_("Say what changed: a “done” without it is no answer."),
    Outcome.WILL_DO: N_("Say what will be done: a date without it is no answer."),
    Outcome.NOT_NOW: N_("Say why not now: a date without a reason is no answer."),
    Outcome.DECLINED: N_("Say why not: a no without a reason is no answer."),
}
_DAY_MISSING = {
    Outcome.WILL_DO: N_("Say by which day it will be done."),
    Outcome.NOT_NOW: N_("Say on which day you look at it again."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One outcome with its parts: ``on`` is a day in the team's zone, ``who`` the id of the person named."""

    outcome: Outcome
    text: str = ""
    on: date | None = None
    who: int | None = None


def checked(answer: Answer, *, now: datetime, calendar: WorkingTime) -> Answer:
    """The answer with its text stripped and the parts dropped that its outcome does not have.

    Raises ``BadInput`` with ``field`` "text" or "on" where the mandatory part is missing or the day is outside the
    rules. ``who`` may stay empty: the act puts in the one who answers.
    """
    text = answer.text.strip()
    if not says_something(text):
        raise BadInput(_TEXT_MISSING[answer.outcome], field="text")
    if answer.outcome not in WITH_A_DAY:
        return replace(answer, text=text, on=None, who=None)
    if answer.on is None:
        raise BadInput(_DAY_MISSING[answer.outcome], field="on")
    earliest: Earliest = "tomorrow" if answer.outcome is Outcome.NOT_NOW else "today"
    check_day(answer.on, now=now, calendar=calendar, earliest=earliest)
    who = answer.who if answer.outcome is Outcome.WILL_DO else None
    return replace(answer, text=text, who=who)


def says_something(text: str) -> bool:
    """Whether a reader would see anything: a letter, digit, sign or picture, not only spaces and invisible marks."""
    return any(unicodedata.category(character)[0] in "LNPS" for character in text)


def due_of(day: date, calendar: WorkingTime) -> datetime:
    """The instant (aware, UTC) at which something promised for ``day`` falls due.

    The end of that day's last working interval in the team's zone; on a day without working time the end of the day,
    which is the first valid instant of the next.
    """
    return calendar.end_of_day(day)


def check_day(day: date, *, now: datetime, calendar: WorkingTime, earliest: Earliest = "today") -> None:
    """Refuse a day that lies before the earliest allowed one or more than two years on (``BadInput``, field "on").

    Today is allowed while its due instant lies ahead.
    """
    today = today_in(calendar, now=now)
    if day < today:
        raise BadInput(N_("%(day)s has passed. Choose a day that lies ahead."), field="on", day=day)
    if day > (latest := _months_after(today, 12 * MOST_YEARS_ON)):
        raise BadInput(N_("%(day)s is too far away. The latest day is %(latest)s."), field="on", day=day, latest=latest)
    if day > today:
        return
    if earliest == "tomorrow":
        raise BadInput(N_("“Not now” needs a day after today."), field="on", day=day)
    if due_of(day, calendar) <= now:
        raise BadInput(N_("Today's hours are over. Choose a later day."), field="on", day=day)


def check_instant(at: datetime, *, now: datetime, calendar: WorkingTime) -> None:
    """The same rules for an instant that a program names instead of a day (``BadInput``, field "at")."""
    if at <= now:
        raise BadInput(N_("%(at)s has passed. Choose an instant that lies ahead."), field="at", at=at)
    latest = _months_after(today_in(calendar, now=now), 12 * MOST_YEARS_ON)
    if at.astimezone(calendar.zone).date() > latest:
        raise BadInput(N_("%(at)s is too far away. The latest day is %(latest)s."), field="at", at=at, latest=latest)


def is_far(day: date, *, now: datetime, calendar: WorkingTime) -> bool:
    """Whether a ``not_now`` for this day asks first whether a no would be more honest."""
    return day > _months_after(today_in(calendar, now=now), FAR_MONTHS)


def today_in(calendar: WorkingTime, *, now: datetime) -> date:
    """The team's day at this instant."""
    return now.astimezone(calendar.zone).date()


def _months_after(day: date, months: int) -> date:
    """The same day of the month, ``months`` later; its last day where that month is too short (29 Feb → 28 Feb)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def breaks_day(answer: Answer, due_at: datetime, *, now: datetime, calendar: WorkingTime) -> bool:
    """Whether this answer breaks the day on which a ``not_now`` was to be looked at again: a no or a later day, given
    before that day has come. On the day itself somebody has looked, as was said."""
    last = (due_at - timedelta(microseconds=1)).astimezone(calendar.zone).date()  # midnight ends the day before
    if today_in(calendar, now=now) >= last:
        return False
    if answer.outcome is Outcome.NOT_NOW and answer.on is not None:
        return due_of(answer.on, calendar) > due_at
    return answer.outcome is Outcome.DECLINED
