"""The weekly overview: owed once per person and ISO week in their zone (``digest:person:5:2026-W48``).

It tells what happened since the end of the last one that left, four weeks at most, so that a skipped one loses
nothing. Up to two days late it is caught up, later it is skipped, and its row says so. A manager's is that day's
follow-up mail. What it says is composed when it leaves; here it is only decided that there is something to say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from tracker.domain.errors import N_
from tracker.domain.health import Tick
from tracker.domain.lifecycle import UNDO_WINDOW
from tracker.notices import compose_digests, compose_own, crowd, daily, packing, windows
from tracker.notices.compose_own import Span
from tracker.notices.crowd import PUNCTUAL
from tracker.notices.hours import Hours
from tracker.notices.outgoing import Outgoing
from tracker.notices.owed import Pictures
from tracker.notices.telling import insert_new, no_way_to
from tracker.store import pulse
from tracker.store.base import db, is_sqlite
from tracker.store.notices import Channel, Lane, Notice, NoticeState
from tracker.store.people import Person
from tracker.store.pulse import SiteFact
from tracker.store.teams import Membership

#: So late an overview is still sent.
CATCH_UP = timedelta(days=2)
#: It looks back so far at most.
FARTHEST = timedelta(days=28)
NOTHING = N_("nothing of theirs has moved")
TOO_LATE = N_("more than two days late")
#: Between two whole looks nothing that people changed in their settings is missed for longer.
LOOK_EVERY = timedelta(minutes=5)
CURSOR = "digests_looked"


@dataclass(frozen=True, slots=True)
class _Candidate:
    person: Person
    hours: Hours
    memberships: tuple[Membership, ...]
    week: str
    due_at: datetime
    #: not before, where many are caught up at once
    leaves_at: datetime

    @property
    def key(self) -> str:
        return f"digest:person:{self.person.id}:{self.week}"

    def is_due(self, now: datetime) -> bool:
        """At its hour; one that is caught up comes inside the person's window, not in the middle of the night."""
        if now < self.leaves_at:
            return False
        late = now - self.due_at
        if not PUNCTUAL < late <= CATCH_UP:
            return late >= timedelta(0)
        return windows.at_once(self.person, self.hours.zone, now=now) == now


def owe_digests(now: datetime, *, outgoing: Outgoing, limit: int = 200) -> int:
    """Owe the overviews whose hour has come. Returns how many were looked at; call again while it is ``limit``.

    Cheap between two looks: a remembered instant says when the next one is due at the earliest.
    """
    if _is_quiet(now):
        return 0
    candidates = _gather(now)
    waits = pulse.put_off(Tick.DIGESTS, now=now)
    due = [one for one in candidates if one.is_due(now) and f"digest:person:{one.person.id}" not in waits][:limit]
    pictures = Pictures(now)
    for candidate in due:
        act = partial(_owe, candidate, pictures, now, outgoing)
        pulse.alone(Tick.DIGESTS, f"digest:person:{candidate.person.id}", act, now=now)
    if len(due) < limit:
        _remember(now, min((c.leaves_at for c in candidates if c.leaves_at > now), default=now + LOOK_EVERY))
    return len(due)


# Gather ---------------------------------------------------------------------------------------------------------------


def _gather(now: datetime) -> list[_Candidate]:
    """Everybody's overview of this week, and of the last as long as it may be caught up, that has no row yet."""
    found = []
    for person, memberships in _members():
        theirs = Hours.of(person, memberships)
        for week in dict.fromkeys((theirs.week_of(now - timedelta(days=7)), theirs.week_of(now))):
            at = theirs.digest_in(week)
            if memberships[0].joined_at < at:
                found.append(_Candidate(person, theirs, memberships, week, at, at))
    known = _known([candidate.key for candidate in found])
    # those who have theirs count too: a crowd that shrank below its bound would leave at once with what is left of it
    return [candidate for candidate in _spread(found) if candidate.key not in known]


def _members() -> Iterable[tuple[Person, tuple[Membership, ...]]]:
    """Everybody in a team who wants an overview, with their memberships, the oldest first."""
    statement = (
        sa.select(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.left_at.is_(None), sa.not_(Membership.is_waiting), Person.active, Person.digest_on)
        .order_by(Membership.person_id, Membership.id)
    )
    grouped: dict[int, list[Membership]] = {}
    for membership in db.session.scalars(statement):
        grouped.setdefault(membership.person_id, []).append(membership)
    return [(found[0].person, tuple(found)) for found in grouped.values()]


def _known(keys: list[str]) -> set[str]:
    known: set[str] = set()
    for begin in range(0, len(keys), 500):
        known |= set(db.session.scalars(sa.select(Notice.key).where(Notice.key.in_(keys[begin : begin + 500]))))
    return known


