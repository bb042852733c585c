"""Who is in a team at a moment, as the core of duty takes it: roles, deputies, absences, stand-ins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from tracker.domain import duty
from tracker.domain.duty import Case, DutyRule, Roster
from tracker.domain.lifecycle import Role
from tracker.domain.promises import Promise, PromiseKind
from tracker.store import people, suggestions, teams
from tracker.store.suggestions import Suggestion
from tracker.store.teams import MANAGING, Team


def roster(team: Team, *, now: datetime) -> Roster:
    """The team as it is now. Who left or is disabled is not in it."""
    by_role: dict[Role, list[int]] = defaultdict(list)
    deputies: dict[int, int] = {}
    for membership in teams.memberships(team.id):
        by_role[membership.role].append(membership.person_id)
        if membership.deputy_id is not None:
            deputies[membership.person_id] = membership.deputy_id
    today = now.astimezone(teams.working_time_of(team.calendar_id).zone).date()
    absences = teams.absences_on(team.id, today)
    return Roster(
        managers=tuple(by_role[Role.MANAGER]),
        owners=tuple(by_role[Role.OWNER]),
        members=tuple(by_role[Role.MEMBER]),
        admins=tuple(person.id for person in people.site_admins()),
        deputies=deputies,
        absent=frozenset(absence.person_id for absence in absences),
        stand_ins={a.person_id: a.stand_in_id for a in absences if a.stand_in_id is not None},
        rule=DutyRule(team.duty_rule),
        duty_person=team.duty_person_id,
        week=duty.week_number(today),
        trusted=team.trusted_person_id,
    )


def case(suggestion: Suggestion, promise: Promise, *, co_authors: Iterable[int] | None = None) -> Case:
    """What duty has to know of one promise. ``co_authors`` where many suggestions' were read at once."""
    if co_authors is None:
        co_authors = suggestions.co_author_ids(suggestion.id)
    return Case(
        kind=promise.kind,
        owed_by=promise.owed_by,
        assignee=suggestion.assignee_id,
        authors=frozenset({suggestion.author_id, *co_authors}),
        about=suggestion.about_person_id,
        is_sealed=suggestion.is_sealed,
        contested_answerer=suggestion.contested_answerer_id if promise.kind is PromiseKind.ANSWER else None,
    )


def case_about(team: Team, about_id: int, author_id: int) -> Case:
    """A suggestion about a person that is not stored yet."""
    return Case(authors=frozenset({author_id}), about=about_id, is_sealed=is_managing(team.id, about_id))


def on_duty(suggestion: Suggestion, promise: Promise, *, now: datetime) -> tuple[int, ...]:
    """Who owes this promise now."""
    return duty.on_duty(case(suggestion, promise), roster(suggestion.team, now=now))


def is_managing(team_id: int, person_id: int) -> bool:
    membership = teams.membership_of(team_id, person_id)
    return membership is not None and membership.role in MANAGING
