"""Tags on the pages: set on a suggestion's page, shown there, in lists and in the API."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.acts.cast import Cast, at, raised
from tests.times import FakeClock
from tests.web.pages import TEAM, follow, offers, send
from tests.web.visitors import Visitor, said
from tracker.acts import tags
from tracker.domain.lifecycle import Kind
from tracker.store.base import db
from tracker.store.entries import Via

Visit = Callable[[str], Visitor]
PAGE = f"{TEAM}/41"


@pytest.fixture
def nari41(app: Flask, cast: Cast, clock: FakeClock) -> int:
    """Nari's #41 of Tuesday night; it is Wednesday, 10:00."""
    with app.app_context():
        found = raised(cast)
    clock.set("Wednesday 2026-11-25 10:00")
    return found.id


def test_pit_tags_it_and_everybody_reads_the_tags(visit: Visit, nari41: int) -> None:
    pit = visit("pit")
    page = follow(pit, send(pit, pit.get(PAGE), "/tags", tags="Filter, Chat"))
    assert "Schlagwörter Chat, Filter" in said(page)
    assert "Pit setzt das Schlagwort Filter, Chat" in said(page)
    nari = visit("nari")
    assert "Schlagwörter Chat, Filter" in said(nari.get(PAGE))
    assert '<i class="tag">Chat</i> <i class="tag">Filter</i>' in nari.get(f"{TEAM}/suggestions").text
    assert '<i class="tag">Chat</i>' in pit.get(f"{TEAM}/desk").text


def test_who_may_not_set_tags_is_not_offered_it(visit: Visit, nari41: int) -> None:
    assert "tags" not in offers(visit("jo").get(PAGE))
    assert "tags" not in offers(visit("nari").get(PAGE))  # her quarter of an hour is over
    assert "tags" in offers(visit("juri").get(PAGE))


def test_nari_is_offered_it_while_she_may_still_edit(visit: Visit, nari41: int, clock: FakeClock) -> None:
    clock.set("Tuesday 2026-11-24 23:20")
    nari = visit("nari")
    assert "Schlagwörter Gilden" in said(follow(nari, send(nari, nari.get(PAGE), "/tags", tags="Gilden")))


def test_the_tags_of_what_is_sealed_are_offered_to_nobody_who_must_not_see_it(
    visit: Visit, app: Flask, cast: Cast, nari41: int
) -> None:
    with app.app_context():
        sealed = raised(cast, kind=Kind.FRICTION, about=cast.pit)
        tags.set_(sealed, by=cast.anke, now=at("Wednesday 2026-11-25 09:00"), via=Via.WEB, names=["Geschrei"])
        db.session.commit()
    assert "Geschrei" not in visit("pit").get(PAGE).text
    assert 'data-value="Geschrei"' in visit("anke").get(PAGE).text
