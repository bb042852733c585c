"""Named points between two steps, at which the tests of faults kill or freeze this process. In life nothing happens
there."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType

import structlog

log = structlog.get_logger(__name__)

#: What the log says when a thread has come to its point and waits to be frozen.
HERE = "a thread waits at its crash point"

_lock = threading.Lock()
_armed: dict[str, tuple[int, str]] = {}
_goes_on = threading.Event()


def arm(spec: str) -> None:
    """``after_250:3`` kills at the third time that this point is passed; without a number at the first.

    ``after_250:1:stop`` lets the thread wait there. Whoever tests sends SIGSTOP at a moment of their choice, when no
    other thread of the process is writing, and SIGCONT lets all of them go on.
    """
    name, _, rest = spec.partition(":")
    nth, _, way = rest.partition(":")
    _armed[name] = (int(nth or 1), way)
    if way == "stop":
        signal.signal(signal.SIGCONT, _go_on)


def point(name: str) -> None:
    if name not in _armed:
        return
    with _lock:
        left, way = _armed[name]
        _armed[name] = (left - 1, way)
    if left != 1:
        return
    if way == "stop":
        log.info(HERE, point=name)
        _goes_on.wait()
    else:
        os.kill(os.getpid(), signal.SIGKILL)


def _go_on(_number: int, _frame: FrameType | None) -> None:
    _goes_on.set()
