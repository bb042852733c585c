"""What lists and pages ask about many suggestions at once: one query for all of them, never one for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa

from tracker.domain.lifecycle import OPEN, Status
from tracker.domain.promises import PromiseKind, PromiseState
from tracker.store.base import db
from tracker.store.entries import Entry, EntryKind
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import CoAuthor, Suggestion, Vote

Condition = sa.ColumnElement[bool]


def _found(statement: sa.Select[Suggestion]) -> list[Suggestion]:
    return list(db.session.scalars(statement))


def open_in(team_id: int, condition: Condition, *, limit: int) -> list[Suggestion]:
    """Open suggestions of a team that fulfil ``condition``, the ones due first before the others."""
    promise = sa.and_(
        PromiseRow.suggestion_id == Suggestion.id,
        PromiseRow.state == PromiseState.OPEN,
        PromiseRow.kind != PromiseKind.TASK,
    )
    statement = sa.select(Suggestion).join(PromiseRow, promise)
    statement = statement.where(Suggestion.team_id == team_id, Suggestion.status.in_(OPEN), condition)
    return _found(statement.order_by(PromiseRow.due_at, Suggestion.id).limit(limit))


def open_version(team_id: int, condition: Condition, *, now: datetime) -> str:
    """Of what somebody knows who has seen what is open: another one once anything of it changed, came, went or passed.

    One query, asked every 20 seconds by every desk that is looked at.
    """
    promise = sa.and_(
        PromiseRow.suggestion_id == Suggestion.id,
        PromiseRow.state == PromiseState.OPEN,
        PromiseRow.kind != PromiseKind.TASK,
    )
    late = sa.func.count(sa.case((PromiseRow.due_at <= now, 1)))
    sums = (sa.func.sum(Suggestion.votes), sa.func.sum(Suggestion.nudges), sa.func.max(Suggestion.changed_at))
    statement = sa.select(sa.func.count(Suggestion.id), late, *sums).join(PromiseRow, promise)
    row = db.session.execute(statement.where(Suggestion.team_id == team_id, condition)).one()
    changed = row[4].timestamp() if row[4] is not None else 0
    return f"{row[0]}.{row[1]}.{row[2] or 0}.{row[3] or 0}.{changed:.6f}"


def these(ids: Collection[int]) -> list[Suggestion]:
    """The suggestions with these ids; whoever asks has seen to it that they may be seen."""
    return _found(sa.select(Suggestion).where(Suggestion.id.in_(ids))) if ids else []


def numbered(team_id: int, numbers: Collection[int], condition: Condition) -> list[Suggestion]:
    """The suggestions of a team with these numbers that fulfil ``condition``, in the order of the numbers given."""
    where = (Suggestion.team_id == team_id, Suggestion.number.in_(numbers), condition)
    place = {number: place for place, number in enumerate(numbers)}
    return sorted(_found(sa.select(Suggestion).where(*where)), key=lambda s: place[s.number]) if numbers else []


def _who_waits(ids: Collection[int]) -> sa.Subquery:
    """Suggestion and person for everybody who waits for it, each once: who raised it, alone or with others, and who
    said that they have it too. A "still matters to me" is louder, but nobody new."""
    return sa.union(
        sa.select(Suggestion.id.label("suggestion_id"), Suggestion.author_id.label("person_id")).where(
            Suggestion.id.in_(ids)
        ),
        sa.select(CoAuthor.suggestion_id, CoAuthor.person_id).where(CoAuthor.suggestion_id.in_(ids)),
        sa.select(Vote.suggestion_id, Vote.person_id).where(Vote.suggestion_id.in_(ids)),
    ).subquery()


def people_waiting(ids: Collection[int]) -> int:
    """How many different people wait for any of these suggestions."""
    if not ids:
        return 0
    persons = sa.func.count(_who_waits(ids).c.person_id.distinct())
    return int(db.session.scalar(sa.select(persons)) or 0)


def people_waiting_for_each(ids: Collection[int]) -> dict[int, int]:
    """Suggestion → how many different people wait for it."""
    if not ids:
        return {}
    everybody = _who_waits(ids).c
    rows = sa.select(everybody.suggestion_id, sa.func.count()).group_by(everybody.suggestion_id)
    return {suggestion: int(count) for suggestion, count in db.session.execute(rows)}


def who_waits(ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Suggestion → the people who wait for it."""
    found: dict[int, set[int]] = defaultdict(set)
    for row in db.session.execute(sa.select(_who_waits(ids))) if ids else ():
        found[row.suggestion_id].add(row.person_id)
    return {suggestion: frozenset(persons) for suggestion, persons in found.items()}


