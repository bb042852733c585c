"""Tasks on pages: the list of a suggestion that ticks itself, one to change, and all of one's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.acts.cast import Cast, at, joins, raised
from tests.times import FakeClock
from tests.web.pages import TEAM
from tests.web.test_desk import queries
from tests.web.visitors import Visitor, problems, said
from tracker.acts import answers, tasks
from tracker.acts import suggestions as verbs
from tracker.domain.lifecycle import Role, Visibility
from tracker.domain.outcomes import Outcome
from tracker.store import people, suggestions
from tracker.store import tasks as store
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.suggestions import Suggestion

Visit = Callable[[str], Visitor]
PAGE = f"{TEAM}/41"
THURSDAY = at("Thursday 2026-11-26 10:00")
WEDNESDAY = at("Wednesday 2026-11-25 10:00")


@pytest.fixture(autouse=True)
def _thursday(clock: FakeClock, app: Flask, cast: Cast) -> None:
    """Pit has promised #41 by Friday 4 December."""
    clock.set(THURSDAY)
    with app.app_context():
        promised(cast)


def promised(cast: Cast, **how: object) -> Suggestion:
    s = raised(cast, **how)
    answers.answer(
        s, by=cast.pit, now=WEDNESDAY, via=Via.WEB, outcome=Outcome.WILL_DO, text="Ja.", on=date(2026, 12, 4)
    )
    db.session.commit()
    return s


def adds(visitor: Visitor, **fields: str) -> TestResponse:
    return visitor.post(f"{PAGE}/tasks", {"do": "add", "title": "Wortliste tauschen", "on": "2026-12-01", **fields})


def one(page: TestResponse, do: str) -> dict[str, str]:
    """The hidden fields of the form that does this."""
    forms = re.findall(r'<form[^>]*action="[^"]*/tasks"[^>]*>(.*?)</form>', page.text, re.S)
    found = [dict(re.findall(r'name="(\w+)" value="([^"]*)"', form)) for form in forms]
    [fields] = [one for one in found if one.get("do") == do]
    return _without_token(fields)


def _without_token(fields: dict[str, str]) -> dict[str, str]:
    """Who sends it brings a token of their own."""
    return {name: value for name, value in fields.items() if name != "csrf_token"}


def test_a_task_is_added_ticked_off_and_opened_again_without_javascript(visit: Visit, cast: Cast) -> None:
    pit, jo = visit("pit"), visit("jo")
    assert "Was ist zu tun?" in said(pit.get(PAGE))
    assert adds(pit, who=str(cast.jo.id)).headers["Location"] == f"{PAGE}#tasks"
    assert "0 von 1 erledigt" in said(pit.get(PAGE))
    jos = jo.get(PAGE)
    assert "Was ist zu tun?" not in said(jos), "Jo plans nothing here"
    jo.post(f"{PAGE}/tasks", one(jos, "tick"))
    told = jo.get(PAGE)
    assert "1 von 1 erledigt" in said(told)
    assert "Jo hat eine Aufgabe erledigt: Wortliste tauschen" in said(told)
    jo.post(f"{PAGE}/tasks", one(told, "untick"))
    assert "0 von 1 erledigt" in said(jo.get(PAGE))


def test_who_may_not_see_ticks_nothing_and_who_only_reads_has_no_box(visit: Visit, cast: Cast) -> None:
    adds(visit("pit"), who=str(cast.jo.id))
    assert "Abhaken" not in visit("melodie").get(PAGE).text
    fields = one(visit("jo").get(PAGE), "tick")
    assert visit("melodie").post(f"{PAGE}/tasks", fields).status_code == 403
    assert visit("olga").post(f"{PAGE}/tasks", fields).status_code == 404


