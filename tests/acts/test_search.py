"""Searching: one contract, kept by both databases. What is found, where, in which order, and what never is."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.acts.cast import RAISED_AT, Cast, at, raised
from tracker import access
from tracker.acts import answers, assigning, questions
from tracker.acts import suggestions as verbs
from tracker.acts import tags as tag_verbs
from tracker.domain.errors import BadInput
from tracker.domain.lifecycle import Kind, Urgency, Visibility
from tracker.domain.outcomes import Outcome
from tracker.domain.search_query import understood
from tracker.store import analysis, search, search_terms, search_texts
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.people import Person
from tracker.store.search import Asker, Found
from tracker.store.search_texts import SearchText, What, matches

WEB = Via.WEB
LATER = at("Wednesday 2026-11-25 10:00")
FRIDAY = at("Friday 2026-11-27 10:00")
BERLIN = ZoneInfo("Europe/Berlin")


def find(
    cast: Cast,
    typed: str,
    person: Person | None = None,
    *,
    typing: bool = False,
    zone: ZoneInfo = BERLIN,
    **how: Any,
) -> Found:
    who = person or cast.jo
    asker = Asker(
        person_id=who.id,
        team=cast.team,
        visible=access.visible_to(who),
        handled=access.handled_by(who),
        now=how.pop("now", LATER),
        zone=zone,
    )
    query = understood(typed, today=asker.now.astimezone(zone).date(), may_go_on=typing)
    return search.page(query, asker, **how)


def titles(cast: Cast, typed: str, person: Person | None = None, **how: Any) -> list[str]:
    return [s.title for s in find(cast, typed, person, **how).suggestions]


@pytest.fixture
def story(cast: Cast) -> Cast:
    """Nari's filter, Jo's question, Melodie's calendar."""
    raised(cast, body="Aus Grüße wird Gr**e. Elf Gilden haben geschrieben.", kind=Kind.PROBLEM)
    raised(cast, by=cast.jo, title="Wohin mit polnischen Meldungen?", kind=Kind.QUESTION, urgency=Urgency.HIGH)
    raised(cast, by=cast.melodie, title="Eventkalender mit Ortszeit", body="Für Gilden in Übersee", kind=Kind.IDEA)
    return cast


# Words ----------------------------------------------------------------------------------------------------------------

FILTER, QUESTION, CALENDAR = (
    "Chat-Filter frisst Umlaute",
    "Wohin mit polnischen Meldungen?",
    "Eventkalender mit Ortszeit",
)


WORDS: list[tuple[str, list[str]]] = [
    ("umlaut", [FILTER]),
    ("Umlaute", [FILTER]),
    ("UMLAUTS", [FILTER]),
    ("grüße", [FILTER]),
    ("gruesse", [FILTER]),
    ("Gruß", [FILTER]),
    ("gilde", [CALENDAR, FILTER]),  # the newest first
    ("filter gilden", [FILTER]),  # one word in the title, one in the body
    ("filter polnisch", []),
    ("mit", [CALENDAR, QUESTION]),
    ("uebersee", [CALENDAR]),
    ("polnische meldung", [QUESTION]),
    ('"polnischen meldungen"', [QUESTION]),
    ('"polnische meldung"', []),  # word by word, as it was typed
    ('"meldungen polnischen"', []),
    ('"umlaute aus"', []),  # no phrase reaches from the title into the body
    ("gilden -filter", [CALENDAR]),
    ("-gilden", [QUESTION]),
    ('gilden -"in übersee"', [FILTER]),
    ("#41", [FILTER]),
    ("#41 kalender", []),
    ("umlau", []),
    ("x", []),
    ("ß", []),
]


def test_words_are_found_by_their_stems_and_phrases_word_by_word(story: Cast) -> None:
    assert [(typed, titles(story, typed)) for typed, _ in WORDS] == WORDS


def test_the_beginning_of_the_last_word_is_enough(story: Cast) -> None:
    typed = {
        "umlau": [FILTER],
        "u": [FILTER, CALENDAR],
        "gilden fil": [FILTER],
        "fil gilden": [],
        "moderat": [],
        "x": [],
    }
    assert {begun: titles(story, begun, typing=True) for begun in typed} == typed


