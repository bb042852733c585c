"""Outlets: where what happens in a team leaves to, besides its people: webhooks and chats."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.base import Base, closed_enum, db, for_update, is_sqlite, pk, ref
from tracker.store.notices import Channel, Delivery, DeliveryState
from tracker.store.pulse import PausedDestination
from tracker.store.teams import Team

#: After a rotation both secrets sign for so long, so that a receiver can change over in peace.
BOTH_SECRETS_FOR = timedelta(days=7)


class Outlet(Base):
    """One webhook or one chat of a team, and a destination of the outbox."""

    __tablename__ = "outlet"

    id: Mapped[int] = pk()
    team_id: Mapped[int] = ref("team.id")
    #: webhook or chat
    channel: Mapped[Channel] = mapped_column(closed_enum(Channel))
    #: where it posts to; of a chat the address with its key in it, which nobody is shown again
    url: Mapped[str] = mapped_column(sa.Text)
    #: signs every message of a webhook (whsec_…); it has to be known to sign, so it is kept as it is
    secret: Mapped[str] = mapped_column(sa.String(200), default="")
    #: the one before, which signs too for a while after a rotation
    former_secret: Mapped[str] = mapped_column(sa.String(200), default="")
    rotated_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = ref("person.id")
    #: since when nothing goes there
    stopped_at: Mapped[datetime | None]
    #: who switched it off; none: the receiver said that it wants nothing any more (410)
    stopped_by_id: Mapped[int | None] = ref("person.id")

    __table_args__ = (sa.Index("ix_outlet_team", "team_id", "id"),)  # where an event of this team goes

    @property
    def destination(self) -> str:
        """Its name among the outbox's destinations."""
        return f"{self.channel.value}:{self.id}"

    def secrets(self, *, now: datetime) -> tuple[str, ...]:
        """Those in force, the newest first."""
        is_both = self.rotated_at is not None and self.former_secret and now < self.rotated_at + BOTH_SECRETS_FOR
        return (self.secret, self.former_secret) if is_both else (self.secret,)


def of_team(team_id: int, *channels: Channel) -> list[Outlet]:
    """All, or those of these channels, oldest first."""
    statement = sa.select(Outlet).where(Outlet.team_id == team_id).order_by(Outlet.id)
    return list(db.session.scalars(statement.where(Outlet.channel.in_(channels)) if channels else statement))


def chats() -> list[Outlet]:
    """Those of all teams, oldest first; for who runs the site."""
    return list(db.session.scalars(sa.select(Outlet).where(Outlet.channel == Channel.CHAT).order_by(Outlet.id)))


def running(team_id: int) -> list[Outlet]:
    """Those that take something."""
    return [outlet for outlet in of_team(team_id) if outlet.stopped_at is None]


def is_one(destination: str) -> bool:
    """Whether a destination of this name is a team's own, and not the relay or the mailbox."""
    return destination.partition(":")[0] in (Channel.WEBHOOK, Channel.CHAT)


def is_webhook(destination: str) -> bool:
    return destination.partition(":")[0] == Channel.WEBHOOK


def is_chat(destination: str) -> bool:
    return destination.partition(":")[0] == Channel.CHAT


def number_of(destination: str) -> int:
    """The number in a destination's name; 0 for the relay and the mailbox."""
    number = destination.partition(":")[2]
    return int(number) if is_one(destination) and number.isdecimal() else 0


def fresh_number() -> int | None:
    """For a new outlet: one that no outlet has had of which a message tells. None: the database counts by itself.

    SQLite gives the highest number anew once its row is deleted, and the messages to the one before would be those of
    the new one, of another team's too. Two that are added at once wait for each other: it has one writer.
    """
    if not is_sqlite():
        return None
    last = db.session.scalar(sa.select(sa.func.max(Outlet.id))) or 0
    named = db.session.scalars(sa.select(Delivery.destination).where(Delivery.person_id.is_(None)).distinct())
    return max(last, *(number_of(one) for one in named), 0) + 1


def locked(team_id: int, outlet_id: int) -> Outlet | None:
    where = (Outlet.id == outlet_id, Outlet.team_id == team_id)
    found: Outlet | None = db.session.scalar(for_update(sa.select(Outlet).where(*where)))
    return found


def in_trouble() -> list[tuple[Outlet, Team, int]]:
    """Those of all teams whose place refuses, with how often in a row, and those that were ended by their receiver."""
    statement = (
        sa.select(Outlet, Team, sa.func.coalesce(PausedDestination.refusals, 0))
        .join(Team, Team.id == Outlet.team_id)
        .outerjoin(
            PausedDestination,
            PausedDestination.destination == Outlet.channel + sa.literal(":") + sa.cast(Outlet.id, sa.Text),
        )
        .where(
            Outlet.stopped_by_id.is_(None),
            sa.or_(Outlet.stopped_at.is_not(None), PausedDestination.destination.is_not(None)),
        )
        .order_by(Outlet.id)
    )
    return [(outlet, team, int(refusals)) for outlet, team, refusals in db.session.execute(statement)]


# Its messages ---------------------------------------------------------------------------------------------------------


def _its_own(outlet: Outlet) -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions on ``delivery`` that it is to this outlet. A name alone is not enough to read a message by."""
    return (
        Delivery.destination == outlet.destination,
        Delivery.team_id == outlet.team_id,
        Delivery.person_id.is_(None),
    )


def is_to(delivery: Delivery, outlet: Outlet) -> bool:
    return (delivery.destination, delivery.team_id) == (outlet.destination, outlet.team_id)


def of_delivery(delivery: Delivery) -> Outlet | None:
    """Where a message goes, as it is now; none for a mail, and once the outlet was removed."""
    number = number_of(delivery.destination)
    found = db.session.get(Outlet, number, populate_existing=True) if number else None
    return found if found is not None and is_to(delivery, found) else None


def last_deliveries(outlet: Outlet, *, limit: int) -> list[Delivery]:
    """Newest first."""
    own = sa.select(Delivery).where(*_its_own(outlet))
    return list(db.session.scalars(own.order_by(Delivery.id.desc()).limit(limit)))


def delivery_of(outlet: Outlet, delivery_id: int) -> Delivery | None:
    return db.session.scalar(sa.select(Delivery).where(Delivery.id == delivery_id, *_its_own(outlet)))


def skip_waiting(outlet: Outlet, why: str, *, and_claimed: bool = False) -> int:
    """What has not left for there does not leave any more. Returns how many.

    Of what a sender has claimed nothing has left yet either; it is looked at again before it does.
    """
    states = [DeliveryState.PENDING, DeliveryState.UNKNOWN, *([DeliveryState.CLAIMED] if and_claimed else [])]
    statement = (
        sa.update(Delivery)
        .where(*_its_own(outlet), Delivery.state.in_(states))
        .values(state=DeliveryState.SKIPPED, outcome=why, token=None, claimed_at=None)
        .execution_options(synchronize_session=False)
    )
    return int(db.session.execute(statement).rowcount)  # type: ignore[attr-defined]


def destinations_due(now: datetime) -> list[str]:
    """Where something waits to be sent and nothing is paused, the longest waiting first."""
    pauses = sa.exists().where(PausedDestination.destination == Delivery.destination, PausedDestination.until > now)
    statement = (
        sa.select(Delivery.destination)
        .where(Delivery.state == DeliveryState.PENDING, Delivery.next_attempt_at <= now, sa.not_(pauses))
        .group_by(Delivery.destination)
        .order_by(sa.func.min(Delivery.next_attempt_at), Delivery.destination)
    )
    return list(db.session.scalars(statement))
