"""What every simulated world stands on, made once a process: the app, its engine, and a database to begin from.

The database is a file in a fast folder, as careless about power cuts as may be: nobody pulls a plug here, processes are
killed. A new world begins by copying the template's pages over it, so that the app and its connections stay.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import tempfile
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event

from config import Settings, SmtpServer
from config_inbound import ImapServer, Inbound
from tests.acts.cast import assemble
from tracker import create_app
from tracker.store import base, instance
from tracker.store.base import db

RELAY = SmtpServer("relay.example", 25, "plain")
INBOUND = Inbound(
    imap=ImapServer("mailbox.example", 143, "plain", "tracker", "a-password"),
    reply_address="reply@tracker.example",
    team_address="post+{team}@tracker.example",
    bounce_address="bounce@tracker.example",
)
#: In memory where the system offers that.
FAST = Path("/dev/shm")


class Ground:
    """One app on one database. ``on_begin`` and ``on_statement`` are called within the program's own transactions."""

    def __init__(self) -> None:
        place = FAST if FAST.is_dir() and os.access(FAST, os.W_OK) else None
        self.folder = Path(tempfile.mkdtemp(prefix="tracker-simulation-", dir=place))
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        self.on_begin: Callable[[], object] = _nothing
        self.on_statement: Callable[[], object] = _nothing
        self.app = self._wired()
        with self.app.app_context():
            self.engine: Engine = db.engine
        self._listen()
        self._make_template()
        self.file = sqlite3.connect(self.folder / "site.sqlite3", isolation_level=None, timeout=0)

    def _wired(self) -> Flask:
        settings = Settings(
            env="production",
            data_dir=self.folder,
            database_url=f"sqlite:///{self.folder / 'site.sqlite3'}",
            public_url="https://tracker.example",
            secret_key="a-key-for-worlds-that-last-a-second",
            smtp=RELAY,
            mail_from="post@tracker.example",
            inbound=INBOUND,
            testing=True,
        )
        return create_app(settings)

    def _listen(self) -> None:
        event.listen(self.engine, "connect", _hurry)
        # Before the one that begins: nobody holds the write lock while another runs. So that one is put behind it.
        event.remove(self.engine, "begin", base._sqlite_begin)
        event.listen(self.engine, "begin", lambda _: self.on_begin())
        event.listen(self.engine, "begin", base._sqlite_begin)
        event.listen(self.engine, "before_cursor_execute", lambda *_: self.on_statement())
        # The dead hold no lock: a statement that somebody was still reading from would keep a closed connection's.
        event.listen(self.engine, "invalidate", lambda connection, *_: connection.rollback())

    def _make_template(self) -> None:
        import flask_migrate

        with self.app.app_context():
            flask_migrate.upgrade()
            assemble()
            db.session.remove()
            db.engine.dispose()
        self._template = sqlite3.connect(":memory:")
        with sqlite3.connect(self.folder / "site.sqlite3") as made:
            made.backup(self._template)
        made.close()

    def begin_anew(self) -> None:
        """The database as the template has it, and nothing beside it that remembers another world's."""
        self._template.backup(self.file)
        (self.folder / instance.FILE).unlink(missing_ok=True)

    @contextmanager
    def without_unique_keys(self) -> Iterator[None]:
        """Meanwhile the template takes two notices of one key."""
        former = self._template
        self._template = sqlite3.connect(":memory:", isolation_level=None)
        former.backup(self._template)
        (made,) = self._template.execute("SELECT sql FROM sqlite_master WHERE name = 'notice'").fetchone()
        careless = re.sub(r",\s*CONSTRAINT uq_notice_key UNIQUE \(\"?key\"?\)", "", made)
        indexes = self._template.execute(
            "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'notice' AND sql IS NOT NULL"
        ).fetchall()
        self._template.execute("DROP TABLE notice")
        for statement in (careless, *(sql for (sql,) in indexes)):
            self._template.execute(statement)
        try:
            yield
        finally:
            self._template = former


def _hurry(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")
    # Whoever waits here for another waits for ever: there is one thread.
    connection.execute("PRAGMA busy_timeout=0")


def _nothing() -> None:
    """Nobody listens."""


_ground: list[Ground] = []


def ground() -> Ground:
    """This process's own, made when it is first needed."""
    if not _ground:
        _ground.append(Ground())
    return _ground[0]
