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
#: Whom no mail goes back to, and who has an account, finds a line of the bell.
BELL = "SELECT count(*) FROM notice WHERE kind = 'heard' AND json_extract(facts, '$.inbound') = ?"
#: A mail server's report that a message of ours was not delivered (RFC 3464).
REPORT = """\
From: MAILER-DAEMON@mx.example
To: <{to}>
Subject: Undelivered Mail {word}
Return-Path: <>
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; somebody@tracker.example
Action: failed
Status: 5.1.1

--b
Content-Type: text/rfc822-headers

Message-ID: <{about}>

--b--
"""
SENT = "SELECT message_id FROM delivery WHERE state = 'sent' AND channel = 'email' AND person_id IS NOT NULL"
COUNTED = """SELECT person_id, count(*), count(DISTINCT delivery_id) FROM inbound_mail WHERE reason = 'bounce'
GROUP BY person_id"""
SCORES = "SELECT id, bounce_score FROM person"
COUNTED_ONE = """SELECT count(*) FROM inbound_mail m JOIN delivery d ON d.id = m.delivery_id
WHERE m.reason = 'bounce' AND d.message_id = ?"""
#: What a refusal for good counts; with what the message took off when it was taken.
HARD = (20, 21)
#: What a refusal of the relay itself counts, at the least.
REFUSED = 40
#: Of these the sender hears at once; what was taken can be seen on the page.
TOLD = ("asked", "refused", "quarantined", "failed")


@dataclass(frozen=True, slots=True)
class Letter:
    word: str
    raw: bytes
    is_machines: bool = False
    #: the message of ours that it says could not be delivered
    returns: str = ""


@dataclass(slots=True)
class Letters:
    world: World
    mailbox: Mailbox
    relay: Relay
    file: sqlite3.Connection
    written: list[Letter] = field(default_factory=list)
    #: person → score, and how many messages to them came back, as they were seen last
    scores: dict[int, tuple[int, int]] = field(default_factory=dict)

    # writing ----------------------------------------------------------------------------------------------------------

    def writes(self, hand: Hand) -> str:
        """To the team, as an answer to one of our mails, that one came back, or something else that no person wrote."""
        replies, to_team = self._replies, self._to_team
        return hand.dice.choice((to_team, to_team, replies, replies, replies, self._comes_back, self._odd))(hand)

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

    def _comes_back(self, hand: Hand) -> str:
        """What the relay took comes back from behind it: for one message once, or once more in other words."""
        sent = {row[0] for row in self.file.execute(SENT)}
        found = [
            (number, copies[0]) for number, copies in self.relay.kept.items() if number in sent and copies[0].returns_to
        ]
        if not found:
            raise Nobody("no mail has come yet")
        number, copy = hand.dice.choice(found)
        words = [self._report(number, copy.returns_to) for _ in range(2 if hand.dice.random() < 0.4 else 1)]
        return f"a mail to {copy.to} comes back: {', '.join(words)}"

    def _report(self, number: str, to: str) -> str:
        word = f"Zeichen{len(self.written):03}"
        raw = REPORT.format(to=to, word=word, about=number).replace("\n", "\r\n").encode()
        self.written.append(Letter(word, raw, is_machines=True, returns=number))
        self.mailbox.put(raw)
        return word

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
        self._scores()

    def _scores(self) -> None:
        """A score rises once for each message that came back, or where the relay itself has refused the address."""
        returned = {person: (count, messages) for person, count, messages in self.file.execute(COUNTED)}
        for person, score in self.file.execute(SCORES):
            count, messages = returned.get(person, (0, 0))
            self.world.demand(count == messages, "bounce", f"person {person}: {count} reports count for {messages}")
            was, before = self.scores.get(person, (0, 0))
            more = score - was
            may = (0, *HARD) if count > before else (0,)
            is_right = more <= 0 or more in may or more >= REFUSED
            self.world.demand(is_right, "bounce", f"person {person}: the score goes from {was} to {score}")
            self.scores[person] = (score, count)

    def _taken(self, letter: Letter) -> int:
        """In how many places it stands: a suggestion whose title and text speak of it is one."""
        return int(self.file.execute(TAKEN, {"word": f"%{letter.word}%"}).fetchone()[0])

    def demand_all(self) -> None:
        """At the end, of each mail that lay there."""
        for letter in self.written:
            rows = self.file.execute(BECAME, (letter.raw,)).fetchall()
            self.world.demand(len(rows) == 1, "kept", f"the mail about {letter.word} has {len(rows)} rows")
            self._became(letter, *rows[0])
        for message in {letter.returns for letter in self.written if letter.returns}:
            (count,) = self.file.execute(COUNTED_ONE, (message,)).fetchone()
            self.world.demand(count == 1, "bounce", f"{message[:8]} came back, and counts {count} times")

    def _became(
        self, letter: Letter, number: int, state: str, reason: str, answered_at: str | None, unanswered: str | None
    ) -> None:
        demand, what = self.world.demand, f"mail {number} about {letter.word} is {state} ({reason})"
        demand(state != "received" and reason, "alive", what)
        is_taken = state == "done" and reason in ("raised", "comment")
        demand(self._taken(letter) == is_taken, "kept", f"{what}, and stands in {self._taken(letter)} places")
        demand(state not in TOLD or answered_at or unanswered, "silence", f"{what}, and nobody was told")
        is_silent = state in ("asked", "refused", "failed") and unanswered == "too_many"
        bell = self.file.execute(BELL, (number,)).fetchone()[0] if is_silent else 1
        demand(bell, "silence", f"{what}, no mail went back, and the bell says nothing")
        demand(not letter.is_machines or not (answered_at or is_taken), "machine", f"{what}, and a machine wrote it")
