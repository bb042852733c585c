"""One's own mail to us: what became of it, its words, and the forms that take them. Nothing is written by looking."""

from __future__ import annotations

from flask import redirect, render_template

from tracker import access
from tracker.acts import inbound_mail
from tracker.domain.errors import N_, OutOfReach
from tracker.domain.lifecycle import OPEN
from tracker.notices import links, words
from tracker.notices.compose_heard import WHY, answers_in
from tracker.notices.mails.sentences import heading
from tracker.notices.writing import REPLY, Writer, place
from tracker.store import inbound_mails, merges, promises, suggestions
from tracker.store.base import db
from tracker.store.inbound_mails import InboundMail, InboundState
from tracker.store.notices import Delivery
from tracker.store.suggestions import Suggestion
from tracker.web import language
from tracker.web.blueprint import web
from tracker.web.identity import Page, me, now, signed_in
from tracker.web.say import _
from tracker.web.shapes import Link

#: What became of it, as the mails say it that go back.
BECAME = {
    "draft": N_("Your mail reads like an answer. It counts as soon as you say so:"),
    "which": N_(
        "You replied to a mail about several suggestions, and nothing has been entered yet. Open the one you mean; your"
        " words are filled in there."
    ),
    "named": N_(
        "You replied to a mail about several suggestions. A later mail of yours said which one you meant, and was"
        " entered there."
    ),
    "put_aside": N_("You did not want this mail any more. Nothing has been entered."),
    "empty": N_(
        "Your mail came in, and we found nothing in it that is new: no words of yours above the quoted mail. It is"
        " kept, and nothing has been entered."
    ),
    "not_proven": N_(
        "A mail in your name came in, and the mail server could not prove that it is from you. Nothing has been"
        " entered. If you wrote it, please write here once more."
    ),
}
REFUSED = N_("Your mail came in and is kept, but it could not be entered.")
COMMENT = N_("This is a comment, not yet an answer. Make it one:")
TAKEN = N_("Your mail has been entered.")


@web.get("/notices/mail/<int:mail_id>")
@signed_in
def my_mail(mail_id: int) -> Page:
    mail = _own(mail_id)
    s = _seen(mail.suggestion_id)
    return render_template(
        "web/my_mail.html",
        when=words.moment(language.reader(), mail.received_at),
        subject=mail.subject,
        said=_said(mail, s),
        links=_ways(mail, s),
        text=mail.text,
        is_proven=mail.reason != "not_proven",
        is_forgotten=inbound_mails.is_forgotten(mail),
        put_aside_url=f"/notices/mail/{mail.id}/put-aside" if inbound_mail.waits(mail) else "",
    )


@web.post("/notices/mail/<int:mail_id>/put-aside")
@signed_in
def my_mail_put_aside(mail_id: int) -> Page:
    mail = _own(mail_id)
    inbound_mail.put_aside(mail, by=me(), now=now())
    db.session.commit()
    return redirect(f"/notices/mail/{mail.id}", code=303)


def _own(mail_id: int) -> InboundMail:
    """For whoever wrote it, and for nobody else."""
    mail = inbound_mails.by_id(mail_id)
    if mail is None or mail.person_id != me().id:
        raise OutOfReach(access.NOT_THERE)
    return mail


def _seen(suggestion_id: int | None) -> Suggestion | None:
    s = merges.goes_on(suggestions.by_id(suggestion_id)) if suggestion_id is not None else None
    return s if s is not None and access.can_see(me(), s) else None


def _said(mail: InboundMail, s: Suggestion | None) -> list[str]:
    if mail.reason in BECAME:
        return [_(BECAME[mail.reason])]
    if mail.state is InboundState.DONE:
        return [_(COMMENT) if _is_plain_words(mail, s) else _(TAKEN)]
    rule = mail.facts.get("rule")
    why = _(str(rule["message"]), **rule["facts"]) if rule else _(WHY.get(mail.reason, WHY["broken"]))
    return [_(REFUSED), why]


def _is_plain_words(mail: InboundMail, s: Suggestion | None) -> bool:
    """A comment of one who may answer, of which an answer can be made."""
    if mail.reason != "comment" or s is None or s.status not in OPEN:
        return False
    return access.can_answer(me(), s, promises.open_of(s.id), is_done=True)


def _ways(mail: InboundMail, s: Suggestion | None) -> list[Link]:
    if mail.reason == "which":
        found = [one for number in mail.facts.get("which", ()) if (one := _seen(int(number))) is not None]
        is_of_several = len({one.team_id for one in found}) > 1
        return [_way(one, mail, REPLY, of=one.team.name if is_of_several else "") for one in found]
    if s is None or mail.reason == "put_aside":
        return []
    return [_way(s, mail, answers_in(me(), s) if mail.reason == "draft" or _is_plain_words(mail, s) else "")]


def _way(s: Suggestion, mail: InboundMail, write: str, *, of: str = "") -> Link:
    w = Writer(person=me(), delivery=Delivery(created_at=now()), now=now(), team=s.team)
    query = {"write": write, "mail": str(mail.id)} if write else None
    url = links.path("suggestion", fragment=place(write), query=query, slug=s.team.slug, number=s.number)
    return Link(url=url, label=" · ".join(part for part in (heading(w.reader, w.item(s)), of) if part))
