"""The timeline: facts made into what a reader is told, in their language, when it is shown.

What was sent is read from what a channel took, never from the ladder; a reminder that lies in the mailbox of this site
has reached nobody, and the line says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from markupsafe import Markup

from tracker.domain.ladder import DEPUTIES, DUE
from tracker.domain.lifecycle import Urgency
from tracker.domain.outcomes import Outcome
from tracker.domain.promise_value import instant_of
from tracker.notices import words
from tracker.notices.mails import along, sentences
from tracker.notices.told import Carried
from tracker.notices.words import Reader
from tracker.store.entries import Entry, EntryKind
from tracker.web import views_tags, views_told, words_of_tasks
from tracker.web.marks import mark
from tracker.web.say import _, ngettext
from tracker.web.shapes import Entry as EntryView
from tracker.web.views_merging import merged, merged_in, split_off, unmerged
from tracker.web.views_telling import Said, Telling, new_date
from tracker.web.views_words import urgency_word

Facts = Mapping[str, Any]


def timeline(telling: Telling) -> list[EntryView]:
    """Oldest first. An answer that was taken back stands where it was taken back, for those who may read it."""
    undone = {entry.facts["entry"] for entry in telling.found if entry.kind is EntryKind.UNDONE}
    passed = _date_passed(telling.found)
    shown = []
    for entry in telling.found:
        if entry.id in undone or (entry.kind is EntryKind.FOLLOW_UP and not _is_told(entry, passed)):
            continue
        shown.append(one(telling, entry, is_first_after_date=entry.id in passed.values()))
    return shown


def one(telling: Telling, entry: Entry, *, is_first_after_date: bool = False) -> EntryView:
    """One entry, by the function of its kind."""
    make = _KINDS.get(entry.kind, _event)
    said = _missed(telling, entry) if is_first_after_date else make(telling, entry)
    at = said.at or entry.at
    reader = telling.reader
    return EntryView(
        kind=said.dress,
        when=words.until(reader, at) if said.at else words.moment(reader, at),
        iso=at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        actor=telling.name(entry.actor_id),
        headline=said.headline,
        extra=said.extra,
        text=said.text,
        lines=[line for line in said.lines if line],
        acts=telling.acts(entry),
        links=telling.links(entry),
        asides=telling.asides(entry),
        anchor=f"entry-{mark(entry.id)}",
        mine=entry.actor_id == telling.st.person.id,
        files=telling.files.get(entry.id, ()),
    )


def _at(text: str | None) -> datetime | None:
    return instant_of(text) if text else None


# Words ----------------------------------------------------------------------------------------------------------------


def _raised(t: Telling, entry: Entry) -> Said:
    s = t.st.s
    extra = ""
    if s.entered_by_id is not None:
        extra = _("entered by %(name)s", name=t.plain_name(s.entered_by_id))
        if s.entered_from:
            extra = _("entered by %(name)s, from %(place)s", name=t.plain_name(s.entered_by_id), place=s.entered_from)
    return Said("raised", t.name(s.author_id), t.html(s.body), _not_kept(t, entry), extra=_edited(entry, extra))


def _edited(entry: Entry, extra: str = "") -> str:
    return " · ".join(part for part in (extra, _("edited") if entry.edited_at else "") if part)


def _comment(t: Telling, entry: Entry) -> Said:
    return Said("comment", "", t.html(entry.text), _not_kept(t, entry), extra=_edited(entry))


def _not_kept(t: Telling, entry: Entry) -> list[str]:
    """Files that came by mail and could not be kept: who reads the words may look for them."""
    names = along.from_facts(entry.facts.get("left_out", ()))
    return [along.not_kept(t.reader, names)] if names else []


def _note(t: Telling, entry: Entry) -> Said:
    return Said("note", "", t.html(entry.text), extra=_edited(entry))


def _question(t: Telling, entry: Entry) -> Said:
    name, author = t.plain_name(entry.actor_id), t.st.s.author_id
    if author == t.st.person.id:
        headline = _("%(name)s asks you", name=name)
    else:
        headline = _("%(name)s asks %(other)s", name=name, other=t.plain_name(author))
    return Said("question", headline, t.html(entry.text), [_clock(t, entry)])


def _clock(t: Telling, entry: Entry) -> str:
    """What the question does to our clock; how long it waits is said of the one that is open."""
    if entry.facts.get("clock_runs"):
        return _("Our clock runs on meanwhile.")
    back_at = t.st.back_at if t.st.question is not None and t.st.question.id == entry.id else None
    if back_at is None:
        return ""
    day = words.day(t.reader, words.last_day(t.reader, back_at))
    return _("Our clock waits, until %(day)s at the latest.", day=day)


def _ball_back(t: Telling, entry: Entry) -> Said:
    author = t.plain_name(t.st.s.author_id)
    headline = {
        "reply": _("%(name)s has answered; our clock runs again", name=author),
        "taken_back": _("The question was taken back; our clock runs again"),
        "left": _("%(name)s has left; our clock runs again", name=author),
    }.get(entry.facts.get("why", ""), _("The question waited long enough; our clock runs again"))
    return Said("event", headline, lines=[new_date(t, entry)])


# Answers --------------------------------------------------------------------------------------------------------------


def _answer(t: Telling, entry: Entry) -> Said:
    late_since = _at(entry.facts.get("late_since"))
    extra = _days_late(t.reader, late_since, entry.at) if late_since is not None else ""
    text = _taken_back(t.reader, entry.facts.get("takes_back")) + (t.html(entry.text) or Markup())
    return Said("answer", outcome_headline(t, entry), text or None, [_who(t, entry)], extra)


def outcome_headline(t: Telling, entry: Entry) -> str:
    """'Done', 'Will do by Fri 4 Dec', 'Not now, again on Mon 1 Mar 2027', 'No'."""
    facts, s = entry.facts, t.st.s
    on = date.fromisoformat(facts["on"]) if facts.get("on") else None
    if facts["outcome"] == Outcome.DECLINED.value:
        return sentences.outcome_word(t.reader, "declined", s.kind.value)
    return sentences.outcome_subject(t.reader, facts["outcome"], s.kind.value, on)


def _days_late(reader: Reader, late_since: datetime, at: datetime) -> str:
    days = (reader.local(at).date() - words.last_day(reader, late_since)).days
    if days < 1:
        return _("on the day, after the hour")
    return ngettext("%(num)s day after the date", "%(num)s days after the date", days)


def _taken_back(reader: Reader, facts: Facts | None) -> Markup:
    """The date that this answer breaks stands before its text, which is the reason."""
    due_at = _at(facts.get("due_at")) if facts else None
    if facts is None or due_at is None:
        return Markup()
    day = words.day(reader, words.last_day(reader, due_at))
    if facts.get("outcome") == Outcome.NOT_NOW.value:
        sentence = _("We had said that we look again on %(day)s. We take that back, because:", day=day)
    else:
        sentence = _('We had said "will do" by %(day)s. We take that back, because:', day=day)
    return Markup("<p>{}</p>").format(sentence)


def _who(t: Telling, entry: Entry) -> str:
    who = entry.facts.get("who")
    if who is None or who == entry.actor_id:
        return ""
    if who == t.st.person.id:
        return _("You are on it.")
    return _("%(names)s is on it.", names=t.plain_name(who))


def _undone(t: Telling, entry: Entry) -> Said:
    taken = t.by_id(entry.facts.get("entry"))
    headline = _("%(name)s took the answer back", name=t.plain_name(entry.actor_id))
    return Said("undone", headline, t.html(taken.text) if taken is not None and t.st.handles else None)


def _handed_back(t: Telling, entry: Entry) -> Said:
    places = {"name": t.plain_name(entry.actor_id), "other": t.plain_name(entry.facts.get("to"))}
    return Said("event", _("%(name)s hands it back to %(other)s", **places), t.html(entry.text))


def _moved(t: Telling, entry: Entry) -> Said:
    when = _promised_by(t, entry, _at(entry.facts.get("to")))
    if not entry.facts.get("nth"):
        return Said("moved", _("Earlier now: by %(when)s", when=when), t.html(entry.text))
    nth = words.capital(words.moved_nth(t.reader.locale, entry.facts["nth"]))
    return Said("moved", _("%(moved)s: now by %(when)s", moved=nth, when=when), t.html(entry.text))


def _promised_by(t: Telling, entry: Entry, at: datetime | None) -> str:
    """What is promised by a day is moved to a day; an answer has an hour."""
    if at is None:
        return "?"
    is_day = (entry.facts.get("promise") or {}).get("kind") in ("deliver", "revisit")
    return words.day(t.reader, words.last_day(t.reader, at)) if is_day else words.until(t.reader, at)


def _contested(t: Telling, entry: Entry) -> Said:
    headline = _("%(name)s: that does not answer it", name=t.plain_name(entry.actor_id))
    return Said("contested", headline, t.html(entry.text), [new_date(t, entry)])


def _reopened(t: Telling, entry: Entry) -> Said:
    name = t.plain_name(entry.actor_id)
    headline = (
        _("%(name)s: it is back", name=name) if entry.facts.get("is_back") else _("%(name)s opened it again", name=name)
    )
    return Said("contested", headline, t.html(entry.text), [new_date(t, entry)])


# Whose it is ----------------------------------------------------------------------------------------------------------


def _assigned(t: Telling, entry: Entry) -> Said:
    facts, name = entry.facts, t.plain_name(entry.actor_id)
    if facts.get("taken"):
        return Said("event", _("%(name)s takes it", name=name))
    if facts.get("to"):
        return Said("event", _("%(name)s gives it to %(other)s", name=name, other=t.plain_name(facts["to"])))
    if facts.get("left"):
        return Said("event", _("Free again: %(name)s has left", name=t.plain_name(facts["left"])))
    return Said("event", _("%(name)s puts it back", name=name))


def _urgency(t: Telling, entry: Entry) -> Said:
    was, to = (urgency_word(Urgency(entry.facts[side])) for side in ("was", "to"))
    if entry.facts.get("corrected"):
        headline = _(
            "%(name)s corrected the urgency: %(was)s → %(to)s", name=t.plain_name(entry.actor_id), was=was, to=to
        )
    else:
        headline = _("Urgency: %(was)s → %(to)s", was=was, to=to)
    return Said("event", headline, t.html(entry.text), [new_date(t, entry)])


def _withdrawn(t: Telling, entry: Entry) -> Said:
    return Said("event", _("%(name)s withdrew it", name=t.plain_name(entry.actor_id)), t.html(entry.text))


def _edited_entry(t: Telling, entry: Entry) -> Said:
    return Said("edited", _("%(name)s changed the text", name=t.plain_name(entry.actor_id)))


def _tagged(t: Telling, entry: Entry) -> Said:
    return Said("event", views_tags.headline(t.plain_name(entry.actor_id), entry.facts))


def _meanwhile(t: Telling, entry: Entry) -> Said:
    until = entry.facts.get("until")
    day = words.day(t.reader, date.fromisoformat(until)) if until else "?"
    return Said("event", _("%(name)s answers until %(day)s", name=t.plain_name(entry.facts.get("who")), day=day))


def _let_in(t: Telling, entry: Entry) -> Said:
    return Said("event", _("%(name)s can see it from now on", name=t.plain_name(entry.facts.get("who"))))


def _task(t: Telling, entry: Entry) -> Said:
    """What became of a task; put off, it stands out like every date that moved."""
    said = words_of_tasks.happened(entry, t.reader, t.plain_name)
    return Said("moved" if entry.facts.get("nth") else "event", said.headline, t.html(entry.text), extra=said.extra)


def _event(t: Telling, entry: Entry) -> Said:
    return Said("event", _("Something changed"), t.html(entry.text))


# The ladder -----------------------------------------------------------------------------------------------------------


def _date_passed(found: Sequence[Entry]) -> dict[tuple[int, int], int]:
    """Promise and date version → the entry with which the passing of its date stands in the timeline."""
    first: dict[tuple[int, int], int] = {}
    for entry in found:
        promise = entry.facts.get("promise")
        if (
            entry.kind is EntryKind.FOLLOW_UP
            and promise
            and entry.facts["rung"] >= DUE
            and promise["kind"] != "clarify"
        ):
            first.setdefault((promise["id"], promise["version"]), entry.id)
    return first


def _is_told(entry: Entry, passed: Mapping[tuple[int, int], int]) -> bool:
    """A reminder before the date is told with the date's passing, once that has happened."""
    promise = entry.facts.get("promise")
    if promise is None or entry.facts["rung"] >= DUE:
        return True
    return (promise["id"], promise["version"]) not in passed


