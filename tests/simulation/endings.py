"""What is demanded when the faults are over: nothing is left lying, and what is stored can be true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulation import afterwards
from tests.simulation.world import stored
from tracker.acts import audit
from tracker.store.base import db

if TYPE_CHECKING:
    from tests.simulation.story import Story

#: So many times something falls due in the quiet, at most.
ROUNDS = 20
LEFT = """
SELECT 'delivery', id, state FROM delivery WHERE state IN ('claimed', 'sending')
  OR (state = 'pending' AND next_attempt_at <= :now) OR (state = 'unknown' AND :policy <> 'hold')
UNION ALL SELECT 'notice', id, kind FROM notice WHERE state = 'owed' AND channel = 'email' AND delivery_id IS NULL
  AND NOT is_for_daily AND not_before <= :now
UNION ALL SELECT 'promise', id, next_follow_up_at FROM promise WHERE state = 'open' AND next_follow_up_at <= :now
  AND coalesce(retry_at, '') <= :now
UNION ALL SELECT 'snooze', id, until_at FROM snooze WHERE ended_at IS NULL AND until_at <= :now
UNION ALL SELECT 'inbound mail', id, error FROM inbound_mail WHERE state = 'received' AND next_attempt_at <= :now"""
WAITING = f"SELECT count(*) FROM ({LEFT}) UNION ALL SELECT count(*) FROM delivery WHERE state = 'pending'"


def is_waiting(story: Story) -> bool:
    """Whether a message is on its way or has to be tried again."""
    facts = {"now": stored(story.world.true_now()), "policy": story.policy}
    return any(row[0] for row in story.watch.file.execute(WAITING, facts))


def demand_all(story: Story) -> None:
    world = story.world
    facts = {"now": stored(story.since), "policy": story.policy}
    for what, number, state in story.watch.file.execute(LEFT, facts):
        world.demand(False, "alive", f"{what} {number} is left lying ({state})")
    if story.mood.has_mailbox:
        story.letters.demand_all()
    afterwards.demand_none_waits(story)
    with world.ground.app.app_context():
        for finding in audit.findings(audit.Tally()):
            world.demand(False, "the cache equals the log", finding)
        db.session.remove()
