"""When a destination may be handed the next mails."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "destination_pace",
        sa.Column("destination", sa.String(length=200), nullable=False),
        sa.Column("full_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("destination", name=op.f("pk_destination_pace")),
    )


def downgrade() -> None:
    op.drop_table("destination_pace")
