"""What the tests of a mail that comes in ask of a site: what is kept of it, and what it has set off."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from tests.faults.scene import A_DAY, Scene
from tests.inbound.conftest import written
from tests.pictures import picture
from tests.reliability import Seen, fault
from tracker import clock
from tracker.store.attachments import Attachment
from tracker.store.inbound_mails import InboundMail, InboundState
from tracker.store.suggestions import Suggestion

TITLE = "Filter frisst Umlaute"
TEAM_PATTERN = "post+{team}@nachtwache.example"
TEAM = "post+nachtwache@nachtwache.example"
PICTURE = "chat.png"
#: What it is to be killed on the way, for the table of faults: reading is the business that is committed.
BEFORE = fault("F1", "a mail is read: killed before the commit, neither suggestion nor receipt; read again, each once")
AFTER = fault("F2", "a mail is read: killed after the commit, both are there and the receipt leaves; each once")
WAITING = sa.update(InboundMail).where(InboundMail.state == InboundState.RECEIVED)


def _with_a_picture() -> bytes:
    mail = written(TEAM, "Aus Gruesse wird Gr**e.", Subject=TITLE)
    mail.add_attachment(picture(), maintype="image", subtype="png", filename=PICTURE)
    return mail.as_bytes()


MAIL = _with_a_picture()


def mails(scene: Scene) -> list[tuple[Any, ...]]:
    rows = scene.execute(sa.select(InboundMail.state, InboundMail.attempts))
    return [(state.value, attempts) for state, attempts in rows]


def raised(scene: Scene) -> int:
    return len(scene.execute(sa.select(Suggestion.id).where(Suggestion.title == TITLE)))


def files(scene: Scene) -> list[str]:
    """Names of the files that are kept with some entry."""
    return [name for (name,) in scene.execute(sa.select(Attachment.name).where(Attachment.entry_id.is_not(None)))]


def receipts(scene: Scene) -> int:
    return len([one for one in scene.server.received if one.subject.startswith(f"Angekommen: {TITLE}")])


def killed_while_reading(scene: Scene) -> None:
    """It is kept; whoever reads it is killed before what was done is committed, and the next one right after."""
    scene.dies("before_settled_commit")
    assert (mails(scene), raised(scene), files(scene)) == ([("received", 1)], 0, [])
    is_due_now(scene)  # not after a minute
    scene.dies("after_settled")
    assert (mails(scene), raised(scene), files(scene)) == ([("done", 2)], 1, [PICTURE])


def a_last_pass(scene: Scene, seen: Seen) -> None:
    done = scene.run("work")
    assert done.returncode == 0, done.stderr
    counts = f"mails {len(mails(scene))}, suggestions {raised(scene)}, files {len(files(scene))}"
    seen(f"{counts}, receipts {receipts(scene)}")
    assert (mails(scene), raised(scene), files(scene), receipts(scene)) == ([("done", 2)], 1, [PICTURE], 1)


def is_due_now(scene: Scene) -> None:
    scene.execute(WAITING.values(next_attempt_at=clock.now()))


def is_read_by_nobody(scene: Scene) -> None:
    scene.execute(WAITING.values(next_attempt_at=clock.now() + A_DAY))
