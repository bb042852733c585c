"""Another mail address for one's account: it is theirs once they have confirmed it, signed in, by a link sent there.

Until then nothing changes: mails go on to the old address, which is told that somebody asked. Nothing here says whether
an address belongs to anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from tracker.acts import addresses, bounces, passwords, sign_in
from tracker.domain.errors import N_, BadInput, LinkEnded
from tracker.notices import security_mail
from tracker.store import people
from tracker.store.base import db
from tracker.store.doors import SignInLink
from tracker.store.notices import Delivery
from tracker.store.people import Person

NOT_YOURS = N_("This link is for another account. Sign out, sign in there, and open it again.")
TAKEN = N_("This address cannot be used here. Yours stays as it is.")
TOO_OFTEN = N_("That was asked for often. Please wait %(minutes)s min.")


@dataclass(frozen=True, slots=True)
class Waiting:
    """An address that waits to be confirmed."""

    address: str
    until: datetime


def ask(person: Person, email: str, *, password: str, network: str, now: datetime) -> str:
    """Send the link to the new address and a word to the old one; older links of this kind end. Returns the address.

    The password is asked of those who have one: whoever finds a device signed in shall not take the account along.
    Raises ``BadInput``.
    """
    address = addresses.checked(email)
    if address == person.email:
        raise BadInput(N_("That is your address already."), field="email")
    if person.password is not None and not passwords.is_right(password, person.password):
        raise BadInput(N_("That is not your present password."), field="address_password")
    _slow_down(person, address, network, now)
    link, token = sign_in.make_link(person, "address", now=now)
    facts = {"about": person.id}
    key = sign_in.mail_key("address_asked", link)
    security_mail.owe("address_asked", key=key, now=now, address=person.email, facts=facts)
    if people.by_email(address) is None:
        key = sign_in.mail_key("new_address", link)
        security_mail.owe("new_address", key=key, now=now, address=address, facts={**facts, "token": token})
    return address


def waiting(person: Person, *, now: datetime) -> Waiting | None:
    """What this person asked for and has not confirmed yet, where a mail went there."""
    mine = (SignInLink.person_id == person.id, SignInLink.purpose == "address", SignInLink.used_at.is_(None))
    link = db.session.scalar(sa.select(SignInLink).where(*mine, SignInLink.expires_at > now))
    address = _address(link) if link is not None else None
    return Waiting(address, link.expires_at) if link is not None and address is not None else None


def look_at(token: str, *, person: Person, now: datetime) -> str:
    """The address that this link confirms; changes nothing. Raises ``LinkEnded``."""
    holder, link = sign_in.look_at_link(token, "address", now=now)
    if holder.id != person.id:
        raise LinkEnded(NOT_YOURS)
    address = _address(link)
    if address is None or people.by_email(address) is not None:
        raise LinkEnded(TAKEN)
    return address


def confirm(token: str, *, person: Person, now: datetime) -> str:
    """From now on mails go there. Keys that lie in the old mailbox end. Raises ``LinkEnded``."""
    address = look_at(token, person=person, now=now)
    try:
        with db.session.begin_nested():
            person.email = address
    except sa.exc.IntegrityError:  # somebody confirmed the same one at this moment
        raise LinkEnded(TAKEN) from None
    sign_in.use_link(token, "address", now=now)
    open_links = sa.update(SignInLink).where(SignInLink.person_id == person.id, SignInLink.used_at.is_(None))
    db.session.execute(open_links.values(used_at=now))
    person.token_version += 1
    bounces.try_again(person)
    return address


def _slow_down(person: Person, address: str, network: str, now: datetime) -> None:
    """Neither one's own account nor somebody else's mailbox is a way to send mails without end."""
    whats = (("address", str(person.id)), ("mails", address), ("senders", network))
    wait = sign_in.count_or_wait(whats, now=now)
    if wait > timedelta():
        minutes = int(wait.total_seconds() // 60) + 1
        raise BadInput(TOO_OFTEN, field="email", minutes=minutes)


def _address(link: SignInLink) -> str | None:
    """The link confirms the address to which its mail went."""
    # Mails of former versions had the link's number in their key; of a number that was given twice it is the later one.
    keys = (sign_in.mail_key("new_address", link), f"new_address:link:{link.id}")
    where = (Delivery.key.in_(keys), Delivery.created_at == link.created_at)
    return db.session.scalar(sa.select(Delivery.address).where(*where))
