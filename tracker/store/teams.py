"""Teams, who is in them, their calendars and policies (versions that never change), closed days and absences."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, joinedload, lazyload, mapped_column, relationship

from tracker.domain.ladder import Ladder
from tracker.domain.lifecycle import Role
from tracker.domain.working_time import WorkingTime
from tracker.store.base import Base, asked_once, closed_enum, db, pk, ref
from tracker.store.people import Person

MANAGING = (Role.MANAGER, Role.OWNER)


class Team(Base):
    __tablename__ = "team"

    id: Mapped[int] = pk()
    #: the name in lower case with hyphens; in addresses
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    locale: Mapped[str] = mapped_column(sa.String(8), default="en")
    created_at: Mapped[datetime]
    #: the next suggestion's number; taken by UPDATE … RETURNING
    next_number: Mapped[int] = mapped_column(default=1)
    #: the versions in force; empty only while the team's first ones are being stored
    calendar_id: Mapped[int] = ref("calendar.id", use_alter=True, name="fk_team_calendar", nullable=True)
    policy_id: Mapped[int] = ref("policy.id", use_alter=True, name="fk_team_policy", nullable=True)
    #: who gets what nobody has taken: one, turns, all
    duty_rule: Mapped[str] = mapped_column(sa.String(8), default="one")
    duty_person_id: Mapped[int | None] = ref("person.id")
    #: comes last where something is about a manager
    trusted_person_id: Mapped[int | None] = ref("person.id")
    #: shown when nobody is left who may see a suggestion about a person
    outside_contact: Mapped[str] = mapped_column(sa.Text, default="")
    #: 1, 2, 5 or 10 opening days
    answer_within: Mapped[int] = mapped_column(default=2)
    #: region whose holidays were computed, e.g. "DE-BY"; empty for none
    holiday_region: Mapped[str] = mapped_column(sa.String(16), default="")
    #: the list of first steps was put away
    first_steps_hidden: Mapped[bool] = mapped_column(default=False)

    calendar: Mapped[Calendar] = relationship(foreign_keys=[calendar_id], lazy="joined")
    policy: Mapped[Policy] = relationship(foreign_keys=[policy_id], lazy="joined")


class Calendar(Base):
    """One version of a team's working time; rows never change."""

    __tablename__ = "calendar"

    id: Mapped[int] = pk()
    team_id: Mapped[int] = ref("team.id")
    version: Mapped[int]
    #: {"timezone", "week", "holidays"} as WorkingTime.from_plain takes it
    plain: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = ref("person.id")

    __table_args__ = (sa.UniqueConstraint("team_id", "version"),)


class Policy(Base):
    """One version of a team's budgets and ladder; rows never change."""

    __tablename__ = "policy"

    id: Mapped[int] = pk()
    team_id: Mapped[int] = ref("team.id")
    version: Mapped[int]
    #: seconds per urgency
    budgets: Mapped[dict[str, Any]]
    #: offsets of the rungs, as Ladder.from_plain takes them
    ladder: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = ref("person.id")

    __table_args__ = (sa.UniqueConstraint("team_id", "version"),)


class ClosedDay(Base):
    """A holiday or a day of a closure. Computed days are stored, so that an update of the data moves no date."""

    __tablename__ = "closed_day"

    id: Mapped[int] = pk()
    team_id: Mapped[int] = ref("team.id")
    on: Mapped[date]
    name: Mapped[str] = mapped_column(sa.String(120), default="")
    #: holiday or closure
    kind: Mapped[str] = mapped_column(sa.String(10), default="holiday")

    __table_args__ = (sa.UniqueConstraint("team_id", "on"),)


