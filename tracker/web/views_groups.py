"""The groups of the desk: under each heading its first rows, and how many there are; one by itself in pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.web.say import _
from tracker.web.shapes import Group, Link, Tone
from tracker.web.views import Standing
from tracker.web.views_order import GROUPS, Ordered, Place, soon_ends
from tracker.web.views_rows import row

#: Rows under a heading among others, and on a page of a group by itself.
SOME = 25
A_PAGE = 50
SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Heading:
    label: str
    tone: Tone = "ok"
    note: str = ""
    folded: bool = False


def _headings(today: date) -> dict[str, Heading]:
    return {
        "late": Heading(_("Late"), "late"),
        "today": Heading(_("Today"), "soon"),
        "week": Heading(_("This week") if soon_ends(today).weekday() == SUNDAY else _("In the next three days")),
        "later": Heading(_("Later")),
        "back": Heading(_("Coming back"), "later", folded=True),
        "others": Heading(_("With others"), "asked", note=_("nothing to do"), folded=True),
    }


def in_scope(place: Place, found: Ordered) -> list[Standing]:
    """All that belongs to what is looked at, also what no row is shown of."""
    keys = [place.group] if place.group in GROUPS else GROUPS
    return [st for key in keys for st in found.groups[key]]


def spans(numbers: Iterable[int]) -> str:
    """ "41-43 47": two hundred numbers must not weigh on every page."""
    made: list[list[int]] = []
    for number in sorted(numbers):
        if made and number == made[-1][1] + 1:
            made[-1][1] = number
        else:
            made.append([number, number])
    return " ".join(str(first) if first == last else f"{first}-{last}" for first, last in made)


def groups(place: Place, found: Ordered, *, chosen: int | None) -> list[Group]:
    """What is open by group; where the address asks for one, that one alone."""
    headings = _headings(place.reader.today)
    if place.group in headings:
        return [_alone(place, headings[place.group], found.groups[place.group], chosen)]
    return [_among_others(place, key, headings[key], found.groups[key], chosen) for key in GROUPS if found.groups[key]]


def _among_others(place: Place, key: str, heading: Heading, all_of: Sequence[Standing], chosen: int | None) -> Group:
    some = all_of[:SOME]
    made = _group(place, key, heading, some, len(all_of), chosen)
    is_folded = heading.folded and all(st.s.number != chosen for st in some)
    more = None
    if len(all_of) > SOME:
        more = Link(url=place.url(group=key), label=_("Show all %(count)s", count=len(all_of)))
    return replace(made, folded=is_folded, more=more)


def _alone(place: Place, heading: Heading, all_of: Sequence[Standing], chosen: int | None) -> Group:
    """One page of it."""
    last = max((len(all_of) - 1) // A_PAGE + 1, 1)
    page = min(place.page, last)
    first = (page - 1) * A_PAGE
    rows = all_of[first : first + A_PAGE]
    here = _("%(first)s to %(last)s of %(count)s", first=first + 1, last=first + len(rows), count=len(all_of))
    return replace(
        _group(place, place.group, heading, rows, len(all_of), chosen),
        here=here if last > 1 else "",
        newer_url=_page_url(place, page - 1) if page > 1 else "",
        older_url=_page_url(place, page + 1) if page < last else "",
        more=Link(url=place.url(), label=_("Show everything")),
    )


def _page_url(place: Place, page: int) -> str:
    return place.url(group=place.group, page=str(page) if page > 1 else "")


def _group(place: Place, key: str, heading: Heading, some: Sequence[Standing], count: int, chosen: int | None) -> Group:
    rows = [row(st, place.reader, pane=f"?{place.asked.text}", chosen=chosen, is_pickable=True) for st in some]
    return Group(key=key, label=heading.label, rows=rows, tone=heading.tone, note=heading.note, count=count)
