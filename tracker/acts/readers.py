"""Letting somebody in who would not see a suggestion otherwise, and writing it down; and keeping others out."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from tracker import access
from tracker.acts.scene import Scene
from tracker.domain.outcomes import Outcome
from tracker.store import entries, people, promises, rosters, suggestions
from tracker.store.base import db
from tracker.store.entries import EntryKind
from tracker.store.suggestions import NAMED, Reader


def let_in(scene: Scene, ids: Iterable[int], *, why: str | None = None) -> None:
    """Who is on duty has to be able to see it: the trusted person, a site admin, somebody named in a promise.

    The person it is about is never let in.
    """
    s = scene.suggestion
    wanted = [person for person in people.many(list(ids)).values() if person.id != s.about_person_id]
    seeing = {person.id for person in access.who_can_see(s, wanted)}
    for person in wanted:
        if person.id in seeing or not person.active:
            continue
        reason = why or ("trusted" if person.id == scene.team.trusted_person_id else "admin")
        db.session.add(Reader(suggestion_id=s.id, person_id=person.id, why=reason, since=scene.now))
        db.session.flush()
        scene.log(EntryKind.LET_IN, is_internal=True, who=person.id, why=reason)


def let_out(scene: Scene) -> None:
    """Whoever was let in because they were named reads it while they have something to do with it: what is promised
    is theirs or a task of it is, or it was they who said that it is done."""
    s = scene.suggestion
    named = set(suggestions.named_reader_ids(s.id))
    if not named:
        return
    row, given = promises.open_of(s.id), entries.by_id(s.answer_entry_id) if s.answer_entry_id else None
    with_them = {task.owed_by_id for task in promises.tasks_of(s.id)}
    with_them |= {row.owed_by_id} if row is not None else set()
    with_them |= {given.actor_id} if given is not None and given.facts.get("outcome") == Outcome.DONE else set()
    where = (Reader.suggestion_id == s.id, Reader.person_id.in_(named - with_them), Reader.why == NAMED)
    db.session.execute(sa.delete(Reader).where(*where))


def let_back(scene: Scene, ids: Iterable[int]) -> None:
    """What had let these people out is taken back: they read it as before."""
    s = scene.suggestion
    for person_id in set(ids) - set(suggestions.reader_ids(s.id)):
        db.session.add(Reader(suggestion_id=s.id, person_id=person_id, why=NAMED, since=scene.now))
    db.session.flush()


def seal_if_managing(scene: Scene) -> None:
    """What opens again about somebody who manages the team by now goes to the owners alone."""
    s = scene.suggestion
    if s.about_person_id is not None and rosters.is_managing(s.team_id, s.about_person_id):
        s.is_sealed = True
        db.session.flush()
