"""Suggestions and who has to do with them: co-authors, extra readers, votes, followers, nudges, thanks."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.domain.lifecycle import Kind, Status, Urgency, Visibility
from tracker.store.base import Base, closed_enum, db, for_update, pk, ref
from tracker.store.people import Person
from tracker.store.teams import Team

#: Suggestions that not everybody sees take a random number from here on: a missing small number would betray them.
HIDDEN_NUMBERS = range(100_000_000, 1_000_000_000)


class Suggestion(Base):
    """The current values; what happened stands in its entries."""

    __tablename__ = "suggestion"

    id: Mapped[int] = pk()
    team_id: Mapped[int] = ref("team.id")
    number: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(200))
    #: Markdown source
    body: Mapped[str] = mapped_column(sa.Text, default="")
    kind: Mapped[Kind] = mapped_column(closed_enum(Kind))
    urgency: Mapped[Urgency] = mapped_column(closed_enum(Urgency))
    status: Mapped[Status] = mapped_column(closed_enum(Status), default=Status.OPEN)
    visibility: Mapped[Visibility] = mapped_column(closed_enum(Visibility), default=Visibility.TEAM)
    #: the person it is about, who never sees it
    about_person_id: Mapped[int | None] = ref("person.id")
    #: that person is or was a manager or owner: only author, owners and extra readers see it
    is_sealed: Mapped[bool] = mapped_column(default=False)
    author_id: Mapped[int] = ref("person.id")
    #: a manager who entered it for the author, and where it was said
    entered_by_id: Mapped[int | None] = ref("person.id")
    entered_from: Mapped[str] = mapped_column(sa.String(120), default="")
    assignee_id: Mapped[int | None] = ref("person.id")
    raised_at: Mapped[datetime]
    #: when the open promise's story last changed; for ETags and "what changed"
    changed_at: Mapped[datetime]
    #: dates put back, counted until done or declined
    moves: Mapped[int] = mapped_column(default=0)
    #: the entry of the outcome in force
    answer_entry_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    #: who gave the answer that is contested now: somebody else answers, where there is one
    contested_answerer_id: Mapped[int | None] = ref("person.id")
    merged_into_id: Mapped[int | None] = ref("suggestion.id")
    #: counts shown in lists, kept by the acts
    votes: Mapped[int] = mapped_column(default=0)
    nudges: Mapped[int] = mapped_column(default=0)

    team: Mapped[Team] = relationship(lazy="joined")
    author: Mapped[Person] = relationship(foreign_keys=[author_id], lazy="joined")
    assignee: Mapped[Person | None] = relationship(foreign_keys=[assignee_id], lazy="joined")

    __table_args__ = (
        sa.UniqueConstraint("team_id", "number"),
        sa.Index("ix_suggestion_team_status", "team_id", "status", "id"),  # the team's list, newest first
        sa.Index("ix_suggestion_author", "author_id", "id"),  # "mine"
    )


class CoAuthor(Base):
    """An author whose own suggestion was merged into this one; every right of an author."""

    __tablename__ = "co_author"

    id: Mapped[int] = pk()
    suggestion_id: Mapped[int] = ref("suggestion.id")
    person_id: Mapped[int] = ref("person.id")
    #: the suggestion they brought along
    from_suggestion_id: Mapped[int] = ref("suggestion.id")

    __table_args__ = (sa.UniqueConstraint("suggestion_id", "person_id", "from_suggestion_id"),)


#: Why somebody was let in who was named in a will_do; it ends with what they have to do.
NAMED = "named"


class Reader(Base):
    """Somebody who was let in: the trusted person, a site admin on duty, a member named in a promise."""

    __tablename__ = "reader"

    id: Mapped[int] = pk()
    suggestion_id: Mapped[int] = ref("suggestion.id")
    person_id: Mapped[int] = ref("person.id")
    #: trusted, admin or named
    why: Mapped[str] = mapped_column(sa.String(10))
    since: Mapped[datetime]

    __table_args__ = (
        sa.UniqueConstraint("suggestion_id", "person_id"),
        sa.Index("ix_reader_person", "person_id"),  # the visibility condition
    )


class Vote(Base):
    __tablename__ = "vote"

    id: Mapped[int] = pk()
    suggestion_id: Mapped[int] = ref("suggestion.id")
    person_id: Mapped[int] = ref("person.id")
    at: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("suggestion_id", "person_id"), sa.Index("ix_vote_person", "person_id"))


class Follower(Base):
    """Pressed follow, voted with "tell me", or wrote there."""

    __tablename__ = "follower"

    id: Mapped[int] = pk()
    suggestion_id: Mapped[int] = ref("suggestion.id")
    person_id: Mapped[int] = ref("person.id")
    at: Mapped[datetime]
    #: unfollowed: the row stays so that writing there does not follow again
    stopped_at: Mapped[datetime | None]

    __table_args__ = (sa.UniqueConstraint("suggestion_id", "person_id"), sa.Index("ix_follower_person", "person_id"))


class Nudge(Base):
    """ "Still matters to me": once per person and date version."""

    __tablename__ = "nudge"

    id: Mapped[int] = pk()
    suggestion_id: Mapped[int] = ref("suggestion.id")
    person_id: Mapped[int] = ref("person.id")
    promise_id: Mapped[int] = ref("promise.id")
    version: Mapped[int]
    at: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("promise_id", "version", "person_id"),)


class Thanks(Base):
    __tablename__ = "thanks"

    id: Mapped[int] = pk()
    suggestion_id: Mapped[int] = ref("suggestion.id")
    entry_id: Mapped[int] = ref("entry.id")
    person_id: Mapped[int] = ref("person.id")
    at: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("entry_id", "person_id"), sa.Index("ix_thanks_suggestion", "suggestion_id"))


# Questions ------------------------------------------------------------------------------------------------------------


def by_number(team_id: int, number: int) -> Suggestion | None:
    where = (Suggestion.team_id == team_id, Suggestion.number == number)
    return db.session.scalar(sa.select(Suggestion).where(*where))


def about(person_id: int) -> list[Suggestion]:
    """All suggestions about this person, in any team: what has to be kept from them."""
    return list(db.session.scalars(sa.select(Suggestion).where(Suggestion.about_person_id == person_id)))


def by_id(suggestion_id: int) -> Suggestion | None:
    return db.session.get(Suggestion, suggestion_id)


def lock(suggestion_id: int, *, skip_locked: bool = False) -> Suggestion | None:
    """The suggestion with its row locked and read anew: every verb and the sweep begin here."""
    statement = sa.select(Suggestion).where(Suggestion.id == suggestion_id).execution_options(populate_existing=True)
    statement = statement.options(sa.orm.lazyload("*"))
    found: Suggestion | None = db.session.scalar(for_update(statement, skip_locked=skip_locked))
    return found


def co_author_ids(suggestion_id: int) -> list[int]:
    statement = sa.select(CoAuthor.person_id).where(CoAuthor.suggestion_id == suggestion_id).distinct()
    return list(db.session.scalars(statement.order_by(CoAuthor.person_id)))


def voter_ids(suggestion_id: int) -> list[int]:
    return list(db.session.scalars(sa.select(Vote.person_id).where(Vote.suggestion_id == suggestion_id)))


def follower_ids(suggestion_id: int) -> list[int]:
    where = (Follower.suggestion_id == suggestion_id, Follower.stopped_at.is_(None))
    return list(db.session.scalars(sa.select(Follower.person_id).where(*where)))


def reader_ids(suggestion_id: int) -> list[int]:
    return list(db.session.scalars(sa.select(Reader.person_id).where(Reader.suggestion_id == suggestion_id)))


def named_reader_ids(suggestion_id: int) -> list[int]:
    """Who was let in because they were named in what is promised."""
    where = (Reader.suggestion_id == suggestion_id, Reader.why == NAMED)
    return list(db.session.scalars(sa.select(Reader.person_id).where(*where).order_by(Reader.id)))


def teams_let_into(person_id: int) -> list[Team]:
    """The teams in which a site admin was let into something that is still open."""
    let_in = (
        sa.select(Suggestion.team_id)
        .join(Reader, Reader.suggestion_id == Suggestion.id)
        .where(Reader.person_id == person_id, Reader.why == "admin", Suggestion.closed_at.is_(None))
    )
    return list(db.session.scalars(sa.select(Team).where(Team.id.in_(let_in)).order_by(Team.id)))


def thanks_of(suggestion_id: int) -> list[Thanks]:
    return list(db.session.scalars(sa.select(Thanks).where(Thanks.suggestion_id == suggestion_id)))


def vote_of(suggestion_id: int, person_id: int) -> Vote | None:
    where = (Vote.suggestion_id == suggestion_id, Vote.person_id == person_id)
    return db.session.scalar(sa.select(Vote).where(*where))


def follower_of(suggestion_id: int, person_id: int) -> Follower | None:
    where = (Follower.suggestion_id == suggestion_id, Follower.person_id == person_id)
    return db.session.scalar(sa.select(Follower).where(*where))


def nudge_of(promise_id: int, version: int, person_id: int) -> Nudge | None:
    where = (Nudge.promise_id == promise_id, Nudge.version == version, Nudge.person_id == person_id)
    return db.session.scalar(sa.select(Nudge).where(*where))
