"""What comes in between while somebody types: no network, a session that ends, somebody quicker, a tab that is closed,
a file that falls early. Each says so, and what was typed is there."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from playwright.sync_api import FilePayload, Page, Route, expect

from tests.acts.cast import Cast, assemble, at, raised, reassembled
from tests.acts.deeds import declines, promises_by, says
from tests.browser.conftest import Site, until
from tests.browser.test_raising import HAND_OVER
from tests.pictures import LOG
from tests.times import FakeClock
from tracker.acts import suggestions as verbs
from tracker.acts import tasks
from tracker.domain.lifecycle import Kind
from tracker.store import suggestions
from tracker.store.base import db
from tracker.store.entries import Entry, EntryKind, Via, of_kinds
from tracker.web.marks import mark

pytestmark = pytest.mark.databases("sqlite")
Serve = Callable[[Flask], Site]
TEAM = "/t/nachtwache"
A_LOG: FilePayload = {"name": "chat.log", "mimeType": "text/plain", "buffer": LOG}
WORDS = "The publisher decides that, and I ask them."


@pytest.fixture
def cast(app: Flask, clock: FakeClock) -> Cast:
    """Thursday morning; #41 to #43 are open."""
    clock.set("Thursday 2026-11-26 10:00")
    with app.app_context():
        cast = assemble()
        cast.pit.locale = cast.nari.locale = "en"
        for title in ("Chat filter", "Own server", "Rota"):
            raised(cast, title=title)
        db.session.commit()
        return reassembled()


def on_the_board(page: Page, number: int) -> Page:
    """The dialog that asks for the reason of a no, filled in."""
    page.goto(f"{TEAM}/board")
    page.locator(f"[data-card='{number}'] .move-to").click()
    page.get_by_role("dialog").get_by_role("link", name="No", exact=True).click()
    return page


def test_without_a_network_every_form_keeps_its_words_and_is_sent_later(app: Flask, serve: Serve, cast: Cast) -> None:
    pit = with_a_worker(serve(app).visitor(cast.pit), f"{TEAM}/41")
    pit.locator("summary", has_text="Comment").click()
    pit.locator("#comment-text").fill("I look at it.")
    lost_and_back(pit, lambda: pit.get_by_role("button", name="Comment", exact=True).click(), "I look at it.")
    expect(pit.locator("#comment-text")).to_have_value("I look at it.")
    pit.get_by_role("button", name="Comment", exact=True).click()
    expect(pit.locator(".timeline")).to_contain_text("I look at it.")

    pit.locator(".timeline").get_by_role("link", name="Edit").click()
    pit.locator("#text").fill(WORDS)
    lost_and_back(pit, lambda: pit.get_by_role("button", name="Save").click(), WORDS)
    expect(pit.locator("#text")).to_have_value(WORDS)
    pit.get_by_role("button", name="Save").click()
    expect(pit.locator(".timeline")).to_contain_text(WORDS)
    assert not kept(pit, "edit:"), "it has arrived"

    pit.locator("summary", has_text="Change the urgency").click()
    pit.locator("#urgency-urgency").select_option("high")
    pit.locator("#urgency-text").fill(WORDS)
    lost_and_back(pit, lambda: pit.get_by_role("button", name="Change it").click(), WORDS)
    expect(pit.locator("#urgency-urgency")).to_have_value("high")
    expect(pit.locator("#urgency-text")).to_have_value(WORDS)
    pit.get_by_role("button", name="Change it").click()
    expect(pit.locator(".timeline")).to_contain_text(WORDS)
    assert not kept(pit, "urgency:"), "it has arrived"

    pit.locator("#answer-declined").check()
    pit.locator("#answer-text").fill(WORDS)
    lost_and_back(pit, lambda: pit.locator("#answer-text").press("Control+Enter"), WORDS)
    expect(pit.locator("#answer-declined")).to_be_checked()
    expect(pit.locator("#answer-text")).to_have_value(WORDS)
    pit.locator("#answer-text").press("Control+Enter")
    expect(pit.get_by_role("status").first).to_contain_text("#41 is answered.")

    pit.goto(f"{TEAM}/desk/several?do=answer&n=42&n=43")
    pit.locator("label.outcome", has_text="No, because").click()
    pit.locator("main textarea[name=text]").fill(WORDS)
    lost_and_back(pit, lambda: pit.keyboard.press("Control+Enter"), WORDS)
    expect(pit.locator(".picks .pick")).to_have_count(2)
    expect(pit.locator("main textarea[name=text]")).to_have_value(WORDS)

    dialog = on_the_board(pit, 42).get_by_role("dialog")
    dialog.locator("textarea").fill(WORDS)
    pit.context.set_offline(True)
    dialog.get_by_role("button", name="Answer").click()
    expect(dialog.locator("[data-failure]")).to_be_visible()
    expect(dialog.locator("textarea")).to_have_value(WORDS)
    pit.context.set_offline(False)
    dialog.get_by_role("button", name="Answer").click()
    expect(pit.locator("[data-column='declined'] [data-card='42']")).to_be_attached()


