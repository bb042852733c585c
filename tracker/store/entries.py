"""The timeline: what happened, append-only. ``append_all`` is the one place that writes entries; verbs call ``append``.

Facts are stored, sentences never. An entry that changes a promise carries its values afterwards in ``facts.promise``
(with its id), further promises it changed in ``facts.also``; `tracker check` holds the rows against them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store import search_texts
from tracker.store.base import Base, Plain, closed_enum, db, pk, ref
from tracker.store.search_texts import Part
from tracker.store.suggestions import Suggestion


class EntryKind(StrEnum):
    """Every kind of thing that can happen to a suggestion."""

    RAISED = "raised"  # facts: urgency, entered_from, left_out (files that came by mail and were not kept)
    EDITED = "edited"  # facts: entry (of the former text), title, body
    COMMENT = "comment"  # text; facts: left_out
    NOTE = "note"  # text; managers only
    QUESTION = "question"  # text; facts: joins, clock_runs
    BALL_BACK = "ball_back"  # facts: why (reply, taken_back, left, silence, answered)
    ANSWER = "answer"  # text; facts: outcome, on, who, former, takes_back, final
    UNDONE = "undone"  # facts: entry
    HANDED_BACK = "handed_back"  # text
    MOVED = "moved"  # text (the reason); facts: was, to, nth
    CONTESTED = "contested"  # text; facts: entry
    REOPENED = "reopened"  # text; facts: is_back
    ASSIGNED = "assigned"  # facts: to, taken
    URGENCY = "urgency"  # text; facts: was, to, corrected
    WITHDRAWN = "withdrawn"  # text
    MERGED = "merged"  # facts: into, number
    MERGED_IN = "merged_in"  # facts: suggestion, number
    UNMERGED = "unmerged"
    SPLIT_OFF = "split_off"
    FOLLOW_UP = "follow_up"  # facts: rung, to, skipped, silence
    MEANWHILE = "meanwhile"  # who answers during an absence or closure; facts: who, until
    LET_IN = "let_in"  # facts: who, why
    TASK = "task"  # text (a reason); facts: task, what, title, on, to, was, nth, left, former
    TAGGED = "tagged"  # facts: tags (all afterwards), added, removed


class Via(StrEnum):
    """Through which door it came."""

    WEB = "web"
    API = "api"
    CLI = "cli"
    MAIL = "mail"
    WORKER = "worker"


class Entry(Base):
    __tablename__ = "entry"

    id: Mapped[int] = pk()
    suggestion_id: Mapped[int] = ref("suggestion.id")
    #: for ordering nothing: clocks jump; entries are ordered by id
    at: Mapped[datetime]
    kind: Mapped[EntryKind] = mapped_column(closed_enum(EntryKind))
    #: none: the worker
    actor_id: Mapped[int | None] = ref("person.id")
    via: Mapped[Via] = mapped_column(closed_enum(Via))
    text: Mapped[str] = mapped_column(sa.Text, default="")
    #: seen by managers only
    is_internal: Mapped[bool] = mapped_column(default=False)
    edited_at: Mapped[datetime | None]
    facts: Mapped[dict[str, Any]] = mapped_column(Plain, default=dict)

    __table_args__ = (
        sa.Index("ix_entry_suggestion", "suggestion_id", "id"),  # a timeline, oldest first
        sa.Index("ix_entry_actor_at", "actor_id", "at"),  # what somebody achieved in a week
    )


def append(
    suggestion_id: int,
    kind: EntryKind,
    *,
    now: datetime,
    actor_id: int | None,
    via: Via,
    text: str = "",
    is_internal: bool = False,
    promise: Mapping[str, Any] | None = None,
    also: Iterable[Mapping[str, Any]] = (),
    **facts: Any,
) -> Entry:
    """Write one entry. ``promise`` and ``also`` are promise values after it, as ``store.promises.facts_of`` gives."""
    stored = {name: value for name, value in facts.items() if value is not None}
    if promise is not None:
        stored["promise"] = dict(promise)
    if rest := [dict(values) for values in also]:
        stored["also"] = rest
    return append_all(
        [
            {
                "suggestion_id": suggestion_id,
                "at": now,
                "kind": kind,
                "actor_id": actor_id,
                "via": via,
                "text": text,
                "is_internal": is_internal,
                "facts": stored,
            }
        ]
    )[0]


def append_all(rows: Iterable[Mapping[str, Any]]) -> list[Entry]:
    """Write many entries in one go, in this order; for synthetic volume and imports. Columns by name."""
    made = [Entry(**row) for row in rows]
    db.session.add_all(made)
    db.session.flush()
    _keep_findable(made)
    return made


def _keep_findable(made: list[Entry]) -> None:
    """The search knows every text there is, from the moment it is written, edited or taken back."""
    raised = [entry.suggestion_id for entry in made if entry.kind is EntryKind.RAISED]
    new = [
        part for one in _suggestions(raised) for part in search_texts.parts_of_suggestion(one.id, one.title, one.body)
    ]
    search_texts.add([*new, *(part_of(entry) for entry in made if entry.text)])
    for entry in made:
        if entry.kind is EntryKind.EDITED:
            search_texts.change(_edited(entry))
        elif entry.kind is EntryKind.UNDONE:
            search_texts.hide(entry.facts["entry"])


def part_of(entry: Entry) -> Part:
    """An entry's text, for the search."""
    return search_texts.part_of_entry(
        entry.suggestion_id,
        entry.id,
        entry.text,
        is_answer=entry.kind is EntryKind.ANSWER,
        is_internal=entry.is_internal,
    )


