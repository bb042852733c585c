"""The pages of merging and splitting off: looked at first, done with one button, undone from either page."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.acts.cast import Cast, at, raised, reassembled
from tests.pictures import LOG
from tests.times import FakeClock
from tests.web.pages import TEAM, asked, follow, offers, send
from tests.web.visitors import Visitor, problems, said
from tracker.acts import answers, merging, support
from tracker.acts import suggestions as verbs
from tracker.domain.lifecycle import Status, Visibility
from tracker.domain.outcomes import Outcome
from tracker.store import suggestions
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.notices import Notice
from tracker.store.suggestions import Suggestion

Visit = Callable[[str], Visitor]
WEB = Via.WEB
WEDNESDAY = at("Wednesday 2026-11-25 10:00")


@pytest.fixture
def two(app: Flask, cast: Cast, clock: FakeClock) -> None:
    """Nari's #41 until Thu 26 Nov, 17:00, and Melodie's #42 until Fri 27 Nov, 10:00. It is Wednesday, 10:00."""
    with app.app_context():
        raised(cast)
        raised(cast, by=cast.melodie, now=WEDNESDAY, title="Umlaute werden im Chat-Filter zu Sternchen")
    clock.set("Wednesday 2026-11-25 10:00")


@contextmanager
def told(app: Flask) -> Iterator[tuple[Cast, Suggestion]]:
    """The people and #41, for a verb of the past."""
    with app.app_context():
        cast = reassembled()
        s = suggestions.by_number(cast.team.id, 41)
        assert s is not None
        yield cast, s
        db.session.commit()


def status_of(app: Flask, number: int) -> Status:
    with app.app_context():
        s = suggestions.by_number(reassembled().team.id, number)
        assert s is not None
        return s.status


# Choosing -------------------------------------------------------------------------------------------------------------


def test_what_sounds_alike_is_offered_before_anything_is_typed(visit: Visit, two: None) -> None:
    page = visit("pit").get(f"{TEAM}/42/merge")
    assert "Klingt ähnlich" in said(page)
    assert f'href="{TEAM}/42/merge?into=41"' in page.text


@pytest.mark.parametrize("query", ["41", "#41", "frisst", "UMLAUTE"])
def test_the_other_one_is_found_by_number_and_by_words(visit: Visit, two: None, query: str) -> None:
    page = visit("pit").get(f"{TEAM}/42/merge?q={query.replace('#', '%23')}")
    assert "Chat-Filter frisst Umlaute" in said(page)


def test_what_is_no_number_stands_in_the_field_again_as_far_as_a_search_goes(visit: Visit, two: None) -> None:
    page = visit("pit").get(f"{TEAM}/42/merge?into={'Zebra' * 100}")
    assert f'value="{"Zebra" * 40}"' in page.text


def test_nothing_found_says_so(visit: Visit, two: None) -> None:
    assert "Nichts hat diese Nummer oder diese Wörter im Titel." in said(visit("pit").get(f"{TEAM}/42/merge?q=Zebra"))


ITSELF = "Mit sich selbst lässt es sich nicht zusammenlegen. Nimm ein anderes."
NOBODYS = "Nichts hat diese Nummer oder diese Wörter im Titel."


@pytest.mark.parametrize("asked_for", ["q=42", "q=%2342", "q=%2042", "into=42", "into=%2342"])
def test_its_own_number_is_not_called_nobodys(visit: Visit, two: None, asked_for: str) -> None:
    page = visit("pit").get(f"{TEAM}/42/merge?{asked_for}")
    assert problems(page) == {"into": ITSELF}
    assert NOBODYS not in said(page)
    assert "merge?into=42" not in page.text


def test_a_number_that_goes_on_elsewhere_or_was_withdrawn_says_so(app: Flask, visit: Visit, two: None) -> None:
    with told(app) as (cast, s):
        for number, by in ((43, cast.jo), (44, cast.nari)):
            assert raised(cast, by=by, now=WEDNESDAY, title=f"Noch eins, {number}").number == number
        other, gone = (suggestions.by_number(cast.team.id, number) for number in (42, 44))
        merging.merge(other, into=s, by=cast.pit, now=WEDNESDAY, via=WEB)  # type: ignore[arg-type]
        verbs.withdraw(gone, by=cast.nari, now=WEDNESDAY, via=WEB)  # type: ignore[arg-type]
    pit = visit("pit")
    for here, number, sentence in (
        (41, 42, "#42 läuft schon hier weiter. Nimm das zuerst zurück."),
        (43, 42, "#42 läuft in einem anderen weiter. Nimm das."),
        (43, 44, "#44 wurde zurückgezogen. Nimm ein anderes."),
    ):
        page = pit.get(f"{TEAM}/{here}/merge?q={number}")
        assert problems(page) == {"into": sentence}
        assert NOBODYS not in said(page)


