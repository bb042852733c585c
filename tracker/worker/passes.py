"""One pass for `tracker work`: everything that is due at an instant is done, and then it is over."""

from __future__ import annotations

from datetime import datetime

import structlog
from flask import Flask

from tracker import clock
from tracker.domain.health import Tick
from tracker.inbound.imap import Unreachable
from tracker.notices import outbox
from tracker.notices.outgoing import Outgoing
from tracker.store import outlets
from tracker.store.base import db
from tracker.worker import delivery, digests, housekeeping, sweep, ticks
from tracker.worker.dead_man import TIMEOUT, DeadMan
from tracker.worker.inbound import Ears

log = structlog.get_logger(__name__)

#: Each round of delivery may bring forth notices that leave in the next; two that feed each other would never end. Nor
#: does a pass wait for more turns than these: what is left then leaves with the next one.
MOST_ROUNDS = 50


def one_pass(app: Flask, *, as_of: datetime | None = None) -> dict[str, int]:
    """Sweep, daily mails and digests, delivery until nothing due is left, housekeeping. Gives counts.

    ``as_of`` stands for now everywhere, and then nothing is deleted and no heartbeat is left: it is not the time.
    """
    now = as_of or clock.now()
    outgoing = Outgoing.of(app.config["TRACKER"])
    with app.app_context():
        done = {"climbed": sweep.sweep(now=now)["climbed"], **digests.owe(now=now, outgoing=outgoing)}
        done |= _heard(app, now) if as_of is None else {}
        done["sent"] = _deliver(app, as_of)
        if as_of is None:
            housekeeping.tidy_up(now=now)
            for tick in Tick:
                if tick is not Tick.INBOUND:
                    ticks.beat(tick)
        if as_of is None:
            _say_that_we_live(app)
    return done


def _say_that_we_live(app: Flask) -> None:
    """The process ends with the pass, so the call is waited for; the whole pass has gone well by then."""
    dead_man = DeadMan.of(app.config["TRACKER"])
    dead_man.sweep_succeeded()
    dead_man.wait(TIMEOUT + 1)


def _heard(app: Flask, now: datetime) -> dict[str, int]:
    """Read what came in. A mailbox that cannot be fetched is no reason not to send; it leaves no heartbeat.

    Nobody listens meanwhile: a mail server that hands mails over needs a worker that lives longer.
    """
    ears = Ears(app, listens=False)
    if not ears.is_listening:
        return {}
    try:
        found = ears.hear(now=now)
        ticks.beat(Tick.INBOUND)
        return {f"mails {name}": count for name, count in found.items()}
    except Unreachable as error:
        log.warning("the mailbox could not be fetched", why=str(error))
        return {}


def follow_up_and_send(app: Flask, *, as_of: datetime) -> None:
    """The part of a pass that tells a story after the fact: whatever rang at that instant, and its mails.

    Within an app context. Nobody's daily mail or digest is written for a day that has passed.
    """
    sweep.sweep(now=as_of)
    _deliver(app, as_of)


def _deliver(app: Flask, as_of: datetime | None) -> int:
    senders = delivery.Senders(app, as_of=as_of)
    now = senders.now()
    if senders.look(now=now):
        return 0
    unreached = outbox.reap_by_wall_clock(now=now, outgoing=senders.outgoing)
    delivery.owe_again(unreached, now=now)
    db.session.commit()
    for _ in range(MOST_ROUNDS):
        before = senders.sent
        packed = delivery.prepare(senders, now=senders.now())
        senders.wake(outlets.destinations_due(senders.now()))
        db.session.remove()
        senders.wait()
        if not packed and senders.sent == before and not senders.rest_for_turns():
            break
    return senders.sent
