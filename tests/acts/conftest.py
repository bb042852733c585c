"""Every test of the verbs has the cast in a fresh database, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.acts.cast import Cast, assemble


@pytest.fixture
def cast(app: Flask) -> Iterator[Cast]:
    with app.app_context():
        yield assemble()
