"""What comes in between while somebody types: no network, a session that ends, somebody quicker, a tab that is closed,
a file that falls early. Each says so, and what was typed is there."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import FilePayload, Page, Route, expect

from tests.acts.cast import Cast, assemble, at, raised, reassembled
from tests.acts.deeds import declines
from tests.browser.conftest import Site
from tests.browser.test_raising import HAND_OVER
from tests.pictures import LOG
from tests.times import FakeClock
from tracker.store import suggestions
from tracker.store.base import db

pytestmark = pytest.mark.databases("sqlite")
Serve = Callable[[Flask], Site]
TEAM = "/t/nachtwache"
A_LOG: FilePayload = {"name": "chat.log", "mimeType": "text/plain", "buffer": LOG}
WORDS = "The publisher decides that, and I ask them."


@pytest.fixture
def cast(app: Flask, clock: FakeClock) -> Cast:
    """Thursday morning; #41 to #43 are open."""
    clock.set("Thursday 2026-11-26 10:00")
    with app.app_context():
        cast = assemble()
        cast.pit.locale = cast.nari.locale = "en"
        for title in ("Chat filter", "Own server", "Rota"):
            raised(cast, title=title)
        db.session.commit()
        return reassembled()


def on_the_board(page: Page, number: int) -> Page:
    """The dialog that asks for the reason of a no, filled in."""
    page.goto(f"{TEAM}/board")
    page.locator(f"[data-card='{number}'] .move-to").click()
    page.get_by_role("dialog").get_by_role("link", name="No", exact=True).click()
    return page


def test_without_a_network_every_form_keeps_its_words_and_is_sent_later(app: Flask, serve: Serve, cast: Cast) -> None:
    pit = serve(app).visitor(cast.pit)
    pit.goto(f"{TEAM}/41")
    pit.evaluate("navigator.serviceWorker.ready.then(() => null)")
    pit.wait_for_function("navigator.serviceWorker.controller")

    pit.locator("summary", has_text="Comment").click()
    pit.locator("#comment-text").fill("I look at it.")
    lost_and_back(pit, lambda: pit.get_by_role("button", name="Comment", exact=True).click(), "I look at it.")
    expect(pit.locator("#comment-text")).to_have_value("I look at it.")
    pit.get_by_role("button", name="Comment", exact=True).click()
    expect(pit.locator(".timeline")).to_contain_text("I look at it.")

    pit.locator("#answer-declined").check()
    pit.locator("#answer-text").fill(WORDS)
    lost_and_back(pit, lambda: pit.locator("#answer-text").press("Control+Enter"), WORDS)
    expect(pit.locator("#answer-declined")).to_be_checked()
    expect(pit.locator("#answer-text")).to_have_value(WORDS)
    pit.locator("#answer-text").press("Control+Enter")
    expect(pit.get_by_role("status").first).to_contain_text("#41 is answered.")

    pit.goto(f"{TEAM}/desk/several?do=answer&n=42&n=43")
    pit.locator("label.outcome", has_text="No, because").click()
    pit.locator("main textarea[name=text]").fill(WORDS)
    lost_and_back(pit, lambda: pit.keyboard.press("Control+Enter"), WORDS)
    expect(pit.locator(".picks .pick")).to_have_count(2)
    expect(pit.locator("main textarea[name=text]")).to_have_value(WORDS)

    dialog = on_the_board(pit, 42).get_by_role("dialog")
    dialog.locator("textarea").fill(WORDS)
    pit.context.set_offline(True)
    dialog.get_by_role("button", name="Answer").click()
    expect(dialog.locator("[data-failure]")).to_be_visible()
    expect(dialog.locator("textarea")).to_have_value(WORDS)
    pit.context.set_offline(False)
    dialog.get_by_role("button", name="Answer").click()
    expect(pit.locator("[data-column='declined'] [data-card='42']")).to_be_attached()


