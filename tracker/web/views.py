"""Where suggestions stand at this moment, for who looks: gathered for all of them at once, decided by the core.

Every page of suggestions begins here. What it shows is made of these values by the other ``views_…`` modules, which ask
the database nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker import access
from tracker.domain import duty, ladder
from tracker.domain.duty import Case, Roster
from tracker.domain.lifecycle import Status
from tracker.domain.promises import Promise, PromiseKind, is_late
from tracker.domain.working_time import WorkingTime
from tracker.notices import links, told
from tracker.notices.told import Carried
from tracker.notices.words import Reader
from tracker.store import lists, overviews, people, rosters, tags, teams
from tracker.store.entries import Entry, EntryKind
from tracker.store.people import Person
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team


@dataclass(frozen=True, slots=True)
class Next:
    """The rung that comes next, and whom it reaches who was not reached before."""

    rung: int
    at: datetime
    to: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One suggestion as it stands, seen by ``person``. Persons are ids; ``names`` has them all."""

    s: Suggestion
    person: Person
    now: datetime
    #: what is open: answer, deliver, revisit, or clarify while the author is asked
    open: PromiseRow | None
    #: the answer that waits meanwhile
    suspended: PromiseRow | None
    #: who owes it for the team; empty once it is closed
    duty: tuple[int, ...]
    #: who steps in for them
    deputies: tuple[int, ...]
    roster: Roster
    case: Case
    next: Next | None
    #: what mails have told about the open promise's present date
    carried: Sequence[Carried]
    #: the last question to the author
    question: Entry | None
    merged_into: int | None
    is_own: bool
    handles: bool
    names: Mapping[int, str]
    tags: Sequence[str] = ()
    #: how many different people wait for it
    waiting: int = 1

    @property
    def value(self) -> Promise | None:
        """What is open, as the core knows it."""
        return self.open.value if self.open is not None else None

    @property
    def due_at(self) -> datetime | None:
        return self.open.due_at if self.open is not None else None

    @property
    def is_late(self) -> bool:
        return self.open is not None and is_late(self.open.value, now=self.now)

    @property
    def is_asked(self) -> bool:
        return self.s.status is Status.ASKED

    @property
    def calendar(self) -> WorkingTime:
        """The team's present working time."""
        return calendar_of(self.s.team)

    @property
    def back_at(self) -> datetime | None:
        """When an open question comes back by itself."""
        value = self.value
        if not self.is_asked or value is None:
            return None
        return ladder.rung_at(ladder.BALL_BACK, value, self.calendar, teams.ladder(self.s.team.policy))

    @property
    def told_author_at(self) -> datetime | None:
        """When a mail told the author that the date has passed; none while it lies in the mailbox of this site."""
        of_author = [c for c in self.carried if c.kind == "silence" and c.person_id == self.s.author_id]
        times = [c.told_at for c in of_author if not c.is_in_mailbox]
        return min(times, default=None)

    def name(self, person_id: int | None) -> str:
        return self.names.get(person_id, "?") if person_id is not None else ""

    def name_all(self, ids: Collection[int]) -> tuple[str, ...]:
        return tuple(self.name(one) for one in ids)

    def path(self, name: str = "suggestion") -> str:
        return links.path(name, slug=self.s.team.slug, number=self.s.number)


def calendar_of(team: Team) -> WorkingTime:
    """The team's present working time."""
    return teams.working_time(team.calendar)


