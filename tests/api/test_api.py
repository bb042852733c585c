"""The API core: the same verbs as the pages, spoken by programs with a token."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.acts.cast import RAISED_AT, Cast, assemble, at
from tests.pictures import LOG
from tests.times import FakeClock
from tracker.acts import attachments, follow_ups, tasks, tokens
from tracker.acts import suggestions as verbs
from tracker.domain.attachments import Limits
from tracker.domain.lifecycle import Kind
from tracker.store import promises, suggestions
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.people import Person
from tracker.store.teams import Team

TEAM = "/api/v1/teams/nachtwache"
Call = Callable[..., Any]


@pytest.fixture
def cast(app: Flask, clock: FakeClock) -> Cast:
    clock.set("Tuesday 2026-11-24 23:10")
    with app.app_context():
        return assemble()


@pytest.fixture
def call(app: Flask, cast: Cast, clock: FakeClock) -> Call:
    """``call("pit", "POST", path, {…})`` with that person's token."""
    client: FlaskClient = app.test_client()
    secrets: dict[str, str] = {}

    def calling(who: str, method: str, path: str, json: Any = None, **headers: str) -> TestResponse:
        if who not in secrets:
            with app.app_context():
                person = db.session.get_one(Person, getattr(cast, who).id)
                _, secrets[who] = tokens.create(person, name="test", now=clock.now())
                db.session.commit()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.open(path, method=method, json=json, headers={"Authorization": f"Bearer {secrets[who]}", **named})

    return calling


def raised(call: Call, **more: str) -> dict[str, Any]:
    response = call("nari", "POST", f"{TEAM}/suggestions", {"title": "Chat-Filter frisst Umlaute", **more})
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.json
    return found


def test_raise_answers_with_the_date(call: Call) -> None:
    s = raised(call, body="Seit dem Update.", kind="problem", urgency="normal")
    assert (s["number"], s["status"], s["waiting_on"], s["kind"]) == (41, "open", "managers", "problem")
    assert s["promise"] == {
        "kind": "answer",
        "state": "open",
        "due_at": "2026-11-26T16:00:00Z",
        "made_at": "2026-11-24T22:10:00Z",
        "owed_by": None,
        "moves": 0,
    }


def test_without_a_token_there_is_a_problem_and_a_hint(app: Flask, cast: Cast) -> None:
    response = app.test_client().get(f"{TEAM}/suggestions")
    assert (response.status_code, response.mimetype) == (401, "application/problem+json")
    assert "bearer" in response.headers["WWW-Authenticate"].lower()


def test_a_revoked_or_garbled_token_opens_nothing(app: Flask, cast: Cast) -> None:
    for secret in ("x", "trk_00000000_" + "0" * 43, ""):
        response = app.test_client().get(f"{TEAM}/suggestions", headers={"Authorization": f"Bearer {secret}"})
        assert response.status_code == 401


def test_what_is_out_of_reach_is_404_like_what_is_not_there(call: Call) -> None:
    raised(call)
    bodies = [
        call("olga", "GET", f"{TEAM}/suggestions/41"),
        call("nari", "GET", f"{TEAM}/suggestions/4711"),
        call("exi", "GET", f"{TEAM}/suggestions"),
        call("ada", "GET", f"{TEAM}/suggestions"),
        call("nari", "GET", "/api/v1/teams/nowhere/suggestions"),
    ]
    assert {response.status_code for response in bodies} == {404}
    assert len({response.json["detail"] for response in bodies}) == 1


