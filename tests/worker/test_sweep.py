"""The sweep climbs what is due, once, and lets nothing stop it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.acts.cast import Cast, at, raised
from tests.reliability import fault
from tracker.acts import snoozes
from tracker.domain.lifecycle import Urgency
from tracker.store import promises, pulse
from tracker.store.base import db, reading
from tracker.store.entries import Entry, EntryKind
from tracker.store.promises import PromiseRow
from tracker.store.snoozes import Snooze
from tracker.worker.sweep import sweep

FIRST = at("Thursday 2026-11-26 13:00")
DUE = at("Thursday 2026-11-26 17:00")


def rungs() -> list[tuple[int, int]]:
    """Suggestion number and rung of each follow-up, in the order in which they were written."""
    found = db.session.scalars(sa.select(Entry).where(Entry.kind == EntryKind.FOLLOW_UP).order_by(Entry.id))
    return [(entry.suggestion_id, entry.facts["rung"]) for entry in found]


def test_nothing_is_due_a_second_before_the_first_rung_and_one_is_at_it(cast: Cast) -> None:
    s = raised(cast)
    assert sweep(now=FIRST - timedelta(seconds=1)) == {"due": 0, "climbed": 0}
    assert sweep(now=FIRST) == {"due": 1, "climbed": 1}
    assert rungs() == [(s.id, 1)]


def test_doing_it_twice_does_nothing_more(cast: Cast) -> None:
    raised(cast)
    sweep(now=DUE)
    assert sweep(now=DUE) == {"due": 0, "climbed": 0}
    assert len(rungs()) == 1


def test_after_a_downtime_only_the_highest_rung_is_sent_and_the_others_are_written_down(cast: Cast) -> None:
    s = raised(cast)
    sweep(now=at("Monday 2026-11-30 17:00"))
    assert rungs() == [(s.id, 4)]
    entry = db.session.scalar(sa.select(Entry).where(Entry.kind == EntryKind.FOLLOW_UP))
    assert entry is not None
    assert entry.facts["skipped"] == [1, 3]


def test_many_are_climbed_in_one_sweep_batch_after_batch(cast: Cast) -> None:
    for number in range(7):
        raised(cast, title=f"Nr. {number}")
    between: list[int] = []
    from tracker.worker import sweep as room

    size, room.BATCH = room.BATCH, 3
    try:
        assert sweep(now=FIRST, between=lambda: between.append(1)) == {"due": 7, "climbed": 7}
    finally:
        room.BATCH = size
    assert len(between) >= 3


@fault("F49", "a promise that fails in the sweep: written down, put off, the others climb")
def test_one_bad_row_is_written_down_put_off_and_stops_nobody(cast: Cast) -> None:
    bad, good = raised(cast, title="bad").id, raised(cast, title="good").id
    row = promises.open_of(bad)
    assert row is not None
    row.value_facts = {**row.value_facts, "set_at": "yesterday"}
    db.session.commit()

    assert sweep(now=FIRST) == {"due": 2, "climbed": 1}
    assert rungs() == [(good, 1)]
    (error,) = pulse.recent_errors(FIRST - timedelta(minutes=1))
    assert (error.tick, error.subject) == ("sweep", f"promise:{row.id}")
    assert error.what.startswith("ValueError")
    assert db.session.get_one(PromiseRow, row.id).retry_at == FIRST + pulse.LOOK_AGAIN

    assert sweep(now=FIRST + timedelta(minutes=4)) == {"due": 0, "climbed": 0}
    assert sweep(now=FIRST + timedelta(minutes=5)) == {"due": 1, "climbed": 0}

    mended = db.session.get_one(PromiseRow, row.id)
    mended.value_facts = {**mended.value_facts, "set_at": mended.value_facts["made_at"]}
    db.session.commit()
    assert sweep(now=FIRST + timedelta(minutes=11)) == {"due": 1, "climbed": 1}
    assert db.session.get_one(PromiseRow, row.id).retry_at is None


def test_a_bad_snooze_is_written_down_and_put_off_too(cast: Cast) -> None:
    s = raised(cast)
    sweep(now=FIRST)
    until = FIRST + timedelta(hours=1)
    snoozes.put_off(s, by=cast.pit, until=until, now=FIRST)
    row = promises.open_of(s.id)
    assert row is not None
    row.value_facts = {**row.value_facts, "set_at": "yesterday"}
    db.session.commit()
    for minutes in (0, 4):
        sweep(now=until + timedelta(minutes=minutes))
    errors = [error.subject for error in pulse.recent_errors(FIRST)]
    (snooze,) = db.session.scalars(sa.select(Snooze))
    assert errors == [f"snooze:{snooze.id}"]
    assert snooze.retry_at == until + pulse.LOOK_AGAIN
    assert snooze.ended_at is None


@pytest.mark.databases("postgresql")
def test_what_somebody_else_holds_is_left_for_the_next_sweep(cast: Cast) -> None:
    held, free = raised(cast, title="held").id, raised(cast, title="free").id
    with db.engine.connect() as other, other.begin():
        other.execute(sa.text("SELECT 1 FROM suggestion WHERE id = :id FOR UPDATE"), {"id": held})
        assert sweep(now=FIRST) == {"due": 2, "climbed": 1}
    assert sweep(now=FIRST) == {"due": 1, "climbed": 1}
    assert rungs() == [(free, 1), (held, 1)]


@pytest.mark.databases("sqlite")
def test_it_reads_only_what_is_due_through_an_index(cast: Cast) -> None:
    statements: list[tuple[str, Any]] = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *a: statements.append((a[2], a[3])))
    with reading():
        promises.due_for_follow_up(FIRST, limit=100)
        query, values = next(found for found in statements if "next_follow_up_at <=" in found[0])
        plan = str(db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values).fetchall())
    assert "ix_promise_next_follow_up" in plan
    assert "SCAN" not in plan
    db.session.remove()


@pytest.mark.parametrize("urgency", list(Urgency))
def test_who_is_told_grows_from_rung_to_rung_whatever_the_urgency(cast: Cast, urgency: Urgency) -> None:
    s = raised(cast, urgency=urgency)
    told = []
    for _ in range(6):
        row = promises.open_of(s.id)
        assert row is not None
        assert row.next_follow_up_at is not None
        assert sweep(now=row.next_follow_up_at - timedelta(microseconds=1))["climbed"] == 0
        assert sweep(now=row.next_follow_up_at)["climbed"] == 1
    for entry in db.session.scalars(sa.select(Entry).where(Entry.kind == EntryKind.FOLLOW_UP).order_by(Entry.id)):
        told.append((entry.facts["rung"], entry.facts["to"]))
    pit, juri, anke, nari = cast.pit.id, cast.juri.id, cast.anke.id, cast.nari.id
    assert told == [
        (1, [pit]),
        (2, [pit]),
        (3, [pit, juri, nari]),
        (4, [pit, juri, anke]),
        (5, [pit, juri, anke, nari]),
        (6, [pit, juri, anke]),
    ]
