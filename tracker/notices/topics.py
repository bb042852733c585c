"""What mails are about, in words that a person understands, and which of it somebody wants by mail.

Everything is told in the app in any case. A topic that somebody moved there makes no mails; what they owe can be moved
and not be switched off, and whoever is on duty without them then hears of it too. Sign-in and security mails belong to
no topic: they always leave.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from tracker.store.notices import Lane, Notice
from tracker.store.people import Person


class Topic(StrEnum):
    """One line of "my settings", and what an unsubscribe link switches off."""

    RECEIPTS = "receipts"
    ANSWERS = "answers"
    DATES = "dates"
    COMMENTS = "comments"
    HANDED = "handed"
    REMINDERS = "reminders"
    OVERVIEW = "digest"


#: The list of a mail about several of these, which switches off them all.
NEWS = "news"
_NEWS = (Topic.ANSWERS, Topic.DATES, Topic.COMMENTS, Topic.HANDED)

#: What is told to somebody who owes nothing by it. The same kind to who is on duty is a follow-up, by its lane.
OF_KIND: dict[str, Topic] = {
    "receipt": Topic.RECEIPTS,
    "question": Topic.ANSWERS,
    "clarify": Topic.ANSWERS,
    "answer": Topic.ANSWERS,
    "moved": Topic.DATES,
    "ball_back": Topic.DATES,
    "corrected": Topic.DATES,
    "merged": Topic.DATES,
    "unmerged": Topic.DATES,
    "silence": Topic.DATES,
    "manager_comment": Topic.COMMENTS,
    "comment": Topic.COMMENTS,
    "note": Topic.COMMENTS,
    "named": Topic.HANDED,
    "handed_back": Topic.HANDED,
    "assigned": Topic.HANDED,
    "task": Topic.HANDED,
    "withdrawn": Topic.HANDED,
    "meanwhile": Topic.HANDED,
}

#: Where a person's choice is kept, and what the column holds for those who want it by mail.
_KEPT: dict[Topic, tuple[str, bool]] = {
    Topic.RECEIPTS: ("receipts_by_mail", True),
    Topic.ANSWERS: ("news_in_app", False),
    Topic.DATES: ("dates_in_app", False),
    Topic.COMMENTS: ("comments_in_app", False),
    Topic.HANDED: ("handed_in_app", False),
    Topic.REMINDERS: ("reminders_in_app", False),
    Topic.OVERVIEW: ("digest_on", True),
}


def of(kind: str, lane: Lane) -> Topic:
    """What a notice is about. ``KeyError`` for a kind that belongs to no topic: a new one has to be put here."""
    if lane is Lane.FOLLOW_UP:
        return Topic.REMINDERS
    return Topic.OVERVIEW if lane is Lane.DIGEST else OF_KIND[kind]


def maybe_of(kind: str, lane: Lane) -> Topic | None:
    """The same; none for what belongs to no topic and always leaves."""
    return of(kind, lane) if lane in (Lane.FOLLOW_UP, Lane.DIGEST) or kind in OF_KIND else None


def is_by_mail(person: Person, topic: Topic) -> bool:
    column, by_mail = _KEPT[topic]
    return bool(getattr(person, column)) is by_mail


def by_mail_of(person: Person) -> frozenset[Topic]:
    """What this person wants by mail."""
    return frozenset(topic for topic in Topic if is_by_mail(person, topic))


def choose(person: Person, topic: Topic, *, by_mail: bool) -> None:
    """The person's choice; doing it twice does nothing more."""
    column, yes = _KEPT[topic]
    setattr(person, column, yes if by_mail else not yes)


def of_list(name: str) -> tuple[Topic, ...]:
    """What an unsubscribe link of that name switches off; nothing where we do not know it."""
    if name == NEWS:
        return _NEWS
    return (Topic(name),) if name in set(Topic) else ()


def list_of(name: str, notices: Iterable[Notice]) -> str:
    """The list of a mail: of one that tells news, what all of it is about, where that is one thing."""
    if name != NEWS:
        return name
    found = {of(notice.kind, notice.lane) for notice in notices} - {Topic.REMINDERS}
    return found.pop().value if len(found) == 1 else NEWS


#: The lists of mails that tell no news, by template.
_LISTS = {
    "receipt": Topic.RECEIPTS,
    "rung": Topic.REMINDERS,
    "raised": Topic.REMINDERS,
    "contested": Topic.REMINDERS,
    "digest_manager": Topic.OVERVIEW,
    "digest_member": Topic.OVERVIEW,
}


def list_of_told(template: str, told: list[Notice]) -> str | None:
    """The list that a message was of which has left, by what it told; none where it cannot be switched off.

    A daily mail with a reminder is of those, and one with a single notice is that one's own mail.
    """
    if not told or any(maybe_of(notice.kind, notice.lane) is None for notice in told):
        return None
    if template == "daily":
        reminds = any(notice.kind in ("rung", "daily_line") for notice in told)
        template = "rung" if reminds else told[0].kind if len(told) == 1 else template
    return list_of(_LISTS.get(template, NEWS), told)
