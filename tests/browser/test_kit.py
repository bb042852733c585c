"""The kit in a real browser, with the story's pages and the real policy: what scripts add, and what stays without."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from werkzeug.serving import make_server

from tests.web.gallery import gallery_app
from tests.web.scenes import SCENES


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    """The address of the gallery in English."""
    server = make_server("127.0.0.1", 0, gallery_app("en"), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.mark.parametrize("scene", SCENES)
def test_no_page_breaks_the_policy_or_scrolls_sideways_at_320_pixels(gallery: str, page: Page, scene: str) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{gallery}/{scene}/dark")
    page.wait_for_load_state("networkidle")
    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_chip_fills_the_day_and_is_marked(gallery: str, page: Page) -> None:
    page.goto(f"{gallery}/for_pit/light")
    chip = page.get_by_role("button", name="2 weeks")
    chip.click()
    expect(page.get_by_label("By when?")).to_have_value("2026-12-14")
    expect(chip).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="Fri 4 Dec")).to_have_attribute("aria-pressed", "false")


def test_each_beginning_shows_what_it_needs(gallery: str, page: Page) -> None:
    page.goto(f"{gallery}/for_pit/light")
    form = page.locator("#answer")
    form.get_by_text("No, because …").click()
    expect(form.locator("#answer-on")).to_be_hidden()
    expect(form.get_by_label("What is the reason?")).to_be_visible()
    form.get_by_text("Not now …").click()
    expect(form.get_by_label("When do we look again?")).to_be_visible()
    expect(form.get_by_role("button", name="3 months")).to_be_visible()
    expect(form.get_by_label("Who", exact=True)).to_be_hidden()


def test_single_keys_choose_the_beginning_until_they_are_switched_off(gallery: str, page: Page) -> None:
    page.goto(f"{gallery}/for_pit/light")
    page.keyboard.press("4")
    expect(page.locator("#answer-declined")).to_be_checked()
    expect(page.locator("#answer-text")).to_be_focused()
    page.keyboard.press("1")
    expect(page.locator("#answer-declined")).to_be_checked()
    page.locator("#answer-text").blur()
    page.keyboard.press("?")
    page.get_by_label("Single keys work").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("1")
    expect(page.locator("#answer-declined")).to_be_checked()


def test_j_and_k_walk_the_rows(gallery: str, page: Page) -> None:
    page.goto(f"{gallery}/mine/light")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Echo in the voice channel")).to_be_focused()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Chat filter eats umlauts")).to_be_focused()
    page.keyboard.press("k")
    expect(page.get_by_role("link", name="Echo in the voice channel")).to_be_focused()


def test_a_row_fills_the_right_half_on_a_wide_screen(gallery: str, page: Page) -> None:
    page.goto(f"{gallery}/desk/light")
    page.route(
        "**/pane-39",
        lambda route: route.fulfill(body='<p data-shown="39">Second opinion, in short</p>', content_type="text/html"),
    )
    page.locator("[data-row]").nth(1).evaluate("row => row.dataset.pane = '/pane-39'")
    page.get_by_role("link", name="Second opinion before a ban").click()
    expect(page.locator("#pane")).to_have_text("Second opinion, in short")
    expect(page.locator("[data-row].on")).to_have_count(1)
    expect(page.get_by_role("link", name="Second opinion before a ban")).to_have_attribute("aria-current", "true")


def test_what_fails_to_load_says_so_and_keeps_the_page(gallery: str, page: Page) -> None:
    page.goto(f"{gallery}/desk/light")
    page.route("**/pane-39", lambda route: route.abort())
    page.locator("[data-row]").nth(1).evaluate("row => row.dataset.pane = '/pane-39'")
    page.get_by_role("link", name="Second opinion before a ban").click()
    expect(page.get_by_role("alert")).to_contain_text("That did not get through")


def test_typed_text_is_there_after_a_reload_and_gone_after_success(gallery: str, page: Page) -> None:
    page.goto(f"{gallery}/raising_empty/light")
    page.get_by_label("What's up?").press_sequentially("Chat filter")
    page.get_by_text("It is burning now").click()
    expect(page.locator("[data-kept-sign]")).to_contain_text("Draft saved")
    page.reload()
    expect(page.get_by_label("What's up?")).to_have_value("Chat filter")
    expect(page.locator("#urgency-urgent")).to_be_checked()
    page.goto(f"{gallery}/raised/light")
    page.goto(f"{gallery}/raising_empty/light")
    expect(page.get_by_label("What's up?")).to_have_value("")


def test_trouble_between_people_is_kept_for_this_tab_only(gallery: str, page: Page) -> None:
    page.goto(f"{gallery}/raising_empty/light")
    page.get_by_text("trouble between people").click()
    page.get_by_label("What's up?").press_sequentially("Pit")
    expect(page.locator("[data-kept-sign]")).to_contain_text("Draft saved")
    kept = "store => Object.keys(window[store]).filter(key => key.startsWith('kept:')).length"
    assert (page.evaluate(kept, "sessionStorage"), page.evaluate(kept, "localStorage")) == (1, 0)


def test_what_the_server_sends_filled_is_not_overwritten(gallery: str, page: Page) -> None:
    page.goto(f"{gallery}/for_pit/light")
    page.locator("#answer-text").fill("half a sentence")
    page.locator("#answer-text").press_sequentially("!")
    page.wait_for_timeout(800)
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('kept:')).length") == 1
    page.reload()
    expect(page.locator("#answer-text")).to_contain_text("Thank you! The word list")


def test_the_date_above_the_button_follows_the_urgency(gallery: str, page: Page) -> None:
    page.goto(f"{gallery}/raising/light")
    summary = page.get_by_role("complementary", name="What happens next")
    expect(summary.get_by_text("Thu 26 Nov, 17:00")).to_be_visible()
    page.get_by_text("It is burning now").click()
    expect(summary.get_by_text("Wed 25 Nov, 13:00")).to_be_visible()
    expect(summary.get_by_text("Thu 26 Nov, 17:00")).to_be_hidden()


def test_about_a_person_it_says_who_will_see_it_before_it_is_sent(gallery: str, page: Page) -> None:
    page.goto(f"{gallery}/raising/light")
    page.get_by_text("trouble between people").click()
    expect(page.get_by_role("group", name="How urgent?")).to_be_hidden()
    page.get_by_label("Who is it about?").select_option("Pit")
    expect(page.get_by_text("Only Anke (team lead) sees this.")).to_be_visible()
    expect(page.get_by_role("button", name="In confidence to Anke")).to_be_visible()
    expect(page.get_by_role("button", name="Send")).to_be_hidden()


def test_an_act_that_cannot_be_unsaid_asks_first(gallery: str, page: Page) -> None:
    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    page.goto(f"{gallery}/for_nari/light")
    page.get_by_role("button", name="Withdraw").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Withdraw this suggestion?")
    dialog.get_by_role("button", name="Leave it").click()
    expect(dialog).to_be_hidden()
    assert posted == []
    page.get_by_role("button", name="Withdraw").click()
    with page.expect_response(lambda response: response.request.method == "POST"):
        dialog.get_by_role("button", name="Withdraw").click()
    page.wait_for_load_state("networkidle")
    assert len(posted) == 1


def test_the_seconds_to_undo_run_down_and_the_button_goes(gallery: str, page: Page) -> None:
    page.clock.install()
    page.goto(f"{gallery}/parts/light")
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    page.clock.run_for(10_000)
    expect(undo).to_contain_text(re.compile(r"(4[0-2]|3\d) s"))  # 52 before, and the clock goes on
    page.clock.run_for(45_000)
    expect(undo).to_have_count(0)
    expect(page.get_by_text("Answered. Nari will know in a moment.")).to_be_visible()


def test_the_line_about_the_reminders_asks_again_once_where_it_is_seen(gallery: str, page: Page) -> None:
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(
            body='<p class="alive stale" data-alive>No reminder has left since 14:10.</p>', content_type="text/html"
        )

    page.route("**/alive", answer)
    page.clock.install()
    page.goto(f"{gallery}/mine/light")
    page.clock.run_for(21_000)
    expect(page.get_by_text("No reminder has left since 14:10.")).to_be_visible()
    assert len(asked) == 1


def test_ctrl_enter_sends_the_form_one_writes_in(gallery: str, page: Page) -> None:
    page.goto(f"{gallery}/for_pit/light")
    page.locator("#answer-text").focus()
    with page.expect_response(lambda response: response.request.method == "POST") as came:
        page.keyboard.press("Control+Enter")
    page.wait_for_load_state("networkidle")
    assert "outcome=will_do" in (came.value.request.post_data or "")


def test_errors_come_first_and_lead_to_their_field(gallery: str, page: Page) -> None:
    page.goto(f"{gallery}/raising_wrong/light")
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name="Say in a line what it is about.").click()
    expect(page.get_by_label("What's up?")).to_be_focused()


def test_without_javascript_everything_can_be_done_and_nothing_dead_is_shown(gallery: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{gallery}/for_pit/light")
    expect(page.get_by_role("button", name="2 weeks")).to_be_hidden()
    expect(page.locator("#answer-on")).to_be_visible()
    page.get_by_text("Done …").click()
    expect(page.get_by_label("What has changed?")).to_be_visible()
    page.get_by_text("I need longer").click()
    expect(page.get_by_role("button", name="Move the date")).to_be_visible()
    page.goto(f"{gallery}/raising/light")
    page.get_by_text("Can wait").click()
    expect(page.get_by_role("complementary").get_by_text("Tue 1 Dec, 17:00")).to_be_visible()
    context.close()


def test_a_chosen_theme_holds(gallery: str, page: Page) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(f"{gallery}/mine/dark")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.goto(f"{gallery}/mine/light")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark


def test_ctrl_k_jumps_to_a_place_and_presses_what_the_page_offers(gallery: str, page: Page) -> None:
    page.goto(f"{gallery}/for_pit/light")
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Where to, or what to do?")
    expect(box).to_be_focused()
    offered = page.locator("#palette").get_by_role("option")
    box.fill("no, bec")
    expect(offered).to_have_text([re.compile("No, because"), re.compile("Search for")])
    page.keyboard.press("Enter")
    expect(box).to_be_hidden()
    expect(page.locator("#answer-declined")).to_be_checked()
    page.locator("body").press("Control+k")
    box.fill("peo")
    expect(offered.first).to_contain_text("People")
    expect(offered.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#$"))


def test_the_box_for_jumping_is_walked_by_arrows_and_searches_for_what_is_no_place(gallery: str, page: Page) -> None:
    page.goto(f"{gallery}/for_pit/light")
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Where to, or what to do?")
    expect(box).to_be_focused()
    page.keyboard.press("ArrowDown")
    offered = page.locator("#palette").get_by_role("option")
    expect(offered.nth(1)).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", "palette-1")
    box.fill("#41")
    expect(offered.first).to_contain_text("#41")
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    page.locator("body").press("Control+k")
    box.fill("chat filter")
    expect(offered).to_have_text([re.compile("Search for “chat filter”")])
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/search[?]q=chat%20filter"))  # a browser that is closed on its way may never close


def test_what_is_typed_before_the_box_for_jumping_is_there_goes_into_it(gallery: str, page: Page) -> None:
    def slowly(route: Route) -> None:
        page.wait_for_timeout(400)
        route.continue_()

    page.route("**/palette.js", slowly)
    page.goto(f"{gallery}/for_pit/light")
    page.keyboard.press("Control+k")
    page.keyboard.type("4peo")
    box = page.get_by_role("combobox", name="Where to, or what to do?")
    expect(box).to_have_value("4peo")
    expect(page.locator("#answer-declined")).not_to_be_checked()
