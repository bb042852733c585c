"""Webhooks at a browser: added with a secret that is shown once, tried, changed over, switched off and on."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.acts.cast import Cast, assemble, raised, reassembled
from tests.outlets import NOW, tick
from tests.receivers import Receiver
from tests.times import FakeClock
from tests.web.visitors import Visitor, fields_of, problems, said
from tracker.acts import alerts as alert_verbs
from tracker.store import suggestions
from tracker.store.base import db

PAGE = "/t/nachtwache/settings/outlets"


@pytest.fixture
def app(outside: Flask) -> Flask:
    return outside


@pytest.fixture
def cast(app: Flask) -> Cast:
    with app.app_context():
        return assemble()


@pytest.fixture
def anke(visit: Callable[[str], Visitor]) -> Visitor:
    return visit("anke")


def secret_on(page: str) -> str | None:
    found = re.search(r"<code>(whsec_[\w+/=]+)</code>", page)
    return found[1] if found else None


def press(visitor: Visitor, act: str, **fields: str) -> str:
    """A button of the first webhook's page; gives the text of the page it leads to."""
    answer = visitor.post(f"{PAGE}/1/{act}", fields)
    assert answer.status_code == 302, answer.text
    return said(visitor.get(answer.headers["Location"]))


def test_a_webhook_is_added_and_its_secret_shown_once(anke: Visitor, there: Receiver) -> None:
    page = anke.get(PAGE)
    assert "Was nur das Community Management sieht und was um eine Person geht, geht nie hinaus" in said(page)
    key = fields_of(page)["request_key"]
    url = f"http://127.0.0.1:{there.port}/in"
    made = anke.post(PAGE, {"url": url, "request_key": key})
    assert (made.status_code, made.headers["Cache-Control"]) == (200, "no-store")
    assert secret_on(made.text) is not None
    again = anke.post(PAGE, {"url": url, "request_key": key})
    assert again.headers["Location"] == f"{PAGE}/1"
    assert secret_on(anke.get(f"{PAGE}/1").text) is None
    assert url in said(anke.get(PAGE))


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "muss mit https:// beginnen."),
        ("https://169.254.169.254/latest", "ist eine Adresse in einem inneren Netz. Dorthin wird nichts gesendet."),
        ("ftp://hooks.example.org/", "muss mit https:// beginnen."),
    ],
)
def test_an_address_that_will_not_do_comes_back_with_the_reason(anke: Visitor, typed: str, why: str) -> None:
    page = anke.post(PAGE, {"url": typed})
    assert page.status_code == 422
    assert why in problems(page)["url"]
    assert fields_of(page)["url"] == typed


def test_a_test_is_sent_and_what_came_back_stands_there(
    app: Flask, anke: Visitor, there: Receiver, clock: FakeClock
) -> None:
    anke.post(PAGE, {"url": f"http://127.0.0.1:{there.port}/in"})
    there.will_answer("404 Not Found")
    assert "Ein Test ist unterwegs." in press(anke, "test")
    tick(app, clock)
    shown = anke.get(f"{PAGE}/1")
    assert "Test aufgegeben Antwort: 404." in said(shown)
    assert "Die letzte Nachricht kam nicht durch." in said(shown)
    assert "inner!" not in shown.text, "what came back is never shown"
    number = re.search(r'name="delivery" value="(\d+)"', shown.text)
    assert number is not None
    press(anke, "again", delivery=number[1])
    tick(app, clock)
    assert "Test angekommen, 2. Versuch Antwort: 204." in said(anke.get(f"{PAGE}/1"))


def test_a_place_that_wants_no_more_says_so_and_is_switched_on_again(
    app: Flask, anke: Visitor, there: Receiver, clock: FakeClock
) -> None:
    anke.post(PAGE, {"url": f"http://127.0.0.1:{there.port}/in"})
    there.will_answer("410 Gone")
    press(anke, "test")
    tick(app, clock)
    assert "Der Empfänger wollte nichts mehr (410). Ausgeschaltet seit Mi 25.11." in said(anke.get(PAGE))
    assert "Er läuft wieder." in press(anke, "on")
    assert "Er ist ausgeschaltet." in press(anke, "off")
    assert "Ausgeschaltet von Anke, Mi 25.11." in said(anke.get(f"{PAGE}/1"))


