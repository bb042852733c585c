"""A mailbox at a simulated mail server: what people wrote lies in it, and the program fetches it by IMAP.

The real `imaplib` speaks to it, command by command. Between two of them the line may drop and the worker may die, also
right before and right after a mail is acknowledged.
"""

from __future__ import annotations

import imaplib
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from tests.simulation.pipe import Pipe
from tests.simulation.world import Killed, World

KEPT = "SELECT id FROM inbound_mail WHERE raw = ?"


@dataclass(slots=True)
class Mailbox:
    world: World
    file: sqlite3.Connection
    #: UID → the mail
    mails: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    validity: int = 1
    next_uid: int = 1
    is_down: bool = False

    def put(self, raw: bytes) -> None:
        self.mails[self.next_uid] = raw
        self.next_uid += 1

    def rebuild(self) -> None:
        """Put back from a copy: other numbers, and nobody has seen anything."""
        self.world.note("mailbox", "is put back from a copy")
        self.validity += 1
        self.mails = dict(enumerate(self.mails.values(), 1))
        self.next_uid = len(self.mails) + 1
        self.seen.clear()

    def acknowledge(self, uid: int) -> None:
        """Whoever says that a mail was seen has it by then, and for good."""
        found = self.file.execute(KEPT, (self.mails[uid],)).fetchone()
        self.world.demand(found, "kept first", f"mail {uid} is acknowledged, and nobody has kept it")
        self.seen.add(uid)

    @contextmanager
    def standing_in(self) -> Iterator[None]:
        def connect(_client: imaplib.IMAP4, _timeout: float | None) -> Any:
            return Session(self)

        with mock.patch.object(imaplib.IMAP4, "_create_socket", connect):
            yield


class Session(Pipe):
    """One connection, and the server's side of it."""

    def __init__(self, mailbox: Mailbox) -> None:
        super().__init__(mailbox.world)
        self.mailbox = mailbox
        self._timeout = 60.0
        if mailbox.is_down and self.world.faulty:
            raise ConnectionRefusedError("Connection refused")
        self._say(b"* OK ready\r\n")

    def _hear(self) -> None:
        while b"\r\n" in self._came and not self._is_closed:
            line, _, self._came = self._came.partition(b"\r\n")
            tag, _, said = line.decode().partition(" ")
            verb = re.findall(r"^(?:UID )?\w+", said)[0]
            self._perhaps_end(f"before {verb}")
            self._obey(verb, said)
            self._perhaps_end(f"after {verb}")
            if not self._is_closed:
                self._say(f"{tag} OK done\r\n".encode(), after=self._time_it_takes())

    def _perhaps_end(self, where: str) -> None:
        """The line drops, or the worker dies. Most likely where it matters most."""
        world, dice = self.world, self.world.dice
        if not world.faulty or dice.random() >= (0.08 if "STORE" in where else 0.006):
            return
        if dice.random() < 0.5 and world.current is not None:
            world.kill(world.current.machine, f"{where} to the mailbox")
            raise Killed
        world.note("mailbox", f"drops {where}")
        self._drop()

    def _time_it_takes(self) -> float:
        slow = self.world.faulty and self.world.dice.random() < 0.03
        return self.world.dice.choice((5.0, 40.0, 70.0)) if slow else 0.0

    def _obey(self, verb: str, said: str) -> None:
        if self._is_closed:
            return
        box = self.mailbox
        if verb == "CAPABILITY":
            self._say(b"* CAPABILITY IMAP4rev1\r\n")
        elif verb == "SELECT":
            self._say(f"* {len(box.mails)} EXISTS\r\n* OK [UIDVALIDITY {box.validity}]\r\n".encode())
        elif verb == "STATUS":
            self._say(f'* STATUS "INBOX" (UIDVALIDITY {box.validity})\r\n'.encode())
        elif verb == "UID SEARCH":
            self._say(f"* SEARCH {' '.join(map(str, self._found(said)))}\r\n".encode())
        elif verb == "UID FETCH":
            self._fetch(*re.findall(r"FETCH (\d+) \((.*)\)", said)[0])
        elif verb == "UID STORE":
            box.acknowledge(int(re.findall(r"STORE (\d+) \+FLAGS \(\\Seen\)", said)[0]))
        elif verb == "LOGOUT":
            self._say(b"* BYE\r\n")

    def _found(self, said: str) -> list[int]:
        """Those that nobody has seen, and those from a UID on; the last one is always meant (RFC 3501, 6.4.8)."""
        box = self.mailbox
        since = re.findall(r"UID (\d+):\*", said)
        behind = {uid for uid in box.mails if since and uid >= int(since[0])} | (
            {max(box.mails, default=0)} if since else set()
        )
        return sorted(uid for uid in box.mails if uid not in box.seen or uid in behind)

    def _fetch(self, uid: str, what: str) -> None:
        raw = self.mailbox.mails.get(int(uid))
        if raw is None:
            return
        if what == "RFC822.SIZE":
            self._say(f"* {uid} FETCH (UID {uid} RFC822.SIZE {len(raw)})\r\n".encode())
        else:
            self._say(f"* {uid} FETCH (UID {uid} BODY[] {{{len(raw)}}}\r\n".encode() + raw + b")\r\n")
