"""Alerts, one for each cause, and messages that the storm brake holds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

#: SQLite only counts up a rowid that is called INTEGER.
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Plain = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
Instant = sa.DateTime(timezone=True)

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_KINDS = ("sign_in_refused", "not_encrypted", "server_away", "cannot_be_written", "kills_its_sender", "storm")


def upgrade() -> None:
    op.create_table(
        "alert",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*_KINDS, name="alertkind", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("facts", Plain, nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("closed_at", Instant, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
    )
    is_open = sa.text("closed_at IS NULL")
    op.create_index(
        "uq_alert_open", "alert", ["kind", "subject"], unique=True, sqlite_where=is_open, postgresql_where=is_open
    )
    # With a default of the database's own: a worker of the former version may still add messages.
    op.add_column("delivery", sa.Column("is_held", sa.Boolean(), nullable=False, server_default=sa.false()))
    # In SQL, because SQLite takes a foreign key only with its column and would else copy the whole table.
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE delivery ADD COLUMN storm_id {number} CONSTRAINT fk_delivery_storm_id_alert REFERENCES alert (id)"
    )
    op.create_index("ix_delivery_created", "delivery", ["created_at"])
    of_a_storm = sa.text("storm_id IS NOT NULL")
    op.create_index("ix_delivery_storm", "delivery", ["storm_id"], sqlite_where=of_a_storm, postgresql_where=of_a_storm)
    is_dead = sa.text("state = 'dead'")
    op.create_index("ix_delivery_dead", "delivery", ["created_at"], sqlite_where=is_dead, postgresql_where=is_dead)


def downgrade() -> None:
    op.drop_index("ix_delivery_dead", "delivery")
    op.drop_index("ix_delivery_storm", "delivery")
    op.drop_index("ix_delivery_created", "delivery")
    # SQLite drops no column that a foreign key names; a copy of the table leaves both out.
    with op.batch_alter_table("delivery") as batch:
        batch.drop_column("storm_id")
        batch.drop_column("is_held")
    op.drop_table("alert")