def gather(
    found: Sequence[Suggestion], person: Person, reader: Reader, *, more: Collection[int] = ()
) -> list[Standing]:
    """Where these suggestions stand, in their order. A bounded number of queries for each team, none for each row.

    ``more`` are persons whose names the page needs as well.
    """
    ids = [s.id for s in found]
    rows = lists.running_promises(ids)
    co_authors = overviews.co_authors_of(ids)
    handled = overviews.among(ids, access.handled_by(person))
    questions = overviews.last_entries([s.id for s in found if s.status is Status.ASKED], EntryKind.QUESTION)
    numbers = overviews.numbers_of({s.merged_into_id for s in found if s.merged_into_id is not None})
    opened = [row for of_one in rows.values() for row in of_one if row.due_at is not None]
    carried = told.carried_of([row.id for row in opened if row.due_at is not None and row.due_at < reader.now])
    known_teams = {s.team_id: s.team for s in found}
    known_rosters = {team.id: rosters.roster(team, now=reader.now) for team in known_teams.values()}
    on_them, waiting = tags.names_of(ids), overviews.people_waiting_for_each(ids)
    names = _names(found, rows, known_rosters, co_authors, questions, carried, more)
    return [
        _standing(
            s, person, reader.now, rows.get(s.id, []), known_rosters[s.team_id], co_authors.get(s.id, frozenset()),
            handles=s.id in handled, carried=carried, question=questions.get(s.id),
            merged_into=numbers.get(s.merged_into_id or 0), names=names, on_it=on_them.get(s.id, ()),
            waiting=waiting[s.id],
        )
        for s in found
    ]  # fmt: skip


def _standing(
    s: Suggestion,
    person: Person,
    now: datetime,
    rows: Sequence[PromiseRow],
    roster: Roster,
    co_authors: frozenset[int],
    *,
    handles: bool,
    carried: Mapping[int, list[Carried]],
    question: Entry | None,
    merged_into: int | None,
    names: Mapping[int, str],
    on_it: Sequence[str],
    waiting: int,
) -> Standing:
    opened = next((row for row in rows if row.due_at is not None), None)
    suspended = next((row for row in rows if row.due_at is None), None)
    owed = suspended or opened
    case = rosters.case(s, owed.value, co_authors=co_authors) if owed is not None else Case()
    is_the_teams = owed is not None and owed.kind is not PromiseKind.CLARIFY
    on_duty = duty.on_duty(case, roster) if is_the_teams else ()
    return Standing(
        s=s,
        person=person,
        now=now,
        open=opened,
        suspended=suspended,
        duty=on_duty,
        deputies=tuple(one for one in duty.deputies_of(on_duty, case, roster) if one not in on_duty),
        roster=roster,
        case=case,
        next=_next(opened, case, roster, calendar_of(s.team), s.team, now),
        carried=[c for c in carried.get(opened.id, ()) if c.version == opened.version] if opened else (),
        question=question,
        merged_into=merged_into,
        is_own=person.id == s.author_id or person.id in co_authors,
        handles=handles,
        names=names,
        tags=on_it,
        waiting=waiting,
    )


def _next(
    row: PromiseRow | None, case: Case, roster: Roster, calendar: WorkingTime, team: Team, now: datetime
) -> Next | None:
    """What the ladder does next about a late promise of the team."""
    if row is None or row.kind is PromiseKind.CLARIFY or row.due_at is None or row.due_at >= now:
        return None
    value, steps = row.value, teams.ladder(team.policy)
    rung = ladder.highest_due(value, calendar, steps, now=now) + 1
    at = ladder.rung_at(rung, value, calendar, steps)
    if at is None:
        return None
    before = duty.told(rung - 1, case, roster)
    return Next(rung, at, tuple(one for one in duty.told(rung, case, roster) if one not in before))


def _names(
    found: Sequence[Suggestion],
    rows: Mapping[int, list[PromiseRow]],
    known_rosters: Mapping[int, Roster],
    co_authors: Mapping[int, frozenset[int]],
    questions: Mapping[int, Entry],
    carried: Mapping[int, list[Carried]],
    more: Collection[int],
) -> dict[int, str]:
    """The name of everybody whom a sentence about these suggestions may need."""
    wanted: set[int] = {*more}
    for s in found:
        wanted |= {i for i in (s.author_id, s.assignee_id, s.contested_answerer_id, s.entered_by_id) if i is not None}
    for roster in known_rosters.values():
        wanted |= {*roster.managers, *roster.owners, *roster.admins}
        wanted |= {roster.trusted} if roster.trusted is not None else set()
    wanted |= {row.owed_by_id for of_one in rows.values() for row in of_one if row.owed_by_id is not None}
    wanted |= {one for persons in co_authors.values() for one in persons}
    wanted |= {entry.actor_id for entry in questions.values() if entry.actor_id is not None}
    wanted |= {one.person_id for of_one in carried.values() for one in of_one}
    return people.names(wanted)
