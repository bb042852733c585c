"""Being away, and closing the whole team: the open dates in those days are shown, and one of two things is chosen."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _

from tracker import access
from tracker.acts import absences as acts
from tracker.acts import teams as team_acts
from tracker.acts.absences import Choice, Settled
from tracker.domain.errors import N_, BadInput, DomainError, OutOfReach
from tracker.domain.lifecycle import Role
from tracker.notices import links, words
from tracker.store import people, suggestions, teams
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.people import Person
from tracker.store.promises import PromiseRow
from tracker.store.teams import Absence, Membership, Team
from tracker.web import language, shapes
from tracker.web.blueprint import web
from tracker.web.forms import Form, typed
from tracker.web.identity import Page, me, now, owned_team, signed_in, team_page
from tracker.web.once import arrivals, arrived
from tracker.web.shapes import Act


def _path(team: Team, what: str = "") -> str:
    return f"/t/{team.slug}/absences{f'/{what}' if what else ''}"


def _today(team: Team) -> date:
    return now().astimezone(teams.working_time(team.calendar).zone).date()


# What both forms share ------------------------------------------------------------------------------------------------


def _falling(team: Team, form: Form, person: Person | None) -> list[PromiseRow]:
    """The open dates in the days that were typed, once they make sense."""
    try:
        first_on, last_on = form.day("first_on"), form.day("last_on")
        if first_on is None or last_on is None:
            return []
        acts.checked_days(team, first_on, last_on, now=now())
    except DomainError:
        return []
    return acts.open_dates_in(team, first_on=first_on, last_on=last_on, by=me(), now=now(), person=person)


def _shown(team: Team, rows: list[PromiseRow]) -> list[dict[str, Any]]:
    found = []
    for row in rows:
        suggestion = suggestions.by_id(row.suggestion_id)
        if suggestion is not None and row.due_at is not None:
            url = links.path("suggestion", slug=team.slug, number=suggestion.number)
            due = words.until(language.reader(), row.due_at)
            found.append({"number": suggestion.number, "title": suggestion.title, "url": url, "due": due})
    return found


def _choice(team: Team, form: Form) -> Choice:
    """What was chosen for the open dates."""
    if form.text("choice") == "move":
        return Choice(move_to=form.day("move_to"), reason=form.text("reason"))
    stand_in_id = form.whole("stand_in")
    membership = teams.membership_of(team.id, stand_in_id) if stand_in_id else None
    if stand_in_id and membership is None:
        raise BadInput(N_("Choose somebody of this team."), field="stand_in")
    return Choice(stand_in=membership.person if membership else None)


def _stand_ins(team: Team, without: Person | None) -> list[tuple[str, str]]:
    managing = [one for one in teams.memberships(team.id) if one.is_managing]
    return [
        ("", _("nobody in particular")),
        *[(str(one.person_id), one.person.name) for one in managing if without is None or one.person_id != without.id],
    ]


def _told(settled: Settled) -> None:
    """What the choice did, in a sentence each."""
    if settled.told:
        flash(_("%(count)s open dates: everybody is told who answers meanwhile.", count=len(settled.told)))
    if settled.moved:
        flash(_("%(count)s dates moved, and the people are told why.", count=len(settled.moved)))
    if settled.left:
        said = _(
            "%(count)s dates stand: they moved twice already, and somebody else has to agree.", count=len(settled.left)
        )
        flash(said, "warning")


# One person -----------------------------------------------------------------------------------------------------------


def _away(team: Team, membership: Membership, form: Form) -> Person:
    """Whose absence it is: one's own; a team lead enters it for others too."""
    person_id = form.whole("person")
    if person_id is None or person_id == me().id or membership.role is not Role.OWNER:
        return me()
    found = teams.membership_of(team.id, person_id)
    if found is None:
        raise BadInput(N_("Choose somebody of this team."), field="person")
    return found.person


