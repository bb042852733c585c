"""Sent twice, sent too late, sent while the database is away: done once at most, and every word is still there."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from tests.security.snapshot import rows
from tests.security.test_bad_input import speak
from tests.security.world import SLUG, World, staged
from tests.times import FakeClock
from tests.web.access_table import FORMS
from tracker.store import entries, suggestions
from tracker.store.base import db
from tracker.store.doors import Invitation
from tracker.store.entries import EntryKind
from tracker.store.teams import Team

WORDS = "Was ich lange überlegt habe"
TEAM = f"/t/{SLUG}"


@pytest.fixture
def world(app: Flask, clock: FakeClock, database_kind: str) -> World:
    return staged(app, clock, database_kind)


def one(world: World, state: str = "open") -> str:
    return f"{TEAM}/{world.things['team', state].number}"


def hidden(page: TestResponse, action: str) -> dict[str, str]:
    """The hidden fields of the form that goes to this address."""
    form = page.text.split(f'action="{action}"', 1)[1].split("</form>", 1)[0]
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)}


# Twice ----------------------------------------------------------------------------------------------------------------


def test_a_form_that_is_sent_twice_is_carried_out_once(world: World) -> None:
    tried = {
        f"{TEAM}/new": ("author", {"title": WORDS}, "suggestion"),
        f"{one(world)}/comment": ("author", {"text": WORDS}, "entry"),
        f"{one(world)}/note": ("owner", {"text": WORDS}, "entry"),
        f"{one(world, 'asked')}/comment": ("author", {"text": WORDS}, "entry"),
        f"{one(world)}/move": ("owner", {"on": "2026-12-04", "text": WORDS}, "entry"),
        f"{one(world, 'done')}/contest": ("author", {"text": WORDS}, "entry"),
        f"{one(world)}/answer": ("owner", {"outcome": "done", "text": WORDS}, "entry"),
    }
    for path, (role, form, table) in tried.items():
        world.put_back()
        first = world.send(role, "POST", path, {**form, "request_key": "k1"})
        before = len(rows(world.app)[table])
        again = world.send(role, "POST", path, {**form, "request_key": "k1"})
        assert (first.status_code, again.status_code) == (303, 303), path
        assert first.headers["Location"] == again.headers["Location"], path
        assert len(rows(world.app)[table]) == before, f"{path} was carried out twice"


def test_the_same_form_with_other_words_is_asked_about(world: World) -> None:
    world.send("author", "POST", f"{TEAM}/new", {"title": "Eins", "request_key": "k1"})
    for locale, sentence in (("en", "You have sent this form once already"), ("de", "Du hast dieses Formular schon")):
        speak(world, locale)
        response = world.send("author", "POST", f"{TEAM}/new", {"title": WORDS, "request_key": "k1"})
        assert response.status_code == 422
        assert sentence in unescape(response.text)
        assert f'value="{WORDS}"' in response.text


def test_somebody_elses_key_is_no_key_of_mine(world: World) -> None:
    mine = world.send("author", "POST", f"{TEAM}/new", {"title": WORDS, "request_key": "k1"})
    other = world.send("member", "POST", f"{TEAM}/new", {"title": WORDS, "request_key": "k1"})
    assert mine.headers["Location"] != other.headers["Location"]


# Too late -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", ["en", "de"])
def test_a_stale_answer_shows_what_was_written_meanwhile_and_keeps_its_own(world: World, locale: str) -> None:
    speak(world, locale)
    path = one(world)
    page = world.send("manager", "GET", path)
    fields = hidden(page, f"{path}/answer")
    sent = {"outcome": "done", "text": "Das hat Anke geschrieben."}
    assert world.send("owner", "POST", f"{path}/answer", sent).status_code == 303
    stale = world.send("manager", "POST", f"{path}/answer", {**fields, "outcome": "declined", "text": WORDS})
    assert stale.status_code == 409
    assert "Das hat Anke geschrieben." in stale.text
    assert WORDS in stale.text
    said = {"en": "Somebody else was quicker.", "de": "Jemand anderes war schneller."}[locale]
    assert said in unescape(stale.text)
    with world.app.app_context():
        team = db.session.scalars(sa.select(Team).where(Team.slug == SLUG)).one()
        s = suggestions.by_number(team.id, int(path.rsplit("/", 1)[1]))
        assert s is not None
        assert len(entries.of_kinds(s.id, EntryKind.ANSWER)) == 1


@pytest.mark.parametrize(("verb", "form"), [("move", {"on": "2026-12-04", "text": WORDS}), ("ask", {"text": WORDS})])
def test_what_fits_no_more_is_said_and_kept(world: World, verb: str, form: dict[str, str]) -> None:
    path = one(world)
    fields = hidden(world.send("manager", "GET", path), f"{path}/{verb}")
    world.send("owner", "POST", f"{path}/answer", {"outcome": "done", "text": "Fertig."})
    stale = world.send("manager", "POST", f"{path}/{verb}", {**fields, **form})
    assert stale.status_code == 409
    assert WORDS in stale.text
    assert "Fertig." in stale.text


ENDED = {
    "used sign-in": ("This link was used already", "Dieser Link wurde schon benutzt"),
    "old sign-in": ("This link was used already", "Dieser Link wurde schon benutzt"),
    "old reset": ("This link was used already", "Dieser Link wurde schon benutzt"),
    "reset for signing in": ("This link was used already", "Dieser Link wurde schon benutzt"),
    "used setup": ("This set-up link was used already", "Dieser Link zum Einrichten wurde schon benutzt"),
    "revoked invitation": ("This invitation does not work any more", "Diese Einladung gilt nicht mehr"),
    "old invitation": ("This invitation does not work any more", "Diese Einladung gilt nicht mehr"),
    "full invitation": ("This invitation does not work any more", "Diese Einladung gilt nicht mehr"),
    "forged unsubscribe": ("This link does not work any more", "Dieser Link gilt nicht mehr"),
}


@pytest.mark.parametrize("what", ENDED)
def test_a_link_that_has_ended_says_so_and_what_to_do(world: World, what: str) -> None:
    path = _ended(world, what)
    for locale, sentence in zip(("en", "de"), ENDED[what], strict=True):
        for method, status in (("GET", 410), ("POST", 410)):
            headers = {"Accept-Language": locale}
            response = world.send(
                "anonymous", method, path, {"name": WORDS, "password": "vier neue worte"}, headers=headers
            )
            assert (response.status_code, sentence in unescape(response.text)) == (status, True), (method, locale)
            assert response.headers["Cache-Control"] == "no-store"


def _ended(world: World, what: str) -> str:
    keys, clock = world.keys, world.clock
    if what == "used sign-in":
        world.send("anonymous", "POST", f"/sign-in/{keys['sign_in']}")
    elif what.startswith("old"):
        clock.move(days=40)
    elif what == "used setup":
        world.send("anonymous", "POST", f"/setup/{keys['setup']}", FORMS["POST /setup/<token>"])
    elif what == "revoked invitation":
        world.send("owner", "POST", f"{TEAM}/people/invitations/{keys['invitation_id']}/revoke")
    elif what == "full invitation":
        with world.app.app_context():
            db.session.execute(sa.update(Invitation).values(uses=Invitation.max_uses))
            db.session.commit()
    return {
        "used sign-in": f"/sign-in/{keys['sign_in']}",
        "old sign-in": f"/sign-in/{keys['sign_in']}",
        "old reset": f"/password/{keys['reset']}",
        "reset for signing in": f"/sign-in/{keys['reset']}",
        "used setup": f"/setup/{keys['setup']}",
        "forged unsubscribe": f"/u/{keys['unsubscribe'][:-2]}xx",
    }.get(what, f"/join/{keys['team_link']}")


# The database is away -------------------------------------------------------------------------------------------------


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(("locale", "sentence"), [("en", "The database is busy."), ("de", "Die Datenbank ist")])
def test_a_database_that_cannot_be_reached_keeps_the_text(
    world: World, make_app: Callable[..., Flask], locale: str, sentence: str
) -> None:
    app = make_app(database_url="postgresql+psycopg://nobody@127.0.0.1:9/nothing")
    away = World(app, world.clock, who=world.who)
    for role, path, form in (
        ("author", f"{TEAM}/new", {"title": WORDS, "body": "Mehr davon"}),
        ("owner", f"{one(world)}/answer", {"outcome": "done", "text": WORDS}),
        ("anonymous", "/sign-in", {"email": WORDS, "password": "geheim geheim"}),
    ):
        response = away.send(role, "POST", path, form, headers={"Accept-Language": locale})
        assert response.status_code == 503, path
        assert sentence in unescape(response.text)
        assert WORDS in unescape(response.text), path
        assert "geheim geheim" not in response.text
        assert response.headers["Retry-After"]
        assert response.headers["Cache-Control"] == "no-store"
    problem = away.send("author", "GET", f"/api/v1/teams/{SLUG}/record")
    assert (problem.status_code, problem.mimetype) == (503, "application/problem+json")
    assert away.send("author", "GET", "/healthz").status_code == 503
    assert away.send("author", "GET", "/livez").status_code == 200
