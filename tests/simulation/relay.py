"""A mail server at the end of a simulated wire, and every way in which it can fail.

The program's own channel and wire speak to it, byte by byte; only the socket is made up. What it keeps is what has
arrived.
"""

from __future__ import annotations

import re
import socket
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.simulation.world import Killed, World
from tracker.notices.channels.wire import Wire

#: What may happen to one connection or message, and how often among a hundred faults.
FAULTS = {
    "refuses": 8,
    "421 at the greeting": 5,
    "454 to MAIL": 4,
    "451 to RCPT": 8,
    "550 to RCPT": 3,
    "554 to the body": 2,
    "450 to the body": 6,
    "drops before 354": 6,
    "drops in the body": 4,
    "drops after the dot, kept": 8,
    "drops after the dot, lost": 6,
    "silent, kept": 6,
    "silent, lost": 4,
    "drops after 250": 7,
    "421 to QUIT": 8,
    "slow": 15,
}
#: Whatever the last byte was, nobody waits longer for the next.
NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class Copy:
    """One message that the server kept."""

    at: datetime
    to: str


@dataclass(slots=True)
class Relay:
    world: World
    #: Message-ID → what was kept
    kept: dict[str, list[Copy]] = field(default_factory=lambda: defaultdict(list))
    #: addresses that it does not know
    refused: set[str] = field(default_factory=set)
    #: how often something goes wrong
    likelihood: float = 0.35
    is_down: bool = False
    #: otherwise what may have arrived is held, and no second copy leaves whatever happens
    resends: bool = True
    #: what else may go wrong meanwhile
    while_it_takes_long: Callable[[], object] = lambda: None

    def fate(self) -> str:
        world = self.world
        if not world.faulty:
            return ""
        if self.is_down:
            return "refuses"
        if world.dice.random() >= self.likelihood:
            return ""
        return world.dice.choices(list(FAULTS), list(FAULTS.values()))[0]

    def keep(self, message_id: str, to: str) -> None:
        self.kept[message_id].append(Copy(self.world.true_now(), to))
        count, windows = len(self.kept[message_id]), self.world.windows.get(message_id, 0)
        self.world.note("relay", f"keeps {message_id[:8]} for {to}, copy {count}")
        self.world.demand(
            count <= 1 + windows * self.resends,
            "I2",
            f"{count} copies of {message_id}, and nobody was lost in the gap more than {windows} times",
        )


class SimulatedWire(Wire):
    """The program's own wire, with a socket that leads to the simulated server."""

    relay: Relay

    def open(self, host: str, port: int) -> None:
        self.sock, self.file = Line(self.relay, self.relay.fate()), None  # type: ignore[assignment]


