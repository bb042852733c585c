"""What whoever looks after the site is told of, and when it is over: tables."""

from __future__ import annotations

import pytest

from tests.times import instant
from tracker.domain.alerts import AlertKind, Cause, Pause, changes, of_outlet, of_pause

SINCE = instant("Monday 2026-11-23 09:00")
RELAY = "relay:mail.example:587"


@pytest.mark.parametrize(
    ("refusals", "why", "kind"),
    [
        (1, "sign-in refused: 535 5.7.8 wrong password", AlertKind.SIGN_IN_REFUSED),  # needs somebody at once
        (9, "sign-in refused: 535 5.7.8 wrong password", AlertKind.SIGN_IN_REFUSED),
        (1, "the server offers no encryption (STARTTLS), and it was asked for", AlertKind.NOT_ENCRYPTED),
        (1, "encryption: certificate verify failed", AlertKind.NOT_ENCRYPTED),
        (1, "connect: [Errno 111] Connection refused", None),  # tried again after five minutes
        (2, "connect: [Errno 111] Connection refused", AlertKind.SERVER_AWAY),
        (1, "421 4.7.0 too many connections", None),  # throttled: passes by itself
        (2, "421 4.7.0 too many connections", AlertKind.SERVER_AWAY),
    ],
)
def test_what_a_refusal_means(refusals: int, why: str, kind: AlertKind | None) -> None:
    cause = of_pause(Pause(destination=RELAY, refusals=refusals, why=why, since=SINCE))
    assert (cause.kind if cause else None) == kind


AWAY, LOCKED = Cause(AlertKind.SERVER_AWAY, RELAY), Cause(AlertKind.SIGN_IN_REFUSED, RELAY)
BROKEN = Cause(AlertKind.CANNOT_BE_WRITTEN, "moved")


@pytest.mark.parametrize(
    ("open_now", "there", "opened", "closed"),
    [
        ([], [], (), ()),
        ([], [AWAY], (AWAY,), ()),
        ([AWAY], [AWAY], (), ()),
        ([AWAY], [Cause(AlertKind.SERVER_AWAY, RELAY, {"why": "in other words"})], (), ()),
        ([], [BROKEN, BROKEN], (BROKEN,), ()),  # a hundred messages, one cause
        ([BROKEN], [BROKEN, Cause(AlertKind.CANNOT_BE_WRITTEN, "answer")], (Cause(BROKEN.kind, "answer"),), ()),
        ([AWAY], [LOCKED], (LOCKED,), (AWAY,)),  # it is back, and does not let us in
        ([AWAY, BROKEN], [], (), (AWAY, BROKEN)),
    ],
)
def test_a_cause_is_told_once_and_is_over_when_it_is_gone(
    open_now: list[Cause], there: list[Cause], opened: tuple[Cause, ...], closed: tuple[Cause, ...]
) -> None:
    found = changes(open_now, there)
    assert (found.opened, found.closed) == (opened, closed)


@pytest.mark.parametrize(
    ("refusals", "has_ended", "is_told"),
    [
        (1, False, False),  # it may pass by itself
        (2, False, True),  # tried again, and refused again
        (0, True, True),  # 410: it will not come back by itself
    ],
)
def test_when_a_webhook_that_takes_nothing_is_a_cause(refusals: int, has_ended: bool, is_told: bool) -> None:
    found = of_outlet("webhook:3", refusals=refusals, has_ended=has_ended, facts={})
    assert found == (Cause(AlertKind.SERVER_AWAY, "webhook:3") if is_told else None)
