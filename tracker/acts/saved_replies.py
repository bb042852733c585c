"""Saved replies: managers of a team save, change and remove them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker import access
from tracker.acts import texts
from tracker.domain import saved_replies as rules
from tracker.domain.errors import N_, BadInput, OutOfReach
from tracker.domain.outcomes import Outcome
from tracker.store import saved_replies, teams
from tracker.store.base import db
from tracker.store.people import Person
from tracker.store.saved_replies import SavedReply
from tracker.store.teams import Team

#: More than this nobody finds anything in.
MOST = 50
LONGEST = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A reply as it is typed."""

    name: str
    text_de: str
    text_en: str
    outcome: Outcome | None = None


def save(team: Team, wanted: Wanted, *, by: Person, now: datetime, reply: SavedReply | None = None) -> SavedReply:
    """A new one, or ``reply`` with other words. Raises ``BadInput`` with the field, ``NotAllowed``."""
    access.demand_managing(access.membership_in(by, team))
    name, text_de, text_en = _checked(wanted)
    teams.lock(team.id)  # two of one name wait for each other here
    others = [one for one in saved_replies.of_team(team.id) if reply is None or one.id != reply.id]
    if any(one.name.casefold() == name.casefold() for one in others):
        raise BadInput(N_("There is a reply of this name already."), field="name")
    if len(others) >= MOST:
        raise BadInput(N_("There are %(most)s replies already. Remove one first."), field="name", most=MOST)
    if reply is None:
        reply = SavedReply(team_id=team.id, made_by_id=by.id, made_at=now)
        db.session.add(reply)
    reply.name, reply.text_de, reply.text_en = name, text_de, text_en
    reply.outcome, reply.changed_at = wanted.outcome, now
    db.session.flush()
    return reply


def _checked(wanted: Wanted) -> tuple[str, str, str]:
    name = texts.line(wanted.name, field="name", longest=texts.NAME_MAX)
    found = []
    for field in ("text_de", "text_en"):
        text = texts.block(getattr(wanted, field), field=field, longest=LONGEST, required=False)
        rules.check(text, field=field)
        found.append(text)
    if not any(found):
        raise BadInput(N_("Write it in at least one of the two languages."), field="text_de")
    return name, found[0], found[1]


def of(team: Team, reply_id: int, *, by: Person) -> SavedReply:
    """One of this team's, for who manages it. Raises ``OutOfReach``, ``NotAllowed``."""
    access.demand_managing(access.membership_in(by, team))
    found = saved_replies.find(team.id, reply_id)
    if found is None:
        raise OutOfReach(access.NOT_THERE)
    return found


def remove(reply: SavedReply) -> None:
    """Answers that began with it stay as they are."""
    db.session.delete(reply)
    db.session.flush()
