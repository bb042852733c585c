"""Mail that is held, because this database may be a copy: why, how much, and two buttons. For site admins alone."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _

from tracker.acts import releasing
from tracker.notices import links, words
from tracker.store import instance
from tracker.store.base import db
from tracker.web import language
from tracker.web.blueprint import web
from tracker.web.identity import Page, settings, signed_in, site_admin


@web.get("/held-mail")
@signed_in
def held_mail() -> Page:
    site_admin()
    held = instance.holds(settings().public_url)
    since = words.moment(language.reader(), held.put_back_at) if held.put_back_at else ""
    return render_template(
        "web/held.html",
        held=held,
        since=since,
        waiting=releasing.waiting() if held else 0,
        address=settings().public_url,
    )


@web.post("/held-mail")
@signed_in
def release_mail() -> Page:
    site_admin()
    folder, discard = settings().data_dir, request.form.get("what") == "discard"
    public_url, is_loopback = settings().public_url, settings().is_loopback
    released = releasing.release(folder, public_url=public_url, is_loopback=is_loopback, discard=discard)
    db.session.commit()
    if released.mark is not None:
        instance.write_beside(folder, released.mark)
        flash(_("Mail leaves again. What had waited was discarded.") if discard else _("Mail leaves again."))
    return redirect(links.path("held"))
