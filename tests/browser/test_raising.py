"""Raising on a phone: in a few steps, with pictures that are chosen, dropped and pasted, and nothing that gets lost."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import expect

from tests.acts.cast import Cast, assemble, raised
from tests.browser.conftest import Site, until
from tests.pictures import LOG, SVG, picture
from tests.times import FakeClock
from tests.web.pages import TEAM
from tracker.store.base import db

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload, Page, ViewportSize

NEW = f"{TEAM}/new"
PHONE: ViewportSize = {"width": 390, "height": 844}
TITLE = "Chat-Filter frisst Umlaute"

#: What a browser does with a file that is dropped or pasted: a transfer with it, on whatever lies there.
HAND_OVER = """([kind, name, type, base64, size]) => {
  const bytes = size ? new Uint8Array(size) : Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type }));
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
    : new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true });
  document.getElementById("body").dispatchEvent(event);
}"""

#: What the page does by itself once its script has found that its form was sent.
ASKED_ANEW = "performance.getEntriesByType('navigation')[0].type === 'reload'"

#: What a page sees that was put away whole when its form was sent, once it is shown again.
PUT_AWAY_AND_BACK = """(key) => {
  localStorage.removeItem(`kept:${key}`);
  sessionStorage.setItem(`sent:${key}`, Date.now());
  dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
}"""


@pytest.fixture
def cast(app: Flask, clock: FakeClock) -> Cast:
    clock.set("Tuesday 2026-11-24 23:10")
    with app.app_context():
        return assemble()


@pytest.fixture
def site(app: Flask, cast: Cast, serve: Callable[[Flask], Site]) -> Iterator[Site]:
    yield (made := serve(app))
    assert made.complaints == []
    assert made.strangers == []


#: Until what takes files is there and runs.
RUNS = """async () => {
  document.dispatchEvent(new Event("dragenter"));
  const fetched = () => performance.getEntriesByType("resource").find((one) => one.name.endsWith("/attach.js"));
  while (!fetched()) await new Promise((next) => setTimeout(next, 20));
  await import(fetched().name);
}"""


def hand_over(page: Page, kind: str, name: str, content: bytes = b"", *, size: int = 0, type: str = "") -> None:
    """Drop or paste a file, as somebody does who is at the form already: what takes it has been fetched by then."""
    page.evaluate(RUNS)
    page.evaluate(HAND_OVER, [kind, name, type, base64.b64encode(content).decode(), size])


def test_a_phone_raises_with_a_title_and_one_tap(site: Site, cast: Cast) -> None:
    page = site.visitor(cast.nari)
    page.set_viewport_size(PHONE)
    page.goto(NEW)
    # Two steps: the title has the focus already, and the button lies at the thumb without scrolling.
    page.keyboard.type(TITLE)
    button = page.get_by_role("button", name="Einreichen").last
    box = button.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= PHONE["height"]
    expect(page.get_by_text("Do 26.11., 17 Uhr").last).to_be_visible()
    button.click()
    page.wait_for_url("**/41/receipt")
    expect(page.get_by_role("heading", name="Angekommen.")).to_be_visible()


def test_the_date_follows_the_choice_and_enter_sends(site: Site, cast: Cast) -> None:
    page = site.visitor(cast.nari)
    page.goto(NEW)
    page.locator("#urgency-urgent").check()
    expect(page.locator(".summary .case.urgent")).to_contain_text("Mi 25.11., 13")
    page.locator("#title").fill(TITLE)
    page.locator("#title").press("Enter")  # and none of the buttons that only add or look
    page.wait_for_url("**/41/receipt")


def test_files_come_by_picker_drop_and_paste_and_one_that_fails_leaves_the_rest(site: Site, cast: Cast) -> None:
    page = site.visitor(cast.nari)
    page.goto(NEW)
    page.locator("#title").fill(TITLE)
    page.locator("#body").fill("Aus Grüße wird Gr**e.")
    chosen: list[FilePayload] = [
        {"name": "gewählt.png", "mimeType": "image/png", "buffer": picture()},
        {"name": "böse.svg", "mimeType": "image/svg+xml", "buffer": SVG},
    ]
    page.locator("#raise-files").set_input_files(chosen)
    page.locator(".attached img").wait_for()
    page.get_by_text("„böse.svg“ ist eine Seite oder Zeichnung").wait_for()
    hand_over(page, "drop", "gezogen.log", LOG)
    page.get_by_text("gezogen.log").wait_for()
    hand_over(page, "paste", "image.png", picture(colour="#802020"), type="image/png")
    page.get_by_text("image.png").wait_for()
    expect(page.locator(".attached")).to_have_count(3)
    page.get_by_role("button", name="gezogen.log weglassen").click()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.get_by_role("button", name="Einreichen").last.click()
    page.wait_for_url("**/41/receipt")
    page.goto(f"{TEAM}/41")
    assert page.locator(".files img").evaluate_all("all => all.map(one => one.alt)") == ["gewählt.png", "image.png"]
    page.locator(".files img").first.scroll_into_view_if_needed()
    until(page, "document.querySelector('.files img').naturalWidth > 0")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_dropped_file_of_300_megabytes_is_refused_before_it_is_sent(site: Site, cast: Cast) -> None:
    page = site.visitor(cast.nari)
    page.goto(NEW)
    page.locator("#body").fill("Alles im Video.")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    hand_over(page, "drop", "video.zip", size=300 * 1024 * 1024)
    page.get_by_text("„video.zip“ hat 300 MB; eine Datei darf höchstens 10 MB haben.").wait_for()
    assert not [url for url in sent if url.endswith("/files")]
    expect(page.locator("#body")).to_have_value("Alles im Video.")


def test_a_file_that_does_not_get_through_says_so_and_keeps_the_text(site: Site, cast: Cast) -> None:
    page = site.visitor(cast.nari)
    page.goto(NEW)
    page.locator("#title").fill(TITLE)
    page.route("**/files", lambda route: route.abort())
    hand_over(page, "drop", "chat.log", LOG)
    page.get_by_text("„chat.log“ ist nicht angekommen.").wait_for()
    expect(page.locator("#title")).to_have_value(TITLE)


def test_a_draft_goes_on_on_the_desk_and_a_text_is_looked_at_first(site: Site, cast: Cast) -> None:
    phone = site.visitor(cast.nari)
    phone.goto(NEW)
    phone.locator("#title").fill(TITLE)
    seen_by = phone.locator(".seen-by summary")
    expect(seen_by).to_have_text("Sehen kann es: das Team", use_inner_text=True)
    seen_by.click()
    phone.get_by_label("nur intern").check()
    expect(seen_by).to_have_text("Sehen kann es: nur intern", use_inner_text=True)
    with phone.expect_response("**/new/draft"):
        phone.locator("#body").type("**Elf** Gilden")
    phone.get_by_text("Entwurf gesichert 23:10").wait_for()
    phone.reload()
    expect(seen_by).to_have_text("Sehen kann es: nur intern", use_inner_text=True)
    desk = site.visitor(cast.nari)
    desk.goto(NEW)
    expect(desk.locator("#title")).to_have_value(TITLE)
    expect(desk.locator(".seen-by[open] summary")).to_have_text("Sehen kann es: nur intern", use_inner_text=True)
    desk.get_by_role("button", name="Vorschau").click()
    desk.locator(".preview strong", has_text="Elf").wait_for()
    desk.get_by_role("button", name="Einreichen").last.click()
    desk.wait_for_url("**/receipt")
    phone.reload()  # sent from elsewhere: it does not come back here
    expect(phone.locator("#title")).to_have_value("")


def test_a_form_that_never_heard_back_is_sent_again_under_the_same_key(site: Site, cast: Cast) -> None:
    page = site.visitor(cast.nari)
    page.route("**/new/draft", lambda route: route.abort())
    page.goto(NEW)
    key = page.locator("[name=request_key]").first.input_value()
    page.locator("#title").fill(TITLE)
    page.context.set_offline(True)
    page.get_by_role("button", name="Einreichen").last.click()
    page.wait_for_timeout(300)
    page.context.set_offline(False)
    page.goto(NEW)
    expect(page.locator("#title")).to_have_value(TITLE)
    expect(page.locator("[name=request_key]").first).to_have_value(key)
    page.get_by_role("button", name="Einreichen").last.click()
    page.wait_for_url("**/41/receipt")


def test_back_after_sending_shows_an_empty_form_and_what_was_not_sent_stays(site: Site, cast: Cast) -> None:
    page = site.visitor(cast.nari)
    page.goto(NEW)
    key = page.locator("[name=request_key]").first.input_value()
    page.locator("#title").fill(TITLE)
    page.get_by_role("button", name="Einreichen").last.click()
    page.wait_for_url("**/41/receipt")
    page.go_back()
    until(page, ASKED_ANEW)
    expect(page.locator("#raise [name=request_key]")).not_to_have_value(key)
    expect(page.locator("#title")).to_have_value("")
    page.locator("#title").fill("Zweites")
    with page.expect_response("**/new/draft"):
        page.locator("#body").type("Halb ")
    page.goto(f"{TEAM}/41")
    page.go_back()  # this was not sent
    page.wait_for_load_state()
    expect(page.locator("#title")).to_have_value("Zweites")
    page.goto(f"{TEAM}/41")
    page.locator("#comment-text").fill("Noch eine Gilde.")
    page.get_by_role("button", name="Kommentieren").click()
    page.locator(".timeline", has_text="Noch eine Gilde.").wait_for()
    page.go_back()
    until(page, ASKED_ANEW)
    page.locator(".timeline", has_text="Noch eine Gilde.").wait_for()
    expect(page.locator("#comment-text")).to_have_value("")
    # A browser that puts whole pages away gives it back with the words in it, after it was sent.
    page.locator("#comment-text").fill("Noch eine.")
    page.wait_for_timeout(500)
    page.evaluate(PUT_AWAY_AND_BACK, f"comment:{TEAM}/41/comment")
    expect(page.locator("#comment-text")).to_have_value("")


def test_me_too_ends_raising_and_what_was_begun_is_taken_up_again(site: Site, cast: Cast) -> None:
    with site.app.app_context():
        raised(cast)
        db.session.commit()
    page = site.visitor(cast.jo)
    page.set_viewport_size(PHONE)
    page.goto(NEW)
    page.locator("#title").fill("Filter frisst Süßer Brei")
    page.locator("#body").fill("Seit heute früh.")
    page.get_by_role("button", name="Geht mir auch so").click()
    page.wait_for_url("**/41/joined")
    expect(page.get_by_role("heading", name="Du wartest jetzt mit.")).to_be_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.go_back()
    page.get_by_text("Beiseitegelegt: „Filter frisst Süßer Brei Seit heute früh.“").wait_for()
    expect(page.locator("#title")).to_have_value("")
    page.get_by_role("button", name="Weiter damit").click()
    expect(page.locator("#title")).to_have_value("Filter frisst Süßer Brei")
    expect(page.locator("#body")).to_have_value("Seit heute früh.")
