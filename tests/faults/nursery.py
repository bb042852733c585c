"""Where the processes of these tests are born: a process that has loaded Tracker once, and forks.

A worker that is started the usual way reads a second's worth of modules before it does anything, and dozens of them are
started here to be killed. What is forked is a process like any other: it has its own memory, threads and connections,
is killed and frozen by the system, and runs the same command with the same arguments and environment.

Speaks one line of JSON for each request and each answer, on its standard input and output; ends with them.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent


class Child:
    """A process that was born in a nursery; what is needed of ``subprocess.Popen``."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._nursery = nursery

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = self._nursery.ask(poll=self.pid)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        begun = time.monotonic()
        while (code := self.poll()) is None:
            if timeout is not None and time.monotonic() - begun > timeout:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout)
            time.sleep(0.02)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


class Nursery:
    """``fork("worker", …)`` gives a running ``tracker worker``. May be asked by several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            cwd=ROOT,
            env={name: os.environ[name] for name in ("PATH", "TMPDIR", "HOME") if name in os.environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def fork(
        self, *arguments: str, environ: dict[str, str], folder: Path, out: Path, err: Path, limits: dict[str, int]
    ) -> Child:
        """``limits``: what ``resource`` calls them; 0 for the usual."""
        birth = {"arguments": arguments, "environ": environ, "folder": str(folder), "limits": limits}
        return Child(self, self.ask(birth=birth | {"out": str(out), "err": str(err)}))

    def ask(self, **request: Any) -> Any:
        with self._lock:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(180)
        assert self._process.stdout is not None
        self._process.stdout.close()


# In the process itself ------------------------------------------------------------------------------------------------


def serve() -> None:
    """Answer until nobody asks any more; whoever is left then is killed, for nobody else knows of them."""
    import tracker.cli.copies
    import tracker.cli.running
    import tracker.cli.working
    import tracker.worker.clockwork  # noqa: F401 - whatever a command would import first

    alive: set[int] = set()
    while line := sys.stdin.readline():
        request = json.loads(line)
        if "poll" in request:
            answer = _poll(request["poll"])
            alive -= {request["poll"]} if answer is not None else set()
        else:
            answer = _born(**request["birth"])
            alive.add(answer)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    for pid in alive:
        os.kill(pid, signal.SIGKILL)


def _poll(pid: int) -> int | None:
    found, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


def _born(**birth: Any) -> int:
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            code = _live(**birth)
        finally:
            os._exit(code)
    return pid


def _live(
    *, arguments: list[str], environ: dict[str, str], folder: str, out: str, err: str, limits: dict[str, int]
) -> int:
    for number, name, flags in (
        (0, os.devnull, os.O_RDONLY),
        (1, out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
        (2, err, os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
    ):
        opened = os.open(name, flags, 0o644)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(number, way) for number, way in ((0, "r"), (1, "w"), (2, "w")))
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    for name, most in limits.items():
        if most:
            resource.setrlimit(getattr(resource, name), (most, most))
    return _command(arguments)


def _command(arguments: list[str]) -> int:
    from tracker.cli.main import main

    try:
        main(arguments, prog_name="tracker")
    except SystemExit as error:
        if isinstance(error.code, str):
            sys.stderr.write(error.code + "\n")
        code = error.code if isinstance(error.code, int) else int(error.code is not None)
    except BaseException:
        import traceback

        traceback.print_exc()
        code = 1
    else:
        code = 0
    sys.stdout.flush()
    sys.stderr.flush()
    return code


if __name__ == "__main__":
    serve()
