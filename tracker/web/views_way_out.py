"""The way out above the desk: after an absence, or with more late than anybody can answer at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from tracker import access
from tracker.acts import several
from tracker.domain import duty, repromise
from tracker.notices import links, words
from tracker.notices.words import Reader
from tracker.store import people, rosters, teams
from tracker.store.people import Person
from tracker.store.teams import Absence, Team
from tracker.web.page_shapes import WayOut
from tracker.web.say import _, ngettext
from tracker.web.shapes import Link
from tracker.web.views_order import Found, Place

#: Somebody who comes back is shown the way out for so long, where at least so many dates have passed meanwhile.
BACK_FOR = timedelta(days=7)
SOME = 3
#: So many answers of an absence are looked at.
MOST = 500


def is_needed(late: int, *, was_away: bool) -> bool:
    return late > repromise.MANY or (was_away and late >= SOME)


def answered_for(person: Person, team: Team, away: Absence, *, now: datetime) -> list[tuple[str, int]]:
    """Who answered how many, while this person was away, of what they would have had to answer. What somebody took over
    before they answered it was theirs by then; who else is away today says nothing of those days."""
    zone = teams.working_time(team.calendar).zone
    first, last = (datetime.combine(day, time(), zone) for day in (away.first_on, away.last_on + timedelta(days=1)))
    given = rosters.answered_between(team.id, access.handled_by(person), first, last, limit=MOST)
    there = replace(rosters.roster(team, now=now), absent=frozenset(), stand_ins={})
    counts = Counter(
        who
        for case, who, at in given
        if who != person.id
        and person.id in duty.on_duty(case, replace(there, week=duty.week_number(at.astimezone(zone).date())))
    )
    names = people.names(set(counts))
    return [(names[who], count) for who, count in counts.most_common()]


def of(
    place: Place,
    found: Found,
    *,
    away: Absence | None,
    answered: Sequence[tuple[str, int]],
    waiting: int,
    only_others: int,
    is_left: bool,
) -> WayOut | None:
    """``away`` is an absence that is just over, ``answered`` who answered how many meanwhile, ``waiting`` how many
    different people wait, ``only_others`` how many of the late ones somebody else has to move. ``is_left`` says whether
    one by one has something to ask for: it knows only what is with who looks. None where there is no way for them."""
    late, calendar = found.ordered.groups["late"], teams.working_time(place.team.calendar)
    count = min(len(late), several.MOST) - only_others
    a_day = repromise.usual_a_day(count)
    first = repromise.first_day(calendar, now=place.reader.now)
    last = repromise.last_day(count, first, a_day, calendar)
    query = {"do": "promise", "late": "1", "a_day": str(a_day), "back": f"desk?{place.asked.text}".rstrip("?")}
    anew = ngettext(
        "Promise %(num)s anew: %(a_day)s a day, until %(day)s",
        "Promise %(num)s anew: %(a_day)s a day, until %(day)s",
        count,
        a_day=a_day,
        day=words.day(place.reader, last),
    )
    slug, ways = place.team.slug, []
    if count > 0:
        ways.append(Link(url=links.path("desk_several", slug=slug, query=query), label=anew))
    if is_left:
        label = _("First look at those that matter most")
        ways.append(Link(url=links.path("one_by_one", slug=slug), label=label))
    if not ways:
        return None
    return WayOut(
        sentences=[*_meanwhile(place.reader, away, answered), _what_waits(len(late), waiting)],
        links=ways,
        ending=" ".join(
            [
                *([_others(only_others)] if only_others else []),
                *([_after(rest)] if (rest := len(late) - several.MOST) > 0 else []),
                _("You see every new date before anybody hears of it. In the record they stay late."),
            ]
        ),
    )


def _meanwhile(reader: Reader, away: Absence | None, answered: Sequence[tuple[str, int]]) -> list[str]:
    return [
        *([_("You were away until %(day)s.", day=words.day(reader, away.last_on))] if away else []),
        *(_("%(who)s answered %(num)s for you.", who=who, num=count) for who, count in answered),
    ]


def _what_waits(late: int, waiting: int) -> str:
    return _(
        "%(dates)s, %(people)s. This is the way out:",
        dates=ngettext("%(num)s date has passed", "%(num)s dates have passed", late),
        people=ngettext("%(num)s person is waiting", "%(num)s people are waiting", waiting),
    )


def _after(count: int) -> str:
    """What is too much for one go."""
    return ngettext("%(num)s more comes after that.", "%(num)s more come after that.", count)


def _others(count: int) -> str:
    return ngettext(
        "%(num)s of them somebody else has to move: it was moved twice already.",
        "%(num)s of them somebody else has to move: they were moved twice already.",
        count,
    )
