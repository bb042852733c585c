"""Sentences of promise.md, section 5: the ladder, the silence notice, catch-up. And the story of the mails."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.cast import (
    ALWAYS,
    ANKE,
    BUDGETS,
    EVENINGS,
    JURI,
    LADDER,
    NARI,
    NARIS,
    NIGHTWATCH,
    OFFICE,
    PIT,
    an_answer,
    at,
    hours,
)
from tracker.domain import duty, promises
from tracker.domain.ladder import Climb, Ladder, climb, highest_due, next_at, rung_at
from tracker.domain.promises import Promise, PromiseKind
from tracker.domain.working_time import WorkingTime

NOW = at("Wed 2026-11-25 10:00")
DUE = at("Thu 2026-11-26 17:00")


def climbed(promise: Promise, now: datetime) -> Climb:
    found = climb(promise, OFFICE, LADDER, now=now)
    assert found is not None
    return found


class TestTheStoryOfTheMails:
    """Nari raises #41 on Tue 24 Nov 2026, 23:10, normal (16 h). Pit is on duty, Juri his deputy, Anke the owner."""

    STORY = (
        (1, "Thu 2026-11-26 13:00", (PIT,), False),  # ¾ of 16 h = 12 h: Wed 8 h, Thu 4 h
        (2, "Thu 2026-11-26 17:00", (PIT,), False),  # the date itself
        (3, "Fri 2026-11-27 13:00", (PIT, JURI), True),  # + 4 h: Fri 09–13
        (4, "Mon 2026-11-30 17:00", (PIT, JURI, ANKE), False),  # + 16 h: Fri, Mon
        (5, "Thu 2026-12-03 17:00", (PIT, JURI, ANKE), True),  # + 40 h: Tue, Wed, Thu more
        (6, "Tue 2026-12-08 17:00", (PIT, JURI, ANKE), False),  # + 64 h: Fri, Mon, Tue
        (7, "Fri 2026-12-11 17:00", (PIT, JURI, ANKE), False),  # + 88 h: Wed, Thu, Fri
    )

    def test_the_whole_story(self) -> None:
        """Rung 1 Thu 13:00, due Thu 17:00, rung 3 and silence notice Fri 13:00, … rungs 5, 6, 7 Thu, Tue, Fri 17:00."""
        promise = an_answer()
        assert promise.due_at == DUE
        for rung, when, people, silence in self.STORY:
            assert next_at(promise, OFFICE, LADDER) == at(when)
            assert climb(promise, OFFICE, LADDER, now=at(when) - timedelta(seconds=1)) is None
            step = climbed(promise, at(when))
            assert (step.rung, step.silence, list(step.skipped)) == (rung, silence, [])
            assert duty.told(rung, NARIS, NIGHTWATCH) == people
            assert climb(step.promise, OFFICE, LADDER, now=at(when)) is None  # once
            promise = step.promise

    @pytest.mark.parametrize(
        ("budget", "first", "due", "third", "fourth"),
        [
            # 4 h: Wed 13:00; ¾ is Wed 12:00; + 4 h Wed 17:00; + 16 h Fri 13:00
            (BUDGETS.urgent, "Wed 2026-11-25 12:00", "Wed 2026-11-25 13:00", "Wed 2026-11-25 17:00", "Fri 27 13:00"),
            (BUDGETS.high, "Wed 2026-11-25 15:00", "Wed 2026-11-25 17:00", "Thu 2026-11-26 13:00", "Fri 27 17:00"),
            (BUDGETS.low, "Mon 2026-11-30 15:00", "Tue 2026-12-01 17:00", "Wed 2026-12-02 13:00", "Thu 03 17:00"),
        ],
    )
    def test_every_other_urgency(self, budget: timedelta, first: str, due: str, third: str, fourth: str) -> None:
        """Budgets of 4, 8 and 40 h; the rest of the ladder is the same."""
        promise = an_answer(budget)
        rungs = [rung_at(n, promise, OFFICE, LADDER) for n in (1, 2, 3)]
        assert rungs == [at(first), at(due), at(third)]
        weekday, day, clock = fourth.split()
        month = "12" if day == "03" else "11"
        assert rung_at(4, promise, OFFICE, LADDER) == at(f"{weekday} 2026-{month}-{day} {clock}")


