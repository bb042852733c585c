"""The storm brake: when one pass wants far more messages than ever, they are held until a site admin has decided.

Braked is what leaves by itself: news and reminders. What somebody waits for at the door (sign-in, receipt, invitation)
never is; nor are daily mails and overviews, which are one for each person by their keys and are what a storm would be
bundled into; nor the word to an author that a date has passed, which is owed once for each date, and which nobody's
decision may keep back. Nothing here commits.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from tracker.domain import storms
from tracker.domain.alerts import AlertKind, Cause
from tracker.notices import alerts as telling
from tracker.store import alerts
from tracker.store.alerts import Alert
from tracker.store.base import db, for_update
from tracker.store.notices import Channel, Delivery, DeliveryState, Lane

BRAKED = (Lane.NEWS, Lane.FOLLOW_UP)
#: One for each person already, with everything in it; and the honest notice, which is part of the promise.
NEVER_HELD = ("daily", "digest_manager", "digest_member", "silence")
#: Today may be the storm itself; what is usual is learned from the days before.
_TODAY = timedelta(hours=24)


def brake(*, now: datetime) -> int:
    """Hold what this pass has made, if it is a storm. In the transaction that made it; gives how many are held now.

    A pass is a minute: a storm comes in many ticks and transactions, and its last ones are small.
    """
    wanted = _wanted(now)
    if wanted <= storms.FEW:
        return 0
    usual = storms.usual(_made_before(now - _TODAY))
    if not storms.is_storm(wanted, usual=usual):
        return 0
    return _hold(_storm(wanted, usual, now), now)


def _is_braked() -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Delivery.channel == Channel.EMAIL,
        Delivery.lane.in_(BRAKED),
        Delivery.template.not_in(NEVER_HELD),
    )


def _in_this_pass(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (*_is_braked(), Delivery.created_at > now - storms.PASS, Delivery.created_at <= now)


def _wanted(now: datetime) -> int:
    """What this pass has wanted until now; what was decided about already is not wanted again."""
    is_undecided = sa.or_(Delivery.storm_id.is_(None), Delivery.is_held)
    statement = sa.select(sa.func.count()).select_from(Delivery).where(*_in_this_pass(now), is_undecided)
    return int(db.session.scalar(statement) or 0)


def _made_before(until: datetime) -> dict[datetime, int]:
    """How many messages were made at each instant; of storms only those that were let go."""
    counts = sa.or_(Delivery.storm_id.is_(None), Delivery.state == DeliveryState.SENT)
    since = until - storms.LEARNED_FROM
    statement = (
        sa.select(Delivery.created_at, sa.func.count())
        .where(*_is_braked(), Delivery.created_at > since, Delivery.created_at <= until, counts)
        .group_by(Delivery.created_at)
    )
    return {row[0]: int(row[1]) for row in db.session.execute(statement)}


def _storm(wanted: int, usual: int, now: datetime) -> Alert:
    """The alert about the storm that is going on: opened now, or by an earlier pass or another worker."""
    cause = Cause(AlertKind.STORM, "", {"wanted": wanted, "usual": usual})
    found = telling.open_about(cause, now=now) or alerts.open_about(AlertKind.STORM)
    if found is None:
        raise LookupError("a storm was just decided about")  # the next tick looks anew
    return found


def _hold(storm: Alert, now: datetime) -> int:
    """Whatever of this pass has not been claimed yet."""
    statement = (
        sa.update(Delivery)
        .where(*_in_this_pass(now), Delivery.state == DeliveryState.PENDING, Delivery.storm_id.is_(None))
        .values(is_held=True, storm_id=storm.id)
        .execution_options(synchronize_session=False)
    )
    return int(db.session.execute(statement).rowcount)  # type: ignore[attr-defined]


def held(storm_id: int) -> list[Delivery]:
    """What a storm still holds, oldest first and locked: two who decide at once must not both."""
    statement = (
        sa.select(Delivery)
        .where(Delivery.storm_id == storm_id, Delivery.is_held, Delivery.state == DeliveryState.PENDING)
        .order_by(Delivery.id)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(for_update(statement)))


def count_held(storm_id: int) -> int:
    where = (Delivery.storm_id == storm_id, Delivery.is_held, Delivery.state == DeliveryState.PENDING)
    return int(db.session.scalar(sa.select(sa.func.count()).select_from(Delivery).where(*where)) or 0)
