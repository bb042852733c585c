"""Why somebody got a mail, and why not: what stands in the rows of their notices and messages, in plain words.

Only one's own rows, and of suggestions only those that one can see now: the visibility condition decides here as
everywhere, so that a reason tells nothing about what somebody may not know of any more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from tracker import access
from tracker.domain import bounces
from tracker.notices import links, topics
from tracker.notices.channels.smtp import OF_THE_RELAY
from tracker.notices.compose_author import reason_of
from tracker.notices.leases import SENDER_LOST
from tracker.notices.mails.sentences import title
from tracker.notices.outgoing import MAILBOX
from tracker.notices.topics import Topic
from tracker.notices.why_words import BECAUSE, DOORS, HEARD, KINDS, REASONS
from tracker.notices.words import Reader, moment, say
from tracker.notices.writing import Writer
from tracker.store import delivery_events, suggestions, teams
from tracker.store.base import db
from tracker.store.delivery_events import DeliveryEvent, Happened
from tracker.store.notices import Channel, Delivery, DeliveryState, Lane, Notice, NoticeState
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion

#: Some things are said so many times that only somebody who asks about one suggestion wants to read them all.
ONLY_WITH_A_FILTER = ("daily_line",)
#: What may stand behind a reason: the words of who looks after the site, the number of an error.
_MORE = re.compile(r": |, see error ")
_REPLY = re.compile(r"[45]\d\d(?!\d)")
#: A mail that leaves so long after it was written tells what was in its way.
LATE = timedelta(minutes=3)
#: By message: the first thing that was in its way.
Troubles = Mapping[int, DeliveryEvent]
#: So many suggestions are offered to choose from.
MOST_TO_CHOOSE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row, in words: what it is, why it concerns this person, and what became of it."""

    id: int
    at: datetime
    what: str
    about: str
    path: str
    because: str
    became: str
    #: no mail left, and none will
    is_without_mail: bool


# Asking ---------------------------------------------------------------------------------------------------------------


def lines(
    person: Person, reader: Reader, *, about: Suggestion | None = None, before: int | None = None, limit: int = 40
) -> list[Line]:
    """The newest rows, or those older than the notice ``before``; ``about`` one suggestion, which the person sees."""
    statement = _own(person).order_by(Notice.id.desc()).limit(limit)
    if about is not None:
        statement = statement.where(Notice.suggestion_id == about.id)
    else:
        statement = statement.where(Notice.kind.not_in(ONLY_WITH_A_FILTER))
    if before is not None:
        statement = statement.where(Notice.id < before)
    found = list(db.session.scalars(statement))
    ids = {notice.delivery_id for notice in found if notice.delivery_id is not None}
    deliveries = list(db.session.scalars(sa.select(Delivery).where(Delivery.id.in_(ids)))) if ids else []
    troubles = _troubles(deliveries)
    return [_line(notice, person, reader, troubles) for notice in found]


def doors(person: Person, reader: Reader, *, limit: int = 10) -> list[Line]:
    """The last mails about the account itself, and answers to what the person wrote by mail."""
    statement = (
        sa.select(Delivery)
        .where(
            Delivery.person_id == person.id,
            sa.not_(sa.exists().where(Notice.delivery_id == Delivery.id)),
            sa.or_(Delivery.template.in_(DOORS), Delivery.template.startswith("heard_", autoescape=True)),
        )
        .order_by(Delivery.id.desc())
        .limit(limit)
    )
    found = list(db.session.scalars(statement))
    troubles = _troubles(found)
    return [_door(delivery, reader, troubles) for delivery in found]


def _troubles(deliveries: Sequence[Delivery]) -> Troubles:
    """What was in the way of those that left late."""
    late = [one.id for one in deliveries if one.sent_at is not None and one.sent_at - one.created_at >= LATE]
    return delivery_events.first_troubles(late)


