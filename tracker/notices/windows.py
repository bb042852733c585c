"""When somebody may be written to: their hours, their zone, the hour of their daily mail.

Local times are kept as "08:00" and turned into instants day by day, with the first of two readings where the clocks
go back and the hour after the gap where they go forward: never twice, never an hour off.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tracker.domain import weeks
from tracker.store import teams
from tracker.store.people import Person
from tracker.store.teams import Team

DAY = timedelta(days=1)
#: What was to leave inside a window may come so long after its end: a tick, a greylisting server.
STRAGGLERS = timedelta(minutes=30)
#: The window of who has not chosen another.
OPENS, CLOSES = "08:00", "20:00"
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")


def zone_named(name: str | None, otherwise: ZoneInfo) -> ZoneInfo:
    """The zone of that name; the other one where it is empty or unknown (a browser's "Etc/Unknown" stops nobody)."""
    return ZoneInfo(name) if name and weeks.is_known_zone(name) else otherwise


def has_zone(person: Person) -> bool:
    """Whether they have chosen one that is known here."""
    return bool(person.timezone) and weeks.is_known_zone(person.timezone or "")


def team_zone(team: Team) -> ZoneInfo:
    return teams.working_time(team.calendar).zone


def zone_of(person: Person, team: Team | None) -> ZoneInfo:
    """The person's zone; until they choose one, their team's."""
    return zone_named(person.timezone, team_zone(team) if team is not None else ZoneInfo("UTC"))


def readable(clock: str | None) -> str | None:
    """The local time, or none where it is missing or nonsense: one person's setting must not stop the others' mails."""
    return clock if clock and _CLOCK.fullmatch(clock) else None


def local_instant(day: date, clock: str, zone: ZoneInfo) -> datetime:
    """The UTC instant at which the clocks of the zone show "08:00" on that day; "24:00" is the end of the day.

    A time that is skipped moves on by what is skipped; one that comes twice is the first.
    """
    if clock == "24:00":
        return weeks.end_of_day(day, zone)
    return weeks.local_instant(day, time.fromisoformat(clock), zone)


def at_once(person: Person, zone: ZoneInfo, *, now: datetime) -> datetime:
    """The earliest instant from ``now`` on that lies inside the person's window."""
    today = now.astimezone(zone).date()
    for day in (today - DAY, today, today + DAY, today + 2 * DAY):
        begin, end = window_on(person, zone, day)
        if now < end:
            return max(now, begin)
    return now


def opens_again(person: Person, zone: ZoneInfo, *, now: datetime) -> datetime | None:
    """When the person's window opens, where it is closed now and has been for a while; none where a mail may come."""
    opens = at_once(person, zone, now=now)
    is_open = opens == now or at_once(person, zone, now=now - STRAGGLERS) == now - STRAGGLERS
    return None if is_open else opens


def window_on(person: Person, zone: ZoneInfo, day: date) -> tuple[datetime, datetime]:
    """The person's window that begins on this local day. One that ends before it begins goes past midnight."""
    opens, closes = readable(person.window_from) or OPENS, readable(person.window_until) or CLOSES
    begin = local_instant(day, opens, zone)
    return begin, local_instant(day + DAY if closes <= opens else day, closes, zone)
