"""What the pages of webhooks say: how one stands, and what became of its last messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from tracker.domain import chat_addresses
from tracker.domain.errors import N_
from tracker.notices import events, links, look_again, outbox, telling, words
from tracker.notices.channels import chat, doors
from tracker.notices.events import Event
from tracker.store import outlets, people, pulse
from tracker.store.base import db
from tracker.store.notices import Delivery, DeliveryState
from tracker.store.outlets import Outlet
from tracker.store.people import Person
from tracker.store.teams import Team
from tracker.web import language
from tracker.web.shapes import Act

SHOWN = 20
EVENTS = {
    Event.RAISED: N_("Raised"),
    Event.ASKED: N_("Question to the author"),
    Event.ANSWERED: N_("Answered"),
    Event.MOVED: N_("Date moved"),
    Event.CONTESTED: N_("Answer contested"),
    Event.REOPENED: N_("Open again"),
    Event.WITHDRAWN: N_("Withdrawn"),
    Event.MERGED: N_("Merged"),
    Event.BROKEN: N_("Date passed"),
    Event.RUNG: N_("Reminder"),
    Event.TEST: N_("Test"),
}
STATES = {
    DeliveryState.PENDING: N_("waits"),
    DeliveryState.CLAIMED: N_("is being sent"),
    DeliveryState.SENDING: N_("is being sent"),
    DeliveryState.SENT: N_("arrived"),
    DeliveryState.UNKNOWN: N_("may have arrived"),
    DeliveryState.SKIPPED: N_("was not sent"),
    DeliveryState.DEAD: N_("given up"),
}
#: What came back, or why nothing left. A text that stands not here says more than a page may show.
RESULTS = {
    doors.NO_HOST: N_("There is no such host."),
    doors.INNER: N_("Its name leads into an inner network. Nothing is sent there."),
    doors.NOBODY: N_("Nobody answers there."),
    doors.TOO_SLOW: N_("No answer came in time."),
    doors.BAD_CERTIFICATE: N_("Its certificate is not good."),
    doors.NO_ENCRYPTION: N_("No encrypted connection could be made."),
    doors.CUT_OFF: N_("The connection ended before an answer came."),
    doors.NOT_HTTP: N_("What came back is not HTTP."),
    chat.NOT_TAKEN: N_("The chat did not take it."),
    chat.PERHAPS: N_("The chat did not say whether it took it."),
    chat.LACKING: N_("apprise is not installed."),
    events.OLD_NEWS: N_("It was a day old by then."),
    events.STOPPED: N_("The receiver wanted no more."),
    events.SWITCHED_OFF: N_("It was switched off."),
    events.NOT_FOR_ALL: N_("Not everybody in the team may see it any more."),
    look_again.ANSWERED: N_("It was settled by then."),
    look_again.NEW_DATE: N_("Its date is another now."),
    look_again.TAKEN_BACK: N_("It was taken back."),
    telling.DISCARDED_ON_RELEASE: N_("It was discarded when held mail was released."),
    outbox.GIVEN_UP: N_("It did not get through for five days."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletLine:
    """One webhook among those of its team."""

    url: str
    name: str
    state: str
    is_trouble: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLine:
    """One message and what became of it."""

    what: str
    number: int | None
    url: str
    when: str
    state: str
    is_trouble: bool
    result: str
    again: Act | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatLine:
    """One chat, without its address, which holds its key. ``last`` is what became of the last message."""

    name: str
    team: str
    state: str
    is_trouble: bool
    acts: list[Act]


def path(team: Team, outlet: Outlet, act: str = "") -> str:
    base = f"{links.path('settings', slug=team.slug)}/outlets/{outlet.id}"
    return f"{base}/{act}" if act else base


# How one stands -------------------------------------------------------------------------------------------------------


def line(team: Team, outlet: Outlet, *, now: datetime) -> OutletLine:
    said, is_trouble = standing(outlet, now=now)
    return OutletLine(url=path(team, outlet), name=outlet.url, state=said, is_trouble=is_trouble)


def standing(outlet: Outlet, *, now: datetime) -> tuple[str, bool]:
    """One sentence, and whether somebody should look."""
    if outlet.stopped_at is not None:
        since = _moment(outlet.stopped_at)
        if outlet.stopped_by_id is None:
            return _("The receiver wanted no more (410). Switched off since %(since)s.", since=since), True
        return _("%(who)s switched it off on %(since)s.", who=_name(outlet.stopped_by_id), since=since), False
    for pause in pulse.paused_destinations(now):
        if pause.destination == outlet.destination:
            again = _("It is tried again on %(when)s.", when=_moment(pause.until))
            return f"{result(pause.why)} {again}", True
    return _running(outlet)


def _running(outlet: Outlet) -> tuple[str, bool]:
    last = outlets.last_deliveries(outlet, limit=1)
    if not last:
        return _("Nothing has been sent there yet."), False
    if last[0].state is DeliveryState.DEAD or (_is_waiting(last[0]) and last[0].outcome):
        return _("The last message did not get through."), True
    return _("It runs."), False


def chat_line(outlet: Outlet, *, now: datetime, acts: list[Act]) -> ChatLine:
    said, is_trouble = standing(outlet, now=now)
    team = db.session.get_one(Team, outlet.team_id)
    return ChatLine(
        name=chat_addresses.name_of(outlet.url), team=team.name, state=said, is_trouble=is_trouble, acts=acts
    )


# Its messages ---------------------------------------------------------------------------------------------------------


def messages(team: Team, outlet: Outlet, reader: Person) -> list[MessageLine]:
    """The last ones, newest first; of what the reader may not see there is no line at all."""
    found = outlets.last_deliveries(outlet, limit=SHOWN)
    return [shown for one in found if (shown := _message(team, outlet, one, reader)) is not None]


def _message(team: Team, outlet: Outlet, delivery: Delivery, reader: Person) -> MessageLine | None:
    if not events.is_seen_by(reader, delivery):
        return None
    s = None if delivery.template == Event.TEST else events.subject(delivery)[0]
    number = s.number if s is not None else None
    return MessageLine(
        what=_(EVENTS[Event(delivery.template)]),
        number=number,
        url=links.path("suggestion", slug=team.slug, number=number) if number else "",
        when=_moment(delivery.created_at),
        state=_state(delivery),
        is_trouble=delivery.state is DeliveryState.DEAD or (bool(delivery.outcome) and _is_waiting(delivery)),
        result=result(delivery.outcome) if delivery.outcome else "",
        again=_again(team, outlet, delivery),
    )


def _state(delivery: Delivery) -> str:
    said = _(STATES[delivery.state])
    if _is_waiting(delivery) and delivery.outcome:
        return str(_("is tried again on %(when)s", when=_moment(delivery.next_attempt_at)))
    if delivery.attempts > 1:
        return str(_("%(state)s, attempt %(number)s", state=said, number=delivery.attempts))
    return str(said)


def _is_waiting(delivery: Delivery) -> bool:
    return delivery.state is DeliveryState.PENDING


def _again(team: Team, outlet: Outlet, delivery: Delivery) -> Act | None:
    tried = delivery.state in (DeliveryState.DEAD, DeliveryState.UNKNOWN) or (
        _is_waiting(delivery) and delivery.outcome
    )
    if not tried or outlet.stopped_at is not None:
        return None
    return Act(url=path(team, outlet, "again"), label=_("Send again"), fields=[("delivery", str(delivery.id))])


def result(text: str) -> str:
    """What came back, in the reader's language: a status by its number, everything else in a sentence of ours."""
    if text.isascii() and text.isdigit():
        return str(_("Answer: %(status)s.", status=text))
    return str(_(RESULTS[text])) if text in RESULTS else ""


def _moment(at: datetime) -> str:
    return words.moment(language.reader(), at)


def _name(person_id: int) -> str:
    person = people.by_id(person_id)
    return person.name if person is not None else ""
