"""Slows down whoever tries addresses of signed links until one works.

A GET writes nothing, so these are counted in the memory of this process: a link has 128 bits, and what is slowed down
here is noise. Only what nobody of ours has signed is counted, not a link whose time is over.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tracker.acts.sign_in import network_of, wait_after

#: A proxy of an office opens every link of every mail, also of somebody who signed out everywhere.
FREE = 50
FORGET_AFTER = timedelta(hours=24)
#: So many networks are remembered; the one that has been quiet longest goes first.
MOST = 10_000


@dataclass(slots=True)
class _Count:
    failures: int
    last_at: datetime
    until: datetime


@dataclass
class Guesses:
    """Wrong tries by network address. Safe to be asked by several threads."""

    _counts: OrderedDict[str, _Count] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, address: str, *, now: datetime) -> timedelta:
        """How long the next try has to wait, nothing when it may come at once."""
        with self._lock:
            count = self._counts.get(network_of(address))
            return max(count.until - now, timedelta()) if count is not None else timedelta()

    def failed(self, address: str, *, now: datetime) -> None:
        network = network_of(address)
        with self._lock:
            count = self._counts.pop(network, None)
            is_new = count is None or now - count.last_at > FORGET_AFTER
            failures = 1 if count is None or is_new else count.failures + 1
            self._counts[network] = _Count(failures, now, now + wait_after(failures, FREE))
            while len(self._counts) > MOST:
                self._counts.popitem(last=False)
