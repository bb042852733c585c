"""Days and hours in the house's forms: "Do 26.11., 17 Uhr" and "Thu 26 Nov, 17:00".

All take the reader first. ``on`` is a calendar day as it was given, ``at`` an aware instant, shown on the reader's
clock. Relative words count calendar days, never hours. Where the reader's ``blank`` holds, no line breaks in "26 Nov".
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location

from tracker.notices.words.language import Locale, Reader, say
from tracker.notices.words.phrases import names

SHORT_DAYS: dict[Locale, tuple[str, ...]] = {
    "de": ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
LONG_DAYS: dict[Locale, tuple[str, ...]] = {
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
SHORT_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONG_MONTHS: dict[Locale, tuple[str, ...]] = {
    "de": (
        *("Januar", "Februar", "März", "April", "Mai", "Juni"),
        *("Juli", "August", "September", "Oktober", "November", "Dezember"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}

#: Around New Year "Mo 4.1." is plain enough; further away a day of another year is shown with it.
YEAR_IS_OBVIOUS = timedelta(days=60)
#: As long as a weekday alone can mean only one day.
WEEKDAY_IS_ENOUGH = 6

INSTANT = timedelta(microseconds=1)


def weekday(reader: Reader, on: date) -> str:
    """'Do' / 'Thu'."""
    return SHORT_DAYS[reader.locale][on.weekday()]


def long_weekday(reader: Reader, on: date) -> str:
    """'Donnerstag' / 'Thursday'."""
    return LONG_DAYS[reader.locale][on.weekday()]


def bare_day(reader: Reader, on: date) -> str:
    """'4.12.' / '4 Dec', with the year where it is not obvious."""
    year = "" if _year_is_obvious(reader, on) else str(on.year)
    if reader.locale == "de":
        return f"{on.day}.{on.month}.{year}"
    return reader.blank.join(part for part in (str(on.day), SHORT_MONTHS[on.month - 1], year) if part)


def day(reader: Reader, on: date) -> str:
    """'Do 26.11.' / 'Thu 26 Nov', 'Mo 1.3.2027' / 'Mon 1 Mar 2027' in another year."""
    return f"{weekday(reader, on)}{reader.blank}{bare_day(reader, on)}"


def _year_is_obvious(reader: Reader, on: date) -> bool:
    return on.year == reader.today.year or abs(on - reader.today) <= YEAR_IS_OBVIOUS


def header_day(reader: Reader, on: date) -> str:
    """'Montag, 30. November' / 'Monday, 30 November': the day on top of a mail."""
    dot = "." if reader.locale == "de" else ""
    return f"{long_weekday(reader, on)}, {on.day}{dot}{reader.blank}{LONG_MONTHS[reader.locale][on.month - 1]}"


def clock_time(reader: Reader, at: datetime) -> str:
    """'17 Uhr', '17:30 Uhr' / '17:00'."""
    local = reader.local(at)
    return _clock(reader, local.hour, local.minute)


def _clock(reader: Reader, hour: int, minute: int) -> str:
    if reader.locale == "en":
        return f"{hour:02}:{minute:02}"
    return f"{_bare_clock(hour, minute)}{reader.blank}Uhr"


def _bare_clock(hour: int, minute: int) -> str:
    return f"{hour}:{minute:02}" if minute else f"{hour}"


def last_day(reader: Reader, at: datetime) -> date:
    """The day that ends no earlier than this deadline: a promise due at midnight belongs to the day before."""
    return reader.local(at - INSTANT).date()


def _deadline(reader: Reader, at: datetime) -> tuple[date, str]:
    """The day and clock words of a deadline; one at the end of a day is '24 Uhr', never the next day's '0 Uhr'."""
    on = last_day(reader, at)
    if on < reader.local(at).date():
        return on, _clock(reader, 24, 0)
    return on, clock_time(reader, at)


