"""Raising: the date stands beside each urgency before it is sent, and about a person who will and will not see it."""

from __future__ import annotations

from typing import TypeVar

from flask import redirect, render_template, request

from tracker import access
from tracker.acts import suggestions as verbs
from tracker.domain.errors import N_, BadInput, NotAllowed
from tracker.domain.lifecycle import Kind, Urgency, Visibility
from tracker.notices import links
from tracker.store import people, teams
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Membership, Team
from tracker.web import language, raise_drafts, uploads, views_alike, views_raise
from tracker.web.blueprint import web
from tracker.web.errors import UNPROCESSABLE
from tracker.web.forms import Form, typed
from tracker.web.identity import Page, me, now, signed_in, team_page
from tracker.web.once import arrivals, arrived, once

E = TypeVar("E", Kind, Urgency, Visibility)


@web.get("/t/<slug>/new", endpoint="raise")
@signed_in
def raise_page(slug: str) -> Page:
    """The form; ``?for=1`` is for what a member said elsewhere."""
    team, membership = team_page(slug)
    is_for_somebody = bool(request.args.get("for"))
    if is_for_somebody:
        access.demand_managing(membership)
    draft, title = raise_drafts.of(team), request.args.get("title", "")
    if draft is not None and raise_drafts.is_of(draft, title=title, is_for_somebody=is_for_somebody):
        return shown(slug, raise_drafts.form_of(draft))
    begun = {"for": "1" if is_for_somebody else "", "kind": request.args.get("kind", ""), "title": title}
    return shown(slug, Form({**begun, raise_drafts.BESIDE: "1" if draft is not None else ""}))


def shown(slug: str, form: Form) -> str:
    """The form, and what it goes on with."""
    team, membership = team_page(slug)
    known = views_raise.known(team, membership, form, language.reader())
    is_friction = form.text("kind") == Kind.FRICTION.value
    alike = [] if is_friction else views_alike.alike(team, form.text("title"), me())
    is_beside = bool(form.text(raise_drafts.BESIDE))
    asides = [] if form.text("for") or is_beside else raise_drafts.asides(team)
    draft = raise_drafts.of(team) if is_beside else raise_drafts.of_form(team, form)
    page = views_raise.page(known, form, draft, asides)
    return render_template("web/raise.html", form=page, kept_done=arrivals(), alike=alike)


@web.post("/t/<slug>/new")
@signed_in
def raising(slug: str) -> Page:
    team, membership = team_page(slug)
    form = typed(lambda form: shown(slug, form))
    if form.text("discard"):
        raise_drafts.let_go(team)
        db.session.commit()
        arrived(views_raise.keep_key(slug, form))
        return redirect(links.path("raise", slug=slug), 303)
    if not uploads.receive(team, form):
        return shown(slug, form), UNPROCESSABLE
    if form.is_unfinished or form.text("show") or _is_seen_by_others_than_shown(team, form):
        return shown(slug, form)
    if form.text("for") and membership.is_managing and form.lacks("author", "title"):
        return shown(slug, form), UNPROCESSABLE

    def do() -> str:
        made = _raise(team, membership, form)
        raise_drafts.sent(team, form)
        arrived(views_raise.keep_key(slug, form))
        name = "suggestion" if made.author_id != me().id else "receipt"
        return links.path(name, slug=slug, number=made.number)

    return once(form, do)


def _is_seen_by_others_than_shown(team: Team, form: Form) -> bool:
    """Without scripts the page cannot follow the choice of who it is about: who will and will not see it is shown
    before it is sent."""
    is_asked = form.text("kind") == Kind.FRICTION.value and "shown_about" in form.values
    return is_asked and _member(team, form, "about") is not None and form.text("shown_about") != form.text("about")


def _raise(team: Team, membership: Membership, form: Form) -> Suggestion:
    kind = _one_of(Kind, form, "kind", Kind.PROBLEM)
    about = _member(team, form, "about") if kind is Kind.FRICTION else None
    urgency = _one_of(Urgency, form, "urgency", Urgency.NORMAL)
    visibility = _one_of(Visibility, form, "visibility", Visibility.TEAM)
    if kind is Kind.FRICTION:  # as the form says it: community management, and as soon as what hurts every day
        urgency, visibility = Urgency.HIGH, Visibility.MANAGERS
    return verbs.raise_(
        team,
        by=me(),
        now=now(),
        via=Via.WEB,
        title=form.text("title"),
        body=form.text("body"),
        kind=kind,
        urgency=urgency,
        visibility=visibility,
        about=about,
        author=_author(team, membership, form),
        entered_from=form.text("entered_from"),
        files=uploads.chosen(team, form),
    )


def _author(team: Team, membership: Membership, form: Form) -> Person | None:
    """For whom a manager enters it; none for oneself."""
    if not form.text("for"):
        return None
    if not membership.is_managing:
        raise NotAllowed(N_("Only somebody who manages the team can do that."))
    author = _member(team, form, "author")
    if author is None:
        raise BadInput(N_("Choose who said it."), field="author")
    return author


def _member(team: Team, form: Form, name: str) -> Person | None:
    chosen = form.whole(name)
    if chosen is None:
        return None
    if teams.membership_of(team.id, chosen) is None:
        raise BadInput(N_("This person is not in the team."), field=name)
    return people.by_id(chosen)


def _one_of(kinds: type[E], form: Form, name: str, otherwise: E) -> E:
    text = form.text(name)
    if not text:
        return otherwise
    if text not in set(kinds):
        raise BadInput(N_("“%(given)s” cannot be chosen here."), field=name, given=text[:40])
    return kinds(text)
