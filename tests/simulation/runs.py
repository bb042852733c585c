"""Many seeds, one after the other: what `tracker simulate` and the suite run, and what they print of it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.simulation.ground import ground
from tests.simulation.mutants import MOOD_OF, MUTANTS
from tests.simulation.story import Told, play
from tests.simulation.world import Violation

#: A broken variant that so many worlds do not find out would show that they see too little.
ENOUGH = 2000


@dataclass(frozen=True, slots=True)
class Kill:
    """Which seed found a broken variant out, and by what."""

    seed: int
    invariant: str


def worlds(
    first: int,
    count: int,
    *,
    echo: Callable[[str], object],
    each: Callable[[int, int, float], object] = lambda done, of, per_second: None,
) -> int:
    """Live these seeds, and say what was reached. Gives how many broke something: 1, for that ends it, or 0."""
    ground()
    begun, used = time.perf_counter(), time.process_time()
    told: list[Told] = []
    everything = hashlib.sha256()
    for done, seed in enumerate(range(first, first + count), 1):
        try:
            told.append(play(seed))
        except Violation as violation:
            echo(str(violation))
            echo(f"again: tracker simulate --seeds 1 --seed {seed}")
            return 1
        everything.update(told[-1].fingerprint.encode())
        each(done, count, done / (time.perf_counter() - begun))
    took, cpu = time.perf_counter() - begun, time.process_time() - used
    events, again = sum(one.events for one in told), sum(one.again for one in told)
    echo(f"{count} seeds from {first}: nothing off; {events} events, {again} second copies explained")
    sent, posted, heard = sum(t.sent for t in told), sum(t.posted for t in told), sum(t.heard for t in told)
    echo(f"{sent} mails out, {heard} mails in, {posted} posts to webhooks and chats")
    echo(f"fingerprint {everything.hexdigest()[:16]}: the same seeds give it again")
    echo(f"{count / took:.1f} seeds a second, {count / cpu:.1f} for each second of a core: SQL and templates limit it")
    return 0


def kill_of(name: str, *, seeds: int = ENOUGH, first: int = 0) -> Kill | None:
    """The first seed in which this broken variant is found out, in worlds of its mood; none when all go well.

    ``first`` is tried before the others: the one that found it out last, which saves the way there.
    """
    with MUTANTS[name]():
        for seed in (first, *(seed for seed in range(seeds) if seed != first)):
            try:
                play(seed, MOOD_OF[name])
            except Violation as violation:
                return Kill(seed, violation.invariant)
    return None


def mutants(seeds: int, *, echo: Callable[[str], object]) -> int:
    """The table of broken variants. Gives how many survive."""
    survivors = 0
    echo("| broken variant | in worlds of | found out by seed | as |\n|---|---|---|---|")
    for name in MUTANTS:
        kill = kill_of(name, seeds=seeds)
        survivors += kill is None
        found = f"{kill.seed} | {kill.invariant}" if kill else f"survives {seeds} seeds |"
        echo(f"| {name} | {MOOD_OF[name]} | {found} |")
    return survivors
