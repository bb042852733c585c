"""Whom a text can call by name, and who is told of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.acts.cast import Cast, raised, reassembled
from tests.notices.seen import told_by
from tests.times import FakeClock
from tests.web.pages import TEAM
from tests.web.visitors import Visitor
from tracker.acts import suggestions as verbs
from tracker.domain.lifecycle import Visibility
from tracker.store import suggestions
from tracker.store.entries import Via

Visit = Callable[[str], Visitor]


@pytest.fixture
def two(app: Flask, cast: Cast, clock: FakeClock) -> int:
    """Nari's #41, and one of hers that only managers see; its number."""
    with app.app_context():
        raised(cast)
        hidden = raised(cast, title="Unter uns", visibility=Visibility.MANAGERS).number
    clock.set("Wednesday 2026-11-25 10:00")
    return hidden


def test_those_who_can_read_it_are_offered(visit: Visit, two: int) -> None:
    assert visit("jo").get(f"{TEAM}/41/names").json == ["Anke", "Juri", "Melodie", "Nari", "Pit"]
    assert visit("nari").get(f"{TEAM}/{two}/names").json == ["Anke", "Juri", "Pit"]


def test_in_a_note_those_who_read_notes(visit: Visit, two: int) -> None:
    assert visit("pit").get(f"{TEAM}/41/names?note=1").json == ["Anke", "Juri"]
    assert visit("nari").get(f"{TEAM}/41/names?note=1").status_code == 403


def test_comment_and_note_say_where_their_names_come_from(visit: Visit, two: int) -> None:
    page = visit("pit").get(f"{TEAM}/41").text
    assert f'data-mentions="{TEAM}/41/names"' in page
    assert f'data-mentions="{TEAM}/41/names?note=1"' in page


def test_who_is_called_is_told_and_never_who_cannot_see_it(app: Flask, clock: FakeClock, two: int) -> None:
    with app.app_context():
        cast = reassembled()
        for number, told in ((41, {"Melodie"}), (two, set())):
            s = suggestions.by_number(cast.team.id, number)
            assert s is not None
            text = "@Melodie, und @Olga?"
            entry = verbs.comment(s, by=cast.pit, now=clock.now(), via=Via.WEB, text=text)
            assert told_by(entry).get("daily", set()) == told
