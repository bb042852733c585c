"""The team's settings: hours, days off, how soon it answers and who is told when, people with a part, its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _

from tracker.acts import teams as acts
from tracker.acts.teams import Difference
from tracker.domain.duty import DutyRule
from tracker.domain.errors import N_, BadInput
from tracker.notices import links, words
from tracker.store import teams
from tracker.store.base import db
from tracker.store.teams import ClosedDay, Team
from tracker.web import hours, language, views_alerts
from tracker.web.blueprint import web
from tracker.web.errors import UNPROCESSABLE
from tracker.web.forms import Form, typed
from tracker.web.identity import Page, me, now, owned_team, signed_in
from tracker.web.once import arrivals, arrived
from tracker.web.shapes import Act, Choice, NavItem

TABS = (
    ("", N_("Hours")),
    ("days-off", N_("Days off")),
    ("answers", N_("Answers and reminders")),
    ("people", N_("Who has which part")),
    ("replies", N_("Saved replies")),
    ("outlets", N_("Webhooks")),
    ("name", N_("Name")),
)
HOURS = N_("h")
#: The offsets of the ladder that the page shows: the words before the number, and its unit.
LADDER = (
    ("share", N_("First reminder of an answer, when this much of its time is used"), "%"),
    ("before", N_("First reminder of a promised day, before it ends"), HOURS),
    ("third", N_("To the deputy, and to who waits, after the date"), HOURS),
    ("fourth", N_("To the team leads too, after the date"), HOURS),
    ("every", N_("From then on to everybody who answers, every"), HOURS),
)


def path(team: Team, tab: str = "") -> str:
    base = links.path("settings", slug=team.slug)
    return f"{base}/{tab}" if tab else base


def tabs_of(team: Team, here: str) -> list[NavItem]:
    counts = {"outlets": views_alerts.count_of(team)}
    return [
        NavItem(url=path(team, name), label=_(label), icon="settings", count=counts.get(name, 0), current=name == here)
        for name, label in TABS
    ]


def _render(team: Team, tab: str, form: Form, **more: Any) -> str:
    template = f"web/settings_{tab.replace('-', '_') or 'hours'}.html"
    return render_template(
        template, form=form, tabs=tabs_of(team, tab), url=path(team, tab), kept_done=arrivals(), **more
    )


def _saved(team: Team, tab: str = "") -> Page:
    db.session.commit()
    flash(_("Saved. No date that was given has changed."))
    return redirect(path(team, tab))


def _preview(form: Form, count: Callable[[], Difference]) -> str:
    """The sentence before saving, when it was asked for."""
    if not form.text("preview"):
        return ""
    found = count()
    if not found.open:
        return str(_("There are no open dates at the moment."))
    said = _(
        "%(differ)s of %(open)s open dates would fall differently. They stay as they were given.",
        differ=found.differ,
        open=found.open,
    )
    return str(said)


# Hours ----------------------------------------------------------------------------------------------------------------


def _hours_page(team: Team, form: Form, preview: str = "") -> str:
    days = hours.days_typed(form) if form.was_sent else hours.days_of(team.calendar.plain["week"])
    return _render(team, "", form, days=days, zones=hours.zone_options(form.text("timezone")), preview=preview)


@web.get("/t/<slug>/settings", endpoint="settings")
@signed_in
def team_hours(slug: str) -> Page:
    team, _membership = owned_team(slug)
    return _hours_page(team, Form({"timezone": team.calendar.plain["timezone"]}))


@web.post("/t/<slug>/settings")
@signed_in
def change_team_hours(slug: str) -> Page:
    team, _membership = owned_team(slug)
    form = typed(lambda form: _hours_page(team, form))
    if hours.has_faults(form):
        return _hours_page(team, form), UNPROCESSABLE
    week, timezone = hours.week_typed(form), form.text("timezone")
    said = _preview(form, lambda: acts.how_many_differ(team, by=me(), timezone=timezone, week=week))
    if said:
        return _hours_page(team, form, said)
    acts.change_hours(team, timezone=timezone, week=week, by=me(), now=now())
    return _saved(team)


# Days off -------------------------------------------------------------------------------------------------------------


def _days_off_page(team: Team, form: Form) -> str:
    today = now().astimezone(teams.working_time(team.calendar).zone).date()
    coming = [day for day in teams.closed_days(team.id) if day.on >= today]
    return _render(
        team,
        "days-off",
        form,
        regions=hours.region_options(),
        days=[_closed_day(team, day) for day in coming],
        closure_url=f"/t/{team.slug}/absences/team",
    )


def _closed_day(team: Team, day: ClosedDay) -> dict[str, Any]:
    return {
        "day": words.day(language.reader(), day.on),
        "name": day.name or (_("closed") if day.kind == "closure" else _("holiday")),
        "act": Act(
            url=f"{path(team, 'days-off')}/open", label=_("Open after all"), fields=[("on", day.on.isoformat())]
        ),
    }


@web.get("/t/<slug>/settings/days-off")
@signed_in
def days_off(slug: str) -> Page:
    team, _membership = owned_team(slug)
    return _days_off_page(team, Form({"region": team.holiday_region}))


@web.post("/t/<slug>/settings/days-off")
@signed_in
def change_region(slug: str) -> Page:
    team, _membership = owned_team(slug)
    form = typed(lambda form: _days_off_page(team, form))
    acts.change_region(team, form.text("region"), by=me(), now=now())
    return _saved(team, "days-off")


@web.post("/t/<slug>/settings/days-off/open")
@signed_in
def open_day(slug: str) -> Page:
    team, _membership = owned_team(slug)
    form = typed(lambda form: _days_off_page(team, Form({"region": team.holiday_region}, form.errors)))
    acts.open_day(team, form.needed_day("on"), by=me(), now=now())
    return _saved(team, "days-off")


# Answers and reminders ------------------------------------------------------------------------------------------------


def _answers_page(team: Team, form: Form, preview: str = "") -> str:
    return _render(
        team,
        "answers",
        form,
        answer_choices=hours.answer_choices(),
        offsets=[(name, _(label), _(unit) if unit == HOURS else unit) for name, label, unit in LADDER],
        preview=preview,
    )


def _ladder_values(team: Team) -> dict[str, str]:
    plain = teams.ladder(team.policy).to_plain()
    return {name: f"{plain[name]:g}" for name, _label, _unit in LADDER}


@web.get("/t/<slug>/settings/answers")
@signed_in
def answers(slug: str) -> Page:
    team, _membership = owned_team(slug)
    return _answers_page(team, Form({"answer_within": str(team.answer_within), **_ladder_values(team)}))


@web.post("/t/<slug>/settings/answers")
@signed_in
def change_answers(slug: str) -> Page:
    team, _membership = owned_team(slug)
    form = typed(lambda form: _answers_page(team, form))
    days = form.whole("answer_within") or 0
    said = _preview(form, lambda: acts.how_many_differ(team, by=me(), answer_within=days))
    if said:
        return _answers_page(team, form, said)
    acts.change_answer_within(team, days, by=me(), now=now())
    acts.change_ladder(team, {name: _hours(form, name) for name, _label, _unit in LADDER}, by=me(), now=now())
    return _saved(team, "answers")


def _hours(form: Form, name: str) -> float:
    """A number of hours or percent, with a point or a comma. Raises ``BadInput``."""
    text = form.text(name).strip().replace(",", ".")
    try:
        return float(text) if len(text) < 10 else float("nan")
    except ValueError:
        raise BadInput(N_("“%(given)s” is not a number."), field=name, given=text[:40]) from None


# People with a part ---------------------------------------------------------------------------------------------------


def _parts_page(team: Team, form: Form) -> str:
    members = teams.memberships(team.id)
    return _render(
        team,
        "people",
        form,
        rules=[
            Choice(value=DutyRule.ONE.value, label=_("One person"), hint=_("by default the first who manages")),
            Choice(value=DutyRule.TURNS.value, label=_("By turns"), hint=_("a week each")),
            Choice(value=DutyRule.ALL.value, label=_("Everybody who manages")),
        ],
        managing=[
            ("", _("the first who manages")),
            *[(str(m.person_id), m.person.name) for m in members if m.is_managing],
        ],
        everybody=[("", _("nobody yet")), *[(str(m.person_id), m.person.name) for m in members]],
    )


@web.get("/t/<slug>/settings/people")
@signed_in
def parts(slug: str) -> Page:
    team, _membership = owned_team(slug)
    values = {
        "duty_rule": team.duty_rule,
        "duty_person": team.duty_person_id or "",
        "trusted": team.trusted_person_id or "",
        "contact": team.outside_contact,
    }
    return _parts_page(team, Form(values))


@web.post("/t/<slug>/settings/people")
@signed_in
def change_parts(slug: str) -> Page:
    team, _membership = owned_team(slug)
    form = typed(lambda form: _parts_page(team, form))
    acts.choose_duty(team, form.text("duty_rule"), form.whole("duty_person"), by=me(), now=now())
    acts.name_trusted(team, form.whole("trusted"), by=me(), now=now())
    acts.set_outside_contact(team, form.text("contact"), by=me(), now=now())
    arrived(f"settings:{request.path}")
    return _saved(team, "people")


# Name -----------------------------------------------------------------------------------------------------------------


@web.get("/t/<slug>/settings/name")
@signed_in
def name(slug: str) -> Page:
    team, _membership = owned_team(slug)
    return _render(team, "name", Form({"team_name": team.name}))


@web.post("/t/<slug>/settings/name")
@signed_in
def rename(slug: str) -> Page:
    team, _membership = owned_team(slug)
    form = typed(lambda form: _render(team, "name", form))
    acts.rename(team, form.text("team_name"), by=me(), now=now())
    return _saved(team, "name")
