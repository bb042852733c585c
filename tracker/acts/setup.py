"""The first team with its owner, further teams, the one-time set-up link, and the list of first steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tracker.acts import passwords, people, teams
from tracker.acts.secret_links import hash_of, new_token
from tracker.domain.budgets import Budgets
from tracker.domain.errors import N_, BadInput, LinkEnded
from tracker.domain.ladder import Ladder
from tracker.domain.lifecycle import Role
from tracker.notices import security_mail
from tracker.store import people as people_store
from tracker.store import teams as team_store
from tracker.store.base import db, for_update
from tracker.store.doors import Invitation, SetupLink
from tracker.store.notices import Delivery, DeliveryState
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Membership, Team

USED_LINK = N_("This set-up link was used already. Whoever runs the site can make a new one.")
#: Teams that one person may found in one day.
TEAMS_A_DAY = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The person of the set-up who has no account yet. ``password`` is none for who will use a set-up link."""

    name: str
    email: str
    password: str | None = None


def found(
    team_name: str,
    *,
    owner: Owner | Person,
    timezone: str,
    locale: str,
    week: Mapping[str, Any],
    answer_within: int,
    now: datetime,
    region: str = "",
) -> Team:
    """A team with its first calendar, policy and owner; the site's first owner also looks after the site.

    ``week`` is the plain form of working time. Budgets follow from ``answer_within`` days. Holidays of ``region`` are
    worked out for this year and the next two. Raises ``BadInput``, ``BadCalendar`` with the form's field.
    """
    name = teams.checked_name(team_name)
    team = Team(
        slug=teams.slug_for(name),
        name=name,
        locale=locale if locale in people.LOCALES else "en",
        created_at=now,
        answer_within=answer_within,
        holiday_region=region,
    )
    calendar = teams.checked_calendar(timezone, week, [], now=now)
    budgets = Budgets.within(answer_within, calendar)
    person = owner if isinstance(owner, Person) else _first_owner(owner, locale=team.locale, timezone=timezone, now=now)
    _refuse_too_many(person, now=now)
    db.session.add(team)
    db.session.flush()
    teams.fill_holidays(team, first_year=now.astimezone(calendar.zone).year)
    days_off = [day.on for day in team_store.closed_days(team.id)]
    teams.put_calendar(team, teams.checked_calendar(timezone, week, days_off, now=now), by=person, now=now)
    teams.put_policy(team, budgets, Ladder(), by=person, now=now)
    people.join(team, person, Role.OWNER, now=now)
    return team


def _first_owner(owner: Owner, *, locale: str, timezone: str, now: datetime) -> Person:
    is_first = not people_store.site_admins()
    person = people.make(email=owner.email, name=owner.name, locale=locale, now=now, password=owner.password)
    person.is_site_admin = is_first
    return person


def _refuse_too_many(person: Person, *, now: datetime) -> None:
    since = now.replace(hour=0, minute=0, second=0, microsecond=0)
    where = (Membership.person_id == person.id, Membership.role == Role.OWNER, Membership.joined_at >= since)
    count = db.session.scalar(sa.select(sa.func.count()).select_from(Membership).where(*where)) or 0
    if count >= TEAMS_A_DAY and not person.is_site_admin:
        raise BadInput(N_("That is enough new teams for today. Try again tomorrow."), field="team_name")


# The set-up link ------------------------------------------------------------------------------------------------------


def is_needed() -> bool:
    """Whether there is no owner yet who could sign in: `tracker run` prints a set-up link then."""
    where = (Membership.role == Role.OWNER, Membership.left_at.is_(None), Person.active, Person.password.is_not(None))
    statement = sa.select(Membership.id).join(Person, Person.id == Membership.person_id).where(*where).limit(1)
    return db.session.scalar(statement) is None


