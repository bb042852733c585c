"""One seed from its beginning to its end: a time of faults, a quiet time, and what is demanded of both."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from unittest import mock
from zoneinfo import ZoneInfo

from tests.simulation import endings
from tests.simulation.ground import Ground, ground
from tests.simulation.invariants import Watch
from tests.simulation.keepers import Keepers
from tests.simulation.letters import Letters
from tests.simulation.machines import Worker
from tests.simulation.mailbox import Mailbox
from tests.simulation.moods import MOODS
from tests.simulation.people import BETWEEN_ZONES, DEEDS, FAR_TEAM, Crowd, Deed, all_go_away, raises
from tests.simulation.plans import PLANS
from tests.simulation.receivers import Receivers
from tests.simulation.relay import Relay, SimulatedWire
from tests.simulation.world import LEASE, World, stored
from tests.times import instant
from tracker.domain import storms
from tracker.domain.health import Tick
from tracker.notices.channels import smtp

#: Where and when a world begins: an ordinary week, and the nights on which clocks do odd things.
BEGINNINGS = (
    ("Tuesday 2026-11-24 08:30", "Europe/Berlin"),
    ("Friday 2026-11-27 15:00", "Europe/Berlin"),
    ("Sunday 2026-11-29 20:00", "America/New_York"),
    ("Wednesday 2026-12-30 09:00", "Europe/Berlin"),
    ("Friday 2027-03-26 10:00", "Europe/Berlin"),
    ("Friday 2027-10-29 10:00", "Europe/Berlin"),
    ("Thursday 2027-04-29 10:00", "Africa/Cairo"),
    ("Thursday 2027-10-28 10:00", "Africa/Cairo"),
    ("Saturday 2027-09-04 10:00", "America/Santiago"),
    ("Saturday 2027-03-27 10:00", "Asia/Beirut"),
    ("Saturday 2027-03-13 10:00", "America/Havana"),
    ("Saturday 2027-11-06 10:00", "America/Havana"),
    ("Saturday 2027-03-27 10:00", "Antarctica/Troll"),
    ("Saturday 2027-04-03 10:00", "Australia/Lord_Howe"),
    ("Thursday 2011-12-29 10:00", "Pacific/Apia"),
)
WEEKS = {
    "office": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    "always": {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
    "evenings": {
        **{day: [["18:00", "21:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
        **{day: [["10:00", "18:00"]] for day in ("sat", "sun")},
    },
}
#: Where a second team is, which never closes.
FAR_ZONES = ("America/Los_Angeles", "Asia/Kolkata", "Pacific/Apia", "Europe/Berlin")
FAR_CALENDAR = "UPDATE calendar SET plain = ? WHERE team_id = (SELECT id FROM team WHERE slug = ?)"
FAR_MANAGERS = """INSERT INTO membership (team_id, person_id, role, joined_at, is_waiting)
SELECT t.id, p.id, 'manager', ?, 0 FROM team t, person p WHERE t.slug = ? AND p.name IN ('Pit', 'Juri') ORDER BY p.id"""
DUE = """SELECT min(at) FROM (
  SELECT min(max(next_follow_up_at, coalesce(retry_at, ''))) AS at FROM promise WHERE state = 'open'
  UNION ALL SELECT min(not_before) FROM notice WHERE state = 'owed' AND delivery_id IS NULL AND NOT is_for_daily
    AND not_before > :now
  UNION ALL SELECT min(next_attempt_at) FROM delivery WHERE state = 'pending' AND next_attempt_at > :now
  UNION ALL SELECT min(until) FROM paused_destination WHERE until > :now
  UNION ALL SELECT min(max(until_at, coalesce(retry_at, ''))) FROM snooze WHERE ended_at IS NULL
  UNION ALL SELECT min(next_attempt_at) FROM inbound_mail WHERE state = 'received')"""
USUAL = (Tick.SWEEP, Tick.DELIVERY)
ALL = (*USUAL, Tick.DIGESTS)
#: So often an hour of mails has housekeeping as well.
TIDIES = 0.25
STEPS = 9
HOURS_OF_MAILS = tuple(time(hour, 0, 30) for hour in (0, 8, 9, 18))


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a seed: how many steps, and the fingerprint of everything that happened."""

    seed: int
    events: int
    sent: int
    again: int
    #: what webhooks and chats kept, and what came in by mail
    posted: int
    heard: int
    fingerprint: str


