"""Answering one by one: how long, one at a time, and what was achieved; for those who answer, without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.acts.cast import Cast, at, raised
from tests.times import FakeClock
from tests.web.pages import TEAM, follow, forms_of, offers, send
from tests.web.test_desk import DESK, MONDAY, monday_morning, queries
from tests.web.visitors import Visitor, said
from tracker.acts import answers, sittings, support
from tracker.acts import suggestions as verbs
from tracker.domain.outcomes import Outcome
from tracker.domain.sittings import Step
from tracker.store import people, suggestions, teams
from tracker.store import sittings as store
from tracker.store.base import db
from tracker.store.entries import Via

Visit = Callable[[str], Visitor]
PAGE = f"{TEAM}/one-by-one"


@pytest.fixture(autouse=True)
def _monday(app: Flask, cast: Cast, clock: FakeClock) -> None:
    """Pit owes five answers: #42 is late and loud, #41 late, #43 due today, #44 this week, #45 later."""
    clock.set(MONDAY)
    monday_morning(app, cast)


@pytest.fixture
def pit(visit: Visit) -> Visitor:
    return visit("pit")


def begin(visitor: Visitor, minutes: int = 10) -> TestResponse:
    return follow(visitor, visitor.post(PAGE, {"minutes": minutes}))


def number(page: TestResponse) -> int:
    """Which suggestion is asked for an answer; 0 where none is."""
    found = [url for url in forms_of(page) if url.endswith("/answer")]
    return int(found[0].split("/")[-2]) if found else 0


def done(visitor: Visitor, page: TestResponse, text: str = "Getauscht.") -> TestResponse:
    return follow(visitor, send(visitor, page, "/answer", outcome="done", text=text))


def skip(visitor: Visitor, page: TestResponse) -> TestResponse:
    """The button lies outside of the form it belongs to and sends it to another address."""
    url = f"{PAGE}/{number(page)}/skip"
    assert f'formaction="{url}"' in page.text
    return follow(visitor, visitor.post(url, {"text": ""}))


# How long -------------------------------------------------------------------------------------------------------------


def test_it_asks_how_long_and_says_what_waits(pit: Visitor) -> None:
    page = pit.get(PAGE)
    assert "Wie lange hast du? 5 warten auf deine Antwort. 2 davon sind überfällig. 1 ist heute fällig." in said(page)
    assert "10 Minuten" in said(page)
    assert number(page) == 0


def test_the_desk_leads_here_with_ten_minutes(pit: Visitor) -> None:
    assert "Eins nach dem anderen · 10 Minuten" in said(pit.get(DESK))
    page = follow(pit, send(pit, pit.get(DESK), "/one-by-one", minutes="10"))
    assert "1 von 5" in said(page)
    assert "noch 10 Min. · 4 offen" in said(page)


def test_another_length_is_refused(pit: Visitor) -> None:
    page = pit.post(PAGE, {"minutes": "90"})
    assert page.status_code == 422
    assert "Wähl, wie lange du Zeit hast." in said(page)
    assert pit.post(PAGE, {"minutes": "gleich"}).status_code == 422


def test_with_nothing_to_answer_it_offers_no_time(visit: Visit) -> None:
    page = visit("juri").get(PAGE)
    assert "Bei dir ist nichts offen. 8 sind bei anderen in deinem Team offen." in said(page)
    assert "/one-by-one" not in offers(page)
    assert f'href="{DESK}?with=all"' in page.text


def test_what_is_with_somebody_on_a_later_day_is_not_nothing(visit: Visit, app: Flask, cast: Cast) -> None:
    with app.app_context():
        how = {"by": cast.juri, "now": at("Friday 2026-11-27 12:00"), "via": Via.WEB, "text": "Ich kümmere mich."}
        promised = raised(cast, title="Versprochen", now=at("Friday 2026-11-27 10:00"))
        answers.answer(promised, **how, outcome=Outcome.WILL_DO, on=date(2026, 12, 3))  # type: ignore[arg-type]
        db.session.commit()
    told = said(visit("juri").get(PAGE))
    assert "Für heute ist nichts mehr übrig. Nächster Termin: Do 3.12. 8 sind bei anderen" in told


# One at a time --------------------------------------------------------------------------------------------------------


