"""A storm: many follow something, and each of them is told at once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from tests.acts.cast import Cast, a_person, at, joins, raised
from tests.notices.post import RELAY
from tracker.acts import dates, support
from tracker.domain.alerts import AlertKind
from tracker.domain.lifecycle import Role
from tracker.notices import packing
from tracker.store import alerts
from tracker.store.alerts import Alert
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.notices import Delivery
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion

WEDNESDAY = at("Wednesday 2026-11-25 10:00")
SOON = timedelta(seconds=2)


def crowd(cast: Cast, many: int) -> list[Person]:
    """So many more members."""
    people = [a_person(f"Leser{number}") for number in range(many)]
    for person in people:
        joins(cast.team, person, Role.MEMBER)
    return people


def moved(cast: Cast, people: list[Person], *, title: str = "Chat-Filter") -> Suggestion:
    """Nari's, which they all follow, and Pit gives it a later day: each of them is told at once."""
    s = raised(cast, title=title)
    for person in people:
        support.follow(s, by=person, now=WEDNESDAY, via=Via.WEB)
    db.session.commit()
    dates.move(s, by=cast.pit, now=WEDNESDAY, via=Via.WEB, on=date(2026, 12, 4), reason=f"{title}: ich brauche länger.")
    db.session.commit()
    return s


def packed(now: datetime = WEDNESDAY) -> None:
    packing.pack(now=now, outgoing=RELAY)
    db.session.commit()


def mails(template: str = "moved", **where: object) -> list[Delivery]:
    statement = sa.select(Delivery).filter_by(template=template, **where).order_by(Delivery.id)
    return list(db.session.scalars(statement.execution_options(populate_existing=True)))


def storm() -> Alert:
    found = alerts.open_about(AlertKind.STORM)
    assert found is not None
    return found