class TestRungs:
    @pytest.mark.parametrize("kind", ["deliver", "revisit", "task"])
    def test_the_first_of_the_other_kinds(self, kind: str) -> None:
        """For deliver, revisit, task add(set_at, W − 8 h)."""
        promise = a_promise(kind, due="Fri 2026-12-04 17:00")
        assert rung_at(1, promise, OFFICE, LADDER) == at("Thu 2026-12-03 17:00")  # a working day before

    def test_no_first_rung_for_a_short_time(self) -> None:
        """None when W ≤ 1 h (≤ 8 h)."""
        now = at("Wed 2026-11-25 09:00")
        assert rung_at(1, an_answer(hours(1), raised_at=now), OFFICE, LADDER) is None
        assert rung_at(1, an_answer(hours(1.2), raised_at=now), OFFICE, LADDER) == at("Wed 2026-11-25 09:54")
        for kind in ("deliver", "revisit", "task"):
            promise = replace(a_promise(kind, due="Wed 2026-11-25 17:00"), set_at=now)  # 8 h
            assert rung_at(1, promise, OFFICE, LADDER) is None
            assert next_at(promise, OFFICE, LADDER) == promise.due_at

    def test_the_second_is_the_date_itself(self) -> None:
        """due_at itself, never the next opening."""
        saturday = a_promise("revisit", due="Sun 2026-11-29 00:00")  # promised for Sat 28 Nov
        assert rung_at(2, saturday, OFFICE, LADDER) == at("Sun 2026-11-29 00:00")
        assert climbed(replace(saturday, rung=1), at("Sun 2026-11-29 00:00")).rung == 2
        # and from there on working time counts again: Mon 09:00 + 4 h
        assert rung_at(3, saturday, OFFICE, LADDER) == at("Mon 2026-11-30 13:00")

    def test_from_the_fifth_on_without_end(self) -> None:
        """n ≥ 5: + 16 h + 24 h · (n − 4), without end, found by division and never by a loop."""
        far = at("Fri 2036-11-28 17:00")
        highest = highest_due(an_answer(), OFFICE, LADDER, now=far)
        assert highest == 4 + (OFFICE.between(DUE, far) - hours(16)) // hours(24)
        assert highest > 800
        step = climbed(an_answer(), far)
        assert (step.rung, step.skipped) == (highest, range(1, highest))

    def test_rungs_count_on(self) -> None:
        """Rungs count on (5, 6, 7…). Never "once per day"."""
        promise = replace(an_answer(), rung=1000)
        assert next_at(promise, OFFICE, LADDER) == OFFICE.add(DUE, hours(16 + 24 * 997))

    def test_a_question(self) -> None:
        """For clarify it is due, + 8 h to the author; at + 24 h the ball comes back."""
        question = promises.clarify(author=NARI, calendar=OFFICE, now=NOW)  # due Fri 27 Nov 10:00
        story = (
            ("Fri 2026-11-27 10:00", 2, False, (NARI,)),
            ("Mon 2026-11-30 10:00", 3, False, (NARI,)),
            ("Wed 2026-12-02 10:00", 4, True, (NARI, PIT)),  # told to author and on duty
        )
        case = replace(NARIS, kind=PromiseKind.CLARIFY, owed_by=NARI)
        for when, rung, comes_back, people in story:
            assert next_at(question, OFFICE, LADDER) == at(when)
            step = climbed(question, at(when))
            assert (step.rung, step.ball_comes_back, step.silence) == (rung, comes_back, False)
            assert duty.told(rung, case, NIGHTWATCH) == people
            question = step.promise
        assert next_at(question, OFFICE, LADDER) is None
        assert highest_due(question, OFFICE, LADDER, now=at("Wed 2027-12-01 10:00")) == 4

    def test_nothing_while_suspended_or_ended(self) -> None:
        """No follow-up for what is suspended, kept, broken or withdrawn."""
        asked = promises.suspend(an_answer(), calendar=OFFICE, now=NOW)
        kept = promises.keep(an_answer(), now=NOW)
        for promise in (asked, kept, promises.break_(an_answer(), now=NOW), promises.withdraw(an_answer(), now=NOW)):
            assert next_at(promise, OFFICE, LADDER) is None
            assert climb(promise, OFFICE, LADDER, now=at("Mon 2027-11-29 09:00")) is None

    def test_a_new_version_starts_the_ladder_anew(self) -> None:
        """The key of a notice is made of its meaning (promise:17:v2:rung:3): a moved date has its own rungs."""
        late = climbed(an_answer(), at("Mon 2026-11-30 17:00")).promise
        moved = promises.move(late, due_at=at("Fri 2026-12-04 17:00"), reason="Krank", now=at("Tue 2026-12-01 09:00"))
        assert (moved.version, moved.rung, moved.silence) == (2, 0, 0)
        # W = Tue 09:00 to Fri 17:00 = 32 h, ¾ = 24 h
        assert next_at(moved, OFFICE, LADDER) == at("Thu 2026-12-03 17:00")

    def test_rungs_follow_a_new_calendar(self) -> None:
        """Rungs not yet reached follow the new version."""
        closed = WorkingTime.from_plain(OFFICE.to_plain() | {"holidays": ["2026-11-27"]})
        reached = climbed(an_answer(), DUE).promise
        assert next_at(reached, closed, LADDER) == at("Mon 2026-11-30 13:00")
        assert reached.due_at == DUE


