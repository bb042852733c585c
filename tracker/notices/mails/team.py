"""The mails between those who answer: what came in, who is named, who steps in, what is off the table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal

from tracker.notices.mails.parts import Files, Item, Kind, Mail, Outcome, Person

NewsKind = Literal[
    "raised", "replied", "commented", "noted", "mentioned", "assigned", "answered", "moved", "asked", "ball_back",
    "reopened", "contested", "withdrawn", "merged", "unmerged", "task_added", "task_moved", "task_done",
    "task_withdrawn",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewsLine:
    """One thing that happened, as one line. ``text`` is what was said, plain; ``due_at`` a date that goes with it;
    ``files`` are names of what came along."""

    kind: NewsKind
    item: Item
    by: str
    text: str | None = None
    outcome: Outcome | None = None
    item_kind: Kind = "idea"
    due_at: datetime | None = None
    on: date | None = None
    into: int | None = None
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class News(Mail):
    """One such thing as a mail of its own, for those who chose each by itself."""

    folder: ClassVar[str] = "news"
    name: str
    line: NewsLine


@dataclass(frozen=True, slots=True)
class Raised(Mail):
    """Something new that cannot wait for the daily mail."""

    folder: ClassVar[str] = "raised"
    name: str
    item: Item
    author: Person
    due_at: datetime
    is_urgent: bool = True
    quote: str | None = None
    files: Files | None = None
    answer_url: str | None = None
    take_url: str | None = None


@dataclass(frozen=True, slots=True)
class Reply(Mail):
    """The author wrote. ``due_at`` is the open promise's date."""

    folder: ClassVar[str] = "reply"
    name: str
    item: Item
    author: Person
    text: str
    due_at: datetime | None = None
    answer_url: str | None = None


@dataclass(frozen=True, slots=True)
class Contested(Mail):
    """The author says that it is no answer. ``former`` was given by ``former_by``; ``owed_by`` answers now."""

    folder: ClassVar[str] = "contested"
    name: str
    item: Item
    author: Person
    missing: str
    former: Outcome
    former_by: str
    former_text: str
    due_at: datetime
    owed_by: tuple[str, ...] = ()
    is_mine: bool = False
    kind: Kind = "idea"
    answer_url: str | None = None


@dataclass(frozen=True, slots=True)
class Named(Mail):
    """The reader is named in a ``will_do`` that ``by`` gave to ``author``."""

    folder: ClassVar[str] = "named"
    name: str
    item: Item
    by: str
    author: Person
    on: date
    text: str
    files: Files | None = None
    view_url: str | None = None
    hand_back_url: str | None = None
    move_url: str | None = None


@dataclass(frozen=True, slots=True)
class HandedBack(Mail):
    """Who was named gives it back with a sentence; the manager who named them owes it, and the date stands."""

    folder: ClassVar[str] = "handed_back"
    name: str
    item: Item
    by: str
    author: Person
    text: str
    on: date
    answer_url: str | None = None
    move_url: str | None = None


@dataclass(frozen=True, slots=True)
class DueLine:
    """One date and what is due then."""

    item: Item
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Meanwhile(Mail):
    """The reader answers while somebody (``away``), or the whole team (None), is not there.

    ``lines`` are the dates that fall into it, soonest first, any number; ``count`` is how many there are in all.
    """

    folder: ClassVar[str] = "meanwhile"
    name: str
    from_on: date
    until_on: date
    away: Person | None = None
    lines: tuple[DueLine, ...] = ()
    count: int = 0
    desk_url: str | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn(Mail):
    """The author took it back; whoever had it is done with it."""

    folder: ClassVar[str] = "withdrawn"
    name: str
    item: Item
    by: str
    view_url: str | None = None
