"""Answering one by one in a real browser: with the keyboard alone, its strokes counted; with a thumb on a phone;
half-written on one device and sent from the other; and what of it axe finds."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from config import SmtpServer
from tests.browser import nightwatch
from tests.browser.conftest import Site
from tests.browser.nightwatch import Story
from tests.browser.test_pages import DESKTOP, PHONE, axe_finds
from tests.times import FakeClock

Serve = Callable[[Flask], Site]
TEAM = "/t/nachtwache"
TEXT = "The word list is replaced."


class Keys:
    """A keyboard whose strokes are counted; the words of a text are none."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.strokes = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.wait_for_load_state("networkidle")
            self.page.keyboard.press(key)
            self.strokes += 1

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)


@pytest.fixture
def story(make_app: Callable[..., Flask], smtp: SmtpServer, clock: FakeClock) -> tuple[Flask, Story]:
    """Monday morning at the desk, in English: three are late, two due today."""
    app = make_app(smtp=smtp)
    return app, nightwatch.play(app, clock, "en")


def heading(page: Page) -> str:
    return page.locator("main h1").inner_text()


def test_a_sitting_with_the_keyboard_alone(story: tuple[Flask, Story], serve: Serve) -> None:
    app, played = story
    site = serve(app)
    page = site.visitor(played.cast.pit)
    keys = Keys(page)

    page.goto(f"{TEAM}/desk")  # the first one stands beside the list
    keys.press("1")
    keys.write(TEXT)
    keys.press("Control+Enter")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    assert keys.strokes == 2, "from the desk to an answered suggestion"

    keys.strokes = 0
    keys.press("t")
    page.wait_for_url("**/one-by-one")
    first = heading(page)
    keys.press("4")
    keys.write("Polish reports go to the partner team.")
    keys.press("Control+Enter")
    expect(page.locator("main h1")).not_to_have_text(first)
    assert keys.strokes == 3, "from the desk through a sitting to an answered suggestion"
    expect(page.get_by_text("2 of 6")).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()

    skipped = heading(page)
    keys.press("s")
    expect(page.locator("main h1")).not_to_have_text(skipped)
    keys.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("skip it, while answering one by one")
    keys.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    keys.press("2")
    expect(page.locator("#answer-text")).to_be_focused()
    keys.write("We take it on.")
    keys.press("Control+Enter")  # without a day it is refused, and everything stands there
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator("#answer-text")).to_have_value("We take it on.")


def test_half_written_here_and_sent_from_the_phone(story: tuple[Flask, Story], serve: Serve, clock: FakeClock) -> None:
    app, played = story
    site = serve(app)
    desktop, juri = site.visitor(played.cast.pit), site.visitor(played.cast.juri)
    desktop.goto(f"{TEAM}/desk")
    desktop.keyboard.press("t")
    desktop.wait_for_url("**/one-by-one")
    number = desktop.locator(".crumb a").last.inner_text().removeprefix("#")
    desktop.locator("#answer-text").press_sequentially("Thank you! The word")
    expect(desktop.locator("[data-draft-sign]")).to_have_text("Draft saved 08:50")
    juri.goto(f"{TEAM}/{number}")
    expect(juri.get_by_text("Pit is writing an answer.")).to_be_visible()

    phone = site.visitor(played.cast.pit, touch=True)
    phone.goto(f"{TEAM}/one-by-one")
    expect(phone.locator("#answer-text")).to_have_value("Thank you! The word")
    clock.set("Monday 2026-11-30 08:51")
    phone.locator("#answer-text").press("Control+End")
    phone.locator("#answer-text").press_sequentially(" list is replaced.")
    expect(phone.locator("[data-draft-sign]")).to_have_text("Draft saved 08:51")

    desktop.locator("#answer-text").press_sequentially(" filter")  # the desktop knows nothing of that
    expect(desktop.locator("[data-draft-sign]")).to_have_text("You wrote on somewhere else at 08:51.")
    desktop.get_by_role("button", name="Take that text").click()
    expect(desktop.locator("#answer-text")).to_have_value("Thank you! The word list is replaced.")

    # everything below the second line lies where a thumb reaches it, and the whole sitting goes by touch
    bar = phone.locator(".sitting-bar").bounding_box()
    assert bar is not None
    assert bar["y"] + bar["height"] <= PHONE["height"] + 1
    phone.locator("label.outcome", has_text="Done").tap()
    phone.get_by_role("button", name="Answer", exact=True).tap()
    expect(phone.get_by_text("2 of 7")).to_be_visible()
    expect(phone.get_by_role("button", name="Undo")).to_be_visible()
    phone.get_by_role("button", name="Skip").tap()
    expect(phone.get_by_text("3 of 7")).to_be_visible()
    phone.locator("label.outcome", has_text="Done").tap()
    phone.locator("#answer-text").fill("From now on two decide.")
    phone.get_by_role("button", name="Answer", exact=True).tap()
    expect(phone.get_by_text("4 of 7")).to_be_visible()
    phone.get_by_role("button", name="Enough for now").tap()
    expect(phone.locator("main h1")).to_contain_text("2 answered in 1 minute,")
    juri.goto(f"{TEAM}/{number}")
    expect(juri.get_by_text("is writing an answer")).to_have_count(0)


