"""Nobody sees or does what is not theirs: every address of the URL map, tried by everybody who may come by."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.security.world import PICTURE, ROLES, SLUG, World, staged
from tests.times import FakeClock
from tests.web.access_table import ROWS, Row, form_of
from tracker.store import attachment_files
from tracker.web.marks import mark

pytestmark = pytest.mark.databases("sqlite", "postgresql")  # every address, and so every query

#: What leaves no row behind when it is done: sessions are cookies, in this world no mail is held and nothing put off,
#: and nobody answers one by one.
LEAVES_NO_ROW = ("/sign-out", "/join/<token>/sign-out", "/sign-in", "/held-mail", "/t/<slug>/<number>/later/end",
                 "/t/<slug>/one-by-one/end", "/t/<slug>/one-by-one/<number>/skip", "/t/<slug>/preview")  # fmt: skip
_CONVERTER = re.compile(r"<\w+:")
_PART = re.compile(r"<(\w+)>")


@pytest.fixture
def world(app: Flask, clock: FakeClock, database_kind: str) -> World:
    return staged(app, clock, database_kind)


def test_every_address_has_a_row_and_every_row_anaddress_of(app: Flask) -> None:
    served = {
        (method, _CONVERTER.sub("<", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    tabled = {(row.method, row.path) for row in ROWS}
    assert (served - tabled, tabled - served) == (set(), set())


def test_what_shows_a_suggestion_is_tried_on_each_sort(app: Flask) -> None:
    tried: dict[str, set[str]] = {}
    for row in ROWS:
        if "<number>" in row.path:
            tried.setdefault(f"{row.method} {row.path}", set()).add(row.on[0] if row.on else "-")
    assert {name: sorts for name, sorts in tried.items() if sorts != {"team", "managers", "about"}} == {}


@pytest.mark.databases("postgresql")
@pytest.mark.parametrize("row", [row for row in ROWS if row.method == "GET"], ids=lambda row: row.name)
def test_who_may_see_it_is_the_same_on_postgresql(world: World, row: Row) -> None:
    """Visibility is a condition in SQL. Who may act is decided before the database is asked to write anything."""
    assert {role: _try(world, row, role) for role in ROLES} == row.expected


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_everybody_gets_what_is_theirs(world: World, row: Row) -> None:
    """Those who are refused come first, and nothing has changed after them; then all others, each from the start."""
    refused = [role for role in ROLES if row.expected[role] != "ok"]
    got = {role: _try(world, row, role) for role in refused}
    assert not world.is_changed, f"somebody was refused, and something changed all the same: {got}"
    is_changed = False
    for role in ROLES:
        if role not in got:
            got[role] = _try(world, row, role)
            if row.method == "POST" and world.is_changed:
                is_changed = True
                world.put_back()
    assert got == row.expected
    is_done = row.method == "POST" and "ok" in row.expected.values()
    assert is_changed or not is_done or row.path in LEAVES_NO_ROW, "it is answered with ok, and nothing happened"


def _try(world: World, row: Row, role: str) -> str:
    """What this person is answered, in a word of the table."""
    headers = (
        {"HX-Request": "true"} if row.path.endswith(("desk/<number>", "desk/live")) else {}
    )  # a part of a page, for a script
    address = address_of(world, row)
    return _word(world.send(role, row.method, address, form_of(row, world), headers=headers))


def _word(response: TestResponse) -> str:
    leads_in = response.headers.get("Location", "").startswith("/sign-in")
    if response.status_code == 401 or (response.status_code == 302 and leads_in and response.request.method == "GET"):
        return "in"
    return "ok" if response.status_code < 400 else str(response.status_code)


def address_of(world: World, row: Row) -> str:
    """The row's path with real ids and tokens in it."""
    return _PART.sub(lambda part: quote(str(_part(world, row, part[1])), safe="/"), row.path)


def _part(world: World, row: Row, name: str) -> Any:
    if name in ("slug", "team"):
        return SLUG
    if name in ("number", "file"):
        assert row.on is not None, row.name
        return world.things[row.on].number
    if name == "entry":
        assert row.on is not None, row.name
        with world.app.app_context():
            return mark(world.things[row.on].answer or world.things[row.on].raised)
    if name == "task":  # the first is open, the second ticked off
        return 2 if row.path.endswith("/unticks") else 1
    if name == "attachment":
        assert row.on is not None, row.name
        for ending in ("", attachment_files.SMALL):
            folder = attachment_files.folder_in(world.app.config["TRACKER"].data_dir)
            attachment_files.put(folder, attachment_files.hash_of(PICTURE) + ending, PICTURE)
        with world.app.app_context():
            return mark(world.things[row.on].attachment)
    if name == "filename":
        return "css/base.css"
    if name == "name":
        return _a_mail(world)
    if name == "person_id":
        waits = row.path.endswith(("/confirm", "/turn-away"))
        return world.ids["wanda" if waits else "melodie"]
    if name == "mail_id":
        return world.keys["inbound"]
    if name == "delivery_id":
        return world.keys["delivery"]
    if name == "storm_id":
        return world.keys["storm"]
    if name == "invitation_id":
        return world.keys["invitation_id"]
    if name == "token_id":
        return world.keys["token_of_jo"]
    if name == "absence_id":
        return world.keys["absence_of_jo"]
    if name == "reply_id":
        return world.keys["reply"]
    if name == "outlet_id":
        return world.keys["chat" if "/chats/" in row.path else "webhook"]
    if name == "act" and "<outlet_id>" in row.path:
        return "off"
    if name in ("purpose", "act"):  # of the link to Jo, who may comment with it
        return "comment"
    assert name == "token", name
    links = {"sign-in": "sign_in", "password": "reset", "setup": "setup", "join": "team_link", "u": "unsubscribe",
             "m": "mail_link", "confirm": "confirm"}  # fmt: skip
    return world.keys.get(links.get(row.path.split("/")[1], ""), "x")


def _a_mail(world: World) -> str:
    """One mail in the embedded mailbox."""
    folder = world.app.config["TRACKER"].mailbox_dir
    folder.mkdir(parents=True, exist_ok=True)
    name = "20261125T100000Z-0001.eml"
    parts = "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHi\r\n"
    html = "--b\r\nContent-Type: text/html\r\n\r\n<p>Hi</p>\r\n--b--\r\n"
    (folder / name).write_text(f"Subject: Hi\r\nTo: jo@nachtwache.example\r\n{parts}{html}")
    return name
