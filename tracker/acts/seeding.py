"""Synthetic volume: many teams, people and suggestions at once, with a history that `tracker check` finds nothing in.

Written in bulk past the verbs, by the same pure core and the same writer of entries. Nobody is told anything.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from tracker import chance
from tracker.acts import setup
from tracker.domain import ladder as rungs
from tracker.domain import promises
from tracker.domain.budgets import PRESET_WEEKS, Budgets
from tracker.domain.ladder import Ladder
from tracker.domain.lifecycle import Kind, Role, Status, Urgency, Visibility
from tracker.domain.outcomes import due_of
from tracker.domain.promises import Promise, PromiseState
from tracker.domain.working_time import WorkingTime
from tracker.store import entries, teams
from tracker.store import promises as promise_store
from tracker.store.base import db
from tracker.store.entries import EntryKind, Via
from tracker.store.people import Person
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import HIDDEN_NUMBERS, Suggestion
from tracker.store.teams import Membership, Team

BATCH = 500
#: The history reaches back so far.
SPAN = timedelta(days=540)
#: Of a hundred suggestions.
SHARES = {Status.DONE: 45, Status.DECLINED: 15, Status.WILL_DO: 12, Status.NOT_NOW: 8, Status.WITHDRAWN: 4}
HIDDEN_OF_A_HUNDRED = 3

_THINGS = (
    "calendar", "filter", "forum", "bot", "wiki", "shift", "handover", "template", "role", "event", "lobby", "report",
    "Kalender", "Filter", "Forum", "Schicht", "Übergabe", "Vorlage", "Rolle", "Turnier", "Halle", "Meldung", "Regel",
)  # fmt: skip
_TROUBLES = (
    "is missing", "is too slow", "could be simpler", "confuses newcomers", "breaks at night", "needs two people",
    "fehlt", "ist zu langsam", "geht einfacher", "verwirrt Neue", "hängt nachts", "braucht zwei Leute",
)  # fmt: skip


@dataclass(slots=True)
class Rules:
    """One team's, read once."""

    team: Team
    calendar: WorkingTime
    ladder: Ladder
    budgets: Budgets
    members: list[int]
    managers: list[int]


@dataclass(slots=True)
class _Draft:
    """One suggestion on its way: its promises one after the other, and what is said of each step."""

    suggestion: Suggestion
    values: list[Promise] = field(default_factory=list)
    #: entry values, with the place of the promise in ``values`` that it made, changed (and ended)
    steps: list[tuple[dict[str, Any], list[tuple[int, Promise]]]] = field(default_factory=list)

    def step(
        self, at: datetime, kind: EntryKind, actor: int | None, *changed: tuple[int, Promise], **more: Any
    ) -> None:
        self.steps.append(({"at": at, "kind": kind, "actor_id": actor, **more}, list(changed)))
        for place, value in changed:
            if place == len(self.values):
                self.values.append(value)
            self.values[place] = value


def seed(
    *, team_count: int, people_count: int, suggestion_count: int, now: datetime, progress: Callable[[int], object]
) -> None:
    """Make so many, spread over the teams; commits after each batch. ``progress`` hears how many suggestions more."""
    dice = random.Random(f"{team_count}/{people_count}/{suggestion_count}")  # noqa: S311 - a story, no secret
    made = [_team(number, people_count, team_count, dice, now) for number in range(team_count)]
    for number, rules in enumerate(made):
        left = _share(suggestion_count, team_count, number)
        while left:
            size = min(BATCH, left)
            _batch(rules, size, dice, now)
            db.session.commit()
            db.session.expunge_all()
            left -= size
            progress(size)


def _share(total: int, parts: int, number: int) -> int:
    return total // parts + (number < total % parts)


# Teams and people -----------------------------------------------------------------------------------------------------


