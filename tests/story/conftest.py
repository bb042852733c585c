"""Every story has its people in a fresh database, and a stage on which time passes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from config import SmtpServer
from tests.mail_server import MailServer
from tests.story.people import Cast, assemble
from tests.story.stage import Stage, from_mailbox, from_server
from tests.times import instant
from tracker.notices.words import Locale
from tracker.store.base import db
from tracker.store.pulse import TickError

BEGIN = instant("Monday 2026-11-23 08:00")

Enter = Callable[..., tuple[Stage, Cast]]


@pytest.fixture
def enter(app: Flask) -> Iterator[Enter]:
    """``stage, cast = enter("de")``: the curtain is up; mails go into the embedded mailbox."""

    def up(locale: Locale = "de", *, rhythm: str = "each", next_number: int = 41) -> tuple[Stage, Cast]:
        with app.app_context():
            cast = assemble(locale, rhythm=rhythm, next_number=next_number)
        return Stage(app, from_mailbox(app), BEGIN), cast

    yield up
    demand_no_errors(app)


@pytest.fixture
def enter_by_smtp(make_app: Callable[..., Flask], mail_server: MailServer, smtp: SmtpServer) -> Iterator[Enter]:
    """The same on a site that people reach, whose mails are handed to a server that is really spoken to."""
    app = make_app(smtp=smtp, public_url="https://tracker.example", mail_from="post@tracker.example")

    def up(locale: Locale = "de", *, rhythm: str = "each", next_number: int = 41) -> tuple[Stage, Cast]:
        with app.app_context():
            cast = assemble(locale, rhythm=rhythm, next_number=next_number)
        return Stage(app, from_server(mail_server), BEGIN), cast

    yield up
    demand_no_errors(app)


def demand_no_errors(app: Flask) -> None:
    """No row of work was put off by an error: what a pass stumbles over is written down, and would go unseen."""
    with app.app_context():
        found = [f"{one.tick} {one.subject}: {one.what}" for one in db.session.scalars(sa.select(TickError))]
        db.session.remove()
    assert found == []
