"""What came in by mail and what became of it, for site admins: each mail with its reason.

They stand outside the teams: what a mail says is shown only where it became nothing, because then somebody has to look;
of one that is about a suggestion, only to who can see that.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, redirect, render_template, request
from flask_babel import gettext as _

from tracker import access
from tracker.acts import inbound_mail
from tracker.domain.errors import N_, OutOfReach
from tracker.notices import words
from tracker.store import inbound_mails, people, suggestions
from tracker.store.base import db
from tracker.store.inbound_mails import InboundMail, InboundState
from tracker.web import language
from tracker.web.blueprint import web
from tracker.web.identity import Page, me, now, settings, signed_in, site_admin
from tracker.web.shapes import NavItem

NEWEST = 200
STATES = {
    InboundState.RECEIVED: N_("waits"),
    InboundState.DONE: N_("taken"),
    InboundState.ASKED: N_("asked about"),
    InboundState.REFUSED: N_("refused"),
    InboundState.QUARANTINED: N_("held back"),
    InboundState.IGNORED: N_("not read"),
    InboundState.FAILED: N_("failed"),
}
REASONS = {
    "": N_("It is read within a minute."),
    "comment": N_("It became a comment."),
    "raised": N_("It became a suggestion."),
    "duplicate": N_("The same words had come by another way; they stand there once."),
    "unsubscribed": N_("It switched a kind of mail off."),
    "bounce": N_("A mail of ours could not be delivered; it was counted."),
    "complaint": N_("Its reader called a mail of ours unwanted; they get no more of that kind."),
    "delayed": N_("A mail of ours is still on its way to its reader."),
    "delivered": N_("A mail of ours has arrived; nothing more is said."),
    "which": N_("It answers a mail about several suggestions; the sender was asked which one."),
    "named": N_("The sender said later which one was meant; it went on there."),
    "put_aside": N_("The sender did not want it entered after all."),
    "empty": N_("Nothing new was found in it; the sender was asked."),
    "draft": N_("It reads like an answer; the sender was asked to say so."),
    "rule": N_("A rule refused it; the sender was told which."),
    "too_large": N_("It is larger than 16 MB; only its headers were kept."),
    "too_long": N_("It is too long to be a letter."),
    "too_old": N_("It answers a mail that is too old."),
    "ended": N_("It answers a mail from before its reader ended what older mails can do."),
    "out_of_reach": N_("The sender may not see what it is about any more."),
    "no_such_address": N_("It was written to no address that anybody reads."),
    "forged": N_("The address it was written to is not one that we gave out, or has ended."),
    "other_sender": N_("It was written to somebody's own address, from another one than theirs."),
    "disabled": N_("The account that it belongs to is disabled."),
    "unknown_sender": N_("It was written to a team by nobody who is known to be in it."),
    "not_proven": N_("Our mail server has not proven who sent it."),
    "broken": N_("It could not be read, five times."),
    "null_sender": N_("A machine sent it: the envelope has no sender."),
    "own_address": N_("It comes from an address of our own."),
    "own_message": N_("It is a mail of our own that came back."),
    "auto_submitted": N_("A machine sent it: a header says so (Auto-Submitted)."),
    "precedence": N_("A machine sent it: a header says so (Precedence)."),
    "list": N_("It comes from a mailing list."),
    "auto_reply": N_("A machine sent it: a header says so (X-Autoreply)."),
    "report": N_("It is a mail server's report, and about no mail of ours that is known."),
    "out_of_office": N_("Its subject is that of a reply which nobody wrote."),
    "to_bounce_address": N_("It was written to the address for what comes back, and reports nothing."),
}
UNANSWERED = {
    "too_many": N_("Nothing went back: this sender had been sent as many mails as may go out within an hour."),
    "told_already": N_("Nothing went back: this sender was told within a day."),
    "stranger": N_("Nothing went back: nobody knows the sender, and we gave out no such address."),
    "no_sender": N_("Nothing went back: it names no single sender."),
}
#: Reasons against a machine's mail with which a person's can be struck.
RELEASABLE = ("auto_submitted", "precedence", "list", "auto_reply", "report", "out_of_office")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One mail of the list. ``sender`` and ``subject`` are empty where they are not for the reader."""

    id: int
    when: str
    sender: str
    subject: str
    state: str
    reason: str
    unanswered: str
    is_trouble: bool


