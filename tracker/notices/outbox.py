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

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from tracker import chance
from tracker.domain import bounces
from tracker.domain.bounces import EBB
from tracker.domain.errors import N_
from tracker.domain.pace import Pace
from tracker.domain.retries import (
    LONGEST_ASKED_PAUSE,
    LONGEST_PAUSE_OF_THE_RELAY,
    DestinationRefuses,
    PassingFailure,
    PermanentFailure,
    SendingFailure,
    next_attempt,
)
from tracker.notices import another_day, chatter, compose, events, look_again, posts, second_thoughts
from tracker.notices.channels.results import Accepted as Accepted
from tracker.notices.channels.results import NeverAccepted, Phase, WantsNoMore
from tracker.notices.channels.results import Unknown as Unknown
from tracker.notices.deliveries import Finished as Finished
from tracker.notices.deliveries import Unreached as Unreached
from tracker.notices.deliveries import blanked, dead, end, mine, notices_of, plain, skip, update
from tracker.notices.leases import holds
from tracker.notices.leases import reap as reap
from tracker.notices.leases import reap_by_wall_clock as reap_by_wall_clock
from tracker.notices.leases import release as release
from tracker.notices.letter import Letter
from tracker.notices.outgoing import Outgoing
from tracker.notices.posts import Post, Talk
from tracker.store import delivery_events, instance, outlets, paces, people, pulse
from tracker.store.base import db, for_update
from tracker.store.delivery_events import Happened
from tracker.store.notices import Channel, Delivery, DeliveryState, Lane, Notice, NoticeState
from tracker.store.people import Person
from tracker.store.pulse import PausedDestination

GIVEN_UP = N_("given up after five days")
CANNOT_BE_WRITTEN = N_("could not be written")


@dataclass(frozen=True, slots=True)
class Claim:
    """One message that this worker may send."""

    delivery_id: int
    token: str
    lane: Lane


@dataclass(frozen=True, slots=True)
class Begun:
    """``letter`` is what to send, of an event ``post``; neither when nothing is left to tell (it is skipped) or the
    claim was lost."""

    letter: Letter | None
    unreached: tuple[Unreached, ...] = ()
    post: Post | Talk | None = None


#: What a channel says of one message; a ``Withheld`` one was not decided about and never comes here.
Result = Accepted | Unknown | SendingFailure


# Claiming -------------------------------------------------------------------------------------------------------------


