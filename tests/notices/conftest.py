"""Every test of the notices has the cast of the story in a fresh database, and a post office."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.acts.cast import RAISED_AT, Cast, assemble, raised
from tests.notices.post import RELAY, Post
from tests.notices.seen import delivery_of, notices
from tracker.notices import packing
from tracker.store.base import db
from tracker.store.notices import Delivery


@pytest.fixture
def cast(app: Flask) -> Iterator[Cast]:
    with app.app_context():
        yield assemble()


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def receipt(cast: Cast) -> Delivery:
    """Nari's receipt, in the outbox."""
    raised(cast)
    packing.pack(now=RAISED_AT, outgoing=RELAY)
    db.session.commit()
    (notice,) = notices(kind="receipt")
    return delivery_of(notice)
