"""The schema: migrations make what the models say, on both databases, and nothing is lost on the way."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask

from tests import databases
from tests.acts.cast import assemble, raised
from tests.conftest import ROOT
from tests.reliability import fault
from tracker import create_app
from tracker.store import schema
from tracker.store.base import db
from tracker.store.people import Person
from tracker.store.schema import SchemaRefused, SchemaState
from tracker.store.suggestions import Suggestion

# Structure ------------------------------------------------------------------------------------------------------------


def structure(connection: sa.Connection) -> dict[str, dict[str, Any]]:
    """What a database says it has: columns, keys, indexes with their conditions, checks."""
    inspector = sa.inspect(connection)
    tables = [name for name in inspector.get_table_names() if name != "alembic_version"]
    return {
        table: {
            "columns": {c["name"]: (str(c["type"]), c["nullable"]) for c in inspector.get_columns(table)},
            "key": inspector.get_pk_constraint(table)["constrained_columns"],
            "unique": sorted(tuple(u["column_names"]) for u in inspector.get_unique_constraints(table)),
            "foreign": sorted(
                (tuple(f["constrained_columns"]), f["referred_table"], str(f["options"]))
                for f in inspector.get_foreign_keys(table)
            ),
            "checks": {c["name"]: _squeezed(c["sqltext"]) for c in inspector.get_check_constraints(table)},
            "indexes": {i["name"]: _index(i) for i in inspector.get_indexes(table) if "duplicates_constraint" not in i},
        }
        for table in tables
    }


def _index(index: Any) -> tuple[Any, ...]:
    where = [_squeezed(str(v)) for k, v in index.get("dialect_options", {}).items() if k.endswith("_where")]
    return (tuple(index["column_names"]), index["unique"], tuple(where))


def _squeezed(sql: str) -> str:
    return re.sub(r"\s+", " ", sql)


def test_the_migrations_make_exactly_what_the_models_say(app: Flask, empty_app: Flask) -> None:
    with empty_app.app_context():
        db.create_all()
        with db.engine.connect() as connection:
            wanted = structure(connection)
    with app.app_context(), db.engine.connect() as connection:
        made = structure(connection)
    assert len(made) > 20
    assert made == wanted


def test_every_open_suggestion_has_one_open_promise_and_the_database_sees_to_it(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        indexes = structure(connection)["promise"]["indexes"]
    _, is_unique, where = indexes["uq_promise_open_of_suggestion"]
    assert is_unique
    assert "open" in where[0]
    assert "task" in where[0]


# What state it is in --------------------------------------------------------------------------------------------------


def test_a_new_database_is_empty_and_then_at_its_head(empty_app: Flask) -> None:
    with empty_app.app_context():
        assert schema.state() is SchemaState.EMPTY
        with pytest.raises(SchemaRefused, match="There is no database yet"):
            schema.demand_newest()
        assert schema.upgrade() is None
        assert schema.state() is SchemaState.AT_HEAD
        schema.demand_newest()
        assert schema.upgrade() is None


@pytest.mark.databases("sqlite")
def test_a_sqlite_file_is_its_owners_alone_wherever_it_lies(tmp_path: Path, make_app: Any) -> None:
    tmp_path.chmod(0o755)
    file = tmp_path / "open.sqlite3"
    with make_app(database_url=f"sqlite:///{file}").app_context():
        schema.upgrade()
        db.session.remove()
        db.engine.dispose()
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.databases("sqlite")
def test_asking_for_the_state_makes_no_file(empty_app: Flask) -> None:
    with empty_app.app_context():
        assert schema.state() is SchemaState.EMPTY
        file = schema.sqlite_file()
    assert file is not None
    assert not file.exists()


def test_a_database_that_is_newer_than_the_code_is_refused_in_one_sentence(app: Flask) -> None:
    with app.app_context():
        db.session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        db.session.commit()
        assert schema.state() is SchemaState.NEWER
        for act in (schema.demand_newest, schema.upgrade):
            with pytest.raises(SchemaRefused, match=r"schema 9999, which a newer version of Tracker made") as refused:
                act()
            assert "\n" not in str(refused.value)


@pytest.mark.databases("sqlite")
def test_a_database_that_cannot_be_reached_is_refused_with_the_reason(tmp_path: Path, make_app: Any) -> None:
    (tmp_path / "folder.sqlite3").mkdir()
    (tmp_path / "folder.sqlite3" / "x").touch()
    app = make_app(database_url=f"sqlite:///{tmp_path / 'folder.sqlite3'}")
    with app.app_context(), pytest.raises(SchemaRefused, match="cannot be reached"):
        schema.state()


# A later migration ----------------------------------------------------------------------------------------------------

SECOND = '''
"""Gives teams a motto, by copying their table, as SQLite has to."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "{head}", None, None


def upgrade():
    with op.batch_alter_table("team", recreate="always" if op.get_bind().dialect.name == "sqlite" else "auto") as team:
        team.add_column(sa.Column("motto", sa.String(40), nullable=False, server_default="together"))
    {and_then}


def downgrade():
    with op.batch_alter_table("team") as team:
        team.drop_column("motto")
