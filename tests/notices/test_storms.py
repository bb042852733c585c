"""The storm brake: what a pass wants beyond measure is held, what people wait for at the door is not."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.acts.cast import Cast
from tests.notices.post import RELAY, Post
from tests.notices.storm import SOON, WEDNESDAY, crowd, mails, moved, packed, storm
from tests.reliability import fault
from tracker.acts import sign_in, storms
from tracker.domain.errors import OutOfReach
from tracker.notices import look_again, outbox
from tracker.store import alerts, gauges, leftovers
from tracker.store.base import db
from tracker.store.notices import Delivery, DeliveryState, Notice, NoticeState


@fault("F56", "fifty of one pass leave; of more than fifty all are held, with a banner")
def test_fifty_leave_and_one_more_is_a_storm(cast: Cast, post: Post) -> None:
    people = crowd(cast, 50)
    moved(cast, people[:49])  # and Nari
    packed()
    assert alerts.open_now() == []
    assert len(mails(is_held=False)) == 50
    moved(cast, people, title="Noch eins")
    packed()
    assert storm().facts == {"wanted": 101, "usual": 0}
    assert len(mails(is_held=True)) == 101  # nobody has claimed the former fifty yet
    post.deliver(WEDNESDAY + SOON)
    assert {sent.template for sent in post.sent} <= {"receipt", "alert"}


@fault("F56", "sign-in, reset, invitation and receipt are never held")
def test_who_waits_at_the_door_is_never_held(cast: Cast, post: Post) -> None:
    moved(cast, crowd(cast, 60))
    sign_in.ask_link(cast.juri.email, "sign_in", network="192.0.2.1", now=WEDNESDAY)
    leftovers.aim(RELAY.destination)
    db.session.commit()
    post.deliver(WEDNESDAY)
    assert {(sent.to, sent.template) for sent in post.sent} == {
        ("juri", "sign_in"),
        ("nari", "receipt"),
        ("ada", "alert"),
    }
    assert len(mails(is_held=True)) == 61
    assert outbox.waiting(now=WEDNESDAY + SOON) == (0, None)
    assert gauges.oldest_due_at(WEDNESDAY + SOON) is None, "what is held waits for somebody, not for a worker"


def test_the_end_of_a_storm_is_held_with_it_and_what_comes_later_leaves(cast: Cast, post: Post) -> None:
    people = crowd(cast, 60)
    moved(cast, people)
    packed()
    moved(cast, people[:5], title="Noch eins")
    packed(WEDNESDAY + SOON)
    assert len(mails(is_held=True)) == 67  # 60 and Nari, then 5 and Nari
    assert len(alerts.open_now()) == 1
    moved(cast, people[:3], title="Viel später")
    post.deliver(WEDNESDAY + timedelta(minutes=2))
    assert sorted(sent.to for sent in post.sent if sent.template == "moved") == ["leser0", "leser1", "leser2", "nari"]


def test_what_has_been_usual_for_days_is_no_storm(cast: Cast) -> None:
    for day in (1, 2, 3):
        db.session.execute(sa.insert(Delivery), [_sent(day, number) for number in range(20)])
    db.session.commit()
    people = crowd(cast, 100)
    moved(cast, people[:99])
    packed()
    assert alerts.open_now() == []  # 100 = 5 × 20
    moved(cast, people[:1], title="Noch eins")
    packed(WEDNESDAY + SOON)
    assert storm().facts == {"wanted": 102, "usual": 20}


def _sent(day: int, number: int) -> dict[str, object]:
    """One mail of a former morning."""
    then = WEDNESDAY - timedelta(days=day)
    words = {"key": f"mail:{day}:{number}", "message_id": f"{day}.{number}@x", "address": "x@nachtwache.example"}
    kinds = {"lane": "news", "template": "moved", "state": "sent", "destination": RELAY.destination, "outcome": ""}
    return {**words, **kinds, "next_attempt_at": then, "created_at": then, "sent_at": then, "channel": "email"}


@fault("F56", "sent: all leave as they are, once")
def test_sent_it_leaves_as_it_is_and_is_not_held_again(cast: Cast, post: Post) -> None:
    moved(cast, crowd(cast, 60))
    packed()
    number = storm().id
    assert storms.send(number, by=cast.ada, now=WEDNESDAY) == storms.Decided(leaving=61)
    db.session.commit()
    assert storms.send(number, by=cast.ada, now=WEDNESDAY) == storms.Decided()
    post.deliver(WEDNESDAY + SOON)
    assert sum(sent.template == "moved" for sent in post.sent) == 61
    assert alerts.open_now() == []


@fault("F56", "coalesced: one mail for each person with everything in it")
def test_coalesced_each_person_gets_one_mail_with_everything(cast: Cast, post: Post) -> None:
    people = crowd(cast, 40)
    moved(cast, people)
    moved(cast, people, title="Noch eins")
    packed()
    assert storms.coalesce(storm().id, by=cast.ada, now=WEDNESDAY) == storms.Decided(leaving=41, ended=41)
    db.session.commit()
    assert alerts.open_now() == []
    post.deliver(WEDNESDAY + SOON)
    (letter,) = [sent.letter for sent in post.sent if sent.to == "leser7"]
    assert "Chat-Filter" in letter.text
    assert "Noch eins" in letter.text
    told = set(db.session.scalars(sa.select(Notice.state).where(Notice.kind == "moved")))
    assert told == {NoticeState.TOLD}, "nothing is lost with the mails that were saved"


@fault("F56", "discarded: nothing leaves, the rows say why")
def test_discarded_nothing_leaves_and_the_rows_say_why(cast: Cast, post: Post) -> None:
    moved(cast, crowd(cast, 60))
    packed()
    number = storm().id
    assert storms.discard(number, by=cast.ada, now=WEDNESDAY, why="ein Versehen") == storms.Decided(ended=61)
    db.session.commit()
    assert storms.discard(number, by=cast.ada, now=WEDNESDAY) == storms.Decided()
    post.deliver(WEDNESDAY + SOON)
    assert {sent.template for sent in post.sent} == {"receipt"}, "it is decided before the mail about it could leave"
    assert {(one.state, one.outcome) for one in mails()} == {
        (DeliveryState.SKIPPED, "discarded by the administration: ein Versehen")
    }
    reasons = sa.select(Notice.reason).where(Notice.kind == "moved", Notice.channel == "email")
    assert set(db.session.scalars(reasons)) == {look_again.DISCARDED}


@pytest.mark.parametrize("who", ["anke", "nari"])
def test_only_who_looks_after_the_site_decides(cast: Cast, who: str) -> None:
    moved(cast, crowd(cast, 60))
    packed()
    for verb in (storms.send, storms.coalesce, storms.discard):
        with pytest.raises(OutOfReach):
            verb(storm().id, by=getattr(cast, who), now=WEDNESDAY)
