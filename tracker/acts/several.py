"""One act on several suggestions: each in its own timeline, and either on all of them or on none.

All share one instant and the same words, so that a person hears of them in one mail.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tracker.acts import answers, assigning, dates, tags
from tracker.domain import promises
from tracker.domain.errors import N_, BadInput, DomainError, NotPossible
from tracker.domain.lifecycle import Act, Status, counts_as_move
from tracker.domain.outcomes import Outcome
from tracker.store import entries, rosters, suggestions
from tracker.store.base import db
from tracker.store.entries import Entry, Via
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team

#: Nobody reads a longer list before pressing a button.
MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One of several, and what its form knew of it (``scene.stamp``)."""

    suggestion: Suggestion
    seen: str | None = None


class NotAll(NotPossible):
    """Some of them refuse; nothing was done. ``refused`` says which and why, by the suggestion's number."""

    def __init__(self, refused: Mapping[int, DomainError], count: int) -> None:
        super().__init__(
            N_(
                "%(refused)s of %(count)s are not possible like this. Nothing has been done yet: look at them below, "
                "then send it again for the others."
            ),
            refused=len(refused), count=count,
        )  # fmt: skip
        self.refused = refused


def give(chosen: Sequence[Chosen], *, by: Person, now: datetime, via: Via, to: Person | None) -> None:
    """Give them to somebody who manages the team, take them oneself, or put them back."""
    _each(chosen, lambda one: assigning.assign(one.suggestion, by=by, now=now, via=via, to=to, seen=one.seen))


def tag(chosen: Sequence[Chosen], *, by: Person, now: datetime, via: Via, names: Sequence[str]) -> None:
    """Tags beside those that are on them already."""
    if not any(name.strip(" ,;#\n") for name in names):
        raise BadInput(N_("Write at least one tag."), field="tags")
    _each(chosen, lambda one: tags.add(one.suggestion, by=by, now=now, via=via, names=names))


def answer(
    chosen: Sequence[Chosen],
    *,
    by: Person,
    now: datetime,
    via: Via,
    outcome: Outcome,
    text: str,
    on: date | None = None,
    who: Person | None = None,
    own: Mapping[int, str] | None = None,
) -> None:
    """One answer for many people: each gets it in their own thread, and each may say that it does not answer theirs.

    ``own`` has the words of a saved reply as each reads them, by the suggestion's id; ``text`` stands below them.
    """

    def give(one: Chosen) -> None:
        said = "\n\n".join(part for part in ((own or {}).get(one.suggestion.id, ""), text) if part.strip())
        given: dict[str, Any] = {"outcome": outcome, "text": said, "on": on, "who": who}
        answers.answer(one.suggestion, by=by, now=now, via=via, seen=one.seen, **given)

    _each(chosen, give)


def promise_anew(
    chosen: Sequence[Chosen], days: Mapping[int, date], *, by: Person, now: datetime, via: Via, reason: str
) -> None:
    """A new date for each, as it was shown before (``days``, by the suggestion's id), with one reason for all."""
    if not reason.strip():
        raise BadInput(N_("Say why they move: everybody whose date it is reads this reason."), field="reason")

    def move(one: Chosen) -> None:
        on = days.get(one.suggestion.id)
        if on is None:
            raise NotPossible(N_("It got no new day."))
        dates.move(one.suggestion, by=by, now=now, via=via, on=on, reason=reason, seen=one.seen)

    _each(chosen, move)


def undo(given: Sequence[Entry], *, by: Person, now: datetime, via: Via) -> None:
    """Take one answer for many back from all of them, while their notices are held; from all or from none."""
    if not given:
        raise NotPossible(N_("There is no answer here that could be taken back."))
    for entry in given:
        found = suggestions.by_id(entry.suggestion_id)
        if found is not None:
            answers.undo(found, entry, by=by, now=now, via=via)


def only_others_may_move(found: Collection[Suggestion], team: Team, person: Person, *, now: datetime) -> frozenset[int]:
    """Those whose date was put off twice already, where somebody else than this person has to agree; in one query."""
    often = [s for s in found if s.moves + 1 >= promises.THIRD and counts_as_move(s.status, Act.MOVE)]
    if not often:
        return frozenset()
    roster, movers = rosters.roster(team, now=now), entries.movers_of([s.id for s in often])
    return frozenset(
        s.id
        for s in often
        if not promises.may_move(
            s.moves,
            person.id,
            movers=movers.get(s.id, ()),
            managers=() if s.is_sealed else roster.managers,
            owners=tuple(one for one in roster.owners if one != s.about_person_id),
        )
    )


def has_date_to_move(s: Suggestion) -> bool:
    """Whether a date of ours is running that a new one could replace."""
    return s.status in (Status.OPEN, Status.WILL_DO, Status.NOT_NOW)


def _each(chosen: Sequence[Chosen], act: Callable[[Chosen], Any]) -> None:
    """The act on each, in the order of their ids so that two who do this at once never wait in a circle.

    Raises ``NotAll`` where some refuse, and the refusal itself where it is the same for all of them.
    """
    if not chosen:
        raise BadInput(N_("Choose at least one."), field="n")
    if len(chosen) > MOST:
        raise BadInput(
            N_("These are %(count)s at once, and at most %(most)s are possible."),
            field="n",
            count=len(chosen),
            most=MOST,
        )
    with db.session.begin_nested():  # what was done before the first refusal is gone with it
        refused = _tried(chosen, act)
        if refused:
            raise _refusal(refused, len(chosen))


def _tried(chosen: Sequence[Chosen], act: Callable[[Chosen], Any]) -> dict[int, DomainError]:
    """Which refuse, and why, by number."""
    refused: dict[int, DomainError] = {}
    for one in sorted(chosen, key=lambda one: one.suggestion.id):
        number = one.suggestion.number
        try:
            with db.session.begin_nested():
                act(one)
        except DomainError as error:
            refused[number] = error
    return refused


def _refusal(refused: Mapping[int, DomainError], count: int) -> DomainError:
    first = next(iter(refused.values()))
    is_about_what_was_typed = isinstance(first, BadInput) and first.field != "to"
    if len(refused) == count and is_about_what_was_typed and len({error.message for error in refused.values()}) == 1:
        return first
    return NotAll(refused, count)
