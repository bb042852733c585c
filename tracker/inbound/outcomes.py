"""An answer written by mail: four beginnings in two languages, and what was understood of what follows them.

It is pure, and a suggestion only: what is read here becomes a draft that a person confirms. ``domain.outcomes`` has the
rules for a real answer.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from tracker.domain.outcomes import Outcome, says_something
from tracker.inbound.reply_lines import INVISIBLE


class Problem(StrEnum):
    """Why what was read is no whole answer yet; the first that applies."""

    NO_DAY = "no_day"  # "LATER because …"
    UNCLEAR_DAY = "unclear_day"  # "WILL DO by Friday …", "LATER 4/12 …", "MACHEN WIR bis Mo 4.12." on a Friday
    NO_SUCH_DAY = "no_such_day"  # "SPÄTER 31.2. …"
    PAST_DAY = "past_day"  # "LATER 2019-01-15 …"; ``on`` is that day
    NO_TEXT = "no_text"  # "DONE", and nothing that changed


@dataclass(frozen=True, slots=True)
class Read:
    """What the first words say. ``text`` is the rest, ``on`` the day understood, ``said`` the words of a day that were
    not, so that somebody can be asked back with them."""

    outcome: Outcome
    text: str = ""
    on: date | None = None
    problem: Problem | None = None
    said: str = ""


_BEGINNING = re.compile(
    r"[*_]{0,2}(?:(?P<done>done|erledigt)|(?P<will_do>will {1,3}do|machen {1,3}wir)|(?P<not_now>later|später|spaeter)"
    r"|(?P<declined>no|nein))(?![\w'’-])[*_]{0,2}",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"(?:[ \t:,;.!–—]|-(?=\s))*")
_LEAD = re.compile(
    r"(?:(?P<sure>by|until|till|bis)(?: zum| the)?|on|am|ab|wieder am|zum|den|the) {1,3}(?=\S)", re.IGNORECASE
)
_BECAUSE = re.compile(r"(?<!\w)(?:because|weil)(?!\w)[\s:,]{0,3}", re.IGNORECASE)
_LIKE_A_DAY = re.compile(r"\d{1,4}(?:[./-]|st\b|nd\b|rd\b|th\b)\S{0,20}", re.IGNORECASE)
_MOST_WORDS_OF_A_DAY = 4


def read(text: str, *, today: date) -> Read | None:
    """The answer that the visible part of a mail begins with, or nothing where its first words are no such beginning.

    ``today`` is the team's day; a day without a year is the next such day, today included. Capitals make no
    difference to a whole answer. Where a part is missing they do: "Later I will look" is a sentence, "LATER" alone asks
    for a day.
    """
    said = _tidied(text)
    beginning = _BEGINNING.match(said)
    if beginning is None or beginning.lastgroup is None:
        return None
    word, rest = beginning[beginning.lastgroup], said[beginning.end() :]
    if rest.startswith("?"):
        return None
    match beginning.lastgroup:
        case "done":
            return _whole(Outcome.DONE, rest)
        case "declined":
            return _no(rest, is_loud=word.isupper())
        case named:
            return _with_a_day(Outcome(named), rest, today, is_loud=word.isupper())


def _tidied(text: str) -> str:
    """One form of each letter and of each space, and nothing invisible before the first word."""
    spaced = re.sub(r"[^\S\n]", " ", unicodedata.normalize("NFC", text))
    return spaced.strip(f"{INVISIBLE} \n")


def _after_separators(rest: str) -> str:
    """What follows the dash, colon or comma after a keyword or a day; a list's own dashes on the next line stay."""
    found = _SEPARATORS.match(rest)
    return rest[found.end() :].strip() if found else rest.strip()


def _whole(outcome: Outcome, rest: str) -> Read:
    text = _after_separators(rest)
    if outcome in (Outcome.NOT_NOW, Outcome.DECLINED) and (because := _BECAUSE.match(text)):
        text = text[because.end() :].strip()
    return Read(outcome, text, problem=None if says_something(text) else Problem.NO_TEXT)


def _no(rest: str, *, is_loud: bool) -> Read | None:
    """A reason has to be announced, or the word stand alone in capitals: "No, I like it" declines nothing."""
    text = _after_separators(rest)
    if _BECAUSE.match(text) or (is_loud and (not text or rest.startswith(":"))):
        return _whole(Outcome.DECLINED, rest)
    return None


# Days -----------------------------------------------------------------------------------------------------------------

_MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "jan january januar jänner",
            "feb february februar",
            "mar march mär mrz märz",
            "apr april",
            "may mai",
            "jun june juni",
            "jul july juli",
            "aug august",
            "sep sept september",
            "oct october okt oktober",
            "nov november",
            "dec december dez dezember",
        ),
        start=1,
    )
    for word in words.split()
}
_WEEKDAYS = {
    word: number
    for number, words in enumerate(
        (
            "mo mon monday montag",
            "di tu tue tues tuesday dienstag",
            "mi we wed wednesday mittwoch",
            "do th thu thur thurs thursday donnerstag",
            "fr fri friday freitag",
            "sa sat saturday samstag sonnabend",
            "so su sun sunday sonntag",
        )
    )
    for word in words.split()
}
_WEEKDAY = rf"(?:(?P<weekday>{'|'.join(sorted(_WEEKDAYS, key=len, reverse=True))})(?:\.,?|,)? )?"
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})(?!\w)\.?"
_YEAR = r"(?:,? ?(?P<year>\d{4})(?!\d))?"
_FORMS = tuple(
    re.compile(_WEEKDAY + form, re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?!\d)",
        # Without its last dot only where nothing follows that it could count: "2.5 hours" is no day.
        r"(?P<day>\d{1,2})\. ?(?P<month>\d{1,2})"
        r"(?:\.(?: ?(?P<year>\d{4})(?!\d)|(?P<short>\d{2})(?!\d))?|(?=\s*(?:$|[,:;–—-]|because\b|weil\b)))",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)? ?{_MONTH}{_YEAR}",
        rf"{_MONTH} ?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:]){_YEAR}",
    )
)


def _with_a_day(outcome: Outcome, rest: str, today: date, *, is_loud: bool) -> Read | None:
    after = _after_separators(rest)
    lead = _LEAD.match(after)
    named = after[lead.end() :] if lead else after
    for form in _FORMS:
        if found := form.match(named):
            on, problem = _day(found.groupdict(), today)
            answer = _whole(outcome, named[found.end() :])
            return replace(answer, on=on, problem=problem or answer.problem, said=found[0] if problem else "")
    if lead is None or not lead["sure"]:
        is_meant = is_loud or _stands_alone(outcome, rest) or _LIKE_A_DAY.match(named) is not None
    else:
        is_meant = True
    return _without_a_day(outcome, after, named, is_meant=is_meant)


def _stands_alone(outcome: Outcome, rest: str) -> bool:
    """ "Will do!" and "Will do, thanks" are promises without a day; "Later, at home, …" begins a sentence."""
    bare = rest.lstrip(" ")
    return not bare or bare[0] in (".!\n," if outcome is Outcome.WILL_DO else ".!\n")


def _without_a_day(outcome: Outcome, after: str, named: str, *, is_meant: bool) -> Read | None:
    """Nothing that could be read as a day. What stands in its place is given back, so that somebody can be asked."""
    because = _BECAUSE.search(named.partition("\n")[0][:200])
    said = named[: because.start()].strip(" ,:;.–—-") if because else ""
    if because and len(said.split()) <= _MOST_WORDS_OF_A_DAY:
        text = named[because.start() :]
    elif not is_meant:
        return None
    else:
        place = _LIKE_A_DAY.match(named) or (re.match(r"\S{1,40}", named) if named != after else None)
        said = place[0].rstrip(",:;.!") if place else ""
        text = named[place.end() :] if place else after
    problem = Problem.UNCLEAR_DAY if said else Problem.NO_DAY
    return replace(_whole(outcome, text), problem=problem, said=said)


def _day(parts: dict[str, str | None], today: date) -> tuple[date | None, Problem | None]:
    day, month = int(parts["day"] or 0), str(parts["month"]).lower()
    number = _MONTHS[month] if month in _MONTHS else int(month)
    year = parts.get("year") or (f"20{parts['short']}" if parts.get("short") else None)
    on = _date(int(year), number, day) if year else _next(number, day, today)
    if on is None:
        return None, Problem.NO_SUCH_DAY
    weekday = parts.get("weekday")
    if weekday and _WEEKDAYS[weekday.lower()] != on.weekday():
        return None, Problem.UNCLEAR_DAY
    return on, Problem.PAST_DAY if on < today else None


def _next(month: int, day: int, today: date) -> date | None:
    """The next such day from today on; a 29 February may be eight years away."""
    days = (_date(year, month, day) for year in range(today.year, today.year + 9))
    return next((on for on in days if on is not None and on >= today), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
