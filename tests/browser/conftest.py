"""A live site for the browser: the real app on a fresh SQLite database, on the loopback, with a clock to turn."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from playwright.sync_api import Error, expect
from werkzeug.serving import make_server

from tests.times import FakeClock

#: Milliseconds until a browser gives up. It waits for what is to come and no longer, so that a machine with other work
#: fails nothing that holds.
PATIENCE = 30_000

expect.set_options(timeout=PATIENCE)

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

    from tracker.store.people import Person


def until(page: Page, script: str) -> None:
    """Wait until this script finds something true in the page, also across a reload.

    Playwright's own ``wait_for_function`` looks a second time from inside the page, where our policy forbids ``eval``.
    """
    for _ in range(PATIENCE // 50):
        try:
            if page.evaluate(f"Boolean({script})"):
                return
        except Error as error:
            if "context was destroyed" not in error.message:
                raise
        page.wait_for_timeout(50)
    raise AssertionError(f"it never came true: {script}")


def late(app: WSGIApplication, seconds: float) -> WSGIApplication:
    """The same site behind a slow network: each answer comes up to so many seconds late."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        time.sleep(random.uniform(0, seconds))
        return app(environ, start_response)

    return answer


@dataclass
class Site:
    """A served app. ``complaints`` gathers what every browser of it complained about, ``strangers`` other hosts."""

    app: Flask
    clock: FakeClock
    address: str
    browser: Browser
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def visitor(
        self,
        person: Person | None = None,
        *,
        language: str = "en",
        scripts: bool = True,
        touch: bool = False,
        installs: bool = True,
    ) -> Page:
        """A browser of its own, signed in as this person; ``language`` is what it asks for before that. ``touch`` makes
        it a phone, and one that does not install has no service worker."""
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": 390, "height": 844} if touch else {"width": 1280, "height": 860},
            has_touch=touch,
            locale=person.locale if person is not None else language,
            java_script_enabled=scripts,
            service_workers="allow" if installs else "block",
        )
        context.set_default_timeout(PATIENCE)
        self._contexts.append(context)
        if person is not None:
            context.add_cookies([{"url": self.address, **self._cookie(person)}])  # type: ignore[typeddict-item]
        page = context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._asked)
        return page

    def _cookie(self, person: Person) -> dict[str, str]:
        """The session that signing in leaves behind."""
        client = self.app.test_client()
        with client.session_transaction(base_url=self.address) as session:
            session["_user_id"] = person.fs_uniquifier
            session["_fresh"] = True
            session["until"] = int(self.clock.now().timestamp()) + 30 * 24 * 3600
            session["stay"] = True
        name = self.app.config["SESSION_COOKIE_NAME"]
        cookie = client.get_cookie(name, domain="127.0.0.1")
        assert cookie is not None
        return {"name": name, "value": cookie.value}

    def _heard(self, message: ConsoleMessage) -> None:
        # A refused form answers 4xx on purpose, who does not install says so, and whoever leaves a page while it asks
        # something lets that go; all else is a fault of ours.
        expected = (
            "Failed to load resource",
            "registration blocked by Playwright",
            "htmx:afterRequest",
            "htmx:sendError",
            "htmx:sendAbort",
        )
        if message.type in ("error", "warning") and not any(part in message.text for part in expected):
            self.complaints.append(f"{message.text} ({message.location})")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.strangers.append(request.url)

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture
def serve(clock: FakeClock, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[[Flask], Site]]:
    """Serve an app; whatever a browser of it complained about fails the test when it ends."""
    servers = []
    sites: list[Site] = []
    slow = request.config.getoption("--slow")

    def begin(app: Flask) -> Site:
        server = make_server("127.0.0.1", 0, late(app, slow) if slow else app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        servers.append((server, thread))
        sites.append(Site(app, clock, f"http://127.0.0.1:{server.server_port}", browser))
        return sites[-1]

    yield begin
    for site in sites:
        site.close()
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()
    assert [complaint for site in sites for complaint in site.complaints] == []
    assert [url for site in sites for url in site.strangers] == []
