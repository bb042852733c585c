"""Pit answers on his phone, from the mail, without ever signing in; and what the page behind each link looks like."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from config import SmtpServer
from tests.browser import nightwatch
from tests.browser.conftest import Site
from tests.browser.nightwatch import Story
from tests.browser.test_pages import DESKTOP, PHONE, PICTURES, axe_finds
from tests.mail_server import MailServer
from tests.times import FakeClock
from tracker.notices import mail_links
from tracker.notices.tokens import Purpose
from tracker.store.base import db
from tracker.store.entries import EntryKind, Via, of_kinds
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion

Serve = Callable[[Flask], Site]


@pytest.fixture(params=["de", "en"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def app(make_app: Callable[..., Flask], smtp: SmtpServer) -> Flask:
    return make_app(smtp=smtp)


def title(story: Story) -> str:
    return story.s("Chat-Filter frisst Umlaute", "Chat filter eats umlauts")


def link(app: Flask, clock: FakeClock, person: Person, found: str, purpose: Purpose) -> str:
    with app.app_context():
        s = db.session.query(Suggestion).filter_by(title=found).one()
        reader = db.session.get_one(Person, person.id)
        return urlsplit(mail_links.url(purpose, reader, s, made_at=clock.now())).path


def answer_link(mail_server: MailServer, person: Person, found: str) -> str:
    """Path and place of "Answer →" in the last mail to this person that names the suggestion in its subject."""
    mails = [one.message for one in mail_server.received if person.email in str(one.message["To"])]
    mail = [one for one in mails if found in str(one["Subject"])][-1]
    body = mail.get_body(("plain",))
    assert body is not None
    [url] = set(re.findall(r"http\S+/m/answer/\S+", str(body.get_content())))
    parts = urlsplit(url)
    return f"{parts.path}#{parts.fragment}"


def on_a_phone(site: Site, lang: str, *, scripts: bool = True) -> Page:
    page = site.visitor(language=lang, scripts=scripts)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a width and a height
    page.emulate_media(reduced_motion="reduce")
    return page


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_manager_answers_from_the_mail_on_a_phone(
    app: Flask, clock: FakeClock, serve: Serve, mail_server: MailServer, lang: str, scripts: bool
) -> None:
    story = nightwatch.play(app, clock, lang)
    s, site = story.s, serve(app)
    path = answer_link(mail_server, story.cast.pit, title(story))
    page = on_a_phone(site, lang, scripts=scripts)
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_have_text(title(story))
    expect(page.locator("form.answer-form")).to_be_in_viewport()
    page.get_by_text(s("Machen wir bis …", "Will do by …")).click()
    if scripts:
        page.get_by_role("button", name=s("2 Wochen", "2 weeks")).click()
    else:
        page.locator("#answer-on").fill("2026-12-14")
    page.locator("#answer-text").fill(s("Die Liste wird getauscht.", "The list will be replaced."))
    page.get_by_role("button", name=s("Antworten", "Answer"), exact=True).click()
    expect(page.get_by_role("status")).to_contain_text(s("ist beantwortet.", "is answered."))
    page.get_by_role("button", name=s("Zurücknehmen", "Undo")).click()
    expect(page.get_by_text(s("Keine Mail ist hinausgegangen.", "No mail has left."))).to_be_visible()
    page.get_by_text(s("Erledigt …", "Done …")).click()
    page.locator("#answer-text").fill(s("Die Liste ist getauscht.", "The list is replaced."))
    page.get_by_role("button", name=s("Antworten", "Answer"), exact=True).click()
    expect(page.get_by_role("status")).to_contain_text(s("ist beantwortet.", "is answered."))
    assert page.context.cookies() == []
    with app.app_context():
        found = db.session.query(Suggestion).filter_by(title=title(story)).one()
        last = of_kinds(found.id, EntryKind.ANSWER)[-1]
        assert (last.actor_id, last.via) == (story.cast.pit.id, Via.MAIL)


def pages_of(app: Flask, clock: FakeClock, story: Story) -> dict[str, str]:
    """Name → where."""
    s, cast = story.s, story.cast
    asked = s("Echo im Sprachkanal", "Echo in the voice channel")
    done = s("Verwarnungen im Log finden", "Finding warnings in the log")
    used = link(app, clock, cast.juri, title(story), Purpose.NOTE)
    return {
        "answer": link(app, clock, cast.pit, title(story), Purpose.ANSWER),
        "take": link(app, clock, cast.juri, title(story), Purpose.TAKE),
        "give": link(app, clock, cast.anke, title(story), Purpose.ASSIGN),
        "move": link(app, clock, cast.pit, title(story), Purpose.MOVE),
        "view": link(app, clock, cast.nari, title(story), Purpose.VIEW),
        "nudge": link(app, clock, cast.melodie, title(story), Purpose.NUDGE),
        "reply": link(app, clock, cast.nari, asked, Purpose.COMMENT),
        "thanks": link(app, clock, cast.nari, done, Purpose.THANKS),
        "contest": link(app, clock, cast.nari, done, Purpose.CONTEST),
        "nothing-left": link(app, clock, cast.pit, done, Purpose.ANSWER),
        "note": used,
    }


def test_the_pages_behind_links_in_both_themes_and_widths(
    app: Flask, clock: FakeClock, serve: Serve, lang: str
) -> None:
    story = nightwatch.play(app, clock, lang)
    page = on_a_phone(serve(app), lang)
    PICTURES.mkdir(parents=True, exist_ok=True)
    found: list[str] = []
    shown = pages_of(app, clock, story)
    for name, path in shown.items():
        page.goto(path)
        found += _looked_at(page, name, lang)
    page.locator("#note-text").fill(story.s("Das ist die neue Wortliste.", "It is the new word list."))
    page.get_by_role("button", name=story.s("Notieren", "Note it down")).click()
    page.wait_for_url(f"**{shown['note']}")
    found += _looked_at(page, "used", lang)
    assert page.context.cookies() == []
    page.goto(f"{shown['note']}x")
    found += _looked_at(page, "ended", lang)
    assert found == []


def _looked_at(page: Page, name: str, lang: str) -> list[str]:
    found = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
        found += [f"{name} {theme}: {sentence}" for sentence in axe_finds(page)]
        page.screenshot(path=PICTURES / f"link-{name}-{lang}-{theme}-1280.png", full_page=True)
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        assert page.evaluate("document.documentElement.scrollWidth") == 390, f"{name} scrolls sideways"
        page.screenshot(path=PICTURES / f"link-{name}-{lang}-{theme}-390.png", full_page=True)
    return found
