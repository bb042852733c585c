"""An SMTP conversation whose every step ends in time.

``smtplib`` sets its timeout anew for each packet, so a server that sends one byte a second holds it for ever. Here each
step has an instant by which it is over, whatever arrives meanwhile.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable
from typing import cast

#: A reply longer than this is no reply.
LONGEST_REPLY = 64 * 1024
CHUNK = 16 * 1024


class Wire(smtplib.SMTP):
    """One connection; ``within`` gives the next steps their time. ``monotonic`` is a clock that never goes back."""

    def __init__(self, name: str, monotonic: Callable[[], float]) -> None:
        super().__init__(local_hostname=name)
        self.monotonic = monotonic
        self.until = monotonic()

    def within(self, seconds: float, *, deadline: float | None = None) -> None:
        """What follows ends in so many seconds, and never later than ``deadline``."""
        until = self.monotonic() + seconds
        self.until = until if deadline is None else min(until, deadline)

    def left(self) -> float:
        """Seconds until this step is over; raises TimeoutError when it is."""
        left = self.until - self.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        return left

    def open(self, host: str, port: int) -> None:
        """Connect to the first of the host's addresses that answers. Raises OSError.

        Each has its share of the time: one that swallows everything (an IPv6 that leads nowhere) leaves the others
        theirs.
        """
        failure: OSError = OSError(f"{host} has no address")
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        for tried, (family, kind, protocol, _, address) in enumerate(addresses):
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(self.left() / (len(addresses) - tried))
                sock.connect(address)
            except OSError as error:
                sock.close()
                failure = error
            else:
                self.sock, self.file = sock, None
                return
        raise failure

    def encrypt(self, context: ssl.SSLContext, host: str) -> None:
        """Go on under TLS. Raises ssl.SSLError (also for a certificate that is not the host's) and OSError."""
        if isinstance(self.file, _Replies) and self.file.pending:
            # Somebody on the way put commands behind the plain-text reply, to be taken for the server's own.
            raise ssl.SSLError("the server went on talking before the encryption began")
        sock = cast(socket.socket, self.sock)
        sock.settimeout(self.left())
        self.sock, self.file = context.wrap_socket(sock, server_hostname=host), None
        self.helo_resp = self.ehlo_resp = None
        self.esmtp_features, self.does_esmtp = {}, False

    def getreply(self) -> tuple[int, bytes]:
        """As smtplib's, over a reader that keeps to this step's time."""
        if self.file is None:
            self.file = _Replies(self)
        self.file.begin()
        return super().getreply()

    def send(self, s: bytes | str) -> None:  # type: ignore[override]
        """Send in pieces, each within what is left of this step's time. Raises SMTPServerDisconnected."""
        data = memoryview(s.encode("ascii") if isinstance(s, str) else s)
        try:
            while data:
                sock = cast(socket.socket, self.sock)
                sock.settimeout(self.left())
                data = data[sock.send(data[:CHUNK]) :]
        except OSError as error:
            self.close()
            raise smtplib.SMTPServerDisconnected(str(error) or "the connection was closed") from error

    def has_hung_up(self) -> bool:
        """Whether a plain connection is known to be closed by the server. Says nothing (False) under TLS."""
        sock = self.sock
        if sock is None or isinstance(sock, ssl.SSLSocket):
            return sock is None
        sock.setblocking(False)
        try:
            return sock.recv(1, socket.MSG_PEEK) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True


class _Replies:
    """The lines that the server sends, read within the wire's time."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.pending = b""
        self.read = 0

    def begin(self) -> None:
        """A new reply begins."""
        self.read = 0

    def readline(self, limit: int) -> bytes:
        """The next line with its end, at most ``limit`` bytes; empty when the server hung up. Raises OSError."""
        while b"\n" not in self.pending and len(self.pending) < limit:
            sock = cast(socket.socket, self.wire.sock)
            sock.settimeout(self.wire.left())
            more = sock.recv(4096)
            if not more:
                break
            self.pending += more
        end = self.pending.find(b"\n") + 1 or len(self.pending)
        line, self.pending = self.pending[: min(end, limit)], self.pending[min(end, limit) :]
        self.read += len(line)
        if self.read > LONGEST_REPLY:
            raise OSError("the reply has no end")
        return line

    def close(self) -> None:
        """Nothing is open here; the socket belongs to the wire."""
