"""One act and whom it tells: collected first, each person once, then written in one go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Self
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from tracker import access
from tracker.domain.errors import N_
from tracker.domain.lifecycle import Urgency
from tracker.notices import hours, topics, windows
from tracker.store import people, snoozes
from tracker.store.base import db, is_sqlite
from tracker.store.entries import Entry
from tracker.store.notices import Channel, Delivery, Lane, Notice, NoticeState
from tracker.store.people import Person
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team

#: Why a notice did not leave, as written down in its row. Pages show them translated.
IN_THIS_MORNINGS_MAIL = N_("in this morning's mail")
COUNTED = N_("counted, not named")
BOUNCED = N_("the address bounced")
IN_APP_ONLY = N_("chose the app only")
#: Of what followers and others may like to know there is no mail for anybody.
ONLY_HERE = N_("told in the app only")
DISABLED = N_("disabled")
LEFT = N_("left, or may not see it")
SNOOZED = N_("put off by themselves")
#: not sent on purpose: somebody released held mail without what had waited
DISCARDED_ON_RELEASE = N_("discarded when held mail was released")
#: What waits while somebody has put a suggestion off for themselves: that it is still open, and what is said meanwhile.
#: An answer, a contest, a question, being named and the honest word to an author wait for nothing.
PUT_OFF = (
    "rung", "daily_line", "clarify", "raised", "reply", "asked", "comment", "manager_comment", "note", "ball_back",
    "moved", "assigned", "urgency", "handed_back", "task",
)  # fmt: skip
#: With these a rung has not reached its person, and is owed to whoever is on duty without them.
OUT_OF_REACH = (BOUNCED, IN_APP_ONLY, DISABLED, LEFT)
#: In the facts of a rung: those whom it could not reach, in whose place it went to this person.
INSTEAD_OF = "instead_of"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One thing to tell one person."""

    kind: str
    lane: Lane = Lane.NEWS
    #: the notice's meaning, the beginning of its key
    what: str
    is_for_daily: bool = False
    is_in_app_only: bool = False
    #: leaves at any hour
    is_for_any_hour: bool = False
    not_before: datetime | None = None
    rung: int | None = None
    #: skipped from the start, and why
    reason: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Telling:
    """Whom one act tells. The first call for a person counts: name the strongest first."""

    suggestion: Suggestion | None
    entry: Entry | None
    promise: PromiseRow | None = None
    now: datetime = field(kw_only=True)
    #: nothing leaves sooner than this after the act
    held: timedelta = field(default=timedelta(0), kw_only=True)
    team: Team | None = field(default=None, kw_only=True)
    actor_id: int | None = field(default=None, kw_only=True)
    _calls: dict[int, Call] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.suggestion is not None:
            self.team = self.suggestion.team
        if self.entry is not None:
            self.actor_id = self.entry.actor_id

    @classmethod
    def of_team(cls, team: Team, *, now: datetime, actor_id: int | None) -> Self:
        """Something that touches several suggestions at once."""
        return cls(None, None, now=now, team=team, actor_id=actor_id)

    # collecting -------------------------------------------------------------------------------------------------------

    def receipt(self, person_id: int) -> None:
        """To who raised it, whoever entered it, at any hour."""
        call = Call(kind="receipt", lane=Lane.SECURITY, what=self._of_entry("receipt"), is_for_any_hour=True)
        self._calls.setdefault(person_id, call)

    def at_once(
        self,
        ids: Iterable[int],
        kind: str,
        *,
        lane: Lane = Lane.NEWS,
        what: str | None = None,
        not_before: datetime | None = None,
        rung: int | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        """Inside the person's window."""
        what = what or self._of_entry(kind)
        self._add(ids, Call(kind=kind, lane=lane, what=what, not_before=not_before, rung=rung, facts=facts or {}))

    def daily(self, ids: Iterable[int], kind: str, *, lane: Lane = Lane.NEWS) -> None:
        """In the next daily mail."""
        self._add(ids, Call(kind=kind, lane=lane, what=self._of_entry(kind), is_for_daily=True))

    def in_app(self, ids: Iterable[int], kind: str) -> None:
        self._add(ids, Call(kind=kind, what=self._of_entry(kind), is_in_app_only=True))

    def follow_up(self, roles: Mapping[int, str], rung: int, *, what: str, instead_of: Iterable[int] = ()) -> None:
        """A rung: by itself for those who chose so, for what is urgent, and where it reaches somebody for the first
        time; otherwise in the daily mail, where a line that looked ahead this morning spares it.

        ``roles`` says as what it reaches each: duty, deputy, owner or manager. Whom no mail reaches is owed it at once
        all the same: packing finds that out, and the rung goes on to whoever is on duty without them, who keep
        ``instead_of`` whom it came to them.
        """
        if self.promise is None:
            raise TypeError("a rung belongs to a promise")
        known, gone = _known_to(self.promise.id), sorted(instead_of)
        seen_today = self._in_this_mornings_mail(self.promise)
        counted = self._counted_this_morning(self.promise, [i for i, role in roles.items() if role == "duty"])
        resting = self._put_off(roles)
        urgent = self.suggestion is not None and self.suggestion.urgency is Urgency.URGENT
        for person in people.many(list(roles)).values():
            is_daily = person.reminder_rhythm == "daily" and not urgent and not no_way_to(person, Lane.FOLLOW_UP)
            reason = IN_THIS_MORNINGS_MAIL if person.id in seen_today else COUNTED if person.id in counted else ""
            spared = is_daily and bool(reason) and person.id not in resting
            waits = is_daily and person.id in known
            call = Call(
                kind="rung",
                lane=Lane.FOLLOW_UP,
                what=what,
                rung=rung,
                is_for_daily=waits and not spared,
                reason=reason if spared else "",
                facts={"as": roles[person.id], **({INSTEAD_OF: gone} if gone else {})},
            )
            self._add([person.id], call)

    def is_due_today(self, row: PromiseRow) -> bool:
        """Whether it falls due on the team's present day."""
        if row.due_at is None or self.team is None:
            return False
        zone = windows.team_zone(self.team)
        return row.due_at.astimezone(zone).date() == self.now.astimezone(zone).date()

    def _add(self, ids: Iterable[int], call: Call) -> None:
        for person_id in ids:
            if person_id != self.actor_id:
                self._calls.setdefault(person_id, call)

    def _of_entry(self, kind: str) -> str:
        if self.entry is None:
            raise TypeError(f"{kind} belongs to an entry")
        return f"entry:{self.entry.id}:{kind}"

    def _in_this_mornings_mail(self, row: PromiseRow) -> frozenset[int]:
        """Whom today's daily mail, sent or on its way, has shown this date already."""
        lines = db.session.execute(
            sa.select(Notice.person_id, Notice.facts).where(
                Notice.promise_id == row.id,
                Notice.version == row.version,
                Notice.kind == "daily_line",
                Notice.state != NoticeState.SKIPPED,
                Notice.owed_at > self.now - timedelta(hours=48),
            )
        ).all()
        zones = hours.zones_of(people.many([line.person_id for line in lines]).values())
        today = {i: self.now.astimezone(zone).date().isoformat() for i, zone in zones.items()}
        return frozenset(line.person_id for line in lines if line.facts.get("on") == today[line.person_id])

    def _counted_this_morning(self, row: PromiseRow, on_duty: list[int]) -> frozenset[int]:
        """For whom of them today's daily mail, or the overview that stands for it, has counted this date: seven lines
        are named, the count is of everything that they owe before the next such mail."""
        mails = db.session.execute(
            sa.select(Notice.person_id, Notice.owed_at)
            .join(Delivery, Delivery.id == Notice.delivery_id)
            .where(
                Notice.person_id.in_(on_duty),
                Notice.kind.in_(("daily", "digest")),
                Notice.state != NoticeState.SKIPPED,
                Notice.owed_at > self.now - timedelta(hours=48),
                Notice.owed_at >= row.set_at,
                Delivery.template.in_(("daily", "digest_manager")),
            )
        ).all()
        persons = people.many([mail.person_id for mail in mails])
        return frozenset(m.person_id for m in mails if self._holds_today(persons[m.person_id], m.owed_at, row))

    def _holds_today(self, person: Person, owed_at: datetime, row: PromiseRow) -> bool:
        theirs = hours.Hours.of(person)
        is_todays = owed_at.astimezone(theirs.zone).date() == self.now.astimezone(theirs.zone).date()
        return is_todays and row.due_at is not None and row.due_at < theirs.next_daily(owed_at)

    # writing ----------------------------------------------------------------------------------------------------------

    def write(self) -> None:
        """Put the notices into the table. Who is disabled, has left or cannot see it is told nothing."""
        persons = [p for p in people.many(list(self._calls)).values() if p.active]
        if self.suggestion is not None:
            persons = access.who_can_see(self.suggestion, persons)
        resting, zones = self._put_off(self._calls), hours.zones_of(persons)
        rows = [
            row
            for person in persons
            for row in self._rows(person, self._calls[person.id], resting.get(person.id), zones[person.id])
        ]
        if rows:
            insert_new(rows)
        if self.suggestion is not None and self.actor_id is not None:
            # Who acts on a suggestion knows what was told of it.
            mine = (Notice.person_id == self.actor_id, Notice.suggestion_id == self.suggestion.id)
            mark_read(*mine, now=self.now)

    def _put_off(self, ids: Iterable[int]) -> dict[int, datetime]:
        """Who has put this suggestion off for themselves, and until when."""
        return snoozes.until_of(self.suggestion.id, ids, now=self.now) if self.suggestion is not None else {}

    def _rows(self, person: Person, call: Call, resting_until: datetime | None, zone: ZoneInfo) -> list[dict[str, Any]]:
        mail = self._mail(person, call, resting_until if call.kind in PUT_OFF else None, zone)
        twin = {
            **self._common(person, call),
            "key": f"{call.what}:person:{person.id}:{Channel.IN_APP.value}",
            "channel": Channel.IN_APP,
            "state": NoticeState.TOLD,
            "reason": "" if mail is not None else ONLY_HERE if call.is_in_app_only else IN_APP_ONLY,
            "not_before": self.now + self.held,
            "is_for_daily": False,
            "told_at": self.now + self.held,
        }
        return [twin] if mail is None else [mail, twin]

    def _mail(
        self, person: Person, call: Call, resting_until: datetime | None, zone: ZoneInfo
    ) -> dict[str, Any] | None:
        if call.is_in_app_only or not wants_mail(person, call.kind, call.lane):
            return None
        no_way = no_way_to(person, call.lane)
        reason = call.reason or (no_way if call.kind != "rung" else "")
        at = max(self.now + self.held, call.not_before or self.now, resting_until or self.now)
        at_any_hour = call.is_for_any_hour or call.is_for_daily or no_way
        return {
            **self._common(person, call),
            "key": f"{call.what}:person:{person.id}:{Channel.EMAIL.value}",
            "channel": Channel.EMAIL,
            "state": NoticeState.SKIPPED if reason else NoticeState.OWED,
            "reason": reason,
            "not_before": at if at_any_hour else windows.at_once(person, zone, now=at),
            "is_for_daily": call.is_for_daily,
            "told_at": None,
        }

    def _common(self, person: Person, call: Call) -> dict[str, Any]:
        return {
            "kind": call.kind,
            "person_id": person.id,
            "lane": call.lane,
            "team_id": self.team.id if self.team is not None else None,
            "suggestion_id": self.suggestion.id if self.suggestion is not None else None,
            "promise_id": self.promise.id if self.promise is not None else None,
            "entry_id": self.entry.id if self.entry is not None else None,
            "version": self.promise.version if self.promise is not None else None,
            "rung": call.rung,
            "owed_at": self.now,
            "facts": dict(call.facts),
        }


def wants_mail(person: Person, kind: str, lane: Lane) -> bool:
    """Whether the person wants a mail of this; otherwise the app alone tells them and no mail is owed.

    Follow-ups cannot be switched off this way: a row says that they could not leave. What needs somebody who looks
    after the site cannot at all.
    """
    if kind == "alert" or lane in (Lane.FOLLOW_UP, Lane.DIGEST):
        return True
    return topics.is_by_mail(person, topics.of(kind, lane))


def no_way_to(person: Person, lane: Lane) -> str:
    """Why no mail can reach this person, or "" where one can."""
    if person.mail_bounced_at is not None:
        return BOUNCED
    if lane is Lane.FOLLOW_UP and person.reminders_in_app:
        return IN_APP_ONLY
    return ""


def unreachable(ids: Iterable[int]) -> frozenset[int]:
    """Who of them no follow-up reaches by mail: disabled, bounced, or moved to the app by unsubscribing.

    Whoever left the team is not on its roster any more.
    """
    wanted = set(ids)
    reached = {p.id for p in people.many(wanted).values() if p.active and not no_way_to(p, Lane.FOLLOW_UP)}
    return frozenset(wanted - reached)


def insert_new(rows: list[dict[str, Any]]) -> int:
    """Insert notices whose keys are new, and say how many; a known key is left alone and poisons no transaction."""
    statement = _insert_new(is_sqlite=is_sqlite())
    return int(db.session.execute(statement, rows).rowcount)  # type: ignore[attr-defined]


@cache
def _insert_new(*, is_sqlite: bool) -> sa.Insert:
    insert = (sqlite.insert if is_sqlite else postgresql.insert)(db.metadata.tables[Notice.__tablename__])
    return insert.on_conflict_do_nothing(index_elements=["key"]).inline()  # no id is asked for


def mark_read(*which: sa.ColumnElement[bool], now: datetime) -> None:
    """What was told in the app until now, and is one of these, has been read."""
    is_unread = (Notice.channel == Channel.IN_APP, Notice.read_at.is_(None), Notice.told_at <= now)
    statement = sa.update(Notice).where(*which, *is_unread).values(read_at=now)
    db.session.execute(statement.execution_options(synchronize_session=False))


def _known_to(promise_id: int) -> frozenset[int]:
    """Whom something about this promise has been owed to before."""
    where = (Notice.promise_id == promise_id, Notice.channel == Channel.EMAIL)
    return frozenset(db.session.scalars(sa.select(Notice.person_id).where(*where)))
