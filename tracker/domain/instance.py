"""Whether the database here is still the one that sent the last mail from here.

A database that was put back to an earlier day takes mails for unsent that have long arrived; a clone of production
would write to production's people. Both look like any other database from inside, so something beside it remembers:
the database and a file in the data folder name the same instance and count the mails that have left.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """``id`` is random and changes when held mail is released; ``count`` only grows, with each mail that leaves."""

    id: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a database says of itself. ``formerly`` are the ids that it had; ``place`` names the server and database it
    was made in, and is empty for a file, which may be moved."""

    mark: Mark
    formerly: Collection[str] = ()
    place: str = ""


def is_put_back(known: Known, beside: Mark | None, *, place: str) -> bool:
    """Whether this is a copy of an earlier day, or another database than the one that was used from here.

    ``beside`` is what the file in the data folder says; none where there is no such file. ``place`` is where the
    database is now. A further machine on one PostgreSQL has no file yet, which is no sign of anything; a SQLite file
    that has sent mail and has lost its companion was carried here.
    """
    if known.place != place:
        return True
    if beside is None:
        return not place and known.mark.count > 0
    if beside.id == known.mark.id:
        return known.mark.count < beside.count
    return beside.id not in known.formerly


def is_elsewhere(stored: str | None, public_url: str) -> bool:
    """Whether the site is reached at another address than the one it has had. None: it has had none yet."""
    return stored is not None and stored != public_url
