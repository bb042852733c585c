"""Whether a message is tried again: passing failures by their age, permanent ones never, a destination as a whole."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.retries import (
    LONGEST_PAUSE,
    MAX_AGE,
    MOST_LOST_CLAIMS,
    DestinationRefuses,
    PassingFailure,
    PermanentFailure,
    SenderLost,
    SendingFailure,
    counts,
    next_attempt,
)


@pytest.mark.parametrize(
    ("attempts", "pause"),
    [
        (1, timedelta(minutes=5)),  # a greylisting server lets the second one in
        (2, timedelta(minutes=15)),
        (3, timedelta(minutes=45)),
        (4, timedelta(hours=2, minutes=15)),
        (5, timedelta(hours=6)),  # 6 h 45 is capped
        (50, timedelta(hours=6)),
        (10**9, timedelta(hours=6)),
    ],
)
def test_the_pause_grows_and_is_capped(attempts: int, pause: timedelta) -> None:
    assert next_attempt(attempts, PassingFailure("451 try later")) == pause


@pytest.mark.parametrize("attempts", [1, 7])
def test_a_permanent_failure_is_not_tried_again(attempts: int) -> None:
    assert next_attempt(attempts, PermanentFailure("550 no such user")) is None


def test_a_passing_failure_is_given_up_only_by_its_age() -> None:
    assert next_attempt(400, PassingFailure(), age=timedelta(days=4)) is not None
    assert next_attempt(1, PassingFailure(), age=MAX_AGE) is None


def test_the_last_attempt_is_made_at_the_very_end() -> None:
    assert next_attempt(20, PassingFailure(), age=MAX_AGE - timedelta(hours=1)) == timedelta(hours=1)


def test_three_days_without_a_mail_server_kill_nothing() -> None:
    """F32: SMTP down 3 days: nothing dead before max age."""
    age, refusals = timedelta(0), 0
    while age < timedelta(days=3):
        refusals += 1
        pause = next_attempt(1, DestinationRefuses("no connection", refusals=refusals), age=age)
        assert pause is not None
        age += pause
    assert age < timedelta(days=3) + LONGEST_PAUSE
    assert refusals < 25


def test_a_destination_that_refuses_burns_no_attempts() -> None:
    """F23, F31: back-off for the whole destination, no attempts counted."""
    assert not counts(DestinationRefuses("535 sign-in refused"))
    assert all(counts(failure) for failure in (PassingFailure(), PermanentFailure(), SenderLost()))
    assert next_attempt(9, DestinationRefuses(refusals=1)) == timedelta(minutes=5)


@pytest.mark.parametrize(
    ("asked", "pause"),
    [
        (timedelta(seconds=30), timedelta(minutes=5)),  # ours is longer
        (timedelta(hours=3), timedelta(hours=3)),
        (timedelta(days=30), timedelta(days=1)),
        (timedelta(seconds=-5), timedelta(minutes=5)),
    ],
)
def test_a_receiver_may_ask_for_a_longer_pause(asked: timedelta, pause: timedelta) -> None:
    """F33: honour Retry-After."""
    assert next_attempt(1, PassingFailure("429", retry_after=asked)) == pause
    assert next_attempt(1, DestinationRefuses("421", retry_after=asked)) == pause


def test_a_message_that_kills_its_sender_stops_at_last() -> None:
    """F15: dead after N claims; others flow."""
    assert next_attempt(1, SenderLost()) == timedelta(0)
    assert next_attempt(MOST_LOST_CLAIMS - 1, SenderLost()) == timedelta(0)
    assert next_attempt(MOST_LOST_CLAIMS, SenderLost()) is None


@given(
    attempts=st.integers(1, 10**6),
    age=st.timedeltas(timedelta(0), timedelta(days=10)),
    failure=st.one_of(
        st.builds(PassingFailure, retry_after=st.none() | st.timedeltas()),
        st.builds(DestinationRefuses, refusals=st.integers(0, 10**6), retry_after=st.none() | st.timedeltas()),
    ),
)
def test_never_beyond_the_age_and_never_at_once(attempts: int, age: timedelta, failure: SendingFailure) -> None:
    pause = next_attempt(attempts, failure, age=age)
    if age >= MAX_AGE:
        assert pause is None
    else:
        assert pause is not None
        assert timedelta(0) < pause <= MAX_AGE - age
