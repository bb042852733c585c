"""Putting off one's own reminders of one suggestion, and being reminded again.

Nothing of the suggestion changes: no promise, no date, no rung, nobody else's mails. So there is no entry either: it is
nobody's business but that person's.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from tracker import access
from tracker.domain import snoozes as rules
from tracker.domain.errors import N_, NotPossible
from tracker.domain.promises import PromiseKind, PromiseState
from tracker.notices import hours, tell, windows
from tracker.notices.telling import PUT_OFF
from tracker.store import people, promises, rosters, suggestions
from tracker.store import snoozes as store
from tracker.store.base import db, for_update
from tracker.store.notices import Channel, Notice, NoticeState
from tracker.store.people import Person
from tracker.store.promises import PromiseRow
from tracker.store.snoozes import Snooze
from tracker.store.suggestions import Suggestion

NOTHING_OPEN = N_("Nothing is open here, so nobody is reminded of it.")


def latest(s: Suggestion, *, by: Person, now: datetime) -> datetime | None:
    """Until when this person may put it off; none where nothing is open, and so nobody reminded."""
    row = promises.open_of(s.id)
    if row is None:
        return None
    return rules.latest(
        now=now, due_at=row.due_at, is_theirs=is_theirs(s, row, by), next_morning=hours.next_daily_after(by, now)
    )


def is_theirs(s: Suggestion, row: PromiseRow, person: Person) -> bool:
    """Whether this person owes it, or may have to: who answers here, who was named, the author who was asked."""
    if row.kind is PromiseKind.CLARIFY:
        return access.is_author(person, s)
    return access.can_handle(person, s) or access.can_deliver(person, row)


def put_off(s: Suggestion, *, by: Person, until: datetime, now: datetime) -> Snooze:
    """Nothing more about it until then, for this person alone. A later wish takes the place of an earlier one.

    Raises ``OutOfReach``, ``NotPossible`` where nothing is open, ``BadInput``.
    """
    access.demand_sight(by, s)
    suggestions.lock(s.id)
    row, limit = promises.open_of(s.id), latest(s, by=by, now=now)
    if row is None or limit is None:
        raise NotPossible(NOTHING_OPEN)
    until = rules.checked(until, now=now, latest=limit)
    if (former := store.begun(by.id, s.id)) is not None:
        _release(former, now=now)
    made = Snooze(
        person_id=by.id, suggestion_id=s.id, promise_id=row.id, version=row.version, until_at=until, created_at=now
    )
    db.session.add(made)
    db.session.flush()
    _let_wait(made, until, Notice.not_before < until)
    return made


def end(s: Suggestion, *, by: Person, now: datetime) -> None:
    """After all: what was put off comes now. Doing it twice does nothing more."""
    access.demand_sight(by, s)
    suggestions.lock(s.id)
    if (row := store.begun(by.id, s.id)) is not None:
        _wake(row, now=now)


def wake(snooze_id: int, *, now: datetime) -> Snooze | None:
    """Its time has come, or the date is another now: remind the person again. None where somebody else did so."""
    statement = for_update(sa.select(Snooze).where(Snooze.id == snooze_id, Snooze.ended_at.is_(None)), skip_locked=True)
    row: Snooze | None = db.session.scalar(statement)
    if row is not None:
        _wake(row, now=now)
    return row


def _wake(snooze: Snooze, *, now: datetime) -> None:
    _release(snooze, now=now)
    s = suggestions.by_id(snooze.suggestion_id)
    row = promises.by_id(snooze.promise_id)
    if s is None or row is None or row.state is not PromiseState.OPEN or row.version != snooze.version:
        return
    if row.rung and _is_reminded(s, row, snooze) and not _has_rung(snooze):
        tell.reminded_again(s, row, snooze.person_id, what=f"snooze:{snooze.id}", now=now)
    else:
        _mark_new(snooze)


def _release(snooze: Snooze, *, now: datetime) -> None:
    """What waited for the end of it waits no longer."""
    snooze.ended_at = now
    db.session.flush()
    if snooze.until_at > now:
        _let_wait(snooze, now, Notice.not_before >= snooze.until_at)


def _let_wait(snooze: Snooze, at: datetime, *which: sa.ColumnElement[bool]) -> None:
    """This person's mails about it that are in no message yet leave from ``at`` on, inside the person's hours; what
    goes along with the daily mail has its hour there."""
    person, s = people.by_id(snooze.person_id), suggestions.by_id(snooze.suggestion_id)
    if person is None or s is None:
        return
    in_hours = windows.at_once(person, hours.zone_of(person), now=at)
    statement = sa.update(Notice).where(
        *which,
        Notice.person_id == person.id,
        Notice.suggestion_id == s.id,
        Notice.kind.in_(PUT_OFF),
        Notice.channel == Channel.EMAIL,
        Notice.state == NoticeState.OWED,
        Notice.delivery_id.is_(None),
    )
    values = statement.values(not_before=sa.case((Notice.is_for_daily, sa.literal(at)), else_=sa.literal(in_hours)))
    db.session.execute(values.execution_options(synchronize_session=False))


def _is_reminded(s: Suggestion, row: PromiseRow, snooze: Snooze) -> bool:
    """Whether the ladder has come to this person with this date, and it is still theirs."""
    if row.kind is PromiseKind.CLARIFY:
        return False
    reached = sa.select(Notice.id).where(
        Notice.promise_id == row.id,
        Notice.version == row.version,
        Notice.kind == "rung",
        Notice.person_id == snooze.person_id,
    )
    is_on_duty = snooze.person_id in rosters.on_duty(s, row.value, now=snooze.ended_at or snooze.until_at)
    return is_on_duty or db.session.scalar(reached.limit(1)) is not None


def _has_rung(snooze: Snooze) -> bool:
    """Whether one rang meanwhile: that one leaves now or has just left, and says the same."""
    rung = sa.select(Notice.id).where(
        Notice.promise_id == snooze.promise_id,
        Notice.person_id == snooze.person_id,
        Notice.kind == "rung",
        Notice.channel == Channel.EMAIL,
        Notice.not_before >= min(snooze.until_at, snooze.ended_at or snooze.until_at),
    )
    return db.session.scalar(rung.limit(1)) is not None


def _mark_new(snooze: Snooze) -> None:
    """The last line about it under the bell is new again."""
    last = sa.select(sa.func.max(Notice.id)).where(
        Notice.person_id == snooze.person_id,
        Notice.suggestion_id == snooze.suggestion_id,
        Notice.channel == Channel.IN_APP,
        Notice.state == NoticeState.TOLD,
    )
    newest = db.session.scalar(last)
    if newest is not None:
        again = sa.update(Notice).where(Notice.id == newest).values(read_at=None)
        db.session.execute(again.execution_options(synchronize_session=False))
