"""Every page with the story of Monday morning, in both languages and widths: axe finds nothing, and it never
scrolls sideways on a phone. `make screenshots` photographs them all; what the README shows is made
anew when ``UPDATE_PICTURES`` is set."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, Response

from config import SmtpServer
from tests.browser import every_page, long_words, nightwatch
from tests.browser.conftest import Site
from tests.times import FakeClock

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "test-results" / "pages"
DOCS = ROOT / "docs"
TEAM = "/t/nachtwache"
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 860}
Theme = Literal["light", "dark"]
#: Pages that only long words have.
LONG: Mapping[str, tuple[str, str]] = {
    "long-to-answer": ("pit", f"{TEAM}/{{alike}}"),
    "long-author": ("nari", f"{TEAM}/{{alike}}"),
    "long-on-the-desk": ("pit", f"{TEAM}/desk?show={{alike}}"),
    "long-several": ("pit", f"{TEAM}/desk/several?do=tag&n={{late}}&n={{alike}}"),
    "long-board": ("pit", f"{TEAM}/{{alike}}/board?to=declined"),
    "long-merge": ("pit", f"{TEAM}/{{alike}}/merge?into={{late}}"),
    "long-answers": ("nari", f"{TEAM}/answers?tag={long_words.TAG}"),
}
#: What axe is asked for: WCAG 2.2 A and AA.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


@pytest.fixture
def app(make_app: Callable[..., Flask], smtp: SmtpServer) -> Flask:
    """A site whose mail leaves: the line that it stays on this computer is not part of every page."""
    return make_app(smtp=smtp)


def test_every_address_is_looked_at_or_said_to_be_no_page(app: Flask) -> None:
    assert every_page.without_a_picture(app) == set()


@pytest.mark.parametrize(("lang", "theme"), [("de", "light"), ("en", "dark")])
def test_axe_finds_nothing_on_any_page(
    app: Flask, clock: FakeClock, serve: Callable[[Flask], Site], lang: str, theme: Theme
) -> None:
    """Every second page on a phone, the others at a desk, and in the second run the other way round. The other two of
    the four pairs are looked at by `make screenshots`."""
    story = nightwatch.play(app, clock, lang)
    places = every_page.fill(app, story)
    every_page.fail_on_purpose(app)
    eyes = Eyes(serve(app), lang, theme)
    pages = {**every_page.TYPICAL, **{name: every_page.FAILED[name] for name in every_page.FAILED_APART}}
    for look in every_page.looks(pages, story, places):
        response = eyes.open(look)
        assert response is not None, look.name
        assert response.ok is (look.name in every_page.TYPICAL), (look.name, response.status)
        eyes.look(look)
    if lang == "de":
        for look in every_page.looks(every_page.REFUSED, story, places):
            eyes.open(look)
            every_page.send_as_it_stands(eyes.page(look))
            eyes.look(look, "refused")
    assert not eyes.found, "\n".join(eyes.found)


def test_axe_finds_nothing_where_nothing_is_there_yet(
    app: Flask, clock: FakeClock, serve: Callable[[Flask], Site]
) -> None:
    clock.set(nightwatch.MONDAY)
    eyes = Eyes(serve(app), "en", "dark")
    for look in every_page.looks(every_page.EMPTY, nightwatch.begin(app, "en"), {}):
        eyes.open(look)
        eyes.look(look, "empty")
    assert not eyes.found, "\n".join(eyes.found)


def test_the_longest_words_scroll_nothing_sideways_on_a_phone(
    app: Flask, clock: FakeClock, serve: Callable[[Flask], Site]
) -> None:
    """Names, titles and tags without a space, as long as each may be, where pages are read and where they are sent."""
    story = nightwatch.play(app, clock, "de")
    places = every_page.fill(app, story) | long_words.lengthen(app, story)
    eyes = Eyes(serve(app), "de", "light")
    for look in every_page.looks({**every_page.TYPICAL, **LONG}, story, places):
        eyes.open(look)
        eyes.unfold(look)
        eyes.measure(look)
    for look in every_page.looks(every_page.REFUSED, story, places):
        eyes.open(look)
        every_page.send_as_it_stands(eyes.page(look))
        eyes.measure(look, "refused")
    assert _sits(eyes, every_page.Look("one-by-one", story.cast.pit, f"{TEAM}/one-by-one")), "an earlier answer below"
    assert not eyes.found, "\n".join(eyes.found)


def _sits(eyes: Eyes, sitting: every_page.Look) -> bool:
    """Looks at the first suggestions of a sitting. Gives whether earlier answers stood below one."""
    eyes.open(sitting)
    page, has_earlier = eyes.page(sitting), False
    page.get_by_role("button", name="25 Minuten").click()
    skip = page.get_by_role("button", name="Überspringen")
    skip.wait_for()
    for _one in range(6):
        eyes.unfold(sitting)
        eyes.measure(sitting)
        has_earlier |= page.locator("ul.starts").count() > 0
        with page.expect_navigation():
            skip.click()
    return has_earlier


class Eyes:
    """Who looks at pages in one language and theme, and what was found: by axe, or that it scrolls sideways."""

    def __init__(self, site: Site, lang: str, theme: Theme) -> None:
        self.site, self.lang, self.theme = site, lang, theme
        self.found: list[str] = []
        self._visitors: dict[str, Page] = {}
        self._on_a_phone = lang == "de"

    def page(self, look: every_page.Look) -> Page:
        who = look.person.name if look.person else ""
        if who not in self._visitors:
            self._visitors[who] = self.site.visitor(look.person, language=self.lang)
            self._visitors[who].emulate_media(color_scheme=self.theme, reduced_motion="reduce")
        return self._visitors[who]

    def open(self, look: every_page.Look) -> Response | None:
        return self.page(look).goto(look.path)

    def look(self, look: every_page.Look, state: str = "") -> None:
        page, name = self.page(look), f"{look.name} {state}".strip()
        size = PHONE if self._on_a_phone else DESKTOP
        self._on_a_phone = not self._on_a_phone
        page.set_viewport_size(size)  # type: ignore[arg-type]  # a width and a height
        self.found += [f"{name} at {size['width']}: {sentence}" for sentence in axe_finds(page)]
        self.measure(look, state)

    def unfold(self, look: every_page.Look) -> None:
        """What is folded away is part of the page as well."""
        self.page(look).evaluate(
            "document.querySelectorAll('main details').forEach((one) => { one.name = ''; one.open = true; })"
        )

    def measure(self, look: every_page.Look, state: str = "") -> None:
        """Whether it scrolls sideways on a small phone, or on a usual one."""
        page = self.page(look)
        for width in (390, 320):
            page.set_viewport_size({"width": width, "height": 640})
            if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
                self.found.append(f"{look.name} {state} scrolls sideways at {width}: {wide}")


def test_the_pictures_that_the_readme_shows_can_be_made_of_todays_pages(
    app: Flask, clock: FakeClock, serve: Callable[[Flask], Site]
) -> None:
    story = nightwatch.play(app, clock, "en")
    site = serve(app)
    pictures = {
        "desk": _desk(site.visitor(story.cast.pit)),
        "raising": _raising(site.visitor(story.cast.nari)),
        "one-by-one": _one_by_one(site.visitor(story.cast.pit)),
    }
    for name, picture in pictures.items():
        assert picture.startswith(b"\x89PNG")
        if os.environ.get("UPDATE_PICTURES"):
            (DOCS / f"{name}.png").write_bytes(picture)
        assert f"docs/{name}.png" in (ROOT / "README.md").read_text("utf-8")
        assert (DOCS / f"{name}.png").exists()


def axe_finds(page: Page) -> list[str]:
    """What axe finds, one line for each place."""
    result: dict[str, Any] = Axe().run(page, options=RULES).response
    return [
        f"{one['id']} at {node['target']}: {node['failureSummary']}"
        for one in result["violations"]
        for node in one["nodes"]
    ]


def _desk(page: Page) -> bytes:
    page.set_viewport_size({"width": 1280, "height": 1000})
    page.goto(f"{TEAM}/desk")
    page.keyboard.press("2")
    page.locator("#answer-text").fill(
        "Thank you! The word list is replaced on Thursday; I will check your eleven guilds myself after that."
    )
    page.get_by_role("button", name="1 week").click()
    page.evaluate("document.activeElement.blur()")
    page.locator("#pane").evaluate("pane => pane.scrollTop = 96")
    page.evaluate("scrollTo(0, 0)")
    return page.screenshot()


def _raising(page: Page) -> bytes:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"{TEAM}/new")
    page.get_by_label("What's up?").fill("Chat filter blocks the clan names")
    page.get_by_label("Tell more if you like").fill("Since the update, three of ours cannot be typed any more.")
    page.evaluate("document.activeElement.blur()")
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_load_state("networkidle")
    return page.screenshot()


def _one_by_one(page: Page) -> bytes:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"{TEAM}/one-by-one")
    page.get_by_role("button", name="10 minutes").click()
    page.get_by_text("Done …").first.click()
    page.locator("#answer-text").fill("The word list is replaced. All eleven guild names are back.")
    page.evaluate("document.activeElement.blur()")
    page.evaluate("scrollTo(0, 0)")
    return page.screenshot()
