"""A team's pages as an app on a phone: installable, and without a network nothing that is typed is lost."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Page, expect

from config import SmtpServer
from tests.acts.cast import assemble
from tests.browser.conftest import Site, until
from tests.browser.test_pages import axe_finds

NEW = "/t/nachtwache/new"


@pytest.fixture
def phone(make_app: Callable[..., Flask], smtp: SmtpServer, serve: Callable[[Flask], Site]) -> Page:
    """Nari's phone, with the worker in place."""
    app = make_app(smtp=smtp)
    with app.app_context():
        nari = assemble().nari
        # what the browser needs to know of her, before the session ends
        _ = nari.locale, nari.fs_uniquifier
    page = serve(app).visitor(nari)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/t/nachtwache/")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    until(page, "navigator.serviceWorker.controller")
    return page


def test_what_is_typed_without_a_network_stands_in_the_form_once_it_is_back(phone: Page) -> None:
    phone.context.set_offline(True)
    phone.goto("/t/nachtwache/mine")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Gerade keine Verbindung")
    assert axe_finds(phone) == []
    phone.get_by_label("Was liegt an?").fill("Der Zug hat kein Netz")
    phone.get_by_label("Erzähl mehr, wenn du magst").fill("Zwischen Fulda und Kassel.")
    expect(phone.get_by_text("Entwurf gesichert")).to_be_visible()
    phone.context.set_offline(False)
    expect(phone.get_by_text("Die Verbindung ist wieder da.")).to_be_visible()
    phone.goto(NEW)
    expect(phone.get_by_label("Was liegt an?")).to_have_value("Der Zug hat kein Netz")
    expect(phone.get_by_label("Erzähl mehr")).to_have_value("Zwischen Fulda und Kassel.")


def test_a_form_that_is_sent_without_a_network_is_filled_in_again_afterwards(phone: Page) -> None:
    phone.goto(NEW)
    phone.get_by_label("Was liegt an?").fill("Chat-Filter frisst Umlaute")
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Einreichen").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Gerade keine Verbindung")
    phone.context.set_offline(False)
    phone.get_by_role("link", name="Noch einmal versuchen").click()
    expect(phone.get_by_label("Was liegt an?")).to_have_value("Chat-Filter frisst Umlaute")
    phone.get_by_role("button", name="Einreichen").click()
    expect(phone.get_by_role("heading", name="Angekommen.")).to_be_visible()


def test_the_app_bears_the_name_of_the_team(phone: Page) -> None:
    address = phone.locator("link[rel=manifest]").get_attribute("href")
    manifest = phone.request.get(str(address)).json()
    assert (manifest["name"], manifest["start_url"], manifest["display"]) == (
        "Nachtwache",
        "/t/nachtwache/",
        "standalone",
    )
    for icon in manifest["icons"]:
        width, height = Image.open(io.BytesIO(phone.request.get(icon["src"]).body())).size
        assert icon["sizes"] == f"{width}x{height}"
    for shortcut in manifest["shortcuts"]:
        assert phone.request.get(shortcut["url"]).ok, shortcut


def test_nothing_that_somebody_wrote_is_kept_by_the_worker(phone: Page) -> None:
    phone.goto("/t/nachtwache/mine")
    kept = phone.evaluate(
        """async () => {
            const found = [];
            for (const name of await caches.keys())
                for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
            return found;
        }"""
    )
    assert "/offline" in kept
    assert [path for path in kept if not path.startswith("/static/") and path != "/offline"] == []
