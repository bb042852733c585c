"""Forms that another site sends, that are too old, or whose sender may no longer: nothing happens, no word is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.security.world import SLUG, World, staged
from tests.times import FakeClock
from tests.web.access_table import ROWS, form_of
from tests.web.test_access_matrix import address_of
from tracker.notices import tokens
from tracker.store.base import db
from tracker.store.teams import Membership
from tracker.web.security import _exempt

WORDS = "Was ich lange überlegt habe"
NEW = f"/t/{SLUG}/new"
#: The signed address is the permission: no session, and so no token of one.
SIGNED = ("/u/<token>", "/m/<purpose>/<token>/<act>")


@pytest.fixture
def world(app: Flask, clock: FakeClock, database_kind: str) -> World:
    return staged(app, clock, database_kind)


@pytest.mark.databases("sqlite")
def test_no_form_is_taken_without_its_token(world: World) -> None:
    """Every POST there is, by somebody who may: without a token, with a wrong one, and with somebody else's."""
    for row in ROWS:
        may = [role for role, word in row.expected.items() if word == "ok" and role != "anonymous"]
        if row.method != "POST" or row.path.startswith("/api/") or not may or row.path in SIGNED:
            continue
        for token in ("", "x", world.who["stranger" if may[0] != "stranger" else "owner"].csrf):
            form = {**form_of(row, world), "csrf_token": token}
            response = world.send(may[0], "POST", address_of(world, row), form)
            assert response.status_code == 400, f"{row.name} with {token[:9]!r}"
    assert not world.is_changed


def test_two_addresses_take_a_form_without_a_token_and_both_are_signed_links_of_mails() -> None:
    assert _exempt == {"web.unsubscribing", "web.use_mail_link"}


def test_the_form_behind_a_link_is_not_taken_without_its_own_key(world: World) -> None:
    """Nor with the key of another link, nor with a session's token, nor from another site."""
    path = f"/m/comment/{world.keys['mail_link']}/comment"
    with world.app.app_context():
        keys = ("", "x", tokens.form_key("another link"), world.who["member"].csrf)
    for key in keys:
        for headers in (
            {},
            {"Sec-Fetch-Site": "cross-site"},
            _from(None),
            _from("null"),
            _from("https://evil.example"),
        ):
            form = {"text": WORDS, "link_key": key, "csrf_token": world.who["member"].csrf}
            response = world.send("anonymous", "POST", path, form, headers=headers)
            assert response.status_code in (403, 422), (key, headers)
            assert WORDS in response.text
    assert not world.is_changed


@pytest.mark.databases("sqlite")
def test_a_session_opens_nothing_of_the_api(world: World) -> None:
    for row in ROWS:
        if row.path.startswith("/api/v1/teams"):
            who = world.who["owner"]
            bearer, who.bearer = who.bearer, ""
            assert world.send("owner", row.method, address_of(world, row), form_of(row, world)).status_code == 401
            who.bearer = bearer


def test_an_old_form_is_offered_again_with_everything_typed(world: World) -> None:
    response = world.send("author", "POST", NEW, {"title": WORDS, "csrf_token": "of yesterday"})
    assert response.status_code == 400
    assert f'name="title" value="{WORDS}"' in response.text
    token = re.findall(r'name="csrf_token" value="([^"]+)"', response.text)[-1]
    assert world.send("author", "POST", NEW, {"title": WORDS, "csrf_token": token}).status_code == 303


def test_another_sites_form_is_shown_and_not_offered(world: World) -> None:
    """One press would be enough to be talked into something."""
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, _from("https://evil.example")):
        sent = {"title": WORDS, "csrf_token": ""}
        response = world.send("author", "POST", NEW, sent, headers=headers)
        assert response.status_code == 400
        assert WORDS in response.text
        assert f'value="{WORDS}"' not in response.text, headers


def test_another_sites_form_does_not_wait_behind_the_sign_in_page(world: World) -> None:
    """It comes without a session, and whoever signs in then would find it ready to be sent, with a token of ours."""
    for headers in ({"Sec-Fetch-Site": "cross-site"}, _from("https://evil.example"), _from(None)):
        form = {"role": "owner", "title": WORDS, "csrf_token": "x"}
        response = world.send("anonymous", "POST", f"/t/{SLUG}/people/7", form, headers=headers)
        assert response.status_code == 401
        assert WORDS in response.text, "it may be our own form after all: nothing typed is lost"
        assert "kept" not in re.findall(r'name="(\w+)', response.text), headers
        assert "kept_path" not in response.text


def _from(origin: str | None) -> dict[str, Any]:
    """What a browser says that knows nothing of ``Sec-Fetch-Site``."""
    return {"Sec-Fetch-Site": "", **({"Origin": origin} if origin else {})}


def test_our_own_form_waits_behind_the_sign_in_page(world: World) -> None:
    for headers in ({"Sec-Fetch-Site": "same-origin"}, _from("http://127.0.0.1:8000")):
        response = world.send("anonymous", "POST", NEW, {"title": WORDS}, headers=headers)
        assert response.status_code == 401
        assert f'name="kept.title" value="{WORDS}"' in response.text


@pytest.mark.parametrize(
    ("path", "form"),
    [("/comment", {"text": WORDS}), ("/answer", {"outcome": "done", "text": WORDS}), ("/note", {"text": WORDS})],
)
def test_who_was_taken_out_while_writing_finds_their_words(world: World, path: str, form: dict[str, str]) -> None:
    """It is as if there were nothing; what they wrote is theirs all the same."""
    with world.app.app_context():
        who = Membership.person_id == world.ids["juri"]
        db.session.execute(sa.update(Membership).where(who).values(left_at=world.clock.now()))
        db.session.commit()
    response = world.send("manager", "POST", f"/t/{SLUG}/{world.things['team', 'open'].number}{path}", form)
    assert response.status_code == 404
    assert WORDS in response.text
    assert "Zitronenfalter" not in response.text


def test_another_teams_suggestion_keeps_the_words_of_who_tried(world: World) -> None:
    for number in (world.things["team", "open"].number, world.things["about", "open"].number, 4711):
        response = world.send("stranger", "POST", f"/t/{SLUG}/{number}/comment", {"text": WORDS})
        assert response.status_code == 404
        assert WORDS in response.text
