"""The desk: what is open for those who answer, what is late first, and the answer beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import g, make_response, redirect, render_template, request

from tracker import access
from tracker.acts import several
from tracker.domain import duty, sittings
from tracker.domain.desk_filters import ALL, Filter
from tracker.domain.lifecycle import UNDO_WINDOW
from tracker.domain.sittings import Step
from tracker.notices import links, words
from tracker.notices.words import Reader
from tracker.store import overviews, rosters, saved_views, teams
from tracker.store import sittings as sitting_store
from tracker.store.people import Person
from tracker.store.sittings import Sitting
from tracker.store.teams import Team
from tracker.web import (
    language,
    nav,
    suggestions,
    views_desk,
    views_order,
    views_several,
    views_suggestion,
    views_undo,
    views_way_out,
)
from tracker.web.blueprint import web
from tracker.web.identity import Page, current_person, managed_team, me, now, signed_in
from tracker.web.once import arrivals
from tracker.web.page_shapes import DeskPage, SuggestionPage, WayOut
from tracker.web.shapes import Undo
from tracker.web.views import Standing, calendar_of, gather
from tracker.web.views_forms import Sent
from tracker.web.views_order import Found, Place
from tracker.web.views_suggestion import Known

#: More open suggestions than this are not shown at once; those due first are.
MOST = 2000
#: Where a form on the desk leads back to: this, and behind a question mark what the desk was asked to show.
BACK = "desk"
A_WEEK = timedelta(days=7)


def is_back(back: str) -> bool:
    """Whether a form leads back to the desk."""
    return back == BACK or back.startswith(f"{BACK}?")


def back_to(asked: Filter) -> str:
    return f"{BACK}?{asked.text}" if asked.text else BACK


def asked_by(back: str) -> Filter:
    """What the desk showed that a form leads back to."""
    return Filter.of_query(back.partition("?")[2])


def path(slug: str, back: str) -> str:
    """The desk as it was left."""
    return links.path("desk", slug=slug, query=asked_by(back).query or None)


class Duties(NamedTuple):
    """What a team owes, by suggestion, as one of those who answer there looks at it; the soonest first."""

    to_answer: list[int]
    late_with_others: list[int]


def duties(person: Person, team: Team) -> Duties:
    """What this person has to answer now, by the rule of the desk, and what is late with others."""
    reader = language.reader()
    roster, found = rosters.roster(team, now=reader.now), Duties([], [])
    for owed in rosters.owed_in(team.id, access.handled_by(person), limit=MOST):
        is_theirs = person.id in duty.on_duty(owed.case, roster)
        if is_theirs and sittings.is_up(owed.case.kind, words.last_day(reader, owed.due_at), today=reader.today):
            found.to_answer.append(owed.suggestion_id)
        elif not is_theirs and owed.due_at < reader.now:
            found.late_with_others.append(owed.suggestion_id)
    return found


def _count(person: Person, team: Team) -> int:
    """What this person has to answer now, for the number in the navigation: as many as stand in line one by one."""
    return int(g.to_answer) if "to_answer" in g else len(duties(person, team).to_answer)


nav.COUNTS["desk"] = _count


def open_ones(team: Team) -> list[Standing]:
    """What is open in the team of the page and may be answered by who looks; its frame need not count it again."""
    reader = language.reader()
    found = gather(overviews.open_in(team.id, access.handled_by(me()), limit=MOST), me(), reader)
    g.to_answer = sum(views_order.is_mine(st) and views_order.is_up(st, reader) for st in found)
    return found


def shown(slug: str, *, back: str = BACK, chosen: Known | None = None, sent: Sent | None = None) -> str:
    """The desk; ``chosen`` is answered in its right half, ``sent`` a form of it that was refused."""
    place = _place(slug, asked_by(back))
    found = views_order.looked_for(open_ones(place.team), place)
    if chosen is None and found.ordered.first is not None:
        chosen = views_suggestion.known(found.ordered.first.s, me(), place.reader)
    selected = views_suggestion.page(chosen, sent=sent, back=back) if chosen is not None else None
    page = _page(place, found, selected)
    return render_template("web/desk.html", desk=page, undo=undo(place.team, back), kept_done=arrivals())


def _place(slug: str, asked: Filter) -> Place:
    team, _membership = managed_team(slug)
    return Place(team, language.reader(), asked, group=request.args.get("group", ""), page=_page_number())


def _page(place: Place, found: Found, selected: SuggestionPage | None) -> DeskPage:
    team, handled = place.team, access.handled_by(me())
    sitting = _sitting(team, now=place.reader.now)
    is_left = _is_left(sitting, found.every, place.reader)
    return views_desk.page(
        place,
        found,
        sitting=sitting if is_left else None,
        is_left=is_left,
        way_out=_way_out(place, found, is_left=is_left),
        people=[(member.person_id, member.person.name) for member in teams.memberships(team.id) if member.is_managing],
        selected=selected,
        answered=0 if found.shown else overviews.answers_since(team.id, handled, place.reader.now - A_WEEK),
        views=[(view.name, Filter.of_query(view.query)) for view in saved_views.of(me().id, team.id)],
        version=_version(place),
    )


def _sitting(team: Team, *, now: datetime) -> Sitting | None:
    """The one that runs, wherever it was begun."""
    sitting = sitting_store.open_of(me().id, team.id)
    return sitting if sitting is not None and not sittings.is_over(sitting.ends_at, None, now=now) else None


def _is_left(sitting: Sitting | None, every: Sequence[Standing], reader: Reader) -> bool:
    """Whether one by one would ask for an answer: what was settled in a sitting does not come again in it."""
    steps = sitting_store.steps_that_hold(sitting.id) if sitting is not None else []
    settled = {step.suggestion_id for step in steps if step.what is not Step.SKIPPED}
    return any(views_order.is_mine(st) and views_order.is_up(st, reader) for st in every if st.s.id not in settled)


def _way_out(place: Place, found: Found, *, is_left: bool) -> WayOut | None:
    """After an absence, or with very many late. ``is_left`` says whether one by one has something to ask for."""
    late = found.ordered.groups["late"]
    if len(late) < views_way_out.SOME:
        return None
    today = place.reader.today
    since = today - views_way_out.BACK_FOR
    away = teams.absence_just_over(place.team.id, me().id, today=today, since=since)
    if not views_way_out.is_needed(len(late), was_away=away is not None):
        return None
    waiting = overviews.people_waiting([st.s.id for st in late])
    others = several.only_others_may_move([st.s for st in late[: several.MOST]], place.team, me(), now=place.reader.now)
    answered = views_way_out.answered_for(me(), place.team, away, now=place.reader.now) if away is not None else []
    return views_way_out.of(
        place, found, away=away, answered=answered, waiting=waiting, only_others=len(others), is_left=is_left
    )


def late_ones(slug: str, back: str) -> list[str]:
    """The numbers of what is late of what the desk shows; where nothing of that is, of everybody's."""
    team, _membership = managed_team(slug)
    every = open_ones(team)
    asked = asked_by(back)
    for one in (asked, Filter(whose=ALL)):
        found = views_order.looked_for(every, Place(team, language.reader(), one))
        if late := found.ordered.groups["late"]:
            return [str(st.s.number) for st in late]
    return []


