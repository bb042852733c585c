"""What pages with tasks are given to show, as plain values: the list of one suggestion, mine, and one to change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tracker.web.shapes import Act, Day, Group, Link, Problem, Tone


@dataclass(frozen=True, kw_only=True)
class TaskLine:
    """One task. ``due`` is its day in words, with ``tone``; ``tick`` ticks it off or opens it again, where the reader
    may; ``about`` leads to the suggestion it belongs to, where that is not the page itself."""

    title: str
    due: str
    tone: Tone = "ok"
    who: str = ""
    extra: str = ""
    is_done: bool = False
    tick: Act | None = None
    about: Link | None = None
    change: Link | None = None


@dataclass(frozen=True, kw_only=True)
class TaskForm:
    """Title, who and day of a new task, with what was typed."""

    url: str
    people: Sequence[tuple[str, str]]
    chips: Sequence[Day] = ()
    min_on: str = ""
    title: str = ""
    who: str = ""
    on: str = ""
    fields: Sequence[tuple[str, str]] = ()
    errors: dict[str, str] = field(default_factory=dict)
    #: a question asked before a day after the promised one is taken
    ask_first: str = ""
    is_open: bool = False


@dataclass(frozen=True, kw_only=True)
class TaskList:
    """The tasks of one suggestion, and the form for one more where the reader may plan."""

    summary: str
    lines: Sequence[TaskLine] = ()
    add: TaskForm | None = None


@dataclass(frozen=True, kw_only=True)
class TasksPage:
    """What somebody owes in a team: tasks, soonest first, and what they gave their word for."""

    summary: str
    lines: Sequence[TaskLine] = ()
    promised: Group | None = None
    empty: Sequence[str] = ()
    next: Link | None = None


@dataclass(frozen=True, kw_only=True)
class TaskPage:
    """One task to change: begin, another day, somebody else, off the list. A part that is none is not offered."""

    line: TaskLine
    url: str
    back: Link
    fields: Sequence[tuple[str, str]]
    can_begin: bool = False
    can_change: bool = False
    can_withdraw: bool = False
    people: Sequence[tuple[str, str]] = ()
    chips: Sequence[Day] = ()
    min_on: str = ""
    #: the values of the form that was sent, "do" says which
    sent: dict[str, str] = field(default_factory=dict)
    who: str = ""
    on: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    problems: Sequence[Problem] = ()
