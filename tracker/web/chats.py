"""The chats of all teams, for whoever runs the site: added, tried, switched off and on, removed."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template
from flask_babel import gettext as _

from tracker import access
from tracker.acts import outlets as acts
from tracker.domain import chat_addresses
from tracker.domain.errors import N_, BadInput, OutOfReach
from tracker.notices import links
from tracker.notices.channels import chat
from tracker.store import outlets, teams
from tracker.store.base import db
from tracker.store.outlets import Outlet
from tracker.web import views_outlets
from tracker.web.blueprint import web
from tracker.web.forms import Form, fresh_key, typed
from tracker.web.identity import Page, me, now, settings, signed_in, site_admin
from tracker.web.once import once
from tracker.web.outlets import off, on, remove
from tracker.web.shapes import Act


def _page(form: Form) -> str:
    return render_template(
        "web/chats.html",
        form=form,
        fields=[fresh_key()],
        url=links.path("chats"),
        names=chat_addresses.NAMES,
        install="" if chat.is_there() else chat.INSTALL,
        teams=[(team.slug, team.name) for team in teams.all_teams()],
        chats=[views_outlets.chat_line(one, now=now(), acts=_acts(one)) for one in outlets.chats()],
    )


def _acts(outlet: Outlet) -> list[Act]:
    base = f"{links.path('chats')}/{outlet.id}"
    remove = Act(url=f"{base}/remove", label=_("Remove it"), confirm=_("Remove this chat with its address?"))
    if outlet.stopped_at is not None:
        return [Act(url=f"{base}/on", label=_("Switch it on")), remove]
    return [Act(url=f"{base}/test", label=_("Send a test")), Act(url=f"{base}/off", label=_("Switch it off")), remove]


@web.get("/admin/chats")
@signed_in
def all_chats() -> Page:
    site_admin()
    return _page(Form())


@web.post("/admin/chats")
@signed_in
def add_chat() -> Page:
    site_admin()
    form = typed(_page)
    team = teams.by_slug(form.text("team"))
    if team is None:
        raise BadInput(N_("Choose one of those."), field="team")
    chosen = team

    def add() -> str:
        acts.add_chat(chosen, form.text("url"), allowed=settings().own_networks, by=me(), now=now())
        flash(_("It is added. Send a test to see whether it arrives."))
        return links.path("chats")

    return once(form, add)


@web.post("/admin/chats/<int:outlet_id>/<act>")
@signed_in
def act_on_chat(outlet_id: int, act: str) -> Page:
    site_admin()
    outlet = acts.chat_of(outlet_id, by=me())
    if act not in ACTS:
        raise OutOfReach(access.NOT_THERE)
    said = ACTS[act](outlet)
    db.session.commit()
    flash(said)
    return redirect(links.path("chats"))


def _test(outlet: Outlet) -> str:
    acts.send_test(outlet, now=now())
    return str(_("A test is on its way. Look into the chat, and here again in a moment."))


ACTS: dict[str, Callable[[Outlet], str]] = {"test": _test, "off": off, "on": on, "remove": remove}
