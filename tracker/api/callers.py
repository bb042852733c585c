"""Who calls: a bearer token, its person, what it may do, and the same request sent twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from flask import Request, abort, g, request
from webargs.flaskparser import FlaskParser
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from tracker import clock
from tracker.acts import requests as answered
from tracker.acts import tokens
from tracker.notices.words import Reader
from tracker.store import entries, suggestions
from tracker.store.base import db
from tracker.store.entries import Entry
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion

READ, WRITE = "read", "write"


class Parser(FlaskParser):
    """Brackets within brackets by the thousand are no JSON that anybody means (400), and no mistake of ours (500)."""

    def _raw_load_json(self, req: Request) -> Any:
        try:
            return super()._raw_load_json(req)
        except RecursionError as error:
            raise json.JSONDecodeError("nested too deep", "", 0) from error


def caller() -> Person:
    """The token's person; ``called`` has put them there."""
    person: Person = g.caller
    return person


def called(scope: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a view be called by bearers of a token with this scope only; sets ``g.caller``, ``g.now``, ``g.reader``."""

    def wrap(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            g.now = clock.now()
            token, person = _bearer()
            if token.scopes and scope not in token.scopes:
                abort(403, "This token may not do that.")
            g.caller = person
            g.reader = Reader("de" if person.locale == "de" else "en", ZoneInfo(person.timezone or "UTC"), g.now)
            if scope == WRITE:
                token.last_used_at = g.now
            return view(*args, **kwargs)

        return guarded

    return wrap


def _bearer() -> tuple[Any, Person]:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    found = tokens.holder(secret.strip(), now=g.now) if kind.lower() == "bearer" else None
    if found is None:
        raise Unauthorized("A valid API token is needed.", www_authenticate=WWWAuthenticate("bearer"))
    return found


def once(make: Callable[[], Entry | Suggestion | None], suggestion: Suggestion | None = None) -> Any:
    """Carry a request out and commit; with an ``Idempotency-Key`` a second one finds what the first one made."""
    key = request.headers.get("Idempotency-Key")
    if not key:
        thing = make()
    else:
        digest = hashlib.sha256(f"{request.method} {request.path}\n".encode() + request.get_data()).hexdigest()
        earlier = answered.earlier(caller().id, f"api:{key}"[:81], now=g.now, fingerprint=digest)
        if earlier is not None:
            return _made_before(earlier.made)
        thing = make()
        if isinstance(thing, Suggestion):
            answered.made(caller().id, f"api:{key}", suggestion=thing.id)
        elif thing is not None:
            answered.made(caller().id, f"api:{key}", entry=thing.id)
    db.session.commit()
    return thing


def _made_before(made: dict[str, Any]) -> Entry | Suggestion | None:
    db.session.commit()
    if "suggestion" in made:
        return suggestions.by_id(made["suggestion"])
    return entries.by_id(made["entry"]) if "entry" in made else None
