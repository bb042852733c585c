"""The board: where a suggestion stands, and what a card asks for on its way to another column."""

from __future__ import annotations

import pytest

from tracker.domain.board import Column, Step, column_of, step
from tracker.domain.errors import NotPossible
from tracker.domain.lifecycle import Status

#: status and whether a task has begun; from left to right what each column asks for, or a word of why it cannot be
#:                 new          asked      will_do         in_progress      done      not_now   declined
TABLE = {
    ("open", False): ("there", "ask", "answer", "promised yet", "answer", "answer", "answer"),
    ("asked", False): ("take_back", "there", "answer", "promised yet", "answer", "answer", "answer"),
    ("will_do", False): ("answered", "clock", "there", "begin", "answer", "answer", "answer"),
    ("will_do", True): ("answered", "clock", "begun already", "there", "answer", "answer", "answer"),
    ("not_now", False): ("answered", "clock", "answer", "promised yet", "answer", "there", "answer"),
    ("done", False): ("reopen", "Reopen", "Reopen", "Reopen", "there", "Reopen", "Reopen"),
    ("declined", False): ("reopen", "Reopen", "Reopen", "Reopen", "Reopen", "Reopen", "there"),
}
ROWS = [
    (status, begun, to, said) for (status, begun), row in TABLE.items() for to, said in zip(Column, row, strict=True)
]


@pytest.mark.parametrize(("status", "begun", "to", "said"), ROWS)
def test_a_drop_comes_to_one_step_or_says_why_not(status: str, begun: bool, to: Column, said: str) -> None:
    if said in set(Step):
        assert step(Status(status), to, is_begun=begun) is Step(said)
    else:
        with pytest.raises(NotPossible, match=said):
            step(Status(status), to, is_begun=begun)


def test_what_was_withdrawn_or_merged_stands_on_no_board() -> None:
    assert [column_of(status, is_begun=False) for status in (Status.WITHDRAWN, Status.MERGED)] == [None, None]


def test_in_progress_is_what_is_promised_and_begun() -> None:
    assert column_of(Status.WILL_DO, is_begun=True) is Column.IN_PROGRESS
    assert column_of(Status.OPEN, is_begun=True) is Column.NEW
