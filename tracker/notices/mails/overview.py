"""The mails that bundle: the daily one for who owes something, and the weekly overview.

Lists may be as long as they are; each section shows its first lines and counts the rest. The order is the giver's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from tracker.notices.mails.parts import Bar, Item, Kind, Mail, Outcome, PromiseKind
from tracker.notices.mails.team import NewsLine

#: A section's lines at most; then a count and a link.
LINES = 7


@dataclass(frozen=True, slots=True)
class LateLine:
    """Something late on somebody's table. ``author`` empty where no name may be told.

    ``said_on`` and ``moves`` for a ``will_do`` (``movers`` where the next move takes one of them); ``still_matters``
    counts nudges; ``goes_to`` hears of it at ``goes_at``; ``day_count`` from the fifth rung on.
    """

    item: Item
    due_at: datetime
    author: str = ""
    others: int = 0
    promise: PromiseKind = "answer"
    said_on: date | None = None
    moves: int = 0
    movers: tuple[str, ...] = ()
    still_matters: int = 0
    goes_to: tuple[str, ...] = ()
    goes_at: datetime | None = None
    day_count: int | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class TodayLine:
    """Something due before the next such mail."""

    item: Item
    due_at: datetime
    promise: PromiseKind = "answer"
    url: str | None = None


@dataclass(frozen=True, slots=True)
class BackLine:
    """A ``not_now`` whose day comes."""

    item: Item
    on: date


@dataclass(frozen=True, slots=True)
class DailyPart:
    """One team's part of the daily mail. The counts are of all there is, the lines may be fewer."""

    team: str
    today: tuple[TodayLine, ...] = ()
    late: tuple[LateLine, ...] = ()
    news: tuple[NewsLine, ...] = ()
    today_count: int = 0
    late_count: int = 0
    open_questions: int = 0
    desk_url: str | None = None
    one_by_one_url: str | None = None


@dataclass(frozen=True, slots=True)
class Daily(Mail):
    """What somebody owes now, once a working day, for all their teams."""

    folder: ClassVar[str] = "daily"
    name: str
    parts: tuple[DailyPart, ...]


@dataclass(frozen=True, slots=True)
class ManagerPart:
    """One team's part of a manager's weekly overview; the counts of last week, then what to do.

    ``this_week`` is a count for each day; ``due_count`` of today and the days of this week.
    """

    team: str
    answered: int = 0
    on_time: int = 0
    thanks: int = 0
    first: tuple[LateLine, ...] = ()
    today: tuple[TodayLine, ...] = ()
    this_week: tuple[tuple[date, int], ...] = ()
    coming_back: tuple[BackLine, ...] = ()
    #: what would stand in the daily mail of this day
    news: tuple[NewsLine, ...] = ()
    late_count: int = 0
    due_count: int = 0
    back_count: int = 0
    open_questions: int = 0
    desk_url: str | None = None
    one_by_one_url: str | None = None


@dataclass(frozen=True, slots=True)
class OwedLine:
    """A promise to the reader whose date has passed; ``latest`` is who heard of it last, on ``latest_on``."""

    item: Item
    due_at: datetime
    promise: PromiseKind = "answer"
    on: date | None = None
    latest: tuple[str, ...] = ()
    latest_on: date | None = None
    nudge_url: str | None = None


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A question that waits for the reader."""

    item: Item
    asker: str
    question: str
    is_clock_waiting: bool = True
    reply_url: str | None = None


@dataclass(frozen=True, slots=True)
class AnsweredLine:
    """An answer of the week."""

    item: Item
    outcome: Outcome
    text: str
    kind: Kind = "idea"
    on: date | None = None
    thanks_url: str | None = None
    contest_url: str | None = None
    contest_until: date | None = None


@dataclass(frozen=True, slots=True)
class ComingLine:
    """What falls due within a week; ``moved_from`` and ``moves`` where it was moved."""

    item: Item
    on: date
    who: tuple[str, ...] = ()
    promise: PromiseKind = "deliver"
    moved_from: date | None = None
    moves: int = 0
    bar: Bar | None = None


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task of the reader's, by its own title under the suggestion's number."""

    item: Item
    on: date
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class NewForAll:
    """What others got done, named as in running text: "das Slowmode-Kommando"."""

    title: str
    author: str
    kind: Kind = "idea"


@dataclass(frozen=True, slots=True)
class MemberPart:
    """One team's part of a member's weekly overview."""

    team: str
    late: tuple[OwedLine, ...] = ()
    with_you: tuple[AskedLine, ...] = ()
    answered: tuple[AnsweredLine, ...] = ()
    coming: tuple[ComingLine, ...] = ()
    tasks: tuple[TaskLine, ...] = ()
    tasks_url: str | None = None
    team_answered: int = 0
    team_on_time: int = 0
    new_for_all: NewForAll | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class DigestMember(Mail):
    """The weekly overview of somebody who raises and follows."""

    folder: ClassVar[str] = "digest_member"
    name: str
    parts: tuple[MemberPart, ...]


@dataclass(frozen=True, slots=True)
class DigestManager(Mail):
    """The weekly overview of somebody who answers; ``own`` is what became of their own suggestions."""

    folder: ClassVar[str] = "digest_manager"
    name: str
    parts: tuple[ManagerPart, ...]
    own: tuple[MemberPart, ...] = ()
