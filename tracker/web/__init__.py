"""What a browser sees and sends."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

from config import Settings
from tracker.web import compression, errors, identity, language, nav, security, static_files
from tracker.web.blueprint import web

#: The modules of pages. Each puts its routes on the one blueprint; a new one is named here and nowhere else.
PAGES = (
    "accounts",
    "setup",
    "beginnings",
    "invitations",
    "people",
    "my_address",
    "my_mail",
    "my_settings",
    "my_tokens",
    "team_settings",
    "outlets",
    "chats",
    "absences",
    "notices",
    "why",
    "mailbox",
    "inbound",
    "held",
    "outbox",
    "mail_records",
    "unsubscribe",
    "mail_link",
    "health",
    "home",
    "installed",
    "mine",
    "desk",
    "several",
    "saved_views",
    "one_by_one",
    "drafts",
    "saved_replies",
    "suggestions",
    "suggestions_acts",
    "suggestions_edit",
    "merging",
    "history",
    "mentions",
    "raising",
    "alike",
    "attachments",
    "search",
    "raise_drafts",
    "previews",
    "later",
    "tasks",
    "board",
    "board_moves",
)


def init_app(app: Flask, settings: Settings) -> None:
    """Attach pages, accounts, languages and the security headers."""
    compression.init_app(app)
    security.init_app(app, settings)
    static_files.init_app(app)
    identity.init_app(app, settings)
    language.init_app(app)
    errors.init_app(app)
    nav.init_app(app)
    for name in PAGES:
        import_module(f"tracker.web.{name}")
    app.register_blueprint(web)
