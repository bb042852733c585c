"""Forms that are sent twice are carried out once; and what the browser kept of them is forgotten once they arrived."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from flask import g, redirect, request, session

from tracker.acts import requests
from tracker.domain.errors import N_, BadInput
from tracker.store.base import db
from tracker.web.forms import Form
from tracker.web.identity import Page, me, now

#: What is not part of what somebody means by sending a form.
_NOT_MEANT = frozenset({"csrf_token", "request_key", "seen", "upto", "sure", "attachment", "files", "version"})
SENT_BEFORE = N_("You have sent this form once already, with other words. Send it again if you mean both.")
_KEPT_DONE = "kept_done"


def once(form: Form, do: Callable[[], str]) -> Page:
    """Carry it out, commit, and go where it leads; sent again, go there without doing it again.

    ``do`` calls the verb and gives the path that shows what came of it. Raises ``BadInput`` for a form that was sent
    with other words before: which of the two is meant is for its writer to say.
    """
    key, person = f"web:{form.text('request_key')}"[:80], me()
    earlier = _earlier(person.id, key, form) if _has_key(form) else None
    if earlier is not None:
        db.session.rollback()
        return redirect(earlier, 303)
    target = do()
    if _has_key(form):
        requests.made(person.id, key, to=target)
    db.session.commit()
    return redirect(target, 303)


def _earlier(person_id: int, key: str, form: Form) -> str | None:
    """Where the same form led when it was sent before."""
    try:
        found = requests.earlier(person_id, key, now=now(), fingerprint=_fingerprint(form))
    except BadInput:
        raise BadInput(SENT_BEFORE, field="form") from None
    return None if found is None else str(found.made.get("to") or "/")


def _has_key(form: Form) -> bool:
    return bool(form.text("request_key"))


def _fingerprint(form: Form) -> str:
    meant = sorted((name, str(value)) for name, value in form.values.items() if name not in _NOT_MEANT)
    files = g.get("attached_hashes", [])  # the same file sent twice is two rows with one hash
    return hashlib.sha256(f"{request.path}\n{meant!r}\n{files!r}".encode()).hexdigest()


def arrived(*keys: str) -> None:
    """The browser may forget, on the next page, what it kept of these forms."""
    session[_KEPT_DONE] = [*session.get(_KEPT_DONE, []), *keys][-20:]


def arrivals() -> list[str]:
    """The keys to forget, told to one page."""
    found: list[str] = session.pop(_KEPT_DONE, []) if _KEPT_DONE in session else []
    return found