def told_of(person: Person) -> Sequence[Suggestion]:
    """What this person was told something about and can still see, the latest first."""
    latest = sa.func.max(Notice.id)
    statement = (
        sa.select(Suggestion)
        .join(Notice, Notice.suggestion_id == Suggestion.id)
        .where(Notice.person_id == person.id, access.visible_to(person))
        .group_by(Suggestion.id)
        .order_by(latest.desc())
        .limit(MOST_TO_CHOOSE)
    )
    ids = db.session.scalars(statement.with_only_columns(Suggestion.id)).all()
    found = {s.id: s for s in db.session.scalars(sa.select(Suggestion).where(Suggestion.id.in_(ids)))}
    return [found[i] for i in ids]


def _own(person: Person) -> sa.Select[Notice]:
    """This person's notices; of what was told by mail and in the app alike the mail, which has a reason."""
    mail = sa.orm.aliased(Notice)
    mine = [membership.team_id for membership in teams.teams_of(person.id)]
    is_about_nothing = sa.and_(
        Notice.suggestion_id.is_(None), sa.or_(Notice.team_id.is_(None), Notice.team_id.in_(mine))
    )
    stem = sa.func.replace(Notice.key, f":{Channel.IN_APP.value}", f":{Channel.EMAIL.value}")
    has_mail = sa.exists().where(mail.key == stem)
    return (
        sa.select(Notice)
        .outerjoin(Suggestion, Suggestion.id == Notice.suggestion_id)
        .where(
            Notice.person_id == person.id,
            sa.or_(access.visible_to(person), is_about_nothing),
            sa.or_(Notice.channel == Channel.EMAIL, sa.not_(has_mail)),
        )
    )


# Words ----------------------------------------------------------------------------------------------------------------


def _line(notice: Notice, person: Person, reader: Reader, troubles: Troubles) -> Line:
    words = say(reader.locale)
    team = notice.team_id and next((m.team for m in teams.teams_of(person.id) if m.team_id == notice.team_id), None)
    w = Writer(person=person, delivery=Delivery(created_at=reader.now), now=reader.now, team=team or None)
    s = suggestions.by_id(notice.suggestion_id) if notice.suggestion_id is not None else None
    what = words.gettext(KINDS[notice.kind])
    return Line(
        id=notice.id,
        at=notice.owed_at,
        what=what,
        about=title(w.reader, w.item(s)) if s is not None else "",
        path=links.path("suggestion", slug=s.team.slug, number=s.number) if s is not None else "",
        because=words.gettext(BECAUSE[_because(notice, w, s)]),
        became=_became(notice, reader, troubles),
        is_without_mail=notice.state is NoticeState.SKIPPED or notice.channel is Channel.IN_APP,
    )


def _because(notice: Notice, w: Writer, s: Suggestion | None) -> str:
    """What this person is to it."""
    if notice.kind == "rung":
        return str(notice.facts.get("as", "duty"))
    if notice.kind == "heard":
        return "wrote"
    if s is None and notice.kind in ("daily", "digest"):
        return notice.kind
    if notice.lane is Lane.FOLLOW_UP:
        return "manager" if notice.kind == "contested" else "duty"
    if s is None or topics.of(notice.kind, notice.lane) is Topic.HANDED:
        return "handed"
    return reason_of(w, s)


def _became(notice: Notice, reader: Reader, troubles: Troubles) -> str:
    words = say(reader.locale)
    delivery = db.session.get(Delivery, notice.delivery_id) if notice.delivery_id is not None else None
    if notice.channel is Channel.IN_APP:
        return _here(notice, reader)
    if notice.state is NoticeState.SKIPPED:
        return words.gettext("No mail: %(why)s", why=reason_in_words(notice.reason, reader))
    if notice.state is NoticeState.TOLD:
        at = moment(reader, notice.told_at or notice.owed_at)
        if delivery is not None and delivery.destination == MAILBOX:
            return words.gettext("Put into this computer's mailbox: %(when)s.", when=at)
        return _by_mail(at, reader, troubles.get(notice.delivery_id or 0))
    if delivery is not None:
        return _on_its_way(delivery, reader)
    if notice.is_for_daily:
        return words.gettext("Waits for your daily mail.")
    if notice.not_before > reader.now:
        return words.gettext("Waits until %(when)s.", when=moment(reader, notice.not_before))
    return words.gettext("Leaves in a moment.")


