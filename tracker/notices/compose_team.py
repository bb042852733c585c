"""The mails between those who answer, and the lines that tell the same in a daily mail."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import cast

from tracker import access
from tracker.domain.lifecycle import Urgency
from tracker.domain.promises import PromiseKind, PromiseState
from tracker.notices import links
from tracker.notices.compose_author import day_of, subject_of
from tracker.notices.mails import (
    Contested,
    DueLine,
    HandedBack,
    Meanwhile,
    Named,
    News,
    NewsLine,
    Raised,
    Withdrawn,
)
from tracker.notices.mails.parts import Outcome as Said
from tracker.notices.mails.parts import Reason
from tracker.notices.mails.team import NewsKind
from tracker.notices.writing import ANSWER, HAND_BACK, MOVE, TAKE, Writer, Written, plain
from tracker.store import entries, promises, suggestions
from tracker.store.entries import Entry, EntryKind
from tracker.store.notices import Notice
from tracker.store.people import Person as Reads
from tracker.store.suggestions import Suggestion

NEWS: dict[str, NewsKind] = {
    "raised": "raised",
    "reply": "replied",
    "comment": "commented",
    "manager_comment": "commented",
    "note": "noted",
    "assigned": "assigned",
    "answer": "answered",
    "moved": "moved",
    "asked": "asked",
    "question": "asked",
    "ball_back": "ball_back",
    "reopened": "reopened",
    "contested": "contested",
    "withdrawn": "withdrawn",
    "merged": "merged",
    "unmerged": "unmerged",
    "handed_back": "ball_back",
    "corrected": "moved",
    "task": "task_added",
}
_OF_A_TASK: dict[str, NewsKind] = {
    "added": "task_added",
    "given": "task_added",
    "moved": "task_moved",
    "done": "task_done",
    "withdrawn": "task_withdrawn",
}
_WITH_DATE: tuple[NewsKind, ...] = ("raised", "reopened", "contested", "ball_back", "replied", "moved", "unmerged")
_REASONS: dict[str, Reason] = {
    "note": "mentioned",
    "assigned": "assignee",
    "withdrawn": "assignee",
    "merged": "author",
    "unmerged": "author",
    "answer": "follower",
    "task": "task",
}


def raised(w: Writer, notices: list[Notice]) -> Written:
    """Something new that cannot wait for the daily mail."""
    s, entry = subject_of(notices[0])
    row = promises.open_of(s.id)
    if row is None or row.due_at is None:
        raise LookupError(f"suggestion {s.id} has no date")
    mail = Raised(
        name=w.person.name,
        item=w.item(s),
        author=w.author(s),
        due_at=row.due_at,
        is_urgent=s.urgency is Urgency.URGENT,
        quote=w.quote(s),
        files=w.files(s, entry),
        answer_url=w.url(s, ANSWER),
        take_url=w.url(s, TAKE) if s.assignee_id != w.person.id else None,
    )
    return Written(mail=mail, footer=w.footer("on_duty", s), thread=s, list_kind="reminders", reason="raised")


def contested(w: Writer, notices: list[Notice]) -> Written:
    """ "That does not answer it": what is missing, what had been said, who answers now."""
    s, entry = subject_of(notices[0])
    given = entries.by_id(int(entry.facts.get("entry") or 0))
    row = promises.open_of(s.id)
    if given is None or row is None or row.due_at is None:
        raise LookupError(f"entry {entry.id} contests nothing that is there")
    is_hidden = s.about_person_id is not None
    on_duty = w.on_duty(s, row)
    mail = Contested(
        name=w.person.name,
        item=w.item(s),
        author=w.author(s),
        missing="" if is_hidden else plain(entry.text),
        former=cast("Said", given.facts["outcome"]),
        former_by=w.actor(s, given.actor_id),
        former_text="" if is_hidden else plain(given.text),
        due_at=row.due_at,
        owed_by=() if is_hidden else w.names(on_duty),
        is_mine=w.person.id in on_duty,
        kind=s.kind.value,
        answer_url=w.url(s, ANSWER),
    )
    reason: Reason = "on_duty" if w.person.id in on_duty else "manager"
    return Written(mail=mail, footer=w.footer(reason, s), thread=s, list_kind="reminders", reason="contested")


def named(w: Writer, notices: list[Notice]) -> Written:
    """The reader is named in a will_do."""
    s, entry = subject_of(notices[0])
    by = w.actor(s, entry.actor_id)
    mail = Named(
        name=w.person.name,
        item=w.item(s),
        by=by,
        author=w.author(s),
        on=date.fromisoformat(entry.facts["on"]),
        text=plain(entry.text) if s.about_person_id is None else "",
        files=w.files(s, entry),
        view_url=w.url(s, ANSWER),
        hand_back_url=w.url(s, HAND_BACK),
        move_url=w.url(s, MOVE),
    )
    return Written(mail=mail, footer=w.footer("named", s), by=_by(s, by), thread=s, list_kind="news", reason="named")


def handed_back(w: Writer, notices: list[Notice]) -> Written:
    """Who was named gives it back; the reader owes it again."""
    s, entry = subject_of(notices[0])
    row = promises.open_of(s.id)
    if row is None or row.due_at is None:
        raise LookupError(f"suggestion {s.id} has no date")
    by = w.actor(s, entry.actor_id)
    mail = HandedBack(
        name=w.person.name,
        item=w.item(s),
        by=by,
        author=w.author(s),
        text=plain(entry.text) if s.about_person_id is None else "",
        on=day_of(row.due_at, w.calendar(s.team)),
        answer_url=w.url(s, ANSWER),
        move_url=w.url(s, MOVE),
    )
    return Written(mail=mail, footer=w.footer("on_duty", s), by=_by(s, by), thread=s, list_kind="news", reason="named")


def withdrawn(w: Writer, notices: list[Notice]) -> Written:
    s, entry = subject_of(notices[0])
    mail = Withdrawn(name=w.person.name, item=w.item(s), by=w.actor(s, entry.actor_id), view_url=w.url(s))
    return Written(mail=mail, footer=w.footer("assignee", s), thread=s, list_kind="news", reason="withdrawn")


def meanwhile(w: Writer, notices: list[Notice]) -> Written:
    """The reader answers while somebody, or the whole team, is not there."""
    facts = notices[0].facts
    team = w.team
    if team is None:
        raise LookupError(f"notice {notices[0].id} belongs to no team")
    away_id = facts.get("absent")
    until_on = date.fromisoformat(facts["until"])
    lines = [line for i in facts.get("suggestions", ()) if (line := _due_line(w, i)) is not None]
    mail = Meanwhile(
        name=w.person.name,
        from_on=date.fromisoformat(facts["since"]),
        until_on=until_on,
        away=w.named(away_id) if away_id is not None else None,
        lines=tuple(sorted(lines, key=lambda line: line.due_at)),
        count=len(lines),
        desk_url=links.url("desk", slug=team.slug),
    )
    return Written(mail=mail, footer=w.footer("meanwhile"), list_kind="news", reason="meanwhile")


def _due_line(w: Writer, suggestion_id: int) -> DueLine | None:
    s, row = suggestions.by_id(suggestion_id), promises.open_of(suggestion_id)
    if s is None or row is None or row.due_at is None or row.kind is PromiseKind.CLARIFY:
        return None
    if not access.can_see(w.person, s):
        return None
    return DueLine(w.item(s, url=True), row.due_at)


def _by(s: Suggestion, name: str) -> str | None:
    return name if s.about_person_id is None else None


# Lines ----------------------------------------------------------------------------------------------------------------


def news(w: Writer, notices: list[Notice]) -> Written:
    """One thing that happened, as a mail of its own."""
    s, _ = subject_of(notices[0])
    kind = notices[0].kind
    mail = News(name=w.person.name, line=news_line(w, notices[0]))
    return Written(
        mail=mail, footer=w.footer(_REASONS.get(kind, "follower"), s), thread=s, list_kind="news", reason=kind
    )


def news_line(w: Writer, notice: Notice, *, dated: Collection[NewsKind] = _WITH_DATE, link: bool = True) -> NewsLine:
    """What happened, in one line; those of ``dated`` with the date that holds now. A mail wants the ``link`` to it.

    About a person it says that something did, and no more.
    """
    s, entry = subject_of(notice)
    kind = NEWS[notice.kind]
    if kind == "commented" and _is_mentioned(w.person, entry.text):
        kind = "mentioned"
    is_hidden = s.about_person_id is not None
    facts = entry.facts
    if kind == "task_added":
        return _task_line(w, s, entry, link=link)
    row = promises.open_of(s.id) if kind in dated else None
    due_at = row.due_at if row is not None and row.state is PromiseState.OPEN else None
    return NewsLine(
        kind=kind,
        item=w.item(s, url=link),
        by=w.actor(s, s.author_id if entry.kind is EntryKind.RAISED else entry.actor_id),
        text=plain(entry.text) or None if not is_hidden else None,
        outcome=cast("Said", facts["outcome"]) if kind == "answered" else None,
        item_kind=s.kind.value,
        due_at=due_at,
        on=_new_day(w, s, due_at) if kind == "moved" else None,
        into=facts.get("number") if kind == "merged" else None,
        files=w.file_names(s, entry),
    )


def _task_line(w: Writer, s: Suggestion, entry: Entry, *, link: bool) -> NewsLine:
    """What happened to a task; its own title is what the line is about."""
    kind = _OF_A_TASK[entry.facts["what"]]
    return NewsLine(
        kind=kind,
        item=w.item(s, url=link),
        by=w.actor(s, entry.actor_id),
        text=plain(entry.facts["title"]) if s.about_person_id is None else None,
        item_kind=s.kind.value,
        on=date.fromisoformat(entry.facts["on"]),
    )


def _is_mentioned(person: Reads, text: str) -> bool:
    return f"@{person.name.casefold()}" in text.casefold()


def _new_day(w: Writer, s: Suggestion, due_at: datetime | None) -> date | None:
    row = promises.open_of(s.id)
    if due_at is None or row is None or row.kind is PromiseKind.ANSWER:
        return None
    return day_of(due_at, w.calendar(s.team))
