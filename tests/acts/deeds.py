"""What people do in a story, in few words: each is one verb of ours, by name, at its instant."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tracker.acts import answers, dates, follow_ups, questions
from tracker.acts import suggestions as verbs
from tracker.domain.outcomes import Outcome
from tracker.store import entries, promises, suggestions
from tracker.store.base import db
from tracker.store.entries import Entry, EntryKind, Via
from tracker.store.people import Person
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import CoAuthor, Suggestion

WEB = Via.WEB


def owed(s: Suggestion) -> PromiseRow:
    """The promise that is open now."""
    row = promises.open_of(s.id)
    assert row is not None
    return row


def waiting(s: Suggestion) -> PromiseRow:
    """The answer that waits while its author is asked."""
    row = promises.suspended_of(s.id)
    assert row is not None
    return row


def last(s: Suggestion, kind: EntryKind) -> Entry:
    entry = entries.last_of(s.id, kind)
    assert entry is not None
    return entry


def asks(by: Person, s: Suggestion, now: datetime, text: str = "Handy oder Rechner?") -> Entry:
    return questions.ask(s, by=by, now=now, via=WEB, text=text)


def says(by: Person, s: Suggestion, now: datetime, text: str = "Am Rechner.") -> Entry:
    return verbs.comment(s, by=by, now=now, via=WEB, text=text)


def answers_with(
    outcome: Outcome, by: Person, s: Suggestion, now: datetime, *, on: date | None = None, who: Person | None = None
) -> Entry:
    return answers.answer(s, by=by, now=now, via=WEB, outcome=outcome, text="Darum.", on=on, who=who)


def does(by: Person, s: Suggestion, now: datetime) -> Entry:
    return answers_with(Outcome.DONE, by, s, now)


def declines(by: Person, s: Suggestion, now: datetime) -> Entry:
    return answers_with(Outcome.DECLINED, by, s, now)


def promises_by(on: date, by: Person, s: Suggestion, now: datetime, *, who: Person | None = None) -> Entry:
    return answers_with(Outcome.WILL_DO, by, s, now, on=on, who=who)


def defers_to(on: date, by: Person, s: Suggestion, now: datetime) -> Entry:
    return answers_with(Outcome.NOT_NOW, by, s, now, on=on)


def undoes(by: Person, s: Suggestion, entry: Entry, now: datetime) -> Entry:
    return answers.undo(s, entry, by=by, now=now, via=WEB)


def contests(by: Person, s: Suggestion, now: datetime) -> Entry:
    return answers.contest(s, by=by, now=now, via=WEB, text="Und die Namen?")


def moves_to(on: date, by: Person, s: Suggestion, now: datetime, **how: Any) -> Entry:
    return dates.move(s, by=by, now=now, via=WEB, on=on, **{"reason": "Der Hersteller liefert später.", **how})


def climbs(s: Suggestion, now: datetime) -> Entry | None:
    """The sweep at this instant, for this one."""
    return follow_ups.climb(owed(s).id, now=now)


def joins_as_co_author(person: Person, s: Suggestion) -> None:
    """As a merge will do it: every right of an author."""
    db.session.add(CoAuthor(suggestion_id=s.id, person_id=person.id, from_suggestion_id=s.id))
    db.session.flush()


def again(s: Suggestion) -> Suggestion:
    """Read anew."""
    found = suggestions.lock(s.id)
    assert found is not None
    return found
