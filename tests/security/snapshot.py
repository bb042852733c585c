"""A database as it was: taken once, put back in milliseconds, and looked at to see whether anything changed."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from typing import Any

import sqlalchemy as sa
from flask import Flask

from tracker.store.base import Base, db

#: Copies every table into a schema of its own, and a function that brings all of it back.
TAKE = """
DROP SCHEMA IF EXISTS stage CASCADE;
CREATE SCHEMA stage;
DO $$ DECLARE t text; BEGIN
  FOR t IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
    EXECUTE format('CREATE TABLE stage.%I AS TABLE public.%I', t, t);
  END LOOP;
END $$;
CREATE FUNCTION stage.put_back() RETURNS void LANGUAGE plpgsql AS $$ DECLARE t text; r record; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR t IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'stage'::regnamespace LOOP
    EXECUTE format('DELETE FROM public.%I', t);
    EXECUTE format('INSERT INTO public.%I SELECT * FROM stage.%I', t, t);
  END LOOP;
  FOR r IN SELECT s.oid::regclass AS counter, t.relname, a.attname FROM pg_class s
    JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
    JOIN pg_class t ON t.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
    WHERE s.relkind = 'S' AND s.relnamespace = 'public'::regnamespace LOOP
    EXECUTE format('SELECT setval(%L, coalesce(max(%I), 0) + 1, false) FROM public.%I',
                   r.counter, r.attname, r.relname);
  END LOOP;
END $$;
"""


class Snapshot:
    """The state of the app's database when this was made: of SQLite in memory, of PostgreSQL beside its tables."""

    def __init__(self, app: Flask) -> None:
        self.fingerprint = fingerprint(app)
        self._kept = sqlite3.connect(":memory:")
        #: looks at an SQLite file, and sees when somebody else has written
        self._watch: sqlite3.Connection | None = None
        self._version = 0
        with app.app_context():
            db.session.remove()
            if db.engine.dialect.name == "sqlite":
                with closing(sqlite3.connect(str(db.engine.url.database))) as file:
                    file.backup(self._kept)
            else:
                with db.engine.begin() as connection:
                    connection.connection.driver_connection.execute(TAKE)  # type: ignore[union-attr]

    def put_back(self, app: Flask) -> None:
        """Make the app's database that state again; its connections stay."""
        with app.app_context():
            db.session.remove()
            if db.engine.dialect.name == "sqlite":
                self._put_back_in(str(db.engine.url.database))
            else:
                with db.engine.begin() as connection:
                    connection.exec_driver_sql("SELECT stage.put_back()")

    def _put_back_in(self, path: str) -> None:
        """Another file may have come in the place of the last one."""
        if self._watch is not None:
            self._watch.close()
        self._watch = sqlite3.connect(path)
        self._kept.backup(self._watch)
        self._version = self._writes()

    def _writes(self) -> int:
        assert self._watch is not None
        return int(self._watch.execute("PRAGMA data_version").fetchone()[0])

    def is_changed(self, app: Flask) -> bool:
        """Whether any row is another one than it was. Where nobody has written, no row is looked at."""
        if self._watch is not None and self._writes() == self._version:
            return False
        return fingerprint(app) != self.fingerprint


def rows(app: Flask) -> dict[str, list[str]]:
    """Every row of every table as text, sorted."""
    found: dict[str, list[str]] = {}
    with app.app_context(), db.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            read: Any = connection.execute(sa.text(f'SELECT * FROM "{table.name}"'))  # names of our own tables
            found[table.name] = sorted(repr(tuple(row)) for row in read)
    return found


def fingerprint(app: Flask) -> str:
    """The same for the same rows."""
    return hashlib.sha256(repr(rows(app)).encode()).hexdigest()
