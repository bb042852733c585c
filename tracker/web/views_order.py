"""What the desk shows of what is open, and in which order: by group, the ones to be answered first on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.domain import sittings
from tracker.domain.desk_filters import Facts, Filter
from tracker.domain.lifecycle import Status, Urgency, waiting_on
from tracker.domain.promises import PromiseKind
from tracker.domain.tags import folded
from tracker.notices import links, words
from tracker.notices.words import Reader
from tracker.store.teams import Team
from tracker.web.views import Standing

_URGENCY = {urgency: place for place, urgency in enumerate(Urgency)}
GROUPS = ("late", "today", "week", "later", "back", "others")


def is_mine(st: Standing) -> bool:
    """With this person, or asked by the team and waiting to come back to them."""
    return st.person.id in st.duty


def group_of(st: Standing, reader: Reader) -> str:
    """Under which heading it stands."""
    if st.is_asked:
        return "others"
    if st.is_late:
        return "late"
    on = words.last_day(reader, st.due_at) if st.due_at is not None else reader.today
    if st.open is not None and st.open.kind is PromiseKind.DELIVER and not is_mine(st):
        return "others"
    if on <= reader.today:
        return "today"
    if st.s.status is Status.NOT_NOW:
        return "back"
    return "week" if on <= soon_ends(reader.today) else "later"


def soon_ends(today: date) -> date:
    """The last day that is not "later" yet: this week's Sunday, and towards its end the third day from now. On a Sunday
    night, when volunteers are there, tomorrow's is not far away."""
    return today + timedelta(days=max(6 - today.weekday(), 3))


def is_up(st: Standing, reader: Reader) -> bool:
    """Whether it is to be answered now by whoever it is shown to."""
    if st.open is None or st.due_at is None or group_of(st, reader) == "others":
        return False
    return sittings.is_up(st.open.kind, words.last_day(reader, st.due_at), today=reader.today)


@dataclass(frozen=True, slots=True)
class Ordered:
    """What is open, by group, each in the order in which it is to be answered."""

    groups: dict[str, list[Standing]]

    def up(self, reader: Reader) -> int:
        """How many are to be answered now."""
        return sum(is_up(st, reader) for in_group in self.groups.values() for st in in_group)

    @property
    def first(self) -> Standing | None:
        """What to answer first."""
        return next((st for key in GROUPS for st in self.groups[key]), None)


def ordered(found: Sequence[Standing], reader: Reader) -> Ordered:
    """Late ones by how many still wait aloud, then by urgency, then by date; the others by day, urgency and hour.

    One by one has another order for late ones: docs/decisions/late-order.md says why.
    """
    groups: dict[str, list[Standing]] = {key: [] for key in GROUPS}
    for st in found:
        groups[group_of(st, reader)].append(st)
    for key, in_group in groups.items():
        in_group.sort(key=_late_key if key == "late" else lambda st: _key(st, reader))
    return Ordered(groups)


def _late_key(st: Standing) -> tuple[object, ...]:
    return (-st.s.nudges, _URGENCY[st.s.urgency], st.due_at, st.s.id)


def _key(st: Standing, reader: Reader) -> tuple[object, ...]:
    on = words.last_day(reader, st.due_at) if st.due_at is not None else reader.today
    return (on, _URGENCY[st.s.urgency], st.due_at, st.s.id)


# What is asked for ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """The desk that is looked at: of which team, by whom, and what its address asks for."""

    team: Team
    reader: Reader
    asked: Filter
    #: one group by itself, and which page of it
    group: str = ""
    page: int = 1

    def url(self, asked: Filter | None = None, **more: str) -> str:
        query = {**(self.asked if asked is None else asked).query, **more}
        return links.path("desk", slug=self.team.slug, query={k: v for k, v in query.items() if v} or None)

    @property
    def live_url(self) -> str:
        """Where a script asks for what is new of this."""
        asked = {**self.asked.query, "group": self.group, "page": str(self.page) if self.page > 1 else ""}
        query = {name: value for name, value in asked.items() if value}
        return links.path("desk_live", slug=self.team.slug, query=query or None)


@dataclass(frozen=True, slots=True)
class Found:
    """What fits, and what is open altogether."""

    every: Sequence[Standing]
    #: what fits, whoever it is with
    fitting: Sequence[Standing]
    shown: Sequence[Standing]
    ordered: Ordered


def facts(st: Standing) -> Facts:
    """What a filter asks of it."""
    return Facts(
        kind=st.s.kind,
        urgency=st.s.urgency,
        waiting=waiting_on(st.s.status),
        authors=st.case.authors,
        duty=st.duty,
        tags=[folded(tag) for tag in st.tags],
    )


def looked_for(every: Sequence[Standing], place: Place) -> Found:
    fitting = [st for st in every if place.asked.fits_but_whose(facts(st))]
    shown = [st for st in fitting if place.asked.is_with(st.person.id, st.duty)]
    return Found(every, fitting, shown, ordered(shown, place.reader))
