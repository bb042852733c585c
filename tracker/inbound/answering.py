"""What goes back to the sender: never to a machine, and each mail is answered once.

The last net under every loop is a number of mails an hour. Who has an account and is stopped by it finds in the bell
what the mail would have said: nobody who wrote is left without a word.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from tracker.notices import security_mail, tell_heard
from tracker.store import inbound_mails, suggestions
from tracker.store.base import db
from tracker.store.inbound_mails import InboundMail
from tracker.store.notices import Delivery
from tracker.store.people import Person
from tracker.store.teams import Team

#: So many mails go back within an hour to one sender, whose name anybody may have written there.
MOST_AN_HOUR = 5
#: And so many to who certainly wrote: a person clears a desk by mail, and only a program writes faster.
MOST_TO_THE_CERTAIN = 60
HOUR = timedelta(hours=1)
#: To whom nobody knows one neutral line goes in this time.
NEUTRAL_ONCE_IN = timedelta(days=1)


def answer(
    mail: InboundMail,
    template: str,
    *,
    now: datetime,
    person: Person | None = None,
    team: Team | None = None,
    locale: str = "",
    is_certain: bool = False,
) -> bool:
    """Owe a mail to the person, or to the bare address that it came from. False where none goes back, and the row says
    why.

    ``is_certain``: it is the person's own, by a token of theirs or by our mail server's word.
    """
    if mail.answered_at is not None:
        return False
    if person is None and not mail.from_address:
        _note(mail, unanswered="no_sender")
        return False
    if template == "heard_unknown" and _was_told(mail.from_address, now):
        _note(mail, unanswered="told_already")
        return False
    most = MOST_TO_THE_CERTAIN if is_certain else MOST_AN_HOUR
    if inbound_mails.answers_since(mail.from_address, now - HOUR) >= most:
        _note(mail, unanswered="too_many")
        if person is not None:
            _say_here(mail, template, person, team=team, now=now)
        return False
    security_mail.owe(
        template,
        key=f"heard:{mail.id}",
        now=now,
        person=person,
        address="" if person is not None else mail.from_address,
        team_id=team.id if team is not None else None,
        facts={"inbound": mail.id, "locale": locale},
    )
    mail.answered_at = now
    return True


def _say_here(mail: InboundMail, template: str, person: Person, *, team: Team | None, now: datetime) -> None:
    s = suggestions.by_id(mail.suggestion_id) if mail.suggestion_id is not None else None
    tell_heard.told_here(mail, template, person, why=tell_heard.TOO_MANY, now=now, suggestion=s, team=team)


def _was_told(address: str, now: datetime) -> bool:
    """Whether a neutral line went there lately: who sends a hundred mails of this sort reads it once."""
    where = (
        Delivery.template == "heard_unknown",
        Delivery.address == address,
        Delivery.created_at > now - NEUTRAL_ONCE_IN,
    )
    return db.session.scalar(sa.select(Delivery.id).where(*where).limit(1)) is not None


def _note(mail: InboundMail, **facts: Any) -> None:
    mail.facts = {**mail.facts, **facts}
