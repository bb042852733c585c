"""First steps for everybody who joins; who was here before knows the way."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    hidden = sa.Column("first_steps_hidden", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("membership", hidden)
    membership = sa.table("membership", sa.column("first_steps_hidden", sa.Boolean()))
    op.execute(sa.update(membership).values(first_steps_hidden=True))


def downgrade() -> None:
    op.drop_column("membership", "first_steps_hidden")
