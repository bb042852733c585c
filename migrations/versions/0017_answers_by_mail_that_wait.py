"""An index for the answers by mail that wait to be confirmed, which a suggestion's page asks for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_inbound_mail_asked",
        "inbound_mail",
        ["suggestion_id", "person_id"],
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )


def downgrade() -> None:
    op.drop_index("ix_inbound_mail_asked", table_name="inbound_mail")
