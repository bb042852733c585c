"""Accounts and memberships: who is in, as what, who stands in for whom, and what a person decides for themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from tracker import access, chance
from tracker.acts import addresses, assigning, passwords, texts
from tracker.domain import weeks
from tracker.domain.errors import N_, BadInput, NotPossible, OutOfReach
from tracker.domain.lifecycle import OPEN, Role
from tracker.notices import topics
from tracker.notices.topics import Topic
from tracker.store import doors, people
from tracker.store import teams as store
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.store.teams import MANAGING, Membership, Team

LOCALES = ("en", "de")
THEMES = ("light", "dark")
PRONOUNS = ("he", "she")
RHYTHMS = ("daily", "each")

_TIME = re.compile(r"([01]?[0-9]|2[0-3])(?:[:.]([0-5][0-9]))?")

LAST_OWNER = N_("A team keeps at least one team lead. Make somebody else a team lead first.")


# Accounts -------------------------------------------------------------------------------------------------------------


def make(
    *, email: str, name: str, locale: str, now: datetime, password: str | None = None, timezone: str | None = None
) -> Person:
    """A new account. ``password`` is checked here; none for somebody who signs in by link. Raises ``BadInput``."""
    address = addresses.checked(email)
    if people.by_email(address) is not None:
        raise BadInput(
            N_("This address cannot be used here. If you have an account already, sign in first."), field="email"
        )
    person = Person(
        email=address,
        name=texts.line(name, field="name", longest=texts.NAME_MAX, missing=N_("What are you called?")),
        locale=locale if locale in LOCALES else "en",
        timezone=timezone if timezone and weeks.is_known_zone(timezone) else None,
        created_at=now,
        password=passwords.hashed(passwords.checked(password, about=(name, address))) if password is not None else None,
    )
    db.session.add(person)
    db.session.flush()
    return person


def end_sessions(person: Person) -> None:
    """Whoever is signed in as this person has to sign in again."""
    person.fs_uniquifier = chance.token_hex(16)


def sign_out_everywhere(person: Person) -> None:
    """The person's own wish: sessions end, and so do the links in mails that act without one."""
    person.token_version += 1
    end_sessions(person)


def set_password(person: Person, password: str, *, now: datetime, field: str = "password") -> None:
    """Make this the password; other sessions and links that are under way end."""
    known = (person.name, person.email)
    person.password = passwords.hashed(passwords.checked(password, field=field, about=known))
    end_sessions(person)
    doors_closed = sa.update(doors.SignInLink).where(
        doors.SignInLink.person_id == person.id, doors.SignInLink.used_at.is_(None)
    )
    db.session.execute(doors_closed.values(used_at=now))


def change_password(person: Person, old: str, new: str, *, now: datetime) -> None:
    """The person's own change: needs the old one. Raises ``BadInput``, ``NotPossible``."""
    if person.password is None:
        raise NotPossible(N_("You have no password yet. Ask for a link to set one."), field="old_password")
    if not passwords.is_right(old, person.password):
        raise BadInput(N_("That is not your present password."), field="old_password")
    set_password(person, new, now=now, field="new_password")


def disable(person: Person, *, by: Person, now: datetime, via: Via) -> None:
    """A site admin closes an account: sessions and links end, what was assigned is free again. What was said stays."""
    if not by.is_site_admin or not by.active:
        raise OutOfReach(access.NOT_THERE)
    if person.id == by.id:
        raise NotPossible(N_("You cannot disable your own account."))
    memberships = sorted(store.teams_of(person.id), key=lambda one: one.team_id)
    locked = [store.lock(membership.team_id) for membership in memberships]
    for team, membership in zip(locked, memberships, strict=True):
        _keep_an_owner(team, membership)
    person.active = False  # before anything is let go: nobody tells them of it, and nothing falls to them
    db.session.flush()
    for team in locked:
        _let_go(team, person, now=now, via=via)
    person.token_version += 1
    end_sessions(person)


def enable(person: Person, *, by: Person, now: datetime) -> None:
    """A site admin opens an account again."""
    if not by.is_site_admin or not by.active:
        raise OutOfReach(access.NOT_THERE)
    person.active = True


# Memberships ----------------------------------------------------------------------------------------------------------


def join(team: Team, person: Person, role: Role, *, now: datetime, waits: bool = False) -> Membership:
    """Put a person into a team. Somebody who is in already stays as they are; who left comes back with this role."""
    membership = store.any_membership_of(team.id, person.id)
    if membership is not None and membership.left_at is None and not membership.is_waiting:
        return membership
    if membership is None:
        membership = Membership(team_id=team.id, person_id=person.id, role=role, joined_at=now, team=team)
        membership.person = person
        db.session.add(membership)
    membership.role, membership.joined_at, membership.left_at, membership.is_waiting = role, now, None, waits
    db.session.flush()
    if role in MANAGING and not waits:
        _seal(team, person)
    return membership


