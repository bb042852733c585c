"""Views of the desk: saved under a name, shown as tabs, renamed, deleted; each person's own."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.acts.cast import Cast, at, raised
from tests.times import FakeClock
from tests.web.pages import TEAM, follow, send
from tests.web.visitors import Visitor, problems, said
from tracker.domain.lifecycle import Kind

Visit = Callable[[str], Visitor]
DESK = f"{TEAM}/desk"
ASKED = f"{DESK}?with=all&kind=idea"


@pytest.fixture(autouse=True)
def _one_open(app: Flask, cast: Cast, clock: FakeClock) -> None:
    clock.set(at("Monday 2026-11-30 08:50"))
    with app.app_context():
        raised(cast, kind=Kind.IDEA)


def save(visitor: Visitor, name: str, address: str = ASKED) -> object:
    return send(visitor, visitor.get(address), "/desk/views", name=name)


def test_a_view_is_saved_and_stands_above_the_list_for_its_person_alone(visit: Visit) -> None:
    pit = visit("pit")
    page = follow(pit, save(pit, "Ideen"))  # type: ignore[arg-type]
    assert page.request.full_path == ASKED
    assert 'kind=idea" aria-current="page">Ideen</a>' in page.text
    assert ">Ideen</a>" in pit.get(DESK).text
    assert ">Ideen</a>" not in visit("juri").get(DESK).text


def test_it_is_renamed_and_deleted(visit: Visit) -> None:
    pit = visit("pit")
    save(pit, "Ideen")
    own = {"do": "rename", "former": "Ideen", "name": "Alle Ideen"}
    assert "Alle Ideen" in follow(pit, pit.post(f"{DESK}/views", own)).text
    assert pit.post(f"{DESK}/views", own).status_code == 404  # under that name there is none any more
    gone = follow(pit, pit.post(f"{DESK}/views", {"do": "delete", "former": "Alle Ideen"}))
    assert "Noch keine Ansicht." in said(gone)


def test_a_name_is_needed_and_not_twice_and_twenty_are_enough(visit: Visit) -> None:
    pit = visit("pit")
    refused = save(pit, " ")
    assert problems(refused) == {"name": "Gib der Ansicht einen Namen."}  # type: ignore[arg-type]
    save(pit, "Ideen")
    pit.post(f"{DESK}/views", {"do": "save", "name": "Alle", "back": "desk?with=all"})
    twice = pit.post(f"{DESK}/views", {"do": "rename", "former": "Alle", "name": "Ideen"})
    assert "Eine Ansicht mit diesem Namen hast du schon." in problems(twice).values()
    for i in range(18):
        pit.post(f"{DESK}/views", {"do": "save", "name": f"Nr. {i}", "back": "desk?with=all"})
    full = pit.post(f"{DESK}/views", {"do": "save", "name": "Noch eine", "back": "desk?with=all"})
    assert "Du hast schon 20 Ansichten." in said(full)
    assert full.status_code == 422


def test_the_same_name_again_takes_the_former_ones_place(visit: Visit) -> None:
    pit = visit("pit")
    save(pit, "Meins")
    save(pit, "Meins", f"{DESK}?with=all&kind=problem")
    page = pit.get(DESK).text
    # beside the tabs, and on a phone in the filter
    (address,) = set(re.findall(r'href="([^"]*)"[^>]*>Meins</a>', page))
    assert address.endswith("kind=problem")
