"""The project's own files, read once, for the checks that look at them."""

from __future__ import annotations

import ast
import functools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parent.parent.parent
#: Made by machines or by others, or private to this machine.
NOT_OURS = {".git", ".venv", "data", "build", "node_modules", "test-results", "__pycache__"}


@dataclass(frozen=True)
class Source:
    """One file. ``path`` is its place below the project's top, with forward slashes."""

    path: str
    text: str

    @property
    def module(self) -> str:
        parts = PurePosixPath(self.path).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def tree(self) -> ast.Module:
        return _parsed(self.text)

    def at(self, line: int) -> str:
        return f"{self.path}:{line}"


@functools.cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


def all_files() -> Iterator[Path]:
    """Every file of the project, whether committed yet or not."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(
            name
            for name in folders
            if name not in NOT_OURS and not name.endswith(("_cache", ".egg-info", ".hypothesis"))
        )
        yield from (Path(folder) / name for name in sorted(names))


def read(*patterns: str) -> list[Source]:
    """The files that match one of the patterns (``tracker/**/*.py``), as text."""
    found = sorted({path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()})
    return [Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in found]
