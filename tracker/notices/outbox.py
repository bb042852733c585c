"""The outbox: messages on their way, and the claim protocol that loses none and doubles none it could have known of.

``pending → claimed → sending → sent``, and ``unknown``, ``skipped``, ``dead``. Only the delivery tick commits between
these functions; none of them commits, opens a connection or asks the time. One pass of it:

    packed = packing.pack(now=now, outgoing=outgoing); commit       # owed notices become deliveries
    reap(seen, monotonic=…, now=now, outgoing=outgoing); commit     # what dead senders left behind
    for claim in claim(destination, now=now, limit=…): …; commit    # with a random token each
        open the connection (refused: finish(…, DestinationRefuses); commit)
        begun = begin_sending(id, token, now=now, outgoing=outgoing); commit   # only now is it `sending`
        begun.letter is None: the next one                          # skipped, or the claim was lost
        check the own monotonic deadline, hand the bytes over
        done = finish(id, token, result, now=now, outgoing=outgoing)
        commit                                                      # the first thing after the 250
        QUIT, logs, metrics

- Every update asks for state and token and looks at the count of rows. ``is_ours`` False means that the claim was lost:
  nothing was written; what the server said is evidence for the log.
- ``finish`` and the next ``begin_sending`` may share a commit.
- ``begin_sending`` may raise whatever a template raises: roll back, call ``broken(…)``, commit, go on.
- ``unreached`` lists rungs that cannot reach their person. In the same transaction the tick calls
  ``acts.follow_ups.again`` for each, so that the same rung is owed to whoever is on duty without them.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa

from tracker.domain.retries import (
    DestinationRefuses,
    PassingFailure,
    PermanentFailure,
    SenderLost,
    SendingFailure,
    next_attempt,
)
from tracker.notices import compose, look_again
from tracker.notices.channels.results import Accepted as Accepted
from tracker.notices.channels.results import NeverAccepted
from tracker.notices.channels.results import Unknown as Unknown
from tracker.notices.letter import Letter
from tracker.notices.outgoing import Outgoing
from tracker.store import people, pulse
from tracker.store.base import db, for_update
from tracker.store.notices import Channel, Delivery, DeliveryState, Lane, Notice, NoticeState
from tracker.store.pulse import PausedDestination

GIVEN_UP = "given up after five days"
#: A body with one of these tokens is of no use to anybody once it is sent.
SECRETS = ("token", "url")


@dataclass(frozen=True, slots=True)
class Claim:
    """One message that this worker may send."""

    delivery_id: int
    token: str
    lane: Lane


@dataclass(frozen=True, slots=True)
class Unreached:
    """A rung that cannot reach its person by mail."""

    promise_id: int
    rung: int
    person_id: int


@dataclass(frozen=True, slots=True)
class Begun:
    """``letter`` is what to send; none when nothing is left to tell (it is skipped) or the claim was lost."""

    letter: Letter | None
    unreached: tuple[Unreached, ...] = ()


@dataclass(frozen=True, slots=True)
class Finished:
    """``is_ours`` False: somebody else holds the message now, and nothing was written."""

    is_ours: bool
    state: DeliveryState | None = None
    unreached: tuple[Unreached, ...] = ()


#: What a channel says of one message; a ``Withheld`` one was not decided about and never comes here.
Result = Accepted | Unknown | SendingFailure


# Claiming -------------------------------------------------------------------------------------------------------------


def claim(destination: str, *, now: datetime, limit: int = 20, lanes: Iterable[Lane] | None = None) -> list[Claim]:
    """Claim messages that are due, the security lane first, then the longest due. ``lanes`` names those wanted.

    Two workers never claim the same one: PostgreSQL skips rows that the other has locked, SQLite has one writer. The
    attempt is counted here, so that a message that kills its sender runs out of them.
    """
    if is_paused(destination, now=now):
        return []
    due = (
        sa.select(Delivery)
        .where(
            Delivery.destination == destination,
            Delivery.state == DeliveryState.PENDING,
            Delivery.next_attempt_at <= now,
        )
        .order_by(sa.case((Delivery.lane == Lane.SECURITY, 0), else_=1), Delivery.next_attempt_at, Delivery.id)
        .limit(limit)
    )
    if lanes is not None:
        due = due.where(Delivery.lane.in_(list(lanes)))
    claims = []
    for row in db.session.scalars(for_update(due, skip_locked=True)).all():
        token = secrets.token_hex(16)
        taken = _update(
            row.id,
            None,
            (DeliveryState.PENDING,),
            state=DeliveryState.CLAIMED,
            token=token,
            claimed_at=now,
            attempts=Delivery.attempts + 1,
        )
        if taken:
            claims.append(Claim(row.id, token, row.lane))
    return claims


def is_paused(destination: str, *, now: datetime) -> bool:
    """Whether the destination as a whole refused a while ago."""
    where = (PausedDestination.destination == destination, PausedDestination.until > now)
    return db.session.scalar(sa.select(PausedDestination.destination).where(*where)) is not None


def give_back(claim: Claim) -> bool:
    """Hand back what was claimed and not begun, with its attempt: on the way out, say."""
    return _update(
        claim.delivery_id,
        claim.token,
        (DeliveryState.CLAIMED,),
        state=DeliveryState.PENDING,
        token=None,
        claimed_at=None,
        attempts=Delivery.attempts - 1,
    )


# Sending --------------------------------------------------------------------------------------------------------------


def begin_sending(delivery_id: int, token: str, *, now: datetime, outgoing: Outgoing) -> Begun:
    """Look again at everything the message would tell, and write what is still true.

    Called on a connection that stands, before the message's first command. The letter is rendered from the store each
    time, with the same Message-ID and date.
    """
    db.session.flush()
    db.session.expire_all()  # what somebody else wrote since is what counts
    delivery = _mine(delivery_id, token, DeliveryState.CLAIMED)
    if delivery is None:
        return Begun(None)
    notices = notices_of(delivery_id)
    left, gone = look_again.sorted_out(delivery, notices, now=now)
    unreached = skip(gone)
    why = "" if left or not notices else next(iter(gone.values()), look_again.NOTHING_LEFT)
    why = why or look_again.whole(delivery, left, now=now)
    if why:
        unreached += skip(dict.fromkeys(left, why))
        _update(delivery_id, token, (DeliveryState.CLAIMED,), **_end(delivery, DeliveryState.SKIPPED, why))
        return Begun(None, unreached)
    address = look_again.address_of(delivery)
    letter = compose.letter(delivery, left, address=address, now=now, outgoing=outgoing)
    if letter is None:
        skip(dict.fromkeys(left, look_again.NOTHING_LEFT))
        gone_now = _end(delivery, DeliveryState.SKIPPED, look_again.NOTHING_LEFT)
        _update(delivery_id, token, (DeliveryState.CLAIMED,), **gone_now)
        return Begun(None, unreached)
    if not _update(delivery_id, token, (DeliveryState.CLAIMED,), state=DeliveryState.SENDING, address=address):
        return Begun(None)
    return Begun(letter, unreached)


def finish(delivery_id: int, token: str, result: Result, *, now: datetime, outgoing: Outgoing) -> Finished:
    """Write down what became of it. The first thing after the server's reply, and the first commit."""
    db.session.flush()
    db.session.expire_all()
    delivery = _mine(delivery_id, token, DeliveryState.CLAIMED, DeliveryState.SENDING)
    if delivery is None:
        return Finished(False)
    if isinstance(result, Accepted):
        return _sent(delivery, token, result, now)
    if isinstance(result, Unknown):
        return _unknown(delivery, result.why, now, outgoing)
    if isinstance(result, DestinationRefuses):
        return _refused(delivery, token, result, now)
    return _not_accepted(delivery, token, result, now)


