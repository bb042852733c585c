"""A mailbox whose server answers strangely is unreachable, with a reason, and the next tick asks again."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from config_inbound import ImapServer
from tests.acts.cast import Cast
from tests.inbound.conftest import NOW
from tracker.inbound import imap


def _speak(listening: socket.socket, says: dict[str, str]) -> None:
    connection, _ = listening.accept()
    with connection, connection.makefile("rwb") as wire:
        wire.write(b"* OK ready\r\n")
        wire.flush()
        for line in wire:
            tag, verb = line.decode().split()[:2]
            untagged = {"CAPABILITY": "* CAPABILITY IMAP4rev1\r\n", **says}.get(verb, "")
            wire.write(f"{untagged}{tag} OK done\r\n".encode())
            wire.flush()


@contextmanager
def server(**says: str) -> Iterator[ImapServer]:
    """Says OK to everything, and before that what is given for a verb."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)
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
    with server(STATUS=status) as strange, pytest.raises(imap.Unreachable, match="came without UIDVALIDITY"):
        imap.fetch(strange, now=NOW)