@pytest.mark.parametrize(
    ("fields", "wrong", "sentence"),
    [
        ({"on": "2026-11-25"}, "task-add-on", "Mi 25.11. ist vorbei"),
        ({"on": "morgen"}, "task-add-on", "„morgen“ ist kein Tag"),
        ({"title": ""}, "task-add-title", "Sag in ein paar Worten"),
        ({"who": "4711"}, "task-add-title", ""),
    ],
)
def test_bad_input_gets_its_sentence_and_nothing_typed_is_lost(
    visit: Visit, fields: dict[str, str], wrong: str, sentence: str
) -> None:
    page = adds(visit("pit"), **fields)
    if not sentence:  # a person nobody knows is the one who adds it
        assert page.status_code == 303
        return
    assert page.status_code == 422
    assert sentence in problems(page)[wrong]
    assert f'value="{fields.get("title", "Wortliste tauschen")}"' in page.text


def test_a_day_after_the_promised_one_is_asked_about_once_and_then_taken(visit: Visit) -> None:
    pit = visit("pit")
    page = adds(pit, on="2026-12-11")
    assert (page.status_code, "nach dem zugesagten Tag" in said(page)) == (422, True)
    assert adds(pit, on="2026-12-11", sure="1").status_code == 303


def test_what_is_not_promised_says_where_tasks_belong(visit: Visit, app: Flask, cast: Cast) -> None:
    with app.app_context():
        raised(cast)
    page = visit("pit").post(f"{TEAM}/42/tasks", {"do": "add", "title": "Liste", "on": "2026-12-01"})
    assert (page.status_code, "Machen wir bis" in said(page)) == (409, True)


def test_a_task_moves_with_a_reason_goes_to_somebody_and_off_the_list(visit: Visit, app: Flask, cast: Cast) -> None:
    pit, jo = visit("pit"), visit("jo")
    adds(pit, who=str(cast.jo.id))
    [link] = re.findall(r'href="([^"]*/tasks\?task=\d+)"', jo.get(PAGE).text)
    form = one(jo.get(link), "move")
    refused = jo.post(f"{PAGE}/tasks", {**form, "on": "2026-12-03"})
    assert (refused.status_code, "task-reason" in problems(refused)) == (422, True)
    jo.post(f"{PAGE}/tasks", {**form, "on": "2026-12-03", "reason": "Die Liste fehlt noch."})
    assert "Jo verschiebt eine Aufgabe auf Do 3.12." in said(pit.get(PAGE))
    stale = pit.post(f"{PAGE}/tasks", {**form, "do": "give", "who": str(cast.melodie.id)})
    assert (stale.status_code, "Jemand war schneller" in said(stale)) == (409, True)
    pit.post(f"{PAGE}/tasks", one(pit.get(link), "give") | {"who": str(cast.melodie.id)})
    pit.post(f"{PAGE}/tasks", one(pit.get(link), "withdraw"))
    with app.app_context():
        s = suggestions.by_number(cast.team.id, 41)
        assert s is not None
        assert store.of_suggestion(s.id) == []


def test_a_task_of_another_suggestion_is_not_there(visit: Visit, app: Flask, cast: Cast) -> None:
    adds(visit("pit"))
    fields = one(visit("pit").get(PAGE), "tick")
    with app.app_context():
        promised(cast)
    assert visit("pit").post(f"{TEAM}/42/tasks", fields).status_code == 404


def test_mine_has_my_tasks_soonest_first_and_what_i_promised(visit: Visit, app: Flask, cast: Cast) -> None:
    with app.app_context():
        s = suggestions.by_number(cast.team.id, 41)
        assert s is not None
        for title, day in (("Später", 3), ("Früher", 1)):
            on = date(2026, 12, day)
            tasks.add(s, by=cast.pit, now=THURSDAY, via=Via.WEB, title=title, on=on, who=cast.pit)
        db.session.commit()
    page = visit("pit").get(f"{TEAM}/tasks")
    assert re.findall(r'task-title">([^<]*)<', page.text) == ["Früher", "Später"]
    assert "Von dir zugesagt" in said(page)
    visit("pit").post(f"{PAGE}/tasks", one_of(page, "Früher"))
    assert re.findall(r'task-title">([^<]*)<', visit("pit").get(f"{TEAM}/tasks").text) == ["Später"]


