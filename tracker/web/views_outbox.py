"""Messages of the outbox in the words of its page: states, reasons, what is in them. Never a link that opens a door."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tracker import access
from tracker.acts import deliveries as acts
from tracker.domain.errors import N_
from tracker.notices import links, words
from tracker.notices.events import Event
from tracker.notices.mails.site import KINDS, kind_word
from tracker.notices.why_words import ENDS, REASONS
from tracker.store import deliveries, delivery_events, outlets, people, pulse
from tracker.store.deliveries import HELD
from tracker.store.delivery_events import Happened
from tracker.store.notices import Delivery, DeliveryState, Notice, NoticeState
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.web import language
from tracker.web.mailbox import struck
from tracker.web.say import _
from tracker.web.shapes import Link
from tracker.web.views_outlets import EVENTS

#: What somebody may have to look after comes first.
STATES = {
    HELD: N_("held"),
    DeliveryState.UNKNOWN.value: N_("nobody knows"),
    DeliveryState.DEAD.value: N_("given up"),
    DeliveryState.PENDING.value: N_("waits"),
    DeliveryState.CLAIMED.value: N_("with a sender"),
    DeliveryState.SENDING.value: N_("being handed over"),
    DeliveryState.SENT.value: N_("sent"),
    DeliveryState.SKIPPED.value: N_("not sent"),
}
HAPPENED = {
    Happened.SENT: N_("taken by the server"),
    Happened.REFUSED: N_("not taken this time"),
    Happened.UNKNOWN: N_("nobody knows whether it was taken"),
    Happened.LOST: N_("not sent"),
    Happened.GIVEN_UP: N_("given up"),
    Happened.RETRIED: N_("sent again by hand"),
    Happened.RELEASED: N_("released by hand"),
    Happened.DISCARDED: N_("discarded by hand"),
}
TROUBLED = (HELD, DeliveryState.UNKNOWN.value, DeliveryState.DEAD.value)
_NOTICE_STATES = {NoticeState.OWED: N_("owed"), NoticeState.TOLD: N_("told"), NoticeState.SKIPPED: N_("not told")}
#: Reasons as they stand in rows.
_REASONS = frozenset({*REASONS, *ENDS})
#: A reason of ours, and what stands behind it: the admin's words, the number of an error.
_WITH_MORE = re.compile(r"(.+?)(?:: |, see error )(.*)", re.S)
_ERROR = re.compile(r", see error (\d{1,18})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One message of the list."""

    id: int
    what: str
    person: str
    address: str
    state: str
    reason: str
    when: str
    attempts: int
    #: when it is tried next; empty where it is not
    next: str
    is_trouble: bool
    can_retry: bool
    can_release: bool
    can_discard: bool

    @property
    def can_anything(self) -> bool:
        return self.can_retry or self.can_release or self.can_discard


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What became of one attempt, or what somebody did about the message."""

    when: str
    what: str
    said: str
    #: by whom; empty where nobody did it
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One notice in a message: what it is, of what, and what became of it. ``link`` only where the reader may look."""

    what: str
    state: str
    reason: str
    link: Link | None


def line(delivery: Delivery) -> Line:
    state = state_of(delivery)
    person = people.by_id(delivery.person_id) if delivery.person_id is not None else None
    waits = delivery.state is DeliveryState.PENDING and not delivery.is_held
    return Line(
        id=delivery.id,
        what=named(delivery.template),
        person=person.name if person is not None else "",
        address=_address(delivery),
        state=_(STATES[state]),
        reason=reason(delivery.outcome),
        when=words.moment(language.reader(), delivery.sent_at or delivery.created_at),
        attempts=delivery.attempts,
        next=words.moment(language.reader(), delivery.next_attempt_at) if waits else "",
        is_trouble=state in TROUBLED,
        can_retry=acts.can_retry(delivery),
        can_release=acts.can_release(delivery),
        can_discard=acts.can_discard(delivery),
    )


def named(template: str) -> str:
    """A mail by what it is called; what goes to a program or a chat by what has happened."""
    if template in set(Event) and template not in KINDS:
        return str(_(EVENTS[Event(template)]))
    return words.capital(kind_word(language.reader(), template))


def _address(delivery: Delivery) -> str:
    if outlets.is_one(delivery.destination):
        return str(_("a webhook") if outlets.is_webhook(delivery.destination) else _("a chat"))
    return delivery.address


def state_of(delivery: Delivery) -> str:
    return HELD if delivery.is_held and delivery.state is DeliveryState.PENDING else delivery.state.value


def reason(said: str) -> str:
    """A reason of ours in the reader's language; a server's words as they are, without anything that opens a door."""
    if said in _REASONS:
        return _(said)
    parts = _WITH_MORE.fullmatch(said)
    if parts is not None and parts[1] in _REASONS and not _ERROR.search(said):
        return f"{_(parts[1])}: {struck(parts[2])}"
    if parts is not None and parts[1] in _REASONS:
        return _(parts[1])
    return struck(said)


def error(delivery: Delivery) -> str:
    """The first line of what was raised when it should have been written; "" once that is forgotten."""
    found = _ERROR.search(delivery.outcome)
    noted = pulse.error_by_id(int(found[1])) if found else None
    # The number alone is not enough: SQLite gives those of errors that were forgotten to other ones.
    is_its_own = noted is not None and noted.subject == f"delivery:{delivery.id}"
    return struck(noted.what.splitlines()[0][:300]) if noted is not None and is_its_own and noted.what else ""


def attempts(delivery: Delivery) -> list[Attempt]:
    """Oldest first."""
    events = delivery_events.of(delivery.id)
    names = people.names({event.by_id for event in events if event.by_id is not None})
    return [
        Attempt(
            when=words.moment(language.reader(), event.at),
            what=_(HAPPENED[event.what]),
            said=reason(event.said),
            by=names.get(event.by_id or 0, ""),
        )
        for event in events
    ]


def told(delivery: Delivery, *, reader: Person) -> list[Told]:
    return [_told(notice, s, reader) for notice, s in deliveries.notices_in(delivery.id, reader=reader)]


def _told(notice: Notice, s: Suggestion | None, reader: Person) -> Told:
    link = None
    if s is not None and access.can_see(reader, s):
        link = Link(url=links.path("suggestion", slug=s.team.slug, number=s.number), label=f"#{s.number}")
    return Told(
        what=words.capital(kind_word(language.reader(), notice.kind)),
        state=_(_NOTICE_STATES[notice.state]),
        reason=reason(notice.reason),
        link=link,
    )


def kinds(templates: Sequence[str]) -> list[tuple[str, str]]:
    """Mails to choose from, by what they are called."""
    said = [(name, named(name)) for name in templates]
    doubled = {word for _name, word in said if sum(word == other for _n, other in said) > 1}
    return sorted(
        ((name, f"{word} ({name})" if word in doubled and name in KINDS else word) for name, word in said),
        key=lambda one: one[1].casefold(),
    )
