"""Finding suggestions by what was written in them: one interface, the same answers on SQLite and PostgreSQL.

Every word has to occur somewhere in a suggestion (title, body, answers, comments), a phrase within one text. Whoever
asks hands over what they may see; notes and answers that were taken back are looked through only for those who handle
the suggestion they stand in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from tracker.domain import duty, ladder
from tracker.domain import tags as tag_rules
from tracker.domain.errors import N_, BadInput
from tracker.domain.lifecycle import Status, WaitingOn, waiting_on
from tracker.domain.promises import PromiseKind, PromiseState
from tracker.domain.search_query import Days, Narrowed, Query, Term, days_of
from tracker.domain.search_query import Person as Meant
from tracker.domain.search_words import DueWord, Filter, plain
from tracker.store import rosters, search_terms, tags, teams
from tracker.store.base import db
from tracker.store.entries import Entry
from tracker.store.people import Person
from tracker.store.promises import PromiseRow
from tracker.store.search_terms import Sought
from tracker.store.search_texts import SearchText, What, matches
from tracker.store.suggestions import CoAuthor, Suggestion
from tracker.store.teams import Membership, Team

Condition = sa.ColumnElement[bool]

#: So many dates that are owed are looked through for whom they are with, the soonest first.
MOST_OWED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who looks, where, and when. The conditions are ``access.visible_to`` and ``access.handled_by`` of this person."""

    person_id: int
    team: Team
    visible: Condition
    handled: Condition
    now: datetime
    #: in which this person's days begin and end
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was found: the text, and the entry it stands in (none for title and body)."""

    what: What
    entry: Entry | None
    is_internal: bool


@dataclass(slots=True)
class Found:
    """One page of what was found, and how many there are altogether."""

    suggestions: list[Suggestion]
    count: int
    sought: list[Sought]
    #: suggestion -> where; the title is left out
    places: dict[int, list[Place]] = field(default_factory=lambda: defaultdict(list))


def page(
    query: Query,
    asker: Asker,
    *,
    among: Iterable[Condition] = (),
    by_answer: bool = False,
    offset: int = 0,
    limit: int = 20,
) -> Found:
    """What fits the whole query: first what has all the words in its title, then the newest.

    ``among`` narrows it further; ``by_answer`` orders by the day of the answer instead, the latest first. Raises
    ``BadInput`` for a person or a tag that the team does not have.
    """
    wanted = [one for term in query.terms if not term.is_not for one in _sought(term)]
    where = [Suggestion.team_id == asker.team.id, asker.visible, *among, *conditions(query, asker)]
    count = db.session.scalar(sa.select(sa.func.count()).select_from(Suggestion).where(*where)) or 0
    order: list[sa.ColumnElement[Any]] = [Suggestion.answered_at.desc()] if by_answer else _title_first(wanted)
    statement = sa.select(Suggestion).where(*where).order_by(*order, Suggestion.id.desc()).offset(offset).limit(limit)
    found = Found(list(db.session.scalars(statement)) if count else [], int(count), wanted)
    _add_places(found, asker)
    return found


def conditions(query: Query, asker: Asker) -> list[Condition]:
    """The query as conditions on ``suggestion``, for lists that are narrowed by it. What may be seen is not in them."""
    made: list[Condition] = []
    for term in query.terms:
        inside = sa.and_(*(_occurs(one, asker) for one in _sought(term)))
        made.append(sa.not_(inside) if term.is_not else inside)
    if query.numbers:
        made.append(Suggestion.number.in_(query.numbers))
    for one in query.filters:
        condition = _filter(one, asker)
        made.append(sa.not_(condition) if one.is_not else condition)
    return made


def _sought(term: Term) -> list[Sought]:
    return search_terms.sought(term.text, is_exact=term.is_phrase, is_prefix=term.is_prefix)


# Words ----------------------------------------------------------------------------------------------------------------


def _occurs(one: Sought, asker: Asker) -> Condition:
    """Somewhere in the suggestion; in what is internal only for who handles it."""
    return sa.or_(
        Suggestion.id.in_(_with(one, is_internal=False)),
        sa.and_(Suggestion.id.in_(_with(one, is_internal=True)), asker.handled),
    )


def _with(one: Sought, *, is_internal: bool) -> sa.Select[int]:
    return sa.select(SearchText.suggestion_id).where(SearchText.is_internal.is_(is_internal), matches(one))


def _title_first(wanted: Sequence[Sought]) -> list[sa.ColumnElement[Any]]:
    if not wanted:
        return []
    in_title = sa.select(SearchText.suggestion_id).where(SearchText.what == What.TITLE, matches(*wanted))
    return [sa.case((Suggestion.id.in_(in_title), 0), else_=1)]


# Where ----------------------------------------------------------------------------------------------------------------


def _add_places(found: Found, asker: Asker) -> None:
    """For each suggestion of the page the first text of each sort that something stands in; two queries."""
    ids = [s.id for s in found.suggestions]
    if not ids or not found.sought:
        return
    handled = sa.select(Suggestion.id).where(Suggestion.id.in_(ids), asker.handled)
    columns = (SearchText.suggestion_id, SearchText.what, SearchText.is_internal)
    statement = (
        sa.select(*columns, sa.func.min(SearchText.entry_id))
        .where(
            SearchText.suggestion_id.in_(ids),
            SearchText.what != What.TITLE,
            sa.or_(*(matches(one) for one in found.sought)),
            sa.or_(sa.not_(SearchText.is_internal), SearchText.suggestion_id.in_(handled)),
        )
        .group_by(*columns)
    )
    rows = list(db.session.execute(statement))
    entries = _entries({row[3] for row in rows if row[3]})
    for suggestion_id, what, is_internal, entry_id in sorted(rows, key=lambda row: (row[2], list(What).index(row[1]))):
        found.places[suggestion_id].append(Place(what, entries.get(entry_id), is_internal))


def _entries(ids: Collection[int]) -> dict[int, Entry]:
    if not ids:
        return {}
    return {entry.id: entry for entry in db.session.scalars(sa.select(Entry).where(Entry.id.in_(ids)))}


# Filters --------------------------------------------------------------------------------------------------------------


def _filter(one: Narrowed, asker: Asker) -> Condition:
    value = one.value
    if one.by is Filter.AUTHOR and isinstance(value, Meant):
        return _is_by(_people(value, asker))
    if one.by is Filter.WAITING:
        return _waits_for(_people(value, asker), asker) if isinstance(value, Meant) else _in_turn(WaitingOn(str(value)))
    if one.by is Filter.DUE:
        return _due(value, asker)
    if one.by is Filter.TAG:
        return tags.has(_tag(str(value), asker))
    columns = {Filter.KIND: Suggestion.kind, Filter.URGENCY: Suggestion.urgency, Filter.STATUS: Suggestion.status}
    return columns[one.by].in_(value if isinstance(value, frozenset) else [value])


def _people(meant: Meant, asker: Asker) -> list[int]:
    """Everybody who is, or was, in the team and whose name, or a part of it, begins so. Raises ``BadInput``."""
    if meant.is_me:
        return [asker.person_id]
    word = plain(meant.given)
    rows = sa.select(Person.id, Person.name).join(Membership, Membership.person_id == Person.id)
    names = db.session.execute(rows.where(Membership.team_id == asker.team.id, sa.not_(Membership.is_waiting)))
    found = [
        person_id
        for person_id, name in names
        if plain(name).startswith(word) or any(plain(part).startswith(word) for part in name.split())
    ]
    if not found:
        raise BadInput(N_("Nobody in the team is called “%(given)s”."), field="q", given=meant.given)
    return found


def _tag(given: str, asker: Asker) -> str:
    """The folded name of a tag on something that the asker can see. Raises ``BadInput``."""
    wanted = [tag_rules.folded(name) for name in tag_rules.split(given)]
    for tag in tags.in_use(asker.team.id, asker.visible):
        if tag.folded in wanted or plain(tag.name) == plain(given):
            return tag.folded
    raise BadInput(N_("There is no tag “%(given)s” here."), field="q", given=given)


def _is_by(people: Collection[int]) -> Condition:
    joined = sa.exists().where(CoAuthor.suggestion_id == Suggestion.id, CoAuthor.person_id.in_(people))
    return sa.or_(Suggestion.author_id.in_(people), joined)


def _in_turn(turn: WaitingOn) -> Condition:
    return Suggestion.status.in_([status for status in Status if waiting_on(status) is turn])


def _waits_for(people: Collection[int], asker: Asker) -> Condition:
    """With them, as its own page says it: on duty for what the team owes, or asked as its author."""
    is_with_the_team = sa.or_(_in_turn(WaitingOn.MANAGERS), _in_turn(WaitingOn.ASSIGNEE))
    owed = rosters.owed_in(asker.team.id, sa.and_(asker.visible, is_with_the_team), limit=MOST_OWED)
    roster = rosters.roster(asker.team, now=asker.now)
    theirs = [one.suggestion_id for one in owed if not {*people}.isdisjoint(duty.on_duty(one.case, roster))]
    asked = sa.and_(Suggestion.status == Status.ASKED, _is_by(people))
    return sa.or_(Suggestion.id.in_(theirs), asked)


def _owes(*where: Condition) -> Condition:
    return sa.exists().where(
        PromiseRow.suggestion_id == Suggestion.id,
        PromiseRow.state == PromiseState.OPEN,
        PromiseRow.kind != PromiseKind.TASK,
        *where,
    )


def _due(value: object, asker: Asker) -> Condition:
    if value is DueWord.LATE:
        return _owes(PromiseRow.due_at < asker.now, PromiseRow.kind != PromiseKind.CLARIFY)
    today = asker.now.astimezone(asker.zone).date()
    days = days_of(value, today) if isinstance(value, DueWord) else value
    if not isinstance(days, Days):
        raise TypeError(f"a date was expected, not {value!r}")
    # A day ends with its last instant: what is due when it ends belongs to it.
    after = _midnight(days.first, asker.zone) if days.first is not None else None
    until = _midnight(days.last + timedelta(days=1), asker.zone) if days.last is not None else None
    where = [PromiseRow.due_at > after] if after is not None else []
    where += [PromiseRow.due_at <= until] if until is not None else []
    coming_back = [
        suggestion_id
        for suggestion_id, at in _coming_back(asker.team)
        if (after is None or at > after) and (until is None or at <= until)
    ]
    return sa.or_(_owes(PromiseRow.kind != PromiseKind.CLARIFY, *where), Suggestion.id.in_(coming_back))


def _coming_back(team: Team) -> list[tuple[int, datetime]]:
    """What waits for its author, and when it comes back: the day on its page. The calendar knows it, no column does."""
    asked = (PromiseRow.team_id == team.id, PromiseRow.state == PromiseState.OPEN)
    statement = sa.select(PromiseRow).where(*asked, PromiseRow.kind == PromiseKind.CLARIFY)
    rows = db.session.scalars(statement.order_by(PromiseRow.due_at, PromiseRow.id).limit(MOST_OWED))
    calendar, steps = teams.working_time(team.calendar), teams.ladder(team.policy)
    back = [(row.suggestion_id, ladder.rung_at(ladder.BALL_BACK, row.value, calendar, steps)) for row in rows]
    return [(suggestion_id, at) for suggestion_id, at in back if at is not None]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


# Answers --------------------------------------------------------------------------------------------------------------


def answers_of(found: Collection[Suggestion]) -> dict[int, Entry]:
    """The answers in force of these suggestions, by their ids; one query."""
    return _entries({s.answer_entry_id for s in found if s.answer_entry_id is not None})
