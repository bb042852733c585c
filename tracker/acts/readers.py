"""Letting somebody in who would not see a suggestion otherwise, and writing it down; and keeping others out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from tracker import access
from tracker.acts.scene import Scene
from tracker.store import people, rosters
from tracker.store.base import db
from tracker.store.entries import EntryKind
from tracker.store.suggestions import Reader


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


def let_out(scene: Scene, person_id: int, *, since: datetime) -> None:
    """Who was let in by an act of that instant which is taken back is not in any more."""
    db.session.execute(
        sa.delete(Reader)
        .where(Reader.suggestion_id == scene.suggestion.id, Reader.person_id == person_id)
        .where(Reader.why == "named", Reader.since == since)
    )


def seal_if_managing(scene: Scene) -> None:
    """What opens again about somebody who manages the team by now goes to the owners alone."""
    s = scene.suggestion
    if s.about_person_id is not None and rosters.is_managing(s.team_id, s.about_person_id):
        s.is_sealed = True
        db.session.flush()
