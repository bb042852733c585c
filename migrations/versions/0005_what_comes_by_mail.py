"""Which kinds of news come by mail, one by one; and what somebody has put off for themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

#: What was switched off together with questions and answers until now.
TOPICS = ("dates_in_app", "comments_in_app", "handed_in_app")


def upgrade() -> None:
    # With a default of the database's own: a worker of the former version may still add people.
    for name in TOPICS:
        op.add_column("person", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    person = sa.table("person", *(sa.column(name, sa.Boolean()) for name in (*TOPICS, "news_in_app")))
    op.execute(sa.update(person).where(person.c.news_in_app).values(dict.fromkeys(TOPICS, True)))


def downgrade() -> None:
    for name in TOPICS:
        op.drop_column("person", name)