class Membership(Base):
    __tablename__ = "membership"

    id: Mapped[int] = pk()
    team_id: Mapped[int] = ref("team.id")
    person_id: Mapped[int] = ref("person.id")
    role: Mapped[Role] = mapped_column(closed_enum(Role))
    joined_at: Mapped[datetime]
    #: set when the person left; the row stays, so that the past keeps its names
    left_at: Mapped[datetime | None]
    #: joined by a team link that an owner has to confirm
    is_waiting: Mapped[bool] = mapped_column(default=False)
    #: who answers while this manager does not
    deputy_id: Mapped[int | None] = ref("person.id")
    #: the list of first steps was put away; a team lead's is the team's
    first_steps_hidden: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    team: Mapped[Team] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined")

    __table_args__ = (
        sa.UniqueConstraint("team_id", "person_id"),
        sa.Index("ix_membership_person", "person_id"),  # the teams of the person who signed in
    )

    @property
    def is_managing(self) -> bool:
        return self.role in MANAGING


class Absence(Base):
    """Somebody is away from the first day to the last, both included, in the team's zone."""

    __tablename__ = "absence"

    id: Mapped[int] = pk()
    team_id: Mapped[int] = ref("team.id")
    person_id: Mapped[int] = ref("person.id")
    first_on: Mapped[date]
    last_on: Mapped[date]
    #: who answers meanwhile, when chosen for this absence; else the standing deputy
    stand_in_id: Mapped[int | None] = ref("person.id")
    entered_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    #: the whole team is closed on these days; it ends where they are opened again
    is_closure: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    __table_args__ = (sa.Index("ix_absence_team_last", "team_id", "last_on"),)  # who is away on a day


# Values of the pure core ----------------------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def _working_time(plain: str) -> WorkingTime:
    return WorkingTime.from_plain(json.loads(plain))


def working_time(calendar: Calendar) -> WorkingTime:
    """The calendar version as a value. Kept by its content: rows never change, and building one costs milliseconds."""
    return _working_time(json.dumps(calendar.plain, sort_keys=True))


def working_time_of(calendar_id: int) -> WorkingTime:
    calendar = db.session.get(Calendar, calendar_id)
    if calendar is None:
        raise LookupError(f"no calendar {calendar_id}")
    return working_time(calendar)


def ladder(policy: Policy) -> Ladder:
    return Ladder.from_plain(policy.ladder)


def policy_of(policy_id: int) -> Policy:
    policy = db.session.get(Policy, policy_id)
    if policy is None:
        raise LookupError(f"no policy {policy_id}")
    return policy


def hold(team_id: int) -> Team:
    """The team as it is now; its calendar and policy stay in force until this transaction ends, so that a promise and
    a change of the settings never miss each other.

    Called before a suggestion is locked: ``lock`` comes before the suggestions it touches, and in one order nobody
    waits in a circle. ``FOR KEY SHARE`` lets others take a number meanwhile: two who raise at once would each hold
    what the other needs.
    """
    return _locked(_row(team_id).with_for_update(read=True, key_share=True))


def lock(team_id: int) -> Team:
    """The team with its row locked and read anew: two who change it do so one after the other, and after everything
    that ``hold``s it."""
    return _locked(_row(team_id).with_for_update())


def _row(team_id: int) -> sa.Select[Team]:
    return sa.select(Team).where(Team.id == team_id).options(lazyload("*"))


def _locked(statement: sa.Select[Team]) -> Team:
    return db.session.scalars(statement.execution_options(populate_existing=True)).one()


# Questions ------------------------------------------------------------------------------------------------------------

_present = (Membership.left_at.is_(None), sa.not_(Membership.is_waiting))


def by_slug(slug: str) -> Team | None:
    return db.session.scalar(_by_slug(), {"slug": slug})


@cache
def _by_slug() -> sa.Select[Team]:
    return sa.select(Team).where(Team.slug == sa.bindparam("slug"))


def membership_of(team_id: int, person_id: int) -> Membership | None:
    """The present membership, or none: somebody who left or waits to be confirmed has none."""
    return db.session.scalar(_membership_of(), {"team": team_id, "person": person_id})


@cache
def _membership_of() -> sa.Select[Membership]:
    where = (Membership.team_id == sa.bindparam("team"), Membership.person_id == sa.bindparam("person"), *_present)
    return sa.select(Membership).where(*where)


