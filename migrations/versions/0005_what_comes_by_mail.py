"""Which kinds of news come by mail, one by one; and what somebody has put off for themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

#: SQLite only counts up a rowid that is called INTEGER.
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

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
    op.create_table(
        "snooze",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("suggestion_id", Id, nullable=False),
        sa.Column("promise_id", Id, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_snooze_person_id_person")),
        sa.ForeignKeyConstraint(["promise_id"], ["promise.id"], name=op.f("fk_snooze_promise_id_promise")),
        sa.ForeignKeyConstraint(["suggestion_id"], ["suggestion.id"], name=op.f("fk_snooze_suggestion_id_suggestion")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snooze")),
    )
    begun = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_snooze_open", "snooze", ["person_id", "suggestion_id"], unique=True, sqlite_where=begun,
        postgresql_where=begun,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("snooze")
    for name in TOPICS:
        op.drop_column("person", name)
