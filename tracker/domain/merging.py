"""Which two suggestions can be put together into one: decided before anything changes."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.errors import N_, NotPossible
from tracker.domain.lifecycle import Status, check_merge_target


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What is known of one of the two."""

    id: int
    number: int
    team_id: int
    status: Status
    #: The whole team can see it, and it is about nobody.
    is_for_all: bool = True
    #: An answer of it was contested, and the next one is owed.
    is_contested: bool = False
    merged_into: int | None = None


def check(source: Side, target: Side) -> None:
    """Refuse (``NotPossible``) to merge ``source`` into ``target``, as far as the two decide it together.

    What the source's own status says of it stands in the table of moves.
    """
    if source.id == target.id:
        raise NotPossible(N_("It cannot be merged into itself. Choose another one."), field="into")
    check_team(source, target)
    _check_readers(source, target)
    _check_there(source, target)
    check_merge_target(target.status)
    if source.is_contested or target.is_contested:
        raise NotPossible(N_("An answer was contested there: somebody else owes that one its own answer."))


def check_team(source: Side, target: Side) -> None:
    """The one thing that has to be known before both can be locked."""
    if source.team_id != target.team_id:
        raise NotPossible(N_("Only suggestions of one team can be merged."), field="into")


def _check_readers(source: Side, target: Side) -> None:
    """A merge shows nobody anything that they could not see before; so both have to be there for the whole team."""
    if not (source.is_for_all and target.is_for_all):
        raise NotPossible(N_("Only what the whole team can see can be merged. Answer each of the two by itself."))


def _check_there(source: Side, target: Side) -> None:
    if target.status is Status.MERGED:
        if target.merged_into == source.id:
            message = N_("#%(number)s goes on in this one already. Take that back first.")
        else:
            message = N_("#%(number)s goes on in another one. Choose that one.")
        raise NotPossible(message, field="into", number=target.number)
    if target.status is Status.WITHDRAWN:
        raise NotPossible(N_("#%(number)s was withdrawn. Choose another one."), field="into", number=target.number)
