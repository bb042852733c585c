"""Founding a team: the set-up in one page of six answers, further teams, and the list of first steps afterwards."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _

from tracker.acts import setup as acts
from tracker.domain.budgets import PRESET_ANSWER_WITHIN, PRESET_WEEKS
from tracker.domain.errors import N_, BadInput, LinkEnded
from tracker.notices import links
from tracker.store import people
from tracker.store.base import db
from tracker.store.people import Person
from tracker.store.teams import Team
from tracker.web import hours, language
from tracker.web.blueprint import web
from tracker.web.errors import UNPROCESSABLE
from tracker.web.forms import Form, fresh_key, typed
from tracker.web.identity import Page, begin_session, managed_team, me, now, settings, signed_in
from tracker.web.once import once
from tracker.web.shapes import Link, Task


def _beginning() -> Form:
    """What the form begins with: as much as the browser lets us guess."""
    return Form(
        {
            "hours": "office",
            "answer_within": str(PRESET_ANSWER_WITHIN),
            "timezone": language.guessed_zone(),
            "locale": language.locale(),
        }
    )


def _page(form: Form, *, with_owner: bool) -> str:
    is_own = form.text("hours") == hours.OWN
    days = hours.days_typed(form) if is_own else hours.days_of(PRESET_WEEKS.get(form.text("hours"), {}))
    return render_template(
        "web/setup.html",
        form=form,
        fields=[] if with_owner else [fresh_key()],
        with_owner=with_owner,
        hours_choices=hours.choices(),
        days=days,
        presets=hours.presets(),
        is_own=is_own,
        answer_choices=hours.answer_choices(),
        zones=hours.zone_options(form.text("timezone")),
        languages=list(language.LANGUAGES.items()),
        regions=hours.region_options(),
    )


def _has_faults(form: Form) -> bool:
    return form.text("hours") == hours.OWN and hours.has_faults(form)


def _found(form: Form, owner: acts.Owner | Person) -> Team:
    if form.text("hours") not in (*PRESET_WEEKS, hours.OWN):
        raise BadInput(N_("Say when somebody of you can answer."), field="hours")
    answer_within = form.whole("answer_within")
    # Holidays are asked for office hours alone; whoever is there on evenings and weekends is there on holidays too.
    return acts.found(
        form.text("team_name"),
        owner=owner,
        timezone=form.text("timezone"),
        locale=form.text("locale"),
        week=hours.week_chosen(form),
        answer_within=answer_within or 0,
        region=form.text("region") if form.text("hours") == "office" else "",
        now=now(),
    )


# The first team -------------------------------------------------------------------------------------------------------


@web.get("/setup/<token>")
def setup(token: str) -> Page:
    link = acts.look_at_link(token)
    if link.person_id is not None:
        return _first_password_page(token, Form())
    return _page(_beginning(), with_owner=True)


@web.post("/setup/<token>")
def setting_up(token: str) -> Page:
    form = Form(request.form.to_dict())
    again = acts.who_just_used(token, form.text("email"), form.text("password"), now=now())
    if again is not None:
        begin_session(again, stay=True)
        return redirect("/")
    link = acts.look_at_link(token)
    if link.person_id is not None:
        return _choose_first_password(token)
    form = typed(lambda form: _page(form, with_owner=True))
    if form.lacks("team_name", "name", "email", "password") | _has_faults(form):
        return _page(form, with_owner=True), UNPROCESSABLE
    acts.use(token, now=now())
    owner = acts.Owner(name=form.text("name"), email=form.text("email"), password=form.text("password"))
    team = _found(form, owner)
    owner_person = people.by_email(owner.email)
    db.session.commit()
    if owner_person is not None:
        begin_session(owner_person, stay=True)
    flash(_("%(team)s is ready.", team=team.name))
    return redirect(links.path("home", slug=team.slug))


def _first_password_page(token: str, form: Form) -> Page:
    link = acts.look_at_link(token)
    person = people.by_id(link.person_id) if link.person_id else None
    if person is None:
        raise LinkEnded(acts.USED_LINK)
    return render_template("web/first_password.html", form=form, name=person.name, email=person.email)


def _choose_first_password(token: str) -> Page:
    form = typed(lambda form: _first_password_page(token, form))
    person = acts.choose_first_password(token, form.text("password"), now=now())
    db.session.commit()
    begin_session(person, stay=True)
    return redirect("/")


# A further team -------------------------------------------------------------------------------------------------------


@web.get("/teams/new")
@signed_in
def new_team() -> Page:
    return _page(_beginning(), with_owner=False)


@web.post("/teams/new")
@signed_in
def found_team() -> Page:
    form = typed(lambda form: _page(form, with_owner=False))
    if _has_faults(form):
        return _page(form, with_owner=False), UNPROCESSABLE

    def found() -> str:
        team = _found(form, me())
        flash(_("%(team)s is ready.", team=team.name))
        return links.path("home", slug=team.slug)

    return once(form, found)


# First steps ----------------------------------------------------------------------------------------------------------


def first_steps(team: Team) -> list[Task]:
    """The list on the start page of team leads; empty once everything is done or it was put away."""
    if team.first_steps_hidden:
        return []
    steps = acts.first_steps(team, is_loopback=settings().is_loopback)
    if steps.is_done:
        return []
    slug = team.slug
    return [
        Task(
            label=_("Others can reach this address"),
            ticked=steps.reachable,
            hint=_("%(address)s opens on this computer alone.", address=settings().public_url),
        ),
        Task(label=_("A test mail arrived"), ticked=steps.mail_arrived, link=_link(f"/t/{slug}/test-mail", _("Try"))),
        Task(
            label=_("A second person who answers"),
            ticked=steps.second_person,
            hint=_("So that somebody is there when you are not."),
            link=_link(links.path("invite", slug=slug), _("Invite")),
        ),
        Task(
            label=_("A trusted person"),
            ticked=steps.trusted,
            hint=_("For what is about somebody who answers. An outside contact can be named there, too."),
            link=_link(f"/t/{slug}/settings/people", _("Choose")),
        ),
        Task(
            label=_("People are invited"),
            ticked=steps.invited,
            link=_link(links.path("invite", slug=slug), _("Invite")),
        ),
        Task(label=_("Tried once"), ticked=steps.tried, link=_link(links.path("raise", slug=slug), _("Raise"))),
    ]


def _link(url: str, label: str) -> Link:
    return Link(url=url, label=label)


@web.get("/t/<slug>/test-mail")
@signed_in
def test_mail(slug: str) -> Page:
    managed_team(slug)
    return render_template("web/test_mail.html", email=me().email, stays_here=settings().smtp is None)


@web.post("/t/<slug>/test-mail")
@signed_in
def send_test_mail(slug: str) -> Page:
    team, _membership = managed_team(slug)
    acts.send_test_mail(team, me(), now=now())
    db.session.commit()
    if settings().smtp is None:
        flash(_("The test mail lies in the mailbox on this computer."))
    else:
        flash(_("The test mail is on its way to %(email)s.", email=me().email))
    return redirect(request.path)
