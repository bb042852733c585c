"""The board: cards where everything stands, what a move asks for, and what it says when it cannot be."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.acts.cast import Cast, at, raised
from tests.acts.deeds import answers_with, asks, declines, does
from tests.times import FakeClock
from tests.web.pages import TEAM
from tests.web.test_desk import queries
from tests.web.visitors import Visitor, problems, said
from tracker.acts import tasks
from tracker.domain.lifecycle import Kind, Visibility
from tracker.domain.outcomes import Outcome
from tracker.store import people, suggestions
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.suggestions import Suggestion

Visit = Callable[[str], Visitor]
BOARD = f"{TEAM}/board"
WEDNESDAY = at("Wednesday 2026-11-25 10:00")
THURSDAY = at("Thursday 2026-11-26 10:00")
FRIDAY = date(2026, 12, 4)


@pytest.fixture(autouse=True)
def _thursday(clock: FakeClock) -> None:
    clock.set(THURSDAY)


def one_of_each(app: Flask, cast: Cast) -> None:
    """#41 new, #42 asked, #43 promised, #44 begun, #45 done, #46 not now, #47 declined."""
    with app.app_context():
        found = [raised(cast, title=title) for title in ("Neu", "Gefragt", "Zugesagt", "Dran", "Fertig", "Weg", "Nein")]
        _new, asked, promised, begun, done, later, no = found
        asks(cast.pit, asked, WEDNESDAY)
        for s in (promised, begun):
            answers_with(Outcome.WILL_DO, cast.pit, s, WEDNESDAY, on=FRIDAY)
        tasks.add(begun, by=cast.pit, now=WEDNESDAY, via=Via.WEB, title="Liste", on=FRIDAY, begins=True)
        does(cast.pit, done, WEDNESDAY)
        answers_with(Outcome.NOT_NOW, cast.pit, later, WEDNESDAY, on=date(2027, 3, 1))
        declines(cast.pit, no, WEDNESDAY)
        db.session.commit()


def cards(page: TestResponse) -> dict[str, list[int]]:
    """Column → the numbers of its cards."""
    columns = re.findall(r'data-column="(\w+)"(.*?)</section>', page.text, re.S)
    return {key: [int(n) for n in re.findall(r'data-card="(\d+)"', inside)] for key, inside in columns}


def move(visitor: Visitor, number: int, to: str, **fields: str) -> TestResponse:
    """Open what the drop asks for, fill it in, send it."""
    path = f"{TEAM}/{number}/board"
    page = visitor.get(f"{path}?to={to}")
    form = re.search(rf'<form[^>]*action="{path}"[^>]*>(.*?)</form>', page.text, re.S)
    assert form is not None, said(page)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[1]))
    return visitor.post(path, {**hidden, **fields})


def number(cast: Cast, app: Flask, nr: int) -> Suggestion:
    found = suggestions.by_number(cast.team.id, nr)
    assert found is not None
    return found


def test_everything_stands_in_its_column(visit: Visit, app: Flask, cast: Cast) -> None:
    one_of_each(app, cast)
    assert cards(visit("pit").get(BOARD)) == {
        "new": [41], "asked": [42], "will_do": [43], "in_progress": [44], "done": [45], "not_now": [46],
        "declined": [47],
    }  # fmt: skip


def test_members_read_it_and_move_nothing(visit: Visit, app: Flask, cast: Cast) -> None:
    one_of_each(app, cast)
    page = visit("jo").get(BOARD)
    assert sum(len(found) for found in cards(page).values()) == 7
    assert "data-move" not in page.text
    refused = visit("jo").post(f"{TEAM}/41/board", {"to": "done", "outcome": "done", "text": "Ha."})
    assert refused.status_code == 403


def test_what_somebody_may_not_see_is_no_card_no_count_and_no_version(visit: Visit, app: Flask, cast: Cast) -> None:
    one_of_each(app, cast)
    before = (visit("jo").get(BOARD).text.count("data-card"), visit("jo").get(f"{BOARD}/version").json)
    with app.app_context():
        raised(cast, title="Verschlossen", visibility=Visibility.MANAGERS, now=THURSDAY)
    page = visit("jo").get(BOARD)
    assert (page.text.count("data-card"), visit("jo").get(f"{BOARD}/version").json) == before
    assert "Verschlossen" not in page.text
    assert "Verschlossen" in visit("pit").get(BOARD).text


