"""What the settings know of addresses: of hosts, of servers with a password in them, of mailboxes.

``config.py`` and ``config_inbound.py`` read with it; nobody else imports it.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urlsplit


class Problem(Exception):
    """One setting is wrong; the text is the sentence that a person reads."""


def is_loopback_host(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def masked(url: str) -> str:
    """The address with its password replaced by ``***``, fit for a message or a log."""
    scheme, found, rest = url.partition("://")
    credentials, at, place = rest.rpartition("@")
    if not found:  # no address at all, so nobody can say which part of it is the secret one
        return "***" if "@" in url else url
    user, colon, _ = credentials.partition(":")
    return f"{scheme}://{user}{':***' if colon else ''}{at}{place}"


def split(name: str, url: str) -> SplitResult:
    """The parts of an address, its port checked, as ``urlsplit`` itself looks at a port only when it is asked."""
    try:
        parts = urlsplit(url)
        if parts.port == 0:
            raise ValueError("no such port")
    except ValueError as error:
        raise Problem(f"{name} is {masked(url)!r}, which is no address: {error}.") from None
    if any(character.isspace() or not character.isprintable() for character in url):
        raise Problem(f"{name} is {masked(url)!r}, which has a space or a control character in it.")
    return parts


def is_bare_mailbox(text: str) -> bool:
    """Whether it is one mail address and nothing around it."""
    local, _, domain = text.partition("@")
    plain = set(text).isdisjoint("<>,;:\"' ") and text.isprintable()
    return bool(local and domain) and text.count("@") == 1 and plain
