"""What the tests of a mail that comes in ask of a site: what is kept of it, and what it has set off."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from tests.faults.scene import A_DAY, Scene
from tests.inbound.conftest import written
from tests.reliability import Seen, fault
from tracker import clock
from tracker.store.inbound_mails import InboundMail, InboundState
from tracker.store.suggestions import Suggestion

TITLE = "Filter frisst Umlaute"
TEAM_PATTERN = "post+{team}@nachtwache.example"
TEAM = "post+nachtwache@nachtwache.example"
MAIL = written(TEAM, "Aus Gruesse wird Gr**e.", Subject=TITLE).as_bytes()
#: What it is to be killed on the way, for the table of faults: reading is the business that is committed.
BEFORE = fault("F1", "a mail is read: killed before the commit, neither suggestion nor receipt; read again, each once")
AFTER = fault("F2", "a mail is read: killed after the commit, both are there and the receipt leaves; each once")
WAITING = sa.update(InboundMail).where(InboundMail.state == InboundState.RECEIVED)


def mails(scene: Scene) -> list[tuple[Any, ...]]:
    rows = scene.execute(sa.select(InboundMail.state, InboundMail.attempts))
    return [(state.value, attempts) for state, attempts in rows]


def raised(scene: Scene) -> int:
    return len(scene.execute(sa.select(Suggestion.id).where(Suggestion.title == TITLE)))


def receipts(scene: Scene) -> int:
    return len([one for one in scene.server.received if one.subject.startswith(f"Angekommen: {TITLE}")])


def killed_while_reading(scene: Scene) -> None:
    """It is kept; whoever reads it is killed before what was done is committed, and the next one right after."""
    scene.dies("before_settled_commit")
    assert (mails(scene), raised(scene)) == ([("received", 1)], 0)
    is_due_now(scene)  # not after a minute
    scene.dies("after_settled")
    assert (mails(scene), raised(scene)) == ([("done", 2)], 1)


def a_last_pass(scene: Scene, seen: Seen) -> None:
    done = scene.run("work")
    assert done.returncode == 0, done.stderr
    seen(f"mails {len(mails(scene))}, suggestions {raised(scene)}, receipts {receipts(scene)}")
    assert (mails(scene), raised(scene), receipts(scene)) == ([("done", 2)], 1, 1)


def is_due_now(scene: Scene) -> None:
    scene.execute(WAITING.values(next_attempt_at=clock.now()))


def is_read_by_nobody(scene: Scene) -> None:
    scene.execute(WAITING.values(next_attempt_at=clock.now() + A_DAY))
