"""Being away, one person or the whole team: the open dates that fall into it are not left alone.

Before it is saved one of two things is chosen: who answers meanwhile (told at once, by name), or the dates move, in
one go with one reason, and the people are told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from tracker import access
from tracker.acts import scene as scenes
from tracker.acts import tasks, texts
from tracker.acts.dates import apply_move
from tracker.domain import duty, outcomes, promises
from tracker.domain.errors import N_, BadInput, NotAllowed, NotPossible
from tracker.domain.lifecycle import Role
from tracker.domain.promises import PromiseKind
from tracker.notices import tell
from tracker.store import promises as promise_store
from tracker.store import rosters, suggestions, teams
from tracker.store import tasks as task_store
from tracker.store.base import db
from tracker.store.entries import Entry, EntryKind, Via
from tracker.store.people import Person
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Absence, Team

A_DAY = timedelta(days=1)
LONGEST = timedelta(days=366)
#: A day in another century is a slip of the hand, and the calendar would carry it for ever.
FURTHEST = timedelta(days=731)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What becomes of the open dates: ``stand_in`` answers meanwhile, or they move to ``move_to`` for ``reason``."""

    stand_in: Person | None = None
    move_to: date | None = None
    reason: str = ""


@dataclass(slots=True, kw_only=True)
class Settled:
    """What the choice did: suggestions told who answers, moved, and those whose date only somebody else may move.

    ``apart`` are those that the one who answers meanwhile must not learn of; they go on to whom duty finds.
    """

    told: list[int] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    apart: list[int] = field(default_factory=list)


def checked_days(team: Team, first_on: date, last_on: date, *, now: datetime) -> None:
    """Refuse days in the wrong order, over already, or longer than a year (``BadInput``)."""
    today = outcomes.today_in(teams.working_time_of(team.calendar_id), now=now)
    if last_on < first_on:
        raise BadInput(N_("The last day lies before the first."), field="last_on")
    if last_on < today:
        raise BadInput(N_("%(day)s has passed. Choose a day that lies ahead."), field="last_on", day=last_on)
    if first_on > (latest := today + FURTHEST):
        message = N_("%(day)s is too far away. The latest day is %(latest)s.")
        raise BadInput(message, field="first_on", day=first_on, latest=latest)
    if last_on - first_on > LONGEST:
        raise BadInput(N_("That is longer than a year."), field="last_on")


def open_dates_in(
    team: Team, *, first_on: date, last_on: date, by: Person, now: datetime, person: Person | None = None
) -> list[PromiseRow]:
    """Open promises of the team's people that fall due in these days, soonest first; of one person those they would
    answer for if they were there. A question to an author is not among them, nor what ``by`` cannot see."""
    zone = teams.working_time_of(team.calendar_id).zone
    seen = set(db.session.scalars(sa.select(Suggestion.id).where(access.visible_to(by), Suggestion.team_id == team.id)))
    found = []
    of_day: dict[date, duty.Roster] = {}
    for row in promise_store.open_in_team(team.id):
        if row.suggestion_id not in seen or row.due_at is None or row.kind is PromiseKind.CLARIFY:
            continue
        if not first_on <= (on := _due_on(row.due_at, zone)) <= last_on:
            continue
        if person is not None and on not in of_day:
            of_day[on] = _roster_of(team, max(row.due_at, now), person)
        if person is None or _answers_for(row, person.id, of_day[on]):
            found.append(row)
    return found


def _due_on(due_at: datetime, zone: ZoneInfo) -> date:
    """The day a date belongs to; what falls due as a day ends, at midnight, belongs to that day."""
    return (due_at - timedelta(microseconds=1)).astimezone(zone).date()


def _roster_of(team: Team, at: datetime, person: Person) -> duty.Roster:
    """Whose turn it is on that day and who is away then, with this person there."""
    roster = rosters.roster(team, now=at - timedelta(microseconds=1))
    return replace(roster, absent=roster.absent - {person.id})


def _answers_for(row: PromiseRow, person_id: int, roster: duty.Roster) -> bool:
    suggestion = suggestions.by_id(row.suggestion_id)
    return suggestion is not None and person_id in duty.on_duty(rosters.case(suggestion, row.value), roster)


