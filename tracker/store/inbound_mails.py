"""Mails that came in: the bytes as they arrived, and what became of each. A row is kept for every one of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.base import Base, Plain, closed_enum, db, for_update, pk, ref
from tracker.store.suggestions import Suggestion


class How(StrEnum):
    """Through which door it came."""

    IMAP = "imap"
    LMTP = "lmtp"  # or SMTP, handed over by a mail server of this machine


class InboundState(StrEnum):
    """What became of a mail. Each but the first has a reason beside it."""

    RECEIVED = "received"  # kept, and not read yet
    #: it became an entry or a suggestion, switched a kind of mail off, counted as a bounce, or was put aside
    DONE = "done"
    ASKED = "asked"  # the sender was asked: which one, what did you mean, shall this be the answer
    REFUSED = "refused"  # a person's, and it cannot be taken; the sender was told why
    QUARANTINED = "quarantined"  # nobody can say whether it is from whom it says
    IGNORED = "ignored"  # a machine wrote it: never answered
    FAILED = "failed"  # it could not be read, again and again


#: Somebody's words that nobody could read yet: they wait for a site admin, however long.
KEPT_FOR_EVER = (InboundState.RECEIVED, InboundState.FAILED)
#: Facts that go with a mail's words.
_WORDS = ("draft", "attached", "left_out", "stayed")
#: What a site admin has to look at.
TROUBLED = (InboundState.QUARANTINED, InboundState.FAILED)


class InboundMail(Base):
    __tablename__ = "inbound_mail"

    id: Mapped[int] = pk()
    #: SHA-256 of the envelope's recipients and the bytes: the same mail twice is one row
    sha256: Mapped[str] = mapped_column(sa.String(64), unique=True)
    #: as they arrived; of a mail that is too large only its headers; empty when their time is over
    raw: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    #: of the whole mail, in bytes
    size: Mapped[int]
    received_at: Mapped[datetime]
    how: Mapped[How] = mapped_column(closed_enum(How))
    #: of the envelope; none where nobody told it, empty for a machine's (RFC 5321, 4.5.5)
    envelope_from: Mapped[str | None] = mapped_column(sa.String(320))
    recipients: Mapped[list[Any]] = mapped_column(Plain, default=list)
    #: in a mailbox: UIDVALIDITY and UID, by which it is acknowledged
    mailbox_validity: Mapped[int | None]
    mailbox_uid: Mapped[int | None]

    state: Mapped[InboundState] = mapped_column(closed_enum(InboundState), default=InboundState.RECEIVED)
    #: a word of the table of reasons
    reason: Mapped[str] = mapped_column(sa.String(40), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    #: not read before this instant: an attempt failed
    next_attempt_at: Mapped[datetime]
    error: Mapped[str] = mapped_column(sa.Text, default="")
    settled_at: Mapped[datetime | None]
    #: when a mail went back to the sender
    answered_at: Mapped[datetime | None]

    # what was read in it, filled when it is settled
    from_address: Mapped[str] = mapped_column(sa.String(254), default="")
    subject: Mapped[str] = mapped_column(sa.String(300), default="")
    #: the mail's own, without angle brackets; chosen by whoever wrote it, so nothing is decided by it
    message_id: Mapped[str] = mapped_column(sa.String(300), default="")
    #: what is new in it
    text: Mapped[str] = mapped_column(sa.Text, default="")
    person_id: Mapped[int | None] = ref("person.id")
    suggestion_id: Mapped[int | None] = ref("suggestion.id")
    entry_id: Mapped[int | None] = ref("entry.id")
    #: the message of ours that it answers, or that came back
    delivery_id: Mapped[int | None] = ref("delivery.id")
    #: a draft of an answer, and the files that wait with it; names of those left out; that a site admin let it through
    facts: Mapped[dict[str, Any]] = mapped_column(Plain, default=dict)

    __table_args__ = (
        sa.Index("ix_inbound_mail_waiting", "next_attempt_at", sqlite_where=sa.text("state = 'received'"),
                 postgresql_where=sa.text("state = 'received'")),  # what the tick reads next
        sa.Index("ix_inbound_mail_mailbox", "mailbox_validity", "mailbox_uid"),  # where fetching goes on
        sa.Index("ix_inbound_mail_answered", "from_address", "answered_at"),  # at most so many answers an hour
        sa.Index("ix_inbound_mail_message", "message_id"),  # the same words by another way
        sa.Index("ix_inbound_mail_asked", "suggestion_id", "person_id", sqlite_where=sa.text("state = 'asked'"),
                 postgresql_where=sa.text("state = 'asked'")),  # which answers of somebody's wait to be confirmed
    )  # fmt: skip


# Questions ------------------------------------------------------------------------------------------------------------


def by_id(mail_id: int) -> InboundMail | None:
    return db.session.get(InboundMail, mail_id)


def by_sha256(sha256: str) -> InboundMail | None:
    return db.session.scalar(sa.select(InboundMail).where(InboundMail.sha256 == sha256))


def waiting(*, now: datetime, limit: int = 100) -> list[int]:
    """Ids of mails that wait to be read, in the order in which they came."""
    where = (InboundMail.state == InboundState.RECEIVED, InboundMail.next_attempt_at <= now)
    return list(db.session.scalars(sa.select(InboundMail.id).where(*where).order_by(InboundMail.id).limit(limit)))


def lock(mail_id: int) -> InboundMail | None:
    """The mail, where it still waits and nobody else is reading it."""
    where = (InboundMail.id == mail_id, InboundMail.state == InboundState.RECEIVED)
    statement = sa.select(InboundMail).where(*where).execution_options(populate_existing=True)
    locked: InboundMail | None = db.session.scalar(for_update(statement, skip_locked=True))
    return locked


def highest_uid(validity: int) -> int:
    """The last mail that was kept of a mailbox in its present numbering; 0 for a new one."""
    statement = sa.select(sa.func.max(InboundMail.mailbox_uid)).where(InboundMail.mailbox_validity == validity)
    return db.session.scalar(statement) or 0


def by_uid(validity: int, uid: int) -> InboundMail | None:
    where = (InboundMail.mailbox_validity == validity, InboundMail.mailbox_uid == uid)
    return db.session.scalar(sa.select(InboundMail).where(*where).limit(1))


def answers_since(address: str, since: datetime) -> int:
    """How many mails went back to this sender by themselves."""
    where = (InboundMail.from_address == address, InboundMail.answered_at > since)
    return db.session.scalar(sa.select(sa.func.count()).select_from(InboundMail).where(*where)) or 0


def same_words(mail: InboundMail, suggestion_id: int) -> InboundMail | None:
    """An earlier mail with this one's Message-ID, sender, place and words that was taken: it came by two ways."""
    return _same(mail, InboundMail.suggestion_id == suggestion_id)


