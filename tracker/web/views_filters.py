"""The filters of the desk: one form that asks for more, and a chip for each that takes it away."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.domain.desk_filters import ALL
from tracker.domain.lifecycle import Kind, Urgency, WaitingOn
from tracker.domain.tags import folded
from tracker.web.desk_shapes import Chip, FilterForm, Select
from tracker.web.say import _
from tracker.web.views_order import Found, Place
from tracker.web.views_words import kind_word, urgency_label

Options = list[tuple[str, str]]


def form(place: Place, found: Found, people: Sequence[tuple[int, str]]) -> FilterForm:
    """Everything that can be asked for; persons and tags are those of what is open."""
    asked = place.asked.query
    selects = [
        Select(name=name, label=label, options=options, value=asked.get(name, ""))
        for name, label, options in _fields(place, found, people)
        if len(options) > 1
    ]
    return FilterForm(url=place.url().partition("?")[0], selects=selects, open=False)


def chips(place: Place, found: Found, people: Sequence[tuple[int, str]]) -> list[Chip]:
    """What is asked for, each with the address without it."""
    made = []
    for name, label, options in _fields(place, found, people):
        value = place.asked.query.get(name, "")
        if not value or (name, value) == ("with", ALL):
            continue
        said = dict(options).get(value, value)
        made.append(
            Chip(label=_("%(what)s: %(value)s", what=label, value=said), url=place.url(place.asked.without(name)))
        )
    return made


def waiting_word(waiting: WaitingOn) -> str:
    """What a suggestion waits for."""
    return {
        WaitingOn.MANAGERS: _("our answer"),
        WaitingOn.AUTHOR: _("an answer to our question"),
        WaitingOn.ASSIGNEE: _("what we promised"),
        WaitingOn.NOBODY: _("the day it comes back"),
    }[waiting]


def _fields(place: Place, found: Found, people: Sequence[tuple[int, str]]) -> list[tuple[str, str, Options]]:
    anything: Options = [("", _("any"))]
    return [
        ("kind", _("Kind"), anything + [(kind.value, kind_word(kind)) for kind in Kind]),
        ("urgency", _("Urgency"), anything + [(one.value, urgency_label(one)) for one in Urgency]),
        ("with", _("With"), [("", _("me")), (ALL, _("all of us")), *((str(one), name) for one, name in people)]),
        ("author", _("From"), anything + _authors(place, found)),
        ("tag", _("Tag"), anything + _tags(found)),
        ("waiting", _("Waits for"), anything + [(one.value, waiting_word(one)) for one in WaitingOn]),
    ]


def _authors(place: Place, found: Found) -> Options:
    """Whose suggestions are open, by name."""
    names = {one: st.name(one) for st in found.every for one in st.case.authors}
    return sorted(((str(one), name) for one, name in names.items()), key=lambda pair: pair[1].casefold())


def _tags(found: Found) -> Options:
    names = {folded(tag): tag for st in found.every for tag in st.tags}
    return sorted(names.items())