'''


@pytest.fixture
def later(app: Flask, tmp_path: Path) -> Iterator[Path]:
    """The same program some months on: its migrations know one step more. Gives the file of that step."""
    folder = tmp_path / "migrations"
    shutil.copytree(ROOT / "migrations", folder, ignore=shutil.ignore_patterns("__pycache__"))
    with app.app_context():
        step = folder / "versions" / "9999_a_motto.py"
        step.write_text(SECOND.format(head=schema.head(), and_then="pass"))
    was = app.extensions["migrate"].directory
    app.extensions["migrate"].directory = str(folder)
    yield step
    app.extensions["migrate"].directory = was
    if databases_are_postgresql(app):
        _wipe_with_structure(app)


def databases_are_postgresql(app: Flask) -> bool:
    with app.app_context():
        return db.engine.dialect.name == "postgresql"


def _wipe_with_structure(app: Flask) -> None:
    """The next test wants the schema of this version: PostgreSQL's database is only emptied between tests."""
    with app.app_context():
        db.session.remove()
        db.session.execute(sa.text("ALTER TABLE team DROP COLUMN IF EXISTS motto"))
        db.session.execute(sa.text("UPDATE alembic_version SET version_num = :head"), {"head": schema.head()})
        db.session.commit()


def counts() -> dict[str, int]:
    count = sa.select(sa.func.count())
    return {table.name: db.session.scalar(count.select_from(table)) or 0 for table in db.metadata.sorted_tables}


@fault("F37e", "up and down on a filled database: no row, index or trigger lost")
def test_a_filled_database_survives_a_migration_there_and_back(app: Flask, later: Path) -> None:
    with app.app_context():
        raised(assemble())
        before = counts()
        db.session.rollback()
        with db.engine.connect() as connection:
            was = structure(connection)
        assert schema.state() is SchemaState.OLDER
        with pytest.raises(SchemaRefused, match=r"has the schema \d{4} and this program needs 9999"):
            schema.demand_newest()

        schema.upgrade()
        assert schema.state() is SchemaState.AT_HEAD
        assert counts() == before
        assert before["entry"] == 1
        assert set(db.session.scalars(sa.text("SELECT motto FROM team"))) == {"together"}
        db.session.rollback()

        flask_migrate.downgrade(directory=str(later.parents[1]), revision="-1")
        assert counts() == before
        db.session.rollback()
        with db.engine.connect() as connection:
            assert structure(connection) == was


@pytest.mark.databases("sqlite")
def test_a_sqlite_file_that_holds_data_is_copied_before_it_is_migrated(app: Flask, later: Path) -> None:
    with app.app_context():
        raised(assemble())
        copy = schema.upgrade()
        assert copy is not None
    assert copy.stat().st_mode & 0o077 == 0, "a copy is as private as the database"
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM suggestion").fetchone() == (1,)
        assert "motto" not in str(connection.execute("PRAGMA table_info(team)").fetchall())
    copy.unlink()


@pytest.mark.databases("sqlite")
def test_a_migration_that_would_tear_rows_apart_changes_nothing(app: Flask, later: Path) -> None:
    tear = "op.execute('DELETE FROM person')"
    later.write_text(later.read_text().replace("    pass\n", f"    {tear}\n"))
    with app.app_context():
        raised(assemble())
        before = counts()
        with pytest.raises(SchemaRefused, match="rows that point nowhere"):
            schema.upgrade()
        assert schema.state() is SchemaState.OLDER
        assert counts() == before
        db.session.rollback()
        assert "motto" not in {column["name"] for column in sa.inspect(db.engine).get_columns("team")}


def test_a_full_text_index_is_left_out_of_comparisons(app: Flask) -> None:
    with app.app_context(), db.engine.begin() as connection:
        assert any(name.startswith(("search_index", "ix_search_text")) for name in schema.shadow_tables(connection))
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("CREATE VIRTUAL TABLE findings USING fts5(words)")
            assert {"findings", "findings_data", "findings_idx"} <= schema.shadow_tables(connection)
            connection.rollback()


def test_back_to_the_beginning_nothing_is_left(empty_app: Flask) -> None:
    with empty_app.app_context():
        schema.upgrade()
        schema.migrate_to("base")
        with db.engine.connect() as connection:
            assert structure(connection) == {}
        schema.upgrade()
        assert schema.state() is SchemaState.AT_HEAD
    databases.close_engine(empty_app)


def test_foreign_keys_are_on_for_everybody_but_the_migrator(app: Flask) -> None:
    with app.app_context():
        schema.upgrade()
        cast = assemble()
        db.session.add(
            Suggestion(
                team_id=cast.team.id,
                number=1,
                title="x",
                kind="idea",
                urgency="normal",
                author_id=10**6,
                raised_at=cast.nari.created_at,
                changed_at=cast.nari.created_at,
            )
        )
        with pytest.raises(sa.exc.IntegrityError):
            db.session.flush()
        db.session.rollback()
        assert db.session.scalar(sa.select(sa.func.count(Person.id))) == 9


def test_an_app_of_its_own_finds_the_same_schema(app: Flask) -> None:
    """The check costs no table: any process may ask."""
    other = create_app(app.config["TRACKER"])
    with other.app_context():
        assert schema.state() is SchemaState.AT_HEAD
    databases.close_engine(other)