def _edited(entry: Entry) -> list[Part]:
    former = by_id(entry.facts["entry"])
    if former is None:
        return []
    if former.kind is not EntryKind.RAISED:
        return [part_of(former)]
    return [
        part
        for one in _suggestions([entry.suggestion_id])
        for part in search_texts.parts_of_suggestion(one.id, one.title, one.body, with_empty=True)
    ]


def _suggestions(ids: list[int]) -> list[Suggestion]:
    return [one for one in (db.session.get(Suggestion, i) for i in ids) if one is not None]


# Questions ------------------------------------------------------------------------------------------------------------


def timeline(suggestion_id: int, *, internal: bool) -> list[Entry]:
    """Oldest first. Notes, and answers that were taken back, only where asked for."""
    statement = sa.select(Entry).where(Entry.suggestion_id == suggestion_id).order_by(Entry.id)
    if not internal:
        statement = statement.where(sa.not_(Entry.is_internal))
    found = list(db.session.scalars(statement))
    taken_back = undone_ids(found)
    return [entry for entry in found if internal or entry.id not in taken_back]


def undone_ids(found: Iterable[Entry]) -> set[int]:
    """The answers among these entries that were taken back."""
    return {entry.facts["entry"] for entry in found if entry.kind is EntryKind.UNDONE}


def was_taken_back(entry: Entry) -> bool:
    """Whether this is an answer that was undone."""
    if entry.kind is not EntryKind.ANSWER:
        return False
    where = (Entry.suggestion_id == entry.suggestion_id, Entry.kind == EntryKind.UNDONE, Entry.id > entry.id)
    return any(facts.get("entry") == entry.id for facts in db.session.scalars(sa.select(Entry.facts).where(*where)))


def last_of(suggestion_id: int, *kinds: EntryKind) -> Entry | None:
    where = (Entry.suggestion_id == suggestion_id, Entry.kind.in_(kinds))
    return db.session.scalar(sa.select(Entry).where(*where).order_by(Entry.id.desc()).limit(1))


def of_kinds(suggestion_id: int, *kinds: EntryKind) -> list[Entry]:
    where = (Entry.suggestion_id == suggestion_id, Entry.kind.in_(kinds))
    return list(db.session.scalars(sa.select(Entry).where(*where).order_by(Entry.id)))


def by_id(entry_id: int) -> Entry | None:
    return db.session.get(Entry, entry_id)


def promise_facts(suggestion_id: int) -> dict[int, dict[str, Any]]:
    """The last facts of each promise of one suggestion, from the log."""
    found: dict[int, dict[str, Any]] = {}
    for facts in db.session.scalars(
        sa.select(Entry.facts).where(Entry.suggestion_id == suggestion_id).order_by(Entry.id)
    ):
        for values in ([facts["promise"]] if "promise" in facts else []) + facts.get("also", []):
            found[values["id"]] = values
    return found


def dates_of(suggestion_id: int, promise_id: int) -> list[tuple[int, datetime]]:
    """Each date that the log has of one promise, oldest first, with the entry that says it."""
    statement = sa.select(Entry.id, Entry.facts).where(Entry.suggestion_id == suggestion_id).order_by(Entry.id)
    return [
        (entry_id, datetime.fromisoformat(values["due_at"]))
        for entry_id, facts in db.session.execute(statement)
        for values in ([facts["promise"]] if "promise" in facts else []) + facts.get("also", [])
        if values["id"] == promise_id and values["due_at"]
    ]


def movers(suggestion_id: int) -> list[int]:
    """Who put the suggestion's date off since the last done or declined, oldest first. Undone answers do not count."""
    return movers_of([suggestion_id]).get(suggestion_id, [])


def movers_of(suggestion_ids: Collection[int]) -> dict[int, list[int]]:
    """The same of several, in one query."""
    kinds = (EntryKind.ANSWER, EntryKind.MOVED, EntryKind.UNDONE)
    where = (Entry.suggestion_id.in_(suggestion_ids), Entry.kind.in_(kinds))
    found = list(db.session.scalars(sa.select(Entry).where(*where).order_by(Entry.id)))
    undone = undone_ids(found)
    people: dict[int, list[int]] = {}
    for entry in found:
        if entry.id in undone:
            continue
        if entry.facts.get("outcome") in ("done", "declined"):
            people[entry.suggestion_id] = []
        elif entry.facts.get("nth") and entry.actor_id is not None:
            people.setdefault(entry.suggestion_id, []).append(entry.actor_id)
    return people
