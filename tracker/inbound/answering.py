"""What goes back to the sender: never to a machine, never more than a few an hour, and each mail is answered once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from tracker.notices import security_mail
from tracker.store import inbound_mails
from tracker.store.base import db
from tracker.store.inbound_mails import InboundMail
from tracker.store.notices import Delivery
from tracker.store.people import Person
from tracker.store.teams import Team

#: The last net under every loop: so many mails go back to one sender within an hour, whoever it is.
MOST_AN_HOUR = 5
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
) -> bool:
    """Owe a mail to the person, or to the bare address that it came from. False where none goes back, and the row says
    why."""
    if mail.answered_at is not None:
        return False
    if person is None and not mail.from_address:
        _note(mail, unanswered="no_sender")
        return False
    if template == "heard_unknown" and _was_told(mail.from_address, now):
        _note(mail, unanswered="told_already")
        return False
    if inbound_mails.answers_since(mail.from_address, now - HOUR) >= MOST_AN_HOUR:
        _note(mail, unanswered="too_many")
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
