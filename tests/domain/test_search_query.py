"""What somebody types into the search, as a table: words, phrases, filters in both languages, and what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tracker.domain.errors import BadInput
from tracker.domain.lifecycle import Kind, Status, Urgency, WaitingOn
from tracker.domain.search_query import Days, Narrowed, Person, Term, days_of, understood
from tracker.domain.search_words import DueWord, Filter

TUESDAY = date(2026, 11, 24)

WORDS: list[tuple[str, list[Term]]] = [
    ("umlaute", [Term("umlaute")]),
    ("chat  umlaute ", [Term("chat"), Term("umlaute")]),
    ('"süßer brei"', [Term("süßer brei", is_phrase=True)]),
    ("„süßer Brei“", [Term("süßer Brei", is_phrase=True)]),
    ("“sweet mash”", [Term("sweet mash", is_phrase=True)]),
    ('filter "süßer brei', [Term("filter"), Term("süßer brei", is_phrase=True)]),  # nobody closed it
    ('filter"assel"', [Term("filter"), Term("assel", is_phrase=True)]),
    ("filter -discord", [Term("filter"), Term("discord", is_not=True)]),
    ('-"süßer brei"', [Term("süßer brei", is_phrase=True, is_not=True)]),
    ("chat-filter", [Term("chat-filter")]),
    ("filter - discord", [Term("filter"), Term("discord")]),  # a dash between words
    ("um 17:30 Uhr", [Term("um"), Term("17:30"), Term("Uhr")]),
    ("https://example.org/x", [Term("https://example.org/x")]),
    ("Fehler: keine", [Term("Fehler:"), Term("keine")]),
    ("* OR ( NEAR", [Term("OR"), Term("NEAR")]),  # signs of a database's own language are nothing here
    ("", []),
    ("   ", []),
]


@pytest.mark.parametrize(("typed", "terms"), WORDS)
def test_words_and_phrases(typed: str, terms: list[Term]) -> None:
    assert list(understood(typed, today=TUESDAY).terms) == terms


FILTERS: list[tuple[str, Filter, Any]] = [
    ("author:nari", Filter.AUTHOR, Person("nari")),
    ("von:nari", Filter.AUTHOR, Person("nari")),
    ("Von:Nari", Filter.AUTHOR, Person("Nari")),
    ("autor:ich", Filter.AUTHOR, Person("ich", is_me=True)),
    ("author:me", Filter.AUTHOR, Person("me", is_me=True)),
    ('author:"Anna Lena"', Filter.AUTHOR, Person("Anna Lena")),
    ("von:„Anna Lena“", Filter.AUTHOR, Person("Anna Lena")),
    ("tag:chat", Filter.TAG, "chat"),
    ("schlagwort:chat", Filter.TAG, "chat"),
    ("waiting:team", Filter.WAITING, WaitingOn.MANAGERS),
    ("wartet:uns", Filter.WAITING, WaitingOn.MANAGERS),
    ("waiting:author", Filter.WAITING, WaitingOn.AUTHOR),
    ("bei:niemandem", Filter.WAITING, WaitingOn.NOBODY),
    ("bei:pit", Filter.WAITING, Person("pit")),
    ("bei:mir", Filter.WAITING, Person("mir", is_me=True)),
    ("due:late", Filter.DUE, DueWord.LATE),
    ("fällig:überfällig", Filter.DUE, DueWord.LATE),
    ("faellig:ueberfaellig", Filter.DUE, DueWord.LATE),
    ("bis:heute", Filter.DUE, DueWord.TODAY),
    ("due:2026-12-01", Filter.DUE, Days(date(2026, 12, 1), date(2026, 12, 1))),
    ("bis:1.12.2026", Filter.DUE, Days(date(2026, 12, 1), date(2026, 12, 1))),
    ("bis:1.12.26", Filter.DUE, Days(date(2026, 12, 1), date(2026, 12, 1))),
    ("bis:1.12.", Filter.DUE, Days(date(2026, 12, 1), date(2026, 12, 1))),
    ("bis:2.1.", Filter.DUE, Days(date(2027, 1, 2), date(2027, 1, 2))),  # the nearest 2 January
    ("due:<2026-12-01", Filter.DUE, Days(None, date(2026, 11, 30))),
    ("due:>2026-12-01", Filter.DUE, Days(date(2026, 12, 2), None)),
    ("kind:question", Filter.KIND, Kind.QUESTION),
    ("art:Frage", Filter.KIND, Kind.QUESTION),
    ("art:knirscht", Filter.KIND, Kind.FRICTION),
    ('art:"es knirscht"', Filter.KIND, Kind.FRICTION),
    ("status:open", Filter.STATUS, frozenset({Status.OPEN, Status.ASKED, Status.WILL_DO, Status.NOT_NOW})),
    ("status:nein", Filter.STATUS, frozenset({Status.DECLINED})),
    ("stand:erledigt", Filter.STATUS, frozenset({Status.DONE})),
    ("status:not_now", Filter.STATUS, frozenset({Status.NOT_NOW})),
    ("urgency:burning", Filter.URGENCY, Urgency.URGENT),
    ("dringlichkeit:brennt", Filter.URGENCY, Urgency.URGENT),
    ("dringlichkeit:stört", Filter.URGENCY, Urgency.HIGH),
    ("eile:kannwarten", Filter.URGENCY, Urgency.LOW),
]


@pytest.mark.parametrize(("typed", "by", "value"), FILTERS)
def test_filters_in_english_and_german(typed: str, by: Filter, value: Any) -> None:
    (found,) = understood(typed, today=TUESDAY).filters
    assert (found.by, found.value, found.is_not) == (by, value, False)


def test_words_and_filters_stand_side_by_side_and_either_can_be_turned_round() -> None:
    query = understood("filter -von:pit #41 -art:idee", today=TUESDAY)
    assert query.terms == (Term("filter"),)
    assert query.numbers == (41,)
    assert query.filters == (
        Narrowed(Filter.AUTHOR, Person("pit"), "pit", is_not=True),
        Narrowed(Filter.KIND, Kind.IDEA, "idee", is_not=True),
    )


@pytest.mark.parametrize(
    ("typed", "is_prefix"),
    [
        ("uml", [True]),
        ("chat uml", [False, True]),
        ("chat ", [False]),
        ('"süßer br', [False]),
        ("filter!", [False]),
        ("chat -uml", [False, False]),
    ],
)
def test_the_last_word_may_go_on_unless_it_is_not_wanted(typed: str, is_prefix: list[bool]) -> None:
    assert [term.is_prefix for term in understood(typed, today=TUESDAY, may_go_on=True).terms] == is_prefix
    assert not any(term.is_prefix for term in understood(typed, today=TUESDAY).terms)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("colour:red", "“colour:red” is no filter"),
        ("Fehler:404", "“Fehler:404” is no filter"),
        ("kind:bug", "“bug” is no kind"),
        ("status:maybe", "“maybe” is no status"),
        ("urgency:very", "“very” is no urgency"),
        ("due:someday", "“someday” is no date"),
        ("due:31.2.2026", "“31.2.2026” is no date"),
        ("due:<soon", "“<soon” is no date"),
        ("waiting:…", "Nobody is called “…”"),
        ("author:?", "“?” is no name"),
        ("tag:!", "“!” is no tag"),
        ("***", "There is no word in “***”"),
        ("x" * 301, "301 characters, at most 300 fit"),
        ("x " * 25, "At most 24 words"),
    ],
)
def test_what_cannot_be_meant_is_quoted(typed: str, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        understood(typed, today=TUESDAY)
    assert said in str(refused.value)
    assert refused.value.field == "q"


@pytest.mark.parametrize(
    ("word", "days"),
    [
        (DueWord.TODAY, Days(TUESDAY, TUESDAY)),
        (DueWord.TOMORROW, Days(date(2026, 11, 25), date(2026, 11, 25))),
        (DueWord.WEEK, Days(TUESDAY, date(2026, 11, 29))),  # until Sunday
    ],
)
def test_words_for_days(word: DueWord, days: Days) -> None:
    assert days_of(word, TUESDAY) == days
