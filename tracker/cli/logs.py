"""Logs: one JSON object a line on standard error, without secrets and without anybody's address."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from gunicorn.glogging import Logger

#: Values under these names never leave the program, whatever they are.
SECRET = frozenset({"address", "authorization", "cookie", "email", "link", "password", "secret", "token", "to"})
_ADDRESS = re.compile(r"[^\s<>\"'(=:*/]+@[^\s<>\"'),;:]+")
_API_TOKEN = re.compile(r"\btracker_[0-9a-f]{12}_[\w-]+")
#: Links that are keys: set-up, invitation, sign-in, reset, unsubscribe, demo, one suggestion in a mail.
_KEY_IN_PATH = re.compile(
    r"(/(?:setup|invitations?|join|sign-in|reset|unsubscribe|demo|confirm|password|u|m)(?:/[a-z-]+)*/)[\w.~=-]{16,}"
)
_CREDENTIALS = re.compile(r"://[^\s/@]+@")

#: Libraries that tell more than anybody wants to read.
TALKATIVE = {"apscheduler": logging.ERROR, "alembic": logging.WARNING, "werkzeug": logging.WARNING}


def without_secrets(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: nothing that opens a door or names a person's address."""
    return {name: "***" if name.lower() in SECRET else _clean(value) for name, value in event.items()}


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        value = _API_TOKEN.sub("***", _CREDENTIALS.sub("://***@", value))
        return _ADDRESS.sub("***", _KEY_IN_PATH.sub(r"\1***", value))
    if isinstance(value, dict):
        return {name: "***" if str(name).lower() in SECRET else _clean(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [_clean(inner) for inner in value]
    return value


def configure(level: str) -> None:
    """Everything that is logged, by us or by a library, goes the same way. May be called again."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = _ToStandardError()
    handler.setFormatter(formatter(shared))
    root = logging.getLogger()
    root.handlers[:] = [other for other in root.handlers if not isinstance(other, _ToStandardError)] + [handler]
    root.setLevel(level)
    for name, least in TALKATIVE.items():
        logging.getLogger(name).setLevel(max(least, root.level))


class _ToStandardError(logging.Handler):
    """Writes to whatever standard error is at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()
        except (OSError, ValueError):  # nobody listens any more: not worth ending the program for
            pass


def formatter(shared: list[Any]) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            without_secrets,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ],
    )


class ServerLogger(Logger):  # type: ignore[misc]  # the server has no types
    """The web server's own words, through the same door; requests are not logged, their addresses are keys."""

    def setup(self, cfg: Any) -> None:
        self.error_log.propagate = True
        self.error_log.handlers[:] = []
        self.access_log.handlers[:] = []
        self.access_log.propagate = False
        # What the server says on every start is news for whoever debugs it.
        self.error_log.setLevel(max(logging.WARNING, logging.getLogger().level))

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """Nothing: a proxy in front has an access log, and can be told what to leave out."""