def lost_and_back(page: Page, send: Callable[[], None], words: str) -> None:
    """Sent without a network: the page that says so shows the words, and leads back once there is one again."""
    page.context.set_offline(True)
    send()
    expect(page.get_by_role("heading", level=1)).to_have_text("No connection right now")
    expect(page.locator("[data-kept-list]")).to_contain_text(words)
    page.context.set_offline(False)
    page.get_by_role("link", name="Try again").click()
    expect(page.locator("main h1")).not_to_have_text("No connection right now")


def test_a_session_that_ends_and_somebody_quicker_take_no_words_away(
    app: Flask, clock: FakeClock, serve: Serve, cast: Cast
) -> None:
    site = serve(app)
    nari, pit = site.visitor(cast.nari, installs=False), site.visitor(cast.pit, installs=False)
    nari.goto(f"{TEAM}/new")
    nari.locator("#title").fill("Half a")
    session = nari.context.cookies()
    nari.context.clear_cookies()
    with nari.expect_response("**/new/draft"):  # refused: this browser keeps it
        nari.locator("#title").press_sequentially(" sentence")
    nari.locator("#raise-files").set_input_files(A_LOG)
    expect(nari.get_by_role("alert")).to_contain_text("You are signed out meanwhile. Your text is kept")
    expect(nari.locator("#title")).to_have_value("Half a sentence")
    nari.context.add_cookies(session)  # type: ignore[arg-type]  # as they were given
    nari.reload()
    expect(nari.locator("#title")).to_have_value("Half a sentence")

    dialog = on_the_board(pit, 41).get_by_role("dialog")
    dialog.locator("textarea").fill(WORDS)
    session = pit.context.cookies()
    pit.context.clear_cookies()
    dialog.get_by_role("button", name="Answer").click()
    pit.wait_for_url("**/sign-in**")
    pit.context.add_cookies(session)  # type: ignore[arg-type]
    dialog = on_the_board(pit, 41).get_by_role("dialog")
    expect(dialog.locator("textarea")).to_have_value(WORDS)
    with app.app_context():
        quicker = suggestions.by_number(cast.team.id, 41)
        assert quicker is not None
        declines(reassembled().juri, quicker, at("Thursday 2026-11-26 10:00"))
        db.session.commit()
    dialog.get_by_role("button", name="Answer").click()
    expect(dialog).to_contain_text("Somebody else was quicker. They wrote:")
    expect(dialog).to_contain_text("Darum.")
    expect(dialog).to_contain_text(WORDS)


def test_the_last_words_before_a_tab_closes_and_a_file_that_falls_early_are_there(
    app: Flask, serve: Serve, cast: Cast
) -> None:
    nari = serve(app).visitor(cast.nari, installs=False)
    nari.goto(f"{TEAM}/41")
    nari.locator("#comment-text").press_sequentially("The very last word")
    nari.goto("about:blank")  # at once: what is saved after a pause would not be
    nari.goto(f"{TEAM}/41")
    expect(nari.locator("#comment-text")).to_have_value("The very last word")

    opens = HAND_OVER.replace(".dispatchEvent(event);", ".dispatchEvent(event); return !event.defaultPrevented;")
    nari.route("**/attach.js", lambda route: route.abort())
    nari.goto(f"{TEAM}/new")
    assert nari.evaluate(opens, ["drop", "lost.log", "text/plain", "aGk=", 0]) is False
    expect(nari.get_by_role("alert")).to_contain_text("“lost.log” did not get through. Your text is kept")

    def slowly(route: Route) -> None:
        time.sleep(0.5)
        route.continue_()

    nari.unroute("**/attach.js")
    nari.route("**/attach.js", slowly)
    nari.goto(f"{TEAM}/new")
    assert nari.evaluate(opens, ["drop", "early.log", "text/plain", "aGk=", 0]) is False
    expect(nari.locator(".attached")).to_contain_text("early.log")
