"""Who is in the team, as what; and for team leads, what becomes of it."""

from __future__ import annotations

from flask import flash, redirect, render_template
from flask_babel import gettext as _

from tracker import access
from tracker.acts import people as acts
from tracker.domain.errors import N_, BadInput, OutOfReach
from tracker.domain.lifecycle import Role
from tracker.notices import links, words
from tracker.store import teams
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.people import Person
from tracker.store.teams import Absence, Membership, Team
from tracker.web import language, shapes
from tracker.web.blueprint import web
from tracker.web.forms import Form, typed
from tracker.web.identity import Page, me, now, owned_team, signed_in, team_page
from tracker.web.nav import role_word
from tracker.web.shapes import Act, Choice, Link

_ORDER = {Role.OWNER: 0, Role.MANAGER: 1, Role.MEMBER: 2}


def _path(team: Team, person_id: int, what: str = "") -> str:
    return f"{links.path('people', slug=team.slug)}/{person_id}{f'/{what}' if what else ''}"


# The list -------------------------------------------------------------------------------------------------------------


@web.get("/t/<slug>/people", endpoint="people")
@signed_in
def people_page(slug: str) -> Page:
    team, membership = team_page(slug)
    found = sorted(teams.memberships(team.id), key=lambda one: (_ORDER[one.role], one.person.name.casefold()))
    today = now().astimezone(teams.working_time(team.calendar).zone).date()
    away = {absence.person_id: absence for absence in teams.absences_on(team.id, today)}
    names = {one.person_id: one.person.name for one in found}
    is_owner = membership.role is Role.OWNER
    return render_template(
        "web/people.html",
        people=[_line(team, one, names, away, is_owner=is_owner) for one in found],
        waiting=[_waiting(team, one) for one in teams.waiting(team.id)] if is_owner else [],
        invite_url=links.path("invite", slug=team.slug) if membership.is_managing else "",
        absences_url=f"/t/{team.slug}/absences",
        leave=Act(
            url=f"/t/{team.slug}/people/leave",
            label=_("Leave the team"),
            confirm=_("Leave %(team)s? What you wrote stays.", team=team.name),
        ),
    )


def _line(
    team: Team, one: Membership, names: dict[int, str], away: dict[int, Absence], *, is_owner: bool
) -> shapes.Person:
    is_me = one.person_id == me().id
    links_ = [Link(url=_path(team, one.person_id), label=_("Change"))] if is_owner or me().is_site_admin else []
    return shapes.Person(
        name=one.person.name,
        role=role_word(one.role),
        detail=" · ".join(_details(team, one, names, away, sees_bounces=is_owner or is_me)),
        address=one.person.email if is_me or me().is_site_admin else "",
        links=[Link(url=links.path("me"), label=_("My settings"))] if is_me and not is_owner else links_,
    )


def _details(
    team: Team, one: Membership, names: dict[int, str], away: dict[int, Absence], *, sees_bounces: bool
) -> list[str]:
    """``sees_bounces``: owners hear of it, without the address, because they have to find another way."""
    found = []
    if one.person_id in away:
        found.append(_("away until %(day)s", day=words.day(language.reader(), away[one.person_id].last_on)))
    if one.deputy_id in names:
        found.append(_("%(name)s stands in", name=names[one.deputy_id]))
    if team.trusted_person_id == one.person_id:
        found.append(_("trusted person"))
    if one.person.mail_bounced_at is not None and sees_bounces:
        found.append(_("mails to this person come back"))
    return found


def _waiting(team: Team, one: Membership) -> shapes.Person:
    return shapes.Person(
        name=one.person.name,
        role=role_word(one.role),
        address=one.person.email if me().is_site_admin else "",
        acts=[
            Act(url=_path(team, one.person_id, "confirm"), label=_("Let in"), icon="check"),
            Act(url=_path(team, one.person_id, "turn-away"), label=_("Turn away"), icon="cross"),
        ],
    )


@web.post("/t/<slug>/people/<int:person_id>/confirm")
@signed_in
def confirm_member(slug: str, person_id: int) -> Page:
    team, _membership = owned_team(slug)
    confirmed = acts.confirm(team, person_id, by=me(), now=now())
    db.session.commit()
    flash(_("%(name)s is in.", name=confirmed.person.name))
    return redirect(links.path("people", slug=team.slug))


@web.post("/t/<slug>/people/<int:person_id>/turn-away")
@signed_in
def turn_away_member(slug: str, person_id: int) -> Page:
    team, _membership = owned_team(slug)
    acts.turn_away(team, person_id, by=me(), now=now())
    db.session.commit()
    return redirect(links.path("people", slug=team.slug))


