"""What goes back to who wrote to us by mail: what became of it, or what is missing. Always about one mail of theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from tracker.notices.mails.along import LeftOut
from tracker.notices.mails.parts import Files, Item, Kind, Mail, Outcome


@dataclass(frozen=True, slots=True)
class HeardTaken(Mail):
    """It stands there now, with ``files`` and without those ``left_out``. ``due_at`` where our clock runs again."""

    folder: ClassVar[str] = "heard_taken"
    name: str
    item: Item
    text: str
    due_at: datetime | None = None
    files: Files | None = None
    left_out: tuple[LeftOut, ...] = ()
    view_url: str | None = None


@dataclass(frozen=True, slots=True)
class HeardComment(Mail):
    """Plain words of one who may answer: a comment, and up to four ways to make an answer of it, with the words filled
    in."""

    folder: ClassVar[str] = "heard_comment"
    name: str
    item: Item
    text: str
    done_url: str
    will_do_url: str | None = None
    not_now_url: str | None = None
    declined_url: str | None = None
    files: Files | None = None
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class HeardWhich(Mail):
    """It answers a mail about several. Each of ``items`` leads to its page with the words and the files ``kept`` filled
    in; ``stayed`` are files that are still in the mail alone. ``shared`` is a number that two of them have, and the
    short name of one's team."""

    folder: ClassVar[str] = "heard_which"
    name: str
    items: tuple[Item, ...]
    text: str
    kept: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    stayed: tuple[str, ...] = ()
    shared: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class HeardEmpty(Mail):
    """Nothing new was found in it."""

    folder: ClassVar[str] = "heard_empty"
    name: str
    item: Item | None = None
    url: str | None = None
    stayed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HeardRefused(Mail):
    """It cannot be entered; ``why`` is a sentence in the reader's language."""

    folder: ClassVar[str] = "heard_refused"
    name: str
    about: str
    why: str
    text: str = ""
    url: str | None = None
    stayed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HeardUnknown(Mail):
    """Nobody can say from whom it is; tells nothing about anybody."""

    folder: ClassVar[str] = "heard_unknown"
    url: str


@dataclass(frozen=True, slots=True)
class HeardDraft(Mail):
    """It reads like an answer: one click makes it one, and until then no clock has stopped."""

    folder: ClassVar[str] = "heard_draft"
    name: str
    item: Item
    outcome: Outcome
    kind: Kind
    text: str
    url: str
    on: date | None = None
    files: Files | None = None
    left_out: tuple[LeftOut, ...] = ()
    #: what is missing or cannot be meant, as ``inbound.outcomes.Problem`` names it, and the words it is about
    problem: str = ""
    said: str = ""
