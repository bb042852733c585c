"""API tokens at a browser: made with the password, shown once, listed by what they may, and ended."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.acts.cast import Cast
from tests.times import FakeClock
from tests.web.visitors import PASSWORD, Visitor, problems, said
from tracker.acts import passwords
from tracker.store.base import db
from tracker.store.people import Person

Visit = Callable[[str], Visitor]
PAGE = "/me/tokens"
RECORD = "/api/v1/teams/nachtwache/record"


@pytest.fixture
def jo(app: Flask, visit: Visit, cast: Cast) -> Visitor:
    """A member with a password."""
    with app.app_context():
        db.session.get_one(Person, cast.jo.id).password = passwords.hashed(PASSWORD)
        db.session.commit()
    return visit("jo")


def secret_on(page: str) -> str:
    found = re.search(r"<code>(tracker_\w+_[\w-]+)</code>", page)
    assert found is not None
    return found[1]


def status(app: Flask, secret: str) -> int:
    return app.test_client().get(RECORD, headers={"Authorization": f"Bearer {secret}"}).status_code


def test_a_token_is_shown_once_works_and_is_ended(app: Flask, jo: Visitor) -> None:
    made = jo.submit(jo.get(PAGE), name="Mein Bot", scope="read", password=PASSWORD)
    assert made.status_code == 200
    assert made.headers["Cache-Control"] == "no-store"
    secret = secret_on(made.text)
    assert status(app, secret) == 200
    page = jo.get(PAGE)
    assert secret not in page.text
    assert "Mein Bot Nur lesen · angelegt am Di 24.11." in said(page)
    (end,) = re.findall(r'action="(/me/tokens/\d+/end)"', page.text)
    ended = jo.post(end)
    assert ended.status_code == 302
    assert status(app, secret) == 401
    assert "Mein Bot" not in said(jo.get(PAGE))


def test_a_form_sent_twice_makes_one_token(jo: Visitor) -> None:
    page = jo.get(PAGE)
    jo.submit(page, name="Mein Bot", password=PASSWORD)
    again = jo.submit(page, name="Mein Bot", password=PASSWORD)
    assert (again.status_code, again.headers["Location"]) == (303, PAGE)
    assert said(jo.get(PAGE)).count("Mein Bot") == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"password": "falsch"}, "password"),
        ({"name": " "}, "name"),
        ({"until": "2026-11-23"}, "until"),
        ({"until": "9999-12-31"}, "until"),
        ({"until": "bald"}, "until"),
        ({"scope": "everything"}, "scope"),
    ],
)
def test_what_does_not_fit_is_said_and_kept(jo: Visitor, change: dict[str, str], field: str) -> None:
    sent = {"name": "Mein Bot", "until": "2027-01-04", "password": PASSWORD, **change}
    refused = jo.submit(jo.get(PAGE), **sent)
    assert refused.status_code == 422
    assert list(problems(refused)) == [field]
    assert f'value="{sent["until"]}"' in refused.text
    assert sent["password"] not in refused.text


def test_it_works_to_the_end_of_its_day_where_its_person_is(app: Flask, clock: FakeClock, jo: Visitor) -> None:
    secret = secret_on(jo.submit(jo.get(PAGE), name="Bis heute", until="2026-11-24", password=PASSWORD).text)
    clock.set("Tuesday 2026-11-24 23:59")
    assert status(app, secret) == 200
    clock.set("Wednesday 2026-11-25 00:00")
    assert status(app, secret) == 401
