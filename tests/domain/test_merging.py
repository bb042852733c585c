"""Which two suggestions can be put together into one, and what is said where they cannot."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tracker.domain.audit import of_merge
from tracker.domain.errors import NotPossible
from tracker.domain.lifecycle import Status
from tracker.domain.merging import Side, check

SOURCE = Side(id=1, number=41, team_id=1, status=Status.OPEN)
TARGET = Side(id=2, number=42, team_id=1, status=Status.OPEN)


def is_possible(source: Side, target: Side) -> bool:
    try:
        check(source, target)
    except NotPossible:
        return False
    return True


def test_only_into_what_still_owes_its_first_answer() -> None:
    assert {s for s in Status if is_possible(SOURCE, replace(TARGET, status=s))} == {Status.OPEN, Status.ASKED}


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (replace(TARGET, id=1, number=41), "into itself"),
        (replace(TARGET, team_id=2), "of one team"),
        (replace(TARGET, is_for_all=False), "the whole team can see"),
        (replace(TARGET, status=Status.WILL_DO), "with the same text"),
        (replace(TARGET, status=Status.NOT_NOW), "with the same text"),
        (replace(TARGET, status=Status.DONE), "with the same text"),
        (replace(TARGET, status=Status.DECLINED), "with the same text"),
        (replace(TARGET, status=Status.WITHDRAWN), "#42 was withdrawn"),
        (replace(TARGET, status=Status.MERGED, merged_into=1), "#42 goes on in this one already"),
        (replace(TARGET, status=Status.MERGED, merged_into=3), "#42 goes on in another one"),
        (replace(TARGET, is_contested=True), "contested"),
    ],
)
def test_each_refusal_says_why(target: Side, said: str) -> None:
    with pytest.raises(NotPossible, match=said):
        check(SOURCE, target)


def test_what_only_some_may_see_is_refused_before_anything_is_said_of_the_other() -> None:
    """A hidden one says nothing of where it stands."""
    with pytest.raises(NotPossible, match="the whole team can see"):
        check(replace(SOURCE, is_for_all=False), replace(TARGET, status=Status.DONE))


def test_a_contested_one_is_answered_by_itself() -> None:
    with pytest.raises(NotPossible, match="contested"):
        check(replace(SOURCE, is_contested=True), TARGET)


@pytest.mark.parametrize(
    ("status", "chain", "is_one_team", "found"),
    [
        (Status.OPEN, [1, None], True, []),
        (Status.MERGED, [1, 2, None], True, []),
        (Status.MERGED, [1, 2, 3, None], True, []),
        (Status.MERGED, [1, None], True, ["it is merged, and goes on nowhere"]),
        (Status.OPEN, [1, 2, None], True, ["it is open, and goes on in another one"]),
        (Status.MERGED, [1, 2, None], False, ["it goes on in another team"]),
        (Status.MERGED, [1, 2, 1], True, ["it goes on in a circle"]),
    ],
)
def test_the_check_finds_what_cannot_be(
    status: Status, chain: list[int | None], is_one_team: bool, found: list[str]
) -> None:
    assert of_merge(status, chain, is_one_team=is_one_team) == found