def broken(delivery_id: int, token: str, why: str, *, now: datetime) -> Finished:
    """This message cannot be written (its template raised): it is dead, the others flow, and a row says so."""
    delivery = _mine(delivery_id, token, DeliveryState.CLAIMED, DeliveryState.SENDING)
    if delivery is None:
        return Finished(False)
    error = pulse.note_error("delivery", f"delivery:{delivery_id}", why, at=now)
    return _dead(delivery, token, f"could not be written, see error {error.id}")


def _sent(delivery: Delivery, token: str, result: Accepted, now: datetime) -> Finished:
    values = {"state": DeliveryState.SENT, "sent_at": now, "outcome": result.reply[:400], "facts": _blanked(delivery)}
    if not _update(delivery.id, token, (DeliveryState.SENDING,), **values):
        return Finished(False)
    told = sa.update(Notice).where(Notice.delivery_id == delivery.id, Notice.state == NoticeState.OWED)
    db.session.execute(_plain(told.values(state=NoticeState.TOLD, told_at=now)))
    db.session.execute(
        _plain(sa.delete(PausedDestination).where(PausedDestination.destination == delivery.destination))
    )
    return Finished(True, DeliveryState.SENT)


def _not_accepted(delivery: Delivery, token: str, error: SendingFailure, now: datetime) -> Finished:
    pause = next_attempt(delivery.attempts, error, age=now - delivery.created_at)
    if pause is None:
        why = str(error) if isinstance(error, PermanentFailure) else GIVEN_UP
        if bounces(error):
            _bounced(delivery, now)
        return _dead(delivery, token, why)
    return _back_to_pending(delivery, token, str(error), now + pause)


