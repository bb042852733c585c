"""The watch itself: what it takes for a mistake, and what not."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.simulation.people import Hand
from tests.simulation.test_time import TUESDAY, world
from tests.simulation.world import Violation
from tracker.store.base import db
from tracker.store.inbound_mails import How, InboundMail, InboundState
from tracker.store.notices import Channel, Notice, NoticeState


def told_by_mail() -> Notice:
    where = (Notice.state == NoticeState.TOLD, Notice.channel == Channel.EMAIL)
    return db.session.scalars(sa.select(Notice).where(*where).order_by(Notice.id)).first() or pytest.fail("none told")


def untells(_hand: Hand) -> str:
    told_by_mail().state = NoticeState.SKIPPED
    return "a notice is told no longer"


def comes_back(hand: Hand) -> str:
    """As a report of the mail server counts it, in one transaction."""
    notice = told_by_mail()
    values = {"sha256": "x", "raw": b"", "size": 0, "how": How.LMTP, "received_at": hand.now}
    state = {"state": InboundState.DONE, "reason": "bounce", "next_attempt_at": hand.now}
    db.session.add(InboundMail(delivery_id=notice.delivery_id, **values, **state))
    return untells(hand)


def test_what_was_told_stays_told_unless_its_message_came_back() -> None:
    with world(TUESDAY) as story:
        story.ring(60.0)
        story.crowd.do(comes_back)
    with world(TUESDAY) as story:
        story.ring(60.0)
        with pytest.raises(Violation, match="goes from told to skipped"):
            story.crowd.do(untells)