@pytest.mark.parametrize(
    ("nr", "to", "fields", "column"),
    [
        (41, "asked", {"text": "Handy oder Rechner?"}, "asked"),
        (42, "new", {}, "new"),
        (41, "will_do", {"text": "Machen wir.", "on": "2026-12-04"}, "will_do"),
        (43, "in_progress", {"title": "Liste holen", "on": "2026-12-01"}, "in_progress"),
        (44, "done", {"text": "Ist getauscht."}, "done"),
        (42, "not_now", {"text": "Nach dem Umzug.", "on": "2027-03-01"}, "not_now"),
        (46, "declined", {"text": "Doch nicht."}, "declined"),
        (45, "new", {"text": "War wohl nichts."}, "new"),
    ],
)
def test_a_move_calls_the_verb_behind_it(
    visit: Visit, app: Flask, cast: Cast, nr: int, to: str, fields: dict[str, str], column: str
) -> None:
    one_of_each(app, cast)
    pit = visit("pit" if nr != 45 else "anke")
    sent = move(pit, nr, to, **fields)
    assert (sent.status_code, sent.headers.get("Location")) == (303, f"{BOARD}#card-{nr}"), said(sent)
    assert nr in cards(pit.get(BOARD))[column]


@pytest.mark.parametrize(
    ("to", "fields", "wrong"),
    [
        ("will_do", {"text": "Machen wir."}, "move-on"),
        ("not_now", {"on": "2027-03-01"}, "move-text"),
        ("done", {"text": "  "}, "move-text"),
        ("will_do", {"text": "Machen wir.", "on": "2026-11-25"}, "move-on"),
    ],
)
def test_without_its_mandatory_part_nothing_moves_and_what_was_typed_stays(
    visit: Visit, app: Flask, cast: Cast, to: str, fields: dict[str, str], wrong: str
) -> None:
    one_of_each(app, cast)
    page = move(visit("pit"), 41, to, **fields)
    assert (page.status_code, wrong in problems(page)) == (422, True)
    assert fields.get("text", "").strip() in page.text
    assert 41 in cards(visit("pit").get(BOARD))["new"]


def test_a_day_far_away_is_asked_about_first(visit: Visit, app: Flask, cast: Cast) -> None:
    one_of_each(app, cast)
    page = move(visit("pit"), 41, "not_now", text="Später.", on="2028-01-03")
    assert (page.status_code, 'name="sure"' in page.text) == (422, True)
    assert move(visit("pit"), 41, "not_now", text="Später.", on="2028-01-03", sure="1").status_code == 303


@pytest.mark.parametrize(
    ("nr", "to", "why"),
    [
        (41, "in_progress", "Noch ist nichts zugesagt"),
        (43, "new", "Es ist beantwortet"),
        (44, "will_do", "schon angefangen"),
        (45, "declined", "erledigt"),
        (46, "asked", "hält diese Uhr nicht an"),
    ],
)
def test_a_move_that_the_table_forbids_says_why(
    visit: Visit, app: Flask, cast: Cast, nr: int, to: str, why: str
) -> None:
    one_of_each(app, cast)
    page = visit("pit").get(f"{TEAM}/{nr}/board?to={to}", HX_Request="true")
    assert why in said(page)
    assert "<form" not in page.text
    assert "<main" not in page.text, "the dialog gets what stands in it, not a page"


def test_somebody_elses_answer_is_shown_and_what_was_typed_is_kept(visit: Visit, app: Flask, cast: Cast) -> None:
    one_of_each(app, cast)
    pit = visit("pit")
    seen = re.search(r'data-card="41"[^>]*data-seen="([^"]*)"', pit.get(BOARD).text)
    assert seen is not None
    with app.app_context():
        answers_with(Outcome.DECLINED, cast.juri, number(cast, app, 41), THURSDAY)
        db.session.commit()
    dropped = pit.get(f"{TEAM}/41/board?to=done&seen={seen[1]}", HX_Request="true")
    assert "Jemand war schneller und hat geschrieben" in said(dropped)
    assert "Darum." in said(dropped)
    late = pit.post(f"{TEAM}/41/board", {"to": "done", "outcome": "done", "seen": seen[1], "text": "Mein langer Text."})
    assert late.status_code == 409
    assert "Darum." in said(late)
    assert "Mein langer Text." in late.text
    assert 41 in cards(pit.get(BOARD))["declined"]


