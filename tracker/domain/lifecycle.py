"""The statuses of a suggestion and the only moves between them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from tracker.domain.errors import N_, NotPossible
from tracker.domain.outcomes import Outcome, today_in
from tracker.domain.promise_value import PromiseKind

if TYPE_CHECKING:
    from tracker.domain.working_time import WorkingTime

#: "That does not answer it" is open for so many calendar days of the team after the answer.
CONTEST_WINDOW = timedelta(days=14)
#: One's own text may be edited for this long.
EDIT_WINDOW = timedelta(minutes=15)
#: The notices of an outcome are held for this long, and it can be undone meanwhile.
UNDO_WINDOW = timedelta(seconds=60)


class Status(StrEnum):
    """Where a suggestion stands, with the promise that is open then."""

    OPEN = "open"  # answer
    ASKED = "asked"  # clarify; the answer is suspended
    WILL_DO = "will_do"  # deliver
    NOT_NOW = "not_now"  # revisit
    DONE = "done"  # none
    DECLINED = "declined"  # none
    WITHDRAWN = "withdrawn"  # none
    MERGED = "merged"  # none; it goes on in another suggestion


class Kind(StrEnum):
    """What sort of suggestion it is."""

    IDEA = "idea"
    PROBLEM = "problem"
    QUESTION = "question"
    FRICTION = "friction"


class Urgency(StrEnum):
    """How soon an answer is owed; the most urgent first."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"

    def is_above(self, other: Urgency) -> bool:
        """Whether this is more urgent than the other."""
        order = list(Urgency)
        return order.index(self) < order.index(other)


class Visibility(StrEnum):
    """Who of the team sees a suggestion, beside its author."""

    TEAM = "team"
    MANAGERS = "managers"


class Role(StrEnum):
    """What a person is in a team."""

    MEMBER = "member"
    MANAGER = "manager"
    OWNER = "owner"


class WaitingOn(StrEnum):
    """Whose turn it is."""

    MANAGERS = "managers"
    AUTHOR = "author"
    ASSIGNEE = "assignee"
    NOBODY = "nobody"


class Act(StrEnum):
    """What can move a suggestion from one status to another."""

    ASK = "ask"  # a manager asks the author
    REPLY = "reply"  # the author or a co-author comments while asked
    TAKE_BACK = "take_back"  # a manager takes the question back, or the author leaves
    COME_BACK = "come_back"  # the question's time is over
    DONE = "done"
    WILL_DO = "will_do"
    NOT_NOW = "not_now"
    DECLINED = "declined"
    UNDO = "undo"  # of an outcome, within 60 seconds
    MOVE = "move"  # the date
    HAND_BACK = "hand_back"  # who was named in a will_do gives it back
    CONTEST = "contest"  # "that does not answer it"
    REOPEN = "reopen"  # managers; after a withdrawal the author too
    IT_IS_BACK = "it_is_back"  # the author, after done
    WITHDRAW = "withdraw"  # the author
    MERGE = "merge"  # into another suggestion
    UNMERGE = "unmerge"  # undo of a merge


OPEN = frozenset({Status.OPEN, Status.ASKED, Status.WILL_DO, Status.NOT_NOW})
CLOSED = frozenset(Status) - OPEN
#: Closed by an outcome. Who withdraws and who merges gives no answer.
CLOSED_BY_ANSWER = frozenset({Status.DONE, Status.DECLINED})

#: A merge takes a suggestion into one of these only: what has an outcome already is answered with the same text.
MERGE_TARGETS = frozenset({Status.OPEN, Status.ASKED})

_ANSWERS = {
    Act.DONE: Status.DONE,
    Act.WILL_DO: Status.WILL_DO,
    Act.NOT_NOW: Status.NOT_NOW,
    Act.DECLINED: Status.DECLINED,
}
_ANSWERED = frozenset(_ANSWERS.values())

#: The one table of allowed moves: status, act, the status afterwards. What is not here is not possible.
#: ``undo`` stands beside it in ``after``: it leads back to the status before the outcome.
MOVES: Mapping[Status, Mapping[Act, Status]] = {
    Status.OPEN: {
        Act.ASK: Status.ASKED,
        **_ANSWERS,
        Act.MOVE: Status.OPEN,
        Act.WITHDRAW: Status.WITHDRAWN,
        Act.MERGE: Status.MERGED,
    },
    Status.ASKED: {
        Act.ASK: Status.ASKED,
        Act.REPLY: Status.OPEN,
        Act.TAKE_BACK: Status.OPEN,
        Act.COME_BACK: Status.OPEN,
        **_ANSWERS,
        Act.WITHDRAW: Status.WITHDRAWN,
    },
    Status.WILL_DO: {
        Act.ASK: Status.WILL_DO,
        **_ANSWERS,
        Act.MOVE: Status.WILL_DO,
        Act.HAND_BACK: Status.WILL_DO,
        Act.CONTEST: Status.OPEN,
        Act.WITHDRAW: Status.WITHDRAWN,
    },
    Status.NOT_NOW: {
        Act.ASK: Status.NOT_NOW,
        **_ANSWERS,
        Act.MOVE: Status.NOT_NOW,
        Act.CONTEST: Status.OPEN,
        Act.WITHDRAW: Status.WITHDRAWN,
    },
    Status.DONE: {Act.CONTEST: Status.OPEN, Act.REOPEN: Status.OPEN, Act.IT_IS_BACK: Status.OPEN},
    Status.DECLINED: {Act.CONTEST: Status.OPEN, Act.REOPEN: Status.OPEN},
    Status.WITHDRAWN: {Act.REOPEN: Status.OPEN},
    Status.MERGED: {Act.UNMERGE: Status.OPEN},
}

