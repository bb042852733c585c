"""The desk: what is open for those who answer, what is late first, and the answer beside it."""

from __future__ import annotations

from datetime import timedelta

from flask import make_response, redirect, render_template, request

from tracker import access
from tracker.domain.lifecycle import UNDO_WINDOW, Status
from tracker.notices import links
from tracker.store import overviews
from tracker.store.people import Person
from tracker.store.teams import Team
from tracker.web import language, nav, suggestions, views_desk, views_suggestion
from tracker.web.blueprint import web
from tracker.web.identity import Page, current_person, managed_team, me, now, signed_in
from tracker.web.once import arrivals
from tracker.web.shapes import Undo
from tracker.web.views import Standing, gather
from tracker.web.views_forms import Sent
from tracker.web.views_suggestion import Known

#: More open suggestions than this are not shown at once; those due first are.
MOST = 500
#: Where a form on the desk leads back to: mine or all.
BACKS = {"desk": "", "desk-all": "all"}
A_WEEK = timedelta(days=7)


def path(slug: str, back: str) -> str:
    """The desk as it was left."""
    who = BACKS[back]
    return links.path("desk", slug=slug, query={"with": who} if who else None)


def _count(person: Person, team: Team) -> int:
    """Answers that are owed, for the number in the navigation."""
    return overviews.count_in(team.id, access.handled_by(person), Status.OPEN)


nav.COUNTS["desk"] = _count


def _open(team: Team) -> list[Standing]:
    found = overviews.open_in(team.id, access.handled_by(me()), limit=MOST)
    return gather(found, me(), language.reader())


def shown(slug: str, *, back: str = "desk", chosen: Known | None = None, sent: Sent | None = None) -> str:
    """The desk; ``chosen`` is answered in its right half, ``sent`` a form of it that was refused."""
    team, _membership = managed_team(slug)
    reader = language.reader()
    every = _open(team)
    is_all = BACKS[back] == "all"
    kept = every if is_all else [st for st in every if views_desk.is_mine(st)]
    ordered = views_desk.ordered(kept, reader)
    if chosen is None and ordered.first is not None:
        chosen = views_suggestion.known(ordered.first.s, me(), reader)
    page = views_desk.page(
        team,
        reader,
        ordered,
        is_all=is_all,
        others=len(every) - len(kept),
        selected=views_suggestion.page(chosen, sent=sent, back=back) if chosen is not None else None,
        answered=0 if kept else overviews.answers_since(team.id, access.handled_by(me()), reader.now - A_WEEK),
    )
    return render_template("web/desk.html", desk=page, undo=undo(team, back), kept_done=arrivals())


def undo(team: Team, back: str) -> Undo | None:
    """For the answer just given from here."""
    last = overviews.last_answer_of(me().id, team.id, since=now() - UNDO_WINDOW)
    if last is None:
        return None
    found = access.suggestion_of_entry(me(), last)
    return views_suggestion.undo_of(found, last, me(), language.reader(), back=back) if found is not None else None


def _back() -> str:
    return "desk-all" if request.args.get("with") == "all" else "desk"


@web.get("/t/<slug>/desk")
@signed_in
def desk(slug: str) -> Page:
    """``?with=all`` shows what is with others of the team as well, ``?show=41`` has that one beside the list."""
    managed_team(slug)
    number = request.args.get("show", "")
    chosen = suggestions.known(slug, int(number)) if number.isdecimal() and len(number) < 10 else None
    return shown(slug, back=_back(), chosen=chosen)


@web.get("/t/<slug>/desk/<int:number>")
def desk_pane(slug: str, number: int) -> Page:
    """The right half by itself, for who moves along the list; opened as a page it is the suggestion."""
    if current_person() is None:  # the whole page asks to sign in, not its right half
        response = make_response("", 401)
        response.headers["HX-Redirect"] = links.path("sign_in", query={"next": links.path("desk", slug=slug)})
        return response if "HX-Request" in request.headers else redirect(response.headers["HX-Redirect"])
    managed_team(slug)
    if "HX-Request" not in request.headers:
        return redirect(links.path("suggestion", slug=slug, number=number))
    k = suggestions.known(slug, number)
    return render_template("web/_parts/pane.html", suggestion=views_suggestion.page(k, back=_back()))
