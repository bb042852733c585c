"""Whose a rung is: before its mail leaves somebody may hand it back, lose their role, or be given it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tracker.domain import duty
from tracker.domain.duty import Case, Roster
from tracker.notices.telling import IN_THIS_MORNINGS_MAIL, INSTEAD_OF
from tracker.store.base import db
from tracker.store.notices import Channel, Notice, NoticeState
from tracker.store.promises import PromiseRow


def is_told(person_id: int, rung: int, case: Case, roster: Roster, *, instead_of: Iterable[int] = ()) -> bool:
    """Whether this rung is owed to this person now, or would be without those whom it could not reach."""
    if person_id in duty.told(rung, case, roster):
        return True
    gone = tuple(instead_of)
    return bool(gone) and person_id in duty.told(rung, case, roster.without(*gone))


def instead_of(notice: Notice, row: PromiseRow) -> tuple[int, ...]:
    """In whose place this reminder is theirs; a line is there for what rang before it."""
    if notice.kind == "rung":
        return tuple(notice.facts.get(INSTEAD_OF, ()))
    return tuple(i for facts in _rung_to(notice, row.version) for i in facts.get(INSTEAD_OF, ()))


def was_on_duty(notice: Notice) -> bool:
    """Whether this reminder was for who owed it, alone; a line is as good as the rung that it spared a mail."""
    if notice.kind != "daily_line":
        return notice.facts.get("as") == "duty"
    spared = _rung_to(notice, notice.version, spared_since=notice.owed_at)
    return any(facts.get("as") == "duty" for facts in spared)


def _rung_to(notice: Notice, version: int | None, *, spared_since: datetime | None = None) -> list[dict[str, Any]]:
    """The facts of what rang for this notice's person with this date."""
    statement = sa.select(Notice.facts).where(
        Notice.promise_id == notice.promise_id,
        Notice.version == version,
        Notice.person_id == notice.person_id,
        Notice.kind == "rung",
        Notice.channel == Channel.EMAIL,
    )
    if spared_since is not None:
        statement = statement.where(
            Notice.state == NoticeState.SKIPPED,
            Notice.reason == IN_THIS_MORNINGS_MAIL,
            Notice.owed_at >= spared_since,
        )
    return list(db.session.scalars(statement))
