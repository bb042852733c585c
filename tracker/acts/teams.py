"""What a team decides about itself: its hours, its days off, how soon it answers, who is told when.

Calendar and policy are versions that never change. A new one touches no date that was given; only the rungs not yet
reached follow it, in the same transaction. Team leads decide; the worker extends what was decided.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from tracker import access
from tracker.acts import absences, holiday_days, texts
from tracker.domain.budgets import Budgets
from tracker.domain.duty import DutyRule
from tracker.domain.errors import N_, BadInput
from tracker.domain.ladder import Ladder
from tracker.domain.lifecycle import Urgency
from tracker.domain.promises import Promise, PromiseKind, PromiseState
from tracker.domain.working_time import WorkingTime
from tracker.store import promises, teams
from tracker.store.base import db
from tracker.store.people import Person
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Calendar, ClosedDay, Policy, Team

#: A team that is there for less than this in the next twelve months can promise nothing.
LEAST_HOURS = timedelta(hours=40)
_TWELVE_MONTHS = timedelta(days=365)
CONTACT_MAX = 500

#: Promises whose day a person chose: they fall due at the end of that day.
_BY_DAY = (PromiseKind.DELIVER, PromiseKind.REVISIT, PromiseKind.TASK)


def _owned(team: Team, by: Person) -> Team:
    access.demand_owning(access.membership_in(by, team))
    return teams.lock(team.id)


# Names ----------------------------------------------------------------------------------------------------------------

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def slug_for(name: str) -> str:
    """The name in lower case with hyphens, as it stands in addresses, and free: "night-watch", then "night-watch-2"."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(_GERMAN)).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "team"
    number, free = 1, slug
    while teams.by_slug(free):
        number += 1
        free = f"{slug}-{number}"
    return free


def checked_name(name: str, *, field: str = "team_name") -> str:
    return texts.line(name, field=field, longest=texts.NAME_MAX, missing=N_("What is your team called?"))


def rename(team: Team, name: str, *, by: Person, now: datetime) -> None:
    """A new name on pages and in mails. The address stays, so that no link breaks."""
    _owned(team, by).name = checked_name(name)


# Calendars ------------------------------------------------------------------------------------------------------------


def checked_calendar(timezone: str, week: Mapping[str, Any], days_off: list[date], *, now: datetime) -> WorkingTime:
    """Working time that somebody can keep a promise in. Raises ``BadCalendar``, ``BadInput``."""
    plain = {"timezone": timezone, "week": dict(week), "holidays": [day.isoformat() for day in days_off]}
    calendar = WorkingTime.from_plain(plain)
    if not calendar.days_with_hours():
        raise BadInput(N_("Somebody has to be there at some time, or nobody could answer."), field="week")
    hours = calendar.between(now, now + _TWELVE_MONTHS)
    if hours < LEAST_HOURS:
        raise BadInput(
            N_("That leaves %(hours)s working hours in the next twelve months. It takes at least %(least)s."),
            field="week",
            hours=int(hours / timedelta(hours=1)),
            least=int(LEAST_HOURS / timedelta(hours=1)),
        )
    return calendar


def put_calendar(team: Team, calendar: WorkingTime, *, by: Person | None, now: datetime) -> None:
    """Make this the version in force, unless it says the same, and let the rungs ahead follow it."""
    plain = calendar.to_plain()
    former = db.session.get(Calendar, team.calendar_id) if team.calendar_id else None
    if former is not None and former.plain == plain:
        return
    version = former.version + 1 if former else 1
    row = Calendar(team_id=team.id, version=version, plain=plain, made_at=now, made_by_id=by.id if by else None)
    db.session.add(row)
    db.session.flush()
    team.calendar_id, team.calendar = row.id, row
    _follow(team)


def put_policy(team: Team, budgets: Budgets, ladder: Ladder, *, by: Person | None, now: datetime) -> None:
    """Make these the budgets and the ladder in force, unless they are, and let the rungs ahead follow."""
    former = db.session.get(Policy, team.policy_id) if team.policy_id else None
    plain = {"budgets": budgets.to_plain(), "ladder": ladder.to_plain()}
    if former is not None and {"budgets": former.budgets, "ladder": former.ladder} == plain:
        return
    version = former.version + 1 if former else 1
    row = Policy(team_id=team.id, version=version, **plain, made_at=now, made_by_id=by.id if by else None)
    db.session.add(row)
    db.session.flush()
    team.policy_id, team.policy = row.id, row
    _follow(team)


