"""Merging by keyboard, and calling somebody by name in a comment: the list behind "@", and plain text all the same."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import expect

from tests.acts.cast import assemble, at, raised
from tests.browser.conftest import Site
from tests.browser.test_pages import axe_finds
from tests.times import FakeClock

TEAM = "/t/nachtwache"


def test_by_keyboard_alone(app: Flask, clock: FakeClock, serve: Callable[[Flask], Site]) -> None:
    clock.set("Wednesday 2026-11-25 10:00")
    with app.app_context():
        cast = assemble()
        cast.pit.locale = "en"
        raised(cast)
        raised(cast, by=cast.melodie, now=at("Wednesday 2026-11-25 09:30"), title="Umlaute werden Sternchen")
    page = serve(app).visitor(cast.pit)

    page.goto(f"{TEAM}/42/merge")
    page.get_by_role("link", name="Chat-Filter frisst Umlaute").press("Enter")
    expect(page.get_by_text("#41 keeps its date")).to_be_visible()
    page.get_by_role("button", name="Merge").press("Enter")
    expect(page.get_by_text("#42 goes on in #41 now.")).to_be_visible()
    page.get_by_role("button", name="Take the merge back").press("Enter")
    expect(page.get_by_text("It stands on its own again, with its date.")).to_be_visible()

    page.locator("summary", has_text="Comment").press("Enter")
    text = page.locator("#comment-text")
    text.press_sequentially("Thanks, @me")
    expect(page.locator("#mentions [role=option]")).to_have_text(["Melodie"])
    assert axe_finds(page) == []
    text.press("Enter")
    expect(text).to_have_value("Thanks, @Melodie ")
    text.press_sequentially("and @")
    expect(page.locator("#mentions [role=option]")).to_have_count(5)
    text.press("ArrowDown")
    text.press("Escape")
    expect(page.locator("#mentions")).to_be_hidden()
    expect(text).to_have_value("Thanks, @Melodie and @")
