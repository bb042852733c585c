"""Another mail address: asked for in one's settings, confirmed by the link that went there."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _

from tracker.acts import new_address
from tracker.notices import links
from tracker.store.base import db
from tracker.web.blueprint import web
from tracker.web.forms import Form, typed
from tracker.web.identity import Page, me, now, signed_in
from tracker.web.my_settings import page, values


@web.post("/me/address")
@signed_in
def ask_new_address() -> Page:
    form = typed(lambda form: page(Form({**values(me()), "email": form.text("email")}, form.errors)))
    address = new_address.ask(
        me(),
        form.text("email"),
        password=form.text("address_password"),
        network=request.remote_addr or "",
        now=now(),
    )
    db.session.commit()
    flash(
        _(
            "If %(email)s is free here, a link is on its way there. Until you confirm it, mails go on as before.",
            email=address,
        )
    )
    return redirect(links.path("me", fragment="address"))


@web.get("/confirm/<token>", endpoint="confirm")
@signed_in
def look_at_new_address(token: str) -> Page:
    """Shows a button and changes nothing: mail scanners open every link."""
    address = new_address.look_at(token, person=me(), now=now())
    return render_template("web/confirm.html", name=me().name, email=me().email, address=address)


@web.post("/confirm/<token>")
@signed_in
def confirm_new_address(token: str) -> Page:
    address = new_address.confirm(token, person=me(), now=now())
    db.session.commit()
    flash(_("Mails for you go to %(email)s from now on.", email=address))
    return redirect(links.path("me"))
