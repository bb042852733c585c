"""The bytes of attachments: files in one folder, called by the hash of what they hold.

A file is there whole or not at all, and before the row that names it. Processes on several machines share the folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from tracker import chance

#: The folder below the one for everything that has to be kept.
FOLDER = "attachments"
#: What follows the hash in the name of a small picture.
SMALL = ".small"
_NAME = re.compile(r"[0-9a-f]{64}(?:\.small)?")
_ASIDE = ".part-"


def folder_in(data_dir: Path) -> Path:
    return data_dir / FOLDER


def is_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def path_of(folder: Path, name: str) -> Path:
    """Where the file with this name lies. Raises ``ValueError`` for what is no name of ours."""
    if not is_name(name):
        raise ValueError(f"{name!r} is no name of an attachment's file")
    return folder / name[:2] / name


def put(folder: Path, name: str, content: bytes) -> None:
    """Write it aside, make sure of it, and give it its name. Written anew also where it is there already: its age tells
    housekeeping that somebody has just used it."""
    path = path_of(folder, name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = path.parent / f"{_ASIDE}{chance.token_urlsafe(9)}"
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    _make_sure_of(path.parent)


def _make_sure_of(folder: Path) -> None:
    """The name itself is on the disk, too."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def names(folder: Path) -> Iterator[str]:
    """Of all files that are kept."""
    for path in sorted(folder.glob("[0-9a-f][0-9a-f]/*")):
        if is_name(path.name):
            yield path.name


def forget_aside(folder: Path, *, before: datetime) -> int:
    """What a process that died was writing. Returns how many."""
    left = [path for path in folder.glob(f"[0-9a-f][0-9a-f]/{_ASIDE}*") if _is_older(path, before)]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def forget(folder: Path, name: str, *, before: datetime) -> bool:
    """Remove a file that nobody has written since then.

    Somebody who writes it in this very moment keeps it: it is taken away under another name, looked at, and put back.
    """
    path = path_of(folder, name)
    if not _is_older(path, before):
        return False
    aside = path.parent / f"{_ASIDE}{chance.token_urlsafe(9)}"
    try:
        path.rename(aside)
    except FileNotFoundError:
        return False
    if not _is_older(aside, before):
        aside.rename(path)
        return False
    aside.unlink()
    return True


def _is_older(path: Path, moment: datetime) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return path.stat().st_mtime < moment.timestamp()
    return False
