"""The claim protocol: nothing lost, nothing doubled that could have been known, on both engines."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.acts.cast import RAISED_AT, Cast, raised
from tests.notices.post import RELAY, Post
from tests.notices.seen import notices
from tests.reliability import fault
from tracker.domain import bounces
from tracker.domain.retries import MOST_LOST_CLAIMS
from tracker.notices import outbox, packing, security_mail
from tracker.notices.channels.results import NeverAccepted, NotAcceptedNow, Phase, RelayRefuses
from tracker.notices.outbox import Accepted, Claim, Unknown
from tracker.store import pulse
from tracker.store.base import db
from tracker.store.notices import Delivery, DeliveryState, Lane, NoticeState
from tracker.store.people import Person
from tracker.store.pulse import PausedDestination

pytestmark = pytest.mark.databases("sqlite", "postgresql")  # what is claimed is locked otherwise on each

NOW = RAISED_AT
MINUTE = timedelta(minutes=1)
LATER = NotAcceptedNow("450 4.2.0 greylisted", phase=Phase.RCPT, code=450)
NOBODY_THERE = NeverAccepted("550 5.1.1 no such user", phase=Phase.RCPT, code=550)
POLICY = NeverAccepted("554 5.7.1 rejected", phase=Phase.REPLY, code=554)
BUSY = RelayRefuses("421 4.3.2 closing", phase=Phase.GREETING, code=421)


def state_of(delivery: Delivery) -> DeliveryState:
    """As the database has it now."""
    db.session.refresh(delivery)
    return delivery.state


def claimed(now: object = NOW) -> Claim:
    (one,) = outbox.claim(RELAY.destination, now=NOW if now is NOW else now)  # type: ignore[arg-type]
    db.session.commit()
    return one


def begun(claim: Claim) -> outbox.Begun:
    found = outbox.begin_sending(claim.delivery_id, claim.token, now=NOW, outgoing=RELAY)
    db.session.commit()
    return found


def finished(claim: Claim, result: outbox.Result, *, outgoing: object = RELAY) -> outbox.Finished:
    done = outbox.finish(claim.delivery_id, claim.token, result, now=NOW, outgoing=outgoing)  # type: ignore[arg-type]
    db.session.commit()
    db.session.expire_all()
    return done


def test_the_way_of_a_message_that_is_taken(receipt: Delivery) -> None:
    claim = claimed()
    db.session.expire_all()
    assert (receipt.state, receipt.attempts, receipt.token) == (DeliveryState.CLAIMED, 1, claim.token)
    letter = begun(claim).letter
    db.session.expire_all()
    assert letter is not None
    assert letter.to_address == "nari@nachtwache.example"
    assert receipt.state is DeliveryState.SENDING
    (notice,) = notices(kind="receipt")
    assert notice.state is NoticeState.OWED  # nobody was told before a server took it
    assert finished(claim, Accepted("250 ok")).is_ours
    (notice,) = notices(kind="receipt")
    assert (receipt.state, receipt.sent_at, receipt.outcome) == (DeliveryState.SENT, NOW, "250 ok")
    assert (notice.state, notice.told_at) == (NoticeState.TOLD, NOW)


def test_packing_twice_makes_one_message(receipt: Delivery) -> None:
    assert packing.pack(now=NOW, outgoing=RELAY).made == 0


def test_what_is_claimed_is_claimed_by_nobody_else(receipt: Delivery) -> None:
    first = claimed()
    assert outbox.claim(RELAY.destination, now=NOW) == []
    stranger = dataclasses.replace(first, token="somebody else's")
    assert outbox.begin_sending(stranger.delivery_id, stranger.token, now=NOW, outgoing=RELAY).letter is None


@pytest.mark.databases("postgresql")
def test_two_workers_that_claim_at_once_get_different_messages(cast: Cast, post: Post) -> None:
    raised(cast)
    raised(cast, title="Ein zweites", by=cast.jo)
    packing.pack(now=NOW, outgoing=RELAY)
    db.session.commit()
    (mine,) = outbox.claim(RELAY.destination, now=NOW, limit=1)  # not committed: the row is locked
    with sa.orm.Session(db.engine) as other:
        skipping = (
            sa.select(Delivery.id).where(Delivery.state == DeliveryState.PENDING).with_for_update(skip_locked=True)
        )
        assert list(other.scalars(skipping)) != []
        assert mine.delivery_id not in list(other.scalars(skipping))


def test_a_claim_can_be_handed_back_with_its_attempt(receipt: Delivery) -> None:
    claim = claimed()
    assert outbox.give_back(claim)
    db.session.expire_all()
    assert (receipt.state, receipt.attempts) == (DeliveryState.PENDING, 0)
    assert not outbox.give_back(claim)


def test_a_passing_failure_is_tried_again_after_a_pause(receipt: Delivery) -> None:
    claim = claimed()
    begun(claim)
    assert finished(claim, LATER).state is DeliveryState.PENDING
    assert (receipt.next_attempt_at, receipt.attempts) == (NOW + 5 * MINUTE, 1)
    assert outbox.claim(RELAY.destination, now=NOW + 4 * MINUTE) == []
    (again,) = outbox.claim(RELAY.destination, now=NOW + 5 * MINUTE)
    assert again.token != claim.token


def test_a_retry_is_the_same_message_to_the_byte(receipt: Delivery) -> None:
    first = claimed()
    one = begun(first).letter
    finished(first, LATER)
    (second,) = outbox.claim(RELAY.destination, now=NOW + 5 * MINUTE)
    other = outbox.begin_sending(second.delivery_id, second.token, now=NOW + 5 * MINUTE, outgoing=RELAY).letter
    assert one is not None
    assert one == other


def test_after_five_days_it_is_given_up(receipt: Delivery) -> None:
    claim = claimed()
    begun(claim)
    late = NOW + timedelta(days=5)
    done = outbox.finish(claim.delivery_id, claim.token, LATER, now=late, outgoing=RELAY)
    db.session.expire_all()
    assert (done.state, receipt.outcome) == (DeliveryState.DEAD, "given up after five days")
    (notice,) = notices(kind="receipt")
    assert (notice.state, notice.reason) == (NoticeState.SKIPPED, "given up after five days")


def test_an_address_that_is_not_there_is_written_to_no_more(cast: Cast, receipt: Delivery) -> None:
    claim = claimed()
    begun(claim)
    assert finished(claim, NOBODY_THERE).state is DeliveryState.DEAD
    assert db.session.get_one(Person, cast.nari.id).mail_bounced_at == NOW
    (notice,) = notices(kind="receipt")
    assert notice.reason == "550 5.1.1 no such user"


def test_another_refusal_for_good_bounces_no_address(cast: Cast, receipt: Delivery) -> None:
    claim = claimed()
    begun(claim)
    assert finished(claim, POLICY).state is DeliveryState.DEAD
    assert db.session.get_one(Person, cast.nari.id).mail_bounced_at is None


def test_who_is_refused_again_and_again_in_other_words_is_written_to_no_more(cast: Cast) -> None:
    """Not every mail server gives a status: four mails, and the address is taken for dead."""
    refusal = NeverAccepted("550 No Such User Here", phase=Phase.RCPT, code=550)
    for number in range(4):
        assert db.session.get_one(Person, cast.nari.id).mail_bounced_at is None
        raised(cast, title=f"Nummer {number}")
        packing.pack(now=NOW, outgoing=RELAY)
        claim = claimed()
        begun(claim)
        finished(claim, refusal)
    nari = db.session.get_one(Person, cast.nari.id)
    assert (nari.bounce_score, nari.mail_bounced_at) == (bounces.THRESHOLD, NOW)


def test_a_relay_that_is_away_for_long_is_asked_every_quarter_of_an_hour(receipt: Delivery) -> None:
    at = NOW
    for _ in range(6):
        (claim,) = outbox.claim(RELAY.destination, now=at)
        outbox.finish(claim.delivery_id, claim.token, BUSY, now=at, outgoing=RELAY)
        db.session.commit()
        pause = db.session.get_one(PausedDestination, RELAY.destination).until - at
        assert timedelta(minutes=5) <= pause <= timedelta(minutes=15)
        at += pause
    assert at - NOW == timedelta(minutes=5 + 5 * 15)


def test_a_relay_that_refuses_pauses_as_a_whole_and_no_attempt_counts(receipt: Delivery) -> None:
    claim = claimed()
    assert finished(claim, BUSY).state is DeliveryState.PENDING  # it never came to `sending`
    assert receipt.attempts == 0
    assert outbox.is_paused(RELAY.destination, now=NOW)
    assert outbox.claim(RELAY.destination, now=NOW + 4 * MINUTE) == []
    (again,) = outbox.claim(RELAY.destination, now=NOW + 6 * MINUTE)
    db.session.commit()
    outbox.begin_sending(again.delivery_id, again.token, now=NOW + 6 * MINUTE, outgoing=RELAY)
    outbox.finish(again.delivery_id, again.token, Accepted(), now=NOW + 6 * MINUTE, outgoing=RELAY)
    db.session.commit()
    assert db.session.get(PausedDestination, RELAY.destination) is None


def test_one_mail_that_the_relay_fails_on_again_while_it_takes_others_waits_alone(cast: Cast, post: Post) -> None:
    failure = RelayRefuses("451 4.3.0 its filter died", phase=Phase.REPLY, code=451)
    raised(cast)
    post.answers = {"nari": [failure, failure, failure]}
    post.deliver(NOW)
    row = db.session.scalar(sa.select(Delivery).where(Delivery.person_id == cast.nari.id))
    assert row is not None
    assert (row.attempts, outbox.is_paused(RELAY.destination, now=NOW)) == (0, True), "so far it may be everybody's"
    raised(cast, title="Ein zweites", by=cast.jo, now=NOW + MINUTE)
    post.deliver(NOW + MINUTE)
    assert post.sent == []
    again = NOW + 6 * MINUTE
    post.deliver(again)
    assert "jo" in [sent.to for sent in post.sent]
    db.session.expire_all()
    assert (row.attempts, outbox.is_paused(RELAY.destination, now=again)) == (1, False), "it is about this mail"
    post.deliver(again + timedelta(minutes=16))
    db.session.expire_all()
    assert (row.state, row.attempts) == (DeliveryState.PENDING, 2)


@pytest.mark.parametrize("asks_longer", [0, 1], ids=["the first", "the second"])
def test_two_senders_that_meet_one_refusal_count_it_once_and_the_longer_pause_holds(
    cast: Cast, asks_longer: int
) -> None:
    raised(cast)
    raised(cast, title="Ein zweites", by=cast.jo)
    packing.pack(now=NOW, outgoing=RELAY)
    claims = outbox.claim(RELAY.destination, now=NOW)
    assert len(claims) == 2
    said = [BUSY, BUSY]
    said[asks_longer] = RelayRefuses("429", phase=Phase.REPLY, code=429, retry_after=10 * MINUTE)
    for claim, refusal in zip(claims, said, strict=True):
        finished(claim, refusal)
    pause = db.session.get_one(PausedDestination, RELAY.destination)
    assert (pause.refusals, pause.until) == (1, NOW + 10 * MINUTE)
    assert outbox.claim(RELAY.destination, now=NOW + 9 * MINUTE) == []


def test_of_a_lost_reply_nobody_knows_and_it_is_sent_again_and_says_so(receipt: Delivery) -> None:
    claim = claimed()
    letter = begun(claim).letter
    assert finished(claim, Unknown("no reply after the message")).state is DeliveryState.PENDING
    assert receipt.was_unknown
    (again,) = outbox.claim(RELAY.destination, now=NOW + 5 * MINUTE)
    second = outbox.begin_sending(again.delivery_id, again.token, now=NOW + 5 * MINUTE, outgoing=RELAY).letter
    assert letter is not None
    assert second is not None
    assert second.message_id == letter.message_id


def test_with_the_policy_hold_somebody_looks_first(receipt: Delivery) -> None:
    hold = dataclasses.replace(RELAY, unknown_policy="hold")
    claim = claimed()
    begun(claim)
    assert finished(claim, Unknown(), outgoing=hold).state is DeliveryState.UNKNOWN
    assert outbox.claim(RELAY.destination, now=NOW + timedelta(days=1)) == []
    assert outbox.release(receipt.id, now=NOW)
    assert len(outbox.claim(RELAY.destination, now=NOW)) == 1


def test_what_the_former_holder_reports_is_not_written(receipt: Delivery) -> None:
    claim = claimed()
    begun(claim)
    outbox.reap({claim.token: 0.0}, monotonic=RELAY.lease.total_seconds(), now=NOW, outgoing=RELAY)
    db.session.commit()
    done = finished(claim, Accepted("250 ok"))
    assert not done.is_ours
    assert receipt.state is DeliveryState.PENDING


@fault("F49", "dead with the number of its error; the others flow")
def test_a_message_that_cannot_be_written_is_dead_and_stops_nobody(receipt: Delivery) -> None:
    claim = claimed()
    assert outbox.broken(claim.delivery_id, claim.token, "KeyError: 'outcome'", now=NOW).state is DeliveryState.DEAD
    db.session.commit()
    assert [error.subject for error in pulse.recent_errors(NOW)] == [f"delivery:{receipt.id}"]


# Leases ---------------------------------------------------------------------------------------------------------------


def test_a_claim_is_freed_when_the_same_token_was_seen_for_a_whole_lease(receipt: Delivery) -> None:
    claimed()
    seen: dict[str, float] = {}
    lease = RELAY.lease.total_seconds()
    year_ahead = NOW + timedelta(days=365)  # the wall clock has no say
    outbox.reap(seen, monotonic=100.0, now=year_ahead, outgoing=RELAY)
    outbox.reap(seen, monotonic=100.0 + lease - 1, now=year_ahead, outgoing=RELAY)
    assert state_of(receipt) is DeliveryState.CLAIMED
    outbox.reap(seen, monotonic=100.0 + lease, now=NOW, outgoing=RELAY)
    db.session.expire_all()
    assert (receipt.state, receipt.was_unknown, receipt.attempts) == (DeliveryState.PENDING, False, 1)


def test_another_token_is_another_claim(receipt: Delivery) -> None:
    seen = {claimed().token: 0.0}
    outbox.reap(seen, monotonic=5000.0, now=NOW, outgoing=RELAY)
    claimed()
    outbox.reap(seen, monotonic=5001.0, now=NOW, outgoing=RELAY)
    assert state_of(receipt) is DeliveryState.CLAIMED
    assert len(seen) == 1


def test_what_was_being_sent_when_its_sender_died_is_unknown(receipt: Delivery) -> None:
    claim = claimed()
    begun(claim)
    outbox.reap({claim.token: 0.0}, monotonic=5000.0, now=NOW, outgoing=RELAY)
    db.session.expire_all()
    assert (receipt.state, receipt.was_unknown) == (DeliveryState.PENDING, True)


def test_the_one_pass_frees_by_the_wall_clock_what_is_older_than_two_leases(receipt: Delivery) -> None:
    claimed()
    outbox.reap_by_wall_clock(now=NOW + 2 * RELAY.lease - MINUTE, outgoing=RELAY)
    assert state_of(receipt) is DeliveryState.CLAIMED
    outbox.reap_by_wall_clock(now=NOW + 2 * RELAY.lease, outgoing=RELAY)
    assert state_of(receipt) is DeliveryState.PENDING


def test_a_message_that_kills_its_senders_runs_out(receipt: Delivery) -> None:
    for _ in range(MOST_LOST_CLAIMS):
        claim = claimed()
        outbox.reap({claim.token: 0.0}, monotonic=5000.0, now=NOW, outgoing=RELAY)
        db.session.commit()
    assert state_of(receipt) is DeliveryState.DEAD
    assert len(pulse.recent_errors(NOW)) == 1


# Lanes ----------------------------------------------------------------------------------------------------------------


@fault("F55", "sign-in and reset go first, whatever waits")
def test_who_waits_at_the_door_goes_first(cast: Cast) -> None:
    raised(cast)
    packing.pack(now=NOW, outgoing=RELAY)
    security_mail.owe("test", key="test:1", person=cast.anke, now=NOW)
    db.session.execute(sa.update(Delivery).values(destination=RELAY.destination))
    db.session.execute(sa.update(Delivery).where(Delivery.template == "receipt").values(lane=Lane.NEWS))
    db.session.commit()
    first, second = outbox.claim(RELAY.destination, now=NOW)
    assert (first.lane, second.lane) == (Lane.SECURITY, Lane.NEWS)
    assert outbox.claim(RELAY.destination, now=NOW, lanes=[Lane.SECURITY]) == []


def test_a_link_is_blanked_once_it_is_sent(cast: Cast, post: Post) -> None:
    delivery = security_mail.owe("sign_in", key="sign_in:none", person=cast.nari, now=NOW, facts={"token": "s3cret"})
    delivery.destination = RELAY.destination
    db.session.commit()
    post.deliver(NOW)
    db.session.expire_all()
    assert delivery.state is DeliveryState.SENT
    assert "s3cret" in post.sent[0].letter.text
    assert delivery.facts == {}


def test_a_link_that_has_ended_is_not_sent(cast: Cast, post: Post) -> None:
    delivery = security_mail.owe("sign_in", key="sign_in:link:999", person=cast.nari, now=NOW, facts={"token": "x"})
    delivery.destination = RELAY.destination
    db.session.commit()
    post.deliver(NOW)
    db.session.expire_all()
    assert (delivery.state, delivery.outcome) == (DeliveryState.SKIPPED, "the link has ended")
