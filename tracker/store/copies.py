"""A whole site in one file, and back: every table as lines of JSON in a zip, and the files that came with texts; for
SQLite and PostgreSQL alike.

Tables are read and written as the database describes them, not as the code does, so that a copy made by an older
version is loaded into the tables of that version and migrated afterwards.
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tracker.store import attachment_files, outlets, schema, search_texts
from tracker.store.base import db, reading
from tracker.store.schema import SchemaRefused, SchemaState

FORMAT = 1
BATCH = 1000
MANIFEST = "manifest.json"
#: The local secret key travels along: without it every link in a mail that was sent would be dead.
KEY = "secret_key"
#: Before the names of the files that came with texts.
_FILES = "attachments/"
_VERSIONS = "alembic_version"


@dataclass(frozen=True, slots=True)
class Copied:
    """What a file holds: the schema it was made with, and rows by table."""

    revision: str
    rows: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.rows.values())


# Out ------------------------------------------------------------------------------------------------------------------


def dump(file: Path, *, now: datetime, key_file: Path | None = None, attached: Path | None = None) -> Copied:
    """Write everything into ``file``, as of one moment; the file is whole or not there, and its owner's alone.

    ``attached`` is the folder of the files that came with texts. They follow the tables: each was there before its row.
    """
    aside = file.with_name(f".{file.name}.part")
    aside.unlink(missing_ok=True)
    aside.touch(mode=0o600)
    try:
        with reading(), db.engine.connect() as connection, zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as archive:
            tables = _tables(connection)
            copied = Copied(schema.head(), {table.name: _write(archive, connection, table) for table in tables})
            about = {"format": FORMAT, "revision": copied.revision, "made_at": now.isoformat(), "rows": copied.rows}
            archive.writestr(MANIFEST, json.dumps(about, indent=1))
            if key_file is not None and key_file.exists():
                archive.writestr(KEY, key_file.read_bytes())
            if attached is not None:
                _write_files(archive, attached)
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)
    return copied


def _write_files(archive: zipfile.ZipFile, folder: Path) -> None:
    """Stored, not squeezed: pictures and archives give nothing. What housekeeping takes meanwhile, no row names."""
    for name in attachment_files.names(folder):
        with contextlib.suppress(FileNotFoundError):
            path = attachment_files.path_of(folder, name)
            archive.write(path, f"{_FILES}{name}", compress_type=zipfile.ZIP_STORED)


def _write(archive: zipfile.ZipFile, connection: Connection, table: sa.Table) -> int:
    count = 0
    with archive.open(_entry(table.name), "w", force_zip64=True) as raw, io.TextIOWrapper(raw, "utf-8") as lines:
        statement = sa.select(table).order_by(*table.primary_key.columns)
        for row in connection.execution_options(yield_per=BATCH).execute(statement):
            lines.write(json.dumps([_plain(value) for value in row], ensure_ascii=False) + "\n")
            count += 1
    return count


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, datetime):
        return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()
    return value.isoformat() if isinstance(value, date) else value


# In -------------------------------------------------------------------------------------------------------------------


def has_rows() -> bool:
    """Whether there is anything that would be lost."""
    with reading(), db.engine.connect() as connection:
        return any(connection.scalar(sa.select(sa.literal(1)).select_from(t).limit(1)) for t in _tables(connection))


def look_into(file: Path) -> Copied:
    """What a file holds. Raises ``SchemaRefused`` with a sentence for one that is no copy, or of a newer version."""
    try:
        with zipfile.ZipFile(file) as archive:
            about = json.loads(archive.read(MANIFEST))
            copied = Copied(str(about["revision"]), {str(name): int(n) for name, n in about["rows"].items()})
            version = int(about["format"])
    except FileNotFoundError as error:
        raise SchemaRefused(f"There is no file {file}.") from error
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError) as error:
        raise SchemaRefused(f"{file} is no backup of Tracker, or not whole ({error}).") from error
    if version != FORMAT or not schema.knows(copied.revision):
        raise SchemaRefused(f"{file} was made by a newer version of Tracker (schema {copied.revision}); use that one.")
    return copied


def load(file: Path, *, key_file: Path | None = None, attached: Path | None = None) -> Copied:
    """Replace everything by what the file holds, then bring it to the newest schema. The caller has made a copy.

    ``key_file`` is where a local secret key is put back; none where the settings bring their own. ``attached`` is the
    folder for the files that came with texts: they are there before the rows that name them.
    """
    copied = look_into(file)
    if attached is not None:
        _put_files_back(file, attached)
    _empty_at(copied.revision)
    with zipfile.ZipFile(file) as archive, db.engine.begin() as connection:
        tables = _tables(connection)
        if missing := {name for name, count in copied.rows.items() if count} - {table.name for table in tables}:
            raise SchemaRefused(f"{file} holds tables that its schema does not have: {', '.join(sorted(missing))}.")
        for table, late in _in_order(tables):
            _fill(archive, connection, table, late)
        for table, late in _in_order(tables):
            _fill_late(archive, connection, table, late)
        if connection.dialect.name == "postgresql":
            _set_counters(connection, tables)
        if key_file is not None and KEY in archive.namelist():
            key_file.touch(mode=0o600)
            key_file.write_bytes(archive.read(KEY))
    schema.upgrade()
    search_texts.rebuild_index()
    db.session.commit()
    return copied


def _put_files_back(file: Path, folder: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        for entry in archive.namelist():
            name = entry.removeprefix(_FILES)
            if entry.startswith(_FILES) and attachment_files.is_name(name):
                attachment_files.put(folder, name, archive.read(entry))


def _empty_at(revision: str) -> None:
    if schema.state() is not SchemaState.EMPTY:
        schema.migrate_to("base")
    schema.migrate_to(revision)


def _in_order(tables: list[sa.Table]) -> list[tuple[sa.Table, list[str]]]:
    """The tables, each after those it points to, with the columns that can only be filled in the end (in a circle, or
    pointing into the same table)."""
    order: list[tuple[sa.Table, list[str]]] = []
    placed: set[str] = set()
    left = list(tables)
    while left:
        table = next((one for one in left if not _awaits(one, placed, needed=False)), None)
        if table is None:
            table = next(one for one in left if not _awaits(one, placed, needed=True))
        order.append((table, _awaits(table, placed, needed=False) + _own(table)))
        placed.add(table.name)
        left.remove(table)
    return order


def _awaits(table: sa.Table, placed: set[str], *, needed: bool) -> list[str]:
    """Columns that point to tables not placed yet; only those that have to be filled when ``needed``."""
    return [
        key.parent.name
        for key in table.foreign_keys
        if key.column.table.name not in placed | {table.name} and not (needed and key.parent.nullable)
    ]


def _own(table: sa.Table) -> list[str]:
    return [key.parent.name for key in table.foreign_keys if key.column.table.name == table.name]


def _fill(archive: zipfile.ZipFile, connection: Connection, table: sa.Table, late: list[str]) -> None:
    rows = _rows(archive, connection, table)
    while batch := [row | dict.fromkeys(late) for row in islice(rows, BATCH)]:
        connection.execute(table.insert(), batch)


def _fill_late(archive: zipfile.ZipFile, connection: Connection, table: sa.Table, late: list[str]) -> None:
    if not late:
        return
    keys = {f"_{column.name}": column for column in table.primary_key.columns}
    statement = table.update().where(*(column == sa.bindparam(name) for name, column in keys.items()))
    statement = statement.values({name: sa.bindparam(f"new_{name}") for name in late})
    rows = (row for row in _rows(archive, connection, table) if any(row[name] is not None for name in late))
    while batch := [
        {name: row[column.name] for name, column in keys.items()} | {f"new_{name}": row[name] for name in late}
        for row in islice(rows, BATCH)
    ]:
        connection.execute(statement, batch)


def _rows(archive: zipfile.ZipFile, connection: Connection, table: sa.Table) -> Iterator[dict[str, Any]]:
    if _entry(table.name) not in archive.namelist():
        return
    columns = list(table.columns)
    is_sqlite = connection.dialect.name == "sqlite"
    with archive.open(_entry(table.name)) as raw, io.TextIOWrapper(raw, "utf-8") as lines:
        for line in lines:
            values = zip(columns, json.loads(line), strict=True)
            yield {column.name: _stored(column.type, value, is_sqlite) for column, value in values}


def _stored(kind: sa.types.TypeEngine[Any], value: Any, is_sqlite: bool) -> Any:
    if value is None:
        return sa.null() if isinstance(kind, sa.JSON) else None
    if isinstance(kind, sa.DateTime):
        at = datetime.fromisoformat(value)
        return at.replace(tzinfo=None) if is_sqlite else at
    if isinstance(kind, sa.LargeBinary):
        return base64.b64decode(value)
    return date.fromisoformat(value) if isinstance(kind, sa.Date) else value


def _set_counters(connection: Connection, tables: list[sa.Table]) -> None:
    """PostgreSQL goes on counting after the highest number that was loaded."""
    for table in tables:
        if "id" not in table.columns:
            continue
        counter = connection.scalar(sa.func.pg_get_serial_sequence(table.name, "id"))
        if counter is not None:
            highest = connection.scalar(sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0))) or 0
            if table.name == "outlet":
                highest = max(highest, _highest_outlet_told_of(connection, tables))
            connection.execute(sa.select(sa.func.setval(counter, highest + 1, False)))


def _highest_outlet_told_of(connection: Connection, tables: list[sa.Table]) -> int:
    """Messages name outlets that were removed since; a new one must not have the number of one of those."""
    (delivery,) = (table for table in tables if table.name == "delivery")
    named = connection.scalars(sa.select(delivery.c.destination).distinct())
    return max((outlets.number_of(one) for one in named), default=0)


def _tables(connection: Connection) -> list[sa.Table]:
    """What the database says it has, without the marks of the migrations and what a full-text index hides."""
    metadata = sa.MetaData()
    hidden = schema.shadow_tables(connection)
    metadata.reflect(connection, only=lambda name, _: name != _VERSIONS and name not in hidden)
    return [metadata.tables[name] for name in sorted(metadata.tables)]


def _entry(table: str) -> str:
    return f"tables/{table}.jsonl"
