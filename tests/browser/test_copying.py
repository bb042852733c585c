"""What the buttons that copy put into the clipboard: an address whole, other words as they stand."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser import nightwatch
from tests.browser.conftest import Site
from tests.name_server import name_server
from tests.times import FakeClock

TEAM = "/t/nachtwache"


@pytest.fixture
def page(app: Flask, clock: FakeClock, serve: Callable[[Flask], Site]) -> Page:
    """Anke, who leads the team, at a browser that lets pages copy."""
    clock.set("Tuesday 2026-11-24 23:10")
    story = nightwatch.begin(app, "en")
    page = serve(app).visitor(story.cast.anke)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return page


def copied(page: Page, button: str) -> str:
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_all_links_of_a_pasted_list_at_once(page: Page) -> None:
    page.goto(f"{TEAM}/people/invite")
    page.get_by_label("Who?").fill("Bente <bente@x.example>, kolja@x.example, lars")
    page.get_by_role("button", name="Invite", exact=True).click()
    lines = copied(page, "Copy all").splitlines()
    assert [re.sub(r"/join/.*", "/join/", line) for line in lines] == [
        "Bente: http://127.0.0.1:8000/join/",
        "kolja@x.example: http://127.0.0.1:8000/join/",
    ]
    expect(page.get_by_label("These are not addresses yet")).to_have_value("lars")


def test_a_token_as_it_stands(page: Page) -> None:
    page.goto("/me/tokens")
    page.get_by_label("What is the token for?").fill("Bridge")
    with page.expect_navigation():
        page.get_by_role("button", name="Make the token").click()
    shown = page.locator(".banner code").inner_text()
    assert copied(page, "Copy the token") == shown


def test_a_record_for_the_dns_as_it_stands(
    make_app: Callable[..., Flask], clock: FakeClock, serve: Callable[[Flask], Site]
) -> None:
    site = make_app(mail_from="post@nachtwache.org")
    with name_server({"TXT nachtwache.org": [f'"v=spf1 {"ip4:192.0.2.1 " * 9}" "+all"']}) as there:
        site.extensions["name_servers"] = there.servers()
        page = serve(site).visitor(nightwatch.begin(site, "en").cast.anke)
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto("/admin/dns?look=1")
        assert Axe().run(page).violations_count == 0
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        page.get_by_role("button", name="Copy the value").nth(1).click()
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == "v=DMARC1; p=none"


def test_a_link_as_an_address(page: Page) -> None:
    page.goto(f"{TEAM}/people/invite")
    page.get_by_text("Or one link for everybody").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Make the link").click()
    assert copied(page, "Copy link") == page.locator(".banner code").inner_text()