def kept(page: Page, beginning: str) -> list[str]:
    """What this browser keeps of the forms whose names begin so."""
    names: list[str] = page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
    return [name for name in names if name.startswith(f"kept:{beginning}")]


def test_the_reason_for_another_day_of_a_task_is_kept_without_a_network(app: Flask, serve: Serve, cast: Cast) -> None:
    thursday = at("Thursday 2026-11-26 10:00")
    with app.app_context():
        people = reassembled()
        filter_ = suggestions.by_number(cast.team.id, 41)
        assert filter_ is not None
        promises_by(date(2026, 12, 4), people.pit, filter_, thursday)
        how = {"by": people.pit, "who": people.pit, "now": thursday, "via": Via.WEB}
        task = mark(tasks.add(filter_, title="Change the list", on=date(2026, 12, 1), **how).id)  # type: ignore[arg-type]
        db.session.commit()
    pit = with_a_worker(serve(app).visitor(cast.pit), f"{TEAM}/41/tasks?task={task}")
    pit.locator("#task-on").fill("2026-12-03")
    pit.locator("#task-reason").fill(WORDS)
    lost_and_back(pit, lambda: pit.get_by_role("button", name="Move the date").click(), WORDS)
    expect(pit.locator("#task-on")).to_have_value("2026-12-03")
    expect(pit.locator("#task-reason")).to_have_value(WORDS)
    pit.get_by_role("button", name="Move the date").click()
    expect(pit.locator(".tasks")).to_contain_text("Thu 3 Dec")
    assert not kept(pit, "task-move:"), "it has arrived"


def test_words_that_were_changed_are_put_back_only_over_those_they_were_made_of(
    app: Flask, serve: Serve, cast: Cast
) -> None:
    """What was refused is still made of what stood there first; what was changed elsewhere meanwhile is newer."""
    thursday = at("Thursday 2026-11-26 10:00")
    with app.app_context():
        filter_ = suggestions.by_number(cast.team.id, 41)
        assert filter_ is not None
        said = says(reassembled().pit, filter_, thursday, "I look at it.").id
        db.session.commit()
        where = f"{TEAM}/41/edit/{mark(said)}"
    pit = with_a_worker(serve(app).visitor(cast.pit), where)
    pit.locator("#text").fill(" ")
    pit.get_by_role("button", name="Save").click()
    expect(pit.get_by_role("alert")).to_be_visible()
    pit.locator("#text").fill(WORDS)
    lost_and_back(pit, lambda: pit.get_by_role("button", name="Save").click(), WORDS)
    expect(pit.locator("#text")).to_have_value(WORDS)

    pit.locator("#text").fill("Half a")
    with app.app_context():
        filter_, entry = suggestions.by_number(cast.team.id, 41), db.session.get_one(Entry, said)
        assert filter_ is not None
        verbs.edit(filter_, entry, by=reassembled().pit, now=thursday, via=Via.WEB, text="From the other device.")
        db.session.commit()
    pit.goto(where)
    expect(pit.locator("#text")).to_have_value("From the other device.")


def test_changed_words_about_trouble_between_people_are_kept_in_the_tab_alone(
    app: Flask, serve: Serve, cast: Cast
) -> None:
    thursday = at("Thursday 2026-11-26 10:00")
    with app.app_context():
        trouble = raised(reassembled(), title="Who is on call", kind=Kind.FRICTION, now=thursday)
        where = f"{TEAM}/{trouble.number}/edit/{mark(of_kinds(trouble.id, EntryKind.RAISED)[0].id)}"
        db.session.commit()
    nari = serve(app).visitor(cast.nari, installs=False)
    nari.goto(where)
    nari.locator("#text").press_sequentially("Between us.")
    nari.reload()
    expect(nari.locator("#text")).to_have_value("Between us.")
    assert kept(nari, "edit:")
    assert nari.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('kept:'))") == []


def test_without_a_network_only_what_is_kept_is_promised(app: Flask, serve: Serve, cast: Cast) -> None:
    """Of a form for one word nothing is kept, and the page says so."""
    nari = with_a_worker(serve(app).visitor(cast.nari), "/me")
    nari.locator("#name").fill("Nari the First")
    nari.context.set_offline(True)
    nari.get_by_role("button", name="Save").first.click()
    expect(nari.get_by_role("heading", level=1)).to_have_text("No connection right now")
    expect(nari.get_by_text("Nothing that you typed is kept on this device.")).to_be_visible()
    expect(nari.get_by_text("What stands below is kept")).to_be_hidden()
    nari.context.set_offline(False)
    nari.goto(f"{TEAM}/41")
    nari.locator("#comment-text").fill(WORDS)
    nari.context.set_offline(True)
    nari.goto(f"{TEAM}/mine")
    expect(nari.locator("[data-kept-list]")).to_contain_text(WORDS)
    expect(nari.get_by_text("What stands below is kept")).to_be_visible()
    expect(nari.get_by_text("Nothing that you typed is kept")).to_be_hidden()


