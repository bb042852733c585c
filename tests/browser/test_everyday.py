"""What people do day by day over the buttons of the real pages: tasks, words, following, dates, views, trouble."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from tests.acts.cast import Cast, assemble, at, joins, raised, reassembled
from tests.acts.deeds import promises_by
from tests.browser.conftest import Site
from tests.times import FakeClock
from tracker.acts import suggestions as verbs
from tracker.domain.lifecycle import Role
from tracker.store.base import db
from tracker.store.entries import Via

pytestmark = pytest.mark.databases("sqlite")
Serve = Callable[[Flask], Site]
TEAM = "/t/nachtwache"
WEDNESDAY = at("Wednesday 2026-11-25 10:00")
TITLE = "Chat-Filter frisst Umlaute"


@pytest.fixture
def cast(app: Flask, clock: FakeClock) -> Cast:
    """Thursday morning. Nari's #41 is owed by five; Pit has promised Melodie's #42 by Friday 4 December."""
    clock.set("Thursday 2026-11-26 10:00")
    with app.app_context():
        cast = assemble()
        for person in (cast.pit, cast.nari, cast.jo, cast.juri, cast.anke, cast.olga):
            person.locale = "en"
        raised(cast, body="Gr**e.")
        promises_by(date(2026, 12, 4), cast.pit, raised(cast, by=cast.melodie, title="Second opinion"), WEDNESDAY)
        db.session.commit()
        return reassembled()


def fold_out(page: Page, words: str) -> Locator:
    """What is folded under these words, open."""
    details = page.locator("details", has=page.locator("summary", has_text=words)).last
    details.locator("summary").click()
    return details


def test_a_morning_of_a_manager_and_an_author(app: Flask, serve: Serve, cast: Cast) -> None:
    site = serve(app)
    pit, nari, jo = (site.visitor(person, installs=False) for person in (cast.pit, cast.nari, cast.jo))
    a_task_for_somebody(pit, jo)
    words_put_right(nari)
    followed(jo)
    urgency_and_who_answers(pit)
    asked_and_answered(pit, nari)
    a_later_date(pit, nari)
    views_by_name(pit)


def a_task_for_somebody(pit: Page, jo: Page) -> None:
    pit.goto(f"{TEAM}/42")
    tasks = pit.locator("#tasks")
    tasks.get_by_text("Add a task").click()
    tasks.get_by_label("What is to be done?").fill("Collect the rotas")
    tasks.get_by_label("Who does it?").select_option(label="Jo")
    tasks.get_by_label("By when?").fill("2026-12-01")
    tasks.get_by_role("button", name="Add the task").click()
    expect(tasks.locator(".task")).to_contain_text("Jo")
    jo.goto(f"{TEAM}/tasks")
    line = jo.locator(".task", has_text="Collect the rotas")
    expect(line).to_contain_text("Second opinion")
    line.get_by_role("button").click()
    expect(jo.get_by_role("status").first).to_contain_text("For a minute it can be opened again in #42.")
    expect(line).to_have_count(0)
    jo.goto(f"{TEAM}/42")
    for done in ("0 of 1 done", "1 of 1 done"):  # opened again, and done after all
        jo.locator("#tasks .task").get_by_role("button").click()
        expect(jo.locator("#tasks").get_by_role("heading")).to_contain_text(done)
    pit.reload()
    expect(tasks.get_by_role("heading")).to_contain_text("1 of 1 done")


def words_put_right(nari: Page) -> None:
    nari.goto(f"{TEAM}/41")
    nari.locator("#comment-text").fill("Becomes Gr**e.")
    nari.keyboard.press("Control+Enter")
    nari.get_by_role("link", name="Edit").click()
    nari.get_by_label("Text").fill("Grüße becomes Gr**e.")
    nari.get_by_role("button", name="Save").click()
    expect(nari.locator(".timeline")).to_contain_text("Grüße becomes")
    nari.get_by_role("link", name="Former versions").click()
    expect(nari.locator("ins").first).to_contain_text("Grüße")
    expect(nari.locator(".versions li")).to_have_count(2)


def followed(jo: Page) -> None:
    jo.goto(f"{TEAM}/41")
    follow = jo.get_by_role("button", name="Follow")
    follow.click()
    expect(follow).to_have_attribute("aria-pressed", "true")
    follow.click()
    expect(follow).not_to_have_attribute("aria-pressed", "true")


def urgency_and_who_answers(pit: Page) -> None:
    pit.goto(f"{TEAM}/41")
    choosing = fold_out(pit, "Change the urgency")
    choosing.get_by_label("How urgent?").select_option(label="It hurts every day")
    choosing.get_by_label("Why?").fill("Eleven guilds.")
    choosing.get_by_role("button", name="Change it").click()
    expect(pit.locator(".facts")).to_contain_text("hurts every day")
    giving = fold_out(pit, "Give it to …")
    giving.get_by_label("Who answers?").select_option(label="Juri")
    giving.get_by_role("button", name="Give it on").click()
    expect(pit.locator(".facts")).to_contain_text("Juri")


def asked_and_answered(pit: Page, nari: Page) -> None:
    pit.goto(f"{TEAM}/41")
    asking = fold_out(pit, "Ask Nari")
    asking.get_by_label("What do you need to know?").fill("Phone or computer?")
    asking.get_by_role("button", name="Ask", exact=True).click()
    expect(pit.locator(".promise")).to_contain_text("With Nari")
    nari.goto(f"{TEAM}/")
    nari.get_by_role("link", name=TITLE).click()
    expect(nari.locator(".promise")).to_contain_text("Phone or computer?")
    nari.locator("textarea[name=text]").fill("On the phone.")
    nari.keyboard.press("Control+Enter")
    expect(nari.locator(".promise")).to_contain_text("Answer by")
    pit.reload()
    expect(pit.locator(".timeline")).to_contain_text("On the phone.")


