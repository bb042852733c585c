"""One act on several: each in its own thread, on all or on none, and one mail for each person."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from tests.acts.cast import Cast, at, raised
from tests.acts.deeds import contests, last, moves_to, owed
from tests.notices.post import RELAY, Post
from tracker.acts import answers, scene, several
from tracker.acts.several import Chosen, NotAll
from tracker.domain.errors import BadInput, NotAllowed, NotPossible, Stale
from tracker.domain.lifecycle import Kind, Status
from tracker.domain.outcomes import Outcome
from tracker.notices import packing
from tracker.store import entries, promises
from tracker.store.base import db
from tracker.store.entries import EntryKind, Via
from tracker.store.notices import Delivery, Lane
from tracker.store.suggestions import Suggestion

NOW = at("Wednesday 2026-11-25 10:00")
LATE = at("Monday 2026-11-30 10:00")
DAY = date(2026, 12, 3)


def how(by: Any, now: Any = NOW) -> dict[str, Any]:
    return {"by": by, "now": now, "via": Via.WEB}


def chosen(*found: Suggestion) -> list[Chosen]:
    return [Chosen(suggestion=s, seen=scene.stamp(s, promises.open_of(s.id))) for s in found]


def mails(template: str) -> list[int]:
    """To whom messages of this sort go, after everything was packed."""
    found = sa.select(Delivery.person_id).where(Delivery.template == template, Delivery.lane == Lane.NEWS)
    return sorted(one for one in db.session.scalars(found) if one is not None)


def test_one_answer_reaches_each_in_their_own_thread_and_each_person_once(cast: Cast) -> None:
    found = [raised(cast), raised(cast), raised(cast, by=cast.jo)]
    several.answer(chosen(*found), **how(cast.pit), outcome=Outcome.DONE, text="Die Liste ist getauscht.")
    assert [last(s, EntryKind.ANSWER).text for s in found] == ["Die Liste ist getauscht."] * 3
    db.session.commit()
    packing.pack(now=at("Wednesday 2026-11-25 10:05"), outgoing=RELAY)
    assert mails("answer") == sorted([cast.nari.id, cast.jo.id])
    contests(cast.jo, found[2], at("Wednesday 2026-11-25 11:00"))  # each may say so alone
    assert [s.status for s in found] == [Status.DONE, Status.DONE, Status.OPEN]


def test_each_date_that_one_answer_takes_back_is_named_in_its_one_mail(cast: Cast) -> None:
    post, found = Post(), [raised(cast), raised(cast), raised(cast)]
    days = {found[0]: date(2026, 12, 4), found[2]: date(2026, 12, 11)}
    for s, on in days.items():
        answers.answer(s, **how(cast.pit), outcome=Outcome.WILL_DO, text="Machen wir.", on=on)
    db.session.commit()
    post.deliver(at("Wednesday 2026-11-25 10:05"))
    before = len(post.sent)
    later = at("Wednesday 2026-11-25 11:00")
    several.answer(chosen(*found), **how(cast.pit, later), outcome=Outcome.DECLINED, text="Der Hersteller will nicht.")
    db.session.commit()
    post.deliver(at("Wednesday 2026-11-25 11:05"))
    (mail,) = [one for one in post.sent[before:] if one.to == "nari"]
    said = " ".join(mail.letter.text.split())
    assert "Machen wir bis Fr 4.12. Das nehmen wir zurück, weil: „Der Hersteller will nicht.“" in said
    assert "Wir hatten gesagt: Machen wir bis Fr 11.12. Das nehmen wir zurück." in said
    assert said.count("zurück") == 2, "of the third nothing was promised"


def test_where_one_refuses_nothing_is_done_and_it_is_said_which(cast: Cast) -> None:
    fine, gone = raised(cast), raised(cast)
    several.answer(chosen(gone), **how(cast.juri), outcome=Outcome.DECLINED, text="Nein.")
    db.session.commit()
    with pytest.raises(NotAll) as refused:
        several.answer(chosen(fine, gone), **how(cast.pit), outcome=Outcome.DONE, text="Getauscht.")
    assert list(refused.value.refused) == [gone.number]
    assert isinstance(refused.value.refused[gone.number], NotPossible)
    db.session.rollback()
    assert owed(fine).state == "open"


def test_what_somebody_else_was_quicker_with_is_stale(cast: Cast) -> None:
    s, other = raised(cast), raised(cast)
    seen = chosen(s, other)
    moves_to(DAY, cast.juri, s, NOW)
    with pytest.raises(NotAll) as refused:
        several.answer(seen, **how(cast.pit), outcome=Outcome.DONE, text="Getauscht.")
    assert {number: type(why) for number, why in refused.value.refused.items()} == {s.number: Stale}
    db.session.rollback()


def test_a_missing_part_is_said_of_its_field_once(cast: Cast) -> None:
    with pytest.raises(BadInput) as refused:
        several.answer(chosen(raised(cast), raised(cast)), **how(cast.pit), outcome=Outcome.WILL_DO, text="Machen wir.")
    assert refused.value.field == "on"
    with pytest.raises(BadInput):
        several.answer([], **how(cast.pit), outcome=Outcome.DONE, text="Nichts.")


def test_they_are_given_to_juri_and_taken_back(cast: Cast) -> None:
    found = [raised(cast), raised(cast)]
    several.give(chosen(*found), **how(cast.pit), to=cast.juri)
    assert [s.assignee_id for s in found] == [cast.juri.id] * 2
    several.give(chosen(*found), **how(cast.pit), to=None)
    assert [s.assignee_id for s in found] == [None] * 2


def test_what_is_about_a_manager_is_not_given_to_that_manager(cast: Cast) -> None:
    sealed, other = raised(cast, kind=Kind.FRICTION, about=cast.pit), raised(cast)
    with pytest.raises(NotAll) as refused:
        several.give(chosen(sealed, other), **how(cast.anke), to=cast.pit)
    assert list(refused.value.refused) == [sealed.number]
    db.session.rollback()


def test_tags_stand_beside_those_that_are_on_them(cast: Cast) -> None:
    found = [raised(cast), raised(cast)]
    several.tag(chosen(*found), **how(cast.pit), names=["Chat, Filter"])
    assert [last(s, EntryKind.TAGGED).facts["tags"] for s in found] == [["Chat", "Filter"]] * 2
    with pytest.raises(BadInput):
        several.tag(chosen(*found), **how(cast.pit), names=[" , "])


def test_promised_anew_each_is_moved_once_missed_stays_missed_and_nari_gets_one_mail(cast: Cast) -> None:
    found = [raised(cast), raised(cast), raised(cast, by=cast.jo)]
    days = {s.id: DAY for s in found}
    several.promise_anew(chosen(*found), days, **how(cast.pit, LATE), reason="Ich war krank.")
    for s in found:
        entry = last(s, EntryKind.MOVED)
        assert (entry.text, entry.facts["nth"], s.moves) == ("Ich war krank.", 1, 1)
        assert owed(s).due_at == at("Thursday 2026-12-03 17:00")
        assert owed(s).missed_at == at("Thursday 2026-11-26 17:00")
    db.session.commit()
    packing.pack(now=at("Monday 2026-11-30 10:05"), outgoing=RELAY)
    assert sorted(mails("moved") + mails("daily")) == sorted([cast.nari.id, cast.jo.id])


def test_new_dates_need_a_reason_and_a_third_one_somebody_else(cast: Cast) -> None:
    s, other = raised(cast), raised(cast)
    days = {s.id: DAY, other.id: DAY}
    with pytest.raises(BadInput) as refused:
        several.promise_anew(chosen(s, other), days, **how(cast.pit, LATE), reason=" ")
    assert refused.value.field == "reason"
    moves_to(date(2026, 12, 1), cast.pit, s, LATE)
    moves_to(date(2026, 12, 2), cast.pit, s, LATE)
    assert several.only_others_may_move([s, other], cast.team, cast.pit, now=LATE) == {s.id}
    assert several.only_others_may_move([s, other], cast.team, cast.anke, now=LATE) == set()
    with pytest.raises(NotAll) as not_all:
        several.promise_anew(chosen(s, other), days, **how(cast.pit, LATE), reason="Ich war krank.")
    assert {number: type(why) for number, why in not_all.value.refused.items()} == {s.number: NotAllowed}
    assert entries.of_kinds(other.id, EntryKind.MOVED) == []  # nothing is half done
    assert entries.of_kinds(s.id, EntryKind.MOVED)
    several.promise_anew(chosen(s, other), days, **how(cast.anke, LATE), reason="Pit war krank.")


def test_one_answer_for_many_is_taken_back_from_all_of_them(cast: Cast) -> None:
    found = [raised(cast), raised(cast)]
    several.answer(chosen(*found), **how(cast.pit), outcome=Outcome.DONE, text="Zu früh.")
    several.undo([last(s, EntryKind.ANSWER) for s in found], **how(cast.pit, at("Wednesday 2026-11-25 10:00")))
    assert [s.status for s in found] == [Status.OPEN] * 2
    with pytest.raises(NotPossible):
        several.undo([], **how(cast.pit))