def add(team: Team, *, email: str, name: str, role: Role, by: Person | None, now: datetime) -> Membership:
    """Put somebody into a team at once, with an account made where there is none (`tracker person add`).

    ``by`` is none for the command line, which may do it. Raises ``BadInput``, ``NotAllowed``.
    """
    if by is not None:
        access.demand_owning(access.membership_in(by, team))
    team = store.lock(team.id)
    person = people.by_email(addresses.checked(email))
    if person is None:
        person = make(email=email, name=name, locale=team.locale, now=now)
    present = store.membership_of(team.id, person.id)
    if present is not None:
        raise BadInput(N_("%(name)s is in this team already."), field="email", name=person.name)
    return join(team, person, role, now=now)


def change_role(team: Team, person: Person, role: Role, *, by: Person, now: datetime, via: Via) -> None:
    """Make somebody a member, a manager or a team lead. What is open about them is hidden from the managers at once."""
    access.demand_owning(access.membership_in(by, team))
    team = store.lock(team.id)
    membership = access.membership_in(person, team)
    if membership.role is role:
        return
    if role is not Role.OWNER:
        _keep_an_owner(team, membership)
    was_managing = membership.is_managing
    membership.role = role
    db.session.flush()
    if membership.is_managing and not was_managing:
        _seal(team, person)
    if was_managing and not membership.is_managing:
        _stop_managing(team, person)
        assigning.keep_sight(team, person, now=now, via=via, by=by)
        assigning.unassign_all(team, person, now=now, via=via, by=by, is_gone=False)


def leave(team: Team, *, by: Person, now: datetime, via: Via) -> None:
    """Go by oneself. What one wrote stays; what was assigned is free again by the same act."""
    membership = access.membership_in(by, team)
    _end(team, membership, now=now, via=via)


def remove(team: Team, person: Person, *, by: Person, now: datetime, via: Via) -> None:
    """A team lead takes somebody out of the team."""
    access.demand_owning(access.membership_in(by, team))
    _end(team, access.membership_in(person, team), now=now, via=via)


def confirm(team: Team, person_id: int, *, by: Person, now: datetime) -> Membership:
    """A team lead lets in somebody who came by a team link."""
    membership = _waiting(team, person_id, by=by)
    membership.is_waiting = False
    membership.joined_at = now
    return membership


def turn_away(team: Team, person_id: int, *, by: Person, now: datetime) -> None:
    """A team lead does not let in somebody who came by a team link."""
    _waiting(team, person_id, by=by).left_at = now


def _waiting(team: Team, person_id: int, *, by: Person) -> Membership:
    access.demand_owning(access.membership_in(by, team))
    membership = store.any_membership_of(store.lock(team.id).id, person_id)
    if membership is None or membership.left_at is not None or not membership.is_waiting:
        raise OutOfReach(access.NOT_THERE)
    return membership


def choose_deputy(team: Team, deputy_id: int | None, *, by: Person, now: datetime, of: Person | None = None) -> None:
    """Who answers while a manager does not: a manager or owner of the team, not oneself. None for nobody.

    A manager chooses for themselves, a team lead also for others. Raises ``BadInput``, ``NotAllowed``.
    """
    actor = access.membership_in(by, team)
    access.demand_managing(actor)
    membership = actor if of is None or of.id == by.id else access.membership_in(of, team)
    if membership.person_id != by.id:
        access.demand_owning(actor)
    if not membership.is_managing:
        raise NotPossible(N_("Only somebody who manages the team has a deputy."))
    if deputy_id is not None:
        deputy = store.membership_of(team.id, deputy_id)
        if deputy is None or not deputy.is_managing or not deputy.person.active:
            raise BadInput(N_("A deputy is somebody who manages the team."), field="deputy")
        if deputy.person_id == membership.person_id:
            raise BadInput(N_("Somebody else has to stand in."), field="deputy")
    membership.deputy_id = deputy_id


def _end(team: Team, membership: Membership, *, now: datetime, via: Via) -> None:
    team = store.lock(team.id)
    _keep_an_owner(team, membership)
    membership.left_at = now
    db.session.flush()
    _let_go(team, membership.person, now=now, via=via)


def _keep_an_owner(team: Team, membership: Membership) -> None:
    """Refuse what would leave a team without an owner. Called with the team's row locked."""
    if membership.role is not Role.OWNER:
        return
    others = [one for one in store.memberships(team.id) if one.role is Role.OWNER and one.id != membership.id]
    if not others:
        raise NotPossible(LAST_OWNER, field="role")


