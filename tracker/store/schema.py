"""Which schema the database has, and bringing it to the newest one.

Only ``upgrade`` changes a schema; everything else asks ``state`` (or ``demand_newest``) and refuses what does not fit.
"""

from __future__ import annotations

import functools
import sqlite3
from enum import StrEnum
from pathlib import Path

import flask_migrate
import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app

from tracker.store.base import db, reading


class SchemaState(StrEnum):
    """How the database stands to this program."""

    AT_HEAD = "at_head"
    OLDER = "older"  # an upgrade is waiting
    NEWER = "newer"  # a later version of the program has written to it
    EMPTY = "empty"  # no tables yet


class SchemaRefused(Exception):
    """The database cannot be used as it is. The text is one sentence for the person who started the program."""


def state() -> SchemaState:
    """Asked within an app context. Raises ``SchemaRefused`` when the database cannot be reached; makes no file."""
    return _state_of(_revision())


def demand_newest() -> None:
    """Raises ``SchemaRefused`` unless the database has the schema of this program."""
    found = state()
    if found is SchemaState.NEWER:
        raise SchemaRefused(_newer())
    if found is SchemaState.OLDER:
        raise SchemaRefused(
            f"The database has the schema {_revision()} and this program needs {head()}: "
            "'tracker run' or 'tracker setup' brings it up to date, after a backup."
        )
    if found is SchemaState.EMPTY:
        raise SchemaRefused(f"There is no database yet at {place()}: 'tracker run' or 'tracker setup' makes it.")


def upgrade() -> Path | None:
    """Bring the database to the newest schema, in one transaction; does nothing when it is there already.

    A SQLite file that holds data is copied first; the copy's path is given back. Two who do this at once wait for each
    other. Raises ``SchemaRefused`` for a database that a newer program has written, or that cannot be reached.
    """
    file = sqlite_file()
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not file.exists():
            file.touch(mode=0o600)  # its owner's alone, also in a folder that others may look into
    found = state()
    if found is SchemaState.NEWER:
        raise SchemaRefused(_newer())
    if found is SchemaState.AT_HEAD:
        return None
    copy = None
    if file is not None and found is SchemaState.OLDER:
        copy = file.with_name(f"{file.name}.before-{head()}")
        copy_sqlite(file, copy)
    migrate_to("head")
    return copy


def migrate_to(revision: str) -> None:
    """Run migrations up to (or with "base" back down to) a revision; the caller knows what it does."""
    # What is open now would go on with the former schema in its cache.
    db.session.remove()
    db.engine.dispose()
    step = flask_migrate.downgrade if revision == "base" else flask_migrate.upgrade
    step(directory=_directory(), revision=revision)


def head() -> str:
    """The newest revision that this program knows."""
    revision = _scripts().get_current_head()
    if revision is None:
        raise SchemaRefused("This installation is not whole: there are no migrations.")
    return revision


def place() -> str:
    """Where the database is, without its password."""
    file = sqlite_file()
    return str(file) if file is not None else db.engine.url.render_as_string(hide_password=True)


def sqlite_file() -> Path | None:
    """The database's file; none where it is PostgreSQL."""
    url = db.engine.url
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def knows(revision: str) -> bool:
    """Whether this program has, or once had, that schema."""
    return revision in {script.revision for script in _scripts().walk_revisions()}


def shadow_tables(connection: sa.Connection) -> set[str]:
    """Full-text indexes and what they keep behind the scenes: made by migrations, filled from elsewhere, unknown to the
    models. On PostgreSQL that is one index of a table."""
    if connection.dialect.name != "sqlite":
        return {"ix_search_text_words"}
    found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'")
    virtual = tuple(row[0] for row in found)
    names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name for (name,) in names if any(name == table or name.startswith(f"{table}_") for table in virtual)}


def copy_sqlite(source: Path, target: Path) -> None:
    """A consistent copy of a database that may be in use, private to its owner and whole or not there."""
    aside = target.with_name(f".{target.name}.part")
    aside.unlink(missing_ok=True)
    aside.touch(mode=0o600)
    reader, writer = sqlite3.connect(f"file:{source}?mode=ro", uri=True), sqlite3.connect(aside)
    try:
        reader.backup(writer)
        # One file that can be carried away: no -wal beside it.
        writer.execute("PRAGMA journal_mode=DELETE")
    finally:
        writer.close()
        reader.close()
    aside.replace(target)


def _revision() -> str | None:
    """What the database says it has; none when it has no tables."""
    file = sqlite_file()
    if file is not None and (not file.exists() or file.stat().st_size == 0):
        return None
    try:
        return _said_in_one_statement() or _looked_up()
    except sa.exc.DBAPIError as error:
        words = str(error.orig).strip().splitlines()
        if words and "readonly database" in words[0]:  # SQLite writes beside its file even to read it
            raise SchemaRefused(f"This user may not write to {place()}, or not to its folder, and has to.") from error
        raise SchemaRefused(f"The database at {place()} cannot be reached: {words[0] if words else error}.") from error


def _said_in_one_statement() -> str | None:
    """Cheap, because the worker asks before every tick; none where there is no such table, or nothing in it."""
    try:
        with reading(), db.engine.connect() as connection:
            found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
            return found
    except (sa.exc.OperationalError, sa.exc.ProgrammingError):
        return None


def _looked_up() -> str | None:
    """As Alembic does it. Raises what the database raises."""
    with reading(), db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _state_of(revision: str | None) -> SchemaState:
    if revision is None:
        return SchemaState.EMPTY
    if revision == head():
        return SchemaState.AT_HEAD
    return SchemaState.OLDER if knows(revision) else SchemaState.NEWER


def _newer() -> str:
    return (
        f"The database has the schema {_revision()}, which a newer version of Tracker made; this one knows up to "
        f"{head()}. Start the newer version again, or restore a backup from before it."
    )


def _scripts() -> ScriptDirectory:
    return _read_scripts(_directory())


@functools.cache
def _read_scripts(directory: str) -> ScriptDirectory:
    # Reading them takes some milliseconds, and the worker asks for the schema every two seconds.
    return ScriptDirectory(directory)


def _directory() -> str:
    return str(current_app.extensions["migrate"].directory)
