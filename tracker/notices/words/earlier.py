"""What became of something some time ago: "Done in March", "Nein, im Mai 2025"."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tracker.notices.words import when as t
from tracker.notices.words.language import Reader, say
from tracker.notices.words.states import Kind, done

#: Until then the day is said, later the month.
DAY_IS_KNOWN = timedelta(days=27)


def month(reader: Reader, on: date) -> str:
    """'März' / 'March', with the year where it is not the last one of that name."""
    name = t.LONG_MONTHS[reader.locale][on.month - 1]
    is_last = (reader.today.year - on.year) * 12 + reader.today.month - on.month < 11
    return name if is_last else f"{name} {on.year}"


def became(reader: Reader, outcome: str, *, at: datetime, kind: Kind, on: date | None) -> str:
    """The beginning of an answer with when it was given; what is promised or comes back says its day instead."""
    words = say(reader.locale)
    if on is not None and outcome == "will_do":
        return words.gettext("We do it by %(day)s", day=t.day(reader, on))
    if on is not None and outcome == "not_now":
        return words.gettext("Not now, again on %(day)s", day=t.day(reader, on))
    given = at.astimezone(reader.zone).date()
    if reader.today - given <= DAY_IS_KNOWN:
        if outcome == "done":
            return done(reader, on=given, kind=kind)
        return words.gettext("No, on %(day)s", day=t.day(reader, given))
    name = month(reader, given)
    if outcome == "declined":
        return words.gettext("No, in %(month)s", month=name)
    if kind == "question":
        return words.gettext("Answered in %(month)s", month=name)
    if kind == "friction":
        return words.gettext("Settled in %(month)s", month=name)
    return words.gettext("Done in %(month)s", month=name)