def setup_link(*, now: datetime, person: Person | None = None) -> str:
    """The token of a new one-time link. ``person`` is who only has to choose a password by it.

    Older ones for nobody in particular end, and that person's; another owner's goes on.
    """
    ending: sa.ColumnElement[bool] = SetupLink.person_id.is_(None)
    if person is not None:
        ending |= SetupLink.person_id == person.id
    db.session.execute(sa.update(SetupLink).where(SetupLink.used_at.is_(None), ending).values(used_at=now))
    token, hashed = new_token()
    db.session.add(SetupLink(token_hash=hashed, person_id=person.id if person else None, created_at=now))
    db.session.flush()
    return token


def look_at_link(token: str) -> SetupLink:
    """The unused link; changes nothing. Raises ``LinkEnded``."""
    # Read anew: whoever waited for the lock has to see what the other one did.
    statement = sa.select(SetupLink).where(SetupLink.token_hash == hash_of(token))
    link = db.session.scalar(statement.execution_options(populate_existing=True))
    if link is None or link.used_at is not None:
        raise LinkEnded(USED_LINK)
    return link


def use(token: str, *, now: datetime) -> SetupLink:
    """Use the link up: of two who send the form at once, one is refused. Raises ``LinkEnded``."""
    db.session.execute(for_update(sa.select(SetupLink.id).where(SetupLink.token_hash == hash_of(token))))
    link = look_at_link(token)
    link.used_at = now
    return link


def who_just_used(token: str, email: str, password: str, *, now: datetime) -> Person | None:
    """Whoever sent the same set-up a moment ago: a double click finds what the first one made."""
    link = db.session.scalar(sa.select(SetupLink).where(SetupLink.token_hash == hash_of(token)))
    if link is None or link.used_at is None or now - link.used_at > passwords.JUST_NOW:
        return None
    person = people_store.by_email(email)
    if person is None or person.created_at != link.used_at:
        return None
    return person if passwords.is_right(password, person.password) else None


def choose_first_password(token: str, password: str, *, now: datetime) -> Person:
    """The owner whom `tracker setup` made chooses a password. Raises ``LinkEnded``, ``BadInput`` for the password."""
    link = look_at_link(token)
    person = people_store.by_id(link.person_id) if link.person_id else None
    if person is None:
        raise LinkEnded(USED_LINK)
    people.set_password(person, password, now=now)
    use(token, now=now)
    return person


# First steps ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSteps:
    """The list after the set-up, which ticks itself."""

    reachable: bool
    mail_arrived: bool
    second_person: bool
    trusted: bool
    invited: bool
    tried: bool

    @property
    def is_done(self) -> bool:
        return all((self.reachable, self.mail_arrived, self.second_person, self.trusted, self.invited, self.tried))


def first_steps(team: Team, *, is_loopback: bool) -> FirstSteps:
    """What is done. ``is_loopback``: only this machine can open the public address."""
    members = team_store.memberships(team.id)
    tried = sa.select(Suggestion.id).where(Suggestion.team_id == team.id).limit(1)
    invited = sa.select(Invitation.id).where(Invitation.team_id == team.id).limit(1)
    return FirstSteps(
        reachable=not is_loopback,
        mail_arrived=_has_mail_left([one.person_id for one in members if one.is_managing]),
        second_person=sum(one.is_managing for one in members) > 1,
        trusted=team.trusted_person_id is not None,
        invited=len(members) > 1 or db.session.scalar(invited) is not None,
        tried=db.session.scalar(tried) is not None,
    )


def _has_mail_left(person_ids: list[int]) -> bool:
    """A mail server took a mail to one of them; the embedded mailbox does not count."""
    where = (
        Delivery.person_id.in_(person_ids),
        Delivery.state == DeliveryState.SENT,
        Delivery.destination != security_mail.MAILBOX,
    )
    return db.session.scalar(sa.select(Delivery.id).where(*where).limit(1)) is not None


def send_test_mail(team: Team, person: Person, *, now: datetime) -> Delivery:
    """A mail to oneself in the team's name, to see that mail leaves."""
    key = f"test:person:{person.id}:{now.isoformat(timespec='minutes')}"
    known = db.session.scalar(sa.select(Delivery).where(Delivery.key == key))
    return known or security_mail.owe("test", key=key, person=person, team_id=team.id, now=now)
