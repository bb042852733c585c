"""A storm by hand: ten thousand mails through three workers, one of which is killed every second.

    make storm
    make storm ARGS="--mails 2000 --every 0.5"

Then it is counted: none lost, and a second copy only of a message whose sender was lost after the final dot and before
its record, with the same Message-ID. How often that was the server knows: such a message is the last of a connection
that ended without a goodbye, and its lines say that nobody knew. A sender lost before the dot excuses no copy.
"""

from __future__ import annotations

import argparse
import email.parser
import itertools
import shutil
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

import click
import sqlalchemy as sa

from tests import databases
from tests.conftest import make_tables
from tests.faults.nursery import Nursery
from tests.faults.scene import Scene, scene_on
from tests.mail_server import Received
from tracker.store.delivery_events import DeliveryEvent, Happened
from tracker.store.notices import Channel, Delivery, DeliveryState, Notice, NoticeState
from tracker.store.pulse import PausedDestination

WORKERS = 3
#: At this scale a lease is 19 seconds: what was lost last comes after so long.
PATIENCE = 600.0
#: So many are raised in one transaction.
AT_ONCE = 100


@dataclass(frozen=True)
class Counted:
    """What a storm has left. ``unexplained`` has to be 0, and so has ``lost``."""

    mails: int
    kills: int
    lost: int
    second_copies: int
    #: second copies beyond the times that a sender of that message was lost after the dot
    unexplained: int
    #: how often a sender was lost after the dot and before its record, as the server saw it
    gaps: int
    #: messages whose copies differ in their Message-ID
    renamed: int
    #: how often it was unknown, by the rows' own lines, whether the server had one: before the dot, too
    windows: int
    seconds: float

    def __str__(self) -> str:
        return (
            f"{self.mails} mails, {self.kills} workers killed: lost {self.lost}, second copies {self.second_copies} "
            f"(unknown {self.windows} times, after the dot {self.gaps} times), unexplained {self.unexplained}, "
            f"with another Message-ID {self.renamed}"
        )


def storm(scene: Scene, *, mails: int, every: float, kills: int | None = None) -> Counted:
    """``kills``: at most so many; none given: one each ``every`` seconds until all mails have left but those that the
    dead have in their hands."""
    for first in range(0, mails, AT_ONCE):
        scene.raise_(*(f"storm {number:05}" for number in range(first, min(first + AT_ONCE, mails))))
    begun = time.monotonic()
    workers = [scene.worker() for _ in range(WORKERS)]
    killed = 0
    for turn in itertools.cycle(range(WORKERS)):
        if _waiting(scene) == 0 or killed == kills:
            break
        arrived = len(scene.server.received)
        time.sleep(every)
        # On a machine that is busy with other things nobody would live long enough to send; then the next kill waits.
        scene.wait_for(lambda: len(scene.server.received) > arrived or _waiting(scene) == 0, seconds=PATIENCE)  # noqa: B023
        workers[turn].process.kill()
        workers[turn].process.wait(180)
        workers[turn] = scene.worker()
        killed += 1
    scene.wait_for(lambda: _is_over(scene), seconds=PATIENCE)
    for worker in workers:
        worker.end(within=20)
    return _counted(scene, mails=mails, kills=killed, seconds=time.monotonic() - begun)


def _waiting(scene: Scene) -> int:
    """How many a worker could still take."""
    owed = (Notice.state == NoticeState.OWED, Notice.channel == Channel.EMAIL, Notice.delivery_id.is_(None))
    ((unpacked,),) = scene.execute(sa.select(sa.func.count()).select_from(Notice).where(*owed))
    pending = Delivery.state == DeliveryState.PENDING
    ((packed,),) = scene.execute(sa.select(sa.func.count()).select_from(Delivery).where(pending))
    return int(unpacked) + int(packed)


def _is_over(scene: Scene) -> bool:
    """Whether nothing is on its way any more. A second attempt, and a relay that was too slow, are not waited for."""
    scene.execute(sa.delete(PausedDestination))
    scene.bring_back()
    on_their_way = Delivery.state.not_in((DeliveryState.SENT, DeliveryState.DEAD, DeliveryState.SKIPPED))
    ((found,),) = scene.execute(sa.select(sa.func.count()).select_from(Delivery).where(on_their_way))
    return int(found) + _waiting(scene) == 0


def _counted(scene: Scene, *, mails: int, kills: int, seconds: float) -> Counted:
    """By what the server has, held against the rows."""
    names_of_all = [row[0] for row in scene.execute(sa.select(Delivery.message_id))]
    unknown = sa.select(Delivery.message_id).join(DeliveryEvent, DeliveryEvent.delivery_id == Delivery.id)
    windows = Counter(row[0] for row in scene.execute(unknown.where(DeliveryEvent.what == Happened.UNKNOWN)))
    heads = _heads(scene.server.accepted)
    copies = Counter(_id(head) for head in heads)
    gaps = Counter(_id(head) for head in _heads(scene.server.in_the_gap))
    names: dict[str, set[str]] = {}
    for head in heads:
        names.setdefault(str(head["Subject"]), set()).add(str(head["Message-ID"]))
    return Counted(
        mails=mails,
        kills=kills,
        lost=mails - sum(1 for name in names_of_all if copies[name]),
        second_copies=sum(count - 1 for count in copies.values()),
        unexplained=sum(max(count - 1 - min(gaps[name], windows[name]), 0) for name, count in copies.items()),
        gaps=gaps.total(),
        renamed=sum(1 for found in names.values() if len(found) > 1),
        windows=windows.total(),
        seconds=seconds,
    )


def _heads(received: list[Received]) -> list[Message]:
    return [email.parser.BytesHeaderParser().parsebytes(one.raw) for one in list(received)]


def _id(head: Message) -> str:
    return str(head["Message-ID"]).strip("<>")


def main() -> None:
    parser = argparse.ArgumentParser(description="Mails through three workers, one of which is killed again and again.")
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--every", type=float, default=1.0, help="seconds between two kills")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    how = parser.parse_args()
    folder, own = databases.make_run_folder(), Path(tempfile.mkdtemp(prefix="tracker-storm-"))
    nursery = Nursery()
    try:
        url = databases.Databases(folder, "storm", make_tables).another(how.database, "mails")
        with scene_on(url, own, nursery) as scene:
            click.echo(f"{how.mails} mails on {how.database}, a worker killed each {how.every:g} s …")
            counted = storm(scene, mails=how.mails, every=how.every)
            click.echo(f"{counted}; {counted.mails / counted.seconds:.0f} mails a second")
    finally:
        nursery.close()
        shutil.rmtree(own, ignore_errors=True)
        databases.remove_run_folder(folder)
    if counted.lost or counted.unexplained or counted.renamed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