def _refused(delivery: Delivery, token: str, error: DestinationRefuses, now: datetime) -> Finished:
    """Nobody's attempt: the destination pauses, and this message with it."""
    row = db.session.get(PausedDestination, delivery.destination)
    if row is None:
        row = PausedDestination(destination=delivery.destination, since=now, until=now, refusals=0)
        db.session.add(row)
    if row.until <= now:  # two senders that fail together have met one refusal
        row.refusals += 1
        again = DestinationRefuses(str(error), refusals=row.refusals, retry_after=error.retry_after)
        row.until = now + (next_attempt(1, again) or timedelta(0))
    row.why = str(error)[:400]
    db.session.flush()
    return _back_to_pending(delivery, token, str(error), row.until, attempts=delivery.attempts - 1)


def _back_to_pending(delivery: Delivery, token: str, why: str, at: datetime, **more: Any) -> Finished:
    values = {"state": DeliveryState.PENDING, "token": None, "claimed_at": None, "next_attempt_at": at}
    ours = _update(
        delivery.id, token, (DeliveryState.CLAIMED, DeliveryState.SENDING), **values, outcome=why[:400], **more
    )
    return Finished(ours, DeliveryState.PENDING if ours else None)


def _unknown(delivery: Delivery, why: str, now: datetime, outgoing: Outgoing) -> Finished:
    """It may have arrived. Sent again with the same Message-ID, or held until somebody looks."""
    values: dict[str, Any] = {"token": None, "claimed_at": None, "was_unknown": True, "outcome": why[:400]}
    if outgoing.unknown_policy == "hold":
        ours = _update(delivery.id, delivery.token, (DeliveryState.SENDING,), state=DeliveryState.UNKNOWN, **values)
        return Finished(ours, DeliveryState.UNKNOWN if ours else None)
    pause = next_attempt(delivery.attempts, PassingFailure(why), age=now - delivery.created_at)
    if pause is None:
        return _dead(delivery, delivery.token or "", GIVEN_UP)
    values |= {"state": DeliveryState.PENDING, "next_attempt_at": now + pause}
    ours = _update(delivery.id, delivery.token, (DeliveryState.SENDING,), **values)
    return Finished(ours, DeliveryState.PENDING if ours else None)


def _dead(delivery: Delivery, token: str, why: str) -> Finished:
    states = (DeliveryState.CLAIMED, DeliveryState.SENDING)
    if not _update(delivery.id, token, states, **_end(delivery, DeliveryState.DEAD, why)):
        return Finished(False)
    owed = [notice for notice in notices_of(delivery.id) if notice.state is NoticeState.OWED]
    return Finished(True, DeliveryState.DEAD, skip(dict.fromkeys(owed, why)))


def bounces(error: SendingFailure) -> bool:
    """Whether the server says that there is no such mailbox: an enhanced code 5.1.x (RFC 3463)."""
    return isinstance(error, NeverAccepted) and (error.enhanced or "").startswith("5.1.")


def _bounced(delivery: Delivery, now: datetime) -> None:
    person = people.by_id(delivery.person_id) if delivery.person_id is not None else None
    if person is not None and person.email == delivery.address:
        person.mail_bounced_at = now
        db.session.flush()


# What dead senders left behind ----------------------------------------------------------------------------------------


def reap(
    seen: MutableMapping[str, float], *, monotonic: float, now: datetime, outgoing: Outgoing
) -> tuple[Unreached, ...]:
    """Free what its holder has held for a whole lease, as this observer's own monotonic clock saw it.

    ``seen`` is the observer's memory: token → when it was first seen; forgotten ones are dropped. No wall clock has a
    say, so a jump of it frees nothing.
    """
    busy = _busy()
    tokens = {delivery.token for delivery in busy if delivery.token}
    for known in [token for token in seen if token not in tokens]:
        del seen[known]
    unreached: tuple[Unreached, ...] = ()
    for delivery in busy:
        first = seen.setdefault(delivery.token or "", monotonic)
        if monotonic - first >= outgoing.lease.total_seconds():
            unreached += _free(delivery, now, outgoing)
    return unreached


def reap_by_wall_clock(*, now: datetime, outgoing: Outgoing) -> tuple[Unreached, ...]:
    """For ``tracker work``, which does not live for a lease: free what is older than two of them."""
    unreached: tuple[Unreached, ...] = ()
    for delivery in _busy():
        if delivery.claimed_at is not None and now - delivery.claimed_at >= 2 * outgoing.lease:
            unreached += _free(delivery, now, outgoing)
    return unreached


