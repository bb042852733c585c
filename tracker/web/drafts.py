"""Half-written answers: kept while somebody writes, and who is writing, for the others who may answer."""

from __future__ import annotations

from flask import jsonify, render_template, request
from werkzeug.wrappers import Response

from tracker import access
from tracker.acts import drafts as acts
from tracker.domain.errors import N_, BadInput
from tracker.domain.lifecycle import OPEN
from tracker.notices import words
from tracker.store import entries
from tracker.store.base import db
from tracker.store.drafts import Draft, DraftPurpose
from tracker.store.suggestions import Suggestion
from tracker.web import language, uploads, views_drafts
from tracker.web.blueprint import web
from tracker.web.forms import Form
from tracker.web.identity import Page, me, now, signed_in, team_page
from tracker.web.marks import unmark

CONFLICT = 409


def _handled(slug: str, number: int) -> Suggestion:
    """For those who may answer it. Raises ``OutOfReach``, ``NotAllowed``."""
    team_page(slug)
    found = access.find_suggestion(me(), slug, number)
    access.demand_handling(me(), found)
    return found


@web.post("/t/<slug>/<int:number>/draft")
@signed_in
def keep_draft(slug: str, number: int) -> Page:
    """The answer as it stands in its form. 409 with what another device has written on since ``version``."""
    s = _handled(slug, number)
    form = Form(request.form.to_dict(), was_sent=True)
    known = views_drafts.of(s, me())
    if known is not None and form.text("version") != views_drafts.version(known) and not _is_same(known, form):
        return _answer(known), CONFLICT
    if _was_answered(s, form):  # the answer itself has overtaken what was on its way
        return _answer(None)
    kept = keep(s, form)
    db.session.commit()
    return _answer(kept)


def _is_same(draft: Draft, form: Form) -> bool:
    return str(draft.fields.get("text", "")) == form.text("text")


def _was_answered(s: Suggestion, form: Form) -> bool:
    """Whether this person has answered it after the page was made, or nothing is open any more."""
    given = entries.by_id(s.answer_entry_id) if s.answer_entry_id is not None else None
    upto = form.text("upto")
    seen = unmark(int(upto)) if upto.isdecimal() and len(upto) < 16 else 0
    return s.status not in OPEN or (given is not None and given.actor_id == me().id and given.id > seen)


def keep(s: Suggestion, form: Form) -> Draft | None:
    """What stands in an answer's form; does not commit."""
    fields = {name: form.text(name) for name in views_drafts.FIELDS}
    return acts.keep(s.team, by=me(), purpose=DraftPurpose.ANSWER, fields=fields, now=now(), suggestion=s,
                     attachments=uploads.named_in_form())  # fmt: skip


def keep_unless_other(s: Suggestion, form: Form) -> None:
    """The same for a form that is left behind. An empty one that knows nothing of what another device has kept takes
    nothing away; does not commit. Raises ``BadInput`` where two texts stand against each other."""
    known = views_drafts.of(s, me())
    if not views_drafts.has_all_of(form, known, ["text"]):
        if form.text("text").strip():
            raise BadInput(N_("You wrote on somewhere else. Do it once more, and this text stands."), field="text")
        return
    keep(s, form)


def _answer(draft: Draft | None) -> Response:
    reader = language.reader()
    return jsonify(
        version=views_drafts.version(draft),
        said=views_drafts.said(draft, reader),
        time=words.clock_time(reader, draft.changed_at) if draft is not None else "",
        fields={name: draft.fields[name] for name in views_drafts.FIELDS if name in draft.fields} if draft else {},
    )


@web.get("/t/<slug>/<int:number>/writing")
@signed_in
def writing(slug: str, number: int) -> Page:
    """Who else is writing an answer, for the place on the page that asks every 20 seconds."""
    s = _handled(slug, number)
    return render_template("web/_parts/writing.html", sentence=views_drafts.writing(s, me(), language.reader()))
