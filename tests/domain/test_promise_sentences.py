"""Sentences of promise.md, sections 1 to 3 and 9: what is stored, kinds, outcomes, statuses and moves, the record.

Every test carries the sentence it reads. Sections 4 to 6 have files of their own.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from tests.domain.cast import ANKE, BUDGETS, JO, NARI, OFFICE, PIT, an_answer, at, hours
from tracker.domain import lifecycle, outcomes, promises
from tracker.domain.errors import BadInput, NotPossible
from tracker.domain.lifecycle import CLOSED, OPEN, Act, Status, WaitingOn, after
from tracker.domain.outcomes import Answer, Outcome
from tracker.domain.promises import Promise, PromiseKind, PromiseState, Record

NOW = at("Wed 2026-11-25 10:00")


def a_delivery(due: str = "Fri 2026-12-04 17:00") -> Promise:
    return promises.deliver(owed_by=ANKE, due_at=at(due), now=NOW)


def a_revisit(due: str = "Fri 2026-12-04 17:00") -> Promise:
    return promises.revisit(due_at=at(due), now=NOW)


class TestWhatIsStored:
    def test_the_log_carries_the_whole_promise(self) -> None:
        """An entry that changes a promise carries the promise's values after it, so that nothing is replayed."""
        asked = promises.suspend(an_answer(), calendar=OFFICE, now=NOW)
        assert Promise.from_facts(json.loads(json.dumps(asked.to_facts()))) == asked

    @pytest.mark.parametrize("status", sorted(OPEN))
    def test_every_open_status_has_one_kind_of_promise(self, status: Status) -> None:
        """Every open suggestion has exactly one open promise."""
        assert lifecycle.promise_kind(status) is not None

    @pytest.mark.parametrize("status", sorted(CLOSED))
    def test_a_closed_suggestion_owes_nothing(self, status: Status) -> None:
        """done, declined, withdrawn, merged: none."""
        assert lifecycle.promise_kind(status) is None
        assert lifecycle.waiting_on(status) is WaitingOn.NOBODY


class TestKindsOfPromise:
    def test_an_answer_is_owed_by_the_managers(self) -> None:
        """answer | the managers | raised, reopened, contested | any of the four outcomes."""
        assert an_answer().owed_by is None
        assert {promises.state_after(PromiseKind.ANSWER, outcome) for outcome in Outcome} == {PromiseState.KEPT}

    def test_a_delivery_is_owed_by_the_person_named(self) -> None:
        """deliver | the person named in will_do | outcome will_do | outcome done."""
        assert a_delivery().owed_by == ANKE
        assert promises.state_after(PromiseKind.DELIVER, Outcome.DONE) is PromiseState.KEPT
        for outcome in (Outcome.WILL_DO, Outcome.NOT_NOW, Outcome.DECLINED):
            assert promises.state_after(PromiseKind.DELIVER, outcome) is PromiseState.BROKEN

    def test_a_revisit_is_owed_by_the_managers(self) -> None:
        """revisit | the managers | outcome not_now | done, will_do or declined."""
        assert a_revisit().owed_by is None
        for outcome in (Outcome.DONE, Outcome.WILL_DO, Outcome.DECLINED):
            assert promises.state_after(PromiseKind.REVISIT, outcome) is PromiseState.KEPT

    def test_not_now_again_is_a_new_version_of_the_same_promise(self) -> None:
        """not_now again is a new version of the same promise."""
        again = promises.revisit_again(a_revisit(), due_at=at("Mon 2027-03-01 17:00"), now=NOW)
        assert promises.state_after(PromiseKind.REVISIT, Outcome.NOT_NOW) is PromiseState.OPEN
        assert (again.state, again.version) == (PromiseState.OPEN, 2)
        assert (again.due_at, again.set_at) == (at("Mon 2027-03-01 17:00"), NOW)

    def test_a_question_is_owed_by_the_author(self) -> None:
        """clarify | the author | a manager asks | the author's or a co-author's next comment."""
        question = promises.clarify(author=NARI, calendar=OFFICE, now=NOW)
        assert question.owed_by == NARI
        assert after(Status.ASKED, Act.REPLY) is Status.OPEN
        assert promises.keep(question, now=NOW).state is PromiseState.KEPT

    def test_an_answer_withdraws_the_question(self) -> None:
        """asked | answer: yes, the question is withdrawn."""
        assert promises.state_after(PromiseKind.CLARIFY, Outcome.DONE) is PromiseState.WITHDRAWN

    def test_a_task_is_kept_by_ticking_it_off(self) -> None:
        """task | its assignee | a task with a day | ticking it off."""
        task = promises.task(owed_by=JO, due_at=at("Fri 2026-11-27 17:00"), now=NOW)
        assert (task.kind, task.owed_by) == (PromiseKind.TASK, JO)
        assert promises.keep(task, now=NOW).state is PromiseState.KEPT

    def test_who_is_named_may_hand_it_back(self) -> None:
        """Whoever is named may hand it back (then the manager who named them owes it and the date stands)."""
        back = promises.handed_back(a_delivery(), to=PIT, now=NOW)
        assert back.owed_by == PIT
        assert (back.due_at, back.version) == (a_delivery().due_at, 1)

    def test_state_is_one_of_five_and_late_is_computed(self) -> None:
        """open, suspended (due_at null, remaining set), kept, broken or withdrawn. Late is computed, not a state."""
        assert {state.value for state in PromiseState} == {"open", "suspended", "kept", "broken", "withdrawn"}
        asked = promises.suspend(an_answer(), calendar=OFFICE, now=NOW)
        # raised Tue 23:10, so the 16 h run from Wed 09:00; by Wed 10:00 one is used
        assert (asked.state, asked.due_at, asked.remaining) == (PromiseState.SUSPENDED, None, hours(15))
        assert not promises.is_late(an_answer(), now=at("Thu 2026-11-26 17:00"))
        assert promises.is_late(an_answer(), now=at("Thu 2026-11-26 17:01"))


