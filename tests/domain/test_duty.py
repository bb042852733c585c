"""Duty's corners: stable orders, odd rosters, questions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.domain.cast import ADA, ANKE, JURI, MELODIE, MIKA, NARI, NARIS, NIGHTWATCH, OLE, PIT
from tracker.domain.duty import Case, DutyRule, Roster, deputies_of, on_duty, told, week_number
from tracker.domain.promises import PromiseKind

QUESTION = Case(kind=PromiseKind.CLARIFY, owed_by=NARI, authors=frozenset({NARI, MELODIE}))


@pytest.mark.parametrize("rung", [1, 3, 5])
def test_the_order_is_stable(rung: int) -> None:
    assert told(rung, NARIS, NIGHTWATCH) == told(rung, NARIS, replace(NIGHTWATCH, absent=frozenset({OLE})))


def test_nobody_at_all() -> None:
    assert on_duty(NARIS, Roster()) == ()
    assert told(5, NARIS, Roster(members=(NARI,))) == ()


def test_a_duty_person_from_another_team_is_nobody() -> None:
    assert on_duty(NARIS, replace(NIGHTWATCH, duty_person=77)) == (PIT,)
    assert on_duty(replace(NARIS, assignee=77), NIGHTWATCH) == (PIT,)


@pytest.mark.parametrize("rule", list(DutyRule))
def test_without_managers_the_owners_are_on_duty(rule: DutyRule) -> None:
    assert on_duty(NARIS, Roster(owners=(ANKE, OLE), rule=rule)) == (ANKE, OLE)


def test_a_manager_who_is_site_admin_too_is_told_once() -> None:
    assert told(9, NARIS, Roster(managers=(PIT,), owners=(ANKE,), admins=(PIT, ANKE))) == (PIT, ANKE)


def test_site_admins_are_no_part_of_the_ladder_while_somebody_else_is_there() -> None:
    assert ADA not in told(99, NARIS, NIGHTWATCH)


def test_weeks_change_on_monday() -> None:
    monday = date(2026, 11, 30)
    assert week_number(monday) == week_number(monday - timedelta(days=1)) + 1
    assert week_number(monday) == week_number(monday + timedelta(days=6))


def test_everybodys_deputies() -> None:
    pairs = replace(NIGHTWATCH, managers=(PIT, JURI, MIKA), deputies={PIT: JURI, JURI: ANKE})
    assert deputies_of([PIT, JURI], NARIS, pairs) == (ANKE,)  # Pit's deputy is on duty too: the chain goes on


def test_a_deputy_who_is_away_is_replaced_by_theirs() -> None:
    chain = replace(NIGHTWATCH, deputies={PIT: JURI, JURI: ANKE}, absent=frozenset({JURI}))
    assert told(3, NARIS, chain) == (PIT, ANKE)


def test_a_question_goes_to_who_was_asked() -> None:
    assert told(2, QUESTION, NIGHTWATCH) == (NARI,)
    assert told(3, QUESTION, replace(NIGHTWATCH, absent=frozenset({NARI}))) == (NARI,)


def test_when_who_was_asked_has_left_the_co_author_hears_of_it() -> None:
    assert told(3, QUESTION, NIGHTWATCH.without(NARI)) == (MELODIE,)
    assert told(4, QUESTION, NIGHTWATCH.without(NARI)) == (MELODIE, PIT)


def test_a_manager_who_was_asked_is_not_on_duty_for_it() -> None:
    by_pit = Case(kind=PromiseKind.CLARIFY, owed_by=PIT, authors=frozenset({PIT}))
    assert told(4, by_pit, NIGHTWATCH) == (PIT, JURI)
