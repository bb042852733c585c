"""A mail server hands a mail over, and the worker is killed at every step of its way: kept, acknowledged, read. It is
neither lost nor acted on twice."""

from __future__ import annotations

import smtplib
from collections.abc import Callable

from tests.faults.a_mail import (
    AFTER,
    BEFORE,
    MAIL,
    TEAM,
    TEAM_PATTERN,
    a_last_pass,
    is_due_now,
    is_read_by_nobody,
    killed_while_reading,
    mails,
)
from tests.faults.scene import Scene
from tests.processes.programs import free_port
from tests.reliability import Seen


def handed_over(port: int) -> str:
    """What a mail server hears after the dot: a reply, or nothing, and then it tries again later."""
    with smtplib.LMTP("127.0.0.1", port, local_hostname="localhost", timeout=20) as client:
        try:
            client.sendmail("nari@nachtwache.example", [TEAM], MAIL)
        except smtplib.SMTPServerDisconnected:
            return "nothing"
    return "taken"


def is_open(port: int) -> bool:
    try:
        smtplib.LMTP("127.0.0.1", port, local_hostname="localhost", timeout=20).close()
    except OSError:
        return False
    return True


@BEFORE
@AFTER
def test_a_mail_that_is_handed_over_outlives_every_worker(make_scene: Callable[..., Scene], seen: Seen) -> None:
    port = free_port()
    door = {"TRACKER_INBOUND_LISTEN": f"lmtp://127.0.0.1:{port}", "TRACKER_INBOUND_TEAM_ADDRESS": TEAM_PATTERN}
    scene = make_scene(environ=door)
    for point, kept in (("before_kept_commit", 0), ("after_kept", 1)):
        worker = scene.worker(point)
        scene.wait_for(lambda: is_open(port), program=worker)
        assert handed_over(port) == "nothing", "what was not said to be kept is kept by the mail server"
        assert worker.process.wait(180) == -9
        assert len(mails(scene)) == kept
    worker = scene.worker()
    is_read_by_nobody(scene)
    scene.wait_for(lambda: is_open(port), program=worker)
    assert handed_over(port) == "taken"
    assert len(mails(scene)) == 1, "the same mail handed over again is the same row"
    assert worker.end() == 0
    is_due_now(scene)
    killed_while_reading(scene)
    a_last_pass(scene, seen)
