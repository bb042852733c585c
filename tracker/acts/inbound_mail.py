"""What a site admin does about a mail that came in, and its writer."""

from __future__ import annotations

from datetime import datetime

from tracker import access
from tracker.domain.errors import N_, NotPossible, OutOfReach
from tracker.store import inbound_mails
from tracker.store.base import db
from tracker.store.inbound_mails import InboundMail, InboundState
from tracker.store.people import Person

#: Of these a second look may say something else; what became an entry, or was answered, is over.
_AGAIN = (InboundState.FAILED, InboundState.IGNORED, InboundState.QUARANTINED)
#: Words that wait for their writer's click.
_WAITING = ("draft", "which")


def can_be_read_again(mail: InboundMail) -> bool:
    return mail.state in _AGAIN and mail.entry_id is None and not inbound_mails.is_forgotten(mail)


def read_again(mail: InboundMail, *, by: Person, now: datetime) -> None:
    """Put it back among those that wait; a machine's mail is then read as if a person had written it.

    Whose it is is asked again all the same. Raises ``OutOfReach``, ``NotPossible``.
    """
    if not by.is_site_admin:
        raise OutOfReach(access.NOT_THERE)
    if not can_be_read_again(mail):
        raise NotPossible(N_("This mail has found its place already."))
    mail.state, mail.reason, mail.settled_at, mail.error = InboundState.RECEIVED, "", None, ""
    mail.attempts, mail.next_attempt_at = 0, now
    mail.facts = {**mail.facts, "released": True, "released_by": by.id}
    db.session.flush()


def waits(mail: InboundMail) -> bool:
    """Whether its words wait for its writer to say what becomes of them."""
    return mail.state is InboundState.ASKED and mail.reason in _WAITING


def put_aside(mail: InboundMail, *, by: Person, now: datetime) -> None:
    """Its writer does not want it entered. Doing it twice does nothing more. Raises ``OutOfReach``, ``NotPossible``."""
    if mail.person_id != by.id:
        raise OutOfReach(access.NOT_THERE)
    if mail.reason == "put_aside":
        return
    if not waits(mail):
        raise NotPossible(N_("This mail has found its place already."))
    mail.state, mail.reason, mail.settled_at = InboundState.DONE, "put_aside", now
    db.session.flush()