def _page(team: Team, membership: Membership, form: Form) -> str:
    try:
        person = _away(team, membership, form)
    except DomainError:
        person = me()
    everybody = teams.memberships(team.id) if membership.role is Role.OWNER else []
    return render_template(
        "web/absences.html",
        form=form,
        people=[(str(one.person_id), one.person.name) for one in everybody],
        coming=[_line(team, membership, one) for one in teams.absences_from(team.id, _today(team))],
        falling=_shown(team, _falling(team, form, person)) if form.was_sent else [],
        stand_ins=_stand_ins(team, person),
        today=_today(team).isoformat(),
        closure_url=_path(team, "team") if membership.role is Role.OWNER else "",
        url=_path(team),
        kept_done=arrivals(),
    )


def _line(team: Team, membership: Membership, absence: Absence) -> shapes.Person:
    reader = language.reader()
    names = people.names({absence.person_id, *([absence.stand_in_id] if absence.stand_in_id else [])})
    days = _(
        "%(first)s to %(last)s", first=words.day(reader, absence.first_on), last=words.day(reader, absence.last_on)
    )
    may = absence.person_id == me().id or membership.role is Role.OWNER
    stand_in = names.get(absence.stand_in_id or 0)
    return shapes.Person(
        name=names[absence.person_id],
        role=days,
        detail=_("%(name)s stands in", name=stand_in) if stand_in else "",
        acts=[Act(url=_path(team, f"{absence.id}/cancel"), label=_("Back after all"))] if may else [],
    )


@web.get("/t/<slug>/absences")
@signed_in
def absences(slug: str) -> Page:
    team, membership = team_page(slug)
    return _page(team, membership, Form({"person": str(me().id), "choice": "stand_in"}))


@web.post("/t/<slug>/absences")
@signed_in
def enter_absence(slug: str) -> Page:
    team, membership = team_page(slug)
    form = typed(lambda form: _page(team, membership, form))
    _absence, settled = acts.enter(
        team,
        person=_away(team, membership, form),
        first_on=form.needed_day("first_on"),
        last_on=form.needed_day("last_on"),
        choice=_choice(team, form),
        by=me(),
        now=now(),
        via=Via.WEB,
    )
    db.session.commit()
    arrived(f"away:{request.path}")
    _told(settled)
    flash(_("Saved."))
    return redirect(_path(team))


@web.post("/t/<slug>/absences/<int:absence_id>/cancel")
@signed_in
def cancel_absence(slug: str, absence_id: int) -> Page:
    team, _membership = team_page(slug)
    absence = db.session.get(Absence, absence_id)
    if absence is None or absence.team_id != team.id:
        raise OutOfReach(access.NOT_THERE)
    acts.cancel(absence, by=me(), now=now())
    db.session.commit()
    return redirect(_path(team))


# The whole team -------------------------------------------------------------------------------------------------------


def _closure_page(team: Team, form: Form) -> str:
    return render_template(
        "web/closure.html",
        form=form,
        falling=_shown(team, _falling(team, form, None)) if form.was_sent else [],
        stand_ins=_stand_ins(team, None),
        today=_today(team).isoformat(),
        back_url=f"/t/{team.slug}/settings/days-off",
        url=_path(team, "team"),
    )


@web.get("/t/<slug>/absences/team")
@signed_in
def closure(slug: str) -> Page:
    team, _membership = owned_team(slug)
    return _closure_page(team, Form({"choice": "stand_in"}))


@web.post("/t/<slug>/absences/team")
@signed_in
def close_team(slug: str) -> Page:
    team, _membership = owned_team(slug)
    form = typed(lambda form: _closure_page(team, form))
    first_on, last_on = form.needed_day("first_on"), form.needed_day("last_on")

    def save() -> None:
        team_acts.close_days(team, first_on, last_on, name=form.text("closure_name"), by=me(), now=now())

    settled = acts.close_team(
        team,
        first_on=first_on,
        last_on=last_on,
        choice=_choice(team, form),
        by=me(),
        now=now(),
        via=Via.WEB,
        save=save,
    )
    db.session.commit()
    arrived(f"away:{request.path}")
    _told(settled)
    flash(_("Saved."))
    return redirect(f"/t/{team.slug}/settings/days-off")
