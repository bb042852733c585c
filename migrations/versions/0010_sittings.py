"""Answering one by one: sittings, and what was done in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

#: SQLite only counts up a rowid that is called INTEGER.
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Instant = sa.DateTime(timezone=True)

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

STEPS = ("answered", "asked", "moved", "skipped")
IS_OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "sitting",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("started_at", Instant, nullable=False),
        sa.Column("ends_at", Instant, nullable=False),
        sa.Column("ended_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sitting_person_id_person")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_sitting_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting")),
    )
    op.create_index("ix_sitting_person", "sitting", ["person_id", "team_id", "id"], unique=False)
    op.create_index(
        "ix_sitting_open",
        "sitting",
        ["person_id", "team_id"],
        unique=True,
        sqlite_where=IS_OPEN,
        postgresql_where=IS_OPEN,
    )
    op.create_table(
        "sitting_step",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("sitting_id", Id, nullable=False),
        sa.Column("suggestion_id", Id, nullable=False),
        sa.Column(
            "what",
            sa.Enum(*STEPS, name="step", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("at", Instant, nullable=False),
        sa.Column("entry_id", Id, nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_sitting_step_entry_id_entry")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_sitting_step_sitting_id_sitting")),
        sa.ForeignKeyConstraint(
            ["suggestion_id"], ["suggestion.id"], name=op.f("fk_sitting_step_suggestion_id_suggestion")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting_step")),
    )
    op.create_index("ix_sitting_step_sitting", "sitting_step", ["sitting_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("sitting_step")
    op.drop_table("sitting")
