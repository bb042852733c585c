"""What must hold after every step, asked of the database itself and of the mail server; without the program's code.

The numbers are those of the list of invariants in docs/simulation.md.
"""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.simulation.ledger import Ledger
from tests.simulation.receivers import Receivers
from tests.simulation.relay import Relay
from tests.simulation.unwanted import unwanted
from tests.simulation.world import Actor, World
from tracker.notices import another_day, look_again

UNKNOWN = ZoneInfo("UTC")
#: The moves of a delivery. Each is seen, for it is looked at after each transaction.
MOVES = {
    "pending": {"claimed"},
    "claimed": {"pending", "sending", "skipped", "dead"},
    "sending": {"sent", "pending", "unknown", "dead"},
    "unknown": {"pending"},
    "sent": set(),
    "skipped": set(),
    "dead": set(),
}
#: What somebody may do at the outbox page, and to a team's webhooks and chats.
MOVES_BY_HAND = {"pending": {"skipped"}, "unknown": {"skipped"}, "dead": {"pending", "skipped"}}
#: An event is to nobody in particular: a place that wants no more loses what waits for it.
MOVES_OF_EVENTS = {"pending": {"skipped"}, "unknown": {"skipped"}}
OPEN = "('open', 'asked', 'will_do', 'not_now')"
MOST_A_DAY = 2

