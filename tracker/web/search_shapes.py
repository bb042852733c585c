"""What the pages of the search and of earlier answers are given to show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tracker.web.shapes import Act, Link, NavItem, Row


@dataclass(frozen=True, kw_only=True)
class Given:
    """An answer in a line: "Done in March", and its words."""

    became: str
    text: Markup | str
    #: done, will_do, not_now or declined
    outcome: str


@dataclass(frozen=True, kw_only=True)
class Snippet:
    """A piece of a text with what was found marked; `label` says whose it is."""

    label: str
    text: Markup
    internal: bool = False


@dataclass(frozen=True, kw_only=True)
class Hit:
    """Something that was found. `title` is the row's title with what was found marked."""

    row: Row
    title: Markup
    snippets: Sequence[Snippet] = ()
    given: Given | None = None


@dataclass(frozen=True, kw_only=True)
class Hint:
    """A filter that is taught: how it is written, what it does, and an address that tries it."""

    written: str
    does: str
    url: str


@dataclass(frozen=True, kw_only=True)
class SearchPage:
    """The search. `asked` is what was typed; `live_url` answers with what is found alone."""

    url: str
    live_url: str
    asked: str = ""
    problem: str = ""
    headline: str = ""
    hits: Sequence[Hit] = ()
    hints: Sequence[Hint] = ()
    here: str = ""
    newer_url: str = ""
    older_url: str = ""
    #: leads to the earlier answers, and to raising what was looked for
    library: Link | None = None
    raise_link: Link | None = None


@dataclass(frozen=True, kw_only=True)
class Month:
    """Answers of one month, the latest first."""

    name: str
    hits: Sequence[Hit]


@dataclass(frozen=True, kw_only=True)
class LibraryPage:
    """What was declined or put off, with the reason."""

    url: str
    months: Sequence[Month]
    outcomes: Sequence[NavItem]
    kinds: Sequence[tuple[str, str]]
    kind: str = ""
    outcome: str = ""
    asked: str = ""
    problem: str = ""
    here: str = ""
    newer_url: str = ""
    older_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Alike:
    """A suggestion like the one that is being written. `votes` are "same thing" and "me too"; a closed one has none.

    `with_it` is said to who is with it already.
    """

    number: int
    title: str
    url: str
    given: Given | None
    state: str
    votes: Sequence[Act] = ()
    with_it: str = ""
