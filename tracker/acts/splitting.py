"""Splitting a comment off: said in passing, it becomes a suggestion of its own, and its writer is owed an answer."""

from __future__ import annotations

from datetime import datetime

from tracker import access
from tracker.acts import attachments
from tracker.acts import scene as scenes
from tracker.acts import suggestions as verbs
from tracker.acts.merging import side
from tracker.domain.errors import N_, NotPossible
from tracker.domain.lifecycle import Kind, takes_comments
from tracker.store import entries, people, teams
from tracker.store.attachments import of_entries
from tracker.store.entries import Entry, EntryKind, Via
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion


def split_off(
    suggestion: Suggestion, entry: Entry, *, by: Person, now: datetime, via: Via, title: str, kind: Kind = Kind.IDEA
) -> Suggestion:
    """Raise the comment for its writer: with its files, a whole budget and a receipt. It stays readable where it was
    said.

    Raises ``BadInput`` (title), ``NotPossible``, ``NotAllowed``.
    """
    scene = scenes.of(suggestion, by=by, now=now, via=via)
    s = scene.suggestion
    access.demand_handling(by, s)
    check(s, entry)
    author = people.by_id(entry.actor_id or 0)
    if author is None or teams.membership_of(s.team_id, author.id) is None or not author.active:
        raise NotPossible(N_("Who wrote this is not in the team any more."))
    made = verbs.raise_(
        scene.team,
        by=by,
        author=author,
        now=now,
        via=via,
        title=title,
        body=entry.text,
        kind=kind,
        entered_from=f"#{s.number}",
        files=attachments.once_more(of_entries([entry.id]).get(entry.id, []), now=now),
        left_out=entry.facts.get("left_out", ()),
        split_from=s,
    )
    scene.log(EntryKind.SPLIT_OFF, suggestion=made.id, number=made.number, why="comment", entry=entry.id)
    return made


def check(s: Suggestion, entry: Entry) -> None:
    """Refuse (``NotPossible``) what is no comment, goes on elsewhere already, or is not for everybody's eyes."""
    if entry.suggestion_id != s.id or entry.kind is not EntryKind.COMMENT:
        raise NotPossible(N_("Only a comment can be split off."))
    if not takes_comments(s.status):
        raise NotPossible(N_("It goes on in another suggestion. Say it there."))
    if not side(s).is_for_all:
        raise NotPossible(N_("Only what the whole team can see can be split off."))
    if entry.id in split_entries(s.id):
        raise NotPossible(N_("This comment has been split off already."))


def split_entries(suggestion_id: int) -> dict[int, int]:
    """Comments that were split off → the suggestions they have become."""
    found = entries.of_kinds(suggestion_id, EntryKind.SPLIT_OFF)
    return {e.facts["entry"]: e.facts["suggestion"] for e in found if e.facts.get("why") == "comment"}
