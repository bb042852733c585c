"""The questions of `tracker check`: everything stored, read once, in batches, so that memory does not grow with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from tracker.domain.lifecycle import Visibility
from tracker.store import search_texts, tags
from tracker.store.base import db
from tracker.store.entries import Entry, EntryKind
from tracker.store.notices import FINAL, Delivery, DeliveryState, Notice, NoticeState
from tracker.store.promises import PromiseRow
from tracker.store.search_texts import Part, Stored
from tracker.store.suggestions import HIDDEN_NUMBERS, Nudge, Suggestion, Vote
from tracker.store.tasks import Task
from tracker.store.teams import Team

BATCH = 500
#: Broken rows of one sort that are named; more would say nothing new.
MOST_NAMED = 20

#: Columns of a promise that repeat its value, and what the value calls them.
COLUMNS = {
    "kind": "kind",
    "state": "state",
    "owed_by_id": "owed_by",
    "made_at": "made_at",
    "set_at": "set_at",
    "due_at": "due_at",
    "version": "version",
    "missed_at": "missed_at",
    "ended_at": "ended_at",
    "rung": "rung",
}


@dataclass(slots=True)
class Batch:
    """Some suggestions with all that belongs to them, by the suggestion's id."""

    suggestions: list[Suggestion]
    promises: dict[int, list[PromiseRow]] = field(default_factory=lambda: defaultdict(list))
    #: promise id -> the last values that the log has of it
    logged: dict[int, dict[int, dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))
    entries: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    #: ids of the answers
    answers: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    tasks: dict[int, list[Task]] = field(default_factory=lambda: defaultdict(list))
    #: what the log said last of each task, by the task's id
    of_tasks: dict[int, dict[str, Any]] = field(default_factory=dict)
    votes: dict[int, int] = field(default_factory=dict)
    nudges: dict[int, int] = field(default_factory=dict)
    #: folded names
    tags: dict[int, set[str]] = field(default_factory=dict)
    #: the names that the log has of them
    logged_tags: dict[int, list[str]] = field(default_factory=dict)
    #: ids of the answers that were taken back
    taken_back: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    #: every text there is, and what the search knows of it
    texts: dict[int, list[Part]] = field(default_factory=lambda: defaultdict(list))
    findable: dict[int, Stored] = field(default_factory=dict)


def begin() -> None:
    """Everything is read from the database itself, whatever this session remembers of it."""
    db.session.flush()
    db.session.expire_all()


def batches() -> Iterator[Batch]:
    """Everything, in the order of the suggestions' ids."""
    last = 0
    while found := _suggestions_after(last):
        last = found[-1].id
        yield _batch(found)
        db.session.expunge_all()


def _suggestions_after(last: int) -> list[Suggestion]:
    statement = sa.select(Suggestion).where(Suggestion.id > last).order_by(Suggestion.id).limit(BATCH)
    return list(db.session.scalars(statement.options(sa.orm.lazyload("*"))))


def _batch(found: list[Suggestion]) -> Batch:
    batch = Batch(found)
    first, last = found[0].id, found[-1].id
    rows = sa.select(PromiseRow).where(PromiseRow.suggestion_id.between(first, last)).order_by(PromiseRow.id)
    for row in db.session.scalars(rows):
        batch.promises[row.suggestion_id].append(row)
    log = sa.select(Entry.id, Entry.suggestion_id, Entry.kind, Entry.facts).order_by(Entry.id)
    for entry in db.session.execute(log.where(Entry.suggestion_id.between(first, last))):
        batch.entries[entry.suggestion_id] += 1
        if entry.kind is EntryKind.TASK and "task" in entry.facts:
            batch.of_tasks[entry.facts["task"]] = entry.facts
        if entry.kind is EntryKind.ANSWER:
            batch.answers[entry.suggestion_id].add(entry.id)
        if entry.kind is EntryKind.UNDONE:
            batch.taken_back[entry.suggestion_id].add(entry.facts["entry"])
        if entry.kind is EntryKind.TAGGED:
            batch.logged_tags[entry.suggestion_id] = entry.facts["tags"]
        for values in [*([entry.facts["promise"]] if "promise" in entry.facts else []), *entry.facts.get("also", [])]:
            batch.logged[entry.suggestion_id][values["id"]] = values
    tasks = sa.select(Task).where(Task.suggestion_id.between(first, last)).options(sa.orm.lazyload("*"))
    for task in db.session.scalars(tasks.order_by(Task.id)):
        batch.tasks[task.suggestion_id].append(task)
    _texts(batch, first, last)
    batch.votes = _counts(Vote.suggestion_id, first, last)
    batch.nudges = _counts(Nudge.suggestion_id, first, last)
    held = tags.of_many([s.id for s in found])
    batch.tags = {suggestion: {tag.folded for tag in on_it} for suggestion, on_it in held.items()}
    return batch


