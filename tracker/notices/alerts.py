"""One alert for each cause: told once to whoever can mend it, in the app, in the log and by mail. That is whoever looks
after the site; of a team's webhook its team leads.

The mail has the lane of what nobody holds back. Where the cause is that no mail leaves, it waits with the others and
is skipped when the cause has gone before it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog

from tracker.domain.alerts import Cause
from tracker.domain.lifecycle import Role
from tracker.notices.telling import insert_new, mark_read, no_way_to
from tracker.store import alerts, outlets, people, teams
from tracker.store.alerts import Alert
from tracker.store.notices import Channel, Lane, Notice, NoticeState
from tracker.store.people import Person

log = structlog.get_logger(__name__)


def open_about(cause: Cause, *, now: datetime) -> Alert | None:
    """Tell of a cause; none, and nothing happens, where it has been told of and is still there."""
    alert = alerts.opened(cause, now=now)
    if alert is None:
        return None
    log.warning("something needs whoever looks after the site", what=cause.kind.value, of=cause.subject)
    rows = [row for person in _told_to(cause) for row in _rows(alert, person, now)]
    if rows:
        insert_new(rows)
    return alert


def _told_to(cause: Cause) -> list[Person]:
    if not outlets.is_webhook(cause.subject):
        return people.site_admins()
    return [one.person for one in teams.memberships(int(cause.facts["team_id"])) if one.role is Role.OWNER]


def close(alert: Alert, *, now: datetime) -> bool:
    """The cause is gone. Whether it was there until now."""
    if not alerts.close(alert.id, now=now):
        return False
    log.info("what needed somebody is over", what=alert.kind.value, of=alert.subject)
    mark_read(Notice.key.startswith(f"alert:{alert.id}:", autoescape=True), now=now)
    return True


def _rows(alert: Alert, person: Person, now: datetime) -> list[dict[str, Any]]:
    """A mail and its twin in the app."""
    no_way = no_way_to(person, Lane.SECURITY)
    common = {
        "kind": "alert",
        "person_id": person.id,
        "lane": Lane.SECURITY,
        "owed_at": now,
        "not_before": now,
        "is_for_daily": False,
        "facts": {"alert": alert.id},
        "team_id": int(alert.facts["team_id"]) if outlets.is_webhook(alert.subject) else None,
    }
    mail = {
        "key": f"alert:{alert.id}:person:{person.id}:{Channel.EMAIL.value}",
        "channel": Channel.EMAIL,
        "state": NoticeState.SKIPPED if no_way else NoticeState.OWED,
        "reason": no_way,
        "told_at": None,
    }
    twin = {
        "key": f"alert:{alert.id}:person:{person.id}:{Channel.IN_APP.value}",
        "channel": Channel.IN_APP,
        "state": NoticeState.TOLD,
        "reason": "",
        "told_at": now,
    }
    return [{**common, **mail}, {**common, **twin}]
