"""A team's webhooks, for its team leads: adding one, trying it, a new secret, off and on, what became of messages."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext as _

from tracker import access
from tracker.acts import outlets as acts
from tracker.domain.errors import OutOfReach
from tracker.notices import links, words
from tracker.store import outlets
from tracker.store.base import db
from tracker.store.notices import Channel
from tracker.store.outlets import BOTH_SECRETS_FOR, Outlet
from tracker.store.teams import Team
from tracker.web import language, team_settings, views_outlets
from tracker.web.blueprint import web
from tracker.web.forms import Form, fresh_key, typed
from tracker.web.identity import Page, me, now, owned_team, settings, signed_in
from tracker.web.once import once
from tracker.web.shapes import Act

TAB = "outlets"


# All of them ----------------------------------------------------------------------------------------------------------


def _all_page(team: Team, form: Form) -> str:
    webhooks = outlets.of_team(team.id, Channel.WEBHOOK)
    return render_template(
        "web/settings_outlets.html",
        form=form,
        fields=[fresh_key()],
        tabs=team_settings.tabs_of(team, TAB),
        url=team_settings.path(team, TAB),
        webhooks=[views_outlets.line(team, one, now=now()) for one in webhooks],
        chats=[views_outlets.chat_line(one, now=now(), acts=[]) for one in outlets.of_team(team.id, Channel.CHAT)],
        chats_url=links.path("chats") if me().is_site_admin else "",
    )


@web.get("/t/<slug>/settings/outlets")
@signed_in
def team_outlets(slug: str) -> Page:
    team, _membership = owned_team(slug)
    return _all_page(team, Form())


@web.post("/t/<slug>/settings/outlets")
@signed_in
def add_webhook(slug: str) -> Page:
    team, _membership = owned_team(slug)
    form = typed(lambda form: _all_page(team, form))
    made: list[Outlet] = []

    def add() -> str:
        made.append(acts.add_webhook(team, form.text("url"), allowed=settings().own_networks, by=me(), now=now()))
        return views_outlets.path(team, made[0])

    sent_before = once(form, add)
    return _one_page(team, made[0], secret=made[0].secret) if made else sent_before


# One of them ----------------------------------------------------------------------------------------------------------


def _one_page(team: Team, outlet: Outlet, *, secret: str = "") -> Page:
    """``secret`` is shown this once, on the answer to the form that made it."""
    said, is_trouble = views_outlets.standing(outlet, now=now())
    page = render_template(
        "web/settings_outlet.html",
        tabs=team_settings.tabs_of(team, TAB),
        all_url=team_settings.path(team, TAB),
        name=outlet.url,
        standing=said,
        is_trouble=is_trouble,
        is_off=outlet.stopped_at is not None,
        secret=secret,
        both_until=_both_until(outlet),
        messages=views_outlets.messages(team, outlet, me()),
        acts=_acts(team, outlet),
    )
    response = make_response(page)
    if secret:
        response.headers["Cache-Control"] = "no-store"
    return response


def _both_until(outlet: Outlet) -> str:
    """Until when the former secret signs too; empty where it does not."""
    if outlet.rotated_at is None or len(outlet.secrets(now=now())) == 1:
        return ""
    return words.moment(language.reader(), outlet.rotated_at + BOTH_SECRETS_FOR)


def _acts(team: Team, outlet: Outlet) -> dict[str, Act]:
    def act(name: str, label: str, confirm: str = "") -> Act:
        url = views_outlets.path(team, outlet, name)
        return Act(url=url, label=label, confirm=confirm, fields=[fresh_key()])

    return {
        "test": act("test", _("Send a test")),
        "secret": act("secret", _("Make a new secret"), _("Make a new secret? The one of now signs too for a week.")),
        "off": act("off", _("Switch it off"), _("Switch it off? What waits for it does not leave any more.")),
        "on": act("on", _("Switch it on")),
        "remove": act("remove", _("Remove it"), _("Remove this webhook with its secret?")),
    }


@web.get("/t/<slug>/settings/outlets/<int:outlet_id>")
@signed_in
def team_outlet(slug: str, outlet_id: int) -> Page:
    team, _membership = owned_team(slug)
    found = next((one for one in outlets.of_team(team.id, Channel.WEBHOOK) if one.id == outlet_id), None)
    if found is None:
        raise OutOfReach(access.NOT_THERE)
    return _one_page(team, found)


@web.post("/t/<slug>/settings/outlets/<int:outlet_id>/secret")
@signed_in
def renew_secret(slug: str, outlet_id: int) -> Page:
    team, _membership = owned_team(slug)
    outlet = acts.of(team, outlet_id, channel=Channel.WEBHOOK, by=me())
    made: list[str] = []

    def renew() -> str:
        made.append(acts.renew_secret(outlet, now=now()))
        return views_outlets.path(team, outlet)

    sent_before = once(typed(lambda _form: _one_page(team, outlet)), renew)
    return _one_page(team, outlet, secret=made[0]) if made else sent_before


@web.post("/t/<slug>/settings/outlets/<int:outlet_id>/<act>")
@signed_in
def act_on_outlet(slug: str, outlet_id: int, act: str) -> Page:
    """Those acts that leave nothing to show but a sentence."""
    team, _membership = owned_team(slug)
    outlet = acts.of(team, outlet_id, channel=Channel.WEBHOOK, by=me())
    if act not in ACTS:
        raise OutOfReach(access.NOT_THERE)
    target = team_settings.path(team, TAB) if act == "remove" else views_outlets.path(team, outlet)
    flash_text = ACTS[act](outlet)
    db.session.commit()
    flash(flash_text)
    return redirect(target)


def _test(outlet: Outlet) -> str:
    acts.send_test(outlet, now=now())
    return str(_("A test is on its way. Look again in a moment: what came back stands below."))


def off(outlet: Outlet) -> str:
    acts.stop(outlet, by=me(), now=now())
    return str(_("It is switched off. Nothing leaves for it any more."))


def on(outlet: Outlet) -> str:
    acts.start_again(outlet)
    return str(_("It runs again. What happened meanwhile is not sent."))


def remove(outlet: Outlet) -> str:
    acts.remove(outlet)
    return str(_("It is removed. Nothing leaves for it any more."))


def _again(outlet: Outlet) -> str:
    acts.send_again(outlet, request.form.get("delivery", 0, int), by=me(), now=now())
    return str(_("It is tried once more. Look again in a moment."))


ACTS: dict[str, Callable[[Outlet], str]] = {"test": _test, "off": off, "on": on, "remove": remove, "again": _again}
