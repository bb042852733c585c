"""What goes over the wire, counted by the browser: a first visit, and the pages that follow it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import CDPSession, Page

from config import SmtpServer
from tests.browser import every_page, nightwatch
from tests.browser.conftest import Site
from tests.times import FakeClock

#: Bytes, with the headers of the answers.
FIRST, FOLLOWING = 60_000, 15_000
HOME, DESK, LATE, RAISE = "/t/nachtwache/", "/t/nachtwache/desk?with=all", "/t/nachtwache/39", "/t/nachtwache/new"
ALL_CHOSEN = "&".join(f"n={number}" for number in range(39, 239))
#: Each after the one before it, with what only it needs.
THEN = (
    HOME,
    DESK,
    LATE,
    RAISE,
    *(f"/t/nachtwache/{place}" for place in ("board", "suggestions", "search?q=chat", "answers", "one-by-one", "mine")),
    *(f"/t/nachtwache/{place}" for place in ("tasks", "people", "settings", f"desk/several?{ALL_CHOSEN}")),
    "/notices",
    "/me",
)


@pytest.fixture
def app(make_app: Callable[..., Flask], smtp: SmtpServer) -> Flask:
    return make_app(smtp=smtp)


class Scales:
    """What has come into this page over the wire since it was last emptied, in bytes by address."""

    def __init__(self, page: Page) -> None:
        self.received: dict[str, int] = {}
        self._page = page
        self._names: dict[str, str] = {}
        wire: CDPSession = page.context.new_cdp_session(page)
        wire.on("Network.requestWillBeSent", self._asked)
        wire.on("Network.loadingFinished", self._came)
        wire.send("Network.enable")

    def _asked(self, event: dict[str, Any]) -> None:
        self._names[event["requestId"]] = event["request"]["url"]

    def _came(self, event: dict[str, Any]) -> None:
        name = self._names.get(event["requestId"], "unknown")
        self.received[name] = self.received.get(name, 0) + int(event["encodedDataLength"])

    def of(self, path: str) -> int:
        """The weight of this page with all that comes with it."""
        self.received.clear()
        self._page.goto(path, wait_until="networkidle")
        return sum(self.received.values())


def test_a_first_visit_is_light_and_what_follows_is_lighter(
    app: Flask, clock: FakeClock, serve: Callable[[Flask], Site]
) -> None:
    """With two hundred more suggestions than the story has."""
    story = nightwatch.play(app, clock, "de")
    every_page.crowd(app, clock, story)
    site = serve(app)
    pit, nari = story.cast.pit, story.cast.nari
    for person, first in ((None, "/sign-in"), (pit, DESK), (pit, LATE), (nari, LATE), (nari, RAISE)):
        scales = Scales(site.visitor(person, language="de", installs=False))
        assert 5_000 < scales.of(first) < FIRST, scales.received
        for path in THEN if first == DESK else ():
            assert 1_000 < scales.of(path) < FOLLOWING, (path, scales.received)