_PROMISES = {
    Status.OPEN: PromiseKind.ANSWER,
    Status.ASKED: PromiseKind.CLARIFY,
    Status.WILL_DO: PromiseKind.DELIVER,
    Status.NOT_NOW: PromiseKind.REVISIT,
}
_TURNS = {
    Status.OPEN: WaitingOn.MANAGERS,
    Status.ASKED: WaitingOn.AUTHOR,
    Status.WILL_DO: WaitingOn.ASSIGNEE,
}

#: Why a move is refused, where the status alone does not say it well enough; looked up before _BY_STATUS.
_REFUSALS: Mapping[tuple[Status, Act], str] = {
    (Status.ASKED, Act.MERGE): N_("A question is open. Take it back first, then it can be merged."),
    (Status.ASKED, Act.MOVE): N_("A question is open and our clock waits. There is no date to move until then."),
    (Status.WILL_DO, Act.MERGE): N_("It has an answer already. Answer the other one with the same text instead."),
    (Status.NOT_NOW, Act.MERGE): N_("It has an answer already. Answer the other one with the same text instead."),
    (Status.OPEN, Act.CONTEST): N_("It has no answer yet that could be contested."),
    (Status.ASKED, Act.CONTEST): N_("It has no answer yet that could be contested."),
    (Status.DECLINED, Act.IT_IS_BACK): N_("It was declined. Say that it does not answer it, or raise it anew."),
}
_BY_STATUS: Mapping[Status, str] = {
    Status.OPEN: N_("That is not possible while an answer is owed."),
    Status.ASKED: N_("That is not possible while a question is open."),
    Status.WILL_DO: N_("That is not possible: it is promised by a day."),
    Status.NOT_NOW: N_("That is not possible: it comes back on a day."),
    Status.DONE: N_("It is done. Reopen it first."),
    Status.DECLINED: N_("It is answered with a no. Reopen it first."),
    Status.WITHDRAWN: N_("It was withdrawn. Reopen it first."),
    Status.MERGED: N_("It goes on in another suggestion. Say it there."),
}


def after(status: Status, act: Act, *, suspends: bool = True, former: Status | None = None) -> Status:
    """The status after the act; raises ``NotPossible`` with a sentence where the table does not have it.

    ``suspends`` is for ``ask``: a question that leaves the clock running (late, or the third) leaves an open
    suggestion open. ``former`` is for ``undo``: the status before the outcome, which must have led here.
    """
    if act is Act.UNDO:
        return _undone(status, former)
    if act not in MOVES[status]:
        raise NotPossible(_REFUSALS.get((status, act), _BY_STATUS[status]))
    if act is Act.ASK and status is Status.OPEN and not suspends:
        return Status.OPEN
    return MOVES[status][act]


def can(status: Status, act: Act) -> bool:
    """Whether the table has this move; what to offer on a page."""
    return act in MOVES[status] or (act is Act.UNDO and status in _ANSWERED)


def act_of(outcome: Outcome) -> Act:
    """The act of answering with this outcome."""
    return Act(outcome.value)


def promise_kind(status: Status) -> PromiseKind | None:
    """The kind of the one open promise that a suggestion has in this status; None when it is closed."""
    return _PROMISES.get(status)


def waiting_on(status: Status) -> WaitingOn:
    """Whose turn it is."""
    return _TURNS.get(status, WaitingOn.NOBODY)


def takes_comments(status: Status) -> bool:
    """Comments are possible in every status; a merged page sends them to its target."""
    return status is not Status.MERGED


def check_merge_target(status: Status) -> None:
    """Refuse (``NotPossible``) to merge into a suggestion that has an outcome or is gone."""
    if status not in MERGE_TARGETS:
        raise NotPossible(N_("That one has an answer already. Answer this one with the same text instead."))


def check_unmerge(target: Status) -> None:
    """Refuse (``NotPossible``) to undo a merge once the target has an outcome: what was merged is answered with it."""
    if target not in MERGE_TARGETS:
        raise NotPossible(N_("The other one has been answered meanwhile, and this one with it."))


def counts_as_move(status: Status, act: Act) -> bool:
    """Whether this act puts the suggestion's date off once more.

    A move (the caller leaves out one to an earlier date), a repeated ``not_now``, a ``will_do`` after a ``will_do``,
    a ``not_now`` after a ``will_do``.
    """
    if act is Act.MOVE:
        return True
    again = {(Status.NOT_NOW, Act.NOT_NOW), (Status.WILL_DO, Act.WILL_DO), (Status.WILL_DO, Act.NOT_NOW)}
    return (status, act) in again


def moves_after(count: int, status: Status, act: Act) -> int:
    """The count of moves on the suggestion after the act: only ``done`` and ``declined`` end it."""
    if act in (Act.DONE, Act.DECLINED):
        return 0
    return count + counts_as_move(status, act)


def contest_until(answered_at: datetime, calendar: WorkingTime) -> date:
    """The last day of the team on which an answer can be contested."""
    return today_in(calendar, now=answered_at) + CONTEST_WINDOW


def may_edit(written_at: datetime, *, now: datetime) -> bool:
    """Whether one's own text may still be edited."""
    return now - written_at <= EDIT_WINDOW


def may_undo(answered_at: datetime, *, now: datetime) -> bool:
    """Whether an outcome may still be undone, as far as the time goes."""
    return now - answered_at <= UNDO_WINDOW


def _undone(status: Status, former: Status | None) -> Status:
    if status not in _ANSWERED or former not in OPEN:
        raise NotPossible(N_("There is no answer here that could be taken back."))
    return former