def test_an_unknown_address_is_a_problem_and_405_names_what_is_allowed(call: Call) -> None:
    assert call("nari", "GET", "/api/v1/nothing").mimetype == "application/problem+json"
    refused = call("nari", "DELETE", f"{TEAM}/suggestions")
    assert (refused.status_code, refused.mimetype) == (405, "application/problem+json")
    assert "POST" in refused.headers["Allow"]


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"outcome": "done", "text": "Steht jetzt im Handbuch."}, "done"),
        ({"outcome": "declined", "text": "Der Filter kommt vom Hersteller."}, "declined"),
        ({"outcome": "will_do", "text": "Die Liste wird getauscht.", "on": "2026-12-01"}, "will_do"),
        ({"outcome": "not_now", "text": "Kein Geld.", "on": "2027-08-02"}, "not_now"),  # beyond six months: taken
    ],
)
def test_each_outcome(call: Call, given: dict[str, str], status: str) -> None:
    raised(call)
    assert call("pit", "POST", f"{TEAM}/suggestions/41/answers", given).status_code == 201
    assert call("nari", "GET", f"{TEAM}/suggestions/41").json["status"] == status


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"outcome": "done", "text": " "}, "text"),
        ({"outcome": "will_do", "text": "Ja."}, "on"),
        ({"outcome": "will_do", "text": "Ja.", "on": "2026-11-23"}, "on"),
    ],
)
def test_a_missing_part_is_422_with_its_field_in_the_readers_language(
    call: Call, given: dict[str, str], field: str
) -> None:
    raised(call)
    response = call("pit", "POST", f"{TEAM}/suggestions/41/answers", given)
    assert (response.status_code, response.json["field"]) == (422, field)


def test_values_of_the_wrong_shape_are_422_and_say_which(call: Call) -> None:
    response = call("nari", "POST", f"{TEAM}/suggestions", {"title": "x", "urgency": "yesterday", "due_at": "now"})
    assert response.status_code == 422
    assert set(response.json["errors"]["json"]) == {"urgency", "due_at"}


def test_a_member_cannot_answer_and_is_told_so(call: Call) -> None:
    raised(call)
    response = call("jo", "POST", f"{TEAM}/suggestions/41/answers", {"outcome": "done", "text": "Ist gut."})
    assert response.status_code == 403


def test_the_same_key_finds_what_the_first_request_made(call: Call) -> None:
    first = call("nari", "POST", f"{TEAM}/suggestions", {"title": "Einmal"}, Idempotency_Key="abc")
    again = call("nari", "POST", f"{TEAM}/suggestions", {"title": "Einmal"}, Idempotency_Key="abc")
    assert (first.json["number"], again.json["number"], again.status_code) == (41, 41, 201)
    other = call("nari", "POST", f"{TEAM}/suggestions", {"title": "Anderes"}, Idempotency_Key="abc")
    assert other.status_code == 422


def test_question_reply_and_timeline(call: Call) -> None:
    raised(call)
    one = f"{TEAM}/suggestions/41"
    assert call("pit", "POST", f"{one}/questions", {"text": "Handy oder Rechner?"}).status_code == 201
    asked = call("nari", "GET", one).json
    assert (asked["status"], asked["promise"]["kind"], asked["suspended"]["state"]) == ("asked", "clarify", "suspended")
    assert call("nari", "POST", f"{one}/comments", {"text": "Am Handy."}).status_code == 201
    call("juri", "POST", f"{one}/notes", {"text": "Liegt am Wörterbuch."})
    kinds = {who: [e["kind"] for e in call(who, "GET", f"{one}/timeline").json["items"]] for who in ("nari", "pit")}
    assert kinds["nari"] == ["raised", "question", "comment", "ball_back"]
    assert kinds["pit"] == ["raised", "question", "comment", "ball_back", "note"]


