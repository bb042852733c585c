"""Every story has its people in a fresh database, and a stage on which time passes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from config import SmtpServer
from tests.mail_server import MailServer
from tests.story.people import Cast, assemble
from tests.story.stage import Stage, from_mailbox, from_server
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


@pytest.fixture
def enter_by_smtp(make_app: Callable[..., Flask], mail_server: MailServer, smtp: SmtpServer) -> Enter:
    """The same on a site that people reach, whose mails are handed to a server that is really spoken to."""
    app = make_app(smtp=smtp, public_url="https://tracker.example", mail_from="post@tracker.example")

    def up(locale: Locale = "de", *, rhythm: str = "each", next_number: int = 41) -> tuple[Stage, Cast]:
        with app.app_context():
            cast = assemble(locale, rhythm=rhythm, next_number=next_number)
        return Stage(app, from_server(mail_server), BEGIN), cast

    return up
