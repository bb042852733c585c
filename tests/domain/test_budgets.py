"""How much time an answer may take, from one question of the set-up."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.domain.cast import ALWAYS, BUDGETS, EVENINGS, OFFICE, hours
from tracker.domain.budgets import ANSWER_WITHIN, PRESET_ANSWER_WITHIN, PRESET_WEEKS, Budgets
from tracker.domain.errors import BadInput
from tracker.domain.lifecycle import Urgency
from tracker.domain.working_time import WorkingTime


def in_hours(budgets: Budgets) -> list[float]:
    return [budgets.of(urgency) / hours(1) for urgency in Urgency]


@pytest.mark.parametrize(
    ("calendar", "days", "expected"),
    [
        (OFFICE, 1, [2, 4, 8, 20]),
        (OFFICE, 2, [4, 8, 16, 40]),
        (OFFICE, 5, [10, 20, 40, 100]),
        (OFFICE, 10, [20, 40, 80, 200]),
        (ALWAYS, 2, [12, 24, 48, 120]),
        (EVENINGS, 1, [1.25, 2.5, 5, 12.5]),  # 31 h ÷ 7 days = 4.43 h
        (EVENINGS, 2, [2.25, 4.5, 9, 22.5]),  # 8.86 h
    ],
)
def test_within_so_many_days(calendar: WorkingTime, days: int, expected: list[float]) -> None:
    assert in_hours(Budgets.within(days, calendar)) == expected


def test_to_the_minute() -> None:
    assert Budgets.within(1, EVENINGS).urgent == timedelta(hours=1, minutes=15)


def test_half_an_hour_a_week_is_rounded_up_to_an_hour() -> None:
    rarely = WorkingTime.from_plain({"timezone": "Europe/Berlin", "week": {"mon": [["18:00", "18:30"]]}})
    assert in_hours(Budgets.within(1, rarely)) == [0.25, 0.5, 1, 2.5]


def test_the_preset() -> None:
    assert PRESET_ANSWER_WITHIN in ANSWER_WITHIN
    assert Budgets.within(PRESET_ANSWER_WITHIN, OFFICE) == BUDGETS


@pytest.mark.parametrize(("name", "in_a_week", "days"), [("office", 40, 5), ("evenings", 31, 7), ("always", 168, 7)])
def test_the_weeks_that_the_set_up_offers(name: str, in_a_week: int, days: int) -> None:
    calendar = WorkingTime.from_plain({"timezone": "Europe/Berlin", "week": PRESET_WEEKS[name]})
    assert (calendar.hours_of_week(), calendar.days_with_hours()) == (hours(in_a_week), days)


@pytest.mark.parametrize("days", [0, 3, -1])
def test_another_number_of_days(days: int) -> None:
    with pytest.raises(BadInput) as refused:
        Budgets.within(days, OFFICE)
    assert refused.value.field == "answer_within"


def test_a_team_that_is_never_there() -> None:
    with pytest.raises(BadInput, match="when somebody"):
        Budgets.within(2, WorkingTime.from_plain({"timezone": "Europe/Berlin", "week": {}}))


def test_come_back_whole() -> None:
    assert Budgets.from_plain(json.loads(json.dumps(BUDGETS.to_plain()))) == BUDGETS
    assert BUDGETS.to_plain() == {"urgent": 14400, "high": 28800, "normal": 57600, "low": 144000}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"urgent": 0}, "urgent"),
        ({"high": 60}, "high"),  # less than urgent
        ({"low": None}, "low"),
        ({"normal": "16"}, "normal"),
        ({"normal": float("inf")}, "normal"),
        ({"low": 1e12}, "low"),
    ],
)
def test_what_is_refused_names_its_urgency(change: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        Budgets.from_plain(BUDGETS.to_plain() | change)
    assert refused.value.field == field
