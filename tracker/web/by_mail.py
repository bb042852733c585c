"""A form of a suggestion's page filled with what somebody wrote by mail: one click makes of it what it was meant as."""

from __future__ import annotations

from collections.abc import Mapping

from tracker.domain.outcomes import Outcome
from tracker.notices.compose_heard import answers_in
from tracker.notices.writing import ANSWER, DONE, REPLY
from tracker.store import inbound_mails, merges, suggestions
from tracker.store.inbound_mails import InboundMail, InboundState
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.web.forms import Form
from tracker.web.views_forms import Sent

_FORMS = (ANSWER, DONE, REPLY)


def filled(s: Suggestion, person: Person, asked: Mapping[str, str]) -> Sent | None:
    """The form that an address asks for (``write``, ``mail``, ``outcome``); none where the mail is not this person's,
    nobody has proven that it is, or it is about another suggestion. Nothing is written: the words go in when the form
    is sent."""
    write, number = asked.get("write", ""), asked.get("mail", "")
    if write not in _FORMS or not (number.isascii() and number.isdigit() and len(number) < 16):
        return None
    mail = inbound_mails.by_id(int(number))
    if mail is None or mail.person_id != person.id or not _is_about(mail, s):
        return None
    if mail.state is InboundState.QUARANTINED:  # somebody else's words do not stand in this person's form
        return None
    values = {"text": mail.text, **mail.facts.get("draft", {})}
    if asked.get("outcome") in [one.value for one in Outcome]:
        values["outcome"] = asked["outcome"]
    if write != REPLY:
        write = answers_in(person, s)
    has_files = write != REPLY or mail.reason == "which"
    added = tuple(int(one) for one in mail.facts.get("attached", ())) if has_files else ()
    return Sent(write, Form({name: value for name, value in values.items() if value is not None}, attached=added))


def _is_about(mail: InboundMail, s: Suggestion) -> bool:
    """About this one, about what was merged into it, or about one of several."""
    if mail.suggestion_id is None:
        return True
    goes_on = merges.goes_on(suggestions.by_id(mail.suggestion_id))
    return goes_on is not None and goes_on.id == s.id
