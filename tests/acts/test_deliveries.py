"""What a site admin does about one message: by the rules of the claims, and twice does nothing more."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.acts.cast import Cast, at, raised
from tests.notices.post import RELAY, Post
from tests.notices.storm import SOON, WEDNESDAY, crowd, mails, moved, packed
from tracker.acts import deliveries as verbs
from tracker.acts import sign_in
from tracker.domain.errors import BadInput, OutOfReach
from tracker.domain.lifecycle import Kind
from tracker.notices import leases, outbox, packing
from tracker.notices.channels.results import NeverAccepted, Phase, RelayRefuses
from tracker.notices.outbox import Unknown
from tracker.store import leftovers
from tracker.store.base import db
from tracker.store.notices import Delivery, DeliveryState, Notice, NoticeState
from tracker.store.suggestions import Suggestion

NOW = at("Wednesday 2026-11-25 10:00")
MINUTE = timedelta(minutes=1)
POLICY = NeverAccepted("554 5.7.1 rejected", phase=Phase.REPLY, code=554)
LOCKED = RelayRefuses("sign-in refused: 535 5.7.8 wrong password", phase=Phase.AUTH, code=535)


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def receipt(cast: Cast) -> Delivery:
    """Nari's receipt, waiting to be sent."""
    raised(cast)
    packing.pack(now=NOW, outgoing=RELAY)
    db.session.commit()
    return one()


def one() -> Delivery:
    """The only message, as the database has it now."""
    db.session.commit()
    return db.session.scalars(sa.select(Delivery).execution_options(populate_existing=True)).one()


def notice_of(delivery: Delivery) -> tuple[NoticeState, str]:
    db.session.expire_all()
    found = db.session.scalars(sa.select(Notice).where(Notice.delivery_id == delivery.id)).one()
    return found.state, found.reason


def test_what_was_given_up_is_tried_once_more_with_what_it_says(cast: Cast, post: Post, receipt: Delivery) -> None:
    post.answers = {"nari": [POLICY]}
    post.deliver(NOW)
    assert (one().state, notice_of(receipt)[0]) == (DeliveryState.DEAD, NoticeState.SKIPPED)
    assert verbs.retry(receipt.id, by=cast.ada, now=NOW + MINUTE)
    assert (one().state, notice_of(receipt)) == (DeliveryState.PENDING, (NoticeState.OWED, ""))
    message_id = one().message_id
    post.deliver(NOW + MINUTE)
    assert [sent.letter.message_id for sent in post.sent] == [message_id]
    assert not verbs.retry(receipt.id, by=cast.ada, now=NOW + MINUTE), "it has left"


def test_what_is_no_longer_true_is_not_sent_for_being_tried_again(cast: Cast, post: Post, receipt: Delivery) -> None:
    post.answers = {"nari": [POLICY]}
    post.deliver(NOW)
    cast.nari.active = False
    assert verbs.retry(receipt.id, by=cast.ada, now=NOW + MINUTE)
    post.deliver(NOW + MINUTE)
    assert (one().state, post.sent) == (DeliveryState.SKIPPED, [])


def test_one_that_lost_its_senders_begins_to_count_anew(cast: Cast, receipt: Delivery) -> None:
    for _ in range(10):
        (claim,) = outbox.claim(RELAY.destination, now=NOW)
        leases.reap({claim.token: 0.0}, monotonic=RELAY.lease.total_seconds(), now=NOW, outgoing=RELAY)
        db.session.commit()
    assert one().state is DeliveryState.DEAD
    assert verbs.retry(receipt.id, by=cast.ada, now=NOW)
    assert "lost" not in one().facts


def test_what_waits_for_a_server_is_tried_at_once(cast: Cast, post: Post, receipt: Delivery) -> None:
    post.answers = {"nari": [LOCKED]}
    post.deliver(NOW)
    post.deliver(NOW + MINUTE)
    assert post.sent == []
    assert verbs.retry(receipt.id, by=cast.ada, now=NOW + MINUTE)
    post.deliver(NOW + MINUTE)
    assert [sent.to for sent in post.sent] == ["nari"]


def test_what_is_with_a_sender_is_left_to_it(cast: Cast, receipt: Delivery) -> None:
    (claim,) = outbox.claim(RELAY.destination, now=NOW)
    db.session.commit()
    for _step in ("claimed", "sending"):
        assert not verbs.retry(receipt.id, by=cast.ada, now=NOW)
        assert not verbs.release(receipt.id, by=cast.ada, now=NOW)
        assert not verbs.discard(receipt.id, by=cast.ada, why="zu spät", now=NOW)
        outbox.begin_sending(claim.delivery_id, claim.token, now=NOW, outgoing=RELAY)
        db.session.commit()
    assert (one().state, one().token) == (DeliveryState.SENDING, claim.token)
    outbox.finish(claim.delivery_id, claim.token, outbox.Accepted("250 taken"), now=NOW, outgoing=RELAY)
    db.session.commit()
    assert one().state is DeliveryState.SENT


