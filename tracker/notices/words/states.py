"""One sentence per state: pages, mails and the desk say the same.

Each function takes plain values; ``state_sentence`` chooses by a view that a page fills from the suggestion's row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from tracker.notices.words import when as t
from tracker.notices.words.language import Reader, say
from tracker.notices.words.phrases import names, quote, shorten, times_in_figures

Status = Literal["open", "asked", "will_do", "not_now", "done", "declined", "withdrawn", "merged"]
Kind = Literal["idea", "problem", "question", "friction"]


def answer_owed(reader: Reader, *, due_at: datetime, owed_by: tuple[str, ...]) -> str:
    """'Answer by Thu 26 Nov, 17:00 · in 2 days · with Pit'; on the day itself 'Answer by today, 17:00'."""
    words = say(reader.locale)
    answer_by = words.gettext("Answer by %(when)s", when=t.near_until(reader, due_at))
    on = t.last_day(reader, due_at)
    if on == reader.today:
        return answer_by
    parts = [answer_by, t.relative_day(reader, on)]
    if owed_by:
        parts.append(words.gettext("with %(names)s", names=names(reader.locale, owed_by)))
    return " · ".join(parts)


def late_to_author(reader: Reader, *, due_at: datetime) -> str:
    """'We are late. Promised was Thu 26 Nov, 17:00.'"""
    return say(reader.locale).gettext("We are late. Promised was %(when)s.", when=t.until(reader, due_at))


def late_to_manager(reader: Reader, *, due_at: datetime, author: str, author_told_at: datetime | None) -> str:
    """'Late since Thu, 17:00 · Nari knows since Fri'; the second half only where the author was told."""
    words = say(reader.locale)
    late = words.gettext("Late since %(when)s", when=t.short_until(reader, due_at))
    if author_told_at is None:
        return late
    since = t.since_day(reader, reader.local(author_told_at).date())
    return " · ".join([late, words.gettext("%(name)s knows since %(day)s", name=author, day=since)])


def asked_to_author(reader: Reader, *, asker: str, question: str | None = None) -> str:
    """'Your turn: Pit asks "Phone or computer?" Our clock waits.'"""
    said = quote(reader.locale, shorten(question)) if question else "…"
    return say(reader.locale).gettext(
        "Your turn: %(name)s asks %(question)s Our clock waits.", name=asker, question=said
    )


def asked_to_manager(reader: Reader, *, author: str, back_on: date) -> str:
    """'With Nari. Comes back by Thu 3 Dec.'"""
    return say(reader.locale).gettext("With %(name)s. Comes back by %(day)s.", name=author, day=t.day(reader, back_on))


def will_do(reader: Reader, *, on: date, who: tuple[str, ...], moves: int = 0, first_on: date | None = None) -> str:
    """'Promised by Fri 4 Dec · Anke is on it', once moved 'Promised by Fri 18 Dec · moved twice, first 4 Dec'."""
    words = say(reader.locale)
    promised = words.gettext("Promised by %(day)s", day=t.day(reader, on))
    if moves and first_on:
        moved = words.gettext(
            "moved %(times)s, first %(day)s",
            times=times_in_figures(reader.locale, moves),
            day=t.bare_day(reader, first_on),
        )
        return f"{promised} · {moved}"
    return f"{promised} · {on_it(reader, who)}" if who else promised


def on_it(reader: Reader, who: tuple[str, ...]) -> str:
    """'Anke is on it'."""
    return say(reader.locale).ngettext(
        "%(names)s is on it", "%(names)s are on it", len(who), names=names(reader.locale, who)
    )


def will_do_late(reader: Reader, *, on: date) -> str:
    """'We said Fri 4 Dec and did not make it.'"""
    return say(reader.locale).gettext("We said %(day)s and did not make it.", day=t.day(reader, on))


def not_now(reader: Reader, *, on: date) -> str:
    """'Not now. We look again on Mon 1 Mar 2027.'"""
    return say(reader.locale).gettext("Not now. We look again on %(day)s.", day=t.day(reader, on))


def not_now_late(reader: Reader, *, on: date) -> str:
    """'We wanted to look again on Mon 1 Mar 2027 and did not.'"""
    return say(reader.locale).gettext("We wanted to look again on %(day)s and did not.", day=t.day(reader, on))


def declined(reader: Reader, *, reason: str | None = None) -> str:
    """'No, because …', with the reason where there is room for it."""
    said = quote(reader.locale, shorten(reason)) if reason else "…"
    return say(reader.locale).gettext("No, because %(reason)s", reason=said)


def done(reader: Reader, *, on: date, kind: Kind = "idea") -> str:
    """'Done on Tue 1 Dec'; a question is answered, trouble between people is settled."""
    words = say(reader.locale)
    day = t.day(reader, on)
    if kind == "question":
        return words.gettext("Answered on %(day)s", day=day)
    if kind == "friction":
        return words.gettext("Settled on %(day)s", day=day)
    return words.gettext("Done on %(day)s", day=day)


def contested(reader: Reader, *, by: str | None, due_at: datetime, owed_by: tuple[str, ...]) -> str:
    """'You said that does not answer it. New answer by Fri 27 Nov, 17:00, from Anke.'; ``by`` None is the reader."""
    words = say(reader.locale)
    said = (
        words.gettext("%(name)s said that does not answer it.", name=by)
        if by
        else words.gettext("You said that does not answer it.")
    )
    when = t.near_until(reader, due_at)
    if not owed_by:
        return " ".join([said, words.gettext("New answer by %(when)s.", when=when)])
    who = names(reader.locale, owed_by)
    return " ".join([said, words.gettext("New answer by %(when)s, from %(names)s.", when=when, names=who)])


def merged(reader: Reader, *, into: int, is_author: bool) -> str:
    """'Goes on in #47, with you as an author.'"""
    words = say(reader.locale)
    if is_author:
        return words.gettext("Goes on in #%(number)s, with you as an author.", number=into)
    return words.gettext("Goes on in #%(number)s.", number=into)


def withdrawn(reader: Reader, *, on: date) -> str:
    """'Withdrawn on Tue 1 Dec'."""
    return say(reader.locale).gettext("Withdrawn on %(day)s", day=t.day(reader, on))


@dataclass(frozen=True, slots=True)
class StateView:
    """What a state's sentence needs; a page fills what it has.

    ``reader_is`` is ``author`` (and co-authors and everybody outside the managers) or ``manager``. ``on`` is the day
    of a ``will_do``, a ``not_now`` or a closing; ``back_at`` is when an open question comes back by itself.
    """

    status: Status
    reader_is: Literal["author", "manager"] = "author"
    kind: Kind = "idea"
    author: str = ""
    is_own: bool = True
    due_at: datetime | None = None
    on: date | None = None
    back_at: datetime | None = None
    owed_by: tuple[str, ...] = ()
    moves: int = 0
    first_on: date | None = None
    author_told_at: datetime | None = None
    asker: str = ""
    question: str | None = None
    contested: bool = False
    reason: str | None = None
    merged_into: int | None = None


def state_sentence(view: StateView, reader: Reader) -> str:
    """The one sentence for this state and reader; late is computed from ``due_at`` and the reader's moment."""
    if view.status == "asked" and view.back_at is not None:
        return _asked(view, reader, view.back_at)
    if view.status in ("open", "will_do", "not_now") and view.due_at is not None:
        sentence = _late if view.due_at < reader.now else _running
        return sentence(view, reader, view.due_at)
    return _closed(view, reader)


