"""The hours at which somebody's daily mail and weekly overview are due, in their zone and for all their teams."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tracker.domain import weeks
from tracker.domain.working_time import WorkingTime
from tracker.notices import windows
from tracker.store import suggestions, teams
from tracker.store.people import Person
from tracker.store.teams import Membership

#: No daily mail comes earlier by itself, and where a team never closes it comes then.
EARLIEST = "08:00"
NEVER_CLOSES = "09:00"
#: A member's weekly overview.
EVENING = "18:00"
MONDAY = 0
DAY = timedelta(days=1)
#: A crowd is spread over so long.
SPREAD_OVER = timedelta(hours=1)
#: Further ahead no working day is looked for.
_FAR = 370


@dataclass(frozen=True, slots=True)
class Hours:
    """One person's zone and their teams' working time."""

    person: Person
    zone: ZoneInfo
    calendars: tuple[WorkingTime, ...]
    is_managing: bool

    @classmethod
    def of(cls, person: Person, memberships: Iterable[Membership] | None = None) -> Hours:
        found = list(memberships) if memberships is not None else teams.teams_of(person.id)
        theirs = [membership.team for membership in sorted(found, key=lambda membership: membership.id)]
        if not theirs and person.is_site_admin:
            # in no team, and on duty for one whose people are all away: reminded when that one works
            theirs = suggestions.teams_let_into(person.id)
        return cls(
            person=person,
            zone=windows.zone_of(person, theirs[0] if theirs else None),
            calendars=tuple(teams.working_time(team.calendar) for team in theirs),
            is_managing=any(membership.is_managing for membership in found),
        )

    def daily_on(self, day: date) -> datetime | None:
        """When the daily mail of this day is due; none on a day on which none of the teams works.

        Who is in no team has no days off that are known here: any day is one, so that nothing waits for ever.
        """
        openings = [opening for calendar in self.calendars if (opening := self._opening(calendar, day)) is not None]
        if not self.calendars:
            openings = [windows.local_instant(day, NEVER_CLOSES, self.zone)]
        if not openings:
            return None
        if chosen := windows.readable(self.person.reminder_hour):
            return windows.local_instant(day, chosen, self.zone)
        return max(min(openings), windows.local_instant(day, EARLIEST, self.zone))

    def _opening(self, calendar: WorkingTime, day: date) -> datetime | None:
        """When the team opens for this day of the person's, the evening before it in Los Angeles too. Where an evening
        in Berlin is the next morning on Lord Howe, the day before is meant: by its own the hour lay beyond the day."""
        if calendar.hours_of_week() == 7 * DAY:
            is_worked = calendar.opening_of_day(day) is not None
            return windows.local_instant(day, NEVER_CLOSES, self.zone) if is_worked else None
        own, before = calendar.opening_of_day(day), calendar.opening_of_day(day - DAY)
        if own is not None and own.astimezone(self.zone).date() <= day:
            return own
        return before if before is not None and before.astimezone(self.zone).date() == day else None

    def next_daily(self, now: datetime) -> datetime:
        """The next daily mail after this moment's day: until then today's looks ahead."""
        today = now.astimezone(self.zone).date()
        for days in range(1, _FAR):
            at = self.daily_on(today + days * DAY)
            if at is not None:
                return at
        return now + DAY

    def digest_in(self, week: str) -> datetime:
        """When the overview of this ISO week is due, before it is spread."""
        weekday = self.person.digest_weekday if self.person.digest_weekday is not None else MONDAY
        day = weeks.monday_of(week) + weekday * DAY
        if chosen := windows.readable(self.person.digest_hour):
            return windows.local_instant(day, chosen, self.zone)
        if not self.is_managing:
            return windows.local_instant(day, EVENING, self.zone)
        # a manager's comes at the opening; on a day on which nobody works at the hour it would have
        otherwise = windows.readable(self.person.reminder_hour) or NEVER_CLOSES
        return self.daily_on(day) or windows.local_instant(day, otherwise, self.zone)

    def midnight_of(self, at: datetime) -> datetime:
        """The end of the day of theirs in which this moment lies."""
        return weeks.end_of_day(at.astimezone(self.zone).date(), self.zone)

    def week_of(self, at: datetime) -> str:
        return weeks.iso_week(at, self.zone)


def zones_of(persons: Iterable[Person]) -> dict[int, ZoneInfo]:
    """Person → the zone that decides which day of theirs it is and when they may be written to: the one they chose,
    else that of the team they joined first. Whatever a mail is about: two teams in two zones must not make two days of
    one, with two mails each."""
    known = {person.id: person for person in persons}
    first = teams.first_of([i for i, person in known.items() if not windows.has_zone(person)])
    return {
        i: windows.zone_of(person, first.get(i)) if i in first or windows.has_zone(person) else Hours.of(person).zone
        for i, person in known.items()
    }


def zone_of(person: Person) -> ZoneInfo:
    return zones_of([person])[person.id]


def next_daily_after(person: Person, now: datetime) -> datetime:
    return Hours.of(person).next_daily(now)


def spread(person_id: int) -> timedelta:
    """Where within one hour this person's share lies; always the same."""
    digest = hashlib.sha256(str(person_id).encode()).digest()
    return timedelta(seconds=int.from_bytes(digest[:4], "big") % 3600)
