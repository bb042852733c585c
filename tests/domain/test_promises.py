"""Promises: facts that come back whole, acts that do not fit, and the corners where two rules meet."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.cast import ALWAYS, ANKE, BUDGETS, LADDER, NARI, OFFICE, PIT, an_answer, at, hours
from tracker.domain import promises
from tracker.domain.errors import BadInput, NotPossible
from tracker.domain.promises import Promise, PromiseKind, PromiseState
from tracker.domain.working_time import WorkingTime

NOW = at("Wed 2026-11-25 10:00")
LATE = at("Fri 2026-11-27 10:00")
DUE = at("Thu 2026-11-26 17:00")

INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
DURATIONS = st.timedeltas(timedelta(0), timedelta(days=900))
PROMISES = st.builds(
    Promise,
    kind=st.sampled_from(PromiseKind),
    state=st.sampled_from(PromiseState),
    owed_by=st.none() | st.integers(1, 10**9),
    made_at=INSTANTS,
    set_at=INSTANTS,
    due_at=st.none() | INSTANTS,
    version=st.integers(1, 99),
    budget=st.none() | DURATIONS,
    remaining=st.none() | DURATIONS,
    pauses=st.lists(st.tuples(INSTANTS, st.none() | INSTANTS), max_size=3).map(tuple),
    questions=st.integers(0, 3),
    missed_at=st.none() | INSTANTS,
    moved_at=st.none() | INSTANTS,
    rung=st.integers(0, 10**6),
    silence=st.sampled_from([0, 3, 5]),
    ended_at=st.none() | INSTANTS,
)


class TestFacts:
    @given(promise=PROMISES)
    def test_come_back_whole(self, promise: Promise) -> None:
        assert Promise.from_facts(json.loads(json.dumps(promise.to_facts()))) == promise

    def test_hold_every_field(self) -> None:
        assert list(an_answer().to_facts().keys() ^ {field.name for field in fields(Promise)}) == []

    def test_are_plain(self) -> None:
        facts = an_answer().to_facts()
        assert facts["due_at"] == "2026-11-26T16:00:00Z"  # 17:00 in Berlin
        assert (facts["budget"], facts["state"], facts["pauses"]) == (57600, "open", [])

    def test_refuse_a_naive_instant(self) -> None:
        naive = datetime(2026, 11, 26, 17, 0)  # noqa: DTZ001
        with pytest.raises(ValueError, match="naive"):
            replace(an_answer(), due_at=naive).to_facts()
        with pytest.raises(ValueError, match="naive"):
            Promise.from_facts(an_answer().to_facts() | {"due_at": "2026-11-26T17:00:00"})


class TestWhatDoesNotFit:
    @pytest.mark.parametrize("end", [promises.keep, promises.break_, promises.withdraw])
    def test_a_promise_ends_once(self, end: Callable[..., Promise]) -> None:
        for ended in (promises.keep(an_answer(), now=NOW), promises.withdraw(an_answer(), now=NOW)):
            with pytest.raises(NotPossible, match="ended already"):
                end(ended, now=NOW)

    def test_what_is_suspended_has_no_date_to_move(self) -> None:
        asked = promises.suspend(an_answer(), calendar=OFFICE, now=NOW)
        with pytest.raises(NotPossible, match="no date to move"):
            promises.move(asked, due_at=LATE, reason="Krank", now=NOW)

    def test_what_runs_cannot_be_resumed(self) -> None:
        with pytest.raises(NotPossible, match="No question"):
            promises.resume(an_answer(), calendar=OFFICE, now=NOW)

    @pytest.mark.parametrize("due", [NOW, NOW - timedelta(days=1), DUE])
    def test_a_move_needs_another_date_ahead(self, due: datetime) -> None:
        with pytest.raises(BadInput) as refused:
            promises.move(an_answer(), due_at=due, reason="Krank", now=NOW)
        assert refused.value.field == "on"

    def test_only_a_revisit_comes_again(self) -> None:
        with pytest.raises(NotPossible):
            promises.revisit_again(an_answer(), due_at=LATE, now=NOW)

    def test_only_a_delivery_is_handed_back(self) -> None:
        for promise in (an_answer(), promises.keep(promises.deliver(owed_by=ANKE, due_at=DUE, now=NOW), now=NOW)):
            with pytest.raises(NotPossible):
                promises.handed_back(promise, to=PIT, now=NOW)

    def test_only_waiting_ones_are_merged(self) -> None:
        asked = promises.suspend(an_answer(), calendar=OFFICE, now=NOW)
        delivery = promises.deliver(owed_by=ANKE, due_at=DUE, now=NOW)
        for target, source in ((an_answer(), asked), (delivery, an_answer())):
            with pytest.raises(NotPossible):
                promises.merged(target, source, calendar=OFFICE, now=NOW)

    def test_an_ended_promise_is_not_what_an_undo_returns_to(self) -> None:
        with pytest.raises(NotPossible):
            promises.undone(promises.keep(an_answer(), now=NOW))


class TestCorners:
    def test_answered_while_a_question_is_open(self) -> None:
        asked = promises.suspend(an_answer(), calendar=OFFICE, now=NOW)
        kept = promises.keep(asked, now=LATE)
        assert (kept.state, kept.remaining, kept.pauses) == (PromiseState.KEPT, None, ((NOW, LATE),))
        assert promises.record_of(kept, now=LATE) is promises.Record.ON_TIME

    def test_elapsed_leaves_the_pauses_out(self) -> None:
        asked = promises.suspend(an_answer(), calendar=OFFICE, now=NOW)  # one hour used
        assert promises.elapsed(asked, OFFICE, now=LATE) == hours(1)
        back = promises.resume(asked, calendar=OFFICE, now=LATE)
        assert promises.elapsed(back, OFFICE, now=at("Fri 2026-11-27 12:00")) == hours(3)

    def test_elapsed_stops_at_the_end(self) -> None:
        assert promises.elapsed(promises.keep(an_answer(), now=NOW), OFFICE, now=LATE) == hours(1)

    def test_a_correction_after_a_question_leaves_the_pause_out(self) -> None:
        asked = promises.suspend(an_answer(BUDGETS.low), calendar=OFFICE, now=NOW)
        back = promises.resume(asked, calendar=OFFICE, now=LATE)  # 15 working hours later
        low = promises.urgency_corrected(
            back, budget=hours(48), reason="Verklickt", calendar=OFFICE, ladder=LADDER, now=LATE
        )
        # 47 of 48 h are left on Fri 10:00: Fri 7, Mon to Fri 40
        assert low.due_at == at("Fri 2026-12-04 17:00")

    def test_elapsed_time_is_counted_in_the_calendar_it_was_made_under(self) -> None:
        closed = WorkingTime.from_plain(OFFICE.to_plain() | {"holidays": ["2026-11-25"]})
        now = at("Wed 2026-11-25 12:00")  # 3 h used then, none in a calendar that closed the day afterwards
        high = promises.urgency_raised(an_answer(), budget=BUDGETS.high, calendar=closed, made_under=OFFICE, now=now)
        assert high.due_at == at("Thu 2026-11-26 14:00")  # 5 h from Thu 09:00

    @pytest.mark.parametrize("kind", ["deliver", "revisit"])
    def test_urgency_is_about_answers(self, kind: str) -> None:
        promise = replace(an_answer(), kind=PromiseKind(kind), budget=None)
        assert promises.urgency_raised(promise, budget=BUDGETS.urgent, calendar=OFFICE, now=NOW) == promise
        assert not promises.may_correct_urgency(promise, calendar=OFFICE, ladder=LADDER, now=NOW)

    def test_a_raised_urgency_does_not_mend_what_is_late(self) -> None:
        raised = promises.urgency_raised(an_answer(), budget=BUDGETS.urgent, calendar=OFFICE, now=LATE)
        assert (raised.due_at, raised.missed_at, raised.version) == (DUE, DUE, 1)

    def test_the_first_missed_date_stays(self) -> None:
        moved = promises.move(an_answer(), due_at=at("Mon 2026-11-30 17:00"), reason="Krank", now=LATE)
        again = promises.move(
            moved, due_at=at("Fri 2026-12-04 17:00"), reason="Noch krank", now=at("Tue 2026-12-01 09:00")
        )
        assert (again.missed_at, again.moved_at, again.version) == (DUE, LATE, 3)

    def test_a_move_to_an_earlier_date_while_late_is_noted(self) -> None:
        moved = promises.move(an_answer(), due_at=at("Fri 2026-11-27 17:00"), reason="Krank", now=LATE)
        earlier = promises.move(moved, due_at=at("Fri 2026-11-27 12:00"), now=LATE)
        assert (earlier.missed_at, earlier.due_at) == (DUE, at("Fri 2026-11-27 12:00"))

    def test_asked_at_the_very_last_moment(self) -> None:
        asked = promises.suspend(an_answer(), calendar=OFFICE, now=DUE)
        assert asked.remaining == hours(0)
        assert promises.resume(asked, calendar=OFFICE, now=DUE).due_at == at("Fri 2026-11-27 13:00")

    def test_a_late_target_stays_late(self) -> None:
        merged = promises.merged(an_answer(), an_answer(BUDGETS.urgent), calendar=OFFICE, now=LATE)
        assert (merged.due_at, merged.missed_at) == (DUE, DUE)

    def test_a_late_source_merged_into_a_question_leaves_nothing_of_the_time(self) -> None:
        asked = promises.suspend(an_answer(BUDGETS.low), calendar=OFFICE, now=NOW)
        assert promises.merged(asked, an_answer(), calendar=OFFICE, now=LATE).remaining == hours(0)

    def test_nobody_nudges_a_question(self) -> None:
        question = promises.clarify(author=NARI, calendar=OFFICE, now=NOW)
        assert not promises.may_nudge(question, now=at("Mon 2026-12-07 10:00"))

    @given(minutes=st.integers(1, 60 * 200), steps=st.lists(st.integers(0, 3000), max_size=6))
    def test_asking_and_answering_gives_no_time_away(self, minutes: int, steps: list[int]) -> None:
        """Whatever is asked and answered: the managers have their budget, and at most 4 h more for each question."""
        now = at("Tue 2026-11-24 23:10")
        promise = promises.answer(budget=timedelta(minutes=minutes), calendar=ALWAYS, now=now)
        for step in steps:
            now += timedelta(minutes=step)
            if promise.state is PromiseState.SUSPENDED:
                promise = promises.resume(promise, calendar=ALWAYS, now=now)
            elif promises.may_pause(promise, now=now):
                promise = promises.suspend(promise, calendar=ALWAYS, now=now)
        used: Any = promises.elapsed(promise, ALWAYS, now=now)
        left = promise.remaining if promise.due_at is None else ALWAYS.between(now, promise.due_at)
        assert left is not None
        assert used + left <= timedelta(minutes=minutes) + promise.questions * promises.FLOOR
