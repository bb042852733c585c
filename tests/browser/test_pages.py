"""The main pages with the story of Monday morning: photographed in both languages, themes and widths, and looked through
by axe. The pictures land in ``test-results/`` for somebody to look at."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.browser import nightwatch
from tests.browser.conftest import Site
from tests.browser.nightwatch import Story
from tests.times import FakeClock
from tracker.store.people import Person

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "test-results"


def pages_of(app: Flask, story: Story) -> dict[str, tuple[Person, str]]:
    """Name → who looks, and where."""
    s, cast = story.s, story.cast
    team = "/t/nachtwache"
    late = nightwatch.number_of(app, s("Chat-Filter frisst Umlaute", "Chat filter eats umlauts"))
    new = nightwatch.number_of(app, s("Dunkler Modus für das Wiki", "Dark mode for the wiki"))
    asked = nightwatch.number_of(app, s("Echo im Sprachkanal", "Echo in the voice channel"))
    done = nightwatch.number_of(app, s("Verwarnungen im Log finden", "Finding warnings in the log"))
    return {
        "home-nari": (cast.nari, f"{team}/"),
        "home-anke": (cast.anke, f"{team}/"),
        "mine": (cast.nari, f"{team}/mine"),
        "desk": (cast.pit, f"{team}/desk"),
        "suggestions": (cast.nari, f"{team}/suggestions"),
        "raise": (cast.nari, f"{team}/new?title=Chat"),
        "raise-friction": (cast.nari, f"{team}/new?kind=friction"),
        "raise-for": (cast.pit, f"{team}/new?for=1"),
        "receipt": (cast.nari, f"{team}/{new}/receipt"),
        "late-author": (cast.nari, f"{team}/{late}"),
        "late-manager": (cast.pit, f"{team}/{late}"),
        "late-deputy": (cast.juri, f"{team}/{late}"),
        "asked-author": (cast.nari, f"{team}/{asked}"),
        "asked-manager": (cast.pit, f"{team}/{asked}"),
        "done-author": (cast.nari, f"{team}/{done}"),
    }


@pytest.mark.parametrize("lang", ["de", "en"])
def test_photographs(app: Flask, clock: FakeClock, serve, lang: str) -> None:
    story = nightwatch.play(app, clock, lang)
    site: Site = serve()
    RESULTS.mkdir(exist_ok=True)
    for name, (person, path) in pages_of(app, story).items():
        for theme in ("light", "dark"):
            for width in (1280, 390):
                page = site.visitor(person, width=width, theme=theme)
                response = page.goto(path)
                assert response is not None and response.ok, (name, response and response.status)
                _take(page, RESULTS / f"{name}-{lang}-{theme}-{width}.png")
                page.context.close()


def _take(page: Page, path: Path) -> None:
    page.screenshot(path=path, full_page=True)
