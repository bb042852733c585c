"""What is sent from a suggestion's page: each route finds or refuses, calls one verb, commits once, and redirects.

A form that is refused comes back on the page it came from, filled, with what somebody else wrote meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, request

from tracker import access
from tracker.acts import answers, dates, drafts, questions, support
from tracker.acts import suggestions as verbs
from tracker.domain.errors import N_, BadInput
from tracker.domain.lifecycle import Urgency
from tracker.notices import links
from tracker.store.drafts import DraftPurpose
from tracker.store.entries import Entry, Via
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team
from tracker.web import deeds, desk, one_by_one, saved_replies, suggestions, uploads, views_forms
from tracker.web.blueprint import web
from tracker.web.deeds import How
from tracker.web.errors import UNPROCESSABLE
from tracker.web.forms import Form, typed
from tracker.web.identity import Page, me, now, signed_in, team_page
from tracker.web.marks import mark
from tracker.web.once import arrived, once
from tracker.web.say import _
from tracker.web.views_forms import Sent

#: The forms that files can come with, by their keys.
WITH_FILES = frozenset({*views_forms.WITH_FILES, "answer"})
Verb = Callable[[Suggestion, Form], Any]
#: Where on the page a small sign stands. Who pressed it far down on a phone is not thrown back to the top.
PLACES = {"nudge": "#nudge", "thank": "#thanks", "vote": "#signs", "follow": "#signs"}


def again(slug: str, number: int, sent: Sent) -> str:
    """The page the form came from, with the form as it was sent."""
    team_page(slug)
    k = suggestions.known(slug, number)
    sent = suggestions.with_meanwhile(k, sent)
    if sent.form.text("back") == one_by_one.BACK:
        return one_by_one.again(k, sent)
    if desk.is_back(sent.form.text("back")):
        return desk.shown(slug, back=sent.form.text("back"), chosen=k, sent=sent)
    return suggestions.shown(k, sent=sent)


def onward(slug: str, number: int, form: Form, *, key: str = "", anchor: str = "") -> str:
    """Where it goes on: with the next one, on the desk, or on the suggestion's own page."""
    back = form.text("back")
    if back == one_by_one.BACK:
        return one_by_one.onward(slug, number, key)
    if desk.is_back(back):
        return desk.path(slug, back)
    return links.path("suggestion", slug=slug, number=number) + anchor


def _place(key: str, did: Any) -> str:
    """Where on the page what was done is seen: words where they now stand, a sign where it was pressed."""
    if key in ("comment", "note") and isinstance(did, Entry):
        return f"#entry-{mark(did.id)}"
    return PLACES.get(key, "")


def acted(slug: str, number: int, key: str, act: Verb, *, said: str = "", was_so: str = "") -> Page:
    """One verb on one suggestion. ``key`` names the form on its page, ``said`` is shown once it is done; ``was_so``
    where the verb says that it changed nothing: pressed before on another page."""
    team, _membership = team_page(slug)
    form = typed(lambda form: again(slug, number, Sent(key, form)))
    if key in WITH_FILES and (shown := _not_yet(slug, number, team, Sent(key, form))) is not None:
        return shown

    def do() -> str:
        found = access.find_suggestion(me(), slug, number)
        did = act(found, form)
        one_by_one.note(found, key, form)
        arrived(f"{key}:{request.path}")
        is_news = did is not False or not was_so
        if sentence := said if is_news else was_so:
            flash(_(sentence))
        if key == "hand-back" and not access.can_see(me(), found):
            flash(f"{_(deeds.HANDED_BACK)} {_(deeds.OUT_OF_SIGHT)}")
            return links.path("suggestions", slug=slug)
        return onward(slug, number, form, key=key, anchor=_place(key, did) if is_news else "")

    return once(form, do)


def _not_yet(slug: str, number: int, team: Team, sent: Sent) -> Page | None:
    """The form again, where a file was refused or left out, or its text is only to be looked at."""
    if uploads.receive(team, sent.form):
        return again(slug, number, sent) if sent.form.is_unfinished else None
    return again(slug, number, sent), UNPROCESSABLE


def _how() -> dict[str, Any]:
    return {"by": me(), "now": now(), "via": Via.WEB}


def _by_me() -> How:
    return How(me(), now(), Via.WEB)


# Answers --------------------------------------------------------------------------------------------------------------


@web.post("/t/<slug>/<int:number>/answer")
@signed_in
def answer(slug: str, number: int) -> Page:
    """One of the four outcomes. A "not now" far away asks first whether a no would be more honest."""
    team, _membership = team_page(slug)
    key = request.form.get("form", "answer")
    form = typed(lambda form: again(slug, number, Sent(key, form)))
    if (shown := _not_yet(slug, number, team, Sent(key, form))) is not None:
        return shown
    found = access.find_suggestion(me(), slug, number)
    if form.text("start"):
        return again(slug, number, Sent("answer", saved_replies.begun(found, form)))
    if deeds.is_far(found, form, now=now()):
        return again(slug, number, Sent(key, form, ask_first=_(deeds.ASK_FIRST))), 422

    def do() -> str:
        one_by_one.note(found, "answer", form, deeds.answer(found, form, _by_me()))
        arrived(f"answer:{request.path}", f"done:{request.path}")
        return onward(slug, number, form, key="answer")

    return once(form, do)


@web.post("/t/<slug>/<int:number>/undo/<marked:entry>")
@signed_in
def undo(slug: str, number: int, entry: int) -> Page:
    return acted(
        slug, number, "undo", lambda s, form: answers.undo(s, access.find_entry(me(), s, entry), **_how()),
        said=N_("Taken back. No mail has left."),
    )  # fmt: skip


