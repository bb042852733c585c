"""How long somebody may put off their own reminders of one suggestion. A promise is never put off by it."""

from __future__ import annotations

from datetime import datetime, timedelta

from tracker.domain.errors import N_, BadInput

#: Nobody is left in peace for longer.
MOST = timedelta(days=7)

TOO_FAR = N_("That is too far away: at most seven days, and not beyond the date by which something is with you.")
PASSED = N_("That has passed already.")


def latest(*, now: datetime, due_at: datetime | None, is_theirs: bool, next_morning: datetime) -> datetime:
    """The latest instant to which reminders can be put off.

    Who owes it is reminded by the date at the latest; what is late already rests until ``next_morning``, when their
    next daily mail comes: more time is asked for by moving the date, which the author hears of. Everybody else has a
    week.
    """
    end = now + MOST
    if not is_theirs or due_at is None:
        return end
    return min(end, due_at if due_at > now else next_morning)


def checked(until: datetime, *, now: datetime, latest: datetime) -> datetime:
    """``until``, where it may be. Raises ``BadInput``."""
    if until <= now:
        raise BadInput(PASSED, field="day")
    if until > latest:
        raise BadInput(TOO_FAR, field="day")
    return until