def by_author(person_id: int, team_ids: Collection[int], condition: Condition, *, closed: int) -> list[Suggestion]:
    """What this person raised, alone or with others, in these teams: all that is open, and the ``closed`` last ones."""
    is_own = sa.or_(
        Suggestion.author_id == person_id,
        sa.exists().where(CoAuthor.suggestion_id == Suggestion.id, CoAuthor.person_id == person_id),
    )
    statement = sa.select(Suggestion).where(Suggestion.team_id.in_(team_ids), is_own, condition)
    still = _found(statement.where(Suggestion.status.in_(OPEN)).order_by(Suggestion.id.desc()).limit(200))
    over = statement.where(Suggestion.status.not_in(OPEN)).order_by(Suggestion.closed_at.desc(), Suggestion.id.desc())
    return still + _found(over.limit(closed))


def owed_by(person_id: int, team_ids: Collection[int], condition: Condition) -> list[Suggestion]:
    """Suggestions in which this person is named for an open date."""
    promise = sa.and_(
        PromiseRow.suggestion_id == Suggestion.id,
        PromiseRow.state == PromiseState.OPEN,
        PromiseRow.kind == PromiseKind.DELIVER,
        PromiseRow.owed_by_id == person_id,
    )
    statement = sa.select(Suggestion).join(PromiseRow, promise).where(Suggestion.team_id.in_(team_ids), condition)
    return _found(statement.order_by(PromiseRow.due_at, Suggestion.id).limit(100))


def page_of(
    team_id: int, condition: Condition, statuses: Collection[Status], *, offset: int, limit: int
) -> tuple[list[Suggestion], int]:
    """One page of a team's suggestions, newest first, and how many there are altogether."""
    where = (Suggestion.team_id == team_id, Suggestion.status.in_(statuses), condition)
    count = db.session.scalar(sa.select(sa.func.count()).select_from(Suggestion).where(*where)) or 0
    statement = sa.select(Suggestion).where(*where).order_by(Suggestion.id.desc()).offset(offset).limit(limit)
    return _found(statement), int(count)


def among(ids: Collection[int], condition: Condition) -> frozenset[int]:
    """Those of these suggestions that fulfil ``condition``."""
    if not ids:
        return frozenset()
    return frozenset(db.session.scalars(sa.select(Suggestion.id).where(Suggestion.id.in_(ids), condition)))


def voted_by(person_id: int, ids: Collection[int]) -> frozenset[int]:
    """Those of these suggestions that this person is with."""
    if not ids:
        return frozenset()
    where = (Vote.suggestion_id.in_(ids), Vote.person_id == person_id)
    return frozenset(db.session.scalars(sa.select(Vote.suggestion_id).where(*where)))


