"""Answering with one of four outcomes, taking an answer back within a minute, contesting it, handing a promise back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from tracker import access
from tracker.acts import drafts, merging, texts
from tracker.acts import scene as scenes
from tracker.acts.attachments import send_along
from tracker.acts.readers import let_back, let_in, let_out, seal_if_managing
from tracker.acts.scene import Scene
from tracker.domain import contests, duty, outcomes, promises
from tracker.domain.contests import Contest, Contested
from tracker.domain.errors import N_, BadInput, NotAllowed, NotPossible
from tracker.domain.lifecycle import CLOSED, Act, Status, act_of, contest_until, counts_as_move, may_undo, moves_after
from tracker.domain.outcomes import Answer, Outcome
from tracker.domain.promises import Promise, PromiseKind, PromiseState
from tracker.domain.working_time import WorkingTime
from tracker.notices import tell
from tracker.store import entries, people, rosters, suggestions, teams
from tracker.store import promises as promise_store
from tracker.store.attachments import Attachment
from tracker.store.drafts import DraftPurpose
from tracker.store.entries import Entry, EntryKind, Via
from tracker.store.people import Person
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import NAMED, Suggestion


def answer(
    suggestion: Suggestion,
    *,
    by: Person,
    now: datetime,
    via: Via,
    outcome: Outcome,
    text: str,
    on: date | None = None,
    who: Person | None = None,
    seen: str | None = None,
    files: Sequence[Attachment] = (),
) -> Entry:
    """Give one of the four outcomes; it ends the open promise and may open the next.

    Takes effect at once; its notices are held for 60 seconds. Raises ``BadInput`` with the field of the missing part,
    ``NotPossible``, ``NotAllowed``, ``Stale``.
    """
    scene = scenes.of(suggestion, by=by, now=now, via=via, seen=seen)
    s, act = scene.suggestion, act_of(outcome)
    access.demand_answering(by, s, scene.open, is_done=outcome is Outcome.DONE)
    text = texts.block(text, field="text", required=False)
    given = outcomes.checked(
        Answer(outcome=outcome, text=text, on=on, who=who.id if who else None), now=now, calendar=scene.calendar
    )
    status = scene.next_status(act)
    _demand_somebody_else(scene)
    demand_third_hand(scene, act)
    named = _named(scene, given, who)

    told = _what_to_tell(scene, act, given, named)
    _close(scene, outcome, given)
    _open_next(scene, given, named)
    s.moves = moves_after(s.moves, s.status, act)
    s.contested_answerer_id = None
    scene.become(status)
    entry = scene.log(EntryKind.ANSWER, text=given.text, **told)
    send_along(s, entry, files)
    s.answer_entry_id, s.answered_at = entry.id, now
    if named is not None:
        let_in(scene, [named.id], why=NAMED)
    let_out(scene)
    tell.answered(s, entry, scene.open, now=now, named_id=named.id if named else None)
    drafts.discard(scene.team, by=by, purpose=DraftPurpose.ANSWER, suggestion=s)
    return entry


def _what_to_tell(scene: Scene, act: Act, given: Answer, named: Person | None) -> dict[str, Any]:
    """The facts of the answer's entry, taken before anything changes; ``former`` is what an undo brings back."""
    s, late_since = scene.suggestion, _late_since(scene)
    return {
        "outcome": given.outcome.value,
        "on": given.on.isoformat() if given.on else None,
        "who": named.id if named else None,
        "nth": s.moves + 1 if counts_as_move(s.status, act) else None,
        "takes_back": _what_it_takes_back(scene, given),
        "late_since": late_since.isoformat() if late_since else None,
        "final": s.contested_answerer_id is not None or None,
        "former": _picture(s, scene),
    }


def _late_since(scene: Scene) -> datetime | None:
    """The date of ours that has passed; an author's silence is no lateness of ours."""
    row = scene.open
    if row is None or row.kind is PromiseKind.CLARIFY or not promises.is_late(row.value, now=scene.now):
        return None
    return row.due_at


