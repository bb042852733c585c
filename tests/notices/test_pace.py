"""A backlog leaves at the pace of the settings, counted for all workers together; who is at the door goes first."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.acts.cast import Cast, at, raised
from tests.notices.post import RELAY, Post, Sent
from tests.notices.seen import notices
from tests.notices.storm import WEDNESDAY, crowd, mails, moved, packed
from tests.reliability import Seen, fault
from tracker.domain.pace import Pace
from tracker.notices import look_again, outbox, security_mail, turns
from tracker.notices.outgoing import Outgoing
from tracker.store import paces, pulse
from tracker.store.base import db
from tracker.store.notices import Delivery, DeliveryState, Lane, NoticeState
from tracker.store.paces import DestinationPace

pytestmark = pytest.mark.databases("sqlite", "postgresql")

SECOND = timedelta(seconds=1)
#: five at once, one more every 3.75 seconds
TWENTY = dataclasses.replace(RELAY, pace=Pace(20))


def claimed(now: datetime, limit: int = 50) -> list[outbox.Claim]:
    found = outbox.claim(RELAY.destination, now=now, limit=limit, pace=TWENTY.pace)
    db.session.commit()
    return found


def most_in_a_minute(sent: list[Sent]) -> int:
    return max(sum(first.at <= one.at < first.at + 60 * SECOND for one in sent) for first in sent)


@pytest.fixture
def forty(cast: Cast) -> Cast:
    """Forty mails that are due."""
    moved(cast, crowd(cast, 39))
    packed()
    db.session.execute(sa.update(Delivery).where(Delivery.template != "moved").values(state=DeliveryState.SKIPPED))
    db.session.commit()
    return cast


def test_what_waits_for_its_turn_is_left_as_it_is(forty: Cast) -> None:
    assert [len(claimed(WEDNESDAY)), len(claimed(WEDNESDAY)), len(claimed(WEDNESDAY + 4 * SECOND))] == [5, 0, 1]
    waiting = mails(state=DeliveryState.PENDING)
    assert len(waiting) == len(mails()) - 6
    assert {(one.attempts, one.outcome, one.token) for one in waiting} == {(0, "", None)}


@fault("F55", "at most as many as the pace within any minute, and a sign-in waits for none of them")
def test_who_is_at_the_door_waits_for_no_turn(forty: Cast, seen: Seen) -> None:
    post = Post(outgoing=TWENTY)
    now = WEDNESDAY
    while len(post.sent) < len(mails()):
        post.deliver(now)
        if now == WEDNESDAY:
            security_mail.owe("test", key="test:1", person=forty.anke, now=now)
            db.session.execute(
                sa.update(Delivery).where(Delivery.template == "test").values(destination=RELAY.destination)
            )
            db.session.commit()
            assert [one.lane for one in claimed(now)] == [Lane.SECURITY]
        now += 2 * SECOND
    most = most_in_a_minute(post.sent)
    seen(
        f"20 a minute: {len(post.sent)} mails in {(now - WEDNESDAY).total_seconds():.0f} s, at most {most} in a minute"
    )
    assert most == 20
    assert {one.state for one in mails()} == {DeliveryState.SENT}


@fault("F32", "on return at the pace of the settings, and only the latest of each rung")
def test_what_has_waited_for_three_days_returns_at_its_pace(cast: Cast, seen: Seen) -> None:
    cast.pit.reminder_rhythm = "each"
    back_at = at("Saturday 2026-11-28 10:00")
    pause = pulse.pause_of(RELAY.destination, now=WEDNESDAY)
    pause.until = back_at
    raised(cast)
    moved(cast, crowd(cast, 39), title="Mehr Licht im Flur")
    post = Post(outgoing=TWENTY)
    assert post.walk(WEDNESDAY, back_at - timedelta(hours=1)) == []
    now = back_at
    while now < back_at + 200 * SECOND:
        post.at(now)
        now += 4 * SECOND
    rungs = [notice for notice in notices(kind="rung", person=cast.pit) if notice.delivery_id is not None]
    told = [notice.rung or 0 for notice in rungs if notice.state is NoticeState.TOLD]
    passed_over = [notice.rung or 0 for notice in rungs if notice.reason == look_again.OVERTAKEN]
    most = most_in_a_minute([one for one in post.sent if one.template != "receipt"])
    seen(f"{len(post.sent)} mails, at most {most} a minute; rungs told {told}, told by a later one {passed_over}")
    assert (len(post.sent) > 40, most <= 20) == (True, True)
    assert (len(told), bool(passed_over)) == (1, True)
    assert max(passed_over) < told[0]
    assert [one for one in mails() if one.state is DeliveryState.DEAD] == []


@pytest.mark.databases("postgresql")
def test_who_takes_at_the_same_moment_waits_for_nobody(forty: Cast, app: Flask) -> None:
    claimed(WEDNESDAY, limit=1)
    with db.engine.begin() as other:
        other.execute(sa.select(DestinationPace).with_for_update())
        assert claimed(WEDNESDAY) == []
    assert len(claimed(WEDNESDAY)) == 4


def test_a_turn_whose_mail_had_nothing_to_tell_is_there_for_the_next(forty: Cast) -> None:
    five, pace = claimed(WEDNESDAY), Pace(20)
    for claim in five[:2]:
        turns.give_back(RELAY.destination, pace, claim.lane, taken_at=WEDNESDAY, now=WEDNESDAY + SECOND)
    turns.give_back(RELAY.destination, pace, Lane.SECURITY, taken_at=WEDNESDAY, now=WEDNESDAY + SECOND)
    db.session.commit()
    assert len(claimed(WEDNESDAY + SECOND)) == 2


def test_without_a_pace_nothing_is_asked_and_all_may_leave(forty: Cast) -> None:
    assert len(outbox.claim(RELAY.destination, now=WEDNESDAY, limit=50)) == len(mails())
    assert paces.full_at(RELAY.destination) is None


@pytest.mark.parametrize(("outgoing", "said"), [(TWENTY, 34), (RELAY, 0)], ids=["paced", "as fast as it takes them"])
def test_how_many_wait_for_their_turn(forty: Cast, outgoing: Outgoing, said: int) -> None:
    assert turns.waiting(outgoing, now=WEDNESDAY) == 0
    first = claimed(WEDNESDAY)
    many = len(first) + len(claimed(WEDNESDAY + 4 * SECOND))
    assert turns.waiting(outgoing, now=WEDNESDAY + 4 * SECOND) == 0, "nothing has left: it is not the pace"
    row = db.session.get_one(Delivery, first[0].delivery_id)
    row.state, row.sent_at = DeliveryState.SENT, WEDNESDAY
    db.session.commit()
    assert turns.waiting(outgoing, now=WEDNESDAY + 4 * SECOND) == (len(mails()) - many if said else 0)
    assert turns.waiting(outgoing, now=WEDNESDAY + timedelta(minutes=10)) == 0, "no turn was taken: it is not the pace"
