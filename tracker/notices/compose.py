"""From a message and the notices it still tells to the letter that leaves: one function per mail fills its values,
``mails.render`` puts them into words, and here are the headers."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from tracker.notices import (
    compose_author,
    compose_digests,
    compose_doors,
    compose_heard,
    compose_lists,
    compose_own,
    compose_rungs,
    compose_site,
    compose_team,
    links,
    packing,
    replies,
    tokens,
    topics,
)
from tracker.notices.letter import Letter
from tracker.notices.mails import render
from tracker.notices.mails.parts import Rendered
from tracker.notices.outgoing import Outgoing
from tracker.notices.tokens import Purpose
from tracker.notices.writing import Writer, Written
from tracker.store import people, teams
from tracker.store.base import db
from tracker.store.notices import Delivery, Notice
from tracker.store.people import Person
from tracker.store.teams import Team

Composer = Callable[[Writer, list[Notice]], Written | None]

COMPOSERS: dict[str, Composer] = {
    "receipt": compose_author.receipt,
    "answer": compose_author.answer,
    "moved": compose_author.moved,
    "question": compose_author.question,
    "ball_back": compose_author.ball_back,
    "comment": compose_author.comment,
    "corrected": compose_author.corrected,
    "merged": compose_author.merged,
    "raised": compose_team.raised,
    "contested": compose_team.contested,
    "named": compose_team.named,
    "handed_back": compose_team.handed_back,
    "meanwhile": compose_team.meanwhile,
    "withdrawn": compose_team.withdrawn,
    "news": compose_team.news,
    "rung": compose_rungs.rung,
    "silence": compose_rungs.silence,
    "clarify_due": compose_rungs.clarify,
    "daily": compose_lists.daily,
    "digest_manager": compose_digests.manager,
    "digest_member": compose_own.member,
    "alert": compose_site.alert,
}


def letter(
    delivery: Delivery, notices: list[Notice], *, address: str, now: datetime, outgoing: Outgoing
) -> Letter | None:
    """The letter, or none when there is nothing to say after all.

    Whatever a row or a template raises comes out: the message is broken then, and the others flow.
    """
    person = people.by_id(delivery.person_id) if delivery.person_id is not None else None
    team = db.session.get(Team, delivery.team_id) if delivery.team_id is not None else None
    if delivery.template in compose_heard.TEMPLATES:
        return _heard(delivery, person, address, now, outgoing)
    if not notices:
        mail, reader, footer = compose_doors.door(delivery, person, team, now=now)
        # An account is not a team's: somebody who is in several, or in none, signs in to the site.
        name = _name(team, person) or urlsplit(outgoing.public_url).hostname or ""
        told = render(mail, reader=reader, team_name=name, footer=footer)
        return _letter(delivery, address, told, team, None, outgoing, person)
    if person is None:
        raise LookupError(f"delivery {delivery.id} is to nobody")
    writer = Writer(person=person, delivery=delivery, now=now, team=team)
    written = _composer(delivery, notices)(writer, notices)
    if written is None:
        return None
    if written.list_kind is not None:
        written = dataclasses.replace(written, list_kind=topics.list_of(written.list_kind, notices))
    reply_to = replies.reply_to(delivery, person, notices, outgoing=outgoing)
    footer = dataclasses.replace(written.footer, replies_read=reply_to is not None)
    words = render(written.mail, reader=writer.reader, team_name=_name(team, person), footer=footer)
    made = _letter(delivery, address, words, team, written, outgoing, person)
    by_mail = replies.unsubscribe_address(delivery, person, written.list_kind, outgoing=outgoing)
    return dataclasses.replace(made, reply_to=reply_to, unsubscribe_address=by_mail)


def _heard(delivery: Delivery, person: Person | None, address: str, now: datetime, outgoing: Outgoing) -> Letter:
    """To who wrote by mail: about that mail, as an answer to it."""
    found = compose_heard.heard(delivery, person, now=now)
    s = found.suggestion
    team = s.team if s is not None else None
    is_known = delivery.template != "heard_unknown"
    about = {"about": s.id} if s is not None else {}
    reply_to = replies.reply_to(delivery, person if is_known else None, (), outgoing=outgoing, **about)
    footer = dataclasses.replace(found.footer, replies_read=reply_to is not None)
    name = _name(team, person if is_known else None) or urlsplit(outgoing.public_url).hostname or ""
    words = render(found.mail, reader=found.reader, team_name=name, footer=footer)
    made = _letter(delivery, address, words, team, None, outgoing, person)
    return dataclasses.replace(
        made,
        from_name=name,
        thread_id=f"s.{s.id}@{outgoing.domain}" if s is not None else None,
        reply_to=reply_to,
        answers_a_mail=True,
        answers_id=found.answers_id,
        reason="reply",
    )


def _composer(delivery: Delivery, notices: list[Notice]) -> Composer:
    """Of a bundle of which one notice is left, that one's own mail."""
    kind = packing.TEMPLATES.get(notices[0].kind, notices[0].kind)
    is_alone = delivery.template == "daily" and len(notices) == 1 and kind in COMPOSERS
    return COMPOSERS[kind if is_alone else delivery.template]


def _letter(
    delivery: Delivery,
    address: str,
    words: Rendered,
    team: Team | None,
    written: Written | None,
    outgoing: Outgoing,
    person: Person | None = None,
) -> Letter:
    team_name = _name(team, person)
    by = written.by if written is not None else None
    return Letter(
        delivery_id=delivery.id,
        to_address=address,
        from_name=f"{by} ({team_name})" if by and team_name else team_name,
        from_address=outgoing.mail_from,
        subject=words.subject,
        text=words.text,
        html=words.html,
        message_id=delivery.message_id,
        date=delivery.created_at,
        thread_id=_thread(written, outgoing),
        list_name=team.name if team is not None and written is not None else None,
        list_id=f"{team.slug}.{outgoing.domain}" if team is not None and written is not None else None,
        unsubscribe_url=_unsubscribe_url(delivery, written, person),
        envelope_from=replies.envelope_sender(delivery, outgoing=outgoing),
        reason=written.reason if written is not None else "account",
        attachments=written.attachments if written is not None else (),
    )


def _name(team: Team | None, person: Person | None) -> str:
    """The team's; of a mail for all of somebody's teams the name of the only one, or of none."""
    if team is not None:
        return team.name
    found = teams.teams_of(person.id) if person is not None else []
    return found[0].team.name if len(found) == 1 else ""


def _thread(written: Written | None, outgoing: Outgoing) -> str | None:
    if written is None or written.thread is None:
        return None
    return f"s.{written.thread.id}@{outgoing.domain}"


def _unsubscribe_url(delivery: Delivery, written: Written | None, person: Person | None) -> str | None:
    """Bound to the person and the kind of mail; its expiry is counted from the message's making, for the same bytes."""
    if written is None or written.list_kind is None or person is None:
        return None
    expires_at = delivery.created_at + replies.UNSUBSCRIBE_FOR
    token = tokens.make(Purpose.UNSUBSCRIBE, person, subject=written.list_kind, expires_at=expires_at)
    return links.url("unsubscribe", token=token)
