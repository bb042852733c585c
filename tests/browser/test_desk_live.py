"""The desk while others work on it: what it says of rows it does not show, of its numbers, and once it was empty."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from playwright.sync_api import expect

from config import SmtpServer
from tests.acts.deeds import declines, does, undoes
from tests.browser import every_page, nightwatch
from tests.browser.conftest import Site
from tests.browser.test_desk import DESK, tick
from tests.times import FakeClock
from tracker.acts import suggestions as verbs
from tracker.acts import support
from tracker.store import people, suggestions
from tracker.store.base import db
from tracker.store.entries import Entry, Via
from tracker.store.suggestions import Suggestion

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.databases("sqlite")
Serve = Callable[[Flask], Site]


def late_rows(page: Page) -> list[int]:
    return page.locator("#late [data-row]").evaluate_all("rows => rows.map(row => Number(row.dataset.number))")  # type: ignore[no-any-return]


def numbered(story: nightwatch.Story, number: int) -> Suggestion:
    found = suggestions.by_number(story.cast.team.id, number)
    assert found is not None
    return found


def test_of_a_group_that_is_cut_nothing_is_gone_that_is_open_and_nothing_new_that_was(
    make_app: Callable[..., Flask], smtp: SmtpServer, clock: FakeClock, serve: Serve
) -> None:
    app = make_app(smtp=smtp)
    story = nightwatch.play(app, clock, "en")
    every_page.crowd(app, clock, story, more=60)
    page = serve(app).visitor(story.cast.pit)
    page.goto(f"{DESK}?with=all&group=late")
    every = late_rows(page)
    page.goto(f"{DESK}?with=all")
    page.wait_for_load_state("networkidle")
    shown = late_rows(page)
    gone, new = page.locator(".row.gone"), page.locator("[data-desk-new]")
    count, way_out = page.locator("#group-late .n"), page.locator(".way-out")
    late = len(every)
    assert (len(shown), late > 31) == (25, True)
    expect(count).to_have_text(str(late))
    expect(way_out).to_contain_text(f"{late} dates have passed")
    expect(page.locator("#late .group-more")).to_have_text(f"Show all {late}")

    with app.app_context():  # the last one goes up among the first, which pushes the 25th out of those that are shown
        last = numbered(story, every[-1])
        author = people.by_id(last.author_id)
        assert author is not None
        support.nudge(last, by=author, now=clock.now(), via=Via.WEB)
        db.session.commit()
    told = page.locator("[data-desk-list]").get_attribute("data-version") or ""
    tick(page)
    expect(page.locator("[data-desk-list]")).not_to_have_attribute("data-version", told)
    expect(gone).to_have_count(0)
    expect(new).to_be_hidden()
    assert late_rows(page) == shown

    with app.app_context():  # answered, so that others move up
        third = numbered(story, shown[2])
        given = does(story.cast.juri, third, clock.now()).id
        does(story.cast.juri, numbered(story, every[-2]), clock.now())  # and one that is not shown
        db.session.commit()
    tick(page)
    expect(gone).to_have_count(1)
    expect(gone.locator("input")).to_be_disabled()
    expect(new).to_be_hidden()
    expect(count).to_have_text(str(late - 2))
    expect(way_out).to_contain_text(f"{late - 2} dates have passed")
    promised = f"Promise {late - 3} anew"  # one of them only somebody else may move
    expect(way_out.locator(".btn").first).to_contain_text(promised)
    expect(page.locator("#late .group-more")).to_have_text(f"Show all {late - 2}")

    with app.app_context():  # taken back within the minute: it stands there as before
        undoes(story.cast.juri, numbered(story, shown[2]), db.session.get_one(Entry, given), clock.now())
        db.session.commit()
    tick(page)
    expect(gone).to_have_count(0)
    expect(page.locator(f'[data-number="{shown[2]}"] input')).to_be_enabled()
    expect(count).to_have_text(str(late - 1))

    with app.app_context():  # only something that was not there before is new
        title = "While you were looking"
        verbs.raise_(story.cast.team, by=story.cast.jo, now=clock.now(), via=Via.WEB, title=title)
        for number in shown[3:10]:
            declines(story.cast.juri, numbered(story, number), clock.now())
        db.session.commit()
    tick(page)
    expect(gone).to_have_count(7)
    expect(new).to_have_text("1 new show")
    expect(way_out).to_contain_text("So few are late by now")
    expect(way_out.locator(".btn")).to_have_count(0)
    page.locator("[data-desk-new] button").click()
    expect(new).to_be_hidden()
    expect(page.get_by_role("link", name=title)).to_be_visible()
    tick(page)
    expect(new).to_be_hidden()


def test_a_desk_that_was_empty_says_what_has_come(
    make_app: Callable[..., Flask], smtp: SmtpServer, clock: FakeClock, serve: Serve
) -> None:
    app = make_app(smtp=smtp)
    story = nightwatch.begin(app, "en")
    clock.set(nightwatch.MONDAY)
    page = serve(app).visitor(story.cast.pit)
    page.goto(DESK)
    page.wait_for_load_state("networkidle")
    head, new = page.locator(".desk-head .lead"), page.locator("[data-desk-new]")
    before = page.locator(".empty").bounding_box()
    expect(head).to_have_text("")
    with app.app_context():
        how = {"by": story.cast.jo, "now": clock.now(), "via": Via.WEB}
        number = verbs.raise_(story.cast.team, **how, title="The first of the day").number  # type: ignore[arg-type]
        db.session.commit()
    tick(page)
    expect(new).to_have_text("1 new show")
    expect(head).to_have_text("1 to answer")
    expect(page.locator(".side [aria-current=page] .count")).to_have_text("1")
    assert page.locator(".empty").bounding_box() == before, "nothing moves"
    page.locator("[data-desk-new] button").click()
    expect(page.locator(f'[data-row][data-number="{number}"]')).to_be_visible()
    expect(page.locator("#pane #answer-text")).to_be_visible()