class TestTheFourOutcomes:
    def test_there_are_four(self) -> None:
        """Nothing else is an answer."""
        assert [outcome.value for outcome in Outcome] == ["done", "will_do", "not_now", "declined"]

    @pytest.mark.parametrize("outcome", list(Outcome))
    @pytest.mark.parametrize("text", ["", "  \n\t ", "\u200b\u2060"])
    def test_each_has_a_text(self, outcome: Outcome, text: str) -> None:
        """done (text: what changed) · will_do (text, …) · not_now (text: why, …) · declined (text: why)."""
        with pytest.raises(BadInput) as refused:
            outcomes.checked(Answer(outcome=outcome, text=text, on=date(2026, 12, 1)), now=NOW, calendar=OFFICE)
        assert refused.value.field == "text"

    @pytest.mark.parametrize("outcome", [Outcome.WILL_DO, Outcome.NOT_NOW])
    def test_two_have_a_day(self, outcome: Outcome) -> None:
        """will_do (text, on, who) · not_now (text: why, on: when we look again)."""
        with pytest.raises(BadInput) as refused:
            outcomes.checked(Answer(outcome=outcome, text="Der Filter"), now=NOW, calendar=OFFICE)
        assert refused.value.field == "on"

    def test_urgency_views_and_comments_keep_nothing(self) -> None:
        """Comments, notes, views, assignments, urgency, merges, robot mails keep nothing and cancel nothing."""
        answer = an_answer()
        lowered = promises.urgency_lowered(answer, now=NOW)
        merged = promises.merged(answer, an_answer(BUDGETS.low), calendar=OFFICE, now=NOW)
        assert lowered == merged == answer


