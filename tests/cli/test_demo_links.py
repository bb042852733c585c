"""The demo's links sign in to that demo, as often as somebody likes, and to no other database."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.acts.cast import assemble
from tests.times import FakeClock
from tracker.acts import demo
from tracker.notices import links
from tracker.store import pulse
from tracker.store.base import db


def _link(app: Flask, clock: FakeClock) -> str:
    """A demo with the cast in it, and Nari's link."""
    with app.app_context():
        cast = assemble()
        demo.mark()
        db.session.commit()
        return links.path("demo_sign_in", token=demo.sign_in_token(cast.nari, now=clock.now()))


def test_a_link_signs_in_any_number_of_times(app: Flask, clock: FakeClock) -> None:
    link = _link(app, clock)
    for _ in range(3):
        client = app.test_client()
        assert client.get(link).status_code == 302
        assert client.get("/me").status_code == 200
        clock.move(days=1)


def test_without_a_link_a_demo_asks_to_sign_in_and_speaks_of_no_set_up(app: Flask, clock: FakeClock) -> None:
    _link(app, clock)
    assert app.test_client().get("/").headers["Location"] == "/sign-in"


@pytest.mark.parametrize("fact", [None, "another demo"])
def test_every_other_database_refuses_it(app: Flask, client: FlaskClient, clock: FakeClock, fact: str | None) -> None:
    link = _link(app, clock)
    with app.app_context():
        if fact is None:
            db.session.delete(db.session.get_one(pulse.SiteFact, demo.FACT))
        else:
            pulse.remember(demo.FACT, fact)
        db.session.commit()
    assert client.get(link).status_code == 404
    assert client.get("/me").status_code == 302, "and nobody is signed in"


def test_a_link_for_another_purpose_or_a_forged_one_is_refused(app: Flask, clock: FakeClock) -> None:
    link = _link(app, clock)
    client = app.test_client()
    assert client.get(link[:-2] + "AA").status_code == 404
    assert client.get("/demo/x").status_code == 404


def test_outside_a_demo_no_link_can_be_made(make_app: Callable[..., Flask], clock: FakeClock) -> None:
    with make_app().app_context():
        cast = assemble()
        assert not demo.is_demo()
        with pytest.raises(LookupError):
            demo.sign_in_token(cast.nari, now=clock.now())
