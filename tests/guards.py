"""No test reaches further than this machine."""

from __future__ import annotations

import ipaddress
import socket
import sys
from typing import Any


class ReachedOut(AssertionError):
    """A test wanted something of the world outside."""


_installed = False


def keep_sockets_at_home() -> None:
    """Refuse, from now on and for good, every connection, datagram and look-up that leaves the loopback.

    An audit hook sees them all, whatever library opens them, and no test can take it off by accident.
    """
    global _installed
    if not _installed:
        sys.addaudithook(_hook)
        _installed = True


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if not event.startswith("socket."):
        return
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        sock, address = arguments[0], arguments[1]
        if sock.family in (socket.AF_INET, socket.AF_INET6) and address and not is_home(address[0]):
            raise ReachedOut(f"{event} to {address[0]!r}: tests stay on this machine")
    elif event in ("socket.getaddrinfo", "socket.gethostbyname") and not is_home(arguments[0]):
        raise ReachedOut(f"{event} of {arguments[0]!r}: tests stay on this machine")


def is_home(host: str | bytes | None) -> bool:
    """Whether the host is this machine. ``None`` and ``""`` are: they mean every address of one's own."""
    name = host.decode() if isinstance(host, bytes) else host or ""
    if name in ("", "localhost") or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
