"""Links of mails that somebody acted with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Instant = sa.DateTime(timezone=True)

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "used_link",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("suggestion_id", Id, nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("request_key", sa.String(length=80), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_used_link_person_id_person")),
        sa.ForeignKeyConstraint(
            ["suggestion_id"], ["suggestion.id"], name=op.f("fk_used_link_suggestion_id_suggestion")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_used_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_used_link_token_hash")),
    )
    op.create_index("ix_used_link_expires_at", "used_link", ["expires_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_used_link_expires_at", table_name="used_link")
    op.drop_table("used_link")
