"""Remind me later: one's own reminders of one suggestion, put off until a morning, and back again."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import flash, redirect, render_template

from tracker import access
from tracker.acts import snoozes as acts
from tracker.domain import snoozes as rules
from tracker.domain.errors import N_, BadInput
from tracker.notices import links, windows, words
from tracker.notices.hours import Hours
from tracker.store import snoozes
from tracker.store.base import db
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.web import language
from tracker.web.blueprint import web
from tracker.web.forms import Form, typed
from tracker.web.identity import Page, me, now, signed_in, team_page
from tracker.web.say import _
from tracker.web.shapes import Choice

MORNING = "08:00"
TOMORROW, MONDAY, DAY, DATE = "tomorrow", "monday", "day", "date"
CHOOSE = N_("Until when?")


def _morning(day: date, person: Person) -> datetime:
    """08:00 of the person's day, or the hour of their daily mail where that is earlier: so that it is in that mail."""
    hours = Hours.of(person)
    daily, eight = hours.daily_on(day), windows.local_instant(day, MORNING, hours.zone)
    return min(daily, eight) if daily is not None else eight


def offers_to(person: Person, s: Suggestion) -> dict[str, datetime]:
    """What can be chosen by name; the date itself where no morning lies before it."""
    limit = acts.latest(s, by=person, now=now())
    if limit is None:
        return {}
    today = now().astimezone(Hours.of(person).zone).date()
    to_monday = 7 - today.weekday()
    found = {TOMORROW: _morning(today + timedelta(days=1), person)}
    if to_monday > 1:
        found[MONDAY] = _morning(today + timedelta(days=to_monday), person)
    within = {name: at for name, at in found.items() if at <= limit}
    return within or {DATE: limit}


def label_of(name: str) -> str:
    return {TOMORROW: _("Tomorrow"), MONDAY: _("On Monday"), DATE: _("When it falls due")}[name]


def _page(s: Suggestion, form: Form) -> str:
    reader, offers = language.reader(), offers_to(me(), s)
    choices = [Choice(value=name, label=label_of(name), hint=words.moment(reader, at)) for name, at in offers.items()]
    if choices and DATE not in offers:
        choices.append(Choice(value=DAY, label=_("On another day"), hint=_("choose it below")))
    held = snoozes.of(me().id, s.id, now=now())
    limit = acts.latest(s, by=me(), now=now())
    return render_template(
        "web/later.html",
        number=s.number,
        title=s.title,
        url=links.path("suggestion", slug=s.team.slug, number=s.number),
        here=links.path("later", slug=s.team.slug, number=s.number),
        form=form,
        choices=choices,
        chosen=form.text("choice") or next(iter(offers), ""),
        has_days=bool(choices) and DATE not in offers,
        limit=words.moment(reader, limit) if limit is not None else "",
        held=words.moment(reader, held.until_at) if held is not None else "",
        is_theirs=access.can_handle(me(), s),
    )


def _until(s: Suggestion, form: Form) -> datetime:
    """The instant that was chosen. Raises ``BadInput``."""
    chosen, offers = form.text("choice"), offers_to(me(), s)
    if chosen in offers:
        return offers[chosen]
    day = form.day("day") if chosen == DAY else None
    if day is None:
        raise BadInput(CHOOSE, field="day" if chosen == DAY else "choice")
    away = day - now().astimezone(Hours.of(me()).zone).date()
    if away > rules.MOST:  # before it is made an instant, which not every day can be
        raise BadInput(rules.TOO_FAR, field="day")
    if away < timedelta(0):
        raise BadInput(rules.PASSED, field="day")
    return _morning(day, me())


@web.get("/t/<slug>/<int:number>/later")
@signed_in
def later(slug: str, number: int) -> Page:
    team_page(slug)
    return _page(access.find_suggestion(me(), slug, number), Form())


@web.post("/t/<slug>/<int:number>/later")
@signed_in
def put_off(slug: str, number: int) -> Page:
    team_page(slug)
    s = access.find_suggestion(me(), slug, number)
    form = typed(lambda form: _page(access.find_suggestion(me(), slug, number), form))
    row = acts.put_off(s, by=me(), until=_until(s, form), now=now())
    db.session.commit()
    flash(_("Put off for you until %(when)s.", when=words.moment(language.reader(), row.until_at)))
    return redirect(links.path("suggestion", slug=slug, number=number))


@web.post("/t/<slug>/<int:number>/later/end")
@signed_in
def put_off_no_longer(slug: str, number: int) -> Page:
    team_page(slug)
    acts.end(access.find_suggestion(me(), slug, number), by=me(), now=now())
    db.session.commit()
    flash(_("You are reminded again."))
    return redirect(links.path("suggestion", slug=slug, number=number))
