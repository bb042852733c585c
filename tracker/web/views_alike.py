"""Suggestions like one that is written or read, with what became of them."""

from __future__ import annotations

from collections.abc import Sequence

from tracker import access
from tracker.domain.lifecycle import OPEN
from tracker.notices import links
from tracker.notices.words import Reader
from tracker.store import overviews, similar
from tracker.store.base import asked_once
from tracker.store.people import Person
from tracker.store.similar import Similar
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team
from tracker.web import language, views_found
from tracker.web.say import _
from tracker.web.search_shapes import Alike
from tracker.web.shapes import Act
from tracker.web.views import Standing, gather
from tracker.web.views_promise import promise_view

#: Fewer letters say nothing yet.
SHORTEST = 4
BESIDE = 3
NEAREST = 6


def alike(team: Team, title: str, person: Person) -> list[Alike]:
    """For the form: what shares words with the title. Nothing where the title has hardly begun."""
    if len(title.strip()) < SHORTEST:
        return []
    found = similar.similar(title[:200], team_id=team.id, visible=access.visible_to(person))
    reader = language.reader()
    standings = gather([one.suggestion for one in found], person, reader)
    voted = overviews.voted_by(person.id, [one.suggestion.id for one in found])
    return [_alike(one, st, reader, one.suggestion.id in voted) for one, st in zip(found, standings, strict=True)]


def _alike(one: Similar, st: Standing, reader: Reader, has_voted: bool) -> Alike:
    s = one.suggestion
    url = links.path("alike", slug=st.s.team.slug)
    with_it = _("It is from you.") if st.is_own else _("You are with it.") if has_voted else ""
    may_vote = s.status in OPEN and not with_it
    state = promise_view(st, reader).sentence
    return Alike(
        number=s.number,
        title=s.title,
        url=st.path(),
        given=views_found.given(s, one.answer, reader, stands=state),
        state=state,
        votes=[
            Act(url=url, label=_("Same thing"), fields=[("same", str(s.number))]),
            Act(url=url, label=_("Me too"), fields=[("me_too", str(s.number))]),
        ]
        if may_vote
        else (),
        with_it=with_it,
    )


@asked_once
def nearest_answers(s: Suggestion, person: Person) -> list[Similar]:
    """What the page shows beside it, and takes texts to begin an answer with from."""
    return similar.similar_answers(s, visible=access.visible_to(person), most=NEAREST)


def beside(s: Suggestion, person: Person, reader: Reader) -> Sequence[Alike]:
    """For a suggestion's page: the nearest ones that have an answer. Two queries."""
    found = nearest_answers(s, person)[:BESIDE]
    stands = views_found.still_owed((one.suggestion for one in found), reader)
    return [
        Alike(
            number=one.suggestion.number,
            title=one.suggestion.title,
            url=links.path("suggestion", slug=s.team.slug, number=one.suggestion.number),
            given=views_found.given(one.suggestion, one.answer, reader, stands=stands.get(one.suggestion.id, "")),
            state="",
        )
        for one in found
    ]
