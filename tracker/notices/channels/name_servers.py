"""Asks the DNS, within a time for all questions together: whoever waits for a page does not wait for each of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TXT import TXT

from tracker.domain.dns_answers import Answer, Failure

ALL_TOGETHER = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class NameServers:
    """``addresses`` are the servers that are asked; none: those of this machine (``/etc/resolv.conf``)."""

    monotonic: Callable[[], float]
    addresses: Sequence[str] = ()
    port: int = 53
    within: timedelta = ALL_TOGETHER

    def asking(self) -> Questions:
        """From now on the time runs."""
        return Questions(self, self.monotonic() + self.within.total_seconds())


class Questions:
    """Questions that have their time together. One that comes too late is not asked any more."""

    def __init__(self, servers: NameServers, until: float) -> None:
        self._servers = servers
        self._until = until
        self._resolver: dns.resolver.Resolver | None = None

    def ask(self, name: str, kind: str) -> Answer:
        """The records of a name; ``kind`` is TXT or MX. Raises nothing: what went wrong is an answer too."""
        left = self._until - self._servers.monotonic()
        if left <= 0:
            return Answer(failure=Failure.TOO_SLOW)
        try:
            found = self._asked().resolve(dns.name.from_text(name), kind, lifetime=left, raise_on_no_answer=False)
        except dns.resolver.NXDOMAIN:
            return Answer()
        except dns.exception.Timeout:
            return Answer(failure=Failure.TOO_SLOW)
        except (dns.exception.DNSException, OSError, ValueError):
            # Servers that are broken or take no questions, a machine that knows none, an answer that cannot be read.
            return Answer(failure=Failure.REFUSED)
        return Answer(tuple(_written(rdata) for rdata in found.rrset or ()))

    def _asked(self) -> dns.resolver.Resolver:
        if self._resolver is None:
            self._resolver = dns.resolver.Resolver(configure=not self._servers.addresses)
            if self._servers.addresses:
                self._resolver.nameservers = list(self._servers.addresses)
                self._resolver.port = self._servers.port
        return self._resolver


def _written(rdata: object) -> bytes:
    if isinstance(rdata, TXT):
        return b"".join(rdata.strings)
    if isinstance(rdata, MX):
        return f"{rdata.preference} {rdata.exchange.to_text()}".encode("ascii", "replace")
    return b""
