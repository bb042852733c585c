"""What somebody owes now, for the daily mail and digests: the open promises they are on duty for, and those that they
were reminded of and would be now.

A ``Picture`` is one team at one moment. It is taken once for everybody who looks at it in the same pass.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa

from tracker import access
from tracker.domain import duty
from tracker.domain.duty import Case, Roster
from tracker.domain.promises import PromiseKind, PromiseState
from tracker.notices import whose
from tracker.notices.telling import IN_THIS_MORNINGS_MAIL, INSTEAD_OF
from tracker.store import overviews, rosters, snoozes, suggestions, teams
from tracker.store.base import db
from tracker.store.notices import Channel, Notice, NoticeState
from tracker.store.people import Person
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import CoAuthor, Nudge, Suggestion
from tracker.store.teams import Team

#: More promises than this of one team are counted from those that are due first.
MOST = 5000


@dataclass(frozen=True, slots=True)
class Owed:
    """One promise on somebody's table."""

    suggestion: Suggestion
    row: PromiseRow
    due_at: datetime
    on_duty: tuple[int, ...]
    #: people who wait beside the author: co-authors and voters
    others: int
    #: "still matters to me", for the present date
    nudges: int

    def is_late(self, now: datetime) -> bool:
        return self.due_at <= now


@dataclass(slots=True)
class Picture:
    """One team's open promises that fall due before ``until``, with who is on duty for each."""

    team: Team
    roster: Roster
    owed: list[Owed] = field(default_factory=list)
    #: promise → whom a rung of its present date was owed to, and would be now
    reminded: dict[int, set[int]] = field(default_factory=dict)

    def of(self, person: Person) -> list[Owed]:
        """What this person owes; who is away owes nothing, unless nobody else is left."""
        mine = [one for one in self.owed if self._is_theirs(one, person.id)]
        seen = visible(person, [one.suggestion.id for one in mine])
        return [one for one in mine if one.suggestion.id in seen]

    def awake_of(self, person: Person, *, now: datetime) -> list[Owed]:
        """The same without what this person has put off for themselves."""
        resting = snoozes.put_off_by(person.id, now=now)
        return [one for one in self.of(person) if one.suggestion.id not in resting]

    def _is_theirs(self, one: Owed, person_id: int) -> bool:
        if person_id in one.on_duty:
            return True
        return person_id in self.reminded.get(one.row.id, ()) and person_id not in self.roster.absent


@dataclass(slots=True)
class Pictures:
    """Pictures of teams at one moment, each taken when it is first asked for."""

    now: datetime
    _taken: dict[int, tuple[datetime, Picture]] = field(default_factory=dict)

    def of(self, team: Team, *, until: datetime) -> Picture:
        """What falls due before ``until`` or is late."""
        known = self._taken.get(team.id)
        if known is None or known[0] < until:
            known = (until, take(team, now=self.now, until=until))
            self._taken[team.id] = known
        horizon, picture = known
        if horizon == until:
            return picture
        return replace(picture, owed=[one for one in picture.owed if one.due_at < until])


def take(team: Team, *, now: datetime, until: datetime) -> Picture:
    """Read one team's open promises; questions to authors are not among them."""
    rows = db.session.execute(
        sa.select(PromiseRow, Suggestion)
        .join(Suggestion, Suggestion.id == PromiseRow.suggestion_id)
        .where(
            PromiseRow.team_id == team.id,
            PromiseRow.state == PromiseState.OPEN,
            PromiseRow.kind != PromiseKind.CLARIFY,
            PromiseRow.due_at < until,
        )
        .order_by(PromiseRow.due_at, PromiseRow.id)
        .limit(MOST)
    ).all()
    roster = rosters.roster(team, now=now)
    picture = Picture(team, roster)
    promise_ids = [row.id for row, _ in rows]
    co_authors = _co_authors([s.id for _, s in rows])
    nudges = _nudges(promise_ids)
    waiting = _waiting([s.id for _, s in rows])
    rang = _rang({row.id: row.version for row, _ in rows})
    for row, suggestion in rows:
        case = rosters.case(suggestion, row.value, co_authors=co_authors.get(suggestion.id, ()))
        picture.reminded[row.id] = _would_be_now(rang.get(row.id, {}), row, case, roster)
        others = waiting[suggestion.id] - 1
        pressing = nudges.get((row.id, row.version), 0)
        if row.due_at is not None:
            picture.owed.append(Owed(suggestion, row, row.due_at, duty.on_duty(case, roster), others, pressing))
    return picture


def _would_be_now(rang: Mapping[int, set[int]], row: PromiseRow, case: Case, roster: Roster) -> set[int]:
    """Those of the reminded whom the ladder reaches as things are: nobody who handed it back or lost their role."""
    return {
        person_id
        for person_id, instead_of in rang.items()
        if whose.is_told(person_id, row.rung, case, roster, instead_of=instead_of)
    }


def visible(person: Person, suggestion_ids: Iterable[int]) -> set[int]:
    """Those of them that this person can see."""
    ids = list(suggestion_ids)
    if not ids or not person.active:
        return set()
    found: set[int] = set()
    for begin in range(0, len(ids), 500):
        where = (Suggestion.id.in_(ids[begin : begin + 500]), access.visible_to(person))
        found |= set(db.session.scalars(sa.select(Suggestion.id).where(*where)))
    return found


def teams_of(person: Person) -> list[Team]:
    """Where this person may owe something: their teams; for a site admin also those where they were let in."""
    found = [membership.team for membership in teams.teams_of(person.id)]
    if person.is_site_admin:
        known = {team.id for team in found}
        found += [team for team in suggestions.teams_let_into(person.id) if team.id not in known]
    return found


def _co_authors(suggestion_ids: list[int]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for begin in range(0, len(suggestion_ids), 500):
        statement = sa.select(CoAuthor.suggestion_id, CoAuthor.person_id).where(
            CoAuthor.suggestion_id.in_(suggestion_ids[begin : begin + 500])
        )
        for row in db.session.execute(statement):
            found[row.suggestion_id].add(row.person_id)
    return {suggestion: frozenset(people) for suggestion, people in found.items()}


def _waiting(suggestion_ids: list[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for begin in range(0, len(suggestion_ids), 500):
        found |= overviews.people_waiting_for_each(suggestion_ids[begin : begin + 500])
    return found


def _nudges(promise_ids: list[int]) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    for begin in range(0, len(promise_ids), 500):
        statement = (
            sa.select(Nudge.promise_id, Nudge.version, sa.func.count().label("count"))
            .where(Nudge.promise_id.in_(promise_ids[begin : begin + 500]))
            .group_by(Nudge.promise_id, Nudge.version)
        )
        found |= {(row.promise_id, row.version): int(row.count) for row in db.session.execute(statement)}  # type: ignore[call-overload]
    return found


def _rang(versions: dict[int, int]) -> dict[int, dict[int, set[int]]]:
    """Promise → whom a rung of its present date was owed to, and in whose place."""
    found: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    ids = list(versions)
    for begin in range(0, len(ids), 500):
        statement = sa.select(Notice.promise_id, Notice.version, Notice.person_id, Notice.facts).where(
            Notice.promise_id.in_(ids[begin : begin + 500]),
            Notice.kind == "rung",
            Notice.channel == Channel.EMAIL,
            sa.or_(Notice.state != NoticeState.SKIPPED, Notice.reason == IN_THIS_MORNINGS_MAIL),
        )
        for row in db.session.execute(statement):
            if versions.get(row.promise_id) == row.version:
                found[row.promise_id][row.person_id].update(row.facts.get(INSTEAD_OF, ()))
    return found
