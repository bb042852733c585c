"""First steps of somebody who has just joined, which tick themselves; whoever founded a team has those of ``setup``."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from tracker import access
from tracker.acts import teams
from tracker.domain.lifecycle import Role
from tracker.store.base import db
from tracker.store.entries import Entry, EntryKind
from tracker.store.people import Person
from tracker.store.suggestions import Follower, Suggestion, Vote
from tracker.store.teams import Membership, Team


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSteps:
    """What a new member has tried."""

    raised: bool
    joined_in: bool
    chose_hours: bool

    @property
    def is_done(self) -> bool:
        return self.raised and self.joined_in and self.chose_hours


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagerSteps:
    """What somebody who answers has done once."""

    answered: bool
    named_deputy: bool
    chose_hours: bool

    @property
    def is_done(self) -> bool:
        return self.answered and self.named_deputy and self.chose_hours


def of_member(membership: Membership) -> MemberSteps:
    """Suggestions of others count as joined in when this person voted for one or follows it (who writes follows)."""
    team_id, person_id = membership.team_id, membership.person_id
    own = sa.exists().where(Suggestion.team_id == team_id, Suggestion.author_id == person_id)
    return MemberSteps(
        raised=_is(own),
        joined_in=any(_is(_joined(table, membership)) for table in (Vote, Follower)),
        chose_hours=has_chosen_hours(membership.person),
    )


def _joined(table: type[Vote] | type[Follower], membership: Membership) -> sa.Exists:
    return sa.exists().where(
        table.suggestion_id == Suggestion.id,
        table.person_id == membership.person_id,
        Suggestion.team_id == membership.team_id,
        Suggestion.author_id != membership.person_id,
    )


def of_manager(membership: Membership) -> ManagerSteps:
    answered = sa.exists().where(
        Entry.suggestion_id == Suggestion.id,
        Suggestion.team_id == membership.team_id,
        Entry.actor_id == membership.person_id,
        Entry.kind == EntryKind.ANSWER,
    )
    return ManagerSteps(
        answered=_is(answered),
        named_deputy=membership.deputy_id is not None,
        chose_hours=has_chosen_hours(membership.person),
    )


def _is(condition: sa.Exists) -> bool:
    return bool(db.session.scalar(sa.select(condition)))


def has_chosen_hours(person: Person) -> bool:
    """Whether anything about when mails come is other than everybody begins with."""
    kept = (person.window_from, person.window_until, person.reminder_rhythm, person.digest_on)
    chosen = (person.timezone, person.reminder_hour, person.digest_weekday, person.digest_hour)
    return kept != ("08:00", "20:00", "daily", True) or any(value is not None for value in chosen)


def put_away(team: Team, *, by: Person) -> None:
    """Put one's list away: a team lead's is the team's. Raises ``OutOfReach`` for who is not in the team."""
    membership = access.membership_in(by, team)
    if membership.role is Role.OWNER:
        teams.hide_first_steps(team, by=by)
    else:
        membership.first_steps_hidden = True