def test_whose_day_is_another_one_reads_their_own(visit: Visit, app: Flask, cast: Cast, clock: FakeClock) -> None:
    with app.app_context():
        s = suggestions.by_number(cast.team.id, 41)
        assert s is not None
        tasks.add(s, by=cast.pit, now=WEDNESDAY, via=Via.WEB, title="Liste", on=date(2026, 11, 26), who=cast.pit)
        pit = people.by_id(cast.pit.id)
        assert pit is not None
        pit.timezone = "America/Los_Angeles"
        db.session.commit()
    clock.set(at("Thursday 2026-11-26 05:00"))
    assert "bis heute" in said(visit("juri").get(PAGE))
    for path in (PAGE, f"{TEAM}/tasks"):
        page = said(visit("pit").get(path))
        assert "bis heute" not in page, path
        assert "bis Do 26.11." in page, path


def test_home_names_my_tasks_in_all_my_teams_late_ones_first(
    visit: Visit, app: Flask, cast: Cast, clock: FakeClock
) -> None:
    assert "Auf dich wartet nichts." in said(visit("melodie").get(f"{TEAM}/"))
    with app.app_context():
        joins(cast.other_team, cast.melodie, Role.MEMBER)
        theirs = verbs.raise_(cast.other_team, by=cast.olga, now=WEDNESDAY, via=Via.WEB, title="Dienstplan")
        ours = suggestions.by_number(cast.team.id, 41)
        assert ours is not None
        by: dict[str, Any] = {"via": Via.WEB, "who": cast.melodie}
        yes: dict[str, Any] = {"outcome": Outcome.WILL_DO, "text": "Ja.", "on": date(2026, 12, 4), "via": Via.WEB}
        answers.answer(theirs, by=cast.olga, now=WEDNESDAY, **yes)
        tasks.add(theirs, by=cast.olga, now=THURSDAY, title="Alle fragen", on=date(2026, 11, 27), **by)
        tasks.add(ours, by=cast.pit, now=THURSDAY, title="Wortliste tauschen", on=date(2026, 12, 1), **by)
        db.session.commit()
    clock.set(at("Monday 2026-11-30 09:00"))
    page = visit("melodie").get(f"{TEAM}/")
    assert "Auf dich wartet nichts." not in said(page)
    assert re.findall(r'row-title"><a href="([^"]*)">([^<]*)<', page.text) == [
        ("/t/tagwache/41#tasks", "Alle fragen"),
        (f"{PAGE}#tasks", "Wortliste tauschen"),
    ]
    assert "Überfällig seit Fr 27.11." in said(page)
    assert "Tagwache Aufgabe Dienstplan" in said(page)


def one_of(page: TestResponse, title: str) -> dict[str, str]:
    item = next(li for li in re.findall(r"<li class=\"task\b.*?</li>", page.text, re.S) if title in li)
    return _without_token(dict(re.findall(r'name="(\w+)" value="([^"]*)"', item)))


def test_without_anything_the_page_teaches_and_leads_on(visit: Visit) -> None:
    page = visit("melodie").get(f"{TEAM}/tasks")
    assert "Bei dir liegt nichts." in said(page)
    assert f'href="{TEAM}/board"' in page.text


def test_a_task_of_what_one_may_not_see_any_more_is_on_no_list(visit: Visit, app: Flask, cast: Cast) -> None:
    with app.app_context():
        s = promised(cast, visibility=Visibility.MANAGERS, title="Geheim")
        on = date(2026, 12, 1)
        tasks.add(s, by=cast.pit, now=THURSDAY, via=Via.WEB, title="Auch geheim", on=on, who=cast.nari)
        s.author_id = cast.jo.id  # as after an erasure
        db.session.commit()
    assert "geheim" not in said(visit("nari").get(f"{TEAM}/tasks")).lower()


def test_many_tasks_cost_no_more_queries_than_few(visit: Visit, app: Flask, cast: Cast) -> None:
    counted = []
    for _ in range(2):
        with app.app_context():
            for _nr in range(4):
                s = promised(cast)
                tasks.add(s, by=cast.pit, now=THURSDAY, via=Via.WEB, title="Eine", on=date(2026, 12, 1), who=cast.pit)
            db.session.commit()
        pit = visit("pit")
        counted.append(queries(app, lambda pit=pit: pit.get(f"{TEAM}/tasks")))  # type: ignore[misc]
    assert counted[0] == counted[1]
