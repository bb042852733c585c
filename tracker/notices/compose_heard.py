"""The mails that go back to who wrote to us: each is about one mail of theirs, and says what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tracker import access
from tracker.domain.errors import N_
from tracker.notices import links
from tracker.notices.mails import (
    Files,
    Footer,
    HeardComment,
    HeardDraft,
    HeardEmpty,
    HeardRefused,
    HeardTaken,
    HeardUnknown,
    HeardWhich,
    Mail,
    along,
)
from tracker.notices.mails.along import LeftOut
from tracker.notices.markdown import plain
from tracker.notices.words import Reader, say
from tracker.notices.writing import ANSWER, DONE, REPLY, Writer, locale_of, place
from tracker.store import attachments, entries, inbound_mails, promises, suggestions
from tracker.store.base import db
from tracker.store.entries import EntryKind
from tracker.store.inbound_mails import InboundMail
from tracker.store.notices import Delivery
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team

#: Why a mail was not entered, as its sender reads it.
WHY = {
    "too_large": N_("It is too large: at most 16 MB are taken. Please send the words without the files."),
    "too_long": N_("It is too long to be entered. Please write the part that matters."),
    "no_such_address": N_("This address takes no mail. Please reply to one of our mails, or write here:"),
    "too_old": N_("The mail you replied to is too old to be answered by mail. Please write here:"),
    "ended": N_(
        "The mail you replied to cannot be answered by mail any more: what older mails could do was ended since, as by"
        " signing out everywhere. Please write here:"
    ),
    "out_of_reach": N_("What it is about is not there any more, or not for you."),
    "broken": N_("Something in it could not be read. The people who look after this site have been told."),
}


@dataclass(frozen=True, slots=True)
class Heard:
    """A mail with its values, who reads it, and the suggestion it is about, where it is one."""

    mail: Mail
    reader: Reader
    suggestion: Suggestion | None
    #: of the mail that it answers
    answers_id: str | None
    footer: Footer = field(default_factory=lambda: Footer("wrote"))


def heard(delivery: Delivery, person: Person | None, *, now: datetime) -> Heard:
    """Written from the row of the mail that came in."""
    mail = inbound_mails.by_id(int(delivery.facts.get("inbound", 0)))
    if mail is None:
        raise LookupError(f"delivery {delivery.id} answers no mail")
    if person is None or delivery.template == "heard_unknown":
        reader = Reader(locale_of(delivery.facts.get("locale")), ZoneInfo("UTC"), now)
        return Heard(HeardUnknown(url=links.url("start")), reader, None, mail.message_id or None)
    s = suggestions.by_id(mail.suggestion_id) if mail.suggestion_id is not None else None
    if s is not None and not access.can_see(person, s):
        s = None
    team = s.team if s is not None else _team(delivery)
    w = Writer(person=person, delivery=delivery, now=now, team=team)
    written = COMPOSERS[delivery.template](w, mail, s)
    return Heard(written, w.reader, s, mail.message_id or None)


def _team(delivery: Delivery) -> Team | None:
    return db.session.get(Team, delivery.team_id) if delivery.team_id is not None else None


def _words(mail: InboundMail, s: Suggestion | None) -> str:
    """What they wrote; not where it is about a person, whose mails say nothing that others could read."""
    return "" if s is not None and s.about_person_id is not None else plain(mail.text)


def _filled_in(w: Writer, s: Suggestion, mail: InboundMail, write: str, **more: str) -> str:
    """The suggestion's page with a form open, and the mail's words in it."""
    query = {"write": write, "mail": str(mail.id), **more}
    return links.url("suggestion", query=query, fragment=place(write), slug=s.team.slug, number=s.number)


def answers_in(person: Person, s: Suggestion) -> str:
    """The form in which this person gives an answer: who was named, and handles nothing else, says that it is done."""
    return ANSWER if access.can_handle(person, s) else DONE


def _left_out(mail: InboundMail) -> tuple[LeftOut, ...]:
    return along.from_facts(mail.facts.get("left_out", ()))


def _stayed(mail: InboundMail, s: Suggestion | None) -> tuple[str, ...]:
    """Names of files that are in the mail alone; as its words, not where it is about a person."""
    is_hidden = s is not None and s.about_person_id is not None
    return () if is_hidden else tuple(str(name) for name in mail.facts.get("stayed", ()))


def _files(w: Writer, mail: InboundMail, s: Suggestion) -> Files | None:
    """What came along and is kept."""
    entry = entries.by_id(mail.entry_id) if mail.entry_id is not None else entries.last_of(s.id, EntryKind.RAISED)
    if entry is None or s.about_person_id is not None:
        return None
    names = tuple(one.name for one in attachments.of_entries([entry.id]).get(entry.id, ()))
    return Files(names, w.page_url(s)) if names else None


def _waiting(w: Writer, mail: InboundMail, s: Suggestion) -> Files | None:
    """What came with an answer that is still to be confirmed: it stands in the form."""
    ids = [int(one) for one in mail.facts.get("attached", ())] if s.about_person_id is None else []
    names = tuple(one.name for one in attachments.loose(s.team_id, w.person.id, ids))
    return Files(names, _filled_in(w, s, mail, answers_in(w.person, s))) if names else None


def _about(s: Suggestion | None) -> Suggestion:
    if s is None:
        raise LookupError("the suggestion is out of reach")
    return s


def _taken(w: Writer, mail: InboundMail, s: Suggestion | None) -> Mail:
    s = _about(s)
    row = promises.open_of(s.id) if mail.facts.get("ball_back") else None
    return HeardTaken(
        name=w.person.name,
        item=w.item(s),
        text=_words(mail, s),
        due_at=row.due_at if row is not None else None,
        files=_files(w, mail, s),
        left_out=_left_out(mail) if s.about_person_id is None else (),
        view_url=w.url(s),
    )


def _comment(w: Writer, mail: InboundMail, s: Suggestion | None) -> Mail:
    s = _about(s)
    form = answers_in(w.person, s)

    def answer(outcome: str) -> str:
        return _filled_in(w, s, mail, form, outcome=outcome)

    def whole(outcome: str) -> str | None:
        return answer(outcome) if form == ANSWER else None

    return HeardComment(
        name=w.person.name,
        item=w.item(s),
        text=_words(mail, s),
        done_url=answer("done"),
        will_do_url=whole("will_do"),
        not_now_url=whole("not_now"),
        declined_url=whole("declined"),
        files=_files(w, mail, s),
        left_out=_left_out(mail) if s.about_person_id is None else (),
    )


def _which(w: Writer, mail: InboundMail, _s: Suggestion | None) -> Mail:
    found = [suggestions.by_id(int(one)) for one in mail.facts.get("which", ())]
    seen = [one for one in found if one is not None and access.can_see(w.person, one)]
    is_of_several = len({s.team_id for s in seen}) > 1
    items = tuple(
        replace(w.item(s), url=_filled_in(w, s, mail, REPLY), team=s.team.name if is_of_several else None) for s in seen
    )
    ids = [int(one) for one in mail.facts.get("attached", ())] if seen else []
    kept = tuple(one.name for one in attachments.loose(seen[0].team_id, w.person.id, ids)) if ids else ()
    return HeardWhich(
        name=w.person.name,
        items=items,
        text=plain(mail.text),
        kept=kept,
        left_out=_left_out(mail),
        stayed=_stayed(mail, None),
        shared=next(((s.number, s.team.slug) for s in seen if [one.number for one in seen].count(s.number) > 1), None),
    )


def _empty(w: Writer, mail: InboundMail, s: Suggestion | None) -> Mail:
    url = w.url(s, REPLY) if s is not None else links.url("start")
    item = w.item(s) if s is not None else None
    return HeardEmpty(name=w.person.name, item=item, url=url, stayed=_stayed(mail, s))


def _refused(w: Writer, mail: InboundMail, s: Suggestion | None) -> Mail:
    rule = mail.facts.get("rule")
    message = str(rule["message"]) if rule else WHY.get(mail.reason, WHY["broken"])
    facts = rule["facts"] if rule else {}
    why = say(w.reader.locale).gettext(message, **facts) if facts else say(w.reader.locale).gettext(message)
    url = w.url(s, REPLY) if s is not None else links.url("start")
    about = mail.subject if s is None or s.about_person_id is None else ""
    text, stayed = _words(mail, s), _stayed(mail, s)
    return HeardRefused(name=w.person.name, about=about, why=why, text=text, url=url, stayed=stayed)


def _draft(w: Writer, mail: InboundMail, s: Suggestion | None) -> Mail:
    s, draft = _about(s), mail.facts["draft"]
    return HeardDraft(
        name=w.person.name,
        item=w.item(s),
        outcome=draft["outcome"],
        kind=s.kind.value,
        text=plain(str(draft["text"])) if s.about_person_id is None else "",
        url=_filled_in(w, s, mail, answers_in(w.person, s)),
        on=date.fromisoformat(draft["on"]) if draft.get("on") else None,
        files=_waiting(w, mail, s),
        left_out=_left_out(mail) if s.about_person_id is None else (),
        problem=str(draft.get("problem", "")),
        said=str(draft.get("said", "")),
    )


COMPOSERS: dict[str, Callable[[Writer, InboundMail, Suggestion | None], Mail]] = {
    "heard_taken": _taken,
    "heard_comment": _comment,
    "heard_which": _which,
    "heard_empty": _empty,
    "heard_refused": _refused,
    "heard_draft": _draft,
}
TEMPLATES = (*COMPOSERS, "heard_unknown")
