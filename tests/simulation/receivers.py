"""The machines behind a team's webhooks and chats, and every way in which they can fail.

The program's own doorway speaks to them, byte by byte; made up are the socket, what a name leads to, and what apprise
would say of a chat. A webhook is looked at as its receiver would: its id, its signature, and what was asked for.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

from tests.simulation.pipe import Pipe
from tests.simulation.world import Actor, World
from tracker.notices.channels import chat
from tracker.notices.channels.doors import Doorway
from tracker.worker import carriers

#: What may happen to one request, and how often among a hundred faults.
FAULTS = {
    "refuses": 10,
    "500": 8,
    "503": 6,
    "429 in 40 minutes": 16,
    "302 to another place": 4,
    "400": 3,
    "410": 16,
    "no HTTP": 4,
    "drops before the answer, kept": 10,
    "drops before the answer, lost": 6,
    "silent, kept": 8,
    "silent, lost": 6,
    "slow": 11,
}
WAITS_FOR = 2400.0
SOMEWHERE = "93.184.216.34"
KNOWN = "SELECT id, destination, state FROM delivery WHERE message_id = ?"
SECRETS = "SELECT secret, former_secret FROM outlet WHERE url = ?"


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody wants peace: until when, and how often the sender of this message had been lost before it was told."""

    until: float
    message_id: str
    lost: int


@dataclass(slots=True)
class Receivers:
    world: World
    file: sqlite3.Connection
    #: webhook-id, of a chat the message's id → how often it was kept
    kept: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    #: message → what its receiver asked for
    later: dict[str, Asked] = field(default_factory=dict)
    #: address → that it wants nothing any more
    gone: dict[str, Asked] = field(default_factory=dict)
    likelihood: float = 0.75

    def fate(self) -> str:
        if not self.world.faulty or self.world.dice.random() >= self.likelihood:
            return ""
        return self.world.dice.choices(list(FAULTS), list(FAULTS.values()))[0]

    @contextmanager
    def standing_in(self) -> Iterator[None]:
        """Behind every address of a webhook and a chat."""
        talk = lambda doorway: chat.ChatChannel(doorway, speak=self.speak)  # noqa: E731 - stands in for a class
        doorway = type("Doorway", (SimulatedDoorway,), {"receivers": self})
        with ExitStack() as stack:
            stack.enter_context(mock.patch.object(carriers, "Doorway", doorway))
            stack.enter_context(mock.patch.object(carriers, "ChatChannel", talk))
            yield

    # webhooks ---------------------------------------------------------------------------------------------------------

    def look_at(self, url: str, headers: dict[str, str], body: bytes) -> str:
        """What every receiver may count on. Gives the message's id."""
        world, message_id = self.world, headers["webhook-id"]
        row = self.file.execute(KNOWN, (message_id,)).fetchone()
        world.demand(row, "I3", f"{message_id} comes to {url}, and is no message's id")
        world.demand(self._is_signed(url, headers, body), "signed", f"{message_id} has no good signature")
        later, gone = self.later.get(message_id), self.gone.get(url)
        is_early = later is not None and self._still_counts(later) and world.elapsed < later.until - 1.0
        world.demand(not is_early, "later", f"{message_id} comes again although its receiver asked for peace")
        is_unwanted = gone is not None and self._still_counts(gone) and world.elapsed > gone.until
        world.demand(not is_unwanted, "I4", f"{message_id} comes to {url}, which wants nothing any more")
        return message_id

    def look_when_put_off(self, message_id: str, until: datetime) -> None:
        """A receiver that asked for peace gets it."""
        later, world = self.later.get(message_id), self.world
        if later is not None and self._still_counts(later) and later.until > world.elapsed:
            asked = world.true_now() + timedelta(seconds=later.until - world.elapsed - 1.0)
            world.demand(until >= asked, "later", f"{message_id} waits until {until}, its receiver said {asked}")

    def _still_counts(self, asked: Asked) -> bool:
        """Unless whoever heard it was lost before they could write it down, or somebody decided otherwise."""
        world = self.world
        is_known = world.windows.get(asked.message_id, 0) == asked.lost
        return is_known and not world.was_a_clock_wrong and asked.message_id not in world.pressed

    def _is_signed(self, url: str, headers: dict[str, str], body: bytes) -> bool:
        """By any secret that the receiver knows; told anew, not asked of the program."""
        signed = b".".join((headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body))
        shown = headers["webhook-signature"].split(" ")
        row = self.file.execute(SECRETS, (url,)).fetchone()
        known = [base64.b64decode(one.removeprefix("whsec_")) for one in row or () if one]
        good = [base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode() for key in known]
        return row is None or any(f"v1,{one}" in shown for one in good)  # none: removed while it was on its way

    def keep(self, message_id: str) -> None:
        world = self.world
        self.kept[message_id] += 1
        count, windows = self.kept[message_id], world.windows.get(message_id, 0)
        world.note("receiver", f"keeps {message_id[:12]}, copy {count}")
        what = f"{count} copies of {message_id}, and nobody was lost in the gap more than {windows} times"
        world.demand(count <= 1 + windows, "I2", what)

    def wants_peace(self, url: str, message_id: str, fate: str) -> None:
        lost = self.world.windows.get(message_id, 0)
        if fate == "410":
            # Whoever had begun by then may still come: no claim lasts longer.
            self.gone[url] = Asked(self.world.elapsed + 965.0, message_id, lost)
        else:
            self.later[message_id] = Asked(self.world.elapsed + WAITS_FOR, message_id, lost)

    # chats ------------------------------------------------------------------------------------------------------------

    def speak(self, _to: object, talk: Any) -> bool:
        """In the place of apprise, which says no more than whether it went well."""
        world, actor = self.world, self.world.current
        (message_id,) = self.file.execute(
            "SELECT message_id FROM delivery WHERE id = ?", (talk.delivery_id,)
        ).fetchone()
        if world.faulty and world.dice.random() < 0.3:
            world.note("receiver", "the chat takes nothing")
            return False
        if actor is not None:
            actor.window = message_id
        self.keep(message_id)
        if world.faulty and world.dice.random() < 0.2:
            world.rest(20.0)
        return True


