"""A server on a bare socket that says exactly what a test writes down, and notes what reached it."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from dataclasses import dataclass, field
from typing import Any

#: Instead of a reply: close the connection, say nothing, or send one byte each tenth of a second.
CLOSE = "<close>"
SILENT = "<silent>"
DRIP = "<drip>"

USUAL = {
    "GREETING": "220 here",
    "EHLO": "250-here\r\n250 8BITMIME",
    "HELO": "250 here",
    "STARTTLS": "454 not now",
    "MAIL": "250 2.1.0 ok",
    "RCPT": "250 2.1.5 ok",
    "DATA": "354 go on",
    "DOT": "250 2.0.0 kept",
    "RSET": "250 forgotten",
    "QUIT": "221 bye",
}


@dataclass
class ScriptedServer:
    """``with ScriptedServer(RCPT="451 later") as server``; ``bodies`` are messages whose final dot arrived."""

    replies: dict[str, str]
    tls: ssl.SSLContext | None = None
    commands: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    port: int = 0

    def __init__(self, tls: ssl.SSLContext | None = None, **replies: Any) -> None:
        self.replies = {**USUAL, **replies}
        self.tls = tls
        self.commands, self.bodies = [], []
        self._open: list[socket.socket] = []
        self.port = 0

    def __enter__(self) -> ScriptedServer:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        for sock in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(sock)
            try:
                self._talk(sock)
            except (OSError, ssl.SSLError):
                pass
            finally:
                sock.close()

    def _talk(self, sock: socket.socket) -> None:
        if self._say(sock, "GREETING"):
            self._converse(sock)

    def _converse(self, sock: socket.socket) -> None:
        reader = sock.makefile("rb")
        while line := reader.readline():
            command = line.decode("ascii", "replace").strip()
            self.commands.append(command)
            verb = command.split(" ")[0].upper()
            if not self._say(sock, verb):
                return
            if verb == "STARTTLS" and self.tls is not None and self.replies[verb].startswith("220"):
                with self.tls.wrap_socket(sock, server_side=True) as encrypted:
                    self._converse(encrypted)
                return
            if verb == "DATA" and self.replies[verb].startswith("354"):
                body = b""
                while not body.endswith(b"\r\n.\r\n"):
                    piece = reader.readline()
                    if not piece:
                        return
                    body += piece
                self.bodies.append(body[: -len(b".\r\n")])
                if not self._say(sock, "DOT"):
                    return
            if verb == "QUIT":
                return

    def _say(self, sock: socket.socket, what: str) -> bool:
        """Say what the script has for this step; False when the connection is to end."""
        reply = self.replies.get(what, "502 what?")
        if reply == CLOSE:
            return False
        if reply == SILENT:
            self._over.wait(30)
            return False
        if reply == DRIP:
            for byte in b"2" * 600:
                sock.sendall(bytes([byte]))
                if self._over.wait(0.1):
                    return False
            return False
        then_close = reply.endswith(CLOSE)
        sock.sendall(reply.removesuffix(CLOSE).encode() + b"\r\n")
        if then_close:
            time.sleep(0.05)
        return not then_close
