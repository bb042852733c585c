"""Suggestions like this one, and what became of them: for whoever types a new one, reads one, or answers one.

Ranked by the words they share, in title and body, with their stems; a word in the title counts three times one in the
body. One question to the database, whatever their number.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from tracker.domain.lifecycle import Status
from tracker.store import analysis, search_texts
from tracker.store.analysis import Word
from tracker.store.base import db
from tracker.store.entries import Entry
from tracker.store.search_terms import Sought
from tracker.store.search_texts import SearchText, What
from tracker.store.suggestions import Suggestion

MOST = 5
#: So many words of the text are compared; a title seldom has more that say something.
WORDS = 8
#: From this length on a word is also found as the beginning of a longer one, as German makes them.
BEGINS_WORDS = 5
TITLE_COUNTS = 3
#: What goes on elsewhere, or was taken back, has nothing to tell.
GONE = (Status.WITHDRAWN, Status.MERGED)


@dataclass(frozen=True, slots=True)
class Similar:
    """A suggestion with the answer in force, where it has one."""

    suggestion: Suggestion
    answer: Entry | None
    score: int


def similar(
    text: str,
    *,
    team_id: int,
    visible: sa.ColumnElement[bool],
    besides: int | None = None,
    answered: bool = False,
    most: int = MOST,
) -> list[Similar]:
    """Suggestions of a team that share words with ``text``, the most alike first.

    ``visible`` is what the reader can see (``access.visible_to``). ``besides`` is the id of the one that is compared,
    ``answered`` leaves out what has no answer yet. What shares less than half of what the best one does is noise.
    """
    told = analysis.telling(text, WORDS)
    if not told:
        return []
    score = _scores(told)
    statement = (
        sa.select(Suggestion, Entry, score.c.score)
        .join(score, score.c.suggestion_id == Suggestion.id)
        .outerjoin(Entry, Entry.id == Suggestion.answer_entry_id)
        .where(Suggestion.team_id == team_id, Suggestion.status.not_in(GONE), score.c.score >= TITLE_COUNTS, visible)
        .order_by(score.c.score.desc(), Suggestion.id.desc())
        .limit(most)
    )
    if besides is not None:
        statement = statement.where(Suggestion.id != besides)
    if answered:
        statement = statement.where(Suggestion.answer_entry_id.is_not(None))
    found = [Similar(*row) for row in db.session.execute(statement)]
    return [one for one in found if 2 * one.score >= found[0].score]


def similar_answers(suggestion: Suggestion, *, visible: sa.ColumnElement[bool], most: int) -> list[Similar]:
    """The nearest suggestions of the team that have an answer, as text to start from or to read beside this one.

    ``visible`` is what the reader can see (``access.visible_to``); each has its ``answer``.
    """
    text = f"{suggestion.title}\n{suggestion.body}"
    return similar(text, team_id=suggestion.team_id, visible=visible, besides=suggestion.id, answered=True, most=most)


def _way(word: Word) -> Sought:
    """The word by itself, by its stems, or as the beginning of a longer one."""
    stem = min((form for form in word.forms if len(form) >= BEGINS_WORDS), key=len, default="")
    return Sought((Word(word.start, word.end, (stem or word.folded, *word.forms)),), is_prefix=bool(stem))


def _scores(told: list[Word]) -> sa.Subquery:
    """By suggestion: three for each word that it has in its title, one for each in its body only."""
    each = [
        sa.select(
            SearchText.suggestion_id,
            sa.func.max(sa.case((SearchText.what == What.TITLE, TITLE_COUNTS), else_=1)).label("n"),
        )
        .where(search_texts.matches(one), SearchText.what.in_((What.TITLE, What.BODY)))
        .group_by(SearchText.suggestion_id)
        for one in map(_way, told)
    ]
    hits = sa.union_all(*each).subquery()
    return (
        sa.select(hits.c.suggestion_id, sa.func.sum(hits.c.n).label("score")).group_by(hits.c.suggestion_id).subquery()
    )