class TestTheOnlyMoves:
    """promise.md section 3, its table row by row; "–" is refused with a sentence."""

    @pytest.mark.parametrize(
        ("status", "act", "then"),
        [
            (Status.OPEN, Act.ASK, Status.ASKED),
            (Status.OPEN, Act.DONE, Status.DONE),
            (Status.OPEN, Act.WILL_DO, Status.WILL_DO),
            (Status.OPEN, Act.NOT_NOW, Status.NOT_NOW),
            (Status.OPEN, Act.DECLINED, Status.DECLINED),
            (Status.OPEN, Act.MOVE, Status.OPEN),  # "I need longer"
            (Status.OPEN, Act.CONTEST, None),
            (Status.OPEN, Act.REOPEN, None),
            (Status.OPEN, Act.WITHDRAW, Status.WITHDRAWN),
            (Status.OPEN, Act.MERGE, Status.MERGED),
            (Status.ASKED, Act.ASK, Status.ASKED),  # joins the open question
            (Status.ASKED, Act.DONE, Status.DONE),
            (Status.ASKED, Act.NOT_NOW, Status.NOT_NOW),
            (Status.ASKED, Act.MOVE, None),
            (Status.ASKED, Act.CONTEST, None),
            (Status.ASKED, Act.REOPEN, None),
            (Status.ASKED, Act.WITHDRAW, Status.WITHDRAWN),
            (Status.ASKED, Act.MERGE, None),  # only after taking the question back
            (Status.ASKED, Act.TAKE_BACK, Status.OPEN),
            (Status.ASKED, Act.COME_BACK, Status.OPEN),
            (Status.WILL_DO, Act.ASK, Status.WILL_DO),  # the clock runs on
            (Status.WILL_DO, Act.DONE, Status.DONE),
            (Status.WILL_DO, Act.DECLINED, Status.DECLINED),
            (Status.WILL_DO, Act.MOVE, Status.WILL_DO),
            (Status.WILL_DO, Act.CONTEST, Status.OPEN),
            (Status.WILL_DO, Act.REOPEN, None),
            (Status.WILL_DO, Act.WITHDRAW, Status.WITHDRAWN),
            (Status.WILL_DO, Act.MERGE, None),
            (Status.NOT_NOW, Act.ASK, Status.NOT_NOW),  # the clock runs on
            (Status.NOT_NOW, Act.NOT_NOW, Status.NOT_NOW),  # again: counts as moved
            (Status.NOT_NOW, Act.WILL_DO, Status.WILL_DO),
            (Status.NOT_NOW, Act.MOVE, Status.NOT_NOW),
            (Status.NOT_NOW, Act.CONTEST, Status.OPEN),
            (Status.NOT_NOW, Act.WITHDRAW, Status.WITHDRAWN),
            (Status.NOT_NOW, Act.MERGE, None),
            (Status.DONE, Act.ASK, None),
            (Status.DONE, Act.DONE, None),
            (Status.DONE, Act.MOVE, None),
            (Status.DONE, Act.CONTEST, Status.OPEN),
            (Status.DONE, Act.REOPEN, Status.OPEN),
            (Status.DONE, Act.IT_IS_BACK, Status.OPEN),
            (Status.DONE, Act.WITHDRAW, None),
            (Status.DONE, Act.MERGE, None),
            (Status.DECLINED, Act.CONTEST, Status.OPEN),
            (Status.DECLINED, Act.REOPEN, Status.OPEN),
            (Status.DECLINED, Act.IT_IS_BACK, None),  # after 14 days a new suggestion
            (Status.DECLINED, Act.WITHDRAW, None),
            (Status.WITHDRAWN, Act.REOPEN, Status.OPEN),
            (Status.WITHDRAWN, Act.DONE, None),
            (Status.MERGED, Act.UNMERGE, Status.OPEN),
            (Status.MERGED, Act.REOPEN, None),
            (Status.MERGED, Act.CONTEST, None),
        ],
    )
    def test_the_table(self, status: Status, act: Act, then: Status | None) -> None:
        """Statuses and the only moves between them."""
        assert lifecycle.can(status, act) is (then is not None)
        if then is not None:
            assert after(status, act) is then
        else:
            with pytest.raises(NotPossible, match=r"\w+ .*\."):
                after(status, act)

    def test_a_question_while_late_leaves_it_open(self) -> None:
        """Ask: late, or the third time: stays open, clock runs on."""
        assert after(Status.OPEN, Act.ASK, suspends=False) is Status.OPEN

    @pytest.mark.parametrize(
        ("status", "turn"),
        [
            (Status.OPEN, WaitingOn.MANAGERS),
            (Status.ASKED, WaitingOn.AUTHOR),
            (Status.WILL_DO, WaitingOn.ASSIGNEE),
            (Status.NOT_NOW, WaitingOn.NOBODY),
        ],
    )
    def test_whose_turn(self, status: Status, turn: WaitingOn) -> None:
        """waiting_on: managers, author, assignee, nobody."""
        assert lifecycle.waiting_on(status) is turn

    def test_comments(self) -> None:
        """Comments are possible in every status; the merged page takes no comments."""
        assert {status for status in Status if not lifecycle.takes_comments(status)} == {Status.MERGED}

    def test_reopened_with_the_whole_budget(self) -> None:
        """→ open, whole budget."""
        again = promises.reopened(budget=BUDGETS.normal, calendar=OFFICE, now=NOW)
        assert again.due_at == at("Fri 2026-11-27 10:00")  # Wed 10–17 7 h, Thu 8 h, Fri 1 h

    def test_closing_withdraws_the_tasks(self) -> None:
        """When a suggestion closes, its open tasks are withdrawn."""
        task = promises.task(owed_by=JO, due_at=at("Fri 2026-11-27 17:00"), now=NOW)
        assert promises.withdraw(task, now=NOW).state is PromiseState.WITHDRAWN


