"""Alerts: what whoever looks after the site has to know, one row for each cause while it lasts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.alerts import AlertKind, Cause
from tracker.store.base import Base, Plain, closed_enum, db, is_sqlite, pk


class Alert(Base):
    __tablename__ = "alert"

    id: Mapped[int] = pk()
    kind: Mapped[AlertKind] = mapped_column(closed_enum(AlertKind))
    #: of what: a destination, the name of a mail; empty for a storm, of which there is one at a time
    subject: Mapped[str] = mapped_column(sa.String(200), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(Plain, default=dict)
    opened_at: Mapped[datetime]
    #: when its cause was gone; none while it is there
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        sa.Index("uq_alert_open", "kind", "subject", unique=True, sqlite_where=sa.text("closed_at IS NULL"),
                 postgresql_where=sa.text("closed_at IS NULL")),  # one for each cause, and "which are open?"
    )  # fmt: skip

    @property
    def cause(self) -> Cause:
        return Cause(self.kind, self.subject, self.facts)


def open_now() -> list[Alert]:
    """Oldest first."""
    return list(db.session.scalars(sa.select(Alert).where(Alert.closed_at.is_(None)).order_by(Alert.id)))


def open_about(kind: AlertKind, subject: str = "") -> Alert | None:
    where = (Alert.kind == kind, Alert.subject == subject, Alert.closed_at.is_(None))
    found: Alert | None = db.session.scalar(sa.select(Alert).where(*where))
    return found


def by_id(alert_id: int) -> Alert | None:
    return db.session.get(Alert, alert_id)


def opened(cause: Cause, *, now: datetime) -> Alert | None:
    """The new alert about this cause; none where one is open, of another worker's too."""
    insert = (sqlite.insert if is_sqlite() else postgresql.insert)(Alert)
    values = {"kind": cause.kind, "subject": cause.subject, "facts": dict(cause.facts), "opened_at": now}
    only_open = sa.text("closed_at IS NULL")
    statement = insert.values(**values).on_conflict_do_nothing(
        index_elements=["kind", "subject"], index_where=only_open
    )
    alert_id = db.session.scalar(statement.returning(Alert.id))
    return None if alert_id is None else db.session.get_one(Alert, alert_id)


def close(alert_id: int, *, now: datetime) -> bool:
    """Whether it was open until now."""
    statement = sa.update(Alert).where(Alert.id == alert_id, Alert.closed_at.is_(None)).values(closed_at=now)
    return int(db.session.execute(statement).rowcount) == 1  # type: ignore[attr-defined]
