"""The bell: what was told to somebody, in the app as in their mails, and that they have read it."""

from __future__ import annotations

from itertools import groupby

from flask import redirect, render_template, request

from tracker.notices import in_app, links, words
from tracker.notices.in_app import Told
from tracker.store.base import db
from tracker.web import language
from tracker.web.blueprint import web
from tracker.web.forms import Form
from tracker.web.identity import Page, me, now, signed_in

A_PAGE = 30


@web.get("/notices")
@signed_in
def notices() -> Page:
    before = request.args.get("before", "")
    older_than = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None
    found = in_app.latest(me(), now=now(), before=older_than, limit=A_PAGE + 1)
    shown = found[:A_PAGE]
    return render_template(
        "web/notices.html",
        days=_by_day(shown),
        upto=shown[0].id if shown and any(not one.is_read for one in shown) else 0,
        older_url=f"{links.path('notices')}?before={shown[-1].id}" if len(found) > A_PAGE else "",
    )


def _by_day(found: list[Told]) -> list[dict[str, object]]:
    reader = language.reader()
    return [
        {
            "day": words.capital(words.since_day(reader, on)),
            "lines": [
                {
                    "line": one,
                    "at": words.clock_time(reader, one.at),
                    "put_off": words.short_moment(reader, one.put_off_until) if one.put_off_until else "",
                }
                for one in lines
            ],
        }
        for on, lines in groupby(found, key=lambda one: reader.local(one.at).date())
    ]


@web.post("/notices/read")
@signed_in
def read_notices() -> Page:
    in_app.read(me(), upto=Form(request.form.to_dict()).whole("upto") or 0, now=now())
    db.session.commit()
    if request.headers.get("HX-Request") == "true":
        return render_template("web/_parts/bell_read.html")
    return redirect(links.path("notices"))
