"""Which date somebody was told last. A later one must reach them, whatever moved again before a mail could leave."""

from __future__ import annotations

import sqlalchemy as sa

from tracker.store import entries
from tracker.store.base import db
from tracker.store.notices import Channel, Notice, NoticeState
from tracker.store.promises import PromiseRow

#: These tell the date that holds when they leave, and why it is another.
KINDS = ("moved", "ball_back", "corrected", "answer")


def has_later(notice: Notice) -> bool:
    """Whether a later notice tells the same person of this date."""
    later = _of_the_same(notice).where(Notice.id > notice.id, Notice.state != NoticeState.SKIPPED)
    return db.session.scalar(later.limit(1)) is not None


def is_later(notice: Notice, row: PromiseRow) -> bool:
    """Whether the date now is later than one that has stood since its person was last told.

    Not only than the one just before: moved by two weeks and corrected by a day, it is still much later.
    """
    first = _first_untold(notice).entry_id or 0
    dates = entries.dates_of(row.suggestion_id, row.id)
    before = [at for entry_id, at in dates if entry_id < first][-1:]
    since = [at for entry_id, at in dates if entry_id >= first]
    return row.due_at is not None and any(at < row.due_at for at in (*before, *since))


def _first_untold(notice: Notice) -> Notice:
    """The first of those that its person has not been told, up to this one."""
    first = notice
    former = _of_the_same(notice).where(Notice.id < notice.id).order_by(Notice.id.desc())
    for one in db.session.scalars(former):
        if one.state is NoticeState.TOLD:
            break
        first = one
    return first


def _of_the_same(notice: Notice) -> sa.Select[Notice]:
    return sa.select(Notice).where(
        Notice.person_id == notice.person_id,
        Notice.promise_id == notice.promise_id,
        Notice.kind.in_(KINDS),
        Notice.channel == Channel.EMAIL,
    )