def enter(
    team: Team,
    *,
    person: Person,
    first_on: date,
    last_on: date,
    choice: Choice,
    by: Person,
    now: datetime,
    via: Via,
) -> tuple[Absence, Settled]:
    """Somebody is away from ``first_on`` to ``last_on``, both included. One's own, or entered by an owner.

    Raises ``BadInput`` when open dates fall into it and nothing was chosen for them.
    """
    team = teams.lock(team.id)
    _demand_may_enter(team, person, by)
    checked_days(team, first_on, last_on, now=now)
    if _overlaps(team, person, first_on, last_on):
        raise BadInput(N_("An absence that covers some of these days is entered already."), field="first_on")
    falling = open_dates_in(team, first_on=first_on, last_on=last_on, by=by, now=now, person=person)
    _demand_choice(team, choice, falling, (first_on, last_on), away=(person.id,), now=now)
    absence = _away(team, person.id, first_on, last_on, choice, now=now)
    settled = settle(team, falling, choice, first_on=first_on, last_on=last_on, absent=person, by=by, now=now, via=via)
    return absence, settled


def _away(
    team: Team,
    person_id: int,
    first_on: date,
    last_on: date,
    choice: Choice,
    *,
    is_closure: bool = False,
    now: datetime,
) -> Absence:
    absence = Absence(
        team_id=team.id,
        person_id=person_id,
        first_on=first_on,
        last_on=last_on,
        stand_in_id=choice.stand_in.id if choice.stand_in else None,
        entered_at=now,
        is_closure=is_closure,
    )
    db.session.add(absence)
    db.session.flush()
    return absence


def close_team(
    team: Team,
    *,
    first_on: date,
    last_on: date,
    choice: Choice,
    by: Person,
    now: datetime,
    via: Via,
    save: Callable[[], None],
) -> Settled:
    """The whole team is closed on these days. ``save`` stores the closed days with their new calendar version.

    Who answers meanwhile is the one who is there: everybody else who manages the team is away on these days. The dates
    that move are counted in the calendar that follows.
    """
    team = teams.lock(team.id)
    access.demand_owning(access.membership_in(by, team))
    checked_days(team, first_on, last_on, now=now)
    falling = open_dates_in(team, first_on=first_on, last_on=last_on, by=by, now=now)
    _demand_choice(team, choice, falling, (first_on, last_on), away=(), now=now)
    save()
    if choice.stand_in is not None:
        for membership in teams.memberships(team.id):
            is_there = not membership.is_managing or membership.person_id == choice.stand_in.id
            if not is_there and not _overlaps(team, membership.person, first_on, last_on):
                _away(team, membership.person_id, first_on, last_on, choice, is_closure=True, now=now)
    return settle(team, falling, choice, first_on=first_on, last_on=last_on, absent=None, by=by, now=now, via=via)


def cancel(absence: Absence, *, by: Person, now: datetime) -> None:
    """Back earlier than planned, or never gone. What was moved stays moved."""
    team = db.session.get_one(Team, absence.team_id)
    person = db.session.get_one(Person, absence.person_id)
    _demand_may_enter(team, person, by)
    if absence.cancelled_at is None:
        absence.cancelled_at = now
        db.session.flush()


def open_again(team: Team, day: date, *, now: datetime) -> None:
    """The team is not closed on that day after all: who was away because of it alone is there. What was moved stays
    moved. Called with the team's row locked."""
    for absence in teams.absences_on(team.id, day):
        if not absence.is_closure:
            continue
        if day < absence.last_on and day > absence.first_on:
            choice = Choice(stand_in=db.session.get(Person, absence.stand_in_id))
            _away(team, absence.person_id, day + A_DAY, absence.last_on, choice, is_closure=True, now=now)
            absence.last_on = day - A_DAY
        elif absence.first_on == absence.last_on:
            absence.cancelled_at = now
        elif day == absence.first_on:
            absence.first_on = day + A_DAY
        else:
            absence.last_on = day - A_DAY
    db.session.flush()


