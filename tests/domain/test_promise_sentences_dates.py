"""Sentences of promise.md, section 4: days, questions, the ratchet, urgency.

The team is there Mon–Fri 09–17 in Berlin; budgets are 4, 8, 16 and 40 h. Comments do the sums.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.cast import ANKE, BUDGETS, JURI, LADDER, MELODIE, NARI, OFFICE, PIT, an_answer, at, hours
from tracker.domain import lifecycle, outcomes, promises
from tracker.domain.errors import BadInput, NotAllowed, NotPossible
from tracker.domain.lifecycle import Act, Status
from tracker.domain.outcomes import Answer, Outcome
from tracker.domain.promises import Promise, PromiseState
from tracker.domain.working_time import WorkingTime

NOW = at("Wed 2026-11-25 10:00")
DUE = at("Thu 2026-11-26 17:00")  # of an_answer(): 16 h from Wed 09:00


def suspended(*, now: datetime = NOW) -> Promise:
    return promises.suspend(an_answer(), calendar=OFFICE, now=now)


def resumed(promise: Promise, now: datetime) -> Promise:
    return promises.resume(promise, calendar=OFFICE, now=now)


class TestDayToInstant:
    def test_the_end_of_the_last_interval(self) -> None:
        """on falls due at the end of that day's last working interval in the team's zone."""
        split = WorkingTime.from_plain(
            {"timezone": "Europe/Berlin", "week": {"tue": [["09:00", "12:00"], ["14:00", "18:30"]]}}
        )
        assert outcomes.due_of(date(2026, 12, 1), split) == at("Tue 2026-12-01 18:30")

    def test_a_day_without_working_time(self) -> None:
        """On a day without working time at the end of that day (the first valid instant of the next)."""
        assert outcomes.due_of(date(2026, 11, 28), OFFICE) == at("Sun 2026-11-29 00:00")
        # In Cairo the clocks jump from 23:59:59 on Thu 29 April 2027 to 01:00 on Friday
        cairo = WorkingTime.from_plain({"timezone": "Africa/Cairo", "week": {"mon": [["09:00", "17:00"]]}})
        assert outcomes.due_of(date(2027, 4, 29), cairo) == datetime.fromisoformat("2027-04-30T01:00+03:00")

    @pytest.mark.parametrize(
        ("now", "allowed"),
        [("Wed 2026-11-25 16:59", True), ("Wed 2026-11-25 17:00", False), ("Wed 2026-11-25 17:01", False)],
    )
    def test_today(self, now: str, allowed: bool) -> None:
        """Today is allowed while that lies ahead."""
        today = Answer(outcome=Outcome.WILL_DO, text="Heute noch", on=date(2026, 11, 25))
        if allowed:
            assert outcomes.checked(today, now=at(now), calendar=OFFICE).on == date(2026, 11, 25)
        else:
            with pytest.raises(BadInput, match="Today's hours are over"):
                outcomes.checked(today, now=at(now), calendar=OFFICE)

    def test_not_now_needs_a_day_after_today(self) -> None:
        """not_now needs a day after today."""
        for day, allowed in ((date(2026, 11, 25), False), (date(2026, 11, 26), True)):
            answer = Answer(outcome=Outcome.NOT_NOW, text="Kein Platz", on=day)
            if allowed:
                assert outcomes.checked(answer, now=NOW, calendar=OFFICE).on == day
            else:
                with pytest.raises(BadInput, match="a day after today"):
                    outcomes.checked(answer, now=NOW, calendar=OFFICE)

    @pytest.mark.parametrize("outcome", [Outcome.WILL_DO, Outcome.NOT_NOW])
    def test_at_most_two_years_on(self, outcome: Outcome) -> None:
        """At most two years on."""
        last = Answer(outcome=outcome, text="Jubiläum", on=date(2028, 11, 25))
        assert outcomes.checked(last, now=NOW, calendar=OFFICE).on == last.on
        with pytest.raises(BadInput, match="too far away"):
            outcomes.checked(replace(last, on=date(2028, 11, 26)), now=NOW, calendar=OFFICE)


class TestQuestions:
    def test_a_question_suspends_an_answer_that_is_not_late(self) -> None:
        """A question suspends an answer only while it is not late."""
        assert promises.may_pause(an_answer(), now=DUE)
        assert not promises.may_pause(an_answer(), now=DUE + timedelta(seconds=1))

    def test_at_most_twice(self) -> None:
        """… and at most twice per promise; any further one is asked with the clock running."""
        twice = resumed(suspended(), at("Wed 2026-11-25 11:00"))
        twice = promises.suspend(twice, calendar=OFFICE, now=at("Wed 2026-11-25 12:00"))
        twice = resumed(twice, at("Wed 2026-11-25 13:00"))
        assert not promises.may_pause(twice, now=at("Wed 2026-11-25 14:00"))
        with pytest.raises(NotPossible):
            promises.suspend(twice, calendar=OFFICE, now=at("Wed 2026-11-25 14:00"))

    def test_only_an_answer(self) -> None:
        """will_do, not_now | ask: clock runs on."""
        for promise in (
            promises.deliver(owed_by=PIT, due_at=DUE, now=NOW),
            promises.revisit(due_at=DUE, now=NOW),
            promises.task(owed_by=PIT, due_at=DUE, now=NOW),
            promises.clarify(author=NARI, calendar=OFFICE, now=NOW),
        ):
            assert not promises.may_pause(promise, now=NOW)

    def test_clarify_takes_16_h(self) -> None:
        """clarify takes 16 h whatever the urgency."""
        question = promises.clarify(author=NARI, calendar=OFFICE, now=NOW)
        assert question.due_at == at("Fri 2026-11-27 10:00")  # Wed 7 h, Thu 8 h, Fri 1 h

    def test_the_ball_comes_back_with_what_remained(self) -> None:
        """Then the answer is due add(now, max(remaining, 4 h))."""
        # one of 16 h used by Wed 10:00; 15 h from Mon 09:00 are Mon 8 h and Tue 7 h
        back = resumed(suspended(), at("Sun 2026-11-29 20:00"))
        assert back.due_at == at("Tue 2026-12-01 16:00")

    def test_but_at_least_four_hours(self) -> None:
        """… max(remaining, 4 h)."""
        # asked on Thu 16:00 with one hour left
        back = resumed(suspended(now=at("Thu 2026-11-26 16:00")), at("Fri 2026-11-27 09:30"))
        assert back.due_at == at("Fri 2026-11-27 13:30")

    def test_a_new_date_version_not_a_move(self) -> None:
        """A new date version, told, not a move."""
        back = resumed(replace(suspended(), rung=1), at("Mon 2026-11-30 09:00"))
        assert (back.version, back.set_at, back.rung) == (2, at("Mon 2026-11-30 09:00"), 0)
        assert back.moved_at is None
        assert back.pauses == ((NOW, at("Mon 2026-11-30 09:00")),)

    def test_silence_of_the_author_closes_nothing(self) -> None:
        """Silence of the author never closes anything."""
        assert lifecycle.after(Status.ASKED, Act.COME_BACK) is Status.OPEN
        assert resumed(suspended(), at("Mon 2027-11-29 09:00")).state is PromiseState.OPEN


class TestRatchet:
    def test_earlier_silently(self) -> None:
        """A given date, also that of an answer, may move earlier silently."""
        earlier = promises.move(an_answer(), due_at=at("Wed 2026-11-25 17:00"), now=NOW)
        assert (earlier.version, earlier.moved_at) == (2, None)
        assert not promises.moves_later(an_answer(), earlier)

    def test_later_only_with_a_reason(self) -> None:
        """Later only as an act with a reason."""
        with pytest.raises(BadInput) as refused:
            promises.move(an_answer(), due_at=at("Fri 2026-11-27 17:00"), reason="  ", now=NOW)
        assert refused.value.field == "reason"
        later = promises.move(an_answer(), due_at=at("Fri 2026-11-27 17:00"), reason="Krank", now=NOW)
        assert promises.moves_later(an_answer(), later)
        assert later.moved_at == NOW

    @pytest.mark.parametrize(
        ("status", "act", "counted"),
        [
            (Status.OPEN, Act.MOVE, True),
            (Status.WILL_DO, Act.MOVE, True),
            (Status.NOT_NOW, Act.MOVE, True),
            (Status.NOT_NOW, Act.NOT_NOW, True),
            (Status.WILL_DO, Act.WILL_DO, True),
            (Status.WILL_DO, Act.NOT_NOW, True),
            (Status.NOT_NOW, Act.WILL_DO, False),  # it keeps the revisit
            (Status.OPEN, Act.NOT_NOW, False),
            (Status.OPEN, Act.WILL_DO, False),
            (Status.ASKED, Act.COME_BACK, False),
            (Status.WILL_DO, Act.CONTEST, False),
        ],
    )
    def test_what_is_counted(self, status: Status, act: Act, counted: bool) -> None:
        """Counted: a move, a repeated not_now, a will_do after a will_do, a not_now after a will_do."""
        assert lifecycle.moves_after(1, status, act) == (2 if counted else 1)

    @pytest.mark.parametrize(("act", "count"), [(Act.DONE, 0), (Act.DECLINED, 0), (Act.CONTEST, 2), (Act.ASK, 2)])
    def test_what_ends_the_count(self, act: Act, count: int) -> None:
        """Only done and declined end the count."""
        assert lifecycle.moves_after(2, Status.WILL_DO, act) == count

    @pytest.mark.parametrize(
        ("moved", "actor", "movers", "allowed"),
        [
            (0, PIT, (), True),
            (1, PIT, (PIT,), True),
            (2, PIT, (PIT,), False),  # the third time
            (2, JURI, (PIT,), True),  # a manager who did none of those before
            (2, JURI, (PIT, JURI), False),
            (2, ANKE, (PIT, ANKE), True),  # an owner
            (2, MELODIE, (MELODIE,), False),  # who was named in a will_do
            (7, JURI, (PIT,), True),
        ],
    )
    def test_the_third_time(self, moved: int, actor: int, movers: tuple[int, ...], allowed: bool) -> None:
        """From the third on it takes an owner, or a manager who did none of those before."""
        who = {"movers": movers, "managers": (PIT, JURI), "owners": (ANKE,)}
        assert promises.may_move(moved, actor, **who) is allowed
        if not allowed:
            with pytest.raises(NotAllowed, match=r"moved \d times already"):
                promises.check_may_move(moved, actor, **who)

    def test_where_there_is_no_such_person(self) -> None:
        """Where there is no such person it is allowed and stands out."""
        assert promises.who_may_move(2, movers=(PIT,), managers=(PIT,), owners=()) is None
        assert promises.may_move(2, PIT, movers=(PIT,), managers=(PIT,), owners=())

    @pytest.mark.parametrize(("day", "far"), [(date(2027, 5, 25), False), (date(2027, 5, 26), True)])
    def test_far_away(self, day: date, far: bool) -> None:
        """A not_now further away than six months asks first whether a no would be more honest."""
        assert outcomes.is_far(day, now=NOW, calendar=OFFICE) is far

    @given(budget=st.integers(1, 200), asked=st.integers(0, 400), silent=st.integers(0, 400), new=st.integers(1, 200))
    def test_no_rule_puts_a_running_date_back(self, budget: int, asked: int, silent: int, new: int) -> None:
        """A given date may move earlier silently; later only as an act with a reason."""
        answer = an_answer(hours(budget))
        now = answer.made_at + hours(asked)
        raised = promises.urgency_raised(answer, budget=hours(new), calendar=OFFICE, now=now)
        merged = promises.merged(answer, an_answer(hours(new)), calendar=OFFICE, now=now)
        for changed in (raised, merged, promises.urgency_lowered(answer, now=now)):
            assert changed.due_at is not None
            assert answer.due_at is not None
            assert changed.due_at <= answer.due_at
            if changed.due_at < answer.due_at:
                assert changed.due_at >= promises.floor(OFFICE, now=now)
        if promises.may_pause(answer, now=now):
            asked_for = promises.suspend(answer, calendar=OFFICE, now=now)
            back = promises.resume(asked_for, calendar=OFFICE, now=now + hours(silent))
            assert asked_for.remaining is not None
            # what is left of the time is never more than it was, but for the four hours
            assert OFFICE.between(now + hours(silent), back.due_at or now) == max(asked_for.remaining, hours(4))


class TestUrgency:
    def test_raised(self) -> None:
        """Raised: due is the earlier of the given date and add(now, max(new budget − elapsed, 4 h))."""
        high = promises.urgency_raised(an_answer(), budget=BUDGETS.high, calendar=OFFICE, now=NOW)
        assert high.due_at == at("Wed 2026-11-25 17:00")  # 8 h − 1 h used = 7 h from Wed 10:00
        assert (high.version, high.budget, high.moved_at) == (2, hours(8), None)
        urgent = promises.urgency_raised(an_answer(), budget=BUDGETS.urgent, calendar=OFFICE, now=NOW)
        assert urgent.due_at == at("Wed 2026-11-25 14:00")  # 4 h − 1 h used = 3 h, so 4 h from Wed 10:00

    def test_raised_close_to_the_date(self) -> None:
        """… the earlier of the given date …"""
        now = at("Thu 2026-11-26 15:00")
        urgent = promises.urgency_raised(an_answer(), budget=BUDGETS.urgent, calendar=OFFICE, now=now)
        assert (urgent.due_at, urgent.version) == (DUE, 1)  # add(now, 4 h) would be Fri 11:00

    def test_raised_while_suspended(self) -> None:
        """While suspended the same is done to remaining."""
        later = at("Fri 2026-11-27 10:00")
        raised = promises.urgency_raised(suspended(), budget=BUDGETS.high, calendar=OFFICE, now=later)
        assert (raised.remaining, raised.due_at) == (hours(7), None)  # 8 h − the one used before the question

    def test_lowered(self) -> None:
        """Lowered: changes label and order, never the date."""
        assert promises.urgency_lowered(an_answer(), now=NOW) == an_answer()

    def test_corrected_before_rung_1(self) -> None:
        """A manager who corrects it before rung 1, with a reason, sets it to add(made_at, corrected budget)."""
        low = self.corrected(an_answer(), BUDGETS.low, NOW)
        assert low.due_at == at("Tue 2026-12-01 17:00")  # 40 h from Wed 25 09:00: Wed, Thu, Fri, Mon, Tue
        assert (low.version, low.moved_at) == (2, None)  # no move

    def test_corrected_while_suspended(self) -> None:
        """While suspended: remaining to corrected budget − elapsed."""
        low = self.corrected(suspended(), BUDGETS.low, at("Fri 2026-11-27 10:00"))
        assert (low.remaining, low.state) == (hours(39), PromiseState.SUSPENDED)

    @pytest.mark.parametrize(("now", "possible"), [("Thu 2026-11-26 12:59", True), ("Thu 2026-11-26 13:00", False)])
    def test_not_from_rung_1_on(self, now: str, possible: bool) -> None:
        """… before rung 1: ¾ of 16 h is Thu 13:00."""
        assert promises.may_correct_urgency(an_answer(), calendar=OFFICE, ladder=LADDER, now=at(now)) is possible
        if not possible:
            with pytest.raises(NotPossible, match="the date stands"):
                self.corrected(an_answer(), BUDGETS.low, at(now))

    def test_a_correction_needs_a_reason(self) -> None:
        """… with a reason."""
        with pytest.raises(BadInput) as refused:
            self.corrected(an_answer(), BUDGETS.low, NOW, reason="")
        assert refused.value.field == "reason"

    def test_a_correction_to_less_never_puts_the_date_back(self) -> None:
        """Raised by correcting: the earlier date, and not before now + 4 h."""
        now = at("Thu 2026-11-26 12:00")  # 11 h used
        assert self.corrected(an_answer(), BUDGETS.high, now).due_at == at("Thu 2026-11-26 16:00")

    def test_a_corrected_date_lies_four_hours_ahead(self) -> None:
        """Never before now + 4 h: 2 h corrected to 4 h when one is used would leave three."""
        short = an_answer(hours(2))
        assert self.corrected(short, hours(4), NOW).due_at == at("Wed 2026-11-25 14:00")

    def test_not_from_rung_1_on_while_suspended(self) -> None:
        """… before rung 1 (while suspended: …): who was reminded and then asked can no longer correct it."""
        reminded = promises.suspend(replace(an_answer(), rung=1), calendar=OFFICE, now=at("Thu 2026-11-26 14:00"))
        with pytest.raises(NotPossible, match="the date stands"):
            self.corrected(reminded, BUDGETS.low, at("Thu 2026-11-26 15:00"))

    def test_a_correction_leaves_no_less_than_nothing(self) -> None:
        """Remaining to corrected budget − elapsed: of a date that was moved far out, more may be used than that."""
        moved = promises.move(an_answer(), due_at=at("Thu 2026-12-31 17:00"), reason="Krank", now=NOW)
        later = at("Thu 2026-12-03 17:00")  # 56 h used
        asked = promises.suspend(moved, calendar=OFFICE, now=later)
        assert self.corrected(asked, BUDGETS.low, later).remaining == hours(0)

    @staticmethod
    def corrected(promise: Promise, budget: timedelta, now: datetime, *, reason: str = "Verklickt") -> Promise:
        return promises.urgency_corrected(
            promise, budget=budget, reason=reason, calendar=OFFICE, ladder=LADDER, now=now
        )
