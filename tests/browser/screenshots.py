"""Every page in every state, both languages, both themes and both widths, into ``test-results/screenshots/``.

``make screenshots`` runs this file; it is no part of the suite. ``ARGS="-k empty"`` takes some of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.browser import every_page, nightwatch
from tests.browser.conftest import Site
from tests.browser.test_pages import DESKTOP, PHONE, ROOT, Theme, app, axe_finds
from tests.times import FakeClock

__all__ = ["app"]  # the fixture of the site whose mail leaves
FOLDER = ROOT / "test-results" / "screenshots"
STATES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "empty": every_page.EMPTY,
    "typical": every_page.TYPICAL,
    "crowded": every_page.CROWDED,
    "refused": every_page.REFUSED,
    "failed": every_page.FAILED,
}


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize("state", STATES)
def test_photograph(app: Flask, clock: FakeClock, serve: Callable[[Flask], Site], state: str, lang: str) -> None:
    story = nightwatch.begin(app, lang) if state == "empty" else nightwatch.play(app, clock, lang)
    places = {} if state == "empty" else every_page.fill(app, story)
    if state == "crowded":
        every_page.crowd(app, clock, story)
    every_page.fail_on_purpose(app)
    site = serve(app)
    FOLDER.mkdir(parents=True, exist_ok=True)
    visitors: dict[str, Page] = {}
    found: list[str] = []
    for look in every_page.looks(STATES[state], story, places):
        who = look.person.name if look.person else ""
        if who not in visitors:
            visitors[who] = site.visitor(look.person, language=lang)
            visitors[who].emulate_media(reduced_motion="reduce")
        page = visitors[who]
        page.goto(look.path)
        if state == "refused":
            every_page.send_as_it_stands(page)
        found += photograph(page, f"{look.name}-{state}-{lang}")
    assert not found, "\n".join(found)


def photograph(page: Page, name: str) -> list[str]:
    """The whole page on a phone, and what a window shows of it; returns what axe finds there."""
    found: list[str] = []
    themes: tuple[Theme, ...] = ("light", "dark")
    for theme in themes:
        page.emulate_media(color_scheme=theme)
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)  # type: ignore[arg-type]  # a width and a height
            page.screenshot(path=FOLDER / f"{name}-{theme}-{size['width']}.png", full_page=size is PHONE)
        found += [f"{name}-{theme}: {sentence}" for sentence in axe_finds(page)]
    return found
