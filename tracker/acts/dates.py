"""Moving a date, and changing how urgent something is: earlier silently, later only as an act with a reason."""

from __future__ import annotations

from datetime import date, datetime

from tracker import access
from tracker.acts import scene as scenes
from tracker.acts import texts
from tracker.acts.answers import demand_third_hand
from tracker.acts.scene import Scene
from tracker.domain import outcomes, promises
from tracker.domain.errors import N_, BadInput, NotAllowed, NotPossible
from tracker.domain.lifecycle import Act, Urgency
from tracker.domain.promises import Promise, PromiseKind
from tracker.notices import tell
from tracker.store.entries import Entry, EntryKind, Via
from tracker.store.people import Person
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import Suggestion


def move(
    suggestion: Suggestion,
    *,
    by: Person,
    now: datetime,
    via: Via,
    on: date | None = None,
    at: datetime | None = None,
    reason: str = "",
    seen: str | None = None,
) -> Entry:
    """Give the open promise another date: a day (``on``) or an instant (``at``).

    Later needs a reason, is counted on the suggestion and told; earlier is silent. Raises ``BadInput`` (fields on, at,
    reason), ``NotAllowed`` from the third time on, ``NotPossible``, ``Stale``.
    """
    scene = scenes.of(suggestion, by=by, now=now, via=via, seen=seen)
    s, row = scene.suggestion, scene.open
    access.demand_sight(by, s)
    if not access.can_handle(by, s) and not access.can_deliver(by, row):
        raise NotAllowed(N_("Only somebody who manages the team can do that."))
    scene.become(scene.next_status(Act.MOVE))
    if row is None:
        raise NotPossible(N_("There is no date to move now."))
    former, due_at = row.value, _chosen(scene, on, at)
    value = promises.move(former, due_at=due_at, reason=texts.block(reason, field="reason", required=False), now=now)
    return apply_move(scene, row, value, reason=reason)


def apply_move(scene: Scene, row: PromiseRow, value: Promise, *, reason: str) -> Entry:
    """Store a new date; a later one is counted, and told to those it was given to."""
    s, former = scene.suggestion, row.value
    is_later = promises.moves_later(former, value)
    if is_later:
        demand_third_hand(scene, Act.MOVE)
        s.moves += 1
    scene.write(row, value)
    entry = scene.log(
        EntryKind.MOVED,
        text=texts.block(reason, field="reason", required=False),
        was=former.due_at.isoformat() if former.due_at else None,
        to=value.due_at.isoformat() if value.due_at else None,
        nth=s.moves if is_later else None,
    )
    if is_later:
        tell.moved(s, entry, row, now=scene.now)
    return entry


def _chosen(scene: Scene, on: date | None, at: datetime | None) -> datetime:
    if (on is None) == (at is None):
        raise BadInput(N_("Say the new date: a day or an instant."), field="on")
    if on is not None:
        outcomes.check_day(on, now=scene.now, calendar=scene.calendar)
        return outcomes.due_of(on, scene.calendar)
    if at is None:
        raise BadInput(N_("Say the new date: a day or an instant."), field="at")
    outcomes.check_instant(at, now=scene.now, calendar=scene.calendar)
    return at


def change_urgency(
    suggestion: Suggestion,
    *,
    by: Person,
    now: datetime,
    via: Via,
    to: Urgency,
    reason: str = "",
    is_correction: bool = False,
    seen: str | None = None,
) -> Entry | None:
    """Raise or lower the urgency; a manager may correct it before the first reminder, with a reason.

    Raised, the date comes nearer; lowered, label and order change and the date stands; corrected, the date is the one
    that the right urgency would have given. Nothing changes when it is that already (none is returned).
    """
    scene = scenes.of(suggestion, by=by, now=now, via=via, seen=seen)
    s = scene.suggestion
    if not access.is_author(by, s) or is_correction:
        access.demand_handling(by, s)
    if s.about_person_id is not None:
        raise NotPossible(N_("About a person there is no choice of urgency."))
    if s.urgency is to:
        return None
    row, former = scene.suspended or scene.open, s.urgency
    if row is not None and row.kind is PromiseKind.ANSWER:
        scene.write(row, _with_urgency(scene, row, former, to, reason, is_correction))
    else:
        is_correction = False  # there is no date of an answer that could be set right: the label alone changes
    s.urgency = to
    entry = scene.log(
        EntryKind.URGENCY,
        text=texts.block(reason, field="reason", required=False),
        was=former.value,
        to=to.value,
        corrected=is_correction or None,
    )
    if row is not None:
        tell.urgency_changed(s, entry, row, now=now)
    return entry


def _with_urgency(
    scene: Scene, row: PromiseRow, former: Urgency, to: Urgency, reason: str, is_correction: bool
) -> Promise:
    budget, now = scene.budgets.of(to), scene.now
    if scene.suggestion.contested_answerer_id is not None:
        budget = promises.contest_budget(budget)
    calendars = {"calendar": scene.calendar, "made_under": scene.calendar_of(row)}
    if is_correction:
        return promises.urgency_corrected(
            row.value, budget=budget, reason=reason, ladder=scene.ladder, now=now, **calendars
        )
    if to.is_above(former):
        return promises.urgency_raised(row.value, budget=budget, now=now, **calendars)
    return promises.urgency_lowered(row.value, now=now)