def until(reader: Reader, at: datetime) -> str:
    """A deadline in full: 'Do 26.11., 17 Uhr' / 'Thu 26 Nov, 17:00'."""
    on, clock = _deadline(reader, at)
    return f"{day(reader, on)}, {clock}"


def near_until(reader: Reader, at: datetime) -> str:
    """A deadline, 'heute, 17 Uhr' when it is today's, else in full."""
    on, clock = _deadline(reader, at)
    return f"{relative_day(reader, on)}, {clock}" if on == reader.today else until(reader, at)


def until_with_word(reader: Reader, at: datetime) -> str:
    """'gestern, Do 26.11., 17 Uhr': the day both ways, where it is today, tomorrow or yesterday."""
    on = last_day(reader, at)
    near = abs((on - reader.today).days) <= 1
    return f"{relative_day(reader, on)}, {until(reader, at)}" if near else until(reader, at)


def short_until(reader: Reader, at: datetime) -> str:
    """'Do, 17 Uhr' while the weekday alone is enough, else 'Do 19.11., 17 Uhr'."""
    on, clock = _deadline(reader, at)
    return f"{short_day(reader, on)}, {clock}"


def moment(reader: Reader, at: datetime) -> str:
    """When something happened or will: 'Do 26.11., 17 Uhr' / 'Thu 26 Nov, 17:00'."""
    return f"{day(reader, reader.local(at).date())}, {clock_time(reader, at)}"


def short_moment(reader: Reader, at: datetime) -> str:
    """'Fr, 13 Uhr' while the weekday alone is enough, else as ``moment``."""
    return f"{short_day(reader, reader.local(at).date())}, {clock_time(reader, at)}"


def weekday_clock(reader: Reader, at: datetime) -> str:
    """'Mi 9 Uhr' / 'Wed 09:00': an hour within the next days, said in passing."""
    return f"{short_day(reader, reader.local(at).date())}{reader.blank}{clock_time(reader, at)}"


def short_day(reader: Reader, on: date) -> str:
    """'Do' while the weekday alone is enough, else 'Do 19.11.'."""
    return weekday(reader, on) if _is_this_week(reader, on) else day(reader, on)


def spoken_day(reader: Reader, on: date) -> str:
    """A day inside a sentence: 'heute', 'gestern', 'Donnerstag', 'Do 19.11.'."""
    if abs((on - reader.today).days) <= 1:
        return relative_day(reader, on)
    return long_weekday(reader, on) if _is_this_week(reader, on) else day(reader, on)


def _is_this_week(reader: Reader, on: date) -> bool:
    return abs((on - reader.today).days) <= WEEKDAY_IS_ENOUGH


def relative_day(reader: Reader, on: date) -> str:
    """'heute', 'morgen', 'gestern', 'in 2 Tagen', 'vor 3 Tagen', in calendar days."""
    language = say(reader.locale)
    days = (on - reader.today).days
    if days == 0:
        return language.gettext("today")
    if abs(days) == 1:
        return language.gettext("tomorrow") if days > 0 else language.gettext("yesterday")
    if days > 0:
        return language.ngettext("in %(num)s day", "in %(num)s days", days)
    return language.ngettext("%(num)s day ago", "%(num)s days ago", -days)


def since_day(reader: Reader, on: date) -> str:
    """'gestern', 'heute', 'Do' or 'Do 19.11.': what stands after "seit" / "since"."""
    return relative_day(reader, on) if (reader.today - on).days in (0, 1) else short_day(reader, on)


def on_moment(reader: Reader, at: datetime, *, starts: bool = False) -> str:
    """'am Montag um 17 Uhr' / 'on Monday at 17:00', 'morgen um 13 Uhr'; ``starts``: as the beginning of a sentence."""
    on, clock = _deadline(reader, at)
    words = say(reader.locale)
    which = spoken_day(reader, on)
    if abs((on - reader.today).days) <= 1:
        text = words.gettext("%(day)s at %(clock)s", day=which, clock=clock)
    else:
        text = words.gettext("on %(day)s at %(clock)s", day=which, clock=clock)
    return text[:1].upper() + text[1:] if starts else text


