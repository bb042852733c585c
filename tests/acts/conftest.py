"""Every test of the verbs has the cast in a fresh database, on SQLite and on PostgreSQL; afterwards the log, the rows
and the core agree, as `tracker check` asks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.acts.cast import Cast, assemble
from tracker.acts import audit
from tracker.store.base import db


@pytest.fixture
def cast(app: Flask) -> Iterator[Cast]:
    with app.app_context():
        yield assemble()
        db.session.commit()
        db.session.expire_all()
        assert list(audit.findings(audit.Tally())) == []
