"""Tags are set by who manages, and by who raised it for a quarter of an hour; they move no date and cost no mail."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.acts.cast import RAISED_AT, Cast, at, raised
from tests.acts.deeds import last, owed
from tracker import access
from tracker.acts import audit, tags
from tracker.acts import suggestions as verbs
from tracker.domain.errors import BadInput, NotAllowed, OutOfReach
from tracker.domain.lifecycle import Kind
from tracker.store import tags as tag_store
from tracker.store.base import db
from tracker.store.entries import Entry, EntryKind, Via
from tracker.store.notices import Notice
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.store.tags import SuggestionTag, Tag

NOW = at("Wednesday 2026-11-25 10:00")


def sets(by: Person, s: Suggestion, *names: str, now: object = NOW) -> Entry | None:
    return tags.set_(s, by=by, now=now, via=Via.WEB, names=names)  # type: ignore[arg-type]


def on(s: Suggestion) -> list[str]:
    return tag_store.names_of([s.id])[s.id]


def in_use(cast: Cast, person: Person) -> list[str]:
    return [tag.name for tag in tag_store.in_use(cast.team.id, access.visible_to(person))]


def count(table: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_pit_sets_tags_and_the_timeline_says_which(cast: Cast) -> None:
    s = raised(cast)
    before, notices = owed(s).facts(), count(Notice)
    entry = sets(cast.pit, s, "Filter, Chat")
    assert entry is not None
    assert entry.facts == {"tags": ["Chat", "Filter"], "added": ["Filter", "Chat"]}
    assert sets(cast.pit, s, "Gilden", "chat") is not None
    assert last(s, EntryKind.TAGGED).facts == {"tags": ["Chat", "Gilden"], "added": ["Gilden"], "removed": ["Filter"]}
    assert on(s) == ["Chat", "Gilden"]
    assert (owed(s).facts(), count(Notice)) == (before, notices)


def test_the_same_tags_again_change_nothing(cast: Cast) -> None:
    s = raised(cast)
    sets(cast.pit, s, "Chat")
    assert sets(cast.juri, s, "CHAT") is None
    assert on(s) == ["Chat"]


def test_a_tag_that_is_on_nothing_is_gone(cast: Cast) -> None:
    s = raised(cast)
    sets(cast.pit, s, "Chat")
    sets(cast.pit, s)
    assert (on(s), count(Tag), count(SuggestionTag)) == ([], 0, 0)
    assert last(s, EntryKind.TAGGED).facts == {"tags": [], "removed": ["Chat"]}


def test_added_tags_stand_beside_the_others(cast: Cast) -> None:
    s = raised(cast)
    sets(cast.pit, s, "Chat")
    tags.add(s, by=cast.pit, now=NOW, via=Via.WEB, names=["Filter", "chat"])
    assert on(s) == ["Chat", "Filter"]


def test_nari_tags_her_own_for_a_quarter_of_an_hour(cast: Cast) -> None:
    s = raised(cast)
    sets(cast.nari, s, "Chat", now=RAISED_AT + timedelta(minutes=15))
    with pytest.raises(NotAllowed):
        sets(cast.nari, s, "Filter", now=RAISED_AT + timedelta(minutes=16))
    with pytest.raises(NotAllowed):
        sets(cast.melodie, s, "Filter", now=RAISED_AT)
    with pytest.raises(OutOfReach):
        sets(cast.olga, s, "Filter")
    assert on(s) == ["Chat"]


def test_ten_thousand_tags_are_refused_with_their_number(cast: Cast) -> None:
    s = raised(cast)
    with pytest.raises(BadInput) as refused:
        sets(cast.pit, s, ",".join(f"tag {number}" for number in range(10_000)))
    assert refused.value.facts["count"] == 10_000
    assert on(s) == []


def test_the_team_has_room_for_two_hundred(cast: Cast) -> None:
    for ten in range(20):
        sets(cast.pit, raised(cast), *(f"tag {ten}-{number}" for number in range(10)))
    s = raised(cast)
    with pytest.raises(BadInput):
        sets(cast.pit, s, "one more")
    sets(cast.pit, s, "TAG 3-3")
    assert on(s) == ["tag 3-3"]


def test_a_tag_of_what_is_sealed_tells_nothing(cast: Cast) -> None:
    """Pit learns neither that Anke has such a tag nor how she writes it."""
    sealed = raised(cast, kind=Kind.FRICTION, about=cast.pit)
    sets(cast.anke, sealed, "GESCHREI")
    assert (in_use(cast, cast.pit), in_use(cast, cast.anke)) == ([], ["GESCHREI"])
    s = raised(cast)
    sets(cast.pit, s, "Geschrei")
    assert on(s) == ["Geschrei"]
    assert in_use(cast, cast.pit) == ["Geschrei"]


def test_tags_stay_when_it_is_withdrawn(cast: Cast) -> None:
    s = raised(cast)
    sets(cast.pit, s, "Chat")
    verbs.withdraw(s, by=cast.nari, now=NOW, via=Via.WEB)
    assert on(s) == ["Chat"]


def test_the_check_finds_tags_of_which_the_log_knows_nothing(cast: Cast) -> None:
    s = raised(cast)
    sets(cast.pit, s, "Chat")
    db.session.commit()
    tag_store.take_off(s.id, [tag.id for tag in tag_store.of_many([s.id])[s.id]])
    assert [said for said in audit.findings(audit.Tally()) if "tags" in said]
    db.session.rollback()
