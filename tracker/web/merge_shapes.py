"""What the pages of merging and splitting off are given to show, and what a suggestion's page says of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.web.shapes import Act, Choice, Entry, Link, Problem, Promise, Row

Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class MergePage:
    """Choosing what a suggestion goes on in, and looking at what would happen before it does.

    ``found`` are what can be chosen. Once one is, ``target`` is it, and either ``says`` tells what a merge does or
    ``refusal`` why there is none; ``same_text`` then leads to the form, with the words of ``answer``.
    """

    url: str
    back: Link
    number: int
    title: str
    query: str = ""
    found: Sequence[Row] = ()
    source: Row | None = None
    target: Row | None = None
    says: Sequence[str] = ()
    refusal: str = ""
    same_text: Link | None = None
    answer: Entry | None = None
    into: str = ""
    fields: Fields = ()
    problems: Sequence[Problem] = ()
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class SplitPage:
    """A comment that is to become a suggestion of its own."""

    url: str
    back: Link
    comment: Entry
    author: str
    title: str
    kind: str
    kinds: Sequence[Choice]
    says: Sequence[str]
    fields: Fields = ()
    problems: Sequence[Problem] = ()
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class GoesOn:
    """On a merged page: where it goes on, how that one stands, its answer, and the way back while there is none."""

    link: Link
    promise: Promise
    answer: Entry | None = None
    undo: Act | None = None


@dataclass(frozen=True, kw_only=True)
class CameIn:
    """On the page of what others were merged into: each, with the way back."""

    link: Link
    author: str
    undo: Act | None = None
