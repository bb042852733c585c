"""Half-written texts: one a person and thing, private, and gone when sent, discarded or old."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from tests.acts.cast import Cast, at, raised
from tests.acts.two import Thread
from tracker.acts import drafts
from tracker.domain.errors import BadInput, OutOfReach
from tracker.domain.lifecycle import Kind
from tracker.store import teams
from tracker.store.base import db
from tracker.store.drafts import DraftPurpose
from tracker.worker.housekeeping import tidy_up

NIGHT = at("Tuesday 2026-11-24 23:08")
RAISE, ANSWER = DraftPurpose.RAISE, DraftPurpose.ANSWER
WORDS = {"title": "Chat-Filter frisst Umlaute", "kind": "problem"}


def test_what_nari_typed_goes_on_where_she_signs_in_next(cast: Cast) -> None:
    drafts.keep(cast.team, by=cast.nari, purpose=RAISE, fields=WORDS | {"body": ""}, now=NIGHT)
    found = drafts.find(cast.team, by=cast.nari, purpose=RAISE)
    assert found is not None
    assert (found.fields, found.changed_at) == (WORDS, NIGHT)


def test_later_words_take_the_place_of_earlier_ones(cast: Cast) -> None:
    first = drafts.keep(cast.team, by=cast.nari, purpose=RAISE, fields=WORDS, now=NIGHT)
    later = drafts.keep(
        cast.team, by=cast.nari, purpose=RAISE, fields={"title": "Filter"}, now=NIGHT + timedelta(0, 60)
    )
    assert first is not None
    assert later is not None
    assert (later.id, later.fields) == (first.id, {"title": "Filter"})


def test_nobody_finds_what_another_has_half_written(cast: Cast) -> None:
    s = raised(cast)
    drafts.keep(cast.team, by=cast.pit, purpose=ANSWER, suggestion=s, fields={"text": "Danke, wir"}, now=NIGHT)
    drafts.keep(cast.team, by=cast.nari, purpose=RAISE, fields=WORDS, now=NIGHT)
    for other in (cast.juri, cast.anke, cast.ada, cast.melodie):
        assert drafts.find(cast.team, by=other, purpose=ANSWER, suggestion=s) is None
        assert drafts.find(cast.team, by=other, purpose=RAISE) is None


def test_pit_has_one_draft_for_each_suggestion_and_reads_only_what_he_sees(cast: Cast) -> None:
    one, other = raised(cast), raised(cast)
    for s, text in ((one, "Eins"), (other, "Zwei")):
        drafts.keep(cast.team, by=cast.pit, purpose=ANSWER, suggestion=s, fields={"text": text}, now=NIGHT)
    assert {k: v.fields["text"] for k, v in drafts.answers(cast.team, by=cast.pit).items()} == {
        one.id: "Eins",
        other.id: "Zwei",
    }
    other.about_person_id = cast.pit.id
    db.session.flush()
    assert list(drafts.answers(cast.team, by=cast.pit)) == [one.id]
    other.about_person_id = None


def test_what_was_put_aside_waits_for_its_suggestion_and_is_taken_up_again(cast: Cast) -> None:
    one, other = raised(cast), raised(cast)
    minute = timedelta(minutes=1)
    drafts.keep(cast.team, by=cast.nari, purpose=RAISE, fields=WORDS, now=NIGHT)
    drafts.put_aside(one, by=cast.nari, fields=WORDS, now=NIGHT)
    drafts.discard(cast.team, by=cast.nari, purpose=RAISE)
    drafts.put_aside(other, by=cast.nari, fields={"title": "Kalender"}, now=NIGHT + minute)
    drafts.keep(cast.team, by=cast.nari, purpose=RAISE, fields={"title": "Neues"}, now=NIGHT + 2 * minute)
    assert [one.fields["title"] for one in drafts.asides(cast.team, by=cast.nari)] == ["Kalender", WORDS["title"]]
    assert drafts.asides(cast.team, by=cast.pit) == []
    [_kalender, filter_] = drafts.asides(cast.team, by=cast.nari)
    assert drafts.aside(cast.team, by=cast.pit, draft_id=filter_.id) is None
    drafts.take_up(filter_, now=NIGHT + 3 * minute)
    found = drafts.find(cast.team, by=cast.nari, purpose=RAISE)
    assert found is not None
    assert found.fields == WORDS
    assert [one.fields["title"] for one in drafts.asides(cast.team, by=cast.nari)] == ["Neues", "Kalender"]
    for draft in drafts.asides(cast.team, by=cast.nari):
        drafts.let_go(draft)
    assert drafts.asides(cast.team, by=cast.nari) == []


def test_emptied_fields_leave_no_draft(cast: Cast) -> None:
    drafts.keep(cast.team, by=cast.nari, purpose=RAISE, fields=WORDS, now=NIGHT)
    assert drafts.keep(cast.team, by=cast.nari, purpose=RAISE, fields={"title": " ", "kind": "idea"}, now=NIGHT) is None
    assert drafts.find(cast.team, by=cast.nari, purpose=RAISE) is None


def test_letting_a_draft_go_twice_does_nothing_more(cast: Cast) -> None:
    drafts.keep(cast.team, by=cast.nari, purpose=RAISE, fields=WORDS, now=NIGHT)
    assert drafts.discard(cast.team, by=cast.nari, purpose=RAISE)
    assert not drafts.discard(cast.team, by=cast.nari, purpose=RAISE)


def test_a_draft_needs_the_team_or_the_suggestion_in_sight(cast: Cast) -> None:
    hidden = raised(cast, kind=Kind.FRICTION, about=cast.pit)
    for by in (cast.olga, cast.exi):
        with pytest.raises(OutOfReach):
            drafts.keep(cast.team, by=by, purpose=RAISE, fields=WORDS, now=NIGHT)
    with pytest.raises(OutOfReach):
        drafts.keep(cast.team, by=cast.pit, purpose=ANSWER, suggestion=hidden, fields={"text": "?"}, now=NIGHT)
    with pytest.raises(BadInput, match="Choose what the answer is for"):
        drafts.keep(cast.other_team, by=cast.olga, purpose=ANSWER, suggestion=hidden, fields={"text": "?"}, now=NIGHT)


@pytest.mark.parametrize("fields", [{"body": "x" * 40_001}, {f"f{n}": "x" for n in range(21)} | WORDS])
def test_more_than_a_form_holds_is_refused(cast: Cast, fields: dict[str, str]) -> None:
    with pytest.raises(BadInput, match="too long"):
        drafts.keep(cast.team, by=cast.nari, purpose=RAISE, fields=fields, now=NIGHT)


def test_a_draft_goes_after_ninety_days_without_a_touch(cast: Cast) -> None:
    drafts.keep(cast.team, by=cast.nari, purpose=RAISE, fields=WORDS, now=NIGHT)
    db.session.commit()
    tidy_up(now=NIGHT + timedelta(days=90))
    assert drafts.find(cast.team, by=cast.nari, purpose=RAISE) is not None
    tidy_up(now=NIGHT + timedelta(days=90, seconds=1))
    assert drafts.find(cast.team, by=cast.nari, purpose=RAISE) is None


def test_two_devices_at_once_leave_one_draft_with_the_later_words(app: Flask, cast: Cast) -> None:
    def keep(title: str) -> None:
        team = teams.by_slug("nachtwache")
        assert team is not None
        drafts.keep(team, by=cast.nari, purpose=RAISE, fields={"title": title}, now=NIGHT)

    phone = Thread(app, lambda: keep("Vom Telefon"), holds=True).has_acted()
    desk = Thread(app, lambda: keep("Vom Rechner"))
    phone.result()
    desk.result()
    db.session.rollback()
    found = drafts.find(cast.team, by=cast.nari, purpose=RAISE)
    assert found is not None
    assert found.fields == {"title": "Vom Rechner"}
