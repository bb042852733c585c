"""Whatever is refused or fails: a page in the reader's language, the right status, and nothing typed is lost."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import databases
from tests.acts.cast import Cast
from tests.reliability import Seen, fault
from tests.times import FakeClock
from tests.web.visitors import Visitor, fields_of, problems, said
from tracker.store import base
from tracker.store.base import db

Visit = Callable[[str], Visitor]


def test_a_refused_form_comes_back_with_its_sentence_and_everything_typed(visit: Visit) -> None:
    visitor = visit("nari")
    page = visitor.get("/me")
    refused = visitor.submit(page, name="Nari die Große", window_from="halb acht", theme="dark")
    assert refused.status_code == 422
    assert list(problems(refused)) == ["window_from"]
    fields = fields_of(refused)
    assert (fields["name"], fields["window_from"], fields["theme"]) == ("Nari die Große", "halb acht", "dark")
    assert 'href="#window_from"' in refused.text
    fixed = visitor.submit(refused, window_from="7:30")
    assert fixed.status_code == 302


def test_control_characters_are_named_and_nothing_is_lost(visit: Visit) -> None:
    visitor = visit("nari")
    refused = visitor.submit(visitor.get("/me"), name="Na\x07ri", theme="dark")
    assert refused.status_code == 422
    assert "U+0007" in said(refused)
    assert fields_of(refused)["theme"] == "dark"


def test_a_team_of_others_is_not_there(visit: Visit) -> None:
    for who in ("olga", "exi", "ada"):
        for path in ("/t/nachtwache/people", "/t/nachtwache/settings", "/t/nachtwache/absences", "/t/nobody/people"):
            assert visit(who).get(path).status_code == 404, (who, path)


def test_what_one_may_not_do_in_ones_own_team_is_said(visit: Visit) -> None:
    page = visit("nari").get("/t/nachtwache/settings")
    assert page.status_code == 403
    assert visit("nari").post("/t/nachtwache/settings/name", {"team_name": "x"}).status_code == 403


def test_pages_that_are_not_there_say_the_same_as_those_that_are_not_for_you(visit: Visit) -> None:
    visitor = visit("olga")
    assert said(visitor.get("/t/nachtwache/people")) == said(visitor.get("/t/nobody/people"))


def test_a_method_that_is_not_possible_says_what_is(visit: Visit) -> None:
    response = visit("nari").post("/t/nachtwache/people")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


def test_two_megabytes_are_refused_with_a_word(visitor: Visitor) -> None:
    response = visitor.client.post("/password", data={"email": "x" * 3_000_000}, base_url=visitor.base)
    assert response.status_code == 413
    assert "too much at once" in said(response)
    assert "Go back: what you typed is still there." in said(response)


def test_a_long_text_comes_back_with_its_form(visit: Visit) -> None:
    visitor = visit("anke")
    long = "ä" * 100_000  # 200 kB
    page = visitor.get("/t/nachtwache/settings/people")
    refused = visitor.submit(page, contact=long)
    assert refused.status_code == 422
    assert fields_of(refused)["contact"] == long


@pytest.mark.parametrize(("language", "word"), [("en", "There is nothing here."), ("de", "Hier ist nichts.")])
def test_an_error_speaks_the_readers_language(app: Flask, clock: FakeClock, language: str, word: str) -> None:
    assert word in said(Visitor(app, clock, language=language).get("/nowhere"))


def _broken(app: Flask, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """The wire to the database breaks at the next commit."""

    def commit(*_: Any) -> None:
        raise error

    monkeypatch.setattr(db.session, "commit", commit)


@fault("F35", "the database stays locked: 503, not saved, everything typed is in the form again")
def test_a_busy_database_loses_nothing_and_offers_to_send_again(
    app: Flask, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = visit("nari")
    page = visitor.get("/me")
    with monkeypatch.context() as patched:
        _broken(app, patched, sa.exc.OperationalError("COMMIT", {}, Exception("database is locked")))
        busy = visitor.submit(page, name="Nari die Große")
    assert busy.status_code == 503
    assert busy.headers["Retry-After"] == "5"
    assert "Nari die Große" in said(busy)
    assert fields_of(busy)["name"] == "Nari die Große"
    assert visitor.submit(busy).status_code == 302
    assert fields_of(visitor.get("/me"))["name"] == "Nari die Große"


@fault("F35", "locked for less than its patience: it waits and saves; for longer: 503, not saved, the text is kept")
@pytest.mark.databases("sqlite")
def test_f35_another_process_writes_for_long(
    app: Flask, visit: Visit, monkeypatch: pytest.MonkeyPatch, seen: Seen
) -> None:
    """Where patience has to be enough it is three seconds; where it cannot be, the other writes until we gave up."""
    visitor = visit("nari")
    page = visitor.get("/me")
    databases.close_engine(app)
    monkeypatch.setattr(base, "BUSY_TIMEOUT_MS", 3000)
    with _another_writes(app, seconds=0.3):
        waited = visitor.submit(page, name="Nari die Erste")
    page = visitor.get("/me")
    databases.close_engine(app)
    monkeypatch.setattr(base, "BUSY_TIMEOUT_MS", 300)
    with _another_writes(app):
        refused = visitor.submit(page, name="Nari die Zweite")
    databases.close_engine(app)
    name = fields_of(visitor.get("/me"))["name"]
    seen(f"0.3 s of 3: {waited.status_code}; until it gave up: {refused.status_code}, the name stays “{name}”")
    assert (waited.status_code, refused.status_code, name) == (302, 503, "Nari die Erste")
    assert fields_of(refused)["name"] == "Nari die Zweite"


@contextmanager
def _another_writes(app: Flask, *, seconds: float | None = None) -> Iterator[None]:
    """For so long somebody else holds the one lock there is, without it until the end; afterwards they have gone."""
    file = app.config["TRACKER"].database_url.removeprefix("sqlite:///")
    begun, is_over = threading.Event(), threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            begun.set()
            is_over.wait(seconds)
            connection.execute("ROLLBACK")

    thread = threading.Thread(target=write)
    thread.start()
    assert begun.wait(10)
    yield
    is_over.set()
    thread.join()


def test_an_unreachable_database_still_gets_a_page(make_app: Any, clock: FakeClock, monkeypatch: Any) -> None:
    app = make_app()

    def refuse(*_: Any, **__: Any) -> None:
        raise sa.exc.OperationalError("connect", {}, Exception("connection refused"))

    with app.app_context():
        monkeypatch.setattr(db.engine, "connect", refuse)
        monkeypatch.setattr(db.engine, "raw_connection", refuse)
    visitor = Visitor(app, clock)
    with visitor.client.session_transaction(base_url=visitor.base) as session:
        session["_user_id"], session["until"] = "somebody", int(clock.now().timestamp()) + 100
    response = visitor.get("/me?at=once")
    assert response.status_code == 503
    assert "Traceback" not in response.text
    assert '<a class="btn main" href="/me?at=once">' in response.text  # it only has to be asked again
    assert "typed" not in response.text


def test_a_mistake_of_ours_shows_no_trace_and_keeps_what_was_typed(
    app: Flask, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = visit("nari")
    page = visitor.get("/me")
    with monkeypatch.context() as patched:
        _broken(app, patched, RuntimeError("secret inside"))
        failed = visitor.submit(page, name="Nari die Große")
    assert failed.status_code == 500
    assert "secret inside" not in failed.text
    assert fields_of(failed)["name"] == "Nari die Große"


def test_passwords_are_never_shown_again(app: Flask, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = visit("nari")
    with monkeypatch.context() as patched:
        _broken(app, patched, RuntimeError("x"))
        failed = visitor.post("/me/password", {"old_password": "altes geheimnis", "new_password": "neues geheimnis"})
    assert "geheimnis" not in failed.text


def test_the_line_of_the_footer_says_that_reminders_have_not_started(visit: Visit, cast: Cast) -> None:
    assert "data-alive" in visit("nari").get("/alive").text