CHANGED = """SELECT id, state, token, message_id, person_id, address, lane, template, next_attempt_at, created_at,
  outcome, channel, is_held, key
FROM delivery ORDER BY id"""
#: An event leaves for a place that wants it, about what the whole team may see and is still so.
NOT_WANTED = """
SELECT CASE
    WHEN o.id IS NULL THEN 'its place is gone'
    WHEN o.stopped_at IS NOT NULL THEN 'its place wants nothing'
    WHEN s.visibility = 'managers' OR s.about_person_id IS NOT NULL THEN 'the whole team may not see it'
    WHEN d.template = 'promise.rung' AND (q.state <> 'open' OR q.version <> json_extract(d.facts, '$.version'))
      THEN 'it reminds of what is no longer owed'
  END AS wrong
FROM delivery d LEFT JOIN outlet o ON d.destination = o.channel || ':' || o.id
LEFT JOIN suggestion s ON s.id = json_extract(d.facts, '$.suggestion')
LEFT JOIN promise q ON q.id = json_extract(d.facts, '$.promise')
WHERE d.id = ? AND d.channel <> 'email' AND wrong IS NOT NULL"""
#: What is owed has a message that may still leave; and whoever decides about a storm knows of all that it holds.
ENDED_UNTOLD = """SELECT n.id FROM notice n JOIN delivery d ON d.id = n.delivery_id
WHERE n.state = 'owed' AND d.state IN ('sent', 'skipped', 'dead')"""
CAME_BACK = """SELECT 1 FROM notice n JOIN inbound_mail m ON m.delivery_id = n.delivery_id
WHERE n.id = ? AND m.reason = 'bounce'"""
HELD_UNKNOWN = """SELECT d.id FROM delivery d LEFT JOIN alert a ON a.id = d.storm_id AND a.closed_at IS NULL
WHERE d.is_held AND d.state = 'pending' AND a.id IS NULL"""
#: The longest pause between two attempts is six hours.
FAR = timedelta(hours=7)
#: Of a message that waits for its day or its reader's hours.
LONG_WAITS = {look_again.TWO_HAVE_LEFT: timedelta(days=4), another_day.OUTSIDE_HOURS: timedelta(days=1)}
GIVEN_UP_AFTER = timedelta(days=5)
FORGOTTEN = f"""SELECT s.id, count(p.id), max(p.next_follow_up_at IS NULL) FROM suggestion s
LEFT JOIN promise p ON p.suggestion_id = s.id AND p.state = 'open' AND p.kind <> 'task'
WHERE s.status IN {OPEN} GROUP BY s.id HAVING count(p.id) <> 1 OR max(p.next_follow_up_at IS NULL)"""
#: A task is a promise of its own; and whoever raised what was merged goes on as an author of where it went.
TASKS_FORGOTTEN = f"""SELECT t.id FROM task t JOIN promise p ON p.id = t.promise_id
JOIN suggestion s ON s.id = t.suggestion_id
WHERE p.state = 'open' AND (p.next_follow_up_at IS NULL OR s.status NOT IN {OPEN})"""
LOST_IN_MERGING = """SELECT s.id FROM suggestion s LEFT JOIN suggestion t ON t.id = s.merged_into_id
LEFT JOIN co_author c ON c.suggestion_id = t.id AND c.person_id = s.author_id
WHERE s.status = 'merged' AND (t.id IS NULL OR (t.author_id <> s.author_id AND c.id IS NULL))"""
#: A person's own zone, and the calendar of the team that they joined first; of a site admin in none, of one they help.
ZONES = """SELECT p.timezone, coalesce(
  (SELECT c.plain FROM membership m JOIN team t ON t.id = m.team_id JOIN calendar c ON c.id = t.calendar_id
   WHERE m.person_id = p.id AND m.left_at IS NULL AND NOT m.is_waiting ORDER BY m.id LIMIT 1),
  (SELECT c.plain FROM reader r JOIN suggestion s ON s.id = r.suggestion_id JOIN team t ON t.id = s.team_id
   JOIN calendar c ON c.id = t.calendar_id
   WHERE r.person_id = p.id AND r.why = 'admin' AND p.is_site_admin AND s.closed_at IS NULL ORDER BY t.id LIMIT 1))
FROM person p WHERE p.id = ?"""
PAUSED = "SELECT max(until) FROM paused_destination"
LINES = {"sent": "sent", "unknown": "unknown", "dead": "given_up"}
LAST_LINE = "SELECT what FROM delivery_event WHERE delivery_id = ? ORDER BY id DESC LIMIT 1"
TWICE = "SELECT key FROM {0} GROUP BY key HAVING count(*) > 1"
RUNGS = """SELECT e.id, e.facts FROM entry e WHERE e.kind = 'follow_up' AND e.id > ? ORDER BY e.id"""
NOT_ENTITLED = """
SELECT n.id, n.kind,
  CASE
    WHEN NOT p.active THEN 'is disabled'
    WHEN p.mail_bounced_at IS NOT NULL THEN 'has an address that bounces'
    WHEN n.lane = 'follow_up' AND p.reminders_in_app THEN 'wants reminders in the app only'
    WHEN p.email <> d.address THEN 'has another address'
    WHEN s.about_person_id = p.id THEN 'is whom it is about'
    WHEN s.id IS NOT NULL AND m.id IS NULL AND r.why IS NOT 'admin' THEN 'is not in the team'
    WHEN s.visibility = 'managers' AND s.author_id <> p.id AND m.role = 'member' AND r.id IS NULL
      THEN 'may not see it'
    WHEN n.kind IN ('rung', 'daily_line', 'silence') AND (q.state <> 'open' OR q.version <> n.version)
      THEN 'is reminded of what is no longer owed'
    WHEN n.kind = 'answer' AND s.answer_entry_id IS NOT n.entry_id THEN 'is told an answer that does not stand'
  END AS wrong
FROM notice n JOIN delivery d ON d.id = n.delivery_id JOIN person p ON p.id = n.person_id
LEFT JOIN suggestion s ON s.id = n.suggestion_id
LEFT JOIN membership m ON m.team_id = s.team_id AND m.person_id = p.id AND m.left_at IS NULL
LEFT JOIN promise q ON q.id = n.promise_id
LEFT JOIN reader r ON r.suggestion_id = s.id AND r.person_id = p.id
WHERE n.delivery_id = ? AND n.state = 'owed' AND wrong IS NOT NULL"""


