"""Mails that come in, and how often mails to a person came back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

#: SQLite only counts up a rowid that is called INTEGER.
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Plain = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
Instant = sa.DateTime(timezone=True)

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _closed(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    # With a default of the database's own: a worker of the former version may still add people.
    op.add_column("person", sa.Column("bounce_score", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_table(
        "inbound_mail",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("received_at", Instant, nullable=False),
        sa.Column("how", _closed("how", "imap", "lmtp"), nullable=False),
        sa.Column("envelope_from", sa.String(length=320), nullable=True),
        sa.Column("recipients", Plain, nullable=False),
        sa.Column("mailbox_validity", sa.BigInteger(), nullable=True),
        sa.Column("mailbox_uid", sa.BigInteger(), nullable=True),
        sa.Column(
            "state",
            _closed("inboundstate", "received", "done", "asked", "refused", "quarantined", "ignored", "failed"),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_attempt_at", Instant, nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("settled_at", Instant, nullable=True),
        sa.Column("answered_at", Instant, nullable=True),
        sa.Column("from_address", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("message_id", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("suggestion_id", Id, nullable=True),
        sa.Column("entry_id", Id, nullable=True),
        sa.Column("delivery_id", Id, nullable=True),
        sa.Column("facts", Plain, nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_inbound_mail_delivery_id_delivery")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_inbound_mail_entry_id_entry")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_inbound_mail_person_id_person")),
        sa.ForeignKeyConstraint(
            ["suggestion_id"], ["suggestion.id"], name=op.f("fk_inbound_mail_suggestion_id_suggestion")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_mail")),
        sa.UniqueConstraint("sha256", name=op.f("uq_inbound_mail_sha256")),
    )
    waiting = sa.text("state = 'received'")
    op.create_index(
        "ix_inbound_mail_waiting", "inbound_mail", ["next_attempt_at"], sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_index("ix_inbound_mail_mailbox", "inbound_mail", ["mailbox_validity", "mailbox_uid"])
    op.create_index("ix_inbound_mail_answered", "inbound_mail", ["from_address", "answered_at"])
    op.create_index("ix_inbound_mail_message", "inbound_mail", ["message_id"])


def downgrade() -> None:
    op.drop_table("inbound_mail")
    op.drop_column("person", "bounce_score")
