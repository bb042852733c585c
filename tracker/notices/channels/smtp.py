"""One relay, spoken to step by step, so that every way it can fail is told apart.

    channel = SmtpChannel(settings.smtp, settings.sending, name="tracker.example", monotonic=clock.monotonic)
    refused = channel.ready()                       # connected and signed in, before the row says `sending`
    result = channel.send(sender, recipient, data, deadline=…, before_body=…)
    channel.quit()                                  # whenever there is time; its failure changes nothing

``smtplib`` raises the same error before and after the final dot, and only one of the two may be tried again without
risk: that is why each step is driven here. See the table in ``tests/mail/test_smtp.py``.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from collections.abc import Callable
from datetime import timedelta
from typing import Literal, Protocol

from tracker.domain import bounces
from tracker.notices.channels.results import (
    Accepted,
    NeverAccepted,
    NotAcceptedNow,
    Phase,
    RelayRefuses,
    Result,
    Unknown,
    Withheld,
)
from tracker.notices.channels.wire import CHUNK, Wire

#: Replies that speak of the relay as a whole, whatever the step and the status: throttled, sign-in wanted or refused.
OF_THE_RELAY = frozenset({421, 454, 530, 534, 535, 538})
#: Waiting for the reply to QUIT is a courtesy.
COURTESY = 5.0

#: How a refusal begins that needs somebody to mend a certificate; ``domain.alerts`` looks for the word.
_ENCRYPTION = "encryption"

_ADDRESS = re.compile(r"[!-;=?-~]+@[!-;=?-~]+")
_BARE_LINE_END = re.compile(rb"(?<!\r)\n|\r(?!\n)")


class Relay(Protocol):
    """The part of the settings that says where to; ``user`` and ``password`` are both set or both None."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def security(self) -> Literal["plain", "starttls", "tls"]: ...
    @property
    def user(self) -> str | None: ...
    @property
    def password(self) -> str | None: ...


class Timeouts(Protocol):
    """How long a step may take, already scaled."""

    @property
    def connect(self) -> timedelta: ...
    @property
    def command(self) -> timedelta: ...
    @property
    def final_reply(self) -> timedelta: ...


def no_crash(_name: str) -> None:
    """The points at which tests kill the process; in life nothing happens there."""


def always() -> bool:
    """Nobody objects to the body."""
    return True


