"""The main job in a real browser, in both languages: a member raises, a manager answers; and when nobody does, the
broken promise climbs its ladder in the mailbox, until somebody answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.acts.cast import at, raised
from tests.browser import nightwatch
from tests.browser.conftest import Site
from tests.browser.nightwatch import Say, Story
from tests.times import FakeClock
from tracker.acts import people
from tracker.store.base import db
from tracker.store.people import Person
from tracker.worker.passes import one_pass

Serve = Callable[[Flask], Site]
TEAM = "/t/nachtwache"
PASSWORD = "vier worte in reihe"


@pytest.fixture(params=["de", "en"])
def story(request: pytest.FixtureRequest, app: Flask, clock: FakeClock) -> Story:
    """The team before anything was raised; the next number is 41. It is Tuesday night."""
    clock.set("Tuesday 2026-11-24 23:10")
    begun = nightwatch.begin(app, request.param)
    with app.app_context():
        team = db.session.merge(begun.cast.team)
        team.next_number = 41
        for name in ("nari", "pit"):
            person = db.session.merge(getattr(begun.cast, name))
            people.set_password(person, PASSWORD, now=clock.now())
            setattr(begun.cast, name, person)
        db.session.commit()
    return begun


def sign_in(page: Page, s: Say, person: Person) -> None:
    page.goto("/sign-in")
    page.get_by_label(s("Deine Mailadresse", "Your mail address")).fill(person.email)
    page.get_by_label(s("Passwort", "Password"), exact=True).fill(PASSWORD)
    page.get_by_role("button", name=s("Anmelden", "Sign in"), exact=True).click()
    page.wait_for_url(f"**{TEAM}/")


def title(s: Say) -> str:
    return s("Chat-Filter frisst Umlaute", "Chat filter eats umlauts")


def raise_it(page: Page, s: Say) -> None:
    """Over the form, with the date watched before it is sent."""
    page.goto(f"{TEAM}/new")
    page.get_by_label(s("Was liegt an?", "What's up?")).fill(title(s))
    page.get_by_label(s("Erzähl mehr, wenn du magst", "Tell more if you like")).fill(s("Elf Gilden.", "Eleven guilds."))
    summary = page.get_by_role("complementary")
    expect(summary.get_by_text(s("Do 26.11., 17 Uhr", "Thu 26 Nov, 17:00"))).to_be_visible()
    page.get_by_text(s("Kann warten", "Can wait"), exact=True).click()
    expect(summary.get_by_text(s("Di 1.12., 17 Uhr", "Tue 1 Dec, 17:00"))).to_be_visible()
    page.get_by_text("Normal", exact=True).click()
    page.get_by_role("button", name=s("Einreichen", "Send")).click()
    page.wait_for_url(f"**{TEAM}/41/receipt")


def press(page: Page, key: str, outcome: str) -> None:
    """Choose how the answer begins by its key, once the page listens to keys."""
    page.wait_for_load_state("networkidle")
    page.keyboard.press(key)
    expect(page.locator(f"#answer-{outcome}")).to_be_checked()


def test_a_member_raises_and_a_manager_answers(app: Flask, clock: FakeClock, serve: Serve, story: Story) -> None:
    s, cast = story.s, story.cast
    site = serve(app)
    nari, pit = site.visitor(language=cast.nari.locale), site.visitor(language=cast.nari.locale)
    sign_in(nari, s, cast.nari)
    raise_it(nari, s)
    expect(nari.get_by_role("heading", name=s("Angekommen.", "Got it."))).to_be_visible()
    expect(nari.get_by_text(s("auch Juri, und wir sagen es dir", "Juri too, and we tell you"))).to_be_visible()

    clock.set("Wednesday 2026-11-25 10:00")
    sign_in(pit, s, cast.pit)
    pit.get_by_role("link", name=s("Offen", "Desk")).first.click()
    pit.wait_for_url(f"**{TEAM}/desk")
    press(pit, "2", "will_do")
    pit.get_by_role("button", name=s("2 Wochen", "2 weeks")).click()
    pit.locator("#answer-text").fill(s("Die Liste wird getauscht.", "The list will be replaced."))
    pit.keyboard.press("Control+Enter")
    expect(pit.get_by_role("status")).to_contain_text(s("#41 ist beantwortet.", "#41 is answered."))
    pit.get_by_role("button", name=s("Zurücknehmen", "Undo")).click()
    expect(pit.get_by_role("status")).to_contain_text(s("Keine Mail ist hinausgegangen.", "No mail has left."))
    press(pit, "1", "done")
    pit.locator("#answer-text").fill(s("Die Liste ist getauscht.", "The list is replaced."))
    pit.keyboard.press("Control+Enter")
    expect(pit.get_by_role("status")).to_contain_text(s("#41 ist beantwortet.", "#41 is answered."))

    clock.move(minutes=2)
    one_pass(app, as_of=clock.now())
    nari.goto(f"{TEAM}/41")
    expect(nari.locator(".answer-top")).to_contain_text(s("Die Liste ist getauscht.", "The list is replaced."))
    nari.get_by_role("button", name=s("Danke", "Thanks")).click()
    expect(nari.get_by_role("button", name=s("Danke 1", "Thanks 1"))).to_have_attribute("aria-pressed", "true")
    anke = site.visitor(cast.anke)
    anke.goto("/mailbox")
    expect(anke.get_by_role("row", name=f"{s('Erledigt', 'Done')}: {title(s)}")).to_contain_text(cast.nari.email)


def test_a_broken_promise_climbs_its_ladder_in_the_mailbox(
    app: Flask, clock: FakeClock, serve: Serve, story: Story
) -> None:
    s, cast = story.s, story.cast
    site = serve(app)
    nari, anke = site.visitor(cast.nari), site.visitor(cast.anke)
    raise_it(nari, s)
    climb = [
        ("Thursday 2026-11-26 13:00", [(s("Heute bis 17 Uhr: ", "Today by 17:00: "), cast.pit)]),
        ("Thursday 2026-11-26 17:00", [(s("Jetzt fällig: ", "Due now: "), cast.pit)]),
        (
            "Friday 2026-11-27 13:00",
            [
                (s("Seit gestern überfällig: ", "Late since yesterday: "), cast.pit),
                (s("Kannst du einspringen? ", "Can you step in? "), cast.juri),
                (s("Wir schulden dir eine Antwort: ", "We owe you an answer: "), cast.nari),
            ],
        ),
        ("Monday 2026-11-30 17:00", [(s("Braucht dich: Nari wartet", "Needs you: Nari has been waiting"), cast.anke)]),
    ]
    for moment, mails in climb:
        clock.set(moment)
        one_pass(app, as_of=at(moment))
        anke.goto("/mailbox")
        for subject, person in mails:
            row = anke.get_by_role("row").filter(has_text=subject).filter(has_text=person.email)
            expect(row).to_have_count(1)
    nari.goto(f"{TEAM}/41")
    box = nari.locator(".late-box")
    expect(box).to_contain_text(
        s("Wir sind zu spät. Zugesagt war Do 26.11., 17 Uhr.", "We are late. Promised was Thu 26 Nov, 17:00.")
    )
    expect(box).to_contain_text(s("hat niemanden erreicht", "has reached nobody"))  # it is this site's own mailbox
    nari.get_by_role("button", name=s("Ist mir noch wichtig", "Still matters to me")).click()
    expect(nari.get_by_role("button", name=s("Ist mir noch wichtig 1", "Still matters to me 1"))).to_be_visible()

    anke.goto(f"{TEAM}/desk?with=all")
    anke.wait_for_load_state("networkidle")  # until its module is there a row is a link like any other
    anke.get_by_role("link", name=title(s)).click()
    expect(anke.locator("#pane [data-shown='41']")).to_be_visible()
    anke.locator("#answer-declined").check()
    anke.locator("#answer-text").fill(s("Das entscheidet der Verlag.", "The publisher decides that."))
    anke.locator("#answer button.main").click()
    expect(anke.get_by_role("status")).to_contain_text(s("#41 ist beantwortet.", "#41 is answered."))
    clock.move(timedelta(minutes=2))
    one_pass(app, as_of=clock.now())
    anke.goto("/mailbox")
    expect(anke.get_by_role("row").filter(has_text=s("Nein, mit Grund: ", "No, and why: "))).to_contain_text(
        cast.nari.email
    )
    nari.goto(f"{TEAM}/41")
    expect(nari.locator(".answer-top")).to_contain_text(s("4 Tage nach dem Termin", "4 days after the date"))


def test_take_it_is_one_key(app: Flask, clock: FakeClock, serve: Serve, story: Story) -> None:
    s, cast = story.s, story.cast
    with app.app_context():
        raised(cast, title=title(s))
    clock.set("Wednesday 2026-11-25 10:00")
    juri = serve(app).visitor(cast.juri)
    juri.goto(f"{TEAM}/41")
    expect(juri.get_by_role("button", name=s("Ich übernehme", "I'll take it"))).to_contain_text("m")
    juri.wait_for_load_state("networkidle")
    juri.keyboard.press("m")
    expect(juri.get_by_role("button", name=s("Ich übernehme", "I'll take it"))).to_have_count(0)
    expect(juri.get_by_role("list").filter(has_text=s("Juri übernimmt", "Juri takes it")).first).to_be_visible()


def test_what_was_typed_before_signing_out_is_there_afterwards(
    app: Flask, clock: FakeClock, serve: Serve, story: Story
) -> None:
    s, cast = story.s, story.cast
    site = serve(app)
    nari = site.visitor(cast.nari)
    nari.goto(f"{TEAM}/new")
    nari.get_by_label(s("Was liegt an?", "What's up?")).fill(title(s))
    nari.context.clear_cookies()
    nari.get_by_role("button", name=s("Einreichen", "Send")).click()
    expect(nari.get_by_text(title(s))).to_be_visible()  # beside the sign-in form
    nari.get_by_label(s("Deine Mailadresse", "Your mail address")).fill(cast.nari.email)
    nari.get_by_label(s("Passwort", "Password"), exact=True).fill(PASSWORD)
    nari.get_by_role("button", name=s("Anmelden", "Sign in"), exact=True).click()
    nari.get_by_role("button", name=s("Jetzt senden", "Send it now")).click()
    nari.wait_for_url(f"**{TEAM}/41/receipt")
    expect(nari.get_by_text(title(s)).first).to_be_visible()


def test_without_scripts_everything_can_be_done(app: Flask, clock: FakeClock, serve: Serve, story: Story) -> None:
    s, cast = story.s, story.cast
    site = serve(app)
    nari, pit = site.visitor(cast.nari, scripts=False), site.visitor(cast.pit, scripts=False)
    nari.goto(f"{TEAM}/new")
    nari.get_by_label(s("Was liegt an?", "What's up?")).fill(title(s))
    nari.locator("button.main:visible").click()
    expect(nari.get_by_role("heading", name=s("Angekommen.", "Got it."))).to_be_visible()
    pit.goto(f"{TEAM}/desk")
    pit.get_by_role("link", name=title(s)).first.click()
    pit.locator("#answer-will_do").check()
    pit.locator("#answer-on").fill("2026-12-04")
    pit.locator("#answer-text").fill(s("Die Liste wird getauscht.", "The list will be replaced."))
    pit.locator("#answer button.main").click()
    expect(pit.get_by_role("status")).to_contain_text(s("#41 ist beantwortet.", "#41 is answered."))
