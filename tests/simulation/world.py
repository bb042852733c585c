"""One world, made from one seed: its clocks, its dice, and everybody who acts in it, one at a time.

Whoever sends or sweeps is an actor with a stack of its own (a greenlet). It gives way where the real program could be
interrupted: at the named crash points, while it waits for the mail server, and before each transaction begins, never
while it holds the database's write lock. There the world may let others go first, freeze it for longer than its lease,
or kill its process.
"""

from __future__ import annotations

import heapq
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from unittest import mock

import structlog
from greenlet import getcurrent, greenlet

from tests.simulation.ground import Ground
from tracker import chance, clock
from tracker.inbound.imap import Unreachable
from tracker.worker import crash

#: Longer than any lease, in seconds.
LEASE = 965.0
#: What a violation shows of what came before it.
LAST = 30


class Killed(BaseException):
    """This process has been killed: nothing of it goes on, and its transaction is rolled back."""


class Violation(BaseException):
    """Something that must never be has been. Not an ``Exception``: the program goes on after those."""

    def __init__(self, text: str, invariant: str) -> None:
        super().__init__(text)
        self.invariant = invariant


def stored(at: datetime) -> str:
    """An instant as SQLite has it."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


class Machine:
    """One process: its clocks, and whether it lives. ``skew`` is how wrong its wall clock is."""

    def __init__(self, name: str, boot: float) -> None:
        self.name = name
        self.boot = boot
        self.skew = timedelta()
        self.is_dead = False


class Actor:
    """Something that goes on by itself in a machine, until it is over or the machine is killed."""

    def __init__(self, world: World, name: str, machine: Machine, work: Callable[[], object]) -> None:
        self.name, self.machine = name, machine
        #: the message that has left and of which the database does not know yet
        self.window: str | None = None
        #: which of its rests it is in; an older call does not wake it
        self.rests = 0
        #: for how many seconds it was frozen: what it took for now may lie so far back
        self.slept = 0.0
        self._world = world
        # whoever is over hands the turn to the world, and not to the one who started it
        self._stack = greenlet(lambda: self._run(work), parent=world.hub)

    @property
    def is_sender(self) -> bool:
        return " sender " in self.name

    @property
    def is_over(self) -> bool:
        return bool(self._stack.dead)

    def _run(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Killed:
            self._world.note(self.name, "is gone")

    def go_on(self) -> None:
        if self.is_over:
            return
        if self.machine.is_dead:
            with suppress(Killed):  # one that has not begun yet
                self._stack.throw(Killed)
        else:
            self._stack.switch()


class World:
    """Time, chance and turns. ``faulty`` says whether anything may go wrong at the moment."""

    def __init__(self, seed: int, ground: Ground, *, start: datetime) -> None:
        self.seed, self.ground = seed, ground
        self.dice = random.Random(f"tracker {seed}")
        #: what cannot be guessed comes out of the seed too, without disturbing the dice
        self._bits = random.Random(f"bits {seed}")
        self._start = start
        self.elapsed = 0.0
        self.faulty = True
        self.was_a_clock_wrong = False
        self.trace: list[str] = []
        self.actors: list[Actor] = []
        self.current: Actor | None = None
        #: Message-ID → how often a sender was lost, or left without an answer, while nobody could know
        self.windows: dict[str, int] = {}
        #: messages that somebody let go by hand, whatever had become of them
        self.pressed: set[str] = set()
        #: what to look at whenever something may have changed
        self.look: Callable[[], object] = lambda: None
        #: who looks after what a frozen one holds
        self.while_frozen: Callable[[], object] = lambda: None
        self.errors: list[str] = []
        #: who is frozen, and from when on others may hold what was theirs
        self._frozen: dict[Actor, float] = {}
        self.hub = getcurrent()
        self._turns: list[tuple[float, float, int, Callable[[], object]]] = []
        self._number = 0
        self._fuse = 0

    def begin_at(self, start: datetime) -> None:
        self._start = start

    # clocks -----------------------------------------------------------------------------------------------------------

    def true_now(self) -> datetime:
        """What a good clock shows."""
        return self._start + timedelta(seconds=self.elapsed)

    def now(self) -> datetime:
        """What the clock of whoever asks shows."""
        return self.true_now() + (self.current.machine.skew if self.current else timedelta())

    def monotonic(self) -> float:
        return self.elapsed - (self.current.machine.boot if self.current else 0.0)

    # what is written down ---------------------------------------------------------------------------------------------

    def note(self, who: str, what: str) -> None:
        self.trace.append(f"{self.true_now():%a %Y-%m-%d %H:%M:%S} {who}: {what}")

    def demand(self, holds: object, invariant: str, what: str) -> None:
        if not holds:
            last = "\n  ".join(self.trace[-LAST:])
            raise Violation(
                f"seed {self.seed}, step {len(self.trace)}, {invariant}: {what}\n"
                f"the last {min(LAST, len(self.trace))} events:\n  {last}",
                invariant,
            )

    # turns ------------------------------------------------------------------------------------------------------------

    def after(self, seconds: float, what: Callable[[], object]) -> None:
        """Do this then; among those of one instant the dice decide."""
        self._number += 1
        heapq.heappush(self._turns, (self.elapsed + seconds, self.dice.random(), self._number, what))

    def start(self, name: str, machine: Machine, work: Callable[[], object]) -> Actor:
        actor = Actor(self, name, machine, work)
        self.actors.append(actor)
        self.after(0.0, partial(self._turn_of, actor))
        return actor

    def pass_until(self, at: datetime) -> None:
        """Let everybody act whose turn comes until then."""
        until = (at - self._start).total_seconds()
        while self._turns and self._turns[0][0] <= until:
            when, _, _, what = heapq.heappop(self._turns)
            self.elapsed = max(self.elapsed, when)
            what()
            self.look()
        self.elapsed = max(self.elapsed, until)

    @property
    def is_busy(self) -> bool:
        """Whether somebody's turn comes without anybody asking."""
        return bool(self._turns)

    def _turn_of(self, actor: Actor) -> None:
        if actor.is_over:
            return
        former, self.current = self.current, actor
        try:
            actor.go_on()
            self.look()
        finally:
            self.current = former
        if actor.is_over:
            self.actors.remove(actor)

    def rest(self, seconds: float) -> None:
        """Whoever calls goes on after so long; the others meanwhile. Not within a transaction."""
        actor = self.current
        if actor is None:
            return
        self.look()
        actor.rests += 1
        self.after(seconds, partial(self._wake, actor, actor.rests))
        self.hub.switch()
        if actor.machine.is_dead:
            raise Killed

    def _wake(self, actor: Actor, rest: int) -> None:
        if actor.rests == rest:
            self._turn_of(actor)

    def kill(self, machine: Machine, why: str) -> None:
        """End a process as ``kill -9`` does. Whoever calls from within it has to raise ``Killed``."""
        if machine.is_dead:
            return
        self.note(machine.name, f"killed {why}")
        machine.is_dead = True
        for actor in self.actors:
            if actor.machine is machine:
                self.lost(actor)
                if actor is not self.current:
                    self.after(0.0, partial(self._turn_of, actor))

    def lost(self, actor: Actor) -> None:
        """This sender cannot say any more whether its message has arrived."""
        if actor.window is not None:
            self.windows[actor.window] = self.windows.get(actor.window, 0) + 1
            self.note(actor.name, f"lost while {actor.window[:8]} was in the gap")
            actor.window = None

    def end(self) -> None:
        """Nobody goes on: every stack is unwound, so that no transaction stays behind."""
        self.look = lambda: None
        for actor in list(self.actors):
            actor.machine.is_dead = True
            self._turn_of(actor)

    # where things go wrong --------------------------------------------------------------------------------------------

    def point(self, name: str) -> None:
        """A named crash point."""
        actor = self.current
        if actor is None:
            return
        if name == "after_sent":
            actor.window = None
        is_locked = name.startswith("before_") and name.endswith("_commit")
        if not is_locked:
            self.look()
        if actor.machine.is_dead:
            raise Killed
        if not self.faulty:
            return
        fate = self.dice.random()
        if fate < 0.03:
            self.kill(actor.machine, f"at {name}")
            raise Killed
        if is_locked:
            return
        if fate < 0.06:
            self._freeze(actor, name)
        elif fate < 0.25:
            self.rest(self.dice.uniform(0.0, 20.0))
        else:
            self._let_former_holders_go_on()

    def _freeze(self, actor: Actor, where: str) -> None:
        """Stopped for longer than any lease, and going on as if nothing had been."""
        self.note(actor.name, f"frozen at {where}")
        self.lost(actor)
        begun = self.elapsed
        self._frozen[actor] = begun + LEASE
        self.while_frozen()
        self.rest(self.dice.choice((975.0, 2000.0, 20_000.0)))
        self._frozen.pop(actor, None)
        actor.slept += self.elapsed - begun
        self.note(actor.name, "goes on")

    def thaw(self) -> None:
        """Whoever is frozen goes on."""
        for actor in self._frozen:
            self.after(0.0, partial(self._wake, actor, actor.rests))

    def _let_former_holders_go_on(self) -> None:
        """The worst moment to come back: while somebody else holds what was one's own."""
        late = [actor for actor, until in self._frozen.items() if until < self.elapsed and not actor.is_over]
        if late and self.dice.random() < 0.5:
            self.after(0.5, partial(self._wake, late[0], late[0].rests))
            self.rest(1.0)

    def _on_begin(self) -> None:
        """Before a transaction begins: nobody holds anything, others may go first."""
        actor = self.current
        if actor is None:
            return
        if actor.machine.is_dead:
            raise Killed
        self.look()
        if not self.faulty:
            return
        if self.dice.random() < 0.15:
            self.rest(self.dice.choice((0.0, 0.0, 1.0, 15.0)))
        if self.dice.random() < 0.01:
            self._fuse = self.dice.randint(1, 25)

    def _on_statement(self) -> None:
        """A process may die at any statement; what its transaction wrote is rolled back."""
        if self._fuse and self.faulty and self.current is not None:
            self._fuse -= 1
            if not self._fuse:
                self.kill(self.current.machine, "in a transaction")
                raise Killed

    # the seams --------------------------------------------------------------------------------------------------------

    @contextmanager
    def standing_in(self) -> Iterator[None]:
        """This world's clocks, chance and crash points stand in for the real ones; its log is looked at."""
        put = mock.patch.object
        former = structlog.get_config()
        structlog.configure(processors=[self._log], logger_factory=structlog.ReturnLoggerFactory())
        self.ground.on_begin, self.ground.on_statement = self._on_begin, self._on_statement
        try:
            with (
                put(clock, "now", self.now),
                put(clock, "monotonic", self.monotonic),
                put(chance, "token_hex", lambda size: self._bits.randbytes(size).hex()),
                put(chance, "token_urlsafe", lambda size: self._bits.randbytes(size).hex()),
                put(chance, "below", self._bits.randrange),
                put(crash, "point", self.point),
            ):
                yield
        finally:
            self.ground.on_begin = self.ground.on_statement = lambda: None
            structlog.configure(**former)

    def _log(self, _logger: Any, method: str, event: Any) -> str:
        if method in ("error", "exception"):
            error = sys.exc_info()[1]
            if not isinstance(error, (Killed, Unreachable)):
                self.errors.append(f"{event.get('event')}: {type(error).__name__}: {error}")
        raise structlog.DropEvent