def test_what_the_reader_cannot_see_is_not_found(app: Flask, visit: Visit, two: None) -> None:
    with told(app) as (cast, _s):
        hidden = raised(cast, about=cast.pit, title="Pit frisst Umlaute").number
    for query in ("frisst", str(hidden)):
        assert "Pit frisst" not in said(visit("pit").get(f"{TEAM}/42/merge?q={query}"))
    assert NOBODYS in said(visit("pit").get(f"{TEAM}/42/merge?q={hidden}"))
    assert "Pit frisst" not in said(visit("pit").get(f"{TEAM}/42/merge?into={hidden}"))


# Looking, and doing it ------------------------------------------------------------------------------------------------


def test_the_preview_says_what_happens_to_dates_and_who_is_told(app: Flask, visit: Visit, two: None) -> None:
    with told(app) as (cast, _s):
        other = suggestions.by_number(cast.team.id, 42)
        assert other is not None
        support.vote(other, by=cast.jo, now=WEDNESDAY, via=WEB, tell_me=True)
    words = said(visit("pit").get(f"{TEAM}/42/merge?into=41"))
    for sentence in (
        "#41 behält seinen Termin: Antwort bis Do 26.11., 17 Uhr.",
        "#41 läuft dann auch im Namen von Melodie weiter, und die nächste Tagesmail sagt es.",
        "1 × „Geht mir auch so“ und 1 × „Mitlesen“ gehen mit zu #41.",
        "#42 bleibt lesbar, nimmt keine Kommentare mehr an und führt zu #41.",
        "Zurücknehmen kannst du das, bis #41 beantwortet ist.",
    ):
        assert sentence in words
    assert "#42 übernimmt den früheren Termin: Antwort bis Do 26.11., 17 Uhr." in said(
        visit("pit").get(f"{TEAM}/41/merge?into=42")
    )


def test_one_button_and_it_goes_on_there(app: Flask, visit: Visit, two: None) -> None:
    pit = visit("pit")
    page = follow(pit, send(pit, pit.get(f"{TEAM}/42/merge?into=41"), "/42/merge"))
    assert page.request.path == f"{TEAM}/41"
    words = said(page)
    assert "#42 läuft jetzt in #41 weiter." in words
    assert "auch von Melodie" in words
    assert "Hiermit zusammengelegt #42 Umlaute werden im Chat-Filter zu Sternchen Melodie" in words
    assert "Pit hat #42 hiermit zusammengelegt" in words


def test_the_merged_page_stays_and_shows_target_and_answer(app: Flask, visit: Visit, two: None) -> None:
    pit = visit("pit")
    send(pit, pit.get(f"{TEAM}/42/merge?into=41"), "/42/merge")
    page = visit("melodie").get(f"{TEAM}/42")
    assert "Läuft in #41 weiter, auch in deinem Namen." in said(page)
    assert "#41 Chat-Filter frisst Umlaute Antwort bis Do 26.11., 17 Uhr" in said(page)
    assert "comment" not in offers(page)
    with told(app) as (cast, s):
        answers.answer(s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.DONE, text="Ist getauscht.")
    assert "Ist getauscht." in said(visit("melodie").get(f"{TEAM}/42"))
    assert "Ist getauscht." not in said(visit("melodie").get(f"{TEAM}/mine"))


@pytest.mark.parametrize("where", [41, 42])
def test_undone_from_either_page(app: Flask, visit: Visit, two: None, where: int) -> None:
    pit = visit("pit")
    send(pit, pit.get(f"{TEAM}/42/merge?into=41"), "/42/merge")
    page = follow(pit, send(pit, pit.get(f"{TEAM}/{where}"), "/42/unmerge"))
    assert page.request.path == f"{TEAM}/42"
    assert "Es steht wieder für sich, mit seinem Termin." in said(page)
    assert status_of(app, 42) is Status.OPEN
    assert "Hiermit zusammengelegt" not in said(pit.get(f"{TEAM}/41"))


def test_only_who_manages_is_offered_the_way_back(visit: Visit, two: None) -> None:
    pit = visit("pit")
    send(pit, pit.get(f"{TEAM}/42/merge?into=41"), "/42/merge")
    assert "unmerge" not in offers(visit("melodie").get(f"{TEAM}/42"))
    assert "zusammenlegen" not in said(visit("nari").get(f"{TEAM}/41"))


# Refused --------------------------------------------------------------------------------------------------------------