def on_day(reader: Reader, on: date) -> str:
    """'am Donnerstag' / 'on Thursday', 'heute', 'gestern'."""
    which = spoken_day(reader, on)
    return which if abs((on - reader.today).days) <= 1 else say(reader.locale).gettext("on %(day)s", day=which)


def on_weekday(reader: Reader, on: date) -> str:
    """'am Donnerstag' / 'on Thursday' for yesterday too: a history reads better in weekdays; 'heute' for today."""
    if on == reader.today:
        return relative_day(reader, on)
    which = long_weekday(reader, on) if _is_this_week(reader, on) else day(reader, on)
    return say(reader.locale).gettext("on %(day)s", day=which)


def moments(reader: Reader, instants: Sequence[datetime]) -> str:
    """Several instants, told by day: 'Do 13 und 17 Uhr, Fr 9 Uhr' / 'Thu 13:00 and 17:00, Fri 09:00'."""
    local = [reader.local(at) for at in sorted(instants)]
    return ", ".join(_one_day(reader, on, list(group)) for on, group in groupby(local, key=lambda at: at.date()))


def _one_day(reader: Reader, on: date, local: list[datetime]) -> str:
    between = reader.blank if _is_this_week(reader, on) else ", "  # a whole date ends with a comma
    if reader.locale == "en":
        return f"{short_day(reader, on)}{between}{names('en', [_clock(reader, at.hour, at.minute) for at in local])}"
    clocks = names("de", [_bare_clock(at.hour, at.minute) for at in local])
    return f"{short_day(reader, on)}{between}{clocks}{reader.blank}Uhr"


def weekdays(reader: Reader, days: Sequence[date], *, spoken: bool = False) -> str:
    """'Do, Fr', spoken 'Donnerstag und Freitag'; each day once, in order."""
    unique = sorted(set(days))
    if spoken:
        return names(reader.locale, [spoken_day(reader, on) for on in unique])
    return ", ".join(short_day(reader, on) for on in unique)


def duration(locale: Locale, length: timedelta) -> str:
    """'16 Stunden', '2 Stunden 30 Minuten' / '2 hours 30 minutes'; for "why then?" only."""
    hours, minutes = divmod(round(length.total_seconds() / 60), 60)
    words = say(locale)
    parts = [words.ngettext("%(num)s hour", "%(num)s hours", hours)] if hours else []
    if minutes or not hours:
        parts.append(words.ngettext("%(num)s minute", "%(num)s minutes", minutes))
    return " ".join(parts)


def short_duration(locale: Locale, length: timedelta) -> str:
    """'8 Std.' / '8 h', '30 Min.' / '30 min': in tables."""
    hours, minutes = divmod(round(length.total_seconds() / 60), 60)
    words = say(locale)
    parts = [words.gettext("%(num)s h", num=hours)] if hours else []
    if minutes or not hours:
        parts.append(words.gettext("%(num)s min", num=minutes))
    return " ".join(parts)


def zone_note(reader: Reader, team_zone: ZoneInfo) -> str | None:
    """One line naming the reader's zone where its clock differs from the team's, else None."""
    if reader.now.astimezone(reader.zone).utcoffset() == reader.now.astimezone(team_zone).utcoffset():
        return None
    return say(reader.locale).gettext(
        "Times are in your zone (%(yours)s); the team's is %(teams)s.",
        yours=_place(reader.locale, reader.zone),
        teams=_place(reader.locale, team_zone),
    )


def _place(locale: Locale, zone: ZoneInfo) -> str:
    """'Lissabon' / 'Lisbon' for Europe/Lisbon: a place says more than an offset."""
    return get_timezone_location(zone, locale=locale, return_city=True)
