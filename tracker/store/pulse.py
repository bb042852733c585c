"""Signs of life: heartbeats of the ticks, and what went wrong in them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.base import Base, Plain, db, for_update, is_sqlite, pk

log = structlog.get_logger(__name__)

#: After an error a row is looked at again then.
LOOK_AGAIN = timedelta(minutes=5)

T = TypeVar("T")


class Heartbeat(Base):
    __tablename__ = "heartbeat"

    #: sweep, delivery, digests, housekeeping
    tick: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    at: Mapped[datetime]
    facts: Mapped[dict[str, Any]] = mapped_column(Plain, default=dict)


class TickError(Base):
    """One row that a tick could not deal with; it looks again after five minutes and the rest goes on."""

    __tablename__ = "tick_error"

    id: Mapped[int] = pk()
    at: Mapped[datetime]
    tick: Mapped[str] = mapped_column(sa.String(20))
    #: "promise:17", "delivery:4", "person:3"
    subject: Mapped[str] = mapped_column(sa.String(60))
    what: Mapped[str] = mapped_column(sa.Text)

    __table_args__ = (sa.Index("ix_tick_error_at", "at"),)


#: In the past on whichever clock.
NOBODY_WAITS = datetime(1970, 1, 1, tzinfo=UTC)


class PausedDestination(Base):
    """A relay that refuses as a whole (421, 454, 535, TLS): nobody tries until then, and no attempt is counted. Or what
    is asked with each tick and is out of reach (``missed``): for that nobody waits."""

    __tablename__ = "paused_destination"

    destination: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    until: Mapped[datetime]
    since: Mapped[datetime]
    refusals: Mapped[int] = mapped_column(default=0)
    why: Mapped[str] = mapped_column(sa.String(400), default="")


class SiteFact(Base):
    """One remembered fact of the whole site: "this is a demo", the public address it was seen at."""

    __tablename__ = "site_fact"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    value: Mapped[str] = mapped_column(sa.Text)


def heartbeats() -> dict[str, Heartbeat]:
    return {beat.tick: beat for beat in db.session.scalars(sa.select(Heartbeat))}


def site_fact(name: str) -> str | None:
    fact = db.session.get(SiteFact, name)
    return fact.value if fact else None


def remember(name: str, value: str) -> None:
    fact = db.session.get(SiteFact, name)
    if fact:
        fact.value = value
    else:
        db.session.add(SiteFact(name=name, value=value))


def beat(tick: str, *, at: datetime, **facts: Any) -> None:
    """A tick has done its work. ``facts`` are counts for whoever looks.

    Two workers may say so at once. Nobody waits for the other: who froze while saying it must not stop the rest.
    """
    known = sa.select(Heartbeat.tick).where(Heartbeat.tick == tick)
    if db.session.scalar(known) and not db.session.scalar(for_update(known, skip_locked=True)):
        return
    insert = (sqlite.insert if is_sqlite() else postgresql.insert)(Heartbeat)
    values = {"at": at, "facts": facts}
    db.session.execute(insert.values(tick=tick, **values).on_conflict_do_update(index_elements=["tick"], set_=values))


def note_error(tick: str, subject: str, what: str, *, at: datetime) -> TickError:
    """Write down what a tick could not deal with."""
    error = TickError(tick=tick, subject=subject, what=what[:4000], at=at)
    db.session.add(error)
    db.session.flush()
    return error


def recent_errors(since: datetime) -> list[TickError]:
    """Newest first."""
    return list(db.session.scalars(sa.select(TickError).where(TickError.at >= since).order_by(TickError.id.desc())))


def error_by_id(error_id: int) -> TickError | None:
    return db.session.get(TickError, error_id)


def forget_errors_before(moment: datetime) -> int:
    """Housekeeping. Returns how many."""
    return int(db.session.execute(sa.delete(TickError).where(TickError.at < moment)).rowcount)  # type: ignore[attr-defined]


def paused_destinations(now: datetime) -> list[PausedDestination]:
    where = PausedDestination.until > now
    return list(db.session.scalars(sa.select(PausedDestination).where(where).order_by(PausedDestination.destination)))


def pause_of(destination: str, *, now: datetime) -> PausedDestination:
    """The destination's row, made where there is none, and locked: two senders may be refused at the same moment."""
    insert = (sqlite.insert if is_sqlite() else postgresql.insert)(PausedDestination)
    values = {"destination": destination, "since": now, "until": now, "refusals": 0, "why": ""}
    db.session.execute(insert.values(**values).on_conflict_do_nothing(index_elements=["destination"]))
    statement = sa.select(PausedDestination).where(PausedDestination.destination == destination)
    locked: PausedDestination | None = db.session.scalar(
        for_update(statement).execution_options(populate_existing=True)
    )
    if locked is None:
        raise LookupError(destination)
    return locked


def missed(place: str, why: str, *, now: datetime) -> None:
    """Something that is asked with each tick has not been reached, once more; nobody waits for that."""
    row = pause_of(place, now=now)
    row.refusals += 1
    row.until, row.why = NOBODY_WAITS, why[:400]


def missed_of(place: str) -> PausedDestination | None:
    """Since when it is out of reach and why; none where it is not."""
    return db.session.scalar(sa.select(PausedDestination).where(PausedDestination.destination == place))


def reached(place: str) -> None:
    """It has, and what was before is over."""
    db.session.execute(sa.delete(PausedDestination).where(PausedDestination.destination == place))


def end_pause(destination: str, *, now: datetime) -> None:
    """Somebody wants it tried again at once; how often it has refused stays known."""
    where = (PausedDestination.destination == destination, PausedDestination.until > now)
    statement = sa.update(PausedDestination).where(*where).values(until=now)
    db.session.execute(statement.execution_options(synchronize_session=False))


def alone(tick: str, subject: str, act: Callable[[], T], *, now: datetime) -> T | None:
    """One of many in a transaction: on an error it is undone by itself and written down, and the others go on."""
    try:
        with db.session.begin_nested():
            return act()
    except Exception as error:
        note_error(tick, subject, f"{type(error).__name__}: {error}", at=now)
        log.exception("one of many was put off", tick=tick, subject=subject)
        return None


def put_off(tick: str, *, now: datetime) -> set[str]:
    """What failed in this tick within the last minutes, and is not tried again yet."""
    where = (TickError.tick == tick, TickError.at > now - LOOK_AGAIN, TickError.at <= now)
    return set(db.session.scalars(sa.select(TickError.subject).where(*where)))
