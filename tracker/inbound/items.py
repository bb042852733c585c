"""Which of several: what a mail of ours was about, and the one that a reply names by its number."""

from __future__ import annotations

import re

import sqlalchemy as sa

from tracker import access
from tracker.domain.lifecycle import OPEN
from tracker.store import inbound_mails, suggestions
from tracker.store.base import db
from tracker.store.inbound_mails import InboundMail
from tracker.store.notices import Delivery, Notice
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion

#: So many are asked about: as many as a section of a digest names.
MOST = 7
_NUMBER = re.compile(r"#(\d{1,9})\b")
_BETWEEN = r"[\s:.,–—-]*"
_FIRST = re.compile(rf"\s*#(\d{{1,9}})\b{_BETWEEN}")


def about(delivery: Delivery, person: Person) -> list[Suggestion]:
    """What a message was about, as far as the person can see it; of an overview what they wait for or owe."""
    if delivery.template == "heard_which":
        asked = inbound_mails.by_id(int(delivery.facts.get("inbound", 0)))
        ids = [int(one) for one in asked.facts.get("which", ())] if asked is not None else []
    else:
        carried = sa.select(Notice.suggestion_id).where(Notice.delivery_id == delivery.id).order_by(Notice.id)
        ids = [one for one in db.session.scalars(carried) if one is not None]
    found = [suggestions.by_id(one) for one in dict.fromkeys(ids)]
    seen = [one for one in found if one is not None and access.can_see(person, one)]
    return seen or _open_ones(person)


def asked_about(delivery: Delivery, person: Person) -> tuple[InboundMail, ...]:
    """Their mails that we asked about until this message, the oldest first: an answer that named none was asked about
    in its turn. Files of all come along with the answer that names one."""
    found: list[InboundMail] = []
    asks: Delivery | None = delivery
    while asks is not None and asks.template == "heard_which":
        mail = inbound_mails.by_id(int(asks.facts.get("inbound", 0)))
        if mail is None or mail.person_id != person.id or mail in found:
            break
        found.insert(0, mail)
        asks = db.session.get(Delivery, mail.delivery_id) if mail.delivery_id is not None else None
    return tuple(found)


def _open_ones(person: Person) -> list[Suggestion]:
    """Their own that are open, else what they answer for, the newest first."""
    for mine in (Suggestion.author_id == person.id, access.handled_by(person)):
        statement = sa.select(Suggestion).where(mine, access.visible_to(person), Suggestion.status.in_(OPEN))
        found = list(db.session.scalars(statement.order_by(Suggestion.id.desc())))
        if found:
            return found
    return []


def named(text: str, candidates: list[Suggestion]) -> tuple[Suggestion | None, str]:
    """The one that the words name, and the words without its number where they begin with it.

    The number they begin with counts; else the only one of the candidates that stands anywhere in them. Each team
    counts for itself, so one number may be several suggestions': then the team after it says which, and nothing else.
    """
    first = _FIRST.match(text)
    fitting = begun_with(text, candidates)
    if first is not None and fitting:
        words = text[first.end() :].strip()
        return (fitting[0], words) if len(fitting) == 1 else _of_team(text, words, fitting)
    inside = {int(number) for number in _NUMBER.findall(text)}
    found = [one for one in candidates if one.number in inside]
    return (found[0], text) if len(found) == 1 else (None, text)


def begun_with(text: str, candidates: list[Suggestion]) -> list[Suggestion]:
    """Those that have the number with which the words begin."""
    first = _FIRST.match(text)
    return [one for one in candidates if first is not None and one.number == int(first[1])]


def is_number_alone(text: str) -> bool:
    return _FIRST.fullmatch(text) is not None


def _of_team(text: str, words: str, fitting: list[Suggestion]) -> tuple[Suggestion | None, str]:
    """The one of the team whose name, or short name, the words begin with; the longest name counts."""
    found: dict[int, list[Suggestion]] = {}
    for one in fitting:
        for name in {one.team.name.lower(), one.team.slug}:
            said = re.match(rf"{re.escape(name)}(?![\w-]){_BETWEEN}", words, re.IGNORECASE)
            if said is not None:
                found.setdefault(said.end(), []).append(one)
    longest = max(found, default=0)
    those = found.get(longest, [])
    return (those[0], words[longest:].strip()) if len(those) == 1 else (None, text)
