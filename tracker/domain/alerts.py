"""What whoever looks after the site has to be told once: by its cause, and not for each message that meets it.

A cause is there, or it is gone. While it is there one alert is open about it, however many messages it stops.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from tracker.domain import bounces


class AlertKind(StrEnum):
    """What went wrong."""

    SIGN_IN_REFUSED = "sign_in_refused"  # the mail server does not let us in
    NOT_ENCRYPTED = "not_encrypted"  # no encryption, or a certificate that is not the server's
    SERVER_AWAY = "server_away"  # it cannot be reached, or takes nothing from anybody; a webhook or a chat too
    CANNOT_BE_WRITTEN = "cannot_be_written"  # a template raises
    KILLS_ITS_SENDER = "kills_its_sender"  # whoever sends it dies of it
    STORM = "storm"  # one pass wanted far more messages than ever


#: A server that refuses once is tried again after five minutes; refusing then too, it is away.
AWAY_AFTER = 2
#: The mailbox that mail is fetched from, as the subject of its cause. A provider's short pause at night is no news.
INBOUND = "inbound"
UNFETCHED_FOR = timedelta(minutes=30)
#: The door at which mail servers hand mail over, as the subject of its cause. A worker that starts anew opens it within
#: a minute; that it stays shut is no pause of anybody's.
DOOR = "inbound:door"
SHUT_FOR = timedelta(minutes=2)
#: So many people in a row, none of whose mails is taken: it is not about them.
REFUSED_IN_A_ROW = 3
#: So many people, each told "later" twice since a mail was last taken: it is not about them either.
LATER_IN_A_ROW = 5
#: Mails that nobody took for so long that they were given up, as the subject of their cause.
GIVEN_UP = "outbox:given-up"
#: A message that was given up longer ago tells nobody of a cause any more.
REMEMBERED_FOR = timedelta(days=30)

_FINAL = re.compile(r"5\d\d ")


@dataclass(frozen=True, slots=True)
class Cause:
    """``subject`` says of what: the destination, or the mail's name. Two with the same kind and subject are one."""

    kind: AlertKind
    subject: str
    facts: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A destination that refuses: how often in a row, in which words, and since when."""

    destination: str
    refusals: int
    why: str
    since: datetime


def of_pause(pause: Pause) -> Cause | None:
    """What a refusal means for the site; none while it may pass by itself.

    That the sign-in or the encryption is refused for good is said at once: it needs somebody to mend it.
    """
    if pause.why.startswith("sign-in refused: 5"):
        kind = AlertKind.SIGN_IN_REFUSED
    elif "encryption" in pause.why:
        kind = AlertKind.NOT_ENCRYPTED
    elif pause.refusals >= AWAY_AFTER:
        kind = AlertKind.SERVER_AWAY
    else:
        return None
    return Cause(kind, pause.destination, {"destination": pause.destination, "why": pause.why})


def of_refusals(destination: str, refused: Iterable[tuple[str, str]]) -> Cause | None:
    """A relay that is there and refuses whatever it is given: ``refused`` are addresses and its words, of messages
    given up since it last took one. None while it may be about the addresses, or about one mail.

    "Relay access denied", a blocked network, a sender that is not verified: each reply is final for its message, so
    nothing pauses, and every message ends.
    """
    found = {address: words for address, words in refused if _is_of_anybody(words)}
    if len(found) < REFUSED_IN_A_ROW:
        return None
    facts = {"destination": destination, "why": list(found.values())[-1], "given_up": len(found)}
    return Cause(AlertKind.SERVER_AWAY, destination, facts)


def of_later(destination: str, put_off: Iterable[tuple[str, str]]) -> Cause | None:
    """A relay that is there and says "later" whatever it is given: ``put_off`` are addresses and its words, of mails
    that were tried again since it last took one. None while it may be about the addresses.

    Each such answer is about its message, so nothing pauses; each mail would wait longer and longer, and be given up.
    """
    found = dict(put_off)
    if len(found) < LATER_IN_A_ROW:
        return None
    return Cause(AlertKind.SERVER_AWAY, destination, {"destination": destination, "why": list(found.values())[-1]})


def of_given_up(words: Sequence[str]) -> Cause | None:
    """Mails that were given up because nobody took them for five days; ``words`` are what each heard last."""
    if not words:
        return None
    return Cause(AlertKind.SERVER_AWAY, GIVEN_UP, {"why": words[-1], "given_up": len(words)})


def _is_of_anybody(words: str) -> bool:
    """A final refusal that says nothing of the mailbox (RFC 3463: 5.1 addresses, 5.2 mailboxes, 5.6 the text)."""
    status = bounces.status_in(words) or ""
    return bool(_FINAL.match(words)) and not status.startswith(("5.1.", "5.2.", "5.6."))


def of_mailbox(pause: Pause, *, now: datetime) -> Cause | None:
    """Mail that comes in cannot be fetched, and has not been for a while: what people write there is answered late."""
    if now - pause.since < UNFETCHED_FOR:
        return None
    return Cause(AlertKind.SERVER_AWAY, INBOUND, {"destination": INBOUND, "why": pause.why})


def of_door(pause: Pause, *, now: datetime) -> Cause | None:
    """Mail that comes in cannot be handed over: the mail server keeps it for days, and then sends it back."""
    if now - pause.since < SHUT_FOR:
        return None
    return Cause(AlertKind.SERVER_AWAY, DOOR, {"destination": DOOR, "why": pause.why})


def of_outlet(destination: str, *, refusals: int, has_ended: bool, facts: Mapping[str, Any]) -> Cause | None:
    """A webhook or a chat that takes nothing: ``has_ended``, it said that it wants nothing any more (410). None while
    it may pass by itself.

    One cause for one place, whatever it says, so that it is told once.
    """
    if not has_ended and refusals < AWAY_AFTER:
        return None
    return Cause(AlertKind.SERVER_AWAY, destination, facts)


@dataclass(frozen=True, slots=True)
class Changes:
    """Alerts to open, and those to close by the cause they are about."""

    opened: tuple[Cause, ...]
    closed: tuple[Cause, ...]


def changes(open_now: Collection[Cause], there: Collection[Cause]) -> Changes:
    """What has to be told anew, and what is over. A server that refuses again is no news, whatever it says now."""
    return Changes(
        tuple(cause for cause in dict.fromkeys(there) if cause not in open_now),
        tuple(cause for cause in open_now if cause not in there),
    )
