"""Mails that somebody just asked for: sign-in, reset, invitation, test. A lane of their own, and no window."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app

from tracker import chance
from tracker.store.base import db
from tracker.store.notices import Delivery, Lane
from tracker.store.people import Person

MAILBOX = "mailbox"
#: What goes back to who wrote by mail.
HEARD = (
    *("heard_taken", "heard_comment", "heard_which", "heard_empty", "heard_refused", "heard_unknown", "heard_draft"),
)
TEMPLATES = ("sign_in", "reset", "new_address", "address_asked", "invitation", "test", *HEARD)


def owe(
    template: str,
    *,
    key: str,
    now: datetime,
    person: Person | None = None,
    address: str = "",
    team_id: int | None = None,
    facts: dict[str, Any] | None = None,
) -> Delivery:
    """Put one mail into the outbox, in the transaction of whoever asks.

    To ``person``, or to an ``address`` that has no account yet. ``key`` says what it is about ("invitation:17")
    and is refused twice. ``facts`` hold what only this mail needs; a token among them is blanked once it is sent.
    """
    if template not in TEMPLATES:
        raise ValueError(f"no mail is called {template!r}")
    delivery = Delivery(
        key=key,
        person_id=person.id if person else None,
        destination=destination(),
        address=person.email if person else address,
        lane=Lane.SECURITY,
        template=template,
        team_id=team_id,
        next_attempt_at=now,
        message_id=message_id(),
        created_at=now,
        facts=facts or {},
    )
    db.session.add(delivery)
    db.session.flush()
    return delivery


def destination() -> str:
    """Where mails go: one relay, or the embedded mailbox."""
    smtp = current_app.config["TRACKER"].smtp
    return f"relay:{smtp.host}:{smtp.port}" if smtp else MAILBOX


def message_id() -> str:
    """A Message-ID of our own domain, without its angle brackets."""
    domain = current_app.config["TRACKER"].mail_from.rpartition("@")[2]
    return f"{chance.token_hex(16)}@{domain}"
