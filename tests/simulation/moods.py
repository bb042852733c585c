"""What a world is about: each has a little of everything, and of one thing more.

Thirty kinds of fault a little at a time hardly ever meet; worlds that lean to one side see more of it in fewer seeds.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mood:
    """How often it is drawn, compared with the others, and what is different in it."""

    weight: int
    #: what goes wrong, one of these at a time
    wrongs: tuple[str, ...] = ("kill", "start", "jump", "jump", "downtime", "relay", "relay")
    #: how often something goes wrong with a mail
    likelihood: float = 0.35
    #: how much likelier than usual a mail takes minutes
    slowness: int = 1
    #: so many workers begin, one of these
    workers: tuple[int, ...] = (1, 2, 2)
    #: so many people do something, one after the other
    deeds: int = 1
    has_outlets: bool = False
    has_mailbox: bool = False
    #: somebody sits at the outbox page
    has_keeper: bool = False
    #: managers plan tasks, and put suggestions together and apart
    has_plans: bool = False
    #: a second team in another zone, with managers of the first one
    has_two_zones: bool = False
    #: whoever manages is away all at once
    is_deserted: bool = False
    #: from how many messages a minute on it is a storm; none: as in life
    few: int | None = None


MOODS = {
    "anything": Mood(6),
    "clocks": Mood(1, wrongs=("jump", "jump", "jump", "start"), likelihood=0.7, slowness=12),
    "rivals": Mood(1, wrongs=("start", "start", "kill", "relay"), workers=(3,), likelihood=0.1),
    "outlets": Mood(3, has_outlets=True, likelihood=0.1),
    "letters": Mood(
        3, has_mailbox=True, likelihood=0.1, wrongs=("kill", "start", "jump", "downtime", *["mailbox"] * 5)
    ),
    "outbox": Mood(1, has_keeper=True, likelihood=0.8),
    "plans": Mood(2, has_plans=True, deeds=4, likelihood=0.1),
    "storm": Mood(2, few=1, likelihood=0.1, wrongs=("kill", "start", "downtime")),
    "zones": Mood(2, has_two_zones=True, deeds=2, likelihood=0.05, wrongs=("kill", "start", "downtime", "relay")),
    # only where it is asked for: all who manage are away at once, so that it falls to the site admin
    "deserted": Mood(0, is_deserted=True, likelihood=0.1, wrongs=("kill", "start", "downtime")),
}
