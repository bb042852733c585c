"""Tokens that stand in a mail address: what a mail answers, whom a bounce is about. Signed as those of links are.

A local part has 64 characters and programs on the way may write it in lower case, so a token is as short as it can be
and made of letters and digits 2 to 7 alone (RFC 4648, base32). Nothing is stored. The expiry is counted from when a
message was made, so that a retry writes the same bytes.
"""

from __future__ import annotations

import base64
import hmac
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum

from tracker.notices import tokens
from tracker.store import people
from tracker.store.people import Person

_SIGNATURE = 16
_LONGEST = 80
_HOUR = 3600


class Kind(IntEnum):
    """What an address is good for, and for nothing else."""

    REPLY = 1  # the subject is a suggestion
    WHICH = 2  # a message about several; the subject is the delivery
    UNSUBSCRIBE = 3  # the subject is a kind of mail, by its place in LISTS
    BOUNCE = 4  # the subject is a delivery; nobody's in particular


#: Kinds of mail that can be switched off, in the order in which addresses count them: it never changes.
LISTS = ("reminders", "digest", "news", "receipts", "answers", "dates", "comments", "handed")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a genuine token says. ``why`` it is not good any more: expired, disabled, or "" where it is."""

    kind: Kind
    person: Person | None
    subject: int
    why: str = ""


def make(kind: Kind, *, subject: int, expires_at: datetime, person: Person | None = None) -> str:
    """At most 45 characters for any ids below 2**28. The expiry is rounded up to a full hour."""
    hours = math.ceil(expires_at.timestamp() / _HOUR)
    said = bytes([kind]) + b"".join(_number(value) for value in (person.id if person else 0, subject, hours))
    signature = _signature(tokens.signing_keys()[0], said, person)
    return base64.b32encode(said + signature).decode("ascii").rstrip("=").lower()


def read(token: str, *, now: datetime) -> Claim | None:
    """What the token is for; none where it is forged, or was ended by raising its person's token version."""
    if not token.isascii() or len(token) > _LONGEST:
        return None
    try:
        data = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
        said, given = data[:-_SIGNATURE], data[-_SIGNATURE:]
        kind = Kind(said[0])
        person_id, subject, hours = _numbers(said[1:])
        expires_at = datetime.fromtimestamp(hours * _HOUR, UTC)
    except (ValueError, IndexError, OverflowError, OSError):
        return None
    person = people.by_id(person_id) if person_id else None
    if (person is None) != (kind is Kind.BOUNCE):
        return None
    if not any(hmac.compare_digest(given, _signature(key, said, person)) for key in tokens.signing_keys()):
        return None
    why = "disabled" if person is not None and not person.active else "expired" if expires_at <= now else ""
    return Claim(kind, person, subject, why)


def with_token(address: str, token: str) -> str:
    """reply@example.org → reply+token@example.org"""
    local, _, domain = address.partition("@")
    return f"{local}+{token}@{domain}"


def _signature(key: str, said: bytes, person: Person | None) -> bytes:
    version: int | str = person.token_version if person is not None else 0
    if person is not None and said[0] == Kind.UNSUBSCRIBE:
        version = person.email  # heard as long as these mails go there, whatever is pressed meanwhile (``tokens``)
    return hmac.digest(key.encode(), b"address:" + said + f":{version}".encode(), "sha256")[:_SIGNATURE]


def _number(value: int) -> bytes:
    """Seven bits a byte, the last one without the eighth."""
    found = bytearray()
    while value >= 128:
        found.append(128 | (value & 127))
        value >>= 7
    return bytes([*found, value])


def _numbers(data: bytes) -> list[int]:
    found, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            found.append(value)
            value, shift = 0, 0
    if shift:
        raise ValueError("a number without an end")
    return found
