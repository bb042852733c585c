"""What became of one message handed to a channel: closed kinds, each with the step at which it was decided.

``Accepted`` and ``Unknown`` are values; what was not accepted is one of the domain's failures, with code and phase
beside its text, so that the outbox decides about a retry without knowing any protocol.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from tracker.domain import bounces
from tracker.domain.retries import DestinationRefuses, PassingFailure, PermanentFailure


class Phase(StrEnum):
    """The steps of one transaction, in their order."""

    CONNECT = "connect"
    GREETING = "greeting"
    HELLO = "hello"
    TLS = "tls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    #: Some of the message has left, its end has not: nobody may keep it.
    BODY = "body"
    #: The final dot has left, or may have.
    REPLY = "reply"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server took it: the 250 after the final dot, or the file stands in the mailbox."""

    reply: str = ""
    code: int = 250
    phase: Phase = Phase.REPLY


@dataclass(frozen=True, slots=True)
class Unknown:
    """The connection was lost or silent after the final dot. Nobody can say whether it arrived."""

    why: str = ""
    phase: Phase = Phase.REPLY


@dataclass(frozen=True, slots=True)
class Withheld:
    """Who holds the message said, right before the body, that it may not go any more. Nothing has left."""

    phase: Phase = Phase.DATA


class NotAcceptedNow(PassingFailure):
    """A 4xx reply, or the connection was lost before the final dot: the server keeps nothing, a retry is safe. Of a
    webhook a 5xx, or no reply in time: a second copy carries the same id."""

    def __init__(
        self, text: str, *, phase: Phase, code: int | None = None, retry_after: timedelta | None = None
    ) -> None:
        super().__init__(text, retry_after=retry_after)
        self.phase = phase
        self.code = code


class NeverAccepted(PermanentFailure):
    """A 5xx reply to the recipient or the body, or something that must not be sent."""

    def __init__(self, text: str, *, phase: Phase, code: int | None = None) -> None:
        super().__init__(text)
        self.phase = phase
        self.code = code

    @property
    def enhanced(self) -> str | None:
        """The enhanced status of the reply (RFC 3463), such as 5.1.1, where it has one."""
        return bounces.status_in(str(self))


class WantsNoMore(NeverAccepted):
    """410: the receiver wants nothing any more, this or anything else."""


class RelayRefuses(DestinationRefuses):
    """The destination takes nothing from anybody now: unreachable, 421, 454, sign-in or encryption refused, 429."""

    def __init__(
        self, text: str, *, phase: Phase, code: int | None = None, retry_after: timedelta | None = None
    ) -> None:
        super().__init__(text, retry_after=retry_after)
        self.phase = phase
        self.code = code


Result = Accepted | Unknown | Withheld | NotAcceptedNow | NeverAccepted | RelayRefuses