def _missed(t: Telling, entry: Entry) -> Said:
    promise = entry.facts["promise"]
    due_at = _at(promise["due_at"])
    own = [one for one in t.carried.get(promise["id"], ()) if one.version == promise["version"]]
    until_then = [one for one in own if one.rung <= DUE or one.entry_id == entry.id]
    headline = _("The day of a task has passed") if promise["kind"] == "task" else _("The date has passed")
    return Said("missed", headline, lines=_told(t, until_then, due_at or entry.at), at=due_at)


def _follow_up(t: Telling, entry: Entry) -> Said:
    rung, to = entry.facts["rung"], entry.facts.get("to", [])
    sent = [one for of_one in t.carried.values() for one in of_one if one.entry_id == entry.id]
    lines = _told(t, sent, entry.at)
    if lines:
        headline = _("Passed on") if rung >= DEPUTIES else _("Reminded")
        return Said("follow_up", headline, lines=lines)
    names = words.names(t.reader.locale, [t.plain_name(one) for one in to])
    return Said(
        "follow_up", _("A reminder is on its way to %(names)s", names=names) if names else _("A reminder is due")
    )


def _told(t: Telling, sent: Sequence[Carried], at: datetime) -> list[str]:
    return views_told.lines(t.reader, t.inner_name, sent, at)


_KINDS: Mapping[EntryKind, Callable[[Telling, Entry], Said]] = {
    EntryKind.RAISED: _raised,
    EntryKind.EDITED: _edited_entry,
    EntryKind.COMMENT: _comment,
    EntryKind.NOTE: _note,
    EntryKind.QUESTION: _question,
    EntryKind.BALL_BACK: _ball_back,
    EntryKind.ANSWER: _answer,
    EntryKind.UNDONE: _undone,
    EntryKind.HANDED_BACK: _handed_back,
    EntryKind.MOVED: _moved,
    EntryKind.CONTESTED: _contested,
    EntryKind.REOPENED: _reopened,
    EntryKind.ASSIGNED: _assigned,
    EntryKind.URGENCY: _urgency,
    EntryKind.WITHDRAWN: _withdrawn,
    EntryKind.MEANWHILE: _meanwhile,
    EntryKind.LET_IN: _let_in,
    EntryKind.MERGED: merged,
    EntryKind.MERGED_IN: merged_in,
    EntryKind.UNMERGED: unmerged,
    EntryKind.SPLIT_OFF: split_off,
    EntryKind.FOLLOW_UP: _follow_up,
    EntryKind.TAGGED: _tagged,
    EntryKind.TASK: _task,
}