def _follow(team: Team) -> None:
    """Given dates stay; the next follow-up of every open promise is worked out anew."""
    if team.calendar_id is None or team.policy_id is None:
        return
    calendar, ladder = teams.working_time(team.calendar), teams.ladder(team.policy)
    for row in promises.open_in_team(team.id):
        promises.recompute(row, calendar=calendar, ladder=ladder)
    db.session.flush()


def _days_off(team: Team) -> list[date]:
    return [day.on for day in teams.closed_days(team.id)]


def change_hours(team: Team, *, timezone: str, week: Mapping[str, Any], by: Person, now: datetime) -> None:
    """When somebody is there. The time an answer may take is days on which somebody is, so it follows."""
    team = _owned(team, by)
    calendar = checked_calendar(timezone, week, _days_off(team), now=now)
    put_calendar(team, calendar, by=by, now=now)
    put_policy(team, Budgets.within(team.answer_within, calendar), teams.ladder(team.policy), by=by, now=now)


# Days off -------------------------------------------------------------------------------------------------------------


def fill_holidays(team: Team, *, first_year: int, years: int = holiday_days.YEARS) -> None:
    """Store the region's days of so many years from ``first_year`` on; what a person entered stays."""
    if not team.holiday_region:
        return
    known = {day.on for day in teams.closed_days(team.id)}
    found = holiday_days.of_region(team.holiday_region, first_year=first_year, locale=team.locale, years=years)
    db.session.add_all(
        ClosedDay(team_id=team.id, on=day, name=name, kind="holiday") for day, name in found.items() if day not in known
    )
    db.session.flush()


def _rebuild(team: Team, *, by: Person | None, now: datetime) -> None:
    former = team.calendar.plain
    calendar = checked_calendar(former["timezone"], former["week"], _days_off(team), now=now)
    put_calendar(team, calendar, by=by, now=now)


def _today(team: Team, now: datetime) -> date:
    return now.astimezone(teams.working_time(team.calendar).zone).date()


def change_region(team: Team, region: str, *, by: Person, now: datetime) -> None:
    """Whose holidays the team keeps; an empty text for none. Days that have passed, and closures, stay as they are."""
    team = _owned(team, by)
    if region and not holiday_days.is_known_region(region):
        raise BadInput(N_("We do not know the holidays of “%(given)s”."), field="region", given=region[:40])
    today = _today(team, now)
    db.session.execute(
        sa.delete(ClosedDay).where(ClosedDay.team_id == team.id, ClosedDay.kind == "holiday", ClosedDay.on >= today)
    )
    team.holiday_region = region
    fill_holidays(team, first_year=today.year)
    _rebuild(team, by=by, now=now)


def extend_holidays(team: Team, *, now: datetime) -> bool:
    """Once a year, by the worker: work out the next year's holidays. Returns whether something was added.

    Of the years before that nothing is added: a day that is missing there was opened by somebody.
    """
    if not team.holiday_region:
        return False
    this_year = _today(team, now).year
    last_year = this_year + holiday_days.YEARS - 1
    known = max((day.on.year for day in teams.closed_days(team.id) if day.kind == "holiday"), default=this_year - 1)
    if known >= last_year:
        return False
    team = teams.lock(team.id)
    first_year = max(known + 1, this_year)
    fill_holidays(team, first_year=first_year, years=last_year - first_year + 1)
    _rebuild(team, by=None, now=now)
    return True


def close_days(
    team: Team, first_on: date, last_on: date, *, name: str, by: Person, now: datetime, kind: str = "closure"
) -> list[date]:
    """Nobody is there on these days, both included. Returns the days that were open until now.

    What becomes of the promises that fall into them is asked before, by ``acts.absences``.
    """
    team = _owned(team, by)
    absences.checked_days(team, first_on, last_on, now=now)
    days = [first_on + timedelta(days=number) for number in range((last_on - first_on).days + 1)]
    known = set(_days_off(team))
    named = texts.line(name, field="closure_name", longest=120, required=False)
    fresh = [day for day in days if day not in known]
    db.session.add_all(ClosedDay(team_id=team.id, on=day, name=named, kind=kind) for day in fresh)
    db.session.flush()
    _rebuild(team, by=by, now=now)
    return fresh


def open_day(team: Team, day: date, *, by: Person, now: datetime) -> None:
    """Somebody is there on that day after all."""
    team = _owned(team, by)
    db.session.execute(sa.delete(ClosedDay).where(ClosedDay.team_id == team.id, ClosedDay.on == day))
    absences.open_again(team, day, now=now)
    _rebuild(team, by=by, now=now)


# Policy ---------------------------------------------------------------------------------------------------------------


