"""The main pages with the story of Monday morning, in both languages: looked through by axe in both themes, and
photographed at both widths. The pictures land in ``test-results/pages/`` for somebody to look at; ``docs/desk.png``,
which the README shows, is made anew when ``UPDATE_PICTURES`` is set."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page

from config import SmtpServer
from tests.browser import nightwatch
from tests.browser.conftest import Site
from tests.browser.nightwatch import Story
from tests.times import FakeClock
from tracker.store.people import Person

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "test-results" / "pages"
README_PICTURE = ROOT / "docs" / "desk.png"
TEAM = "/t/nachtwache"
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 860}
#: What axe is asked for: WCAG 2.2 A and AA.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def pages_of(app: Flask, story: Story) -> dict[str, tuple[Person, str]]:
    """Name → who looks, and where."""
    s, cast = story.s, story.cast
    late = nightwatch.number_of(app, s("Chat-Filter frisst Umlaute", "Chat filter eats umlauts"))
    new = nightwatch.number_of(app, s("Dunkler Modus für das Wiki", "Dark mode for the wiki"))
    asked = nightwatch.number_of(app, s("Echo im Sprachkanal", "Echo in the voice channel"))
    done = nightwatch.number_of(app, s("Verwarnungen im Log finden", "Finding warnings in the log"))
    return {
        "desk": (cast.pit, f"{TEAM}/desk"),
        "suggestion-manager": (cast.pit, f"{TEAM}/{late}"),
        "home-manager": (cast.pit, f"{TEAM}/"),
        "suggestion-author": (cast.nari, f"{TEAM}/{late}"),
        "home": (cast.nari, f"{TEAM}/"),
        "mine": (cast.nari, f"{TEAM}/mine"),
        "raise": (cast.nari, f"{TEAM}/new"),
        "raise-friction": (cast.nari, f"{TEAM}/new?kind=friction"),
        "receipt": (cast.nari, f"{TEAM}/{new}/receipt"),
        "asked": (cast.nari, f"{TEAM}/{asked}"),
        "answered": (cast.nari, f"{TEAM}/{done}"),
        "home-lead": (cast.anke, f"{TEAM}/"),
        "suggestions": (cast.anke, f"{TEAM}/suggestions"),
    }


@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_main_pages_in_both_themes_and_widths(
    make_app: Callable[..., Flask], smtp: SmtpServer, clock: FakeClock, serve: Callable[[Flask], Site], lang: str
) -> None:
    app = make_app(smtp=smtp)
    story = nightwatch.play(app, clock, lang)
    site = serve(app)
    PICTURES.mkdir(parents=True, exist_ok=True)
    visitors: dict[str, Page] = {}
    found: list[str] = []
    for name, (person, path) in pages_of(app, story).items():
        if person.name not in visitors:
            visitors[person.name] = site.visitor(person)
            # a colour on its way from light to dark is neither, and axe would measure it
            visitors[person.name].emulate_media(reduced_motion="reduce")
        page = visitors[person.name]
        response = page.goto(path)
        assert response is not None, name
        assert response.ok, (name, response.status)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]  # a width and a height
            found += [f"{name} {theme}: {sentence}" for sentence in axe_finds(page)]
            page.screenshot(path=PICTURES / f"{name}-{lang}-{theme}-1280.png", full_page=True)
            page.set_viewport_size(PHONE)  # type: ignore[arg-type]
            assert page.evaluate("document.documentElement.scrollWidth") == 390, f"{name} scrolls sideways"
            page.screenshot(path=PICTURES / f"{name}-{lang}-{theme}-390.png", full_page=True)
    assert found == []
    if lang == "en":
        _picture_for_the_readme(visitors["Pit"])


def axe_finds(page: Page) -> list[str]:
    """What axe finds, one line for each place."""
    result: dict[str, Any] = Axe().run(page, options=RULES).response
    return [
        f"{one['id']} at {node['target']}: {node['failureSummary']}"
        for one in result["violations"]
        for node in one["nodes"]
    ]


def _picture_for_the_readme(page: Page) -> None:
    page.emulate_media(color_scheme="light")
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
    picture = page.screenshot()
    (PICTURES / "readme.png").write_bytes(picture)
    if os.environ.get("UPDATE_PICTURES"):
        README_PICTURE.write_bytes(picture)
    assert README_PICTURE.exists()
