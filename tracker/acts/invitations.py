"""Ways into a team: an invitation for one address, or a team link for as many people as set, until a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from tracker import access
from tracker.acts import addresses, passwords, people, texts
from tracker.acts.addresses import Pasted
from tracker.acts.secret_links import hash_of, new_token
from tracker.domain import weeks
from tracker.domain.errors import N_, BadInput, LinkEnded, NotAllowed, OutOfReach
from tracker.domain.lifecycle import Role
from tracker.notices import security_mail
from tracker.store import people as person_store
from tracker.store import teams as store
from tracker.store.base import db, for_update
from tracker.store.doors import Invitation
from tracker.store.people import Person
from tracker.store.teams import Membership, Team

#: How long an invitation for one address works.
LIFE = timedelta(days=14)
MOST_PASTED = 100
MOST_USES = 500
LONGEST_LINK = timedelta(days=90)
#: Invitations of one person in 24 hours.
A_DAY = 200

ENDED = N_("This invitation does not work any more. Ask whoever sent it for a new one.")


class Became(StrEnum):
    """What became of one line of the pasted list."""

    INVITED = "invited"
    AGAIN = "again"  # invited before; the older link has ended
    HIGHER = "higher"  # invited before to manage the team; that invitation stays
    HERE = "here"
    NO_ADDRESS = "no_address"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class Line:
    """One pasted person and what became of them; ``token`` where there is a fresh link."""

    pasted: Pasted
    became: Became
    token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Somebody without an account who accepts. ``email`` counts for a team link; an invitation has its own."""

    name: str
    password: str
    email: str = ""
    locale: str = "en"
    timezone: str | None = None


# Inviting -------------------------------------------------------------------------------------------------------------


def _demand_inviting(team: Team, by: Person, role: Role) -> None:
    """Whoever manages a team invites members; a team lead anybody."""
    membership = access.membership_in(by, team)
    access.demand_managing(membership)
    if role is not Role.MEMBER and membership.role is not Role.OWNER:
        raise NotAllowed(N_("Only a team lead can invite somebody who manages the team."), field="role")


def invite(team: Team, text: str, *, role: Role, by: Person, now: datetime) -> list[Line]:
    """Invite everybody in a pasted text, each by a mail with a link of their own; each line gets its answer.

    Raises ``BadInput`` for an empty text, too many at once or in one day, ``NotAllowed`` for a role too high.
    """
    _demand_inviting(team, by, role)
    found = addresses.pasted(text)
    if not found:
        raise BadInput(N_("Please paste at least one address."), field="addresses")
    if len(found) > MOST_PASTED:
        raise BadInput(
            N_("These are %(count)s at once; at most %(most)s fit."),
            field="addresses",
            count=len(found),
            most=MOST_PASTED,
        )
    _refuse_too_many(by, len(found), now=now)
    present = {one.person.email for one in store.memberships(team.id)}
    seen: set[str] = set()
    lines = []
    for one in found:
        lines.append(_invited(team, one, role, present, seen, by=by, now=now))
        if one.address:
            seen.add(one.address)
    return lines


def _refuse_too_many(by: Person, more: int, *, now: datetime) -> None:
    where = (Invitation.created_by_id == by.id, Invitation.created_at > now - timedelta(hours=24))
    count = db.session.scalar(sa.select(sa.func.count()).select_from(Invitation).where(*where)) or 0
    if count + more > A_DAY:
        raise BadInput(N_("At most %(most)s invitations a day."), field="addresses", most=A_DAY)


def _invited(
    team: Team, one: Pasted, role: Role, present: set[str], seen: set[str], *, by: Person, now: datetime
) -> Line:
    if one.address is None:
        return Line(one, Became.NO_ADDRESS)
    if one.address in seen:
        return Line(one, Became.TWICE)
    if one.address in present:
        return Line(one, Became.HERE)
    if role is Role.MEMBER and _is_to_manage(team, one.address, now=now):
        return Line(one, Became.HIGHER)
    again = _revoke_open(team, one.address, now=now)
    token, hashed = new_token()
    invitation = Invitation(
        team_id=team.id,
        token_hash=hashed,
        role=role,
        email=one.address,
        name=texts.line(one.name, field="addresses", longest=texts.NAME_MAX, required=False),
        created_at=now,
        created_by_id=by.id,
        expires_at=now + LIFE,
    )
    db.session.add(invitation)
    db.session.flush()
    _owe_mail(team, invitation, token, by=by, now=now)
    return Line(one, Became.AGAIN if again else Became.INVITED, token)


def _open_ones(team: Team, address: str, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Invitation.team_id == team.id,
        Invitation.email == address,
        Invitation.revoked_at.is_(None),
        Invitation.uses == 0,
        Invitation.expires_at > now,
    )


def _is_to_manage(team: Team, address: str, *, now: datetime) -> bool:
    """Whether an open invitation makes more of them than a member: a pasted list must not take that back unsaid."""
    higher = sa.select(Invitation.id).where(*_open_ones(team, address, now), Invitation.role != Role.MEMBER)
    return db.session.scalar(higher.limit(1)) is not None


def _revoke_open(team: Team, address: str, *, now: datetime) -> bool:
    result = db.session.execute(sa.update(Invitation).where(*_open_ones(team, address, now)).values(revoked_at=now))
    return bool(result.rowcount)  # type: ignore[attr-defined]


