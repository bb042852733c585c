"""What the lines of a timeline are made of: who reads, what is known, and how one entry is dressed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from markupsafe import Markup

from tracker.domain.promise_value import instant_of
from tracker.notices import words
from tracker.notices.markdown import Place, to_html
from tracker.notices.told import Carried
from tracker.notices.words import Reader
from tracker.store.entries import Entry
from tracker.web.file_shapes import FileView
from tracker.web.say import _
from tracker.web.shapes import Act, Link
from tracker.web.shapes import EntryKind as Dress
from tracker.web.views import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What the lines of one timeline are made of. ``carried`` are, by promise, the reminders that left."""

    st: Standing
    reader: Reader
    found: Sequence[Entry]
    carried: Mapping[int, Sequence[Carried]] = field(default_factory=dict)
    #: what a reader can do about an entry: thank, contest, edit
    acts: Callable[[Entry], Sequence[Act]] = field(default=lambda entry: ())
    links: Callable[[Entry], Sequence[Link]] = field(default=lambda entry: ())
    asides: Callable[[Entry], Sequence[Link]] = field(default=lambda entry: ())
    #: what came with an entry
    files: Mapping[int, Sequence[FileView]] = field(default_factory=dict)
    #: where numbers in the texts lead, as far as the reader can see that
    places: Mapping[int, Place] = field(default_factory=dict)

    def html(self, text: str) -> Markup | None:
        """What somebody wrote, as it is shown; none where they wrote nothing."""
        return to_html(text, self.places) if text.strip() else None

    def name(self, person_id: int | None) -> str:
        if person_id is not None and person_id == self.st.person.id:
            return _("You")
        return self.st.name(person_id) if person_id is not None else ""

    def inner_name(self, person_id: int) -> str:
        """In the middle of a sentence or a list."""
        return _("you") if person_id == self.st.person.id else self.st.name(person_id)

    def plain_name(self, person_id: int | None) -> str:
        return self.st.name(person_id) if person_id is not None else ""

    def by_id(self, entry_id: int | None) -> Entry | None:
        return next((entry for entry in self.found if entry.id == entry_id), None)


@dataclass(frozen=True, slots=True)
class Said:
    """How one entry is dressed: its kind, what happened, its text, and lines under it."""

    dress: Dress
    headline: str = ""
    text: Markup | None = None
    lines: Sequence[str] = ()
    extra: str = ""
    at: datetime | None = None


def due_of(entry: Entry) -> datetime | None:
    """The date that the entry left behind."""
    promise = entry.facts.get("promise")
    return instant_of(promise["due_at"]) if promise and promise["due_at"] else None


def new_date(t: Telling, entry: Entry) -> str:
    due_at = due_of(entry)
    return _("Answer by %(when)s", when=words.until(t.reader, due_at)) if due_at is not None else ""