@dataclass(slots=True)
class Watch:
    """Looks at the world whenever something may have changed, and remembers what it saw."""

    world: World
    relay: Relay
    receivers: Receivers
    file: sqlite3.Connection
    #: delivery → its row as it was seen last
    deliveries: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    notices: dict[int, str] = field(default_factory=dict)
    #: delivery → who claimed it last
    holders: dict[int, Actor | None] = field(default_factory=dict)
    #: person → their follow-up mails, and when each left
    mails: dict[int, list[tuple[datetime, int]]] = field(default_factory=dict)
    #: delivery → the zone that its person lived in when it was begun
    begun: dict[int, ZoneInfo] = field(default_factory=dict)
    #: the same by the day that a key names
    places: dict[tuple[int, str | None], int] = field(default_factory=dict)
    _ledger: Ledger = field(init=False)
    _version: int = -1
    _entry: int = 0
    _error: int = 0

    def __post_init__(self) -> None:
        self._ledger = Ledger(self.world, self.file)

    def look(self) -> bool:
        """The cheap forms: nothing where nobody has written since. Whether somebody has."""
        if self.world.errors:
            self.world.demand(False, "no error", self.world.errors[0])
        version = self.file.execute("PRAGMA data_version").fetchone()[0]
        if version == self._version:
            return False
        self._version = version
        for row in self.file.execute(CHANGED).fetchall():
            if self.deliveries.get(row[0]) != row:
                self._delivery(row, self.deliveries.get(row[0]))
                self.deliveries[row[0]] = row
        self._notices()
        self._promises()
        self._ledger.look()
        self._climbed()
        self._pauses()
        self._errors()
        return True

    def _written_down(self, number: int, state: str) -> None:
        """How an attempt ended stands in a line of its own, which nothing overwrites."""
        line = self.file.execute(LAST_LINE, (number,)).fetchone() or ("nothing",)
        is_there = state not in LINES or line[0] == LINES[state]
        self.world.demand(is_there, "I8", f"delivery {number} is {state}, and its last line says {line[0]}")

    # deliveries -------------------------------------------------------------------------------------------------------

    def _delivery(self, row: tuple[Any, ...], former: tuple[Any, ...] | None) -> None:
        number, state, token, message_id = row[:4]
        demand = self.world.demand
        if former is None:
            demand(state in ("pending", "skipped"), "I5", f"delivery {number} begins as {state}")
            self.world.note("outbox", f"delivery {number} ({row[7]}) to {row[5]}: {message_id[:8]}")
            return
        demand(message_id == former[3], "I3", f"delivery {number} has another Message-ID")
        if state == former[1]:
            demand(token == former[2], "I7", f"delivery {number} has another holder, and was never freed")
            return
        self.world.note("outbox", f"delivery {number} is {state}")
        self._held(number, state, former[1])
        demand(state in self._moves(former), "I5", f"delivery {number} goes from {former[1]} to {state}")
        demand(state != "claimed" or not former[12], "held", f"delivery {number} leaves, and a storm is held")
        if state == "sending":
            self._entitled(number)
            if row[4] is not None:
                self.begun[number] = self._lives_in(row[4])
        self._written_down(number, state)
        self._by_the_right_clock(row)
        if state == "sent":
            self._not_too_many(row)
            kept = self.relay.kept if row[11] == "email" else self.receivers.kept
            demand(kept.get(message_id), "lost", f"delivery {number} is sent, and nobody has it")

    def _moves(self, former: tuple[Any, ...]) -> set[str]:
        state = former[1]
        by_hand = MOVES_BY_HAND.get(state, set()) if self.world.current is None else set()
        return MOVES[state] | by_hand | (MOVES_OF_EVENTS.get(state, set()) if former[11] != "email" else set())

    def _held(self, number: int, state: str, former: str) -> None:
        """Whoever sends writes about what is in their own hands, and about nothing else."""
        actor = self.world.current
        if state == "claimed":
            self.holders[number] = actor
        elif actor is not None and actor.is_sender and former in ("claimed", "sending"):
            what = f"delivery {number} is {state}, says {actor.name}, and somebody else holds it"
            self.world.demand(self.holders.get(number) is actor, "I7", what)

    def _by_the_right_clock(self, row: tuple[Any, ...]) -> None:
        """A clock that is wrong for a moment puts nothing off for long, and gives nothing up."""
        now, state, next_at, created_at = self.world.true_now(), row[1], read(row[8]), read(row[9])
        if state == "pending":
            # an overview that found no place among a day's two mails waits for the next working day's hour
            far = LONG_WAITS.get(row[10], FAR)
            self.world.demand(next_at <= now + far, "F39", f"delivery {row[0]} waits until {next_at}")
            self.receivers.look_when_put_off(row[3], next_at)
        if state == "dead" and "five days" in row[10]:
            is_old = now - created_at > GIVEN_UP_AFTER - timedelta(hours=2)
            self.world.demand(is_old, "F39", f"delivery {row[0]} of {created_at} is given up")

    def _not_too_many(self, row: tuple[Any, ...]) -> None:
        """Two follow-up mails for a person and day, whatever happens, also on the day on which they move: what left
        since it began where they live now. Where a clock was wrong, by the day that it showed: the one that the program
        wrote into the key."""
        if row[6] != "follow_up" and row[7] != "digest_manager":
            return
        now, zone = self.world.true_now(), self.begun[row[0]]
        on = now.astimezone(zone).date()
        left = self.mails.setdefault(row[4], [])
        left.append((now, row[0]))
        mails = [number for at, number in left if at.astimezone(zone).date() == on]
        if self.world.was_a_clock_wrong:
            written = re.fullmatch(r"follow_up:person:(\d+):(\d{4}-\d\d-\d\d):\d+", row[13])
            self.world.demand(written, "I9", f"delivery {row[0]} has no day of its own: {row[13]}")
            place = (row[4], written and written[2])
            self.places[place] = self.places.get(place, 0) + 1
            what = f"person {row[4]} gets {self.places[place]} mails of {place[1]}"
            self.world.demand(self.places[place] <= MOST_A_DAY, "I9", what)
        is_right = self.world.was_a_clock_wrong or len(mails) <= MOST_A_DAY
        self.world.demand(is_right, "I9", f"person {row[4]} gets deliveries {mails} on {on}")

    def _lives_in(self, person: int) -> ZoneInfo:
        timezone, calendar = self.file.execute(ZONES, (person,)).fetchone()
        return zone_of(timezone, calendar)

    def _entitled(self, number: int) -> None:
        for notice, kind, why in self.file.execute(NOT_ENTITLED, (number,)):
            self.world.demand(False, "I4", f"delivery {number}, notice {notice} ({kind}): its person {why}")
        for notice, kind, why in unwanted(self.world, self.file, number):
            self.world.demand(False, "I4", f"delivery {number}, notice {notice} ({kind}): its person {why}")
        for (why,) in self.file.execute(NOT_WANTED, (number,)):
            self.world.demand(False, "I4", f"delivery {number}, an event: {why}")

    # notices ----------------------------------------------------------------------------------------------------------

    def _notices(self) -> None:
        statement = "SELECT id, state, owed_at FROM notice WHERE channel = 'email'"
        actor = self.world.current
        earliest = self.world.true_now() - timedelta(hours=2, seconds=actor.slept if actor else 0.0)
        for number, state, owed_at in self.file.execute(statement):
            former = self.notices.get(number)
            if former != state:
                may = former in (None, "owed") or (former == "skipped" and self.world.current is None)
                may = may or ((former, state) == ("told", "skipped") and self._came_back(number))
                self.world.demand(may, "I5", f"notice {number} goes from {former} to {state}")
                if former is None:
                    is_now = earliest < read(owed_at) < self.world.true_now() + timedelta(hours=2)
                    self.world.demand(is_now, "F39", f"notice {number} is owed at {owed_at}")
                    self._hours(number)
                self.notices[number] = state
        for (number,) in self.file.execute(ENDED_UNTOLD):
            self.world.demand(False, "untold", f"notice {number} is owed, and its message has ended")
        for (number,) in self.file.execute(HELD_UNKNOWN):
            self.world.demand(False, "untold", f"delivery {number} is held, and nobody can decide about it")
        for table in ("notice", "delivery"):
            for (key,) in self.file.execute(TWICE.format(table)):
                self.world.demand(False, "I1", f"two rows of {table} mean {key}")

    def _came_back(self, number: int) -> bool:
        """Nobody was told after all: a bounce names the message."""
        return self.file.execute(CAME_BACK, (number,)).fetchone() is not None

    def _hours(self, number: int) -> None:
        """News and reminders that come at once come inside the person's window."""
        row = self.file.execute(
            "SELECT n.not_before, p.id, p.window_from, p.window_until, n.kind FROM notice n "
            "JOIN person p ON p.id = n.person_id "
            "WHERE n.id = ? AND n.state = 'owed' AND NOT n.is_for_daily AND n.lane IN ('news', 'follow_up') "
            "AND p.mail_bounced_at IS NULL AND NOT (n.lane = 'follow_up' AND p.reminders_in_app)",
            (number,),
        ).fetchone()
        if row is None:
            return
        local = read(row[0]).astimezone(self._lives_in(row[1]))
        shown = f"{local:%H:%M}"
        self.world.demand(
            row[2] <= shown <= row[3],
            "hours",
            f"notice {number} ({row[4]}) leaves at {shown}, not {row[2]} to {row[3]}",
        )

    # promises ---------------------------------------------------------------------------------------------------------

    def _promises(self) -> None:
        for number, count, _ in self.file.execute(FORGOTTEN):
            self.world.demand(False, "I6", f"suggestion {number} is open, with {count} open promises or no next step")
        for (number,) in self.file.execute(TASKS_FORGOTTEN):
            self.world.demand(False, "I6", f"task {number} is open, and has no next step or nothing it is part of")
        for (number,) in self.file.execute(LOST_IN_MERGING):
            self.world.demand(False, "I6", f"suggestion {number} is merged, and its author is none of where it goes on")

    def _climbed(self) -> None:
        """Each rung that was climbed is owed to each person that its entry names."""
        for entry, plain in self.file.execute(RUNGS, (self._entry,)).fetchall():
            self._entry = entry
            facts = json.loads(plain)
            promise = facts.get("promise")
            if promise is None or promise["kind"] == "clarify" or facts.get("silence"):
                continue  # with a silence notice its readers are named among the others
            for person in facts["to"]:
                self._owed(promise["id"], promise["version"], facts["rung"], person)

    def _owed(self, promise: int, version: int, rung: int, person: int) -> None:
        found = self.file.execute(
            "SELECT 1 FROM notice WHERE promise_id = ? AND version = ? AND rung = ? AND person_id = ? "
            "AND channel = 'email' AND kind = 'rung'",
            (promise, version, rung, person),
        ).fetchone()
        what = f"rung {rung} of promise {promise} names person {person}, who is owed nothing"
        self.world.demand(found is not None, "I6", what)

    def _pauses(self) -> None:
        (until,) = self.file.execute(PAUSED).fetchone()
        is_near = until is None or read(until) <= self.world.true_now() + FAR
        self.world.demand(is_near, "F39", f"nothing is sent before {until}")

    def _errors(self) -> None:
        statement = "SELECT id, subject, what FROM tick_error WHERE id > ? ORDER BY id"
        for number, subject, what in self.file.execute(statement, (self._error,)).fetchall():
            self._error = number
            self.world.demand("was lost again and again" in what, "no error", f"{subject}: {what}")


def read(text: str) -> datetime:
    """An instant as SQLite has it."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def zone_of(chosen: str | None, calendar: str | None, otherwise: ZoneInfo = UNKNOWN) -> ZoneInfo:
    """The person's zone, else the team's; an unknown one counts for none."""
    for name in (chosen, json.loads(calendar)["timezone"] if calendar else None):
        try:
            if name:
                return ZoneInfo(name)
        except (KeyError, ValueError):
            continue
    return otherwise
