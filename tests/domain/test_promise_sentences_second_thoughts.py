"""Sentences of promise.md, section 4: contest, merge, undo, and what else touches a date.

The team is there Mon–Fri 09–17 in Berlin; budgets are 4, 8, 16 and 40 h. Comments do the sums.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.domain.cast import ANKE, BUDGETS, MELODIE, NARI, OFFICE, OLE, PIT, an_answer, at, hours
from tracker.domain import contests, lifecycle, promises
from tracker.domain.contests import Contest, Contested
from tracker.domain.errors import BadInput, NotAllowed, NotPossible
from tracker.domain.lifecycle import Act, Status
from tracker.domain.promises import Promise, PromiseKind, PromiseState
from tracker.domain.working_time import WorkingTime

NOW = at("Wed 2026-11-25 10:00")
DUE = at("Thu 2026-11-26 17:00")  # of an_answer(): 16 h from Wed 09:00


def suspended(*, now: datetime = NOW) -> Promise:
    return promises.suspend(an_answer(), calendar=OFFICE, now=now)


class TestContest:
    ANSWERED = at("Thu 2026-11-26 10:00")
    CASE = Contested(status=Status.DECLINED, author=NARI, co_authors=(MELODIE,), answered_at=ANSWERED)

    @pytest.mark.parametrize(
        ("now", "possible"),
        [
            ("Thu 2026-11-26 10:01", True),
            ("Thu 2026-12-10 09:00", True),
            ("Thu 2026-12-10 23:59", True),  # the 14th day, to its end: "bis Do 10.12."
            ("Fri 2026-12-11 00:00", False),
        ],
    )
    def test_within_14_calendar_days(self, now: str, possible: bool) -> None:
        """Within 14 calendar days of the answer."""
        if possible:
            assert self.contest(self.CASE, NARI, now=at(now)) is Contest.REOPENS
        else:
            with pytest.raises(NotPossible, match="possible until"):
                self.contest(self.CASE, NARI, now=at(now))

    def test_once_per_person(self) -> None:
        """Once per suggestion and person."""
        with pytest.raises(NotPossible, match="once already"):
            self.contest(replace(self.CASE, contested_by=(NARI,)), NARI)
        assert self.contest(replace(self.CASE, contested_by=(NARI,)), MELODIE) is Contest.SPLITS

    def test_with_a_sentence(self) -> None:
        """With a sentence on what is missing."""
        with pytest.raises(BadInput, match="what is missing"):
            self.contest(self.CASE, NARI, text=" ")

    def test_the_answer_to_a_contest_stands(self) -> None:
        """That answer can be contested by nobody."""
        case = replace(self.CASE, answers_a_contest=True)
        for person in (NARI, MELODIE):
            with pytest.raises(NotPossible, match="It stands"):
                self.contest(case, person)

    def test_a_co_author_joins_or_splits(self) -> None:
        """While that answer is open, a co-author's contest joins it; otherwise it splits."""
        is_open = replace(self.CASE, status=Status.OPEN, contest_is_open=True)
        assert self.contest(is_open, MELODIE) is Contest.JOINS
        assert self.contest(self.CASE, MELODIE) is Contest.SPLITS

    def test_nobody_else(self) -> None:
        """Contesting is for who raised it."""
        with pytest.raises(NotAllowed):
            self.contest(self.CASE, PIT)

    @pytest.mark.parametrize(
        ("budget", "due"),
        [
            (BUDGETS.normal, "Thu 2026-11-26 10:00"),  # 8 h from Wed 10:00
            (BUDGETS.urgent, "Wed 2026-11-25 14:00"),  # half of 4 h, so 4 h
            (BUDGETS.low, "Fri 2026-11-27 14:00"),  # 20 h: Wed 7, Thu 8, Fri 5
        ],
    )
    def test_half_the_budget(self, budget: timedelta, due: str) -> None:
        """A new answer with half the budget of the current urgency, at least 4 h."""
        answer = promises.contested(budget=budget, calendar=OFFICE, now=NOW)
        assert (answer.kind, answer.due_at) == (PromiseKind.ANSWER, at(due))

    def test_an_open_deliver_or_revisit_is_withdrawn(self) -> None:
        """Withdraws an open deliver or revisit."""
        for promise in (
            promises.deliver(owed_by=PIT, due_at=DUE, now=NOW),
            promises.revisit(due_at=DUE, now=NOW),
        ):
            assert promises.withdraw(promise, now=NOW).state is PromiseState.WITHDRAWN
        assert lifecycle.after(Status.WILL_DO, Act.CONTEST) is Status.OPEN

    @staticmethod
    def contest(case: Contested, person: int, *, text: str = "Es geht um Namen", now: datetime = ANSWERED) -> Contest:
        return contests.contest(case, person, text, now=now, calendar=OFFICE)


