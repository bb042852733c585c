"""The mails that somebody just asked for: in, in again, invited, and whether mail works at all."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tracker.notices import links, windows
from tracker.notices.mails import AddressAsked, Footer, Invitation, Mail, NewAddress, Reset, SignIn, Test
from tracker.notices.words import Reader
from tracker.notices.writing import locale_of
from tracker.store import people, teams
from tracker.store.base import db
from tracker.store.doors import Invitation as Invited
from tracker.store.doors import SignInLink
from tracker.store.notices import Delivery
from tracker.store.people import Person
from tracker.store.teams import Team

#: A link of which no row is known any more works at most so long.
LONGEST = timedelta(hours=1)


def door(delivery: Delivery, person: Person | None, team: Team | None, *, now: datetime) -> tuple[Mail, Reader, Footer]:
    """The mail, who reads it, and its footer: nobody can switch it off."""
    # what is about an address goes to that address, whatever the person's is when it leaves
    person = person or people.by_id(int(delivery.facts.get("about", 0)))
    reader = _reader(delivery, person, team, now)
    return _mail(delivery, person), reader, Footer("account")


def _reader(delivery: Delivery, person: Person | None, team: Team | None, now: datetime) -> Reader:
    if person is None:
        zone = windows.team_zone(team) if team is not None else ZoneInfo("UTC")
        return Reader(locale_of(delivery.facts.get("locale")), zone, now)
    own = team or next((membership.team for membership in teams.teams_of(person.id)), None)
    return Reader(locale_of(person.locale), windows.zone_of(person, own), now)


def _mail(delivery: Delivery, person: Person | None) -> Mail:
    facts, name = delivery.facts, person.name if person is not None else ""
    token = str(facts.get("token", ""))
    if delivery.template == "sign_in":
        return SignIn(name=name, valid_until=_valid_until(delivery), url=links.url("sign_in_link", token=token))
    if delivery.template == "reset":
        return Reset(name=name, valid_until=_valid_until(delivery), url=links.url("reset", token=token))
    if delivery.template == "new_address":
        return NewAddress(name=name, valid_until=_valid_until(delivery), url=links.url("confirm", token=token))
    if delivery.template == "address_asked":
        return AddressAsked(name=name, url=links.url("forgotten"))
    if delivery.template == "invitation":
        return Invitation(
            by=str(facts.get("by", "")),
            valid_until=_valid_until(delivery),
            url=links.url("invitation", token=token),
            name=name or str(facts.get("name", "")) or None,
        )
    if delivery.template == "test":
        return Test(name=name, url=links.url("start"))
    raise LookupError(f"no mail is called {delivery.template!r}")


def _valid_until(delivery: Delivery) -> datetime:
    number = delivery.key.rpartition(":")[2]
    row: Invited | SignInLink | None = None
    if number.isdecimal():
        is_invitation = delivery.template == "invitation"
        row = db.session.get(Invited, int(number)) if is_invitation else db.session.get(SignInLink, int(number))
    return row.expires_at if row is not None else delivery.created_at + LONGEST
