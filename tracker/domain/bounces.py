"""When an address is believed to be dead: a score of what came back, which ebbs away with what was taken.

Scores count tenths, so that one mail that was taken weighs little against one that came back.
"""

from __future__ import annotations

import re

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
#: Refusals that are about us as a sender and about no reader, although their class is that of addresses: our address
#: has no form or no standing, our day's share is used up (5.1.90 at Exchange Online, 5.4.5 at Gmail).
OF_THE_SENDER = frozenset({"5.1.7", "5.1.8", "5.1.90", "5.4.5"})
#: No such mailbox, or not any more, in other words than 5.1.x: disabled, unknown to Exchange Online, no host for it.
_NO_MAILBOX = ("5.2.1", "5.4.1", "5.4.4")

#: The enhanced status right behind the code, or as qmail writes it, "(#5.1.1)"; an IP address somewhere is none.
_STATUS = re.compile(r"^\d{3}[ -]+([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)|\(#([245]\.\d{1,3}\.\d{1,3})\)")
_OF_ANYBODY = re.compile(r"relay|sender|spam|block|black|policy|authenti|denied|banned|reputation", re.IGNORECASE)


def weight(action: str, status: str) -> int:
    """What a report counts: ``action`` and ``status`` as RFC 3464 has them. 0 for anything but failure."""
    if action.strip().lower() != "failed":
        return 0
    status = status.strip()
    return HARD if status.startswith("5.") and not status.startswith(_PASSING) else SOFT


def status_in(reply: str) -> str | None:
    """The enhanced status (RFC 3463) of a mail server's reply, where it has one: "550 5.1.1 no such user"."""
    hit = _STATUS.search(reply)
    return (hit[1] or hit[2]) if hit else None


def is_of_the_system(reply: str) -> bool:
    """Whether a mail server speaks of itself (RFC 3463: 4.3, "mail system"): its disk is full, what it asks is away.

    Not 4.3.4, which is about the size of one message.
    """
    status = status_in(reply) or ""
    return reply.startswith("4") and status.startswith("4.3.") and status != "4.3.4"


def of_refusal(reply: str, *, at_recipient: bool) -> int:
    """What a refusal for good counts that the relay itself speaks (``at_recipient``: when it heard the address).

    5.1.x ends it at once. Without a status only what is said of the recipient counts, and only a little: a relay that
    lets nobody through says 550, too.
    """
    status = status_in(reply)
    if status is None:
        is_of_mailbox = at_recipient and reply[:3] in ("550", "551", "553") and not _OF_ANYBODY.search(reply)
        return SOFT if is_of_mailbox else 0
    if status.startswith("5.1.") and status not in OF_THE_SENDER:
        return THRESHOLD
    return HARD if at_recipient and status in _NO_MAILBOX else 0


def after_bounce(score: int, counted: int) -> int:
    """With what the message took off when the relay took it: it was not delivered after all."""
    return score + counted + (EBB if score else 0)


def is_dead(score: int) -> bool:
    return score >= THRESHOLD
