"""Changing one's own words within 15 minutes; the former ones stay in the log."""

from __future__ import annotations

from flask import render_template, request

from tracker import access
from tracker.acts import suggestions as verbs
from tracker.domain.errors import N_, NotAllowed, NotPossible
from tracker.domain.lifecycle import EDIT_WINDOW, Kind, may_edit
from tracker.notices import links, words
from tracker.store.entries import Entry, EntryKind, Via
from tracker.store.suggestions import Suggestion
from tracker.web import forms, language
from tracker.web.blueprint import web
from tracker.web.forms import Form, typed
from tracker.web.identity import Page, me, now, signed_in, team_page
from tracker.web.marks import mark
from tracker.web.once import arrived, once
from tracker.web.page_shapes import EditPage
from tracker.web.say import _
from tracker.web.shapes import Link


def _find(slug: str, number: int, entry_id: int) -> tuple[Suggestion, Entry]:
    team_page(slug)
    s = access.find_suggestion(me(), slug, number)
    return s, access.find_entry(me(), s, entry_id)


def _shown(slug: str, number: int, entry_id: int, form: Form) -> str:
    s, entry = _find(slug, number, entry_id)
    path = links.path("suggestion", slug=slug, number=number)
    is_raised = entry.kind is EntryKind.RAISED
    until = words.clock_time(language.reader(), entry.at + EDIT_WINDOW)
    page = EditPage(
        url=f"{path}/edit/{mark(entry_id)}",
        back=Link(url=path, label=f"#{number}"),
        headline=_("Change your words"),
        title=form.text("title", s.title) if is_raised else None,
        text=form.text("text", s.body if is_raised else entry.text),
        until=_("You can edit it until %(clock)s.", clock=until),
        fields=[forms.fresh_key()],
        in_tab=s.kind is Kind.FRICTION,
        problems=form.problems,
    )
    return render_template("web/edit.html", edit=page)


@web.get("/t/<slug>/<int:number>/edit/<marked:entry>")
@signed_in
def edit(slug: str, number: int, entry: int) -> Page:
    _s, found = _find(slug, number, entry)
    if not access.is_own_words(me(), found):
        raise NotAllowed(N_("You can edit only what you wrote yourself."))
    if not may_edit(found.at, now=now()):
        raise NotPossible(N_("Words can be edited for 15 minutes. Add a comment instead."))
    return _shown(slug, number, entry, Form())


@web.post("/t/<slug>/<int:number>/edit/<marked:entry>")
@signed_in
def editing(slug: str, number: int, entry: int) -> Page:
    form = typed(lambda form: _shown(slug, number, entry, form))

    def do() -> str:
        s, found = _find(slug, number, entry)
        title = form.text("title") if found.kind is EntryKind.RAISED else None
        verbs.edit(s, found, by=me(), now=now(), via=Via.WEB, text=form.text("text"), title=title)
        arrived(f"edit:{request.path}")
        return links.path("suggestion", slug=slug, number=number)

    return once(form, do)
