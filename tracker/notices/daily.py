"""The daily mail: owed once per person and working day, with what they owe now and what happened since.

Gather who may have something, decide whose hour has come, apply: the day's mark (``daily:person:5:2026-11-26``), a
notice for each line, and one message that carries them. Nothing due, nothing late and nothing new is no mail; the
mark says so. Its lines are notices, so that "who has been told" can be read from what left.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from tracker.domain.errors import N_
from tracker.domain.health import Tick
from tracker.domain.promises import PromiseKind, PromiseState
from tracker.notices import compose_lists, crowd, deliveries, look_again, owed, packing, second_thoughts, stranded
from tracker.notices.deliveries import Unreached
from tracker.notices.hours import MONDAY, Hours
from tracker.notices.outgoing import Outgoing
from tracker.notices.owed import Owed, Pictures
from tracker.notices.packing import Packed
from tracker.notices.telling import COUNTED, insert_new, no_way_to
from tracker.store import people, pulse
from tracker.store.base import db
from tracker.store.notices import Channel, Lane, Notice, NoticeState
from tracker.store.people import Person
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import Reader, Suggestion
from tracker.store.teams import MANAGING, Membership

NOTHING_DUE = N_("nothing due")
IN_THE_OVERVIEW = N_("in the weekly overview")
SEEN_ON_THE_DESK = N_("nothing was due for a week")
#: What happened that makes a daily mail by itself. The rest goes along with what is due: the desk shows it.
MAKES_A_MAIL = ("comment", "note", "answer", "assigned", "withdrawn", "merged", "unmerged", "task")
#: What waits for it and is about a date: it goes where that date has a line.
OF_A_LINE = ("rung", "urgency")
#: A daily mail is of its day.
ONE_DAY = timedelta(days=1)
#: The mail waits so long for what can still be taken back, and then leaves without that.
PATIENCE = 2 * second_thoughts.STANDS_AFTER
#: What goes along waits so long.
WAITS_FOR = timedelta(days=7)


@dataclass(slots=True)
class _Candidate:
    """Somebody who may get a daily mail, and what waits for it."""

    person: Person
    hours: Hours
    on: date
    waiting: list[Notice] = field(default_factory=list)
    #: this day's mail is the weekly overview, which has been owed
    has_overview: bool = False

    @property
    def key(self) -> str:
        return mark(self.person.id, self.on)


def mark(person_id: int, on: date) -> str:
    return f"daily:person:{person_id}:{on.isoformat()}"


def owe_daily_mails(now: datetime, *, outgoing: Outgoing, limit: int = 200) -> Packed:
    """Owe the daily mails whose hour has come. ``made`` counts the people looked at: call again while it is ``limit``.

    ``unreached`` as in the outbox: rungs whose person has become unreachable since.
    """
    unreached = stranded.skip(now=now)
    waits = pulse.put_off(Tick.DIGESTS, now=now)
    candidates = [one for one in _due(now) if f"daily mail:person:{one.person.id}" not in waits][:limit]
    pictures = Pictures(now)
    for candidate in candidates:
        act = partial(_owe, candidate, pictures, now, outgoing)
        unreached += pulse.alone(Tick.DIGESTS, f"daily mail:person:{candidate.person.id}", act, now=now) or ()
    return Packed(len(candidates), unreached)


# Gather ---------------------------------------------------------------------------------------------------------------


def _due(now: datetime) -> list[_Candidate]:
    """Those whose hour has come today and who have no mark of today yet."""
    waiting = _waiting(now)
    ids = _who_may_owe() | set(waiting)
    memberships = _memberships(ids)
    todays = []
    for person in people.many(ids).values():
        hours = Hours.of(person, memberships.get(person.id, ()))
        on = now.astimezone(hours.zone).date()
        at = hours.daily_on(on)
        if person.active and at is not None:
            todays.append((at, _Candidate(person, hours, on)))
    dues = [(one.person.id, at) for at, one in todays]
    places = crowd.places(dues, lasts=ONE_DAY, back=crowd.back_at())
    found = []
    for hour, one in todays:
        midnight = one.hours.midnight_of(hour)
        at = places.due(one.person.id, hour, midnight=midnight)
        begins_at = max(at, places.leaves_at(one.person.id, at, midnight=midnight))
        if begins_at <= now:
            # what came after the hour waits for the next one: it would make a mail of its own at any hour
            one.waiting = [notice for notice in waiting.get(one.person.id, []) if notice.not_before <= at]
            is_unsettled = second_thoughts.end_at(one.waiting, now=now) is not None
            if not is_unsettled or now - begins_at > PATIENCE:
                found.append(one)
    known = _marked([candidate.key for candidate in found])
    unmarked = [candidate for candidate in found if candidate.key not in known]
    return _beside_overviews(unmarked, memberships, now)


def _beside_overviews(
    found: list[_Candidate], memberships: dict[int, list[Membership]], now: datetime
) -> list[_Candidate]:
    """A manager's weekly overview is the daily mail of its day, whatever its hour. As long as it is still to come,
    nothing is decided for who gets it; where it had nothing to say, this mail comes as on any other day."""
    weeks = {one.person.id: one.hours.week_of(now) for one in found if _is_day_of_overview(one)}
    keys = [f"digest:person:{person_id}:{week}" for person_id, week in weeks.items()]
    rows = _overviews(keys)
    kept = []
    for one in found:
        person_id = one.person.id
        row = rows.get(person_id)
        if row is not None:
            # with the day changed in the middle of a week, this week's overview was another day's mail
            is_todays = row.owed_at.astimezone(one.hours.zone).date() == one.on
            one.has_overview = is_todays and row.state is not NoticeState.SKIPPED
        elif person_id in weeks and memberships[person_id][0].joined_at < one.hours.digest_in(weeks[person_id]):
            continue
        kept.append(one)
    return kept


def _is_day_of_overview(one: _Candidate) -> bool:
    weekday = one.person.digest_weekday if one.person.digest_weekday is not None else MONDAY
    return one.person.digest_on and one.hours.is_managing and one.on.weekday() == weekday


def _overviews(keys: list[str]) -> dict[int, Notice]:
    """Person → this week's overview, where it is there."""
    if not keys:
        return {}
    statement = sa.select(Notice).where(Notice.key.in_(keys)).execution_options(populate_existing=True)
    return {notice.person_id: notice for notice in db.session.scalars(statement)}


