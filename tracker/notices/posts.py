"""From an event to what is posted: the JSON of a webhook and its signatures.

Ids and facts: what happened to which suggestion, what is owed and until when. What somebody wrote below the title stays
in Tracker, where it can still be changed, taken back and erased; whoever wants it asks the API with a token.

Written anew at each attempt, from what is in the store: the id stays, the second of the attempt is another.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tracker.domain import webhook_signatures
from tracker.domain.lifecycle import waiting_on
from tracker.domain.promise_value import instant_text
from tracker.notices import events, links
from tracker.notices.events import Event
from tracker.store import people
from tracker.store.base import db
from tracker.store.entries import Entry, EntryKind
from tracker.store.notices import Delivery
from tracker.store.outlets import Outlet
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team


@dataclass(frozen=True, slots=True)
class Post:
    """One message to a webhook."""

    delivery_id: int
    url: str = field(repr=False)
    body: bytes = field(repr=False)
    headers: dict[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Talk:
    """One message to a chat. ``url`` holds its key."""

    delivery_id: int
    url: str = field(repr=False)
    title: str = field(repr=False)
    body: str = field(repr=False)


def webhook(delivery: Delivery, outlet: Outlet, *, now: datetime) -> Post:
    """What leaves at this attempt. Only for what ``events.why_not`` lets go."""
    body = json.dumps(payload(delivery, outlet), ensure_ascii=False, separators=(",", ":")).encode()
    signed = webhook_signatures.headers(outlet.secrets(now=now), message_id=delivery.message_id, at=now, body=body)
    return Post(delivery.id, outlet.url, body, {"content-type": "application/json", **signed})


def payload(delivery: Delivery, outlet: Outlet) -> dict[str, Any]:
    """``{type, timestamp, data}``. Persons are names, never addresses; of texts there is the title alone."""
    team = db.session.get_one(Team, outlet.team_id)
    data: dict[str, Any] = {"team": {"slug": team.slug, "name": team.name}}
    at = delivery.created_at
    s, entry = (None, None) if delivery.template == Event.TEST else events.subject(delivery)
    if s is not None and entry is not None:
        at = entry.at
        data |= {"suggestion": _suggestion(s, team), "by": _name(entry.actor_id)}
        data |= _of_entry(delivery, entry)
    return {"type": delivery.template, "timestamp": instant_text(at), "data": data}


def _suggestion(s: Suggestion, team: Team) -> dict[str, Any]:
    return {
        "number": s.number,
        "title": s.title,
        "kind": s.kind.value,
        "urgency": s.urgency.value,
        "status": s.status.value,
        "waiting_on": waiting_on(s.status).value,
        "author": s.author.name,
        "url": links.url("suggestion", slug=team.slug, number=s.number),
    }


def _of_entry(delivery: Delivery, entry: Entry) -> dict[str, Any]:
    """What is owed from then on, as the entry keeps it."""
    facts = entry.facts
    found: dict[str, Any] = {"promise": _promise(facts.get("promise"))}
    if entry.kind is EntryKind.ANSWER:
        found |= {"outcome": facts["outcome"], "on": facts.get("on"), "who": _name(facts.get("who"))}
    elif entry.kind is EntryKind.MOVED:
        found |= {"was": _instant(facts.get("was")), "to": _instant(facts.get("to")), "moves": facts.get("nth")}
    elif entry.kind is EntryKind.MERGED:
        found["into"] = facts["number"]
    elif delivery.template == Event.RUNG:
        found["rung"] = delivery.facts["rung"]
    return found


def _promise(values: dict[str, Any] | None) -> dict[str, Any] | None:
    if values is None:
        return None
    return {
        "kind": values["kind"],
        "state": values["state"],
        "due_at": values["due_at"],
        "owed_by": _name(values.get("owed_by")),
    }


def _instant(text: str | None) -> str | None:
    return instant_text(datetime.fromisoformat(text)) if text else None


def _name(person_id: int | None) -> str | None:
    person = people.by_id(person_id) if person_id is not None else None
    return person.name if person is not None else None
