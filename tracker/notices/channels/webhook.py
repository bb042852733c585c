"""One webhook: each message is one request of its own, and its status is the whole answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tracker.domain import web_addresses
from tracker.domain.errors import BadInput
from tracker.notices.channels.doors import INNER, Doorway, Forbidden, NoReply, Reply, Unreachable
from tracker.notices.channels.results import (
    Accepted,
    NeverAccepted,
    NotAcceptedNow,
    Phase,
    RelayRefuses,
    Result,
    WantsNoMore,
    Withheld,
)
from tracker.notices.posts import Post

#: These speak of the receiver as a whole: too much for it, or nobody at home. Nothing else is tried there meanwhile.
OF_THE_RECEIVER = frozenset({429, 503})
#: Of those that begin with 4, what may go better later.
PASSING = frozenset({408, 425})
GONE = 410


class WebhookChannel:
    """In the place of a relay; nothing stays open between two messages."""

    def __init__(self, doorway: Doorway, *, now: Callable[[], datetime]) -> None:
        self._doorway = doorway
        self._now = now

    def ready(self) -> None:
        """Nothing is opened ahead: the connection and the message are one step."""

    def send(self, post: Post, *, before_body: Callable[[], bool] = lambda: True) -> Result:
        if not before_body():
            return Withheld()
        try:
            to = web_addresses.read(post.url, allowed=self._doorway.allowed)
            reply = self._doorway.post(to, post.headers, post.body, now=self._now())
        except (BadInput, Forbidden):  # the settings may allow less than when it was typed
            return NeverAccepted(INNER, phase=Phase.CONNECT)
        except Unreachable as error:
            return RelayRefuses(str(error), phase=Phase.CONNECT)
        except NoReply as error:
            return NotAcceptedNow(str(error), phase=Phase.REPLY)
        return result_of(reply)

    def quit(self) -> None:
        """Nothing is open."""


def result_of(reply: Reply) -> Result:
    """What a status means for this message, and for the next ones."""
    status, said = reply.status, str(reply.status)
    if 200 <= status <= 299:
        return Accepted(said, code=status)
    if status == GONE:
        return WantsNoMore(said, phase=Phase.REPLY, code=status)
    if status in OF_THE_RECEIVER:
        return RelayRefuses(said, phase=Phase.REPLY, code=status, retry_after=reply.retry_after)
    if status in PASSING or status >= 500:
        return NotAcceptedNow(said, phase=Phase.REPLY, code=status, retry_after=reply.retry_after)
    return NeverAccepted(said, phase=Phase.REPLY, code=status)
