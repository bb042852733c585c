"""What the notices' tests look at: who was told what, and how."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from tests.acts.cast import Cast
from tests.notices.post import Sent
from tracker.store.base import db
from tracker.store.entries import Entry
from tracker.store.notices import Channel, Delivery, Notice, NoticeState
from tracker.store.people import Person

_BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)


def notices(*, kind: str | None = None, person: Person | None = None, mail: bool = True) -> list[Notice]:
    """The notices by mail (or in the app), oldest first, read anew."""
    statement = sa.select(Notice).where(Notice.channel == (Channel.EMAIL if mail else Channel.IN_APP))
    if kind is not None:
        statement = statement.where(Notice.kind == kind)
    if person is not None:
        statement = statement.where(Notice.person_id == person.id)
    return list(db.session.scalars(statement.order_by(Notice.id).execution_options(populate_existing=True)))


def told_by(entry: Entry) -> dict[str, set[str]]:
    """Who is told of an entry, by name: at once, in the daily mail, or in the app only."""
    found = db.session.execute(
        sa.select(Notice, Person.name).join(Person, Person.id == Notice.person_id).where(Notice.entry_id == entry.id)
    ).all()
    by_mail = {name for notice, name in found if notice.channel is Channel.EMAIL}
    ways: dict[str, set[str]] = {"at once": set(), "daily": set(), "in app": set()}
    for notice, name in found:
        if notice.channel is Channel.EMAIL:
            ways["daily" if notice.is_for_daily else "at once"].add(name)
        elif name not in by_mail:
            ways["in app"].add(name)
    return {way: names for way, names in ways.items() if names}


def last_entry(suggestion_id: int) -> Entry:
    statement = sa.select(Entry).where(Entry.suggestion_id == suggestion_id).order_by(Entry.id.desc()).limit(1)
    return db.session.scalars(statement).one()


def delivery_of(notice: Notice) -> Delivery:
    assert notice.delivery_id is not None
    return db.session.get_one(Delivery, notice.delivery_id, populate_existing=True)


def reasons(kind: str) -> list[str]:
    return [notice.reason for notice in notices(kind=kind) if notice.state is NoticeState.SKIPPED]


def told_at(sent: list[Sent]) -> list[tuple[str, str, str]]:
    """When what left to whom: ("Thu 26 Nov 13:00", "pit", "rung") on the team's clock."""
    return [(berlin(one.at), one.to, one.template) for one in sent]


def berlin(at: datetime) -> str:
    local = at.astimezone(_BERLIN)
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def each_by_itself(cast: Cast) -> None:
    """Pit, Juri and Anke chose each reminder by itself, as in the story of the mails."""
    for person in (cast.pit, cast.juri, cast.anke):
        person.reminder_rhythm = "each"
    db.session.commit()
