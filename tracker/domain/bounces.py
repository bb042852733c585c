"""When an address is believed to be dead: a score of what came back, which ebbs away with what was taken.

Scores count tenths, so that one mail that was taken weighs little against one that came back.
"""

from __future__ import annotations

#: It may be taken later: a full mailbox, a server that is away.
SOFT = 10
#: It is refused for good: no such mailbox.
HARD = 20
#: From here on no mail is sent to the address, until its owner says that it works.
THRESHOLD = 40
#: What a mail that was taken takes off.
EBB = 1

#: Refusals that are about the moment or the message and not about the address (RFC 3463): full, too large, policy.
_PASSING = ("5.2.2", "5.2.3", "5.3.4", "5.7.")


def weight(action: str, status: str) -> int:
    """What a report counts: ``action`` and ``status`` as RFC 3464 has them. 0 for anything but failure."""
    if action.strip().lower() != "failed":
        return 0
    status = status.strip()
    return HARD if status.startswith("5.") and not status.startswith(_PASSING) else SOFT


def after_bounce(score: int, counted: int) -> int:
    """With what the message took off when the relay took it: it was not delivered after all."""
    return score + counted + (EBB if score else 0)


def is_dead(score: int) -> bool:
    return score >= THRESHOLD
