"""The banner while an answer can be taken back."""

from __future__ import annotations

from datetime import timedelta

from tracker.domain.lifecycle import UNDO_WINDOW
from tracker.notices import links
from tracker.notices.words import Reader
from tracker.store import people
from tracker.store.entries import Entry, EntryKind
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.web import forms
from tracker.web.marks import mark
from tracker.web.say import _
from tracker.web.shapes import Undo


def undo_of(s: Suggestion, answer: Entry | None, person: Person, reader: Reader, *, back: str = "") -> Undo | None:
    """The banner while an answer can be taken back."""
    if answer is None or answer.kind is not EntryKind.ANSWER or answer.actor_id != person.id:
        return None
    until = answer.at + UNDO_WINDOW
    seconds = int((until - reader.now) / timedelta(seconds=1))
    if seconds < 1:
        return None
    path = links.path("suggestion", slug=s.team.slug, number=s.number)
    author = people.names({s.author_id}).get(s.author_id, "")
    return Undo(
        sentence=_("#%(number)s is answered. %(name)s will know in a moment.", number=s.number, name=author),
        url=f"{path}/undo/{mark(answer.id)}",
        seconds=seconds,
        until=f"{reader.local(until):%H:%M:%S}",
        fields=[forms.fresh_key(), *([("back", back)] if back else [])],
    )