def change_answer_within(team: Team, days: int, *, by: Person, now: datetime) -> None:
    """Within how many days on which somebody is there everybody gets an answer. Raises ``BadInput``."""
    team = _owned(team, by)
    budgets = Budgets.within(days, teams.working_time(team.calendar))
    team.answer_within = days
    put_policy(team, budgets, teams.ladder(team.policy), by=by, now=now)


def change_ladder(team: Team, plain: Mapping[str, Any], *, by: Person, now: datetime) -> None:
    """Other offsets of the rungs, in working hours, over those in force. Raises ``BadInput`` with the offset's name."""
    team = _owned(team, by)
    ladder = Ladder.from_plain({**team.policy.ladder, **plain})
    put_policy(team, Budgets.from_plain(team.policy.budgets), ladder, by=by, now=now)


# People with a part ---------------------------------------------------------------------------------------------------


def choose_duty(team: Team, rule: str, person_id: int | None, *, by: Person, now: datetime) -> None:
    """Who gets what nobody has taken: one (and who), turns, or all. Raises ``BadInput``."""
    team = _owned(team, by)
    if rule not in {one.value for one in DutyRule}:
        raise BadInput(N_("Choose one of the three."), field="duty_rule")
    if rule == DutyRule.ONE and person_id is not None:
        membership = teams.membership_of(team.id, person_id)
        if membership is None or not membership.is_managing or not membership.person.active:
            raise BadInput(N_("Choose somebody who answers in this team."), field="duty_person")
    team.duty_rule = rule
    team.duty_person_id = person_id if rule == DutyRule.ONE else None


def name_trusted(team: Team, person_id: int | None, *, by: Person, now: datetime) -> None:
    """The member who comes last where something is about somebody who answers; none for nobody. ``BadInput``."""
    team = _owned(team, by)
    if person_id is not None:
        membership = teams.membership_of(team.id, person_id)
        if membership is None or not membership.person.active:
            raise BadInput(N_("Choose somebody of this team."), field="trusted")
    team.trusted_person_id = person_id


def set_outside_contact(team: Team, text: str, *, by: Person, now: datetime) -> None:
    """Shown where nobody in the team may see what somebody wants to say."""
    team = _owned(team, by)
    team.outside_contact = texts.block(text, field="contact", longest=CONTACT_MAX, required=False)


def hide_first_steps(team: Team, *, by: Person) -> None:
    """Put the list of first steps away."""
    access.demand_owning(access.membership_in(by, team))
    team.first_steps_hidden = True


# What a change would mean ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """Of ``open`` given dates, ``differ`` would fall differently if they were given anew. They are not."""

    differ: int
    open: int


def how_many_differ(
    team: Team,
    *,
    by: Person,
    timezone: str | None = None,
    week: Mapping[str, Any] | None = None,
    days_off: list[date] | None = None,
    answer_within: int | None = None,
) -> Difference:
    """What the settings page says before it saves. What is left out stays as it is. Raises as the verbs do.

    Only what ``by`` can see is counted: a number must not betray a suggestion that is about them.
    """
    former = team.calendar.plain
    plain = {
        "timezone": former["timezone"] if timezone is None else timezone,
        "week": former["week"] if week is None else dict(week),
        "holidays": [day.isoformat() for day in (_days_off(team) if days_off is None else days_off)],
    }
    calendar = WorkingTime.from_plain(plain)
    budgets = Budgets.within(answer_within or team.answer_within, calendar)
    seen = _open_seen_by(team, by)
    differ = sum(
        _would_differ(row.value, teams.working_time_of(row.calendar_id), calendar, budgets.of(urgency))
        for row, urgency in seen
    )
    return Difference(differ, len(seen))


def _open_seen_by(team: Team, by: Person) -> list[tuple[PromiseRow, Urgency]]:
    """The team's open dates that this person can see, with the urgency of their suggestions."""
    statement = (
        sa.select(PromiseRow, Suggestion.urgency)
        .join(Suggestion, Suggestion.id == PromiseRow.suggestion_id)
        .where(
            PromiseRow.team_id == team.id,
            PromiseRow.state == PromiseState.OPEN,
            PromiseRow.kind != PromiseKind.CLARIFY,
            access.visible_to(by),
        )
    )
    return [(row, urgency) for row, urgency in db.session.execute(statement)]


def _would_differ(promise: Promise, former: WorkingTime, calendar: WorkingTime, budget: timedelta) -> bool:
    if promise.due_at is None:
        return False
    if promise.kind in _BY_DAY:
        return calendar.end_of_day(promise.due_at.astimezone(former.zone).date()) != promise.due_at
    if promise.budget is not None and promise.budget != budget:
        return True
    return calendar.add(promise.set_at, former.between(promise.set_at, promise.due_at)) != promise.due_at
