"""What somebody raised, and what they were named for: what is with them first."""

from __future__ import annotations

from flask import render_template

from tracker import access
from tracker.domain.lifecycle import CLOSED, CLOSED_BY_ANSWER, Status
from tracker.notices import links
from tracker.store import overviews
from tracker.web import language
from tracker.web.blueprint import web
from tracker.web.identity import Page, me, signed_in, team_page
from tracker.web.once import arrivals
from tracker.web.page_shapes import MinePage
from tracker.web.say import _
from tracker.web.shapes import Group, Row, Tone
from tracker.web.views import Standing, gather
from tracker.web.views_forms import delivers
from tracker.web.views_rows import group, row

#: Closed ones that are still shown; older ones stand in the list of all.
RECENT = 20


@web.get("/t/<slug>/mine")
@signed_in
def mine(slug: str) -> Page:
    """One's own suggestions of this team."""
    team, _membership = team_page(slug)
    seen = access.visible_to(me())
    own = overviews.by_author(me().id, [team.id], seen, closed=RECENT)
    named = overviews.owed_by(me().id, [team.id], seen)
    found = gather(list({s.id: s for s in [*named, *own]}.values()), me(), language.reader())
    page = MinePage(groups=groups(found), raise_url=links.path("raise", slug=slug))
    return render_template("web/mine.html", mine=page, kept_done=arrivals())


def groups(found: list[Standing]) -> list[Group]:
    """With you, with us, answered; then what has no answer of its own: it goes on elsewhere, or was withdrawn."""
    reader = language.reader()
    with_you = [st for st in found if (st.is_asked and st.is_own) or delivers(st)]
    with_us = [st for st in found if st not in with_you and st.s.status not in CLOSED]
    with_us.sort(key=lambda st: (not st.is_late, st.due_at is None, st.due_at, st.s.id))

    def make(st: Standing) -> Row:
        return row(st, reader, with_author=not st.is_own)

    tones: list[tuple[str, str, list[Standing], Tone]] = [
        ("you", _("With you"), with_you, "asked"),
        ("us", _("With us"), with_us, "ok"),
        ("answered", _("Answered"), [st for st in found if st.s.status in CLOSED_BY_ANSWER], "done"),
        ("merged", _("Goes on in another one"), [st for st in found if st.s.status is Status.MERGED], "ok"),
        ("withdrawn", _("Withdrawn"), [st for st in found if st.s.status is Status.WITHDRAWN], "ok"),
    ]
    return [group(key, label, rows, make, tone=tone) for key, label, rows, tone in tones if rows]
