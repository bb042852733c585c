"""What became of each attempt to send a message."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

#: SQLite only counts up a rowid that is called INTEGER.
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WHAT = ("sent", "refused", "unknown", "lost", "given_up", "retried", "released", "discarded")

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delivery_event",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("delivery_id", Id, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("said", sa.String(length=400), nullable=False),
        sa.Column("by_id", Id, nullable=True),
        sa.CheckConstraint(sa.column("what").in_(WHAT), name=op.f("ck_delivery_event_happened")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_delivery_event_by_id_person")),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_delivery_event_delivery_id_delivery")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_event")),
    )
    op.create_index("ix_delivery_event_delivery", "delivery_event", ["delivery_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_delivery_event_delivery", table_name="delivery_event")
    op.drop_table("delivery_event")