class TestMerge:
    def test_the_earlier_date(self) -> None:
        """Only into open (the earlier date)."""
        target = an_answer(BUDGETS.low)  # due Tue 1 Dec 17:00
        merged = promises.merged(target, an_answer(), calendar=OFFICE, now=NOW)
        assert (merged.due_at, merged.version) == (DUE, 2)

    def test_never_puts_back_the_targets_own_date(self) -> None:
        """A merge never puts back the target's own date."""
        now = at("Thu 2026-11-26 16:00")
        assert promises.merged(an_answer(), an_answer(BUDGETS.low), calendar=OFFICE, now=now) == an_answer()
        # both lie before now + 4 h (Fri 12:00): the target's date stands
        source = an_answer(hours(15.5))
        assert promises.merged(an_answer(), source, calendar=OFFICE, now=now) == an_answer()

    def test_a_late_source_gives_at_least_four_hours(self) -> None:
        """A date that the rules compute for a promise already running never lies before now + 4 h."""
        now = at("Fri 2026-11-27 10:00")
        merged = promises.merged(an_answer(BUDGETS.low), an_answer(), calendar=OFFICE, now=now)
        assert merged.due_at == at("Fri 2026-11-27 14:00")

    def test_into_asked_the_smaller_remaining(self) -> None:
        """Or asked (the smaller remaining; the question stays)."""
        source = an_answer(BUDGETS.high)  # due Wed 17:00, 7 h left at Wed 10:00
        merged = promises.merged(suspended(), source, calendar=OFFICE, now=NOW)
        assert (merged.remaining, merged.state) == (hours(7), PromiseState.SUSPENDED)
        assert promises.merged(suspended(), an_answer(BUDGETS.low), calendar=OFFICE, now=NOW) == suspended()

    @pytest.mark.parametrize("status", [Status.WILL_DO, Status.NOT_NOW, Status.DONE, Status.DECLINED, Status.MERGED])
    def test_into_anything_later_it_is_refused(self, status: Status) -> None:
        """Into anything later it is refused and "answer it with the same text" is offered."""
        with pytest.raises(NotPossible, match="the same text"):
            lifecycle.check_merge_target(status)

    @pytest.mark.parametrize("status", [Status.OPEN, Status.ASKED])
    def test_into_what_waits_for_an_answer(self, status: Status) -> None:
        """Only into open or asked."""
        lifecycle.check_merge_target(status)
        assert status in lifecycle.MERGE_TARGETS

    @pytest.mark.parametrize("status", list(Status))
    def test_undo_while_the_target_has_no_outcome(self, status: Status) -> None:
        """Undo while the target has no outcome."""
        if status in (Status.OPEN, Status.ASKED):
            lifecycle.check_unmerge(status)
            assert lifecycle.after(Status.MERGED, Act.UNMERGE) is Status.OPEN
        else:
            with pytest.raises(NotPossible, match="answered meanwhile"):
                lifecycle.check_unmerge(status)

    def test_undo_with_its_old_date(self) -> None:
        """Undo …; the promise returns with its old date."""
        assert promises.unmerged(an_answer(), calendar=OFFICE, now=NOW) == an_answer()

    def test_undo_after_the_date(self) -> None:
        """… or now + 4 h if that has passed."""
        back = promises.unmerged(an_answer(), calendar=OFFICE, now=at("Fri 2026-11-27 10:00"))
        assert (back.due_at, back.version, back.missed_at) == (at("Fri 2026-11-27 14:00"), 2, DUE)


class TestUndo:
    @pytest.mark.parametrize(("seconds", "possible"), [(0, True), (60, True), (61, False)])
    def test_sixty_seconds(self, seconds: int, possible: bool) -> None:
        """Its notices are held for 60 seconds; undo is refused when the time is over."""
        assert lifecycle.may_undo(NOW, now=NOW + timedelta(seconds=seconds)) is possible

    def test_exactly_as_it_was(self) -> None:
        """The promise returns exactly as it was."""
        former = replace(an_answer(), rung=3, silence=3, version=4)
        kept = promises.keep(former, now=NOW)
        assert kept != former
        assert promises.undone(former) == former

    @pytest.mark.parametrize("status", [Status.DONE, Status.DECLINED, Status.WILL_DO, Status.NOT_NOW])
    @pytest.mark.parametrize("former", [Status.OPEN, Status.ASKED, Status.WILL_DO])
    def test_back_to_the_status_before(self, status: Status, former: Status) -> None:
        """Undo of an outcome."""
        assert lifecycle.after(status, Act.UNDO, former=former) is former
        with pytest.raises(NotPossible):
            lifecycle.after(status, Act.UNDO)


class TestOtherDates:
    def test_a_short_budget_and_a_chosen_day_are_exempt(self) -> None:
        """A short budget at raising and a day that a person chooses are exempt (from now + 4 h)."""
        now = at("Wed 2026-11-25 16:00")
        assert an_answer(hours(0.5), raised_at=now).due_at == at("Wed 2026-11-25 16:30")
        chosen = promises.move(an_answer(), due_at=at("Wed 2026-11-25 17:00"), now=now)
        assert chosen.due_at == at("Wed 2026-11-25 17:00")

    def test_calendar_changes_touch_no_given_date(self) -> None:
        """Calendar and policy changes touch no given date: a promise keeps its instant, whatever the calendar."""
        answer = an_answer()
        closed = WorkingTime.from_plain(OFFICE.to_plain() | {"holidays": ["2026-11-26"]})
        assert promises.urgency_lowered(answer, now=NOW).due_at == DUE
        assert closed.between(NOW, DUE) == hours(7)  # the hours differ, the date does not

    @pytest.mark.parametrize(("minutes", "possible"), [(0, True), (15, True), (16, False)])
    def test_an_edit_within_15_minutes(self, minutes: int, possible: bool) -> None:
        """An edit within 15 minutes changes the text."""
        assert lifecycle.may_edit(NOW, now=NOW + timedelta(minutes=minutes)) is possible

    def test_nudge_after_the_date(self) -> None:
        """Nudge: after the date."""
        assert not promises.may_nudge(an_answer(), now=DUE)
        assert promises.may_nudge(an_answer(), now=DUE + timedelta(minutes=1))

    def test_several_owners(self) -> None:
        """Owners may do all that managers may: any of them moves the third time."""
        assert promises.who_may_move(2, movers=(PIT,), managers=(PIT,), owners=(ANKE, OLE)) == frozenset({ANKE, OLE})
