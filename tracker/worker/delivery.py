"""Delivery: owed notices become messages, and each destination has two senders, so that a hanging one holds nobody up.

A destination is the relay of the settings, one webhook or one chat. The tick itself never waits for a server: it packs,
frees what dead senders left behind, and wakes senders. Only here is anything committed between the steps of the outbox.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog
from flask import Flask

from config import Settings
from tracker import clock
from tracker.acts import follow_ups
from tracker.domain.health import Tick
from tracker.domain.pace import Pace
from tracker.notices import outbox, packing, turns
from tracker.notices.channels import results
from tracker.notices.outbox import Claim, Unreached
from tracker.notices.outgoing import Outgoing
from tracker.store import instance, leftovers, outlets, people, pulse
from tracker.store.base import TROUBLE, db, reading
from tracker.store.instance import Holds
from tracker.worker import crash
from tracker.worker.carriers import Carrier, carrier_to
from tracker.worker.messages import Sendable, as_message

log = structlog.get_logger(__name__)

SENDERS_EACH = 2
#: Beside the relay's two: a hundred webhooks that hang must not take every thread and connection there is.
SENDERS_TO_OUTLETS = 16
#: A database that is busy for a moment must not make a message look unsent.
FINISH_TRIES = 3
#: How many notices a tick packs before it wakes the senders. Of thousands that are owed the first leave at once, and a
#: worker that is killed again and again gets to send all the same.
PACKED_AT_ONCE = 100
#: A sender waits for the next turn on the connection that stands where it comes so soon, and so long after it began.
#: One that signed in anew for each few mails would look like an attack to whoever takes them.
SOON = timedelta(seconds=5)
STANDS_BY = timedelta(seconds=30)


def deliver(senders: Senders, *, now: datetime) -> dict[str, int]:
    """One tick: pack, free what dead senders left behind, wake the senders. Gives counts."""
    senders.believe(now)
    held = senders.look(now=now)
    packed = prepare(senders, now=now, limit=PACKED_AT_ONCE)
    unreached = outbox.reap(senders.seen, monotonic=clock.monotonic(), now=now, outgoing=senders.outgoing)
    owe_again(unreached, now=now)
    db.session.commit()
    waiting, _ = outbox.waiting(now=now)
    due = outlets.destinations_due(now)
    db.session.remove()
    if not held:
        senders.wake(due)
    return {"packed": packed, "waiting": waiting}


def prepare(senders: Senders, *, now: datetime, limit: int = 500) -> int:
    """Put what is owed, so many notices at most, into messages for the destination of the settings. Gives how many.

    A rung that cannot reach its person is owed to whoever is on duty without them.
    """
    packed = packing.pack(now=now, outgoing=senders.outgoing, limit=limit)
    owe_again(packed.unreached, now=now)
    leftovers.aim(senders.outgoing.destination)
    if packed.made:
        crash.point("before_pack_commit")
    db.session.commit()
    if packed.made:
        crash.point("after_pack_commit")
    db.session.remove()
    return packed.made


def owe_again(unreached: Iterable[Unreached], *, now: datetime) -> None:
    """In the transaction that found it out. One that fails is written down and undone alone."""
    for one in unreached:
        person = people.by_id(one.person_id)
        if person is not None:
            act = partial(follow_ups.again, one.promise_id, rung=one.rung, without=person, now=now)
            pulse.alone(Tick.DELIVERY, f"promise:{one.promise_id}", act, now=now)


@dataclass(slots=True)
class Senders:
    """The threads that send, up to two for each destination.

    ``as_of`` is the instant that stands for now everywhere, for `tracker work --as-of`; none: the clocks are asked for
    each row.
    """

    app: Flask
    as_of: datetime | None = None
    #: the observer's memory of claims, for ``outbox.reap``
    seen: dict[str, float] = field(default_factory=dict)
    outgoing: Outgoing = field(init=False)
    sent: int = 0
    _settings: Settings = field(init=False)
    #: an instant that was believed, and the clock that never goes back then
    _believed: tuple[datetime, float] | None = None
    _held: Holds = field(default_factory=Holds)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _threads: dict[str, list[threading.Thread]] = field(default_factory=dict)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._settings = self.app.config["TRACKER"]
        self.outgoing = Outgoing.of(self._settings)

    def believe(self, now: datetime) -> None:
        """A tick has found the wall clock steady, and this is what it shows."""
        self._believed = (now, clock.monotonic())

    def now(self) -> datetime:
        """What the wall clock last showed while it was believed, and what has passed since.

        Senders are on their way when it jumps: a refusal at a moment that seems to be next year must not put a message
        off until then, or give it up for its age.
        """
        if self.as_of is not None or self._believed is None:
            return self.as_of or clock.now()
        at, then = self._believed
        return at + timedelta(seconds=clock.monotonic() - then)

    def look(self, *, now: datetime) -> Holds:
        """Whether mail is held because this database may be a copy. Before anything is sent from it, and every tick."""
        settings = self._settings
        public_url, is_loopback = settings.public_url, settings.is_loopback
        held = instance.look(settings.data_dir, now=now, public_url=public_url, is_loopback=is_loopback)
        if held != self._held:
            self._held = held
            if held:
                log.error("mail is held until it is released", put_back=held.put_back_at is not None)
        db.session.remove()
        return held

    # threads ----------------------------------------------------------------------------------------------------------

    def wake(self, destinations: Iterable[str] | None = None) -> None:
        """Let as many senders work there as may, at the relay without ``destinations``; each ends when nothing is due
        any more. Whoever finds no free one is woken by a later tick."""
        with self._lock:
            self._forget_ended()
            for destination in [self.outgoing.destination] if destinations is None else destinations:
                for _ in range(self._free(destination)):
                    thread = threading.Thread(target=self._work, args=(destination,), name="sender", daemon=True)
                    self._threads.setdefault(destination, []).append(thread)
                    thread.start()

    def _forget_ended(self) -> None:
        alive = {name: [thread for thread in known if thread.is_alive()] for name, known in self._threads.items()}
        self._threads = {name: threads for name, threads in alive.items() if threads}

    def _free(self, destination: str) -> int:
        """How many more senders this destination may have now."""
        if self._stopping.is_set():
            return 0
        more = SENDERS_EACH - len(self._threads.get(destination, ()))
        if not outlets.is_one(destination):
            return more
        busy = sum(len(threads) for name, threads in self._threads.items() if outlets.is_one(name))
        return max(min(more, SENDERS_TO_OUTLETS - busy), 0)

    def _all(self) -> list[threading.Thread]:
        with self._lock:
            return [thread for threads in self._threads.values() for thread in threads]

    def wait(self, within: float | None = None) -> bool:
        """Until all have ended, or so many seconds have passed; whether they have."""
        until = None if within is None else clock.monotonic() + within
        threads = self._all()
        for thread in threads:
            thread.join(None if until is None else max(until - clock.monotonic(), 0))
        return not any(thread.is_alive() for thread in threads)

    def ask_to_stop(self) -> None:
        """No further message is begun."""
        self._stopping.set()

    def stop(self, *, within: float) -> None:
        """Wait for what is on its way. What is not over by then is left to whoever sees its lease end."""
        self.ask_to_stop()
        if not self.wait(within):
            log.warning("a message was on its way when the worker ended; its lease will free it")

    # one sender -------------------------------------------------------------------------------------------------------

    def _work(self, destination: str) -> None:
        carrier = carrier_to(destination, self._settings, self.outgoing, now=self.now)
        until = clock.monotonic() + STANDS_BY.total_seconds()
        try:
            while not self._stopping.is_set():
                if not self._next(destination, carrier) and not self._stood_by(destination, until):
                    break
            self._keep_step()
        except Exception:
            log.exception("a sender failed", destination=destination)
        finally:
            carrier.quit()

    def _keep_step(self) -> None:
        with self.app.app_context(), reading():
            try:
                instance.keep_step(self._settings.data_dir)
            finally:
                db.session.remove()

    def _next(self, destination: str, carrier: Carrier) -> bool:
        """Claim one message and bring it as far as it goes; False when none was due."""
        with self.app.app_context():
            try:
                # From before the claim: whoever froze in its commit comes back to a time that is over.
                deadline = clock.monotonic() + self._time_until_body()
                pace, now = self._pace_of(destination), self.now()
                public_url = self.outgoing.public_url
                claims = outbox.claim(destination, now=now, limit=1, public_url=public_url, pace=pace)
                if claims:
                    crash.point("before_claim_commit")
                db.session.commit()
                for claim in claims:
                    if not self._carry(claim, carrier, deadline) and pace is not None:
                        turns.give_back(destination, pace, claim.lane, taken_at=now, now=self.now())
                        db.session.commit()
                return bool(claims)
            finally:
                db.session.remove()

    def _pace_of(self, destination: str) -> Pace | None:
        """How fast mails may leave there. At an instant that stands still no turn would ever come back."""
        return self.outgoing.pace if destination == self.outgoing.destination and self.as_of is None else None

    def _stood_by(self, destination: str, until: float) -> bool:
        """Where mails wait for their turn, be still until one is back; whether any did."""
        pace = self._pace_of(destination)
        if pace is None or pace.between > SOON or clock.monotonic() >= until:
            return False
        with self.app.app_context():
            try:
                is_lacking = turns.lacking(self.outgoing, now=self.now()) > 0
            finally:
                db.session.remove()
        if is_lacking:
            clock.rest(self._stopping, pace.between.total_seconds())
        return is_lacking

    def rest_for_turns(self) -> bool:
        """Where mails wait for their turn, be still until all turns are back; whether any did."""
        pace = self._pace_of(self.outgoing.destination)
        if pace is None or not turns.lacking(self.outgoing, now=self.now()):
            return False
        db.session.remove()
        clock.rest(self._stopping, pace.to_fill.total_seconds())
        return not self._stopping.is_set()

    def _time_until_body(self) -> float:
        """Seconds after the claim in which the body may leave; its reply still comes within the lease."""
        sending = self._settings.sending
        return (sending.total - sending.final_reply).total_seconds()

    def _carry(self, claim: Claim, carrier: Carrier, deadline: float) -> bool:
        """False where there was nothing to carry, and the server was not asked."""
        crash.point("after_claim")
        refused = carrier.ready()
        if refused is not None:
            self._finish(claim, refused)
            return True
        message = self._begin(claim)
        crash.point("after_sending")
        if message is None:
            return False
        result = carrier.send(message, deadline=deadline, before_body=lambda: clock.monotonic() < deadline)
        if isinstance(result, results.Withheld):
            # Somebody else may hold it by now. Nothing is written: whoever sees the lease end decides.
            log.warning("a message was held too long and was not sent", delivery=claim.delivery_id)
            return True
        self._finish(claim, result)
        return True

    def _begin(self, claim: Claim) -> Sendable | None:
        """Look again and mark it as being sent. None when nothing is left to tell, when the claim was lost, and when
        it cannot be written, which makes it dead.

        Raises ``TROUBLE`` of the database: then nobody knows whether the mark was kept, nothing is sent, and the lease
        frees the message, which is none the worse for it.
        """
        now = self.now()
        try:
            begun = outbox.begin_sending(claim.delivery_id, claim.token, now=now, outgoing=self.outgoing)
            message = begun.post if begun.letter is None else as_message(begun.letter)
            owe_again(begun.unreached, now=now)
            crash.point("before_sending_commit")
            db.session.commit()
            return message
        except TROUBLE:
            raise
        except Exception as error:
            db.session.rollback()
            log.exception("a message could not be written", delivery=claim.delivery_id)
            why = f"{type(error).__name__}: {error}"
            broken = outbox.broken(claim.delivery_id, claim.token, why, now=now)
            owe_again(broken.unreached, now=now)
            db.session.commit()
            return None

    def _finish(self, claim: Claim, result: outbox.Result) -> None:
        """The first thing after the server's reply, and the first commit. A commit that fails is tried again: whether
        it took effect is read from the row, by the token."""
        now = self.now()
        for tries_left in range(FINISH_TRIES - 1, -1, -1):
            try:
                finished = outbox.finish(claim.delivery_id, claim.token, result, now=now, outgoing=self.outgoing)
                owe_again(finished.unreached, now=now)
                crash.point("before_sent_commit")
                db.session.commit()
                break
            except Exception:
                db.session.rollback()
                log.exception("what became of a message could not be written down", delivery=claim.delivery_id)
                if not tries_left:
                    raise
        crash.point("after_sent")
        if isinstance(result, outbox.Accepted) and finished.is_ours:
            self.sent += 1
        said = {"delivery": claim.delivery_id, "result": type(result).__name__}
        if not finished.is_ours:
            log.warning("the former holder of a message reports what became of it", **said)
        elif not isinstance(result, outbox.Accepted):
            log.warning("a message did not leave", **said, why=str(getattr(result, "why", result)))
