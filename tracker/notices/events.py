"""What happens to a suggestion that the whole team can see, for the team's webhooks and chats.

An event is owed in the transaction of the act that makes it: one message of the outbox for each outlet that runs, with
a key made of meaning (``webhook:3:entry:17``). It is to nobody in particular, so no notice stands before it. It is
looked at again before it leaves, like everything else. What only some may see, and what is about a person, never
becomes one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from tracker import access, chance
from tracker.domain.promises import PromiseKind, PromiseState
from tracker.notices import second_thoughts
from tracker.notices.look_again import ANSWERED, NEW_DATE, TAKEN_BACK
from tracker.store import entries, outlets, promises, suggestions
from tracker.store.base import db, is_sqlite
from tracker.store.entries import Entry, EntryKind
from tracker.store.notices import Channel, Delivery, DeliveryState, Lane
from tracker.store.outlets import Outlet
from tracker.store.people import Person
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import Suggestion

REMOVED = "removed"
NOT_FOR_ALL = "not for the whole team"
STOPPED = "the receiver wants no more"
SWITCHED_OFF = "switched off"
OLD_NEWS = "a day old"
#: People read a chat as it comes; what is older than this only buries what is new.
FRESH = timedelta(days=1)
#: Our own promises; a question's date is the author's, and a task has a page of its own.
OURS = (PromiseKind.ANSWER, PromiseKind.DELIVER, PromiseKind.REVISIT)


class Event(StrEnum):
    """The ``type`` of a message. Names never change; new ones may come."""

    RAISED = "suggestion.raised"
    ASKED = "suggestion.asked"
    ANSWERED = "suggestion.answered"
    MOVED = "suggestion.moved"
    CONTESTED = "suggestion.contested"
    REOPENED = "suggestion.reopened"
    WITHDRAWN = "suggestion.withdrawn"
    MERGED = "suggestion.merged"
    BROKEN = "promise.broken"  # its date has passed
    RUNG = "promise.rung"  # a reminder of it was owed
    TEST = "test"


# Owing ----------------------------------------------------------------------------------------------------------------


def owe(
    event: Event,
    s: Suggestion,
    entry: Entry,
    *,
    now: datetime,
    meaning: str = "",
    held: timedelta = timedelta(0),
    facts: Mapping[str, Any] | None = None,
) -> int:
    """To each outlet of the team that runs, unless somebody in the team may not know. Returns how many.

    A chat hears of no reminder: it would be rung there for days, before everybody's eyes.

    ``meaning`` takes the entry's place in the key where several entries mean one thing.
    """
    if entry.is_internal or not access.is_for_whole_team(s):
        return 0
    running = [one for one in outlets.running(s.team_id) if event is not Event.RUNG or one.channel is not Channel.CHAT]
    known = {"suggestion": s.id, "entry": entry.id, **(facts or {})}
    what = meaning or f"entry:{entry.id}"
    return _put([_row(outlet, event, what, known, now=now, at=now + held) for outlet in running])


def climbed(s: Suggestion, row: PromiseRow, entry: Entry, *, rung: int, has_passed: bool, now: datetime) -> None:
    """A reminder was owed; and from the second rung on the date has passed, which is told once for each date."""
    if row.kind not in OURS:
        return
    of_date = f"promise:{row.id}:v{row.version}"
    facts = {"promise": row.id, "version": row.version}
    if has_passed:
        owe(Event.BROKEN, s, entry, meaning=f"{of_date}:broken", now=now, facts=facts)
    owe(Event.RUNG, s, entry, meaning=f"{of_date}:rung:{rung}", now=now, facts={**facts, "rung": rung})


def owe_test(outlet: Outlet, *, now: datetime) -> int:
    """Somebody wants to see whether it arrives."""
    return _put([_row(outlet, Event.TEST, f"test:{now.isoformat()}", {}, now=now, at=now)])


def take_back(entry: Entry) -> bool:
    """Skip what this entry would have told; False where a message of it is with a sender or has left."""
    s = suggestions.by_id(entry.suggestion_id)
    keys = [_key(outlet, f"entry:{entry.id}") for outlet in outlets.of_team(s.team_id)] if s is not None else []
    if not keys:
        return True
    waiting = (
        sa.update(Delivery)
        .where(Delivery.key.in_(keys), Delivery.state == DeliveryState.PENDING)
        .values(state=DeliveryState.SKIPPED, outcome=TAKEN_BACK)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(waiting)
    gone = sa.select(Delivery.id).where(Delivery.key.in_(keys), Delivery.state != DeliveryState.SKIPPED)
    return db.session.scalar(gone.limit(1)) is None


def _key(outlet: Outlet, what: str) -> str:
    return f"{outlet.destination}:{what}"


def _row(
    outlet: Outlet, event: Event, what: str, facts: dict[str, Any], *, now: datetime, at: datetime
) -> dict[str, Any]:
    return {
        "key": _key(outlet, what),
        "person_id": None,
        "channel": outlet.channel,
        "destination": outlet.destination,
        "address": "",
        "lane": Lane.NEWS,
        "template": event.value,
        "team_id": outlet.team_id,
        "state": DeliveryState.PENDING,
        "attempts": 0,
        "next_attempt_at": at,
        "message_id": f"msg_{chance.token_hex(16)}",
        "created_at": now,
        "outcome": "",
        "was_unknown": False,
        "facts": facts,
    }


def _put(rows: list[dict[str, Any]]) -> int:
    if not rows:
        return 0
    db.session.flush()
    insert = (sqlite.insert if is_sqlite() else postgresql.insert)(Delivery)
    statement = insert.values(rows).on_conflict_do_nothing(index_elements=["key"])
    return int(db.session.execute(statement).rowcount)  # type: ignore[attr-defined]


# Looking again --------------------------------------------------------------------------------------------------------


def why_not(delivery: Delivery, outlet: Outlet | None, *, now: datetime) -> str:
    """Why this message does not leave, or ""."""
    if outlet is None or not outlets.is_to(delivery, outlet):
        return REMOVED
    if outlet.stopped_at is not None:
        return STOPPED if outlet.stopped_by_id is None else SWITCHED_OFF
    if outlet.channel is Channel.CHAT and now - delivery.created_at > FRESH:
        return OLD_NEWS
    if delivery.template == Event.TEST:
        return ""
    s, entry = subject(delivery)
    if s is None or entry is None or s.team_id != outlet.team_id or not access.is_for_whole_team(s):
        return NOT_FOR_ALL
    if entry.kind is EntryKind.ANSWER and entry.id in entries.undone_ids(entries.of_kinds(s.id, EntryKind.UNDONE)):
        return TAKEN_BACK
    return _why_no_rung(delivery) if delivery.template == Event.RUNG else ""


def _why_no_rung(delivery: Delivery) -> str:
    """A reminder of what is settled by now would only confuse."""
    row = promises.by_id(delivery.facts["promise"])
    if row is None or row.state is not PromiseState.OPEN:
        return ANSWERED
    return "" if row.version == delivery.facts["version"] else NEW_DATE


def stands_at(delivery: Delivery, *, now: datetime) -> datetime | None:
    """When what it is about can be taken back no more; none where it stands already."""
    return second_thoughts.ends_at(delivery.facts.get("suggestion"), delivery.facts.get("promise"), now=now)


def is_seen_by(reader: Person, delivery: Delivery) -> bool:
    """Whether this person may know of the message at all; a test is about nothing."""
    if delivery.template == Event.TEST:
        return True
    s, _entry = subject(delivery)
    return s is not None and access.can_see(reader, s)


def subject(delivery: Delivery) -> tuple[Suggestion | None, Entry | None]:
    """What an event is about."""
    facts = delivery.facts
    return suggestions.by_id(facts["suggestion"]), entries.by_id(facts["entry"])