def test_late_ones_come_first_by_who_waits_then_the_rest_by_date(pit: Visitor) -> None:
    page = begin(pit)
    seen = []
    while number(page):
        seen.append(number(page))
        page = done(pit, page)
    assert seen == [42, 41, 43, 44, 45]
    assert "5 beantwortet in 1 Minute, 2 Leute wissen, woran sie sind." in said(page)
    assert "Für heute ist nichts mehr übrig." in said(page)


def test_after_sending_the_next_one_stands_there_with_the_undo_on_top(pit: Visitor) -> None:
    page = done(pit, begin(pit))
    assert number(page) == 41
    assert "#42 ist beantwortet. Jo erfährt es gleich." in said(page)
    assert "2 von 5" in said(page)
    [undo] = [url for url in forms_of(page) if "/undo/" in url]
    back = follow(pit, send(pit, page, undo))
    assert number(back) == 42
    assert "1 von 5" in said(back)
    assert number(pit.get(PAGE)) == 42, "an answer that was taken back is owed again"


def test_what_is_skipped_comes_last(pit: Visitor) -> None:
    page = skip(pit, begin(pit))
    assert (number(page), "2 von 5" in said(page)) == (41, True)
    for _ in range(4):
        page = done(pit, page)
    assert (number(page), "5 von 5" in said(page)) == (42, True)


def test_skipping_takes_nothing_of_what_another_device_has_written(pit: Visitor, visit: Visit) -> None:
    phone, laptop = begin(pit), visit("pit")

    def kept() -> str:
        return forms_of(laptop.get(f"{TEAM}/42"))[f"{TEAM}/42/answer"]["text"]

    def skips(text: str, version: str) -> TestResponse:
        return pit.post(f"{PAGE}/42/skip", {"text": text, "version": version, "back": "one-by-one"})

    laptop.post(f"{TEAM}/42/draft", {"text": "Vom Rechner", "version": ""})
    known = forms_of(phone)[f"{TEAM}/42/answer"]["version"]
    assert skips("", known).status_code == 303
    assert kept() == "Vom Rechner"
    refused = skips("Vom Telefon", known)
    assert refused.status_code == 422
    assert "Du hast anderswo weitergeschrieben." in said(refused)
    assert kept() == "Vom Rechner"
    form = forms_of(refused)[f"{TEAM}/42/answer"]
    assert form["text"] == "Vom Telefon"
    assert skips(form["text"], form["version"]).status_code == 303
    assert kept() == "Vom Telefon"
    form = forms_of(laptop.get(f"{TEAM}/42"))[f"{TEAM}/42/answer"]
    assert skips("", form["version"]).status_code == 303  # who knows it and clears it wants it gone
    assert kept() == ""


def test_asking_and_moving_settle_it_and_a_comment_does_not(pit: Visitor) -> None:
    page = begin(pit)
    page = follow(pit, send(pit, page, "/42/comment", text="Ich sehe nach."))
    assert number(page) == 42
    assert "Ich sehe nach." in page.text
    page = follow(pit, send(pit, page, "/42/ask", text="Bei wem?"))
    assert number(page) == 41
    page = follow(pit, send(pit, page, "/41/move", text="Der Anbieter antwortet nicht.", on="2026-12-02"))
    assert number(page) == 43
    page = follow(pit, pit.post(f"{PAGE}/end"))
    assert "Diesmal nichts beantwortet. 1 Rückfrage gestellt. 1 Termin verschoben." in said(page)
    assert "Noch 1 für heute." in said(page)
    assert "Nächster Termin: Di 1.12." in said(page)


def test_only_what_this_person_owes_is_in_line(visit: Visit, app: Flask, cast: Cast) -> None:
    with app.app_context():
        mine = raised(cast, title="Von Pit", by=cast.pit, now=at("Friday 2026-11-27 10:00"))
        assert mine.assignee_id is None
        number_of_mine = mine.number
        db.session.commit()
    assert "5 warten auf deine Antwort." in said(visit("pit").get(PAGE))
    page = begin(visit("juri"))
    assert number(page) == number_of_mine, "Pit's own is with his deputy"
    assert "1 von 1" in said(page)


def test_what_was_refused_stands_there_filled(pit: Visitor) -> None:
    page = send(pit, begin(pit), "/42/answer", outcome="will_do", text="Ich tausche.")
    assert page.status_code == 422
    assert forms_of(page)[f"{TEAM}/42/answer"]["text"] == "Ich tausche."
    assert "1 von 5" in said(page)
    page = follow(pit, send(pit, page, "/42/answer", on="2026-12-04", outcome="will_do"))
    assert number(page) == 41


