"""What somebody may know of and is spared all the same: put off by themselves, wanted in the app alone, while away,
owed by somebody else by now."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from tests.simulation.world import World, stored

#: Written down anew, and not taken from the program: which choice of "my settings" a kind of notice belongs to.
UNWANTED = """
SELECT n.id, n.kind,
  CASE
    WHEN n.kind = 'digest' AND NOT p.digest_on THEN 'wants no overview'
    WHEN n.kind = 'receipt' AND NOT p.receipts_by_mail THEN 'wants no receipts by mail'
    WHEN n.lane IN ('follow_up', 'digest') THEN NULL
    WHEN n.kind IN ('question', 'clarify', 'answer') AND p.news_in_app THEN 'wants answers in the app only'
    WHEN n.kind IN ('moved', 'ball_back', 'corrected', 'merged', 'unmerged', 'silence') AND p.dates_in_app
      THEN 'wants dates in the app only'
    WHEN n.kind IN ('manager_comment', 'comment', 'note') AND p.comments_in_app THEN 'wants comments in the app only'
    WHEN n.kind IN ('named', 'handed_back', 'assigned', 'task', 'withdrawn', 'meanwhile') AND p.handed_in_app
      THEN 'wants what is handed over in the app only'
  END AS wrong
FROM notice n JOIN person p ON p.id = n.person_id
WHERE n.delivery_id = :delivery AND n.state = 'owed' AND wrong IS NOT NULL"""
#: As long as the promise has the date that was put off.
PUT_OFF = """
SELECT n.id, n.kind, 'has put it off' FROM notice n
JOIN snooze z ON z.person_id = n.person_id AND z.suggestion_id = n.suggestion_id
JOIN promise q ON q.id = z.promise_id AND q.version = z.version AND q.state = 'open'
WHERE n.delivery_id = :delivery AND n.state = 'owed' AND n.kind IN ('rung', 'daily_line')
  AND z.ended_at IS NULL AND z.until_at > :now"""
#: Of what is about a person it depends on who is left that may see it: nothing is said of those.
AWAY = """
SELECT n.id, n.kind, 'is away, and somebody else is there' FROM notice n
JOIN suggestion s ON s.id = n.suggestion_id AND s.about_person_id IS NULL
WHERE n.delivery_id = :delivery AND n.state = 'owed' AND n.kind IN ('rung', 'daily_line')
  AND EXISTS (SELECT 1 FROM absence a WHERE a.person_id = n.person_id AND a.team_id = s.team_id
    AND a.cancelled_at IS NULL AND a.first_on <= :first AND a.last_on >= :last)
  AND EXISTS (SELECT 1 FROM membership m JOIN person o ON o.id = m.person_id
    WHERE m.team_id = s.team_id AND m.role IN ('manager', 'owner') AND m.left_at IS NULL AND NOT m.is_waiting
    AND o.active AND o.id NOT IN (n.person_id, s.author_id, coalesce(s.contested_answerer_id, 0))
    AND o.id NOT IN (SELECT c.person_id FROM co_author c WHERE c.suggestion_id = s.id)
    AND NOT EXISTS (SELECT 1 FROM absence a WHERE a.person_id = o.id AND a.team_id = s.team_id
      AND a.cancelled_at IS NULL AND a.first_on <= :last AND a.last_on >= :first))"""
#: A member who leads nothing is reminded of what they were named for or given, or where the team chose them.
NOT_THEIRS = """
SELECT n.id, n.kind, 'owes it no more' FROM notice n
JOIN suggestion s ON s.id = n.suggestion_id JOIN promise q ON q.id = n.promise_id JOIN team t ON t.id = s.team_id
JOIN person p ON p.id = n.person_id
JOIN membership m ON m.team_id = s.team_id AND m.person_id = p.id AND m.left_at IS NULL AND m.role = 'member'
WHERE n.delivery_id = :delivery AND n.state = 'owed' AND n.kind IN ('rung', 'daily_line') AND NOT p.is_site_admin
  AND p.id NOT IN (coalesce(s.assignee_id, 0), coalesce(t.duty_person_id, 0), coalesce(t.trusted_person_id, 0))
  AND NOT (q.kind IN ('deliver', 'task') AND q.owed_by_id IS p.id)"""
CALENDAR = """SELECT c.plain FROM notice n JOIN team t ON t.id = n.team_id JOIN calendar c ON c.id = t.calendar_id
WHERE n.delivery_id = ?"""


def unwanted(world: World, file: sqlite3.Connection, delivery: int) -> Iterator[tuple[int, str, str]]:
    """Each notice of this message that should not leave: its id, its kind, and why."""
    yield from file.execute(UNWANTED, {"delivery": delivery})
    yield from file.execute(NOT_THEIRS, {"delivery": delivery})
    # whoever sends may have a wrong clock, or have slept since it asked what time it is: only what holds by all of them
    true, slept = world.true_now(), timedelta(seconds=world.current.slept if world.current else 0.0)
    moments = [true, world.now(), true - slept]
    yield from file.execute(PUT_OFF, {"delivery": delivery, "now": stored(max(moments))})
    row = file.execute(CALENDAR, (delivery,)).fetchone()
    if row is not None:
        zone = ZoneInfo(json.loads(row[0])["timezone"])
        days = sorted(f"{moment.astimezone(zone).date()}" for moment in moments)
        yield from file.execute(AWAY, {"delivery": delivery, "first": days[0], "last": days[-1]})
