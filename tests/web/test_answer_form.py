"""Answering over the form: four beginnings, what each needs, undo, two at once, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from flask import Flask

from tests.acts.cast import Cast, raised
from tests.times import FakeClock
from tests.web.pages import TEAM, follow, forms_of, offers, send
from tests.web.visitors import Visitor, problems, said
from tracker.acts import answers, people
from tracker.domain.lifecycle import Kind, Role, Status, Visibility
from tracker.domain.outcomes import Outcome
from tracker.store import suggestions
from tracker.store.base import db
from tracker.store.entries import EntryKind, Via, of_kinds
from tracker.store.suggestions import Suggestion

Visit = Callable[[str], Visitor]
PAGE = f"{TEAM}/41"


@pytest.fixture
def nari41(app: Flask, cast: Cast, clock: FakeClock) -> int:
    with app.app_context():
        found = raised(cast)
    clock.set("Wednesday 2026-11-25 10:00")
    return found.id


@pytest.fixture
def pit(visit: Visit, nari41: int) -> Visitor:
    return visit("pit")


@contextmanager
def the(app: Flask, suggestion_id: int) -> Iterator[Suggestion]:
    with app.app_context():
        found = suggestions.by_id(suggestion_id)
        assert found is not None
        yield found
        db.session.commit()


def status(app: Flask, suggestion_id: int) -> Status:
    with the(app, suggestion_id) as s:
        return s.status


def answers_given(app: Flask, suggestion_id: int) -> int:
    with app.app_context():
        return len(of_kinds(suggestion_id, EntryKind.ANSWER))


def promised(app: Flask, cast: Cast, clock: FakeClock, suggestion_id: int, who: str = "nari") -> None:
    """Pit says on Wednesday morning that somebody does it by Friday next week."""
    with the(app, suggestion_id) as s:
        answers.answer(
            s, by=cast.pit, now=clock.now(), via=Via.WEB, outcome=Outcome.WILL_DO, text="Am Freitag.",
            on=date(2026, 12, 4), who=getattr(cast, who),
        )  # fmt: skip
    clock.move(minutes=5)


# The four outcomes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"outcome": "done", "text": "Getauscht."}, "Erledigt · Du · Mi 25.11., 10 Uhr Getauscht."),
        ({"outcome": "will_do", "text": "Ich tausche.", "on": "2026-12-04"}, "Machen wir bis Fr 4.12. · Du"),
        ({"outcome": "not_now", "text": "Kein Geld.", "on": "2026-12-09"}, "Jetzt nicht, wieder am Mi 9.12. · Du"),
        ({"outcome": "declined", "text": "Jugendschutz."}, "Nein · Du · Mi 25.11., 10 Uhr Jugendschutz."),
    ],
)
def test_each_beginning_with_what_it_needs_is_an_answer(pit: Visitor, typed: dict[str, str], told: str) -> None:
    page = follow(pit, send(pit, pit.get(PAGE), "/answer", **typed))
    assert told in said(page)
    assert "#41 ist beantwortet. Nari erfährt es gleich." in said(page)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"outcome": None, "text": "Getauscht."}, "answer-outcome"),
        ({"outcome": "soon", "text": "Getauscht."}, "answer-outcome"),
        ({"outcome": "done", "text": ""}, "answer-text"),
        ({"outcome": "declined", "text": "\u200b "}, "answer-text"),
        ({"outcome": "will_do", "text": "Ich tausche.", "on": ""}, "answer-on"),
        ({"outcome": "will_do", "text": "Ich tausche.", "on": "2026-11-24"}, "answer-on"),
        ({"outcome": "will_do", "text": "Ich tausche.", "on": "2028-11-26"}, "answer-on"),
        ({"outcome": "not_now", "text": "Kein Geld.", "on": "2026-11-25"}, "answer-on"),
        ({"outcome": "not_now", "text": "Kein Geld.", "on": "übermorgen"}, "answer-on"),
        ({"outcome": "done", "text": "x" * 200_000}, "answer-text"),
    ],
)
def test_without_its_mandatory_part_it_is_none_and_everything_typed_stays(
    pit: Visitor, app: Flask, nari41: int, typed: dict[str, str | None], field: str
) -> None:
    page = send(pit, pit.get(PAGE), "/answer", **typed)
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text  # the summary on top leads to the field
    sent = forms_of(page)[f"{PAGE}/answer"]
    assert sent["text"] == typed["text"]
    assert sent["on"] == typed.get("on", "")
    assert answers_given(app, nari41) == 0
    assert send(pit, page, "/answer", outcome="done", text="Getauscht.", on="").status_code == 303


def test_the_sentence_is_in_the_readers_language(pit: Visitor, app: Flask, cast: Cast) -> None:
    german = send(pit, pit.get(PAGE), "/answer", outcome="will_do", text="Ich tausche.", on="2026-11-24")
    assert problems(german)["answer-on"] == "Di 24.11. ist vorbei. Wähl einen Tag, der noch kommt."
    with app.app_context():
        db.session.merge(cast.pit).locale = "en"
        db.session.commit()
    english = send(pit, pit.get(PAGE), "/answer", outcome="will_do", text="Ich tausche.", on="2026-11-24")
    assert problems(english)["answer-on"] == "Tue 24 Nov has passed. Choose a day that lies ahead."


def test_a_not_now_beyond_six_months_asks_first_whether_a_no_would_be_more_honest(
    pit: Visitor, app: Flask, nari41: int
) -> None:
    page = send(pit, pit.get(PAGE), "/answer", outcome="not_now", text="Kein Geld.", on="2027-06-30")
    assert page.status_code == 422
    assert "Wäre ein Nein ehrlicher?" in said(page)
    assert answers_given(app, nari41) == 0
    assert send(pit, page, "/answer").status_code == 303  # pressed once more, with everything still there
    assert status(app, nari41) is Status.NOT_NOW


def test_a_question_is_answered_and_trouble_is_settled(pit: Visitor, app: Flask, nari41: int) -> None:
    for kind, begins in ((Kind.QUESTION, "Beantwortet …"), (Kind.FRICTION, "Geklärt …")):
        with the(app, nari41) as s:
            s.kind = kind
        assert begins in said(pit.get(PAGE))


def test_the_chips_are_days_on_which_somebody_is_there(pit: Visitor) -> None:
    html = pit.get(PAGE).text
    for iso in ("2026-11-27", "2026-12-02", "2026-12-09", "2026-12-25"):
        assert f'data-day="{iso}"' in html
    assert 'min="2026-11-25"' in html


# Twice, two at once, and undo -----------------------------------------------------------------------------------------


def test_a_second_click_finds_the_answer_of_the_first(pit: Visitor, app: Flask, nari41: int) -> None:
    page = pit.get(PAGE)
    first = send(pit, page, "/answer", outcome="done", text="Getauscht.")
    second = send(pit, page, "/answer", outcome="done", text="Getauscht.")
    assert (first.status_code, second.status_code) == (303, 303)
    assert answers_given(app, nari41) == 1


def test_somebody_else_was_quicker_it_is_shown_and_what_was_typed_stays(
    pit: Visitor, visit: Visit, app: Flask, nari41: int
) -> None:
    juri, page = visit("juri"), pit.get(PAGE)
    quicker = send(juri, juri.get(PAGE), "/answer", outcome="will_do", text="Ich tausche sie.", on="2026-12-04")
    assert quicker.status_code == 303
    stale = send(pit, page, "/answer", outcome="declined", text="Das geht leider nicht.")
    assert stale.status_code == 409
    told = said(stale)
    assert "Jemand anderes war schneller." in told
    assert "Während du geschrieben hast, hat jemand geantwortet. Dein Text ist noch da." in told
    assert "Ich tausche sie." in told
    assert forms_of(stale)[f"{PAGE}/answer"]["text"] == "Das geht leider nicht."
    assert answers_given(app, nari41) == 1
    assert send(pit, stale, "/answer").status_code == 303  # having read it, Pit means it
    assert status(app, nari41) is Status.DECLINED


def test_somebody_else_settled_it_and_what_was_typed_is_still_there_to_copy(
    pit: Visitor, visit: Visit, app: Flask, nari41: int
) -> None:
    juri, page = visit("juri"), pit.get(PAGE)
    send(juri, juri.get(PAGE), "/answer", outcome="done", text="Schon getauscht.")
    stale = send(pit, page, "/answer", outcome="declined", text="Das geht leider nicht.")
    assert stale.status_code == 409
    assert "Was du geschrieben hast Das geht leider nicht." in said(stale)
    assert "Schon getauscht." in said(stale)
    assert answers_given(app, nari41) == 1


def test_within_a_minute_it_can_be_taken_back_and_nobody_was_told(
    pit: Visitor, app: Flask, clock: FakeClock, nari41: int
) -> None:
    page = follow(pit, send(pit, pit.get(PAGE), "/answer", outcome="declined", text="Nein."))
    clock.move(seconds=30)
    page = pit.get(PAGE)
    assert 'data-undo="30"' in page.text
    [undo] = [url for url in forms_of(page) if "/undo/" in url]
    told = said(follow(pit, send(pit, page, undo)))
    assert "Zurückgenommen. Keine Mail ist hinausgegangen." in told
    assert "Du hast" not in told
    assert "Pit hat die Antwort zurückgenommen" in told
    assert status(app, nari41) is Status.OPEN


def test_after_a_minute_it_cannot(pit: Visitor, app: Flask, clock: FakeClock, nari41: int) -> None:
    page = follow(pit, send(pit, pit.get(PAGE), "/answer", outcome="declined", text="Nein."))
    [undo] = [url for url in forms_of(page) if "/undo/" in url]
    clock.move(seconds=61)
    refused = send(pit, page, undo)
    assert refused.status_code == 409
    assert "Die 60 Sekunden sind vorbei" in said(refused)
    assert not any("/undo/" in url for url in forms_of(pit.get(PAGE)))
    assert status(app, nari41) is Status.DECLINED


def test_what_was_taken_back_is_read_by_managers_alone(pit: Visitor, visit: Visit, nari41: int) -> None:
    page = follow(pit, send(pit, pit.get(PAGE), "/answer", outcome="declined", text="Das war vorschnell."))
    [undo] = [url for url in forms_of(page) if "/undo/" in url]
    send(pit, page, undo)
    assert "Das war vorschnell." in said(visit("juri").get(PAGE))
    assert "Das war vorschnell." not in said(visit("nari").get(PAGE))


# Who may --------------------------------------------------------------------------------------------------------------


def test_a_member_is_offered_no_answer_and_refused_one(visit: Visit, app: Flask, nari41: int) -> None:
    for name in ("nari", "jo"):
        visitor = visit(name)
        assert "answer" not in offers(visitor.get(PAGE))
        refused = visitor.post(f"{PAGE}/answer", {"outcome": "done", "text": "Selbst gemacht."})
        assert refused.status_code == 403
        assert "Was du geschrieben hast Selbst gemacht." in said(refused)
    assert answers_given(app, nari41) == 0


def test_who_is_named_may_say_done_move_the_date_and_hand_it_back(
    visit: Visit, app: Flask, cast: Cast, clock: FakeClock, nari41: int
) -> None:
    promised(app, cast, clock, nari41, who="jo")
    jo = visit("jo")
    page = jo.get(PAGE)
    assert {"answer", "move", "hand-back"} <= offers(page)
    page = follow(jo, send(jo, page, "/move", on="2026-12-09", text="Die Liste fehlt noch."))
    assert "Verschoben (1. Mal): jetzt bis Mi 9.12." in said(page)
    page = follow(jo, send(jo, page, "/hand-back", text="Ich bin krank."))
    assert "Jo gibt es an Pit zurück" in said(page)
    assert "answer" not in offers(page)


def test_who_hands_back_what_they_alone_were_let_in_for_lands_where_they_may_be(
    visit: Visit, app: Flask, cast: Cast, clock: FakeClock, nari41: int
) -> None:
    with the(app, nari41) as s:
        s.visibility = Visibility.MANAGERS
    promised(app, cast, clock, nari41, who="jo")
    jo = visit("jo")
    there = send(jo, jo.get(PAGE), "/hand-back", text="Ich bin krank.")
    assert there.headers["Location"] == f"{TEAM}/suggestions"
    assert follow(jo, there).status_code == 200
    assert jo.get(PAGE).status_code == 404


def test_who_manages_no_longer_finds_the_way_to_hand_their_own_word_back(
    visit: Visit, app: Flask, cast: Cast, clock: FakeClock, nari41: int
) -> None:
    promised(app, cast, clock, nari41, who="pit")
    assert "hand-back" not in offers(visit("pit").get(PAGE)), "who can answer gives another answer"
    with app.app_context():
        team, pit, lead = db.session.merge(cast.team), db.session.merge(cast.pit), db.session.merge(cast.anke)
        people.change_role(team, pit, Role.MEMBER, by=lead, now=clock.now(), via=Via.WEB)
        db.session.commit()
    visitor = visit("pit")
    page = visitor.get(PAGE)
    assert "hand-back" in offers(page)
    assert "Pit gibt es an Juri zurück" in said(follow(visitor, send(visitor, page, "/hand-back", text="Nicht mehr.")))


def test_who_is_named_says_that_it_is_done(visit: Visit, app: Flask, cast: Cast, clock: FakeClock, nari41: int) -> None:
    promised(app, cast, clock, nari41, who="jo")
    jo = visit("jo")
    refused = send(jo, jo.get(PAGE), "/answer", text="")
    assert (refused.status_code, "done-text" in problems(refused)) == (422, True)
    assert "Erledigt · Du" in said(follow(jo, send(jo, refused, "/answer", text="Getauscht.")))


def test_somebody_of_another_team_cannot_be_named(pit: Visitor, app: Flask, cast: Cast, nari41: int) -> None:
    refused = send(
        pit, pit.get(PAGE), "/answer", outcome="will_do", text="Olga macht das.", on="2026-12-04", who=cast.olga.id
    )
    assert refused.status_code == 422
    assert answers_given(app, nari41) == 0


# Asking and moving ----------------------------------------------------------------------------------------------------


def test_asked_and_taken_back(pit: Visitor, app: Flask, nari41: int) -> None:
    page = follow(pit, send(pit, pit.get(PAGE), "/ask", text="Handy oder Rechner?"))
    assert "Liegt bei Nari. Kommt spätestens" in said(page)
    page = follow(pit, send(pit, page, "/take-back"))
    assert "Die Rückfrage wurde zurückgenommen; unsere Uhr läuft wieder" in said(page)
    assert status(app, nari41) is Status.OPEN


def test_i_need_longer_takes_a_day_and_a_reason_and_tells_both(pit: Visitor, nari41: int) -> None:
    page = pit.get(PAGE)
    no_reason = send(pit, page, "/move", on="2026-12-01", text="")
    assert (no_reason.status_code, list(problems(no_reason))) == (422, ["move-text"])
    assert forms_of(no_reason)[f"{PAGE}/move"]["on"] == "2026-12-01"
    no_day = send(pit, page, "/move", on="", text="Die Liste fehlt.")
    assert (no_day.status_code, list(problems(no_day))) == (422, ["move-on"])
    assert forms_of(no_day)[f"{PAGE}/move"]["text"] == "Die Liste fehlt."
    told = said(follow(pit, send(pit, no_day, "/move", on="2026-12-01")))
    assert "Verschoben (1. Mal): jetzt bis Di 1.12., 17 Uhr" in told
    assert "Die Liste fehlt." in told
    assert "Antwort bis Di 1.12., 17 Uhr" in told


def test_the_third_time_takes_somebody_else(pit: Visitor, visit: Visit, nari41: int) -> None:
    page = pit.get(PAGE)
    for day in ("2026-12-01", "2026-12-02"):
        page = follow(pit, send(pit, page, "/move", on=day, text="Noch nicht."))
    refused = send(pit, page, "/move", on="2026-12-03", text="Noch nicht.")
    assert refused.status_code == 403
    assert forms_of(refused)[f"{PAGE}/move"]["text"] == "Noch nicht."
    anke = visit("anke")
    page = follow(anke, send(anke, anke.get(PAGE), "/move", on="2026-12-03", text="Noch nicht."))
    assert "Verschoben (3. Mal)" in said(page)


# Around the forms -----------------------------------------------------------------------------------------------------


def test_every_form_carries_what_makes_it_unmistakable(pit: Visitor) -> None:
    for url, fields in forms_of(pit.get(PAGE)).items():
        if url.startswith(PAGE):
            assert fields["csrf_token"], url
            assert len(fields["request_key"]) >= 20, url
            assert fields["seen"].startswith("open."), url


def test_without_its_token_nothing_is_taken_and_the_text_is_kept(pit: Visitor, app: Flask, nari41: int) -> None:
    page = send(pit, pit.get(PAGE), "/answer", outcome="done", text="Getauscht.", csrf_token="falsch")
    assert page.status_code == 400
    assert "Getauscht." in page.text
    assert answers_given(app, nari41) == 0


def test_after_success_the_browser_forgets_what_it_kept(pit: Visitor) -> None:
    page = follow(pit, send(pit, pit.get(PAGE), "/note", text="Die neue Wortliste."))
    assert f'data-kept-done="note:{PAGE}/note"' in page.text
    assert "data-kept-done" not in pit.get(PAGE).text
