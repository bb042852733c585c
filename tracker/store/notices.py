"""What is told to one person through one channel (notice), and the messages that carry it (delivery)."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.base import Base, Plain, closed_enum, db, pk, ref

#: What a Message-ID of ours looks like (``notices.security_mail.message_id``).
_ID_FORM = re.compile(r"[0-9a-f]{32}@")


class NoticeState(StrEnum):
    OWED = "owed"
    TOLD = "told"
    SKIPPED = "skipped"


class Channel(StrEnum):
    EMAIL = "email"
    IN_APP = "in_app"
    WEBHOOK = "webhook"
    CHAT = "chat"


class Lane(StrEnum):
    """Security mails have a lane of their own and no window; news waits for the person's hours."""

    SECURITY = "security"
    NEWS = "news"
    FOLLOW_UP = "follow_up"
    DIGEST = "digest"


class DeliveryState(StrEnum):
    PENDING = "pending"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"  # the connection was lost after the body: nobody can say (RFC 1047)
    SKIPPED = "skipped"
    DEAD = "dead"


FINAL = (DeliveryState.SENT, DeliveryState.SKIPPED, DeliveryState.DEAD)


class Notice(Base):
    __tablename__ = "notice"

    id: Mapped[int] = pk()
    #: made of its meaning, so that the database refuses the second: "promise:17:v2:rung:3:person:5:email"
    key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    #: receipt, answer, rung, silence, … (the look-again function of the same name decides at sending)
    kind: Mapped[str] = mapped_column(sa.String(32))
    person_id: Mapped[int] = ref("person.id")
    channel: Mapped[Channel] = mapped_column(closed_enum(Channel))
    lane: Mapped[Lane] = mapped_column(closed_enum(Lane))
    team_id: Mapped[int | None] = ref("team.id")
    suggestion_id: Mapped[int | None] = ref("suggestion.id")
    promise_id: Mapped[int | None] = ref("promise.id")
    entry_id: Mapped[int | None] = ref("entry.id")
    #: of the promise's date this was about
    version: Mapped[int | None]
    rung: Mapped[int | None]
    state: Mapped[NoticeState] = mapped_column(closed_enum(NoticeState), default=NoticeState.OWED)
    #: why it was skipped, or why the app alone tells it, in the words of a table of reasons
    reason: Mapped[str] = mapped_column(sa.String(120), default="")
    owed_at: Mapped[datetime]
    #: not before this instant: the person's window, the 60 seconds in which an answer can be taken back
    not_before: Mapped[datetime]
    #: waits for the daily mail or the digest instead of leaving by itself
    is_for_daily: Mapped[bool] = mapped_column(default=False)
    told_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    delivery_id: Mapped[int | None] = ref("delivery.id")
    facts: Mapped[dict[str, Any]] = mapped_column(Plain, default=dict)

    __table_args__ = (
        # what is owed and not yet in a delivery
        sa.Index("ix_notice_owed", "not_before", sqlite_where=sa.text("state = 'owed' AND delivery_id IS NULL"),
                 postgresql_where=sa.text("state = 'owed' AND delivery_id IS NULL")),
        sa.Index("ix_notice_delivery", "delivery_id"),
        sa.Index("ix_notice_person", "person_id", "id"),
        sa.Index("ix_notice_promise", "promise_id", "version", "rung"),  # "who has been told"
        sa.Index("ix_notice_entry", "entry_id"),  # undo looks for what an answer set off
    )  # fmt: skip


