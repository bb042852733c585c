"""On paper: what was promised and what was said, what a screen folds away, too, and nothing that can be pressed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.acts.cast import assemble, at, raised, reassembled
from tests.acts.deeds import defers_to, promises_by, says
from tests.browser.conftest import Site
from tests.times import FakeClock
from tracker.acts import suggestions as verbs
from tracker.acts import tasks
from tracker.store.base import db
from tracker.store.entries import Via

pytestmark = pytest.mark.databases("sqlite")
TEAM = "/t/nachtwache"
#: What of a page still shows that can only be pressed or filled in.
PRESSED = """() => [...document.querySelectorAll("form, button, .btn, label, input, textarea, select, dialog, nav a")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.matches("[aria-current]"))
  .map((one) => one.outerHTML.slice(0, 90))"""
DRAWN = "(said) => getComputedStyle(said).borderTopStyle"
PAPER = {
    "41": ("Seit dem Update.", "Internal note", "Only the new list.", "Answer by", "in which one of us is here"),
    "42": ("Promised by Fri 4 Dec", "Darum.", "This day was chosen", "Ask those who ban"),
    "desk?with=all": ("Chat-Filter frisst Umlaute", "Second opinion", "Own server", "Coming back"),
    "board": ("Chat-Filter frisst Umlaute", "Second opinion", "Own server"),
}


def test_paper_has_every_word_and_no_button(app: Flask, clock: FakeClock, serve: Callable[[Flask], Site]) -> None:
    clock.set("Thursday 2026-11-26 10:00")
    wednesday = at("Wednesday 2026-11-25 10:00")
    with app.app_context():
        cast = assemble()
        cast.pit.locale = "en"
        first = raised(cast, body="Seit dem Update.")
        verbs.note(first, by=cast.juri, now=wednesday, via=Via.WEB, text="Only the new list.")
        says(cast.melodie, first, wednesday, "Bei uns auch.")
        second = raised(cast, by=cast.melodie, title="Second opinion")
        promises_by(date(2026, 12, 4), cast.pit, second, wednesday)
        how = {"title": "Ask those who ban", "on": date(2026, 12, 2), "who": cast.jo}
        tasks.add(second, by=cast.pit, now=wednesday, via=Via.WEB, **how)  # type: ignore[arg-type]
        defers_to(date(2027, 3, 1), cast.pit, raised(cast, by=cast.jo, title="Own server"), wednesday)
        raised(cast, by=cast.melodie, title="Two in one group")
        db.session.commit()
        cast = reassembled()
    page = serve(app).visitor(cast.pit, installs=False)
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 720, "height": 1000})  # a sheet of A4 within its margins
    for path, words in PAPER.items():
        page.goto(f"{TEAM}/{path}")
        for word in words:
            assert page.get_by_text(word).first.is_visible(), (path, word)
        assert page.evaluate(PRESSED) == [], path
        widest = (
            "[document.documentElement, ...document.querySelectorAll('[data-board]')].map((one) => one.scrollWidth)"
        )
        assert max(page.evaluate(widest)) <= 720, path
        if path == "42":  # a line of its own, not one letter below the other
            assert page.locator(".task-title").bounding_box()["width"] > 200  # type: ignore[index]
        expect(page.locator(".task-list")).to_be_visible(visible=path == "42")
        if path == "41":  # not by its colour alone: sheets are printed in black
            assert page.locator(".entry.note .said").evaluate(DRAWN) == "dashed"
            assert page.locator(".entry.comment .said").evaluate(DRAWN) == "none"
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
