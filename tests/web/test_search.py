"""The search at a browser without JavaScript, what is fetched while typing, and the answers that were a no."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.acts.cast import Cast, at, raised
from tests.times import FakeClock
from tests.web.pages import TEAM
from tests.web.visitors import Visitor
from tracker.acts import answers, dates
from tracker.acts import suggestions as verbs
from tracker.domain.lifecycle import Kind, Visibility
from tracker.domain.outcomes import Outcome
from tracker.store import suggestions
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.suggestions import Suggestion

pytestmark = pytest.mark.databases("sqlite", "postgresql")  # two ways to search

Visit = Callable[[str], Visitor]
WEB = Via.WEB
SEARCH, FOUND, LIBRARY = f"{TEAM}/search", f"{TEAM}/search/found", f"{TEAM}/answers"
WEDNESDAY = at("Wednesday 2026-11-25 10:00")


@pytest.fixture(autouse=True)
def _friday(clock: FakeClock) -> None:
    clock.set("Friday 2026-11-27 10:00")


def titles(page: str) -> list[str]:
    return [re.sub(r"</?mark>", "", title) for title in re.findall(r'<span class="row-title"><a [^>]*>(.*?)</a>', page)]


def answered(s: Suggestion, cast: Cast, outcome: Outcome, text: str, on: date | None = None) -> Suggestion:
    answers.answer(s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=outcome, text=text, on=on)
    db.session.commit()
    return s


@pytest.fixture
def story(app: Flask, cast: Cast) -> Cast:
    with app.app_context():
        raised(cast, body="Aus Grüße wird Gr**e.")
        answered(raised(cast, title="Filter sperrt „Assel“"), cast, Outcome.DONE, "Wort aus der Liste genommen.")
        answered(raised(cast, title="Filter im Gildenchat aus"), cast, Outcome.DECLINED, "Jugendschutz.")
        s = raised(cast, title="Neue Filter-Oberfläche", kind=Kind.PROBLEM)
        answered(s, cast, Outcome.NOT_NOW, "Erst nach dem Umzug.", on=date(2027, 3, 1))
    return cast


def test_what_is_found_stands_there_with_its_words_marked_and_its_answer(visit: Visit, story: Cast) -> None:
    page = visit("jo").get(f"{SEARCH}?q=filters+assel").text
    assert titles(page) == ["Filter sperrt „Assel“"]
    assert "<mark>Filter</mark> sperrt „<mark>Assel</mark>“" in page
    assert "<b>Erledigt am Mi 25.11.</b>: „Wort aus der Liste genommen.“" in page.replace("\xa0", " ")
    assert 'value="filters assel"' in page


def test_the_piece_of_the_text_is_shown_where_it_was_found_and_nothing_is_markup(
    visit: Visit, app: Flask, story: Cast
) -> None:
    with app.app_context():
        s = raised(
            story, by=story.jo, title="<b>fett</b>", body="Lang " * 60 + "Süßer <i>Brei</i> ist weg" + " lang" * 60
        )
        verbs.comment(s, by=story.nari, now=WEDNESDAY, via=WEB, text="Brei & Grieß")
        db.session.commit()
    page = visit("melodie").get(f"{SEARCH}?q=brei").text
    assert "Süßer &lt;i&gt;<mark>Brei</mark>&lt;/i&gt; ist weg" in page
    assert "<b>Dazu geschrieben:</b> <mark>Brei</mark> &amp; Grieß" in page
    assert "&lt;b&gt;fett&lt;/b&gt;" in page


def test_nothing_typed_teaches_what_can_be_and_each_example_can_be_tried(visit: Visit, story: Cast) -> None:
    melodie = visit("melodie")
    page = melodie.get(SEARCH).text
    hints = re.findall(r'<dt><a href="([^"]+)"><code>([^<]+)</code>', page)
    assert [written for _url, written in hints][2:5] == ["von:mir", "art:frage", "status:offen"]
    for url, written in hints:
        tried = melodie.get(url.replace("&amp;", "&"))
        assert tried.status_code == 200
        assert "kein Filter" not in tried.text, written
        assert "ist keine" not in tried.text, written


def test_a_filter_that_cannot_be_meant_is_quoted_and_stays_in_its_field(visit: Visit, story: Cast) -> None:
    page = visit("jo").get(f"{SEARCH}?q=filter+art:bug").text
    assert "„bug“ ist keine Art." in page
    assert 'value="filter art:bug"' in page


def test_nothing_found_says_so_and_offers_to_raise_it(visit: Visit, story: Cast) -> None:
    page = visit("jo").get(f"{SEARCH}?q=Polterabend").text
    assert "Nichts gefunden für „Polterabend“." in page
    assert f'href="{TEAM}/new?title=Polterabend"' in page


def test_while_typing_the_list_alone_comes_and_the_address_follows(visit: Visit, story: Cast) -> None:
    answer = visit("jo").get(f"{FOUND}?q=gildench")
    assert titles(answer.text) == ["Filter im Gildenchat aus"]
    assert "<html" not in answer.text
    assert answer.headers["HX-Replace-Url"] == f"{SEARCH}?q=gildench"


def test_a_beginning_finds_as_much_after_enter_as_while_it_was_typed(visit: Visit, story: Cast) -> None:
    jo = visit("jo")
    assert titles(jo.get(f"{SEARCH}?q=gildench").text) == ["Filter im Gildenchat aus"]
    assert titles(jo.get(f"{SEARCH}?q=gildench+").text) == [], "a blank ends the word"


def test_many_come_a_page_at_a_time(visit: Visit, app: Flask, story: Cast) -> None:
    with app.app_context():
        for number in range(21):
            raised(story, title=f"Kalender {number}")
    jo = visit("jo")
    first = jo.get(f"{SEARCH}?q=kalender").text
    assert "21 Anliegen" in first
    assert len(titles(first)) == 20
    assert titles(jo.get(f"{SEARCH}?q=kalender&page=2").text) == ["Kalender 0"]
    assert jo.get(f"{SEARCH}?q=kalender&page=nine").status_code == 200


def test_a_note_is_no_hit_for_a_member_and_is_shown_as_one_to_a_manager(visit: Visit, app: Flask, story: Cast) -> None:
    with app.app_context():
        s = raised(story, title="Eventkalender")
        verbs.note(s, by=story.pit, now=WEDNESDAY, via=WEB, text="Die Wortliste ist schuld")
        db.session.commit()
    assert titles(visit("jo").get(f"{SEARCH}?q=wortlisten").text) == []
    page = visit("pit").get(f"{SEARCH}?q=wortlisten").text
    assert titles(page) == ["Eventkalender"]
    assert "<b>Interne Notiz:</b> Die <mark>Wortliste</mark> ist schuld" in page


def test_the_earlier_noes_stand_by_month_with_their_reasons(visit: Visit, story: Cast) -> None:
    page = visit("jo").get(LIBRARY).text.replace("\xa0", " ")
    assert titles(page) == ["Neue Filter-Oberfläche", "Filter im Gildenchat aus"]
    assert re.findall(r'<h2 id="month-\d">([^<]+)</h2>', page) == ["November"]
    assert "<b>Nein, am Mi 25.11.</b>: „Jugendschutz.“" in page
    assert "<b>Jetzt nicht. Wiedervorlage am Mo 1.3.2027</b>: „Erst nach dem Umzug.“" in page


def test_a_day_to_look_again_that_was_moved_or_has_passed_is_not_shown_as_it_was(
    visit: Visit, app: Flask, clock: FakeClock, story: Cast
) -> None:
    with app.app_context():
        s = suggestions.by_number(story.team.id, 44)
        assert s is not None
        dates.move(s, by=story.pit, now=WEDNESDAY, via=WEB, on=date(2027, 4, 1), reason="Der Umzug dauert länger.")
        db.session.commit()
    page = visit("jo").get(LIBRARY).text.replace("\xa0", " ")
    assert "<b>Jetzt nicht. Wiedervorlage am Do 1.4.2027</b>: „Erst nach dem Umzug.“" in page
    assert "1.3." not in page
    clock.set("Monday 2027-04-05 10:00")
    page = visit("jo").get(LIBRARY).text.replace("\xa0", " ")
    assert "Do 1.4." in page
    assert "Wiedervorlage am" not in page


def test_the_earlier_noes_can_be_narrowed_and_searched(visit: Visit, story: Cast) -> None:
    jo = visit("jo")
    asked = {
        "outcome=no": ["Filter im Gildenchat aus"],
        "outcome=later": ["Neue Filter-Oberfläche"],
        "kind=problem": ["Neue Filter-Oberfläche"],
        "q=jugendschutz": ["Filter im Gildenchat aus"],
        "q=umlaut": [],
        "kind=nonsense&outcome=x": ["Neue Filter-Oberfläche", "Filter im Gildenchat aus"],
    }
    assert {query: titles(jo.get(f"{LIBRARY}?{query}").text) for query in asked} == asked
    assert "„bug“ ist keine Art." in jo.get(f"{LIBRARY}?q=art:bug").text


def test_what_somebody_cannot_see_is_in_neither(visit: Visit, app: Flask, story: Cast) -> None:
    with app.app_context():
        secret = raised(story, title="Filter nur intern", visibility=Visibility.MANAGERS)
        answered(secret, story, Outcome.DECLINED, "Geheim.")
    for path in (f"{SEARCH}?q=filter", f"{FOUND}?q=geheim", LIBRARY):
        assert "intern" not in "".join(titles(visit("jo").get(path).text)), path
        assert "Filter nur intern" in titles(visit("pit").get(path).text), path


def test_the_number_of_questions_does_not_grow_with_what_is_found(visit: Visit, app: Flask, story: Cast) -> None:
    jo = visit("jo")

    def asked(path: str) -> int:
        counted: list[str] = []
        with app.app_context():
            engine = db.engine

        def count(*told: object) -> None:
            counted.append(str(told[2]))

        sa.event.listen(engine, "before_cursor_execute", count)
        jo.get(path)
        sa.event.remove(engine, "before_cursor_execute", count)
        return len(counted)

    paths = (f"{SEARCH}?q=filter", f"{FOUND}?q=filter", LIBRARY)

    def more(count: int) -> list[int]:
        with app.app_context():
            for number in range(count):
                s = raised(story, by=story.melodie, title=f"Filter {number}")
                verbs.comment(s, by=story.nari, now=WEDNESDAY, via=WEB, text="Der Filter, ja")
                answered(s, story, Outcome.DECLINED, "Nein, der Filter.")
        return [asked(path) for path in paths]

    few = more(1)
    assert more(12) == few
    assert max(few) < 40


def test_the_way_to_the_search_stands_on_every_page(visit: Visit, story: Cast) -> None:
    page = visit("jo").get(f"{TEAM}/mine").text
    assert f'action="{SEARCH}"' in page
    assert 'data-key="/"' in page
    assert f'<a class="bell" href="{SEARCH}"' in page