class SimulatedDoorway(Doorway):
    """The program's own doorway; a name leads somewhere, and the connection to a machine that is made up."""

    receivers: Receivers

    def __init__(self, *given: Any, **how: Any) -> None:
        super().__init__(*given, **{**how, "resolve": lambda _host, _port: [SOMEWHERE]})

    def knock(self, host: str, port: int, *, is_encrypted: bool) -> None:
        """Somebody is always there: what a chat makes of a line is up to ``speak``."""
        self.check(host, port, is_encrypted=is_encrypted)

    def _connected(self, *_given: Any) -> Any:
        return Request(self.receivers, self.receivers.fate())

    def _encrypted(self, sock: Any, *_given: Any) -> Any:
        return sock


class Request(Pipe):
    """One request, and the receiver's side of it."""

    def __init__(self, receivers: Receivers, fate: str) -> None:
        super().__init__(receivers.world)
        self.receivers, self.fate = receivers, fate

    def _hear(self) -> None:
        head, end, body = self._came.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        if not end or len(body) < int(headers["content-length"]):
            return
        url = f"https://{headers['host']}{re.findall('POST (.*) HTTP', first)[0]}"
        if self.fate:
            self.world.note("receiver", self.fate)
        if self.fate == "refuses":
            self._drop()
            return
        self._answer(url, self.receivers.look_at(url, headers, body))

    def _answer(self, url: str, message_id: str) -> None:
        actor, fate = self.world.current, self.fate
        if actor is not None:
            actor.window = message_id
        if fate[:3].isdigit():
            self._refuse(url, message_id, actor)
        elif fate == "no HTTP":
            self._say(b"hello?\r\n\r\n")
        else:
            if not fate.endswith(", lost"):
                self.receivers.keep(message_id)
            self._go_on(actor)

    def _refuse(self, url: str, message_id: str, actor: Actor | None) -> None:
        status = self.fate[:3]
        more = f"Retry-After: {WAITS_FOR:.0f}\r\n" if status == "429" else ""
        if status in ("410", "429"):
            self.receivers.wants_peace(url, message_id, self.fate)
        self._say(f"HTTP/1.1 {status} No\r\n{more}Location: http://169.254.169.254/\r\n\r\n".encode())

    def _go_on(self, actor: Actor | None) -> None:
        fate = self.fate
        if fate.endswith(", kept") and actor is not None:
            self.world.lost(actor)
        if fate.startswith("drops"):
            self._drop()
        elif not fate.startswith("silent"):
            self._say(b"HTTP/1.1 204 Thanks\r\n\r\n", after=self.world.dice.choice((5.0, 14.0)) if fate else 0.0)
