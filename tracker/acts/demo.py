"""The demo: a database that says so itself, and links that sign in to it and to no other."""

from __future__ import annotations

from datetime import datetime, timedelta

from tracker import chance
from tracker.notices import tokens
from tracker.notices.tokens import Purpose
from tracker.store import pulse
from tracker.store.people import Person

#: The fact that makes a database a demo. Its value is random: a link of one demo opens no other.
FACT = "demo"
LINK_LIFE = timedelta(days=365)


def mark() -> None:
    """Make this database a demo. There is no way back."""
    pulse.remember(FACT, chance.token_hex(8))


def is_demo() -> bool:
    return pulse.site_fact(FACT) is not None


def sign_in_token(person: Person, *, now: datetime) -> str:
    """The token of a link that signs in as this person, any number of times. Raises ``LookupError`` outside a demo."""
    return tokens.make(Purpose.DEMO, person, subject=_mark(), expires_at=now + LINK_LIFE)


def person_of(token: str, *, now: datetime) -> Person | None:
    """Whom a link signs in; none where it is not of this demo, or this is none."""
    mark = pulse.site_fact(FACT)
    claim = tokens.read(Purpose.DEMO, token, now=now) if mark is not None else None
    return claim.person if claim is not None and claim.subject == mark else None


def _mark() -> str:
    mark = pulse.site_fact(FACT)
    if mark is None:
        raise LookupError("this database is no demo")
    return mark
