"""Somebody at a browser without JavaScript: follows pages, fills in forms, carries the token of every form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.times import FakeClock
from tracker.store.people import Person

PASSWORD = "vier worte in reihe"
_TAG = re.compile(r"<(input|textarea|select|option|button)\b([^>]*)>(?:([^<]*)</textarea>)?", re.S)
_ATTRIBUTE = re.compile(r'([a-z-]+)(?:="([^"]*)")?')


class Visitor:
    """One browser. ``language`` is what it asks for before somebody is signed in."""

    def __init__(self, app: Flask, clock: FakeClock, *, language: str = "en", https: bool = False) -> None:
        self.app = app
        self.clock = clock
        self.client: FlaskClient = app.test_client()
        self.headers = {"Accept-Language": language, "Sec-Fetch-Site": "same-origin"}
        self.base = "https://tracker.example" if https else "http://127.0.0.1:8000"

    def signed_in(self, person: Person, *, stay: bool = True) -> Visitor:
        """With the session that signing in leaves behind."""
        with self.client.session_transaction(base_url=self.base) as session:
            session["_user_id"] = person.fs_uniquifier
            session["_fresh"] = True
            session["until"] = int(self.clock.now().timestamp()) + 30 * 24 * 3600
            session["stay"] = stay
        return self

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, base_url=self.base, headers={**self.headers, **_named(headers)}, buffered=True)

    def post(self, path: str, fields: Mapping[str, Any] | None = None, **headers: str) -> TestResponse:
        """With a token of this session, as if the form had just been loaded."""
        sent = {"csrf_token": self.token(), **(fields or {})}
        return self.client.post(path, base_url=self.base, data=sent, headers={**self.headers, **_named(headers)})

    def token(self) -> str:
        return fields_of(self.get("/password"))["csrf_token"]

    def submit(self, page: TestResponse, **changes: Any) -> TestResponse:
        """Press the main button of the page's first form that posts, with other values in some of its fields."""
        action = unescape(_form(page)[0]) or page.request.path
        sent = {**fields_of(page), **{name.replace("__", "-"): value for name, value in changes.items()}}
        kept = {name: value for name, value in sent.items() if value is not None}
        return self.client.post(action, base_url=self.base, data=kept, headers=self.headers)


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def _form(page: TestResponse) -> tuple[str, str]:
    """Action and inside of the first form that posts and has something to fill in, in the page's main part."""
    main = page.text.split("<main", 1)[-1].split("</main>", 1)[0]
    forms = re.findall(r"<form([^>]*)>(.*?)</form>", main, re.S)
    posting = [(dict(_ATTRIBUTE.findall(tag)).get("action", ""), inside) for tag, inside in forms if "post" in tag]
    filled = [form for form in posting if re.search(r'<(textarea|select|input(?![^>]*type="hidden"))', form[1])]
    assert posting, f"no form on {page.request.path}"
    return (filled or posting)[0]


def fields_of(page: TestResponse) -> dict[str, str]:
    """Names and values that the page's form would send as it stands."""
    found: dict[str, str] = {}
    select = ""
    for tag, attributes, inside in _TAG.findall(_form(page)[1]):
        values = {name: unescape(value) for name, value in _ATTRIBUTE.findall(attributes)}
        bare = {name for name, _ in _ATTRIBUTE.findall(attributes)}
        name = values.get("name", "")
        if tag == "select":
            select = name
        elif tag == "option" and ("selected" in bare or select not in found):
            found[select] = values.get("value", "")
        elif tag == "textarea":
            found[name] = unescape(inside)
        elif tag == "input" and name and (values.get("type") not in ("checkbox", "radio") or "checked" in bare):
            found[name] = values.get("value", "")
    return found


def said(page: TestResponse) -> str:
    """What a reader reads of the page, without tags, in one line."""
    body = page.text.split("<body", 1)[-1]
    body = re.sub(r"<(script|style|dialog)\b.*?</\1>", " ", body, flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", body))).strip()


def problems(page: TestResponse) -> dict[str, str]:
    """The sentences beside fields, by the field's id."""
    found = re.findall(r'<p class="field-error" id="([^"]+)-error">(?:<svg.*?</svg>)?([^<]*)</p>', page.text, re.S)
    return {name: " ".join(unescape(sentence).split()) for name, sentence in found}
