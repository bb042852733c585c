"""Keeping what somebody often asks the desk for: under a name, renamed, thrown away."""

from __future__ import annotations

from tracker import access
from tracker.acts import texts
from tracker.domain.desk_filters import Filter
from tracker.domain.errors import N_, BadInput, OutOfReach
from tracker.store import saved_views, teams
from tracker.store.base import db
from tracker.store.people import Person
from tracker.store.saved_views import SavedView
from tracker.store.teams import Team

#: More tabs than this are no way to find anything.
MOST = 20
LONGEST = 40


def save(team: Team, *, by: Person, name: str, asked: Filter) -> SavedView:
    """Keep it under this name; under a name there is already it takes the former one's place. Raises ``BadInput``."""
    own = _own(team, by)
    name = _name(name)
    view = own.get(name) or SavedView(team_id=team.id, person_id=by.id, name=name, query="")
    if name not in own and len(own) >= MOST:
        raise BadInput(
            N_("You have %(most)s views already. Delete one that you need no more."), field="name", most=MOST
        )
    view.query = asked.text
    db.session.add(view)
    db.session.flush()
    return view


def rename(team: Team, *, by: Person, former: str, name: str) -> SavedView:
    own = _own(team, by)
    view, name = _find(own, former), _name(name)
    if name != former and name in own:
        raise BadInput(N_("You have a view of this name already."), field="name")
    view.name = name
    db.session.flush()
    return view


def delete(team: Team, *, by: Person, former: str) -> None:
    """One that is gone already is gone."""
    view = _own(team, by).get(former)
    if view is not None:
        db.session.delete(view)
        db.session.flush()


def _own(team: Team, by: Person) -> dict[str, SavedView]:
    """Those of this person by name, with the team held: two windows save one after the other."""
    access.demand_managing(access.membership_in(by, team))
    teams.lock(team.id)
    return {view.name: view for view in saved_views.of(by.id, team.id)}


def _find(own: dict[str, SavedView], name: str) -> SavedView:
    if name not in own:
        raise OutOfReach(access.NOT_THERE)
    return own[name]


def _name(name: str) -> str:
    return texts.line(name, field="name", longest=LONGEST, missing=N_("Give the view a name."))