def _line(mail: InboundMail) -> Line:
    shown = _may_read(mail)
    why_not = UNANSWERED.get(str(mail.facts.get("unanswered")), "")
    return Line(
        id=mail.id,
        when=words.moment(language.reader(), mail.received_at),
        sender=mail.from_address if shown else _who(mail),
        subject=(mail.subject or _("(no subject)")) if shown else "",
        state=_(STATES[mail.state]),
        reason=_(REASONS[mail.reason]) if mail.reason in REASONS else mail.reason,
        unanswered=_(why_not) if why_not else "",
        is_trouble=mail.state in inbound_mails.TROUBLED,
    )


def _who(mail: InboundMail) -> str:
    person = people.by_id(mail.person_id) if mail.person_id is not None else None
    return person.name if person is not None else ""


def _may_read(mail: InboundMail) -> bool:
    """What became nothing has to be looked at; what is about a suggestion is for who can see it."""
    s = suggestions.by_id(mail.suggestion_id) if mail.suggestion_id is not None else None
    if s is not None:
        return access.can_see(me(), s)
    return mail.state not in (InboundState.DONE, InboundState.ASKED)


def _is_hidden(mail: InboundMail) -> bool:
    """A mail about a suggestion about the reader is not there for them."""
    s = suggestions.by_id(mail.suggestion_id) if mail.suggestion_id is not None else None
    return s is not None and s.about_person_id == me().id


@web.get("/admin/inbound")
@signed_in
def inbound() -> Page:
    """The newest first; ``?state=quarantined`` shows those alone."""
    site_admin()
    asked = request.args.get("state", "")
    chosen = InboundState(asked) if asked in [one.value for one in InboundState] else None
    found = inbound_mails.newest((chosen,) if chosen is not None else (), limit=NEWEST)
    counts = inbound_mails.counts()
    tabs = [NavItem(url="/admin/inbound", label=_("All"), icon="list", current=chosen is None)]
    tabs += [
        NavItem(
            url=f"/admin/inbound?state={state.value}",
            label=_(said),
            icon="list",
            count=counts[state],
            current=chosen is state,
        )
        for state, said in sorted(STATES.items(), key=lambda one: one[0] not in inbound_mails.TROUBLED)
        if counts.get(state)
    ]
    lines = [_line(mail) for mail in found if not _is_hidden(mail)]
    return render_template(
        "web/inbound.html",
        mails=lines,
        tabs=tabs,
        count=sum(counts.values()),
        is_received=settings().inbound is not None,
        is_believed=_is_believed(),
    )


def _is_believed() -> bool:
    """Whether the From alone says who raises something."""
    inbound = settings().inbound
    return inbound is not None and inbound.authserv_id is None


def _mail(mail_id: int) -> InboundMail:
    site_admin()
    mail = inbound_mails.by_id(mail_id)
    if mail is None or _is_hidden(mail):
        raise OutOfReach(access.NOT_THERE)
    return mail


@web.get("/admin/inbound/<int:mail_id>")
@signed_in
def inbound_one(mail_id: int) -> Page:
    mail = _mail(mail_id)
    is_forgotten = inbound_mails.is_forgotten(mail)
    may_read = _may_read(mail)
    return render_template(
        "web/inbound_one.html",
        mail=_line(mail),
        error=mail.error,
        text=mail.text if may_read else "",
        may_read=may_read,
        is_forgotten=is_forgotten,
        can_retry=inbound_mail.can_be_read_again(mail),
        is_machines=mail.reason in RELEASABLE,
    )


@web.get("/admin/inbound/<int:mail_id>/download")
@signed_in
def inbound_download(mail_id: int) -> Page:
    """The bytes as they arrived."""
    mail = _mail(mail_id)
    if not _may_read(mail) or inbound_mails.is_forgotten(mail):
        raise OutOfReach(access.NOT_THERE)
    headers = {"Content-Disposition": f'attachment; filename="mail-{mail.id}.eml"'}
    return Response(mail.raw, mimetype="message/rfc822", headers=headers)


@web.post("/admin/inbound/<int:mail_id>/again")
@signed_in
def inbound_again(mail_id: int) -> Page:
    """Have it read once more; a machine's as if a person had written it."""
    mail = _mail(mail_id)
    inbound_mail.read_again(mail, by=me(), now=now())
    db.session.commit()
    return redirect(f"/admin/inbound/{mail.id}")
