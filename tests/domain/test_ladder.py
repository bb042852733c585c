"""The ladder as a setting: what a team may choose, what is refused, and what a broken calendar does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.cast import ALWAYS, LADDER, OFFICE, PIT, an_answer, at, hours
from tracker.domain import promises
from tracker.domain.errors import BadInput
from tracker.domain.ladder import Ladder, climb, highest_due, next_at, rung_at
from tracker.domain.working_time import NeverOpens, WorkingTime


def test_the_ladder_of_promise_md() -> None:
    assert LADDER.to_plain() == {
        "share": 75,
        "before": 8,
        "third": 4,
        "fourth": 16,
        "every": 24,
        "clarify_again": 8,
        "clarify_back": 24,
    }


@given(
    ladder=st.builds(
        Ladder,
        share=st.integers(1, 99),
        before=st.integers(1, 5000).map(lambda n: hours(n / 4)),
        third=st.integers(1, 10).map(hours),
        fourth=st.integers(11, 90).map(hours),
        every=st.integers(1, 90).map(hours),
    )
)
def test_comes_back_whole(ladder: Ladder) -> None:
    assert Ladder.from_plain(json.loads(json.dumps(ladder.to_plain()))) == ladder


def test_what_is_missing_is_the_default() -> None:
    assert Ladder.from_plain({"third": 2}) == Ladder(third=hours(2))
    assert Ladder.from_plain({}) == LADDER


@pytest.mark.parametrize(
    ("plain", "field"),
    [
        ({"share": 0}, "share"),
        ({"share": 100}, "share"),
        ({"share": 12.5}, "share"),
        ({"before": -1}, "before"),
        ({"third": 0}, "third"),
        ({"third": 16}, "fourth"),  # the owners hear of it after the deputies
        ({"every": 0.5}, "every"),
        ({"every": 10**9}, "every"),
        ({"fourth": 1e308}, "fourth"),
        ({"fourth": float("nan")}, "fourth"),
        ({"fourth": "16"}, "fourth"),
        ({"fourth": True}, "fourth"),
        ({"clarify_back": 8}, "clarify_back"),
        ({"sixth": 3}, "sixth"),
    ],
)
def test_what_is_refused_names_its_field(plain: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        Ladder.from_plain(plain)
    assert refused.value.field == field
    assert str(refused.value).endswith(".")


def test_another_ladder_has_other_rungs() -> None:
    eager = Ladder(share=50, third=hours(1), fourth=hours(2), every=hours(1))
    promise = an_answer()  # 16 h from Wed 09:00
    assert rung_at(1, promise, OFFICE, eager) == at("Wed 2026-11-25 17:00")
    assert [rung_at(n, promise, OFFICE, eager) for n in (3, 4, 5, 6)] == [
        at("Fri 2026-11-27 10:00"),
        at("Fri 2026-11-27 11:00"),
        at("Fri 2026-11-27 12:00"),
        at("Fri 2026-11-27 13:00"),
    ]


def test_there_is_no_rung_below_the_first() -> None:
    assert rung_at(0, an_answer(), OFFICE, LADDER) is None


def test_a_team_that_never_opens_is_an_error_and_not_silence() -> None:
    """ "Not due for ever, health green" is the failure to avoid: the sweep has to hear of it."""
    never = WorkingTime.from_plain({"timezone": "Europe/Berlin", "week": {}})
    promise = promises.revisit(due_at=at("Thu 2026-11-26 17:00"), now=at("Wed 2026-11-25 10:00"))
    assert highest_due(promise, never, LADDER, now=at("Mon 2026-11-30 10:00")) == 2
    step = climb(promise, never, LADDER, now=at("Mon 2026-11-30 10:00"))
    assert step is not None
    with pytest.raises(NeverOpens):
        next_at(step.promise, never, LADDER)


def test_a_clock_that_went_back_climbs_nothing_twice() -> None:
    step = climb(an_answer(), OFFICE, LADDER, now=at("Fri 2026-11-27 13:00"))
    assert step is not None
    assert climb(step.promise, OFFICE, LADDER, now=at("Thu 2026-11-26 13:00")) is None


def test_at_night_only_the_date_itself_rings() -> None:
    promise = promises.deliver(owed_by=PIT, due_at=at("Fri 2026-11-27 17:00"), now=at("Wed 2026-11-25 10:00"))
    for n in (3, 4, 5, 6, 7, 8):
        when = rung_at(n, promise, OFFICE, LADDER)
        assert when is not None
        assert OFFICE.between(when - hours(1), when) == hours(1)


def test_around_the_clock_the_offsets_are_hours() -> None:
    promise = promises.answer(budget=hours(48), calendar=ALWAYS, now=at("Tue 2026-11-24 23:10"))
    expected = ["Thu 2026-11-26 11:10", "Thu 2026-11-26 23:10", "Fri 2026-11-27 03:10", "Fri 2026-11-27 15:10"]
    assert [rung_at(n, promise, ALWAYS, LADDER) for n in (1, 2, 3, 4)] == [at(text) for text in expected]
