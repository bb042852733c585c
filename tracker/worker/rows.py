"""One row of a tick's work, in a transaction of its own: a bad one is written down and never stops the rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import structlog

from tracker.domain.health import Tick
from tracker.store import pulse
from tracker.store.base import db
from tracker.worker import crash

log = structlog.get_logger(__name__)

T = TypeVar("T")


def attempt(
    tick: Tick,
    subject: str,
    act: Callable[[], T],
    *,
    now: datetime,
    put_off: Callable[[datetime], object] | None = None,
) -> T | None:
    """Carry out one act and commit it. On an error: roll back, write an error row, put the row off, and go on.

    ``put_off`` is called with the instant of the next try. When even the error cannot be written, the database is
    gone: that is raised, and ends the tick.
    """
    try:
        result = act()
        crash.point(f"before_{tick.value}_commit")
        db.session.commit()
        crash.point(f"after_{tick.value}_commit")
        return result
    except Exception as error:
        db.session.rollback()
        what = f"{type(error).__name__}: {error}"
        noted = pulse.note_error(tick.value, subject, what, at=now)
        if put_off is not None:
            put_off(now + pulse.LOOK_AGAIN)
        db.session.commit()
        log.exception("a row was put off", tick=tick.value, subject=subject, error_id=noted.id)
        return None
    finally:
        # The next row sees the database as it is then, not what this one remembered of it.
        db.session.remove()
