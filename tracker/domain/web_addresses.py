"""Addresses outside that teams name: how one has to be written, and which machines may be connected to for it.

Whoever may name an address that this machine then calls could let it knock at doors that only it can reach: its own,
its network's, its cloud's. So an address is checked as text when it is typed, and what its name leads to is checked
each time before anything is opened. Networks of one's own are allowed by a setting, and by nothing else.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from tracker.domain.errors import N_, BadInput

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

LONGEST = 1000
_PORTS = {"https": 443, "http": 80}
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")

#: Not the internet (RFC 6890 and its registry), and the doors of clouds that stand in public ranges.
_CLOSED_V4 = tuple(
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
)
#: Of IPv6 only this is the internet …
_OPEN_V6 = ipaddress.IPv6Network("2000::/3")
#: … less what is set apart in it, or wraps an address of IPv4 (Teredo, 6to4).
_CLOSED_V6 = tuple(
    ipaddress.IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16")
)


@dataclass(frozen=True, slots=True)
class WebAddress:
    """One address to post to, taken apart. ``target`` is path and query, as they stand in the request."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def is_encrypted(self) -> bool:
        return self.scheme == "https"

    @property
    def authority(self) -> str:
        """For the Host header: the port stands there when it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def read(text: str, *, allowed: Sequence[Network] = (), field: str = "url") -> WebAddress:
    """Take an address apart. Raises ``BadInput`` for one that can be seen to be wrong without asking anybody.

    ``allowed`` are networks of one's own. Plain http is for those alone; whether a name lies in them shows later.
    """
    text = text.strip()
    if len(text) > LONGEST:
        raise BadInput(N_("An address has at most %(longest)s characters."), field=field, longest=LONGEST)
    if not text.isascii() or not text.isprintable() or " " in text or "\\" in text:
        raise BadInput(N_("“%(given)s” is not a web address."), field=field, given=text[:80])
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise BadInput(N_("“%(given)s” is not a web address."), field=field, given=text[:80]) from None
    if parts.scheme not in (("https", "http") if allowed else ("https",)):
        raise BadInput(N_("The address has to begin with https://."), field=field)
    if parts.username is not None or parts.fragment:
        raise BadInput(N_("The address must hold no password and no # part."), field=field)
    host = _host(parts.hostname or "", field)
    if port == 0:
        raise BadInput(N_("“%(given)s” is not a web address."), field=field, given=text[:80])
    literal = as_address(host)
    if literal is not None and not may_connect(literal, allowed=allowed, is_encrypted=parts.scheme == "https"):
        raise BadInput(N_("%(host)s is an address of an inner network. Nothing is sent there."), field=field, host=host)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return WebAddress(parts.scheme, host, port or _PORTS[parts.scheme], target)


def _host(text: str, field: str) -> str:
    """A name, four numbers, or IPv6. The other ways to write an IPv4 address hide what they are, and are refused."""
    host = text.lower().rstrip(".")
    if as_address(host) is not None:
        return host
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels) or _NUMBER.fullmatch(labels[-1]):
        raise BadInput(N_("“%(given)s” is not the name of a host."), field=field, given=text[:80])
    return host


def as_address(host: str) -> Address | None:
    """The IP address that a host is, where it is no name. A zone (``%eth0``) makes it none."""
    if "%" in host:
        return None
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def may_connect(address: Address, *, allowed: Sequence[Network] = (), is_encrypted: bool = True) -> bool:
    """Whether a connection to this very address may be opened. Plain http is for networks of one's own."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if any(address.version == network.version and address in network for network in allowed):
        return True
    return is_encrypted and is_public(address)


def is_public(address: Address) -> bool:
    """Whether the address is one of the internet, and not a machine's, a network's or a cloud's own."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _CLOSED_V4)
    return address in _OPEN_V6 and not any(address in network for network in _CLOSED_V6)
