"""Worker processes: the real ticks and the real senders, on clocks and turns of the world."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from tests.simulation.world import Actor, Machine, World
from tracker.domain.health import Tick
from tracker.worker import delivery, digests, housekeeping, sweep, ticks
from tracker.worker.delivery import SENDERS_EACH, Senders
from tracker.worker.inbound import Ears
from tracker.worker.jumps import JumpDetector


@dataclass(slots=True)
class TurnedSenders(Senders):
    """The program's senders; a turn of the world stands for a thread."""

    world: World | None = None
    machine: Machine | None = None
    _actors: dict[str, list[Actor]] = field(default_factory=dict)

    def wake(self, destinations: Iterable[str] | None = None) -> None:
        if self.world is None or self.machine is None:
            raise TypeError("senders belong to a world")
        for destination in [self.outgoing.destination] if destinations is None else destinations:
            busy = [actor for actor in self._actors.get(destination, ()) if not actor.is_over]
            for _ in range(SENDERS_EACH - len(busy)):
                name = f"{self.machine.name} sender {self.world.dice.randrange(100):02}"
                busy.append(self.world.start(name, self.machine, partial(self._work, destination)))
            self._actors[destination] = busy


class Worker:
    """One `tracker worker`: started, killed, and now and then its ticks come."""

    def __init__(self, world: World, number: int, *, policy: str) -> None:
        self.world = world
        self.machine = Machine(f"worker {number}", world.elapsed - world.dice.uniform(0, 1e6))
        self.jumps = JumpDetector()
        self.jumps.look(now=world.true_now(), monotonic=world.elapsed - self.machine.boot)  # its watch has begun
        self.senders = TurnedSenders(world.ground.app, world=world, machine=self.machine)
        self.senders.outgoing = replace(self.senders.outgoing, unknown_policy=policy)  # type: ignore[arg-type]
        self.ears = Ears(world.ground.app)
        self._ticking: Actor | None = None

    def tick(self, *which: Tick) -> None:
        """Its scheduler wakes: each of these ticks, in any order, unless the last round is still going on."""
        if self.machine.is_dead or (self._ticking is not None and not self._ticking.is_over):
            return
        order = list(which)
        self.world.dice.shuffle(order)
        self._ticking = self.world.start(f"{self.machine.name} ticks", self.machine, lambda: self._run(order))

    def _run(self, order: list[Tick]) -> None:
        work: dict[Tick, Callable[[datetime], dict[str, int]]] = {
            Tick.SWEEP: lambda now: sweep.sweep(now=now),
            Tick.DELIVERY: lambda now: delivery.deliver(self.senders, now=now),
            Tick.DIGESTS: lambda now: digests.owe(now=now, outgoing=self.senders.outgoing),
            Tick.INBOUND: lambda now: self.ears.hear(now=now),
            Tick.HOUSEKEEPING: lambda now: housekeeping.tidy_up(now=now),
        }
        for tick in order:
            ticks.run(self.world.ground.app, tick, work[tick], self.jumps)
