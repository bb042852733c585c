"""How Alembic reaches the database: on a connection of its own, in one transaction, one migrator at a time.

The application's engine is left alone: its connections have foreign keys switched on, and SQLite's way of altering a
table (copy, drop, rename) would then empty the child tables through ON DELETE CASCADE.
"""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from flask import current_app
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from tracker.store import schema
from tracker.store.schema import SchemaRefused

#: Any number of ours; every migrator of one PostgreSQL database asks for the same.
LOCK = 7_203_541_806
#: Another migrator may be at work; SQLite's own patience would end while it copies a large table.
PATIENCE_MS = 120_000

db = current_app.extensions["migrate"].db


def own_engine() -> Engine:
    url = db.engine.url
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _open_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    # foreign_keys does nothing inside a transaction, so it is switched off before one begins.
    for pragma in (f"busy_timeout={PATIENCE_MS}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=OFF"):
        connection.execute(f"PRAGMA {pragma}")


def plain_type(kind: str, value: Any, _context: Any) -> str | Literal[False]:
    """Our column types as the plain ones they are stored in: a migration must not change when the code does."""
    if kind != "type" or not isinstance(value, sa.types.TypeDecorator):
        return False
    return f"sa.{value.impl_instance!r}"


def is_ours(connection: Connection) -> Any:
    """Leaves out the full-text indexes and what they keep behind the scenes."""
    hidden = schema.shadow_tables(connection)
    return lambda name, _kind, _parents: name not in hidden


def check_foreign_keys(connection: Connection) -> None:
    """Before the commit: whatever a migration tore apart is rolled back and named."""
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        places = ", ".join(f"{table} row {row} → {parent}" for table, row, parent, _ in broken[:5])
        raise SchemaRefused(f"The migration would leave rows that point nowhere, so nothing was changed: {places}")


def run() -> None:
    engine = own_engine()
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection, connection.begin():
        if not is_sqlite:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        options = dict(current_app.extensions["migrate"].configure_args)
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_item=plain_type,
            include_name=is_ours(connection),
            **options,
        )
        context.run_migrations()
        if is_sqlite:
            check_foreign_keys(connection)
    engine.dispose()


if context.is_offline_mode():
    raise SystemExit("Migrations run on a database: which SQL they need depends on what it is.")
run()
