"""Who answers, and who hears of a rung: people who are there, never nobody, never the person it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from tracker.domain.ladder import BALL_BACK, DEPUTIES, EVERYBODY, OWNERS
from tracker.domain.promise_value import PromiseKind


class DutyRule(StrEnum):
    """Who gets what nobody has taken."""

    ONE = "one"  # one person, by default the first manager
    TURNS = "turns"  # the managers in turn, a week each
    ALL = "all"  # everybody with the role manager; owners are not managers here


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The people of a team by their ids, in a stable order, and who stands in for whom.

    ``managers``, ``owners`` and ``members`` are the people with that role; ``admins`` are the site's. Who is disabled
    or has left may be missing from them or stand in ``gone``.
    """

    managers: tuple[int, ...] = ()
    owners: tuple[int, ...] = ()
    admins: tuple[int, ...] = ()
    members: tuple[int, ...] = ()
    #: The deputy that each manager or owner names.
    deputies: Mapping[int, int] = field(default_factory=dict)
    absent: frozenset[int] = frozenset()
    #: Who answers meanwhile, chosen for one absence; goes before the deputy.
    stand_ins: Mapping[int, int] = field(default_factory=dict)
    gone: frozenset[int] = frozenset()
    rule: DutyRule = DutyRule.ONE
    duty_person: int | None = None
    #: A running number of weeks, for turns: see ``week_number``.
    week: int = 0
    trusted: int | None = None

    def without(self, *people: int) -> Roster:
        """The roster when these cannot be reached: left, bounced, unsubscribed."""
        return replace(self, gone=self.gone | frozenset(people))

    @property
    def is_anybody_there(self) -> bool:
        """Whether somebody of the team can answer: otherwise it falls to whoever looks after the site."""
        return not {*self.managers, *self.owners} <= self.absent | self.gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What duty has to know of a promise and its suggestion."""

    kind: PromiseKind = PromiseKind.ANSWER
    owed_by: int | None = None
    assignee: int | None = None
    #: The author and the co-authors.
    authors: frozenset[int] = frozenset()
    #: The person the suggestion is about.
    about: int | None = None
    #: Whether that person was managing or owning the team when it was raised: a later role opens no door.
    is_sealed: bool = False
    #: Who gave the answer that was contested, while the new one is owed.
    contested_answerer: int | None = None


def week_number(day: date) -> int:
    """A number that goes up by one every Monday and never starts anew, as week 1 of a year would."""
    return (day.toordinal() - 1) // 7


def on_duty(case: Case, roster: Roster) -> tuple[int, ...]:
    """Who owes the promise now, in a stable order; empty only when nobody at all is left (see ``may_be_raised``)."""
    return _Search(case, roster).on_duty()


def told(rung: int, case: Case, roster: Roster) -> tuple[int, ...]:
    """Who is owed this rung, in a stable order: on duty, then deputies, then owners, then all managers.

    A question's rungs go to who was asked; with the last one, where the ball comes back, also to who is on duty.
    """
    if case.kind is not PromiseKind.CLARIFY:
        return _Search(case, roster).told(rung)
    asked = tuple(_set_of(case.owed_by) - roster.gone) or tuple(sorted(case.authors - roster.gone))
    return asked if rung < BALL_BACK else _once(asked, on_duty(replace(case, kind=PromiseKind.ANSWER), roster))


def deputies_of(people: Iterable[int], case: Case, roster: Roster) -> tuple[int, ...]:
    """Who steps in for these people at the third rung: each one's deputy, all other managers where there is none."""
    return _Search(case, roster).deputies_of(tuple(people))


def may_be_raised(case: Case, roster: Roster) -> bool:
    """Whether somebody is left who can answer. About a person and nobody left: nothing is stored."""
    return bool(on_duty(case, roster))