class SmtpChannel:
    """The connection to one relay, kept from one message to the next. Not for use by two threads."""

    def __init__(
        self,
        relay: Relay,
        timeouts: Timeouts,
        *,
        monotonic: Callable[[], float],
        name: str = "localhost",
        tls: ssl.SSLContext | None = None,
        crash_point: Callable[[str], None] = no_crash,
    ) -> None:
        """``name`` is what we call ourselves in EHLO; ``tls`` the context of the certificate check (system's roots)."""
        self._relay = relay
        self._connect, self._command, self._final = (
            one.total_seconds() for one in (timeouts.connect, timeouts.command, timeouts.final_reply)
        )
        self._monotonic = monotonic
        self._name = name
        self._tls = tls
        self._crash_point = crash_point
        self._wire: Wire | None = None
        #: how many messages this connection has heard of
        self._carried = 0

    # Ready ------------------------------------------------------------------------------------------------------------

    def ready(self) -> RelayRefuses | None:
        """Stand connected, encrypted as asked and signed in; or why not. Nothing is plain that was to be encrypted."""
        if self._still_stands():
            return None
        self.drop()
        self._wire = Wire(self._name, self._monotonic)
        for step in (self._open, self._hello, self._starttls, self._sign_in):
            refused = step(self._wire)
            if refused is not None:
                self.drop()
                return refused
        return None

    def _still_stands(self) -> bool:
        """Whether the connection of the message before is of use; RSET forgets what is left of that one."""
        if self._wire is None or self._wire.sock is None:
            return False
        try:
            self._wire.within(self._command)
            return bool(self._wire.rset()[0] == 250)
        except (OSError, smtplib.SMTPException):
            return False

    def _open(self, wire: Wire) -> RelayRefuses | None:
        phase = Phase.CONNECT
        try:
            wire.within(self._connect)
            wire.open(self._relay.host, self._relay.port)
            if self._relay.security == "tls":
                phase = Phase.TLS
                wire.encrypt(self._context(), self._relay.host)
            phase = Phase.GREETING
            wire.within(self._command)
            code, text = wire.getreply()
        except (OSError, smtplib.SMTPException) as error:
            step = _ENCRYPTION if _is_unsafe(error) else phase
            return RelayRefuses(f"{step}: {_why(error)}", phase=phase)
        return None if code == 220 else RelayRefuses(_said(code, text), phase=Phase.GREETING, code=code)

    def _hello(self, wire: Wire) -> RelayRefuses | None:
        try:
            wire.within(self._command)
            code, text = wire.ehlo()
            if not 200 <= code <= 299 and code not in OF_THE_RELAY and self._relay.security == "plain":
                wire.within(self._command)
                code, text = wire.helo()
        except (OSError, smtplib.SMTPException) as error:
            return RelayRefuses(f"hello: {_why(error)}", phase=Phase.HELLO)
        return None if 200 <= code <= 299 else RelayRefuses(_said(code, text), phase=Phase.HELLO, code=code)

    def _starttls(self, wire: Wire) -> RelayRefuses | None:
        if self._relay.security != "starttls":
            return None
        if not wire.has_extn("starttls"):
            # Perhaps somebody on the way has struck it out. Going on in plain text is what they want.
            return RelayRefuses("the server offers no encryption (STARTTLS), and it was asked for", phase=Phase.TLS)
        try:
            wire.within(self._command)
            code, text = wire.docmd("STARTTLS")
            if code != 220:
                return RelayRefuses(_said(code, text), phase=Phase.TLS, code=code)
            wire.within(self._command)
            wire.encrypt(self._context(), self._relay.host)
        except (OSError, smtplib.SMTPException) as error:
            step = _ENCRYPTION if _is_unsafe(error) else Phase.TLS
            return RelayRefuses(f"{step}: {_why(error)}", phase=Phase.TLS)
        return self._hello(wire)

    def _sign_in(self, wire: Wire) -> RelayRefuses | None:
        if self._relay.user is None or self._relay.password is None:
            return None
        try:
            wire.within(2 * self._command)
            wire.login(self._relay.user, self._relay.password)
        except smtplib.SMTPAuthenticationError as error:
            text = error.smtp_error
            said = _said(error.smtp_code, text if isinstance(text, bytes) else text.encode())
            return RelayRefuses(f"sign-in refused: {said}", phase=Phase.AUTH, code=error.smtp_code)
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            return RelayRefuses(f"sign-in: {_why(error)}", phase=Phase.AUTH)
        return None

    def _context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = ssl.create_default_context()
        return self._tls

    # Sending ----------------------------------------------------------------------------------------------------------

    def send(
        self,
        sender: str,
        recipient: str,
        data: bytes,
        *,
        deadline: float,
        before_body: Callable[[], bool] = always,
    ) -> Result:
        """Hand over one message for one recipient on the connection that ``ready`` made.

        ``sender`` may be empty (the null sender). ``data`` has CRLF line ends and no final dot. No byte of the body
        leaves after ``deadline`` (monotonic seconds) or when ``before_body`` says False; once the final dot has left,
        the reply has its full time. Raises nothing.
        """
        refused = _must_not_leave(sender, recipient, data)
        if refused is not None:
            return refused
        is_used = self._carried > 0
        result = self._transact(sender, recipient, data, deadline, before_body)
        if is_used and isinstance(result, RelayRefuses) and (result.phase, result.code) == (Phase.MAIL, 421):
            # It has had enough of this connection, as Exim has after so many messages, and not of us.
            result = self.ready() or self._transact(sender, recipient, data, deadline, before_body)
        return result

    def _transact(
        self, sender: str, recipient: str, data: bytes, deadline: float, before_body: Callable[[], bool]
    ) -> Result:
        wire = self._wire
        if wire is None or wire.sock is None:
            return NotAcceptedNow("there is no connection", phase=Phase.MAIL)
        self._carried += 1
        transaction = _Transaction(wire, self._command, deadline, self._crash_point)
        result = self._sent(transaction, sender, recipient, data, before_body)
        if not transaction.stands or (isinstance(result, RelayRefuses) and result.code == 421):
            self.drop()
        return result

    def _sent(
        self, to: _Transaction, sender: str, recipient: str, data: bytes, before_body: Callable[[], bool]
    ) -> Result:
        try:
            refused = to.envelope(sender, recipient)
            if refused is not None:
                return refused
            if not before_body():
                return Withheld()
            refused = to.data()
            if refused is not None:
                return refused
            if not before_body():
                to.stands = False  # the server waits for a body that will not come
                return Withheld(Phase.BODY)
            to.body(_stuffed(data))
            return to.reply(self._final)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            to.stands = False
            if to.phase == Phase.REPLY:
                return Unknown(f"no reply after the message: {_why(error)}")
            return NotAcceptedNow(f"{to.phase}: {_why(error)}", phase=to.phase)

    # The end ----------------------------------------------------------------------------------------------------------

    def quit(self) -> None:
        """Say goodbye. Whatever the server makes of that changes nothing."""
        if self._wire is not None and self._wire.sock is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._wire.within(min(COURTESY, self._command))
                self._wire.docmd("QUIT")
        self.drop()

    def drop(self) -> None:
        """Close the connection without a word."""
        wire, self._wire, self._carried = self._wire, None, 0
        if wire is not None:
            with contextlib.suppress(OSError):
                wire.close()


