"""The rows of the claim protocol: conditional updates whose count is the answer, and what ends with a message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from tracker.notices import look_again
from tracker.store import delivery_events, promises
from tracker.store.base import db, for_update
from tracker.store.delivery_events import Happened
from tracker.store.notices import Delivery, DeliveryState, Notice, NoticeState

#: A body with one of these tokens is of no use to anybody once it is sent.
SECRETS = ("token", "url")


@dataclass(frozen=True, slots=True)
class Unreached:
    """A rung that cannot reach its person by mail."""

    promise_id: int
    rung: int
    person_id: int


@dataclass(frozen=True, slots=True)
class Finished:
    """``is_ours`` False: somebody else holds the message now, and nothing was written."""

    is_ours: bool
    state: DeliveryState | None = None
    unreached: tuple[Unreached, ...] = ()


def notices_of(delivery_id: int) -> list[Notice]:
    """What a message carries and still owes, oldest first."""
    where = (Notice.delivery_id == delivery_id, Notice.state == NoticeState.OWED)
    return list(db.session.scalars(sa.select(Notice).where(*where).order_by(Notice.id)))


def skip(gone: dict[Notice, str]) -> tuple[Unreached, ...]:
    """Write down why these notices do not leave, and name the rungs that so reach nobody."""
    unreached = []
    for notice, why in gone.items():
        notice.state, notice.reason = NoticeState.SKIPPED, why[:120]
        if look_again.is_out_of_reach(notice, why) and (rung := _rung_of(notice)) and notice.promise_id is not None:
            unreached.append(Unreached(notice.promise_id, rung, notice.person_id))
    db.session.flush()
    return tuple(dict.fromkeys(unreached))


def _rung_of(notice: Notice) -> int:
    """The rung that so reaches nobody; 0 for everything else.

    A line of a daily mail stands for every rung that it spared a mail of its own.
    """
    if notice.kind == "rung":
        return notice.rung or 0
    row = promises.by_id(notice.promise_id) if notice.kind == "daily_line" and notice.promise_id is not None else None
    return row.rung if row is not None and row.version == notice.version else 0


def mine(delivery_id: int, token: str, *states: DeliveryState) -> Delivery | None:
    where = (Delivery.id == delivery_id, Delivery.token == token, Delivery.state.in_(states))
    found: Delivery | None = db.session.scalar(for_update(sa.select(Delivery).where(*where)))
    return found


def end(delivery: Delivery, state: DeliveryState, why: str) -> dict[str, Any]:
    """The values of a message that will not leave. A follow-up's place among the two of its day becomes free."""
    key = f"{delivery.key}:{state.value}:{delivery.id}" if delivery.key.startswith("follow_up:") else delivery.key
    return {"state": state, "outcome": why[:400], "facts": blanked(delivery), "key": key}


def blanked(delivery: Delivery) -> dict[str, Any]:
    """The facts without what opens a door."""
    return {name: value for name, value in delivery.facts.items() if name not in SECRETS}


def update(delivery_id: int, held_by: str | None, states: tuple[DeliveryState, ...], **values: Any) -> bool:
    """The conditional update of the protocol; whether it was still ours to write."""
    where = [Delivery.id == delivery_id, Delivery.state.in_(states)]
    if held_by is not None:
        where.append(Delivery.token == held_by)
    result = db.session.execute(plain(sa.update(Delivery).where(*where).values(**values)))
    return int(result.rowcount) == 1  # type: ignore[attr-defined]


def revive(delivery: Delivery, *, now: datetime) -> bool:
    """What was given up is tried once more, with what it did not tell for that reason; whether it still was given up.

    Its person is asked for, its notices are looked at and its place among the two of a day is taken when it leaves.
    """
    facts = {name: value for name, value in delivery.facts.items() if name != "lost"}
    values = {"state": DeliveryState.PENDING, "token": None, "claimed_at": None, "next_attempt_at": now, "facts": facts}
    if not update(delivery.id, None, (DeliveryState.DEAD,), **values):
        return False
    given_up = (Notice.state == NoticeState.SKIPPED, Notice.reason == delivery.outcome[:120])
    again = sa.update(Notice).where(Notice.delivery_id == delivery.id, *given_up)
    db.session.execute(plain(again.values(state=NoticeState.OWED, reason="")))
    return True


Statement = TypeVar("Statement", bound=sa.Executable)


def plain(statement: Statement) -> Statement:
    """Without touching objects in the session: the database's answer counts."""
    return statement.execution_options(synchronize_session=False)


def dead(delivery: Delivery, token: str, why: str, *, now: datetime) -> Finished:
    states = (DeliveryState.CLAIMED, DeliveryState.SENDING)
    if not update(delivery.id, token, states, **end(delivery, DeliveryState.DEAD, why)):
        return Finished(False)
    delivery_events.note(delivery.id, Happened.GIVEN_UP, why, at=now)
    owed = [notice for notice in notices_of(delivery.id) if notice.state is NoticeState.OWED]
    return Finished(True, DeliveryState.DEAD, skip(dict.fromkeys(owed, why)))
