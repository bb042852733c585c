"""The cast in a fresh database, and what a worker needs around it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.acts.cast import Cast, assemble


@pytest.fixture
def cast(app: Flask) -> Iterator[Cast]:
    """Within an app context, as a tick has it."""
    with app.app_context():
        yield assemble()
