"""The worker's day without the worker: the same calls at an instant, and what left, in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tracker.acts import follow_ups
from tracker.notices import daily, digests, outbox, packing
from tracker.notices.letter import Letter
from tracker.notices.outbox import Accepted, Result, Unreached
from tracker.notices.outgoing import Outgoing
from tracker.store import people, promises
from tracker.store.base import db
from tracker.store.notices import Delivery

BERLIN = ZoneInfo("Europe/Berlin")
RELAY = Outgoing(
    public_url="http://127.0.0.1:8000",
    mail_from="post@nachtwache.example",
    destination="relay:mail.example:25",
    lease=timedelta(minutes=17),
)


@dataclass
class Sent:
    """One message that a channel took."""

    at: datetime
    to: str
    letter: Letter
    template: str


@dataclass
class Post:
    """``post.at(instant)`` does everything that is due then and gives what left."""

    outgoing: Outgoing = RELAY
    sent: list[Sent] = field(default_factory=list)
    #: what the next messages meet, by the name in their address; everything else is taken
    answers: dict[str, list[Result]] = field(default_factory=dict)

    def at(self, now: datetime) -> list[Sent]:
        before = len(self.sent)
        for promise_id, _ in promises.due_for_follow_up(now, limit=1000):
            follow_ups.climb(promise_id, now=now)
            db.session.commit()
        while digests.owe_digests(now, outgoing=self.outgoing) >= 200:
            db.session.commit()
        self._again(daily.owe_daily_mails(now, outgoing=self.outgoing).unreached, now)
        db.session.commit()
        self.deliver(now)
        return self.sent[before:]

    def deliver(self, now: datetime) -> None:
        """Pack and send until nothing due is left."""
        while True:
            packed = packing.pack(now=now, outgoing=self.outgoing)
            self._again(packed.unreached, now)
            db.session.commit()
            claims = outbox.claim(self.outgoing.destination, now=now, limit=50, pace=self.outgoing.pace)
            db.session.commit()
            for claim in claims:
                self.carry(claim, now)
            if not claims and not packed.made:
                return

    def carry(self, claim: outbox.Claim, now: datetime) -> None:
        begun = outbox.begin_sending(claim.delivery_id, claim.token, now=now, outgoing=self.outgoing)
        self._again(begun.unreached, now)
        db.session.commit()
        if begun.letter is None:
            return
        result = self._answer(begun.letter)
        done = outbox.finish(claim.delivery_id, claim.token, result, now=now, outgoing=self.outgoing)
        self._again(done.unreached, now)
        db.session.commit()
        if isinstance(result, Accepted):
            delivery = db.session.get_one(Delivery, claim.delivery_id)
            self.sent.append(Sent(now, begun.letter.to_address.partition("@")[0], begun.letter, delivery.template))

    def walk(self, start: datetime, end: datetime, step: timedelta = timedelta(hours=1)) -> list[Sent]:
        """Tick from one instant to another, both included."""
        before = len(self.sent)
        now = start
        while now <= end:
            self.at(now)
            now += step
        return self.sent[before:]

    def days(self, start: datetime, end: datetime) -> list[Sent]:
        """As ``walk``, at the hours of Berlin at which something can happen in the story."""
        before = len(self.sent)
        now = start
        while now <= end:
            if now.astimezone(BERLIN).hour in (0, 8, 9, 11, 13, 17, 18):
                self.at(now)
            now += timedelta(hours=1)
        return self.sent[before:]

    def _answer(self, letter: Letter) -> Result:
        waiting = self.answers.get(letter.to_address.partition("@")[0], [])
        return waiting.pop(0) if waiting else Accepted("250 taken")

    def _again(self, unreached: tuple[Unreached, ...], now: datetime) -> None:
        for one in unreached:
            person = people.by_id(one.person_id)
            if person is not None:
                follow_ups.again(one.promise_id, rung=one.rung, without=person, now=now)
