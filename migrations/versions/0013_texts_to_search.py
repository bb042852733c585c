"""Texts as the search reads them, filled with what is there, and the index over them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import sqlalchemy as sa
from alembic import op

from tracker.store import analysis

#: SQLite only counts up a rowid that is called INTEGER.
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BATCH = 1000


def upgrade() -> None:
    op.create_table(
        "search_text",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("suggestion_id", Id, nullable=False),
        sa.Column(
            "what",
            sa.Enum(
                "title", "body", "answer", "said", name="what", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("is_internal", sa.Boolean(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["suggestion_id"], ["suggestion.id"], name=op.f("fk_search_text_suggestion_id_suggestion")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_text")),
        sa.UniqueConstraint(
            "suggestion_id", "what", "entry_id", name=op.f("uq_search_text_suggestion_id_what_entry_id")
        ),
    )
    op.create_index("ix_search_text_entry", "search_text", ["entry_id"])
    _fill()
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_index USING fts5(search_text, content='search_text', content_rowid='id', "
            "tokenize='unicode61 remove_diacritics 0')"
        )
        op.execute("INSERT INTO search_index(search_index) VALUES ('rebuild')")
    else:
        op.execute(
            "CREATE INDEX ix_search_text_words ON search_text USING gin (to_tsvector('simple'::regconfig, search_text))"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index")
    op.drop_table("search_text")


# What is there already ------------------------------------------------------------------------------------------------

SUGGESTION = sa.table("suggestion", *(sa.column(name) for name in ("id", "title", "body")))
ENTRY = sa.table(
    "entry",
    *(sa.column(name) for name in ("id", "suggestion_id", "kind", "text")),
    sa.column("is_internal", sa.Boolean()),
    sa.column("facts", sa.JSON()),
)
TEXT = sa.table(
    "search_text", *(sa.column(name) for name in ("suggestion_id", "what", "entry_id", "is_internal", "search_text"))
)


def _fill() -> None:
    rows = _rows(op.get_bind())
    while batch := list(islice(rows, BATCH)):
        op.bulk_insert(TEXT, batch)


def _rows(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    for one in _in_batches(connection, sa.select(SUGGESTION), SUGGESTION.c.id):
        for what in ("title", "body"):
            yield from _row(one.id, what, 0, False, getattr(one, what))
    undone = sa.select(ENTRY.c.facts).where(ENTRY.c.kind == "undone")
    taken_back = {facts["entry"] for facts in connection.scalars(undone)}
    for one in _in_batches(connection, sa.select(ENTRY).where(ENTRY.c.text != ""), ENTRY.c.id):
        what = "answer" if one.kind == "answer" else "said"
        yield from _row(one.suggestion_id, what, one.id, one.is_internal or one.id in taken_back, one.text)


def _in_batches(connection: sa.Connection, statement: sa.Select[Any], key: Any) -> Iterator[Any]:
    last = 0
    while found := connection.execute(statement.where(key > last).order_by(key).limit(BATCH)).all():
        yield from found
        last = found[-1].id


def _row(suggestion: int, what: str, entry: int, internal: bool, text: str) -> Iterator[dict[str, Any]]:
    if text:
        yield {
            "suggestion_id": suggestion,
            "what": what,
            "entry_id": entry,
            "is_internal": internal,
            "search_text": analysis.search_text(text),
        }
