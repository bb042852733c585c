"""Tags: a team's words, and on which suggestions they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.base import Base, db, pk, ref
from tracker.store.suggestions import Suggestion

Condition = sa.ColumnElement[bool]


class Tag(Base):
    """A word of a team's, as it was first written."""

    __tablename__ = "tag"

    id: Mapped[int] = pk()
    team_id: Mapped[int] = ref("team.id")
    name: Mapped[str] = mapped_column(sa.String(40))
    #: by which it is told apart; folding can make three letters of one
    folded: Mapped[str] = mapped_column(sa.String(120))

    __table_args__ = (sa.UniqueConstraint("team_id", "folded"),)


class SuggestionTag(Base):
    """This tag is on this suggestion."""

    __tablename__ = "suggestion_tag"

    id: Mapped[int] = pk()
    suggestion_id: Mapped[int] = ref("suggestion.id")
    tag_id: Mapped[int] = ref("tag.id")

    __table_args__ = (
        sa.UniqueConstraint("suggestion_id", "tag_id"),
        sa.Index("ix_suggestion_tag_tag", "tag_id", "suggestion_id"),  # everything with this tag
    )


# Questions ------------------------------------------------------------------------------------------------------------


def of_many(ids: Collection[int]) -> dict[int, list[Tag]]:
    """Suggestion → its tags, by name; in one query."""
    found: dict[int, list[Tag]] = defaultdict(list)
    if ids:
        statement = sa.select(SuggestionTag.suggestion_id, Tag).join(Tag, Tag.id == SuggestionTag.tag_id)
        statement = statement.where(SuggestionTag.suggestion_id.in_(ids)).order_by(Tag.folded)
        for row in db.session.execute(statement):
            found[row.suggestion_id].append(row.Tag)
    return found


def names_of(ids: Collection[int]) -> dict[int, list[str]]:
    """Suggestion → the names of its tags; none where it has none."""
    found = of_many(ids)
    return {one: [tag.name for tag in found.get(one, ())] for one in ids}


def in_use(team_id: int, condition: Condition) -> list[Tag]:
    """The tags that a team uses on suggestions that fulfil ``condition``, by name.

    Never ask without the reader's own condition: a tag of a suggestion that they cannot see would betray it.
    """
    used = sa.exists().where(SuggestionTag.tag_id == Tag.id, SuggestionTag.suggestion_id == Suggestion.id, condition)
    return list(db.session.scalars(sa.select(Tag).where(Tag.team_id == team_id, used).order_by(Tag.folded)))


def has(tag_folded: str) -> Condition:
    """The condition on ``suggestion`` that this tag is on it."""
    return sa.exists().where(
        SuggestionTag.suggestion_id == Suggestion.id,
        SuggestionTag.tag_id == Tag.id,
        Tag.team_id == Suggestion.team_id,
        Tag.folded == tag_folded,
    )


def named(team_id: int, folded_names: Collection[str]) -> dict[str, Tag]:
    """Those of these tags that the team has, by folded name."""
    where = (Tag.team_id == team_id, Tag.folded.in_(folded_names))
    return {tag.folded: tag for tag in db.session.scalars(sa.select(Tag).where(*where))}


def put_on(suggestion_id: int, tag_ids: Collection[int]) -> None:
    db.session.add_all(SuggestionTag(suggestion_id=suggestion_id, tag_id=tag_id) for tag_id in tag_ids)
    db.session.flush()


def take_off(suggestion_id: int, tag_ids: Collection[int]) -> None:
    """Take these tags off; a tag that is on nothing any more is gone. The team's row is locked by who calls."""
    if not tag_ids:
        return
    where = (SuggestionTag.suggestion_id == suggestion_id, SuggestionTag.tag_id.in_(tag_ids))
    db.session.execute(sa.delete(SuggestionTag).where(*where))
    used = sa.exists().where(SuggestionTag.tag_id == Tag.id)
    unused = list(db.session.scalars(sa.select(Tag).where(Tag.id.in_(tag_ids), sa.not_(used))))
    for tag in unused:
        db.session.delete(tag)
    db.session.flush()