class _Search:
    """One question asked of one roster: who comes in question, who is not there, who comes instead."""

    def __init__(self, case: Case, roster: Roster) -> None:
        self.case = case
        self.roster = roster
        self.leading = frozenset(roster.managers) | frozenset(roster.owners)
        self.is_sealed = case.is_sealed or case.about in self.leading
        self.in_question = self._in_question() - roster.gone - _set_of(case.about)
        self.away = roster.absent | case.authors
        #: For duty and deputies who gave a contested answer counts as away; as an owner or manager they hear of it.
        self.away_from_duty = self.away | _set_of(case.contested_answerer)

    def on_duty(self) -> tuple[int, ...]:
        """Points 1 to 3; then once more with the absent and the author allowed."""
        return self._on_duty(self.away_from_duty) or self._on_duty(frozenset())

    def told(self, rung: int) -> tuple[int, ...]:
        """Every rung adds people to the one before."""
        people = duty = self.on_duty()
        if rung >= DEPUTIES:
            people = _once(people, self.deputies_of(duty))
        if rung >= OWNERS:
            people = _once(people, self._there(self.roster.owners, self.away))
        if rung >= EVERYBODY:
            people = _once(people, self._there(self.roster.managers, self.away))
        return people

    def deputies_of(self, people: tuple[int, ...]) -> tuple[int, ...]:
        """Each one's deputy who is there; where none is named or reachable, all other managers."""
        found: tuple[int, ...] = ()
        for person in people:
            deputy = self._instead_of(person, self.away_from_duty | {*people})
            found = _once(found, deputy or self._there(self.roster.managers, self.away_from_duty | {*people}))
        return found

    def _on_duty(self, away: frozenset[int]) -> tuple[int, ...]:
        replaced: tuple[int, ...] = ()
        for person in self._chosen():
            replaced = _once(replaced, (person,) if person not in away else self._instead_of(person, away))
        if replaced:
            return replaced
        groups = (self._there(group, away) for group in self._last_groups())
        return next((group for group in groups if group), ())

    def _chosen(self) -> tuple[int, ...]:
        """Point 1: who was named, otherwise the assignee, otherwise as the team chose."""
        case = self.case
        named = case.owed_by if case.kind in (PromiseKind.DELIVER, PromiseKind.TASK) else None
        for person in (named, case.assignee):
            if person in self.in_question:
                return (person,)
        return self._chosen_by_team()

    def _chosen_by_team(self) -> tuple[int, ...]:
        roster = self.roster
        if self.is_sealed:
            return self._there(roster.owners, frozenset())
        managers = self._there(roster.managers, frozenset())
        if roster.rule is DutyRule.ONE and roster.duty_person in self.in_question:
            return (roster.duty_person,)
        if roster.rule is DutyRule.ALL or not managers:
            return managers
        return (managers[roster.week % len(managers) if roster.rule is DutyRule.TURNS else 0],)

    def _last_groups(self) -> tuple[tuple[int, ...], ...]:
        """Point 3 in its order, with the trusted person as the last one where it is about a person."""
        roster = self.roster
        trusted = tuple(_set_of(roster.trusted)) if self.case.about is not None else ()
        if self.is_sealed:
            return roster.owners, trusted
        return roster.managers, roster.owners, roster.admins, trusted

    def _in_question(self) -> frozenset[int]:
        """Point 4: about somebody who leads, the owners and the trusted person alone; otherwise everybody."""
        roster = self.roster
        if self.is_sealed:
            return frozenset(roster.owners) | _set_of(roster.trusted)
        return self.leading | {*roster.admins, *roster.members} | _set_of(roster.trusted)

    def _instead_of(self, person: int, away: frozenset[int]) -> tuple[int, ...]:
        """Point 2: the first along the chain of stand-ins and deputies who leads the team and is there; or nobody."""
        seen: set[int] = set()
        ahead = self._next_of(person)
        while ahead:
            candidate = ahead.pop(0)
            if candidate in seen:
                continue
            seen.add(candidate)
            if candidate in self.leading and candidate != person and self._there((candidate,), away):
                return (candidate,)
            ahead = self._next_of(candidate) + ahead
        return ()

    def _next_of(self, person: int) -> list[int]:
        """Who was chosen for this absence, then the deputy."""
        chosen = self.roster.stand_ins.get(person) if person in self.roster.absent else None
        return [other for other in (chosen, self.roster.deputies.get(person)) if other is not None]

    def _there(self, people: Iterable[int], away: frozenset[int]) -> tuple[int, ...]:
        """Those of them who come in question and are not away."""
        return tuple(person for person in people if person in self.in_question and person not in away)


def _set_of(person: int | None) -> frozenset[int]:
    return frozenset() if person is None else frozenset({person})


def _once(*groups: Iterable[int]) -> tuple[int, ...]:
    """All of them in their order, each once."""
    return tuple(dict.fromkeys(person for group in groups for person in group))
