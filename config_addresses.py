"""What the settings know of addresses: of hosts, of servers with a password in them, of mailboxes.

``config.py`` and ``config_inbound.py`` read with it; nobody else imports it.
"""

from __future__ import annotations

import ipaddress
import unicodedata
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


def host_on_the_wire(host: str) -> str:
    """An umlaut domain in the form in which browsers and mail servers say it (``xn--…``, RFC 5891); others as they are.

    The library's own codec follows the rules of 2003, by which "straße" is another name than browsers ask for.
    """
    if host.isascii():
        return host
    labels = unicodedata.normalize("NFC", host.lower()).split(".")
    return ".".join(one if one.isascii() else f"xn--{one.encode('punycode').decode('ascii')}" for one in labels)


def mailbox_on_the_wire(text: str) -> str:
    """A mail address with its domain in that form."""
    local, at, domain = text.partition("@")
    return f"{local}{at}{host_on_the_wire(domain)}"


def is_bare_mailbox(text: str) -> bool:
    """Whether it is one mail address and nothing around it. Letters outside ASCII need servers that few have."""
    local, _, domain = text.partition("@")
    plain = set(text).isdisjoint("<>,;:\"' ") and text.isprintable() and text.isascii()
    return bool(local and domain) and text.count("@") == 1 and plain
