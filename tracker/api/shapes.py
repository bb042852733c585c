"""What the API takes and gives: instants are ISO 8601 in UTC, days are ISO dates in the team's zone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import marshmallow as ma

from tracker.domain.lifecycle import Kind, Urgency, waiting_on
from tracker.domain.outcomes import Outcome
from tracker.domain.promises import PromiseKind, PromiseState
from tracker.store.attachments import Attachment
from tracker.store.entries import Entry, EntryKind
from tracker.store.people import Person
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import Suggestion
from tracker.store.tasks import Task

#: Facts that belong to the log and mean nothing to a reader outside. An entry's number is among them, and stands
#: nowhere else: numbers run through all teams and suggestions, and a gap tells of one that the reader must not see.
_INTERNAL_FACTS = frozenset({"promise", "also", "former", "entry", "into", "suggestion", "carried", "task"})
#: Facts that hold persons' ids, shown as names.
_PERSON_FACTS = ("to", "who", "absent", "left", "unreachable")


class Strict(ma.Schema):
    class Meta:
        unknown = ma.RAISE


class RaiseIn(Strict):
    title = ma.fields.String(required=True)
    body = ma.fields.String(load_default="")
    kind = ma.fields.Enum(Kind, by_value=True, load_default=Kind.IDEA)
    urgency = ma.fields.Enum(Urgency, by_value=True, load_default=Urgency.NORMAL)


class TextIn(Strict):
    text = ma.fields.String(required=True)


class AnswerIn(Strict):
    outcome = ma.fields.Enum(Outcome, by_value=True, required=True)
    text = ma.fields.String(load_default="")
    on = ma.fields.Date(load_default=None, allow_none=True)
    #: the address of the member who will do it; default: who answers
    who = ma.fields.Email(load_default=None, allow_none=True)


class MoveIn(Strict):
    on = ma.fields.Date(load_default=None, allow_none=True)
    at = ma.fields.AwareDateTime(load_default=None, allow_none=True, default_timezone=UTC)
    reason = ma.fields.String(load_default="")


class MergeIn(Strict):
    into = ma.fields.Integer(required=True, validate=ma.validate.Range(min=1, max=2**31))


class NothingIn(Strict):
    tell_me = ma.fields.Boolean(load_default=False)


class PromiseOut(ma.Schema):
    kind = ma.fields.Enum(PromiseKind, by_value=True)
    state = ma.fields.Enum(PromiseState, by_value=True)
    due_at = ma.fields.String(allow_none=True)
    made_at = ma.fields.String()
    owed_by = ma.fields.String(allow_none=True, metadata={"description": "A person's name, or null: the managers."})
    moves = ma.fields.Integer()


class TaskOut(ma.Schema):
    number = ma.fields.Integer(metadata={"description": "Which one of its suggestion: for its address."})
    title = ma.fields.String()
    assignee = ma.fields.String(allow_none=True)
    on = ma.fields.Date()
    state = ma.fields.Enum(PromiseState, by_value=True)
    done_at = ma.fields.String(allow_none=True)


class SuggestionOut(ma.Schema):
    number = ma.fields.Integer()
    title = ma.fields.String()
    body = ma.fields.String()
    kind = ma.fields.String()
    urgency = ma.fields.String()
    status = ma.fields.String()
    visibility = ma.fields.String()
    waiting_on = ma.fields.String()
    author = ma.fields.String()
    assignee = ma.fields.String(allow_none=True)
    raised_at = ma.fields.String()
    votes = ma.fields.Integer()
    nudges = ma.fields.Integer()
    tags = ma.fields.List(ma.fields.String())
    url = ma.fields.String()
    promise = ma.fields.Nested(PromiseOut, allow_none=True)
    suspended = ma.fields.Nested(PromiseOut, allow_none=True)
    tasks = ma.fields.List(ma.fields.Nested(TaskOut))


class ListOut(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(SuggestionOut))
    next = ma.fields.Integer(allow_none=True, metadata={"description": "The last one's number, for `before`."})


class ListQuery(ma.Schema):
    #: a suggestion's number: what was raised before it
    before = ma.fields.Integer(load_default=None, validate=ma.validate.Range(min=1, max=2**31))
    limit = ma.fields.Integer(load_default=50, validate=ma.validate.Range(min=1, max=200))
    status = ma.fields.String(load_default=None)


class ProblemOut(ma.Schema):
    """RFC 9457, with the name of the value it is about, or what is wrong with each."""

    type = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    detail = ma.fields.String(required=True, metadata={"description": "A sentence in the caller's language."})
    field = ma.fields.String()
    errors = ma.fields.Dict()


class FileOut(ma.Schema):
    name = ma.fields.String()
    type = ma.fields.String(metadata={"description": "Its media type, as its content told it."})
    size = ma.fields.Integer(metadata={"description": "In bytes."})
    url = ma.fields.String(metadata={"description": "Opens for who is signed in and can read the entry."})


class EntryOut(ma.Schema):
    at = ma.fields.String()
    kind = ma.fields.Enum(EntryKind, by_value=True)
    actor = ma.fields.String(allow_none=True)
    via = ma.fields.String()
    text = ma.fields.String()
    facts = ma.fields.Dict()
    files = ma.fields.List(ma.fields.Nested(FileOut))


class TimelineOut(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(EntryOut))


class RecordOut(ma.Schema):
    on_time = ma.fields.Integer()
    late = ma.fields.Integer()
    missed = ma.fields.Integer()
    moved = ma.fields.Integer()
    taken_back = ma.fields.Integer()
    open = ma.fields.Integer()
    contested = ma.fields.Integer()


def iso(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def promise(row: PromiseRow | None, suggestion: Suggestion, names: dict[int, str]) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "kind": row.kind,
        "state": row.state,
        "due_at": iso(row.due_at),
        "made_at": iso(row.made_at),
        "owed_by": names.get(row.owed_by_id) if row.owed_by_id else None,
        "moves": suggestion.moves,
    }


def suggestion(
    s: Suggestion,
    rows: Iterable[PromiseRow],
    names: dict[int, str],
    *,
    url: str,
    tags: Iterable[str],
    tasks: Iterable[tuple[int, Task]],
) -> dict[str, Any]:
    """``rows`` are its open and suspended promises; ``names`` of everybody in them."""
    running = {row.state: row for row in rows}
    return {
        "number": s.number,
        "title": s.title,
        "body": s.body,
        "kind": s.kind.value,
        "urgency": s.urgency.value,
        "status": s.status.value,
        "visibility": s.visibility.value,
        "waiting_on": waiting_on(s.status).value,
        "author": s.author.name,
        "assignee": s.assignee.name if s.assignee else None,
        "raised_at": iso(s.raised_at),
        "votes": s.votes,
        "nudges": s.nudges,
        "tags": list(tags),
        "url": url,
        "promise": promise(running.get(PromiseState.OPEN), s, names),
        "suspended": promise(running.get(PromiseState.SUSPENDED), s, names),
        "tasks": [task(one, names, number=number) for number, one in tasks],
    }


def task(one: Task, names: dict[int, str], *, number: int) -> dict[str, Any]:
    """One task, as it stands; those that were withdrawn are not among them."""
    return {
        "number": number,
        "title": one.title,
        "assignee": names.get(one.assignee_id) if one.assignee_id else None,
        "on": one.due_on,
        "state": one.promise.state,
        "done_at": iso(one.done_at),
    }


def people_in(found: Iterable[Entry]) -> set[int]:
    """Everybody an entry names, by id."""
    ids: set[int] = set()
    for entry in found:
        ids |= {entry.actor_id} if entry.actor_id else set()
        for name in _PERSON_FACTS:
            value = entry.facts.get(name)
            ids |= set(value) if isinstance(value, list) else {value} if isinstance(value, int) else set()
    return ids


def entry(item: Entry, people: dict[int, Person], *, reader: Person, files: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """One line of a timeline. Persons are names; their addresses are for a site admin."""
    return {
        "at": iso(item.at),
        "kind": item.kind,
        "actor": people[item.actor_id].name if item.actor_id in people else None,
        "via": item.via.value,
        "text": item.text,
        "facts": _facts(item, people, reader),
        "files": list(files),
    }


def file(one: Attachment, *, url: str) -> dict[str, Any]:
    return {"name": one.name, "type": one.kind.media_type, "size": one.size, "url": url}


def _facts(item: Entry, people: dict[int, Person], reader: Person) -> dict[str, Any]:
    shown = {name: value for name, value in item.facts.items() if name not in _INTERNAL_FACTS}
    for name in _PERSON_FACTS:
        value = shown.get(name)
        if isinstance(value, list):
            shown[name] = [_person(people.get(i), reader) for i in value if i in people]
        elif isinstance(value, int):
            shown[name] = _person(people.get(value), reader)
    return shown


def _person(person: Person | None, reader: Person) -> str | None:
    if person is None:
        return None
    return person.email if reader.is_site_admin else person.name
