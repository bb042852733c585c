"""Every form that somebody writes sentences into is remembered by the browser until it has arrived."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from flask import Flask

from tests.acts.cast import Cast, at, raised, reassembled
from tests.acts.deeds import promises_by, says
from tests.times import FakeClock
from tests.web.gallery import ROOT
from tests.web.pages import TEAM, follow
from tests.web.visitors import Visitor
from tracker.acts import tasks
from tracker.domain.lifecycle import Kind
from tracker.store.base import db
from tracker.store.entries import EntryKind, Via, of_kinds
from tracker.web.marks import mark

Visit = Callable[[str], Visitor]
PAGE = f"{TEAM}/41"
TEMPLATES = ROOT / "templates" / "web"
#: Nobody writes a sentence into these, and what stands in them is typed again in a moment.
ONE_WORD = {
    "chats.html": "an address of a server and its number",
    "desk.html": "the name of a view",
    "desk_views.html": "the name of a view",
    "first_password.html": "a password",
    "forgotten.html": "an address",
    "join.html": "a name and an address",
    "me.html": "a name, an address, an hour, passwords",
    "my_tokens.html": "the name of a token, and a password",
    "outbox.html": "in a line why these mails do not leave, below a table of ticks",
    "outbox_one.html": "in a line why this mail does not leave",
    "reset.html": "a password",
    "settings_hours.html": "hours",
    "settings_name.html": "the name of a team",
    "settings_outlets.html": "an address",
    "setup.html": "names, an address, a password",
    "sign_in.html": "an address and a password",
}
_FORM = re.compile(r'<form\b(?P<head>[^>]*?method="post".*?)>(?P<inside>.*?)</form>', re.S)
_FIELD = re.compile(r"<textarea|<input(?![^>]*type=)|<input[^>]*type=\"(?:text|{{ type }})\"")
_MACRO = re.compile(r"{%-? macro (\w+)\(.*?-?%}(.*?){%-? endmacro -?%}", re.S)


def writing_macros(templates: list[str]) -> set[str]:
    """The macros that bring a field for words, by themselves or by another one."""
    bodies = [(name, body) for text in templates for name, body in _MACRO.findall(text)]
    found = {name for name, body in bodies if _FIELD.search(body)} - {"number_in_line"}
    while more := {name for name, body in bodies if calls(body, found)} - found:
        found |= more
    return found


def calls(text: str, names: set[str]) -> bool:
    return any(re.search(rf"{{{{-? *{name}\(", text) or f"call {name}(" in text for name in names)


def forms_to_write_in() -> Iterator[tuple[str, str]]:
    """Name of the template and beginning of each form that takes words and is sent."""
    texts = {str(path.relative_to(TEMPLATES)): path.read_text("utf-8") for path in sorted(TEMPLATES.rglob("*.html"))}
    macros = writing_macros(list(texts.values()))
    for name, text in texts.items():
        for form in _FORM.finditer(text):
            if _FIELD.search(form["inside"]) or calls(form["inside"], macros):
                yield name, form["head"]


def is_a_number(template: str, head: str) -> bool:
    """For how many people a link is; the lines of names on the same page are another form."""
    return template == "invite.html" and "link_url" in head


def test_every_form_that_somebody_writes_into_is_kept() -> None:
    found = list(forms_to_write_in())
    assert len(found) > 20, "a walk that finds little proves little"
    forgotten = [(name, head) for name, head in found if "data-keep=" not in head and name not in ONE_WORD]
    lost = [name for name, head in forgotten if not is_a_number(name, head)]
    assert lost == [], "what is typed there is gone with the network: data-keep, and arrived() where it is taken"
    assert set(ONE_WORD) <= {name for name, _head in found}, "an exception that none needs any more"


# What has arrived -----------------------------------------------------------------------------------------------------


def kept_done(page: str) -> list[str]:
    """What the browser is told to forget."""
    found = re.search(r'data-kept-done="([^"]*)"', page)
    return found[1].split() if found else []


def keys(page: str) -> list[str]:
    return re.findall(r'data-keep="([^"]*)"', page)


def test_changed_words_are_forgotten_once_they_are_taken(
    app: Flask, cast: Cast, clock: FakeClock, visit: Visit
) -> None:
    wednesday = at("Wednesday 2026-11-25 10:00")
    clock.set(wednesday)
    with app.app_context():
        s = raised(cast)
        entry = mark(says(cast.jo, s, wednesday).id)
        db.session.commit()
    jo = visit("jo")
    page = jo.get(f"{PAGE}/edit/{entry}")
    assert keys(page.text) == [f"edit:{PAGE}/edit/{entry}"]
    refused = jo.submit(page, text=" ")
    assert refused.status_code == 422
    assert kept_done(jo.get(PAGE).text) == [], "what was refused has not arrived"
    page = follow(jo, jo.submit(page, text="Am Rechner und am Handy."))
    assert kept_done(page.text) == [f"edit:{PAGE}/edit/{entry}"]


@pytest.mark.parametrize(("kind", "in_tab"), [(Kind.FRICTION, True), (Kind.PROBLEM, False)])
def test_words_about_trouble_between_people_are_kept_in_the_tab_alone(
    app: Flask, cast: Cast, clock: FakeClock, visit: Visit, kind: Kind, in_tab: bool
) -> None:
    wednesday = at("Wednesday 2026-11-25 10:00")
    clock.set(wednesday)
    with app.app_context():
        s = raised(cast, kind=kind, now=wednesday)
        entry = mark(of_kinds(s.id, EntryKind.RAISED)[0].id)
        db.session.commit()
    assert ("data-keep-in-tab" in visit("nari").get(f"{PAGE}/edit/{entry}").text) is in_tab
    assert ("data-keep-in-tab" in visit("nari").get(PAGE).text) is in_tab
    pit = visit("pit")
    follow(pit, pit.post(f"{TEAM}/one-by-one", {"minutes": 10}))
    for path in (PAGE, f"{TEAM}/desk", f"{TEAM}/one-by-one"):
        assert "answer-text" in pit.get(path).text, path
        assert ("data-keep-in-tab" in pit.get(path).text) is in_tab, path


def test_the_reason_for_another_urgency_is_forgotten_once_it_is_taken(
    app: Flask, cast: Cast, clock: FakeClock, visit: Visit
) -> None:
    with app.app_context():
        raised(cast)
    clock.set("Wednesday 2026-11-25 10:00")
    pit = visit("pit")
    page = pit.get(PAGE)
    assert f"urgency:{PAGE}/urgency" in keys(page.text)
    assert f"assign:{PAGE}/assign" not in keys(page.text), "there is nothing to write"
    done = follow(pit, pit.post(f"{PAGE}/urgency", {"urgency": "high", "text": "Heute ist das Turnier."}))
    assert kept_done(done.text) == [f"urgency:{PAGE}/urgency"]


def test_a_task_that_moves_forgets_its_reason_and_no_other_words(
    app: Flask, cast: Cast, clock: FakeClock, visit: Visit
) -> None:
    """One is ticked off while the next is half typed: that one stays."""
    thursday = at("Thursday 2026-11-26 10:00")
    clock.set(thursday)
    with app.app_context():
        cast = reassembled()
        s = raised(cast)
        promises_by(date(2026, 12, 4), cast.pit, s, at("Wednesday 2026-11-25 10:00"))
        how = {"by": cast.pit, "now": thursday, "via": Via.WEB, "who": cast.pit}
        task = mark(tasks.add(s, title="Wortliste tauschen", on=date(2026, 12, 1), **how).id)  # type: ignore[arg-type]
        db.session.commit()
    pit = visit("pit")
    move = f"task-move:{PAGE}/tasks:{task}"
    assert keys(pit.get(f"{PAGE}/tasks?task={task}").text) == [move]
    fields = {"do": "move", "task": task, "on": "2026-12-03", "reason": "Die Liste kommt erst dann."}
    assert kept_done(follow(pit, pit.post(f"{PAGE}/tasks", fields)).text) == [move]
    ticked = follow(pit, pit.post(f"{PAGE}/tasks", {"do": "tick", "task": task}))
    assert f"task-add:{PAGE}/tasks" not in kept_done(ticked.text)
    added = follow(pit, pit.post(f"{PAGE}/tasks", {"do": "add", "title": "Testen", "on": "2026-12-01"}))
    assert kept_done(added.text) == [f"task-add:{PAGE}/tasks"]


WEEK = {"first_on": "2026-11-25", "last_on": "2026-11-27"}


@pytest.mark.parametrize(
    ("path", "who", "key", "fields", "shown"),
    [
        ("absences", "pit", "away", WEEK, "absences"),
        ("absences/team", "anke", "away", WEEK, "settings/days-off"),
        ("settings/people", "anke", "settings", {"duty_rule": "one", "contact": "Ada"}, "settings/people"),
    ],
)
def test_what_was_saved_is_forgotten(
    cast: Cast, clock: FakeClock, visit: Visit, path: str, who: str, key: str, fields: dict[str, str], shown: str
) -> None:
    clock.set("Tuesday 2026-11-24 10:00")
    visitor, where = visit(who), f"{TEAM}/{path}"
    assert keys(visitor.get(where).text) == [f"{key}:{where}"]
    answer = visitor.post(where, fields)
    assert (answer.status_code, answer.headers.get("Location")) == (302, f"{TEAM}/{shown}")
    assert kept_done(visitor.get(f"{TEAM}/{shown}").text) == [f"{key}:{where}"]