def test_a_new_secret_is_shown_once_and_the_former_one_signs_along(anke: Visitor, there: Receiver) -> None:
    first = secret_on(anke.post(PAGE, {"url": f"http://127.0.0.1:{there.port}/in"}).text)
    answer = anke.post(f"{PAGE}/1/secret", {"request_key": "k"})
    assert answer.headers["Cache-Control"] == "no-store"
    assert secret_on(answer.text) not in (None, first)
    assert "Bis Mi 2.12., 10 Uhr unterschreibt der frühere Schlüssel mit." in said(answer)
    assert anke.post(f"{PAGE}/1/secret", {"request_key": "k"}).status_code == 303, "pressed twice is once"


def test_a_webhook_is_removed_and_another_teams_is_out_of_reach(
    app: Flask, anke: Visitor, visit: Callable[[str], Visitor], there: Receiver
) -> None:
    anke.post(PAGE, {"url": f"http://127.0.0.1:{there.port}/in"})
    olga = visit("olga")
    assert olga.get("/t/tagwache/settings/outlets/1").status_code == 404
    assert olga.post("/t/tagwache/settings/outlets/1/remove").status_code == 404
    assert anke.post(f"{PAGE}/1/blow-up").status_code == 404
    press(anke, "remove")
    assert anke.get(f"{PAGE}/1").status_code == 404


def test_what_became_hidden_from_its_reader_leaves_no_line(app: Flask, anke: Visitor, there: Receiver) -> None:
    """An event that was owed while all could see it; now it is about the very person who looks."""
    anke.post(PAGE, {"url": f"http://127.0.0.1:{there.port}/in"})
    with app.app_context():
        raised(reassembled(), now=NOW)
        db.session.commit()
    assert "Eingereicht #41 wartet" in said(anke.get(f"{PAGE}/1"))
    with app.app_context():
        cast = reassembled()
        s = suggestions.by_number(cast.team.id, 41)
        assert s is not None
        s.about_person_id = cast.anke.id
        db.session.commit()
    assert "#41" not in said(anke.get(f"{PAGE}/1"))


def look(app: Flask, clock: FakeClock) -> None:
    with app.app_context():
        alert_verbs.look(destination="relay", is_receiving=False, now=clock.now())
        db.session.commit()
        db.session.remove()


def test_a_webhook_that_takes_nothing_is_told_to_the_team_leads_once_and_to_nobody_else(
    app: Flask, anke: Visitor, visit: Callable[[str], Visitor], there: Receiver, clock: FakeClock
) -> None:
    anke.post(PAGE, {"url": f"http://127.0.0.1:{there.port}/secret-path"})
    there.will_answer("503 Later")
    there.will_answer("503 Later")
    press(anke, "test")
    tick(app, clock)
    look(app, clock)
    assert "nimmt nichts an" not in said(anke.get("/notices")), "once may pass by itself"
    clock.move(minutes=10)
    tick(app, clock)
    for _ in range(2):
        look(app, clock)
    bell = anke.get("/notices")
    assert said(bell).count("Ein Webhook von Nachtwache nimmt nichts an (127.0.0.1)") == 1
    assert f'href="{PAGE}"' in bell.text
    assert "secret-path" not in bell.text
    assert "Webhooks 1" in said(anke.get("/t/nachtwache/settings"))
    for name in ("pit", "ada", "nari"):
        assert "Ein Webhook von" not in said(visit(name).get("/notices"))
    assert "Ein Webhook von" not in said(visit("ada").get("/me")), "nor on every page of who runs the site"
    clock.move(hours=1)
    tick(app, clock)
    look(app, clock)
    assert "Webhooks 1" not in said(anke.get("/t/nachtwache/settings")), "it takes something again"


def test_one_that_wants_nothing_more_is_told_of_until_somebody_has_decided(
    app: Flask, anke: Visitor, there: Receiver, clock: FakeClock
) -> None:
    anke.post(PAGE, {"url": f"http://127.0.0.1:{there.port}/in"})
    there.will_answer("410 Gone")
    press(anke, "test")
    tick(app, clock)
    look(app, clock)
    assert "Webhooks 1" in said(anke.get("/t/nachtwache/settings"))
    press(anke, "remove")
    look(app, clock)
    assert "Webhooks 1" not in said(anke.get("/t/nachtwache/settings"))
