"""Whether a message is tried again after a failure, and when."""

from __future__ import annotations

from datetime import timedelta

#: The pause after the first failure: a greylisting server lets the second attempt in.
FIRST_PAUSE = timedelta(minutes=5)
#: Every further pause is so many times the one before.
GROWTH = 3
LONGEST_PAUSE = timedelta(hours=6)
#: The relay is one server of our own that somebody is mending: it costs one connection to ask whether it is back, and
#: whoever wants to sign in waits for it.
LONGEST_PAUSE_OF_THE_RELAY = timedelta(minutes=15)
#: Older than this a message is given up: RFC 5321 section 4.5.4.1 asks for four to five days.
MAX_AGE = timedelta(days=5)
#: A receiver may ask for a longer pause than ours, and gets it up to this.
LONGEST_ASKED_PAUSE = timedelta(days=1)
#: A message whose sender vanished so often (a crash at each claim) is given up, so that it stops nobody else.
MOST_LOST_CLAIMS = 10


class SendingFailure(Exception):
    """A message did not leave. One of the kinds below; the text is for the log."""


class PassingFailure(SendingFailure):
    """It may go better later: a 4xx reply, a timeout before the body, 429, 5xx of a webhook.

    ``retry_after`` is the pause that the receiver asked for.
    """

    def __init__(self, text: str = "", *, retry_after: timedelta | None = None) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class PermanentFailure(SendingFailure):
    """It will never go: a 5xx reply to the recipient or the body, 410 of a webhook."""


class DestinationRefuses(SendingFailure):
    """The destination as a whole takes nothing now: no connection, 421 at the greeting, sign-in refused, throttled.

    No message's attempt counts; the destination pauses. ``refusals`` says how often in a row it has refused.
    """

    def __init__(self, text: str = "", *, refusals: int = 1, retry_after: timedelta | None = None) -> None:
        super().__init__(text)
        self.refusals = refusals
        self.retry_after = retry_after


class SenderLost(SendingFailure):
    """Who held the message never reported: it died, or the message itself kills who renders it."""


def next_attempt(attempts: int, error: SendingFailure, *, age: timedelta = timedelta(0)) -> timedelta | None:
    """The pause before the next attempt, or None to give up.

    ``attempts`` counts the claims until now, at least 1; ``age`` is how old the message is. A passing failure never
    becomes a permanent one by its number, only by its age; the last attempt is made when the message is ``MAX_AGE``.
    """
    if isinstance(error, PermanentFailure) or age >= MAX_AGE:
        return None
    if isinstance(error, SenderLost):
        return None if attempts >= MOST_LOST_CLAIMS else timedelta(0)
    times = error.refusals if isinstance(error, DestinationRefuses) else attempts
    asked = getattr(error, "retry_after", None) or timedelta(0)
    return min(max(_pause(times), min(asked, LONGEST_ASKED_PAUSE)), MAX_AGE - age)


def counts(error: SendingFailure) -> bool:
    """Whether the attempt counts against the message; otherwise the claim's count is given back."""
    return not isinstance(error, DestinationRefuses)


def _pause(times: int) -> timedelta:
    """The capped pause after so many failures; 5, 15, 45 minutes, 2 h 15, 6 h, 6 h, …"""
    exponent = min(max(times, 1) - 1, 8)  # beyond this the cap holds, and a power without bound would overflow
    pause: timedelta = FIRST_PAUSE * GROWTH**exponent
    return min(pause, LONGEST_PAUSE)
