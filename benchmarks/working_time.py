"""Adding working hours, side by side with the businesstimedelta package: Mon-Fri 09:00-17:00, no holidays.

Run it with ``python -m benchmarks.working_time``. It ends with status 1 when a target is missed. "Warm" asks a calendar
that was asked before, as pages and the worker do; "cold" builds the calendar from its plain form for every single sum,
and is shown, not judged. The rounds of all sides alternate, so that a busy machine slows every side alike.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from statistics import median
from time import perf_counter

import businesstimedelta
import pytz  # type: ignore[import-untyped]  # the peer's zones; it brings no types

from tracker.domain.working_time import WorkingTime

ZONES = ("UTC", "Europe/Berlin")
START = datetime(2026, 11, 23, 10, 17, 3, tzinfo=UTC)  # a Monday
ROUNDS = 15
SECONDS_A_ROUND = 0.01
#: How many times as fast as the peer, by budget in hours.
TARGETS = {8: 5.0, 400: 50.0}
#: How many times what 8 hours cost 400 hours may cost.
GROWTH = 2.0

Sum = Callable[[], datetime]


def sides(zone: str, hours: int) -> dict[str, Sum]:
    """Return the same sum three times: by the peer, by a calendar in use, and by one built for the occasion."""
    weekdays = ("mon", "tue", "wed", "thu", "fri")
    plain = {"timezone": zone, "week": {day: [["09:00", "17:00"]] for day in weekdays}}
    calendar, budget = WorkingTime.from_plain(plain), timedelta(hours=hours)
    rule = businesstimedelta.WorkDayRule(
        start_time=time(9), end_time=time(17), working_days=[0, 1, 2, 3, 4], tz=pytz.timezone(zone)
    )
    peer_start, peer_budget = START.astimezone(pytz.utc), businesstimedelta.BusinessTimeDelta(rule, hours=hours)
    return {
        "peer": lambda: peer_start + peer_budget,
        "warm": lambda: calendar.add(START, budget),
        "cold": lambda: WorkingTime.from_plain(plain).add(START, budget),
    }


def measured(sums: Mapping[str, Sum]) -> dict[str, list[float]]:
    """Return the seconds that one call of each side took, round by round."""
    calls = {name: max(1, round(SECONDS_A_ROUND / seconds_a_call(one, 3))) for name, one in sums.items()}
    times: dict[str, list[float]] = {name: [] for name in sums}
    for _ in range(ROUNDS):
        for name, one in sums.items():
            times[name].append(seconds_a_call(one, calls[name]))
    return times


def seconds_a_call(one: Sum, calls: int) -> float:
    began = perf_counter()
    for _ in range(calls):
        one()
    return (perf_counter() - began) / calls


def compare(zone: str, hours: int) -> tuple[float, list[str]]:
    """Print a row, and return the warm time in seconds and the targets missed."""
    sums = sides(zone, hours)
    answers = {name: one() for name, one in sums.items()}
    if len(set(answers.values())) != 1:
        return 0.0, [f"{zone}, {hours} h: the sides disagree, {answers}"]
    times = measured(sums)
    cells = [f"{min(times[name]) * 1e6:9.1f} {median(times[name]) * 1e6:9.1f}" for name in sums]
    # The least favourable of the two readings is judged.
    ratio = min(reading(times["peer"]) / reading(times["warm"]) for reading in (min, median))
    cold = min(times["peer"]) / min(times["cold"])
    print(f"{zone:14} {hours:4} h {' |'.join(cells)} | {ratio:6.1f}x {TARGETS[hours]:4.0f}x {cold:6.1f}x")
    missed = [f"{zone}, {hours} h: {ratio:.1f}x, not {TARGETS[hours]:.0f}x"] if ratio < TARGETS[hours] else []
    return min(times["warm"]), missed


def main() -> int:
    print("microseconds a sum: least and median of", ROUNDS, "rounds")
    print(f"{'':21} {'businesstimedelta':>19} |{'warm':>19} |{'cold':>19} |   warm  asked    cold")
    missed: list[str] = []
    for zone in ZONES:
        seconds = {}
        for hours in TARGETS:
            seconds[hours], too_slow = compare(zone, hours)
            missed += too_slow
        if seconds[400] > GROWTH * seconds[8]:
            missed.append(f"{zone}: 400 h cost {seconds[400] / seconds[8]:.1f} times what 8 h cost, not {GROWTH:.0f}")
    for line in missed:
        print("MISSED", line)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