def test_answers_and_comments_are_looked_through_and_the_place_is_told(story: Cast) -> None:
    s = find(story, "umlaut").suggestions[0]
    verbs.comment(s, by=story.melodie, now=LATER, via=WEB, text="„Süßer Brei“ ist weg.")
    answers.answer(s, by=story.pit, now=LATER, via=WEB, outcome=Outcome.DONE, text="Die Wortliste ist neu.")
    found = find(story, "umlaut brei wortlisten gruss")
    assert [one.title for one in found.suggestions] == [FILTER]
    assert [(place.what, place.entry.text if place.entry else "") for place in found.places[s.id]] == [
        (What.BODY, ""),
        (What.ANSWER, "Die Wortliste ist neu."),
        (What.SAID, "„Süßer Brei“ ist weg."),
    ]


def test_what_has_all_the_words_in_its_title_comes_first(cast: Cast) -> None:
    raised(cast, title="Filter im Chat")
    raised(cast, title="Chat", body="Der Filter, schon wieder")
    assert titles(cast, "chat filter") == ["Filter im Chat", "Chat"]


def test_a_page_at_a_time_and_the_count_of_all(cast: Cast) -> None:
    for number in range(5):
        raised(cast, title=f"Filter {number}")
    found = find(cast, "filter", offset=2, limit=2)
    assert ([s.title for s in found.suggestions], found.count) == (["Filter 2", "Filter 1"], 5)


def test_the_number_of_questions_does_not_grow_with_what_is_found(cast: Cast) -> None:
    for number in range(12):
        s = raised(cast, title=f"Filter {number}", body="Der Filter")
        verbs.comment(s, by=cast.jo, now=LATER, via=WEB, text="Der Filter, ja")
    asked: list[str] = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    assert len(find(cast, "filter -nichts").suggestions) == 12
    assert len([one for one in asked if one.startswith("SELECT")]) == 4


# What is not for everybody --------------------------------------------------------------------------------------------


def test_a_note_is_found_by_those_who_handle_the_suggestion_and_by_nobody_else(story: Cast) -> None:
    s = find(story, "umlaut").suggestions[0]
    verbs.note(s, by=story.pit, now=LATER, via=WEB, text="Liegt an der Wortliste")
    for member in (story.nari, story.jo, story.melodie):
        assert titles(story, "wortliste", member) == []
        assert titles(story, "umlaut -wortliste", member) == [FILTER]
        assert find(story, "umlaut", member).places == {}
    found = find(story, "wortliste", story.pit)
    assert [(one.what, one.is_internal) for one in found.places[s.id]] == [(What.SAID, True)]


def test_a_note_on_what_a_manager_raised_about_another_is_kept_from_that_manager(cast: Cast) -> None:
    s = raised(cast, by=cast.juri, title="Pit und ich", kind=Kind.FRICTION, about=cast.pit)
    verbs.note(s, by=cast.anke, now=LATER, via=WEB, text="Erst mal reden")
    assert titles(cast, "reden", cast.juri) == []
    assert titles(cast, "pit", cast.juri) == ["Pit und ich"]
    assert titles(cast, "reden", cast.anke) == ["Pit und ich"]


def test_an_answer_that_was_taken_back_is_found_by_managers_only(story: Cast) -> None:
    s = find(story, "umlaut").suggestions[0]
    given_ = answers.answer(s, by=story.pit, now=LATER, via=WEB, outcome=Outcome.DECLINED, text="Jugendschutz.")
    assert titles(story, "jugendschutz") == [FILTER]
    answers.undo(s, given_, by=story.pit, now=LATER + timedelta(seconds=9), via=WEB)
    assert titles(story, "jugendschutz") == []
    assert titles(story, "jugendschutz", story.juri) == [FILTER]


def test_what_somebody_cannot_see_is_not_found_and_not_counted(cast: Cast) -> None:
    raised(cast, title="Filter fürs Team")
    raised(cast, title="Filter intern", visibility=Visibility.MANAGERS)
    raised(cast, title="Filter und Pit", kind=Kind.FRICTION, about=cast.pit)
    assert find(cast, "filter", cast.jo).count == 1
    assert find(cast, "filter", cast.pit).count == 2
    assert find(cast, "-nichts", cast.pit).count == 2
    assert find(cast, "filter", cast.anke).count == 3
    assert find(cast, "filter", cast.olga).count == 0


# Filters --------------------------------------------------------------------------------------------------------------


