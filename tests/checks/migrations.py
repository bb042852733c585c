"""Whether the migrations lead to the tables of the code: run on an empty database, then compared by Alembic.

``python tests/checks/migrations.py`` does so on a temporary SQLite file, prints what differs and ends with 1.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import flask_migrate
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from config import Settings
from tracker import create_app
from tracker.store import schema
from tracker.store.base import db


def differences(app: Flask) -> list[str]:
    """Bring the app's database to the newest schema and say what the code's tables would still have changed."""
    with app.app_context():
        scripts = ScriptDirectory(app.extensions["migrate"].directory)
        heads = scripts.get_heads()
        if len(heads) != 1:
            return [f"{len(heads)} newest versions, and it has to be one: {', '.join(heads)}"]
        flask_migrate.upgrade()
        with db.engine.connect() as connection:
            hidden = schema.shadow_tables(connection)
            context = MigrationContext.configure(
                connection,
                opts={
                    "compare_type": True,
                    "compare_server_default": True,
                    "include_name": lambda name, _kind, _parents: name not in hidden,
                },
            )
            return [_shown(difference) for difference in _flat(compare_metadata(context, db.metadata))]


def _flat(found: Any) -> list[Any]:
    """Alembic gives a tuple for a table and a list of tuples for its columns."""
    return [part for difference in found for part in (difference if isinstance(difference, list) else [difference])]


def _shown(difference: tuple[Any, ...]) -> str:
    return " ".join(str(part) for part in difference)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'check.sqlite3'}"
        settings = Settings(
            env="development",
            data_dir=Path(folder),
            database_url=url,
            public_url="http://127.0.0.1:8000",
            secret_key="for this check alone, never kept",
        )
        app = create_app(settings)
        said = differences(app)
        with app.app_context():
            db.engine.dispose()
    for line in said:
        print(line)
    print(f"migrations: {len(said)} differences from the models")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
