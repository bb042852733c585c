"""What is half-written while raising: kept on the server, gone on with on the other device, let go when it is sent.

Trouble between people is not kept there: nothing of it is stored before it is clear who will read it.
"""

from __future__ import annotations

from flask import jsonify, request
from werkzeug.wrappers import Response

from tracker.acts import drafts as acts
from tracker.domain.lifecycle import Kind
from tracker.notices import words
from tracker.store.base import db
from tracker.store.doors import answered_request
from tracker.store.drafts import Draft, DraftPurpose
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team
from tracker.web import language, uploads, views_drafts
from tracker.web.blueprint import web
from tracker.web.forms import Form
from tracker.web.identity import Page, me, now, signed_in, team_page

#: What of the form is kept.
FIELDS = ("title", "body", "kind", "urgency", "visibility", "for", "author", "entered_from")
#: Where the words themselves stand.
TEXTS = ("title", "body")
CONFLICT = 409
#: The hidden field of a form that stands beside a draft of something else.
BESIDE = "beside"


def of(team: Team) -> Draft | None:
    """What whoever is signed in has half-written."""
    return acts.find(team, by=me(), purpose=DraftPurpose.RAISE)


def is_of(draft: Draft, *, title: str, is_for_somebody: bool) -> bool:
    """Whether a form that begins with this title, or with none, goes on with it."""
    return title in ("", draft.fields.get("title", "")) and bool(draft.fields.get("for")) == is_for_somebody


def form_of(draft: Draft) -> Form:
    """The form as it was left, with its files."""
    fields = {name: draft.fields.get(name, "") for name in FIELDS} | {"version": views_drafts.version(draft)}
    return Form(fields, attached=views_drafts.files_of(draft))


def let_go(team: Team) -> None:
    acts.discard(team, by=me(), purpose=DraftPurpose.RAISE)


def of_form(team: Team, form: Form) -> Draft | None:
    """The draft that a form goes on with; none where another device has written something else meanwhile."""
    draft = of(team)
    return draft if not form.text(BESIDE) and views_drafts.has_all_of(form, draft, TEXTS) else None


def sent(team: Team, form: Form) -> None:
    """What the form goes on with is not half-written any more."""
    if of_form(team, form) is not None:
        let_go(team)


def put_aside(s: Suggestion, form: Form) -> Draft | None:
    """Raising ends because this is the same: what was typed waits apart, in case it is raised after all."""
    fields = {name: form.text(name) for name in FIELDS}
    kept = acts.put_aside(s, by=me(), fields=fields, now=now(), attachments=form.attached)
    sent(s.team, form)
    return kept


def aside_for(team: Team, s: Suggestion) -> Draft | None:
    """What whoever is signed in put aside for this one."""
    return acts.find(team, by=me(), purpose=DraftPurpose.RAISE, suggestion=s)


def asides(team: Team) -> list[Draft]:
    """All that they put aside, the newest first."""
    return acts.asides(team, by=me())


def words_of(draft: Draft) -> str:
    """What was typed, as one text: title and what was told beside it."""
    return "\n\n".join(part for name in TEXTS if (part := draft.fields.get(name, "").strip()))


@web.post("/t/<slug>/new/draft")
@signed_in
def keep_raise_draft(slug: str) -> Page:
    """The form as it stands. 409 with what another device has written on since ``version``."""
    team, _membership = team_page(slug)
    form = Form(request.form.to_dict(), was_sent=True)
    known = of(team)
    is_other = known is not None and form.text("version") != views_drafts.version(known)
    if known is not None and is_other and any(known.fields.get(name, "") != form.text(name) for name in TEXTS):
        return _answer(known), CONFLICT
    if answered_request(me().id, f"web:{form.text('request_key')}"[:80]) is not None:
        return _answer(None)  # it was sent meanwhile
    kept = keep(team, form)
    db.session.commit()
    return _answer(kept)


def keep(team: Team, form: Form) -> Draft | None:
    """What stands in the form now."""
    if form.text("kind") == Kind.FRICTION.value:
        let_go(team)
        return None
    fields = {name: form.text(name) for name in FIELDS}
    return acts.keep(
        team, by=me(), purpose=DraftPurpose.RAISE, fields=fields, now=now(), attachments=uploads.named_in_form()
    )


def _answer(draft: Draft | None) -> Response:
    reader = language.reader()
    return jsonify(
        version=views_drafts.version(draft),
        said=views_drafts.said(draft, reader),
        time=words.clock_time(reader, draft.changed_at) if draft is not None else "",
        fields={name: draft.fields.get(name, "") for name in FIELDS if name != "for"} if draft is not None else {},
    )