def a_later_date(pit: Page, nari: Page) -> None:
    moving = fold_out(pit, "I need longer")
    moving.get_by_role("button", name="1 week").click()
    moving.get_by_role("button", name="Move the date").click()
    expect(pit.locator(".error-summary")).to_be_visible()  # without a reason it stays where it is, the day is kept
    expect(pit.get_by_label("New date")).to_have_value("2026-12-03")
    pit.get_by_label("Why? Nari reads this.").fill("The vendor delivers on Wednesday.")
    pit.get_by_role("button", name="Move the date").click()
    expect(pit.locator(".promise")).to_contain_text("Thu 3 Dec")
    nari.reload()
    expect(nari.locator(".timeline")).to_contain_text("The vendor delivers on Wednesday.")
    expect(nari.locator(".facts")).to_contain_text("once")


def views_by_name(pit: Page) -> None:
    pit.goto(f"{TEAM}/desk?with=all&kind=idea")
    pit.get_by_text("Save this view").click()
    pit.get_by_label("Name", exact=True).fill("Ideas")
    pit.get_by_role("button", name="Save", exact=True).click()
    pit.goto(f"{TEAM}/desk/views")
    pit.get_by_label("Name").fill("What is new")
    pit.get_by_role("button", name="Rename").click()
    pit.goto(f"{TEAM}/desk?with=all")
    pit.get_by_role("link", name="What is new").first.click()
    pit.wait_for_url("**kind=idea**")
    pit.goto(f"{TEAM}/desk/views")
    pit.get_by_role("button", name="Delete: What is new").click()
    expect(pit.get_by_text("No view yet.")).to_be_visible()


def test_the_receipt_gives_the_date_away_and_trouble_stays_with_few(app: Flask, serve: Serve, cast: Cast) -> None:
    site = serve(app)
    nari, pit, anke = (site.visitor(person, installs=False) for person in (cast.nari, cast.pit, cast.anke))
    nari.context.grant_permissions(["clipboard-read", "clipboard-write"])
    nari.goto(f"{TEAM}/41/receipt")
    with nari.expect_download() as download:
        nari.get_by_role("link", name="Add to calendar").click()
    assert download.value.suggested_filename.endswith(".ics")
    assert "DTSTART" in download.value.path().read_text("utf-8")
    nari.get_by_role("button", name="Copy link").click()
    expect(nari.get_by_role("button", name="Copied")).to_be_visible()
    assert nari.evaluate("navigator.clipboard.readText()").endswith(f"{TEAM}/41")

    nari.goto(f"{TEAM}/new")
    nari.get_by_label("What's up?").fill("Pit shouts at me")
    nari.get_by_text("trouble between people").click()
    nari.get_by_label("Who is it about?").select_option(label="Pit")
    summary = nari.get_by_role("complementary")
    expect(summary).to_contain_text("Only Anke (team lead) can see this.")
    expect(summary).to_contain_text("Pit does not see it: not in lists, search, numbers, mails or logs.")
    summary.get_by_role("button", name="In confidence to Anke").click()
    expect(nari.get_by_role("heading", name="Got it.")).to_be_visible()
    number = nari.url.split("/")[-2]
    for path in ("/", "/desk?with=all", "/suggestions", "/board", "/search?q=shouts", f"/{number}"):
        pit.goto(f"{TEAM}{path}")
        expect(pit.locator("main h1").first).to_be_visible()
        expect(pit.locator("main")).not_to_contain_text("shouts at me")
    anke.goto(f"{TEAM}/desk?with=all")
    expect(anke.get_by_role("link", name="Pit shouts at me")).to_be_visible()


def test_home_has_first_steps_for_each_and_what_is_late_in_the_other_team(
    app: Flask, clock: FakeClock, serve: Serve, cast: Cast
) -> None:
    with app.app_context():
        again = reassembled()
        joins(again.other_team, again.pit, Role.MANAGER)
        verbs.raise_(
            again.other_team, by=again.olga, now=at("Monday 2026-11-23 10:00"), via=Via.WEB, title="Early bird"
        )
        db.session.commit()
        cast = reassembled()
    site = serve(app)
    pit, anke = (site.visitor(person, installs=False) for person in (cast.pit, cast.anke))
    pit.goto(f"{TEAM}/")
    steps = pit.locator(".first-steps")
    expect(steps.get_by_role("listitem").filter(has_text="Somebody stands in for you")).to_be_visible()
    steps.get_by_role("link", name="Choose").click()
    expect(pit).to_have_url(re.compile("/me"))
    pit.goto(f"{TEAM}/")
    row = pit.locator("#you .row", has_text="Early bird")
    expect(row).to_contain_text("Tagwache")
    row.get_by_role("link").click()
    pit.wait_for_url("**/t/tagwache/**")
    expect(pit.locator("main h1")).to_have_text("Early bird")
    pit.goto(f"{TEAM}/")
    steps.get_by_role("button", name="Put this list away").click()
    expect(steps).to_have_count(0)

    anke.goto(f"{TEAM}/")
    steps = anke.locator(".first-steps")
    expect(steps.get_by_role("listitem")).to_have_count(6)
    steps.get_by_role("listitem").filter(has_text="A trusted person").get_by_role("link").click()
    anke.wait_for_url("**/settings/people")