def test_an_entry_names_its_files_to_whoever_may_read_it(
    app: Flask, call: Call, cast: Cast, clock: FakeClock, tmp_path: Path
) -> None:
    raised(call)
    one = f"{TEAM}/suggestions/41"
    with app.app_context():
        s = suggestions.by_number(cast.team.id, 41)
        juri = db.session.get_one(Person, cast.juri.id)
        assert s is not None
        for act, name in ((verbs.comment, "chat.log"), (verbs.note, "names.log")):
            prepared = attachments.prepared(name, LOG, Limits())
            added = attachments.add(s.team, prepared, by=juri, limits=Limits(), folder=tmp_path, now=clock.now())
            entry = act(s, by=juri, now=clock.now(), via=Via.WEB, text="So sieht es aus.")
            attachments.send_along(s, entry, [added])
        db.session.commit()
    items = {who: call(who, "GET", f"{one}/timeline").json["items"] for who in ("nari", "pit")}
    assert [[f["name"] for f in item["files"]] for item in items["nari"]] == [[], ["chat.log"]]
    assert [[f["name"] for f in item["files"]] for item in items["pit"]] == [[], ["chat.log"], ["names.log"]]
    (file,) = items["nari"][1]["files"]
    assert (file["type"], file["size"]) == ("text/plain; charset=utf-8", len(LOG))
    assert re.fullmatch(r"http://[^/]+/t/nachtwache/files/\d{15}", file["url"]), "a mark, no number that can be counted"
    assert call("nari", "POST", f"{one}/comments", {"text": "Danke."}).json["files"] == []


def test_a_follow_up_names_people_and_shows_addresses_to_a_site_admin_only(
    app: Flask, call: Call, clock: FakeClock, cast: Cast
) -> None:
    raised(call)
    with app.app_context():
        db.session.get_one(Person, cast.anke.id).is_site_admin = True
        s = suggestions.by_number(cast.team.id, 41)
        assert s is not None
        row = promises.open_of(s.id)
        assert row is not None
        follow_ups.climb(row.id, now=clock.set("Friday 2026-11-27 13:00"))
        db.session.commit()
    one = f"{TEAM}/suggestions/41/timeline"
    shown = {who: call(who, "GET", one).json["items"][-1] for who in ("nari", "anke")}
    assert shown["nari"]["kind"] == "follow_up"
    assert (shown["nari"]["facts"]["rung"], shown["nari"]["facts"]["to"]) == (3, ["Pit", "Juri", "Nari"])
    assert shown["anke"]["facts"]["to"][0] == "pit@nachtwache.example"
    assert "promise" not in shown["nari"]["facts"]


def test_move_contest_vote_and_nudge(call: Call, clock: FakeClock) -> None:
    raised(call)
    one = f"{TEAM}/suggestions/41"
    assert call("jo", "POST", f"{one}/votes", {}).json["votes"] == 1
    assert call("jo", "POST", f"{one}/nudges").status_code == 409
    assert call("pit", "POST", f"{one}/moves", {"on": "2026-12-04"}).json["field"] == "reason"
    assert call("pit", "POST", f"{one}/moves", {"on": "2026-12-04", "reason": "Dauert."}).status_code == 201
    assert call("pit", "POST", f"{one}/moves", {"at": "2026-12-03T12:00:00+01:00"}).status_code == 201
    assert call("nari", "GET", one).json["promise"]["due_at"] == "2026-12-03T11:00:00Z"
    clock.set("Friday 2026-12-04 09:00")
    assert call("jo", "POST", f"{one}/nudges").json["nudges"] == 1
    call("pit", "POST", f"{one}/answers", {"outcome": "declined", "text": "Nein."})
    assert call("nari", "POST", f"{one}/contests", {"text": "Warum nicht?"}).status_code == 201
    assert call("nari", "GET", one).json["status"] == "open"


def test_the_record_counts_what_the_caller_can_see(call: Call, clock: FakeClock) -> None:
    raised(call)
    raised(call)
    call("pit", "POST", f"{TEAM}/suggestions/41/answers", {"outcome": "done", "text": "Fertig."})
    clock.set("Friday 2026-11-27 09:00")
    assert call("jo", "GET", f"{TEAM}/record").json == {
        "on_time": 1,
        "late": 0,
        "missed": 1,
        "moved": 0,
        "taken_back": 0,
        "open": 0,
        "contested": 0,
    }


