"""How much working time an answer may take, from the one question of the set-up: within how many days?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tracker.domain.errors import N_, BadInput
from tracker.domain.lifecycle import Urgency

if TYPE_CHECKING:
    from tracker.domain.working_time import WorkingTime

#: Within how many days on which somebody is there everybody gets an answer; the choices of the set-up.
ANSWER_WITHIN = (1, 2, 5, 10)
PRESET_ANSWER_WITHIN = 2

_OFFICE_DAY = [["09:00", "17:00"]]
_EVENING = [["18:00", "21:00"]]
_WEEKEND_DAY = [["10:00", "18:00"]]
_WHOLE_DAY = [["00:00", "24:00"]]
_WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
_WEEKEND = ("sat", "sun")

PlainWeek = dict[str, list[list[str]]]

#: The weeks that the set-up offers, in the plain form of ``WorkingTime.from_plain``.
PRESET_WEEKS: Mapping[str, PlainWeek] = {
    "office": dict.fromkeys(_WORKDAYS, _OFFICE_DAY),
    "evenings": dict.fromkeys(_WORKDAYS, _EVENING) | dict.fromkeys(_WEEKEND, _WEEKEND_DAY),
    "always": dict.fromkeys(_WORKDAYS + _WEEKEND, _WHOLE_DAY),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Budgets:
    """Working time per urgency. The more urgent never has more than the less urgent."""

    urgent: timedelta
    high: timedelta
    normal: timedelta
    low: timedelta

    def __post_init__(self) -> None:
        """Refuse budgets that are nothing or in the wrong order (``BadInput`` with the urgency as field)."""
        least = timedelta(minutes=1)
        for urgency in Urgency:
            if self.of(urgency) < least:
                raise BadInput(N_("An answer needs at least that much time as the more urgent one."), field=urgency)
            least = self.of(urgency)

    def of(self, urgency: Urgency) -> timedelta:
        """The budget of one urgency."""
        budget: timedelta = getattr(self, urgency.value)
        return budget

    def to_plain(self) -> dict[str, float]:
        """JSON values: seconds per urgency."""
        return {urgency.value: self.of(urgency).total_seconds() for urgency in Urgency}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Budgets:
        """The budgets that ``to_plain`` wrote. Raises ``BadInput`` with the urgency as field."""
        for field in fields(cls):
            value = plain.get(field.name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _MOST_SECONDS:
                raise BadInput(N_("Give the time for “%(name)s” as a number."), field=field.name, name=field.name)
        return cls(**{field.name: timedelta(seconds=plain[field.name]) for field in fields(cls)})

    @classmethod
    def within(cls, days: int, calendar: WorkingTime) -> Budgets:
        """The budgets of a team that answers within so many days on which somebody is there.

        Normal is that many average opening days (the week's hours divided by the days with hours), rounded up to
        full hours; urgent a quarter, high half, low two and a half times of it, to the minute. Raises ``BadInput``
        for another number of days and for a week without hours.
        """
        if days not in ANSWER_WITHIN:
            raise BadInput(N_("Choose 1, 2, 5 or 10 days, not %(days)s."), field="answer_within", days=days)
        if not calendar.days_with_hours():
            raise BadInput(N_("Say first when somebody of you is there."), field="week")
        normal = _rounded_up(days * calendar.hours_of_week() / calendar.days_with_hours(), timedelta(hours=1))
        return cls(urgent=normal / 4, high=normal / 2, normal=normal, low=normal * 5 / 2)


_MOST_SECONDS = timedelta(days=3660).total_seconds()


def _rounded_up(duration: timedelta, unit: timedelta) -> timedelta:
    return -(-duration // unit) * unit