FILTERS: list[tuple[str, list[str]]] = [
    ("author:nari", [FILTER]),
    ("von:mel", [CALENDAR]),
    ("von:ich", [QUESTION]),
    ("-von:ich", [CALENDAR, FILTER]),
    ("art:frage", [QUESTION]),
    ("kind:idea gilden", [CALENDAR]),
    ("dringlichkeit:stört", [QUESTION]),
    ("status:new", [CALENDAR, QUESTION, FILTER]),
    ("status:erledigt", []),
    ("bei:uns", [CALENDAR, QUESTION, FILTER]),
    ("due:2026-11-26", [CALENDAR, FILTER]),
    ("bis:26.11.", [CALENDAR, FILTER]),
    ("due:tomorrow", [CALENDAR, FILTER]),
    ("due:today", [QUESTION]),  # half of 16 hours: Wednesday, 17:00
    ("due:<2026-11-26", [QUESTION]),
    ("due:>2026-11-25", [CALENDAR, FILTER]),
    ("due:late", []),
]


def test_filters(story: Cast) -> None:
    assert [(typed, titles(story, typed)) for typed, _ in FILTERS] == FILTERS


def test_what_is_late_and_with_whom_it_is(story: Cast) -> None:
    s, question = (find(story, word).suggestions[0] for word in ("umlaut", "polnisch"))
    assert titles(story, "due:late", now=FRIDAY) == [CALENDAR, QUESTION, FILTER]
    questions.ask(question, by=story.pit, now=LATER, via=WEB, text="Welche Sprache?")
    assert titles(story, "bei:author") == [QUESTION]
    assert titles(story, "bei:mir", story.jo) == [QUESTION]
    on = at("Friday 2026-12-04 10:00").date()
    answers.answer(s, by=story.pit, now=LATER, via=WEB, outcome=Outcome.WILL_DO, text="Ja.", on=on, who=story.juri)
    assert titles(story, "bei:juri") == [FILTER]
    assert titles(story, "bei:pit") == [CALENDAR]  # nobody has taken it: whoever is on duty
    assert titles(story, "bei:mir", story.pit) == [CALENDAR]
    calendar = find(story, "kalender", typing=True).suggestions
    assert calendar == []
    assigning.assign(find(story, "eventkalender").suggestions[0], by=story.pit, now=LATER, via=WEB, to=story.juri)
    assert titles(story, "bei:pit") == []
    assert titles(story, "bei:juri") == [CALENDAR, FILTER]


def test_each_state_is_found_by_the_day_that_its_page_shows(story: Cast) -> None:
    s, question, calendar = (find(story, word).suggestions[0] for word in ("umlaut", "polnisch", "eventkalender"))
    # Wed 10:00 + 16 h is Friday, 10:00; it comes back 24 h after that: Wed 2 Dec, 10:00
    questions.ask(question, by=story.pit, now=LATER, via=WEB, text="Welche Sprache?")
    how: dict[str, Any] = {"by": story.pit, "now": LATER, "via": WEB, "text": "Darum."}
    promised, again = at("Friday 2026-12-04 10:00").date(), at("Tuesday 2026-12-08 10:00").date()
    answers.answer(s, outcome=Outcome.WILL_DO, on=promised, **how)
    answers.answer(calendar, outcome=Outcome.NOT_NOW, on=again, **how)
    for typed, found in {
        "due:2026-11-27": [],
        "bis:2.12.": [QUESTION],
        "due:<2026-12-02": [],
        "due:2026-12-04": [FILTER],
        "due:2026-12-08": [CALENDAR],
        "due:>2026-12-01": [CALENDAR, QUESTION, FILTER],
        "-bis:2.12.": [CALENDAR, FILTER],
    }.items():
        assert titles(story, typed) == found, typed
    assert titles(story, "due:today", now=at("Friday 2026-11-27 09:00")) == []
    assert titles(story, "due:today", now=at("Wednesday 2026-12-02 09:00")) == [QUESTION]
    assert titles(story, "due:2026-12-01", zone=ZoneInfo("Pacific/Honolulu")) == [QUESTION]
    answers.contest(s, by=story.nari, now=LATER, via=WEB, text="Das ist zu spät.")  # half of 16 h: Thursday, 10:00
    answers.answer(calendar, outcome=Outcome.DONE, **how)
    questions.take_back(question, by=story.pit, now=LATER, via=WEB)
    assert titles(story, "due:2026-12-02") == titles(story, "due:2026-12-08") == titles(story, "due:2026-12-04") == []
    assert titles(story, "due:<2026-11-27") == [QUESTION, FILTER]