class _Transaction:
    """One message on a connection; ``phase`` is how far it has come, ``stands`` whether the connection is of use."""

    def __init__(self, wire: Wire, command: float, deadline: float, crash_point: Callable[[str], None]) -> None:
        self.wire = wire
        self.phase = Phase.MAIL
        self.stands = True
        self._command = command
        self._deadline = deadline
        self._crash_point = crash_point

    def envelope(self, sender: str, recipient: str) -> Result | None:
        """MAIL and RCPT, one recipient only: for two, smtplib reports a refused one as a success."""
        self._crash_point("before_mail")
        self._step(Phase.MAIL)
        code, text = self.wire.docmd("MAIL", f"FROM:<{sender}>")
        if not 200 <= code <= 299:
            return self._verdict(code, text)
        self._step(Phase.RCPT)
        code, text = self.wire.docmd("RCPT", f"TO:<{recipient}>")
        self._crash_point("after_rcpt")
        return None if 200 <= code <= 299 else self._verdict(code, text)

    def data(self) -> Result | None:
        """DATA, and the server's word to go on."""
        self._step(Phase.DATA)
        code, text = self.wire.docmd("DATA")
        return None if code == 354 else self._verdict(code, text)

    def body(self, data: bytes) -> None:
        """The message and its final dot. The phase is ``REPLY`` from before the last piece on: it may have arrived."""
        self._step(Phase.BODY)
        last = max(len(data) - CHUNK, len(data) // 2)
        for start in range(0, last, CHUNK):
            self.wire.send(data[start : min(start + CHUNK, last)])
            self._crash_point("in_body")
        if self.wire.has_hung_up():
            raise smtplib.SMTPServerDisconnected("the server hung up before the message's end")
        self.wire.left()
        self.phase = Phase.REPLY
        self.wire.send(data[last:] + b".\r\n")
        self._crash_point("after_dot")

    def reply(self, seconds: float) -> Result:
        """What the server says to the whole message; waits as long as the protocol asks, whatever the deadline."""
        self.wire.within(seconds)
        code, text = self.wire.getreply()
        self._crash_point("after_250")
        if 200 <= code <= 299:
            return Accepted(_said(code, text), code)
        if code < 400:
            self.stands = False
            return Unknown(f"an odd reply after the message: {_said(code, text)}")
        return self._verdict(code, text)

    def _step(self, phase: Phase) -> None:
        self.phase = phase
        self.wire.within(self._command, deadline=self._deadline)
        self.wire.left()

    def _verdict(self, code: int, text: bytes) -> Result:
        """A reply that is no yes."""
        said = _said(code, text)
        if self._is_of_the_relay(code, said):
            return RelayRefuses(said, phase=self.phase, code=code)
        if code >= 500:
            return NeverAccepted(said, phase=self.phase, code=code)
        self.stands = self.stands and code >= 400
        return NotAcceptedNow(said, phase=self.phase, code=code)

    def _is_of_the_relay(self, code: int, said: str) -> bool:
        """Whether every message would hear the same. At MAIL it has heard of no reader yet; a full disk is its own
        wherever it says so; and who is refused as a sender is refused with every message."""
        if code in OF_THE_RELAY or (self.phase == Phase.MAIL and code >= 400):
            return True
        return bounces.is_of_the_system(said) or (code >= 500 and bounces.status_in(said) in bounces.OF_THE_SENDER)


def _must_not_leave(sender: str, recipient: str, data: bytes) -> NeverAccepted | None:
    """Why this never goes over the wire: an address that could carry a command, a line end that two servers read in
    two ways."""
    if sender and not _ADDRESS.fullmatch(sender):
        return NeverAccepted(f"no address to send from: {sender!r}", phase=Phase.MAIL)
    if not _ADDRESS.fullmatch(recipient):
        return NeverAccepted(f"no address to send to: {recipient!r}", phase=Phase.RCPT)
    if _BARE_LINE_END.search(data) or not data.endswith(b"\r\n"):
        return NeverAccepted("the message has line ends that are not CRLF", phase=Phase.BODY)
    return None


def _stuffed(data: bytes) -> bytes:
    """Dots at the beginning of lines doubled (RFC 5321, section 4.5.2)."""
    stuffed = data.replace(b"\r\n.", b"\r\n..")
    return b"." + stuffed if stuffed.startswith(b".") else stuffed


def _said(code: int, text: bytes) -> str:
    """The server's reply on one line, for the row and the log."""
    words = " ".join(text.decode("utf-8", "replace").split())
    return f"{code} {words}"[:400] if code > 0 else f"no reply that can be read: {words}"[:400]


def _is_unsafe(error: Exception) -> bool:
    """Whether encryption itself failed; a line that broke while it began may pass by itself."""
    return isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError)


def _why(error: Exception) -> str:
    return (" ".join(str(error).split()) or type(error).__name__)[:300]
