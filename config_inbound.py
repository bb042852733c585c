"""The settings of mail that comes in. Nothing is received unless one of two doors is named: a mailbox that is fetched
by IMAP, or an address of this machine at which a mail server of one's own hands mails over.

``read`` gives a frozen value, or none, and a sentence for each thing that cannot be meant.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeVar
from urllib.parse import unquote

from config_addresses import Problem, is_bare_mailbox, is_loopback_host, mailbox_on_the_wire, masked, split

ImapSecurity = Literal["plain", "starttls", "tls"]
Protocol = Literal["lmtp", "smtp"]
T = TypeVar("T")

IMAP = "TRACKER_INBOUND_IMAP_URL"
LISTEN = "TRACKER_INBOUND_LISTEN"
REPLY = "TRACKER_INBOUND_REPLY_ADDRESS"
TEAM = "TRACKER_INBOUND_TEAM_ADDRESS"
BOUNCE = "TRACKER_INBOUND_BOUNCE_ADDRESS"
AUTHSERV = "TRACKER_INBOUND_AUTHSERV_ID"
HUMANS = "TRACKER_INBOUND_HUMANS"
NAMES = (AUTHSERV, BOUNCE, HUMANS, IMAP, LISTEN, REPLY, TEAM)

#: Where the name of a team stands in the address to which its members write.
SLUG = "{team}"
#: A local part has 64 characters at most (RFC 5321, 4.5.3.1.1); a plus and a token take up to 46 of them.
LONGEST_LOCAL = 18
_IMAP: dict[str, tuple[ImapSecurity, int]] = {
    "imap": ("plain", 143), "imap+starttls": ("starttls", 143), "imaps": ("tls", 993)
}  # fmt: skip


@dataclass(frozen=True)
class ImapServer:
    """The mailbox that mails are fetched from. Its certificate is always checked."""

    host: str
    port: int
    security: ImapSecurity
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"


@dataclass(frozen=True)
class Listener:
    """Where a mail server of this machine hands mails over; the loopback alone."""

    protocol: Protocol
    host: str
    port: int


@dataclass(frozen=True, kw_only=True)
class Inbound:
    """How mail comes in, and which addresses are ours. One of ``imap`` and ``listen`` is set, or both."""

    imap: ImapServer | None = None
    listen: Listener | None = None
    #: with a plus and a token before the @ it is the address that a mail is answered to
    reply_address: str
    #: with a team's slug in place of ``{team}`` members write to it
    team_address: str
    #: with a plus and a token the sender of the envelope; none: bounces come to where mails are from
    bounce_address: str | None = None
    #: whose Authentication-Results are believed (RFC 8601); none: they are not looked at
    authserv_id: str | None = None
    #: addresses, or domains after an @, whose mails are read although their headers say that a machine wrote them
    humans: frozenset[str] = frozenset()


def read(text: Callable[[str], str | None], *, mail_from: str) -> tuple[Inbound | None, list[str]]:
    """``text`` gives a setting's text or none, ``mail_from`` is where mails come from."""
    problems: list[str] = []
    local, _, domain = mail_from.partition("@")

    def value(name: str, default: T, parse: Callable[[str], T]) -> T:
        given = text(name)
        try:
            return default if given is None else parse(given)
        except Problem as problem:
            problems.append(str(problem))
            return default

    imap, listen = value(IMAP, None, _imap), value(LISTEN, None, _listener)
    found = Inbound(
        imap=imap,
        listen=listen,
        reply_address=value(REPLY, f"reply@{domain}", lambda given: _with_token(REPLY, given)),
        team_address=value(TEAM, f"{local}+{SLUG}@{domain}", _team_address),
        bounce_address=value(BOUNCE, None, lambda given: _with_token(BOUNCE, given)),
        authserv_id=value(AUTHSERV, None, str.lower),
        humans=value(HUMANS, frozenset(), _humans),
    )
    if imap is not None or listen is not None:
        if found.reply_address == found.bounce_address:
            problems.append(f"{BOUNCE} and {REPLY} are both {found.reply_address!r}; each needs an address of its own.")
        return found, problems
    if not problems:
        problems += [
            f"{name} is set, and no mail is received: set {IMAP} or {LISTEN} too." for name in NAMES if text(name)
        ]
    return None, problems


def _imap(url: str) -> ImapServer:
    parts = split(IMAP, url)
    said = f"{IMAP} is {masked(url)!r}; it has to"
    if parts.scheme not in _IMAP or not parts.hostname:
        raise Problem(f"{said} be imaps://, imap+starttls:// or imap://, with a host.")
    if not parts.username or not parts.password:
        raise Problem(f"{said} have a user and a password: imaps://user:password@host/INBOX.")
    if parts.query or parts.fragment:
        raise Problem(f"{said} end with the folder; write # / ? in a password as %23 %2F %3F.")
    if parts.scheme == "imap" and not is_loopback_host(parts.hostname):
        raise Problem(f"{said} be imaps:// or imap+starttls://: imap:// would show the password to every listener.")
    security, port = _IMAP[parts.scheme]
    folder = unquote(parts.path.strip("/")) or "INBOX"
    user, password = unquote(parts.username), unquote(parts.password)
    return ImapServer(parts.hostname, parts.port or port, security, user, password, folder)


def _listener(url: str) -> Listener:
    parts = split(LISTEN, url)
    said = f"{LISTEN} is {url!r}; it has to be"
    if parts.scheme not in ("lmtp", "smtp") or not parts.hostname or parts.port is None:
        raise Problem(f"{said} lmtp:// or smtp:// with an address of this machine and a port: lmtp://127.0.0.1:8024.")
    host = "127.0.0.1" if parts.hostname == "localhost" else parts.hostname
    if not _is_loopback(host):
        raise Problem(f"{said} on the loopback, such as 127.0.0.1: whoever reaches it can hand over mails unasked.")
    return Listener("lmtp" if parts.scheme == "lmtp" else "smtp", host, parts.port)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _with_token(name: str, text: str) -> str:
    text = mailbox_on_the_wire(text)
    if not is_bare_mailbox(text):
        raise Problem(f"{name} is {text!r}; it has to be one bare mail address, such as reply@example.org.")
    if len(text.partition("@")[0]) > LONGEST_LOCAL:
        raise Problem(f"{name} is {text!r}; before the @ at most {LONGEST_LOCAL} characters fit, as a token follows.")
    return text.lower()


def _team_address(text: str) -> str:
    text = mailbox_on_the_wire(text)
    local = text.partition("@")[0]
    if local.count(SLUG) != 1 or not is_bare_mailbox(text.replace(SLUG, "team")) or SLUG in text.partition("@")[2]:
        raise Problem(
            f"{TEAM} is {text!r}; it has to be one mail address with {SLUG} before the @: {SLUG}@example.org."
        )
    return text.lower()


def _humans(text: str) -> frozenset[str]:
    found = frozenset(mailbox_on_the_wire(one.strip().lower()) for one in text.split(",") if one.strip())
    strange = sorted(one for one in found if not (is_bare_mailbox(one) or is_bare_mailbox(f"x{one}")))
    if strange:
        raise Problem(f"{HUMANS} holds {strange[0]!r}; it takes addresses, or domains as @example.org, with commas.")
    return found
