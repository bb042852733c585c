"""A real SMTP server on the loopback that keeps what it was given and says what a test tells it to say."""

from __future__ import annotations

import asyncio
import email
import email.policy
import ssl
import threading
from collections import defaultdict, deque
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any, Literal

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

#: Instead of a reply: close the connection at once, or say nothing until the client gives up.
DROP = "<drop>"
HANG = "<hang>"

Phase = Literal["EHLO", "AUTH", "MAIL", "RCPT", "DATA", "DOT"]


@dataclass(frozen=True)
class Received:
    """One message that arrived whole. ``accepted``: whether the server said 250 to it and the client could hear it."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    accepted: bool = True

    @property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        return self._body("html")

    def _body(self, kind: Literal["plain", "html"]) -> str:
        """With plain line ends, as a person's program shows it; ``raw`` has what went over the wire."""
        part = self.message.get_body((kind,))
        return "" if part is None else str(part.get_content()).replace("\r\n", "\n")


@dataclass
class MailServer:
    """``with MailServer() as server``: listens on ``server.url`` until the block ends.

    ``server.script("RCPT", "450 4.2.0 later", DROP)`` takes these replies one after the other, then the usual ones
    again; ``server.always("DOT", "554 5.7.1 no")`` takes one from now on. ``DOT`` is the reply after the final dot.
    """

    tls: ssl.SSLContext | None = None
    starttls: bool = False
    #: User and password the server wants, if it wants any.
    credentials: tuple[str, str] | None = None
    received: list[Received] = field(default_factory=list)
    #: Whole messages that were the last of a connection which ended without a goodbye: of these alone the sender may
    #: have been lost after the final dot and before it wrote down the reply.
    in_the_gap: list[Received] = field(default_factory=list)
    #: Connections opened so far.
    connections: int = 0
    port: int = 0
    _once: dict[str, deque[str]] = field(default_factory=lambda: defaultdict(deque))
    _always: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        scheme = "smtp" if self.tls is None else "smtp+starttls" if self.starttls else "smtps"
        user = "{}:{}@".format(*self.credentials) if self.credentials else ""
        return f"{scheme}://{user}127.0.0.1:{self.port}"

    @property
    def accepted(self) -> list[Received]:
        return [one for one in self.received if one.accepted]

    def to(self, address: str) -> list[Received]:
        """What was accepted for one address, in the order in which it came."""
        return [one for one in self.accepted if address in one.recipients]

    def script(self, phase: Phase, *replies: str) -> None:
        self._once[phase].extend(replies)

    def always(self, phase: Phase, reply: str | None) -> None:
        """Give this reply every time; ``None`` takes the usual ones again."""
        if reply is None:
            self._always.pop(phase, None)
        else:
            self._always[phase] = reply

    def reply(self, phase: Phase) -> str | None:
        if self._once[phase]:
            return self._once[phase].popleft()
        return self._always.get(phase)

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
    ) -> AuthResult:
        given = (data.login.decode(), data.password.decode()) if isinstance(data, LoginPassword) else None
        scripted = self.reply("AUTH")
        if scripted is not None:
            return AuthResult(success=False, handled=False, message=scripted)
        return AuthResult(success=self.credentials is None or given == self.credentials, handled=False)

    def __enter__(self) -> MailServer:
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(ready,), name="mail server", daemon=True)
        self._thread.start()
        if not ready.wait(10):
            raise RuntimeError("the mail server did not start")
        return self

    def __exit__(self, *_error: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _serve(self, ready: threading.Event) -> None:
        loop = self._loop
        asyncio.set_event_loop(loop)
        direct_tls = None if self.starttls else self.tls
        server = loop.run_until_complete(loop.create_server(self._connection, "127.0.0.1", 0, ssl=direct_tls))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        try:
            loop.run_forever()
        finally:
            server.close()
            left = asyncio.all_tasks(loop)
            for task in left:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()

    def _connection(self) -> SMTP:
        self.connections += 1
        return _Connection(self, loop=self._loop)


class _Connection(SMTP):
    """One client's conversation, interrupted where the script says so."""

    def __init__(self, server: MailServer, loop: asyncio.AbstractEventLoop) -> None:
        options: dict[str, Any] = {"enable_SMTPUTF8": True, "loop": loop, "hostname": "localhost"}
        if server.starttls:
            options |= {"tls_context": server.tls, "require_starttls": True}
        if server.credentials:
            options |= {"authenticator": server.authenticate, "auth_require_tls": server.starttls}
        self._owner = server
        #: what came whole over this connection last, until something else is begun
        self.last: Received | None = None
        super().__init__(_Keeper(server, self), **options)

    async def say(self, phase: Phase) -> str | None:
        """The scripted reply, or ``None`` for the usual one. Drops or hangs here where the script wants it."""
        reply = self._owner.reply(phase)
        if reply == DROP:
            if isinstance(self.transport, asyncio.WriteTransport):
                self.transport.abort()
            raise asyncio.CancelledError
        if reply == HANG:
            await asyncio.Event().wait()
        return reply

    def connection_lost(self, error: Exception | None) -> None:
        if self.last is not None:
            self._owner.in_the_gap.append(self.last)
        super().connection_lost(error)

    async def smtp_QUIT(self, arg: str) -> None:
        self.last = None
        await super().smtp_QUIT(arg)

    async def smtp_EHLO(self, hostname: str) -> None:
        scripted = await self.say("EHLO")
        if scripted is None:
            await super().smtp_EHLO(hostname)
        else:
            await self.push(scripted)

    async def smtp_DATA(self, arg: str) -> None:
        scripted = await self.say("DATA")
        if scripted is None:
            await super().smtp_DATA(arg)
        else:
            await self.push(scripted)


class _Keeper:
    """What aiosmtpd asks at each step."""

    def __init__(self, server: MailServer, connection: _Connection) -> None:
        self._server = server
        self._connection = connection

    async def handle_MAIL(
        self, _s: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._connection.last = None
        scripted = await self._connection.say("MAIL")
        if scripted is not None:
            return scripted
        if self._server.credentials and not session.authenticated:
            return "530 5.7.0 sign in first"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 sender ok"

    async def handle_RCPT(
        self, _s: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        scripted = await self._connection.say("RCPT")
        if scripted is not None:
            return scripted
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 recipient ok"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        scripted = self._server.reply("DOT")
        accepted = scripted is None or scripted.startswith("250")
        recipients = tuple(str(address) for address in envelope.rcpt_tos)
        self._connection.last = Received(str(envelope.mail_from or ""), recipients, content, accepted)
        self._server.received.append(self._connection.last)
        if scripted in (DROP, HANG):
            self._server._once["DOT"].appendleft(scripted)
            await self._connection.say("DOT")
        return scripted or "250 2.0.0 kept"
