"""What a team decides about itself, and that no given date ever moves by it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.acts.cast import Cast, at, raised
from tracker.acts import teams as verbs
from tracker.domain.budgets import PRESET_WEEKS
from tracker.domain.errors import BadInput, DomainError, NotAllowed, OutOfReach
from tracker.domain.lifecycle import Kind, Urgency
from tracker.store import promises, teams
from tracker.store.base import db
from tracker.store.suggestions import Suggestion

NOW = at("Wednesday 2026-11-25 08:00")
OFFICE = PRESET_WEEKS["office"]
EVENINGS = PRESET_WEEKS["evenings"]
BERLIN = "Europe/Berlin"


def due(suggestion: Suggestion) -> Any:
    row = promises.open_of(suggestion.id)
    assert row is not None
    return row.due_at, row.next_follow_up_at


def lead(cast: Cast, **more: Any) -> dict[str, Any]:
    return {"by": cast.anke, "now": NOW, **more}


def test_new_hours_are_a_new_version_and_the_old_one_stays(cast: Cast) -> None:
    former = cast.team.calendar_id
    verbs.change_hours(cast.team, timezone=BERLIN, week=EVENINGS, **lead(cast))
    assert cast.team.calendar.version == 2
    assert former is not None
    assert teams.working_time_of(former).to_plain()["week"] == dict(OFFICE)


def test_new_hours_touch_no_given_date_and_the_reminders_ahead_follow(cast: Cast) -> None:
    s = raised(cast)
    assert due(s) == (at("Thursday 2026-11-26 17:00"), at("Thursday 2026-11-26 13:00"))
    verbs.change_hours(cast.team, timezone=BERLIN, week=EVENINGS, **lead(cast))
    # From Tue 23:10 to Thu 17:00 the new week has 3 h (Wed 18-21); ¾ of them are over on Wed at 20:15.
    assert due(s) == (at("Thursday 2026-11-26 17:00"), at("Wednesday 2026-11-25 20:15"))


def test_the_time_an_answer_may_take_follows_the_hours(cast: Cast) -> None:
    verbs.change_hours(cast.team, timezone=BERLIN, week=EVENINGS, **lead(cast))
    # 31 h on 7 days are 4.43 h a day; two of them are 8.86 h, rounded up to 9.
    assert cast.team.policy.budgets["normal"] == 9 * 3600
    assert cast.team.policy.version == 2


def test_saving_the_same_hours_makes_no_new_version(cast: Cast) -> None:
    verbs.change_hours(cast.team, timezone=BERLIN, week=OFFICE, **lead(cast))
    assert (cast.team.calendar.version, cast.team.policy.version) == (1, 1)


@pytest.mark.parametrize(
    ("timezone", "week", "field"),
    [
        (BERLIN, {}, "week"),
        (BERLIN, {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}, "week"),
        (BERLIN, {"mon": [["17:00", "09:00"]]}, "week"),
        (BERLIN, {"mon": [["09:00", "25:00"]]}, "week"),
        # 52 Mondays of half an hour are 26 h
        (BERLIN, {"mon": [["09:00", "09:30"]]}, "week"),
        ("Europe/Atlantis", OFFICE, "timezone"),
        ("../../etc/passwd", OFFICE, "timezone"),
    ],
)
def test_hours_nobody_can_keep_a_promise_in_are_refused(cast: Cast, timezone: str, week: Any, field: str) -> None:
    with pytest.raises(DomainError) as refused:
        verbs.change_hours(cast.team, timezone=timezone, week=week, **lead(cast))
    assert refused.value.field == field
    assert cast.team.calendar.version == 1


def test_closures_that_leave_less_than_forty_hours_are_refused(cast: Cast) -> None:
    with pytest.raises(BadInput) as refused:
        verbs.close_days(cast.team, date(2026, 11, 26), date(2027, 11, 24), name="Pause", **lead(cast))
    assert refused.value.facts["hours"] < 40


def test_a_closed_day_counts_no_time(cast: Cast) -> None:
    verbs.close_days(cast.team, date(2026, 11, 26), date(2026, 11, 26), name="Umzug", **lead(cast))
    assert cast.team.calendar.plain["holidays"] == ["2026-11-26"]
    s = raised(cast)
    assert due(s)[0] == at("Friday 2026-11-27 17:00")  # Wed 8 h, Thu closed, Fri 8 h


def test_open_after_all(cast: Cast) -> None:
    verbs.close_days(cast.team, date(2026, 11, 26), date(2026, 11, 27), name="", **lead(cast))
    verbs.open_day(cast.team, date(2026, 11, 26), **lead(cast))
    assert cast.team.calendar.plain["holidays"] == ["2026-11-27"]


def test_the_holidays_of_a_region_are_stored_for_this_year_and_two_more(cast: Cast) -> None:
    verbs.change_region(cast.team, "DE-BY", **lead(cast))
    found = {day.on: day.name for day in teams.closed_days(cast.team.id)}
    assert found[date(2026, 12, 25)] == "Erster Weihnachtstag"
    assert found[date(2027, 1, 6)] == "Heilige Drei Könige"  # in Bavaria, not in Berlin
    assert {day.year for day in found} == {2026, 2027, 2028}


def test_another_region_replaces_the_holidays_ahead_and_keeps_closures(cast: Cast) -> None:
    verbs.close_days(cast.team, date(2026, 12, 28), date(2026, 12, 28), name="Brücke", **lead(cast))
    verbs.change_region(cast.team, "DE-BY", **lead(cast))
    verbs.change_region(cast.team, "", **lead(cast))
    assert [day.on for day in teams.closed_days(cast.team.id) if day.on > date(2026, 11, 25)] == [date(2026, 12, 28)]


def test_an_unknown_region_is_refused(cast: Cast) -> None:
    with pytest.raises(BadInput, match="Atlantis"):
        verbs.change_region(cast.team, "Atlantis", **lead(cast))


def test_a_year_later_the_next_years_holidays_are_added_once(cast: Cast) -> None:
    verbs.change_region(cast.team, "DE", **lead(cast))
    later = at("Friday 2027-01-01 03:00")
    assert not verbs.extend_holidays(cast.team, now=NOW)
    assert verbs.extend_holidays(cast.team, now=later)
    assert not verbs.extend_holidays(cast.team, now=later)
    assert date(2029, 12, 25) in {day.on for day in teams.closed_days(cast.team.id)}


def test_a_holiday_that_was_opened_stays_open_when_the_next_year_is_added(cast: Cast) -> None:
    verbs.change_region(cast.team, "DE-BE", **lead(cast))
    womens_day = date(2027, 3, 8)
    assert womens_day in {day.on for day in teams.closed_days(cast.team.id)}
    verbs.open_day(cast.team, womens_day, **lead(cast))
    verbs.extend_holidays(cast.team, now=at("Friday 2027-01-01 03:00"))
    found = [day.on for day in teams.closed_days(cast.team.id)]
    assert womens_day not in found
    assert {day.year for day in found} == {2026, 2027, 2028, 2029}


def test_years_in_which_no_worker_ran_are_made_up_for(cast: Cast) -> None:
    verbs.change_region(cast.team, "DE-BE", **lead(cast))
    verbs.extend_holidays(cast.team, now=at("Tuesday 2030-01-01 03:00"))
    assert {day.on.year for day in teams.closed_days(cast.team.id)} == {2026, 2027, 2028, 2030, 2031, 2032}


@pytest.mark.parametrize(("days", "normal"), [(1, 8), (2, 16), (5, 40), (10, 80)])
def test_answer_within_so_many_days(cast: Cast, days: int, normal: int) -> None:
    verbs.change_answer_within(cast.team, days, **lead(cast))
    assert cast.team.policy.budgets["normal"] == normal * 3600
    assert cast.team.policy.budgets["urgent"] == normal * 900


def test_another_number_of_days_is_refused(cast: Cast) -> None:
    with pytest.raises(BadInput) as refused:
        verbs.change_answer_within(cast.team, 3, **lead(cast))
    assert refused.value.field == "answer_within"


def test_a_later_rung_moves_with_the_ladder_and_the_date_stays(cast: Cast) -> None:
    s = raised(cast)
    verbs.change_ladder(cast.team, {"share": 50}, **lead(cast))
    assert due(s) == (at("Thursday 2026-11-26 17:00"), at("Wednesday 2026-11-25 17:00"))  # half of 16 h


def test_a_ladder_that_stands_still_is_refused(cast: Cast) -> None:
    with pytest.raises(BadInput) as refused:
        verbs.change_ladder(cast.team, {"every": 0}, **lead(cast))
    assert refused.value.field == "every"


def test_the_preview_says_how_many_dates_would_fall_differently(cast: Cast) -> None:
    raised(cast)
    raised(cast, urgency=Urgency.URGENT)
    assert verbs.how_many_differ(cast.team, by=cast.anke, answer_within=2) == verbs.Difference(0, 2)
    assert verbs.how_many_differ(cast.team, by=cast.anke, answer_within=5) == verbs.Difference(2, 2)
    assert verbs.how_many_differ(cast.team, by=cast.anke, week=EVENINGS) == verbs.Difference(2, 2)
    assert verbs.how_many_differ(cast.team, by=cast.anke, days_off=[date(2026, 11, 26)]) == verbs.Difference(1, 2)


def test_the_preview_counts_nothing_that_is_about_the_one_who_asks(cast: Cast) -> None:
    raised(cast, kind=Kind.FRICTION, about=cast.pit)
    assert verbs.how_many_differ(cast.team, by=cast.pit, answer_within=5) == verbs.Difference(0, 0)
    assert verbs.how_many_differ(cast.team, by=cast.anke, answer_within=5) == verbs.Difference(1, 1)


@pytest.mark.parametrize("who", ["nari", "pit"])
def test_only_a_team_lead_decides(cast: Cast, who: str) -> None:
    somebody = {"by": getattr(cast, who), "now": NOW}
    for act in (
        lambda: verbs.change_hours(cast.team, timezone=BERLIN, week=EVENINGS, **somebody),
        lambda: verbs.change_region(cast.team, "DE", **somebody),
        lambda: verbs.close_days(cast.team, date(2026, 12, 1), date(2026, 12, 1), name="", **somebody),
        lambda: verbs.open_day(cast.team, date(2026, 12, 1), **somebody),
        lambda: verbs.change_answer_within(cast.team, 5, **somebody),
        lambda: verbs.change_ladder(cast.team, {"share": 50}, **somebody),
        lambda: verbs.choose_duty(cast.team, "all", None, **somebody),
        lambda: verbs.name_trusted(cast.team, None, **somebody),
        lambda: verbs.set_outside_contact(cast.team, "x", **somebody),
        lambda: verbs.rename(cast.team, "x", **somebody),
        lambda: verbs.hide_first_steps(cast.team, by=somebody["by"]),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_to_another_team_and_to_who_left_the_team_is_not_there(cast: Cast) -> None:
    for who in (cast.olga, cast.exi, cast.ada):
        with pytest.raises(OutOfReach):
            verbs.rename(cast.team, "Meins", by=who, now=NOW)


def test_duty_by_one_person_needs_somebody_who_answers(cast: Cast) -> None:
    verbs.choose_duty(cast.team, "one", cast.juri.id, **lead(cast))
    assert (cast.team.duty_rule, cast.team.duty_person_id) == ("one", cast.juri.id)
    verbs.choose_duty(cast.team, "turns", cast.juri.id, **lead(cast))
    assert (cast.team.duty_rule, cast.team.duty_person_id) == ("turns", None)
    for person, rule in ((cast.nari.id, "one"), (cast.olga.id, "one"), (None, "dice")):
        with pytest.raises(BadInput):
            verbs.choose_duty(cast.team, rule, person, **lead(cast))


def test_the_trusted_person_is_any_member_of_this_team(cast: Cast) -> None:
    verbs.name_trusted(cast.team, cast.melodie.id, **lead(cast))
    assert cast.team.trusted_person_id == cast.melodie.id
    for person in (cast.olga, cast.exi):
        with pytest.raises(BadInput):
            verbs.name_trusted(cast.team, person.id, **lead(cast))


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Night Watch", "night-watch"),
        ("Nachtwächter & Söhne", "nachtwaechter-soehne"),
        ("  Ça  va?! ", "ca-va"),
        ("夜警", "team"),
        ("Tagwache", "tagwache-2"),  # there is one already
    ],
)
def test_a_slug_is_the_name_in_lower_case_with_hyphens_and_free(cast: Cast, name: str, slug: str) -> None:
    assert verbs.slug_for(name) == slug


def test_a_new_name_leaves_the_address(cast: Cast) -> None:
    verbs.rename(cast.team, "Die Nachtwache", **lead(cast))
    db.session.commit()
    assert (cast.team.name, cast.team.slug) == ("Die Nachtwache", "nachtwache")
