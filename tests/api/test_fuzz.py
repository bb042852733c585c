"""The API against its own document: whatever is sent, right or wrong, the answer is one that the document describes."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import hypothesis
import pytest
import schemathesis
from flask import Flask
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi import checks

from tests.security.world import SLUG, World, staged
from tests.times import FakeClock

EXAMPLES = 8
#: Our rules go further than the document (a date that has passed has the shape of a date), and half of the paths are
#: put right again: being refused, or accepted, is no failure by itself.
NOT_ASKED: list[Any] = [checks.positive_data_acceptance, checks.negative_data_rejection]
OPERATIONS = (
    "GET /api/v1/teams/{team}/suggestions",
    "POST /api/v1/teams/{team}/suggestions",
    "GET /api/v1/teams/{team}/suggestions/{number}",
    "GET /api/v1/teams/{team}/suggestions/{number}/timeline",
    *(
        f"POST /api/v1/teams/{{team}}/suggestions/{{number}}/{act}"
        for act in (
            "comments",
            "notes",
            "questions",
            "contests",
            "answers",
            "moves",
            "votes",
            "nudges",
            "merges",
            "unmerges",
        )
    ),
    *(f"POST /api/v1/teams/{{team}}/suggestions/{{number}}/tasks/{{task}}/{act}" for act in ("ticks", "unticks")),
    "GET /api/v1/teams/{team}/record",
)


@pytest.fixture
def world(app: Flask, clock: FakeClock, database_kind: str) -> World:
    return staged(app, clock, database_kind)


def document(world: World) -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", world.app)


def test_every_operation_is_tried(world: World) -> None:
    found = {f"{op.ok().method.upper()} {op.ok().path}" for op in document(world).get_all_operations()}
    assert found == set(OPERATIONS)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["valid", "invalid"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_answer_is_one_that_is_described(world: World, name: str, mode: GenerationMode) -> None:
    """As the team lead, who may do most, on suggestions that are there and on whatever else comes to mind."""
    method, path = name.split()
    operation = document(world)[path][method]
    numbers = [thing.number for (sort, _state), thing in world.things.items() if sort == "team"]

    @hypothesis.settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
                         suppress_health_check=list(hypothesis.HealthCheck))  # fmt: skip
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode), choice=st.integers(0, 2 * len(numbers)))
    def answered(case: Case[Any], choice: int) -> None:
        if choice < len(numbers):
            real = {"team": SLUG, "number": numbers[choice], "task": 1 + choice % 3}
            case.path_parameters = {part: value for part, value in real.items() if f"{{{part}}}" in path}
        # straight from the application, with nobody in between who would unpack it
        headers = {**bearer(world), "Accept-Encoding": "identity"}
        response = case.call_and_validate(headers=headers, excluded_checks=NOT_ASKED)
        assert response.status_code < 500

    answered()


def bearer(world: World) -> dict[str, str]:
    return {"Authorization": f"Bearer {world.who['owner'].bearer}"}


NASTY = ("\0", "\ud800", "\u2028", "\x1b[31m", "a" * 200_000, "‮", "=?utf-8?q?=0ABcc=3A_x=40e.example?=", "'; --", "%s")


#: They read nothing of their body, or may go without one.
WITHOUT_A_BODY = ("votes", "nudges", "unmerges", "ticks")

#: What each operation reads of its body, by the last word of its path; the others read ``text``.
READS = {
    "suggestions": ("title", "body", "kind", "urgency"),
    "answers": ("outcome", "text", "on", "who"),
    "moves": ("on", "at", "reason"),
    "votes": ("tell_me",),
    "merges": ("into",),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_text_whatever_breaks_it(world: World, name: str) -> None:
    """In the path, in the query, and in every place of the body by itself."""
    method, path = name.split()
    number = world.things["team", "open"].number
    real = path.format(team=SLUG, number=number, task=1)
    good = {"title": "A", "text": "B", "outcome": "will_do", "on": "2026-12-04", "reason": "C"}
    names = READS.get(path.rsplit("/", 1)[-1], ("text",))
    for word in NASTY:
        quoted = quote(word[:99], errors="replace")
        tried = [
            world.send("owner", method, path.format(team=quoted, number=number, task=1)),
            world.send("owner", method, f"{real}?before={quoted}&status={quoted}&limit={quoted}"),
        ]
        for one in names if method == "POST" else ():
            sent = {key: value for key, value in good.items() if key in names} | {one: word}
            tried.append(world.send("owner", method, real, json=sent))
        assert {answer.status_code for answer in tried} <= {200, 201, 400, 403, 404, 409, 422}, ascii(word[:20])


@pytest.mark.parametrize("key", ["", "x" * 81, "x" * 5_000, "ü\u2028"])
def test_no_key_whatever_breaks_it(world: World, key: str) -> None:
    headers = {"Idempotency-Key": key.encode().decode("latin-1")}
    answer = world.send("owner", "POST", f"/api/v1/teams/{SLUG}/suggestions", json={"title": "A"}, headers=headers)
    assert answer.status_code == (201 if len(key) < 80 else 422)


@pytest.mark.parametrize("number", [0, 2**31, 2**63 - 1, 2**63, 10**40])
def test_no_number_whatever_breaks_it(world: World, number: int) -> None:
    for name in OPERATIONS:
        method, path = name.split()
        if "{number}" in path:
            assert world.send("owner", method, path.format(team=SLUG, number=number, task=1)).status_code in (
                404,
                422,
            ), name


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "application/json"),
        (b"[" * 5_000, "application/json"),
        (b'"title"', "application/json"),
        (b"[1]", "application/json"),
        (b"null", "application/json"),
        (b"\xff\xfe", "application/json"),
        (b'{"title": 1e999}', "application/json"),
        (b'{"title": "' + b"\\u0000" * 9 + b'"}', "application/json"),
        (b"title=x", "application/x-www-form-urlencoded"),
        (b"", "application/json"),
        (b"x" * (3 * 1024 * 1024), "application/json"),
    ],
    ids=["half", "deep", "text", "list", "null", "bytes", "number", "nul", "form", "empty", "3 MB"],
)
def test_no_body_whatever_breaks_it(world: World, body: bytes, kind: str) -> None:
    client = world.app.test_client()
    for name in OPERATIONS:
        method, path = name.split()
        if method == "POST":
            real = path.format(team=SLUG, number=world.things["team", "open"].number, task=1)
            response = client.post(real, data=body, content_type=kind, headers=bearer(world))
            assert response.status_code < 500, name
            assert response.status_code in (400, 413, 415, 422) or name.endswith(WITHOUT_A_BODY), name
            assert response.status_code < 400 or response.mimetype == "application/problem+json", name
