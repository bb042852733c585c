"""Signed links to one suggestion: what a mail's "Answer →" leads to without signing in.

A link is good for one person, one suggestion and one purpose, for 14 days from when its message was made, so that a
retry writes the same bytes. Why so: docs/decisions/links-in-mails.md.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from tracker.notices import links, tokens
from tracker.notices.tokens import Purpose
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion

LIFE = timedelta(days=14)


def is_given(s: Suggestion) -> bool:
    """Not for what is about a person: its mails tell no title, nor does a link that opens to whoever has the mail."""
    return s.about_person_id is None


def url(purpose: Purpose, person: Person, s: Suggestion, *, made_at: datetime, fragment: str = "") -> str:
    """The address, as it stands in a mail made at ``made_at``."""
    token = tokens.make(purpose, person, subject=subject_of(s), expires_at=made_at + LIFE)
    return links.url("mail_link", purpose=purpose.value, token=token, fragment=fragment)


def subject_of(s: Suggestion) -> str:
    """By its number in its team. The row's id would tell how many there are elsewhere, also to whom they are hidden."""
    return f"{s.team_id}-{s.number}"


def numbers_of(subject: str) -> tuple[int, int] | None:
    """Team and number of a subject, none where it is something else's."""
    team, _, number = subject.partition("-")
    is_both = all(part.isascii() and part.isdigit() and len(part) < 19 for part in (team, number))
    return (int(team), int(number)) if is_both else None