class Story:
    """``play()`` lives one seed. Raises ``Violation``."""

    def __init__(
        self, seed: int, on: Ground, *, beginning: tuple[str, str] | None = None, week: str = "", mood: str = ""
    ) -> None:
        on.begin_anew()
        self.world = World(seed, on, start=datetime.min.replace(tzinfo=UTC))
        world = self.world
        mood = mood or world.dice.choices(list(MOODS), [one.weight for one in MOODS.values()])[0]
        self.mood = MOODS[mood]
        self.far_zone = ""
        at, self.zone = beginning or world.dice.choice(BEGINNINGS)
        world.begin_at(instant(at, self.zone) + timedelta(seconds=world.dice.randrange(3600)))
        self.begun = world.true_now()
        self.policy = "hold" if world.dice.random() < 0.15 else "resend"
        self.relay = Relay(world)
        self.relay.while_it_takes_long = self._perhaps_jump_meanwhile
        self.relay.resends = self.policy == "resend"
        self.relay.likelihood = self.mood.likelihood
        self.relay.faults["slow"] *= self.mood.slowness
        self.receivers = Receivers(world, on.file)
        self.mailbox = Mailbox(world, on.file)
        self.letters = Letters(world, self.mailbox, self.relay, on.file)
        self.keepers = Keepers(world, self.receivers)
        self.watch = Watch(world, self.relay, self.receivers, on.file)
        world.while_frozen = self._look_after_the_frozen
        self.crowd = Crowd(world, self._deeds())
        self.workers: list[Worker] = []
        #: what was due before this has had its time
        self.since = world.true_now()
        self._number = 0
        self._set_the_stage(week or world.dice.choice(list(WEEKS)), mood)
        self.watch.look()
        world.look = self._look

    def _look(self) -> None:
        if self.watch.look() and self.mood.has_mailbox:
            self.letters.look()

    def _deeds(self) -> list[tuple[Deed, int]]:
        """What people do here, besides what they always do."""
        deeds = [*DEEDS, (self.keepers.looks_after_outbox, 120 if self.mood.has_keeper else 6)]
        if self.mood.has_outlets:
            deeds.append((self.keepers.looks_after_outlets, 60))
        if self.mood.has_mailbox:
            deeds.append((self.letters.writes, 200))
        if self.mood.has_plans:
            deeds += PLANS
        if self.mood.has_two_zones:
            deeds += BETWEEN_ZONES
        if self.mood.is_deserted:
            deeds.append((all_go_away, 60))
        if self.mood.few is not None:
            deeds += [(self.keepers.much_at_once, 80), (self.keepers.decides_about_storm, 60)]
        return deeds

    def _set_the_stage(self, week: str, mood: str) -> None:
        """The team's zone and hours; everybody joined some weeks ago."""
        world, file = self.world, self.world.ground.file
        world.note("world", f"seed {world.seed}, {mood}, {self.zone}, {week}, {self.policy}")
        plain = json.dumps({"timezone": self.zone, "week": WEEKS[week], "holidays": []})
        ago = stored(world.true_now() - timedelta(days=20))
        file.execute("UPDATE calendar SET plain = ?, made_at = ?", (plain, ago))
        file.execute("UPDATE membership SET joined_at = ?", (ago,))
        if self.mood.has_two_zones:
            self.far_zone = world.dice.choice(FAR_ZONES)
            plain = json.dumps({"timezone": self.far_zone, "week": WEEKS["always"], "holidays": []})
            world.note("world", f"another team in {self.far_zone}")
            file.execute(FAR_CALENDAR, (plain, FAR_TEAM))
            file.execute(FAR_MANAGERS, (ago, FAR_TEAM))
        if world.dice.random() < 0.1:
            strange = world.dice.choice(("Etc/Unknown", "UTC+3", ""))
            file.execute("UPDATE person SET timezone = ? WHERE name = 'Jo'", (strange,))
        if world.dice.random() < 0.3 or self.mood.few is not None:
            file.execute("UPDATE person SET reminder_rhythm = 'each' WHERE name IN ('Pit', 'Juri', 'Anke')")

    # the two times ----------------------------------------------------------------------------------------------------

    def play(self) -> Told:
        with self.standing_in():
            for _ in range(self.world.dice.choice(self.mood.workers)):
                self.start_worker()
            if self.mood.has_outlets:
                self.crowd.do(self.keepers.adds_outlets)
            self.crowd.do(raises)
            for _ in range(STEPS):
                self._step()
            self._be_quiet()
            endings.demand_all(self)
        copies = [len(kept) for kept in self.relay.kept.values()]
        digest = hashlib.sha256("\n".join(self.world.trace).encode()).hexdigest()
        posted, heard = sum(self.receivers.kept.values()), len(self.letters.written)
        again = sum(copies) - len(copies)
        return Told(self.world.seed, len(self.world.trace), len(copies), again, posted, heard, digest)

    @contextmanager
    def standing_in(self) -> Iterator[None]:
        wire = type("Wire", (SimulatedWire,), {"relay": self.relay})
        with ExitStack() as stack:
            stack.enter_context(self.world.standing_in())
            stack.enter_context(mock.patch.object(smtp, "Wire", wire))
            stack.enter_context(self.receivers.standing_in())
            stack.enter_context(self.mailbox.standing_in())
            if self.mood.few is not None:
                stack.enter_context(mock.patch.object(storms, "FEW", self.mood.few))
            try:
                yield
            finally:
                self.world.end()

    def _step(self) -> None:
        dice = self.world.dice
        what = dice.random()
        if what < 0.42:
            for _ in range(self.mood.deeds):
                self.crowd.do_something()
            if dice.random() < 0.5:
                self.ring(dice.uniform(0, 100))
        elif what < 0.90:
            self.ring(self._until_something_is_due())
        else:
            self._go_wrong()

    def _go_wrong(self) -> None:
        dice, world = self.world.dice, self.world
        what = dice.choice(self.mood.wrongs)
        if what == "kill" and self.alive:
            world.kill(dice.choice(self.alive).machine, "from outside")
        elif what == "start" and len(self.alive) < 3:
            self.start_worker()
        elif what == "jump" and self.alive:
            self._jump()
            self.pass_time(120.0)
        elif what == "downtime":
            for worker in self.alive:
                world.kill(worker.machine, "from outside")
            self.pass_time(dice.choice((600.0, 86_400.0, 3 * 86_400.0)))
            self.start_worker()
        elif what == "relay":
            self.relay.is_down = not self.relay.is_down
            world.note("relay", "is down" if self.relay.is_down else "is up again")
        elif what == "mailbox" and dice.random() < 0.4:
            self.mailbox.rebuild()
        elif what == "mailbox":
            self.mailbox.is_down = not self.mailbox.is_down
            world.note("mailbox", "is down" if self.mailbox.is_down else "is up again")

    def _jump(self, hours: int = 0) -> None:
        """A clock is wrong for a while, or from now on; its worker's ticks come as always."""
        dice = self.world.dice
        if not self.alive:
            return
        worker = dice.choice(self.alive)
        by = timedelta(hours=hours or dice.choice((1, -1, 24, -24, 24 * 365)))
        worker.machine.skew = by
        self.world.was_a_clock_wrong = True
        self.world.note(worker.machine.name, f"its clock jumps, it is off by {by}")
        if not hours and (abs(by) > timedelta(hours=1) or dice.random() < 0.5):
            self.world.after(dice.choice((5.0, 20.0)), partial(self._set_right, worker))
        for seconds, which in ((1, ALL), (31, USUAL), (47, (Tick.DELIVERY,)), (62, USUAL), (77, ALL)):
            self.world.after(seconds, partial(worker.tick, *which))

    def _set_right(self, worker: Worker) -> None:
        worker.machine.skew = timedelta()
        self.world.note(worker.machine.name, "its clock is right again")

    def _perhaps_jump_meanwhile(self) -> None:
        """While a message is being handed over: a clock is put right, an hour on."""
        if self.world.dice.random() < 0.5:
            self.world.after(1.0, partial(self._jump, hours=1))

    def _look_after_the_frozen(self) -> None:
        """Somebody sees what it holds, and sees it again when its lease is over."""
        if self.alive:
            worker = self.world.dice.choice(self.alive)
            for seconds in (3.0, LEASE + 1, LEASE + 5):
                self.world.after(seconds, partial(worker.tick, Tick.DELIVERY))

    # time passes ------------------------------------------------------------------------------------------------------

    @property
    def alive(self) -> list[Worker]:
        return [worker for worker in self.workers if not worker.machine.is_dead]

    def start_worker(self) -> None:
        self._number += 1
        self.workers = [*self.alive, Worker(self.world, self._number, policy=self.policy)]
        self.world.note(self.workers[-1].machine.name, "begins")

    def pass_time(self, seconds: float) -> None:
        self.world.pass_until(self.world.true_now() + timedelta(seconds=seconds))

    def ring(self, seconds: float) -> None:
        """So much time passes, then every worker's ticks come, one shortly after the other.

        Daily mails and overviews are looked for when an hour of theirs has come meanwhile, and now and then.
        """
        dice = self.world.dice
        is_hour = seconds >= self.until_next_hour_of_mails() or dice.random() < 0.1
        self.pass_time(seconds)
        if not self.alive and dice.random() < 0.5:
            self.start_worker()
        which = ALL if is_hour else dice.choice((USUAL, USUAL, (Tick.DELIVERY,))) if self.world.faulty else USUAL
        if self.mood.has_mailbox:
            which = (*which, Tick.INBOUND)
        if is_hour and dice.random() < TIDIES:
            which = (*which, Tick.HOUSEKEEPING)
        for worker in self.alive:
            if is_hour or not self.world.faulty or dice.random() < 0.7:
                self.world.after(dice.uniform(0, 2), partial(worker.tick, *which))
        self.pass_time(dice.choice((3.0, 30.0, 400.0)))

    def _until_something_is_due(self) -> float:
        """Seconds until something is, or until a mail of the day may be; a little more."""
        world = self.world
        found = world.ground.file.execute(DUE, {"now": stored(world.true_now())}).fetchone()[0]
        waits = [self.until_next_hour_of_mails()]
        if found:
            at = datetime.fromisoformat(found).replace(tzinfo=UTC)
            waits.append(max((at - world.true_now()).total_seconds(), 0.0))
        return min(waits) + (world.dice.choice((0.0, 1.0, 60.0, 7200.0)) if world.faulty else 1.0)

    def until_next_hour_of_mails(self) -> float:
        """8, 9, 18 o'clock and midnight of the team, a little past: when daily mails and overviews are due, and when a
        day ends."""
        now, zone = self.world.true_now(), ZoneInfo(self.zone)
        today = now.astimezone(zone).date()
        marks = [
            datetime.combine(today + timedelta(days=days), at, zone) for days in (0, 1, 2) for at in HOURS_OF_MAILS
        ]
        return min(seconds for mark in marks if (seconds := (mark.astimezone(UTC) - now).total_seconds()) > 0)

    def _be_quiet(self) -> None:
        """Faults end, nobody is frozen, clocks are right: until nothing is left that was owed."""
        world = self.world
        world.note("world", "faults end")
        world.faulty = False
        world.thaw()
        for worker in self.alive:
            worker.machine.skew = timedelta()
        if not self.alive:
            self.start_worker()
        self.pass_time(2100.0)
        for _ in range(endings.ROUNDS):
            if self.mood.few is not None:
                self.crowd.do(self.keepers.sends_what_is_held)
            self.ring(min(self._until_something_is_due(), 6 * 3600.0))
            if not endings.is_waiting(self):
                break
        self.since = world.true_now()
        self.ring(1200.0)


def play(seed: int, mood: str = "") -> Told:
    """Live one seed, in a mood that it draws or that is given. Raises ``Violation``."""
    return Story(seed, ground(), mood=mood).play()
