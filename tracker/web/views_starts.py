"""Texts to begin an answer with: the nearest earlier answers, and replies that the team has saved."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from tracker import access
from tracker.domain import saved_replies as rules
from tracker.domain.lifecycle import Visibility
from tracker.domain.outcomes import Outcome
from tracker.notices import links, words
from tracker.notices.markdown import plain
from tracker.notices.words import Reader
from tracker.store import saved_replies
from tracker.store.entries import Entry
from tracker.store.people import Person
from tracker.store.saved_replies import SavedReply
from tracker.store.similar import Similar, similar_answers
from tracker.store.suggestions import Suggestion
from tracker.web import views_alike
from tracker.web.say import _
from tracker.web.shapes_answering import Start, Starts

#: So much of an earlier answer is quoted beside its name.
QUOTED = 60
EARLIER = 2


def earlier(s: Suggestion, person: Person) -> list[Similar]:
    """The two nearest with an answer that everybody in the team may read: what is for few is no text to start from."""
    near = views_alike.nearest_answers(s, person)
    for_all = [one for one in near if one.suggestion.visibility is Visibility.TEAM and not one.suggestion.is_sealed]
    if len(for_all) < min(EARLIER, len(near)):  # those for few have crowded others out
        are_for_all = sa.and_(Suggestion.visibility == Visibility.TEAM, sa.not_(Suggestion.is_sealed))
        return similar_answers(s, visible=sa.and_(access.visible_to(person), are_for_all), most=EARLIER)
    return for_all[:EARLIER]


def starts(s: Suggestion, near: Sequence[Similar], replies: Sequence[SavedReply], reader: Reader) -> Starts:
    path = links.path("suggestion", slug=s.team.slug, number=s.number)
    return Starts(
        earlier=tuple(_earlier(one, one.answer, reader, path) for one in near if one.answer is not None),
        saved=tuple(_saved(one, path) for one in replies),
        edit_url=f"{links.path('settings', slug=s.team.slug)}/replies",
    )


def _earlier(one: Similar, answer: Entry, reader: Reader, path: str) -> Start:
    s = one.suggestion
    return Start(
        label=f"#{s.number} {s.title}, {_became(answer, s, reader)}",
        key=f"answer:{s.number}",
        text_url=f"{path}/start?of=answer:{s.number}",
        url=links.path("suggestion", slug=s.team.slug, number=s.number),
        said=words.quote(reader.locale, words.shorten(plain(answer.text), QUOTED)) if answer.text else "",
        outcome=str(answer.facts["outcome"]),
    )


def _became(answer: Entry, s: Suggestion, reader: Reader) -> str:
    """In a word, and when."""
    day = words.day(reader, reader.local(answer.at).date())
    said = {
        Outcome.DONE: _("done on %(day)s", day=day),
        Outcome.WILL_DO: _("promised on %(day)s", day=day),
        Outcome.NOT_NOW: _("not now, on %(day)s", day=day),
        Outcome.DECLINED: _("no, on %(day)s", day=day),
    }
    return said[Outcome(answer.facts["outcome"])]


def _saved(one: SavedReply, path: str) -> Start:
    return Start(
        label=one.name,
        key=f"reply:{one.id}",
        text_url=f"{path}/start?of=reply:{one.id}",
        outcome=one.outcome.value if one.outcome is not None else "",
    )


def text(s: Suggestion, key: str, person: Person) -> tuple[str, str]:
    """The text that ``key`` names and how it begins, in the language of who raised this; "" for what is not there."""
    what, _colon, which = key.partition(":")
    if not which.isdecimal() or len(which) > 15:
        return "", ""
    if what == "reply":
        found = saved_replies.find(s.team_id, int(which))
        return (filled(found, s, person), found.outcome or "") if found is not None else ("", "")
    near = next((one for one in earlier(s, person) if one.suggestion.number == int(which)), None)
    if what != "answer" or near is None or near.answer is None:
        return "", ""
    return near.answer.text, str(near.answer.facts["outcome"])


def filled(reply: SavedReply, s: Suggestion, person: Person, *, to: Person | None = None) -> str:
    """As who raised this reads it, or another author: in their language, with their name."""
    reader = to or s.author
    chosen = rules.in_language(reader.locale, de=reply.text_de, en=reply.text_en)
    values = {"name": reader.name, "title": s.title, "number": str(s.number), "team": s.team.name, "me": person.name}
    return rules.fill(chosen, values)