def any_membership_of(team_id: int, person_id: int) -> Membership | None:
    """The membership row, also of somebody who left or waits."""
    where = (Membership.team_id == team_id, Membership.person_id == person_id)
    return db.session.scalar(sa.select(Membership).where(*where))


@asked_once
def memberships(team_id: int) -> list[Membership]:
    """Everybody who is in the team now and whose account is enabled, in the order they joined."""
    return list(db.session.scalars(_memberships(), {"team": team_id}))


@cache
def _memberships() -> sa.Select[Membership]:
    return (
        sa.select(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.team_id == sa.bindparam("team"), Person.active, *_present)
        .order_by(Membership.id)
        .options(joinedload(Membership.person), joinedload(Membership.team))
    )


def waiting(team_id: int) -> list[Membership]:
    """Those who came by a team link and wait for an owner's word."""
    where = (Membership.team_id == team_id, Membership.left_at.is_(None), Membership.is_waiting)
    return list(db.session.scalars(sa.select(Membership).where(*where).order_by(Membership.id)))


@asked_once
def teams_of(person_id: int) -> list[Membership]:
    return list(db.session.scalars(_teams_of(), {"person": person_id}))


@cache
def _teams_of() -> sa.Select[Membership]:
    return (
        sa.select(Membership)
        .where(Membership.person_id == sa.bindparam("person"), *_present)
        .join(Team, Team.id == Membership.team_id)
        .order_by(Team.name)
    )


def first_of(person_ids: Collection[int]) -> dict[int, Team]:
    """Person → the team that they joined first of those they are in; none for who is in none."""
    found: dict[int, Team] = {}
    if person_ids:
        statement = sa.select(Membership).where(Membership.person_id.in_(person_ids), *_present)
        for membership in db.session.scalars(statement.order_by(Membership.id)):
            found.setdefault(membership.person_id, membership.team)
    return found


def all_teams() -> list[Team]:
    return list(db.session.scalars(sa.select(Team).order_by(Team.id)))


def closed_days(team_id: int) -> list[ClosedDay]:
    return list(db.session.scalars(sa.select(ClosedDay).where(ClosedDay.team_id == team_id).order_by(ClosedDay.on)))


@asked_once
def absences_on(team_id: int, day: date) -> list[Absence]:
    return list(db.session.scalars(_absences_on(), {"team": team_id, "day": day}))


@cache
def _absences_on() -> sa.Select[Absence]:
    day = sa.bindparam("day", type_=sa.Date)
    where = (
        Absence.team_id == sa.bindparam("team"),
        Absence.first_on <= day,
        Absence.last_on >= day,
        Absence.cancelled_at.is_(None),
    )
    return sa.select(Absence).where(*where).order_by(Absence.id)


def absence_just_over(team_id: int, person_id: int, *, today: date, since: date) -> Absence | None:
    """The last absence of this person that ended before today, and not before ``since``."""
    where = (
        Absence.team_id == team_id,
        Absence.person_id == person_id,
        Absence.last_on < today,
        Absence.last_on >= since,
        Absence.cancelled_at.is_(None),
    )
    return db.session.scalar(sa.select(Absence).where(*where).order_by(Absence.last_on.desc()).limit(1))


def absences_from(team_id: int, day: date) -> list[Absence]:
    """Absences that are running on this day or still to come, soonest first."""
    where = (Absence.team_id == team_id, Absence.last_on >= day, Absence.cancelled_at.is_(None))
    return list(db.session.scalars(sa.select(Absence).where(*where).order_by(Absence.first_on)))


def take_number(team_id: int) -> int:
    """The next number of a team, taken so that two who raise at once get two."""
    statement = (
        sa.update(Team)
        .where(Team.id == team_id)
        .values(next_number=Team.next_number + 1)
        .returning(Team.next_number)
        .execution_options(synchronize_session=False)
    )
    return int(db.session.execute(statement).scalar_one()) - 1