def test_into_itself_and_in_a_circle_have_their_sentences(app: Flask, visit: Visit, two: None) -> None:
    pit = visit("pit")
    page = pit.get(f"{TEAM}/42/merge?into=41")
    itself = send(pit, page, "/42/merge", into="42")
    assert itself.status_code == 409
    assert "Mit sich selbst lässt es sich nicht zusammenlegen." in said(itself)
    send(pit, page, "/42/merge")
    circle = pit.get(f"{TEAM}/41/merge?into=42")
    assert "#42 läuft schon hier weiter. Nimm das zuerst zurück." in said(circle)
    posted = pit.post(f"{TEAM}/41/merge", {"into": "42"})
    assert (posted.status_code, status_of(app, 41)) == (409, Status.OPEN)


def test_a_number_that_is_none_keeps_what_was_typed(visit: Visit, two: None) -> None:
    nothing = "Sag, in welchem es weiterläuft."
    for wrong, sentence in (("", nothing), ("Sternchen", "„Sternchen“ ist keine Zahl."), ("999", nothing)):
        refused = visit("pit").post(f"{TEAM}/42/merge", {"into": wrong})
        assert refused.status_code == 422
        assert sentence in said(refused)
        field = re.search(r'<input[^>]* id="into"[^>]*>', refused.text)
        assert field is not None
        assert f'value="{wrong}"' in field.group()


def test_what_has_an_answer_offers_the_same_text_instead(app: Flask, visit: Visit, two: None) -> None:
    with told(app) as (cast, s):
        answers.answer(
            s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.WILL_DO, text="Tauschen wir.", on=date(2026, 12, 4)
        )
    page = visit("pit").get(f"{TEAM}/42/merge?into=41")
    assert "Das andere hat schon eine Antwort." in said(page)
    assert "Tauschen wir." in said(page)
    assert f'href="{TEAM}/42?same=41#answer"' in page.text
    form = visit("pit").get(f"{TEAM}/42?same=41")
    assert ">Tauschen wir.</textarea>" in form.text
    assert 'value="2026-12-04"' in form.text
    assert 'value="will_do" data-outcome="2" checked' in form.text


def test_the_same_text_is_no_way_to_read_what_one_cannot_see(app: Flask, visit: Visit, two: None) -> None:
    with told(app) as (cast, _s):
        hidden = raised(cast, about=cast.pit, title="Pit")
        answers.answer(hidden, by=cast.anke, now=WEDNESDAY, via=WEB, outcome=Outcome.DONE, text="Ein Wort gesprochen.")
        number = hidden.number
    for who in ("pit", "anke"):
        assert "Ein Wort gesprochen" not in visit(who).get(f"{TEAM}/42?same={number}").text


def test_what_only_managers_see_says_that_it_is_answered_by_itself(app: Flask, visit: Visit, two: None) -> None:
    with told(app) as (cast, _s):
        number = raised(cast, title="Unter uns", visibility=Visibility.MANAGERS).number
    assert "was das ganze Team sehen kann" in said(visit("pit").get(f"{TEAM}/42/merge?into={number}"))
    assert "zusammenlegen" not in said(visit("pit").get(f"{TEAM}/{number}"))


def test_answered_while_the_preview_stood_there(app: Flask, visit: Visit, two: None) -> None:
    pit = visit("pit")
    page = pit.get(f"{TEAM}/42/merge?into=41")
    with told(app) as (cast, s):
        answers.answer(s, by=cast.juri, now=WEDNESDAY, via=WEB, outcome=Outcome.DONE, text="Getauscht.")
    refused = send(pit, page, "/42/merge")
    assert refused.status_code == 409
    assert "Das andere hat schon eine Antwort." in said(refused)
    assert "Getauscht." in said(refused)


