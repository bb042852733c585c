"""A worker is lost at every point of a message's way, killed or frozen, one after the other; then somebody else comes.

All of them are lost in one site for each kind of database, and one worker finds what they left: so a lease is waited
for once, and what one left behind is in the way of the others, as it would be.
"""

from __future__ import annotations

import signal
import time
from dataclasses import dataclass, field

from tests.faults.scene import Row, Scene, goes_on
from tests.processes.programs import Program


@dataclass(frozen=True)
class Left:
    """What is counted of one message in the end."""

    copies: int
    attempts: int
    was_unknown: bool

    def __str__(self) -> str:
        said = f"copies {self.copies}, attempts {self.attempts}"
        return f"{said}, was unknown" if self.was_unknown else said


#: In the order of a message's way.
KILLED = {
    "before_pack_commit": Left(1, 1, False),
    "after_pack_commit": Left(1, 1, False),
    "before_claim_commit": Left(1, 1, False),
    "after_claim": Left(1, 2, False),
    "before_sending_commit": Left(1, 2, False),
    "after_sending": Left(1, 2, True),
    "before_mail": Left(1, 2, True),
    "after_rcpt": Left(1, 2, True),
    "in_body": Left(1, 2, True),
    "after_dot": Left(2, 2, True),
    "after_250": Left(2, 2, True),
    "before_sent_commit": Left(2, 2, True),
    "after_sent": Left(1, 1, False),
}
#: Frozen for longer than a lease, and then let go on.
FROZEN = {
    "after_claim": Left(1, 2, False),
    "after_sending": Left(1, 2, True),
    "before_mail": Left(1, 2, True),
    "after_rcpt": Left(1, 2, True),
    "in_body": Left(1, 2, True),
    "after_dot": Left(2, 2, True),
    "after_250": Left(2, 2, True),
    "after_sent": Left(1, 1, False),
}
#: Frozen within a transaction. SQLite has one writer, so nobody else gets anywhere: a second, and then it goes on.
#: PostgreSQL keeps the row for who froze, and everything else flows.
IN_A_TRANSACTION = {
    "before_pack_commit": Left(1, 1, False),
    "before_claim_commit": Left(1, 1, False),
    "before_sending_commit": Left(1, 1, False),
    "before_sent_commit": Left(1, 1, False),
}
#: On PostgreSQL it comes back too late to send: its commit stands and its time is over. It hands the message back, or
#: somebody else takes it away first, whoever is quicker; then the next one sends.
TOO_LATE = {
    "before_claim_commit": (Left(1, 2, False), Left(1, 2, True)),
    "before_sending_commit": (Left(1, 2, False), Left(1, 2, True)),
}


@dataclass
class Wreck:
    """What was found: right after the loss, while nobody had gone on, and in the end."""

    at_once: dict[str, Row] = field(default_factory=dict)
    held_by_the_frozen: set[str] = field(default_factory=set)
    left: dict[str, Left] = field(default_factory=dict)
    exit_codes: dict[str, int] = field(default_factory=dict)
    said_by_the_frozen: dict[str, str] = field(default_factory=dict)


def lose_a_worker_everywhere(scene: Scene) -> Wreck:
    wreck = Wreck()
    for point in KILLED:
        scene.put_aside()
        title = killed(point)
        scene.raise_(title)
        scene.dies(point)
        wreck.at_once[title] = scene.row(title)
    stopped: dict[str, Program] = {}
    for point in (*FROZEN, *IN_A_TRANSACTION):
        scene.put_aside()
        title = frozen(point)
        scene.raise_(title)
        stopped[title] = scene.stops(point, writes=point in IN_A_TRANSACTION)
        if point in IN_A_TRANSACTION and scene.is_sqlite:
            time.sleep(0.5)
            goes_on(stopped[title])
            scene.wait_for(scene.is_sent(title), program=stopped[title])
            wreck.exit_codes[title] = stopped.pop(title).end(within=20)
    _rescue(scene, wreck, stopped)
    return wreck


def _rescue(scene: Scene, wreck: Wreck, stopped: dict[str, Program]) -> None:
    scene.bring_back()
    rescuer = scene.worker()
    locked = set() if scene.is_sqlite else {frozen(point) for point in IN_A_TRANSACTION}
    scene.wait_for(lambda: _all_sent(scene, but=locked), program=rescuer)
    wreck.held_by_the_frozen = {title for title in locked if scene.row(title).state != "sent"}
    for program in stopped.values():
        goes_on(program)
        program.process.send_signal(signal.SIGTERM)
    for title, program in stopped.items():
        wreck.exit_codes[title] = program.process.wait(180)
        wreck.said_by_the_frozen[title] = program.complained
    scene.bring_back()  # who came back too late to begin has handed it back for a second attempt
    scene.wait_for(scene.all_sent, program=rescuer)
    assert rescuer.end(within=20) == 0, rescuer.complained
    for title, row in scene.rows().items():
        wreck.left[title] = Left(scene.copies(title), row.attempts, row.was_unknown)


def _all_sent(scene: Scene, *, but: set[str]) -> bool:
    return all(row.state == "sent" for title, row in scene.rows().items() if title not in but)


def killed(point: str) -> str:
    return f"killed {point}"


def frozen(point: str) -> str:
    return f"frozen {point}"
