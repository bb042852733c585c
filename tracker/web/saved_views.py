"""The views of the desk that somebody has saved: tabs above its list, and a page where they are renamed and deleted."""

from __future__ import annotations

from flask import render_template

from tracker.acts import saved_views as verbs
from tracker.notices import links
from tracker.store import saved_views
from tracker.web import desk
from tracker.web.blueprint import web
from tracker.web.forms import Form, typed
from tracker.web.identity import Page, managed_team, me, signed_in
from tracker.web.once import once


def _shown(slug: str, form: Form) -> str:
    team, _membership = managed_team(slug)
    return render_template(
        "web/desk_views.html",
        views=saved_views.of(me().id, team.id),
        form=form,
        url=links.path("desk_views", slug=slug),
        desk_url=desk.path(slug, form.text("back")),
    )


@web.get("/t/<slug>/desk/views")
@signed_in
def desk_views(slug: str) -> Page:
    return _shown(slug, Form())


@web.post("/t/<slug>/desk/views")
@signed_in
def desk_views_changed(slug: str) -> Page:
    """``do`` is save, rename or delete; views are known by their names, which are this person's own."""
    team, _membership = managed_team(slug)
    form = typed(lambda form: _shown(slug, form))

    def do() -> str:
        if form.text("do") == "delete":
            verbs.delete(team, by=me(), former=form.text("former"))
        elif form.text("do") == "rename":
            verbs.rename(team, by=me(), former=form.text("former"), name=form.text("name"))
        else:
            verbs.save(team, by=me(), name=form.text("name"), asked=desk.asked_by(form.text("back")))
            return desk.path(slug, form.text("back"))
        return links.path("desk_views", slug=slug)

    return once(form, do)
