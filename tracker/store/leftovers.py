"""What has served its time: links that ended, and the keys in mails that have left."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from tracker.store.base import db
from tracker.store.doors import SetupLink, SignInLink
from tracker.store.notices import FINAL, Channel, Delivery, DeliveryState, Lane

#: A mail that is older than this has left or was given up; its row was looked at when it did.
_YOUNG = timedelta(days=14)
#: Links of these mails end after an hour, whether the mail has left or not.
_SHORT_LIVED = ("sign_in", "reset", "new_address")
_SHORT_LIFE = timedelta(hours=1)
#: What stands for a key that was taken out of a mail's facts.
BLANK = ""


def forget_links_before(moment: datetime) -> int:
    """Links in mails and set-up links that ended before then. Returns how many."""
    sign_in = sa.delete(SignInLink).where(SignInLink.expires_at < moment)
    set_up = sa.delete(SetupLink).where(SetupLink.used_at < moment)
    count = 0
    for statement in (sign_in, set_up):
        count += int(db.session.execute(statement).rowcount)  # type: ignore[attr-defined]
    return count


def blank_keys(now: datetime) -> int:
    """Take the tokens out of mails that have left, were given up, or whose link has ended. Returns how many."""
    over = sa.or_(
        Delivery.state.in_(FINAL),
        sa.and_(Delivery.template.in_(_SHORT_LIVED), Delivery.created_at < now - _SHORT_LIFE),
    )
    statement = sa.select(Delivery).where(Delivery.lane == Lane.SECURITY, Delivery.created_at > now - _YOUNG, over)
    count = 0
    for delivery in db.session.scalars(statement):
        if delivery.facts.get("token"):
            delivery.facts = {**delivery.facts, "token": BLANK}
            count += 1
    db.session.flush()
    return count


def aim(destination: str) -> int:
    """Mails that wait for a server that the settings no longer name go to the one they do. Returns how many."""
    is_mail = Delivery.channel == Channel.EMAIL
    statement = (
        sa.update(Delivery)
        .where(is_mail, Delivery.state == DeliveryState.PENDING, Delivery.destination != destination)
        .values(destination=destination)
        .execution_options(synchronize_session=False)
    )
    return int(db.session.execute(statement).rowcount)  # type: ignore[attr-defined]