def _owe_mail(team: Team, invitation: Invitation, token: str, *, by: Person, now: datetime) -> None:
    known = person_store.by_email(invitation.email)
    security_mail.owe(
        "invitation",
        key=f"invitation:{invitation.id}",
        person=known,
        address=invitation.email,
        team_id=team.id,
        now=now,
        facts={"token": token, "by": by.name, "team": team.name, "name": invitation.name, "locale": team.locale},
    )


def make_team_link(
    team: Team, *, uses: int, until: date, needs_confirmation: bool, by: Person, now: datetime
) -> tuple[Invitation, str]:
    """A link by which so many people become members, until the end of that day in the team's zone; and its token."""
    _demand_inviting(team, by, Role.MEMBER)
    if not 1 <= uses <= MOST_USES:
        raise BadInput(N_("A link is for 1 to %(most)s people."), field="uses", most=MOST_USES)
    zone = store.working_time(team.calendar).zone
    # Before its end is asked for: the last day that there is has none.
    if until > now.astimezone(zone).date() + LONGEST_LINK:
        raise BadInput(N_("A link works for %(days)s days at most."), field="until", days=LONGEST_LINK.days)
    expires_at = weeks.end_of_day(until, zone)
    if expires_at <= now:
        raise BadInput(N_("That day has passed already."), field="until")
    token, hashed = new_token()
    invitation = Invitation(
        team_id=team.id,
        token_hash=hashed,
        role=Role.MEMBER,
        max_uses=uses,
        needs_confirmation=needs_confirmation,
        created_at=now,
        created_by_id=by.id,
        expires_at=expires_at,
    )
    db.session.add(invitation)
    db.session.flush()
    return invitation, token


def revoke(team: Team, invitation_id: int, *, by: Person, now: datetime) -> None:
    """The link does not work any more; doing it twice does nothing more. Raises ``OutOfReach``, ``NotAllowed``."""
    access.demand_managing(access.membership_in(by, team))
    invitation = db.session.get(Invitation, invitation_id)
    if invitation is None or invitation.team_id != team.id:
        raise OutOfReach(access.NOT_THERE)
    invitation.revoked_at = invitation.revoked_at or now


def open_ones(team: Team, *, now: datetime) -> list[Invitation]:
    """Invitations and team links by which somebody can still come, newest first."""
    where = (
        Invitation.team_id == team.id,
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > now,
        Invitation.uses < Invitation.max_uses,
    )
    return list(db.session.scalars(sa.select(Invitation).where(*where).order_by(Invitation.id.desc())))


# Accepting ------------------------------------------------------------------------------------------------------------


def look(token: str, *, now: datetime) -> tuple[Invitation, Team]:
    """The invitation and its team, for the page; changes nothing. Raises ``LinkEnded`` where it does not work."""
    statement = sa.select(Invitation).where(Invitation.token_hash == hash_of(token))
    return _checked(db.session.scalar(statement), now=now)


def _checked(invitation: Invitation | None, *, now: datetime) -> tuple[Invitation, Team]:
    if (
        invitation is None
        or invitation.revoked_at is not None
        or invitation.expires_at <= now
        or invitation.uses >= invitation.max_uses
    ):
        raise LinkEnded(ENDED)
    team = db.session.get(Team, invitation.team_id)
    if team is None:
        raise LinkEnded(ENDED)
    return invitation, team


def accept(token: str, who: Person | Newcomer, *, now: datetime) -> Membership:
    """Come in, with one's account or a new one. Accepting twice finds the membership that is there.

    Raises ``LinkEnded`` for a link that ended (of two who take the last place at once, one is refused), ``BadInput``
    for what a newcomer typed.
    """
    statement = sa.select(Invitation).where(Invitation.token_hash == hash_of(token))
    locked = db.session.scalar(for_update(statement).execution_options(populate_existing=True))
    if isinstance(who, Person) and locked is not None:
        present = store.any_membership_of(locked.team_id, who.id)
        if present is not None and present.left_at is None:
            return present
    if isinstance(who, Newcomer) and locked is not None:
        came = _came_just_now(locked, who, now=now)
        if came is not None:
            return came
    invitation, team = _checked(locked, now=now)
    person = who if isinstance(who, Person) else _newcomer(invitation, who, now=now)
    former = store.any_membership_of(team.id, person.id)
    # Who was in and went, or was taken out, does not come back unseen by the link that still lies in their mailbox.
    went_since = former is not None and former.left_at is not None and former.left_at >= invitation.created_at
    invitation.uses += 1
    return people.join(team, person, invitation.role, now=now, waits=invitation.needs_confirmation or went_since)


def _came_just_now(invitation: Invitation, who: Newcomer, *, now: datetime) -> Membership | None:
    """The same form, sent a moment ago: a double click, whose first answer the browser threw away."""
    person = person_store.by_email(invitation.email or who.email)
    present = store.any_membership_of(invitation.team_id, person.id) if person is not None else None
    if person is None or present is None or present.left_at is not None:
        return None
    is_new = person.created_at == present.joined_at and now - present.joined_at <= passwords.JUST_NOW
    return present if is_new and passwords.is_right(who.password, person.password) else None


def _newcomer(invitation: Invitation, who: Newcomer, *, now: datetime) -> Person:
    person = people.make(
        email=invitation.email or who.email,
        name=who.name,
        locale=who.locale,
        timezone=who.timezone,
        password=who.password,
        now=now,
    )
    if invitation.email:
        person.confirmed_at = now
    return person