class TestSilenceNotice:
    def test_first_from_three_and_again_from_five(self) -> None:
        """With the first rung ≥ 3 that is sent, and again with the first ≥ 5, each once per date version."""
        promise, noticed = an_answer(), []
        for n in range(1, 9):
            when = rung_at(n, promise, OFFICE, LADDER)
            assert when is not None
            step = climbed(promise, when)
            noticed += [step.rung] if step.silence else []
            promise = step.promise
        assert noticed == [3, 5]

    @pytest.mark.parametrize(
        ("first_sent", "noticed"),
        [("Mon 2026-11-30 17:00", [4, 5]), ("Thu 2026-12-03 17:00", [5]), ("Fri 2026-12-11 17:00", [7])],
    )
    def test_the_first_that_is_sent(self, first_sent: str, noticed: list[int]) -> None:
        """… the first that is sent: after a downtime that may be the fourth, or one for both."""
        promise, found, now = an_answer(), [], at(first_sent)
        for _ in range(4):
            step = climbed(promise, now)
            found += [step.rung] if step.silence else []
            promise = step.promise
            now = next_at(promise, OFFICE, LADDER) or now
        assert found == noticed

    @pytest.mark.parametrize(("kind", "told"), [("deliver", True), ("revisit", True), ("task", False)])
    def test_for_whom(self, kind: str, told: bool) -> None:
        """For answer, deliver and revisit."""
        promise = a_promise(kind, due="Fri 2026-11-27 17:00")
        assert climbed(promise, at("Mon 2026-11-30 13:00")).silence is told

    def test_each_date_version_has_its_own(self) -> None:
        """… each once per promise and date version."""
        late = climbed(an_answer(), at("Thu 2026-12-03 17:00")).promise
        moved = promises.move(late, due_at=at("Fri 2026-12-04 17:00"), reason="Krank", now=at("Thu 2026-12-03 17:30"))
        assert climbed(moved, at("Mon 2026-12-07 13:00")).silence

    def test_imports(self) -> None:
        """Imports … start at the highest due rung, once, with no silence notice for what passed before it was made."""
        given = promises.imported(
            kind=PromiseKind.ANSWER, owed_by=None, made_at=at("Mon 2026-11-02 09:00"),
            due_at=at("Thu 2026-11-26 17:00"), now=at("Tue 2026-12-01 09:00"),
        )  # fmt: skip
        step = climbed(given, at("Tue 2026-12-01 09:00"))  # 16 h late since Mon 17:00: rung 4
        assert (step.rung, step.silence) == (4, False)
        assert climb(step.promise, OFFICE, LADDER, now=at("Tue 2026-12-01 09:01")) is None
        assert climbed(step.promise, at("Thu 2026-12-03 17:00")).silence  # rung 5 came after it was made


class TestCatchUp:
    def test_only_the_highest(self) -> None:
        """After downtime only the highest due rung is sent; the skipped ones get a row that says so."""
        step = climbed(an_answer(), at("Fri 2026-12-04 09:00"))
        assert (step.rung, step.skipped) == (5, range(1, 5))
        assert step.promise.missed_at == DUE

    def test_a_rung_that_does_not_exist_is_not_skipped(self) -> None:
        """None when W ≤ 1 h: there is no first rung that could have been missed."""
        short = an_answer(hours(1), raised_at=at("Wed 2026-11-25 09:00"))
        assert climbed(short, at("Wed 2026-11-25 15:00")).skipped == range(2, 3)

    @given(
        late=st.integers(0, 60 * 24 * 900),
        budget=st.integers(30, 60 * 60),
        rung=st.integers(0, 9),
        calendar=st.sampled_from([OFFICE, EVENINGS, ALWAYS]),
        ladder=st.builds(
            Ladder,
            third=st.integers(1, 16).map(hours),
            fourth=st.integers(17, 40).map(hours),
            every=st.integers(1, 90).map(hours),
        ),
    )
    def test_division_finds_what_counting_would(
        self, late: int, budget: int, rung: int, calendar: WorkingTime, ladder: Ladder
    ) -> None:
        """Found by division and never by a loop: the highest due rung has come, the one above it has not."""
        promise = promises.answer(budget=timedelta(minutes=budget), calendar=calendar, now=at("Tue 2026-11-24 23:10"))
        now = promise.made_at + timedelta(minutes=late)
        highest = highest_due(promise, calendar, ladder, now=now)
        reached = rung_at(highest, promise, calendar, ladder)
        above = next_at(replace(promise, rung=highest), calendar, ladder)
        assert above is not None
        assert now < above
        assert highest == 0 or (reached is not None and reached <= now)
        step = climb(replace(promise, rung=rung), calendar, ladder, now=now)
        assert (step.rung if step else None) == (highest if highest > rung else None)


def a_promise(kind: str, *, due: str) -> Promise:
    if kind == "revisit":
        return promises.revisit(due_at=at(due), now=NOW)
    make = {"deliver": promises.deliver, "task": promises.task}[kind]
    return make(owed_by=PIT, due_at=at(due), now=NOW)
