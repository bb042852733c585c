"""The desk as values: the groups in their order, and what stands above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from tracker.domain.lifecycle import Status, Urgency
from tracker.domain.promises import PromiseKind
from tracker.notices import links, words
from tracker.notices.words import Reader
from tracker.store.teams import Team
from tracker.web.page_shapes import DeskPage, SuggestionPage
from tracker.web.say import _, ngettext
from tracker.web.shapes import Group, NavItem, Row
from tracker.web.views import Standing
from tracker.web.views_rows import group, row

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
    if st.open is not None and st.open.kind is PromiseKind.DELIVER and st.open.owed_by_id != st.person.id:
        return "others"
    if on <= reader.today:
        return "today"
    if st.s.status is Status.NOT_NOW:
        return "back"
    return "week" if on <= reader.today + timedelta(days=6 - reader.today.weekday()) else "later"


@dataclass(frozen=True, slots=True)
class Ordered:
    """What is open, by group, each in the order in which it is to be answered."""

    groups: dict[str, list[Standing]]

    @property
    def first(self) -> Standing | None:
        """What to answer first."""
        return next((st for key in GROUPS for st in self.groups[key]), None)


def ordered(found: Sequence[Standing], reader: Reader) -> Ordered:
    """Late ones by how many still wait aloud, then by urgency, then by date; the others by day, urgency and hour."""
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


def with_team(shown: Row, st: Standing) -> Row:
    """A line that says of which team it is, for who is in several."""
    return replace(shown, meta=[st.s.team.name, *shown.meta])


# The page -------------------------------------------------------------------------------------------------------------


def page(
    team: Team,
    reader: Reader,
    found: Ordered,
    *,
    is_all: bool,
    others: int,
    selected: SuggestionPage | None,
    answered: int,
) -> DeskPage:
    """``others`` are those that only the switch "all" shows, ``answered`` the answers of the last seven days."""
    return DeskPage(
        headline=_("Desk"),
        one_by_one_url=links.path("one_by_one", slug=team.slug) if found.first is not None else "",
        summary=_summary(found),
        groups=_groups(found, reader, is_all=is_all, chosen=selected.number if selected is not None else None),
        selected=selected,
        empty=_empty(others, answered),
        switch=_switch(team, is_all=is_all),
    )


def _switch(team: Team, *, is_all: bool) -> list[NavItem]:
    """With me, or with anybody of the team."""
    url = links.path("desk", slug=team.slug)
    return [
        NavItem(url=url, label=_("With me"), icon="me", current=not is_all),
        NavItem(url=f"{url}?with=all", label=_("With all of us"), icon="people", current=is_all),
    ]


def _summary(found: Ordered) -> str:
    counts = {key: len(found.groups[key]) for key in GROUPS}
    parts = [
        ngettext("%(num)s late", "%(num)s late", counts["late"]) if counts["late"] else "",
        ngettext("%(num)s today", "%(num)s today", counts["today"]) if counts["today"] else "",
        ngettext("%(num)s this week", "%(num)s this week", counts["week"]) if counts["week"] else "",
        ngettext("%(num)s later", "%(num)s later", counts["later"]) if counts["later"] else "",
    ]
    return " · ".join(part for part in parts if part)


def _groups(found: Ordered, reader: Reader, *, is_all: bool, chosen: int | None) -> list[Group]:
    def of(key: str, label: str, tone: str = "ok", *, note: str = "", folded: bool = False) -> Group | None:
        in_group = found.groups[key]
        is_folded = folded and all(st.s.number != chosen for st in in_group)
        return (
            group(
                key,
                label,
                in_group,
                lambda st: row(st, reader, pane="all" if is_all else "mine", chosen=chosen),
                tone=tone,  # type: ignore[arg-type]  # one of the tones
                note=note,
                folded=is_folded,
            )
            if in_group
            else None
        )

    made = [
        of("late", _("Late"), "late"),
        of("today", _("Today"), "soon"),
        of("week", _("This week")),
        of("later", _("Later")),
        of("back", _("Coming back"), "later", folded=True),
        of("others", _("With others"), "asked", note=_("nothing to do"), folded=True),
    ]
    return [one for one in made if one is not None]


def _empty(others: int, answered: int) -> list[str]:
    lines = [_("Nothing open with you.") if others else _("Nothing open.")]
    if others:
        lines.append(
            ngettext("%(num)s is open with others of your team.", "%(num)s are open with others of your team.", others)
        )
    if answered:
        lines.append(
            ngettext("In the last seven days: %(num)s answered.", "In the last seven days: %(num)s answered.", answered)
        )
    return lines if len(lines) > 1 else [*lines, _("What somebody raises stands here until it has its answer.")]