def _who_may_owe() -> set[int]:
    """Who manages a team, was let into something open, is named in an open promise, or has something waiting."""
    managing = sa.select(Membership.person_id).where(
        Membership.role.in_(MANAGING), Membership.left_at.is_(None), sa.not_(Membership.is_waiting)
    )
    named = sa.select(PromiseRow.owed_by_id).where(
        PromiseRow.state == PromiseState.OPEN,
        PromiseRow.kind.in_((PromiseKind.DELIVER, PromiseKind.TASK)),
        PromiseRow.owed_by_id.is_not(None),
    )
    let_in = (
        sa.select(Reader.person_id)
        .join(Suggestion, Suggestion.id == Reader.suggestion_id)
        .where(Reader.why.in_(("trusted", "admin")), Suggestion.closed_at.is_(None))
    )
    waiting = sa.select(Notice.person_id).where(
        Notice.state == NoticeState.OWED, Notice.delivery_id.is_(None), Notice.is_for_daily
    )
    found = db.session.scalars(sa.union(managing, named, let_in, waiting)).all()
    return {person_id for person_id in found if person_id is not None}


def _waiting(now: datetime, *, person_id: int | None = None) -> dict[int, list[Notice]]:
    """What waits for each person's daily mail, or for that of one."""
    statement = sa.select(Notice).where(
        Notice.state == NoticeState.OWED,
        Notice.delivery_id.is_(None),
        Notice.is_for_daily,
        Notice.not_before <= now,
    )
    if person_id is not None:
        statement = statement.where(Notice.person_id == person_id)
    waiting: dict[int, list[Notice]] = {}
    for notice in db.session.scalars(statement.order_by(Notice.id).execution_options(populate_existing=True)):
        waiting.setdefault(notice.person_id, []).append(notice)
    return waiting


def waiting_of(person: Person, *, now: datetime) -> list[Notice]:
    """What waits for this person's daily mail and is still true."""
    found = _waiting(now, person_id=person.id).get(person.id, [])
    return [notice for notice in found if not look_again.reason(notice, person, now=now)]


def _memberships(ids: Iterable[int]) -> dict[int, list[Membership]]:
    statement = sa.select(Membership).where(
        Membership.person_id.in_(list(ids)), Membership.left_at.is_(None), sa.not_(Membership.is_waiting)
    )
    found: dict[int, list[Membership]] = {}
    for membership in db.session.scalars(statement.order_by(Membership.id)):
        found.setdefault(membership.person_id, []).append(membership)
    return found


def _marked(keys: list[str]) -> set[str]:
    return set(db.session.scalars(sa.select(Notice.key).where(Notice.key.in_(keys)))) if keys else set()


# Decide and apply -----------------------------------------------------------------------------------------------------


def _owe(candidate: _Candidate, pictures: Pictures, now: datetime, outgoing: Outgoing) -> tuple[Unreached, ...]:
    if candidate.has_overview:
        _marks(candidate, now, IN_THE_OVERVIEW)
        return ()
    waiting, unreached = _still_waiting(candidate, now)
    lines = _lines(candidate, waiting, pictures, now)
    place = packing.free_place(candidate.person, candidate.hours.zone, now=now)
    if not lines and not any(notice.kind in MAKES_A_MAIL for notice in waiting):
        _marks(candidate, now, NOTHING_DUE)
    elif place is None:
        _marks(candidate, now, look_again.TWO_HAVE_LEFT)
    else:
        _make(candidate, waiting, lines, place, now, outgoing)
    return unreached


