"""Mail that is held leaves again: somebody has looked at why, and says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from tracker.domain.instance import Mark
from tracker.notices import deliveries
from tracker.notices.telling import DISCARDED_ON_RELEASE
from tracker.store import instance
from tracker.store.base import db, for_update
from tracker.store.instance import Holds
from tracker.store.notices import Channel, Delivery, DeliveryState, Notice, NoticeState

#: What waits or is on its way to nobody: a copy may hold what somebody was sending when it was made.
_WAITING = (DeliveryState.PENDING, DeliveryState.CLAIMED, DeliveryState.SENDING)


@dataclass(frozen=True, slots=True)
class Released:
    """``held`` is what was the matter; ``waiting`` mails leave now, or were discarded. ``mark`` is for the file beside
    the database, ``instance.write_beside``, after the commit; none where nothing was held."""

    held: Holds
    waiting: int = 0
    mark: Mark | None = None


def waiting() -> int:
    """How many mails would leave, as far as they are known by now."""
    messages = sa.select(sa.func.count()).select_from(Delivery).where(Delivery.state.in_(_WAITING))
    return int(db.session.scalar(messages) or 0) + int(
        db.session.scalar(sa.select(sa.func.count()).select_from(Notice).where(*_not_packed())) or 0
    )


def release(folder: Path, *, public_url: str, is_loopback: bool, discard: bool = False) -> Released:
    """Let mail leave from this database, at this address; with ``discard`` all but what waits now.

    Nothing held: nothing happens.
    """
    held = instance.holds(public_url)
    if not held:
        return Released(held)
    count = waiting()
    if discard:
        _discard()
    known = instance.let_go(folder, public_url=public_url, is_loopback=is_loopback)
    return Released(held, count, known.mark)


def restored(*, now: datetime) -> None:
    """A backup was put in: what it has for unsent may have arrived long ago."""
    instance.hold(now=now)


def _discard() -> None:
    for one in db.session.scalars(for_update(sa.select(Delivery).where(Delivery.state.in_(_WAITING)))).all():
        deliveries.skip(dict.fromkeys(deliveries.notices_of(one.id), DISCARDED_ON_RELEASE))
        deliveries.update(
            one.id, None, _WAITING, **deliveries.end(one, DeliveryState.SKIPPED, DISCARDED_ON_RELEASE), token=None
        )
    for notice in db.session.scalars(sa.select(Notice).where(*_not_packed())):
        notice.state, notice.reason = NoticeState.SKIPPED, DISCARDED_ON_RELEASE
    db.session.flush()


def _not_packed() -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Notice.state == NoticeState.OWED,
        Notice.delivery_id.is_(None),
        Notice.channel == Channel.EMAIL,
        sa.not_(Notice.is_for_daily),
    )