class TestTheRecord:
    LATE = at("Mon 2026-11-30 10:00")

    def test_kept_on_time(self) -> None:
        """Kept on time."""
        assert promises.record_of(promises.keep(an_answer(), now=NOW), now=self.LATE) is Record.ON_TIME
        on_the_dot = promises.keep(an_answer(), now=at("Thu 2026-11-26 17:00"))
        assert promises.record_of(on_the_dot, now=self.LATE) is Record.ON_TIME

    def test_kept_late(self) -> None:
        """Kept late."""
        assert promises.record_of(promises.keep(an_answer(), now=self.LATE), now=self.LATE) is Record.LATE

    def test_missed_and_open(self) -> None:
        """Missed and open."""
        assert promises.record_of(an_answer(), now=NOW) is Record.OPEN
        assert promises.record_of(an_answer(), now=self.LATE) is Record.MISSED

    def test_moved(self) -> None:
        """Moved: put off before its date passed, and kept afterwards it is moved still."""
        moved = promises.move(an_answer(), due_at=at("Tue 2026-12-01 17:00"), reason="Krank", now=NOW)
        assert promises.record_of(moved, now=NOW) is Record.MOVED
        assert promises.record_of(promises.keep(moved, now=self.LATE), now=self.LATE) is Record.MOVED

    @pytest.mark.parametrize(
        "later",
        [
            lambda late, now: promises.move(late, due_at=at("Fri 2026-12-11 17:00"), reason="Krank", now=now),
            lambda late, now: promises.withdraw(late, now=now),
            lambda late, now: promises.break_(late, now=now),
            lambda late, now: promises.handed_back(late, to=PIT, now=now),
        ],
        ids=["moved", "withdrawn", "taken back", "reassigned"],
    )
    def test_a_missed_date_stays_missed(self, later: object) -> None:
        """A promise whose date has passed stays missed whatever happens to it later."""
        assert callable(later)
        late = promises.deliver(owed_by=ANKE, due_at=at("Fri 2026-11-27 17:00"), now=NOW)
        changed = later(late, self.LATE)
        assert changed.missed_at == at("Fri 2026-11-27 17:00")
        assert promises.record_of(changed, now=self.LATE) is Record.MISSED

    def test_merged_away_late_stays_missed(self) -> None:
        """… merged: the source's promise is withdrawn, its missed date stays."""
        gone = promises.withdraw(an_answer(), now=self.LATE)
        assert promises.record_of(gone, now=self.LATE) is Record.MISSED

    def test_a_revisit_put_off_is_moved_never_kept(self) -> None:
        """A revisit ended by another not_now is moved in the record, never kept."""
        again = promises.revisit_again(a_revisit(), due_at=at("Mon 2027-03-01 17:00"), now=NOW)
        looked = at("Mon 2027-03-01 09:00")
        assert promises.record_of(again, now=NOW) is Record.MOVED
        assert promises.record_of(promises.keep(again, now=looked), now=looked) is Record.MOVED

    def test_a_delivery_broken_in_time_is_taken_back(self) -> None:
        """A will_do that is broken by another outcome: we take that back."""
        assert promises.record_of(promises.break_(a_delivery(), now=NOW), now=NOW) is Record.TAKEN_BACK

    def test_clarify_never_counts(self) -> None:
        """clarify never counts: the record is about the team's word, not about the author's."""
        question = promises.clarify(author=NARI, calendar=OFFICE, now=NOW)
        late = at("Mon 2026-12-07 10:00")
        for ended in (question, promises.keep(question, now=late), replace(question, missed_at=late)):
            assert promises.record_of(ended, now=late) is Record.NONE
