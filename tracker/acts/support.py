"""Small signs that cost nobody a mail: me too, follow, still matters to me, thanks. Each is safe to repeat."""

from __future__ import annotations

from datetime import datetime

from tracker import access
from tracker.acts import scene as scenes
from tracker.domain import promises
from tracker.domain.errors import N_, NotAllowed, NotPossible
from tracker.domain.lifecycle import OPEN
from tracker.store import suggestions
from tracker.store.base import db
from tracker.store.entries import Entry, EntryKind, Via
from tracker.store.people import Person
from tracker.store.suggestions import Follower, Nudge, Suggestion, Thanks, Vote


def vote(suggestion: Suggestion, *, by: Person, now: datetime, via: Via, tell_me: bool = False) -> bool:
    """ "Me too". Authors need none. Returns whether something changed."""
    scene = scenes.of(suggestion, by=by, now=now, via=via)
    s = scene.suggestion
    if access.is_author(by, s):
        raise NotPossible(N_("It is your own already."))
    if s.status not in OPEN:
        raise NotPossible(N_("It is closed. Raise it anew if it bothers you."))
    if tell_me:
        follow(s, by=by, now=now, via=via)
    if suggestions.vote_of(s.id, by.id) is not None:
        return False
    db.session.add(Vote(suggestion_id=s.id, person_id=by.id, at=now))
    s.votes += 1
    db.session.flush()
    return True


def unvote(suggestion: Suggestion, *, by: Person, now: datetime, via: Via) -> bool:
    """Take the "me too" back. Returns whether something changed."""
    scene = scenes.of(suggestion, by=by, now=now, via=via)
    found = suggestions.vote_of(scene.suggestion.id, by.id)
    if found is None:
        return False
    db.session.delete(found)
    scene.suggestion.votes -= 1
    db.session.flush()
    return True


def follow(suggestion: Suggestion, *, by: Person, now: datetime, via: Via) -> bool:
    """Read along: answers and moves are told to this person as well."""
    scene = scenes.of(suggestion, by=by, now=now, via=via)
    found = suggestions.follower_of(scene.suggestion.id, by.id)
    if found is None:
        db.session.add(Follower(suggestion_id=scene.suggestion.id, person_id=by.id, at=now))
    elif found.stopped_at is not None:
        found.stopped_at = None
    else:
        return False
    db.session.flush()
    return True


def unfollow(suggestion: Suggestion, *, by: Person, now: datetime, via: Via) -> bool:
    """Stop reading along, also when one writes there later."""
    scene = scenes.of(suggestion, by=by, now=now, via=via)
    found = suggestions.follower_of(scene.suggestion.id, by.id)
    if found is None or found.stopped_at is not None:
        return False
    found.stopped_at = now
    db.session.flush()
    return True


def nudge(suggestion: Suggestion, *, by: Person, now: datetime, via: Via) -> bool:
    """ "Still matters to me", after the date, by author and voters, once per date given. No mail; it moves the
    suggestion up on the desk. Returns whether it is new."""
    scene = scenes.of(suggestion, by=by, now=now, via=via)
    s, row = scene.suggestion, scene.open
    if not access.is_author(by, s) and suggestions.vote_of(s.id, by.id) is None:
        raise NotAllowed(N_('Only those who raised it or said "me too" can do that.'))
    if row is None or not promises.may_nudge(row.value, now=now):
        raise NotPossible(N_("The date has not passed yet."))
    if suggestions.nudge_of(row.id, row.version, by.id) is not None:
        return False
    db.session.add(Nudge(suggestion_id=s.id, person_id=by.id, promise_id=row.id, version=row.version, at=now))
    s.nudges += 1
    db.session.flush()
    return True


def thank(suggestion: Suggestion, entry: Entry, *, by: Person, now: datetime, via: Via) -> bool:
    """One tap on an answer, by author, co-authors and voters. No mail; counted for the one who answered."""
    scene = scenes.of(suggestion, by=by, now=now, via=via)
    s = scene.suggestion
    if entry.kind is not EntryKind.ANSWER or entry.suggestion_id != s.id:
        raise NotPossible(N_("Only an answer can be thanked for."))
    if not access.is_author(by, s) and suggestions.vote_of(s.id, by.id) is None:
        raise NotAllowed(N_('Only those who raised it or said "me too" can do that.'))
    if entry.actor_id == by.id:
        raise NotPossible(N_("This answer is your own."))
    if any(thanks.entry_id == entry.id and thanks.person_id == by.id for thanks in suggestions.thanks_of(s.id)):
        return False
    db.session.add(Thanks(suggestion_id=s.id, entry_id=entry.id, person_id=by.id, at=now))
    db.session.flush()
    return True
