"""What a reply to a message goes to, where it comes back to when nobody takes it, and what switches its kind off.

All three are made of the message's row, so that a retry says the same; where no mail is received there are none.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from tracker.notices import address_tokens
from tracker.notices.address_tokens import Kind
from tracker.notices.outgoing import Outgoing
from tracker.store.notices import Delivery, Notice
from tracker.store.people import Person

#: A reply is read for so long after the mail that it answers was made.
REPLY_FOR = timedelta(days=90)
#: A mail server gives up after five days; a report of it may take longer on its way.
BOUNCE_FOR = timedelta(days=30)
#: A kind of mail is switched off as long as anybody may have one at hand.
UNSUBSCRIBE_FOR = timedelta(days=365)
#: Mails about several things, whatever notices they carry.
SEVERAL = ("daily", "digest_manager", "digest_member", "heard_which")


def reply_to(
    delivery: Delivery,
    person: Person | None,
    notices: Iterable[Notice],
    *,
    outgoing: Outgoing,
    about: int | None = None,
) -> str | None:
    """The suggestion's address for this person; of a mail about several, one that asks which. ``about`` names the
    suggestion of a mail without notices."""
    if outgoing.reply_address is None or person is None:
        return None
    ids = {notice.suggestion_id for notice in notices if notice.suggestion_id is not None} or {about} - {None}
    if delivery.template not in SEVERAL and len(ids) == 1:
        kind, subject = Kind.REPLY, ids.pop() or 0
    elif ids or delivery.template in SEVERAL:
        kind, subject = Kind.WHICH, delivery.id
    else:
        return None
    expires_at = delivery.created_at + REPLY_FOR
    token = address_tokens.make(kind, subject=subject, expires_at=expires_at, person=person)
    return address_tokens.with_token(outgoing.reply_address, token)


def envelope_sender(delivery: Delivery, *, outgoing: Outgoing) -> str | None:
    """An address of this message alone (VERP): whoever cannot deliver it writes there, and so says which it was."""
    if outgoing.bounce_address is None:
        return None
    expires_at = delivery.created_at + BOUNCE_FOR
    token = address_tokens.make(Kind.BOUNCE, subject=delivery.id, expires_at=expires_at)
    return address_tokens.with_token(outgoing.bounce_address, token)


def unsubscribe_address(
    delivery: Delivery, person: Person | None, list_kind: str | None, *, outgoing: Outgoing
) -> str | None:
    """A mail to it does what the link in the mail does."""
    if outgoing.reply_address is None or person is None or list_kind is None:
        return None
    subject = address_tokens.LISTS.index(list_kind)
    expires_at = delivery.created_at + UNSUBSCRIBE_FOR
    token = address_tokens.make(Kind.UNSUBSCRIBE, subject=subject, expires_at=expires_at, person=person)
    return address_tokens.with_token(outgoing.reply_address, token)
