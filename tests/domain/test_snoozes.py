"""How long somebody may put off their own reminders: a week, never beyond the date, and what is late to morning."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.times import instant
from tracker.domain import snoozes
from tracker.domain.errors import BadInput

NOW = instant("Wednesday 2026-11-25 10:00")
MORNING = instant("Thursday 2026-11-26 09:00")


@pytest.mark.parametrize(
    ("due_at", "is_theirs", "latest"),
    [
        ("Friday 2026-11-27 17:00", True, "Friday 2026-11-27 17:00"),  # by the date at the latest
        ("Monday 2026-12-07 17:00", True, "Wednesday 2026-12-02 10:00"),  # a week
        ("Wednesday 2026-11-25 09:59", True, "Thursday 2026-11-26 09:00"),  # late: the next daily mail
        ("Wednesday 2026-11-25 10:00", True, "Thursday 2026-11-26 09:00"),  # late from the minute on
        ("Friday 2026-11-27 17:00", False, "Wednesday 2026-12-02 10:00"),  # who only follows
        ("Monday 2026-11-23 17:00", False, "Wednesday 2026-12-02 10:00"),
        (None, True, "Wednesday 2026-12-02 10:00"),
    ],
)
def test_the_latest_instant(due_at: str | None, is_theirs: bool, latest: str) -> None:
    due = instant(due_at) if due_at is not None else None
    found = snoozes.latest(now=NOW, due_at=due, is_theirs=is_theirs, next_morning=MORNING)
    assert found == instant(latest)


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (NOW, snoozes.PASSED),
        (instant("Wednesday 2026-11-25 09:00"), snoozes.PASSED),
        (instant("Thursday 2026-11-26 09:01"), snoozes.TOO_FAR),
    ],
)
def test_what_lies_outside_is_refused(until: datetime, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        snoozes.checked(until, now=NOW, latest=MORNING)
    assert (refused.value.message, refused.value.field) == (said, "day")


def test_the_latest_instant_itself_is_allowed() -> None:
    assert snoozes.checked(MORNING, now=NOW, latest=MORNING) == MORNING
