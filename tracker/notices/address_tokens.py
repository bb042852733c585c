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
#: So many former versions are still known as such: more often nobody signs out within the time that replies are read.
_FORMER = 50


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
    """What a genuine token says. ``why`` it is not good any more: disabled, ended (its person's token version was
    raised), expired, or "" where it is."""

    kind: Kind
    person: Person | None
    subject: int
    why: str = ""


def make(kind: Kind, *, subject: int, expires_at: datetime, person: Person | None = None) -> str:
    """At most 45 characters for any ids below 2**28. The expiry is rounded up to a full hour."""
    hours = math.ceil(expires_at.timestamp() / _HOUR)
    said = bytes([kind]) + b"".join(_number(value) for value in (person.id if person else 0, subject, hours))
    signature = _signature(tokens.signing_keys()[0], said, _versions(kind, person)[0])
    return base64.b32encode(said + signature).decode("ascii").rstrip("=").lower()


def read(token: str, *, now: datetime) -> Claim | None:
    """What the token is for; none where it is forged."""
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
    good, *former = _versions(kind, person)
    is_good = _is_signed(said, given, good)
    if not is_good and not any(_is_signed(said, given, version) for version in former):
        return None
    if person is not None and not person.active:
        return Claim(kind, person, subject, "disabled")
    return Claim(kind, person, subject, "ended" if not is_good else "expired" if expires_at <= now else "")


def with_token(address: str, token: str) -> str:
    """reply@example.org → reply+token@example.org"""
    local, _, domain = address.partition("@")
    return f"{local}+{token}@{domain}"


def _versions(kind: Kind, person: Person | None) -> list[int | str]:
    """What is signed beside the words: the one that is good, and those that were, the last first."""
    if person is None:
        return [0]
    if kind is Kind.UNSUBSCRIBE:
        return [person.email]  # heard as long as these mails go there, whatever is pressed meanwhile (``tokens``)
    return list(range(person.token_version, max(0, person.token_version - _FORMER) - 1, -1))


def _is_signed(said: bytes, given: bytes, version: int | str) -> bool:
    return any(hmac.compare_digest(given, _signature(key, said, version)) for key in tokens.signing_keys())


def _signature(key: str, said: bytes, version: int | str) -> bytes:
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
