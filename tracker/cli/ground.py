"""What every command stands on: the settings, the app, a database of the right schema, and errors as one sentence."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click
import sqlalchemy as sa
from flask import Flask

from config import Settings, settings_or_exit
from tracker import create_app
from tracker.cli import logs
from tracker.domain.errors import DomainError
from tracker.store import schema
from tracker.store.base import db


def settings() -> Settings:
    """From the environment; ends the program with its sentences when they are refused."""
    found = settings_or_exit(os.environ)
    logs.configure(found.log_level)
    return found


@contextmanager
def app_context(found: Settings | None = None, *, bring_up_to_date: bool = False) -> Iterator[Flask]:
    """The app with its context pushed, on a database of the newest schema; its connections are closed afterwards.

    Whatever is refused meanwhile ends the program with one sentence and exit code 1. The caller commits.
    """
    found = found or settings()
    app = create_app(found)
    with spoken_errors(), app.app_context():
        try:
            if bring_up_to_date:
                upgrade_aloud()
            else:
                schema.demand_newest()
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def upgrade_aloud() -> None:
    copy = schema.upgrade()
    if copy is not None:
        click.echo(f"The database was brought up to date. As it was before: {copy}")


@contextmanager
def spoken_errors() -> Iterator[None]:
    """What the rules, the schema, the database or the machine refuse is said in one sentence, without a traceback."""
    try:
        yield
    except schema.SchemaRefused as refused:
        raise click.ClickException(str(refused)) from refused
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise click.ClickException(f"{where}{error.strerror or error}.") from error
    except sa.exc.OperationalError as error:
        words = str(error.orig).strip().splitlines()
        raise click.ClickException(f"The database refused: {words[0] if words else error}.") from error
