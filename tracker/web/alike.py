"""While somebody raises something: what is like it, what became of that, and "me too" instead of a second one."""

from __future__ import annotations

from flask import redirect, render_template, request

from tracker import access
from tracker.acts import support
from tracker.domain.lifecycle import Kind
from tracker.notices import links
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team
from tracker.web import raising, suggestions, views_alike
from tracker.web.blueprint import web
from tracker.web.forms import Form, typed
from tracker.web.identity import Page, me, now, signed_in, team_page
from tracker.web.views_forms import Sent


@web.get("/t/<slug>/new/alike")
@signed_in
def alike(slug: str) -> Page:
    """What is like the title that is being typed; nothing about a person is looked for."""
    team, _membership = team_page(slug)
    return _list(team, request.args.get("title", ""))


@web.post("/t/<slug>/new/alike")
@signed_in
def same_or_me_too(slug: str) -> Page:
    """ "Me too" leaves the form as it is. "Same thing" leads to the other one, where the words stand as a comment that
    can be sent or left."""
    team, _membership = team_page(slug)
    form = typed(lambda form: raising.shown(slug, form))
    is_same = bool(form.text("same"))
    number = form.whole("same" if is_same else "me_too")
    if number is None:
        return raising.shown(slug, form)
    found = access.find_suggestion(me(), slug, number)
    support.vote(found, by=me(), now=now(), via=Via.WEB, tell_me=True)
    db.session.commit()
    if is_same:
        return _with_words(slug, found, form)
    return _list(team, form.text("title")) if "HX-Request" in request.headers else raising.shown(slug, form)


def _list(team: Team, title: str) -> str:
    return render_template(
        "web/_parts/alike.html", alike=views_alike.alike(team, title, me()), alike_url=path(team.slug)
    )


def _with_words(slug: str, found: Suggestion, form: Form) -> Page:
    """The page of the other one; what was typed stands in its form for a comment, where there is something to add."""
    if form.text("kind") == Kind.FRICTION.value or not form.text("body").strip():
        return redirect(links.path("suggestion", slug=slug, number=found.number), 303)
    text = "\n\n".join(part for part in (form.text("title"), form.text("body")) if part.strip())
    return suggestions.shown(suggestions.known(slug, found.number), sent=Sent("comment", Form({"text": text})))


def path(slug: str) -> str:
    return links.path("alike", slug=slug)