def settle(
    team: Team,
    rows: Iterable[PromiseRow],
    choice: Choice,
    *,
    first_on: date,
    last_on: date,
    absent: Person | None,
    by: Person,
    now: datetime,
    via: Via,
) -> Settled:
    """Carry the choice out on each of these promises, each in its own suggestion's timeline. Who answers meanwhile is
    told at once, also where no date falls into it so far."""
    settled, entries = Settled(), []
    for row in rows:
        locked = suggestions.lock(row.suggestion_id)
        if locked is None:
            continue
        scene = scenes.gathered(locked, team=team, by=by, now=now, via=via)
        if choice.stand_in is not None:
            entry = _hand_over(scene, choice.stand_in, last_on, absent, settled)
            entries += [entry.id] if entry is not None else []
        elif choice.move_to is not None and row.kind is PromiseKind.TASK:
            _move_task(scene, row, choice, settled)
        elif choice.move_to is not None and scene.open is not None and scene.open.id == row.id:
            _move(scene, choice, settled)
    if choice.stand_in is not None:
        tell.meanwhile(
            team,
            choice.stand_in.id,
            absent_id=absent.id if absent else None,
            suggestion_ids=settled.told,
            since=first_on,
            until=last_on,
            entry_ids=entries,
            by_id=by.id,
            now=now,
        )
    return settled


def _hand_over(scene: scenes.Scene, to: Person, until: date, absent: Person | None, settled: Settled) -> Entry | None:
    """Say in the timeline who answers until then; nothing where it is about them or hidden from them."""
    if not access.can_handle(to, scene.suggestion):
        settled.apart.append(scene.suggestion.id)
        return None
    settled.told.append(scene.suggestion.id)
    absent_id = absent.id if absent else None
    return scene.log(EntryKind.MEANWHILE, who=to.id, until=until.isoformat(), absent=absent_id)


def _move(scene: scenes.Scene, choice: Choice, settled: Settled) -> None:
    row = scene.open
    if row is None or choice.move_to is None:
        return
    due_at = outcomes.due_of(choice.move_to, scene.calendar)
    try:
        value = promises.move(row.value, due_at=due_at, reason=choice.reason, now=scene.now)
        apply_move(scene, row, value, reason=choice.reason)
    except (NotAllowed, NotPossible):
        settled.left.append(scene.suggestion.id)  # the third time somebody else has to agree: the date stands
    else:
        settled.moved.append(scene.suggestion.id)


def _move_task(scene: scenes.Scene, row: PromiseRow, choice: Choice, settled: Settled) -> None:
    task = task_store.of_promises([row.id]).get(row.id)
    if task is not None and choice.move_to is not None:
        tasks.put_off(scene, task, choice.move_to, reason=choice.reason)
        settled.moved.append(scene.suggestion.id)


def _demand_may_enter(team: Team, person: Person, by: Person) -> None:
    access.membership_in(person, team)
    membership = access.membership_in(by, team)
    if person.id != by.id and membership.role is not Role.OWNER:
        raise NotAllowed(N_("Only a team lead can enter an absence for somebody else."))


def _overlaps(team: Team, person: Person, first_on: date, last_on: date) -> bool:
    coming = teams.absences_from(team.id, first_on)
    return any(a.person_id == person.id and a.first_on <= last_on for a in coming)


def _demand_choice(
    team: Team,
    choice: Choice,
    falling: list[PromiseRow],
    days: tuple[date, date],
    *,
    away: tuple[int, ...],
    now: datetime,
) -> None:
    if choice.stand_in is not None:
        membership = teams.membership_of(team.id, choice.stand_in.id)
        may = membership is not None and membership.is_managing and choice.stand_in.active
        if not may or choice.stand_in.id in away or _overlaps(team, choice.stand_in, *days):
            message = N_("%(name)s cannot answer meanwhile. Choose somebody who manages the team and is there.")
            raise BadInput(message, field="stand_in", name=choice.stand_in.name)
        return
    if not falling:
        return
    if choice.move_to is None:
        raise BadInput(
            N_("%(count)s open dates fall into these days. Say who answers meanwhile, or move them."),
            field="stand_in",
            count=len(falling),
        )
    if choice.move_to <= days[1]:
        raise BadInput(N_("Move them to a day after %(day)s."), field="move_to", day=days[1])
    try:
        outcomes.check_day(choice.move_to, now=now, calendar=teams.working_time_of(team.calendar_id))
    except BadInput as error:
        raise BadInput(error.message, field="move_to", **error.facts) from None
    texts.block(
        choice.reason, field="reason", missing=N_("Say why they move: everybody whose date it is reads this reason.")
    )
