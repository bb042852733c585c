"""How a text will be read, before it is sent. Nothing of it is stored."""

from __future__ import annotations

from flask import make_response, render_template, request

from tracker.notices.markdown import to_html
from tracker.web.blueprint import web
from tracker.web.identity import Page, me, signed_in, team_page
from tracker.web.views_entry_links import places_of


@web.post("/t/<slug>/preview")
@signed_in
def preview(slug: str) -> Page:
    """The part of a page with the text of the form, which is called ``body`` or ``text``, as the timeline shows it."""
    team, _membership = team_page(slug)
    text = request.form.get("body") or request.form.get("text") or ""
    response = make_response(
        render_template("web/_parts/preview.html", text=to_html(text, places_of(team, [text], me())), is_open=True)
    )
    response.headers["Cache-Control"] = "no-store"
    return response
