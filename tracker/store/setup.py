"""Connects the store to an application: engine, migrations, and the kind of transaction each request begins."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, request
from flask_migrate import Migrate

from tracker.store import (
    alerts,
    attachments,
    base,
    doors,
    drafts,
    entries,
    inbound_mails,
    notices,
    outlets,
    people,
    promises,
    pulse,
    search_texts,
    snoozes,
    suggestions,
    teams,
)
from tracker.store.base import begin_as_reader, db, prepare

#: Imported so that the metadata knows every table.
TABLES = (
    *(alerts, attachments, doors, drafts, entries, inbound_mails, notices, outlets),
    *(people, promises, pulse, search_texts, snoozes, suggestions, teams),
)

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"

migrate = Migrate(render_as_batch=True, compare_type=True)

#: Endpoints whose GET writes; one exists, and only in the demo.
WRITES_ON_GET = frozenset({"web.demo_sign_in"})


def init_app(app: Flask, database_url: str) -> None:
    """``database_url`` is an SQLAlchemy URL, ``sqlite:///`` with an absolute path or ``postgresql+psycopg://``."""
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(database_url)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(MIGRATIONS))
    with app.app_context():
        prepare(db.engine)
    app.before_request(_choose_transaction)
    app.teardown_request(_forget_transaction)


def _engine_options(url: str) -> dict[str, Any]:
    # An error's text ends in logs and error rows: the values of a statement (addresses, texts) must not stand in it.
    if url.startswith("sqlite"):
        return {"hide_parameters": True, "connect_args": {"timeout": base.BUSY_TIMEOUT_MS / 1000}}
    return {"hide_parameters": True, "pool_pre_ping": True, "connect_args": {"connect_timeout": 10}}


def _choose_transaction() -> None:
    begin_as_reader(request.method in ("GET", "HEAD", "OPTIONS") and request.endpoint not in WRITES_ON_GET)


def _forget_transaction(_error: BaseException | None) -> None:
    begin_as_reader(False)
