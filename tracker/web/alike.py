"""While somebody raises something: what is like it, what became of that, and "me too" instead of a second one."""

from __future__ import annotations

from flask import flash, redirect, render_template, request

from tracker import access
from tracker.acts import drafts as acts
from tracker.acts import support
from tracker.domain.lifecycle import Kind
from tracker.notices import links
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.teams import Team
from tracker.web import raise_drafts, raising, suggestions, uploads, views_alike, views_joined, views_raise
from tracker.web.blueprint import web
from tracker.web.forms import typed
from tracker.web.identity import Page, me, now, signed_in, team_page
from tracker.web.marks import unmark
from tracker.web.once import arrivals, arrived
from tracker.web.say import _


@web.get("/t/<slug>/new/alike")
@signed_in
def alike(slug: str) -> Page:
    """What is like the title that is being typed; nothing about a person is looked for."""
    team, _membership = team_page(slug)
    return _list(team, request.args.get("title", ""))


@web.post("/t/<slug>/new/alike")
@signed_in
def same_or_me_too(slug: str) -> Page:
    """Raising ends here: whoever pressed is with the other one, and what was typed is put aside. After "same thing" it
    stands as a comment that can be sent or left."""
    team, _membership = team_page(slug)
    form = typed(lambda form: raising.shown(slug, form))
    is_same = bool(form.text("same"))
    number = form.whole("same" if is_same else "me_too")
    if number is None or not uploads.receive(team, form):
        return raising.shown(slug, form)
    found = access.find_suggestion(me(), slug, number)
    support.vote(found, by=me(), now=now(), via=Via.WEB, tell_me=True)
    if form.text("kind") == Kind.FRICTION.value:  # nothing of that is kept before it is clear who will read it
        db.session.commit()
        flash(_("You are with #%(number)s now. We tell you what becomes of it.", number=number))
        return raising.shown(slug, form)
    kept = raise_drafts.put_aside(found, form)
    arrived(views_raise.keep_key(slug, form))
    db.session.commit()
    query = {"words": "1"} if is_same and kept is not None and kept.fields.get("body") else None
    return redirect(links.path("joined", slug=slug, number=number, query=query), 303)


@web.get("/t/<slug>/<int:number>/joined")
@signed_in
def joined(slug: str, number: int) -> Page:
    """Where the other one stands, that they will hear of it, and what they had typed. ``?words=1`` offers that as a
    comment. For whoever is not with it, its own page tells more."""
    team, _membership = team_page(slug)
    k = suggestions.known(slug, number)
    if not k.has_voted:
        return redirect(k.st.path())
    draft = raise_drafts.aside_for(team, k.st.s)
    page = views_joined.page(k, draft, with_words=bool(request.args.get("words")))
    return render_template("web/joined.html", joined=page, kept_done=arrivals())


@web.post("/t/<slug>/new/aside")
@signed_in
def aside(slug: str) -> Page:
    """Go on with what was put aside, or let it go. What stands in the form is kept."""
    team, _membership = team_page(slug)
    form = typed(lambda form: raising.shown(slug, form))
    is_taken = bool(form.text("take_up"))
    draft_id = _unmarked(form.text("take_up") or form.text("let_go"))
    if any(form.text(name).strip() for name in raise_drafts.TEXTS):
        if form.text("kind") == Kind.FRICTION.value:
            flash(_("Nothing of this is kept before it is sent. Send it or clear it first."), "warn")
            return raising.shown(slug, form)
        uploads.receive(team, form)
        raise_drafts.keep(team, form)
    if (draft := acts.aside(team, by=me(), draft_id=draft_id)) is not None:
        if is_taken:
            acts.take_up(draft, now=now())
        else:
            acts.let_go(draft)
    arrived(views_raise.keep_key(slug, form))
    db.session.commit()
    return redirect(links.path("raise", slug=slug), 303)


def _list(team: Team, title: str) -> str:
    return render_template(
        "web/_parts/alike.html", alike=views_alike.alike(team, title, me()), alike_url=path(team.slug)
    )


def _unmarked(mark: str) -> int:
    return unmark(int(mark)) if mark.isdecimal() and len(mark) < 16 else 0


def path(slug: str) -> str:
    return links.path("alike", slug=slug)
