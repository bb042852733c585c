"""Who may do what: one function per question, and the one rule that lives in a query: who can see a suggestion.

What is out of reach looks as if it were not there (``OutOfReach``, 404); what is seen but not allowed,
``NotAllowed``.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload

from tracker.domain.errors import N_, NotAllowed, OutOfReach
from tracker.domain.lifecycle import Role, Visibility, may_edit
from tracker.domain.promises import PromiseKind
from tracker.store import entries, suggestions, teams
from tracker.store.attachments import Attachment
from tracker.store.base import db
from tracker.store.entries import Entry, EntryKind
from tracker.store.people import Person
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import CoAuthor, Reader, Suggestion
from tracker.store.teams import Membership, Team

NOT_THERE = N_("It is not there, or it is not for you.")
MANAGING = (Role.MANAGER, Role.OWNER)
Admin = aliased(Person)
PersonId = int | InstrumentedAttribute[int]  # one person's id, or the column of many


# Seeing ---------------------------------------------------------------------------------------------------------------


def _exists(*where: sa.ColumnElement[bool] | InstrumentedAttribute[bool]) -> sa.ColumnElement[bool]:
    """A subquery about the suggestion and the person of the query around it, however deep it stands in there."""
    return sa.exists().where(*where).correlate(Suggestion, Person)


def _is_in_team(person_id: PersonId, *roles: Role) -> sa.ColumnElement[bool]:
    where = [
        Membership.team_id == Suggestion.team_id,
        Membership.person_id == person_id,
        Membership.left_at.is_(None),
        sa.not_(Membership.is_waiting),
    ]
    if roles:
        where.append(Membership.role.in_(roles))
    return _exists(*where)


def _is_author(person_id: PersonId) -> sa.ColumnElement[bool]:
    joined = _exists(CoAuthor.suggestion_id == Suggestion.id, CoAuthor.person_id == person_id)
    return sa.or_(Suggestion.author_id == person_id, joined)


def _handles(person_id: PersonId) -> sa.ColumnElement[bool]:
    """Managers and owners; about a manager the owners only; and who was let in to answer."""
    let_in = _exists(
        Reader.suggestion_id == Suggestion.id, Reader.person_id == person_id, Reader.why.in_(("trusted", "admin"))
    )
    return sa.or_(
        sa.and_(sa.not_(Suggestion.is_sealed), _is_in_team(person_id, *MANAGING)),
        sa.and_(Suggestion.is_sealed, _is_in_team(person_id, Role.OWNER)),
        let_in,
    )


def _visible(person_id: PersonId) -> sa.ColumnElement[bool]:
    reader = _exists(Reader.suggestion_id == Suggestion.id, Reader.person_id == person_id)
    in_team = sa.and_(
        _is_in_team(person_id),
        sa.or_(Suggestion.visibility == Visibility.TEAM, _is_author(person_id), _handles(person_id), reader),
    )
    # a site admin stands outside the teams, and sees only what came to them because nobody else was left
    admin = _exists(
        Reader.suggestion_id == Suggestion.id,
        Reader.person_id == person_id,
        Reader.why == "admin",
        Admin.id == Reader.person_id,
        Admin.is_site_admin,
    )
    not_about = sa.or_(Suggestion.about_person_id.is_(None), Suggestion.about_person_id != person_id)
    return sa.and_(not_about, sa.or_(in_team, admin))


# To build the condition takes longer than to ask with it, and a page asks a dozen times. It never changes, and neither
# do the questions that are made of it.


@lru_cache(maxsize=512)
def visible_to_one(person_id: int) -> sa.ColumnElement[bool]:
    """The same as ``visible_to``, where only their id is at hand."""
    return _visible(person_id)


@lru_cache(maxsize=512)
def _handled_by(person_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(visible_to_one(person_id), _handles(person_id))


def visible_to(person: Person) -> sa.ColumnElement[bool]:
    """The one condition on ``suggestion`` for lists, search, digests, counts, notices and ``can_see`` alike."""
    return visible_to_one(person.id)


def handled_by(person: Person) -> sa.ColumnElement[bool]:
    """Suggestions this person answers for: seen, and seen as one who manages it."""
    return _handled_by(person.id)


def _whether(condition: sa.ColumnElement[bool]) -> sa.Select[int]:
    """One row where the suggestion ``suggestion`` fulfils it."""
    return sa.select(sa.literal(1)).where(Suggestion.id == sa.bindparam("suggestion"), condition)


@lru_cache(maxsize=512)
def _whether_seen_by(person_id: int) -> sa.Select[int]:
    return _whether(visible_to_one(person_id))


@lru_cache(maxsize=512)
def _whether_handled_by(person_id: int) -> sa.Select[int]:
    return _whether(_handled_by(person_id))


@cache
def _whether_for_all() -> sa.Select[int]:
    return _whether(
        sa.and_(
            Suggestion.visibility == Visibility.TEAM,
            Suggestion.about_person_id.is_(None),
            sa.not_(Suggestion.is_sealed),
        )
    )


def _holds(question: sa.Select[int], suggestion: Suggestion) -> bool:
    return db.session.scalar(question, {"suggestion": suggestion.id}) is not None


def can_see(person: Person | None, suggestion: Suggestion) -> bool:
    return person is not None and person.active and _holds(_whether_seen_by(person.id), suggestion)


@cache
def _those_among(*, handling: bool) -> sa.Select[int]:
    """The ids of those among ``people`` who see the suggestion ``suggestion``, or handle it."""
    seeing = (Suggestion.id == sa.bindparam("suggestion"), _visible(Person.id))
    fulfilling = sa.exists().where(*seeing, *((_handles(Person.id),) if handling else ())).correlate(Person)
    return sa.select(Person.id).where(Person.id.in_(sa.bindparam("people", expanding=True)), fulfilling)


def who_can_see(suggestion: Suggestion, people: list[Person]) -> list[Person]:
    """Those of ``people`` who can see it and whose account is enabled, in one query; their order is kept."""
    return _those(suggestion, people, handling=False)


def who_can_handle(suggestion: Suggestion, people: list[Person]) -> list[Person]:
    """Those of ``people`` who may answer it, in one query; their order is kept."""
    return _those(suggestion, people, handling=True)


def _those(suggestion: Suggestion, people: list[Person], *, handling: bool) -> list[Person]:
    ids = [person.id for person in people if person.active]
    if not ids:
        return []
    rows = set(db.session.scalars(_those_among(handling=handling), {"suggestion": suggestion.id, "people": ids}))
    return [person for person in people if person.id in rows]


def can_handle(person: Person, suggestion: Suggestion) -> bool:
    """May answer, ask, note, move, assign: a manager of this suggestion."""
    return person.active and _holds(_whether_handled_by(person.id), suggestion)


def is_for_whole_team(suggestion: Suggestion) -> bool:
    """Whether everybody in the team may see it, and so whoever the team tells outside: a webhook, a chat."""
    return _holds(_whether_for_all(), suggestion)


def can_see_internal(person: Person, suggestion: Suggestion) -> bool:
    return can_handle(person, suggestion)


def is_author(person: Person, suggestion: Suggestion) -> bool:
    return suggestion.author_id == person.id or person.id in suggestions.co_author_ids(suggestion.id)


# Finding or refusing --------------------------------------------------------------------------------------------------


def find_team(person: Person, slug: str) -> tuple[Team, Membership]:
    """The team and this person's membership. Raises ``OutOfReach`` for everybody else."""
    membership = db.session.scalar(_find_team(), {"slug": slug, "person": person.id}) if person.active else None
    if membership is None:
        raise OutOfReach(NOT_THERE)
    return membership.team, membership