def claim(
    destination: str,
    *,
    now: datetime,
    limit: int = 20,
    lanes: Iterable[Lane] | None = None,
    public_url: str = "",
    pace: Pace | None = None,
) -> list[Claim]:
    """Claim messages that are due, the security lane first, then the longest due. ``lanes`` names those wanted.

    None while mail is held: because this database was put back, or because ``public_url`` is not the site's address.
    With a ``pace`` no more than it allows; what waits for its turn is left as it is. The security lane waits for none.

    Two workers never claim the same one: PostgreSQL skips rows that the other has locked, SQLite has one writer. The
    attempt is counted here, so that a message that kills its sender runs out of them.
    """
    if is_paused(destination, now=now) or instance.holds(public_url):
        return []
    claims = []
    rows = list(db.session.scalars(for_update(_due(destination, now, limit, lanes), skip_locked=True)))
    for row in rows if pace is None else _in_turn(destination, rows, pace, now):
        token = chance.token_hex(16)
        taken = update(
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


def _due(destination: str, now: datetime, limit: int, lanes: Iterable[Lane] | None) -> sa.Select[Delivery]:
    """What may be claimed, in the order in which it is."""
    due = sa.select(Delivery).where(
        Delivery.destination == destination,
        Delivery.state == DeliveryState.PENDING,
        sa.not_(Delivery.is_held),
        Delivery.next_attempt_at <= now,
    )
    if lanes is not None:
        due = due.where(Delivery.lane.in_(list(lanes)))
    first = sa.case((Delivery.lane == Lane.SECURITY, 0), else_=1)
    return due.order_by(first, Delivery.next_attempt_at, Delivery.id).limit(limit)


def _in_turn(destination: str, rows: list[Delivery], pace: Pace, now: datetime) -> list[Delivery]:
    """Those of the rows that may leave now."""
    exempt = sum(row.lane is Lane.SECURITY for row in rows)
    wanted = len(rows) - exempt
    return rows[: exempt + (paces.take(destination, pace, wanted=wanted, now=now) if wanted else 0)]


def is_paused(destination: str, *, now: datetime) -> bool:
    """Whether the destination as a whole refused a while ago."""
    where = (PausedDestination.destination == destination, PausedDestination.until > now)
    return db.session.scalar(sa.select(PausedDestination.destination).where(*where)) is not None


def give_back(claim: Claim) -> bool:
    """Hand back what was claimed and not begun, with its attempt: on the way out, say."""
    return update(
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
    delivery = mine(delivery_id, token, DeliveryState.CLAIMED)
    if delivery is None:
        return Begun(None)
    if delivery.channel in (Channel.WEBHOOK, Channel.CHAT):
        return _begin_event(delivery, token, now)
    notices = notices_of(delivery_id)
    left, gone = look_again.sorted_out(delivery, notices, now=now)
    if (stands_at := second_thoughts.end_at(gone, now=now)) is not None:
        another_day.wait(delivery, second_thoughts.MAY_BE_TAKEN_BACK, until=stands_at)
        return Begun(None)
    unreached = skip(gone)
    why = "" if left or not notices else next(iter(gone.values()), look_again.NOTHING_LEFT)
    why = why or look_again.whole(delivery, left, now=now)
    if not why and (opens := another_day.opens_again(delivery, left, now=now)) is not None:
        another_day.wait(delivery, another_day.OUTSIDE_HOURS, until=opens)
        return Begun(None, unreached)
    if why == look_again.OVERTAKEN:
        left = another_day.put_back(delivery, left)
    if not why and not another_day.has_place(delivery, now=now):
        why = look_again.TWO_HAVE_LEFT
        if delivery.template == "digest_manager":  # this week's is made once
            another_day.put_off(delivery, why, now=now)
            return Begun(None, unreached)
        left = another_day.put_back(delivery, left)
    if why:
        unreached += skip(dict.fromkeys(left, why))
        update(delivery_id, token, (DeliveryState.CLAIMED,), **end(delivery, DeliveryState.SKIPPED, why))
        return Begun(None, unreached)
    return _begin_mail(delivery, token, left, unreached, now=now, outgoing=outgoing)


def _begin_mail(
    delivery: Delivery,
    token: str,
    left: list[Notice],
    unreached: tuple[Unreached, ...],
    *,
    now: datetime,
    outgoing: Outgoing,
) -> Begun:
    """Write the letter about what is left, and from here on it may be out."""
    address = look_again.address_of(delivery)
    letter = compose.letter(delivery, left, address=address, now=now, outgoing=outgoing)
    if letter is None:
        skip(dict.fromkeys(left, look_again.NOTHING_LEFT))
        gone_now = end(delivery, DeliveryState.SKIPPED, look_again.NOTHING_LEFT)
        update(delivery.id, token, (DeliveryState.CLAIMED,), **gone_now)
        return Begun(None, unreached)
    if not update(delivery.id, token, (DeliveryState.CLAIMED,), state=DeliveryState.SENDING, address=address):
        return Begun(None)
    return Begun(letter, unreached)


def _begin_event(delivery: Delivery, token: str, now: datetime) -> Begun:
    """An event is to no person: what may be known, and whether the place still wants it, is all there is to look at."""
    outlet = outlets.of_delivery(delivery)
    why = events.why_not(delivery, outlet, now=now)
    if why == look_again.ANSWERED and (stands_at := events.stands_at(delivery, now=now)) is not None:
        another_day.wait(delivery, second_thoughts.MAY_BE_TAKEN_BACK, until=stands_at)
        return Begun(None)
    if why or outlet is None:
        update(delivery.id, token, (DeliveryState.CLAIMED,), **end(delivery, DeliveryState.SKIPPED, why))
        return Begun(None)
    is_chat = delivery.channel is Channel.CHAT
    post = chatter.talk(delivery, outlet, now=now) if is_chat else posts.webhook(delivery, outlet, now=now)
    is_ours = update(delivery.id, token, (DeliveryState.CLAIMED,), state=DeliveryState.SENDING)
    return Begun(None, post=post if is_ours else None)


def finish(delivery_id: int, token: str, result: Result, *, now: datetime, outgoing: Outgoing) -> Finished:
    """Write down what became of it. The first thing after the server's reply, and the first commit."""
    db.session.flush()
    db.session.expire_all()
    delivery = mine(delivery_id, token, DeliveryState.CLAIMED, DeliveryState.SENDING)
    if delivery is None:
        return Finished(False)
    if isinstance(result, Accepted):
        return _sent(delivery, token, result, now)
    if delivery.channel in (Channel.WEBHOOK, Channel.CHAT) and outlets.of_delivery(delivery) is None:
        return _removed_meanwhile(delivery, token, result, now)
    if isinstance(result, Unknown):
        return _unknown(delivery, result.why, now, outgoing)
    if isinstance(result, DestinationRefuses):
        return _refused(delivery, token, result, now)
    return _not_accepted(delivery, token, result, now)


def broken(delivery_id: int, token: str, why: str, *, now: datetime) -> Finished:
    """This message cannot be written (its template raised): it is dead, the others flow, and a row says so."""
    delivery = mine(delivery_id, token, DeliveryState.CLAIMED, DeliveryState.SENDING)
    if delivery is None:
        return Finished(False)
    error = pulse.note_error("delivery", f"delivery:{delivery_id}", why, at=now)
    return dead(delivery, token, f"{CANNOT_BE_WRITTEN}, see error {error.id}", now=now)


def _sent(delivery: Delivery, token: str, result: Accepted, now: datetime) -> Finished:
    values = {"state": DeliveryState.SENT, "sent_at": now, "outcome": result.reply[:400], "facts": blanked(delivery)}
    if not update(delivery.id, token, (DeliveryState.SENDING,), **values):
        return Finished(False)
    delivery_events.note(delivery.id, Happened.SENT, result.reply, at=now)
    _ebb(delivery)
    instance.count_one()
    told = sa.update(Notice).where(Notice.delivery_id == delivery.id, Notice.state == NoticeState.OWED)
    db.session.execute(plain(told.values(state=NoticeState.TOLD, told_at=now)))
    db.session.execute(plain(sa.delete(PausedDestination).where(PausedDestination.destination == delivery.destination)))
    return Finished(True, DeliveryState.SENT)


def _ebb(delivery: Delivery) -> None:
    """What came back weighs a little less with every mail that is taken."""
    where = (Person.id == delivery.person_id, Person.bounce_score > 0)
    lighter = sa.update(Person).where(*where).values(bounce_score=Person.bounce_score - EBB)
    db.session.execute(plain(lighter))


def _not_accepted(delivery: Delivery, token: str, error: SendingFailure, now: datetime) -> Finished:
    pause = next_attempt(delivery.attempts, error, age=now - delivery.created_at)
    if pause is None:
        why = str(error) if isinstance(error, PermanentFailure) else GIVEN_UP
        if isinstance(error, NeverAccepted):
            _bounced(delivery, error, now)
        if isinstance(error, WantsNoMore):
            _stopped(delivery, now)
        return dead(delivery, token, why, now=now)
    finished = _back_to_pending(delivery, token, str(error), now + pause)
    if finished.is_ours:
        delivery_events.note(delivery.id, Happened.REFUSED, str(error), at=now)
    return finished


def _refused(delivery: Delivery, token: str, error: DestinationRefuses, now: datetime) -> Finished:
    """Nobody's attempt: the destination pauses, and this message with it. A mail waits for its relay however long it
    takes; an event is news, and ends with its days."""
    if delivery.channel is not Channel.EMAIL and next_attempt(1, error, age=now - delivery.created_at) is None:
        return dead(delivery, token, GIVEN_UP, now=now)
    if _is_of_it_alone(delivery, error):
        return _not_accepted(delivery, token, PassingFailure(str(error)), now)
    until = _pause(delivery, error, now)
    is_news = delivery.outcome != str(error)[:400]  # asked each quarter of an hour, it says the same for days
    finished = _back_to_pending(delivery, token, str(error), until, attempts=delivery.attempts - 1)
    if finished.is_ours and is_news:
        delivery_events.note(delivery.id, Happened.REFUSED, str(error), at=now)
    return finished


def _pause(delivery: Delivery, error: DestinationRefuses, now: datetime) -> datetime:
    """Nobody tries there meanwhile. Gives until when."""
    row = pulse.pause_of(delivery.destination, now=now)
    if row.until <= now:  # two senders that fail together have met one refusal; the longer pause holds
        row.refusals += 1
    again = DestinationRefuses(str(error), refusals=row.refusals, retry_after=error.retry_after)
    longest = LONGEST_PAUSE_OF_THE_RELAY if delivery.channel is Channel.EMAIL else LONGEST_ASKED_PAUSE
    row.until = max(row.until, now + min(next_attempt(1, again) or timedelta(0), longest))
    row.why = str(error)[:400]
    db.session.flush()
    return row.until


def _is_of_it_alone(delivery: Delivery, error: DestinationRefuses) -> bool:
    """Whether the relay speaks of itself to this message again, and has taken another one since: with that the pause's
    row has gone. One mail that its filter dies of must not make the others wait for ever."""
    has_heard = getattr(error, "phase", Phase.CONNECT) in (Phase.RCPT, Phase.DATA, Phase.REPLY)
    is_again = bounces.is_of_the_system(str(error)) and bounces.is_of_the_system(delivery.outcome)
    return has_heard and is_again and pulse.missed_of(delivery.destination) is None


def _back_to_pending(delivery: Delivery, token: str, why: str, at: datetime, **more: Any) -> Finished:
    values = {"state": DeliveryState.PENDING, "token": None, "claimed_at": None, "next_attempt_at": at}
    ours = update(
        delivery.id, token, (DeliveryState.CLAIMED, DeliveryState.SENDING), **values, outcome=why[:400], **more
    )
    return Finished(ours, DeliveryState.PENDING if ours else None)


def _unknown(delivery: Delivery, why: str, now: datetime, outgoing: Outgoing) -> Finished:
    """It may have arrived. Sent again with the same Message-ID, or held until somebody looks."""
    values: dict[str, Any] = {"token": None, "claimed_at": None, "was_unknown": True, "outcome": why[:400]}
    if holds(delivery, outgoing):
        return _written_as_unknown(delivery, DeliveryState.UNKNOWN, values, now)
    if delivery.channel is Channel.CHAT:
        return _unknown_in_a_chat(delivery, why, values, now)
    pause = next_attempt(delivery.attempts, PassingFailure(why), age=now - delivery.created_at)
    if pause is None:
        return dead(delivery, delivery.token or "", GIVEN_UP, now=now)
    return _written_as_unknown(delivery, DeliveryState.PENDING, {**values, "next_attempt_at": now + pause}, now)


def _unknown_in_a_chat(delivery: Delivery, why: str, values: dict[str, Any], now: datetime) -> Finished:
    """No chat knows a line again, so each copy is one more that a room reads: its place pauses, the line is said once
    more, and then no more."""
    until = _pause(delivery, DestinationRefuses(why), now)
    if delivery.attempts > 1:
        return dead(delivery, delivery.token or "", why, now=now)
    return _written_as_unknown(delivery, DeliveryState.PENDING, {**values, "next_attempt_at": until}, now)


def _written_as_unknown(delivery: Delivery, to: DeliveryState, values: dict[str, Any], now: datetime) -> Finished:
    ours = update(delivery.id, delivery.token, (DeliveryState.SENDING,), state=to, **values)
    if ours:
        delivery_events.note(delivery.id, Happened.UNKNOWN, values["outcome"], at=now)
    return Finished(ours, to if ours else None)


def hasten(destination: str, *, now: datetime) -> None:
    """What was told "later" is tried again at once, at the pace that is set."""
    where = (Delivery.destination == destination, Delivery.state == DeliveryState.PENDING, Delivery.attempts > 0)
    sooner = sa.update(Delivery).where(*where, Delivery.next_attempt_at > now).values(next_attempt_at=now)
    db.session.execute(plain(sooner))


def _bounced(delivery: Delivery, error: NeverAccepted, now: datetime) -> None:
    """Count it against the address that it went to, if it is still theirs. No such mailbox (5.1.x) ends it at once."""
    counted = bounces.of_refusal(str(error), at_recipient=error.phase is Phase.RCPT)
    person = people.by_id(delivery.person_id) if delivery.person_id is not None and counted else None
    if person is not None and person.email == delivery.address:
        person.bounce_score += counted
        if bounces.is_dead(person.bounce_score) and person.mail_bounced_at is None:
            person.mail_bounced_at = now
        db.session.flush()


def _removed_meanwhile(delivery: Delivery, token: str, result: Unknown | SendingFailure, now: datetime) -> Finished:
    """Its outlet was removed while it was with a sender: it is not tried again, and nothing is paused for it."""
    is_unknown = isinstance(result, Unknown)
    said = result.why if isinstance(result, Unknown) else str(result)
    values = end(delivery, DeliveryState.SKIPPED, events.REMOVED) | {"token": None, "claimed_at": None}
    states = (DeliveryState.CLAIMED, DeliveryState.SENDING)
    if not update(delivery.id, token, states, **values, was_unknown=delivery.was_unknown or is_unknown):
        return Finished(False)
    delivery_events.note(delivery.id, Happened.UNKNOWN if is_unknown else Happened.REFUSED, said, at=now)
    return Finished(True, DeliveryState.SKIPPED)


def _stopped(delivery: Delivery, now: datetime) -> None:
    """Nothing further goes there until an owner switches it on again; their pages say so."""
    outlet = outlets.of_delivery(delivery)
    if outlet is not None:
        outlet.stopped_at = now
        db.session.flush()
        outlets.skip_waiting(outlet, events.STOPPED)


def waiting(*, now: datetime) -> tuple[int, datetime | None]:
    """How many messages are due and have not left, and since when the oldest waits: for ``/healthz`` and metrics."""
    where = (
        Delivery.channel == Channel.EMAIL,
        Delivery.state == DeliveryState.PENDING,
        sa.not_(Delivery.is_held),
        Delivery.next_attempt_at <= now,
    )
    row = db.session.execute(sa.select(sa.func.count(), sa.func.min(Delivery.next_attempt_at)).where(*where)).one()
    return int(row[0]), row[1]
