"""The days after: whatever waits for somebody's daily mail leaves with it, or a reason is written down.

Worlds are too short to see it: who waits for Monday is not forgotten on Friday. So a week passes in which nothing else
happens, and then two days on which every team works, to their end in each reader's zone.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.simulation.invariants import zone_of
from tracker.domain.health import Tick

if TYPE_CHECKING:
    from tests.simulation.story import Story

WAITS = """SELECT id, kind, person_id, owed_at FROM notice
WHERE state = 'owed' AND channel = 'email' AND delivery_id IS NULL AND is_for_daily"""
#: The last of the hours that somebody may choose is 23:30.
LATE = time(23, 50)
#: Longer than anybody can put something off.
LATER = timedelta(days=8)
TUESDAY = 1


def demand_none_waits(story: Story) -> None:
    """What waits now has left, or says why not, when every reader's hour has come on two working days."""
    waiting = {row[0] for row in story.watch.file.execute(WAITS)}
    if waiting:
        _set_right(story)
    for day in _days(story) if waiting else ():
        for at in _ends(story, day):
            story.world.pass_until(at)
            story.alive[0].tick(Tick.DIGESTS)
            story.pass_time(60.0)
        if not waiting & {row[0] for row in story.watch.file.execute(WAITS)}:
            return
    for number, kind, person, owed_at in story.watch.file.execute(WAITS).fetchall():
        what = f"notice {number} ({kind}) waits for the daily mail of person {person} since {owed_at}"
        story.world.demand(number not in waiting, "alive", what)


def _set_right(story: Story) -> None:
    """A clock that was put on for good at the very last is right again, and has been for some ticks."""
    if any(worker.machine.skew for worker in story.alive):
        for worker in story.alive:
            worker.machine.skew = timedelta()
        for _ in range(4):
            story.alive[0].tick(Tick.DELIVERY)
            story.pass_time(60.0)


def _days(story: Story) -> tuple[date, date]:
    """A Tuesday and the day after it."""
    day = (story.world.true_now() + LATER).date()
    day += timedelta(days=(TUESDAY - day.weekday()) % 7)
    return day, day + timedelta(days=1)


def _ends(story: Story, day: date) -> list[datetime]:
    """When this day is nearly over, in each zone that somebody lives in."""
    chosen = story.watch.file.execute("SELECT DISTINCT timezone FROM person").fetchall()
    unchosen = [ZoneInfo(name) for name in (story.zone, story.far_zone) if name]
    zones = {zone_of(name, None, otherwise) for (name,) in chosen for otherwise in unchosen}
    return sorted({datetime.combine(day, LATE, zone).astimezone(ZoneInfo("UTC")) for zone in zones})
