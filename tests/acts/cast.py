"""The people of the story, in a real database: Nari, Melodie and Jo raise; Pit and Juri manage; Anke leads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from tests.times import instant
from tracker.acts import suggestions as verbs
from tracker.domain.budgets import PRESET_WEEKS, Budgets
from tracker.domain.ladder import Ladder
from tracker.domain.lifecycle import Role
from tracker.domain.working_time import WorkingTime
from tracker.store import teams
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Calendar, Membership, Policy, Team

FOUNDED_AT = instant("Monday 2026-11-02 09:00")
RAISED_AT = instant("Tuesday 2026-11-24 23:10")
TITLE = "Chat-Filter frisst Umlaute"


@dataclass
class Cast:
    """Everybody, by first name. ``ada`` administers the site, ``olga`` is in another team, ``exi`` has left."""

    team: Team
    nari: Person
    melodie: Person
    jo: Person
    pit: Person
    juri: Person
    anke: Person
    ada: Person
    olga: Person
    exi: Person
    other_team: Team


def at(text: str) -> datetime:
    return instant(text)


def a_person(name: str, *, locale: str = "de", is_site_admin: bool = False) -> Person:
    person = _person(name, locale=locale, is_site_admin=is_site_admin)
    db.session.flush()
    return person


def _person(name: str, *, locale: str = "de", is_site_admin: bool = False) -> Person:
    person = Person(
        name=name,
        email=f"{name.lower()}@nachtwache.example",
        created_at=FOUNDED_AT,
        confirmed_at=FOUNDED_AT,
        locale=locale,
        is_site_admin=is_site_admin,
    )
    db.session.add(person)
    return person


def a_team(name: str, slug: str, *, week: str = "office", locale: str = "de") -> Team:
    """A team in Berlin that answers within two days."""
    plain = {"timezone": "Europe/Berlin", "week": PRESET_WEEKS[week], "holidays": []}
    budgets = Budgets.within(2, WorkingTime.from_plain(plain))
    team = Team(name=name, slug=slug, locale=locale, created_at=FOUNDED_AT, next_number=41)
    db.session.add(team)
    db.session.flush()
    calendar = Calendar(team_id=team.id, version=1, plain=plain, made_at=FOUNDED_AT)
    policy = Policy(
        team_id=team.id, version=1, budgets=budgets.to_plain(), ladder=Ladder().to_plain(), made_at=FOUNDED_AT
    )
    db.session.add_all([calendar, policy])
    db.session.flush()
    team.calendar_id, team.policy_id = calendar.id, policy.id
    db.session.flush()
    db.session.expire(team)
    return team


def joins(team: Team, person: Person, role: Role) -> Membership:
    membership = _membership(team, person, role)
    db.session.flush()
    return membership


def _membership(team: Team, person: Person, role: Role) -> Membership:
    membership = Membership(team_id=team.id, person_id=person.id, role=role, joined_at=FOUNDED_AT)
    db.session.add(membership)
    return membership


def assemble() -> Cast:
    """Fill an empty database with the cast and commit."""
    team = a_team("Nachtwache", "nachtwache")
    other = a_team("Tagwache", "tagwache")
    cast = Cast(
        team=team,
        pit=_person("Pit"),
        juri=_person("Juri"),
        anke=_person("Anke"),
        nari=_person("Nari"),
        melodie=_person("Melodie"),
        jo=_person("Jo"),
        ada=_person("Ada", is_site_admin=True),
        olga=_person("Olga"),
        exi=_person("Exi"),
        other_team=other,
    )
    db.session.flush()  # all of them at once: thousands of tests begin here
    _membership(team, cast.pit, Role.MANAGER).deputy_id = cast.juri.id
    _membership(team, cast.juri, Role.MANAGER)
    _membership(team, cast.anke, Role.OWNER)
    for person in (cast.nari, cast.melodie, cast.jo):
        _membership(team, person, Role.MEMBER)
    _membership(team, cast.exi, Role.MEMBER).left_at = FOUNDED_AT
    _membership(other, cast.olga, Role.OWNER)
    db.session.commit()
    return cast


def reassembled() -> Cast:
    """The people, as they are in this context's session."""
    team, other = teams.by_slug("nachtwache"), teams.by_slug("tagwache")
    assert team is not None
    assert other is not None
    people = {person.name.lower(): person for person in db.session.scalars(sa.select(Person))}
    return Cast(team=team, other_team=other, **people)


def raised(cast: Cast, **how: object) -> Suggestion:
    """Nari's #41 of Tuesday night: an answer until Thu 26 Nov, 17:00."""
    given: dict[str, object] = {"by": cast.nari, "now": RAISED_AT, "via": Via.WEB, "title": TITLE}
    suggestion = verbs.raise_(cast.team, **{**given, **how})  # type: ignore[arg-type]
    db.session.commit()
    return suggestion


def membership(cast: Cast, person: Person) -> Membership:
    found = teams.membership_of(cast.team.id, person.id)
    assert found is not None
    return found