def test_a_day_is_the_readers_and_not_the_teams(story: Cast) -> None:
    """Thursday, 17:00 in Berlin, is Friday at five in Auckland."""
    auckland = ZoneInfo("Pacific/Auckland")
    for typed in ("due:2026-11-27", "due:tomorrow", "bis:27.11."):
        assert titles(story, typed, zone=auckland, now=at("Wednesday 2026-11-25 13:00")) == [CALENDAR, FILTER], typed
        assert titles(story, typed, now=at("Thursday 2026-11-26 13:00")) == [], typed


def test_tags(story: Cast) -> None:
    s = find(story, "umlaut").suggestions[0]
    tag_verbs.set_(s, by=story.pit, now=LATER, via=WEB, names=["Chat", "Filter"])
    assert titles(story, "tag:chat") == [FILTER]
    assert titles(story, "-tag:chat") == [CALENDAR, QUESTION]


def test_a_tag_of_what_somebody_cannot_see_is_unknown_to_them(cast: Cast) -> None:
    s = raised(cast, title="Filter intern", visibility=Visibility.MANAGERS)
    tag_verbs.set_(s, by=cast.pit, now=LATER, via=WEB, names=["Verdacht"])
    assert titles(cast, "tag:verdacht", cast.pit) == ["Filter intern"]
    with pytest.raises(BadInput, match="There is no tag “verdacht” here"):
        find(cast, "tag:verdacht", cast.jo)


def test_a_name_that_nobody_has_is_quoted(story: Cast) -> None:
    for typed in ("author:zoe", "bei:zoe", "von:olga"):
        with pytest.raises(BadInput, match=r"Nobody in the team is called “(zoe|olga)”"):
            find(story, typed)


# Whatever is typed ----------------------------------------------------------------------------------------------------

_TEXT = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=30)


def test_every_word_that_was_written_is_found_as_it_was_written(cast: Cast) -> None:
    s = raised(cast, title="Titel")

    @settings(max_examples=60)
    @given(text=_TEXT | st.from_regex(r"[a-z0-9ß²½_.'\"*:()&|!<>-]{1,20}", fullmatch=True))
    def written(text: str) -> None:
        text = unicodedata.normalize("NFC", text)
        search_texts.add([search_texts.part_of_entry(s.id, 1, text, is_answer=False, is_internal=False)])
        for exact in (True, False):
            for one in search_terms.sought(text, is_exact=exact, is_prefix=not exact):
                found = db.session.scalars(sa.select(SearchText.entry_id).where(matches(one))).all()
                assert 1 in found, one
        db.session.rollback()

    written()


def test_signs_of_a_databases_own_language_mean_nothing(story: Cast) -> None:
    for typed in ('"a*', "a* OR b", "NEAR(a b)", "a: & b", "!a | b", "'; -- x", "{a b}", "a^2", "umlaut*"):
        assert titles(story, typed) == ([FILTER] if typed == "umlaut*" else []), typed


def test_of_a_text_that_is_shown_the_found_words_are_marked() -> None:
    def marked(text: str, typed: str) -> str:
        terms = understood(typed, today=RAISED_AT.date(), may_go_on=True).terms
        wanted = [o for t in terms for o in search_terms.sought(t.text, is_exact=t.is_phrase, is_prefix=t.is_prefix)]
        pieces = analysis.marked(text, search_terms.places(text, wanted))
        return "".join(f"[{piece}]" if is_hit else piece for piece, is_hit in pieces)

    assert marked("Chat-Filter frisst Umlaute", "umlaut ") == "Chat-Filter frisst [Umlaute]"
    assert marked("Grüße, Gruß, GRUESSE", "gruss ") == "[Grüße], [Gruß], [GRUESSE]"
    assert marked("Süßer Brei ist süßer", '"süßer brei"') == "[Süßer Brei] ist süßer"
    assert marked("Umlautproblem", "umlaut") == "[Umlautproblem]"
    assert marked("<b>fett</b>", "b ") == "<[b]>fett</[b]>"


def test_suggestions_of_another_team_are_not_found(cast: Cast) -> None:
    verbs.raise_(cast.other_team, by=cast.olga, now=RAISED_AT, via=WEB, title="Filter")
    db.session.commit()
    assert titles(cast, "filter") == []
