"""When something is refused or fails: one page, in the reader's language, and nothing that was typed is lost.

A refused form comes back as itself (``forms.typed`` says how). Where the form cannot come back, because the reader was
signed out, the database is busy or the form was too old, the page carries what was typed and offers to send it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Flask, g, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from tracker.domain.errors import N_, BadInput, DomainError, LinkEnded, NotAllowed, NotPossible, OutOfReach, Stale
from tracker.store.base import db
from tracker.web import forms, language
from tracker.web.forms import Form
from tracker.web.identity import current_person, settings
from tracker.web.security import WITH_FILES, came_from_here

#: What each kind of refusal is in HTTP. Anything else of the domain is something typed that does not fit.
STATUSES: Mapping[type[DomainError], int] = {
    OutOfReach: 404,
    NotAllowed: 403,
    Stale: 409,
    NotPossible: 409,
    LinkEnded: 410,
}
#: What is not there, and what has ended, have no form that could come back.
FORMLESS = (404, 410)
UNPROCESSABLE = 422
BUSY = 503


@dataclass(frozen=True, slots=True)
class Words:
    """A headline, and a sentence or two of what to do."""

    headline: str
    sentence: str


#: By status; a page without words of its own gets those of its class.
WORDS: Mapping[int, Words] = {
    400: Words(N_("That did not get through."), N_("The request was not complete. Nothing was saved.")),
    403: Words(N_("That is not for you to do."), N_("You can see it, and somebody else has to do it.")),
    404: Words(N_("There is nothing here."), N_("It is not there, or it is not for you.")),
    405: Words(N_("That is not possible here."), N_("This address only shows something. Nothing was saved.")),
    409: Words(N_("That does not fit any more."), N_("Somebody was quicker. Nothing was saved.")),
    410: Words(N_("This link does not work any more."), N_("Ask for a new one.")),
    413: Words(
        N_("That is too much at once."),
        N_("Nothing was saved. Go back: what you typed is still there. Shorten it, or send it in parts."),
    ),
    UNPROCESSABLE: Words(N_("Something is missing."), N_("Nothing was saved.")),
    429: Words(N_("One moment, please."), N_("Too many requests at once. Try again in a minute.")),
    500: Words(N_("That is our mistake."), N_("It has been written down. Nothing was saved.")),
    BUSY: Words(
        N_("The database is busy."), N_("Nothing was saved yet. What you typed is here; try again in a moment.")
    ),
}
BUSY_TO_READ = Words(N_("The database is busy."), N_("Try again in a moment."))
FILE_TOO_LARGE = Words(
    N_("A file is too large."),
    N_("Nothing was saved. Go back: what you typed is still there. Leave the file out, or make it smaller."),
)
WRONG_HOST = N_("This site answers at %(address)s and nowhere else.")
OLD_FORM = Words(
    N_("This page was open for a long time."), N_("Nothing was saved yet. What you typed is here; send it again.")
)
UNSTORABLE = N_("There is a character in it that cannot be stored. Please remove it.")
SIGNED_OUT = Words(
    N_("Please sign in again."), N_("Nothing was saved yet. What you typed is kept and there afterwards.")
)


SIGNED_OUT_ELSEWHERE = Words(
    N_("Please sign in first."), N_("Nothing was saved. What was typed is here; copy it, sign in and send it again.")
)


def init_app(app: Flask) -> None:
    app.register_error_handler(DomainError, on_refusal)
    app.register_error_handler(CSRFError, on_old_form)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(sa.exc.OperationalError, on_database_trouble)
    app.register_error_handler(sa.exc.DataError, on_unstorable)


def is_api() -> bool:
    """The API answers in its own way, in ``tracker.api``."""
    return request.path.startswith("/api/")


def on_refusal(error: DomainError) -> Response | tuple[Response, int]:
    """The rules said no: the form again with the sentence, or a page that says it."""
    db.session.rollback()
    status = next((status for kind, status in STATUSES.items() if isinstance(error, kind)), UNPROCESSABLE)
    sentence = language.sentence(error)
    show = g.get("form_again")
    if show is not None and status not in FORMLESS:
        g.form_again = None
        errors = {error.field or "form": sentence}
        response = make_response(
            show(Form(request.form.to_dict(), errors, was_sent=True, attached=g.get("attached", ())))
        )
        response.status_code = status
        return response
    return page(status, Words(WORDS[status].headline, sentence), translated=True)


def on_old_form(error: CSRFError) -> Response | tuple[Response, int]:
    """The token is of another session: signed out meanwhile, or signed in again in another window."""
    db.session.rollback()
    if current_person() is None and not request.path.startswith(("/sign-in", "/setup", "/join", "/password")):
        return signed_out()
    # Only what this site itself sent is offered again: another site's form must not be a press of a button away.
    return page(400, OLD_FORM, again=came_from_here(request))


def on_unstorable(error: sa.exc.DataError) -> Response | tuple[Response, int]:
    """A field that is only looked up, not stored, lets NUL through, and PostgreSQL does not even take the question."""
    return on_refusal(BadInput(UNSTORABLE))


def signed_out() -> Response | tuple[Response, int]:
    """Sign in, with what was typed beside it; it is sent on afterwards, if it was this site that sent it.

    A page of another site may send a form here. It comes without a session, whoever is signed in, and must not end
    as a press of a button on the page after signing in: its text is shown, and that is all.
    """
    from tracker.web.accounts import sign_in_page

    if forms.kept() and not came_from_here(request):
        return page(401, SIGNED_OUT_ELSEWHERE)
    response = make_response(
        sign_in_page(Form({"stay": "1"}), kept=forms.kept(), kept_path=request.path, words=SIGNED_OUT)
    )
    response.status_code = 401
    return response


def on_http_error(error: HTTPException) -> Response | HTTPException | tuple[Response, int]:
    """Everything that the framework refuses; a redirect goes through."""
    if isinstance(error, RequestRedirect) or (error.code or 500) < 400 or is_api():
        return error
    if error.code == 401:
        return signed_out()
    if isinstance(error, SecurityError):
        return _wrong_host()
    db.session.rollback()
    if isinstance(error, InternalServerError) and isinstance(error.original_exception, sa.exc.OperationalError):
        return on_database_trouble(error.original_exception)
    status = error.code or 500
    words = FILE_TOO_LARGE if status == 413 and request.endpoint in WITH_FILES else WORDS.get(status)
    response = make_response(page(status, words or WORDS[400 if status < 500 else 500]))
    for name, value in error.get_headers(request.environ):  # 405 says what is allowed, 429 when to come again
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def _wrong_host() -> Response:
    """No page of ours: without a host that is trusted, no address can be built."""
    sentence = _(WRONG_HOST, address=settings().public_url)
    html = f"<!doctype html><html lang={language.locale()}><meta charset=utf-8><title>400</title><p>{escape(sentence)}"
    return make_response(html, 400)


def on_database_trouble(error: sa.exc.OperationalError) -> Response | tuple[Response, int]:
    """Somebody else was writing for longer than one waits, or the database cannot be reached."""
    g.is_database_gone = True
    db.session.rollback()
    response = make_response(page(BUSY, BUSY_TO_READ if _is_asked(BUSY) else WORDS[BUSY]))
    response.headers["Retry-After"] = "5"
    return response


def page(status: int, words: Words, *, translated: bool = False, again: bool = True) -> Response | tuple[Response, int]:
    """A page with a headline, a sentence, what was typed, and one thing to do."""
    kept = [] if status == 413 else forms.kept()  # what is too large is not even read
    html = render_template(
        "web/error.html",
        status=status,
        headline=_(words.headline),
        sentence=words.sentence if translated else _(words.sentence),
        kept=kept,
        again=again and status in (400, BUSY, 500) and bool(kept),
        path=request.path,
        again_url=request.full_path.rstrip("?") if _is_asked(status) else "",
    )
    return make_response(html), status


def _is_asked(status: int) -> bool:
    """A page that was only looked at, and that may be there in a moment."""
    return request.method in ("GET", "HEAD") and status in (429, 500, BUSY)