def _busy() -> list[Delivery]:
    states = (DeliveryState.CLAIMED, DeliveryState.SENDING)
    statement = sa.select(Delivery).where(Delivery.state.in_(states)).execution_options(populate_existing=True)
    return list(db.session.scalars(statement))


def _free(delivery: Delivery, now: datetime, outgoing: Outgoing) -> tuple[Unreached, ...]:
    """A claim becomes pending again; of what was being sent nobody knows whether it arrived.

    A message that loses its sender again and again is given up, so that it stops nobody else.
    """
    token = delivery.token or ""
    lost = int(delivery.facts.get("lost", 0)) + 1
    facts = {**delivery.facts, "lost": lost}
    was_sending = delivery.state is DeliveryState.SENDING
    if next_attempt(lost, SenderLost()) is None:
        pulse.note_error("delivery", f"delivery:{delivery.id}", "its sender was lost again and again", at=now)
        return _dead(delivery, token, "its sender was lost again and again").unreached
    values: dict[str, Any] = {"token": None, "claimed_at": None, "facts": facts}
    if was_sending and outgoing.unknown_policy == "hold":
        _update(delivery.id, token, (DeliveryState.SENDING,), state=DeliveryState.UNKNOWN, was_unknown=True, **values)
        return ()
    values |= {
        "state": DeliveryState.PENDING,
        "next_attempt_at": now,
        "was_unknown": was_sending or delivery.was_unknown,
    }
    _update(delivery.id, token, (delivery.state,), **values)
    return ()


def release(delivery_id: int, *, now: datetime) -> bool:
    """Somebody looked at a held message and sends it again."""
    return _update(
        delivery_id, None, (DeliveryState.UNKNOWN,), state=DeliveryState.PENDING, next_attempt_at=now, was_unknown=True
    )


# Rows -----------------------------------------------------------------------------------------------------------------


def notices_of(delivery_id: int) -> list[Notice]:
    """What a message carries and still owes, oldest first."""
    where = (Notice.delivery_id == delivery_id, Notice.state == NoticeState.OWED)
    return list(db.session.scalars(sa.select(Notice).where(*where).order_by(Notice.id)))


def skip(gone: dict[Notice, str]) -> tuple[Unreached, ...]:
    """Write down why these notices do not leave, and name the rungs that so reach nobody."""
    unreached = []
    for notice, why in gone.items():
        notice.state, notice.reason = NoticeState.SKIPPED, why[:120]
        if notice.kind == "rung" and notice.promise_id and notice.rung and look_again.is_out_of_reach(notice, why):
            unreached.append(Unreached(notice.promise_id, notice.rung, notice.person_id))
    db.session.flush()
    return tuple(unreached)


def _mine(delivery_id: int, token: str, *states: DeliveryState) -> Delivery | None:
    where = (Delivery.id == delivery_id, Delivery.token == token, Delivery.state.in_(states))
    found: Delivery | None = db.session.scalar(for_update(sa.select(Delivery).where(*where)))
    return found


def _end(delivery: Delivery, state: DeliveryState, why: str) -> dict[str, Any]:
    """The values of a message that will not leave. A follow-up's place among the two of its day becomes free."""
    key = f"{delivery.key}:{state.value}:{delivery.id}" if delivery.key.startswith("follow_up:") else delivery.key
    return {"state": state, "outcome": why[:400], "facts": _blanked(delivery), "key": key}


def _blanked(delivery: Delivery) -> dict[str, Any]:
    """The facts without what opens a door."""
    return {name: value for name, value in delivery.facts.items() if name not in SECRETS}


def _update(delivery_id: int, held_by: str | None, states: tuple[DeliveryState, ...], **values: Any) -> bool:
    """The conditional update of the protocol; whether it was still ours to write."""
    where = [Delivery.id == delivery_id, Delivery.state.in_(states)]
    if held_by is not None:
        where.append(Delivery.token == held_by)
    result = db.session.execute(_plain(sa.update(Delivery).where(*where).values(**values)))
    return int(result.rowcount) == 1  # type: ignore[attr-defined]


Statement = TypeVar("Statement", bound=sa.Executable)


def _plain(statement: Statement) -> Statement:
    """Without touching objects in the session: the database's answer counts."""
    return statement.execution_options(synchronize_session=False)


def waiting(*, now: datetime) -> tuple[int, datetime | None]:
    """How many messages are due and have not left, and since when the oldest waits: for ``/healthz`` and metrics."""
    where = (
        Delivery.channel == Channel.EMAIL,
        Delivery.state == DeliveryState.PENDING,
        Delivery.next_attempt_at <= now,
    )
    row = db.session.execute(sa.select(sa.func.count(), sa.func.min(Delivery.next_attempt_at)).where(*where)).one()
    return int(row[0]), row[1]
