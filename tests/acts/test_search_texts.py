"""What the search looks through: every text from the moment it is written, edited or taken back, and no other."""

from __future__ import annotations

from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask

from tests.acts.cast import RAISED_AT, Cast, assemble, at, raised
from tracker.acts import answers, audit, searching
from tracker.acts import suggestions as verbs
from tracker.domain.outcomes import Outcome
from tracker.store import analysis, copies, entries, schema
from tracker.store.base import db, is_sqlite
from tracker.store.entries import EntryKind, Via
from tracker.store.search_texts import SearchText, What
from tracker.store.suggestions import Suggestion

WEB = Via.WEB
LATER = at("Wednesday 2026-11-25 10:00")
A_MINUTE_ON = at("Tuesday 2026-11-24 23:11")


def known() -> list[tuple[str, bool, str]]:
    rows = db.session.scalars(sa.select(SearchText).order_by(SearchText.id))
    return [(row.what.value, row.is_internal, row.search_text.partition(f" {analysis.BETWEEN}")[0]) for row in rows]


def checked() -> list[str]:
    return list(audit.findings(audit.Tally()))


def test_title_and_body_can_be_found_from_the_moment_they_are_raised(cast: Cast) -> None:
    raised(cast, body="Aus Grüße wird Gr**e.")
    assert known() == [
        ("title", False, "chat filter frisst umlaute"),
        ("body", False, "aus gruesse wird gr e"),
    ]
    assert checked() == []


def test_an_edited_text_is_found_by_its_new_words_only(cast: Cast) -> None:
    s = raised(cast, body="Alles weg")
    first = verbs.comment(s, by=cast.jo, now=A_MINUTE_ON, via=WEB, text="Hier auch")
    verbs.edit(s, first, by=cast.jo, now=A_MINUTE_ON, via=WEB, text="Hier nicht")
    (start,) = entries.of_kinds(s.id, EntryKind.RAISED)
    verbs.edit(s, start, by=cast.nari, now=A_MINUTE_ON, via=WEB, title="Filter frisst Grüße", text="")
    assert sorted(known()) == [("said", False, "hier nicht"), ("title", False, "filter frisst gruesse")]
    assert checked() == []


def test_notes_are_internal_and_so_is_an_answer_that_was_taken_back(cast: Cast) -> None:
    s = raised(cast)
    verbs.note(s, by=cast.pit, now=LATER, via=WEB, text="Die neue Wortliste")
    given = answers.answer(s, by=cast.pit, now=LATER, via=WEB, outcome=Outcome.DECLINED, text="Jugendschutz.")
    assert known()[1:] == [("said", True, "die neue wortliste"), ("answer", False, "jugendschutz")]
    answers.undo(s, given, by=cast.pit, now=LATER, via=WEB)
    assert known()[2] == ("answer", True, "jugendschutz")
    assert checked() == []


def test_the_check_sees_a_text_that_the_search_does_not_know_and_reindexing_mends_it(cast: Cast) -> None:
    s = raised(cast, body="Aus Grüße wird Gr**e.")
    verbs.note(s, by=cast.pit, now=LATER, via=WEB, text="Die neue Wortliste")
    before = known()
    title = db.session.scalars(sa.select(SearchText).where(SearchText.what == What.TITLE)).one()
    db.session.execute(sa.update(SearchText).where(SearchText.id == title.id).values(search_text="anders"))
    said = " ".join(checked())
    assert "#41: the search does not know its title as it is: 'tracker reindex' mends that" in said
    assert ("the index of the search is not what the texts say" in said) == is_sqlite()
    assert searching.reindex() == 3
    assert known() == before
    assert checked() == []


def test_what_was_there_before_the_search_is_found_after_the_upgrade(empty_app: Flask) -> None:
    with empty_app.app_context():
        schema.upgrade()
        cast = assemble()
        s = raised(cast, body="Aus Grüße wird Gr**e.")
        verbs.note(s, by=cast.pit, now=LATER, via=WEB, text="Die neue Wortliste")
        given = answers.answer(s, by=cast.pit, now=LATER, via=WEB, outcome=Outcome.DECLINED, text="Jugendschutz.")
        answers.undo(s, given, by=cast.pit, now=LATER, via=WEB)
        db.session.commit()
        before = known()
        db.session.remove()
        db.engine.dispose()
        flask_migrate.downgrade(revision="0012")
        schema.upgrade()
        assert known() == before
        assert checked() == []
        db.session.remove()
        db.engine.dispose()


def test_a_restored_site_finds_what_it_found_before(empty_app: Flask, tmp_path: Path) -> None:
    with empty_app.app_context():
        schema.upgrade()
        raised(assemble(), body="Aus Grüße wird Gr**e.")
        before = known()
        db.session.rollback()
        copies.dump(tmp_path / "copy.zip", now=RAISED_AT)
        copies.load(tmp_path / "copy.zip")
        assert db.session.scalars(sa.select(Suggestion.number)).one() == 41
        assert known() == before
        assert checked() == []
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Grüße aus dem Café", "gruesse aus dem cafe"),
        ("GROẞE Straße", "grosse strasse"),
        ("**Gr**e_n", "gr e n"),
        ("#41 um 17:30 Uhr", "41 um 17 30 uhr"),
        ("x² ﬁlter", "x2 filter"),
        ("Чат-фильтр", "чат фильтр"),
        ("…!?", ""),
    ],
)
def test_a_text_becomes_its_folded_words_in_their_order(text: str, first: str) -> None:
    assert analysis.search_text(text).partition(f" {analysis.BETWEEN}")[0] == first


@pytest.mark.parametrize(
    ("looked_for", "written"),
    [
        ("Umlaute", "Umlaut"),
        ("haus", "Häuser"),
        ("haeuser", "Häuser"),
        ("Gruß", "Grüsse"),
        ("schicht", "Schichten"),
        ("filters", "filter"),
        ("answered", "answers"),
        ("running", "run"),
    ],
)
def test_a_word_is_found_by_its_stem_in_both_languages(looked_for: str, written: str) -> None:
    forms = next(analysis.words(looked_for)).forms
    assert set(forms) & set(analysis.search_text(written).split())
