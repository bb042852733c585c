"""One request to an address that a team has named: no further than to a checked machine, and never led on.

The name is asked for once; every address it has must be allowed, and the connection goes to one of those very
addresses. Whatever the name says a moment later changes nothing. The certificate is checked against the name. What
comes back is read up to the end of its headers and no further: redirects are answers, not ways, and nobody is shown a
body.
"""

from __future__ import annotations

import email.parser
import ipaddress
import re
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import parsedate_to_datetime

from tracker.domain.web_addresses import Address, Network, WebAddress, may_connect

#: Headers longer than this are no answer.
LONGEST_HEAD = 64 * 1024
#: Some name many addresses; after so many that do not answer it is given up.
MOST_ADDRESSES = 3

#: What went wrong, in a closed set of words: owners read them translated, and no word tells what stands in our network.
NO_HOST = "no such host"
INNER = "an inner network"
NOBODY = "nobody answers there"
TOO_SLOW = "no answer in time"
BAD_CERTIFICATE = "its certificate is not good"
NO_ENCRYPTION = "no encryption"
CUT_OFF = "the connection ended before an answer"
NOT_HTTP = "what came back is not HTTP"

#: Host and port → addresses, as ``socket.getaddrinfo`` finds them. Raises OSError.
Resolve = Callable[[str, int], Sequence[str]]


class Unreachable(Exception):
    """No connection, so nothing has left: no such host, nobody there, no encryption."""


class Forbidden(Exception):
    """The name leads to an address that nothing is sent to."""


class NoReply(Exception):
    """The request has left, or a part of it; what became of it nobody knows."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, as far as it is looked at."""

    status: int
    #: the pause that was asked for
    retry_after: timedelta | None = None


@dataclass(slots=True)
class Doorway:
    """How this machine reaches out. ``connect`` covers connection and encryption, ``reply`` request and answer."""

    monotonic: Callable[[], float]
    connect: timedelta
    reply: timedelta
    allowed: Sequence[Network] = ()
    resolve: Resolve = field(default=lambda host, port: _resolved(host, port))
    tls: ssl.SSLContext | None = None

    def post(self, to: WebAddress, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Reply:
        """Raises ``Forbidden``, ``Unreachable`` and ``NoReply``."""
        until = self.monotonic() + self.connect.total_seconds()
        found = self.check(to.host, to.port, is_encrypted=to.is_encrypted)
        sock = self._encrypted(self._connected(found[:MOST_ADDRESSES], to.port, until), to, until)
        with sock:
            until = self.monotonic() + self.reply.total_seconds()
            try:
                self._within(sock, until)
                sock.sendall(_request(to, headers, body))
                return self._reply(sock, until, now)
            except OSError as error:
                raise NoReply(_why(error, CUT_OFF)) from None

    def knock(self, host: str, port: int, *, is_encrypted: bool) -> None:
        """Whether anybody is there, for who is spoken to by somebody else's code. Nothing is said.

        Raises ``Forbidden`` and ``Unreachable``.
        """
        until = self.monotonic() + self.connect.total_seconds()
        found = self.check(host, port, is_encrypted=is_encrypted)
        self._connected(found[:MOST_ADDRESSES], port, until).close()

    # where to ---------------------------------------------------------------------------------------------------------

    def check(self, host: str, port: int, *, is_encrypted: bool) -> list[Address]:
        """All addresses of the name, each of them allowed: one that is not makes the name a trick.

        Raises ``Forbidden`` and ``Unreachable``.
        """
        try:
            texts = self.resolve(host, port)
        except (OSError, UnicodeError):
            raise Unreachable(NO_HOST) from None
        found = [ipaddress.ip_address(text.partition("%")[0]) for text in dict.fromkeys(texts)]
        if not found:
            raise Unreachable(NO_HOST)
        for address in found:
            if not may_connect(address, allowed=self.allowed, is_encrypted=is_encrypted):
                raise Forbidden(INNER)
        return found

    def _connected(self, addresses: list[Address], port: int, until: float) -> socket.socket:
        """To the first that answers. A number is connected to, never a name: nobody is asked a second time."""
        failure: OSError = OSError()
        for place, address in enumerate(addresses):
            family = socket.AF_INET if address.version == 4 else socket.AF_INET6
            sock = socket.socket(family, socket.SOCK_STREAM)
            try:
                # The next ones want a part of the time too.
                sock.settimeout(self._left(until) / (len(addresses) - place))
                sock.connect((str(address), port))
            except OSError as error:
                sock.close()
                failure = error
            else:
                return sock
        raise Unreachable(_why(failure, NOBODY))

    def _encrypted(self, sock: socket.socket, to: WebAddress, until: float) -> socket.socket:
        """Under TLS with a certificate of the name, where the address says https."""
        if not to.is_encrypted:
            return sock
        try:
            self._within(sock, until)
            return (self.tls or ssl.create_default_context()).wrap_socket(sock, server_hostname=to.host)
        except OSError as error:
            sock.close()
            raise Unreachable(_why(error, NO_ENCRYPTION)) from None

    # what comes back --------------------------------------------------------------------------------------------------

    def _reply(self, sock: socket.socket, until: float, now: datetime) -> Reply:
        """The status line and the headers; provisional answers (1xx) are passed over."""
        read = b""
        while True:
            head, end, rest = read.partition(b"\r\n\r\n")
            if end:
                status, headers = _parsed(head)
                if status >= 200:
                    return Reply(status, _retry_after(headers, now))
                read = rest
                continue
            if len(read) > LONGEST_HEAD:
                raise NoReply(NOT_HTTP)
            self._within(sock, until)
            chunk = sock.recv(16 * 1024)
            if not chunk:
                raise NoReply(CUT_OFF)
            read += chunk

    def _within(self, sock: socket.socket, until: float) -> None:
        """Whatever arrives meanwhile, the step is over then: a byte a second holds nobody for ever."""
        sock.settimeout(self._left(until))

    def _left(self, until: float) -> float:
        left = until - self.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        return left


def _resolved(host: str, port: int) -> Sequence[str]:
    return [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _request(to: WebAddress, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [
        f"POST {to.target} HTTP/1.1",
        f"Host: {to.authority}",
        f"Content-Length: {len(body)}",
        "Connection: close",
        "User-Agent: Tracker",
        "Accept: */*",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body


_STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([1-5][0-9][0-9])(?: |$)")


def _parsed(head: bytes) -> tuple[int, Message]:
    first, _, rest = head.partition(b"\r\n")
    found = _STATUS_LINE.match(first)
    if found is None:
        raise NoReply(NOT_HTTP)
    return int(found[1]), email.parser.Parser().parsestr(rest.decode("latin-1"), headersonly=True)


def _retry_after(headers: Message, now: datetime) -> timedelta | None:
    """Seconds, or an instant; anything else asks for nothing."""
    text = str(headers.get("Retry-After", "")).strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=int(text[:9]))
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return max((at if at.tzinfo else at.replace(tzinfo=UTC)) - now, timedelta(0))


def _why(error: OSError, otherwise: str) -> str:
    if isinstance(error, TimeoutError):
        return TOO_SLOW
    return BAD_CERTIFICATE if isinstance(error, ssl.SSLCertVerificationError) else otherwise