def test_a_friction_about_a_manager_is_not_in_the_managers_lists(call: Call, cast: Cast, app: Flask) -> None:
    with app.app_context():
        about = db.session.get_one(Person, cast.pit.id)
        author = db.session.get_one(Person, cast.nari.id)
        s = verbs.raise_(
            db.session.get_one(Team, cast.team.id),
            by=author,
            now=RAISED_AT,
            via=Via.WEB,
            title="Pit schreit mich an",
            kind=Kind.FRICTION,
            about=about,
        )
        db.session.commit()
        number = s.number
    for who in ("pit", "juri", "jo"):
        assert call(who, "GET", f"{TEAM}/suggestions").json["items"] == []
        assert call(who, "GET", f"{TEAM}/suggestions/{number}").status_code == 404
        assert sum(call(who, "GET", f"{TEAM}/record").json.values()) == 0
    assert len(call("anke", "GET", f"{TEAM}/suggestions").json["items"]) == 1


def test_the_list_goes_on_page_by_page(call: Call) -> None:
    for _ in range(3):
        raised(call)
    first = call("jo", "GET", f"{TEAM}/suggestions?limit=2").json
    second = call("jo", "GET", f"{TEAM}/suggestions?limit=2&before={first['next']}").json
    assert [s["number"] for s in first["items"] + second["items"]] == [43, 42, 41]
    assert second["next"] is None


def test_a_token_with_reading_scope_cannot_write(app: Flask, cast: Cast, clock: FakeClock) -> None:
    with app.app_context():
        person = db.session.get_one(Person, cast.nari.id)
        _, secret = tokens.create(person, name="reader", now=clock.now(), scopes=["read"])
        db.session.commit()
    headers = {"Authorization": f"Bearer {secret}"}
    client = app.test_client()
    assert client.get(f"{TEAM}/suggestions", headers=headers).status_code == 200
    assert client.post(f"{TEAM}/suggestions", json={"title": "x"}, headers=headers).status_code == 403


def test_two_are_merged_by_number_and_taken_apart_again(call: Call) -> None:
    raised(call)
    call("melodie", "POST", f"{TEAM}/suggestions", {"title": "Umlaute werden Sternchen"})
    response = call("pit", "POST", f"{TEAM}/suggestions/42/merges", {"into": 41})
    assert (response.status_code, response.json["kind"], response.json["facts"]) == (201, "merged", {"number": 41})
    assert call("melodie", "GET", f"{TEAM}/suggestions/42").json["status"] == "merged"
    assert call("melodie", "POST", f"{TEAM}/suggestions/42/comments", {"text": "Und nun?"}).status_code == 409
    assert call("pit", "POST", f"{TEAM}/suggestions/41/merges", {"into": 42}).status_code == 409
    assert call("pit", "POST", f"{TEAM}/suggestions/41/merges", {"into": 41}).status_code == 409
    assert call("pit", "POST", f"{TEAM}/suggestions/41/merges", {"into": 99}).status_code == 404
    assert call("pit", "POST", f"{TEAM}/suggestions/42/unmerges").status_code == 201
    assert call("nari", "GET", f"{TEAM}/suggestions/42").json["status"] == "open"


@pytest.fixture
def three_tasks(app: Flask, call: Call, cast: Cast, clock: FakeClock) -> str:
    """#41 is promised by Friday; Jo has its tasks 1 and 3, the second was withdrawn. Gives its address."""
    raised(call)
    clock.set("Wednesday 2026-11-25 10:00")
    one = f"{TEAM}/suggestions/41"
    given = {"outcome": "will_do", "text": "Die Liste wird getauscht.", "on": "2026-12-04"}
    assert call("pit", "POST", f"{one}/answers", given).status_code == 201
    with app.app_context():
        s = suggestions.by_number(cast.team.id, 41)
        pit, jo = (db.session.get_one(Person, person.id) for person in (cast.pit, cast.jo))
        assert s is not None
        how: dict[str, Any] = {"by": pit, "now": clock.now(), "via": Via.WEB}
        on = at("Tuesday 2026-12-01 12:00").date()
        made = [tasks.add(s, **how, title=title, on=on, who=jo) for title in ("Liste", "Server", "Handbuch")]
        tasks.withdraw(made[1], **how)
        db.session.commit()
    return one


