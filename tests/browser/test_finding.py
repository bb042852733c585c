"""Finding what was said before: the search by one key from any page, and what shows up while it is raised again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.acts.cast import Cast, assemble, at, raised
from tests.acts.deeds import declines, says
from tests.browser.conftest import Site
from tests.browser.test_pages import axe_finds
from tests.times import FakeClock
from tracker.store.base import db

Serve = Callable[[Flask], Site]
TEAM = "/t/nachtwache"


@pytest.fixture
def cast(app: Flask, clock: FakeClock) -> Cast:
    """Nari's #41 was declined on Wednesday; Jo's #42 is open, and Melodie has said something about it."""
    clock.set("Thursday 2026-11-26 10:00")
    with app.app_context():
        cast = assemble()
        for person in (cast.nari, cast.melodie, cast.jo):
            person.locale = "en"
        declines(cast.pit, raised(cast), at("Wednesday 2026-11-25 10:00"))
        open_one = raised(cast, by=cast.jo, now=at("Wednesday 2026-11-25 12:00"), title="Umlauts vanish in the chat")
        says(cast.melodie, open_one, at("Wednesday 2026-11-25 13:00"), "Our Grützwurst channel is a row of stars.")
        db.session.commit()
    return cast


def test_the_search_from_any_page_by_keys_alone(app: Flask, serve: Serve, cast: Cast) -> None:
    page = serve(app).visitor(cast.nari)
    page.goto(f"{TEAM}/mine")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("umla")
    with page.expect_navigation(wait_until="networkidle"):
        page.keyboard.press("Enter")
    expect(page.locator(".found .row")).to_have_count(2)
    page.keyboard.press("/")  # the page's own field comes before that of the frame
    field, found = page.locator("#q"), page.locator("#found")
    expect(field).to_be_focused()

    # What is found comes while somebody types, marked where it matches, whatever its ending; the answer stands with it.
    # The words come in one go: of two questions the later one ends the earlier one, and the browser says so.
    page.keyboard.insert_text("umlaut")
    expect(found.locator(".row")).to_have_count(2)
    expect(found.locator(".row", has_text="#41").locator("mark")).to_have_text("Umlaute")
    expect(found.locator(".row", has_text="#41")).to_contain_text("Darum.")
    assert axe_finds(page) == []
    page.keyboard.insert_text(" stars")
    expect(found.locator(".row")).to_have_count(1)
    expect(found.locator(".snippet mark").last).to_have_text("stars")

    # "/" in a field is a letter; an unknown filter is quoted, and the field keeps the words and the caret.
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("kind:cheese a")
    expect(found.get_by_role("status")).to_contain_text("“cheese” is no kind.")
    with page.expect_response("**/search/found**"):
        page.keyboard.press("/")
    expect(field).to_have_value("kind:cheese a/")
    expect(field).to_be_focused()

    page.keyboard.press("Control+a")
    page.keyboard.insert_text("author:Jo")
    expect(found.locator(".row")).to_have_count(1)
    with page.expect_navigation(wait_until="networkidle"):
        page.keyboard.press("Enter")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/42")
    page.go_back()
    expect(field).to_have_value("author:Jo")

    # Earlier answers: by month, searched by the words of an answer.
    page.goto(f"{TEAM}/answers")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("/")
    page.keyboard.type("darum")
    with page.expect_navigation(wait_until="networkidle"):
        page.keyboard.press("Enter")
    expect(page.locator(".row")).to_have_count(1)
    expect(page.locator(".given mark, .snippet mark").first).to_be_visible()
    page.locator("#q").fill("nothing like it")
    page.keyboard.press("Enter")
    expect(page.locator(".empty")).to_contain_text("Nothing found.")


def test_whoever_raises_it_again_sees_what_became_of_it_and_joins_without_losing_a_word(
    app: Flask, serve: Serve, cast: Cast
) -> None:
    page = serve(app).visitor(cast.melodie)
    page.goto(f"{TEAM}/new")
    page.locator("#body").fill("Since the update.")
    page.locator("#title").press_sequentially("Umlaute im chat vanish")
    alike = page.locator("#alike li")
    expect(alike).to_have_count(2)
    no, open_one = alike.filter(has_text="#41"), alike.filter(has_text="#42")
    expect(no.locator(".given")).to_contain_text("Darum.")
    assert axe_finds(page) == []
    open_one.get_by_role("button").last.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/42/joined")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are waiting for it too.")
    assert axe_finds(page) == []
    page.goto(f"{TEAM}/new")
    expect(page.locator("#title")).to_have_value("")
    page.get_by_role("button", name="Go on with it").click()
    expect(page.locator("#title")).to_have_value("Umlaute im chat vanish")
    expect(page.locator("#body")).to_have_value("Since the update.")

    # Trouble between people is looked up nowhere, and what was found goes.
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator("#kind-friction").check()
    expect(page.locator("#alike")).to_be_hidden()
    page.locator("#title").press_sequentially(" again")
    page.wait_for_timeout(700)
    assert [url for url in asked if "alike" in url] == []
