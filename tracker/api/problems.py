"""Errors as problem+json (RFC 9457), under /api/ only: everything else keeps the pages' own handlers."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask import Flask, Response, g, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from tracker.domain.errors import BadInput, DomainError, NotAllowed, OutOfReach, Stale
from tracker.notices.words import Reader, day, moment, say

STATUS: dict[type[DomainError], int] = {BadInput: 422, NotAllowed: 403, OutOfReach: 404, Stale: 409}
REFUSED = 409
CONTENT_TYPE = "application/problem+json"

Handler = Callable[[Any], Any]


def init_app(app: Flask) -> None:
    """Put a switch before the handlers that the pages have registered: the address decides who answers."""
    spec = app.error_handler_spec[None]
    for handlers in spec.values():
        for error, page in list(handlers.items()):
            handlers[error] = _switch(page)
    for error in (HTTPException, DomainError, OperationalError, Exception):
        if error not in spec[None]:
            spec[None][error] = _switch(None)


def is_api() -> bool:
    return request.path.startswith("/api/")


def _switch(page: Handler | None) -> Handler:
    def handle(error: Any) -> Any:
        if is_api():
            return _problem_of(error)
        if page is not None:
            return page(error)
        if isinstance(error, HTTPException):
            return error
        raise error

    return handle


def _problem_of(error: Exception) -> Response:
    if isinstance(error, DomainError):
        status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), REFUSED)
        return problem(status, sentence(error), field=error.field)
    if isinstance(error, OperationalError):
        return problem(503, _say("The database is busy or out of reach. Nothing was saved; please try again."))
    if isinstance(error, HTTPException):
        return _http_problem(error)
    raise error


def _http_problem(error: HTTPException) -> Response:
    details = getattr(error, "data", None) or {}  # what webargs has found wrong
    response = problem(error.code or 500, str(details.get("message") or error.description or error.name))
    if messages := details.get("messages"):
        response = problem(
            error.code or 422, _say("Some values are missing or not as they should be."), errors=messages
        )
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after", "www-authenticate"):
            response.headers[name] = value
    return response


def problem(status: int, detail: str, **more: Any) -> Response:
    """One problem: ``detail`` is a sentence in the caller's language; ``field`` names the value it is about."""
    body = {"type": "about:blank", "status": status, "detail": detail}
    body |= {name: value for name, value in more.items() if value is not None}
    return Response(json.dumps(body, ensure_ascii=False), status, mimetype=CONTENT_TYPE)


def sentence(error: DomainError) -> str:
    """The error's words in the caller's language, its dates in their form."""
    reader: Reader | None = g.get("reader")
    if reader is None:
        return str(error)
    facts = {name: _shown(reader, value) for name, value in error.facts.items()}
    return say(reader.locale).gettext(error.message, **facts)


def _shown(reader: Reader, value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(reader, value)
    return day(reader, value) if isinstance(value, date) else value


def _say(message: str) -> str:
    reader: Reader | None = g.get("reader")
    return say(reader.locale if reader else "en").gettext(message)
