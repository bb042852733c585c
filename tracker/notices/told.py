"""Who has been told, read from what a channel took: never from the ladder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from tracker.notices.outgoing import MAILBOX
from tracker.store.base import db
from tracker.store.notices import Channel, Delivery, Notice, NoticeState

REMINDERS = ("rung", "daily_line")


@dataclass(frozen=True, slots=True)
class Carried:
    """One notice of a promise that a channel took. ``rung`` 0: a line that looked ahead before the first."""

    person_id: int
    kind: str
    rung: int
    version: int
    told_at: datetime
    #: it stands in the embedded mailbox: "put into the mailbox", nobody was reached
    is_in_mailbox: bool
    entry_id: int | None = None


def carried(promise_id: int, *, version: int | None = None, kinds: Sequence[str] | None = None) -> list[Carried]:
    """What mails have told about a promise, oldest first; of one date only where ``version`` is given."""
    return carried_of([promise_id], version=version, kinds=kinds).get(promise_id, [])


def carried_of(
    promise_ids: Iterable[int], *, version: int | None = None, kinds: Sequence[str] | None = None
) -> dict[int, list[Carried]]:
    """The same for many promises in one query."""
    statement = (
        sa.select(Notice, Delivery.destination)
        .join(Delivery, Delivery.id == Notice.delivery_id)
        .where(
            Notice.promise_id.in_(list(promise_ids)),
            Notice.channel == Channel.EMAIL,
            Notice.state == NoticeState.TOLD,
            Notice.kind.in_(list(kinds or (*REMINDERS, "silence"))),
        )
        .order_by(Notice.told_at, Notice.id)
    )
    if version is not None:
        statement = statement.where(Notice.version == version)
    found: dict[int, list[Carried]] = defaultdict(list)
    for notice, destination in db.session.execute(statement):
        if notice.promise_id is not None and notice.told_at is not None:
            found[notice.promise_id].append(_carried(notice, notice.told_at, destination))
    return dict(found)


def _carried(notice: Notice, told_at: datetime, destination: str) -> Carried:
    return Carried(
        person_id=notice.person_id,
        kind=notice.kind,
        rung=notice.rung or 0,
        version=notice.version or 0,
        told_at=told_at,
        is_in_mailbox=destination == MAILBOX,
        entry_id=notice.entry_id,
    )


def reminded(found: Iterable[Carried]) -> dict[int, list[datetime]]:
    """Person → when they were reminded, in the order in which they were first reached. One mail counts once."""
    times: dict[int, list[datetime]] = defaultdict(list)
    for one in found:
        if one.kind in REMINDERS and one.told_at not in times[one.person_id]:
            times[one.person_id].append(one.told_at)
    return {person: at for person, at in times.items() if at}


def out_of_reach(promise_id: int, version: int, reasons: Iterable[str]) -> list[int]:
    """Whom a rung of this date could not reach, in order."""
    statement = sa.select(Notice.person_id).where(
        Notice.promise_id == promise_id,
        Notice.version == version,
        Notice.kind == "rung",
        Notice.state == NoticeState.SKIPPED,
        Notice.reason.in_(list(reasons)),
    )
    return list(dict.fromkeys(db.session.scalars(statement.order_by(Notice.id))))