def _page_number() -> int:
    number = request.args.get("page", "1")
    return max(int(number), 1) if number.isdecimal() and len(number) < 5 else 1


def undo(team: Team, back: str) -> Undo | None:
    """For the answer just given from here."""
    last = overviews.last_answer_of(me().id, team.id, since=now() - UNDO_WINDOW)
    if last is None:
        return None
    found = access.suggestion_of_entry(me(), last)
    together = overviews.answers_of_one_act(me().id, team.id, like=last.id) if back != "one-by-one" else []
    if len(together) > 1:
        return views_several.undo_of(team, last, len(together), language.reader(), back=back)
    return views_undo.undo_of(found, last, me(), language.reader(), back=back) if found is not None else None


def _back() -> str:
    return back_to(Filter.of(request.args))


@web.get("/t/<slug>/desk")
@signed_in
def desk(slug: str) -> Page:
    """``?with=all`` shows what is with others of the team as well, ``?kind=idea`` only ideas, and so on
    (``domain.desk_filters``); ``?show=41`` has that one beside the list, ``?group=late`` the whole of that group."""
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


def _version(place: Place) -> str:
    """Another one once anything changed that the desk shows: what is open, which day it is, and who is away."""
    now = place.reader.now
    opened = overviews.open_version(place.team.id, access.handled_by(me()), now=now)
    absences = teams.absences_on(place.team.id, now.astimezone(calendar_of(place.team).zone).date())
    return ".".join(str(part) for part in (opened, place.reader.today.toordinal(), *(one.id for one in absences)))


@web.get("/t/<slug>/desk/live")
def desk_live(slug: str) -> Page:
    """The list by itself for a script, and 204 where ``?v=`` is what it is now; opened as a page it is the desk."""
    if current_person() is None:
        return make_response("", 401)
    place = _place(slug, Filter.of(request.args))
    if "HX-Request" not in request.headers:
        return redirect(place.url())
    if request.args.get("v") == _version(place):
        return make_response("", 204)
    found = views_order.looked_for(open_ones(place.team), place)
    return render_template("web/_parts/desk_live.html", desk=_page(place, found, None))
