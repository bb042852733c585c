"""The ladder: what the sweep does about one promise that is due. Climbs until somebody answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from tracker.acts import scene as scenes
from tracker.acts.questions import ball_back
from tracker.acts.readers import let_in
from tracker.domain import duty, ladder
from tracker.domain.lifecycle import Act
from tracker.domain.promises import PromiseState
from tracker.notices import look_again, tell, whose
from tracker.store import notices as notice_store
from tracker.store import promises as promise_store
from tracker.store import rosters, suggestions, teams
from tracker.store.entries import Entry, EntryKind, Via
from tracker.store.notices import Notice, NoticeState
from tracker.store.people import Person
from tracker.store.promises import PromiseRow


def climb(promise_id: int, *, now: datetime) -> Entry | None:
    """Send the highest rung that is due, write down those that were passed over, tell the author where it is time.

    Doing it twice does nothing more. None when nothing is due any more, or when somebody else holds the suggestion.
    """
    scene, row = _locked(promise_id, now=now)
    if scene is None or row is None or row.state is not PromiseState.OPEN:
        return None
    step = ladder.climb(row.value, scene.calendar, scene.ladder, now=now)
    if step is None:
        promise_store.recompute(row, calendar=scene.calendar, ladder=scene.ladder)
        return None
    if step.ball_comes_back:
        return ball_back(scene, Act.COME_BACK, why="silence")
    s = scene.suggestion
    case, roster = rosters.case(s, row.value), rosters.roster(scene.team, now=now)
    to = duty.told(step.rung, case, roster)
    scene.write(row, step.promise)
    entry = scene.log(
        EntryKind.FOLLOW_UP,
        rung=step.rung,
        to=list(to) + ([i for i in sorted(case.authors) if i not in to] if step.silence else []),
        skipped=[step.skipped.start, step.skipped.stop - 1] if step.skipped else None,
        silence=step.silence or None,
    )
    let_in(scene, to)
    tell.climbed(s, row, rung=step.rung, to=to, silence=step.silence, entry=entry, now=now)
    return entry


def again(promise_id: int, *, rung: int, without: Person, now: datetime) -> tuple[int, ...]:
    """A follow-up could not reach its person, or was with somebody else when its mail was to leave: the same rung is
    owed at once to whoever is on duty now, without all whom it could not reach.

    Returns who that is; empty when the promise has ended or has a new date meanwhile, or when the date has passed that
    the rung was to come before. Waits for whoever holds the suggestion: nobody would come back to this one.
    """
    scene, row = _locked(promise_id, now=now, waits=True)
    if scene is None or row is None or row.state is not PromiseState.OPEN or row.rung < rung:
        return ()
    if rung == ladder.BEFORE and row.due_at is not None and row.due_at <= now:
        return ()
    s = scene.suggestion
    lost = _Lost.of(row, rung, without)
    to, gone = _reached(rosters.case(s, row.value), scene, rung, set(lost.gone))
    entry = scene.log(
        EntryKind.FOLLOW_UP, rung=rung, to=list(to), unreachable=without.id if without.id in lost.gone else None
    )
    let_in(scene, to)
    first = tuple(i for i in to if i not in lost.passed_on)
    tell.climbed(s, row, rung=rung, to=first, silence=False, entry=entry, now=now, instead_of=gone)
    for person_id in to:
        if person_id in lost.passed_on:  # it is back with them: under its own key they have been passed by
            what = f"promise:{row.id}:v{row.version}:rung:{rung}:again:{entry.id}"
            tell.reminded_again(s, row, person_id, rung=rung, what=what, now=now, instead_of=gone)
    return to


def _reached(case: duty.Case, scene: scenes.Scene, rung: int, gone: set[int]) -> tuple[tuple[int, ...], set[int]]:
    """Who is told this rung when these are out of reach, and who all is out of reach then; whoever comes instead and
    is so too is passed on."""
    roster = rosters.roster(scene.team, now=scene.now)
    while True:
        to = tuple(i for i in duty.told(rung, case, roster.without(*gone)) if i not in gone)
        lost = tell.unreachable(to)
        if not lost:
            return to, gone
        gone |= lost


@dataclass(frozen=True, slots=True)
class _Lost:
    """Whom a rung did not come to: those whom it could not reach, and those who owed it no more."""

    gone: frozenset[int]
    passed_on: frozenset[int]

    @classmethod
    def of(cls, row: PromiseRow, rung: int, without: Person) -> Self:
        """``without`` is the last of them. Whom it reached in the place of others has them with it."""
        found = [notice for notice in notice_store.of_promise(row.id) if _is_lost(notice, row, rung)]
        last = next((notice for notice in reversed(found) if notice.person_id == without.id), None)
        found = [notice for notice in found if notice.kind == "rung"]
        passed_on = {notice.person_id for notice in found if notice.reason == look_again.NOT_THEIRS}
        gone = {notice.person_id for notice in found if notice.reason != look_again.NOT_THEIRS}
        if last is None or last.reason != look_again.NOT_THEIRS:
            gone.add(without.id)
        else:
            gone |= set(whose.instead_of(last, row))
        return cls(frozenset(gone), frozenset(passed_on - gone))


def _is_lost(notice: Notice, row: PromiseRow, rung: int) -> bool:
    """Whether this is the very rung, or a line that stood for it, and it did not come to its person."""
    is_it = notice.kind == "daily_line" or (notice.kind == "rung" and notice.rung == rung)
    is_it = is_it and notice.version == row.version and notice.state is NoticeState.SKIPPED
    return is_it and look_again.is_out_of_reach(notice, notice.reason)


def _locked(promise_id: int, *, now: datetime, waits: bool = False) -> tuple[scenes.Scene | None, PromiseRow | None]:
    found = promise_store.by_id(promise_id)
    if found is None:
        return None, None
    team = teams.hold(found.team_id)
    locked = suggestions.lock(found.suggestion_id, skip_locked=not waits)
    if locked is None:
        return None, None
    row = promise_store.read_anew(promise_id)
    scene = scenes.gathered(locked, team=team, by=None, now=now, via=Via.WORKER)
    return scene, row