@cache
def _find_team() -> sa.Select[Membership]:
    return (
        sa.select(Membership)
        .join(Team, Team.id == Membership.team_id)
        .where(
            Team.slug == sa.bindparam("slug"),
            Membership.person_id == sa.bindparam("person"),
            Membership.left_at.is_(None),
            sa.not_(Membership.is_waiting),
        )
        .options(joinedload(Membership.team))
    )


def find_suggestion(person: Person, slug: str, number: int) -> Suggestion:
    """The suggestion, for somebody who can see it. Raises ``OutOfReach`` otherwise."""
    asks = person.active and 0 < number < 2**62
    found = db.session.scalar(_find_suggestion(person.id), {"slug": slug, "number": number}) if asks else None
    if found is None:
        raise OutOfReach(NOT_THERE)
    return found


@lru_cache(maxsize=512)
def _find_suggestion(person_id: int) -> sa.Select[Suggestion]:
    where = (Team.slug == sa.bindparam("slug"), Suggestion.number == sa.bindparam("number"))
    return sa.select(Suggestion).join(Team, Team.id == Suggestion.team_id).where(*where, visible_to_one(person_id))


def suggestion_numbered(person: Person, team_id: int, number: int) -> Suggestion | None:
    """The suggestion with this number in a team, where the person can see it."""
    where = (Suggestion.team_id == team_id, Suggestion.number == number, visible_to(person))
    return db.session.scalar(sa.select(Suggestion).where(*where)) if person.active else None


def find_entry(person: Person, suggestion: Suggestion, entry_id: int) -> Entry:
    """An entry of this suggestion that the person may read."""
    where: list[Any] = [Entry.id == entry_id, Entry.suggestion_id == suggestion.id]
    entry = db.session.scalar(sa.select(Entry).where(*where))
    if entry is None or (entry.is_internal and not can_see_internal(person, suggestion)):
        raise OutOfReach(NOT_THERE)
    return entry


