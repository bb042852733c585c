"""Signing in by password or by a link in a mail, setting a new password, and what slows down whoever guesses.

An unknown address is told the same as a known one, and it takes as long. Guessing is slowed per account and per network
address, ever longer and never for good; a link by mail always remains, so that nobody can lock anybody else out.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from tracker.acts import passwords, people
from tracker.acts.secret_links import hash_of, new_token
from tracker.domain.errors import N_, LinkEnded
from tracker.notices import security_mail
from tracker.store import people as store
from tracker.store.base import db, for_update, is_sqlite
from tracker.store.doors import SignInLink, Throttle
from tracker.store.people import Person

Purpose = Literal["sign_in", "reset", "address"]

#: How long a link in a mail works.
LINK_LIFE = timedelta(minutes=60)

#: So many wrong tries are free, for one account and for one network address; then each doubles the wait.
FREE_TRIES = {"account": 5, "network": 20, "mails": 5, "senders": 20, "address": 5}
SHORTEST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=15)
#: After this much quiet, everything is forgotten.
FORGET_AFTER = timedelta(hours=24)

USED_LINK = N_("This link was used already, or a newer one was sent, or it is older than an hour. Ask for a new one.")
WRONG = N_("That address and password do not belong together. A link by mail works without a password.")
TOO_MANY = N_("Too many tries. Please wait %(minutes)s min, or let us send you a link by mail.")


@dataclass(frozen=True, slots=True)
class Facts:
    """What checking a password needs, read before the slow hash, so that no lock is held meanwhile."""

    email: str
    network: str
    person_id: int | None
    stored: str | None
    wait: timedelta


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who signed in, or nobody; ``wait`` is how long the next try has to wait, nothing when it may come at once."""

    person: Person | None
    wait: timedelta = timedelta()


# By password ----------------------------------------------------------------------------------------------------------


def gather(email: str, network: str, *, now: datetime) -> Facts:
    """Read what is known. ``network`` is the address the request came from."""
    email = email.strip().lower()[:254]
    person = store.by_email(email)
    is_known = person is not None and person.active
    wait = max(_wait("account", email, now), _wait("network", network_of(network), now))
    return Facts(
        email,
        network_of(network),
        person.id if person and is_known else None,
        person.password if person else None,
        wait,
    )


def is_right(facts: Facts, password: str) -> bool:
    """The slow part; touches no database. Costs the same whatever is known."""
    return passwords.is_right(password, facts.stored) and facts.person_id is not None


def try_password(facts: Facts, right: bool, *, now: datetime) -> Attempt:
    """Sign in, or count the failure; to be committed either way. A right password is refused too while one waits."""
    # Looked at again: many tries at once must not slip through together.
    wait = max(facts.wait, _wait("account", facts.email, now), _wait("network", facts.network, now))
    if wait > timedelta():
        return Attempt(None, wait)
    person = store.by_id(facts.person_id) if right and facts.person_id else None
    if person is None or not person.active or person.password != facts.stored:
        return Attempt(None, max(_failed("account", facts.email, now), _failed("network", facts.network, now)))
    forgive(facts.email)
    return Attempt(person)


# By a link in a mail --------------------------------------------------------------------------------------------------


def ask_link(email: str, purpose: Purpose, *, network: str, next_path: str = "", now: datetime) -> None:
    """Send a link, if somebody has this address; the caller cannot tell. Older links of the same kind end.

    ``next_path`` is a path on this site where the person goes afterwards.
    """
    email = email.strip().lower()[:254]
    counted = (("mails", email), ("senders", network_of(network)))
    is_too_much = any(_wait(kind, what, now) > timedelta() for kind, what in counted)
    for kind, what in counted:
        _failed(kind, what, now)
    person = store.by_email(email)
    if person is None or not person.active or is_too_much:
        return
    send_link(person, purpose, next_path=next_path, now=now)


def send_link(person: Person, purpose: Purpose, *, next_path: str = "", now: datetime) -> SignInLink:
    """Owe the mail with a fresh link."""
    link, token = make_link(person, purpose, next_path=next_path, now=now)
    security_mail.owe(purpose, key=mail_key(purpose, link), person=person, now=now, facts={"token": token})
    return link


def mail_key(template: str, link: SignInLink) -> str:
    """The key of a mail about this link. Never the link's number: links are deleted, and SQLite gives the highest
    number anew, while the mails stay. A key that is refused would be an error that only known addresses see."""
    return f"{template}:link:{link.token_hash}"


def make_link(person: Person, purpose: Purpose, *, next_path: str = "", now: datetime) -> tuple[SignInLink, str]:
    """A fresh link and its token; older ones of the same kind die."""
    older = sa.update(SignInLink).where(
        SignInLink.person_id == person.id, SignInLink.purpose == purpose, SignInLink.used_at.is_(None)
    )
    db.session.execute(older.values(used_at=now))
    token, hashed = new_token()
    link = SignInLink(
        person_id=person.id,
        purpose=purpose,
        token_hash=hashed,
        next_path=next_path,
        created_at=now,
        expires_at=now + LINK_LIFE,
    )
    db.session.add(link)
    db.session.flush()
    return link, token


