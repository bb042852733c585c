"""Who carries messages to a destination: the relay or the mailbox of the settings, or a team's webhook or chat."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, cast

from config import Settings
from tracker import clock
from tracker.domain.retries import SendingFailure
from tracker.notices.channels import results
from tracker.notices.channels.chat import ChatChannel
from tracker.notices.channels.doors import Doorway
from tracker.notices.channels.mailbox import MailboxChannel
from tracker.notices.channels.smtp import SmtpChannel
from tracker.notices.channels.webhook import WebhookChannel
from tracker.notices.outgoing import Outgoing
from tracker.notices.posts import Post, Talk
from tracker.store import outlets
from tracker.worker import crash
from tracker.worker.messages import Message, Sendable

Now = Callable[[], datetime]


class Carrier(Protocol):
    """One connection to a destination, or the way to make one."""

    def ready(self) -> SendingFailure | None: ...

    def send(self, message: Sendable, *, deadline: float, before_body: Callable[[], bool]) -> results.Result: ...

    def quit(self) -> None: ...


def carrier_to(destination: str, settings: Settings, outgoing: Outgoing, *, now: Now) -> Carrier:
    """For one sender and as long as it works."""
    if outlets.is_one(destination):
        is_chat = outlets.is_chat(destination)
        return (
            _Talking(ChatChannel(doorway(settings)))
            if is_chat
            else _Posting(WebhookChannel(doorway(settings), now=now))
        )
    if settings.smtp is None:
        return _Mailing(MailboxChannel(settings.data_dir, now=now))
    relay = SmtpChannel(
        settings.smtp,
        settings.sending,
        name=outgoing.domain,
        monotonic=clock.monotonic,
        crash_point=crash.point,
    )
    return _Mailing(relay)


def doorway(settings: Settings) -> Doorway:
    """How this site reaches out. Both its times together are far from the end of a claim."""
    within = settings.sending.connect
    return Doorway(clock.monotonic, connect=within, reply=within, allowed=settings.own_networks)


class _Mailing:
    """Mails, to the relay or into the mailbox."""

    def __init__(self, channel: SmtpChannel | MailboxChannel) -> None:
        self._channel = channel
        self.ready, self.quit = channel.ready, channel.quit

    def send(self, message: Sendable, *, deadline: float, before_body: Callable[[], bool]) -> results.Result:
        mail = cast(Message, message)
        return self._channel.send(mail.sender, mail.recipient, mail.data, deadline=deadline, before_body=before_body)


class _Posting:
    """Posts, to a webhook."""

    def __init__(self, channel: WebhookChannel) -> None:
        self._channel = channel
        self.ready, self.quit = channel.ready, channel.quit

    def send(self, message: Sendable, *, deadline: float, before_body: Callable[[], bool]) -> results.Result:
        return self._channel.send(cast(Post, message), before_body=before_body)


class _Talking:
    """Words, to a chat."""

    def __init__(self, channel: ChatChannel) -> None:
        self._channel = channel
        self.ready, self.quit = channel.ready, channel.quit

    def send(self, message: Sendable, *, deadline: float, before_body: Callable[[], bool]) -> results.Result:
        return self._channel.send(cast(Talk, message), before_body=before_body)
