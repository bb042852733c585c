"""Every story has its people in a fresh database, and a stage on which time passes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.story.people import Cast, assemble
from tests.story.stage import Stage, from_mailbox
from tests.times import instant
from tracker.notices.words import Locale

BEGIN = instant("Monday 2026-11-23 08:00")

Enter = Callable[..., tuple[Stage, Cast]]


@pytest.fixture
def enter(app: Flask) -> Enter:
    """``stage, cast = enter("de")``: the curtain is up; mails go into the embedded mailbox."""

    def up(locale: Locale = "de", *, rhythm: str = "each", next_number: int = 41) -> tuple[Stage, Cast]:
        with app.app_context():
            cast = assemble(locale, rhythm=rhythm, next_number=next_number)
        return Stage(app, from_mailbox(app), BEGIN), cast

    return up