def _team(number: int, people_count: int, team_count: int, dice: random.Random, now: datetime) -> Rules:
    begun, mark = now - SPAN - timedelta(days=7), chance.token_hex(3)
    locale = ("de", "en")[number % 2]
    team = setup.found(
        f"Seed {mark} {number + 1}",
        owner=setup.Owner(name=f"Lead {number + 1}", email=f"lead@{mark}.seed.example"),
        timezone=("Europe/Berlin", "Europe/London", "America/New_York")[number % 3],
        locale=locale,
        week=PRESET_WEEKS[("office", "evenings", "always")[number % 3]],
        answer_within=(2, 1, 5)[number % 3],
        now=begun,
    )
    count = max(_share(people_count, team_count, number) - 1, 1)
    persons = [
        Person(email=f"p{n}@{mark}.seed.example", name=f"Person {number + 1}.{n}", locale=locale, created_at=begun)
        for n in range(1, count + 1)
    ]
    db.session.add_all(persons)
    db.session.flush()
    leading = max(count // 20, 1)
    roles = [Role.MANAGER] * leading + [Role.MEMBER] * (count - leading)
    rows = [
        {"team_id": team.id, "person_id": person.id, "role": role, "joined_at": begun, "is_waiting": False}
        for person, role in zip(persons, roles, strict=True)
    ]
    db.session.execute(sa.insert(Membership), rows)
    db.session.commit()
    ids = [person.id for person in persons]
    rules = Rules(
        team=team,
        calendar=teams.working_time(team.calendar),
        ladder=teams.ladder(team.policy),
        budgets=Budgets.from_plain(team.policy.budgets),
        members=ids[leading:] or ids,
        managers=ids[:leading],
    )
    db.session.expunge_all()
    return rules


# Suggestions ----------------------------------------------------------------------------------------------------------


def _batch(rules: Rules, size: int, dice: random.Random, now: datetime) -> None:
    team = db.session.get_one(Team, rules.team.id)
    hidden = [dice.randrange(100) < HIDDEN_OF_A_HUNDRED for _ in range(size)]
    first = team.next_number
    team.next_number += size - sum(hidden)
    visible = iter(range(first, team.next_number))
    drafts = [_draft(rules, None if is_hidden else next(visible), dice, now) for is_hidden in hidden]
    db.session.add_all([draft.suggestion for draft in drafts])
    db.session.flush()
    rows = [[_row(rules, draft.suggestion.id, value) for value in draft.values] for draft in drafts]
    db.session.add_all([row for mine in rows for row in mine])
    db.session.flush()
    written = [
        values for draft, mine in zip(drafts, rows, strict=True) for values in _entries(draft, [row.id for row in mine])
    ]
    made = entries.append_all(written)
    by_id = {draft.suggestion.id: draft.suggestion for draft in drafts}
    for entry in made:
        if entry.kind is EntryKind.ANSWER:
            by_id[entry.suggestion_id].answer_entry_id = entry.id
    db.session.flush()


def _row(rules: Rules, suggestion_id: int, value: Promise) -> PromiseRow:
    return promise_store.made(
        value,
        suggestion_id=suggestion_id,
        team_id=rules.team.id,
        calendar_id=rules.team.calendar_id or 0,
        policy_id=rules.team.policy_id or 0,
        calendar=rules.calendar,
        ladder=rules.ladder,
    )


def _entries(draft: _Draft, ids: list[int]) -> Iterator[dict[str, Any]]:
    for values, changed in draft.steps:
        logged = [{"id": ids[place], **value.to_facts()} for place, value in changed]
        facts = dict(values.get("facts", {}))
        if logged:
            facts["promise"] = logged[-1]
        if logged[:-1]:
            facts["also"] = logged[:-1]
        yield (
            {"via": Via.WEB, "text": "", "is_internal": False, "suggestion_id": draft.suggestion.id}
            | values
            | {"facts": facts}
        )


def _draft(rules: Rules, number: int | None, dice: random.Random, now: datetime) -> _Draft:
    """One suggestion with its history: raised, perhaps discussed, and in one of the statuses."""
    author = dice.choice(rules.members)
    urgency = dice.choices(list(Urgency), weights=(3, 15, 70, 12))[0]
    budget = rules.budgets.of(urgency)
    status = dice.choices([*SHARES, Status.OPEN], weights=[*SHARES.values(), 100 - sum(SHARES.values())])[0]
    # What is still open was raised lately: most of it is not late yet.
    back = timedelta(days=3) if status is Status.OPEN else SPAN
    raised_at = now - timedelta(seconds=dice.randrange(3600, int(back.total_seconds())))
    raised_at = raised_at.replace(microsecond=0)
    suggestion = Suggestion(
        team_id=rules.team.id,
        number=number or dice.randrange(HIDDEN_NUMBERS.start, HIDDEN_NUMBERS.stop),
        title=f"{dice.choice(_THINGS)} {dice.choice(_TROUBLES)}",
        body=" ".join(dice.choices(_THINGS, k=20)),
        kind=dice.choice([Kind.IDEA, Kind.PROBLEM, Kind.QUESTION]),
        urgency=urgency,
        status=status,
        visibility=Visibility.TEAM if number else Visibility.MANAGERS,
        author_id=author,
        raised_at=raised_at,
        changed_at=raised_at,
    )
    draft = _Draft(suggestion)
    value = promises.answer(budget=budget, calendar=rules.calendar, now=raised_at)
    draft.step(raised_at, EntryKind.RAISED, author, (0, value), facts={"urgency": urgency.value})
    if dice.random() < 0.4:
        draft.step(
            raised_at + timedelta(minutes=dice.randrange(5, 50)), EntryKind.COMMENT, dice.choice(rules.members),
            text=f"{dice.choice(_THINGS)} {dice.choice(_TROUBLES)}",
        )  # fmt: skip
    _go_on(draft, rules, status, dice, now)
    return draft


def _go_on(draft: _Draft, rules: Rules, status: Status, dice: random.Random, now: datetime) -> None:
    suggestion, value = draft.suggestion, draft.values[0]
    if status is Status.OPEN:
        _ring(draft, rules, 0, now)
        return
    # A tenth is answered late.
    used = dice.uniform(0.1, 0.95) if dice.random() < 0.9 else dice.uniform(1.1, 2.0)
    at = min(rules.calendar.add(value.made_at, (value.budget or timedelta()) * used), now)
    manager = dice.choice(rules.managers)
    suggestion.changed_at = at
    if status is Status.WITHDRAWN:
        suggestion.closed_at = at
        draft.step(at, EntryKind.WITHDRAWN, suggestion.author_id, (0, promises.withdraw(value, now=at)))
        return
    said: dict[str, Any] = {"outcome": status.value}
    changed = [(0, promises.keep(value, now=at))]
    suggestion.answered_at = at
    if status in (Status.DONE, Status.DECLINED):
        suggestion.closed_at = at
    else:
        on = (now + timedelta(days=dice.randrange(2, 90))).astimezone(rules.calendar.zone).date()
        said |= {"on": on.isoformat()} | ({"who": manager} if status is Status.WILL_DO else {})
        due_at = due_of(on, rules.calendar)
        given = (
            promises.deliver(owed_by=manager, due_at=due_at, now=at)
            if status is Status.WILL_DO
            else promises.revisit(due_at=due_at, now=at)
        )
        changed.append((1, given))
    text = f"{dice.choice(_THINGS)} {dice.choice(_TROUBLES)}"
    draft.step(at, EntryKind.ANSWER, manager, *changed, facts=said, text=text)
    if len(changed) > 1:
        _ring(draft, rules, 1, now)


def _ring(draft: _Draft, rules: Rules, place: int, now: datetime) -> None:
    """What the ladder has done until now, as one entry, so that the first sweep finds nothing to catch up."""
    climb = rungs.climb(draft.values[place], rules.calendar, rules.ladder, now=now)
    if climb is None or climb.promise.state is not PromiseState.OPEN:
        return
    facts = {"rung": climb.rung, "to": rules.managers[:1]}
    draft.step(now, EntryKind.FOLLOW_UP, None, (place, climb.promise), facts=facts, via=Via.WORKER)
