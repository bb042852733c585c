"""Signed tokens of links that work without signing in: an HMAC over purpose, person, subject, expiry and version.

Nothing is stored. The person's ``token_version`` is signed but not sent, so that raising it ends every link that shows
or writes something. The expiry is counted from when a message was made, so that a retry writes the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from flask import current_app

from tracker.store import people
from tracker.store.people import Person

#: 128 bits: short enough for a line of a mail, long enough for ever.
_SIGNATURE = 16
_LONGEST = 200


class Purpose(StrEnum):
    """What a token is good for, and for nothing else."""

    UNSUBSCRIBE = "unsubscribe"
    REPLY = "reply"
    DEMO = "demo"
    # Links to one suggestion, each for what its words in the mail say (docs/decisions/links-in-mails.md).
    VIEW = "view"
    ANSWER = "answer"
    ASK = "ask"
    MOVE = "move"
    NOTE = "note"
    ASSIGN = "assign"
    TAKE = "take"
    HAND_BACK = "hand-back"
    COMMENT = "comment"
    NUDGE = "nudge"
    CONTEST = "contest"
    THANKS = "thanks"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a genuine token says. ``subject`` is a kind of mail, or a suggestion (``mail_links.subject_of``)."""

    person: Person
    subject: str
    expires_at: datetime


def make(purpose: Purpose, person: Person, *, subject: str, expires_at: datetime) -> str:
    """The token, in letters that need no escaping in an address. ``subject`` holds no dot."""
    said = f"{person.id}.{subject}.{int(expires_at.timestamp())}"
    return f"{_text(said.encode())}.{_text(_signature(signing_keys()[0], purpose, said, _version(purpose, person)))}"


def read(purpose: Purpose, token: str, *, now: datetime) -> Claim | None:
    """Who and what the token is for; none where it is forged, for something else, too old or ended."""
    claim = genuine(purpose, token)
    return claim if claim is not None and claim.expires_at > now else None


def genuine(purpose: Purpose, token: str) -> Claim | None:
    """The same, whether or not its time is over: for a page that says so to whom it was written."""
    said, _, signature = token.partition(".")
    if len(token) > _LONGEST or not signature:
        return None
    try:
        text = _bytes(said).decode("ascii")
        given = _bytes(signature)
        person_id, subject, expiry = text.split(".")
        expires_at = datetime.fromtimestamp(int(expiry), UTC)
        person = people.by_id(int(person_id))
    except (ValueError, OverflowError, OSError):
        return None
    if person is None or not person.active:
        return None
    expected = [_signature(key, purpose, text, _version(purpose, person)) for key in signing_keys()]
    if not any(hmac.compare_digest(given, one) for one in expected):
        return None
    return Claim(person, subject, expires_at)


def _version(purpose: Purpose, person: Person) -> int | str:
    """What ends it. A demo's links work as long as the demo does. Who wants no more of these mails is heard as long as
    they go to that address, whatever is pressed meanwhile: such a link can do nothing else."""
    if purpose is Purpose.UNSUBSCRIBE:
        return person.email
    return 0 if purpose is Purpose.DEMO else person.token_version


def form_key(token: str) -> str:
    """What the form behind a link carries: known to whoever was shown the page, and to nobody who guesses."""
    return _form_key(signing_keys()[0], token)


def is_form_key(given: str, token: str) -> bool:
    return any(hmac.compare_digest(given.encode(), _form_key(key, token).encode()) for key in signing_keys())


def _form_key(key: str, token: str) -> str:
    return _text(hmac.new(key.encode(), f"form:{token}".encode(), hashlib.sha256).digest()[:_SIGNATURE])


def signing_keys() -> list[str]:
    """The present secret key, and former ones whose links are still in people's mailboxes."""
    return [current_app.config["SECRET_KEY"], *(current_app.config.get("SECRET_KEY_FALLBACKS") or ())]


def _signature(key: str, purpose: Purpose, said: str, version: int | str) -> bytes:
    return hmac.new(key.encode(), f"{purpose.value}:{said}:{version}".encode(), hashlib.sha256).digest()[:_SIGNATURE]


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode("ascii").rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