def _still_waiting(candidate: _Candidate, now: datetime) -> tuple[list[Notice], tuple[Unreached, ...]]:
    """What waits and is still true; the rest is skipped with its reason."""
    gone: dict[Notice, str] = {}
    unsettled: set[Notice] = set()  # ends nothing yet, and is no line of today's mail
    for notice in candidate.waiting:
        why = look_again.reason(notice, candidate.person, now=now)
        if not why and notice.kind not in MAKES_A_MAIL and notice.kind != "rung" and now - notice.owed_at > WAITS_FOR:
            why = SEEN_ON_THE_DESK
        if why and second_thoughts.end_at([notice], now=now) is not None:
            unsettled.add(notice)
        elif why:
            gone[notice] = why
    unreached = deliveries.skip(gone)
    return [notice for notice in candidate.waiting if notice not in gone and notice not in unsettled], unreached


def _lines(candidate: _Candidate, waiting: list[Notice], pictures: Pictures, now: datetime) -> list[Owed]:
    """What they owe now in all their teams, seven lines at most. Who gets each reminder by itself has lines only for
    those that wait."""
    person = candidate.person
    if no_way_to(person, Lane.FOLLOW_UP):
        return []
    until = candidate.hours.next_daily(now)
    ringing = {notice.promise_id for notice in waiting if notice.kind == "rung"}
    found: list[Owed] = []
    for team in owed.teams_of(person):
        mine = pictures.of(team, until=until).awake_of(person, now=now)
        if person.reminder_rhythm != "daily":
            mine = [one for one in mine if one.row.id in ringing]
        found += mine
    ahead, late = compose_lists.shown(*compose_lists.in_order(found, now=now))
    return [*ahead, *late]


def _marks(candidate: _Candidate, now: datetime, reason: str) -> None:
    """The day's mark where no daily mail leaves, with the reason."""
    insert_new([{**_mark_values(candidate, now), "state": NoticeState.SKIPPED, "reason": reason}])


def _mark_values(candidate: _Candidate, now: datetime) -> dict[str, Any]:
    return {
        "key": candidate.key,
        "kind": "daily",
        "person_id": candidate.person.id,
        "channel": Channel.EMAIL,
        "lane": Lane.FOLLOW_UP,
        "owed_at": now,
        "not_before": now,
        "is_for_daily": True,
        "facts": {"on": candidate.on.isoformat()},
    }


def _make(
    candidate: _Candidate, waiting: list[Notice], lines: list[Owed], place: str, now: datetime, outgoing: Outgoing
) -> None:
    """The mark, the lines and the message. Who was first today in another worker has made it already."""
    made = insert_new([{**_mark_values(candidate, now), "state": NoticeState.OWED, "reason": ""}])
    if not made:
        return
    insert_line_notices(candidate.person, lines, candidate.on, now=now)
    shown = {one.row.id for one in lines}
    counted = {n: COUNTED for n in waiting if n.kind in OF_A_LINE and n.promise_id not in shown}
    deliveries.skip(counted)
    along = [notice for notice in waiting if notice not in counted]
    notices = [*new_notices(candidate.person.id, candidate.on, candidate.key), *along]
    packing.make(notices, candidate.person, "daily", place, now=now, outgoing=outgoing)


def insert_line_notices(person: Person, lines: Iterable[Owed], on: date, *, now: datetime) -> None:
    """A notice for each line: what it was about and how far the ladder had come."""
    rows = [
        {
            "key": f"{mark(person.id, on)}:promise:{one.row.id}:v{one.row.version}",
            "kind": "daily_line",
            "person_id": person.id,
            "channel": Channel.EMAIL,
            "lane": Lane.FOLLOW_UP,
            "team_id": one.suggestion.team_id,
            "suggestion_id": one.suggestion.id,
            "promise_id": one.row.id,
            "version": one.row.version,
            "rung": one.row.rung,
            "state": NoticeState.OWED,
            "reason": "",
            "owed_at": now,
            "not_before": now,
            "is_for_daily": True,
            "facts": {"on": on.isoformat()},
        }
        for one in lines
    ]
    if rows:
        insert_new(rows)


def new_notices(person_id: int, on: date, *keys: str) -> list[Notice]:
    """The notices just inserted for one day: marks by their keys, lines by their beginning."""
    lines = Notice.key.startswith(f"{mark(person_id, on)}:promise:")
    where = (Notice.person_id == person_id, sa.or_(Notice.key.in_(keys), lines), Notice.delivery_id.is_(None))
    return list(db.session.scalars(sa.select(Notice).where(*where).order_by(Notice.id)))
