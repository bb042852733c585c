"""Suggestions like this one: by shared words and stems, with their answers, never one that the reader cannot see."""

from __future__ import annotations

import sqlalchemy as sa

from tests.acts.cast import Cast, at, raised
from tracker import access
from tracker.acts import answers
from tracker.acts import suggestions as verbs
from tracker.domain.lifecycle import Kind, Visibility
from tracker.domain.outcomes import Outcome
from tracker.store import similar
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion

WEB = Via.WEB
LATER = at("Wednesday 2026-11-25 10:00")


def titles(text: str, cast: Cast, person: Person, **how: object) -> list[str]:
    found = similar.similar(text, team_id=cast.team.id, visible=access.visible_to(person), **how)  # type: ignore[arg-type]
    return [one.suggestion.title for one in found]


def answered(cast: Cast, s: Suggestion, text: str = "Wort aus der Liste genommen.") -> Suggestion:
    answers.answer(s, by=cast.pit, now=LATER, via=WEB, outcome=Outcome.DONE, text=text)
    db.session.commit()
    return s


def test_what_shares_the_most_words_comes_first_and_what_shares_none_does_not_come(cast: Cast) -> None:
    raised(cast, title="Filter sperrt „Assel“")
    raised(cast, title="Chat-Filter frisst Umlaute")
    raised(cast, title="Eventkalender mit Ortszeit")
    assert titles("Der Chatfilter: ein Umlaut fehlt, der Filter frisst ihn", cast, cast.jo) == [
        "Chat-Filter frisst Umlaute"
    ]
    assert titles("Filter im Gildenchat", cast, cast.jo) == ["Chat-Filter frisst Umlaute", "Filter sperrt „Assel“"]
    assert titles("und so weiter", cast, cast.jo) == []
    assert titles("", cast, cast.jo) == []


def test_the_beginning_of_a_long_german_word_counts(cast: Cast) -> None:
    raised(cast, title="Umlautproblem")
    assert titles("Umlaute", cast, cast.jo) == ["Umlautproblem"]


def test_at_most_five_come(cast: Cast) -> None:
    for number in range(7):
        raised(cast, title=f"Filter {number}")
    assert titles("Filter", cast, cast.jo) == [f"Filter {number}" for number in (6, 5, 4, 3, 2)]


def test_what_was_withdrawn_does_not_come(cast: Cast) -> None:
    s = raised(cast)
    verbs.withdraw(s, by=cast.nari, now=LATER, via=WEB)
    assert titles("Chat-Filter", cast, cast.jo) == []


def test_what_the_reader_cannot_see_leaves_no_trace(cast: Cast) -> None:
    raised(cast, title="Filter für das Team")
    raised(cast, title="Filter nur intern", visibility=Visibility.MANAGERS)
    raised(cast, title="Filter und Pit", kind=Kind.FRICTION, about=cast.pit)
    assert titles("Filter", cast, cast.jo) == ["Filter für das Team"]
    assert titles("Filter", cast, cast.pit) == ["Filter nur intern", "Filter für das Team"]
    assert titles("Filter", cast, cast.anke) == ["Filter und Pit", "Filter nur intern", "Filter für das Team"]
    assert titles("Filter", cast, cast.olga) == []


def test_words_of_comments_and_notes_do_not_make_it_alike(cast: Cast) -> None:
    s = raised(cast)
    verbs.note(s, by=cast.pit, now=LATER, via=WEB, text="Wortliste")
    verbs.comment(s, by=cast.jo, now=LATER, via=WEB, text="Wortliste")
    assert titles("Wortliste", cast, cast.pit) == []


def test_the_nearest_answers_come_with_their_words(cast: Cast) -> None:
    answered(cast, raised(cast, title="Filter sperrt „Assel“"))
    raised(cast, title="Filter sperrt alles")
    s = raised(cast)
    found = similar.similar_answers(s, visible=access.visible_to(cast.pit), most=2)
    assert [one.suggestion.title for one in found] == ["Filter sperrt „Assel“"]
    assert [one.answer.text for one in found if one.answer] == ["Wort aus der Liste genommen."]


def test_it_is_one_question_to_the_database(cast: Cast) -> None:
    for number in range(4):
        answered(cast, raised(cast, title=f"Filter {number}"))
    s = raised(cast)
    asked: list[str] = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert len(similar.similar_answers(s, visible=access.visible_to(cast.pit), most=4)) == 4
    assert len([one for one in asked if one.startswith("SELECT")]) == 1
