"""The board in words: its columns and cards, and what a card that is dropped asks for."""

from __future__ import annotations

from collections.abc import Sequence

from tracker import access
from tracker.acts import scene
from tracker.domain.board import Column
from tracker.domain.errors import N_
from tracker.domain.lifecycle import Status, Visibility
from tracker.notices import links, words
from tracker.notices.words import Reader
from tracker.store import boards, tasks
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.store.tasks import Task
from tracker.store.teams import Team
from tracker.web.board_shapes import BoardColumn, BoardPage, Card
from tracker.web.say import _, ngettext
from tracker.web.shapes import Link, Tone
from tracker.web.views import Standing, gather
from tracker.web.views_forms import delivers
from tracker.web.views_promise import promise_view, tone

#: Cards of one column; the others stand in the list.
MOST = 50

LABELS = {
    Column.NEW: N_("New"),
    Column.ASKED: N_("Asked"),
    Column.WILL_DO: N_("Will do"),
    Column.IN_PROGRESS: N_("In progress"),
    Column.DONE: N_("Done"),
    Column.NOT_NOW: N_("Not now"),
    Column.DECLINED: N_("No"),
}
_EMPTY = {
    Column.NEW: N_("Nothing waits for an answer."),
    Column.ASKED: N_("No question is open."),
    Column.WILL_DO: N_("Nothing promised that has not begun."),
    Column.IN_PROGRESS: N_("What is promised stands here once one of its tasks has begun."),
    Column.DONE: N_("Nothing done yet."),
    Column.NOT_NOW: N_("Nothing put off."),
    Column.DECLINED: N_("Nothing declined."),
}
#: What finds everything of a column, in the reader's own spelling.
_SEARCHES = {
    Column.NEW: N_("status:new"),
    Column.ASKED: N_("status:asked"),
    Column.WILL_DO: N_("status:promised"),
    Column.IN_PROGRESS: N_("status:promised"),
    Column.DONE: N_("status:done"),
    Column.NOT_NOW: N_("status:later"),
    Column.DECLINED: N_("status:no"),
}


def board(team: Team, person: Person, reader: Reader) -> BoardPage:
    """Everything this person can see, in a number of queries that does not grow with it."""
    seen = access.visible_to(person)
    found = {column: boards.first(team.id, seen, column, limit=MOST) for column in Column}
    counts = boards.counts(team.id, seen)
    every = [s for of_one in found.values() for s in of_one]
    standing = {st.s.id: st for st in gather(every, person, reader)}
    planned = tasks.of_suggestions([s.id for s in every if s.status is Status.WILL_DO])
    cards = {
        column: [_card(standing[s.id], planned.get(s.id, ()), reader) for s in of_one]
        for column, of_one in found.items()
    }
    columns = [_column(column, cards[column], counts[column], team) for column in Column]
    return BoardPage(
        columns=columns,
        version=version(team, person, reader),
        version_url=links.path("board_version", slug=team.slug),
        is_read_only=not any(card.move_url for column in columns for card in column.cards),
        empty=[] if every else _nothing(),
        raise_url=links.path("raise", slug=team.slug),
    )


def _nothing() -> list[str]:
    return [
        _("Nothing on the board yet."),
        _("Everything that somebody raises stands here as a card, from new to done. Raise the first one."),
    ]


def version(team: Team, person: Person, reader: Reader) -> str:
    """What the board is asked for every 20 seconds: what has happened, what is late by now, and which day it is."""
    happened = boards.version(team.id, access.visible_to(person), now=reader.now)
    return ".".join(str(part) for part in (*happened, reader.today.toordinal()))


def _column(column: Column, cards: Sequence[Card], count: int, team: Team) -> BoardColumn:
    is_promised = column in (Column.WILL_DO, Column.IN_PROGRESS)  # the search does not part these two
    label = _("all that is promised") if is_promised else _("all %(count)s", count=count)
    more = Link(url=links.path("search", slug=team.slug, query={"q": _(_SEARCHES[column])}), label=label)
    return BoardColumn(
        key=column.value,
        label=_(LABELS[column]),
        count=count,
        cards=cards,
        all=more if count > len(cards) else None,
        empty=_(_EMPTY[column]),
    )


# Cards ----------------------------------------------------------------------------------------------------------------


def may_move(st: Standing) -> bool:
    """Who answers it; and who was named in it says that it is begun or done."""
    return st.handles or delivers(st)


def _card(st: Standing, of_it: Sequence[Task], reader: Reader) -> Card:
    s = st.s
    due, how = _due(st, reader)
    done = sum(task.is_done for task in of_it)
    return Card(
        number=s.number,
        title=s.title,
        url=st.path(),
        due=due,
        tone=how,
        who=_who(st, reader),
        waiting=ngettext("%(num)s waits", "%(num)s wait", st.waiting) if st.waiting > 1 and st.open is not None else "",
        tasks=_("%(done)s of %(count)s done", done=done, count=len(of_it)) if of_it else "",
        internal=s.visibility is not Visibility.TEAM,
        move_url=links.path("board_move", slug=s.team.slug, number=s.number) if may_move(st) else "",
        seen=scene.stamp(s, st.open),
    )


def _due(st: Standing, reader: Reader) -> tuple[str, Tone]:
    """Its date in the fewest words; of what is closed, since when."""
    if st.due_at is None:
        return _closed(st.s, reader), "ok"
    if st.back_at is not None:
        return _("comes back by %(day)s", day=words.day(reader, words.last_day(reader, st.back_at))), "asked"
    day = words.last_day(reader, st.due_at)
    said = words.day(reader, day)
    if st.is_late:
        return promise_view(st, reader).sentence, "late"
    if day == reader.today:
        return _("by today"), "soon"
    return (_("again on %(day)s", day=said) if st.s.status is Status.NOT_NOW else _("by %(day)s", day=said)), tone(
        st, reader
    )


def _closed(s: Suggestion, reader: Reader) -> str:
    return _("since %(day)s", day=words.day(reader, reader.local(s.closed_at).date())) if s.closed_at else ""


def _who(st: Standing, reader: Reader) -> str:
    """Who has it now."""
    if st.is_asked:
        return st.name(st.s.author_id)
    return words.names(reader.locale, st.name_all(st.duty[:2])) if st.duty else ""
