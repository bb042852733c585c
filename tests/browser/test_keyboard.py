"""The main job by keyboard alone, from signing in to the deputy's answer: nothing here uses a mouse or sets a field by
its id. And the same pages on the smallest screen and at 200 % zoom: every button can be reached and lies free."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.acts.cast import Cast, assemble, at, raised, reassembled
from tests.acts.deeds import declines
from tests.browser.conftest import Site
from tests.pictures import LOG
from tests.times import FakeClock
from tracker.acts import people, support
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.people import Person

Serve = Callable[[Flask], Site]
TEAM = "/t/nachtwache"
PASSWORD = "vier worte in reihe"
TITLE = "Chat filter eats umlauts"


@pytest.fixture
def cast(app: Flask, clock: FakeClock) -> Cast:
    """Tuesday night, in English; Nari, Pit and Juri have passwords."""
    clock.set("Tuesday 2026-11-24 23:10")
    with app.app_context():
        cast = assemble()
        for person in (cast.nari, cast.pit, cast.juri):
            person.locale = "en"
            people.set_password(person, PASSWORD, now=clock.now())
        db.session.commit()
        return reassembled()


def tab_to(page: Page, target: Locator, *, shown: Locator | None = None, most: int = 60) -> None:
    """Tab until it has the focus, and see that it, or what is drawn in its place, is shown there."""
    for _ in range(most):
        if target.count() == 1 and target.evaluate("element => element === document.activeElement"):
            expect(shown or target).to_be_in_viewport()
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way by Tab to {target}")


def tab_to_back(page: Page, target: Locator) -> None:
    """The same way back."""
    for _ in range(30):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Shift+Tab")
    raise AssertionError(f"no way back by Tab to {target}")


def go(page: Page, key: str) -> None:
    """A key that leads to another page."""
    with page.expect_navigation(wait_until="networkidle"):
        page.keyboard.press(key)


def sign_in(page: Page, person: Person) -> None:
    page.goto("/sign-in")
    page.keyboard.type(person.email)  # the caret stands there already
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    go(page, "Enter")


def jump(page: Page, where: str) -> None:
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Where to, or what to do?")).to_be_focused()
    page.keyboard.type(where)
    go(page, "Enter")


def choose_by_keys(page: Page) -> None:
    """A file, the kind, how urgent it is and who may see it."""
    tab_to(page, page.get_by_label("Picture or file"), shown=page.locator(".attach label"))
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chosen: FilePayload = {"name": "chat.log", "mimeType": "text/plain", "buffer": LOG}
    chooser.value.set_files(chosen)
    expect(page.locator(".attached")).to_contain_text("chat.log")
    kind, urgency = page.locator("[name=kind]:checked"), page.locator("[name=urgency]:checked")
    tab_to(page, kind)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("an idea")).to_be_checked()
    tab_to(page, urgency)
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("It hurts every day")).to_be_checked()
    seen_by = page.locator(".seen-by summary")
    tab_to(page, seen_by)
    page.keyboard.press("Enter")
    tab_to(page, page.locator("[name=visibility]:checked"))
    page.keyboard.press("ArrowDown")
    expect(seen_by).to_contain_text("managers only")
    page.keyboard.press("ArrowUp")
    expect(seen_by).to_contain_text("the team")


def test_the_whole_main_job(app: Flask, clock: FakeClock, serve: Serve, cast: Cast) -> None:
    site = serve(app)
    nari, pit, juri = (site.visitor(language="en") for _ in range(3))

    sign_in(nari, cast.nari)
    go(nari, "n")
    nari.keyboard.type(TITLE)
    tab_to(nari, nari.get_by_label("Tell more if you like"))
    nari.keyboard.type("Eleven guilds have written.")
    choose_by_keys(nari)
    go(nari, "Control+Enter")
    expect(nari.get_by_role("heading", name="Got it.")).to_be_visible()
    expect(nari.locator("main")).to_contain_text("Wed 25 Nov, 17:00")

    # The manager: the jump to the content, the desk by its name, the answer by its key, and back again.
    clock.set("Wednesday 2026-11-25 10:00")
    sign_in(pit, cast.pit)
    pit.keyboard.press("Tab")
    assert pit.evaluate("document.activeElement.getAttribute('href')").startswith("#"), (
        "first of all past the navigation"
    )
    jump(pit, "Desk")
    assert pit.url.endswith("/desk")
    pit.keyboard.press("4")
    expect(pit.locator("#answer-declined")).to_be_checked()
    pit.keyboard.type("The publisher decids.")
    go(pit, "Control+Enter")
    expect(pit.get_by_role("status")).to_contain_text("#41 is answered.")
    tab_to(pit, pit.get_by_role("button", name="Undo"))
    go(pit, "Enter")
    expect(pit.get_by_role("status")).to_contain_text("No mail has left.")
    pit.keyboard.press("4")
    pit.keyboard.press("Control+a")
    pit.keyboard.type("The publisher decides.")
    go(pit, "Control+Enter")
    expect(pit.get_by_role("status")).to_contain_text("#41 is answered.")

    # The member reads it and says what is missing; the deputy takes it from there.
    clock.set("Wednesday 2026-11-25 11:00")
    jump(nari, "Mine")
    nari.keyboard.press("j")
    go(nari, "Enter")
    expect(nari.locator(".answer-top")).to_contain_text("The publisher decides.")
    tab_to(nari, nari.get_by_role("link", name="That does not answer it"))
    go(nari, "Enter")
    text = nari.get_by_label("What is missing?")
    tab_to(nari, text)
    nari.keyboard.type("Who asks the publisher?")
    go(nari, "Control+Enter")
    expect(nari.get_by_text("Who asks the publisher?").first).to_be_visible()

    sign_in(juri, cast.juri)
    jump(juri, "Desk")
    go(juri, "o")
    juri.keyboard.press("2")
    juri.keyboard.press("Shift+Tab")
    tab_to_back(juri, juri.get_by_role("button", name="2 weeks"))
    juri.keyboard.press("Enter")
    tab_to(juri, juri.get_by_label("What should Nari know?"))
    juri.keyboard.type("I ask them, and tell you what they say.")
    go(juri, "Control+Enter")
    expect(juri.get_by_role("status")).to_contain_text("#41 is answered.")
    jump(nari, "#41")
    expect(nari.locator(".answer-top")).to_contain_text("I ask them, and tell you what they say.")


#: Brings each control into view as Tab does, and names those that something else lies upon, or that stick out.
COVERED = """() => {
  const found = [];
  const stays = (part) => ["fixed", "sticky"].includes(getComputedStyle(part).position);
  const bars = [...document.querySelectorAll("body *")].filter(stays);
  const seen = { visibilityProperty: true, opacityProperty: true };
  for (const one of document.querySelectorAll("main :is(a, button, input, textarea, select, summary)")) {
    if (!one.checkVisibility(seen) || bars.some((bar) => bar.contains(one))) continue;
    one.focus();
    const box = one.getBoundingClientRect();
    if (document.activeElement !== one || box.width < 2) continue;
    const name = `${one.tagName} ${(one.innerText || one.name || "").trim().slice(0, 30)}`;
    if (box.left < -1 || box.right > innerWidth + 1) found.push(`${name} sticks out`);
    const hit = document.elementFromPoint(box.left + box.width / 2, Math.min(box.bottom - 4, box.top + 20));
    const own = hit && (one.contains(hit) || hit.contains(one) || hit.closest("label")?.contains(one));
    if (!own) found.push(`${name} lies under ${hit?.className}`);
  }
  return found;
}"""
OF_PIT = (
    *("/", "/desk", "/41", "/41?write=ask", "/41/merge", "/one-by-one", "/desk/several?do=promise&n=41", "/board"),
    *("/desk/several?do=answer&n=41", "/desk/views", "/tasks", "/settings/replies"),
)
OF_NARI = ("/new", "/mine", "/42", "/42?write=contest", "/search?q=server", "/answers", "/41/receipt", "/me")
OF_JO = ("/new?kind=friction", "/41/joined")
OF_ANKE = ("/settings", "/settings/answers", "/people", "/people/invite", "/absences")


@pytest.mark.parametrize("width", [320, 640])
def test_on_the_smallest_screen_and_at_twice_the_size_nothing_is_covered(
    app: Flask, serve: Serve, clock: FakeClock, cast: Cast, width: int
) -> None:
    """320 pixels is a narrow phone, 640 a desktop's 1280 at 200 %."""
    with app.app_context():
        cast = reassembled()
        found = raised(cast, title=TITLE, body="Eleven guilds have written.")
        support.vote(found, by=cast.jo, now=at("Wednesday 2026-11-25 09:00"), via=Via.WEB, tell_me=True)
        declines(cast.juri, raised(cast, title="Own server"), at("Tuesday 2026-11-24 23:30"))
        db.session.commit()
        cast = reassembled()
    clock.set("Wednesday 2026-11-25 10:00")
    site = serve(app)
    wrong = []
    for who, paths in ((cast.pit, OF_PIT), (cast.nari, OF_NARI), (cast.jo, OF_JO), (cast.anke, OF_ANKE)):
        page = site.visitor(who, installs=False)
        page.set_viewport_size({"width": width, "height": 568 if width == 320 else 430})
        for path in paths:
            response = page.goto(path if path == "/me" else f"{TEAM}{path}", wait_until="load")
            assert response is not None
            assert response.ok, path
            wrong += [f"{path}: {sentence}" for sentence in page.evaluate(COVERED)]
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wrong.append(f"{path} scrolls sideways")
    assert wrong == []
