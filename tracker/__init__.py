"""Tracker: every suggestion is answered by the date that was given when it was raised."""

from __future__ import annotations

from flask import Flask

import tracker.api
import tracker.web
from config import Settings
from tracker.store import setup

__version__ = "0.1.0"


def create_app(settings: Settings) -> Flask:
    """Wire the parts together and do nothing else: no query, no thread, no file."""
    app = Flask("tracker", template_folder="../templates", static_folder="../static", static_url_path="/static")
    app.config["TRACKER"] = settings
    setup.init_app(app, settings.database_url)
    tracker.web.init_app(app, settings)
    tracker.api.init_app(app, settings)
    return app