def _named(scene: Scene, given: Answer, who: Person | None) -> Person | None:
    """Who owes a will_do: any member who may know of it, by default the one who answers."""
    if given.outcome is not Outcome.WILL_DO:
        return None
    person = who or scene.actor
    s = scene.suggestion
    if person.id == scene.actor.id:
        return person
    if teams.membership_of(s.team_id, person.id) is None or not person.active or person.id == s.about_person_id:
        raise BadInput(N_("This person cannot be named: choose somebody of the team."), field="who")
    if s.is_sealed and not access.can_see(person, s):
        raise BadInput(N_("This person must not learn of it. Choose somebody who knows."), field="who")
    return person


def _demand_somebody_else(scene: Scene) -> None:
    """A contested answer is answered by somebody else, where duty finds one who is there; a question in between
    changes nothing of that."""
    s, row = scene.suggestion, scene.suspended or scene.open
    if s.contested_answerer_id != scene.actor.id or row is None:
        return
    case, roster = rosters.case(s, row.value), rosters.roster(scene.team, now=scene.now)
    away = roster.absent | case.authors | {scene.actor.id}
    if any(person not in away for person in duty.on_duty(case, roster)):
        raise NotAllowed(N_("Your answer was contested. This time somebody else of you answers."))


def demand_third_hand(scene: Scene, act: Act) -> None:
    """From the third time on a date is put off by an owner or by a manager who did none of those before."""
    s = scene.suggestion
    if not counts_as_move(s.status, act):
        return
    roster = rosters.roster(scene.team, now=scene.now)
    promises.check_may_move(
        s.moves,
        scene.actor.id,
        movers=entries.movers(s.id),
        managers=() if s.is_sealed else roster.managers,
        owners=tuple(i for i in roster.owners if i != s.about_person_id),
    )


def _what_it_takes_back(scene: Scene, given: Answer) -> dict[str, Any] | None:
    """A date that somebody gave and that another outcome breaks is said first."""
    row = scene.open
    if row is None or row.due_at is None:
        return None
    if row.kind is PromiseKind.DELIVER and given.outcome is not Outcome.DONE:
        return {"outcome": Outcome.WILL_DO.value, "due_at": row.due_at.isoformat()}
    if row.kind is PromiseKind.REVISIT and outcomes.breaks_day(
        given, row.due_at, now=scene.now, calendar=scene.calendar
    ):
        return {"outcome": Outcome.NOT_NOW.value, "due_at": row.due_at.isoformat()}
    return None


def _close(scene: Scene, outcome: Outcome, given: Answer) -> None:
    """End what is owed: the open promise, a question that is open, and the answer that waited for it."""
    now = scene.now
    row, waiting = scene.open, scene.suspended
    if row is None:
        raise NotPossible(N_("Nothing is owed here."))
    state = promises.state_after(row.kind, outcome)
    if state is PromiseState.OPEN:
        scene.write(row, promises.revisit_again(row.value, due_at=_due_of(given, scene), now=now))
    else:
        scene.write(row, _end(row.value, state, now))
    if waiting is not None:
        scene.write(waiting, promises.keep(waiting.value, now=now))
    if outcome is not Outcome.WILL_DO:
        scene.withdraw_tasks()


def _due_of(given: Answer, scene: Scene) -> datetime:
    """The instant of the answer's day, which ``outcomes.checked`` has demanded."""
    if given.on is None:
        raise BadInput(N_("Say on which day you look at it again."), field="on")
    return outcomes.due_of(given.on, scene.calendar)


def _end(value: Promise, state: PromiseState, now: datetime) -> Promise:
    ends = {
        PromiseState.KEPT: promises.keep,
        PromiseState.BROKEN: promises.break_,
        PromiseState.WITHDRAWN: promises.withdraw,
    }
    return ends[state](value, now=now)


def _open_next(scene: Scene, given: Answer, named: Person | None) -> None:
    """A will_do and a first not_now are promises again."""
    if given.on is None:
        return
    due_at = _due_of(given, scene)
    if given.outcome is Outcome.WILL_DO and named is not None:
        scene.make(promises.deliver(owed_by=named.id, due_at=due_at, now=scene.now))
    elif given.outcome is Outcome.NOT_NOW and scene.status is not Status.NOT_NOW:
        scene.make(promises.revisit(due_at=due_at, now=scene.now))


# Undo -----------------------------------------------------------------------------------------------------------------


