"""Daily mails and digests: what is due at somebody's own hour is owed, and leaves with the next delivery.

The same tick looks whether something needs whoever looks after the site: once a minute is soon enough for both.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from tracker.acts import alerts
from tracker.domain.health import Tick
from tracker.notices import crowd, daily, digests
from tracker.notices.outgoing import Outgoing
from tracker.worker.delivery import owe_again
from tracker.worker.rows import attempt

#: People in one transaction; others may write in between.
BATCH = 50


def tick(*, now: datetime, outgoing: Outgoing) -> dict[str, int]:
    """Of a worker that stays: when it had stopped for long, what is caught up is spread over the hour from now on."""
    attempt(Tick.DIGESTS, "the return of the ticks", partial(crowd.notice_return, now=now), now=now)
    return owe(now=now, outgoing=outgoing)


def owe(*, now: datetime, outgoing: Outgoing) -> dict[str, int]:
    """Both, until nobody is left whose hour has come, then the alerts. Gives counts."""

    def daily_mails() -> int:
        packed = daily.owe_daily_mails(now, outgoing=outgoing, limit=BATCH)
        owe_again(packed.unreached, now=now)
        return packed.made

    done = {
        # whether a manager's overview has something to say decides about their daily mail of that day
        "digests": _all("digests", lambda: digests.owe_digests(now, outgoing=outgoing, limit=BATCH), now),
        "daily": _all("daily mails", daily_mails, now),
    }
    look = partial(
        alerts.look, destination=outgoing.destination, is_receiving=outgoing.reply_address is not None, now=now
    )
    done |= attempt(Tick.DIGESTS, "alerts", look, now=now) or {}
    return {name: count for name, count in done.items() if count}


def _all(subject: str, some: Callable[[], int], now: datetime) -> int:
    total = 0
    while count := attempt(Tick.DIGESTS, subject, some, now=now):
        total += count
        if count < BATCH:
            break
    return total
