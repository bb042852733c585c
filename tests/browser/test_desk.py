"""The desk in a browser: several chosen by keys alone, new dates seen before they are given, and what others change."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from playwright.sync_api import expect

from config import SmtpServer
from tests.acts.deeds import declines
from tests.browser import every_page, nightwatch
from tests.browser.conftest import Site
from tests.browser.test_pages import DESKTOP, PHONE, PICTURES, TEAM, axe_finds
from tests.times import FakeClock
from tracker.acts import answers, tags
from tracker.acts import suggestions as verbs
from tracker.domain.outcomes import Outcome
from tracker.store import suggestions
from tracker.store.base import db
from tracker.store.entries import Via

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = pytest.mark.databases("sqlite")
DESK = f"{TEAM}/desk"


def expect_chosen(page: Page, many: int) -> None:
    """A key ticks a row once the module that does it is there."""
    expect(page.locator(".row-pick :checked")).to_have_count(many)


def photographs(page: Page, name: str) -> list[str]:
    """In both themes and widths; what axe finds, and whether it scrolls sideways."""
    found = []
    page.wait_for_load_state("networkidle")  # axe's marks must not meet a part that is just coming in
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        for width, size in ((1280, DESKTOP), (390, PHONE), (320, {"width": 320, "height": 700})):
            page.set_viewport_size(size)  # type: ignore[arg-type]  # a width and a height
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append(f"{name} scrolls sideways at {width}")
            page.screenshot(path=PICTURES / f"{name}-{theme}-{width}.png", full_page=True)
            if width == 1280:
                found += [f"{name} {theme}: {sentence}" for sentence in axe_finds(page)]
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize("lang", ["de", "en"])
def test_several_are_chosen_by_keys_and_promised_anew(
    make_app: Callable[..., Flask], smtp: SmtpServer, clock: FakeClock, serve: Callable[[Flask], Site], lang: str
) -> None:
    app = make_app(smtp=smtp)
    story = nightwatch.play(app, clock, lang)
    with app.app_context():
        late = suggestions.by_number(story.cast.team.id, 41)
        assert late is not None
        tags.set_(late, by=story.cast.pit, now=clock.now(), via=Via.WEB, names=["Chat", "Filter"])
        db.session.commit()
    site = serve(app)
    PICTURES.mkdir(parents=True, exist_ok=True)
    page = site.visitor(story.cast.pit)
    page.goto(f"{DESK}?with=all")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    expect_chosen(page, 3)
    expect(page.locator(".several-bar")).to_be_visible()
    found = photographs(page, f"desk-chosen-{lang}")
    page.locator("[data-several-none]").click()
    expect_chosen(page, 0)
    expect(page.locator(".several-bar")).to_be_hidden()
    page.locator("#late [data-group-pick]").focus()
    page.keyboard.press("Space")
    expect_chosen(page, 3)
    expect(page.locator("#late .row-pick input")).to_have_count(3)
    expect(page.locator("#late .group-pick")).to_contain_text(story.s("alle 3", "all 3"))
    page.locator("#late .row-pick input").first.click()
    expect(page.locator("#late [data-group-pick]")).to_be_checked(indeterminate=True)
    page.locator("[data-several-none]").click()
    expect(page.locator("#late [data-group-pick]")).to_be_checked(checked=False)
    boxes = page.locator(".row-pick input")
    boxes.nth(0).click()
    boxes.nth(1).click(modifiers=["Shift"])
    expect_chosen(page, 2)
    page.locator(".several-dates").click()
    page.wait_for_url("**/several**")
    found += photographs(page, f"several-promise-{lang}")
    page.locator("#a_day").fill("1")
    page.locator(".spread .btn").click()
    page.wait_for_url("**a_day=1**")
    page.locator("#text").fill(story.s("Ich war krank.", "I was ill."))
    page.locator("#several-form [data-main]").click()
    page.wait_for_url(f"**{DESK}?with=all")
    page.goto(f"{DESK}?with=all&kind=problem&tag=chat")
    page.locator(".filter > summary").click()
    found += photographs(page, f"desk-filter-{lang}")
    numbers = page.locator(".row-pick input").evaluate_all("boxes => boxes.map(box => box.value)")
    page.goto(f"{DESK}/several?do=answer&n={numbers[0]}&n=39")
    found += photographs(page, f"several-answer-{lang}")
    assert found == []


TICK = "document.querySelector('[data-desk-list]').dispatchEvent(new CustomEvent('tick'))"


def tick(page: Page) -> None:
    """As every 20 seconds."""
    with page.expect_response("**/desk/live**"):
        page.evaluate(TICK)


def test_what_others_change_appears_and_moves_nothing(
    make_app: Callable[..., Flask], smtp: SmtpServer, clock: FakeClock, serve: Callable[[Flask], Site]
) -> None:
    app = make_app(smtp=smtp)
    story = nightwatch.play(app, clock, "en")
    cast = story.cast
    page = serve(app).visitor(cast.pit)
    page.goto(f"{DESK}?with=all")
    page.wait_for_load_state("networkidle")
    row = page.locator('[data-number="43"]')
    answered, tagged, hovered = row, page.locator('[data-number="39"]'), page.locator('[data-number="41"]')
    page.locator('[data-number="39"] .row-pick input').click()
    page.locator("#answer-text").fill("Half a sen")
    hovered.hover()
    tick(page)  # nothing has changed: 204
    with app.app_context():
        how = {"by": cast.juri, "now": clock.now(), "via": Via.WEB}
        numbered = {n: suggestions.by_number(cast.team.id, n) for n in (39, 41, 43)}
        answers.answer(numbered[43], **how, outcome=Outcome.DONE, text="At the desk of the guild.")  # type: ignore[arg-type]
        for number in (39, 41):
            tags.set_(numbered[number], **how, names=["Second look"])  # type: ignore[arg-type]
        new = verbs.raise_(cast.team, by=cast.jo, now=clock.now(), via=Via.WEB, title="While you were looking").number
        db.session.commit()
    before = [one.bounding_box() for one in (tagged, hovered)]
    beside, head = page.locator(".side [aria-current=page] .count"), page.locator(".desk-head .lead")
    owed, said = int(beside.inner_text()), head.inner_text()
    tick(page)
    expect(page.locator(".row.gone")).to_have_count(1)
    expect(beside).to_have_text(str(owed))  # one is answered, and one is new
    expect(head).not_to_have_text(said)
    expect(answered).to_contain_text("Not open here any more")
    expect(tagged.locator(".tag")).to_have_text(["Second look"])
    expect(tagged.locator("input")).to_be_checked()
    expect(page.locator("[data-desk-new]")).to_have_text("1 new show")
    assert hovered.locator(".tag").count() == 0  # it is under the pointer
    assert page.locator(f'[data-number="{new}"]').count() == 0
    tops = [box["y"] if box else None for box in before]
    assert [box["y"] for one in (tagged, hovered) if (box := one.bounding_box())] == tops
    page.mouse.move(5, 5)
    tick(page)
    expect(page.locator('[data-number="41"] .tag')).to_have_count(1)
    page.locator("[data-desk-new] button").click()
    expect(page.locator(f'[data-number="{new}"]')).to_have_count(1)
    expect(answered).to_have_count(0)
    expect(tagged.locator("input")).to_be_checked()
    expect(page.locator("#answer-text")).to_have_value("Half a sen")
    with app.app_context():
        late = suggestions.by_number(cast.team.id, 41)
        assert late is not None
        declines(cast.juri, late, clock.now())
        db.session.commit()
    tick(page)
    expect(beside).to_have_text(str(owed - 1))
    expect(head).to_contain_text(f"{owed - 1} to answer")


def answers_to(page: Page) -> str:
    """The number of the suggestion whose form stands in the right half."""
    return page.locator("#pane form:has(#answer-text)").get_attribute("action").split("/")[-2]  # type: ignore[union-attr]


def test_what_is_typed_fast_acts_on_the_row_that_is_marked(
    make_app: Callable[..., Flask], smtp: SmtpServer, clock: FakeClock, serve: Callable[[Flask], Site]
) -> None:
    app = make_app(smtp=smtp)
    story = nightwatch.play(app, clock, "en")
    page = serve(app).visitor(story.cast.pit)
    fetched: list[str] = []

    def slowly(route: Route) -> None:
        fetched.append(route.request.url.rpartition("/")[2].partition("?")[0])
        time.sleep(0.3)
        route.continue_()

    page.route(re.compile(rf"{DESK}/\d+"), slowly)
    page.goto(f"{DESK}?with=all")
    page.wait_for_load_state("networkidle")
    rows = list(page.locator("[data-row]").evaluate_all("rows => rows.map(row => row.dataset.number)"))
    marked = page.locator("[data-row].on")
    for key in "jj1Da!":  # faster than any answer comes
        page.keyboard.press(key)
    expect(page.locator("#answer-text")).to_have_value("Da!")
    assert (marked.get_attribute("data-number"), answers_to(page)) == (rows[2], rows[2])
    expect(page.locator('#pane [data-outcome="1"]')).to_be_checked()
    assert fetched == [rows[2]], "the rows that were passed are not asked for"
    page.locator(f'[data-number="{rows[2]}"] a').focus()
    page.keyboard.press("k")  # and rested upon: it comes by itself, and until then the former one is out of reach
    expect(page.locator("#pane")).to_have_js_property("inert", True)
    expect(page.locator(f'#pane [data-shown="{rows[1]}"]')).to_be_visible()
    expect(page.locator("#pane")).to_have_js_property("inert", False)
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(f"**{TEAM}/{rows[2]}")


COVERED = """() => { const box = document.querySelector('#pane #answer-text').getBoundingClientRect();
const pane = document.querySelector('#pane').getBoundingClientRect();
const bar = document.querySelector('#pane .form-end:has(.main)').getBoundingClientRect();
return Math.max(0, pane.top - box.top) + Math.max(0, box.bottom - Math.min(bar.top, pane.bottom, innerHeight)); }"""


@pytest.mark.parametrize("height", [720, 860])
def test_a_key_leads_to_where_the_words_are_seen_and_behind_those_that_stand_there(
    make_app: Callable[..., Flask], smtp: SmtpServer, clock: FakeClock, serve: Callable[[Flask], Site], height: int
) -> None:
    app = make_app(smtp=smtp)
    story = nightwatch.play(app, clock, "en")
    page = serve(app).visitor(story.cast.pit)
    page.set_viewport_size({"width": 1280, "height": height})
    for outcome in "12":
        page.goto(f"{DESK}?with=all")
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press(outcome)
        expect(page.locator("#answer-text")).to_be_focused()
        assert page.evaluate(COVERED) == 0, outcome
    page.keyboard.type("Half")
    expect(page.locator("[data-draft-sign]")).to_contain_text("Draft saved")
    page.goto(f"{DESK}/{answers_to(page)}?with=all")
    page.keyboard.press("2")
    expect(page.locator("#answer-text")).to_be_focused()
    page.keyboard.type(" and half")
    expect(page.locator("#answer-text")).to_have_value("Half and half")


FIRST = """() => { const bar = document.querySelector('.tabbar').getBoundingClientRect().top;
const row = document.querySelector('[data-row]').getBoundingClientRect(); return [row.top, row.bottom, bar]; }"""


def test_on_a_phone_what_is_owed_begins_on_the_first_screen(
    make_app: Callable[..., Flask], smtp: SmtpServer, clock: FakeClock, serve: Callable[[Flask], Site]
) -> None:
    app = make_app(smtp=smtp)
    story = nightwatch.play(app, clock, "de")
    every_page.crowd(app, clock, story, more=120)  # so that the way out stands above it
    page = serve(app).visitor(story.cast.pit, touch=True)
    for width, height in ((390, 844), (320, 720)):
        page.set_viewport_size({"width": width, "height": height})
        for asked, most in (("", 1.0), ("?kind=question", 0.8)):
            page.goto(f"{DESK}{asked}")
            top, bottom, bar = page.evaluate(FIRST)
            assert bottom < bar * most, (width, asked, top, bottom, bar)
        page.locator("#late .group-pick").tap()  # instead of a tap for each
        those = page.locator("#late .row-pick").count()
        expect_chosen(page, those)
        assert those == 25 or asked
        said = f"alle {those} gezeigten" if not asked else f"alle {those}"
        expect(page.locator("#late [data-words]")).to_have_text(said)
        page.locator("#late .group-pick").tap()
        page.locator(".row-pick").nth(0).tap()
        page.locator(".row-pick").nth(1).tap()
        box = page.locator(".several-bar").bounding_box()
        assert box is not None
        assert box["height"] < 64, "what is done with several is one line"
        assert box["y"] + box["height"] <= bar, "and the places below do not lie on it"
        page.locator(".several-more > summary").tap()
        for button in page.locator(".several-bar .btn:visible").all():
            seen = button.bounding_box()
            assert seen is not None
            assert seen["x"] >= 0, button.text_content()
            assert seen["x"] + seen["width"] <= width, button.text_content()
    page.locator('.several-more button[value="give"]').tap()
    page.wait_for_url("**/several**do=give**")
    expect(page.locator(".picks .pick")).to_have_count(2)