class Delivery(Base):
    """One message to one address, carrying one or more notices."""

    __tablename__ = "delivery"

    id: Mapped[int] = pk()
    key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    #: none: an invitation to an address that has no account yet, or an event for a webhook or a chat
    person_id: Mapped[int | None] = ref("person.id")
    channel: Mapped[Channel] = mapped_column(closed_enum(Channel), default=Channel.EMAIL)
    #: relay:<host>, mailbox, webhook:<id> or chat:<id>; two senders each
    destination: Mapped[str] = mapped_column(sa.String(200))
    address: Mapped[str] = mapped_column(sa.String(254))
    lane: Mapped[Lane] = mapped_column(closed_enum(Lane))
    #: the mail's name: rung_1, silence, daily, digest_member, sign_in …; of an event its kind
    template: Mapped[str] = mapped_column(sa.String(32))
    team_id: Mapped[int | None] = ref("team.id")
    state: Mapped[DeliveryState] = mapped_column(closed_enum(DeliveryState), default=DeliveryState.PENDING)
    #: random per claim; every later write asks for it
    token: Mapped[str | None] = mapped_column(sa.String(64))
    claimed_at: Mapped[datetime | None]
    #: counted at the claim, so that a row that kills its worker runs out
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    #: the Message-ID, or the webhook-id; the same at every attempt
    message_id: Mapped[str] = mapped_column(sa.String(200))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    #: the server's words, or why it was skipped
    outcome: Mapped[str] = mapped_column(sa.String(400), default="")
    #: was unknown once: a second copy with the same Message-ID is possible
    was_unknown: Mapped[bool] = mapped_column(default=False)
    #: what only this message needs (a sign-in link; blanked once sent)
    facts: Mapped[dict[str, Any]] = mapped_column(Plain, default=dict)
    #: the storm brake holds it: nobody claims it until a site admin has decided
    is_held: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    #: the alert about the storm that it was part of; stays when that was decided
    storm_id: Mapped[int | None] = ref("alert.id")

    __table_args__ = (
        sa.Index("ix_delivery_due", "destination", "next_attempt_at", sqlite_where=sa.text("state = 'pending'"),
                 postgresql_where=sa.text("state = 'pending'")),  # the claim
        sa.Index("ix_delivery_busy", "state", sqlite_where=sa.text("state IN ('claimed', 'sending', 'unknown')"),
                 postgresql_where=sa.text("state IN ('claimed', 'sending', 'unknown')")),  # the observer of leases
        sa.Index("ix_delivery_person", "person_id", "lane", "sent_at"),  # mails of this person and day
        sa.Index("ix_delivery_created", "created_at"),  # the storm brake: how many in one pass, and how many usually
        sa.Index("ix_delivery_storm", "storm_id", sqlite_where=sa.text("storm_id IS NOT NULL"),
                 postgresql_where=sa.text("storm_id IS NOT NULL")),  # what a storm holds
        sa.Index("ix_delivery_dead", "created_at", sqlite_where=sa.text("state = 'dead'"),
                 postgresql_where=sa.text("state = 'dead'")),  # which causes are there
        sa.Index("ix_delivery_destination", "destination", "id", sqlite_where=sa.text("person_id IS NULL"),
                 postgresql_where=sa.text("person_id IS NULL")),  # the last ones to a webhook or a chat
    )  # fmt: skip


def of_promise(promise_id: int) -> list[Notice]:
    """Everything told or owed about one promise, oldest first."""
    return list(db.session.scalars(sa.select(Notice).where(Notice.promise_id == promise_id).order_by(Notice.id)))


def was_told(kind: str, person_id: int, suggestion_id: int | None) -> bool:
    """Whether a mail has told this person of such a thing."""
    told = sa.select(Notice.id).where(
        Notice.kind == kind,
        Notice.channel == Channel.EMAIL,
        Notice.state == NoticeState.TOLD,
        Notice.person_id == person_id,
        Notice.suggestion_id == suggestion_id,
    )
    return db.session.scalar(told.limit(1)) is not None


def has_newer_daily(delivery: Delivery) -> bool:
    """Mails that waited for a relay do not add up to more than two a day: the newest daily mail shows what is owed."""
    newer = sa.select(Delivery.id).where(
        Delivery.person_id == delivery.person_id,
        Delivery.lane.in_((Lane.FOLLOW_UP, Lane.DIGEST)),
        Delivery.template.in_(("daily", "digest_manager")),
        Delivery.id > delivery.id,
        Delivery.state.not_in((DeliveryState.SKIPPED, DeliveryState.DEAD)),
    )
    return db.session.scalar(newer.limit(1)) is not None


def is_message_of_ours(message_id: str) -> bool:
    """Whether we gave this Message-ID. Only one of our form is looked for; some programs use it too."""
    if _ID_FORM.match(message_id) is None:
        return False
    return db.session.scalar(sa.select(Delivery.id).where(Delivery.message_id == message_id).limit(1)) is not None


def message_ids_of(person_ids: Collection[int], templates: Collection[str]) -> frozenset[str]:
    """Message-IDs of all mails of these kinds to these people."""
    where = (Delivery.person_id.in_(person_ids), Delivery.template.in_(templates))
    return frozenset(db.session.scalars(sa.select(Delivery.message_id).where(*where)))
