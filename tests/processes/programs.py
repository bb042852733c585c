"""Real processes of ours: started in a folder of their own on a free port, watched, and ended whatever happens."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from tests.conftest import ROOT


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def until(holds: Callable[[], Any], *, seconds: float, otherwise: Callable[[], str] = lambda: "") -> Any:
    """What ``holds`` gives as soon as it is true; fails after so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = holds()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds:g} s. {otherwise()}")


class Process(Protocol):
    """What is needed of ``subprocess.Popen``."""

    pid: int
    returncode: int | None

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, number: int) -> None: ...

    def kill(self) -> None: ...

    def terminate(self) -> None: ...


@dataclass
class Program:
    """One command, running."""

    process: Process
    port: int
    output: Path
    errors: Path

    @property
    def said(self) -> str:
        return self.output.read_text()

    @property
    def complained(self) -> str:
        return self.errors.read_text()

    def get(self, path: str) -> tuple[int, str]:
        """Status and body; 0 while nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def is_green(self) -> bool:
        return self.get("/healthz")[0] == 200

    def has_begun(self) -> bool:
        """Of a worker: whether it listens to signals by now."""
        return "the worker has begun" in self.complained

    def wait_for(self, holds: Callable[[], Any], seconds: float = 240) -> Any:
        def alive_and_holds() -> Any:
            assert self.process.poll() is None, f"it ended with {self.process.returncode}: {self.complained}"
            return holds()

        return until(alive_and_holds, seconds=seconds, otherwise=lambda: f"{self.said}\n{self.complained}")

    def children(self) -> dict[str, int]:
        """The processes started by this one, by the last word of their command."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                words = (folder / "cmdline").read_text().split("\0")
            except OSError:
                continue
            if parent == self.process.pid:
                found[words[-2]] = int(folder.name)
        return found

    def end(self, number: int = signal.SIGTERM, *, within: float = 60) -> int:
        """Tell it to stop; gives the exit code, and fails when it takes too long."""
        self.process.send_signal(number)
        return self.process.wait(within)


@dataclass
class Programs:
    """Starts commands on one data folder."""

    folder: Path
    started: list[Program] = field(default_factory=list)

    @property
    def data_dir(self) -> Path:
        return self.folder / "data"

    def environ(self, port: int) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "HOME") if name in os.environ}
        return kept | {"PORT": str(port), "TRACKER_DATA_DIR": str(self.data_dir), "PYTHONPATH": str(ROOT)}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command that ends by itself."""
        return subprocess.run(
            [sys.executable, "-m", "tracker.cli", *arguments],
            env=self.environ(8000),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def start(self, *arguments: str, port: int | None = None, **environ: str) -> Program:
        """A command that stays. The working directory is none of its business."""
        port = port or free_port()
        number = len(self.started)
        output, errors = self.folder / f"{number}.out", self.folder / f"{number}.err"
        with output.open("w") as out, errors.open("w") as err:
            process = subprocess.Popen(
                [sys.executable, "-m", "tracker.cli", *arguments],
                env=self.environ(port) | environ,
                cwd=self.folder,
                stdout=out,
                stderr=err,
                stdin=subprocess.DEVNULL,
                text=True,
            )
        program = Program(process, port, output, errors)
        self.started.append(program)
        return program


@contextmanager
def programs_in(folder: Path) -> Iterator[Programs]:
    programs = Programs(folder)
    try:
        yield programs
    finally:
        for program in programs.started:
            if program.process.poll() is None:
                program.process.terminate()
        for program in programs.started:
            try:
                program.process.wait(180)
            except subprocess.TimeoutExpired:
                program.process.kill()
                program.process.wait()


def is_alive(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def json_lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]