def co_authors_of(ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Suggestion → those who are authors of it beside the first."""
    found: dict[int, set[int]] = defaultdict(set)
    if ids:
        rows = sa.select(CoAuthor.suggestion_id, CoAuthor.person_id).where(CoAuthor.suggestion_id.in_(ids))
        for row in db.session.execute(rows):
            found[row.suggestion_id].add(row.person_id)
    return {suggestion: frozenset(persons) for suggestion, persons in found.items()}


def last_entries(ids: Iterable[int], kind: EntryKind) -> dict[int, Entry]:
    """Suggestion → its last entry of this kind."""
    wanted = list(ids)
    if not wanted:
        return {}
    last = sa.select(sa.func.max(Entry.id)).where(Entry.suggestion_id.in_(wanted), Entry.kind == kind)
    found = db.session.scalars(sa.select(Entry).where(Entry.id.in_(last.group_by(Entry.suggestion_id))))
    return {entry.suggestion_id: entry for entry in found}


def numbers_of(ids: Iterable[int]) -> dict[int, int]:
    """Suggestion → its number."""
    wanted = list(ids)
    if not wanted:
        return {}
    rows = db.session.execute(sa.select(Suggestion.id, Suggestion.number).where(Suggestion.id.in_(wanted)))
    return {row.id: row.number for row in rows}


def titles_of(ids: Collection[int], condition: Condition) -> list[Suggestion]:
    """Those of these that fulfil ``condition``, with nothing but number and title."""
    return _titles(Suggestion.id.in_(ids), condition) if ids else []


def titles_by_number(team_id: int, numbers: Collection[int], condition: Condition) -> list[Suggestion]:
    """The team's suggestions with these numbers that fulfil ``condition``, with nothing but number and title."""
    return _titles(Suggestion.team_id == team_id, Suggestion.number.in_(numbers), condition) if numbers else []


def _titles(*where: Condition) -> list[Suggestion]:
    only = sa.orm.load_only(Suggestion.number, Suggestion.title)
    return list(db.session.scalars(sa.select(Suggestion).where(*where).options(only, sa.orm.lazyload("*"))))


def like(
    s: Suggestion, parts: Iterable[str], number: int | None, condition: Condition, *, limit: int
) -> list[Suggestion]:
    """Others of its team whose title has one of ``parts``, or that have this number; the newest first."""
    named = [Suggestion.title.icontains(part, autoescape=True) for part in parts if part]
    is_like = sa.or_(Suggestion.number == number, *named) if number is not None else sa.or_(sa.false(), *named)
    is_there = Suggestion.status.not_in((Status.MERGED, Status.WITHDRAWN))
    where = (Suggestion.team_id == s.team_id, Suggestion.id != s.id, is_there, condition)
    return _found(sa.select(Suggestion).where(*where, is_like).order_by(Suggestion.id.desc()).limit(limit))


def merged_into(suggestion_id: int) -> list[Suggestion]:
    """What was merged into this one, oldest first."""
    return _found(
        sa.select(Suggestion).where(Suggestion.merged_into_id == suggestion_id).order_by(Suggestion.id).limit(50)
    )


def last_answer_of(person_id: int, team_id: int, *, since: datetime) -> Entry | None:
    """The last answer that this person gave in a team since then. Served by its index on actor and instant."""
    statement = (
        sa.select(Entry)
        .join(Suggestion, Suggestion.id == Entry.suggestion_id)
        .where(
            Entry.actor_id == person_id,
            Entry.at > since,
            Entry.kind == EntryKind.ANSWER,
            Suggestion.team_id == team_id,
            Suggestion.answer_entry_id == Entry.id,
        )
    )
    return db.session.scalar(statement.order_by(Entry.id.desc()).limit(1))


def answers_of_one_act(person_id: int, team_id: int, *, like: int) -> list[Entry]:
    """The answers in force that this person gave in one go with this one: at the same instant."""
    given = sa.select(Entry.at).where(Entry.id == like, Entry.actor_id == person_id).scalar_subquery()
    statement = sa.select(Entry).join(Suggestion, Suggestion.id == Entry.suggestion_id)
    where = (
        Entry.actor_id == person_id,
        Entry.at == given,
        Entry.kind == EntryKind.ANSWER,
        Suggestion.team_id == team_id,
        Suggestion.answer_entry_id == Entry.id,
    )
    return list(db.session.scalars(statement.where(*where).order_by(Entry.suggestion_id)))


def answers_since(team_id: int, condition: Condition, since: datetime) -> int:
    """How many answers were given in a team since then."""
    statement = sa.select(sa.func.count(Entry.id)).join(Suggestion, Suggestion.id == Entry.suggestion_id)
    where = (Suggestion.team_id == team_id, Entry.kind == EntryKind.ANSWER, Entry.at >= since, condition)
    return int(db.session.scalar(statement.where(*where)) or 0)
