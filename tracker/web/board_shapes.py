"""What the board and the dialog of a dropped card are given to show, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tracker.web.shapes import Day, Entry, Link, Problem, Tone


@dataclass(frozen=True, kw_only=True)
class Card:
    """One suggestion. ``move_url`` is where it is moved to another column, empty for who only reads; ``seen`` is what
    the board knew of it."""

    number: int
    title: str
    url: str
    due: str = ""
    tone: Tone = "ok"
    who: str = ""
    #: people who wait, in words
    waiting: str = ""
    tasks: str = ""
    internal: bool = False
    move_url: str = ""
    seen: str = ""


@dataclass(frozen=True, kw_only=True)
class BoardColumn:
    """Cards under one heading, the newest of ``count``; ``all`` leads to the list with the others."""

    key: str
    label: str
    count: int
    cards: Sequence[Card] = ()
    all: Link | None = None
    empty: str = ""


@dataclass(frozen=True, kw_only=True)
class BoardPage:
    columns: Sequence[BoardColumn]
    version: str
    version_url: str
    is_read_only: bool = False
    #: there is not one suggestion yet
    empty: Sequence[str] = ()
    raise_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Target:
    """One column a card can be moved to: a link, or why not."""

    label: str
    url: str = ""
    why_not: str = ""


@dataclass(frozen=True, kw_only=True)
class MovePage:
    """A card that is to move: where to, or what that asks for, or why it cannot be. Parts without a label are not
    asked for."""

    number: int
    title: str
    url: str
    heading: str
    board: Link
    targets: Sequence[Target] = ()
    why_not: str = ""
    #: what somebody else wrote meanwhile
    meanwhile: Entry | None = None
    post_url: str = ""
    keep: str = ""
    fields: Sequence[tuple[str, str]] = ()
    hint: str = ""
    text_label: str = ""
    text: str = ""
    day_label: str = ""
    on: str = ""
    chips: Sequence[Day] = ()
    min_on: str = ""
    who_label: str = ""
    who: str = ""
    people: Sequence[tuple[str, str]] = ()
    #: open tasks to choose from, as pairs of mark and title; "" is a new one
    tasks: Sequence[tuple[str, str]] = ()
    task: str = ""
    title_label: str = ""
    task_title: str = ""
    button: str = ""
    ask_first: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    #: what was typed into a part that is not asked for any more
    kept: Sequence[tuple[str, str]] = ()
