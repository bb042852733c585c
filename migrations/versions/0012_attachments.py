"""Files that come with a text."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

#: SQLite only counts up a rowid that is called INTEGER.
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = ("png", "jpeg", "gif", "webp", "pdf", "text", "zip")

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("uploader_id", Id, nullable=False),
        sa.Column("suggestion_id", Id, nullable=True),
        sa.Column("entry_id", Id, nullable=True),
        sa.Column("draft_id", Id, nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="filekind", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["draft.id"], name=op.f("fk_attachment_draft_id_draft"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_attachment_entry_id_entry")),
        sa.ForeignKeyConstraint(
            ["suggestion_id"], ["suggestion.id"], name=op.f("fk_attachment_suggestion_id_suggestion")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_attachment_team_id_team")),
        sa.ForeignKeyConstraint(["uploader_id"], ["person.id"], name=op.f("fk_attachment_uploader_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index("ix_attachment_suggestion", "attachment", ["suggestion_id", "entry_id"], unique=False)
    op.create_index("ix_attachment_entry", "attachment", ["entry_id"], unique=False)
    op.create_index("ix_attachment_team", "attachment", ["team_id", "size"], unique=False)
    op.create_index("ix_attachment_draft", "attachment", ["draft_id"], unique=False)


def downgrade() -> None:
    op.drop_table("attachment")
