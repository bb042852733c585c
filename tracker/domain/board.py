"""The board: in which column a suggestion stands, and what a card that is dropped on another one asks for."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from tracker.domain.errors import N_, NotPossible
from tracker.domain.lifecycle import Act, Status, act_of, after
from tracker.domain.outcomes import Outcome


class Column(StrEnum):
    """From left to right."""

    NEW = "new"
    ASKED = "asked"
    WILL_DO = "will_do"
    IN_PROGRESS = "in_progress"  # promised by a day, and one of its tasks is begun or done
    DONE = "done"
    NOT_NOW = "not_now"
    DECLINED = "declined"


class Step(StrEnum):
    """What a drop comes to: one verb, with its mandatory part."""

    ASK = "ask"  # text
    TAKE_BACK = "take_back"  # nothing
    ANSWER = "answer"  # text, and what the outcome needs
    BEGIN = "begin"  # which task, or a first one
    REOPEN = "reopen"  # nothing, or a text


_COLUMNS: Mapping[Status, Column] = {
    Status.OPEN: Column.NEW,
    Status.ASKED: Column.ASKED,
    Status.WILL_DO: Column.WILL_DO,
    Status.NOT_NOW: Column.NOT_NOW,
    Status.DONE: Column.DONE,
    Status.DECLINED: Column.DECLINED,
}
_OUTCOMES: Mapping[Column, Outcome] = {
    Column.WILL_DO: Outcome.WILL_DO,
    Column.DONE: Outcome.DONE,
    Column.NOT_NOW: Outcome.NOT_NOW,
    Column.DECLINED: Outcome.DECLINED,
}
_ANSWERED = (Status.WILL_DO, Status.NOT_NOW)


def column_of(status: Status, *, is_begun: bool) -> Column | None:
    """None for what stands on no board: withdrawn, or merged into another."""
    if status is Status.WILL_DO and is_begun:
        return Column.IN_PROGRESS
    return _COLUMNS.get(status)


def outcome_of(column: Column) -> Outcome | None:
    """The outcome that a column stands for."""
    return _OUTCOMES.get(column)


def step(status: Status, to: Column, *, is_begun: bool) -> Step:
    """What a drop on a column comes to. Raises ``NotPossible`` with the reason where the table of moves forbids it."""
    if column_of(status, is_begun=is_begun) is to:
        raise NotPossible(N_("It stands there already."))
    if to is Column.NEW:
        return _to_new(status)
    if to is Column.ASKED:
        if status in _ANSWERED:
            raise NotPossible(
                N_("It has an answer by a day, and a question does not stop that clock. Ask on its page.")
            )
        after(status, Act.ASK)
        return Step.ASK
    if to is Column.IN_PROGRESS:
        if status in (Status.OPEN, Status.ASKED, Status.NOT_NOW):
            raise NotPossible(N_("Nothing is promised yet. Move it to “Will do” first."))
        after(status, Act.HAND_BACK)  # as every act on what is promised by a day
        return Step.BEGIN
    if to is Column.WILL_DO and status is Status.WILL_DO:
        raise NotPossible(N_("It has begun already. To promise another day, move the date on its page."))
    after(status, act_of(_OUTCOMES[to]))
    return Step.ANSWER


def _to_new(status: Status) -> Step:
    if status is Status.ASKED:
        return Step.TAKE_BACK
    if status in _ANSWERED:
        raise NotPossible(N_("It is answered. It is new again only when its author says that this does not answer it."))
    after(status, Act.REOPEN)
    return Step.REOPEN
