"""Answers and the days in them: what is kept of a form, and the edges of the allowed days."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.domain.cast import OFFICE, PIT, at
from tests.times import instant
from tracker.domain import outcomes
from tracker.domain.errors import BadInput
from tracker.domain.outcomes import Answer, Outcome
from tracker.domain.working_time import WorkingTime

NOW = at("Wed 2026-11-25 10:00")


def refused_for(day: date, *, now: datetime = NOW, calendar: WorkingTime = OFFICE) -> str:
    with pytest.raises(BadInput) as refused:
        outcomes.check_day(day, now=now, calendar=calendar)
    assert refused.value.field == "on"
    return str(refused.value)


@pytest.mark.parametrize("outcome", [Outcome.DONE, Outcome.DECLINED])
def test_a_day_left_over_in_the_form_is_dropped(outcome: Outcome) -> None:
    typed = Answer(outcome=outcome, text="  Steht jetzt im Handbuch.\n", on=date(2020, 1, 1), who=PIT)
    assert outcomes.checked(typed, now=NOW, calendar=OFFICE) == Answer(outcome=outcome, text="Steht jetzt im Handbuch.")


def test_only_a_will_do_names_somebody() -> None:
    for outcome, who in ((Outcome.WILL_DO, PIT), (Outcome.NOT_NOW, None)):
        typed = Answer(outcome=outcome, text="Der Hersteller liefert", on=date(2026, 12, 1), who=PIT)
        assert outcomes.checked(typed, now=NOW, calendar=OFFICE).who == who


@pytest.mark.parametrize("text", ["ja", "👍", "-", "１", "ок", "ß"])
def test_one_visible_sign_is_a_text(text: str) -> None:
    assert outcomes.says_something(text)


@pytest.mark.parametrize("text", ["", " ", "\u00a0", "\u200d\ufeff", "\x00\x07", "\u0301"])
def test_what_nobody_can_see_is_no_text(text: str) -> None:
    assert not outcomes.says_something(text)


def test_each_outcome_asks_for_its_own_text() -> None:
    sentences = set()
    for outcome in Outcome:
        with pytest.raises(BadInput) as refused:
            outcomes.checked(Answer(outcome=outcome), now=NOW, calendar=OFFICE)
        sentences.add(refused.value.message)
    assert len(sentences) == 4


def test_a_day_in_the_past_is_quoted() -> None:
    assert refused_for(date(2026, 11, 24)) == "2026-11-24 has passed. Choose a day that lies ahead."


def test_a_day_too_far_away_is_told_the_latest() -> None:
    assert refused_for(date.max) == "9999-12-31 is too far away. The latest day is 2028-11-25."


def test_two_years_from_a_leap_day() -> None:
    leap_day = at("Tue 2028-02-29 10:00")
    outcomes.check_day(date(2030, 2, 28), now=leap_day, calendar=OFFICE)
    assert "2030-02-28" in refused_for(date(2030, 3, 1), now=leap_day)


def test_six_months_from_the_end_of_august() -> None:
    end_of_august = at("Mon 2026-08-31 10:00")
    assert not outcomes.is_far(date(2027, 2, 28), now=end_of_august, calendar=OFFICE)
    assert outcomes.is_far(date(2027, 3, 1), now=end_of_august, calendar=OFFICE)


@pytest.mark.parametrize(
    ("zone", "today"),
    [("Pacific/Auckland", date(2026, 11, 26)), ("Europe/Berlin", date(2026, 11, 25)), ("Etc/UTC", date(2026, 11, 25))],
)
def test_today_is_the_teams_day(zone: str, today: date) -> None:
    calendar = WorkingTime.from_plain({"timezone": zone, "week": {"mon": [["09:00", "17:00"]]}})
    now = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)  # 01:00 on the 26th in Auckland
    assert outcomes.today_in(calendar, now=now) == today


def test_today_without_hours_lasts_until_midnight() -> None:
    saturday = date(2026, 11, 28)
    outcomes.check_day(saturday, now=at("Sat 2026-11-28 23:59"), calendar=OFFICE)
    assert "has passed" in refused_for(saturday, now=at("Sun 2026-11-29 00:00"))


def test_a_night_shift_owns_its_day_until_midnight() -> None:
    night = WorkingTime.from_plain(
        {"timezone": "Europe/Berlin", "week": {"fri": [["22:00", "24:00"]], "sat": [["00:00", "06:00"]]}}
    )
    assert outcomes.due_of(date(2026, 11, 27), night) == at("Sat 2026-11-28 00:00")
    assert outcomes.due_of(date(2026, 11, 28), night) == at("Sat 2026-11-28 06:00")


def test_an_instant_from_a_program() -> None:
    outcomes.check_instant(at("Wed 2026-11-25 10:01"), now=NOW, calendar=OFFICE)
    outcomes.check_instant(at("Sat 2028-11-25 23:59"), now=NOW, calendar=OFFICE)
    for wrong in (NOW, at("Sun 2028-11-26 00:00"), instant("Tue 2026-11-24 10:00")):
        with pytest.raises(BadInput) as refused:
            outcomes.check_instant(wrong, now=NOW, calendar=OFFICE)
        assert refused.value.field == "at"


LOOK_AGAIN = outcomes.due_of(date(2026, 12, 4), OFFICE)  # Fri 4 Dec, 17:00


@pytest.mark.parametrize(
    ("outcome", "on", "now", "breaks"),
    [
        (Outcome.DECLINED, None, "Thu 2026-12-03 23:59", True),
        (Outcome.DECLINED, None, "Fri 2026-12-04 00:00", False),  # the day has come: somebody looks, as was said
        (Outcome.NOT_NOW, date(2027, 1, 11), "Wed 2026-11-25 10:00", True),
        (Outcome.NOT_NOW, date(2027, 1, 11), "Mon 2026-12-07 10:00", False),
        (Outcome.NOT_NOW, date(2026, 12, 4), "Wed 2026-11-25 10:00", False),
        (Outcome.NOT_NOW, date(2026, 12, 1), "Wed 2026-11-25 10:00", False),  # earlier breaks nothing
        (Outcome.WILL_DO, date(2027, 1, 11), "Wed 2026-11-25 10:00", False),
        (Outcome.DONE, None, "Wed 2026-11-25 10:00", False),
    ],
)
def test_a_no_or_a_later_day_breaks_the_day_on_which_we_look_again(
    outcome: Outcome, on: date | None, now: str, breaks: bool
) -> None:
    given = Answer(outcome=outcome, text="Darum", on=on)
    assert outcomes.breaks_day(given, LOOK_AGAIN, now=at(now), calendar=OFFICE) is breaks


def test_a_day_that_ends_at_midnight_has_come_on_that_day() -> None:
    saturday = outcomes.due_of(date(2026, 11, 28), OFFICE)  # nobody works: Sun 00:00
    no = Answer(outcome=Outcome.DECLINED, text="Darum")
    assert outcomes.breaks_day(no, saturday, now=at("Fri 2026-11-27 23:00"), calendar=OFFICE)
    assert not outcomes.breaks_day(no, saturday, now=at("Sat 2026-11-28 09:00"), calendar=OFFICE)
