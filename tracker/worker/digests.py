"""Daily mails and digests: what is due at somebody's own hour is owed, and leaves with the next delivery."""

from __future__ import annotations

from datetime import datetime

from tracker.domain.health import Tick
from tracker.notices import daily, digests
from tracker.worker.rows import attempt


def owe(*, now: datetime) -> dict[str, int]:
    """Both in a transaction of their own. Gives counts."""
    chores = {"daily": lambda: daily.owe_daily_mails(now=now), "digests": lambda: digests.owe_digests(now=now)}
    done = {name: attempt(Tick.DIGESTS, name, chore, now=now) for name, chore in chores.items()}
    return {name: count for name, count in done.items() if isinstance(count, int) and count}
