"""Mails that came back: what they told was not told, and an address from which too much comes back is left alone."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from tracker.acts import follow_ups
from tracker.domain import bounces
from tracker.notices import deliveries, topics
from tracker.notices.telling import BOUNCED
from tracker.store import people
from tracker.store.base import db
from tracker.store.notices import Delivery, Notice, NoticeState
from tracker.store.people import Person


def came_back(delivery: Delivery, *, counted: int, now: datetime) -> None:
    """One message was not delivered after all. Counted against the address that it went to, if it is still theirs.

    What it carried has not been told; a rung is owed at once to whoever is on duty without its reader.
    """
    person = people.by_id(delivery.person_id) if delivery.person_id is not None else None
    if person is not None and person.email == delivery.address:
        person.bounce_score = bounces.after_bounce(person.bounce_score, counted)
        if bounces.is_dead(person.bounce_score) and person.mail_bounced_at is None:
            person.mail_bounced_at = now
    where = (Notice.delivery_id == delivery.id, Notice.state == NoticeState.TOLD)
    carried = list(db.session.scalars(sa.select(Notice).where(*where).order_by(Notice.id)))
    for notice in carried:
        notice.told_at = None
    unreached = deliveries.skip(dict.fromkeys(carried, BOUNCED))
    db.session.flush()
    for one in unreached:
        if person is not None:
            follow_ups.again(one.promise_id, rung=one.rung, without=person, now=now)


def complained(delivery: Delivery) -> list[str]:
    """Its reader called this message unwanted: mails of its list no longer come, as its own link would do. Gives which
    kinds; none where nobody can switch them off, or the address is another's by now."""
    person = people.by_id(delivery.person_id) if delivery.person_id is not None else None
    if person is None or person.email != delivery.address:
        return []
    where = (Notice.delivery_id == delivery.id, Notice.state == NoticeState.TOLD)
    told = list(db.session.scalars(sa.select(Notice).where(*where).order_by(Notice.id)))
    name = topics.list_of_told(delivery.template, told)
    found = topics.of_list(name) if name is not None else ()
    for topic in found:
        topics.choose(person, topic, by_mail=False)
    db.session.flush()
    return sorted(found)


def try_again(person: Person) -> None:
    """Its owner says that the address works: mails go there once more."""
    person.bounce_score, person.mail_bounced_at = 0, None
    db.session.flush()
