"""A page asks several times who is in the team: while it only reads, the database is asked once; after that, anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from tests.acts.cast import Cast, a_person, joins
from tracker.domain.lifecycle import Role
from tracker.store import teams
from tracker.store.base import db, reading


@contextmanager
def counted() -> Iterator[list[str]]:
    asked: list[str] = []
    listener = lambda *args: asked.append(args[2])  # noqa: E731
    sa.event.listen(db.engine, "before_cursor_execute", listener)
    try:
        yield asked
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", listener)


def members(cast: Cast) -> int:
    return len(teams.memberships(cast.team.id))


def test_within_a_page_and_no_longer(cast: Cast) -> None:
    db.session.commit()
    with reading():
        before = members(cast)
        with counted() as asked:
            teams.memberships(cast.team.id).clear()
            assert (members(cast), members(cast)) == (before, before)
            assert members(cast) == len(teams.memberships(cast.team.id))
        assert asked == []
        db.session.rollback()
    joins(cast.team, a_person("Ola"), Role.MEMBER)
    assert members(cast) == before + 1
    db.session.commit()
    with reading():
        assert members(cast) == before + 1
        db.session.rollback()


def test_what_may_write_asks_each_time(cast: Cast) -> None:
    before = members(cast)
    joins(cast.team, a_person("Ola"), Role.MEMBER)
    assert members(cast) == before + 1
