"""Ways in: invitations, team links, API tokens, the set-up link, throttles; used links and answered requests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.lifecycle import Role
from tracker.store.base import Base, Plain, closed_enum, db, pk, ref


class Invitation(Base):
    """A way into a team: for one address, or a link for as many as set. Only the token's hash is stored."""

    __tablename__ = "invitation"

    id: Mapped[int] = pk()
    team_id: Mapped[int] = ref("team.id")
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    role: Mapped[Role] = mapped_column(closed_enum(Role))
    #: for one person; empty for a team link
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    name: Mapped[str] = mapped_column(sa.String(80), default="")
    max_uses: Mapped[int] = mapped_column(default=1)
    uses: Mapped[int] = mapped_column(default=0)
    needs_confirmation: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = ref("person.id")
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (sa.Index("ix_invitation_team", "team_id"),)


class ApiToken(Base):
    __tablename__ = "api_token"

    id: Mapped[int] = pk()
    person_id: Mapped[int] = ref("person.id")
    name: Mapped[str] = mapped_column(sa.String(80))
    #: looked up by this; not secret
    prefix: Mapped[str] = mapped_column(sa.String(16), unique=True)
    #: SHA-256 of the secret
    secret_hash: Mapped[str] = mapped_column(sa.String(64))
    #: empty: whatever its person may
    scopes: Mapped[list[Any]] = mapped_column(Plain, default=list)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    #: by a writing request; reading writes nothing
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (sa.Index("ix_api_token_person", "person_id"),)


class SetupLink(Base):
    """The one-time link that `tracker run` prints while there is no owner."""

    __tablename__ = "setup_link"

    id: Mapped[int] = pk()
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    #: set by `tracker setup`: the owner only chooses a password
    person_id: Mapped[int | None] = ref("person.id")
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInLink(Base):
    """A link in a mail that signs in or sets a password; single use, one hour at most, hash only."""

    __tablename__ = "sign_in_link"

    id: Mapped[int] = pk()
    person_id: Mapped[int] = ref("person.id")
    #: sign_in, reset or address: one that confirms the address to which its mail went
    purpose: Mapped[str] = mapped_column(sa.String(10))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    #: where to go afterwards, on this site
    next_path: Mapped[str] = mapped_column(sa.String(500), default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class UsedLink(Base):
    """A signed link of a mail that somebody acted with. Looking at one leaves nothing; the hash is all that is kept."""

    __tablename__ = "used_link"

    id: Mapped[int] = pk()
    #: SHA-256 of purpose and token; unique: of two who act at once, one finds the other's
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int] = ref("person.id")
    suggestion_id: Mapped[int] = ref("suggestion.id")
    #: answer, ask, comment …
    act: Mapped[str] = mapped_column(sa.String(20))
    #: what the act wrote, where it wrote something; an answer can be taken back by it
    entry_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    #: of the form that acted: sent twice, it finds what it did
    request_key: Mapped[str] = mapped_column(sa.String(80), default="")
    at: Mapped[datetime]
    #: of the link; afterwards nobody needs to know
    expires_at: Mapped[datetime]

    __table_args__ = (sa.Index("ix_used_link_expires_at", "expires_at"),)  # housekeeping


class Throttle(Base):
    """Failed tries of one account or one address; survives restarts, never locks for good."""

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime]
    blocked_until: Mapped[datetime | None]


class AnsweredRequest(Base):
    """A form or API request that was carried out: sent again, it finds what it made."""

    __tablename__ = "answered_request"

    id: Mapped[int] = pk()
    person_id: Mapped[int] = ref("person.id")
    key: Mapped[str] = mapped_column(sa.String(80))
    at: Mapped[datetime]
    #: {"suggestion": id, "entry": id, …} and a fingerprint of what was sent
    made: Mapped[dict[str, Any]] = mapped_column(Plain, default=dict)

    __table_args__ = (sa.UniqueConstraint("person_id", "key"), sa.Index("ix_answered_request_at", "at"))


def answered_request(person_id: int, key: str) -> AnsweredRequest | None:
    where = (AnsweredRequest.person_id == person_id, AnsweredRequest.key == key)
    return db.session.scalar(sa.select(AnsweredRequest).where(*where))


def used_link(token_hash: str) -> UsedLink | None:
    return db.session.scalar(sa.select(UsedLink).where(UsedLink.token_hash == token_hash))
