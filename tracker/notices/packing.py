"""Owed notices become messages: what belongs to one act is one mail, and follow-ups are never more than two a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from tracker.domain import weeks
from tracker.domain.ladder import DEPUTIES, EVERYBODY
from tracker.notices import deliveries, hours, second_thoughts, security_mail, storms, windows
from tracker.notices.deliveries import Unreached
from tracker.notices.outgoing import Outgoing
from tracker.notices.telling import DISABLED, no_way_to
from tracker.store import entries, people
from tracker.store.base import db, for_update, is_sqlite
from tracker.store.notices import Channel, Delivery, DeliveryState, Lane, Notice, NoticeState
from tracker.store.people import Person

#: So many follow-up mails reach a person on one day of theirs, ever.
MOST_A_DAY = 2
#: What tells that somebody was told waits so long for that one's mail to leave, and then speaks without it.
PATIENCE = timedelta(minutes=10)

#: What comes inside the person's hours. Overviews and daily mails have an hour of their own.
IN_HOURS = (Lane.NEWS, Lane.FOLLOW_UP)

#: The mail of a kind of notice, where it is another word.
TEMPLATES = {"manager_comment": "comment", "clarify": "clarify_due", "task": "news"}


@dataclass(frozen=True, slots=True)
class Packed:
    """``made`` messages, and rungs that cannot reach their person, counted among them: what is then owed to somebody
    else is packed the next time. Call again while it is not 0."""

    made: int
    unreached: tuple[Unreached, ...] = ()


def pack(*, now: datetime, outgoing: Outgoing, limit: int = 500) -> Packed:
    """Put owed notices whose time has come into messages. What waits for the daily mail or the digest is left alone."""
    owed = _due(now, limit)
    persons = people.many([notice.person_id for notice in owed])
    unreachable = {n: why for n in owed if (why := _cannot_leave(n, persons.get(n.person_id)))}
    gone = {n: why for n, why in unreachable.items() if not _may_come_back(n, now)}
    unreached = deliveries.skip(gone)
    zones = hours.zones_of(persons.values())
    awake = [n for n in owed if n not in unreachable and not _sleeps(n, persons[n.person_id], zones[n.person_id], now)]
    ready = [n for n in awake if not _waits(n, now)]
    made = 0
    for bundle in _bundles(ready):
        made += _packed(bundle, persons[bundle[0].person_id], now, outgoing)
    db.session.flush()
    if made:
        storms.brake(now=now)
    return Packed(made + len(unreached), unreached)


def _due(now: datetime, limit: int) -> list[Notice]:
    statement = (
        sa.select(Notice)
        .where(
            Notice.state == NoticeState.OWED,
            Notice.delivery_id.is_(None),
            Notice.channel == Channel.EMAIL,
            sa.not_(Notice.is_for_daily),
            Notice.not_before <= now,
        )
        .order_by(Notice.not_before, Notice.id)
        .limit(limit)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(for_update(statement, skip_locked=True)))


def _cannot_leave(notice: Notice, person: Person | None) -> str:
    if person is None or not person.active:
        return DISABLED
    return no_way_to(person, notice.lane)


def _may_come_back(notice: Notice, now: datetime) -> bool:
    """Whether it is about what somebody can still take back: only then is it known whether it goes on to another."""
    stands_at = second_thoughts.end_at([notice], now=now)
    if stands_at is not None:
        notice.not_before = stands_at
    return stands_at is not None


def _sleeps(notice: Notice, person: Person, zone: ZoneInfo, now: datetime) -> bool:
    """Whether its time came while nobody was there to send it, and its person's hours are over: it waits for the next
    ones. A worker that comes back at three in the morning wakes nobody."""
    if notice.lane not in IN_HOURS:
        return False
    opens = windows.opens_again(person, zone, now=now)
    if opens is not None:
        notice.not_before = opens
    return opens is not None


# Who speaks of whom ---------------------------------------------------------------------------------------------------


def _waits(notice: Notice, now: datetime) -> bool:
    """Whether this one tells of mails that are just leaving: it then waits until they have left.

    The author reads who has been reminded, so the silence notice follows those; who is late reads that the author
    knows, so their third rung follows the silence notice.
    """
    if notice.promise_id is None or now - notice.owed_at > PATIENCE:
        return False
    if notice.kind == "silence":
        return _on_its_way(notice, now, roles=("deputy", "owner", "manager") if notice.rung == DEPUTIES else None)
    if notice.kind == "rung" and notice.facts.get("as") == "duty" and DEPUTIES <= (notice.rung or 0) < EVERYBODY:
        return _on_its_way(notice, now, kind="silence") or _on_its_way(notice, now, roles=("deputy", "owner"))
    return False


def _on_its_way(notice: Notice, now: datetime, *, kind: str = "rung", roles: tuple[str, ...] | None = None) -> bool:
    others = db.session.scalars(
        sa.select(Notice).where(
            Notice.promise_id == notice.promise_id,
            Notice.version == notice.version,
            Notice.kind == kind,
            Notice.state == NoticeState.OWED,
            Notice.channel == Channel.EMAIL,
            sa.not_(Notice.is_for_daily),
            Notice.not_before <= now,
            Notice.owed_at > now - PATIENCE,
            Notice.person_id != notice.person_id,
        )
    )
    return any(roles is None or other.facts.get("as") in roles for other in others)


# Bundles --------------------------------------------------------------------------------------------------------------


def _bundles(ready: Iterable[Notice]) -> list[list[Notice]]:
    """What goes into one mail, in the order of the earliest of each."""
    bundles: dict[tuple[Any, ...], list[Notice]] = defaultdict(list)
    for notice in ready:
        bundles[_bundle_key(notice)].append(notice)
    return list(bundles.values())


def _bundle_key(notice: Notice) -> tuple[Any, ...]:
    who = (notice.person_id, notice.lane)
    if notice.lane is Lane.FOLLOW_UP:
        return who
    if notice.kind == "manager_comment":
        return (*who, notice.kind, notice.suggestion_id)
    if notice.kind in ("silence", "receipt") or notice.entry_id is None:
        return (*who, notice.key)
    entry = entries.by_id(notice.entry_id)
    if entry is None:
        return (*who, notice.key)
    # one act may touch many suggestions, and tells a person once: the same actor, instant and words
    return (*who, notice.kind, entry.actor_id, entry.at, entry.text, entry.facts.get("outcome"))


def _packed(bundle: list[Notice], person: Person, now: datetime, outgoing: Outgoing) -> int:
    first = bundle[0]
    if first.lane is not Lane.FOLLOW_UP:
        return make(bundle, person, _template(bundle), f"mail:{first.key}", now=now, outgoing=outgoing)
    key = free_place(person, hours.zone_of(person), now=now)
    if key is None:
        for notice in bundle:
            notice.is_for_daily = True  # two have left today: the next daily mail takes it along
        return 0
    return make(bundle, person, _template(bundle), key, now=now, outgoing=outgoing)


def _template(bundle: list[Notice]) -> str:
    kind = bundle[0].kind
    if len(bundle) == 1 or kind in ("answer", "manager_comment"):
        return TEMPLATES.get(kind, kind)
    return "daily"


def free_place(person: Person, zone: ZoneInfo, *, now: datetime) -> str | None:
    """The key of one of this day's two follow-up mails that is still free; its uniqueness is what keeps it to two."""
    return next(iter(places_left(person, zone, now=now)), None)


