"""The mails of the ladder: to those who owe, to those who step in, and the honest ones to the author."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal

from tracker.notices.mails.parts import Bar, Files, Item, Mail, Person, PromiseKind, Reminded


@dataclass(frozen=True, slots=True)
class Rung1(Mail):
    """The date comes near. ``quote`` is the suggestion's own text, plain, and ``files`` came with it."""

    folder: ClassVar[str] = "rung_1"
    name: str
    item: Item
    author: Person
    due_at: datetime
    quote: str | None = None
    files: Files | None = None
    promise: PromiseKind = "answer"
    answer_url: str | None = None
    ask_url: str | None = None
    move_url: str | None = None
    bar: Bar | None = None


@dataclass(frozen=True, slots=True)
class Rung2(Mail):
    """It is due. ``author_told_at`` is when the author will hear of it, ``next_names`` who gets it then."""

    folder: ClassVar[str] = "rung_2"
    name: str
    item: Item
    author: Person
    due_at: datetime
    promise: PromiseKind = "answer"
    next_at: datetime | None = None
    next_names: tuple[str, ...] = ()
    tells_author: bool = True
    answer_url: str | None = None
    move_url: str | None = None


@dataclass(frozen=True, slots=True)
class Rung3(Mail):
    """Late, to who owes it. ``author_told_at`` only where a channel took the silence notice."""

    folder: ClassVar[str] = "rung_3"
    name: str
    item: Item
    author: Person
    due_at: datetime
    promise: PromiseKind = "answer"
    author_told_at: datetime | None = None
    also_has: tuple[str, ...] = ()
    next_at: datetime | None = None
    next_names: tuple[str, ...] = ()
    answer_url: str | None = None
    bulk_url: str | None = None


@dataclass(frozen=True, slots=True)
class Rung3Deputy(Mail):
    """Late, to who stands in. ``stands_in`` is False for the other managers of a team that names no deputy."""

    folder: ClassVar[str] = "rung_3_deputy"
    name: str
    item: Item
    author: Person
    on_duty: Person
    due_at: datetime
    promise: PromiseKind = "answer"
    reminded: tuple[datetime, ...] = ()
    stands_in: bool = True
    take_url: str | None = None
    answer_url: str | None = None
    note_url: str | None = None


@dataclass(frozen=True, slots=True)
class Rung4(Mail):
    """Late, to the owners. ``reminded`` in the order in which they were first reached; ``working_days`` since due."""

    folder: ClassVar[str] = "rung_4"
    name: str
    item: Item
    author: Person
    on_duty: Person
    due_at: datetime
    working_days: int
    promise: PromiseKind = "answer"
    joined: int = 0
    reminded: tuple[Reminded, ...] = ()
    author_told_at: datetime | None = None
    late: int = 0
    due_this_week: int = 0
    next_at: datetime | None = None
    answer_url: str | None = None
    give_url: str | None = None
    note_url: str | None = None


@dataclass(frozen=True, slots=True)
class RungAgain(Mail):
    """Late and late again, rung 5 and on, to all managers and owners."""

    folder: ClassVar[str] = "rung_again"
    name: str
    item: Item
    author: Person
    due_at: datetime
    promise: PromiseKind = "answer"
    known_by: tuple[str, ...] = ()
    next_at: datetime | None = None
    answer_url: str | None = None
    take_url: str | None = None
    give_url: str | None = None


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody who has a late suggestion now or gets it next, and what they are in the team."""

    person: Person
    role: Literal["deputy", "manager", "owner"]


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody who is absent, and who answers meanwhile."""

    person: Person
    until_on: date
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Silence(Mail):
    """The honest notice to the author. Everybody in ``so_far`` and ``now_with`` was told by a channel that took it.

    ``stands_in_for`` is whom a deputy in ``now_with`` stands in for; ``moves_up_with`` on whose list a nudge counts.
    """

    folder: ClassVar[str] = "silence"
    name: str
    item: Item
    due_at: datetime
    promise: Literal["answer", "deliver", "revisit"] = "answer"
    so_far: tuple[Reminded, ...] = ()
    unreachable: tuple[str, ...] = ()
    away: Away | None = None
    now_with: tuple[Helper, ...] = ()
    stands_in_for: str | None = None
    next_at: datetime | None = None
    next_to: tuple[Helper, ...] = ()
    moves_up_with: str | None = None
    contact: str | None = None
    view_url: str | None = None
    nudge_url: str | None = None


@dataclass(frozen=True, slots=True)
class SilenceAgain(Mail):
    """The second silence notice. ``latest`` heard of it last, on ``latest_on``; ``reminded`` were told again today."""

    folder: ClassVar[str] = "silence_again"
    name: str
    item: Item
    due_at: datetime
    promise: Literal["answer", "deliver", "revisit"] = "answer"
    known_by: tuple[str, ...] = ()
    latest: str | None = None
    latest_on: date | None = None
    reminded: tuple[str, ...] = ()
    has_digest: bool = True
    view_url: str | None = None


@dataclass(frozen=True, slots=True)
class ClarifyDue(Mail):
    """A question waits with its author; the ball comes back by itself at ``back_at``."""

    folder: ClassVar[str] = "clarify_due"
    name: str
    item: Item
    asker: str
    question: str
    back_at: datetime
    reply_url: str | None = None
