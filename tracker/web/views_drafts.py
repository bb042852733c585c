"""Half-written answers on pages: the text in its form again, when it was kept, and who else is writing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from tracker.acts import drafts as acts
from tracker.notices import words
from tracker.notices.words import Reader
from tracker.store import attachments, drafts, people
from tracker.store.drafts import Draft, DraftPurpose
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.web.forms import Form
from tracker.web.say import _, ngettext
from tracker.web.shapes_answering import DraftLine

#: What of the form is kept.
FIELDS = ("outcome", "on", "who", "text")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def of(s: Suggestion, person: Person) -> Draft | None:
    """What this person has half-written as an answer to it."""
    return drafts.of(person.id, s.team_id, DraftPurpose.ANSWER, s.id)


def at(s: Suggestion, person: Person, *, now: datetime) -> tuple[Draft | None, list[int]]:
    """The same, and who else is writing one. The caller has asked whether the person may answer it."""
    return drafts.answers_to(s.id, person.id, since=now - acts.IS_WRITING)


def files_of(draft: Draft) -> tuple[int, ...]:
    """What was added to it, by id."""
    return tuple(one.id for one in attachments.of_draft(draft.id))


def version(draft: Draft | None) -> str:
    """Tells one state of the kept text from the next; "" where nothing is kept."""
    return str((draft.changed_at - _EPOCH) // timedelta(microseconds=1)) if draft is not None else ""


def has_all_of(form: Form, draft: Draft | None, texts: Iterable[str]) -> bool:
    """Whether nothing that was kept goes with it once this form takes its place: it was made from that very state, or
    writes it on."""
    if draft is None or form.text("version") == version(draft):
        return True
    return all(form.text(name).startswith(str(draft.fields.get(name, ""))) for name in texts)


def said(draft: Draft | None, reader: Reader) -> str:
    """ "Draft saved 09:12", with the day where it was another one."""
    if draft is None:
        return ""
    is_today = reader.local(draft.changed_at).date() == reader.today
    when = words.clock_time(reader, draft.changed_at) if is_today else words.short_moment(reader, draft.changed_at)
    return _("Draft saved %(time)s", time=when)


def line(draft: Draft | None, reader: Reader, *, url: str) -> DraftLine:
    return DraftLine(url=url, version=version(draft), said=said(draft, reader))


def writing(s: Suggestion, person: Person, reader: Reader) -> str:
    """Who else is writing an answer to it, in a sentence; "" for everybody who may not answer it themselves."""
    found = acts.writers(s, by=person, now=reader.now)
    names = people.names(frozenset(found))
    return sentence([names[one] for one in found if one in names], reader)


def sentence(names: Sequence[str], reader: Reader) -> str:
    """ "Pit is writing an answer."; "" where nobody is."""
    if not names:
        return ""
    listed = words.names(reader.locale, names)
    return ngettext("%(names)s is writing an answer.", "%(names)s are writing an answer.", len(names), names=listed)