def _spread(candidates: list[_Candidate]) -> list[_Candidate]:
    """Above 500 for one hour each has a place of their own in it, and above 500 that are caught up too."""
    dues = [(one.person.id, one.due_at) for one in candidates]
    theirs = crowd.places(dues, lasts=CATCH_UP, back=crowd.back_at())
    spread = []
    for one in candidates:
        # what a chosen late hour puts there stays in its day; what is caught up may leave for two days
        due_at = theirs.due(one.person.id, one.due_at, midnight=one.hours.midnight_of(one.due_at))
        leaves_at = max(due_at, theirs.leaves_at(one.person.id, due_at))
        spread.append(_Candidate(one.person, one.hours, one.memberships, one.week, due_at, leaves_at))
    return sorted(spread, key=lambda one: (one.leaves_at, one.person.id))


def _is_quiet(now: datetime) -> bool:
    """Whether the last whole look found nothing due before now. Clocks jump: a look from the future does not count."""
    said = db.session.scalar(sa.select(SiteFact.value).where(SiteFact.name == CURSOR))
    if not said:
        return False
    looked, _, following = said.partition(" ")
    try:
        looked_at, next_at = datetime.fromisoformat(looked), datetime.fromisoformat(following)
    except ValueError:
        return False
    return looked_at <= now < min(next_at, looked_at + LOOK_EVERY)


def _remember(now: datetime, next_at: datetime) -> None:
    """Two workers may say so at once."""
    value = f"{now.isoformat()} {next_at.isoformat()}"
    insert = (sqlite.insert if is_sqlite() else postgresql.insert)(SiteFact)
    statement = insert.values(name=CURSOR, value=value)
    db.session.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


# Decide and apply -----------------------------------------------------------------------------------------------------


def _owe(candidate: _Candidate, pictures: Pictures, now: datetime, outgoing: Outgoing) -> None:
    person = candidate.person
    if now - candidate.due_at > CATCH_UP:
        _skipped(candidate, now, TOO_LATE)
        return
    if why := no_way_to(person, Lane.DIGEST):
        _skipped(candidate, now, why)
        return
    span = Span(_since(candidate, now), now - UNDO_WINDOW)  # what can still be taken back is not told
    is_manager = candidate.hours.is_managing
    if is_manager:
        lines = compose_digests.manager_lines(person, candidate.hours, pictures, now)
        is_something = bool(lines) or compose_digests.has_achieved(person, span)
        is_something = is_something or compose_own.has_something(person, span, now=now)
    else:
        lines = []
        is_something = compose_own.has_something(person, span, now=now)
    if not is_something:
        _skipped(candidate, now, NOTHING)
        return
    place = candidate.key
    if is_manager:
        free = packing.free_place(person, candidate.hours.zone, now=now)
        if free is None:
            return  # two mails have left today: tomorrow it is caught up
        place = free
    along = _along(person, {one.row.id for one in lines}, now) if is_manager else []
    values = _values(candidate, now, since=span.since, until=span.until)
    if not insert_new([{**values, "state": NoticeState.OWED, "reason": ""}]):
        return
    on = now.astimezone(candidate.hours.zone).date()
    if person.reminder_rhythm == "daily":  # otherwise each reminder counts by itself, and this names what is open
        daily.insert_line_notices(person, lines, on, now=now)
    notices = daily.new_notices(person.id, on, candidate.key)
    notices.sort(key=lambda notice: notice.kind != "digest")
    notices += along
    template = "digest_manager" if is_manager else "digest_member"
    packing.make(notices, person, template, place, now=now, outgoing=outgoing)


def _along(person: Person, promise_ids: set[int], now: datetime) -> list[Notice]:
    """What waits for the daily mail, which this one is: what happened, and the rungs whose lines stand here. What is no
    longer so stays for the next one, which writes down why."""
    waiting = daily.waiting_of(person, now=now)
    return [one for one in waiting if one.kind not in daily.OF_A_LINE or one.promise_id in promise_ids]


def _since(candidate: _Candidate, now: datetime) -> datetime:
    """The end of the last overview that left; for the first one, when they joined."""
    last = db.session.scalar(
        sa.select(Notice)
        .where(
            Notice.person_id == candidate.person.id,
            Notice.kind == "digest",
            Notice.state == NoticeState.TOLD,
        )
        .order_by(Notice.id.desc())
        .limit(1)
    )
    since = datetime.fromisoformat(last.facts["until"]) if last is not None else candidate.memberships[0].joined_at
    return max(since, now - FARTHEST)


def _skipped(candidate: _Candidate, now: datetime, why: str) -> None:
    insert_new([{**_values(candidate, now), "state": NoticeState.SKIPPED, "reason": why}])


def _values(
    candidate: _Candidate, now: datetime, *, since: datetime | None = None, until: datetime | None = None
) -> dict[str, Any]:
    facts = {"since": since.isoformat(), "until": until.isoformat()} if since and until else {}
    return {
        "key": candidate.key,
        "kind": "digest",
        "person_id": candidate.person.id,
        "channel": Channel.EMAIL,
        "lane": Lane.DIGEST,
        "owed_at": now,
        "not_before": now,
        "is_for_daily": True,
        "facts": facts,
    }
