"""The parts that mails share: people, suggestions, the footer. Plain frozen values, no rows, no sessions.

An address (``…_url``) of ``None`` leaves its line out: what does not exist yet is not offered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal

#: How somebody wants to be spoken of; ``None`` says the name again instead.
Pronoun = Literal["she", "he"]
#: The promises that climb a ladder towards the team.
PromiseKind = Literal["answer", "deliver", "revisit", "task"]
Outcome = Literal["done", "will_do", "not_now", "declined"]
Kind = Literal["idea", "problem", "question", "friction"]
#: A day that was chosen, or an instant that was computed.
When = date | datetime

Reason = Literal[
    "author", "co_author", "follower", "on_duty", "deputy", "manager", "owner", "named", "assignee", "mentioned",
    "task", "meanwhile", "digest", "daily", "account", "wrote", "site_admin",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as mails name them."""

    name: str
    pronoun: Pronoun | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A suggestion as mails name it; without a title where it is about a person."""

    number: int
    title: str | None
    url: str | None = None
    #: its team's name, where those of several stand beside each other: each team counts for itself
    team: str | None = None


@dataclass(frozen=True, slots=True)
class Files:
    """What came along with the words, by its names, and where it can be opened. Nothing of it goes with the mail."""

    names: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True)
class Reminded:
    """Whom a channel's delivery reached, and when."""

    person: Person
    at: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """The promise bar: the share of the working time that is used, 0 to 1."""

    used: float


@dataclass(frozen=True, slots=True)
class Footer:
    """The last lines: why this mail, where to change it, and whether replies are read.

    ``person`` is whom a deputy stands in for; ``weekday`` (0 is Monday) is a digest's day; ``about_mail`` is False
    for sign-in and reset, which nobody can switch off.
    """

    reason: Reason
    number: int | None = None
    person: str | None = None
    weekday: int = 0
    why_url: str | None = None
    settings_url: str | None = None
    replies_read: bool = False
    zone_note: str | None = None


class Mail:
    """A mail's values. ``folder`` names its three templates under ``templates/mail``."""

    __slots__ = ()

    folder: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Rendered:
    """One mail in one language: the subject on one line, the text part, the HTML part."""

    subject: str
    text: str
    html: str


def people_names(people: Sequence[Person]) -> list[str]:
    """Their names, in the order given."""
    return [person.name for person in people]
