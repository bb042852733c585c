"""Every test of the notices has the cast of the story in a fresh database, and a post office."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.acts.cast import Cast, assemble
from tests.notices.post import Post


@pytest.fixture
def cast(app: Flask) -> Iterator[Cast]:
    with app.app_context():
        yield assemble()


@pytest.fixture
def post() -> Post:
    return Post()
