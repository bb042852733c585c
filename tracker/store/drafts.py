"""Half-written texts, kept so that they go on on another device. Each is its person's alone: nobody else reads it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.base import Base, Plain, closed_enum, db, is_sqlite, pk, ref
from tracker.store.suggestions import Suggestion


class DraftPurpose(StrEnum):
    """What it is to become."""

    RAISE = "raise"
    ANSWER = "answer"


class Draft(Base):
    __tablename__ = "draft"

    id: Mapped[int] = pk()
    person_id: Mapped[int] = ref("person.id")
    team_id: Mapped[int] = ref("team.id")
    purpose: Mapped[DraftPurpose] = mapped_column(closed_enum(DraftPurpose))
    #: the suggestion an answer is for, or which raising was put aside for; none while raising
    suggestion_id: Mapped[int | None] = ref("suggestion.id")
    #: purpose and suggestion in one text ("answer:17"), so that one person has one draft for one thing
    about: Mapped[str] = mapped_column(sa.String(40))
    #: what was typed and chosen, by the names of the form's fields
    fields: Mapped[dict[str, Any]] = mapped_column(Plain, default=dict)
    changed_at: Mapped[datetime]

    __table_args__ = (
        sa.UniqueConstraint("person_id", "team_id", "about"),
        sa.Index("ix_draft_changed_at", "changed_at"),  # housekeeping: those that are old
    )


def about(purpose: DraftPurpose, suggestion_id: int | None) -> str:
    return purpose.value if suggestion_id is None else f"{purpose.value}:{suggestion_id}"


def _is(person_id: int, team_id: int, purpose: DraftPurpose, suggestion_id: int | None) -> tuple[Any, ...]:
    return (
        Draft.person_id == person_id,
        Draft.team_id == team_id,
        Draft.about == about(purpose, suggestion_id),
    )


def of(person_id: int, team_id: int, purpose: DraftPurpose, suggestion_id: int | None = None) -> Draft | None:
    """This person's draft for this, if there is one."""
    return db.session.scalar(sa.select(Draft).where(*_is(person_id, team_id, purpose, suggestion_id)))


def asides_of(person_id: int, team_id: int) -> list[Draft]:
    """What this person was raising and put aside because it was there already, the newest first."""
    where = (
        Draft.person_id == person_id,
        Draft.team_id == team_id,
        Draft.purpose == DraftPurpose.RAISE,
        Draft.suggestion_id.is_not(None),
    )
    return list(db.session.scalars(sa.select(Draft).where(*where).order_by(Draft.changed_at.desc(), Draft.id)))


def take_up(draft: Draft, *, now: datetime) -> None:
    """Raising goes on with what was put aside; what stands in the form meanwhile changes places with it."""
    place = draft.suggestion_id
    current = of(draft.person_id, draft.team_id, DraftPurpose.RAISE)
    if current is not None:
        current.about = "on its way"  # one person has one draft for one thing, also between two statements
        db.session.flush()
    draft.suggestion_id, draft.about, draft.changed_at = None, about(DraftPurpose.RAISE, None), now
    db.session.flush()
    if current is not None:
        current.suggestion_id, current.about, current.changed_at = place, about(DraftPurpose.RAISE, place), now
        db.session.flush()


def answers_of(person_id: int, team_id: int, visible: sa.ColumnElement[bool]) -> dict[int, Draft]:
    """Suggestion → this person's half-written answer to it, where the suggestion fulfils the condition."""
    statement = (
        sa.select(Draft)
        .join(Suggestion, Suggestion.id == Draft.suggestion_id)
        .where(Draft.person_id == person_id, Draft.team_id == team_id, Draft.purpose == DraftPurpose.ANSWER, visible)
    )
    return {row.suggestion_id: row for row in db.session.scalars(statement) if row.suggestion_id is not None}


def writers_of(suggestion_id: int, *, since: datetime, but: int) -> list[int]:
    """Who else has written an answer to this on since then, the first of them first."""
    where = (
        Draft.suggestion_id == suggestion_id,
        Draft.purpose == DraftPurpose.ANSWER,
        Draft.changed_at > since,
        Draft.person_id != but,
    )
    return list(db.session.scalars(sa.select(Draft.person_id).where(*where).order_by(Draft.changed_at, Draft.id)))


def answers_to(suggestion_id: int, person_id: int, *, since: datetime) -> tuple[Draft | None, list[int]]:
    """This person's half-written answer to it, and who else has written on since then, in one query."""
    where = (
        Draft.suggestion_id == suggestion_id,
        Draft.purpose == DraftPurpose.ANSWER,
        sa.or_(Draft.person_id == person_id, Draft.changed_at > since),
    )
    found = list(db.session.scalars(sa.select(Draft).where(*where).order_by(Draft.changed_at, Draft.id)))
    own = next((draft for draft in found if draft.person_id == person_id), None)
    return own, [draft.person_id for draft in found if draft.person_id != person_id]


def taken_in(team_id: int, *, since: datetime, but: int) -> frozenset[int]:
    """Suggestions of a team to which somebody else has written on since then."""
    where = (
        Draft.team_id == team_id,
        Draft.purpose == DraftPurpose.ANSWER,
        Draft.changed_at > since,
        Draft.person_id != but,
    )
    return frozenset(i for i in db.session.scalars(sa.select(Draft.suggestion_id).where(*where)) if i is not None)


def put(
    person_id: int,
    team_id: int,
    purpose: DraftPurpose,
    suggestion_id: int | None,
    *,
    fields: Mapping[str, Any],
    now: datetime,
) -> Draft:
    """Write it, or write over what was there. Two devices at once: the later words stay."""
    values = {"fields": dict(fields), "changed_at": now}
    insert = (sqlite.insert if is_sqlite() else postgresql.insert)(Draft)
    statement = insert.values(
        person_id=person_id,
        team_id=team_id,
        purpose=purpose,
        suggestion_id=suggestion_id,
        about=about(purpose, suggestion_id),
        **values,
    )
    statement = statement.on_conflict_do_update(index_elements=["person_id", "team_id", "about"], set_=values)
    found = db.session.scalars(statement.returning(Draft), execution_options={"populate_existing": True})
    return found.one()


def delete(person_id: int, team_id: int, purpose: DraftPurpose, suggestion_id: int | None = None) -> bool:
    """Whether there was one."""
    where = _is(person_id, team_id, purpose, suggestion_id)
    return bool(db.session.execute(sa.delete(Draft).where(*where)).rowcount)  # type: ignore[attr-defined]


def delete_before(moment: datetime) -> int:
    """Those that nobody has touched since then. Returns how many."""
    return int(db.session.execute(sa.delete(Draft).where(Draft.changed_at < moment)).rowcount)  # type: ignore[attr-defined]
