"""The first thing that happens to a mail: it is kept as it arrived. Only when that is committed is it acknowledged."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite

from tracker.store import inbound_mails
from tracker.store.base import db, is_sqlite
from tracker.store.inbound_mails import How, InboundMail, InboundState

#: A larger mail is refused, or kept without its body. A file of ten megabytes is fourteen as mail programs write it.
MOST_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """One mail as a door hands it in. ``size`` is larger than ``raw`` where only the headers were fetched."""

    raw: bytes
    how: How
    #: none where nobody told the envelope
    envelope_from: str | None = None
    recipients: tuple[str, ...] = ()
    size: int | None = None
    mailbox_validity: int | None = None
    mailbox_uid: int | None = None

    @property
    def sha256(self) -> str:
        """Of the envelope's recipients too: one mail to two addresses of ours may come as two with the same bytes."""
        envelope = "\n".join(sorted(self.recipients)).encode("utf-8", "surrogateescape")
        return hashlib.sha256(envelope + b"\0" + self.raw).hexdigest()


def keep(arrived: Arrived, *, now: datetime) -> int:
    """Store it, and give its row's id. The same mail once more finds the row that there is. The caller commits."""
    insert = (sqlite.insert if is_sqlite() else postgresql.insert)(InboundMail)
    values = {
        "sha256": arrived.sha256,
        "raw": arrived.raw,
        "size": arrived.size if arrived.size is not None else len(arrived.raw),
        "received_at": now,
        "how": arrived.how,
        "envelope_from": arrived.envelope_from.lower()[:320] if arrived.envelope_from is not None else None,
        "recipients": [address.lower()[:320] for address in arrived.recipients],
        "mailbox_validity": arrived.mailbox_validity,
        "mailbox_uid": arrived.mailbox_uid,
        "state": InboundState.RECEIVED,
        "reason": "",
        "attempts": 0,
        "next_attempt_at": now,
        "error": "",
        "from_address": "",
        "subject": "",
        "message_id": "",
        "text": "",
        "facts": {},
    }
    statement = insert.values(**values).on_conflict_do_nothing(index_elements=["sha256"]).returning(InboundMail.id)
    made = db.session.scalar(statement)
    if made is not None:
        return int(made)
    found = inbound_mails.by_sha256(arrived.sha256)
    if found is None:
        raise LookupError("a mail that was kept already is not there")
    if found.mailbox_uid is None and arrived.mailbox_uid is not None:
        found.mailbox_validity, found.mailbox_uid = arrived.mailbox_validity, arrived.mailbox_uid
    return found.id
