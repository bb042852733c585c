"""Whoever is killed or frozen on a message's way loses none, and doubles one only where nobody can know (RFC 1047)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import databases
from tests.faults.crash_points import (
    FROZEN,
    IN_A_TRANSACTION,
    KILLED,
    TOO_LATE,
    Wreck,
    frozen,
    killed,
    lose_a_worker_everywhere,
)
from tests.faults.nursery import Nursery
from tests.faults.scene import scene_on
from tests.reliability import Seen, fault

KINDS = ("sqlite", "postgresql")
#: Which fault a point is, and what is expected of it. Those without a number of their own stand with their neighbour.
FAULTS = {
    "before_pack_commit": ("F2", "the notice is owed, no message yet; the next worker sends; copies = 1"),
    "after_pack_commit": ("F2", "the message waits; the next worker sends; copies = 1"),
    "before_claim_commit": ("F3", "row pending; copies = 1"),
    "after_claim": ("F4", "free after the lease; copies = 1; attempts = 2"),
    "before_sending_commit": ("F4", "free after the lease; copies = 1; attempts = 2"),
    "after_sending": ("F5", "unknown after the lease, sent again; copies = 1"),
    "before_mail": ("F5", "unknown after the lease, sent again; copies = 1"),
    "after_rcpt": ("F6", "as F5; the server holds no body"),
    "in_body": ("F7", "the server discards; copies = 1"),
    "after_dot": ("F8", "copies ≤ 2, same Message-ID, was unknown"),
    "after_250": ("F9", "copies ≤ 2, same Message-ID, was unknown"),
    "before_sent_commit": ("F9", "copies ≤ 2, same Message-ID, was unknown"),
    "after_sent": ("F10", "copies = 1"),
}
FROZEN_FAULTS = {
    "before_pack_commit": ("F12", "nobody else waits for its row; copies = 1"),
    "before_claim_commit": ("F12", "nobody else waits for its row; copies = 1"),
    "after_claim": ("F12", "another sends; the one that comes back drops it; copies = 1"),
    "before_sending_commit": ("F13", "it comes back too late and does not send; copies = 1"),
    "after_sending": ("F13", "its time is over, no DATA; unknown, sent again; copies = 1"),
    "before_mail": ("F13", "its time is over, no DATA; unknown, sent again; copies = 1"),
    "after_rcpt": ("F13", "its time is over, no DATA; unknown, sent again; copies = 1"),
    "in_body": ("F13", "its time is over, no end of the body; copies = 1"),
    "after_dot": ("F14", "copies ≤ 2; the late word of the former holder is refused and logged"),
    "after_250": ("F14", "copies ≤ 2; the late word of the former holder is refused and logged"),
    "before_sent_commit": ("F14", "who froze in its commit finishes it; copies = 1"),
    "after_sent": ("F14", "copies = 1"),
}


@pytest.fixture(scope="module")
def wrecks(
    worker_databases: databases.Databases, tmp_path_factory: pytest.TempPathFactory, nursery: Nursery
) -> dict[str, Wreck]:
    """Both databases at the same time: most of it is waiting."""
    folder = tmp_path_factory.mktemp("crash_points")
    urls = {kind: worker_databases.another(kind, "crash_points") for kind in KINDS}

    def lose(kind: str) -> Wreck:
        with scene_on(urls[kind], Path(folder) / kind, nursery) as scene:
            return lose_a_worker_everywhere(scene)

    with ThreadPoolExecutor(len(KINDS)) as pool:
        return dict(zip(KINDS, pool.map(lose, KINDS), strict=True))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("point", [pytest.param(point, marks=fault(*FAULTS[point])) for point in KILLED])
def test_killed_at(point: str, kind: str, wrecks: dict[str, Wreck], seen: Seen) -> None:
    left = wrecks[kind].left[killed(point)]
    seen(f"{point}: {left}")
    assert left == KILLED[point]


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_killed_left_behind_is_what_the_row_said(kind: str, wrecks: dict[str, Wreck]) -> None:
    states = [wrecks[kind].at_once[killed(point)].state for point in KILLED]
    assert states == ["owed", "pending", "pending", *["claimed"] * 2, *["sending"] * 7, "sent"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "point", [pytest.param(point, marks=fault(*FROZEN_FAULTS[point])) for point in (*FROZEN, *IN_A_TRANSACTION)]
)
def test_frozen_at(point: str, kind: str, wrecks: dict[str, Wreck], seen: Seen) -> None:
    left = wrecks[kind].left[frozen(point)]
    expected = {**FROZEN, **IN_A_TRANSACTION}[point]
    seen(f"{point}: {left}")
    assert left in (TOO_LATE.get(point, (expected,)) if kind == "postgresql" else (expected,))
    assert wrecks[kind].exit_codes[frozen(point)] == 0, "it goes on, and ends when it is told to"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "point", [pytest.param(point, marks=fault(*FROZEN_FAULTS[point])) for point in ("after_dot", "after_250")]
)
def test_the_former_holder_reports_what_it_heard(point: str, kind: str, wrecks: dict[str, Wreck], seen: Seen) -> None:
    said = wrecks[kind].said_by_the_frozen[frozen(point)]
    seen(f"{point}: {said.count('the former holder')} line in the log")
    assert said.count("the former holder of a message reports what became of it") == 1


def test_a_frozen_worker_keeps_its_own_row_and_nobody_else_s(wrecks: dict[str, Wreck]) -> None:
    assert wrecks["postgresql"].held_by_the_frozen == {frozen(point) for point in IN_A_TRANSACTION}
