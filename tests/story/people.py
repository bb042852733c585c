"""Who plays in the story: Nachtwache, or Night Watch, with everybody who raises something or joins in."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.acts.cast import FOUNDED_AT, a_person, a_team, joins
from tests.mail.story import TEAM
from tracker.domain.lifecycle import Role
from tracker.notices.words import Locale
from tracker.store import suggestions
from tracker.store.base import db
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team

#: Eleven people who say "me too".
JOINING = ("Melodie", "Jo", "Ola", "Bo", "Cleo", "Edda", "Finn", "Gil", "Hedi", "Ivo", "Kai")


@dataclass
class Cast:
    """Ids by first name: each act has a session of its own and reads its people anew."""

    locale: Locale
    team_id: int
    ids: dict[str, int] = field(default_factory=dict)

    @property
    def team(self) -> Team:
        return db.session.get_one(Team, self.team_id)

    def __getitem__(self, name: str) -> Person:
        return db.session.get_one(Person, self.ids[name])

    def s(self, number: int) -> Suggestion:
        found = suggestions.by_number(self.team_id, number)
        assert found is not None, f"there is no #{number}"
        return found


def assemble(locale: Locale = "de", *, rhythm: str = "each", next_number: int = 41) -> Cast:
    """Fill an empty database and commit. ``rhythm`` is Pit's, Juri's and Anke's: "each", or "daily" as usual."""
    name = TEAM[locale]
    team = a_team(name, name.lower().replace(" ", "-"), locale=locale)
    team.next_number = next_number
    cast = Cast(locale, team.id)
    persons = {one: a_person(one, locale=locale) for one in ("Pit", "Juri", "Anke", "Nari", *JOINING)}
    persons["Pit"].pronoun, persons["Nari"].pronoun = "he", "she"
    for one, person in persons.items():
        role = {"Pit": Role.MANAGER, "Juri": Role.MANAGER, "Anke": Role.OWNER}.get(one, Role.MEMBER)
        membership = joins(team, person, role)
        if one == "Pit":
            membership.deputy_id = persons["Juri"].id
        if role is not Role.MEMBER:
            person.reminder_rhythm = rhythm
        cast.ids[one] = person.id
    assert persons["Pit"].created_at == FOUNDED_AT
    db.session.commit()
    db.session.remove()
    return cast