@web.post("/t/<slug>/<int:number>/hand-back")
@signed_in
def hand_back(slug: str, number: int) -> Page:
    return acted(slug, number, "hand-back", lambda s, form: deeds.hand_back(s, form, _by_me()))


@web.post("/t/<slug>/<int:number>/contest")
@signed_in
def contest(slug: str, number: int) -> Page:
    return acted(slug, number, "contest", lambda s, form: deeds.contest(s, form, _by_me()))


# Questions and dates --------------------------------------------------------------------------------------------------


@web.post("/t/<slug>/<int:number>/ask")
@signed_in
def ask(slug: str, number: int) -> Page:
    return acted(slug, number, "ask", lambda s, form: deeds.ask(s, form, _by_me()))


@web.post("/t/<slug>/<int:number>/take-back")
@signed_in
def take_back(slug: str, number: int) -> Page:
    return acted(slug, number, "take-back", lambda s, form: questions.take_back(s, **_how(), seen=deeds.seen(form)))


@web.post("/t/<slug>/<int:number>/move")
@signed_in
def move(slug: str, number: int) -> Page:
    return acted(slug, number, "move", lambda s, form: deeds.move(s, form, _by_me()))


@web.post("/t/<slug>/<int:number>/urgency")
@signed_in
def urgency(slug: str, number: int) -> Page:
    def act(s: Suggestion, form: Form) -> None:
        if form.text("urgency") not in set(Urgency):
            raise BadInput(N_("Choose how urgent it is."), field="urgency")
        dates.change_urgency(
            s, **_how(), to=Urgency(form.text("urgency")), reason=form.text("text"),
            is_correction=form.ticked("is_correction"), seen=deeds.seen(form),
        )  # fmt: skip

    return acted(slug, number, "urgency", act)


# Whose it is ----------------------------------------------------------------------------------------------------------


@web.post("/t/<slug>/<int:number>/take")
@signed_in
def take(slug: str, number: int) -> Page:
    return acted(slug, number, "take", lambda s, form: deeds.take(s, form, _by_me()))


@web.post("/t/<slug>/<int:number>/assign")
@signed_in
def assign(slug: str, number: int) -> Page:
    return acted(slug, number, "assign", lambda s, form: deeds.assign(s, form, _by_me()))


@web.post("/t/<slug>/<int:number>/tags")
@signed_in
def tag(slug: str, number: int) -> Page:
    return acted(slug, number, "tags", lambda s, form: deeds.tag(s, form, _by_me()))


# Words ----------------------------------------------------------------------------------------------------------------


@web.post("/t/<slug>/<int:number>/comment")
@signed_in
def comment(slug: str, number: int) -> Page:
    def act(s: Suggestion, form: Form) -> Any:
        made = deeds.comment(s, form, _by_me())
        if form.text("aside"):  # it was being raised; said here, it has arrived
            drafts.discard(s.team, by=me(), purpose=DraftPurpose.RAISE, suggestion=s)
        return made

    return acted(slug, number, "comment", act)


@web.post("/t/<slug>/<int:number>/note")
@signed_in
def note(slug: str, number: int) -> Page:
    return acted(slug, number, "note", lambda s, form: deeds.note(s, form, _by_me()))


@web.post("/t/<slug>/<int:number>/withdraw")
@signed_in
def withdraw(slug: str, number: int) -> Page:
    return acted(
        slug, number, "withdraw", lambda s, form: verbs.withdraw(s, **_how(), text=form.text("text")),
        said=N_("Withdrawn."),
    )  # fmt: skip


@web.post("/t/<slug>/<int:number>/back")
@signed_in
def it_is_back(slug: str, number: int) -> Page:
    return acted(slug, number, "back", lambda s, form: verbs.it_is_back(s, **_how(), text=form.text("text")))


@web.post("/t/<slug>/<int:number>/reopen")
@signed_in
def reopen(slug: str, number: int) -> Page:
    return acted(slug, number, "reopen", lambda s, form: verbs.reopen(s, **_how(), text=form.text("text")))


# Small signs ----------------------------------------------------------------------------------------------------------


@web.post("/t/<slug>/<int:number>/nudge")
@signed_in
def nudge(slug: str, number: int) -> Page:
    return acted(slug, number, "nudge", lambda s, form: deeds.nudge(s, form, _by_me()))


@web.post("/t/<slug>/<int:number>/thank/<marked:entry>")
@signed_in
def thank(slug: str, number: int, entry: int) -> Page:
    return acted(slug, number, "thank", lambda s, form: support.thank(s, access.find_entry(me(), s, entry), **_how()))


@web.post("/t/<slug>/<int:number>/vote")
@signed_in
def vote(slug: str, number: int) -> Page:
    was_so = N_("You were with it already. That counts once.")
    return acted(slug, number, "vote", lambda s, form: support.vote(s, **_how()), was_so=was_so)


@web.post("/t/<slug>/<int:number>/unvote")
@signed_in
def unvote(slug: str, number: int) -> Page:
    was_so = N_("You were not with it any more.")
    return acted(slug, number, "vote", lambda s, form: support.unvote(s, **_how()), was_so=was_so)


@web.post("/t/<slug>/<int:number>/follow")
@signed_in
def follow(slug: str, number: int) -> Page:
    return acted(slug, number, "follow", lambda s, form: support.follow(s, **_how()))


@web.post("/t/<slug>/<int:number>/unfollow")
@signed_in
def unfollow(slug: str, number: int) -> Page:
    return acted(slug, number, "follow", lambda s, form: support.unfollow(s, **_how()))