def _picture(s: Suggestion, scene: Scene) -> dict[str, Any]:
    """Everything an undo has to bring back, from before the outcome."""
    rows = [row for row in (scene.open, scene.suspended, *promise_store.tasks_of(s.id)) if row is not None]
    return {
        "status": s.status.value,
        "moves": s.moves,
        "answer_entry_id": s.answer_entry_id,
        "answered_at": s.answered_at.isoformat() if s.answered_at else None,
        "contested_answerer_id": s.contested_answerer_id,
        "promises": [row.facts() for row in rows],
        "named": suggestions.named_reader_ids(s.id),
    }


def undo(suggestion: Suggestion, entry: Entry, *, by: Person, now: datetime, via: Via) -> Entry:
    """Take an outcome back within 60 seconds: everything is as it was, and nobody was told."""
    scene = scenes.of(suggestion, by=by, now=now, via=via)
    s = scene.suggestion
    if entry.kind is not EntryKind.ANSWER or entry.suggestion_id != s.id or s.answer_entry_id != entry.id:
        raise NotPossible(N_("There is no answer here that could be taken back."))
    if entry.actor_id != by.id:
        access.demand_handling(by, s)
    if not may_undo(entry.at, now=now) or not tell.take_back(entry, now=now):
        raise NotPossible(N_("The 60 seconds are over and the mail has left. Answer anew, or move the date."))
    former = entry.facts["former"]
    status = scene.next_status(Act.UNDO, former=Status(former["status"]))
    if status is not Status.WILL_DO:
        scene.withdraw_tasks()  # planned since, for what is no longer promised
    _bring_back(scene, former)
    s.moves = former["moves"]
    s.answer_entry_id = former["answer_entry_id"]
    s.answered_at = datetime.fromisoformat(former["answered_at"]) if former["answered_at"] else None
    s.contested_answerer_id = former["contested_answerer_id"]
    let_back(scene, former.get("named", ()))
    let_out(scene)
    scene.become(status)
    if entry.actor_id == by.id:
        _write_on(scene, entry)
    return scene.log(EntryKind.UNDONE, entry=entry.id)


def _write_on(scene: Scene, entry: Entry) -> None:
    """What was taken back stands in its form again, to be written anew."""
    names = ("outcome", "on", "who")
    fields = {name: str(entry.facts[name]) for name in names if entry.facts.get(name) is not None}
    drafts.keep(
        scene.team,
        by=scene.actor,
        purpose=DraftPurpose.ANSWER,
        fields={**fields, "text": entry.text},
        now=scene.now,
        suggestion=scene.suggestion,
    )


def _bring_back(scene: Scene, former: dict[str, Any]) -> None:
    """Close what the outcome opened, then set each former promise exactly as it was: ended ones first, so that
    there are never two open."""
    known = {values["id"] for values in former["promises"]}
    if scene.open is not None and scene.open.id not in known:
        scene.write(scene.open, promises.withdraw(scene.open.value, now=scene.now))
    for values in former["promises"]:
        row = promise_store.by_id(values["id"])
        if row is not None:
            scene.write(row, promises.undone(Promise.from_facts(values)))


# Contest --------------------------------------------------------------------------------------------------------------


def contest(suggestion: Suggestion, *, by: Person, now: datetime, via: Via, text: str) -> Entry:
    """ "That does not answer it": a new answer within half the budget, from somebody else where there is one."""
    merging.hold_brought(suggestion, by=by, now=now, via=via)
    scene = scenes.of(suggestion, by=by, now=now, via=via)
    s = scene.suggestion
    given = entries.by_id(s.answer_entry_id) if s.answer_entry_id else None
    text = texts.block(text, field="text", required=False)
    what = contests.contest(_contested(scene, given), by.id, text, now=now, calendar=scene.calendar)
    if what is Contest.SPLITS:
        return merging.split_by_contest(scene, given, text)
    row = scene.suspended or scene.open
    if what is Contest.REOPENS:
        seal_if_managing(scene)
        if row is not None:
            scene.write(row, promises.withdraw(row.value, now=now))
        scene.withdraw_tasks()
        row = scene.make(promises.contested(budget=scene.budget, calendar=scene.calendar, now=now))
        s.contested_answerer_id = given.actor_id if given else None
        scene.become(scene.next_status(Act.CONTEST))
        s.answered_at, s.answer_entry_id = None, None
        let_out(scene)
    entry = scene.log(EntryKind.CONTESTED, text=text, entry=given.id if given else _contested_before(s))
    if row is not None:
        let_in(scene, rosters.on_duty(s, row.value, now=now))
        tell.contested(s, entry, row, now=now)
    return entry