def with_a_worker(page: Page, path: str) -> Page:
    """On this page, whose worker stands in without a network."""
    page.goto(path)
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    until(page, "navigator.serviceWorker.controller")
    return page


def lost_and_back(page: Page, send: Callable[[], None], words: str) -> None:
    """Sent without a network: the page that says so shows the words, and leads back once there is one again."""
    page.context.set_offline(True)
    send()
    expect(page.get_by_role("heading", level=1)).to_have_text("No connection right now")
    expect(page.locator("[data-kept-list]")).to_contain_text(words)
    page.context.set_offline(False)
    page.get_by_role("link", name="Try again").click()
    expect(page.locator("main h1")).not_to_have_text("No connection right now")


def test_a_session_that_ends_and_somebody_quicker_take_no_words_away(
    app: Flask, clock: FakeClock, serve: Serve, cast: Cast
) -> None:
    site = serve(app)
    nari, pit = site.visitor(cast.nari, installs=False), site.visitor(cast.pit, installs=False)
    nari.goto(f"{TEAM}/new")
    nari.locator("#title").fill("Half a")
    session = nari.context.cookies()
    nari.context.clear_cookies()
    with nari.expect_response("**/new/draft"):  # refused: this browser keeps it
        nari.locator("#title").press_sequentially(" sentence")
    nari.locator("#raise-files").set_input_files(A_LOG)
    expect(nari.get_by_role("alert")).to_contain_text("You are signed out meanwhile. Your text is kept")
    expect(nari.locator("#title")).to_have_value("Half a sentence")
    nari.context.add_cookies(session)  # type: ignore[arg-type]  # as they were given
    nari.reload()
    expect(nari.locator("#title")).to_have_value("Half a sentence")

    dialog = on_the_board(pit, 41).get_by_role("dialog")
    dialog.locator("textarea").fill(WORDS)
    session = pit.context.cookies()
    pit.context.clear_cookies()
    dialog.get_by_role("button", name="Answer").click()
    pit.wait_for_url("**/sign-in**")
    pit.context.add_cookies(session)  # type: ignore[arg-type]
    dialog = on_the_board(pit, 41).get_by_role("dialog")
    expect(dialog.locator("textarea")).to_have_value(WORDS)
    with app.app_context():
        quicker = suggestions.by_number(cast.team.id, 41)
        assert quicker is not None
        declines(reassembled().juri, quicker, at("Thursday 2026-11-26 10:00"))
        db.session.commit()
    dialog.get_by_role("button", name="Answer").click()
    expect(dialog).to_contain_text("Somebody else was quicker. They wrote:")
    expect(dialog).to_contain_text("Darum.")
    expect(dialog).to_contain_text(WORDS)


def test_the_last_words_before_a_tab_closes_and_a_file_that_falls_early_are_there(
    app: Flask, serve: Serve, cast: Cast
) -> None:
    nari = serve(app).visitor(cast.nari, installs=False)
    nari.goto(f"{TEAM}/41")
    nari.locator("#comment-text").press_sequentially("The very last word")
    nari.goto("about:blank")  # at once: what is saved after a pause would not be
    nari.goto(f"{TEAM}/41")
    expect(nari.locator("#comment-text")).to_have_value("The very last word")

    opens = HAND_OVER.replace(".dispatchEvent(event);", ".dispatchEvent(event); return !event.defaultPrevented;")
    nari.route("**/attach.js", lambda route: route.abort())
    nari.goto(f"{TEAM}/new")
    assert nari.evaluate(opens, ["drop", "lost.log", "text/plain", "aGk=", 0]) is False
    expect(nari.get_by_role("alert")).to_contain_text("“lost.log” did not get through. Your text is kept")

    def slowly(route: Route) -> None:
        time.sleep(0.5)
        route.continue_()

    nari.unroute("**/attach.js")
    nari.route("**/attach.js", slowly)
    nari.goto(f"{TEAM}/new")
    assert nari.evaluate(opens, ["drop", "early.log", "text/plain", "aGk=", 0]) is False
    expect(nari.locator(".attached")).to_contain_text("early.log")


def test_an_answer_to_trouble_between_people_is_kept_in_the_tab_alone(app: Flask, serve: Serve, cast: Cast) -> None:
    with app.app_context():
        number = raised(cast, kind=Kind.FRICTION, title="Ton im Chat").number
        db.session.commit()
    pit = serve(app).visitor(cast.pit, installs=False)
    kept = "store => Object.keys(window[store]).filter(key => key.startsWith('kept:')).length"
    for path, in_tab in ((f"{TEAM}/{number}", True), (f"{TEAM}/41", False)):
        pit.goto(path)
        pit.locator("#answer-text").press_sequentially("Half an ans")
        expect(pit.locator("[data-draft-sign]")).to_contain_text("Draft saved")
        assert (pit.evaluate(kept, "sessionStorage"), pit.evaluate(kept, "localStorage")) == (
            int(in_tab),
            int(not in_tab),
        )
        pit.evaluate("[sessionStorage, localStorage].forEach(store => store.clear())")
