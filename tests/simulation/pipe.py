"""One connection as a client of ours holds it: a socket that is made up, with somebody at its other end.

Time passes while something is waited for, others act meanwhile, and whoever is dead hears no more.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from tests.simulation.world import Killed, World

#: Whatever the last byte was, nobody waits longer for the next.
NEVER = float("inf")


class Pipe:
    """``_hear`` is the server's side: what has come and was not understood yet lies in ``_came``."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._timeout: float | None = None
        self._is_closed = False
        self._came = b""
        #: (from when on it can be read, bytes)
        self._going: list[tuple[float, bytes]] = []

    def _hear(self) -> None:
        raise NotImplementedError

    # the client's socket ----------------------------------------------------------------------------------------------

    def settimeout(self, seconds: float | None) -> None:
        self._timeout = seconds

    def setblocking(self, is_blocking: bool) -> None:
        self._timeout = None if is_blocking else 0.0

    def close(self) -> None:
        self._is_closed = True

    def shutdown(self, _how: int) -> None:
        self._is_closed = True

    def __enter__(self) -> Pipe:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def send(self, data: Any) -> int:
        self._demand_alive()
        if self._is_closed:
            raise BrokenPipeError("Broken pipe")
        self._came += bytes(data)
        self._hear()
        return len(data)

    def sendall(self, data: Any) -> None:
        self.send(data)

    def recv(self, size: int, flags: int = 0) -> bytes:
        self._demand_alive()
        if flags & socket.MSG_PEEK:
            if self._is_closed:
                return b""
            raise BlockingIOError
        if not self._going:
            if self._is_closed:
                return b""
            self._going.append((NEVER, b""))
        at, data = self._going[0]
        waits = max(at - self.world.elapsed, 0.0)
        if self._timeout is not None and waits > self._timeout:
            self._wait(self._timeout)
            raise TimeoutError("timed out")
        self._wait(waits)
        self._going[0] = (at, data[size:])
        if len(data) <= size:
            self._going.pop(0)
        return data[:size]

    def makefile(self, _mode: str) -> File:
        return File(self.recv)

    def _wait(self, seconds: float) -> None:
        if seconds:
            self.world.rest(seconds)

    def _demand_alive(self) -> None:
        if self.world.current is not None and self.world.current.machine.is_dead:
            raise Killed

    # what the server does ---------------------------------------------------------------------------------------------

    def _say(self, said: bytes, *, after: float = 0.0) -> None:
        self._going.append((self.world.elapsed + after, said))

    def _drop(self) -> None:
        self._going.clear()
        self._is_closed = True


class File:
    """What a socket's ``makefile`` gives, for those who read lines."""

    def __init__(self, recv: Callable[[int], bytes]) -> None:
        self._recv = recv
        self._read = b""

    def readline(self, limit: int) -> bytes:
        while b"\n" not in self._read and len(self._read) < limit and self._more():
            continue
        end = self._read.find(b"\n") + 1 or len(self._read)
        return self._take(min(end, limit))

    def read(self, size: int) -> bytes:
        while len(self._read) < size and self._more():
            continue
        return self._take(size)

    def close(self) -> None:
        """The socket is closed by itself."""

    def _more(self) -> bool:
        came = self._recv(16 * 1024)
        self._read += came
        return bool(came)

    def _take(self, size: int) -> bytes:
        taken, self._read = self._read[:size], self._read[size:]
        return taken
