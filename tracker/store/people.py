"""Persons: one account each, whatever teams they are in."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import ClassVar

import sqlalchemy as sa
from flask_security.core import RoleMixin, UserMixin
from sqlalchemy.orm import Mapped, mapped_column

from tracker import chance
from tracker.store.base import Base, asked_once, db, pk


class Person(UserMixin, Base):
    __tablename__ = "person"

    id: Mapped[int] = pk()
    #: lower case, as written to by mail; seen by this person and site admins only
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    #: argon2 hash; none for somebody who only signs in by link
    password: Mapped[str | None] = mapped_column(sa.String(255))
    active: Mapped[bool] = mapped_column(default=True)
    #: changes when all sessions shall end
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64), unique=True, default=lambda: chance.token_hex(16))
    #: changes when signed links shall end
    token_version: Mapped[int] = mapped_column(default=1)
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    is_site_admin: Mapped[bool] = mapped_column(default=False)

    locale: Mapped[str] = mapped_column(sa.String(8), default="en")
    #: IANA zone; none until chosen: the team's is used
    timezone: Mapped[str | None] = mapped_column(sa.String(64))
    #: local hours "08:00" to "20:00" inside which "at once" means at once
    window_from: Mapped[str] = mapped_column(sa.String(5), default="08:00")
    window_until: Mapped[str] = mapped_column(sa.String(5), default="20:00")

    #: "daily": one mail a day · "each": every reminder by itself
    reminder_rhythm: Mapped[str] = mapped_column(sa.String(8), default="daily")
    #: local time of the daily mail; none: the opening of the team's hours
    reminder_hour: Mapped[str | None] = mapped_column(sa.String(5))
    #: follow-ups go to the app only (one-click unsubscribe)
    reminders_in_app: Mapped[bool] = mapped_column(default=False)
    receipts_by_mail: Mapped[bool] = mapped_column(default=True)
    #: questions about, and answers to, what this person raised: in the app only
    news_in_app: Mapped[bool] = mapped_column(default=False)
    #: dates that moved or were missed: in the app only
    dates_in_app: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    #: what others say: in the app only
    comments_in_app: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    #: what was given to this person to do: in the app only
    handed_in_app: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    digest_on: Mapped[bool] = mapped_column(default=True)
    #: 0 Monday … 6 Sunday; none: Monday
    digest_weekday: Mapped[int | None]
    #: local time; none: 18:00 for members, the opening for managers
    digest_hour: Mapped[str | None] = mapped_column(sa.String(5))
    #: what came back lately, in tenths of a soft bounce; ebbs away as mails are taken (domain/bounces)
    bounce_score: Mapped[int] = mapped_column(default=0, server_default="0")
    #: the address is refused for good by its server
    mail_bounced_at: Mapped[datetime | None]
    #: how mails speak of this person to others: "he", "she" or none, by name
    pronoun: Mapped[str | None] = mapped_column(sa.String(4))
    #: light, dark or none: as the device has it
    theme: Mapped[str | None] = mapped_column(sa.String(8))

    __table_args__ = (sa.CheckConstraint("email = lower(email)", name="email_lower"),)

    #: The accounts library asks for roles; ours are memberships of teams.
    roles: ClassVar[list[RoleMixin]] = []  # type: ignore[misc]


def by_email(email: str) -> Person | None:
    return db.session.scalar(sa.select(Person).where(Person.email == email.strip().lower()))


def by_id(person_id: int) -> Person | None:
    return db.session.get(Person, person_id)


def many(ids: set[int] | frozenset[int] | list[int] | tuple[int, ...]) -> dict[int, Person]:
    """Persons by id; unknown ids are left out."""
    if not ids:
        return {}
    return {p.id: p for p in db.session.scalars(_many(), {"ids": list(set(ids))})}


@cache
def _many() -> sa.Select[Person]:
    return sa.select(Person).where(Person.id.in_(sa.bindparam("ids", expanding=True)))


@asked_once
def site_admins() -> list[Person]:
    return list(db.session.scalars(_site_admins()))


@cache
def _site_admins() -> sa.Select[Person]:
    return sa.select(Person).where(Person.is_site_admin, Person.active).order_by(Person.id)


def names(ids: set[int] | frozenset[int]) -> dict[int, str]:
    rows = db.session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(set(ids)))) if ids else ()
    return {row.id: row.name for row in rows}