def test_a_not_now_far_away_asks_first_and_stays_here(pit: Visitor) -> None:
    page = send(pit, begin(pit), "/42/answer", outcome="not_now", text="Später.", on="2027-09-01")
    assert "Wäre ein Nein ehrlicher?" in said(page)
    assert "1 von 5" in said(page)
    assert number(follow(pit, send(pit, page, "/42/answer", outcome="not_now", text="Später.", on="2027-09-01"))) == 41


def test_two_in_a_sitting_at_once_lose_nothing(visit: Visit, app: Flask, cast: Cast) -> None:
    with app.app_context():
        team = teams.by_slug("nachtwache")
        assert team is not None
        team.duty_rule = "all"
        db.session.commit()
    pit, juri = visit("pit"), visit("juri")
    here, there = begin(pit), begin(juri)
    assert number(here) == number(there) == 42
    done(juri, there, "Juri war schneller.")
    page = send(pit, here, "/42/answer", outcome="declined", text="Pits langer Text.")
    assert page.status_code in (409, 422)
    assert "Juri war schneller." in page.text
    assert "Pits langer Text." in page.text
    assert number(pit.get(PAGE)) == 41
    assert "1 von 4" in said(pit.get(PAGE))


# The end --------------------------------------------------------------------------------------------------------------


def test_when_the_time_is_up_the_one_that_is_written_is_finished(pit: Visitor, clock: FakeClock) -> None:
    page = begin(pit)
    clock.set(MONDAY + timedelta(minutes=4))
    page = done(pit, page)
    assert "noch 6 Min. · 3 offen" in said(page)
    clock.set(MONDAY + timedelta(minutes=11, seconds=30))
    page = done(pit, page)
    assert "2 beantwortet in 12 Minuten, 2 Leute wissen, woran sie sind." in said(page)
    assert "Noch 1 für heute. Nächster Termin: Di 1.12." in said(page)
    assert "Weiter? Wie lange hast du?" in said(page)
    assert number(begin(pit, 25)) == 43


def test_refused_after_the_time_it_still_stands_there(pit: Visitor, clock: FakeClock) -> None:
    page = begin(pit)
    clock.set(MONDAY + timedelta(minutes=10))
    page = send(pit, page, "/42/answer", outcome="will_do", text="Ich tausche.")
    assert "Die Zeit ist um: Dieses noch zu Ende." in said(page)
    assert "Ich tausche." in page.text


def test_what_was_achieved_is_told_for_an_hour(pit: Visitor, clock: FakeClock) -> None:
    done(pit, begin(pit))
    clock.set(MONDAY + timedelta(minutes=69))
    assert "1 beantwortet in 1 Minute, 1 Person weiß, woran sie ist." in said(pit.get(PAGE))
    clock.set(MONDAY + timedelta(minutes=70))
    assert "4 warten auf deine Antwort." in said(pit.get(PAGE))


def test_what_was_moved_in_a_sitting_that_is_long_over_waits_again(pit: Visitor, clock: FakeClock) -> None:
    page = begin(pit)
    follow(pit, send(pit, page, "/42/move", text="Der Anbieter antwortet nicht.", on="2026-12-02"))
    pit.post(f"{PAGE}/end")
    assert "Noch 2 für heute." in said(pit.get(PAGE))
    clock.set(MONDAY + timedelta(minutes=70))
    assert "5 zu beantworten" in said(pit.get(DESK))
    assert "5 warten auf deine Antwort." in said(pit.get(PAGE))


def test_who_voted_knows_where_they_stand_too(pit: Visitor, app: Flask, cast: Cast) -> None:
    with app.app_context():
        loud = suggestions.by_number(cast.team.id, 42)
        assert loud is not None
        for person in (cast.melodie, cast.nari):
            support.vote(loud, by=person, now=MONDAY, via=Via.WEB)
        db.session.commit()
    done(pit, begin(pit))
    assert "1 beantwortet in 1 Minute, 3 Leute wissen, woran sie sind." in said(follow(pit, pit.post(f"{PAGE}/end")))


