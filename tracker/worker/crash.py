"""Named points between two steps, at which the tests of faults kill this process. In life nothing happens there."""

from __future__ import annotations

import os
import signal
import threading

_lock = threading.Lock()
_armed: dict[str, int] = {}


def arm(spec: str) -> None:
    """``after_250:3`` kills at the third time that this point is passed; without a number at the first."""
    name, _, nth = spec.partition(":")
    _armed[name] = int(nth or 1)


def point(name: str) -> None:
    if name not in _armed:
        return
    with _lock:
        _armed[name] -= 1
        if _armed[name] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
