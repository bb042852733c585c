"""Chats at a browser of whoever runs the site: added, tried, shown without their key, switched off and removed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from config import SmtpServer
from tests.acts.cast import Cast, assemble, at
from tests.receivers import HOME, Receiver, receiver
from tests.times import FakeClock
from tests.web.visitors import Visitor, fields_of, problems, said
from tracker.worker.delivery import Senders, deliver

NOW = at("Wednesday 2026-11-25 10:00")
PAGE = "/admin/chats"
HOOK = "3ccdd113474722377935511fc85d3dd4"
Visit = Callable[[str], Visitor]


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as made:
        made.usual = "200 OK"
        yield made


@pytest.fixture
def app(make_app: Callable[..., Flask], smtp: SmtpServer, clock: FakeClock) -> Flask:
    """A site whose chats may stand on this machine."""
    clock.set(NOW)
    return make_app(smtp=smtp, timeout_scale=0.1, own_networks=HOME)


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
    ada = visit("ada")
    assert "Was nur das Community Management sieht und was um eine Person geht, geht nie hinaus" in said(ada.get(PAGE))
    typed = {"team": "nachtwache", "url": f"mmost://127.0.0.1:{there.port}/{HOOK}", "request_key": "k"}
    for _ in range(2):  # pressed twice
        assert ada.post(PAGE, typed).status_code == 303
    assert "Ein Test ist unterwegs." in press(ada, "test")
    senders = Senders(app)
    with app.app_context():
        deliver(senders, now=clock.now())
    assert senders.wait(30)
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
