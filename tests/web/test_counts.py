"""Numbers that stand in several places are one number: what is to be answered, who waits, how many get a new date."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from tests.acts.cast import Cast, at, raised
from tests.times import FakeClock
from tests.web.pages import TEAM, follow, forms_of, send
from tests.web.test_desk import DESK, MONDAY, groups, monday_morning, queries
from tests.web.test_several import many_late, several
from tests.web.visitors import Visitor, said
from tracker.acts import answers, dates, merging, support
from tracker.domain.outcomes import Outcome
from tracker.store import overviews, suggestions
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.teams import Absence

Visit = Callable[[str], Visitor]
WEB = Via.WEB
LATE = at("Tuesday 2026-11-24 23:10")


@pytest.fixture(autouse=True)
def _monday(clock: FakeClock) -> None:
    clock.set(MONDAY)


@pytest.fixture
def ground(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def to_answer(visitor: Visitor) -> set[str]:
    """The number beside the desk, the one on its head, and the one that one by one begins with."""
    desk = visitor.get(DESK)
    head = re.findall(r"(\d+) zu beantworten", said(desk))
    line = re.findall(r"(\d+) wart\w+ auf deine Antwort", said(visitor.get(f"{TEAM}/one-by-one")))
    follow(visitor, visitor.post(f"{TEAM}/one-by-one", {"minutes": 10}))
    place = re.findall(r"1 von (\d+)", said(visitor.get(f"{TEAM}/one-by-one")))
    visitor.post(f"{TEAM}/one-by-one/end")
    return {*beside(desk), *head, *line, *place}


def beside(page: TestResponse) -> set[str]:
    """The number beside the desk in the navigation."""
    return set(re.findall(r'href="/t/nachtwache/desk"[^>]*>.*?class="count">(\d+)<', page.text, re.S))


def test_what_is_to_be_answered_is_one_number_everywhere(visit: Visit, app: Flask, cast: Cast) -> None:
    monday_morning(app, cast)
    with app.app_context():
        how = {"now": at("Friday 2026-11-27 12:00"), "via": WEB, "text": "Machen wir.", "outcome": Outcome.WILL_DO}
        for on in (date(2026, 12, 3), date(2026, 11, 30)):  # Pit gave his word: one for Thursday, one for today
            answers.answer(raised(cast, now=LATE), by=cast.pit, on=on, **how)  # type: ignore[arg-type]
        answers.answer(raised(cast, now=LATE), by=cast.juri, on=date(2026, 11, 30), **how)  # type: ignore[arg-type]
        db.session.commit()
    pit = visit("pit")
    assert to_answer(pit) == {"6"}  # the five of this morning, and what is promised for today
    assert to_answer(visit("juri")) == {"1"}


def test_what_a_stand_in_answers_today_is_theirs_on_the_desk_too(visit: Visit, app: Flask, cast: Cast) -> None:
    with app.app_context():
        how = {"now": at("Friday 2026-11-27 12:00"), "via": WEB, "text": "Machen wir.", "outcome": Outcome.WILL_DO}
        answers.answer(raised(cast, now=LATE), by=cast.pit, on=date(2026, 11, 30), **how)  # type: ignore[arg-type]
        days = {"first_on": date(2026, 11, 28), "last_on": date(2026, 12, 2)}
        away = Absence(team_id=cast.team.id, person_id=cast.pit.id, stand_in_id=cast.juri.id, entered_at=LATE, **days)
        db.session.add(away)
        db.session.commit()
    assert to_answer(visit("juri")) == {"1"}


def test_what_is_counted_beside_the_desk_waits_on_home_too(visit: Visit, app: Flask, cast: Cast) -> None:
    with app.app_context():
        raised(cast, title="Bis morgen früh", now=at("Friday 2026-11-27 09:00"))  # Tuesday, 09:00
    home = visit("pit").get(f"{TEAM}/")
    assert (beside(home), groups(home.text)) == ({"1"}, {"you": ["Bis morgen früh"]})
    assert "group-more" not in home.text
    assert "Auf dich wartet nichts." in said(visit("juri").get(f"{TEAM}/"))


def test_of_very_many_home_shows_the_first_and_leads_to_the_desk(visit: Visit, app: Flask, cast: Cast) -> None:
    monday_morning(app, cast)
    pit = visit("pit")
    few = queries(app, lambda: pit.get(f"{TEAM}/"))
    many_late(app, cast, 55)
    home = pit.get(f"{TEAM}/")
    assert (beside(home), len(groups(home.text)["you"])) == ({"60"}, 7)
    assert re.findall(r'class="group-more"><a href="/t/nachtwache/desk">(\d+) ', home.text) == ["60"]
    assert queries(app, lambda: pit.get(f"{TEAM}/")) == few


def test_the_number_beside_the_desk_costs_the_same_for_many(visit: Visit, app: Flask, cast: Cast) -> None:
    monday_morning(app, cast)
    pit = visit("pit")
    few = queries(app, lambda: pit.get("/me"))
    many_late(app, cast, 30)
    assert queries(app, lambda: pit.get("/me")) == few


def test_the_line_about_a_team_with_nobody_there_asks_nothing_that_the_number_had_not_asked(
    visit: Visit, app: Flask, cast: Cast
) -> None:
    monday_morning(app, cast)
    pit, asked = visit("pit"), []
    with app.app_context():
        engine = db.engine

    def note(*args: object) -> None:
        asked.append((" ".join(str(args[2]).split()), str(args[3])))

    sa.event.listen(engine, "before_cursor_execute", note)
    pit.get("/me")
    sa.event.remove(engine, "before_cursor_execute", note)
    assert len([one for one, _values in asked if "FROM absence" in one]) == 1
    assert len(asked) == len(set(asked))


@pytest.mark.usefixtures("ground")
def test_each_person_who_waits_is_counted_once(cast: Cast) -> None:
    mine, jos = raised(cast, now=LATE), raised(cast, by=cast.jo, now=LATE)
    for by in (cast.melodie, cast.jo):
        support.vote(mine, by=by, now=LATE, via=WEB)
    support.nudge(mine, by=cast.nari, now=MONDAY, via=WEB)
    support.nudge(mine, by=cast.melodie, now=MONDAY, via=WEB)
    ids = [mine.id, jos.id]
    assert overviews.people_waiting_for_each(ids) == {mine.id: 3, jos.id: 1}
    assert overviews.who_waits(ids) == {
        mine.id: {cast.nari.id, cast.jo.id, cast.melodie.id},
        jos.id: {cast.jo.id},
    }
    assert overviews.people_waiting(ids) == 3
    merging.merge(jos, into=mine, by=cast.pit, now=MONDAY, via=WEB)  # Jo is an author now, and was with it before
    assert overviews.people_waiting_for_each([mine.id]) == {mine.id: 3}
    assert (overviews.people_waiting([]), overviews.people_waiting_for_each([]), overviews.who_waits([])) == (0, {}, {})


def numbers(told: str, ending: str) -> list[str]:
    return re.findall(rf"(\d+) {ending}", told)


def test_new_dates_for_many_name_one_number_throughout(visit: Visit, app: Flask, cast: Cast) -> None:
    many_late(app, cast, 36)
    with app.app_context():
        often = suggestions.by_number(cast.team.id, 41)
        assert often is not None
        for on in (date(2026, 11, 27), date(2026, 11, 28)):
            how = {"now": at("Friday 2026-11-27 09:00"), "via": WEB, "reason": "Ich war krank."}
            dates.move(often, by=cast.pit, on=on, **how)  # type: ignore[arg-type]
        db.session.commit()
    pit = visit("pit")
    told = said(pit.get(DESK))
    assert "36 Termine sind verstrichen" in told
    assert numbers(told, "neu zusagen: 15 am Tag") == ["35"]
    assert "Bei 1 davon muss es jemand anders tun: Es wurde schon zweimal verschoben." in told
    page = pit.get(f"{DESK}/several?do=promise&late=1&a_day=15&back=desk")
    told = said(page)
    assert re.findall(r"Neue Termine für (\d+)", told) == ["35"]
    assert numbers(told, "neu zusagen") == ["35"]
    assert "1 von 36 gewählten bleibt, wie es ist: Schon zweimal verschoben" in told
    picked = re.findall(r'name="on-(\d+)" value="([^"]+)"', page.text)
    assert len(picked) == 35
    assert told.index("Schon zweimal verschoben") < told.index("So viele am Tag") < told.index("Nr. 02")
    days = {f"on-{number}": on for number, on in picked}
    done = follow(pit, send(pit, page, "/several", n=[number for number, _on in picked], **days, text="Ich war krank."))
    assert "35 haben einen neuen Termin" in said(done)


def test_what_is_refused_meanwhile_stands_on_top_and_counts_no_more(visit: Visit, app: Flask, cast: Cast) -> None:
    monday_morning(app, cast)
    pit = visit("pit")
    page = pit.get(several(41, 42, 44, do="promise"))
    with app.app_context():
        gone = suggestions.by_number(cast.team.id, 44)
        assert gone is not None
        dates.move(gone, by=cast.juri, now=MONDAY, via=WEB, on=date(2026, 11, 30), reason="")
        db.session.commit()
    days = {f"on-{number}": "2026-12-04" for number in (41, 42, 44)}
    days |= dict(re.findall(r'name="(seen-44)" value="([^"]+)"', page.text))  # it stands outside the form's own tags
    refused = send(pit, page, "/several", n=["41", "42", "44"], **days, text="Ich war krank.")
    assert refused.status_code == 409
    told = said(refused)
    assert "Neue Termine für 2" in told
    assert numbers(told, "neu zusagen") == ["2"]
    assert re.findall(r'type="checkbox" name="n" value="(\d+)"', refused.text)[0] == "44"
    assert forms_of(refused)[f"{DESK}/several"]["text"] == "Ich war krank."


def test_what_waits_for_its_author_is_found_on_the_desk_and_by_the_search(visit: Visit, app: Flask, cast: Cast) -> None:
    monday_morning(app, cast)
    pit = visit("pit")
    desk = pit.get(f"{DESK}?waiting=author")
    assert groups(desk.text) == {"others": ["Gefragt"]}
    assert "<details><summary><h2" not in desk.text, "what was asked for is not folded"
    assert "Wegnehmen: Wartet auf:" in desk.text
    found = said(pit.get(f"{TEAM}/search?q=waiting:author"))
    assert "1 Anliegen" in found
    assert "Gefragt" in found