def _contested_before(s: Suggestion) -> int | None:
    """The answer that the contest before this one was about, which this one joins."""
    former = entries.last_of(s.id, EntryKind.CONTESTED)
    return former.facts.get("entry") if former is not None else None


def _contested(scene: Scene, given: Entry | None) -> Contested:
    s = scene.suggestion
    earlier = entries.of_kinds(s.id, EntryKind.CONTESTED)
    return Contested(
        status=s.status,
        author=s.author_id,
        co_authors=suggestions.co_author_ids(s.id),
        answered_at=s.answered_at,
        contested_by=[entry.actor_id for entry in earlier if entry.actor_id is not None],
        answers_a_contest=bool(given and given.facts.get("final")),
        contest_is_open=s.contested_answerer_id is not None,
    )


def can_contest(suggestion: Suggestion, person: Person, *, now: datetime) -> date | None:
    """The last day on which this person can say that the answer does not answer it; none when they cannot."""
    if suggestion.status not in (*CLOSED, Status.WILL_DO, Status.NOT_NOW) or suggestion.answer_entry_id is None:
        return None
    what, calendar = _would_contest(suggestion, person, now=now)
    if what in (None, Contest.JOINS) or suggestion.answered_at is None:
        return None
    return contest_until(suggestion.answered_at, calendar)


def can_join_contest(suggestion: Suggestion, person: Person, *, now: datetime) -> bool:
    """Whether this co-author can say the same while the answer to a contest is owed."""
    if suggestion.contested_answerer_id is None or suggestion.author_id == person.id:
        return False
    return _would_contest(suggestion, person, now=now)[0] is Contest.JOINS


def _would_contest(suggestion: Suggestion, person: Person, *, now: datetime) -> tuple[Contest | None, WorkingTime]:
    """What this person's contest would do; none where it is refused."""
    scene = Scene(suggestion=suggestion, team=suggestion.team, by=person, via=Via.WEB, now=now)
    given = entries.by_id(suggestion.answer_entry_id) if suggestion.answer_entry_id is not None else None
    try:
        what = contests.contest(_contested(scene, given), person.id, "?!", now=now, calendar=scene.calendar)
    except (NotPossible, NotAllowed, BadInput):
        return None, scene.calendar
    return what, scene.calendar


# Handing back ---------------------------------------------------------------------------------------------------------


def hand_back(suggestion: Suggestion, *, by: Person, now: datetime, via: Via, text: str) -> Entry:
    """Who was named in a will_do hands it back with a sentence: the manager who named them owes it, or who is on duty
    where that one manages no more; the date stands."""
    scene = scenes.of(suggestion, by=by, now=now, via=via)
    s, row = scene.suggestion, scene.open
    text = texts.block(text, field="text", missing=N_("Say in a sentence why you hand it back."))
    if row is None or not access.can_deliver(by, row):
        raise NotAllowed(N_("Only the person who was named can hand it back."))
    scene.become(scene.next_status(Act.HAND_BACK))
    to_id = _who_takes_it_back(scene, row)
    scene.write(row, promises.handed_back(row.value, to=to_id, now=now))
    entry = scene.log(EntryKind.HANDED_BACK, text=text, to=to_id)
    let_out(scene)
    let_in(scene, [to_id])
    tell.handed_back(s, entry, row, now=now)
    return entry


def _who_takes_it_back(scene: Scene, row: PromiseRow) -> int:
    """The manager who named them. One's own word nobody takes back from who can give another answer; who cannot, as
    they manage no longer, and whoever was named by somebody who is gone, gives it to who is on duty without them."""
    s, by = scene.suggestion, scene.actor
    given = entries.by_id(s.answer_entry_id) if s.answer_entry_id else None
    namer = people.by_id(given.actor_id) if given and given.actor_id else None
    is_own = namer is None or namer.id == by.id
    if namer is not None and not is_own and access.can_handle(namer, s):
        return namer.id
    case = replace(rosters.case(s, row.value), owed_by=None)
    others = duty.on_duty(case, rosters.roster(scene.team, now=scene.now).without(by.id))
    if not others or (is_own and access.can_handle(by, s)):
        raise NotPossible(N_("You promised this yourself. Move the date, or give another answer."))
    return others[0]
