"""The board by mouse, by finger and by keys: a drop asks for what it needs, and never moves anything by itself."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Locator, Page, expect

from tests.acts.cast import assemble, at, reassembled
from tests.acts.deeds import declines
from tests.browser.conftest import Site
from tests.browser.test_pages import axe_finds
from tests.times import FakeClock
from tests.web.test_board import BOARD, one_of_each
from tracker.store import suggestions
from tracker.store.base import db

THURSDAY = at("Thursday 2026-11-26 10:00")


def card(page: Page, number: int) -> Locator:
    return page.locator(f"[data-card='{number}']")


def column(page: Page, key: str) -> Locator:
    return page.locator(f"[data-column='{key}']")


def drag(page: Page, number: int, to: Locator) -> None:
    page.wait_for_load_state("load")  # after an answer the page comes anew, and scrolls to the card that was moved
    card(page, number).scroll_into_view_if_needed()
    start = card(page, number).locator(".card-top").bounding_box()
    assert start is not None
    page.mouse.move(start["x"] + 20, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(start["x"] + 60, start["y"] + 30, steps=3)
    end = to.bounding_box()
    assert end is not None
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 60, steps=6)
    page.mouse.up()


def test_cards_move_by_mouse_by_keys_and_by_finger(
    app: Flask, clock: FakeClock, serve: Callable[[Flask], Site]
) -> None:
    clock.set(THURSDAY)
    with app.app_context():
        cast = assemble()
    one_of_each(app, cast)
    site = serve(app)
    page = site.visitor(cast.pit)
    page.goto(BOARD)
    says, dialog = page.locator("[data-board-says]"), page.get_by_role("dialog")

    # By mouse: the dialog asks, nothing has moved yet; without its text it says so, with it the card stands there.
    drag(page, 41, column(page, "done"))
    expect(dialog.get_by_role("heading", name="#41: Erledigt")).to_be_visible()
    assert axe_finds(page) == []
    expect(column(page, "new").locator("[data-card='41']")).to_be_attached()
    dialog.get_by_role("button", name="Antworten").click()
    expect(dialog.locator(".error-summary")).to_be_visible()
    dialog.locator("textarea").fill("Die Wortliste ist getauscht.")
    dialog.get_by_role("button", name="Antworten").click()
    expect(column(page, "done").locator("[data-card='41']")).to_be_visible()
    expect(page.get_by_role("button", name="Zurücknehmen")).to_be_visible()

    # What the table forbids says why, and Esc leaves everything as it was.
    drag(page, 45, column(page, "not_now"))
    expect(dialog.get_by_role("alert")).to_contain_text("erledigt")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(column(page, "done").locator("[data-card='45']")).to_be_visible()

    # By keys: pick up, one column to the right, put back, and once more to drop.
    grip = card(page, 43).get_by_role("button")
    grip.focus()
    page.keyboard.press("Space")
    expect(says).to_contain_text("#43 ist aufgehoben, in „Machen wir“")
    page.keyboard.press("ArrowRight")
    expect(says).to_contain_text("über „In Arbeit“")
    page.keyboard.press("Escape")
    expect(says).to_contain_text("#43 steht in „Machen wir“")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(dialog.get_by_role("heading", name="#43: In Arbeit")).to_be_visible()
    dialog.get_by_label("Was ist zu tun?").fill("Liste holen")
    dialog.get_by_label("Bis wann?").fill("2026-12-01")
    page.keyboard.press("Enter")
    expect(column(page, "in_progress").locator("[data-card='43']")).to_be_visible()
    expect(card(page, 43).get_by_role("button")).to_be_focused()

    # Somebody else was quicker: their words are shown, ours are kept, and the card goes where it belongs.
    with app.app_context():
        again = reassembled()
        asked = suggestions.by_number(again.team.id, 42)
        assert asked is not None
        declines(again.juri, asked, THURSDAY)
        db.session.commit()
    drag(page, 42, column(page, "will_do"))
    expect(dialog).to_contain_text("Jemand war schneller")
    expect(dialog).to_contain_text("Darum.")
    dialog.get_by_role("link", name="Zurück zum Board").click()
    expect(column(page, "declined").locator("[data-card='42']")).to_be_attached()
    the_last_column_is_named_and_reached(page)

    phone_moves_a_card(site, page)
    assert site.complaints == []
    assert site.strangers == []


def phone_moves_a_card(site: Site, desktop: Page) -> None:
    """On a phone the handle is dragged by a finger, and every column is in reach of the thumb."""
    browser = desktop.context.browser
    assert browser is not None
    context = browser.new_context(
        base_url=site.address, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="de",
        storage_state=desktop.context.storage_state(),
    )  # fmt: skip
    page = context.new_page()
    page.goto(BOARD)
    column(page, "not_now").scroll_into_view_if_needed()
    grip = card(page, 46).locator(".grip").bounding_box()
    assert grip is not None
    finger = context.new_cdp_session(page)
    x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2

    def touch(kind: str, x: float, y: float) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", x, y)
    touch("touchMove", x - 12, y + 12)
    touch("touchMove", x - 30, y + 30)
    target = page.locator("[data-target-of='declined']")
    expect(target).to_be_visible()
    box = target.bounding_box()
    assert box is not None
    touch("touchMove", box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    touch("touchEnd", 0, 0)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="#46: Nein")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    dialog.locator("textarea").fill("Passt nicht mehr.")
    dialog.get_by_role("button", name="Antworten").click()  # a tap right after a finger was lifted may press nothing
    expect(column(page, "declined").locator("[data-card='46']")).to_be_attached()
    context.close()


def the_last_column_is_named_and_reached(page: Page) -> None:
    """At 1280 the last columns are out of sight: their names stand above the board, by mouse and by keys."""
    names = page.get_by_role("navigation", name="Spalten")
    last = names.get_by_role("link", name="Nein")
    last.focus()
    page.keyboard.press("Enter")
    expect(last).to_have_attribute("aria-current", "true")
    expect(column(page, "declined").get_by_role("heading", level=2)).to_be_focused()
    expect(column(page, "declined")).to_be_in_viewport(ratio=0.5)
    names.get_by_role("link", name="Neu").click()
    expect(last).not_to_have_attribute("aria-current", "true")
