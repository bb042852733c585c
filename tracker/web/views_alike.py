"""Suggestions like one that is written or read, with what became of them."""

from __future__ import annotations

from collections.abc import Sequence

from tracker import access
from tracker.domain.lifecycle import OPEN, Status
from tracker.notices import links, words
from tracker.notices.words import Reader, states
from tracker.store import lists, overviews, similar
from tracker.store.people import Person
from tracker.store.promises import PromiseRow
from tracker.store.similar import Similar
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team
from tracker.web import language, views_found
from tracker.web.say import _
from tracker.web.search_shapes import Alike
from tracker.web.shapes import Act
from tracker.web.views import Standing, gather
from tracker.web.views_found import PROMISED
from tracker.web.views_promise import promise_view

#: Fewer letters say nothing yet.
SHORTEST = 4
BESIDE = 3


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


def beside(s: Suggestion, person: Person, reader: Reader) -> Sequence[Alike]:
    """For a suggestion's page: the nearest ones that have an answer. Two queries."""
    found = similar.similar_answers(s, visible=access.visible_to(person), most=BESIDE)
    running = lists.running_promises([one.suggestion.id for one in found if one.suggestion.status in PROMISED])
    return [
        Alike(
            number=one.suggestion.number,
            title=one.suggestion.title,
            url=links.path("suggestion", slug=s.team.slug, number=one.suggestion.number),
            given=views_found.given(
                one.suggestion, one.answer, reader, stands=_stands(one, running.get(one.suggestion.id, ()), reader)
            ),
            state="",
        )
        for one in found
    ]


def _stands(one: Similar, running: Sequence[PromiseRow], reader: Reader) -> str:
    """What is still owed after the answer, in the words of its page."""
    due_at = next((row.due_at for row in running if row.due_at is not None), None)
    if due_at is None:
        return ""
    on, is_late = words.last_day(reader, due_at), due_at < reader.now
    if one.suggestion.status is Status.WILL_DO:
        return states.will_do_late(reader, on=on) if is_late else states.will_do(reader, on=on, who=())
    return states.not_now_late(reader, on=on) if is_late else states.not_now(reader, on=on)
