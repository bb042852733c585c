"""The cast in a fresh database, and what a worker needs around it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.acts.cast import Cast, assemble
from tracker.store.base import db


@pytest.fixture
def cast(app: Flask) -> Iterator[Cast]:
    """Within an app context, as a tick has it."""
    with app.app_context():
        yield assemble()


@pytest.fixture
def posted(outside: Flask) -> Flask:
    """A site whose webhooks may reach this machine, with its people."""
    with outside.app_context():
        assemble()
        db.session.remove()
    return outside