def test_a_merge_sent_twice_is_carried_out_once(app: Flask, visit: Visit, two: None) -> None:
    pit = visit("pit")
    page = pit.get(f"{TEAM}/42/merge?into=41")
    first, second = (send(pit, page, "/42/merge") for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    with app.app_context():
        count = sa.select(sa.func.count()).select_from(Notice).where(Notice.kind == "merged")
        assert db.session.scalar(count) == 2  # the mail and its twin in the app


def test_a_vote_twice_is_one_vote_and_no_error(app: Flask, visit: Visit, two: None) -> None:
    jo = visit("jo")
    page = jo.get(f"{TEAM}/41")
    for _ in range(2):
        assert send(jo, page, "/vote", request_key=None).status_code == 303
    with told(app) as (_cast, s):
        assert s.votes == 1


@pytest.mark.databases("sqlite", "postgresql")
@pytest.mark.parametrize("field", ["request_key", "into"])
def test_a_zero_byte_breaks_no_form(visit: Visit, two: None, field: str) -> None:
    pit = visit("pit")
    page = pit.get(f"{TEAM}/42/merge?into=41")
    answer = send(pit, page, "/42/merge", **{field: "\0"})
    assert answer.status_code == (422 if field == "into" else 303)


# Splitting off --------------------------------------------------------------------------------------------------------


@pytest.fixture
def comment(app: Flask, visit: Visit, two: None) -> str:
    """Jo's comment on #41; the address at which it is split off."""
    with told(app) as (cast, s):
        verbs.comment(s, by=cast.jo, now=WEDNESDAY, via=WEB, text="Und die **Gildensuche** findet nichts mit Umlaut.")
    page = visit("pit").get(f"{TEAM}/41")
    return page.text.split(f'href="{TEAM}/41/split/', 1)[1].split('"', 1)[0]


def test_a_comment_becomes_a_suggestion_of_its_writer(app: Flask, visit: Visit, comment: str) -> None:
    pit = visit("pit")
    page = pit.get(f"{TEAM}/41/split/{comment}")
    assert 'value="Und die Gildensuche findet nichts mit Umlaut."' in page.text
    assert "Antwort bis Fr 27.11., 10 Uhr" in said(page)  # the whole 16 h, from Wed 10:00
    made = follow(pit, send(pit, page, f"/split/{comment}", title="Gildensuche ohne Umlaute", kind="problem"))
    assert made.request.path == f"{TEAM}/43"
    assert "Der Kommentar ist jetzt #43. Jo bekommt Bescheid, dass es angekommen ist." in said(made)
    with told(app) as (cast, _s):
        s = suggestions.by_number(cast.team.id, 43)
        assert s is not None
        assert (s.author_id, s.entered_by_id, s.entered_from) == (cast.jo.id, cast.pit.id, "#41")
        kinds = set(db.session.scalars(sa.select(Notice.kind).where(Notice.person_id == cast.jo.id)))
        assert "receipt" in kinds


def test_a_comments_files_are_on_the_page_that_splits_it_off_and_on_the_new_one(
    app: Flask, visit: Visit, two: None
) -> None:
    jo, pit = visit("jo"), visit("pit")
    form = {"text": "Und die Gildensuche.", "files": (io.BytesIO(LOG), "chat.log")}
    assert jo.post(f"{TEAM}/41/comment", form).status_code == 303
    comment = pit.get(f"{TEAM}/41").text.split(f'href="{TEAM}/41/split/', 1)[1].split('"', 1)[0]
    page = pit.get(f"{TEAM}/41/split/{comment}")
    assert "chat.log" in page.text
    assert "Seine Dateien kommen mit." in said(page)
    made = follow(pit, send(pit, page, f"/split/{comment}", title="Gildensuche", kind="problem"))
    (address,) = set(re.findall(rf'href="({TEAM}/files/\d+)"', made.text))
    assert visit("melodie").get(address).data == LOG
    assert "chat.log" in visit("melodie").get(f"{TEAM}/41").text


def test_both_pages_lead_to_each_other_and_the_comment_stays(visit: Visit, comment: str) -> None:
    pit = visit("pit")
    send(pit, pit.get(f"{TEAM}/41/split/{comment}"), f"/split/{comment}", title="Gildensuche", kind="problem")
    old, new = (visit("jo").get(f"{TEAM}/{number}") for number in (41, 43))
    assert "Läuft weiter in #43 Gildensuche" in said(old)
    assert "findet nichts mit Umlaut" in said(old)
    assert "#41 Chat-Filter frisst Umlaute" in said(new)
    assert f'href="{TEAM}/41/split/{comment}"' not in pit.get(f"{TEAM}/41").text
    assert pit.get(f"{TEAM}/41/split/{comment}").status_code == 409


def test_without_a_title_it_comes_back_with_what_was_chosen(visit: Visit, comment: str) -> None:
    pit = visit("pit")
    refused = send(pit, pit.get(f"{TEAM}/41/split/{comment}"), f"/split/{comment}", title=" ", kind="question")
    assert refused.status_code == 422
    assert 'value="question" checked' in refused.text


def test_members_are_not_offered_it(visit: Visit, comment: str) -> None:
    assert "/split/" not in visit("jo").get(f"{TEAM}/41").text
    assert visit("jo").get(f"{TEAM}/41/split/{comment}").status_code == 403


# How often the database is asked --------------------------------------------------------------------------------------


def test_a_page_with_many_merges_asks_no_more_often_than_one_with_few(app: Flask, visit: Visit, two: None) -> None:
    pit = visit("pit")
    send(pit, pit.get(f"{TEAM}/42/merge?into=41"), "/42/merge")
    few = asked(app, lambda: pit.get(f"{TEAM}/41"))
    with told(app) as (cast, _s):
        for number in range(6):
            raised(cast, by=cast.jo, now=WEDNESDAY, title=f"Umlaute {number}")
    for number in range(43, 49):
        assert send(pit, pit.get(f"{TEAM}/{number}/merge?into=41"), f"/{number}/merge").status_code == 303
    pit.get(f"{TEAM}/41")  # the flashes
    assert asked(app, lambda: pit.get(f"{TEAM}/41")) <= few + 2
