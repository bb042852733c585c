"""What a merge carries along, and the questions asked of suggestions that were merged."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa

from tracker.domain.lifecycle import Status
from tracker.store.base import db
from tracker.store.suggestions import CoAuthor, Follower, Nudge, Suggestion, Vote

#: No chain of merges is longer; a longer one would be a circle that `tracker check` reports.
LONGEST_CHAIN = 50


# Where things went ----------------------------------------------------------------------------------------------------


def chain_of(suggestion: Suggestion) -> list[int]:
    """The suggestion's id, and after it where it goes on, to the last one, that was merged into nothing."""
    chain, into = [suggestion.id], suggestion.merged_into_id
    while into is not None and into not in chain and len(chain) < LONGEST_CHAIN:
        chain.append(into)
        into = db.session.scalar(sa.select(Suggestion.merged_into_id).where(Suggestion.id == into))
    return chain


def goes_on(suggestion: Suggestion | None) -> Suggestion | None:
    """Where it goes on, when it was merged away; itself, when it was not."""
    return None if suggestion is None else db.session.get(Suggestion, chain_of(suggestion)[-1])


def merged_into(suggestion_id: int) -> list[int]:
    """The ids of what was merged into this one, oldest first."""
    where = (Suggestion.merged_into_id == suggestion_id, Suggestion.status == Status.MERGED)
    return list(db.session.scalars(sa.select(Suggestion.id).where(*where).order_by(Suggestion.id)))


def brought_by(suggestion_id: int, person_id: int) -> list[int]:
    """Ids of this person's own suggestions that were merged into this one, the last one last."""
    statement = (
        sa.select(CoAuthor.from_suggestion_id)
        .join(Suggestion, Suggestion.id == CoAuthor.from_suggestion_id)
        .where(
            CoAuthor.suggestion_id == suggestion_id,
            CoAuthor.person_id == person_id,
            Suggestion.author_id == person_id,
            Suggestion.status == Status.MERGED,
        )
    )
    return list(db.session.scalars(statement.order_by(CoAuthor.id)))


# Authors --------------------------------------------------------------------------------------------------------------


def authors_of(suggestion: Suggestion) -> list[tuple[int, int]]:
    """Its author and co-authors, each with the suggestion that made them one."""
    rows = sa.select(CoAuthor.person_id, CoAuthor.from_suggestion_id).where(CoAuthor.suggestion_id == suggestion.id)
    others = [(row.person_id, row.from_suggestion_id) for row in db.session.execute(rows.order_by(CoAuthor.id))]
    return [(suggestion.author_id, suggestion.id), *others]


def add_authors(suggestion: Suggestion, authors: Iterable[tuple[int, int]]) -> None:
    known = set(authors_of(suggestion))
    for person_id, from_id in authors:
        if (person_id, from_id) not in known:
            db.session.add(CoAuthor(suggestion_id=suggestion.id, person_id=person_id, from_suggestion_id=from_id))
    db.session.flush()


def remove_authors(suggestion_id: int, *, brought_by: Collection[int]) -> None:
    """Those who came with one of these suggestions."""
    where = (CoAuthor.suggestion_id == suggestion_id, CoAuthor.from_suggestion_id.in_(brought_by))
    db.session.execute(sa.delete(CoAuthor).where(*where))


# Votes, followers, nudges ---------------------------------------------------------------------------------------------


def add_votes(suggestion_id: int, persons: Iterable[int], *, now: datetime) -> list[int]:
    """A "me too" of each who has none there. Returns those who were new."""
    known = set(db.session.scalars(sa.select(Vote.person_id).where(Vote.suggestion_id == suggestion_id)))
    new = sorted(set(persons) - known)
    db.session.add_all(Vote(suggestion_id=suggestion_id, person_id=one, at=now) for one in new)
    db.session.flush()
    return new


def remove_votes(suggestion_id: int, persons: Collection[int]) -> list[int]:
    """Returns those who had one."""
    where = (Vote.suggestion_id == suggestion_id, Vote.person_id.in_(persons))
    found = sorted(db.session.scalars(sa.select(Vote.person_id).where(*where)))
    db.session.execute(sa.delete(Vote).where(*where))
    return found


def add_followers(suggestion_id: int, persons: Iterable[int], *, now: datetime) -> list[int]:
    """Who follows or stopped following there on purpose stays as they are. Returns those who were new."""
    known = set(db.session.scalars(sa.select(Follower.person_id).where(Follower.suggestion_id == suggestion_id)))
    new = sorted(set(persons) - known)
    db.session.add_all(Follower(suggestion_id=suggestion_id, person_id=one, at=now) for one in new)
    db.session.flush()
    return new


def remove_followers(suggestion_id: int, persons: Collection[int]) -> None:
    where = (Follower.suggestion_id == suggestion_id, Follower.person_id.in_(persons))
    db.session.execute(sa.delete(Follower).where(*where))


def nudgers_of(promise_id: int, version: int) -> list[int]:
    where = (Nudge.promise_id == promise_id, Nudge.version == version)
    return list(db.session.scalars(sa.select(Nudge.person_id).where(*where)))


def add_nudges(
    suggestion_id: int, promise_id: int, version: int, persons: Iterable[int], *, now: datetime
) -> list[int]:
    """ "Still matters to me", said elsewhere, about this date. Returns those who had not said it here."""
    new = sorted(set(persons) - set(nudgers_of(promise_id, version)))
    db.session.add_all(
        Nudge(suggestion_id=suggestion_id, promise_id=promise_id, version=version, person_id=one, at=now) for one in new
    )
    db.session.flush()
    return new


def remove_nudges(suggestion_id: int, promise_id: int, version: int, persons: Collection[int]) -> None:
    where = (
        Nudge.suggestion_id == suggestion_id,
        Nudge.promise_id == promise_id,
        Nudge.version == version,
        Nudge.person_id.in_(persons),
    )
    db.session.execute(sa.delete(Nudge).where(*where))


def recount(suggestion: Suggestion) -> None:
    """The counts that lists show."""
    for column, table in (("votes", Vote), ("nudges", Nudge)):
        count = sa.select(sa.func.count(table.id)).where(table.suggestion_id == suggestion.id)
        setattr(suggestion, column, int(db.session.scalar(count) or 0))
    db.session.flush()


def who_came_only_by(source_id: int, target_id: int, table: type[Vote] | type[Follower]) -> set[int]:
    """Voters (or followers) of a merged suggestion whom no other one merged into the same target has."""
    own = set(db.session.scalars(sa.select(table.person_id).where(table.suggestion_id == source_id)))
    others = (
        sa.select(table.person_id)
        .join(Suggestion, Suggestion.id == table.suggestion_id)
        .where(Suggestion.merged_into_id == target_id, Suggestion.id != source_id, table.person_id.in_(own))
    )
    return own - set(db.session.scalars(others))