def test_for_the_script_a_success_is_an_address(visit: Visit, app: Flask, cast: Cast) -> None:
    one_of_each(app, cast)
    sent = visit("pit").post(
        f"{TEAM}/41/board", {"to": "done", "outcome": "done", "text": "Ist da."}, HX_Request="true"
    )
    assert (sent.status_code, sent.headers["HX-Redirect"]) == (204, f"{BOARD}#card-41")
    assert "Undo" in said(visit("pit").get(BOARD)) or "Zurücknehmen" in said(visit("pit").get(BOARD))


def test_without_javascript_each_card_leads_to_where_it_can_go(visit: Visit, app: Flask, cast: Cast) -> None:
    one_of_each(app, cast)
    assert f'href="{TEAM}/41/board"' in visit("pit").get(BOARD).text
    page = visit("pit").get(f"{TEAM}/41/board")
    assert re.findall(r"data-target>([^<]*)<", page.text) == [
        "Nachgefragt", "Machen wir", "Erledigt", "Jetzt nicht", "Nein",
    ]  # fmt: skip
    assert "Noch ist nichts zugesagt" in said(page)


def test_who_was_named_says_that_it_is_begun_or_done_and_nothing_else(visit: Visit, app: Flask, cast: Cast) -> None:
    with app.app_context():
        answers_with(Outcome.WILL_DO, cast.pit, raised(cast), WEDNESDAY, on=FRIDAY, who=cast.jo)
        db.session.commit()
    jo = visit("jo")
    assert "data-move" in jo.get(BOARD).text
    assert move(jo, 41, "in_progress", title="Liste holen", on="2026-12-01").status_code == 303
    refused = jo.post(f"{TEAM}/41/board", {"to": "declined", "outcome": "declined", "text": "Nein."})
    assert refused.status_code == 403
    assert move(jo, 41, "done", text="Ist da.").status_code == 303


def test_an_empty_board_teaches(visit: Visit) -> None:
    page = visit("nari").get(BOARD)
    assert "Noch nichts auf dem Board." in said(page)
    assert f'href="{TEAM}/new"' in page.text


def test_a_full_column_shows_what_is_owed_soonest_and_leads_to_all(
    visit: Visit, app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.web.views_board.MOST", 2)
    with app.app_context():
        raised(cast, now=at("Monday 2026-11-23 10:00"))
        for _ in range(2):
            raised(cast)
        raised(cast, title="Etwas anderes", kind=Kind.IDEA)
        asks(cast.pit, raised(cast, title="Gefragt"), WEDNESDAY)
        db.session.commit()
    page = visit("pit").get(BOARD)
    assert cards(page)["new"] == [41, 44]
    [(more, label)] = re.findall(r'href="([^"]*/search[^"]*)"[^>]*>\s*(alle[^<]*)<', page.text)
    assert label.split()[:2] == ["alle", "4"]
    found = visit("pit").get(unescape(more))
    assert "4 Anliegen" in said(found)
    assert "Gefragt" not in said(found)


def test_whose_day_is_another_one_reads_their_own(visit: Visit, app: Flask, cast: Cast, clock: FakeClock) -> None:
    """Thursday, 17:00 in Berlin, is tomorrow for who sits in Los Angeles on Wednesday evening."""
    with app.app_context():
        raised(cast)
        pit = people.by_id(cast.pit.id)
        assert pit is not None
        pit.timezone = "America/Los_Angeles"
        db.session.commit()
    clock.set(at("Thursday 2026-11-26 05:00"))
    assert "bis heute" in said(visit("juri").get(BOARD))
    page = visit("pit").get(BOARD)
    assert "bis heute" not in said(page)
    assert "bis Do 26.11." in said(page)


def test_a_board_that_is_left_open_knows_when_a_day_ends_and_a_date_passes(
    visit: Visit, app: Flask, cast: Cast, clock: FakeClock
) -> None:
    with app.app_context():
        raised(cast)
        db.session.commit()
    seen = []
    for moment in ("Wednesday 2026-11-25 22:00", "Thursday 2026-11-26 10:00", "Thursday 2026-11-26 18:00"):
        clock.set(at(moment))
        seen.append(visit("pit").get(f"{BOARD}/version").json)
    clock.set(at("Thursday 2026-11-26 19:00"))
    assert visit("pit").get(f"{BOARD}/version").json == seen[-1]
    assert len({str(version) for version in seen}) == 3


def test_many_cards_cost_no_more_queries_than_few(visit: Visit, app: Flask, cast: Cast) -> None:
    one_of_each(app, cast)
    few = queries(app, lambda: visit("pit").get(BOARD))
    one_of_each(app, cast)
    one_of_each(app, cast)
    assert queries(app, lambda: visit("pit").get(BOARD)) <= few
    assert few <= 45
