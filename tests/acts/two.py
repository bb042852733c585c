"""Two (or more) who act at the same moment, each in a thread, an app context and a connection of their own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask import Flask

from tracker.store.base import db, is_sqlite

PATIENCE = 30.0
#: On SQLite: threads that have asked for the one lock there is and have not got it.
_ASKING: set[int] = set()


class Thread:
    """One act in a transaction of its own. With ``holds`` it stops before its commit until ``let_go`` is called."""

    def __init__(self, app: Flask, act: Callable[[], Any], *, holds: bool = False) -> None:
        self._app, self._act = app, act
        self._has_acted, self._may_commit = threading.Event(), threading.Event()
        self._result: Any = None
        self._error: Exception | None = None
        if not holds:
            self._may_commit.set()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        with self._app.app_context():
            _listen_for_waiting()
            try:
                self._result = self._act()
                db.session.flush()
                self._has_acted.set()
                assert self._may_commit.wait(PATIENCE)
                db.session.commit()
            except Exception as error:
                db.session.rollback()
                self._error = error
            finally:
                _ASKING.discard(threading.get_ident())
                self._has_acted.set()
                db.session.remove()

    def has_acted(self) -> Thread:
        """Wait until it has done everything but the commit."""
        assert self._has_acted.wait(PATIENCE)
        return self

    def let_go(self) -> None:
        self._may_commit.set()

    def result(self) -> Any:
        """What it gave, or what it raised."""
        self.let_go()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "it waits for ever"
        if self._error is not None:
            raise self._error
        return self._result


def _listen_for_waiting() -> None:
    """SQLite has no list of who waits. Whoever will write says so with the first statement, and waits right there."""
    if is_sqlite() and not sa.event.contains(db.engine, "before_cursor_execute", _asks):
        sa.event.listen(db.engine, "before_cursor_execute", _asks)
        sa.event.listen(db.engine, "after_cursor_execute", _has_got)


def _asks(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
    if statement == "BEGIN IMMEDIATE":
        _ASKING.add(threading.get_ident())


def _has_got(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
    if statement == "BEGIN IMMEDIATE":
        _ASKING.discard(threading.get_ident())


def wait_until_blocked(count: int = 1) -> None:
    """Until so many connections wait for a lock that somebody holds. On SQLite: until they have asked for it."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if (len(_ASKING) if is_sqlite() else _waiting()) >= count:
            return
        time.sleep(0.01)
    raise AssertionError(f"nobody waits for a lock, and {count} should")


def _waiting() -> int:
    """PostgreSQL knows."""
    waiting = sa.text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                      " AND wait_event_type = 'Lock'")  # fmt: skip
    with db.engine.connect() as connection:
        return int(connection.execute(waiting).scalar_one())


@contextmanager
def row_held(table: str, row_id: int) -> Iterator[None]:
    """Somebody else holds this row; what is queued behind it comes to it in the order of asking. PostgreSQL only."""
    with db.engine.connect() as other, other.begin():
        other.execute(sa.text(f"SELECT 1 FROM {table} WHERE id = :id FOR UPDATE"), {"id": row_id})
        yield
