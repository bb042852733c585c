"""The desk as values: the groups in their order, and what stands above them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from tracker.domain import sittings
from tracker.domain.desk_filters import ALL, Filter
from tracker.notices import links
from tracker.notices.words import Reader
from tracker.store.sittings import Sitting
from tracker.web import views_filters, views_groups
from tracker.web.page_shapes import DeskPage, GoingOn, SuggestionPage, WayOut
from tracker.web.say import _, ngettext
from tracker.web.shapes import NavItem
from tracker.web.views_order import GROUPS, Found, Ordered, Place

# The page -------------------------------------------------------------------------------------------------------------


def page(
    place: Place,
    found: Found,
    *,
    people: Sequence[tuple[int, str]],
    selected: SuggestionPage | None,
    answered: int,
    is_left: bool,
    sitting: Sitting | None = None,
    way_out: WayOut | None = None,
    version: str = "",
    views: Sequence[tuple[str, Filter]] = (),
) -> DeskPage:
    """``people`` are those who answer in this team, ``answered`` the answers of the last seven days,
    ``is_left`` says whether one by one has something to ask for, ``sitting`` is one that runs and has."""
    others = len(found.fitting) - len(found.shown)
    return DeskPage(
        headline=_("Desk"),
        one_by_one_url=links.path("one_by_one", slug=place.team.slug)
        if is_left and found.ordered.first is not None
        else "",
        going_on=_going_on(place, sitting) if sitting is not None else None,
        summary=_summary(found.ordered, place.reader),
        groups=views_groups.groups(place, found.ordered, chosen=selected.number if selected is not None else None),
        selected=selected,
        way_out=way_out,
        live_url=place.live_url,
        open=views_groups.spans(st.s.number for st in views_groups.in_scope(place, found.ordered)),
        version=version,
        views_url=links.path("desk_views", slug=place.team.slug),
        can_save=place.asked.text not in ("", f"with={ALL}") and all(asked != place.asked for _name, asked in views),
        has_views=bool(views),
        empty=_nothing_fits() if place.asked.is_narrow else _empty(others, answered),
        switch=_switch(place, views),
        filters=views_filters.form(place, found, people),
        chips=views_filters.chips(place, found, people),
        several_url=f"{place.url(Filter())}/several",
        back=f"desk?{place.asked.text}" if place.asked.text else "desk",
    )


def _going_on(place: Place, sitting: Sitting) -> GoingOn:
    now = place.reader.now
    return GoingOn(
        url=links.path("one_by_one", slug=place.team.slug),
        label=_("Go on: %(num)s min left", num=sittings.minutes_left(sitting.ends_at, now=now)),
        seconds=int((sitting.ends_at - now) / timedelta(seconds=1)),
    )


def _switch(place: Place, views: Sequence[tuple[str, Filter]]) -> list[NavItem]:
    """With me, or with anybody of the team; then what this person has saved."""
    is_own = any(asked == place.asked for _name, asked in views)
    whose = place.asked.whose if not is_own else "saved"
    return [
        NavItem(url=place.url(Filter()), label=_("With me"), icon="me", current=not whose),
        NavItem(url=place.url(Filter(whose=ALL)), label=_("With all of us"), icon="people", current=whose == ALL),
        *(
            NavItem(url=place.url(asked), label=name, icon="list", current=asked == place.asked)
            for name, asked in views
        ),
    ]


def _nothing_fits() -> list[str]:
    return [_("Nothing open fits."), _("Take one of the filters away.")]


def _summary(found: Ordered, reader: Reader) -> str:
    """How many are to be answered, the same number as beside the desk in the navigation and one by one."""
    counts = {key: len(found.groups[key]) for key in GROUPS}
    up = found.up(reader)
    parts = [
        ngettext("%(num)s to answer", "%(num)s to answer", up) if up else "",
        ngettext("%(num)s late", "%(num)s late", counts["late"]) if counts["late"] else "",
        ngettext("%(num)s today", "%(num)s today", counts["today"]) if counts["today"] else "",
    ]
    return " · ".join(part for part in parts if part)


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
