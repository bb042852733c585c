"""What somebody typed into the search, understood: words, "phrases", filters, and what is not wanted.

All words must occur. ``-word`` must not. ``author:``, ``tag:`` and the others narrow it, in English and German
spellings. What cannot be meant is refused with a sentence that quotes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.domain.errors import N_, BadInput
from tracker.domain.lifecycle import Kind, Status, Urgency, WaitingOn
from tracker.domain.search_words import (
    DUE_WORDS,
    KINDS,
    ME,
    NAMES,
    STATUSES,
    TURNS,
    URGENCIES,
    DueWord,
    Filter,
    plain,
)

LONGEST = 300
MOST_TERMS = 24

#: -name:"value" · -name:value · -"phrase" · -word. A quotation that nobody closed goes on to the end.
_PIECE = re.compile(
    r"""(?P<minus>[-–−])?
        (?:(?P<name>[^\W\d_]+):(?=[^\s/])(?:["“„”](?P<quoted>[^"“„”]*)["“„”]?|(?P<value>\S+))
          |["“„”](?P<phrase>[^"“„”]*)["“„”]?
          |(?P<word>[^\s"“„”]+))""",
    re.VERBOSE,
)
_NUMBER = re.compile(r"#(\d{1,18})\Z")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})\Z")
_GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})?\Z")


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must occur, or must not: one after the other where they stood in quotation marks."""

    text: str
    is_phrase: bool = False
    #: the last word may be the beginning of a longer one
    is_prefix: bool = False
    is_not: bool = False


@dataclass(frozen=True, slots=True)
class Days:
    """From the first day to the last, both included; none: without an end on that side."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Person:
    """Who is meant, as it was typed; ``is_me`` for oneself."""

    given: str
    is_me: bool = False


Value = Kind | Urgency | frozenset[Status] | WaitingOn | Person | Days | DueWord | str


@dataclass(frozen=True, slots=True)
class Narrowed:
    """One filter with what it was given."""

    by: Filter
    value: Value
    given: str
    is_not: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    terms: tuple[Term, ...] = ()
    filters: tuple[Narrowed, ...] = ()
    #: "#41"
    numbers: tuple[int, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.terms or self.filters or self.numbers)


def understood(typed: str, *, today: date, may_go_on: bool = False) -> Query:
    """``today`` is the reader's day. ``may_go_on``: the last word may be the beginning of
    a longer one, unless it is one that is not wanted. Raises ``BadInput``."""
    if len(typed) > LONGEST:
        raise BadInput(
            N_("That is too long: %(length)s characters, at most %(longest)s fit."),
            field="q",
            length=len(typed),
            longest=LONGEST,
        )
    pieces = _PIECE.finditer(typed)
    found = [_piece(piece, today, is_last=may_go_on and piece.end() == len(typed)) for piece in pieces]
    query = Query(
        terms=tuple(one for one in found if isinstance(one, Term)),
        filters=tuple(one for one in found if isinstance(one, Narrowed)),
        numbers=tuple(one for one in found if isinstance(one, int)),
    )
    if len(query.terms) + len(query.filters) > MOST_TERMS:
        raise BadInput(N_("At most %(most)s words fit into one search."), field="q", most=MOST_TERMS)
    if query.is_empty and typed.strip():
        raise BadInput(N_("There is no word in “%(given)s” that could be looked for."), field="q", given=typed.strip())
    return query


def _piece(piece: re.Match[str], today: date, *, is_last: bool) -> Term | Narrowed | int | None:
    is_not = piece["minus"] is not None
    if piece["name"] is not None:
        quoted = piece["quoted"]
        return _narrowed(piece["name"], quoted if quoted is not None else piece["value"], today, is_not)
    if piece["phrase"] is not None:
        return _term(Term(piece["phrase"], is_phrase=True, is_not=is_not))
    word = piece["word"]
    if number := _NUMBER.match(word):
        return int(number[1])
    return _term(Term(word, is_prefix=is_last and not is_not and word[-1:].isalnum(), is_not=is_not))


