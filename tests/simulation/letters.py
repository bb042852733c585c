"""What people write by mail, each with a word of its own in it, so that it can be found again; and what must become
of it: no mail is lost, none is taken twice, and nobody who wrote is left without a word."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.simulation.mailbox import Mailbox
from tests.simulation.people import TEAM, Hand, Nobody
from tests.simulation.relay import Relay
from tests.simulation.world import World

TO_TEAM = f"post+{TEAM}@tracker.example"
MACHINE = "Auto-Submitted: auto-replied\r\n"
TAKEN = """SELECT count(*) FROM (
  SELECT id FROM suggestion WHERE title LIKE :word OR body LIKE :word
  UNION ALL SELECT id FROM entry WHERE text LIKE :word AND kind = 'comment')"""
BECAME = "SELECT id, state, reason, answered_at, json_extract(facts, '$.unanswered') FROM inbound_mail WHERE raw = ?"
#: Of these the sender hears at once; what was taken can be seen on the page.
TOLD = ("asked", "refused", "quarantined", "failed")


@dataclass(frozen=True, slots=True)
class Letter:
    word: str
    raw: bytes
    is_machines: bool = False


@dataclass(slots=True)
class Letters:
    world: World
    mailbox: Mailbox
    relay: Relay
    file: sqlite3.Connection
    written: list[Letter] = field(default_factory=list)

    # writing ----------------------------------------------------------------------------------------------------------

    def writes(self, hand: Hand) -> str:
        """To the team, as an answer to one of our mails, or something that no person wrote."""
        what = hand.dice.choice((self._to_team, self._to_team, self._replies, self._replies, self._replies, self._odd))
        return what(hand)

    def _to_team(self, hand: Hand) -> str:
        person = hand.person()
        return self._put(person.email, TO_TEAM, f"{person.name} writes to the team")

    def _replies(self, hand: Hand) -> str:
        """Whoever got one of our mails answers it; now and then from another address."""
        found = [copy for copies in self.relay.kept.values() for copy in copies if copy.reply_to]
        if not found:
            raise Nobody("no mail has come yet")
        copy = hand.dice.choice(found)
        sender = copy.to if hand.dice.random() < 0.8 else hand.person().email
        return self._put(sender, copy.reply_to, f"{sender} answers a mail to {copy.to}")

    def _odd(self, hand: Hand) -> str:
        kinds: tuple[Callable[[Hand], str], ...] = (self._again, self._same_id, self._stranger, self._machine)
        return hand.dice.choice(kinds)(hand)

    def _again(self, hand: Hand) -> str:
        """The same mail lies there twice."""
        if not self.written:
            raise Nobody("nothing was written yet")
        self.mailbox.put(hand.dice.choice(self.written).raw)
        return "a mail comes once more"

    def _same_id(self, hand: Hand) -> str:
        """A program that gives all its mails one Message-ID."""
        email, said = hand.person().email, "somebody writes with a poor program"
        return ", ".join(self._put(email, TO_TEAM, said, message_id="1@poor.example") for _ in range(2))

    def _stranger(self, _hand: Hand) -> str:
        return self._put("stranger@else.example", TO_TEAM, "a stranger writes to the team")

    def _machine(self, hand: Hand) -> str:
        person = hand.person()
        return self._put(person.email, TO_TEAM, f"{person.name} is out of office", more=MACHINE)

    def _put(self, sender: str, to: str, said: str, *, message_id: str = "", more: str = "") -> str:
        word = f"Zeichen{len(self.written):03}"
        head = (
            f"From: <{sender}>\r\nTo: <{to}>\r\nSubject: {word} im Flur\r\n{more}"
            f"Message-ID: <{message_id or f'{word}@mua.example'}>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        )
        raw = f"{head}Es geht um {word}.\r\n".encode()
        self.written.append(Letter(word, raw, bool(more)))
        self.mailbox.put(raw)
        return f"{said}: {word}"

    # what must hold ---------------------------------------------------------------------------------------------------

    def look(self) -> None:
        for letter in self.written:
            self.world.demand(self._taken(letter) <= 1, "once", f"the mail about {letter.word} is taken twice")

    def _taken(self, letter: Letter) -> int:
        """In how many places it stands: a suggestion whose title and text speak of it is one."""
        return int(self.file.execute(TAKEN, {"word": f"%{letter.word}%"}).fetchone()[0])

    def demand_all(self) -> None:
        """At the end, of each mail that lay there."""
        for letter in self.written:
            rows = self.file.execute(BECAME, (letter.raw,)).fetchall()
            self.world.demand(len(rows) == 1, "kept", f"the mail about {letter.word} has {len(rows)} rows")
            self._became(letter, *rows[0])

    def _became(
        self, letter: Letter, number: int, state: str, reason: str, answered_at: str | None, unanswered: str | None
    ) -> None:
        demand, what = self.world.demand, f"mail {number} about {letter.word} is {state} ({reason})"
        demand(state != "received" and reason, "alive", what)
        is_taken = state == "done" and reason in ("raised", "comment")
        demand(self._taken(letter) == is_taken, "kept", f"{what}, and stands in {self._taken(letter)} places")
        demand(state not in TOLD or answered_at or unanswered, "silence", f"{what}, and nobody was told")
        demand(not letter.is_machines or not (answered_at or is_taken), "machine", f"{what}, and a machine wrote it")
