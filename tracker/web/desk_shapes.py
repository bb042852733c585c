"""What the desk and its forms are given to show: plain values, as in `shapes`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tracker.web.shapes import AnswerForm, Link, NavItem, Problem, Promise


@dataclass(frozen=True, kw_only=True)
class TagForm:
    """The tags of one suggestion as one field; `known` are the team's others, which a button adds each."""

    url: str
    value: str
    known: Sequence[str] = ()
    error: str = ""
    open: bool = False
    fields: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, kw_only=True)
class Select:
    """One filter: pairs of value and words."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    value: str = ""


@dataclass(frozen=True, kw_only=True)
class FilterForm:
    url: str
    selects: Sequence[Select]
    open: bool = False


@dataclass(frozen=True, kw_only=True)
class Chip:
    """What is asked for, with the address that asks for everything else."""

    label: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Pick:
    """One of several that were chosen; `why` says why it is not possible with it."""

    number: int
    title: str
    url: str
    author: str
    promise: Promise
    picked: bool = True
    why: str = ""
    #: its new day, where new dates are given out
    day: str = ""
    people: str = ""
    #: who waits for it, each by a number of this page alone, so that a script counts nobody twice
    waits: Sequence[int] = ()
    fields: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Words with a number that follows the ticks: as they stand, and for one and for many with `{count}` in them."""

    words: str = ""
    one: str = ""
    many: str = ""


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """What is not possible whatever is typed, by why."""

    why: str
    picks: Sequence[Pick]


@dataclass(frozen=True, kw_only=True)
class SeveralPage:
    """Several suggestions and what is to be done with all of them. `deed` says which of the forms is shown.

    The headline, the button and the number of ticked rows say the same; what is left out of those that were chosen
    stands right below, with why.
    """

    headline: Counted
    back: Link
    deed: str
    tabs: Sequence[NavItem]
    url: str
    picks: Sequence[Pick] = ()
    #: "3 of the 118 chosen are left out", and which; more than go at once
    out_words: str = ""
    out: Sequence[LeftOut] = ()
    cut: str = ""
    fields: Sequence[tuple[str, str]] = ()
    #: the name under which the browser keeps what is typed for these
    keep: str = ""
    problems: Sequence[Problem] = ()
    errors: dict[str, str] = field(default_factory=dict)
    options: Sequence[tuple[str, str]] = ()
    value: str = ""
    text: str = ""
    note: str = ""
    #: how many people hear of it
    heard: Counted | None = None
    button: Counted | None = None
    answer: AnswerForm | None = None
    #: of the preview of new dates
    start: str = ""
    min_start: str = ""
    a_day: str = ""
    hidden: Sequence[tuple[str, str]] = ()
