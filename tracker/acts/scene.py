"""What every verb of a suggestion begins with: the locked row, its open promise, the team's rules, who acts and when.

Hold the team, lock the suggestion, then read, decide, write. The scene gathers; the pure core decides; ``log`` and
``write`` apply.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tracker import access
from tracker.domain.budgets import Budgets
from tracker.domain.errors import N_, OutOfReach, Stale
from tracker.domain.ladder import Ladder
from tracker.domain.lifecycle import OPEN, Act, Status, after
from tracker.domain.promises import Promise, PromiseState, withdraw
from tracker.domain.working_time import WorkingTime
from tracker.store import entries, promises, suggestions, teams
from tracker.store.entries import Entry, EntryKind, Via
from tracker.store.people import Person
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team


@dataclass(slots=True, kw_only=True)
class Scene:
    """One act on one suggestion. ``by`` is none when the worker acts."""

    suggestion: Suggestion
    team: Team
    by: Person | None
    via: Via
    now: datetime
    open: PromiseRow | None = None
    suspended: PromiseRow | None = None
    _changed: list[PromiseRow] = field(default_factory=list)

    @property
    def calendar(self) -> WorkingTime:
        """The team's present working time; rungs and new dates follow it."""
        return teams.working_time_of(self.team.calendar_id)

    @property
    def ladder(self) -> Ladder:
        return teams.ladder(teams.policy_of(self.team.policy_id))

    @property
    def budgets(self) -> Budgets:
        return Budgets.from_plain(teams.policy_of(self.team.policy_id).budgets)

    @property
    def budget(self) -> timedelta:
        """Of the suggestion's present urgency, under the team's present policy."""
        return self.budgets.of(self.suggestion.urgency)

    @property
    def actor(self) -> Person:
        if self.by is None:
            raise TypeError("this act needs a person")
        return self.by

    @property
    def status(self) -> Status:
        return self.suggestion.status

    def calendar_of(self, row: PromiseRow) -> WorkingTime:
        """The working time the promise was made under; elapsed time is counted with it."""
        return teams.working_time_of(row.calendar_id)

    # decide -----------------------------------------------------------------------------------------------------------

    def next_status(self, act: Act, **how: Any) -> Status:
        """The table of moves. Raises ``NotPossible``."""
        return after(self.status, act, **how)

    # apply ------------------------------------------------------------------------------------------------------------

    def write(self, row: PromiseRow, value: Promise) -> PromiseRow:
        """Store a promise's new value; it is logged with the next entry."""
        promises.write(row, value, calendar=self.calendar, ladder=self.ladder)
        self.note(row)
        return row

    def make(self, value: Promise) -> PromiseRow:
        """Store a new promise under the team's present versions; it is logged with the next entry."""
        row = promises.add(
            value,
            suggestion_id=self.suggestion.id,
            team_id=self.team.id,
            calendar_id=self.team.calendar_id,
            policy_id=self.team.policy_id,
            calendar=self.calendar,
            ladder=self.ladder,
        )
        self.note(row)
        return row

    def withdraw_tasks(self) -> None:
        """Tasks belong to what is promised by a day; they end with it."""
        for row in promises.tasks_of(self.suggestion.id):
            self.write(row, withdraw(row.value, now=self.now))

    def note(self, row: PromiseRow) -> None:
        """The next entry carries this promise's values, whether they have changed or not."""
        if row not in self._changed:
            self._changed.append(row)

    def log(self, kind: EntryKind, *, text: str = "", is_internal: bool = False, **facts: Any) -> Entry:
        """Append the entry that tells what happened, with the values of the promises that changed since the last."""
        self.open = promises.open_of(self.suggestion.id)
        self.suspended = promises.suspended_of(self.suggestion.id)
        values = [row.facts() for row in self._changed]
        main = next((v for v in reversed(values) if v["state"] == PromiseState.OPEN), values[-1] if values else None)
        self._changed = []
        self.suggestion.changed_at = self.now
        return entries.append(
            self.suggestion.id,
            kind,
            now=self.now,
            actor_id=self.by.id if self.by else None,
            via=self.via,
            text=text,
            is_internal=is_internal,
            promise=main,
            also=[v for v in values if v is not main],
            **facts,
        )

    def become(self, status: Status) -> None:
        """The suggestion's new status, and when it closed."""
        self.suggestion.status = status
        if status in OPEN:
            self.suggestion.closed_at = None
        else:
            self.suggestion.closed_at = self.now

    # two at once ------------------------------------------------------------------------------------------------------

    def demand_fresh(self, seen: str | None) -> None:
        """``seen`` is the stamp the form carried. Raises ``Stale`` when somebody else was quicker."""
        if seen and seen != stamp(self.suggestion, self.open):
            raise Stale(N_("Somebody else was quicker. Please read what they wrote; your text is still here."))


def stamp(suggestion: Suggestion, row: PromiseRow | None) -> str:
    """What a form carries to be recognised as stale: the status and the promise, by its birth, with its date version.

    Not by its id: a gap in those would tell of promises that the reader of the form cannot see.
    """
    return f"{suggestion.status.value}.{row.made_at.timestamp():.6f}.{row.version}" if row else suggestion.status.value


def of(suggestion: Suggestion | int, *, by: Person | None, now: datetime, via: Via, seen: str | None = None) -> Scene:
    """Lock the suggestion and gather. Raises ``OutOfReach`` for who cannot see it, ``Stale`` for an old form."""
    found = suggestions.by_id(suggestion) if isinstance(suggestion, int) else suggestion
    if found is None:
        raise OutOfReach(access.NOT_THERE)
    team = teams.hold(found.team_id)
    locked = suggestions.lock(found.id)
    if locked is None or (by is not None and not access.can_see(by, locked)):
        raise OutOfReach(access.NOT_THERE)
    scene = gathered(locked, team=team, by=by, now=now, via=via)
    scene.demand_fresh(seen)
    return scene


def gathered(locked: Suggestion, *, team: Team, by: Person | None, now: datetime, via: Via) -> Scene:
    """The scene of a suggestion whose row is locked already, by whoever acts for themselves or for the worker.

    ``team`` was held or locked before it (``teams.hold``).
    """
    return Scene(
        suggestion=locked,
        team=team,
        by=by,
        via=via,
        now=now,
        open=promises.open_of(locked.id),
        suspended=promises.suspended_of(locked.id),
    )


def of_many(first: Suggestion, others: Iterable[int], *, by: Person, now: datetime, via: Via) -> dict[int, Scene]:
    """Lock several suggestions of one team, by id, and gather each: two who do so at once never wait in a circle.

    ``others`` are ids. Raises ``OutOfReach`` where one of them cannot be seen.
    """
    team = teams.hold(first.team_id)
    scenes = {}
    for one in sorted({first.id, *others}):
        locked = suggestions.lock(one)
        if locked is None or locked.team_id != team.id or not access.can_see(by, locked):
            raise OutOfReach(access.NOT_THERE)
        scenes[one] = gathered(locked, team=team, by=by, now=now, via=via)
    return scenes
