"""Tasks of what is promised by a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

#: SQLite only counts up a rowid that is called INTEGER.
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Instant = sa.DateTime(timezone=True)

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "task",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("suggestion_id", Id, nullable=False),
        sa.Column("promise_id", Id, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("assignee_id", Id, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("moves", sa.BigInteger(), nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("made_by_id", Id, nullable=False),
        sa.Column("begun_at", Instant, nullable=True),
        sa.Column("done_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(["assignee_id"], ["person.id"], name=op.f("fk_task_assignee_id_person")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_task_made_by_id_person")),
        sa.ForeignKeyConstraint(["promise_id"], ["promise.id"], name=op.f("fk_task_promise_id_promise")),
        sa.ForeignKeyConstraint(["suggestion_id"], ["suggestion.id"], name=op.f("fk_task_suggestion_id_suggestion")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("promise_id", name=op.f("uq_task_promise_id")),
    )
    op.create_index("ix_task_suggestion", "task", ["suggestion_id", "id"], unique=False)
    op.create_index("ix_task_assignee", "task", ["assignee_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("task")
