"""Where an entry of a timeline leads: to the suggestion that it is about, to changing or splitting off its words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from tracker import access
from tracker.acts.merging import side
from tracker.domain import lifecycle
from tracker.notices import links, words
from tracker.notices.markdown import Place, numbers_in
from tracker.store import overviews
from tracker.store.entries import Entry, EntryKind
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team
from tracker.web.marks import mark
from tracker.web.say import _
from tracker.web.shapes import Link
from tracker.web.views import Standing

#: So much of a title stands in the middle of somebody's text.
TITLE = 60
#: Facts of an entry that name another suggestion.
_NAMES = ("into", "suggestion")


def others(s: Suggestion, found: Sequence[Entry], person: Person) -> dict[int, Link]:
    """Where it goes on, what was merged into it, split off it, or it was split off; by id, as far as the person can
    see it."""
    ids = {entry.facts[name] for entry in found for name in _NAMES if name in entry.facts}
    return {
        one.id: Link(
            url=links.path("suggestion", slug=s.team.slug, number=one.number), label=f"#{one.number} {one.title}"
        )
        for one in overviews.titles_of(ids, access.visible_to(person))
    }


def places(s: Suggestion, found: Sequence[Entry], person: Person) -> dict[int, Place]:
    """Where numbers in the texts of this page lead: to what the person can see of the team, in one query."""
    return places_of(s.team, (s.body, *(entry.text for entry in found)), person, but=s.number)


def places_of(team: Team, texts: Iterable[str], person: Person, *, but: int = 0) -> dict[int, Place]:
    """Where numbers in these texts lead, in one query; ``but`` is the number of the page itself."""
    numbers = {number for text in texts for number in numbers_in(text)} - {but}
    return {
        one.number: Place(links.path("suggestion", slug=team.slug, number=one.number), words.shorten(one.title, TITLE))
        for one in overviews.titles_by_number(team.id, numbers, access.visible_to(person))
    }


def _split(found: Sequence[Entry]) -> dict[int, int]:
    """Comments that were split off → what they have become."""
    split = [entry for entry in found if entry.kind is EntryKind.SPLIT_OFF and entry.facts.get("why") == "comment"]
    return {entry.facts["entry"]: entry.facts["suggestion"] for entry in split}


def onward(found: Sequence[Entry], others: Mapping[int, Link]) -> Callable[[Entry], list[Link]]:
    """For each entry of this timeline the suggestion that it is about, or that it has become."""
    became = _split(found)

    def links_of(entry: Entry) -> list[Link]:
        if entry.id in became:
            return _goes_on(others.get(became[entry.id]))
        about = [entry.facts[name] for name in _NAMES if name in entry.facts]
        return [others[one] for one in about if one in others]

    return links_of


def asides(st: Standing, found: Sequence[Entry]) -> Callable[[Entry], list[Link]]:
    """For each entry what can be done with its words: edit them, read former ones, split them off."""
    became = _split(found)
    can_split = st.handles and lifecycle.takes_comments(st.s.status) and side(st.s).is_for_all

    def links_of(entry: Entry) -> list[Link]:
        made = [_history(st, entry)] if entry.edited_at is not None else []
        made += [_edit(st, entry)] if _is_editable(st, entry) else []
        if can_split and entry.kind is EntryKind.COMMENT and entry.id not in became:
            made.append(Link(url=f"{st.path()}/split/{mark(entry.id)}", label=_("Split off …")))
        return made

    return links_of


def _goes_on(link: Link | None) -> list[Link]:
    return [Link(url=link.url, label=_("Goes on in %(title)s", title=link.label))] if link is not None else []


def _is_editable(st: Standing, entry: Entry) -> bool:
    return access.is_own_words(st.person, entry) and lifecycle.may_edit(entry.at, now=st.now)


def _history(st: Standing, entry: Entry) -> Link:
    return Link(url=f"{st.path()}/history/{mark(entry.id)}", label=_("Former versions"))


def _edit(st: Standing, entry: Entry) -> Link:
    return Link(url=f"{st.path()}/edit/{mark(entry.id)}", label=_("Edit"))
