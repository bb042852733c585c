"""Tags: a team's words, on which suggestions they are, and the entry that says so."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

#: SQLite only counts up a rowid that is called INTEGER.
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

FORMER = (
    "raised", "edited", "comment", "note", "question", "ball_back", "answer", "undone", "handed_back", "moved",
    "contested", "reopened", "assigned", "urgency", "withdrawn", "merged", "merged_in", "unmerged", "split_off",
    "follow_up", "meanwhile", "let_in", "task",
)  # fmt: skip


def upgrade() -> None:
    _allow((*FORMER, "tagged"))
    op.create_table(
        "tag",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("folded", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_tag_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("team_id", "folded", name=op.f("uq_tag_team_id_folded")),
    )
    op.create_table(
        "suggestion_tag",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("suggestion_id", Id, nullable=False),
        sa.Column("tag_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["suggestion_id"], ["suggestion.id"], name=op.f("fk_suggestion_tag_suggestion_id_suggestion")
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_suggestion_tag_tag_id_tag")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion_tag")),
        sa.UniqueConstraint("suggestion_id", "tag_id", name=op.f("uq_suggestion_tag_suggestion_id_tag_id")),
    )
    op.create_index("ix_suggestion_tag_tag", "suggestion_tag", ["tag_id", "suggestion_id"], unique=False)


def downgrade() -> None:
    op.drop_table("suggestion_tag")
    op.drop_table("tag")
    # Whoever does not know this kind must not meet its entries.
    op.execute("DELETE FROM entry WHERE kind = 'tagged'")
    _allow(FORMER)


def _allow(kinds: tuple[str, ...]) -> None:
    """SQLite makes the table anew for this, with everything that is in it and on it."""
    allowed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("entry") as batch:
        batch.drop_constraint(op.f("ck_entry_entrykind"), type_="check")
        batch.create_check_constraint(op.f("ck_entry_entrykind"), f"kind IN ({allowed})")
