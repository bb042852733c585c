"""Chats at a browser of whoever runs the site: added, tried, shown without their key, switched off and removed."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable

import pytest
from flask import Flask

from tests.acts.cast import Cast, assemble
from tests.outlets import HOOK, tick
from tests.receivers import Receiver
from tests.times import FakeClock
from tests.web.visitors import Visitor, fields_of, problems, said
from tracker.acts import alerts as alert_verbs
from tracker.store.base import db

PAGE = "/admin/chats"
Visit = Callable[[str], Visitor]


@pytest.fixture
def app(outside: Flask) -> Flask:
    return outside


@pytest.fixture
def cast(app: Flask) -> Cast:
    with app.app_context():
        return assemble()


def press(visitor: Visitor, act: str) -> str:
    answer = visitor.post(f"{PAGE}/1/{act}")
    assert answer.status_code == 302, answer.text
    return said(visitor.get(answer.headers["Location"]))


def test_a_chat_is_added_tried_and_removed_and_its_key_is_never_shown(
    app: Flask, visit: Visit, there: Receiver, clock: FakeClock
) -> None:
    there.usual = "200 OK"
    ada = visit("ada")
    assert "Was nur das Community Management sieht und was um eine Person geht, geht nie hinaus" in said(ada.get(PAGE))
    typed = {"team": "nachtwache", "url": f"mmost://127.0.0.1:{there.port}/{HOOK}", "request_key": "k"}
    for _ in range(2):  # pressed twice
        assert ada.post(PAGE, typed).status_code == 303
    assert "Ein Test ist unterwegs." in press(ada, "test")
    tick(app, clock)
    assert len(there.requests) == 1
    page = ada.get(PAGE)
    assert "Mattermost, 127.0.0.1 Nachtwache Er läuft." in said(page)
    assert HOOK not in page.text
    team_lead = visit("anke").get("/t/nachtwache/settings/outlets")
    assert "Mattermost, 127.0.0.1 Er läuft." in said(team_lead)
    assert HOOK not in team_lead.text
    assert "Ausgeschaltet von Ada" in press(ada, "off")
    assert "Er läuft wieder." in press(ada, "on")
    assert "Mattermost, 127.0.0.1" not in press(ada, "remove")


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("json://127.0.0.1/", "Das ist keine Adresse eines Chats, der geht: Discord, Slack,"),
        ("slack://nothing", "In der Adresse fehlt etwas; Slack ist damit nicht zu erreichen."),
        ("matrixs://bot:x@169.254.169.254/#room", "ist eine Adresse in einem inneren Netz."),
    ],
)
def test_an_address_that_will_not_do_comes_back_with_the_reason(visit: Visit, typed: str, why: str) -> None:
    page = visit("ada").post(PAGE, {"team": "nachtwache", "url": typed})
    assert page.status_code == 422
    assert why in problems(page)["url"]
    assert fields_of(page)["url"] == typed


def test_without_apprise_the_page_says_how_to_get_it(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)  # what Python remembers of a module that is not there
    ada = visit("ada")
    assert "So kommt es dazu: .venv/bin/pip install" in said(ada.get(PAGE))
    page = ada.post(PAGE, {"team": "nachtwache", "url": "ntfys://ntfy.example.org/topic"})
    assert "Chats brauchen apprise" in problems(page)["url"]


def test_a_chat_that_takes_nothing_is_told_to_whoever_runs_the_site(
    app: Flask, visit: Visit, there: Receiver, clock: FakeClock
) -> None:
    ada = visit("ada")
    ada.post(PAGE, {"team": "nachtwache", "url": f"mmost://127.0.0.1:{there.port}/{HOOK}"})
    there.usual = "500 Oops"
    press(ada, "test")
    for _ in range(2):
        tick(app, clock)
        clock.move(minutes=20)
    with app.app_context():
        alert_verbs.look(destination="relay", is_receiving=False, now=clock.now())
        db.session.commit()
    assert f'<a href="{PAGE}">' in ada.get("/me").text
    bell = ada.get("/notices")
    assert "Ein Chat von Nachtwache nimmt nichts an (Mattermost, 127.0.0.1)" in said(bell)
    assert HOOK not in bell.text
    assert "Webhooks 1" in said(visit("anke").get("/t/nachtwache/settings"))


def test_every_page_of_whoever_runs_the_site_leads_to_the_others(app: Flask, visit: Visit) -> None:
    pages = {"/admin/outbox", "/admin/inbound", "/admin/dns", PAGE}
    for page in (*pages, "/me"):
        links = set(re.findall(r'href="(/admin/\w+)"', visit("ada").get(page).text))
        assert links >= pages - {page}, page
    assert PAGE in visit("ada").get("/me").text
    assert "/admin/" not in visit("anke").get("/me").text
