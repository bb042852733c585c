"""Who has taken a suggestion: taking it, giving it to somebody, and what happens when they leave."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from tracker import access
from tracker.acts import scene as scenes
from tracker.acts import tasks
from tracker.acts.questions import ball_back
from tracker.acts.readers import let_in
from tracker.domain.errors import N_, BadInput
from tracker.domain.lifecycle import Act, Status
from tracker.notices import tell
from tracker.store import promises, suggestions
from tracker.store.base import db
from tracker.store.entries import Entry, EntryKind, Via
from tracker.store.people import Person
from tracker.store.suggestions import NAMED, Suggestion
from tracker.store.teams import Team


def assign(
    suggestion: Suggestion, *, by: Person, now: datetime, via: Via, to: Person | None, seen: str | None = None
) -> Entry | None:
    """Give it to somebody who manages the team, or to nobody again. Assigning is not an answer: no date changes."""
    scene = scenes.of(suggestion, by=by, now=now, via=via, seen=seen)
    s = scene.suggestion
    access.demand_handling(by, s)
    if to is not None and not access.can_handle(to, s):
        raise BadInput(
            N_("%(name)s cannot answer this. Choose somebody who manages the team."), field="to", name=to.name
        )
    if s.assignee_id == (to.id if to else None):
        return None
    s.assignee_id = to.id if to else None
    db.session.flush()
    db.session.expire(s, ["assignee"])
    entry = scene.log(EntryKind.ASSIGNED, to=to.id if to else None, taken=(to is not None and to.id == by.id) or None)
    if to is not None:
        tell.assigned(s, entry, to_id=to.id, now=now)
    return entry


def take(suggestion: Suggestion, *, by: Person, now: datetime, via: Via) -> Entry | None:
    """ "I'll take it": one key."""
    return assign(suggestion, by=by, now=now, via=via, to=by)


def keep_sight(team: Team, person: Person, *, now: datetime, via: Via, by: Person | None = None) -> None:
    """Somebody manages no longer. What they promised is theirs until they hand it back, so they go on reading it;
    about a manager it falls to the owners by itself. Called with the team's row locked."""
    for suggestion_id in promises.promised_by(person.id, team.id):
        locked = suggestions.lock(suggestion_id)
        if locked is not None and not locked.is_sealed:
            let_in(scenes.gathered(locked, team=team, by=by, now=now, via=via), [person.id], why=NAMED)


def unassign_all(
    team: Team, person: Person, *, now: datetime, via: Via, by: Person | None = None, is_gone: bool = True
) -> int:
    """Somebody leaves the team: what they had taken and their tasks are free again, and a question to them comes back.

    ``is_gone`` is false for who stays and only manages no longer: a question to them is still theirs to answer.
    Called with the team's row locked. Returns how many suggestions changed.
    """
    asked = sa.and_(Suggestion.author_id == person.id, Suggestion.status == Status.ASKED)
    where = (
        Suggestion.team_id == team.id,
        sa.or_(Suggestion.assignee_id == person.id, asked if is_gone else sa.false()),
    )
    ids = list(db.session.scalars(sa.select(Suggestion.id).where(*where).order_by(Suggestion.id)))
    for suggestion_id in ids:
        locked = suggestions.lock(suggestion_id)
        if locked is None:
            continue
        scene = scenes.gathered(locked, team=team, by=by, now=now, via=via)
        if scene.suggestion.assignee_id == person.id:
            scene.suggestion.assignee_id = None
            db.session.flush()
            scene.log(EntryKind.ASSIGNED, left=person.id)
        if is_gone and scene.suggestion.author_id == person.id and scene.status is Status.ASKED:
            ball_back(scene, Act.TAKE_BACK, why="left")
    return len(ids) + tasks.free_all(team, person, now=now, via=via, by=by)
