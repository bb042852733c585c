"""A mail is fetched from a real mailbox, and the worker is killed at every step of its way: kept, acknowledged, read.
It is neither lost nor acted on twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.faults.a_mail import (
    AFTER,
    BEFORE,
    MAIL,
    TEAM_PATTERN,
    a_last_pass,
    is_due_now,
    is_read_by_nobody,
    killed_while_reading,
    mails,
)
from tests.faults.scene import Scene
from tests.inbound.mail_servers import PASSWORD, MailServers
from tests.mail.certificates import FOLDER
from tests.reliability import Seen


@pytest.fixture
def mailbox() -> Iterator[MailServers]:
    with MailServers(has_postfix=False) as servers:
        yield servers


@BEFORE
@AFTER
@pytest.mark.xdist_group("mail_servers")
def test_a_mail_that_is_fetched_outlives_every_worker(
    make_scene: Callable[..., Scene], mailbox: MailServers, seen: Seen
) -> None:
    mailbox.put("tracker", MAIL)
    url = f"imaps://tracker:{PASSWORD}@localhost:{mailbox.imap_port}/INBOX"
    environ = {"TRACKER_INBOUND_IMAP_URL": url, "TRACKER_INBOUND_TEAM_ADDRESS": TEAM_PATTERN}
    scene = make_scene(environ=environ | {"SSL_CERT_FILE": str(FOLDER / "authority.pem")})
    scene.dies("before_kept_commit")
    assert (mails(scene), mailbox.is_seen("tracker")) == ([], False)
    scene.dies("after_kept")
    assert (mails(scene), mailbox.is_seen("tracker")) == ([("received", 0)], False)
    is_read_by_nobody(scene)
    scene.dies("after_acknowledged")
    assert (mails(scene), mailbox.is_seen("tracker")) == ([("received", 0)], True), "kept once, and not fetched again"
    is_due_now(scene)
    killed_while_reading(scene)
    a_last_pass(scene, seen)