def places_left(person: Person, zone: ZoneInfo, *, now: datetime, without: int | None = None) -> list[str]:
    """The keys of this day's two that may be taken, as if there were no message ``without``.

    What has left since this day began, or is just leaving, and has the key of another day takes one of them too: of
    the day that it was when the person, or their team, still lived in another zone. What a wrong clock has sent in days
    to come does not.
    """
    today = now.astimezone(zone).date()
    keys = [place(person.id, today, nth) for nth in range(1, MOST_A_DAY + 1)]
    has_left = sa.and_(
        Delivery.person_id == person.id,
        Delivery.lane.in_((Lane.FOLLOW_UP, Lane.DIGEST)),
        sa.or_(
            sa.and_(
                Delivery.state == DeliveryState.SENT,
                Delivery.sent_at >= weeks.start_of_day(today, zone),
                Delivery.sent_at < weeks.end_of_day(today, zone),
            ),
            sa.and_(Delivery.state == DeliveryState.SENDING, Delivery.sent_at.is_(None)),
        ),
        Delivery.key.startswith("follow_up:"),
    )
    found = db.session.execute(sa.select(Delivery.id, Delivery.key).where(sa.or_(Delivery.key.in_(keys), has_left)))
    taken = {row.key for row in found if row.id != without}
    of_other_days = len(taken.difference(keys))
    return [key for key in keys[of_other_days:] if key not in taken] if len(taken) < MOST_A_DAY else []


def place(person_id: int, on: date, nth: int) -> str:
    return f"follow_up:person:{person_id}:{on.isoformat()}:{nth}"


def make(
    notices: list[Notice],
    person: Person,
    template: str,
    key: str,
    *,
    now: datetime,
    outgoing: Outgoing,
    facts: dict[str, Any] | None = None,
) -> int:
    """One message to this person that carries these notices; 0 when its key is taken, and nothing happens."""
    first = notices[0]
    team_ids = {notice.team_id for notice in notices}
    values = {
        "key": key,
        "person_id": person.id,
        "channel": Channel.EMAIL,
        "destination": outgoing.destination,
        "address": person.email,
        "lane": first.lane,
        "template": template,
        "team_id": team_ids.pop() if len(team_ids) == 1 else None,
        "state": DeliveryState.PENDING,
        "attempts": 0,
        "next_attempt_at": now,
        "message_id": security_mail.message_id(),
        "created_at": now,
        "outcome": "",
        "was_unknown": False,
        "facts": facts or {},
    }
    insert = (sqlite.insert if is_sqlite() else postgresql.insert)(Delivery)
    statement = insert.values(**values).on_conflict_do_nothing(index_elements=["key"]).returning(Delivery.id)
    delivery_id = db.session.scalar(statement)
    if delivery_id is None:
        return 0
    for notice in notices:
        notice.delivery_id = delivery_id
    db.session.flush()
    return 1
