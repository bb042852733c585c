"""Every form, with whatever can be put into a field: nothing breaks, and what was typed comes back with a refusal."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.security.world import ROLES, World, staged
from tests.times import FakeClock
from tests.web.access_table import ROWS, Row, form_of
from tests.web.test_access_matrix import address_of

#: Each has broken some program somewhere.
VALUES = (
    "\0",
    "a\0b@c.example",
    "\x1b[31m\x07",
    "\u2028",
    "\ud800",
    "x" * 30_000,
    "٣",
    "-1",
    "0",
    "999999999",
    "9" * 30,
    "1e999",
    "nan",
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "24:00",
    "25:99",
    "../../etc/passwd",
    "%s%n{0}{{7*7}}",
    "' OR 1=1 --",
    "=?utf-8?q?=0ABcc=3A_x=40e.example?=",
    "<script>alert(1)</script>",
)
#: What one database takes and another refuses; the rest is decided before any database is asked.
STORED_DIFFERENTLY = ("\0", "\ud800", "x" * 30_000, "9" * 30, "0001-01-01", "9999-12-31")
#: Fields that forms have beside the ones that have to be there.
MORE = ("who", "author", "about", "for", "entered_from", "deputy", "stand_in", "person", "move_to", "reason", "choice",
        "timezone", "region", "duty_person", "trusted", "contact", "mon-0-from", "mon-0-to", "reminder_hour",
        "digest_hour", "digest_weekday", "theme", "next", "kept_path", "kept.title", "seen", "upto", "request_key",
        "on", "to", "form", "back", "sure", "is_correction", "visibility", "kind", "urgency")  # fmt: skip
SECRET = ("password", "address_password", "old_password", "new_password", "link_key")
#: Chosen from a list: what is not in it is nothing that anybody typed.
CHOSEN = ("duty_rule", "role", "outcome", "hours", "answer_within", "urgency", "kind", "visibility", "choice", "to",
          "locale", "reminders", "act", "id", "what", "team", "do", "minutes", "into", "n")  # fmt: skip
FORMS = [row for row in ROWS if row.method == "POST" and not row.path.startswith("/api/")
         and (row.on is None or row.on[0] == "team")]  # fmt: skip


@pytest.fixture
def world(app: Flask, clock: FakeClock, database_kind: str) -> World:
    return staged(app, clock, database_kind)


def who_may(row: Row) -> str:
    """The one who may do most, of those who may."""
    able = [role for role in ROLES if row.expected[role] == "ok"]
    return next(role for role in ("owner", "manager", "author", "member", "anonymous", *able) if role in able)


@pytest.mark.parametrize("row", [row for row in FORMS if "ok" in row.expected.values()], ids=lambda row: row.name)
def test_nothing_typed_breaks_a_form(world: World, row: Row, database_kind: str) -> None:
    """A value in all fields at once, in those that need not be there, and in one field by itself. Of these ways each
    form tries a third for each value, and the next form the next third."""
    form = form_of(row, world)
    ways: list[tuple[str, ...]] = [(*form, *MORE), tuple(name for name in MORE if name not in form)]
    ways += [(name,) for name in form]
    turn = FORMS.index(row)
    for number, value in enumerate(VALUES if database_kind == "sqlite" else STORED_DIFFERENTLY):
        for place, names in enumerate(ways):
            if (turn + number + place) % 3:
                continue
            response = send(world, row, {**form, **dict.fromkeys(names, value)})
            if len(names) == 1 and response.status_code in (409, 422) and names[0] not in (*SECRET, *CHOSEN):
                assert comes_back(value, response.text), f"{names[0]}={value[:40]!a} is lost"


def send(world: World, row: Row, form: dict[str, Any]) -> TestResponse:
    """Sent by who may do most; the world is put back when it was carried out."""
    sent = {name: str(value).encode("utf-8", "replace") for name, value in form.items()}
    response = world.send(who_may(row), "POST", address_of(world, row), sent)
    assert response.status_code < 500, {name: ascii(value)[:40] for name, value in sent.items()}
    if response.status_code < 400 and world.is_changed:
        world.put_back()
    return response


def comes_back(value: str, page: str) -> bool:
    """As it was typed; HTML cannot carry some characters, and shows the sign for them."""
    shown = unescape(page)
    plain = value.encode("utf-8", "replace").decode()
    return plain in shown or plain.replace("\0", "\ufffd") in shown or plain[:40].strip() in shown
