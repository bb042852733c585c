"""What whoever looks after the site is told of, and when it is over: tables."""

from __future__ import annotations

import pytest

from tests.times import instant
from tracker.domain.alerts import (
    GIVEN_UP,
    AlertKind,
    Cause,
    Pause,
    changes,
    of_given_up,
    of_later,
    of_outlet,
    of_pause,
    of_refusals,
)

SINCE = instant("Monday 2026-11-23 09:00")
RELAY = "relay:mail.example:587"


@pytest.mark.parametrize(
    ("refusals", "why", "kind"),
    [
        (1, "sign-in refused: 535 5.7.8 wrong password", AlertKind.SIGN_IN_REFUSED),  # needs somebody at once
        (9, "sign-in refused: 535 5.7.8 wrong password", AlertKind.SIGN_IN_REFUSED),
        (1, "the server offers no encryption (STARTTLS), and it was asked for", AlertKind.NOT_ENCRYPTED),
        (1, "encryption: certificate verify failed", AlertKind.NOT_ENCRYPTED),
        (1, "sign-in refused: 454 4.7.0 temporary authentication failure", None),  # its directory is away
        (1, "sign-in: the connection was closed", None),
        (2, "sign-in: the connection was closed", AlertKind.SERVER_AWAY),
        (1, "tls: timed out", None),
        (1, "connect: [Errno 111] Connection refused", None),  # tried again after five minutes
        (2, "connect: [Errno 111] Connection refused", AlertKind.SERVER_AWAY),
        (1, "421 4.7.0 too many connections", None),  # throttled: passes by itself
        (2, "421 4.7.0 too many connections", AlertKind.SERVER_AWAY),
    ],
)
def test_what_a_refusal_means(refusals: int, why: str, kind: AlertKind | None) -> None:
    cause = of_pause(Pause(destination=RELAY, refusals=refusals, why=why, since=SINCE))
    assert (cause.kind if cause else None) == kind


DENIED = "554 5.7.1 <x>: Relay access denied"


@pytest.mark.parametrize(
    ("refused", "is_told"),
    [
        ([("a", DENIED), ("b", DENIED)], False),
        ([("a", DENIED), ("a", DENIED), ("a", DENIED)], False),  # one person's may be about them
        ([("a", DENIED), ("b", "554 Message rejected: Email address is not verified"), ("c", DENIED)], True),
        ([("a", "550 5.1.1 no"), ("b", "550 5.1.1 no"), ("c", "552 5.2.2 full")], False),  # three slips of the pen
        ([("a", "554 5.6.0 no"), ("b", "554 5.6.0 no"), ("c", "554 5.6.0 no")], False),  # about what is written
        ([("a", "given up after five days"), ("b", DENIED), ("c", DENIED)], False),
    ],
)
def test_a_relay_that_refuses_whatever_it_is_given_is_a_cause(refused: list[tuple[str, str]], is_told: bool) -> None:
    found = of_refusals(RELAY, refused)
    assert (found is not None) == is_told
    if found is not None:
        assert (found.kind, found.subject, found.facts["given_up"]) == (AlertKind.SERVER_AWAY, RELAY, 3)


LATER = "451 4.7.1 Service unavailable"


@pytest.mark.parametrize(
    ("people", "is_told"),
    [
        ("", False),
        ("abcd", False),
        ("aaaaaaa", False),  # one person's may be about them
        ("abcde", True),
    ],
)
def test_a_relay_that_says_later_to_everybody_is_a_cause(people: str, is_told: bool) -> None:
    found = of_later(RELAY, [(address, LATER) for address in people])
    assert found == (Cause(AlertKind.SERVER_AWAY, RELAY) if is_told else None)
    if found is not None:
        assert found.facts["why"] == LATER


def test_mails_that_were_given_up_are_one_cause_with_the_words_that_were_heard_last() -> None:
    assert of_given_up([]) is None
    found = of_given_up(["450 4.2.0 later", LATER])
    assert found == Cause(AlertKind.SERVER_AWAY, GIVEN_UP)
    assert found is not None
    assert found.facts == {"why": LATER, "given_up": 2}


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
