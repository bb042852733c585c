"""Why did I get this, why did I not: one's own notices and mails with their reasons."""

from __future__ import annotations

from flask import render_template, request

from tracker import access
from tracker.domain.errors import OutOfReach
from tracker.notices import links, why, words
from tracker.notices.why import Line
from tracker.store.suggestions import Suggestion
from tracker.web import language
from tracker.web.blueprint import web
from tracker.web.identity import Page, me, signed_in
from tracker.web.say import _

A_PAGE = 40


@web.get("/notices/why", endpoint="why")
@signed_in
def why_page() -> Page:
    person, reader = me(), language.reader()
    about = _about(request.args.get("about", ""))
    before = request.args.get("before", "")
    older_than = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None
    found = why.lines(person, reader, about=about, before=older_than, limit=A_PAGE + 1)
    shown = found[:A_PAGE]
    query = {"before": str(shown[-1].id)} if len(found) > A_PAGE else {}
    if query and about is not None:
        query["about"] = _name(about)
    return render_template(
        "web/why.html",
        lines=[_line(one) for one in shown],
        doors=[_line(one) for one in why.doors(person, reader)] if about is None and older_than is None else [],
        choices=[("", _("everything")), *[(_name(s), f"#{s.number} {s.title}") for s in why.told_of(person)]],
        about=_name(about) if about is not None else "",
        older_url=links.path("why", query=query) if query else "",
    )


def _about(name: str) -> Suggestion | None:
    """The suggestion that was chosen. Raises ``OutOfReach`` where the person cannot see it, or it is none."""
    if not name:
        return None
    slug, _slash, number = name.partition("/")
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        raise OutOfReach(access.NOT_THERE)
    return access.find_suggestion(me(), slug, int(number))


def _name(s: Suggestion) -> str:
    return f"{s.team.slug}/{s.number}"


def _line(one: Line) -> dict[str, object]:
    return {"line": one, "at": words.moment(language.reader(), one.at)}
