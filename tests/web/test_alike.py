"""Raising something that was there before: what is like it, what became of it, and "me too" instead of a second one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from tests.acts.cast import Cast, at, raised
from tests.times import FakeClock
from tests.web.pages import TEAM
from tests.web.visitors import Visitor
from tracker.acts import answers, dates
from tracker.domain.lifecycle import Visibility
from tracker.domain.outcomes import Outcome
from tracker.store import suggestions
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.suggestions import Suggestion

Visit = Callable[[str], Visitor]
RAISE, ALIKE = f"{TEAM}/new", f"{TEAM}/new/alike"
IN_MARCH = at("Wednesday 2026-03-11 10:00")
TYPED = {"title": "Filter frisst Süßer Brei", "body": "Seit heute früh.", "kind": "problem"}


@pytest.fixture(autouse=True)
def _friday(clock: FakeClock) -> None:
    clock.set("Friday 2026-11-27 10:00")


@pytest.fixture
def story(app: Flask, cast: Cast) -> Cast:
    """#41 in March, done; #42 open; #43 for managers only."""
    with app.app_context():
        s = raised(cast, title="Filter sperrt „Assel“", now=at("Tuesday 2026-03-10 10:00"))
        answers.answer(
            s, by=cast.pit, now=IN_MARCH, via=Via.WEB, outcome=Outcome.DONE, text="Wort aus der Liste genommen."
        )
        raised(cast)
        raised(cast, title="Filter und interne Liste", visibility=Visibility.MANAGERS)
        db.session.commit()
    return cast


def alike(page: str) -> list[str]:
    return re.findall(r'<p><a href="[^"]+" target="_blank" rel="noopener">#\d+ · ([^<]+)</a>', page)


def voters(app: Flask, cast: Cast, number: int) -> list[int]:
    with app.app_context():
        s = suggestions.by_number(cast.team.id, number)
        assert isinstance(s, Suggestion)
        return suggestions.voter_ids(s.id)


def test_while_typing_what_is_like_it_stands_there_with_what_became_of_it(visit: Visit, story: Cast) -> None:
    page = visit("jo").get(f"{ALIKE}?title=Filter+frisst+Umlaute").text.replace("\xa0", " ")
    assert alike(page)[0] == "Chat-Filter frisst Umlaute"
    page = visit("jo").get(f"{ALIKE}?title=Assel+im+Filter").text
    assert "<b>Erledigt im März</b>: „Wort aus der Liste genommen.“" in page


def test_what_has_hardly_begun_or_is_like_nothing_shows_nothing(visit: Visit, story: Cast) -> None:
    jo = visit("jo")
    for title in ("", "Fil", "Eventkalender", "%25%22*("):
        assert jo.get(f"{ALIKE}?title={title}").text.strip() == "", title


def test_what_somebody_cannot_see_is_not_like_anything(visit: Visit, story: Cast) -> None:
    assert "Filter und interne Liste" not in visit("jo").get(f"{ALIKE}?title=interne+Liste+Filter").text
    assert "Filter und interne Liste" in visit("pit").get(f"{ALIKE}?title=interne+Liste+Filter").text


def test_me_too_counts_and_the_typed_words_stay_where_they_are(visit: Visit, app: Flask, story: Cast) -> None:
    page = visit("jo").post(ALIKE, {**TYPED, "me_too": "42"})
    assert voters(app, story, 42) == [story.jo.id]
    assert 'value="Filter frisst Süßer Brei"' in page.text
    assert "Seit heute früh." in page.text
    assert "Du bist dabei." in page.text
    visit("jo").post(ALIKE, {**TYPED, "me_too": "42"})
    assert voters(app, story, 42) == [story.jo.id]


def test_same_thing_leads_to_the_other_one_with_the_typed_words_ready_to_be_said_there(
    visit: Visit, app: Flask, story: Cast
) -> None:
    page = visit("jo").post(ALIKE, {**TYPED, "same": "42"}).text
    assert voters(app, story, 42) == [story.jo.id]
    assert "<h1>Chat-Filter frisst Umlaute</h1>" in page
    assert re.search(r"<textarea[^>]*>Filter frisst Süßer Brei\n\nSeit heute früh\.</textarea>", page)


def test_with_scripts_me_too_changes_the_list_alone_and_same_thing_still_takes_the_words_along(
    visit: Visit, story: Cast
) -> None:
    jo = visit("jo")
    shown = jo.get(f"{ALIKE}?title=Filter+frisst+Umlaute").text
    assert re.search(r'<button[^>]*name="me_too"[^>]*hx-post', shown)
    assert not re.search(r'<button[^>]*name="same"[^>]*hx-post', shown)
    answer = jo.post(ALIKE, {"title": TYPED["title"], "me_too": "42"}, HX_Request="true")
    assert "<html" not in answer.text
    assert "Du bist dabei." in answer.text


def test_one_of_ones_own_and_a_closed_one_cannot_be_voted_for(visit: Visit, story: Cast) -> None:
    page = visit("nari").get(f"{ALIKE}?title=Umlaute").text
    assert "Es ist von dir." in page
    assert "me_too" not in page
    assert "me_too" not in visit("jo").get(f"{ALIKE}?title=Assel").text
    refused = visit("jo").post(ALIKE, {**TYPED, "me_too": "41"})
    assert refused.status_code == 409 or refused.status_code == 422
    assert 'value="Filter frisst Süßer Brei"' in refused.text


def test_beside_a_suggestion_stand_the_answers_to_ones_like_it(visit: Visit, story: Cast) -> None:
    page = visit("jo").get(f"{TEAM}/42").text
    assert "So ähnlich, beantwortet" in page
    assert '#41 Filter sperrt „Assel“</a><br><span class="soft">Erledigt im März</span>' in page
    assert "So ähnlich, beantwortet" not in visit("jo").get(f"{TEAM}/41").text


def test_a_promise_that_moved_or_passed_is_not_shown_with_its_first_day(
    visit: Visit, app: Flask, clock: FakeClock, story: Cast
) -> None:
    """Wednesday 2 December was said, then Friday 4 December: whoever raises the same reads where it stands now."""
    with app.app_context():
        s = raised(story, title="Kalender für Gilden")
        now = at("Friday 2026-11-27 09:00")
        answers.answer(
            s, by=story.pit, now=now, via=Via.WEB, outcome=Outcome.WILL_DO, text="Kommt.", on=date(2026, 12, 2)
        )
        dates.move(s, by=story.pit, now=now, via=Via.WEB, on=date(2026, 12, 4), reason="Die Rechte fehlen noch.")
        raised(story, title="Gilden ohne Kalender")
        db.session.commit()
    places = [f"{ALIKE}?title=Gilden+Kalender", f"{TEAM}/search?q=Kalender", f"{TEAM}/44"]
    for today, sentence in (
        ("Friday 2026-11-27 10:00", "Zugesagt bis Fr 4.12."),
        ("Monday 2026-12-07 10:00", "Zugesagt war Fr 4.12. Das haben wir nicht geschafft"),
    ):
        clock.set(today)
        for place in places:
            page = visit("jo").get(place).text.replace("\xa0", " ")
            assert sentence in page, place
            assert "2.12." not in page, place
