"""The mails to those whose suggestion it is: receipt, answer, moved, question, and what happens on the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar, Literal

from tracker.notices.mails.parts import Bar, Files, Item, Kind, Mail, Outcome, When
from tracker.notices.mails.rungs import Away


@dataclass(frozen=True, slots=True)
class Receipt(Mail):
    """It has arrived, and this is the date. ``budget`` is working time, counted from ``counts_from``.

    ``entered_by`` and ``entered_from`` where somebody else typed it in; ``calendar_file`` names the attachment.
    """

    folder: ClassVar[str] = "receipt"
    item: Item
    due_at: datetime
    budget: timedelta
    counts_from: datetime
    owed_by: tuple[str, ...] = ()
    deputies: tuple[str, ...] = ()
    away: Away | None = None
    entered_by: str | None = None
    entered_from: str | None = None
    calendar_file: str | None = None
    files: Files | None = None
    view_url: str | None = None
    bar: Bar | None = None


@dataclass(frozen=True, slots=True)
class TakenBack:
    """An outcome that another one breaks: what had been said, and until when."""

    outcome: Literal["will_do", "not_now"]
    on: date


@dataclass(frozen=True, slots=True)
class Also:
    """Another of the reader's that the same act answers, and what it had been told before."""

    item: Item
    taken_back: TakenBack | None = None


@dataclass(frozen=True, slots=True)
class Answer(Mail):
    """One of the four outcomes, with its whole text (plain). ``also`` are the reader's others that it answers too.

    ``contest_until`` is the last day for "that does not answer it"; ``changed`` where the answer was given before.
    """

    folder: ClassVar[str] = "answer"
    item: Item
    by: str
    outcome: Outcome
    text: str
    kind: Kind = "idea"
    on: date | None = None
    who: tuple[str, ...] = ()
    taken_back: TakenBack | None = None
    changed: bool = False
    also: tuple[Also, ...] = ()
    files: Files | None = None
    thanks_url: str | None = None
    contest_url: str | None = None
    contest_until: date | None = None
    view_url: str | None = None


@dataclass(frozen=True, slots=True)
class Moved(Mail):
    """A date that was given is later now. ``former`` oldest first; ``count`` is this move's number.

    ``next_movers`` is filled where the next move takes one of them.
    """

    folder: ClassVar[str] = "moved"
    item: Item
    by: str
    former: tuple[When, ...]
    new: When
    reason: str
    count: int = 1
    next_movers: tuple[str, ...] = ()
    view_url: str | None = None


@dataclass(frozen=True, slots=True)
class Question(Mail):
    """A manager asks. ``back_at`` is when it comes back by itself; ``due_at`` where the clock runs on meanwhile."""

    folder: ClassVar[str] = "question"
    item: Item
    by: str
    text: str
    back_at: datetime | None = None
    due_at: datetime | None = None
    files: Files | None = None
    reply_url: str | None = None


@dataclass(frozen=True, slots=True)
class BallBack(Mail):
    """The question is over, the team's clock runs again, and this is the date."""

    folder: ClassVar[str] = "ball_back"
    item: Item
    because: Literal["replied", "taken_back", "time_up", "left"]
    due_at: datetime
    by: str | None = None
    owed_by: tuple[str, ...] = ()
    view_url: str | None = None
    bar: Bar | None = None


@dataclass(frozen=True, slots=True)
class Comment(Mail):
    """Public comments of a manager, several within a quarter of an hour as one. ``due_at`` while an answer is owed."""

    folder: ClassVar[str] = "comment"
    item: Item
    by: str
    texts: tuple[str, ...]
    due_at: datetime | None = None
    files: Files | None = None
    reply_url: str | None = None
    view_url: str | None = None


@dataclass(frozen=True, slots=True)
class Corrected(Mail):
    """A manager corrected the urgency before anybody was reminded; the date is another, and that is no move."""

    folder: ClassVar[str] = "corrected"
    item: Item
    by: str
    reason: str
    due_at: datetime
    view_url: str | None = None
    bar: Bar | None = None


@dataclass(frozen=True, slots=True)
class Merged(Mail):
    """It goes on in another one, with the reader as a co-author."""

    folder: ClassVar[str] = "merged"
    item: Item
    into: Item
    due_at: datetime | None = None
    view_url: str | None = None
