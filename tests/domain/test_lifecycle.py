"""Statuses: the table is whole, every refusal is a sentence, every way leads back to somebody."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.domain.cast import OFFICE, at
from tracker.domain import lifecycle
from tracker.domain.errors import NotPossible
from tracker.domain.lifecycle import CLOSED, MOVES, OPEN, Act, Status, Urgency, after
from tracker.domain.outcomes import Outcome


def test_every_status_has_a_row_and_is_open_or_closed() -> None:
    assert set(MOVES) == set(Status) == OPEN | CLOSED
    assert not OPEN & CLOSED


def test_nothing_is_a_dead_end() -> None:
    assert all(MOVES.values())


@pytest.mark.parametrize("status", list(Status))
def test_every_status_can_be_reached_from_open(status: Status) -> None:
    reached = {Status.OPEN}
    for _ in Status:
        reached |= {then for start in reached for then in MOVES[start].values()}
    assert status in reached


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("act", list(Act))
def test_what_the_table_lacks_is_refused_with_a_sentence(status: Status, act: Act) -> None:
    if not lifecycle.can(status, act):
        with pytest.raises(NotPossible) as refused:
            after(status, act)
        assert str(refused.value).endswith(".")


@pytest.mark.parametrize("status", sorted(OPEN))
@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_open_suggestion_takes_every_outcome(status: Status, outcome: Outcome) -> None:
    assert after(status, lifecycle.act_of(outcome)) == outcome.value


@pytest.mark.parametrize("status", sorted(CLOSED))
@pytest.mark.parametrize("outcome", list(Outcome))
def test_no_closed_one_does(status: Status, outcome: Outcome) -> None:
    assert not lifecycle.can(status, lifecycle.act_of(outcome))


@pytest.mark.parametrize("status", [Status.OPEN, Status.ASKED, Status.WITHDRAWN, Status.MERGED])
def test_undo_needs_an_answer(status: Status) -> None:
    assert not lifecycle.can(status, Act.UNDO)
    with pytest.raises(NotPossible, match="no answer here"):
        after(status, Act.UNDO, former=Status.OPEN)


def test_undo_does_not_lead_to_what_was_closed() -> None:
    with pytest.raises(NotPossible):
        after(Status.DONE, Act.UNDO, former=Status.DECLINED)


def test_a_question_that_does_not_suspend_changes_nothing_elsewhere() -> None:
    assert after(Status.ASKED, Act.ASK, suspends=False) is Status.ASKED
    assert after(Status.WILL_DO, Act.ASK, suspends=False) is Status.WILL_DO


def test_urgencies_stand_in_their_order() -> None:
    assert Urgency.URGENT.is_above(Urgency.HIGH)
    assert Urgency.NORMAL.is_above(Urgency.LOW)
    assert not Urgency.NORMAL.is_above(Urgency.NORMAL)
    assert not Urgency.LOW.is_above(Urgency.URGENT)


def test_the_last_day_to_contest_is_the_teams_day() -> None:
    # Thu 26 Nov 23:30 UTC is Friday in Berlin
    answered_at = at("Fri 2026-11-27 00:30")
    assert lifecycle.contest_until(answered_at, OFFICE) == date(2026, 12, 11)


def test_a_clock_that_went_back_takes_no_right_away() -> None:
    now = at("Wed 2026-11-25 10:00")
    later = now + timedelta(hours=1)
    assert lifecycle.may_edit(later, now=now)
    assert lifecycle.may_undo(later, now=now)