def look_at_link(token: str, purpose: Purpose, *, now: datetime) -> tuple[Person, SignInLink]:
    """Whom the link is for; changes nothing. Raises ``LinkEnded`` where it does not work (any more)."""
    # Read anew: whoever waited for the lock has to see what the other one did.
    statement = sa.select(SignInLink).where(SignInLink.token_hash == hash_of(token))
    link = db.session.scalar(statement.execution_options(populate_existing=True))
    person = store.by_id(link.person_id) if link else None
    works = link is not None and link.purpose == purpose and link.used_at is None and link.expires_at > now
    if link is None or person is None or not person.active or not works:
        raise LinkEnded(USED_LINK)
    return person, link


def use_link(token: str, purpose: Purpose, *, now: datetime) -> tuple[Person, SignInLink]:
    """The same, and the link is used up: of two who come at once, one is refused."""
    db.session.execute(for_update(sa.select(SignInLink.id).where(SignInLink.token_hash == hash_of(token))))
    person, link = look_at_link(token, purpose, now=now)
    link.used_at = now
    person.confirmed_at = person.confirmed_at or now
    return person, link


def by_link(token: str, *, now: datetime) -> tuple[Person, str]:
    """Use a sign-in link: who it is, and the path they wanted to go to. Raises ``LinkEnded``."""
    person, link = use_link(token, "sign_in", now=now)
    return person, link.next_path


def reset_password(token: str, password: str, *, now: datetime) -> Person:
    """Use a reset link to set a password; every session and link of this person ends.

    Raises ``LinkEnded``, and ``BadInput`` for the password.
    """
    person, _ = look_at_link(token, "reset", now=now)
    passwords.checked(password, about=(person.name, person.email))
    person, _ = use_link(token, "reset", now=now)
    people.set_password(person, password, now=now)
    forgive(person.email)
    return person


# What slows down ------------------------------------------------------------------------------------------------------


def network_of(address: str) -> str:
    """The network address as it is counted: an IPv6 customer has a whole /64 to choose from."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(ip, ipaddress.IPv6Address):
        ip = ip.ipv4_mapped or ip
    return str(ip) if ip.version == 4 else str(ipaddress.ip_network(f"{ip}/64", strict=False).network_address)


def _key(kind: str, what: str) -> str:
    """No address stands in the table: whoever reads it learns nothing about who tried."""
    return f"{kind}:{hashlib.sha256(what.encode('utf-8', 'replace')).hexdigest()[:40]}"


def count_or_wait(whats: Iterable[tuple[str, str]], *, now: datetime) -> timedelta:
    """How long to wait before this may be asked for again; nothing when it may be now, and it is counted then."""
    counted = [(kind, network_of(what) if kind == "senders" else what) for kind, what in whats]
    wait = max(_wait(kind, what, now) for kind, what in counted)
    if wait <= timedelta():
        for kind, what in counted:
            _failed(kind, what, now)
    return wait


def _wait(kind: str, what: str, now: datetime) -> timedelta:
    until = db.session.scalar(sa.select(Throttle.blocked_until).where(Throttle.key == _key(kind, what)))
    return max(until - now, timedelta()) if until else timedelta()


def _failed(kind: str, what: str, now: datetime) -> timedelta:
    """Count one, and say how long the next has to wait."""
    key = _key(kind, what)
    insert = (sqlite.insert if is_sqlite() else postgresql.insert)(Throttle)
    db.session.execute(insert.values(key=key, failures=0, last_at=now).on_conflict_do_nothing(index_elements=["key"]))
    row = db.session.scalar(
        for_update(sa.select(Throttle).where(Throttle.key == key)).execution_options(populate_existing=True)
    )
    if row is None:
        return timedelta()
    row.failures = 1 if now - row.last_at > FORGET_AFTER else row.failures + 1
    row.last_at = now
    wait = wait_after(row.failures, FREE_TRIES[kind])
    row.blocked_until = now + wait if wait else None
    db.session.flush()
    return wait


def wait_after(failures: int, free: int) -> timedelta:
    """15 s after the first that is not free, then twice as long each, 15 minutes at most."""
    over = failures - free
    if over < 0:
        return timedelta()
    doubled: timedelta = SHORTEST_WAIT * 2 ** min(over, 10)
    return min(doubled, LONGEST_WAIT)


def forgive(email: str) -> None:
    """Somebody proved who they are: their account's wrong tries are forgotten."""
    db.session.execute(sa.delete(Throttle).where(Throttle.key == _key("account", email.strip().lower())))


def forget_before(moment: datetime) -> int:
    """Housekeeping: counts that have been quiet since. Returns how many."""
    result = db.session.execute(sa.delete(Throttle).where(Throttle.last_at < moment))
    return int(result.rowcount)  # type: ignore[attr-defined]
