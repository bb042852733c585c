"""Tags: short words by which a team finds its suggestions again. How they are told apart, and how many there may be."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from tracker.domain.errors import N_, BadInput

#: On one suggestion, in one tag, in one team.
MOST_ON_ONE = 10
LONGEST = 40
MOST_IN_TEAM = 200

_BETWEEN = re.compile(r"[,;\n]")


def folded(name: str) -> str:
    """What makes two tags the same: "Chat" and "CHAT" are one."""
    return name.casefold()


def split(text: str) -> list[str]:
    """The names in what was typed: between commas, in the order in which they stand there, each once.

    A sign in front of a name (``#chat``) is no part of it, and neither are the blanks around and within.
    """
    found: dict[str, str] = {}
    for part in _BETWEEN.split(text):
        if name := " ".join(part.strip().lstrip("#").split()):
            found.setdefault(folded(name), name)
    return list(found.values())


def joined(names: Iterable[str]) -> str:
    """As they stand in the field."""
    return ", ".join(names)


def check(names: Collection[str]) -> None:
    """Refuse (``BadInput``) too many names and too long ones."""
    if len(names) > MOST_ON_ONE:
        raise BadInput(
            N_(
                "These are %(count)s tags. At most %(most)s fit on one suggestion; keep those by which you look for it."
            ),
            field="tags",
            count=len(names),
            most=MOST_ON_ONE,
        )
    for name in names:
        if len(name) > LONGEST:
            raise BadInput(
                N_("“%(name)s …” is too long for a tag: %(length)s characters, at most %(longest)s fit."),
                field="tags",
                name=name[:LONGEST],
                length=len(name),
                longest=LONGEST,
            )


def check_new(new: Collection[str], in_team: int) -> None:
    """Refuse (``BadInput``) a name that the team has no room for; ``in_team`` are the ones it uses."""
    if new and in_team + len(new) > MOST_IN_TEAM:
        raise BadInput(
            N_("Your team has %(count)s tags already, and at most %(most)s. Use one of those instead of “%(name)s”."),
            field="tags",
            count=in_team,
            most=MOST_IN_TEAM,
            name=next(iter(new)),
        )


def changes(former: Mapping[str, str], wanted: Iterable[str]) -> tuple[list[str], list[str]]:
    """The names that come and those that go. ``former`` are the present ones by their folded names."""
    to_be = {folded(name): name for name in wanted}
    return (
        [name for key, name in to_be.items() if key not in former],
        [name for key, name in former.items() if key not in to_be],
    )
