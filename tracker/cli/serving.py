"""The web server: gunicorn with threads, told everything here and nothing by files or the working directory."""

from __future__ import annotations

from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from config import Settings
from tracker import create_app

#: Seconds a request may go on after the server was told to stop.
GRACE = 8


class WebServer(BaseApplication):  # type: ignore[misc]  # the server has no types
    """Loads the app in its own worker process, after the fork: no connection is ever shared."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in options(self.settings).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return create_app(self.settings)


def options(settings: Settings) -> dict[str, Any]:
    host = f"[{settings.listen}]" if ":" in settings.listen else settings.listen
    return {
        "bind": f"{host}:{settings.port}",
        "workers": 1,
        "worker_class": "gthread",
        "threads": settings.web_threads,
        "timeout": 60,
        "graceful_timeout": GRACE,
        "control_socket_disable": True,
        "logger_class": "tracker.cli.logs.ServerLogger",
        "proc_name": "tracker web",
        # A client behind a proxy is the application's business (TRACKER_PROXIES).
        "forwarded_allow_ips": "",
        "limit_request_line": 8190,
    }
