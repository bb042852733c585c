"""One click in a mail (RFC 8058): a GET shows a form and changes nothing, the POST acts without signing in."""

from __future__ import annotations

from flask import render_template
from flask_babel import gettext as _

from tracker.acts import people as acts
from tracker.domain.errors import N_, LinkEnded
from tracker.notices import links, tokens
from tracker.notices.tokens import Claim, Purpose
from tracker.store.base import db
from tracker.web.blueprint import web
from tracker.web.identity import Page, now
from tracker.web.security import without_csrf

ENDED = N_("This link does not work any more. You find everything about your mails in your settings.")

KINDS = {
    "answers": N_("Questions and answers come by mail no longer. You find them here."),
    "dates": N_("Moved and missed dates come by mail no longer. You find them here."),
    "comments": N_("Comments come by mail no longer. You find them here."),
    "handed": N_("What is handed to you comes by mail no longer. You find it here."),
    "reminders": N_("Reminders come by mail no longer. What is owed still stands on your desk."),
    "digest": N_("The weekly overview comes no longer."),
    "news": N_("Answers, questions, dates and comments come by mail no longer. You find them here."),
    "receipts": N_("Receipts come by mail no longer."),
}
_QUESTIONS = {
    "answers": N_("No more questions and answers by mail?"),
    "dates": N_("No more moved and missed dates by mail?"),
    "comments": N_("No more comments by mail?"),
    "handed": N_("Nothing more by mail of what is handed to you?"),
    "reminders": N_("No more reminders by mail?"),
    "digest": N_("No more weekly overview?"),
    "news": N_("No more answers, questions, dates and comments by mail?"),
    "receipts": N_("No more receipts by mail?"),
}


def _claim(token: str) -> Claim:
    claim = tokens.read(Purpose.UNSUBSCRIBE, token, now=now())
    if claim is None or claim.subject not in KINDS:
        raise LinkEnded(ENDED)
    return claim


@web.get("/u/<token>")
def unsubscribe(token: str) -> Page:
    claim = _claim(token)
    return render_template(
        "web/unsubscribe.html", question=_(_QUESTIONS[claim.subject]), done="", me_url=links.path("me")
    )


@web.post("/u/<token>")
def unsubscribing(token: str) -> Page:
    claim = _claim(token)
    acts.unsubscribe(claim.person, claim.subject, now=now())
    db.session.commit()
    return render_template("web/unsubscribe.html", question="", done=_(KINDS[claim.subject]), me_url=links.path("me"))


without_csrf("web.unsubscribing")
