"""Merging two suggestions, and splitting a comment off: looked at first, then done with one button, and undone."""

from __future__ import annotations

from flask import flash, render_template, request

from tracker import access
from tracker.acts import merging as verbs
from tracker.acts import splitting
from tracker.domain.errors import N_, BadInput
from tracker.domain.lifecycle import Kind
from tracker.notices import links
from tracker.store.entries import Entry, Via
from tracker.store.suggestions import Suggestion
from tracker.web import language, suggestions_acts, views_merge_page, views_split
from tracker.web.blueprint import web
from tracker.web.forms import Form, typed
from tracker.web.identity import Page, me, now, signed_in, team_page
from tracker.web.once import arrived, once
from tracker.web.say import _


def _handled(slug: str, number: int) -> Suggestion:
    """For who manages it. Raises ``OutOfReach``, ``NotAllowed``."""
    team_page(slug)
    s = access.find_suggestion(me(), slug, number)
    access.demand_handling(me(), s)
    return s


# Merging --------------------------------------------------------------------------------------------------------------


def _merge_page(slug: str, number: int, form: Form) -> str:
    s = _handled(slug, number)
    query = request.args.get("q", "")[:200]
    return render_template(
        "web/merge.html", page=views_merge_page.page(s, me(), language.reader(), query=query, form=form)
    )


@web.get("/t/<slug>/<int:number>/merge")
@signed_in
def merge(slug: str, number: int) -> Page:
    """Choose the other one; with ``?into=`` see what would happen."""
    return _merge_page(slug, number, Form({"into": request.args.get("into", "").strip().lstrip("#")}))


@web.post("/t/<slug>/<int:number>/merge")
@signed_in
def merging(slug: str, number: int) -> Page:
    _handled(slug, number)
    form = typed(lambda form: _merge_page(slug, number, form))

    def do() -> str:
        s = _handled(slug, number)
        into = form.whole("into")
        target = access.suggestion_numbered(me(), s.team_id, into) if into is not None else None
        if target is None:
            raise BadInput(N_("Say which one it goes on in."), field="into")
        verbs.merge(s, into=target, by=me(), now=now(), via=Via.WEB, seen=form.text("seen"))
        flash(_("#%(here)s goes on in #%(there)s now.", here=s.number, there=target.number))
        return links.path("suggestion", slug=slug, number=target.number)

    return once(form, do)


@web.post("/t/<slug>/<int:number>/unmerge")
@signed_in
def unmerge(slug: str, number: int) -> Page:
    return suggestions_acts.acted(
        slug, number, "unmerge", lambda s, form: verbs.unmerge(s, by=me(), now=now(), via=Via.WEB),
        said=N_("It stands on its own again, with its date."),
    )  # fmt: skip


# Splitting off --------------------------------------------------------------------------------------------------------


def _comment(slug: str, number: int, entry_id: int) -> tuple[Suggestion, Entry]:
    s = _handled(slug, number)
    return s, access.find_entry(me(), s, entry_id)


def _split_page(slug: str, number: int, entry_id: int, form: Form) -> str:
    s, entry = _comment(slug, number, entry_id)
    return render_template("web/split.html", page=views_split.page(s, entry, me(), language.reader(), form))


@web.get("/t/<slug>/<int:number>/split/<marked:entry>")
@signed_in
def split(slug: str, number: int, entry: int) -> Page:
    splitting.check(*_comment(slug, number, entry))
    return _split_page(slug, number, entry, Form())


@web.post("/t/<slug>/<int:number>/split/<marked:entry>")
@signed_in
def splitting_off(slug: str, number: int, entry: int) -> Page:
    splitting.check(*_comment(slug, number, entry))
    form = typed(lambda form: _split_page(slug, number, entry, form))

    def do() -> str:
        s, found = _comment(slug, number, entry)
        if form.text("kind") not in set(Kind):
            raise BadInput(N_("Choose what it is."), field="kind")
        made = splitting.split_off(
            s, found, by=me(), now=now(), via=Via.WEB, title=form.text("title"), kind=Kind(form.text("kind"))
        )
        arrived(f"split:{request.path}")
        flash(_("The comment is #%(number)s now. %(name)s has a receipt.", number=made.number, name=made.author.name))
        return links.path("suggestion", slug=slug, number=made.number)

    return once(form, do)
