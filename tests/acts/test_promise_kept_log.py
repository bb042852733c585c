"""promise.md, sections 1 to 3: the log is the truth in the order of its lines, who owes what, and what is broken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from tests.acts.cast import RAISED_AT, Cast, at, raised
from tests.acts.deeds import WEB, asks, climbs, declines, defers_to, does, last, owed, promises_by, says, undoes
from tracker.acts import follow_ups, tasks
from tracker.acts import suggestions as verbs
from tracker.domain.promises import PromiseKind, PromiseState
from tracker.store import entries, promises
from tracker.store.base import db
from tracker.store.entries import Entry, EntryKind
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import Suggestion

WEDNESDAY = at("Wednesday 2026-11-25 10:00")
LATE = at("Friday 2026-11-27 13:00")
DAY, GIVEN = date(2026, 12, 4), at("Friday 2026-12-04 17:00")
HOUR = timedelta(hours=1)


# The log --------------------------------------------------------------------------------------------------------------


def test_entries_stand_in_the_order_in_which_they_were_written_also_when_the_clock_goes_back(cast: Cast) -> None:
    s = raised(cast)
    says(cast.jo, s, WEDNESDAY, "Zuerst.")
    says(cast.melodie, s, RAISED_AT - 24 * HOUR, "Danach.")
    told = entries.timeline(s.id, internal=True)
    assert [(entry.kind, entry.text) for entry in told] == [
        (EntryKind.RAISED, ""),
        (EntryKind.COMMENT, "Zuerst."),
        (EntryKind.COMMENT, "Danach."),
    ]
    assert last(s, EntryKind.COMMENT).text == "Danach."


def test_facts_are_stored_and_sentences_never(cast: Cast) -> None:
    s = raised(cast)
    asks(cast.pit, s, WEDNESDAY, "Handy?")
    says(cast.nari, s, WEDNESDAY + HOUR, "Am Rechner.")  # brings the ball back
    climbs(s, at("Friday 2026-11-27 10:00"))
    does(cast.pit, s, at("Friday 2026-11-27 11:00"))
    told = entries.timeline(s.id, internal=True)
    assert {entry.text for entry in told} == {"", "Handy?", "Am Rechner.", "Darum."}  # what people typed
    assert [entry.text for entry in told if entry.kind in (EntryKind.BALL_BACK, EntryKind.FOLLOW_UP)] == ["", ""]


Act = Callable[[Cast, Suggestion], object]
CHANGES: dict[str, Act] = {
    "raised": lambda c, s: None,
    "asked": lambda c, s: asks(c.pit, s, WEDNESDAY),
    "climbed": lambda c, s: climbs(s, LATE),
    "will do": lambda c, s: promises_by(DAY, c.pit, s, WEDNESDAY),
    "not now": lambda c, s: defers_to(DAY, c.pit, s, WEDNESDAY),
    "done": lambda c, s: does(c.pit, s, WEDNESDAY),
}


@pytest.mark.parametrize("change", list(CHANGES))
def test_an_entry_that_changes_a_promise_carries_its_values_after_it(cast: Cast, change: str) -> None:
    s = raised(cast)
    CHANGES[change](cast, s)
    rows = promises.all_of(s.id)
    assert entries.promise_facts(s.id) == {row.id: row.facts() for row in rows}
    newest = db.session.scalars(sa.select(Entry).where(Entry.suggestion_id == s.id).order_by(Entry.id.desc())).first()
    assert newest is not None
    assert newest.facts["promise"] in [row.facts() for row in rows]


# Who owes what --------------------------------------------------------------------------------------------------------


OWED: dict[str, tuple[Act, PromiseKind, str | None]] = {
    "raised": (lambda c, s: None, PromiseKind.ANSWER, None),  # the managers
    "asked": (lambda c, s: asks(c.pit, s, WEDNESDAY), PromiseKind.CLARIFY, "nari"),
    "will do": (lambda c, s: promises_by(DAY, c.pit, s, WEDNESDAY), PromiseKind.DELIVER, "pit"),  # who answers
    "will do, by": (lambda c, s: promises_by(DAY, c.pit, s, WEDNESDAY, who=c.jo), PromiseKind.DELIVER, "jo"),
    "not now": (lambda c, s: defers_to(DAY, c.pit, s, WEDNESDAY), PromiseKind.REVISIT, None),
}


@pytest.mark.parametrize("what", list(OWED))
def test_who_owes_what(cast: Cast, what: str) -> None:
    act, kind, name = OWED[what]
    s = raised(cast)
    act(cast, s)
    row: PromiseRow = owed(s)
    assert (row.kind, row.owed_by_id) == (kind, getattr(cast, name).id if name else None)


# What another outcome breaks ------------------------------------------------------------------------------------------

LATER = date(2026, 12, 11)
BREAKS: dict[str, tuple[Act, Act, str | None]] = {
    "a will_do by a no": (
        lambda c, s: promises_by(DAY, c.pit, s, WEDNESDAY),
        lambda c, s: declines(c.pit, s, WEDNESDAY + HOUR),
        "will_do",
    ),
    "a will_do by a later one": (
        lambda c, s: promises_by(DAY, c.pit, s, WEDNESDAY),
        lambda c, s: promises_by(LATER, c.pit, s, WEDNESDAY + HOUR),
        "will_do",
    ),
    "a day to look again by a no": (
        lambda c, s: defers_to(DAY, c.pit, s, WEDNESDAY),
        lambda c, s: declines(c.pit, s, WEDNESDAY + HOUR),
        "not_now",
    ),
    "a day to look again by a later one": (
        lambda c, s: defers_to(DAY, c.pit, s, WEDNESDAY),
        lambda c, s: defers_to(LATER, c.pit, s, WEDNESDAY + HOUR),
        "not_now",
    ),
    "nothing by what was promised": (
        lambda c, s: promises_by(DAY, c.pit, s, WEDNESDAY),
        lambda c, s: does(c.pit, s, WEDNESDAY + HOUR),
        None,
    ),
    "nothing by doing it after all": (
        lambda c, s: defers_to(DAY, c.pit, s, WEDNESDAY),
        lambda c, s: promises_by(LATER, c.pit, s, WEDNESDAY + HOUR),
        None,
    ),
}


@pytest.mark.parametrize("what", list(BREAKS))
def test_a_will_do_or_a_date_that_another_outcome_breaks_is_said(cast: Cast, what: str) -> None:
    give, answer, broken = BREAKS[what]
    s = raised(cast)
    give(cast, s)
    answer(cast, s)
    found = last(s, EntryKind.ANSWER).facts.get("takes_back")
    assert found == ({"outcome": broken, "due_at": GIVEN.isoformat()} if broken else None)


# Tasks ----------------------------------------------------------------------------------------------------------------


def a_task(cast: Cast, s: Suggestion) -> PromiseRow:
    """Jo looks something up by Friday, for what Pit has promised by then."""
    promises_by(DAY, cast.pit, s, WEDNESDAY)
    return tasks.add(s, by=cast.pit, now=WEDNESDAY, via=WEB, title="Alte Liste suchen", on=DAY, who=cast.jo).promise


CLOSES: dict[str, Act] = {
    "done": lambda c, s: does(c.pit, s, WEDNESDAY + HOUR),
    "declined": lambda c, s: declines(c.pit, s, WEDNESDAY + HOUR),
    "withdrawn": lambda c, s: verbs.withdraw(s, by=c.nari, now=WEDNESDAY + HOUR, via=WEB),
}


@pytest.mark.parametrize("how", list(CLOSES))
def test_when_a_suggestion_closes_its_open_tasks_are_withdrawn(cast: Cast, how: str) -> None:
    s = raised(cast)
    task = a_task(cast, s)
    CLOSES[how](cast, s)
    assert task.state is PromiseState.WITHDRAWN


def test_an_answer_that_is_a_promise_again_leaves_tasks_open_and_an_undone_one_brings_them_back(cast: Cast) -> None:
    s = raised(cast)
    task = a_task(cast, s)
    promises_by(LATER, cast.pit, s, WEDNESDAY)
    assert task.state is PromiseState.OPEN
    entry = does(cast.pit, s, WEDNESDAY)
    undoes(cast.pit, s, entry, WEDNESDAY)
    assert task.state is PromiseState.OPEN


def test_a_tasks_reminders_go_to_its_assignee_and_no_author_hears_of_its_lateness(cast: Cast) -> None:
    s = raised(cast)
    task = a_task(cast, s)
    told = []
    for now in (at("Thursday 2026-12-03 17:00"), GIVEN, at("Monday 2026-12-07 13:00")):
        entry = follow_ups.climb(task.id, now=now)
        assert entry is not None
        told.append((entry.facts["rung"], entry.facts["to"]))
    jo, pit, juri = cast.jo.id, cast.pit.id, cast.juri.id
    assert told == [(1, [jo]), (2, [jo]), (3, [jo, pit, juri])]  # a member names no deputy: all managers
