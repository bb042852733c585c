"""Texts to begin an answer with: saved replies of the team, and the nearest answers that were given before."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.acts.cast import Cast, at, raised
from tests.times import FakeClock
from tests.web.pages import TEAM, follow, forms_of, send
from tests.web.test_desk import DESK
from tests.web.visitors import Visitor, problems, said
from tracker.acts import answers
from tracker.domain.lifecycle import Visibility
from tracker.domain.outcomes import Outcome
from tracker.store.base import db
from tracker.store.entries import Via

Visit = Callable[[str], Visitor]
REPLIES = f"{TEAM}/settings/replies"
DANKE = {"name": "Danke", "text_de": "Danke dir, {name}! {me}", "text_en": "Thank you, {name}! {me}", "outcome": "done"}
NO_SPEECH = "Wer schreibt, liest nicht."


@pytest.fixture
def pit(visit: Visit, app: Flask, cast: Cast, clock: FakeClock) -> Visitor:
    """#41 was answered, and one that managers alone see; #42 is as much alike, and open."""
    with app.app_context():
        how = {"by": cast.pit, "via": Via.WEB, "outcome": Outcome.DONE}
        for title, seen_by in (("Filter sperrt Umlaute", Visibility.TEAM), ("Filter geheim", Visibility.MANAGERS)):
            s = raised(cast, title=title, visibility=seen_by)
            answers.answer(s, **how, now=at("Wednesday 2026-11-25 10:00"), text=NO_SPEECH)  # type: ignore[arg-type]
        raised(cast, title="Chat-Filter frisst Umlaute", by=cast.jo)
        db.session.commit()
    clock.set("Thursday 2026-11-26 10:00")
    return visit("pit")


def save(visitor: Visitor, **changes: str) -> None:
    follow(visitor, send(visitor, visitor.get(REPLIES), "/replies", **{**DANKE, **changes}))


# Managing them --------------------------------------------------------------------------------------------------------


def test_a_manager_saves_changes_and_removes_one(pit: Visitor) -> None:
    page = follow(pit, send(pit, pit.get(REPLIES), "/replies", **DANKE))
    assert "Gespeichert." in said(page)
    assert "Danke Erledigt …" in said(page)
    [url] = [link for link in forms_of(pit.get(f"{REPLIES}/1")) if link.endswith("/replies/1")]
    page = follow(pit, send(pit, pit.get(url), "/replies/1", name="Vielen Dank"))
    assert "Vielen Dank" in said(page)
    page = follow(pit, send(pit, pit.get(url), "/remove"))
    assert "Vielen Dank" not in said(page)
    assert pit.get(url).status_code == 404


def test_what_cannot_be_saved_is_said_and_nothing_typed_is_lost(pit: Visitor) -> None:
    page = send(pit, pit.get(REPLIES), "/replies", **{**DANKE, "text_en": "Thanks, {nmae}"})
    assert page.status_code == 422
    assert problems(page)["text_en"] == (
        "„{nmae}“ ist kein Platzhalter. Es gibt: {name}, {title}, {number}, {team}, {me}."
    )
    assert forms_of(page)[REPLIES]["text_de"] == DANKE["text_de"]
    for changes, field in (
        ({"name": " "}, "name"),
        ({"text_de": "", "text_en": " "}, "text_de"),
        ({"name": "x" * 81}, "name"),
        ({"text_de": "x" * 4001}, "text_de"),
        ({"outcome": "maybe"}, "outcome"),
    ):
        refused = send(pit, pit.get(REPLIES), "/replies", **{**DANKE, **changes})
        assert (refused.status_code, list(problems(refused))) == (422, [field]), changes


def test_two_of_one_name_and_more_than_fifty_are_refused(pit: Visitor) -> None:
    save(pit)
    page = send(pit, pit.get(REPLIES), "/replies", **{**DANKE, "name": "danke"})
    assert problems(page)["name"] == "Eine Vorlage mit diesem Namen gibt es schon."
    for i in range(49):
        save(pit, name=f"Nr. {i}")
    page = send(pit, pit.get(REPLIES), "/replies", **{**DANKE, "name": "Nr. 50"})
    assert problems(page)["name"] == "Es gibt schon 50 Vorlagen. Nimm erst eine heraus."


def test_members_and_others_have_none(visit: Visit, pit: Visitor) -> None:
    save(pit)
    for name, status in (("nari", 403), ("olga", 404)):
        somebody = visit(name)
        for path in (REPLIES, f"{REPLIES}/1", f"{TEAM}/42/start?of=reply:1"):
            assert somebody.get(path).status_code == status, path
    assert "Danke" not in said(visit("jo").get(f"{TEAM}/42"))


# Using them -----------------------------------------------------------------------------------------------------------


def test_it_is_filled_in_the_language_of_the_author(pit: Visitor, app: Flask, cast: Cast) -> None:
    save(pit)
    start = f"{TEAM}/42/start?of=reply:1"
    assert pit.get(start).text == "Danke dir, Jo! Pit"
    assert pit.get(start).mimetype == "text/plain"
    with app.app_context():
        db.session.merge(cast.jo).locale = "en"
        db.session.commit()
    assert pit.get(start).text == "Thank you, Jo! Pit"


def test_without_a_script_the_form_comes_back_with_the_text(pit: Visitor) -> None:
    save(pit)
    follow(pit, pit.post(f"{TEAM}/one-by-one", {"minutes": "10"}))
    for path in (f"{TEAM}/42", f"{DESK}?show=42", f"{TEAM}/one-by-one"):
        page = pit.get(path)
        assert 'name="start" value="reply:1"' in page.text, path
        page = send(pit, page, "/42/answer", start="reply:1", text="Moin!", on="2026-12-04")
        form = forms_of(page)[f"{TEAM}/42/answer"]
        assert (page.status_code, form["text"]) == (200, "Moin!\n\nDanke dir, Jo! Pit"), path
        assert (form["outcome"], form["on"]) == ("done", "2026-12-04"), path
    page = send(pit, pit.get(f"{TEAM}/42"), "/42/answer", start="reply:1", outcome="declined")
    assert forms_of(page)[f"{TEAM}/42/answer"]["outcome"] == "declined", "what was chosen stays"


def test_the_nearest_answers_stand_below_the_text(pit: Visitor) -> None:
    page = pit.get(f"{TEAM}/42")
    assert "Schon beantwortet: #41 Filter sperrt Umlaute, erledigt am Mi 25.11." in said(page).replace("\xa0", " ")
    assert NO_SPEECH in said(page)
    assert "Filter geheim, erledigt" not in said(page), "what only managers see is no text for everybody"
    assert pit.get(f"{TEAM}/42/start?of=answer:41").text == NO_SPEECH
    page = send(pit, page, "/42/answer", start="answer:41")
    assert forms_of(page)[f"{TEAM}/42/answer"]["text"] == NO_SPEECH


NOT_THERE = ["", "reply:", "reply:99", "reply:x", "answer:42", "answer:99", "else:1", "reply:" + "9" * 30]


@pytest.mark.parametrize("of", NOT_THERE)
def test_what_is_not_there_is_an_empty_text(pit: Visitor, of: str) -> None:
    response = pit.get(f"{TEAM}/42/start?of={of}")
    assert (response.status_code, response.text) == (200, "")