def _texts(batch: Batch, first: int, last: int) -> None:
    """What the search ought to know, and what it knows."""
    for suggestion in batch.suggestions:
        batch.texts[suggestion.id] += search_texts.parts_of_suggestion(suggestion.id, suggestion.title, suggestion.body)
    columns = (Entry.id, Entry.suggestion_id, Entry.kind, Entry.text, Entry.is_internal)
    written = sa.select(*columns).where(Entry.suggestion_id.between(first, last), Entry.text != "")
    for entry_id, suggestion_id, kind, text, is_internal in db.session.execute(written):
        batch.texts[suggestion_id].append(
            search_texts.part_of_entry(
                suggestion_id,
                entry_id,
                text,
                is_answer=kind is EntryKind.ANSWER,
                is_internal=is_internal or entry_id in batch.taken_back[suggestion_id],
            )
        )
    batch.findable = search_texts.of_suggestions(first, last)


def _counts(column: Any, first: int, last: int) -> dict[int, int]:
    statement = sa.select(column, sa.func.count()).where(column.between(first, last)).group_by(column)
    return {row[0]: row[1] for row in db.session.execute(statement)}


def merges() -> dict[int, tuple[int, bool]]:
    """Everything that goes on in another one: its id → that one's id, and whether that is of the same team."""
    target = sa.orm.aliased(Suggestion)
    statement = sa.select(Suggestion.id, target.id, Suggestion.team_id == target.team_id)
    rows = db.session.execute(statement.join(target, target.id == Suggestion.merged_into_id))
    return {row[0]: (row[1], bool(row[2])) for row in rows}


def numbers(team: Team) -> tuple[int, int, int]:
    """How many visible numbers a team has, the lowest and the highest."""
    where = (Suggestion.team_id == team.id, Suggestion.number < HIDDEN_NUMBERS.start)
    number = Suggestion.number
    ends = (sa.func.coalesce(sa.func.min(number), 0), sa.func.coalesce(sa.func.max(number), 0))
    count, lowest, highest = db.session.execute(sa.select(sa.func.count(), *ends).where(*where)).one()
    return int(count), int(lowest), int(highest)


def betrayed(team: Team) -> list[int]:
    """Numbers of suggestions that not everybody sees, and that stand among the visible ones."""
    hidden = sa.or_(Suggestion.visibility != Visibility.TEAM, Suggestion.about_person_id.is_not(None))
    where = (Suggestion.team_id == team.id, Suggestion.number < HIDDEN_NUMBERS.start, hidden)
    return list(db.session.scalars(sa.select(Suggestion.number).where(*where).limit(MOST_NAMED)))


def contradictions() -> Iterator[tuple[str, int]]:
    """Notices and deliveries that cannot both be true: the sentence, and the id of the row it is about."""
    joined = sa.select(Notice.id).join(Delivery, Delivery.id == Notice.delivery_id)
    owed, told = Notice.state == NoticeState.OWED, Notice.state == NoticeState.TOLD
    held = Delivery.state.in_((DeliveryState.CLAIMED, DeliveryState.SENDING))
    questions: dict[str, sa.Select[int]] = {
        "notice %d is told, and nothing says when": sa.select(Notice.id).where(told, Notice.told_at.is_(None)),
        "notice %d is skipped, and nothing says why": sa.select(Notice.id).where(
            Notice.state == NoticeState.SKIPPED, Notice.reason == ""
        ),
        "notice %d is told, and its message was not sent": joined.where(told, Delivery.state != DeliveryState.SENT),
        "notice %d is owed, and its message is at its end": joined.where(owed, Delivery.state.in_(FINAL)),
        "delivery %d is sent, and nothing says when": sa.select(Delivery.id).where(
            Delivery.state == DeliveryState.SENT, Delivery.sent_at.is_(None)
        ),
        "delivery %d is with a sender, and has no token": sa.select(Delivery.id).where(
            held, sa.or_(Delivery.token.is_(None), Delivery.claimed_at.is_(None))
        ),
    }
    for sentence, statement in questions.items():
        for row_id in db.session.scalars(statement.limit(MOST_NAMED)):
            yield sentence, row_id