def _let_go(team: Team, person: Person, *, now: datetime, via: Via) -> None:
    """What somebody held in a team when they go: duties, deputyships, assignments."""
    _stop_managing(team, person)
    if team.trusted_person_id == person.id:
        team.trusted_person_id = None
    assigning.unassign_all(team, person, now=now, via=via)


def _stop_managing(team: Team, person: Person) -> None:
    stood_in = sa.update(Membership).where(Membership.team_id == team.id, Membership.deputy_id == person.id)
    db.session.execute(stood_in.values(deputy_id=None))
    own = store.any_membership_of(team.id, person.id)
    if own is not None:
        own.deputy_id = None
    if team.duty_person_id == person.id:
        team.duty_person_id = None
    db.session.flush()


def _seal(team: Team, person: Person) -> None:
    """Whoever answers now must not be handed what was said about them: it goes to the owners alone."""
    about = sa.update(Suggestion).where(
        Suggestion.team_id == team.id, Suggestion.about_person_id == person.id, Suggestion.status.in_(OPEN)
    )
    db.session.execute(about.values(is_sealed=True))


# One's own settings ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a person decides for themselves, as it came from the form; an empty text stands for "as usual"."""

    name: str
    locale: str
    timezone: str = ""
    window_from: str = "08:00"
    window_until: str = "20:00"
    #: the topics that come by mail as well; the others stand in the app alone
    by_mail: frozenset[Topic] = frozenset(Topic)
    #: daily or each
    reminders: str = "daily"
    reminder_hour: str = ""
    #: "0" Monday to "6" Sunday
    digest_weekday: str = ""
    digest_hour: str = ""
    theme: str = ""
    #: he, she, or empty: by name
    pronoun: str = ""


def change_settings(person: Person, wishes: Wishes, *, now: datetime) -> None:
    """Check and store. Raises ``BadInput`` with the field; nothing is changed then."""
    name = texts.line(wishes.name, field="name", longest=texts.NAME_MAX, missing=N_("What are you called?"))
    _one_of(wishes.locale, LOCALES, "locale")
    _one_of(wishes.theme, ("", *THEMES), "theme")
    _one_of(wishes.pronoun, ("", *PRONOUNS), "pronoun")
    _one_of(wishes.reminders, RHYTHMS, "reminders")
    _one_of(wishes.digest_weekday, ("", *"0123456"), "digest_weekday")
    if wishes.timezone and not weeks.is_known_zone(wishes.timezone):
        raise BadInput(
            N_("“%(given)s” is not a time zone. Their names are like Europe/Berlin."),
            field="timezone",
            given=wishes.timezone[:60],
        )
    window = (_clock_time(wishes.window_from, "window_from"), _clock_time(wishes.window_until, "window_until"))
    if window[0] >= window[1]:
        raise BadInput(N_("The end has to come after the beginning."), field="window_until")
    reminder_hour = _clock_time(wishes.reminder_hour, "reminder_hour") if wishes.reminder_hour.strip() else None
    digest_hour = _clock_time(wishes.digest_hour, "digest_hour") if wishes.digest_hour.strip() else None
    person.name, person.locale, person.timezone = name, wishes.locale, wishes.timezone or None
    person.window_from, person.window_until = window
    for topic in Topic:
        topics.choose(person, topic, by_mail=topic in wishes.by_mail)
    person.reminder_rhythm = wishes.reminders
    person.reminder_hour, person.digest_hour = reminder_hour, digest_hour
    person.digest_weekday = int(wishes.digest_weekday) if wishes.digest_weekday else None
    person.theme = wishes.theme or None
    person.pronoun = wishes.pronoun or None


def _one_of(value: str, known: tuple[str, ...], field: str) -> None:
    if value not in known:
        raise BadInput(N_("Choose one of those."), field=field)


def _clock_time(text: str, field: str) -> str:
    """ "8", "8:30" or "08.30" as "08:30"; "24:00" ends a day. Raises ``BadInput``."""
    text = text.strip()
    if text == "24:00":
        return "23:59"
    match = _TIME.fullmatch(text)
    if match is None:
        raise BadInput(N_("“%(given)s” is not a time of day, such as 08:00."), field=field, given=text[:20])
    return f"{int(match[1]):02}:{match[2] or '00'}"


# One click in a mail --------------------------------------------------------------------------------------------------


def unsubscribe(person: Person, kind: str, *, now: datetime) -> None:
    """Mails of this kind no longer come: the same choice as in the settings. Reminders stay in the app, for what is
    owed stays owed. ``BadInput``."""
    found = topics.of_list(kind)
    if not found:
        raise BadInput(N_("We do not know this kind of mail."), field="kind")
    for topic in found:
        topics.choose(person, topic, by_mail=False)


def is_managing_somewhere(person: Person) -> bool:
    """Whether this person answers in some team, or looks after the site: they sign in anew more often."""
    return person.is_site_admin or any(one.is_managing for one in store.teams_of(person.id))
