"""Who is in a team at a moment, as the core of duty takes it: roles, deputies, absences, stand-ins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from tracker.domain import duty
from tracker.domain.duty import Case, DutyRule, Roster
from tracker.domain.lifecycle import Role, Status
from tracker.domain.promises import Promise, PromiseKind, PromiseState
from tracker.store import overviews, people, suggestions, teams
from tracker.store.base import db
from tracker.store.entries import Entry
from tracker.store.people import Person
from tracker.store.promises import OF_SUGGESTION, PromiseRow
from tracker.store.suggestions import Suggestion
from tracker.store.teams import MANAGING, Absence, Membership, Team

#: What a suggestion is owed by the team; a question is owed by its author.
_BY_THE_TEAM = tuple(kind for kind in OF_SUGGESTION if kind is not PromiseKind.CLARIFY)
_DUTY_ASKS = (
    Suggestion.id,
    Suggestion.assignee_id,
    Suggestion.author_id,
    Suggestion.about_person_id,
    Suggestion.is_sealed,
    Suggestion.contested_answerer_id,
)


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


def is_anybody_there(team: Team, *, now: datetime) -> bool:
    """Whether somebody who answers for this team is there and mail reaches them."""
    bounced = [one.person_id for one in teams.memberships(team.id) if one.person.mail_bounced_at is not None]
    return roster(team, now=now).without(*bounced).is_anybody_there


def without_anybody(*, now: datetime) -> list[Team]:
    """The teams in which nobody who answers for them is there. One query where there are none, as nearly always."""
    day = now.date()  # in no zone is it another day than one of these three
    is_away = sa.exists().where(
        Absence.team_id == Membership.team_id,
        Absence.person_id == Membership.person_id,
        Absence.cancelled_at.is_(None),
        Absence.first_on <= day + timedelta(days=1),
        Absence.last_on >= day - timedelta(days=1),
    )
    is_there = (
        sa.exists()
        .where(
            Membership.team_id == Team.id,
            Membership.role.in_(MANAGING),
            Membership.left_at.is_(None),
            sa.not_(Membership.is_waiting),
            Person.id == Membership.person_id,
            Person.active,
            Person.mail_bounced_at.is_(None),
            sa.not_(is_away),
        )
        .correlate(Team)
    )
    candidates = db.session.scalars(sa.select(Team).where(sa.not_(is_there)).order_by(Team.name, Team.id))
    return [team for team in candidates if not is_anybody_there(team, now=now)]


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


class Owed(NamedTuple):
    """A promise of a team as duty takes it, and its date."""

    suggestion_id: int
    case: Case
    due_at: datetime


def owed_in(team_id: int, condition: sa.ColumnElement[bool], *, limit: int) -> list[Owed]:
    """What a team owes on suggestions that fulfil ``condition``, the soonest first.

    For numbers that stand beside places on every page: two queries, and nothing that such a number does not need.
    """
    s, row = Suggestion, PromiseRow
    statement = sa.select(row.kind, row.owed_by_id, row.due_at, *_DUTY_ASKS).join(row, row.suggestion_id == s.id)
    is_owed = (row.state == PromiseState.OPEN, row.kind.in_(_BY_THE_TEAM), row.due_at.is_not(None))
    statement = statement.where(s.team_id == team_id, *is_owed, condition).order_by(row.due_at, s.id)
    found = db.session.execute(statement.limit(limit)).all()
    co_authors = overviews.co_authors_of([one.id for one in found])
    return [
        Owed(
            one.id,
            _case_of(
                one,
                co_authors,
                kind=one.kind,
                owed_by=one.owed_by_id,
                contested_answerer=one.contested_answerer_id if one.kind is PromiseKind.ANSWER else None,
            ),
            one.due_at,
        )
        for one in found
    ]


def answered_between(
    team_id: int, condition: sa.ColumnElement[bool], first: datetime, last: datetime, *, limit: int
) -> list[tuple[Case, int, datetime]]:
    """Answers in force that were given then, to what fulfils ``condition``: as duty takes it, who gave it, and when.

    A word that was kept is none: who gave it kept it for themselves.
    """
    asks = (Entry.actor_id, Entry.at, Entry.facts, *_DUTY_ASKS)
    statement = sa.select(*asks).join(Entry, Entry.id == Suggestion.answer_entry_id)
    where = (Suggestion.team_id == team_id, Entry.at >= first, Entry.at < last, Entry.actor_id.is_not(None), condition)
    found = db.session.execute(statement.where(*where).order_by(Entry.id.desc()).limit(limit)).all()
    co_authors = overviews.co_authors_of([one.id for one in found])
    answered = (one for one in found if not _keeps_a_word(one.facts))
    return [(_case_of(one, co_authors), one.actor_id, one.at) for one in answered]


def _keeps_a_word(facts: Mapping[str, Any]) -> bool:
    """What is seeded cannot be undone, and does not say what was before."""
    return bool(facts.get("former", {}).get("status") == Status.WILL_DO)


def _case_of(row: Any, co_authors: Mapping[int, Iterable[int]], **more: Any) -> Case:
    return Case(
        assignee=row.assignee_id,
        authors=frozenset({row.author_id, *co_authors.get(row.id, ())}),
        about=row.about_person_id,
        is_sealed=row.is_sealed,
        **more,
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
