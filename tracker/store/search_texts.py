"""What the search looks through: each text of a suggestion by itself, as the analyser reads it.

Written where entries are written (``entries.append_all``), so that no verb can forget it, and never by a trigger.
SQLite's index (FTS5) lies beside the table and is told of each change here; PostgreSQL keeps its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store import analysis, search_terms
from tracker.store.base import Base, closed_enum, db, is_sqlite, pk, ref
from tracker.store.search_terms import Sought

INDEX = "search_index"
BATCH = 1000


class What(StrEnum):
    """Which text of a suggestion."""

    TITLE = "title"
    BODY = "body"
    ANSWER = "answer"  # of an entry
    SAID = "said"  # of any other entry


class SearchText(Base):
    __tablename__ = "search_text"

    id: Mapped[int] = pk()
    suggestion_id: Mapped[int] = ref("suggestion.id")
    what: Mapped[What] = mapped_column(closed_enum(What))
    #: 0 for title and body: a unique key has no column that may be empty
    entry_id: Mapped[int]
    #: notes, and answers that were taken back: found by managers only
    is_internal: Mapped[bool] = mapped_column(default=False)
    search_text: Mapped[str] = mapped_column(sa.Text)

    __table_args__ = (
        sa.UniqueConstraint("suggestion_id", "what", "entry_id"),
        sa.Index("ix_search_text_entry", "entry_id"),  # an edited text, an answer taken back
    )


#: The indexes are made by migrations; a schema made from the models has them too.
SQLITE_INDEX = (
    "CREATE VIRTUAL TABLE search_index USING fts5(search_text, content='search_text', content_rowid='id', "
    "tokenize='unicode61 remove_diacritics 0')"
)
POSTGRESQL_INDEX = (
    "CREATE INDEX ix_search_text_words ON search_text USING gin (to_tsvector('simple'::regconfig, search_text))"
)
for _dialect, _statement in (("sqlite", SQLITE_INDEX), ("postgresql", POSTGRESQL_INDEX)):
    _made: Any = sa.DDL(_statement)  # type: ignore[no-untyped-call]
    event.listen(SearchText.__table__, "after_create", _made.execute_if(dialect=_dialect))


Key = tuple[int, What, int]
#: By key: whether it is internal, and the text as the analyser reads it.
Stored = Mapping[Key, tuple[bool, str]]


@dataclass(frozen=True, slots=True)
class Part:
    """One text of a suggestion, as it stands in it."""

    suggestion_id: int
    what: What
    entry_id: int
    is_internal: bool
    text: str

    @property
    def key(self) -> Key:
        return self.suggestion_id, self.what, self.entry_id


def parts_of_suggestion(suggestion_id: int, title: str, body: str, *, with_empty: bool = False) -> list[Part]:
    """Its title and its body; ``with_empty`` also where there is none, to take away what was there."""
    texts = ((What.TITLE, title), (What.BODY, body))
    return [Part(suggestion_id, what, 0, False, text) for what, text in texts if text or with_empty]


def part_of_entry(suggestion_id: int, entry_id: int, text: str, *, is_answer: bool, is_internal: bool) -> Part:
    return Part(suggestion_id, What.ANSWER if is_answer else What.SAID, entry_id, is_internal, text)


# Writing --------------------------------------------------------------------------------------------------------------


def add(parts: Iterable[Part]) -> None:
    """Texts that were not there before."""
    rows = [_row(part) for part in parts if part.text]
    if not rows:
        return
    if not is_sqlite():
        db.session.execute(sa.insert(SearchText), rows)
        return
    made = [SearchText(**row) for row in rows]
    db.session.add_all(made)
    db.session.flush()
    _tell_index("INSERT INTO search_index(rowid, search_text) VALUES (:id, :text)", _told(made))


def change(parts: Iterable[Part]) -> None:
    """Texts that were edited, whether or not they were there before."""
    parts = list(parts)
    keys = {part.key for part in parts}
    where = SearchText.suggestion_id.in_({part.suggestion_id for part in parts})
    gone = [row for row in db.session.scalars(sa.select(SearchText).where(where)) if _key(row) in keys]
    _forget(gone)
    add(parts)


def hide(entry_id: int) -> None:
    """An answer was taken back: from now on it is for managers alone."""
    db.session.execute(sa.update(SearchText).where(SearchText.entry_id == entry_id).values(is_internal=True))


def _forget(rows: list[SearchText]) -> None:
    if not rows:
        return
    if is_sqlite():
        _tell_index(
            "INSERT INTO search_index(search_index, rowid, search_text) VALUES ('delete', :id, :text)", _told(rows)
        )
    for row in rows:
        db.session.delete(row)
    db.session.flush()


def _row(part: Part) -> dict[str, Any]:
    return {
        "suggestion_id": part.suggestion_id,
        "what": part.what,
        "entry_id": part.entry_id,
        "is_internal": part.is_internal,
        "search_text": analysis.search_text(part.text),
    }


def _key(row: SearchText) -> Key:
    return row.suggestion_id, row.what, row.entry_id


def _told(rows: Iterable[SearchText]) -> list[dict[str, Any]]:
    return [{"id": row.id, "text": row.search_text} for row in rows]


def _tell_index(statement: str, rows: list[dict[str, Any]]) -> None:
    db.session.execute(sa.text(statement), rows)


# Looking --------------------------------------------------------------------------------------------------------------


def matches(*all_sought: Sought) -> sa.ColumnElement[bool]:
    """The condition on a row of ``search_text`` that everything sought stands in it."""
    if is_sqlite():
        index = sa.table("search_index", sa.column("rowid"), sa.column("search_index"))
        asked = " AND ".join(search_terms.fts5(one) for one in all_sought)
        return SearchText.id.in_(sa.select(index.c.rowid).where(index.c.search_index.op("MATCH")(asked)))
    simple: sa.ColumnElement[Any] = sa.literal_column("'simple'::regconfig")
    query = sa.func.to_tsquery(simple, " & ".join(search_terms.tsquery(one) for one in all_sought))
    return sa.func.to_tsvector(simple, SearchText.search_text).bool_op("@@")(query)


# Making it anew -------------------------------------------------------------------------------------------------------


def rebuild_index() -> None:
    """Fill SQLite's index from the table, after rows were put there past this module; PostgreSQL's fills itself."""
    if is_sqlite():
        db.session.execute(sa.text("INSERT INTO search_index(search_index) VALUES ('rebuild')"))


def clear() -> None:
    """Forget everything, to write it anew."""
    db.session.execute(sa.delete(SearchText))
    rebuild_index()


def index_is_whole() -> bool:
    """Whether SQLite's index and the table say the same."""
    if not is_sqlite():
        return True
    try:
        db.session.execute(sa.text("INSERT INTO search_index(search_index, rank) VALUES ('integrity-check', 1)"))
    except sa.exc.DatabaseError:
        return False
    return True


def of_suggestions(first: int, last: int) -> dict[int, Stored]:
    """What is stored for the suggestions with these ids."""
    found: dict[int, dict[Key, tuple[bool, str]]] = {}
    for row in db.session.scalars(sa.select(SearchText).where(SearchText.suggestion_id.between(first, last))):
        found.setdefault(row.suggestion_id, {})[_key(row)] = (row.is_internal, row.search_text)
    return dict(found)


def differences(parts: Iterable[Part], stored: Stored) -> Iterator[str]:
    """Sentences about what the search would miss, or find wrongly, of one suggestion."""
    wanted = {part.key: part for part in parts if part.text}
    for key, part in wanted.items():
        if stored.get(key) != (part.is_internal, analysis.search_text(part.text)):
            yield f"the search does not know its {_named(key)} as it is: 'tracker reindex' mends that"
    for key in stored.keys() - wanted.keys():
        yield f"the search knows its {_named(key)}, and there is none: 'tracker reindex' mends that"


def _named(key: Key) -> str:
    return f"{key[1].value} (entry {key[2]})" if key[2] else key[1].value
