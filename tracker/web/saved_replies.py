"""A team's saved replies, for who manages it; and the text of one, or of an earlier answer, for an answer's field."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request

from tracker import access
from tracker.acts import saved_replies as acts
from tracker.acts.saved_replies import Wanted
from tracker.domain.errors import N_, BadInput
from tracker.domain.lifecycle import Role
from tracker.domain.outcomes import Outcome
from tracker.domain.saved_replies import PLACEHOLDERS
from tracker.store import saved_replies
from tracker.store.base import db
from tracker.store.saved_replies import SavedReply
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Membership, Team
from tracker.web import team_settings, views_starts
from tracker.web.blueprint import web
from tracker.web.forms import Form, fresh_key, typed
from tracker.web.identity import Page, managed_team, me, now, signed_in, team_page
from tracker.web.once import arrivals, arrived, once
from tracker.web.say import _
from tracker.web.shapes import Act

TAB = "replies"
OUTCOMES = (
    ("", N_("however it fits")),
    ("done", N_("Done …")),
    ("will_do", N_("Will do by …")),
    ("not_now", N_("Not now …")),
    ("declined", N_("No, because …")),
)


def _path(team: Team, reply: SavedReply | None = None, verb: str = "") -> str:
    parts = [team_settings.path(team, TAB), *([str(reply.id)] if reply else []), *([verb] if verb else [])]
    return "/".join(parts)


def _page(team: Team, membership: Membership, form: Form, reply: SavedReply | None = None) -> str:
    """All of them, and the form for a new one or for ``reply``."""
    if reply is not None and not form.was_sent:
        form = Form({"name": reply.name, "text_de": reply.text_de, "text_en": reply.text_en,
                     "outcome": reply.outcome.value if reply.outcome else ""})  # fmt: skip
    begins = {value: _(label) for value, label in OUTCOMES}
    remove = Act(
        url=_path(team, reply, "remove"),
        label=_("Remove it"),
        confirm=_("Remove this reply for all of you?"),
        fields=[fresh_key()],
    )
    return render_template(
        "web/settings_replies.html",
        # the other settings are for team leads
        tabs=team_settings.tabs_of(team, TAB) if membership.role is Role.OWNER else (),
        replies=[(one.name, begins[one.outcome or ""], _path(team, one)) for one in saved_replies.of_team(team.id)],
        form=form,
        fields=[fresh_key()],
        kept_done=arrivals(),
        url=_path(team, reply),
        all_url=_path(team) if reply is not None else "",
        outcomes=list(begins.items()),
        placeholders=[(f"{{{name}}}", meant) for name, meant in zip(PLACEHOLDERS, _meanings(), strict=True)],
        remove=remove if reply is not None else None,
    )


def _meanings() -> list[str]:
    return [_("who raised it"), _("its title"), _("its number"), _("the team"), _("who answers")]


@web.get("/t/<slug>/settings/replies")
@signed_in
def team_replies(slug: str) -> Page:
    team, membership = managed_team(slug)
    return _page(team, membership, Form())


@web.get("/t/<slug>/settings/replies/<int:reply_id>")
@signed_in
def team_reply(slug: str, reply_id: int) -> Page:
    team, membership = managed_team(slug)
    return _page(team, membership, Form(), acts.of(team, reply_id, by=me()))


@web.post("/t/<slug>/settings/replies")
@signed_in
def add_reply(slug: str) -> Page:
    team, membership = managed_team(slug)
    return _save(team, typed(lambda form: _page(team, membership, form)))


@web.post("/t/<slug>/settings/replies/<int:reply_id>")
@signed_in
def change_reply(slug: str, reply_id: int) -> Page:
    team, membership = managed_team(slug)
    reply = acts.of(team, reply_id, by=me())
    return _save(team, typed(lambda form: _page(team, membership, form, reply)), reply)


def _save(team: Team, form: Form, reply: SavedReply | None = None) -> Page:
    def save() -> str:
        acts.save(team, _wanted(form), by=me(), now=now(), reply=reply)
        arrived(f"reply:{request.path}")
        flash(_("Saved. It stands below the text of every answer now."))
        return _path(team)

    return once(form, save)


def _wanted(form: Form) -> Wanted:
    """What was typed. Raises ``BadInput``."""
    outcome = form.text("outcome")
    if outcome and outcome not in set(Outcome):
        raise BadInput(N_("Choose how the answer begins."), field="outcome")
    return Wanted(
        name=form.text("name"),
        text_de=form.text("text_de"),
        text_en=form.text("text_en"),
        outcome=Outcome(outcome) if outcome else None,
    )


@web.post("/t/<slug>/settings/replies/<int:reply_id>/remove")
@signed_in
def remove_reply(slug: str, reply_id: int) -> Page:
    team, _membership = managed_team(slug)
    acts.remove(acts.of(team, reply_id, by=me()))
    db.session.commit()
    flash(_("It is removed. Answers that began with it stay as they are."))
    return redirect(_path(team), 303)


# The text of one, for an answer ---------------------------------------------------------------------------------------


@web.get("/t/<slug>/<int:number>/start")
@signed_in
def start_text(slug: str, number: int) -> Page:
    """``?of=reply:3`` or ``?of=answer:12``: that text alone, filled, in the language of who raised this."""
    team_page(slug)
    s = access.find_suggestion(me(), slug, number)
    access.demand_handling(me(), s)
    text, _outcome = views_starts.text(s, request.args.get("of", ""), me())
    return Response(text, mimetype="text/plain")


def begun(s: Suggestion, form: Form) -> Form:
    """The answer's form with the text that its button named after what was typed, for readers without JavaScript."""
    access.demand_handling(me(), s)
    text, outcome = views_starts.text(s, form.text("start"), me())
    typed_before = form.text("text").rstrip()
    values = {**form.values, "text": f"{typed_before}\n\n{text}" if typed_before else text}
    if not form.text("outcome"):
        values["outcome"] = outcome
    return Form(values, was_sent=True)