class Line:
    """One connection as the client's socket, and the server's side of it."""

    def __init__(self, relay: Relay, fate: str) -> None:
        self.relay, self.world, self.fate = relay, relay.world, fate
        if fate == "refuses":
            self._note()
            raise ConnectionRefusedError("Connection refused")
        self._timeout: float | None = None
        self._is_closed = False
        self._is_in_data = False
        self._came = b""
        self._to = ""
        #: (from when on it can be read, bytes)
        self._going: list[tuple[float, bytes]] = []
        self._greet()

    def _note(self) -> None:
        if self.fate:
            self.world.note("relay", self.fate)

    def _greet(self) -> None:
        if self.fate == "421 at the greeting":
            self._note()
            self._say("421 4.3.2 not now")
            self._is_closed = True
        else:
            self._say("220 relay.example ESMTP")

    # the client's socket ----------------------------------------------------------------------------------------------

    def settimeout(self, seconds: float | None) -> None:
        self._timeout = seconds

    def setblocking(self, is_blocking: bool) -> None:
        self._timeout = None if is_blocking else 0.0

    def close(self) -> None:
        self._is_closed = True

    def send(self, data: Any) -> int:
        self._demand_alive()
        if self._is_closed:
            raise BrokenPipeError("Broken pipe")
        self._came += bytes(data)
        self._hear()
        return len(data)

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
        self._going.pop(0)
        return data

    def _wait(self, seconds: float) -> None:
        if seconds:
            self.world.rest(seconds)

    def _demand_alive(self) -> None:
        if self.world.current is not None and self.world.current.machine.is_dead:
            raise Killed

    # the server -------------------------------------------------------------------------------------------------------

    def _say(self, line: str, *, after: float = 0.0) -> None:
        self._going.append((self.world.elapsed + after, f"{line}\r\n".encode()))

    def _hear(self) -> None:
        while not self._is_closed:
            end = b"\r\n.\r\n" if self._is_in_data else b"\r\n"
            said, found, rest = self._came.partition(end)
            if not found:
                if self._is_in_data and self.fate == "drops in the body":
                    self._drop()
                return
            self._came = rest
            if self._is_in_data:
                self._is_in_data = False
                self._take(said)
            else:
                self._obey(said.decode())

    def _obey(self, line: str) -> None:
        verb = line.upper().split(" ")[0].split(":")[0]
        if verb == "EHLO":
            self._say("250 relay.example")
        elif verb == "MAIL":
            self._say_unless("454 to MAIL", "454 4.7.0 too much from you")
        elif verb == "RCPT":
            self._to = re.findall(r"<(.*)>", line)[0]
            if self._to in self.relay.refused or self.fate == "550 to RCPT":
                self.world.note("relay", f"550 to {self._to}")
                self._say("550 5.1.1 no such user")
                self._next_fate()
            else:
                self._say_unless("451 to RCPT", "451 4.7.1 come back later")
        elif verb == "DATA" and self.fate == "drops before 354":
            self._note()
            self._drop()
        elif verb == "DATA":
            self._is_in_data = True
            self._say("354 go on")
        elif verb == "QUIT":
            self._say("421 4.3.2 going down" if self.fate == "421 to QUIT" else "221 bye")
            self._is_closed = True
        else:
            self._say("250 ok")

    def _say_unless(self, fate: str, refusal: str) -> None:
        if self.fate == fate:
            self._note()
            self._say(refusal)
            self._next_fate()
        else:
            self._say("250 ok")

    def _take(self, message: bytes) -> None:
        """The message is whole. What the server makes of it is what this connection was fated to."""
        message_id = re.findall(rb"(?im)^message-id:\s*<([^>]+)>", message)[0].decode()
        self._note()
        fate, lost = self.fate, self.fate.endswith(", lost")
        refusal = {"554 to the body": "554 5.6.0 no", "450 to the body": "450 4.2.0 later"}.get(fate)
        if refusal:
            self._say(refusal)
            self._next_fate()
            return
        if not lost:
            self._keep(message_id)
        if fate.startswith("drops after the dot"):
            self._nobody_knows(lost)
            self._drop()
        elif fate.startswith("silent"):
            self._nobody_knows(lost)
        else:
            self._say("250 2.0.0 taken", after=self._time_it_takes())
            if fate == "drops after 250":
                self._is_closed = True
            elif fate != "421 to QUIT":
                self._next_fate()

    def _time_it_takes(self) -> float:
        if self.fate != "slow":
            return 0.0
        self.relay.while_it_takes_long()
        return self.world.dice.choice((20.0, 100.0, 290.0))

    def _keep(self, message_id: str) -> None:
        actor = self.world.current
        if actor is not None:
            actor.window = message_id
        self.relay.keep(message_id, self._to)

    def _nobody_knows(self, lost: bool) -> None:
        actor = self.world.current
        if actor is not None and not lost:
            self.world.lost(actor)

    def _drop(self) -> None:
        self._going.clear()
        self._is_closed = True

    def _next_fate(self) -> None:
        fate = self.relay.fate()
        self.fate = "" if fate in ("refuses", "421 at the greeting") else fate
