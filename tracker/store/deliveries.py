"""The questions that whoever looks after the site asks of the outbox."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from tracker.store.base import db, for_update
from tracker.store.notices import Delivery, DeliveryState, Notice
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion

#: A word of its own beside the states: pending, and the storm brake holds it.
HELD = "held"
#: The day's mark in a mail says nothing by itself.
_MARKS = ("daily", "digest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which messages somebody looks for; empty is any."""

    #: a state, or ``HELD``
    state: str = ""
    template: str = ""
    #: part of the person's name
    person: str = ""
    #: part of the address
    address: str = ""


def newest(wanted: Wanted, *, reader: Person, before: int | None = None, limit: int) -> list[Delivery]:
    """The newest messages, or those older than the one ``before``."""
    statement = sa.select(Delivery).where(*_where(wanted, reader)).order_by(Delivery.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(Delivery.id < before)
    return list(db.session.scalars(statement))


def counts(wanted: Wanted, *, reader: Person) -> dict[str, int]:
    """How many there are of each state, held ones by themselves."""
    state = sa.case((_is_held(), HELD), else_=sa.cast(Delivery.state, sa.String))
    statement = sa.select(state, sa.func.count()).where(*_where(wanted, reader)).group_by(state)
    return {str(row[0]): int(row[1]) for row in db.session.execute(statement)}


def templates() -> list[str]:
    """The names of all mails that have a message."""
    return list(db.session.scalars(sa.select(Delivery.template).distinct()))


def seen(delivery_id: int, *, reader: Person, locked: bool = False) -> Delivery | None:
    """This message, as it is in the database now; none where it is not there for the reader."""
    statement = sa.select(Delivery).where(Delivery.id == delivery_id, _is_for(reader))
    statement = statement.execution_options(populate_existing=True)
    found: Delivery | None = db.session.scalar(for_update(statement) if locked else statement)
    return found


def notices_in(delivery_id: int, *, reader: Person) -> list[tuple[Notice, Suggestion | None]]:
    """What a message carries and what that is about, but for what is about the reader."""
    statement = (
        sa.select(Notice, Suggestion)
        .outerjoin(Suggestion, Suggestion.id == Notice.suggestion_id)
        .where(Notice.delivery_id == delivery_id, sa.or_(*_not_about(reader)))
        .order_by(Notice.id)
    )
    return [(row[0], row[1]) for row in db.session.execute(statement)]


def _where(wanted: Wanted, reader: Person) -> list[sa.ColumnElement[bool]]:
    where = [_is_for(reader)]
    if wanted.state == HELD:
        where.append(_is_held())
    elif wanted.state:
        where += [Delivery.state == DeliveryState(wanted.state), sa.not_(_is_held())]
    if wanted.template:
        where.append(Delivery.template == wanted.template)
    if wanted.address:
        where.append(Delivery.address.icontains(wanted.address, autoescape=True))
    if wanted.person:
        named = sa.select(Person.id).where(Person.name.icontains(wanted.person, autoescape=True))
        where.append(Delivery.person_id.in_(named))
    return where


def _is_held() -> sa.ColumnElement[bool]:
    return sa.and_(Delivery.is_held, Delivery.state == DeliveryState.PENDING)


def _is_for(reader: Person) -> sa.ColumnElement[bool]:
    """Whether it is there for the reader: not when all that it says is about them."""
    carried = sa.select(Notice.id).outerjoin(Suggestion, Suggestion.id == Notice.suggestion_id)
    carried = carried.where(Notice.delivery_id == Delivery.id).correlate(Delivery)
    about_them = carried.where(Suggestion.about_person_id == reader.id).exists()
    something_else = carried.where(Notice.kind.not_in(_MARKS), sa.or_(*_not_about(reader))).exists()
    return sa.or_(sa.not_(about_them), something_else)


def _not_about(reader: Person) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Suggestion.id.is_(None),
        Suggestion.about_person_id.is_(None),
        Suggestion.about_person_id != reader.id,
    )
