"""What the tests of the suggestion pages ask of a page: one of its forms, found by where it leads."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from tests.web.visitors import Visitor
from tracker.store.base import db

_INPUT = re.compile(r"<(input|textarea|select|option)\b([^>]*)>(?:([^<]*)</textarea>)?", re.S)
_ATTRIBUTE = re.compile(r'([a-z-]+)(?:="([^"]*)")?')
TEAM = "/t/nachtwache"


def forms_of(page: TestResponse) -> dict[str, dict[str, str]]:
    """Every form that posts: its action, and what it would send as it stands."""
    found = {}
    for tag, inside in re.findall(r"<form([^>]*)>(.*?)</form>", page.text, re.S):
        attributes = dict(_ATTRIBUTE.findall(tag))
        if attributes.get("method") == "post":
            found[unescape(attributes.get("action", ""))] = _fields(inside)
    return found


def _fields(inside: str) -> dict[str, str]:
    found: dict[str, str] = {}
    select = ""
    for tag, raw, text in _INPUT.findall(inside):
        values = {name: unescape(value) for name, value in _ATTRIBUTE.findall(raw)}
        bare = {name for name, _ in _ATTRIBUTE.findall(raw)}
        name = values.get("name", "")
        if tag == "select":
            select = name
        elif tag == "option" and ("selected" in bare or select not in found):
            found[select] = values.get("value", "")
        elif tag == "textarea":
            found[name] = unescape(text)
        elif tag == "input" and name and (values.get("type") not in ("checkbox", "radio") or "checked" in bare):
            found[name] = values.get("value", "")
    return found


def send(visitor: Visitor, page: TestResponse, ending: str, **changes: Any) -> TestResponse:
    """Fill in and send the form whose address ends so. A value of None leaves the field out."""
    [(action, fields)] = [(url, fields) for url, fields in forms_of(page).items() if url.endswith(ending)]
    sent = {**fields, **changes}
    return visitor.client.post(
        action,
        base_url=visitor.base,
        data={name: value for name, value in sent.items() if value is not None},
        headers=visitor.headers,
    )


def offers(page: TestResponse) -> set[str]:
    """The last part of the address of every form that posts."""
    return {url.rpartition("/")[2] for url in forms_of(page)}


def follow(visitor: Visitor, response: TestResponse) -> TestResponse:
    """The page that a redirect leads to."""
    assert response.status_code == 303, response.text[:2000]
    return visitor.get(response.headers["Location"])


def asked(app: Flask, act: Callable[[], object]) -> int:
    """How often the database was asked meanwhile."""
    count = 0

    def counted(*_: object) -> None:
        nonlocal count
        count += 1

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", counted)
    try:
        act()
    finally:
        sa.event.remove(engine, "before_cursor_execute", counted)
    return count
