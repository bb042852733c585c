"""Does a mail read like an answer? The four beginnings in both languages, the day as 2026-12-04 or 4.12.2026."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from tracker.domain.outcomes import Outcome

_DAY = r"(?P<on>\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.(?:\d{4})?)"
_BEGINNINGS = (
    (Outcome.DONE, re.compile(r"(?:DONE|ERLEDIGT)\b[\s:,.–—-]*", re.IGNORECASE)),
    (Outcome.WILL_DO, re.compile(rf"(?:WILL DO(?: BY)?|MACHEN WIR BIS)\s+{_DAY}[\s:,–—-]*", re.IGNORECASE)),
    (Outcome.NOT_NOW, re.compile(rf"(?:LATER|SPÄTER)\s+{_DAY}[\s:,–—-]*(?:because|weil)?\s*", re.IGNORECASE)),
    (Outcome.DECLINED, re.compile(r"(?:NO,?\s+because|NEIN,?\s+weil)\b[\s:]*", re.IGNORECASE)),
)


@dataclass(frozen=True, slots=True)
class Read:
    """What was meant, as far as it was said."""

    outcome: Outcome
    text: str
    on: date | None = None


def read(text: str, *, today: date, locale: str) -> Read | None:
    """The answer that the words begin with, or none. A day without a year is the next one."""
    for outcome, beginning in _BEGINNINGS:
        found = beginning.match(text)
        if found is not None:
            on = _day(found.groupdict().get("on"), today)
            return Read(outcome, text[found.end() :].strip(), on)
    return None


def _day(said: str | None, today: date) -> date | None:
    if said is None:
        return None
    try:
        if "-" in said:
            return date.fromisoformat(said)
        day, month, year = said.split(".")
        if year:
            return date(int(year), int(month), int(day))
        this = date(today.year, int(month), int(day))
        return this if this >= today else date(today.year + 1, int(month), int(day))
    except ValueError:
        return None