def test_an_answer_that_was_given_elsewhere_is_not_counted_here(pit: Visitor, app: Flask, cast: Cast) -> None:
    begin(pit)
    done(pit, pit.get(f"{DESK}?show=43"))
    assert "Diesmal nichts beantwortet." in said(follow(pit, pit.post(f"{PAGE}/end")))


def test_while_one_runs_the_desk_leads_back_into_it_and_no_page_of_before_ends_it(pit: Visitor, visit: Visit) -> None:
    desk = pit.get(DESK)
    assert 'name="minutes" value="10"' in desk.text
    assert f'href="{PAGE}">andere Dauer</a>' in desk.text
    begin(pit, 60)
    begin(pit)  # on the desk that was opened before, or on the other device
    desk = pit.get(DESK)
    assert 'name="minutes"' not in desk.text
    assert "Weiter: noch 60 Min." in said(desk)
    assert "Weiter: noch" not in said(visit("juri").get(DESK)), "it is Pit's alone"
    pit.post(f"{PAGE}/end")
    assert 'name="minutes" value="10"' in pit.get(DESK).text


def test_with_nothing_left_to_answer_the_desk_leads_into_no_sitting(pit: Visitor) -> None:
    page = begin(pit)
    while number(page):
        page = done(pit, page)
    desk = pit.get(DESK)
    assert "Weiter: noch" not in said(desk)
    assert 'data-key="t"' not in desk.text


def test_a_length_that_is_chosen_holds_while_another_runs(pit: Visitor, clock: FakeClock) -> None:
    question = pit.get(PAGE)
    done(pit, begin(pit))  # meanwhile, on the other device
    clock.set(MONDAY + timedelta(minutes=4))
    page = follow(pit, send(pit, question, "/one-by-one", minutes="25"))
    assert "2 von 5" in said(page), "what was done in it is still part of it"
    assert "noch 25 Min." in said(page)


def test_a_new_sitting_begins_once_the_one_before_is_over(app: Flask, cast: Cast) -> None:
    with app.app_context():
        team, person = teams.by_slug("nachtwache"), people.by_id(cast.pit.id)
        assert team is not None
        assert person is not None
        first = sittings.begin(team, by=person, minutes=60, now=MONDAY)
        assert sittings.begin(team, by=person, minutes=10, now=MONDAY + timedelta(minutes=59)).id == first.id
        second = sittings.begin(team, by=person, minutes=10, now=MONDAY + timedelta(minutes=60))
        assert (first.ended_at, second.ended_at) == (MONDAY + timedelta(minutes=60), None)
        loud = suggestions.by_number(cast.team.id, 42)
        assert loud is not None
        given = answers.answer(loud, by=person, now=MONDAY, via=Via.WEB, outcome=Outcome.DONE, text="Fertig.")
        sittings.note(loud, Step.ANSWERED, by=person, now=MONDAY + timedelta(minutes=61), entry=given)
        assert [step.suggestion_id for step in store.steps_that_hold(second.id)] == [loud.id]
        assert sittings.note(loud, Step.SKIPPED, by=person, now=MONDAY + timedelta(hours=3)) is None, "long over"
        answers.undo(loud, given, by=person, now=MONDAY + timedelta(seconds=30), via=Via.WEB)
        assert store.steps_that_hold(second.id) == []


# Who, and at what cost ------------------------------------------------------------------------------------------------


def test_members_have_none(visit: Visit) -> None:
    for name, status in (("nari", 403), ("olga", 404)):
        somebody = visit(name)
        assert somebody.get(PAGE).status_code == status
        assert somebody.post(PAGE, {"minutes": "10"}).status_code == status
        assert somebody.post(f"{PAGE}/42/skip").status_code == status
        assert somebody.post(f"{PAGE}/end").status_code == status


def test_two_hundred_cost_as_many_queries_as_five(pit: Visitor, app: Flask, cast: Cast) -> None:
    page = begin(pit)
    few = queries(app, lambda: pit.get(PAGE))
    with app.app_context():
        team = teams.by_slug("nachtwache")
        assert team is not None
        for i in range(195):
            by = (cast.nari, cast.jo, cast.melodie)[i % 3]
            verbs.raise_(team, by=by, now=at("Tuesday 2026-11-24 23:10"), via=Via.WEB, title=f"Nr. {i}")
        db.session.commit()
    skip(pit, page)
    assert "2 von 200" in said(pit.get(PAGE))
    assert queries(app, lambda: pit.get(PAGE)) == few
    assert few <= 52
