"""Keeping what is half-written, going on with it, and letting it go.

Nothing of the suggestion changes by it, and nobody is told: so there is no entry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from tracker import access
from tracker.acts import texts
from tracker.domain.errors import N_, BadInput
from tracker.store import attachments as attachment_store
from tracker.store import drafts as store
from tracker.store.drafts import Draft, DraftPurpose
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team

#: A draft that nobody has touched for so long goes.
KEPT = timedelta(days=90)
#: Whoever has written on within this long is writing.
IS_WRITING = timedelta(minutes=5)
#: So many fields, and so many characters in all, a form has at most.
FIELDS_MAX = 20
LENGTH_MAX = 2 * texts.TEXT_MAX
#: Fields in which somebody writes words. Without a word in one of them there is nothing to keep.
WORDS = frozenset({"title", "body", "text", "entered_from"})


def keep(
    team: Team,
    *,
    by: Person,
    purpose: DraftPurpose,
    fields: Mapping[str, str],
    now: datetime,
    suggestion: Suggestion | None = None,
    attachments: Sequence[int] = (),
) -> Draft | None:
    """Keep what stands in the form now, in place of what was kept before; none where there is nothing in it.

    Nothing is refused for what it says: it is half-written. ``suggestion`` is what an answer is for, ``attachments``
    are files that this person has added to it. Raises ``OutOfReach``, and ``BadInput`` for more than a form can hold.
    """
    _demand(team, by, purpose, suggestion)
    filled = {name: value.replace("\x00", "") for name, value in fields.items() if value.strip()}
    if len(filled) > FIELDS_MAX or sum(len(value) for value in filled.values()) > LENGTH_MAX:
        raise BadInput(
            N_("That is too long: %(length)s characters, at most %(longest)s fit."),
            length=sum(len(value) for value in filled.values()),
            longest=LENGTH_MAX,
        )
    if not WORDS & filled.keys() and not attachments:
        store.delete(by.id, team.id, purpose, _id(suggestion))
        return None
    kept = store.put(by.id, team.id, purpose, _id(suggestion), fields=filled, now=now)
    attachment_store.hold(kept.id, by.id, attachments)
    return kept


def find(team: Team, *, by: Person, purpose: DraftPurpose, suggestion: Suggestion | None = None) -> Draft | None:
    """What this person has half-written for this. Nobody finds another's."""
    return store.of(by.id, team.id, purpose, _id(suggestion))


def answers(team: Team, *, by: Person) -> dict[int, Draft]:
    """Suggestion → this person's half-written answer to it; only of those that they can see."""
    return store.answers_of(by.id, team.id, access.visible_to(by))


def writers(suggestion: Suggestion, *, by: Person, now: datetime) -> list[int]:
    """Who else is writing an answer to it now: for those who may answer it themselves, and nobody for all others."""
    if not access.can_handle(by, suggestion):
        return []
    return store.writers_of(suggestion.id, since=now - IS_WRITING, but=by.id)


def discard(team: Team, *, by: Person, purpose: DraftPurpose, suggestion: Suggestion | None = None) -> bool:
    """It was sent, or is not wanted any more. Doing it twice does nothing more. Gives whether there was one."""
    return store.delete(by.id, team.id, purpose, _id(suggestion))


def put_aside(
    suggestion: Suggestion, *, by: Person, fields: Mapping[str, str], now: datetime, attachments: Sequence[int] = ()
) -> Draft | None:
    """Raising ends here, because this suggestion is the same: what was typed is kept apart, in place of what this
    person had put aside for it before. None where nothing was typed."""
    purpose = DraftPurpose.RAISE
    return keep(
        suggestion.team, by=by, purpose=purpose, fields=fields, now=now, suggestion=suggestion, attachments=attachments
    )


def asides(team: Team, *, by: Person) -> list[Draft]:
    """What this person put aside, the newest first."""
    return store.asides_of(by.id, team.id)


def aside(team: Team, *, by: Person, draft_id: int) -> Draft | None:
    """One of them, by its id."""
    return next((one for one in asides(team, by=by) if one.id == draft_id), None)


def take_up(draft: Draft, *, now: datetime) -> None:
    """Go on raising what was put aside. What stands in the form meanwhile changes places with it."""
    store.take_up(draft, now=now)


def let_go(draft: Draft) -> None:
    """What was put aside is not wanted any more."""
    store.delete(draft.person_id, draft.team_id, draft.purpose, draft.suggestion_id)


def forget_before(moment: datetime) -> int:
    """Housekeeping: those that nobody has touched since then. Returns how many."""
    return store.delete_before(moment)


def _demand(team: Team, by: Person, purpose: DraftPurpose, suggestion: Suggestion | None) -> None:
    """An answer's draft needs the suggestion in sight, one for raising the membership."""
    if purpose is DraftPurpose.ANSWER:
        if suggestion is None or suggestion.team_id != team.id:
            raise BadInput(N_("Choose what the answer is for."), field="suggestion")
        access.demand_sight(by, suggestion)
    else:
        access.membership_in(by, team)


def _id(suggestion: Suggestion | None) -> int | None:
    return None if suggestion is None else suggestion.id
