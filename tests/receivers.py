"""Receivers of webhooks on the loopback, real ones: each answers as it was told and keeps what it was sent."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

#: The network in which receivers stand; for the settings of a site that may reach them.
HOME = (ipaddress.ip_network("127.0.0.0/8"),)
ANSWER = "HTTP/1.1 {status}\r\nContent-Length: 6\r\n{headers}\r\ninner!"


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came: its first line, its headers by lower-case name, its body."""

    first: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Answers as usual until it is told otherwise; ``script`` holds the answers to come, ``None`` for none at all."""

    port: int = 0
    #: what is answered where nothing else was told
    usual: str = "204 No Content"
    script: list[str | bytes | None] = field(default_factory=list)
    requests: list[Received] = field(default_factory=list)
    connections: int = 0
    names: list[str] = field(default_factory=list)
    #: seconds before the answer
    delay: float = 0.0
    ended: threading.Event = field(default_factory=threading.Event)

    def will_answer(self, status: str, *headers: str) -> None:
        self.script.append(ANSWER.format(status=status, headers="".join(f"{one}\r\n" for one in headers)))

    def serve(self, listening: socket.socket, tls: ssl.SSLContext | None) -> None:
        while not self.ended.is_set():
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                try:
                    self._answer(tls.wrap_socket(connection, server_side=True) if tls else connection)
                except OSError:
                    continue

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(10)
            request = _read(connection)
            if request is None:
                return
            self.requests.append(request)
            self.ended.wait(self.delay)
            answer = self.script.pop(0) if self.script else f"HTTP/1.1 {self.usual}\r\n\r\n"
            if answer is None:
                self.ended.wait(10)
                return
            connection.sendall(answer if isinstance(answer, bytes) else answer.encode())


def _read(connection: socket.socket) -> Received | None:
    read = b""
    while b"\r\n\r\n" not in read:
        chunk = connection.recv(65536)
        if not chunk:
            return None
        read += chunk
    head, _, body = read.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += connection.recv(65536)
    return Received(first, headers, body)


@contextmanager
def receiver(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver on a free port of 127.0.0.1; ``tls`` is the context that it proves itself with."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        made = Receiver(port=listening.getsockname()[1])
        if tls is not None:
            tls.sni_callback = lambda _sock, name, _context: made.names.append(name or "")
        thread = threading.Thread(target=made.serve, args=(listening, tls), daemon=True)
        thread.start()
        try:
            yield made
        finally:
            made.ended.set()
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(15)
