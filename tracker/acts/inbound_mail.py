"""What a site admin does about a mail that came in."""

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
