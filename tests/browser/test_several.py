"""Several at once in a browser: what is typed for some is no text for others, and each of the deeds from its button to
what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from playwright.sync_api import expect

from config import SmtpServer
from tests.browser import every_page, nightwatch
from tests.browser.conftest import Site
from tests.browser.test_desk import DESK
from tests.times import FakeClock

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.databases("sqlite")
EVERYBODYS = f"{DESK}?with=all"


def choose(page: Page, *numbers: int, do: str) -> None:
    """Ticked on the desk, and the button below it pressed."""
    page.goto(EVERYBODYS)
    for number in numbers:
        page.locator(f".row-pick input[value='{number}']").check()
    button = page.locator(f".several-bar button[value='{do}']:visible")
    if not button.count():
        page.locator(".several-more > summary").click()
    button.first.click()
    page.wait_for_url("**/several**")


def send(page: Page) -> None:
    page.locator("#several-form [data-main], #answer [data-main]").click()
    page.wait_for_url(f"**{EVERYBODYS}")


def test_a_manager_with_many_at_once(
    make_app: Callable[..., Flask], smtp: SmtpServer, clock: FakeClock, serve: Callable[[Flask], Site]
) -> None:
    app = make_app(smtp=smtp)
    story = nightwatch.play(app, clock, "en")
    every_page.crowd(app, clock, story, more=60)
    page = serve(app).visitor(story.cast.pit)
    what_is_typed_stays_with_those_it_was_typed_for(page)
    one_answer_is_taken_back_from_all(page)
    given_on_and_tagged(page)
    the_way_out(page)


def what_is_typed_stays_with_those_it_was_typed_for(page: Page) -> None:
    text = page.locator("#answer-text")
    choose(page, 41, 43, do="answer")
    text.press_sequentially("For these two")
    page.wait_for_timeout(700)  # it is kept when somebody pauses
    choose(page, 44, 45, do="answer")
    expect(text).to_have_value("")
    choose(page, 41, 43, do="answer")
    expect(text).to_have_value("For these two")


def one_answer_is_taken_back_from_all(page: Page) -> None:
    page.locator("label.outcome", has_text="No, because").click()
    page.locator("#answer [data-main]").click()
    page.wait_for_url(f"**{EVERYBODYS}")
    expect(page.locator('[data-number="41"]')).to_have_count(0)
    expect(page.get_by_text("2 are answered. Everybody will know in a moment.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("2 taken back. No mail has left.")).to_be_visible()
    for number in (41, 43):
        expect(page.locator(f'[data-number="{number}"]')).to_be_visible()
    choose(page, 41, 43, do="answer")
    expect(page.locator("#answer-text")).to_have_value("")  # it had arrived


def given_on_and_tagged(page: Page) -> None:
    choose(page, 44, 45, do="give")
    page.get_by_label("Who answers?").select_option(label="Juri")
    send(page)
    expect(page.get_by_text("2 given to Juri.")).to_be_visible()
    choose(page, 44, 45, do="tag")
    page.get_by_label("Tags", exact=True).fill("Second look")
    send(page)
    expect(page.get_by_text("2 tagged.")).to_be_visible()
    for number in (44, 45):
        expect(page.locator(f'[data-number="{number}"] .tag')).to_have_text("Second look")
    choose(page, 44, 45, do="tag")
    expect(page.get_by_label("Tags", exact=True)).to_have_value("")


def the_way_out(page: Page) -> None:
    page.goto(EVERYBODYS)
    late = int(page.locator("#group-late .n").inner_text())
    promised = late - 1  # one of them only somebody else may move
    button = page.locator(".way-out .btn").first
    expect(button).to_contain_text(f"Promise {promised} anew: 15 a day, until ")
    until = button.inner_text().rpartition("until ")[2]
    button.click()
    page.wait_for_url("**/several**late=1**")
    expect(page.locator(".picks .pick")).to_have_count(promised)
    expect(page.locator("#several-form")).to_contain_text(f"Promise {promised} anew")
    page.locator("#text").fill("We were too few. This is when you hear from us.")
    send(page)
    expect(page.get_by_text(f"{promised} have new dates, the last one on {until}.")).to_be_visible()
    expect(page.locator(".way-out")).to_have_count(0)
    expect(page.locator("#group-late .n")).to_have_text("1")
