"""A mail server at the end of a simulated wire, and every way in which it can fail.

The program's own channel and wire speak to it, byte by byte; only the socket is made up. What it keeps is what has
arrived.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from tests.simulation.pipe import Pipe
from tests.simulation.world import World
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


@dataclass(frozen=True, slots=True)
class Copy:
    """One message that the server kept."""

    at: datetime
    to: str
    #: where an answer to it goes; empty where nobody reads answers
    reply_to: str
    #: of the envelope: where it comes back to
    returns_to: str = ""


@dataclass(slots=True)
class Relay:
    world: World
    #: Message-ID → what was kept
    kept: dict[str, list[Copy]] = field(default_factory=lambda: defaultdict(list))
    #: addresses that it does not know
    refused: set[str] = field(default_factory=set)
    #: how often something goes wrong
    likelihood: float = 0.35
    #: what may happen, and how often
    faults: dict[str, int] = field(default_factory=lambda: dict(FAULTS))
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
        return world.dice.choices(list(self.faults), list(self.faults.values()))[0]

    def keep(self, message_id: str, to: str, reply_to: str, returns_to: str) -> None:
        self.kept[message_id].append(Copy(self.world.true_now(), to, reply_to, returns_to))
        count, windows = len(self.kept[message_id]), self.world.windows.get(message_id, 0)
        self.world.note("relay", f"keeps {message_id[:8]} for {to}, copy {count}")
        self.world.demand(
            count <= 1 + windows * (self.resends or message_id in self.world.pressed),
            "I2",
            f"{count} copies of {message_id}, and nobody was lost in the gap more than {windows} times",
        )


class SimulatedWire(Wire):
    """The program's own wire, with a socket that leads to the simulated server."""

    relay: Relay

    def open(self, host: str, port: int) -> None:
        self.sock, self.file = Line(self.relay, self.relay.fate()), None  # type: ignore[assignment]


class Line(Pipe):
    """One connection, and the server's side of it."""

    def __init__(self, relay: Relay, fate: str) -> None:
        super().__init__(relay.world)
        self.relay, self.fate = relay, fate
        if fate == "refuses":
            self._note()
            raise ConnectionRefusedError("Connection refused")
        self._is_in_data = False
        self._from = self._to = ""
        self._greet()

    def _note(self) -> None:
        if self.fate:
            self.world.note("relay", self.fate)

    def _greet(self) -> None:
        if self.fate == "421 at the greeting":
            self._note()
            self._say_line("421 4.3.2 not now")
            self._is_closed = True
        else:
            self._say_line("220 relay.example ESMTP")

    # the server -------------------------------------------------------------------------------------------------------

    def _say_line(self, line: str, *, after: float = 0.0) -> None:
        self._say(f"{line}\r\n".encode(), after=after)

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
            self._say_line("250 relay.example")
        elif verb == "MAIL":
            self._from = re.findall(r"<(.*?)>", line)[0]
            self._say_unless("454 to MAIL", "454 4.7.0 too much from you")
        elif verb == "RCPT":
            self._to = re.findall(r"<(.*)>", line)[0]
            if self._to in self.relay.refused or self.fate == "550 to RCPT":
                self.world.note("relay", f"550 to {self._to}")
                self._say_line("550 5.1.1 no such user")
                self._next_fate()
            else:
                self._say_unless("451 to RCPT", "451 4.7.1 come back later")
        elif verb == "DATA" and self.fate == "drops before 354":
            self._note()
            self._drop()
        elif verb == "DATA":
            self._is_in_data = True
            self._say_line("354 go on")
        elif verb == "QUIT":
            self._say_line("421 4.3.2 going down" if self.fate == "421 to QUIT" else "221 bye")
            self._is_closed = True
        else:
            self._say_line("250 ok")

    def _say_unless(self, fate: str, refusal: str) -> None:
        if self.fate == fate:
            self._note()
            self._say_line(refusal)
            self._next_fate()
        else:
            self._say_line("250 ok")

    def _take(self, message: bytes) -> None:
        """The message is whole. What the server makes of it is what this connection was fated to."""
        message_id = re.findall(rb"(?im)^message-id:\s*<([^>]+)>", message)[0].decode()
        self._note()
        fate, lost = self.fate, self.fate.endswith(", lost")
        refusal = {"554 to the body": "554 5.6.0 no", "450 to the body": "450 4.2.0 later"}.get(fate)
        if refusal:
            self._say_line(refusal)
            self._next_fate()
            return
        if not lost:
            self._keep(message_id, "".join(re.findall(r"(?im)^reply-to:.*?([^\s<>]+@[^\s<>]+)", message.decode())))
        if fate.startswith("drops after the dot"):
            self._nobody_knows(lost)
            self._drop()
        elif fate.startswith("silent"):
            self._nobody_knows(lost)
        else:
            self._say_line("250 2.0.0 taken", after=self._time_it_takes())
            if fate == "drops after 250":
                self._is_closed = True
            elif fate != "421 to QUIT":
                self._next_fate()

    def _time_it_takes(self) -> float:
        if self.fate != "slow":
            return 0.0
        self.relay.while_it_takes_long()
        return self.world.dice.choice((20.0, 100.0, 290.0))

    def _keep(self, message_id: str, reply_to: str) -> None:
        actor = self.world.current
        if actor is not None:
            actor.window = message_id
        self.relay.keep(message_id, self._to, reply_to, self._from)

    def _nobody_knows(self, lost: bool) -> None:
        actor = self.world.current
        if actor is not None and not lost:
            self.world.lost(actor)

    def _next_fate(self) -> None:
        fate = self.relay.fate()
        self.fate = "" if fate in ("refuses", "421 at the greeting") else fate
