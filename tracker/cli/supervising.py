"""Two child processes under one command: started, watched, and ended together.

They are started anew, not forked, so no open connection is ever shared. Each has a process group of its own: Ctrl-C
reaches this process alone, which passes it on.
"""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from types import FrameType

import structlog

log = structlog.get_logger(__name__)

CHILDREN = ("web", "worker")
#: Seconds between the word to stop and its being enforced; longer than a child's own grace.
PATIENCE = 25.0
_PR_SET_PDEATHSIG = 1


def supervise(environ: Mapping[str, str], names: tuple[str, ...] = CHILDREN) -> int:
    """Run the commands of these names until one ends or we are told to. Gives this process's exit code."""
    told = threading.Event()

    def tell(_signal: int, _frame: FrameType | None) -> None:
        told.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, tell)
    children = {name: _start(name, environ) for name in names}
    ended: list[str] = []
    try:
        while not ended and not told.wait(0.1):
            ended = [name for name, child in children.items() if child.poll() is not None]
    finally:
        _end(children)
    if not ended:
        return 0
    for name in ended:
        log.error("a process ended by itself, so everything ends", process=name, code=children[name].returncode)
    return next((code for name in ended if (code := children[name].returncode) > 0), 1)


def _start(name: str, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own program, named by ourselves
        [sys.executable, "-m", "tracker.cli", name],
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        process_group=0,
        preexec_fn=_end_with_parent if sys.platform == "linux" else None,
    )


def _end(children: Mapping[str, subprocess.Popen[bytes]]) -> None:
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    for name, child in children.items():
        try:
            child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            log.error("a process did not end and was killed", process=name)
            child.kill()
            child.wait()


def _end_with_parent() -> None:
    """In the child, before it becomes itself: a supervisor that is killed leaves nobody behind on its port."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
