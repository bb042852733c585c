"""What the tests of links in mails share: #41, a link to it, and how it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from flask import Flask

from tests.times import FakeClock
from tests.web.visitors import Visitor
from tracker.domain.lifecycle import Status
from tracker.notices import mail_links
from tracker.notices.tokens import Purpose
from tracker.store import entries, suggestions
from tracker.store.base import db
from tracker.store.entries import EntryKind
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion

Visit = Callable[[str], Visitor]
LATE = "Friday 2026-11-27 14:00"
ANSWER = {"outcome": "done", "text": "Die Liste ist getauscht."}


@contextmanager
def the(app: Flask, suggestion_id: int) -> Iterator[Suggestion]:
    with app.app_context():
        found = suggestions.by_id(suggestion_id)
        assert found is not None
        yield found
        db.session.commit()


def link(app: Flask, clock: FakeClock, s: int, person: Person, purpose: Purpose = Purpose.ANSWER) -> str:
    """The path of a link in a mail that was made now."""
    with the(app, s) as found:
        reader = db.session.get_one(Person, person.id)
        return urlsplit(mail_links.url(purpose, reader, found, made_at=clock.now())).path


def written(app: Flask, s: int, kind: EntryKind) -> list[entries.Entry]:
    with app.app_context():
        return entries.of_kinds(s, kind)


def status(app: Flask, s: int) -> Status:
    with the(app, s) as found:
        return found.status
