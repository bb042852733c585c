"""Putting two suggestions together: one answer for both, and everybody who waited for either keeps what they had.

What was merged is not closed over its author's head: the author becomes a co-author of where it goes on, gets its
answers, and can have the own one back by saying that an answer does not answer it. A merge can be undone while the
target has no outcome, and ends by itself when the target's author withdraws it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker import access
from tracker.acts import scene as scenes
from tracker.acts.readers import let_in
from tracker.acts.scene import Scene
from tracker.domain import merging as rules
from tracker.domain import promises
from tracker.domain.errors import N_, NotPossible, Stale
from tracker.domain.lifecycle import Act, Visibility, check_unmerge
from tracker.domain.merging import Side
from tracker.domain.promises import Promise
from tracker.notices import tell
from tracker.store import entries, merges, rosters, suggestions
from tracker.store import promises as promise_store
from tracker.store.entries import Entry, EntryKind, Via
from tracker.store.people import Person
from tracker.store.promises import PromiseRow
from tracker.store.suggestions import Follower, Suggestion, Vote


def side(s: Suggestion) -> Side:
    """What the rules have to know of one of the two."""
    return Side(
        id=s.id,
        number=s.number,
        team_id=s.team_id,
        status=s.status,
        is_for_all=s.visibility is Visibility.TEAM and s.about_person_id is None and not s.is_sealed,
        is_contested=s.contested_answerer_id is not None,
        merged_into=s.merged_into_id,
    )


def merge(
    suggestion: Suggestion, *, into: Suggestion, by: Person, now: datetime, via: Via, seen: str | None = None
) -> Entry:
    """Let it go on in ``into``: the earlier date holds, or while the other one's author is asked the smaller remaining.

    Raises ``NotPossible``, ``NotAllowed``, ``OutOfReach``, and ``Stale`` where ``seen`` is not what it is any more.
    """
    rules.check_team(side(suggestion), side(into))
    found = scenes.of_many(suggestion, [into.id], by=by, now=now, via=via)
    source, target = found[suggestion.id], found[into.id]
    source.demand_fresh(seen)
    access.demand_handling(by, source.suggestion)
    access.demand_handling(by, target.suggestion)
    status = source.next_status(Act.MERGE)
    rules.check(side(source.suggestion), side(target.suggestion))
    theirs, ours = _owed(source), _owed(target)
    former = theirs.facts()
    value = promises.merged(ours.value, theirs.value, calendar=target.calendar, now=now)
    source.write(theirs, promises.withdraw(theirs.value, now=now))
    target.write(ours, value)
    carried = _carry(source, target, Promise.from_facts(former), now=now)
    source.become(status)
    source.suggestion.merged_into_id = into.id
    target.log(EntryKind.MERGED_IN, suggestion=suggestion.id, number=suggestion.number, carried=carried)
    entry = source.log(EntryKind.MERGED, into=into.id, number=into.number, former=former)
    tell.merged(source.suggestion, entry, now=now)
    return entry


def _owed(scene: Scene) -> PromiseRow:
    """The answer that is owed: running, or waiting while the author is asked."""
    row = scene.suspended or scene.open
    if row is None:
        raise NotPossible(N_("Nothing is owed here."))
    return row


def _carry(source: Scene, target: Scene, former: Promise, *, now: datetime) -> dict[str, Any]:
    """Authors, votes, followers and nudges of the one become those of the other, nobody twice. Returns who was new."""
    here, there, ours = source.suggestion, target.suggestion, _owed(target)
    nudged = merges.nudgers_of(_owed(source).id, former.version)
    merges.add_authors(there, [pair for pair in merges.authors_of(here) if pair[0] != there.author_id])
    authors = {person for person, _ in merges.authors_of(there)}
    carried = {
        "taken": merges.remove_votes(there.id, authors),  # who has become an author needs no "me too"
        "votes": merges.add_votes(there.id, set(suggestions.voter_ids(here.id)) - authors, now=now),
        "followers": merges.add_followers(there.id, set(suggestions.follower_ids(here.id)) - authors, now=now),
        "nudges": merges.add_nudges(there.id, ours.id, ours.version, nudged, now=now),
        "nudged": [ours.id, ours.version],
    }
    merges.recount(there)
    return carried


# Apart again ----------------------------------------------------------------------------------------------------------


def unmerge(suggestion: Suggestion, *, by: Person, now: datetime, via: Via) -> Entry:
    """Undo of a merge, while the target has no outcome: back with the old date, or now + 4 h if that has passed."""
    source, *targets = _chain(suggestion, by=by, now=now, via=via)
    for scene in (source, *targets[-1:]):
        access.demand_handling(by, scene.suggestion)
    source.next_status(Act.UNMERGE)
    check_unmerge(targets[-1].status)
    return _on_its_own(source, targets)


def _chain(suggestion: Suggestion, *, by: Person, now: datetime, via: Via) -> list[Scene]:
    """It, where it goes on, and where that goes on, all locked. Raises ``Stale`` where that changed meanwhile."""
    chain = merges.chain_of(suggestion)
    found = scenes.of_many(suggestion, chain[1:], by=by, now=now, via=via)
    line = [found[one] for one in chain]
    if [scene.suggestion.merged_into_id for scene in line] != [*chain[1:], None]:
        raise Stale(N_("Somebody else was quicker. Please read what they wrote; your text is still here."))
    return line


def _on_its_own(source: Scene, targets: Sequence[Scene]) -> Entry:
    """Its answer is owed again by the date it had, and everybody who is told by that learns it."""
    s, merged = source.suggestion, entries.last_of(source.suggestion.id, EntryKind.MERGED)
    row = promise_store.by_id(merged.facts["former"]["id"]) if merged is not None else None
    if merged is None or row is None:
        raise NotPossible(N_("Nothing was merged here."))
    _leave(source, targets)
    former = Promise.from_facts(merged.facts["former"])
    source.write(row, promises.unmerged(former, calendar=source.calendar, now=source.now))
    source.become(source.next_status(Act.UNMERGE))
    entry = source.log(EntryKind.UNMERGED)
    targets[0].log(EntryKind.UNMERGED, suggestion=s.id, number=s.number)
    let_in(source, rosters.on_duty(s, row.value, now=source.now))
    tell.unmerged(s, entry, row, now=source.now)
    return entry


def _leave(source: Scene, targets: Sequence[Scene]) -> None:
    """Take back what came with it, from where it went on and from wherever that went on."""
    s, before = source.suggestion, source.suggestion.id
    brought_by = [one for _, one in merges.authors_of(s)]
    for scene in targets:
        there = scene.suggestion
        merges.remove_authors(there.id, brought_by=brought_by)
        _uncarry(s, there, before, now=source.now)
        before = there.id
    s.merged_into_id = None


def _uncarry(source: Suggestion, target: Suggestion, came_as: int, *, now: datetime) -> None:
    """Who came by this one alone is gone from there; who came by another one as well stays. ``came_as`` is what was
    merged into the target: it, or what it had been merged into before."""
    merges_in = entries.of_kinds(target.id, EntryKind.MERGED_IN)
    carried = [entry.facts["carried"] for entry in merges_in]
    own = [entry.facts["carried"] for entry in merges_in if entry.facts["suggestion"] == came_as][-1]
    only = {table: merges.who_came_only_by(source.id, target.id, table) for table in (Vote, Follower)}
    merges.remove_votes(target.id, only[Vote] & {one for facts in carried for one in facts["votes"]})
    merges.remove_followers(target.id, only[Follower] & {one for facts in carried for one in facts["followers"]})
    if came_as == source.id:
        promise_id, version = own["nudged"]
        merges.remove_nudges(target.id, promise_id, version, own["nudges"])
    authors = {person for person, _ in merges.authors_of(target)}
    theirs = {person for person, _ in merges.authors_of(source)}
    merges.add_votes(target.id, (set(own["taken"]) & theirs) - authors, now=now)
    merges.recount(target)


def hold_merged(suggestion: Suggestion, *, by: Person, now: datetime, via: Via) -> None:
    """Before an act that sets free what was merged into this one: lock all of them in the one order."""
    if found := merges.merged_into(suggestion.id):
        scenes.of_many(suggestion, found, by=by, now=now, via=via)


def set_free(scene: Scene) -> None:
    """Its author withdrew it; what others had raised, and was merged into it, is owed an answer all the same."""
    for one in merges.merged_into(scene.suggestion.id):
        source = suggestions.lock(one)
        if source is not None:
            gathered = scenes.gathered(source, team=scene.team, by=scene.by, now=scene.now, via=scene.via)
            _on_its_own(gathered, [scene])


# "That does not answer it", by a co-author ----------------------------------------------------------------------------


def hold_brought(suggestion: Suggestion, *, by: Person, now: datetime, via: Via) -> None:
    """Before a contest: lock in the one order what it may split off."""
    if found := merges.brought_by(suggestion.id, by.id):
        scenes.of_many(suggestion, _between(found[-1], suggestion), by=by, now=now, via=via)


def _between(source_id: int, target: Suggestion) -> list[int]:
    source = suggestions.by_id(source_id)
    return [one for one in merges.chain_of(source) if one != target.id] if source is not None else []


def split_by_contest(target: Scene, given: Entry | None, text: str) -> Entry:
    """A co-author's own suggestion has an answer of its own again, from somebody else where there is one."""
    found = merges.brought_by(target.suggestion.id, target.actor.id)
    s = suggestions.by_id(found[-1]) if found else None
    if s is None:
        raise NotPossible(N_("Only the person who raised it can contest this answer."))
    source, *targets = _chain(s, by=target.actor, now=target.now, via=target.via)
    _leave(source, targets)
    row = source.make(promises.contested(budget=source.budget, calendar=source.calendar, now=source.now))
    s.contested_answerer_id = given.actor_id if given is not None else None
    source.become(source.next_status(Act.UNMERGE))
    entry = source.log(EntryKind.CONTESTED, text=text, entry=given.id if given is not None else None)
    targets[0].log(EntryKind.SPLIT_OFF, suggestion=s.id, number=s.number, why="contest")
    let_in(source, rosters.on_duty(s, row.value, now=source.now))
    tell.contested(s, entry, row, now=source.now)
    return entry


# Looking before -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Preview:
    """What a merge would make of the other one's date: running by ``due_at``, or waiting with less time left."""

    due_at: datetime | None
    is_earlier: bool
    votes: int
    followers: int


def preview(suggestion: Suggestion, into: Suggestion, *, by: Person, now: datetime) -> Preview:
    """What it would do, without doing it. Raises what the merge would raise."""
    rules.check(side(suggestion), side(into))
    source, target = (scenes.gathered(s, team=s.team, by=by, now=now, via=Via.WEB) for s in (suggestion, into))
    source.next_status(Act.MERGE)
    ours = _owed(target)
    value = promises.merged(ours.value, _owed(source).value, calendar=target.calendar, now=now)
    authors = {person for one in (suggestion, into) for person, _ in merges.authors_of(one)}
    return Preview(
        due_at=value.due_at,
        is_earlier=(value.due_at, value.remaining) != (ours.value.due_at, ours.value.remaining),
        votes=len(set(suggestions.voter_ids(suggestion.id)) - authors - set(suggestions.voter_ids(into.id))),
        followers=len(set(suggestions.follower_ids(suggestion.id)) - authors - set(suggestions.follower_ids(into.id))),
    )
