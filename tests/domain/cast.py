"""The people and the calendar of the story that the rules' tests tell: team Nachtwache, Berlin, Mon–Fri 09–17."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.times import instant
from tracker.domain import promises
from tracker.domain.budgets import PRESET_WEEKS, Budgets
from tracker.domain.duty import Case, Roster
from tracker.domain.ladder import Ladder
from tracker.domain.promises import Promise
from tracker.domain.working_time import WorkingTime

#: The community manager, the other manager who is Pit's deputy, and a third one.
PIT, JURI, MIKA = 1, 2, 3
#: Who leads the team, and another owner.
ANKE, OLE = 4, 5
#: The site's administration.
ADA = 9
#: Volunteer moderators.
NARI, MELODIE, JO = 11, 12, 13

OFFICE = WorkingTime.from_plain({"timezone": "Europe/Berlin", "week": PRESET_WEEKS["office"]})
EVENINGS = WorkingTime.from_plain({"timezone": "Europe/Berlin", "week": PRESET_WEEKS["evenings"]})
ALWAYS = WorkingTime.from_plain({"timezone": "Europe/Berlin", "week": PRESET_WEEKS["always"]})
BUDGETS = Budgets.within(2, OFFICE)  # 4, 8, 16 and 40 h
LADDER = Ladder()

NIGHTWATCH = Roster(
    managers=(PIT, JURI), owners=(ANKE,), admins=(ADA,), members=(NARI, MELODIE, JO), deputies={PIT: JURI}
)
NARIS = Case(authors=frozenset({NARI}))

RAISED_AT = instant("Tuesday 2026-11-24 23:10")


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def at(text: str) -> datetime:
    """``at("Tue 2026-11-24 23:10")`` on the team's clock."""
    return instant(text)


def an_answer(budget: timedelta = BUDGETS.normal, *, raised_at: datetime = RAISED_AT) -> Promise:
    """The answer that Nari was promised: raised Tue 23:10, 16 h, due Thu 26 Nov 17:00."""
    return promises.answer(budget=budget, calendar=OFFICE, now=raised_at)