def _term(term: Term) -> Term | None:
    """None for signs without a word."""
    return term if any(char.isalnum() for char in term.text) else None


# Filters --------------------------------------------------------------------------------------------------------------


def _narrowed(name: str, given: str, today: date, is_not: bool) -> Narrowed:
    by = NAMES.get(plain(name))
    if by is None:
        raise BadInput(
            N_("“%(given)s” is no filter. Put it in quotation marks to look for these words."),
            field="q",
            given=f"{name}:{given}",
        )
    return Narrowed(by, _value(by, given.strip(), today), given, is_not)


def _value(by: Filter, given: str, today: date) -> Value:
    word = plain(given)
    if by in (Filter.AUTHOR, Filter.TAG):
        if not word:
            raise _refused(by, given)
        return given if by is Filter.TAG else Person(given, word in ME)
    if by is Filter.WAITING:
        return TURNS.get(word) or Person(given, word in ME) if word else _refuse(by, given)
    if by is Filter.DUE:
        return DUE_WORDS.get(word) or _days(given, today)
    tables: dict[Filter, dict[str, Kind] | dict[str, Urgency] | dict[str, frozenset[Status]]] = {
        Filter.KIND: KINDS,
        Filter.URGENCY: URGENCIES,
        Filter.STATUS: STATUSES,
    }
    found = tables[by].get(word)
    return found if found is not None else _refuse(by, given)


_REFUSALS = {
    Filter.AUTHOR: N_("“%(given)s” is no name."),
    Filter.TAG: N_("“%(given)s” is no tag."),
    Filter.WAITING: N_("Nobody is called “%(given)s”. You can also look for what is with us, author, me or nobody."),
    Filter.DUE: N_("“%(given)s” is no date. You can write late, today, tomorrow, week or a day such as 2026-12-01."),
    Filter.KIND: N_("“%(given)s” is no kind. There are idea, problem, question and trouble."),
    Filter.STATUS: N_(
        "“%(given)s” is no status. There are open, new, asked, promised, later, done, no, answered and closed."
    ),
    Filter.URGENCY: N_("“%(given)s” is no urgency. There are burning, daily, normal and canwait."),
}


def _refused(by: Filter, given: str) -> BadInput:
    return BadInput(_REFUSALS[by], field="q", given=given)


def _refuse(by: Filter, given: str) -> Value:
    raise _refused(by, given)


# Days -----------------------------------------------------------------------------------------------------------------


def _days(given: str, today: date) -> Days:
    """A day, ``<day`` before it, ``>day`` after it. Raises ``BadInput``."""
    sign, text = (given[0], given[1:]) if given[:1] in ("<", ">") else ("", given)
    day = _day(text, today)
    if day is None:
        raise _refused(Filter.DUE, given)
    if sign == "<":
        return Days(None, day - timedelta(days=1))
    return Days(day + timedelta(days=1), None) if sign == ">" else Days(day, day)


def _day(text: str, today: date) -> date | None:
    """A date in ISO or German form; "1.12." is the next one to come, or of the last days."""
    try:
        if found := _ISO.match(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _GERMAN.match(text):
            day, month, year = int(found[1]), int(found[2]), found[3]
            if year is not None:
                return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
            near = [date(today.year + more, month, day) for more in (-1, 0, 1)]
            return min(near, key=lambda one: abs((one - today).days))
    except ValueError:
        return None
    return None


def days_of(word: DueWord, today: date) -> Days:
    """The days that a word means; a week ends on Sunday."""
    if word is DueWord.TOMORROW:
        return Days(today + timedelta(days=1), today + timedelta(days=1))
    if word is DueWord.WEEK:
        return Days(today, today + timedelta(days=6 - today.weekday()))
    return Days(today, today)
