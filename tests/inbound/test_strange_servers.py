"""A mailbox whose server answers strangely is unreachable, with a reason, and the next tick asks again."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from config_inbound import ImapServer, Inbound
from tests.acts.cast import Cast
from tests.inbound.conftest import NOW, TEAM, written
from tests.times import FakeClock
from tracker.domain.alerts import INBOUND
from tracker.inbound import imap
from tracker.store import pulse
from tracker.store.base import db
from tracker.store.inbound_mails import InboundMail
from tracker.store.pulse import PausedDestination
from tracker.worker.inbound import Ears


def _speak(listening: socket.socket, says: dict[str, str]) -> None:
    connection, _ = listening.accept()
    with connection, connection.makefile("rwb") as wire:
        wire.write(b"* OK ready\r\n")
        wire.flush()
        for line in wire:
            tag, _, command = line.decode().strip().partition(" ")
            said = next((what for begins, what in says.items() if command.startswith(begins)), "")
            wire.write((f"{tag} {said}\r\n" if said.startswith("NO") else f"{said}{tag} OK done\r\n").encode())
            wire.flush()


@contextmanager
def server(says: dict[str, str]) -> Iterator[ImapServer]:
    """Says OK to everything, and before that, or instead of it (NO …), what is given for how a command begins."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)
        says = {"CAPABILITY": "* CAPABILITY IMAP4rev1\r\n", **says}
        speaking = threading.Thread(target=_speak, args=(listening, says))
        speaking.start()
        yield ImapServer("127.0.0.1", listening.getsockname()[1], "plain", "tracker", "secret")
        speaking.join(10)
    assert not speaking.is_alive(), "the connection was left open"


@pytest.mark.parametrize(
    "status",
    ["", '* STATUS "INBOX" ()\r\n', '* STATUS "INBOX" (MESSAGES 4)\r\n'],
    ids=["a bare OK", "nothing of it", "something else"],
)
def test_a_status_without_uidvalidity_is_a_mailbox_that_cannot_be_fetched(cast: Cast, status: str) -> None:
    with server({"STATUS": status}) as strange, pytest.raises(imap.Unreachable, match="came without UIDVALIDITY"):
        imap.fetch(strange, now=NOW)


def test_a_mail_that_the_server_cannot_read_itself_stops_none_behind_it(cast: Cast) -> None:
    """As Exchange answers for one that it cannot convert. It is asked for again after a while; and that the server says
    no goodbye changes nothing."""
    raw = written(TEAM).as_bytes()
    says = {
        "STATUS": '* STATUS "INBOX" (UIDVALIDITY 7)\r\n',
        "UID SEARCH": "* SEARCH 1 2\r\n",
        "UID FETCH 1": "NO [SERVERBUG] the message cannot be converted",
        "UID FETCH 2 (RFC822.SIZE)": f"* 2 FETCH (UID 2 RFC822.SIZE {len(raw)})\r\n",
        "UID FETCH 2 (BODY.PEEK[])": f"* 2 FETCH (UID 2 BODY[] {{{len(raw)}}}\r\n{raw.decode()})\r\n",
    }
    with server(says) as strange:
        assert imap.fetch(strange, now=NOW) == 1
    (kept,) = db.session.scalars(sa.select(InboundMail))
    assert (kept.raw, kept.mailbox_uid) == (raw, 2)
    (error,) = pulse.recent_errors(NOW)
    assert error.subject == "mailbox:7:1"
    mended = {**says, "UID FETCH 1": "* 1 FETCH (UID 1 RFC822.SIZE 3 BODY[] {3}\r\nx:y)\r\n"}
    with server(mended) as strange:
        assert imap.fetch(strange, now=NOW + timedelta(minutes=1)) == 0, "it is left alone for five minutes"
    with server(mended) as strange:
        assert imap.fetch(strange, now=NOW + timedelta(minutes=6)) == 1


def fetched_from(server: ImapServer) -> Inbound:
    return Inbound(imap=server, reply_address="reply@tracker.example", team_address="post+{team}@tracker.example")


def test_one_that_is_not_there_is_remembered_until_it_is(make_app: Callable[..., Flask], clock: FakeClock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        away = ImapServer("127.0.0.1", taken.getsockname()[1], "plain", "tracker", "secret")
    app = make_app(inbound=fetched_from(away))
    with app.app_context():
        for minutes in (0, 1):
            with pytest.raises(imap.Unreachable):
                Ears(app, listens=False).hear(now=NOW + timedelta(minutes=minutes))
        row = db.session.get_one(PausedDestination, INBOUND)
        assert (row.refusals, row.since, row.until) == (2, NOW, pulse.NOBODY_WAITS)
        assert "refused" in row.why.lower()
    with server({"STATUS": '* STATUS "INBOX" (UIDVALIDITY 7 UIDNEXT 1)\r\n'}) as there:
        app.config["TRACKER"] = replace(app.config["TRACKER"], inbound=fetched_from(there))
        with app.app_context():
            Ears(app, listens=False).hear(now=NOW + timedelta(minutes=2))
            assert db.session.get(PausedDestination, INBOUND) is None
