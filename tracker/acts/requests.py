"""Sent twice, done once: a double click, a reload and a retrying program find what the first one made."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from tracker.domain.errors import N_, BadInput
from tracker.store.base import db, is_sqlite
from tracker.store.doors import AnsweredRequest, answered_request


def earlier(person_id: int, key: str, *, now: datetime, fingerprint: str = "") -> AnsweredRequest | None:
    """The same request answered before, or none after noting this one (unique per person).

    Where two arrive at once the second waits for the first's commit and then finds it. ``fingerprint`` is a digest of
    what was sent: the same key with other words is a mistake of the sender. Raises ``BadInput``.
    """
    if not key or len(key) > 80:
        raise BadInput(N_("The request key has to be 1 to 80 characters long."), field="request_key")
    insert = (sqlite.insert if is_sqlite() else postgresql.insert)(AnsweredRequest)
    statement = insert.values(person_id=person_id, key=key, at=now, made={"fingerprint": fingerprint})
    statement = statement.on_conflict_do_nothing(index_elements=["person_id", "key"])
    if db.session.scalar(statement.returning(AnsweredRequest.id)) is not None:
        return None
    found = answered_request(person_id, key)
    if found is not None and found.made.get("fingerprint") != fingerprint:
        raise BadInput(N_("This request key was used for something else already."), field="request_key")
    return found


def made(person_id: int, key: str, **what: Any) -> None:
    """Remember what the request made, in its own transaction with it."""
    row = answered_request(person_id, key)
    if row is not None:
        row.made = {**row.made, **what}
        db.session.flush()


def forget_before(moment: datetime) -> int:
    """Housekeeping: requests older than this. Returns how many."""
    result = db.session.execute(sa.delete(AnsweredRequest).where(AnsweredRequest.at < moment))
    return int(result.rowcount)  # type: ignore[attr-defined]