def same_raised(mail: InboundMail, team_id: int) -> InboundMail | None:
    """The same of one that was raised. A mail to two teams is raised in each."""
    return _same(mail, InboundMail.suggestion_id.in_(sa.select(Suggestion.id).where(Suggestion.team_id == team_id)))


def _same(mail: InboundMail, place: sa.ColumnElement[bool]) -> InboundMail | None:
    if not mail.message_id:
        return None
    where = (
        InboundMail.message_id == mail.message_id,
        InboundMail.from_address == mail.from_address,
        place,
        InboundMail.text == mail.text,
        InboundMail.state == InboundState.DONE,
        InboundMail.id != mail.id,
    )
    return db.session.scalar(sa.select(InboundMail).where(*where).order_by(InboundMail.id).limit(1))


def is_counted(delivery_id: int) -> bool:
    """Whether this message has come back before."""
    where = (InboundMail.delivery_id == delivery_id, InboundMail.reason == "bounce")
    return db.session.scalar(sa.select(InboundMail.id).where(*where).limit(1)) is not None


def newest(states: tuple[InboundState, ...], *, limit: int, offset: int = 0) -> list[InboundMail]:
    """For the page of the site admins; all states where none are named."""
    statement = sa.select(InboundMail).order_by(InboundMail.id.desc()).limit(limit).offset(offset)
    if states:
        statement = statement.where(InboundMail.state.in_(states))
    return list(db.session.scalars(statement))


def counts() -> dict[InboundState, int]:
    rows = db.session.execute(sa.select(InboundMail.state, sa.func.count()).group_by(InboundMail.state)).all()
    return {state: int(count) for state, count in rows}


def drafts_of(person_id: int, suggestion_id: int) -> list[tuple[int, datetime]]:
    """Answers that this person wrote by mail and has not confirmed, as long as their words are kept: id and when. Also
    those to what was merged into this suggestion."""
    merged = sa.select(Suggestion.id).where(Suggestion.merged_into_id == suggestion_id)
    where = (
        sa.or_(InboundMail.suggestion_id == suggestion_id, InboundMail.suggestion_id.in_(merged)),
        InboundMail.person_id == person_id,
        InboundMail.state == InboundState.ASKED,
        InboundMail.reason == "draft",
        InboundMail.raw != b"",
    )
    statement = sa.select(InboundMail.id, InboundMail.received_at).where(*where).order_by(InboundMail.id)
    return [(mail_id, at) for mail_id, at in db.session.execute(statement)]


def files_waiting() -> set[int]:
    """Files that came with what reads like an answer, or is about one of several: they wait for the form, as long as
    the words are kept."""
    where = (InboundMail.state == InboundState.ASKED, InboundMail.reason.in_(("draft", "which")))
    return {int(one) for facts in db.session.scalars(sa.select(InboundMail.facts).where(*where))
            for one in facts.get("attached", ())}  # fmt: skip


# What has served its time ---------------------------------------------------------------------------------------------


def forget_before(moment: datetime, *, limit: int = 500) -> int:
    """Take the words out of mails that were settled before then; their rows stay, so that the same mail fetched again
    is known. The oldest first; more than ``limit`` go with the next ones. Returns how many.

    What became an entry stands there; what nobody could read is never taken away.
    """
    where = (
        InboundMail.settled_at < moment,
        InboundMail.state.not_in(KEPT_FOR_EVER),
        InboundMail.raw != b"",
    )
    found = list(db.session.scalars(sa.select(InboundMail).where(*where).order_by(InboundMail.id).limit(limit)))
    for mail in found:
        mail.raw, mail.text, mail.error = b"", "", ""
        mail.facts = {name: value for name, value in mail.facts.items() if name not in _WORDS}
    db.session.flush()
    return len(found)


def is_forgotten(mail: InboundMail) -> bool:
    """Whether its words are not there any more."""
    statement = sa.select(sa.func.length(InboundMail.raw)).where(InboundMail.id == mail.id)
    return mail.size > 0 and not db.session.scalar(statement)
