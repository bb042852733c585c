"""Setting the tags of a suggestion. They move no date and cost nobody a mail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tracker import access
from tracker.acts import scene as scenes
from tracker.acts import texts
from tracker.acts.scene import Scene
from tracker.domain import tags as rules
from tracker.domain.errors import N_, NotAllowed
from tracker.store import tags, teams
from tracker.store.base import db
from tracker.store.entries import Entry, EntryKind, Via
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.store.tags import Tag

#: More signs than a form can bring: too many tags are told by their number, not by their length.
_LONGEST = 1_000_000


def set_(suggestion: Suggestion, *, by: Person, now: datetime, via: Via, names: Iterable[str]) -> Entry | None:
    """These tags, and no others; none is returned where nothing changes.

    By managers, and by who raised it for as long as its words may be edited. Raises ``BadInput`` (field tags),
    ``NotAllowed``, ``OutOfReach``.
    """
    return _put(_scene(suggestion, by, now, via), _typed(names))


def add(suggestion: Suggestion, *, by: Person, now: datetime, via: Via, names: Iterable[str]) -> Entry | None:
    """These tags beside those that are on it already."""
    scene = _scene(suggestion, by, now, via)
    present = tags.names_of([suggestion.id])[suggestion.id]
    return _put(scene, _typed([*present, *names]))


def _scene(suggestion: Suggestion, by: Person, now: datetime, via: Via) -> Scene:
    teams.lock(suggestion.team_id)  # two who tag at once: the team's words are made and thrown away one after the other
    scene = scenes.of(suggestion, by=by, now=now, via=via)
    if not access.can_tag(by, scene.suggestion, now=now):
        raise NotAllowed(N_("Only somebody who manages the team can set tags now."))
    return scene


def _typed(names: Iterable[str]) -> list[str]:
    lines = (texts.line(name, field="tags", longest=_LONGEST, required=False) for name in names)
    wanted = rules.split(rules.joined(lines))
    rules.check(wanted)
    return wanted


def _put(scene: Scene, wanted: list[str]) -> Entry | None:
    s = scene.suggestion
    present = {tag.folded: tag for tag in tags.of_many([s.id]).get(s.id, [])}
    coming, going = rules.changes({key: tag.name for key, tag in present.items()}, wanted)
    if not coming and not going:
        return None
    made = _found_or_made(scene, coming)
    tags.take_off(s.id, [present[rules.folded(name)].id for name in going])
    tags.put_on(s.id, [tag.id for tag in made])
    names = tags.names_of([s.id])[s.id]
    added = [tag.name for tag in made]
    return scene.log(EntryKind.TAGGED, tags=names, added=added or None, removed=going or None)


def _found_or_made(scene: Scene, names: list[str]) -> list[Tag]:
    """The team's tags of these names; a new one is written as its first writer wrote it.

    What stands only on suggestions that this person cannot see is as good as new for them: it takes their spelling, and
    it is not counted among those the team has. Otherwise either would tell of what is kept from them.
    """
    team_id, actor = scene.team.id, scene.actor
    existing = tags.named(team_id, [rules.folded(name) for name in names])
    seen = {tag.folded for tag in tags.in_use(team_id, access.visible_to(actor))}
    rules.check_new([name for name in names if rules.folded(name) not in seen], len(seen))
    found = []
    for name in names:
        key = rules.folded(name)
        tag = existing.get(key) or Tag(team_id=team_id, name=name, folded=key)
        if key not in seen:
            tag.name = name
        db.session.add(tag)
        found.append(tag)
    db.session.flush()
    return found
