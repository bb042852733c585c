"""Former versions of what somebody wrote, and numbers in texts that lead to other suggestions."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.acts.cast import Cast, raised, reassembled
from tests.times import FakeClock
from tests.web.pages import TEAM, asked
from tests.web.visitors import Visitor, said
from tracker.acts import suggestions as verbs
from tracker.domain.lifecycle import Visibility
from tracker.store import entries, suggestions
from tracker.store.base import db
from tracker.store.entries import Entry, EntryKind, Via
from tracker.web.marks import mark

Visit = Callable[[str], Visitor]
WEB = Via.WEB


@pytest.fixture
def nari41(app: Flask, cast: Cast, clock: FakeClock) -> int:
    """Nari's #41 of Tuesday night. It is Wednesday, 10:00."""
    with app.app_context():
        found = raised(cast, body="Elf Gilden warten.")
    clock.set("Wednesday 2026-11-25 10:00")
    return found.id


def writes(app: Flask, clock: FakeClock, suggestion_id: int, who: str, *texts: str, note: bool = False) -> str:
    """A comment (or a note), and then its changed words, a minute apart. Gives its mark."""
    with app.app_context():
        person = getattr(reassembled(), who)
        s = suggestions.by_id(suggestion_id)
        assert s is not None
        say = verbs.note if note else verbs.comment
        entry: Entry = say(s, by=person, now=clock.now(), via=WEB, text=texts[0])
        for text in texts[1:]:
            verbs.edit(s, entry, by=person, now=clock.move(minutes=1), via=WEB, text=text)
        db.session.commit()
        return mark(entry.id)


# Former versions ------------------------------------------------------------------------------------------------------


def test_each_version_is_there_with_what_changed(app: Flask, visit: Visit, clock: FakeClock, nari41: int) -> None:
    entry = writes(app, clock, nari41, "jo", "Bei mir auch.", "Bei uns auch.", "Bei uns auch, seit Montag.")
    page = visit("nari").get(f"{TEAM}/41")
    assert f'href="{TEAM}/41/history/{entry}"' in page.text
    history = visit("nari").get(f"{TEAM}/41/history/{entry}")
    assert 'Bei <del><span class="unseen">entfernt: </span>mir</del><ins>' in history.text.replace("\n", "")
    words = said(history)
    assert words.index("seit Montag") < words.index("So geschrieben")  # the newest first
    assert words.count("Geändert") == 2


def test_title_and_text_of_what_was_raised_have_versions_too(
    app: Flask, visit: Visit, clock: FakeClock, cast: Cast
) -> None:
    clock.set("Wednesday 2026-11-25 10:00")
    with app.app_context():
        cast = reassembled()
        s = raised(cast, now=clock.now(), title="Filter frisst Umlaute", body="Elf Gilden.")
        entry = entries.last_of(s.id, EntryKind.RAISED)
        assert entry is not None
        verbs.edit(s, entry, by=cast.nari, now=clock.now(), via=WEB, title="Chat-Filter frisst Umlaute", text="Elf.")
        db.session.commit()
        address = f"{TEAM}/41/history/{mark(entry.id)}"
    words = said(visit("melodie").get(address))
    assert "dazu: Chat-Filter entfernt: Filter" in words or "dazu: Chat- Filter frisst Umlaute" in words
    assert "So geschrieben" in words


def test_what_was_never_changed_offers_no_versions(visit: Visit, nari41: int) -> None:
    assert "/history/" not in visit("nari").get(f"{TEAM}/41").text


def test_a_notes_versions_are_for_who_may_read_the_note(
    app: Flask, visit: Visit, clock: FakeClock, nari41: int
) -> None:
    entry = writes(app, clock, nari41, "juri", "Die neue Liste.", "Das neue Wörterbuch.", note=True)
    assert "Wörterbuch" in said(visit("pit").get(f"{TEAM}/41/history/{entry}"))
    assert visit("nari").get(f"{TEAM}/41/history/{entry}").status_code == 404


def test_what_was_written_is_text_in_every_version(app: Flask, visit: Visit, clock: FakeClock, nari41: int) -> None:
    entry = writes(app, clock, nari41, "jo", "<script>alert(1)</script>", "<b>fett</b>")
    text = visit("nari").get(f"{TEAM}/41/history/{entry}").text
    assert "<script>alert" not in text
    assert "<b>fett" not in text


# Numbers that lead on -------------------------------------------------------------------------------------------------


def test_a_number_leads_to_its_suggestion_with_its_title(
    app: Flask, visit: Visit, clock: FakeClock, cast: Cast, nari41: int
) -> None:
    with app.app_context():
        raised(reassembled(), by=reassembled().melodie, title="Gildensuche <b>ohne</b> Umlaute")
    writes(app, clock, nari41, "jo", "Siehe #42, nicht #99, `#42` und [hier](https://x.example/#42).")
    text = visit("nari").get(f"{TEAM}/41").text
    assert f'<a href="{TEAM}/42" rel="nofollow noopener noreferrer ugc">#42 Gildensuche &lt;b&gt;ohne&lt;/b&gt;' in text
    assert "nicht #99, <code>#42</code>" in text
    assert 'href="https://x.example/#42"' in text


def test_who_may_not_see_it_reads_what_was_written(
    app: Flask, visit: Visit, clock: FakeClock, cast: Cast, nari41: int
) -> None:
    with app.app_context():
        people = reassembled()
        hidden = raised(people, by=people.melodie, title="Unter uns", visibility=Visibility.MANAGERS).number
        sealed = raised(people, about=people.pit, title="Pit hat geschimpft").number
    writes(app, clock, nari41, "melodie", f"Siehe #{hidden} und #{sealed}.")
    for_nari, for_pit, for_anke = (visit(name).get(f"{TEAM}/41").text for name in ("nari", "pit", "anke"))
    assert f"Siehe #{hidden} und <a" in for_nari  # her own is the second one
    assert f"#{hidden} Unter uns</a> und #{sealed}." in for_pit
    assert f"#{sealed} Pit hat geschimpft</a>" in for_anke
    assert "Unter uns" not in for_nari
    assert "geschimpft" not in for_pit


def test_numbers_cost_one_query_however_many_there_are(app: Flask, visit: Visit, clock: FakeClock, nari41: int) -> None:
    with app.app_context():
        people = reassembled()
        for number in range(8):
            raised(people, by=people.jo, title=f"Nummer {number}")
    writes(app, clock, nari41, "jo", "Wie #42.")
    nari = visit("nari")
    few = asked(app, lambda: nari.get(f"{TEAM}/41"))
    writes(app, clock, nari41, "jo", "Wie #43, #44, #45, #46, #47, #48 und #49.")
    assert asked(app, lambda: nari.get(f"{TEAM}/41")) == few
