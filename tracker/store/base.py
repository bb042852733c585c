"""The ground the tables stand on: one declarative base, its column types, and how a transaction begins.

SQLite takes one writer. A transaction that will write says so when it begins (``BEGIN IMMEDIATE``), because a deferred
one that upgrades later fails at once with "database is locked". Reading requests begin deferred and may not write.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, SessionTransaction, mapped_column
from sqlalchemy.types import TypeDecorator

BUSY_TIMEOUT_MS = 10_000
#: A process that froze in the middle of a transaction keeps its locks. PostgreSQL hangs up on it after so long.
IDLE_TIMEOUT_MS = 60_000


class UTCDateTime(TypeDecorator[datetime]):
    """An aware instant, always handed back in UTC. A naive value is refused at the door."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: instants are stored aware")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Seconds(TypeDecorator[timedelta]):
    """A duration as a whole number of microseconds, so that nothing is rounded on its way through the database."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:
        return None if value is None else value // timedelta(microseconds=1)

    def process_result_value(self, value: int | None, dialect: Dialect) -> timedelta | None:
        return None if value is None else timedelta(microseconds=value)


#: Plain JSON, as JSONB where PostgreSQL has it.
Plain = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

#: SQLite only counts up a rowid that is called INTEGER.
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def closed_enum(kind: type[StrEnum]) -> sa.Enum:
    """A column that takes the values of one closed enum, kept as its text and checked by the database."""
    return sa.Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=20,
        values_callable=lambda values: [v.value for v in values],
        name=kind.__name__.lower(),
    )


class Base(DeclarativeBase):
    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - read by the declarative system, never changed
        datetime: UTCDateTime,
        timedelta: Seconds,
        date: sa.Date,
        dict[str, Any]: Plain,
        list[Any]: Plain,
        int: sa.BigInteger,
    }


db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})


def pk() -> Any:
    """A whole-number primary key."""
    return mapped_column(Id, primary_key=True, autoincrement=True)


def ref(target: str, **more: Any) -> Any:
    """A foreign key column to ``table.column``."""
    options = {k: more.pop(k) for k in ("ondelete", "name", "use_alter") if k in more}
    return mapped_column(Id, sa.ForeignKey(target, **options), **more)


#: What is raised when the database is at fault, and not what was asked of it: it is gone, full, busy, or hung up.
TROUBLE = (sa.exc.OperationalError, sa.exc.InterfaceError)

# How a transaction begins ---------------------------------------------------------------------------------------------

P = ParamSpec("P")
T = TypeVar("T")
_answers: WeakKeyDictionary[SessionTransaction, dict[Any, list[Any]]] = WeakKeyDictionary()
_reading: contextvars.ContextVar[bool] = contextvars.ContextVar("reading", default=False)


@contextmanager
def reading() -> Iterator[None]:
    """Within this block transactions begin as readers: a write in one is an error on both engines."""
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


def begin_as_reader(flag: bool) -> contextvars.Token[bool]:
    """For edges that cannot use a ``with`` block: sets the kind of the transactions to come."""
    return _reading.set(flag)


def _sqlite_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver would begin deferred by itself, and late
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _known() -> dict[Any, list[Any]]:
    """What the present transaction has answered."""
    transaction = db.session().get_transaction()
    return {} if transaction is None else _answers.setdefault(transaction, {})


def asked_once(ask: Callable[P, list[T]]) -> Callable[P, list[T]]:
    """For what a page wants to know in several of its parts: the database is asked the first time only.

    Nothing is remembered beyond the reading transaction, of which all questions see the same moment, and nothing at all
    where something may be written.
    """

    @wraps(ask)
    def asked(*args: P.args, **how: P.kwargs) -> list[T]:
        if not _reading.get():
            return ask(*args, **how)
        question = (ask, args, tuple(how.items()))
        known = _known()
        if question not in known:
            found = ask(*args, **how)
            known = _known()  # the first question of all begins the transaction
            known[question] = found
        return list(known[question])

    return asked


def _sqlite_begin(connection: Connection) -> None:
    reader = _reading.get()
    cursor = connection.connection.cursor()  # past the engine: it is no question of anybody's
    cursor.execute(f"PRAGMA query_only={'ON' if reader else 'OFF'}")
    cursor.close()
    connection.exec_driver_sql("BEGIN DEFERRED" if reader else "BEGIN IMMEDIATE")


def _postgresql_connect(connection: Any, _record: Any) -> None:
    # Not as an option of the connection: poolers in front of a database refuse those.
    connection.execute(f"SET idle_in_transaction_session_timeout = {IDLE_TIMEOUT_MS}")
    connection.commit()


def _postgresql_begin(connection: Connection) -> None:
    if _reading.get():  # a page is one picture: all its queries see the same moment
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


def prepare(engine: Engine) -> None:
    """Give an engine its connection settings and its way of beginning. Called once per engine."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
    else:
        event.listen(engine, "connect", _postgresql_connect)
        event.listen(engine, "begin", _postgresql_begin)


def is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def for_update(statement: sa.Select[Any], *, skip_locked: bool = False) -> sa.Select[Any]:
    """Lock the selected rows. SQLite holds its one write lock already and ignores the words."""
    return statement.with_for_update(skip_locked=skip_locked)