def _asked(view: StateView, reader: Reader, back_at: datetime) -> str:
    if view.reader_is == "author" and view.is_own:
        return asked_to_author(reader, asker=view.asker, question=view.question)
    return asked_to_manager(reader, author=view.author, back_on=t.last_day(reader, back_at))


def _late(view: StateView, reader: Reader, due_at: datetime) -> str:
    if view.reader_is == "manager":
        return late_to_manager(reader, due_at=due_at, author=view.author, author_told_at=view.author_told_at)
    on = view.on or t.last_day(reader, due_at)
    if view.status == "will_do":
        return will_do_late(reader, on=on)
    if view.status == "not_now":
        return not_now_late(reader, on=on)
    return late_to_author(reader, due_at=due_at)


def _running(view: StateView, reader: Reader, due_at: datetime) -> str:
    on = view.on or t.last_day(reader, due_at)
    if view.status == "will_do":
        return will_do(reader, on=on, who=view.owed_by, moves=view.moves, first_on=view.first_on)
    if view.status == "not_now":
        return not_now(reader, on=on)
    if view.contested:
        return contested(reader, by=None if view.is_own else view.author, due_at=due_at, owed_by=view.owed_by)
    return answer_owed(reader, due_at=due_at, owed_by=view.owed_by)


def _closed(view: StateView, reader: Reader) -> str:
    on = view.on or reader.today
    if view.status == "merged" and view.merged_into is not None:
        return merged(reader, into=view.merged_into, is_author=view.is_own)
    if view.status == "declined":
        return declined(reader, reason=view.reason)
    if view.status == "withdrawn":
        return withdrawn(reader, on=on)
    if view.status == "done":
        return done(reader, on=on, kind=view.kind)
    raise ValueError(f"a {view.status} suggestion needs the values of its promise")
