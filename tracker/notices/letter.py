"""A message as it is handed to a channel: whose it is, its words, and what its headers say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along."""

    name: str
    content_type: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message to one address. A retry of the same delivery has the same Message-ID and date."""

    delivery_id: int
    to_address: str
    #: the team, or "Pit (Nachtwache)" for an act of a person
    from_name: str
    from_address: str
    subject: str
    text: str
    html: str
    #: without angle brackets, as the other ids
    message_id: str
    date: datetime
    #: of the suggestion: what is about it stands together
    thread_id: str | None = None
    #: for List-Id: the team's name and an id under our own domain
    list_name: str | None = None
    list_id: str | None = None
    #: for the one-click List-Unsubscribe; none for what somebody just asked for
    unsubscribe_url: str | None = None
    #: the same by mail, where mail is read
    unsubscribe_address: str | None = None
    #: what a reply goes to; none: nobody reads one
    reply_to: str | None = None
    #: of the envelope, where it is another than ``from_address``: what cannot be delivered comes back to it
    envelope_from: str | None = None
    #: it answers this mail of theirs, by itself
    answers_id: str | None = None
    answers_a_mail: bool = False
    #: deadline, mention, digest, receipt, … in one word
    reason: str = ""
    attachments: tuple[Attachment, ...] = ()