def _here(notice: Notice, reader: Reader) -> str:
    words = say(reader.locale)
    if notice.state is NoticeState.SKIPPED:
        return words.gettext("Not told: %(why)s", why=reason_in_words(notice.reason, reader))
    at = moment(reader, notice.told_at or notice.owed_at)
    if not notice.reason:
        return words.gettext("Told here: %(when)s.", when=at)
    why = reason_in_words(notice.reason, reader)
    return words.gettext("Told here: %(when)s. No mail: %(why)s", when=at, why=why)


def _on_its_way(delivery: Delivery, reader: Reader) -> str:
    words = say(reader.locale)
    if delivery.state is DeliveryState.UNKNOWN:
        return words.gettext("It may have arrived: the line broke off, and nobody can say.")
    if delivery.outcome and delivery.next_attempt_at > reader.now:
        at = moment(reader, delivery.next_attempt_at)
        return words.gettext(
            "Not yet: %(why)s It is tried again: %(when)s.", why=reason_in_words(delivery.outcome, reader), when=at
        )
    return words.gettext("On its way.")


def reason_in_words(reason: str, reader: Reader) -> str:
    """The sentence of a reason; what is none of ours is what a mail server said about this address, or about all."""
    words = say(reader.locale)
    ours = _MORE.split(reason)[0]
    if ours in REASONS:
        return words.gettext(REASONS[ours])
    if not _is_of_the_recipient(reason):
        return words.gettext("it could not be delivered.")
    return words.gettext("it could not be delivered (“%(words)s”).", words=reason[:300])


def _door(delivery: Delivery, reader: Reader, troubles: Troubles) -> Line:
    words = say(reader.locale)
    because = "account" if delivery.template in DOORS else "wrote"
    return Line(
        id=delivery.id,
        at=delivery.created_at,
        what=words.gettext(DOORS.get(delivery.template, HEARD)),
        about="",
        path="",
        because=words.gettext(BECAUSE[because]),
        became=_of_delivery(delivery, reader, troubles),
        is_without_mail=delivery.state in (DeliveryState.SKIPPED, DeliveryState.DEAD),
    )


def _of_delivery(delivery: Delivery, reader: Reader, troubles: Troubles) -> str:
    words = say(reader.locale)
    if delivery.state in (DeliveryState.SKIPPED, DeliveryState.DEAD):
        return words.gettext("No mail: %(why)s", why=reason_in_words(delivery.outcome, reader))
    if delivery.state is not DeliveryState.SENT or delivery.sent_at is None:
        return _on_its_way(delivery, reader)
    at = moment(reader, delivery.sent_at)
    if delivery.destination == MAILBOX:
        return words.gettext("Put into this computer's mailbox: %(when)s.", when=at)
    return _by_mail(at, reader, troubles.get(delivery.id))


def _by_mail(at: str, reader: Reader, first: DeliveryEvent | None) -> str:
    """When it left, and what was in its way where that was later than it should have been."""
    said = say(reader.locale).gettext("By mail: %(when)s.", when=at)
    return f"{said} {_trouble(first, reader)}" if first is not None else said


def _trouble(first: DeliveryEvent, reader: Reader) -> str:
    words, since = say(reader.locale), moment(reader, first.at)
    if first.what is Happened.UNKNOWN:
        return words.gettext("It may have arrived before (%(since)s): nobody can say.", since=since)
    if first.said != SENDER_LOST and not _is_of_the_recipient(first.said):
        return words.gettext("Before that it could not be delivered (%(since)s).", since=since)
    why = words.gettext(SENDER_LOST) if first.said == SENDER_LOST else first.said
    return words.gettext("Before that it could not be delivered (%(since)s: “%(words)s”).", since=since, words=why)


def _is_of_the_recipient(said: str) -> bool:
    """Whether a server said this about one address. What it says to all mails, and what kept us from reaching it,
    speaks of the site's own server: that is for whoever looks after it."""
    status = bounces.status_in(said) or ""
    return (
        _REPLY.match(said) is not None
        and int(said[:3]) not in OF_THE_RELAY
        and status not in bounces.OF_THE_SENDER
        and status[1:4] not in (".3.", ".5.")  # the mail system as a whole, and the protocol (RFC 3463)
    )