def test_axe_finds_nothing(story: tuple[Flask, Story], serve: Serve) -> None:
    app, played = story
    page = serve(app).visitor(played.cast.pit)
    page.emulate_media(reduced_motion="reduce")
    found: list[str] = []

    def look(name: str) -> None:
        sizes = (DESKTOP, PHONE, {"width": 320, "height": 640})
        for size, theme in zip(sizes, ("light", "dark", "light"), strict=True):
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # one of the two
            page.set_viewport_size(size)  # type: ignore[arg-type]  # a width and a height
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], f"{name} scrolls sideways"
            page.evaluate("scrollTo(0, document.body.scrollHeight)")  # where the bar at the foot covers nothing
            found.extend(f"{name}: {sentence}" for sentence in axe_finds(page))

    page.goto(f"{TEAM}/one-by-one")
    look("how long")
    with page.expect_navigation():
        page.get_by_role("button", name="25 minutes").click()
    look("one")
    page.goto(f"{TEAM}/settings/replies")
    look("replies")
    page.goto(f"{TEAM}/one-by-one")
    with page.expect_navigation():
        page.get_by_role("button", name="Enough for now").click()
    look("achieved")
    assert found == []


def test_an_hour_goes_on_from_the_desk_and_on_the_other_device(
    story: tuple[Flask, Story], serve: Serve, clock: FakeClock
) -> None:
    app, played = story
    site = serve(app)
    page, phone = site.visitor(played.cast.pit), site.visitor(played.cast.pit, touch=True)
    phone.goto(f"{TEAM}/desk")  # opened before, and left lying there
    page.goto(f"{TEAM}/desk")
    page.get_by_role("link", name="another length").click()
    page.wait_for_url("**/one-by-one")
    page.keyboard.press("3")
    expect(page.locator(".sitting-bar")).to_contain_text("60 min left")
    first = heading(page)
    page.keyboard.press("s")
    expect(page.locator("main h1")).not_to_have_text(first)
    clock.set("Monday 2026-11-30 09:09")

    page.locator(".crumb a").first.click()
    page.wait_for_url("**/desk")
    expect(page.get_by_role("link", name="Go on: 41 min left")).to_be_visible()
    page.keyboard.press("t")
    page.wait_for_url("**/one-by-one")
    expect(page.locator(".sitting-bar")).to_contain_text("41 min left")
    expect(page.locator("main h1")).not_to_have_text(first)  # what was skipped in it is still skipped

    phone.locator(".one-by-one button").tap()  # its desk is of before and offers ten minutes
    phone.wait_for_url("**/one-by-one")
    expect(phone.locator(".sitting-bar")).to_contain_text("41 min left")
    phone.goto(f"{TEAM}/desk")
    phone.get_by_role("link", name="Go on: 41 min left").tap()
    expect(phone.locator(".sitting-bar")).to_contain_text("41 min left")
