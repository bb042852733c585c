"""Half-written texts, which go on on another device."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

#: SQLite only counts up a rowid that is called INTEGER.
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Plain = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column(
            "purpose",
            sa.Enum("raise", "answer", name="draftpurpose", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("suggestion_id", Id, nullable=True),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("fields", Plain, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_draft_person_id_person")),
        sa.ForeignKeyConstraint(["suggestion_id"], ["suggestion.id"], name=op.f("fk_draft_suggestion_id_suggestion")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_draft_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("person_id", "team_id", "about", name=op.f("uq_draft_person_id_team_id_about")),
    )
    op.create_index("ix_draft_changed_at", "draft", ["changed_at"], unique=False)


def downgrade() -> None:
    op.drop_table("draft")
