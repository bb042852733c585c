"""What waits for the daily mail of somebody whom it will not tell any more: who has left that team, or is disabled.

Their mail has no hour, or comes days later and about another team. So it is looked at as soon as they are gone: a
reason is written down, and a reminder goes on to whoever is on duty now.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

import sqlalchemy as sa

from tracker.domain.health import Tick
from tracker.notices import deliveries, look_again, second_thoughts
from tracker.notices.deliveries import Unreached
from tracker.notices.telling import DISABLED
from tracker.store import people, pulse
from tracker.store.base import db, for_update
from tracker.store.notices import Notice, NoticeState
from tracker.store.people import Person
from tracker.store.teams import Membership


def skip(*, now: datetime) -> tuple[Unreached, ...]:
    """Write down why it does not leave, and name the rungs that so reach nobody."""
    put_off = pulse.put_off(Tick.DIGESTS, now=now)
    unreached: tuple[Unreached, ...] = ()
    for person_id, notices in _of_each(now).items():
        subject = f"what waited:person:{person_id}"
        if subject not in put_off:
            unreached += pulse.alone(Tick.DIGESTS, subject, partial(_skip, person_id, notices, now), now=now) or ()
    return unreached


def _of_each(now: datetime) -> dict[int, list[Notice]]:
    """What waits, by person. Of two workers who look at once one gets each row: it is passed on once."""
    is_disabled = sa.exists().where(Person.id == Notice.person_id, sa.not_(Person.active))
    is_no_site_admin = sa.exists().where(Person.id == Notice.person_id, sa.not_(Person.is_site_admin))
    is_member = sa.exists().where(
        Membership.person_id == Notice.person_id,
        Membership.team_id == Notice.team_id,
        Membership.left_at.is_(None),
        sa.not_(Membership.is_waiting),
    )
    statement = sa.select(Notice).where(
        Notice.state == NoticeState.OWED,
        Notice.delivery_id.is_(None),
        Notice.is_for_daily,
        Notice.not_before <= now,  # an answer that can still be taken back is left alone
        sa.or_(is_disabled, sa.and_(Notice.team_id.is_not(None), sa.not_(is_member), is_no_site_admin)),
    )
    found: dict[int, list[Notice]] = {}
    for notice in db.session.scalars(for_update(statement.order_by(Notice.id), skip_locked=True)):
        found.setdefault(notice.person_id, []).append(notice)
    return found


def _skip(person_id: int, notices: list[Notice], now: datetime) -> tuple[Unreached, ...]:
    person = people.by_id(person_id)
    settled = [notice for notice in notices if second_thoughts.end_at([notice], now=now) is None]
    reasons = {n: DISABLED if person is None else look_again.reason(n, person, now=now) for n in settled}
    return deliveries.skip({notice: why for notice, why in reasons.items() if why})
