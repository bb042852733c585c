"""Every test of the pages may ask for the cast, and for somebody at a browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.acts.cast import Cast, assemble
from tests.times import FakeClock
from tests.web.visitors import Visitor


@pytest.fixture
def cast(app: Flask, clock: FakeClock) -> Cast:
    """The story's people in a fresh database; what of them is not loaded cannot be asked outside a context."""
    with app.app_context():
        return assemble()


@pytest.fixture
def visitor(app: Flask, clock: FakeClock) -> Visitor:
    """Somebody who is not signed in."""
    return Visitor(app, clock)


@pytest.fixture
def visit(app: Flask, cast: Cast, clock: FakeClock) -> Callable[[str], Visitor]:
    """``visit("pit")``: that person, signed in."""
    return lambda name: Visitor(app, clock).signed_in(getattr(cast, name))
