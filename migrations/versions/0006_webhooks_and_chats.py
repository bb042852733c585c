"""Webhooks and chats: where a team's events leave to, and the two channels that carry them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

#: SQLite only counts up a rowid that is called INTEGER.
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Instant = sa.DateTime(timezone=True)

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

FORMER = ("email", "in_app")
CHANNELS = (*FORMER, "webhook", "chat")
WITHOUT_PERSON = sa.text("person_id IS NULL")


def upgrade() -> None:
    _allow(CHANNELS)
    op.create_table(
        "outlet",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column(
            "channel",
            sa.Enum(*CHANNELS, name="channel", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.String(length=200), nullable=False),
        sa.Column("former_secret", sa.String(length=200), nullable=False),
        sa.Column("rotated_at", Instant, nullable=True),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("created_by_id", Id, nullable=False),
        sa.Column("stopped_at", Instant, nullable=True),
        sa.Column("stopped_by_id", Id, nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_outlet_created_by_id_person")),
        sa.ForeignKeyConstraint(["stopped_by_id"], ["person.id"], name=op.f("fk_outlet_stopped_by_id_person")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_outlet_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet")),
    )
    op.create_index("ix_outlet_team", "outlet", ["team_id", "id"], unique=False)
    op.create_index(
        "ix_delivery_destination",
        "delivery",
        ["destination", "id"],
        unique=False,
        sqlite_where=WITHOUT_PERSON,
        postgresql_where=WITHOUT_PERSON,
    )


def downgrade() -> None:
    op.drop_index("ix_delivery_destination", "delivery")
    op.drop_table("outlet")
    # Whoever does not know these channels must not meet their messages.
    op.execute("DELETE FROM delivery WHERE channel IN ('webhook', 'chat')")
    op.execute("DELETE FROM notice WHERE channel IN ('webhook', 'chat')")
    _allow(FORMER)


def _allow(channels: tuple[str, ...]) -> None:
    """SQLite makes the table anew for this, with everything that is in it and on it."""
    allowed = ", ".join(f"'{channel}'" for channel in channels)
    for table in ("delivery", "notice"):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_channel"), type_="check")
            batch.create_check_constraint(op.f(f"ck_{table}_channel"), f"channel IN ({allowed})")
