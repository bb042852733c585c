"""Raising something that was there before: what is like it, what became of it, and "me too" instead of a second one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from tests.acts.cast import Cast, at, raised
from tests.times import FakeClock
from tests.web.pages import TEAM, follow, forms_of, send
from tests.web.visitors import Visitor, said
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


def test_me_too_ends_raising_says_so_and_puts_the_typed_words_aside(visit: Visit, app: Flask, story: Cast) -> None:
    """No script is needed for any of it."""
    jo = visit("jo")
    page = follow(jo, jo.post(ALIKE, {**TYPED, "me_too": "42"}))
    assert voters(app, story, 42) == [story.jo.id]
    text = said(page).replace("\xa0", " ")
    assert "Du wartest jetzt mit." in text
    assert "Wir sind zu spät. Zugesagt war Do 26.11., 17 Uhr." in text
    assert "Wir sagen dir, was daraus wird" in text
    assert "Filter frisst Süßer Brei Seit heute früh." in text
    assert 'data-kept-done="raise:nachtwache"' in page.text
    assert forms_of(jo.get(RAISE))[RAISE]["title"] == ""  # the form begins anew
    assert "Beiseitegelegt: „Filter frisst Süßer Brei Seit heute früh.“" in said(jo.get(RAISE))
    assert "Süßer Brei" not in visit("pit").get(RAISE).text
    jo.post(ALIKE, {**TYPED, "me_too": "42"})
    assert voters(app, story, 42) == [story.jo.id]


def test_what_was_put_aside_is_taken_up_again_and_what_stands_in_the_form_changes_places_with_it(
    visit: Visit, story: Cast
) -> None:
    jo = visit("jo")
    page = follow(jo, jo.post(ALIKE, {**TYPED, "me_too": "42"}))
    mark = next(iter(re.findall(r'name="take_up" value="(\d+)"', page.text)))
    page = follow(jo, jo.post(f"{RAISE}/aside", {"title": "Eventkalender", "kind": "idea", "take_up": mark}))
    form = forms_of(page)[RAISE]
    assert (form["title"], form["body"]) == ("Filter frisst Süßer Brei", "Seit heute früh.")
    assert "Beiseitegelegt: „Eventkalender“" in said(page)
    pit = visit("pit")
    assert "Eventkalender" not in said(follow(pit, pit.post(f"{RAISE}/aside", {"take_up": mark})))
    [other] = re.findall(r'name="let_go" value="(\d+)"', page.text)
    page = follow(jo, jo.post(f"{RAISE}/aside", {**TYPED, "let_go": other}))
    assert "Beiseitegelegt" not in said(page)
    assert forms_of(page)[RAISE]["title"] == "Filter frisst Süßer Brei"
    assert follow(jo, jo.post(f"{RAISE}/aside", {"take_up": "nonsense"})).status_code == 200


def test_same_thing_offers_the_typed_words_as_a_comment_and_once_they_are_said_nothing_lies_aside(
    visit: Visit, app: Flask, story: Cast
) -> None:
    jo = visit("jo")
    page = follow(jo, jo.post(ALIKE, {**TYPED, "same": "42"}))
    assert voters(app, story, 42) == [story.jo.id]
    assert "Du wartest jetzt mit." in said(page)
    assert re.search(r"<textarea[^>]*>Filter frisst Süßer Brei\n\nSeit heute früh\.</textarea>", page.text)
    assert "Seit heute früh." in said(follow(jo, send(jo, page, "/comment")))
    assert "Beiseitegelegt" not in said(jo.get(RAISE))
    # with a title alone there is nothing to add
    page = follow(jo, jo.post(ALIKE, {"title": "Filter frisst", "kind": "problem", "same": "42"}))
    assert f"{TEAM}/42/comment" not in forms_of(page)
    assert f"{TEAM}/42/joined?words=1" in page.text


def test_trouble_between_people_is_not_put_aside_it_stays_in_the_form(visit: Visit, story: Cast) -> None:
    jo = visit("jo")
    page = jo.post(ALIKE, {**TYPED, "kind": "friction", "me_too": "42"})
    assert "Du wartest jetzt bei #42 mit." in said(page)
    assert forms_of(page)[RAISE]["title"] == "Filter frisst Süßer Brei"
    assert "Beiseitegelegt" not in said(jo.get(RAISE))
    jo.post(ALIKE, {"title": "Kalender", "me_too": "42"})
    [mark] = re.findall(r'name="take_up" value="(\d+)"', jo.get(RAISE).text)
    page = jo.post(f"{RAISE}/aside", {**TYPED, "kind": "friction", "take_up": mark})
    assert "Davon wird nichts aufgehoben, bevor es abgeschickt ist." in said(page)
    assert forms_of(page)[RAISE]["title"] == "Filter frisst Süßer Brei"


def test_whoever_is_not_with_it_is_led_to_its_page(visit: Visit, story: Cast) -> None:
    assert visit("jo").get(f"{TEAM}/42/joined").headers["Location"] == f"{TEAM}/42"


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