@web.post("/t/<slug>/people/leave")
@signed_in
def leave_team(slug: str) -> Page:
    team, _membership = team_page(slug)
    acts.leave(team, by=me(), now=now(), via=Via.WEB)
    db.session.commit()
    flash(_("You left %(team)s.", team=team.name))
    return redirect("/")


# One person -----------------------------------------------------------------------------------------------------------


def _find(team: Team, person_id: int) -> Membership:
    found = teams.membership_of(team.id, person_id)
    if found is None:
        raise OutOfReach(access.NOT_THERE)
    return found


def _member_page(team: Team, person_id: int, form: Form) -> str:
    one, mine = _find(team, person_id), _find(team, me().id)
    others = [m for m in teams.memberships(team.id) if m.is_managing and m.person_id != person_id]
    values = {"role": one.role.value, "deputy": one.deputy_id or "", **form.values}
    return render_template(
        "web/member.html",
        form=Form(values, form.errors, form.was_sent),
        person=one.person,
        role=role_word(one.role),
        address=one.person.email if me().is_site_admin or one.person_id == me().id else "",
        is_owner=mine.role is Role.OWNER,
        roles=[Choice(value=role.value, label=role_word(role), hint=_role_hint(role)) for role in Role],
        deputies=deputy_options(others) if one.is_managing else [],
        url=_path(team, person_id),
        people_url=links.path("people", slug=team.slug),
        remove=Act(
            url=_path(team, person_id, "remove"),
            label=_("Take out of the team"),
            confirm=_("Take %(name)s out of the team? What they wrote stays.", name=one.person.name),
        ),
        disable=_disable_act(team, one.person),
    )


def _role_hint(role: Role) -> str:
    hints: dict[Role, str] = {
        Role.MEMBER: _("raises suggestions"),
        Role.MANAGER: _("answers them"),
        Role.OWNER: _("answers them, and decides about hours, people and reminders"),
    }
    return hints[role]


def deputy_options(others: list[Membership]) -> list[tuple[str, str]]:
    """For a select: nobody in particular means everybody else who answers."""
    return [("", _("nobody in particular")), *[(str(one.person_id), one.person.name) for one in others]]


def _disable_act(team: Team, person: Person) -> Act | None:
    if not me().is_site_admin or person.id == me().id:
        return None
    return Act(
        url=_path(team, person.id, "disable"),
        label=_("Disable the account"),
        confirm=_("Disable the account of %(name)s everywhere? They are signed out at once.", name=person.name),
    )


@web.get("/t/<slug>/people/<int:person_id>")
@signed_in
def member(slug: str, person_id: int) -> Page:
    team, membership = team_page(slug)
    if not me().is_site_admin:
        access.demand_owning(membership)
    return _member_page(team, person_id, Form())


@web.post("/t/<slug>/people/<int:person_id>")
@signed_in
def change_member(slug: str, person_id: int) -> Page:
    team, _membership = owned_team(slug)
    one = _find(team, person_id)
    form = typed(lambda form: _member_page(team, person_id, form))
    acts.change_role(team, one.person, _role(form.text("role")), by=me(), now=now(), via=Via.WEB)
    if one.is_managing:
        acts.choose_deputy(team, form.whole("deputy"), by=me(), now=now(), of=one.person)
    db.session.commit()
    flash(_("Saved."))
    return redirect(links.path("people", slug=team.slug))


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        raise BadInput(N_("Choose one of those."), field="role") from None


@web.post("/t/<slug>/people/<int:person_id>/remove")
@signed_in
def remove_member(slug: str, person_id: int) -> Page:
    team, _membership = owned_team(slug)
    one = _find(team, person_id)
    typed(lambda form: _member_page(team, person_id, Form(errors=form.errors)))
    acts.remove(team, one.person, by=me(), now=now(), via=Via.WEB)
    db.session.commit()
    flash(_("%(name)s is no longer in the team.", name=one.person.name))
    return redirect(links.path("people", slug=team.slug))


@web.post("/t/<slug>/people/<int:person_id>/disable")
@signed_in
def disable_account(slug: str, person_id: int) -> Page:
    team, _membership = team_page(slug)
    one = _find(team, person_id)
    typed(lambda form: _member_page(team, person_id, Form(errors=form.errors)))
    acts.disable(one.person, by=me(), now=now(), via=Via.WEB)
    db.session.commit()
    flash(_("The account of %(name)s is disabled.", name=one.person.name))
    return redirect(links.path("people", slug=team.slug))