def test_a_task_is_ticked_by_its_number_and_ticking_twice_does_nothing_more(
    call: Call, clock: FakeClock, three_tasks: str
) -> None:
    one = three_tasks
    shown = call("nari", "GET", one).json["tasks"]
    assert [(task["number"], task["title"], task["assignee"]) for task in shown] == [
        (1, "Liste", "Jo"), (3, "Handbuch", "Jo")
    ]  # fmt: skip
    first, again = (call("jo", "POST", f"{one}/tasks/3/ticks") for _ in range(2))
    assert (first.status_code, first.json) == (200, again.json)
    assert first.json == {
        "number": 3, "title": "Handbuch", "assignee": "Jo", "on": "2026-12-01", "state": "kept",
        "done_at": "2026-11-25T09:00:00Z",
    }  # fmt: skip
    happened = [e["facts"]["what"] for e in call("nari", "GET", f"{one}/timeline").json["items"] if e["kind"] == "task"]
    assert happened == ["added", "added", "added", "withdrawn", "done"]
    assert call("nari", "GET", one).json["status"] == "will_do", "all tasks done is no answer yet"
    clock.set("Wednesday 2026-11-25 10:00:59")
    back, once_more = (call("pit", "POST", f"{one}/tasks/3/unticks") for _ in range(2))
    assert (back.json["state"], back.json["done_at"], back.json) == ("open", None, once_more.json)


def test_the_same_tick_sent_twice_is_not_done_again_after_it_was_taken_back(call: Call, three_tasks: str) -> None:
    path = f"{three_tasks}/tasks/1"
    assert call("jo", "POST", f"{path}/ticks", Idempotency_Key="a").json["state"] == "kept"
    assert call("jo", "POST", f"{path}/unticks").json["state"] == "open"
    assert call("jo", "POST", f"{path}/ticks", Idempotency_Key="a").json["state"] == "open"


def test_only_who_has_a_task_or_manages_ticks_it_and_a_tick_that_is_over_stays(
    call: Call, clock: FakeClock, three_tasks: str
) -> None:
    path = f"{three_tasks}/tasks"
    assert call("nari", "POST", f"{path}/1/ticks").status_code == 403
    assert call("jo", "POST", f"{path}/2/ticks").status_code == 409, "it was withdrawn"
    assert {call("jo", "POST", f"{path}/{n}/ticks").status_code for n in (0, 4, 10**30)} == {404}
    assert call("olga", "POST", f"{path}/1/ticks").status_code == 404
    assert call("juri", "POST", f"{path}/1/ticks").json["state"] == "kept"
    clock.set("Wednesday 2026-11-25 10:01:01")
    over = call("juri", "POST", f"{path}/1/unticks")
    assert (over.status_code, over.json["detail"][:23]) == (409, "Die 60 Sekunden sind um")


def test_the_openapi_document_names_every_path(app: Flask) -> None:
    document: Any = app.test_client().get("/api/v1/openapi.json").json
    paths = {path.removeprefix("/api/v1/teams/{team}") for path in document["paths"]}
    posts = ("comments", "notes", "questions", "answers", "moves", "contests", "votes", "nudges", "timeline", "merges",
             "unmerges", "tasks/{task}/ticks", "tasks/{task}/unticks")  # fmt: skip
    expected = {"/suggestions", "/suggestions/{number}", "/record"} | {f"/suggestions/{{number}}/{p}" for p in posts}
    assert paths == expected