def test_a_claim_in_a_decision_s_place_finds_nothing(cast: Cast, receipt: Delivery) -> None:
    """Whoever claims after the discarding does not send."""
    assert verbs.discard(receipt.id, by=cast.ada, why="ein Versehen", now=NOW)
    db.session.commit()
    assert outbox.claim(RELAY.destination, now=NOW + MINUTE) == []


@pytest.mark.parametrize("verb", [verbs.retry, verbs.release])
def test_what_nobody_knows_of_leaves_again_with_the_same_id(
    cast: Cast, post: Post, receipt: Delivery, verb: object
) -> None:
    post.outgoing = dataclasses.replace(RELAY, unknown_policy="hold")
    post.answers = {"nari": [Unknown("silent after the final dot")]}
    post.deliver(NOW)
    assert one().state is DeliveryState.UNKNOWN
    assert verb(receipt.id, by=cast.ada, now=NOW)  # type: ignore[operator]
    assert not verbs.release(receipt.id, by=cast.ada, now=NOW)
    post.deliver(NOW)
    assert [sent.letter.message_id for sent in post.sent] == [one().message_id]
    assert one().was_unknown


def test_one_of_a_storm_can_be_let_go_by_itself(cast: Cast, post: Post) -> None:
    moved(cast, crowd(cast, 60))
    packed()
    held = mails(is_held=True)[7]
    assert not verbs.retry(held.id, by=cast.ada, now=WEDNESDAY), "it is held, and released by that name"
    assert verbs.release(held.id, by=cast.ada, now=WEDNESDAY)
    assert not verbs.release(held.id, by=cast.ada, now=WEDNESDAY)
    db.session.commit()
    post.deliver(WEDNESDAY + SOON)
    assert [sent.to for sent in post.sent if sent.template == "moved"] == [held.address.partition("@")[0]]


def test_discarded_it_never_leaves_and_the_row_says_why(cast: Cast, post: Post, receipt: Delivery) -> None:
    assert verbs.discard(receipt.id, by=cast.ada, why="  ein\nVersehen ", now=NOW)
    assert not verbs.discard(receipt.id, by=cast.ada, why="noch einmal", now=NOW)
    assert (one().state, one().outcome) == (DeliveryState.SKIPPED, "discarded by the administration: ein Versehen")
    assert notice_of(receipt) == (NoticeState.SKIPPED, "discarded by the administration")
    post.deliver(NOW)
    assert post.sent == []


@pytest.mark.parametrize("why", ["", "   ", "x" * 201])
def test_discarding_takes_a_reason(cast: Cast, receipt: Delivery, why: str) -> None:
    with pytest.raises(BadInput):
        verbs.discard(receipt.id, by=cast.ada, why=why, now=NOW)
    assert one().state is DeliveryState.PENDING


def test_a_sign_in_mail_without_its_key_comes_back_with_nothing(cast: Cast, post: Post) -> None:
    sign_in.ask_link(cast.juri.email, "sign_in", network="192.0.2.1", now=NOW)
    leftovers.aim(RELAY.destination)
    db.session.commit()
    post.answers = {"juri": [POLICY]}
    post.deliver(NOW)
    assert one().state is DeliveryState.DEAD
    assert not verbs.retry(one().id, by=cast.ada, now=NOW)


@pytest.mark.parametrize("who", ["anke", "nari", "olga"])
def test_only_who_looks_after_the_site_may(cast: Cast, receipt: Delivery, who: str) -> None:
    person = getattr(cast, who)
    with pytest.raises(OutOfReach):
        verbs.retry(receipt.id, by=person, now=NOW)
    with pytest.raises(OutOfReach):
        verbs.release(receipt.id, by=person, now=NOW)
    with pytest.raises(OutOfReach):
        verbs.discard(receipt.id, by=person, why="so", now=NOW)


def test_what_is_all_about_the_admin_is_not_there_for_them(cast: Cast) -> None:
    s = raised(cast, about=cast.pit, kind=Kind.FRICTION)
    packing.pack(now=NOW, outgoing=RELAY)
    db.session.get_one(Suggestion, s.id).about_person_id = cast.ada.id
    db.session.commit()
    with pytest.raises(OutOfReach):
        verbs.retry(mails("receipt")[0].id, by=cast.ada, now=NOW)