def find_attachment(person: Person, slug: str, attachment_id: int) -> Attachment:
    """A file that the person may open: who reads the entry sees what came with it; before that it is its uploader's
    alone. Raises ``OutOfReach``."""
    statement = sa.select(Attachment).join(Team, Team.id == Attachment.team_id)
    found = db.session.scalar(statement.where(Team.slug == slug, Attachment.id == attachment_id))
    if found is None or not person.active or not _can_open(person, found):
        raise OutOfReach(NOT_THERE)
    return found


def _can_open(person: Person, attachment: Attachment) -> bool:
    entry = entries.by_id(attachment.entry_id) if attachment.entry_id is not None else None
    if entry is None:
        return attachment.uploader_id == person.id
    suggestion = suggestion_of_entry(person, entry)
    if suggestion is None:
        return False
    is_for_managers = entry.is_internal or entries.was_taken_back(entry)
    return not is_for_managers or can_see_internal(person, suggestion)


def suggestion_of_entry(person: Person, entry: Entry) -> Suggestion | None:
    """The suggestion an entry belongs to, where the person can see it."""
    where = (Suggestion.id == entry.suggestion_id, visible_to(person))
    return db.session.scalar(sa.select(Suggestion).where(*where)) if person.active else None


# Demands: each raises when the answer is no ---------------------------------------------------------------------------


def demand_sight(person: Person, suggestion: Suggestion) -> None:
    if not can_see(person, suggestion):
        raise OutOfReach(NOT_THERE)


def demand_handling(person: Person, suggestion: Suggestion) -> None:
    """Managers and owners of this suggestion."""
    demand_sight(person, suggestion)
    if not can_handle(person, suggestion):
        raise NotAllowed(N_("Only somebody who manages the team can do that."))


def demand_author(person: Person, suggestion: Suggestion) -> None:
    demand_sight(person, suggestion)
    if not is_author(person, suggestion):
        raise NotAllowed(N_("Only the person who raised it can do that."))


def can_deliver(person: Person, promise: PromiseRow | None) -> bool:
    """Is this the person who was named in the open will_do? They may say done, move it, hand it back."""
    return promise is not None and promise.kind is PromiseKind.DELIVER and promise.owed_by_id == person.id


def can_answer(person: Person, suggestion: Suggestion, promise: PromiseRow | None, *, is_done: bool) -> bool:
    """Who handles it may give any outcome; who was named in a will_do may give ``done`` for it, and nothing else."""
    return can_handle(person, suggestion) or (is_done and can_deliver(person, promise))


def can_plan(person: Person, suggestion: Suggestion, promise: PromiseRow | None) -> bool:
    """May cut what is promised into tasks, and take those back: who manages it, and who was named for it."""
    return can_deliver(person, promise) or can_handle(person, suggestion)


def demand_planning(person: Person, suggestion: Suggestion, promise: PromiseRow | None) -> None:
    demand_sight(person, suggestion)
    if not can_plan(person, suggestion, promise):
        raise NotAllowed(N_("Only somebody who manages the team, or who was named for this date, can do that."))


def demand_answering(person: Person, suggestion: Suggestion, promise: PromiseRow | None, *, is_done: bool) -> None:
    """Raises unless ``can_answer``."""
    demand_sight(person, suggestion)
    if can_answer(person, suggestion, promise, is_done=is_done):
        return
    if can_deliver(person, promise):
        raise NotAllowed(N_("You were named for this date: you can say it is done, move the date or hand it back."))
    raise NotAllowed(N_("Only somebody who manages the team can answer."))


def demand_managing(membership: Membership) -> None:
    if membership.role not in MANAGING:
        raise NotAllowed(N_("Only somebody who manages the team can do that."))


def demand_site_admin(person: Person) -> None:
    if not (person.is_site_admin and person.active):
        raise OutOfReach(NOT_THERE)


def demand_owning(membership: Membership) -> None:
    if membership.role is not Role.OWNER:
        raise NotAllowed(N_("Only a team lead can do that."))


def membership_in(person: Person, team: Team) -> Membership:
    """This person's present membership of a team. Raises ``OutOfReach``."""
    membership = teams.membership_of(team.id, person.id)
    if membership is None or not person.active:
        raise OutOfReach(NOT_THERE)
    return membership


# What a person may still take back ------------------------------------------------------------------------------------


def can_tag(person: Person, suggestion: Suggestion, *, now: datetime) -> bool:
    """Who manages it; who raised it while its words may still be edited."""
    is_fresh = suggestion.author_id == person.id and may_edit(suggestion.raised_at, now=now)
    return is_fresh or can_handle(person, suggestion)


OWN_WORDS = (EntryKind.RAISED, EntryKind.COMMENT, EntryKind.NOTE)


def is_own_words(person: Person, entry: Entry) -> bool:
    return entry.actor_id == person.id and entry.kind in OWN_WORDS
