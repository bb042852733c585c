"""API tokens of one's own: making one, which is shown once, and ending it."""

from __future__ import annotations

from datetime import datetime

from flask import flash, make_response, redirect, render_template
from flask_babel import gettext as _

from tracker.acts import passwords
from tracker.acts import tokens as acts
from tracker.domain.errors import N_, BadInput
from tracker.notices import links, words
from tracker.store.base import db
from tracker.store.doors import ApiToken
from tracker.web import language
from tracker.web.blueprint import web
from tracker.web.forms import Form, fresh_key, typed
from tracker.web.identity import Page, me, now, signed_in
from tracker.web.once import once
from tracker.web.shapes import Act, Choice

#: What a token may be narrowed to, by the value of the form's choice.
SCOPES: dict[str, tuple[str, ...]] = {"": (), "read": ("read",), "write": ("write",)}


def _page(form: Form, *, secret: str = "") -> Page:
    response = make_response(
        render_template(
            "web/my_tokens.html",
            form=form,
            fields=[fresh_key()],
            secret=secret,
            scopes=_scopes(),
            tokens=[_shown(token) for token in acts.of(me(), now=now())],
            has_password=me().password is not None,
            me_url=links.path("me"),
            docs_url="/api/v1/openapi.json",
        )
    )
    if secret:
        response.headers["Cache-Control"] = "no-store"
    return response


def _scopes() -> list[Choice]:
    return [
        Choice(value="", label=_("Whatever I may do")),
        Choice(value="read", label=_("Only read")),
        Choice(value="write", label=_("Only send"), hint=_("for a form or a bot that raises things")),
    ]


def _shown(token: ApiToken) -> dict[str, object]:
    used = _("last wrote on %(day)s", day=_day(token.last_used_at)) if token.last_used_at else ""
    until = _("until %(day)s", day=_day(token.expires_at)) if token.expires_at else ""
    whatever, *narrower = _scopes()
    may = next((one.label for one in narrower if [one.value] == token.scopes), whatever.label)
    made = _("made on %(day)s", day=_day(token.created_at))
    return {
        "name": token.name,
        "facts": " · ".join(part for part in (may, made, until, used) if part),
        "act": Act(url=f"/me/tokens/{token.id}/end", label=_("End it")),
    }


def _day(at: datetime) -> str:
    reader = language.reader()
    return words.day(reader, reader.local(at).date())


@web.get("/me/tokens")
@signed_in
def my_tokens() -> Page:
    return _page(Form())


@web.post("/me/tokens")
@signed_in
def make_my_token() -> Page:
    form = typed(_page)
    made: list[str] = []

    def make() -> str:
        _demand_password(form)
        if form.text("scope") not in SCOPES:
            raise BadInput(N_("Choose one of those."), field="scope")
        _token, secret = acts.create(
            me(),
            name=form.text("name"),
            scopes=SCOPES[form.text("scope")],
            until=form.day("until"),
            zone=language.reader().zone,
            now=now(),
        )
        made.append(secret)
        return links.path("my_tokens")

    sent_before = once(form, make)
    return _page(Form(), secret=made[0]) if made else sent_before


def _demand_password(form: Form) -> None:
    """A token outlives the session: whoever finds a browser signed in must not take one along."""
    person = me()
    if person.password is not None and not passwords.is_right(form.text("password"), person.password):
        raise BadInput(N_("That is not your present password."), field="password")


@web.post("/me/tokens/<int:token_id>/end")
@signed_in
def end_my_token(token_id: int) -> Page:
    acts.revoke(token_id, by=me(), now=now())
    db.session.commit()
    flash(_("The token does not work any more."))
    return redirect(links.path("my_tokens"))
