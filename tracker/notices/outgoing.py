"""What the notices have to know of the settings: where mails go, from whom, and how long a claim holds.

The edge makes one value when it starts, ``Outgoing.of(settings)``, and hands it in; nothing here reads a setting.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Protocol, Self

from tracker.domain.pace import Pace

MAILBOX = "mailbox"

UnknownPolicy = Literal["resend", "hold"]


class _Smtp(Protocol):
    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...


class _Inbound(Protocol):
    @property
    def reply_address(self) -> str: ...
    @property
    def bounce_address(self) -> str | None: ...


class _Timeouts(Protocol):
    @property
    def lease(self) -> timedelta: ...


class MailSettings(Protocol):
    """The part of the settings that is read here."""

    @property
    def smtp(self) -> _Smtp | None: ...
    @property
    def mail_from(self) -> str: ...
    @property
    def public_url(self) -> str: ...
    @property
    def is_production(self) -> bool: ...
    @property
    def unknown_policy(self) -> UnknownPolicy: ...
    @property
    def inbound(self) -> _Inbound | None: ...
    @property
    def mails_per_minute(self) -> int: ...
    @property
    def sending(self) -> _Timeouts: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """Where mails go and by which rules."""

    #: scheme, host and port as people reach it, without a slash at the end
    public_url: str
    #: the address that every mail comes from
    mail_from: str
    #: relay:<host>:<port>, or mailbox: mails stay on this computer
    destination: str
    #: how long a claim holds; longer than one whole send may take
    lease: timedelta
    is_production: bool = False
    #: what becomes of a message of which nobody can say whether it arrived
    unknown_policy: UnknownPolicy = "resend"
    #: what people answer to, a token before its @; none: nobody reads replies
    reply_address: str | None = None
    #: where what cannot be delivered comes back to, a token before its @; none: to where mails come from
    bounce_address: str | None = None
    #: how fast the relay may be handed mails; none: as fast as it takes them
    pace: Pace | None = None

    @classmethod
    def of(cls, settings: MailSettings) -> Self:
        smtp, inbound = settings.smtp, settings.inbound
        return cls(
            public_url=settings.public_url,
            mail_from=settings.mail_from,
            destination=f"relay:{smtp.host}:{smtp.port}" if smtp else MAILBOX,
            lease=settings.sending.lease,
            is_production=settings.is_production,
            unknown_policy=settings.unknown_policy,
            reply_address=inbound.reply_address if inbound is not None else None,
            bounce_address=inbound.bounce_address if inbound is not None else None,
            pace=Pace(settings.mails_per_minute) if smtp and settings.mails_per_minute else None,
        )

    @property
    def domain(self) -> str:
        """Of our own address: Message-IDs end with it."""
        return self.mail_from.rpartition("@")[2]
