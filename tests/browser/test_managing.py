"""What a manager does besides answering, over the buttons of the real pages: tags and views, one answer for two,
a task ticked and opened again, a comment that becomes a suggestion; and home, whose first steps tick themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.acts.cast import Cast, assemble, at, raised, reassembled
from tests.acts.deeds import answers_with, says
from tests.browser.conftest import Site
from tests.times import FakeClock
from tracker.domain.lifecycle import Kind
from tracker.domain.outcomes import Outcome
from tracker.store.base import db

Serve = Callable[[Flask], Site]
TEAM = "/t/nachtwache"
WEDNESDAY = at("Wednesday 2026-11-25 10:00")


@pytest.fixture
def cast(app: Flask, clock: FakeClock) -> Cast:
    """Pit has promised #43 by Friday 4 December; #41 and #42 are open."""
    clock.set("Thursday 2026-11-26 10:00")
    with app.app_context():
        cast = assemble()
        cast.pit.locale = cast.nari.locale = "en"
        says(cast.jo, raised(cast, kind=Kind.IDEA), WEDNESDAY, "And the guild search finds nothing.")
        raised(cast, by=cast.jo, title="Own server", kind=Kind.IDEA)
        promised = raised(cast, by=cast.melodie, title="Second opinion before a ban")
        answers_with(Outcome.WILL_DO, cast.pit, promised, WEDNESDAY, on=date(2026, 12, 4))
        db.session.commit()
        return reassembled()


def test_a_morning_of_a_manager(app: Flask, serve: Serve, cast: Cast) -> None:
    page = serve(app).visitor(cast.pit)
    tags_and_views(page)
    one_answer_for_two(page)
    a_task(page)


def tags_and_views(page: Page) -> None:
    page.goto(f"{TEAM}/41")
    page.locator("#tags-form summary").click()
    page.get_by_role("textbox", name="Tags").fill("Chat, Filter")
    page.locator("#tags-form").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Pit tags it Chat, Filter")).to_be_visible()
    page.goto(f"{TEAM}/desk?with=all")
    page.locator(".filter > summary").click()
    page.get_by_label("Tag", exact=True).select_option(label="Chat")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**tag=chat**")
    expect(page.locator("[data-row]")).to_have_count(1)
    page.get_by_text("Save this view").click()
    page.get_by_label("Name", exact=True).fill("Chat")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("link", name="Chat", exact=True)).to_have_attribute("aria-current", "page")
    page.get_by_role("link", name="Take away: Tag: Chat").click()
    expect(page.locator("[data-row]")).to_have_count(3)


def one_answer_for_two(page: Page) -> None:
    for number in (41, 42):
        page.locator(f".row-pick input[value='{number}']").check()
    page.locator(".several-bar").get_by_role("button", name="Answer").click()
    page.wait_for_url("**/several**")
    expect(page.locator(".picks .pick")).to_have_count(2)
    page.locator("label.outcome", has_text="No, because").click()
    page.get_by_label("What is the reason?").fill("The publisher decides that.")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    for number in (41, 42):
        page.goto(f"{TEAM}/{number}")
        expect(page.locator(".answer-top")).to_contain_text("The publisher decides that.")


def a_task(page: Page) -> None:
    page.goto(f"{TEAM}/43")
    tasks = page.locator("#tasks")
    tasks.get_by_text("Add a task").click()
    tasks.get_by_label("What is to be done?").fill("Write the rota")
    tasks.get_by_label("By when?").fill("2026-11-20")
    tasks.get_by_role("button", name="Add the task").click()
    expect(tasks.locator(".field-error")).to_be_visible()  # a day that has passed; nothing typed is lost
    expect(tasks.get_by_label("What is to be done?")).to_have_value("Write the rota")
    tasks.get_by_label("By when?").fill("2026-12-01")
    tasks.get_by_role("button", name="Add the task").click()
    expect(tasks.get_by_role("heading")).to_contain_text("0 of 1 done")
    tasks.locator(".task button.box").press("Enter")
    expect(tasks.get_by_role("heading")).to_contain_text("1 of 1 done")
    tasks.locator(".task button.box").press("Space")
    expect(tasks.get_by_role("heading")).to_contain_text("0 of 1 done")


def test_a_comment_becomes_a_suggestion_and_home_ticks_a_members_first_steps(
    app: Flask, serve: Serve, cast: Cast
) -> None:
    site = serve(app)
    pit, nari = site.visitor(cast.pit), site.visitor(cast.nari)
    pit.goto(f"{TEAM}/41")
    pit.get_by_role("link", name="Split off …").click()
    pit.get_by_label("Title").fill("Guild search finds nothing")
    pit.get_by_role("button", name="Split off").click()
    expect(pit.locator("main h1")).to_have_text("Guild search finds nothing")
    pit.goto(f"{TEAM}/41")
    pit.get_by_role("link", name="Goes on in").click()
    pit.wait_for_url("**/44")

    nari.goto(f"{TEAM}/")
    steps = nari.locator(".first-steps")
    expect(steps.get_by_role("listitem")).to_have_count(3)
    steps.get_by_role("link", name="Look around").click()
    with nari.expect_navigation():
        nari.get_by_role("link", name="Own server").click()
    with nari.expect_navigation():
        nari.get_by_role("button", name="Me too").first.click()
    nari.goto(f"{TEAM}/")
    expect(steps.get_by_role("link", name="Look around")).to_have_count(0)
    steps.get_by_role("button", name="Put this list away").click()
    expect(nari.locator("main h1")).to_be_visible()
    expect(steps).to_have_count(0)
