"""Suggestions as lines of a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from tracker.domain.lifecycle import Status, Visibility
from tracker.notices import words
from tracker.notices.words import Reader
from tracker.web.say import _, ngettext
from tracker.web.shapes import Group, Row, Tone
from tracker.web.views import Standing
from tracker.web.views_promise import promise_view
from tracker.web.views_words import kind_word

One = TypeVar("One")


def meta(st: Standing, reader: Reader, *, with_author: bool = True) -> list[str]:
    """The soft facts of a suggestion: whose, what kind, how many with them, how often moved, who still waits."""
    s = st.s
    author = _("from you") if s.author_id == st.person.id else st.name(s.author_id)
    found = [author] if with_author else []
    found.append(kind_word(s.kind))
    if s.status is Status.WILL_DO and st.open is not None and st.open.owed_by_id is not None and st.is_late:
        found.append(_("promised by %(name)s", name=st.name(st.open.owed_by_id)))
    if s.status is Status.NOT_NOW and st.is_late:
        found.append(_("to be looked at again"))
    if st.waiting > 1:
        found.append(with_them(st.waiting - 1, is_own=st.is_own))
    if s.moves:
        found.append(_("moved %(times)s", times=words.times_in_figures(reader.locale, s.moves)))
    if s.nudges and st.is_late:
        found.append(_("%(num)s× still matters", num=s.nudges))
    return found


def with_them(votes: int, *, is_own: bool) -> str:
    if is_own:
        return ngettext("%(num)s person with you", "%(num)s people with you", votes)
    return ngettext("%(num)s person with them", "%(num)s people with them", votes)


def row(
    st: Standing,
    reader: Reader,
    *,
    with_author: bool = True,
    pane: str = "",
    chosen: int | None = None,
    is_pickable: bool = False,
) -> Row:
    """One line. On the desk (``pane`` is "?" and what it is asked to show) choosing it fills the right half."""
    s, url = st.s, st.path()
    slug_path, _slash, number = url.rpartition("/")
    return Row(
        number=s.number,
        title=s.title,
        url=url,
        pane_url=f"{slug_path}/desk/{number}{pane.rstrip('?')}" if pane else "",
        pickable=is_pickable,
        meta=meta(st, reader, with_author=with_author),
        tags=st.tags,
        promise=promise_view(st, reader),
        on=s.number == chosen,
        internal=s.visibility is not Visibility.TEAM,
    )


def group(
    key: str,
    label: str,
    found: Sequence[One],
    make: Callable[[One], Row],
    *,
    tone: Tone = "ok",
    note: str = "",
    folded: bool = False,
    most: int = 100,
) -> Group:
    """Rows under one heading; of very many the first ones, and the count of all."""
    rows = [make(one) for one in found[:most]]
    if len(found) > most:
        note = _("the first %(count)s", count=most)
    return Group(key=key, label=label, rows=rows, tone=tone, note=note, folded=folded, count=len(found))
