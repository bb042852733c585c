"""Every way in which handing over a message can end is told apart, and only what is safe is called so.

The first table is what a server may do, whether it holds the message afterwards, and what we say of it: nothing that a
server may hold is ever called "not accepted", and "unknown" is said only of what may have arrived whole.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from config import SendingTimeouts, SmtpServer
from tests.mail.certificates import server_for, trusting
from tests.mail.scripted_server import CLOSE, DRIP, SILENT, ScriptedServer
from tests.mail_server import MailServer
from tests.reliability import fault
from tracker.domain.alerts import AlertKind, Pause, of_pause
from tracker.domain.retries import DestinationRefuses, PassingFailure, PermanentFailure
from tracker.notices.channels.results import (
    Accepted,
    NeverAccepted,
    NotAcceptedNow,
    Phase,
    RelayRefuses,
    Result,
    Unknown,
    Withheld,
)
from tracker.notices.channels.smtp import SmtpChannel

#: Timeouts where nothing is waited for.
LIFE = SendingTimeouts.scaled(0.1)
SENDER, NARI = "post@tracker.example", "nari@example.org"
MESSAGE = b"From: post@tracker.example\r\nSubject: hello\r\n\r\nfirst\r\n.second\r\n..third\r\n"


@dataclass(frozen=True)
class Fast:
    """Timeouts for a test that waits for them: the final reply's is the longest, as in life."""

    connect: timedelta = timedelta(seconds=0.5)
    command: timedelta = timedelta(seconds=0.4)
    final_reply: timedelta = timedelta(seconds=0.8)


OPENED: list[SmtpChannel] = []


@pytest.fixture(autouse=True)
def _nothing_stays_open() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().drop()


def channel_to(
    port: int,
    security: str = "plain",
    *,
    user: str | None = None,
    password: str | None = None,
    tls: ssl.SSLContext | None = None,
    timeouts: Fast | SendingTimeouts | None = None,
    crash_point: Callable[[str], None] = lambda name: None,
) -> SmtpChannel:
    relay = SmtpServer("localhost" if security != "plain" else "127.0.0.1", port, security, user, password)  # type: ignore[arg-type]
    channel = SmtpChannel(
        relay, timeouts or Fast(), monotonic=time.monotonic, name="tracker.example", tls=tls, crash_point=crash_point
    )
    OPENED.append(channel)
    return channel


def handed_over(channel: SmtpChannel, data: bytes = MESSAGE) -> Result:
    """Ready and sent, as the delivery does it; the goodbye comes after the result is known."""
    result = channel.ready() or channel.send(SENDER, NARI, data, deadline=time.monotonic() + 5)
    channel.quit()
    return result


TABLE = [
    # (the server's script, whether it holds the message, what becomes of it, in which phase)
    ({"GREETING": "421 too many"}, False, RelayRefuses, Phase.GREETING),
    ({"GREETING": "554 no service"}, False, RelayRefuses, Phase.GREETING),
    ({"GREETING": CLOSE}, False, RelayRefuses, Phase.GREETING),
    ({"EHLO": "421 later"}, False, RelayRefuses, Phase.HELLO),
    ({"MAIL": "421 closing"}, False, RelayRefuses, Phase.MAIL),
    ({"MAIL": "454 4.7.0 throttled"}, False, RelayRefuses, Phase.MAIL),
    ({"MAIL": "530 5.7.0 sign in first"}, False, RelayRefuses, Phase.MAIL),
    ({"MAIL": "550 5.7.1 not from you"}, False, RelayRefuses, Phase.MAIL),
    ({"MAIL": "452 4.3.1 full"}, False, RelayRefuses, Phase.MAIL),
    ({"MAIL": "451 later"}, False, RelayRefuses, Phase.MAIL),  # it knows of no reader yet
    ({"MAIL": "nonsense"}, False, NotAcceptedNow, Phase.MAIL),
    ({"RCPT": "450 4.2.0 greylisted"}, False, NotAcceptedNow, Phase.RCPT),
    ({"RCPT": "451 4.7.1 greylisted"}, False, NotAcceptedNow, Phase.RCPT),
    ({"RCPT": "452 4.5.3 too many recipients"}, False, NotAcceptedNow, Phase.RCPT),
    ({"RCPT": "452 4.2.2 mailbox full"}, False, NotAcceptedNow, Phase.RCPT),
    ({"RCPT": "452 4.3.1 disk full"}, False, RelayRefuses, Phase.RCPT),
    ({"RCPT": "451 4.3.0 lookup failure"}, False, RelayRefuses, Phase.RCPT),
    ({"RCPT": "550 5.1.1 nobody here"}, False, NeverAccepted, Phase.RCPT),
    ({"RCPT": "552 5.2.2 mailbox full"}, False, NeverAccepted, Phase.RCPT),
    ({"RCPT": "552 5.5.3 too many recipients"}, False, NeverAccepted, Phase.RCPT),
    ({"RCPT": "454 4.7.1 relay access denied"}, False, RelayRefuses, Phase.RCPT),
    ({"RCPT": "550 5.1.8 bad outbound sender"}, False, RelayRefuses, Phase.RCPT),  # about us, not about Nari
    ({"RCPT": "550 5.4.5 daily sending quota exceeded"}, False, RelayRefuses, Phase.RCPT),
    ({"RCPT": "554 5.7.1 relay access denied"}, False, NeverAccepted, Phase.RCPT),
    ({"RCPT": CLOSE}, False, NotAcceptedNow, Phase.RCPT),
    ({"RCPT": "nonsense"}, False, NotAcceptedNow, Phase.RCPT),
    ({"DATA": "554 5.5.1 no valid recipients"}, False, NeverAccepted, Phase.DATA),
    ({"DATA": "451 4.3.2 not now"}, False, RelayRefuses, Phase.DATA),
    ({"DATA": CLOSE}, False, NotAcceptedNow, Phase.DATA),
    ({"DATA": SILENT}, False, NotAcceptedNow, Phase.DATA),
    ({"DOT": "450 4.2.0 not now"}, True, NotAcceptedNow, Phase.REPLY),
    ({"DOT": "451 4.7.1 come back later"}, True, NotAcceptedNow, Phase.REPLY),
    ({"DOT": "452 4.3.4 too big for now"}, True, NotAcceptedNow, Phase.REPLY),  # about this message
    ({"DOT": "451 4.3.0 queue file write error"}, True, RelayRefuses, Phase.REPLY),
    ({"DOT": "454 4.7.0 throttled"}, True, RelayRefuses, Phase.REPLY),
    ({"DOT": "421 4.7.0 shutting down"}, True, RelayRefuses, Phase.REPLY),
    ({"DOT": "550 5.4.5 daily sending quota exceeded"}, True, RelayRefuses, Phase.REPLY),
    ({"DOT": "552 5.3.4 too big"}, True, NeverAccepted, Phase.REPLY),
    ({"DOT": "554 5.7.1 spam"}, True, NeverAccepted, Phase.REPLY),
    ({"DOT": CLOSE}, True, Unknown, Phase.REPLY),
    ({"DOT": SILENT}, True, Unknown, Phase.REPLY),
    ({"DOT": DRIP}, True, Unknown, Phase.REPLY),
    ({"DOT": "nonsense"}, True, Unknown, Phase.REPLY),
    ({"DOT": "354 go on"}, True, Unknown, Phase.REPLY),
    ({"DOT": f"250 2.0.0 kept{CLOSE}"}, True, Accepted, Phase.REPLY),
    ({"QUIT": "421 closing"}, True, Accepted, Phase.REPLY),
    ({"QUIT": CLOSE}, True, Accepted, Phase.REPLY),
    ({"QUIT": SILENT}, True, Accepted, Phase.REPLY),
    ({}, True, Accepted, Phase.REPLY),
]


@pytest.mark.parametrize(("script", "has_body", "kind", "phase"), TABLE)
def test_what_the_server_does_is_told_apart(
    script: dict[str, Any], has_body: bool, kind: type[Result], phase: Phase
) -> None:
    with ScriptedServer(**script) as server:
        result = handed_over(channel_to(server.port))
    assert (type(result), result.phase) == (kind, phase)
    assert bool(server.bodies) == has_body


def test_the_kinds_are_the_ones_that_decide_about_a_retry() -> None:
    assert issubclass(NotAcceptedNow, PassingFailure)
    assert issubclass(NeverAccepted, PermanentFailure)
    assert issubclass(RelayRefuses, DestinationRefuses)


def test_nobody_waits_at_an_address_where_nothing_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    refused = channel_to(port).ready()
    assert isinstance(refused, RelayRefuses)
    assert refused.phase == Phase.CONNECT


def test_a_refused_recipient_is_told_with_code_and_enhanced_status() -> None:
    with ScriptedServer(RCPT="550 5.1.1 nobody here") as server:
        result = handed_over(channel_to(server.port))
    assert isinstance(result, NeverAccepted)
    assert (result.code, result.enhanced, str(result)) == (550, "5.1.1", "550 5.1.1 nobody here")


@fault("F26", "one RCPT in each transaction")
def test_one_message_goes_to_one_recipient_f26() -> None:
    with ScriptedServer() as server:
        handed_over(channel_to(server.port))
    assert [command for command in server.commands if command.startswith("RCPT")] == [f"RCPT TO:<{NARI}>"]


def test_dots_at_the_beginning_of_lines_arrive_as_they_were(mail_server: MailServer) -> None:
    assert isinstance(handed_over(channel_to(mail_server.port)), Accepted)
    (arrived,) = mail_server.received
    assert arrived.raw == MESSAGE
    assert (arrived.sender, arrived.recipients) == (SENDER, (NARI,))


def test_a_large_message_arrives_whole(mail_server: MailServer) -> None:
    data = MESSAGE + b"".join(b".%06d %s\r\n" % (number, b"x" * 60) for number in range(4_000))
    assert isinstance(handed_over(channel_to(mail_server.port), data), Accepted)
    assert mail_server.received[0].raw == data


def test_the_null_sender_is_sent_as_one(mail_server: MailServer) -> None:
    channel = channel_to(mail_server.port)
    assert channel.ready() is None
    assert isinstance(channel.send("", NARI, MESSAGE, deadline=time.monotonic() + 5), Accepted)
    channel.quit()
    assert mail_server.received[0].sender in ("", "<>")


def test_one_connection_carries_many_messages(mail_server: MailServer) -> None:
    channel = channel_to(mail_server.port)
    for number in range(3):
        assert channel.ready() is None
        result = channel.send(SENDER, f"person{number}@example.org", MESSAGE, deadline=time.monotonic() + 5)
        assert isinstance(result, Accepted)
    channel.quit()
    assert [one.recipients for one in mail_server.received] == [(f"person{n}@example.org",) for n in range(3)]
    assert mail_server.connections == 1


def test_a_message_after_a_refused_one_is_not_harmed_by_it(mail_server: MailServer) -> None:
    mail_server.script("RCPT", "550 5.1.1 nobody here")
    channel = channel_to(mail_server.port)
    assert channel.ready() is None
    assert isinstance(channel.send(SENDER, "gone@example.org", MESSAGE, deadline=time.monotonic() + 5), NeverAccepted)
    assert channel.ready() is None
    assert isinstance(channel.send(SENDER, NARI, MESSAGE, deadline=time.monotonic() + 5), Accepted)
    channel.quit()
    assert [one.recipients for one in mail_server.received] == [(NARI,)]


def test_a_server_that_has_had_enough_of_a_connection_is_called_anew(mail_server: MailServer) -> None:
    """Exim says 421 to MAIL after so many messages on one; that is no refusal of everybody."""
    channel = channel_to(mail_server.port)
    for number in range(3):
        assert channel.ready() is None
        if number == 1:
            mail_server.script("MAIL", "421 4.7.0 too many messages in this connection")
        assert isinstance(channel.send(SENDER, NARI, MESSAGE, deadline=time.monotonic() + 5), Accepted)
    channel.quit()
    assert (len(mail_server.received), mail_server.connections) == (3, 2)


def test_a_421_on_a_fresh_connection_is_the_relays_and_asked_about_once(mail_server: MailServer) -> None:
    mail_server.always("MAIL", "421 4.3.2 not now")
    result = handed_over(channel_to(mail_server.port))
    assert isinstance(result, RelayRefuses)
    assert mail_server.connections == 1


def test_an_address_that_swallows_everything_leaves_time_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host with an IPv6 address that leads nowhere is reached by its other one."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, contextlib.ExitStack() as waiting:
        for _ in range(4):  # nobody accepts: what comes now waits for ever
            one = waiting.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        with ScriptedServer() as server:
            places = [full.getsockname(), ("127.0.0.1", server.port)]
            found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", place) for place in places]
            monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: found)
            assert isinstance(handed_over(channel_to(server.port)), Accepted)


def test_a_connection_that_was_lost_meanwhile_is_made_anew() -> None:
    with ScriptedServer(RSET=CLOSE) as server:
        channel = channel_to(server.port)
        assert channel.ready() is None
        assert isinstance(channel.send(SENDER, NARI, MESSAGE, deadline=time.monotonic() + 5), Accepted)
        assert channel.ready() is None
        assert isinstance(channel.send(SENDER, NARI, MESSAGE, deadline=time.monotonic() + 5), Accepted)
        channel.drop()
    assert len(server.bodies) == 2


def test_without_a_connection_nothing_is_sent() -> None:
    result = channel_to(1).send(SENDER, NARI, MESSAGE, deadline=time.monotonic() + 5)
    assert isinstance(result, NotAcceptedNow)


# Time -----------------------------------------------------------------------------------------------------------------


def test_silence_after_the_dot_is_unknown_only_when_the_final_timeout_is_over_f27() -> None:
    with ScriptedServer(DOT=SILENT) as server:
        began = time.monotonic()
        result = handed_over(channel_to(server.port))
        took = time.monotonic() - began
    assert isinstance(result, Unknown)
    assert took >= Fast().final_reply.total_seconds()


def test_the_final_reply_has_its_time_although_the_deadline_is_over() -> None:
    with ScriptedServer() as server:
        server.replies["DOT"] = SILENT
        channel = channel_to(server.port)
        assert channel.ready() is None
        began = time.monotonic()
        result = channel.send(SENDER, NARI, MESSAGE, deadline=began + 0.2)
        took = time.monotonic() - began
    assert isinstance(result, Unknown)
    assert took >= Fast().final_reply.total_seconds()


@fault("F29", "each step ends at its timeout")
@pytest.mark.parametrize("step", ["GREETING", "EHLO", "MAIL", "RCPT", "DATA"])
def test_a_server_of_one_byte_at_a_time_holds_a_step_no_longer_than_its_timeout_f29(step: str) -> None:
    drips: dict[str, Any] = {step: DRIP}
    with ScriptedServer(**drips) as server:
        began = time.monotonic()
        result = handed_over(channel_to(server.port))
        took = time.monotonic() - began
    assert isinstance(result, RelayRefuses if step in ("GREETING", "EHLO") else NotAcceptedNow)
    assert took < 3 * Fast().command.total_seconds()


def test_nothing_begins_after_the_deadline() -> None:
    with ScriptedServer() as server:
        channel = channel_to(server.port)
        assert channel.ready() is None
        result = channel.send(SENDER, NARI, MESSAGE, deadline=time.monotonic() - 1)
    assert isinstance(result, NotAcceptedNow)
    assert not [command for command in server.commands if command.startswith("MAIL")]


def test_the_one_who_holds_the_message_may_stop_it_before_the_body_f13() -> None:
    with ScriptedServer() as server:
        channel = channel_to(server.port)
        assert channel.ready() is None
        result = channel.send(SENDER, NARI, MESSAGE, deadline=time.monotonic() + 5, before_body=lambda: False)
    assert isinstance(result, Withheld)
    assert "DATA" not in server.commands
    assert server.bodies == []


def test_even_after_the_servers_go_on_the_body_can_be_withheld() -> None:
    answers = iter([True, False])
    with ScriptedServer() as server:
        channel = channel_to(server.port)
        assert channel.ready() is None
        result = channel.send(SENDER, NARI, MESSAGE, deadline=time.monotonic() + 5, before_body=lambda: next(answers))
    assert isinstance(result, Withheld)
    assert server.bodies == []


def test_a_server_that_hangs_up_before_the_last_piece_holds_nothing() -> None:
    pauses = iter([0.0, 0.3])

    def late() -> bool:
        time.sleep(next(pauses))
        return True

    with ScriptedServer(DATA=f"354 go on{CLOSE}") as server:
        channel = channel_to(server.port)
        assert channel.ready() is None
        result = channel.send(SENDER, NARI, MESSAGE, deadline=time.monotonic() + 5, before_body=late)
    assert isinstance(result, NotAcceptedNow)
    assert (result.phase, server.bodies) == (Phase.BODY, [])


@pytest.mark.parametrize("scale", [1.0, 0.02])
def test_a_lease_outlives_the_sum_of_one_sends_timeouts(scale: float) -> None:
    timeouts = SendingTimeouts.scaled(scale)
    sum_of_steps = timeouts.connect + 10 * timeouts.command + timeouts.final_reply
    assert timeouts.lease > sum_of_steps


def test_tests_can_stop_at_each_point() -> None:
    passed: list[str] = []
    with ScriptedServer() as server:
        channel = channel_to(server.port, crash_point=passed.append)
        assert channel.ready() is None
        channel.send(SENDER, NARI, MESSAGE + b"x\r\n" * 20_000, deadline=time.monotonic() + 5)
        channel.quit()
    assert passed == ["before_mail", "after_rcpt", *["in_body"] * passed.count("in_body"), "after_dot", "after_250"]
    assert "in_body" in passed


# What must never leave ------------------------------------------------------------------------------------------------

HOSTILE_ADDRESSES = [
    "nari@example.org\r\nRCPT TO:<other@example.org>",
    "nari@example.org\n",
    "nari@example.org> ORCPT=x",
    "nari@example.org>\r\nDATA",
    "a b@example.org",
    "<nari@example.org>",
    "nari",
    "nari@",
    "@example.org",
    "näri@example.org",
    "nari@example.org\x00",
    "",
]


@pytest.mark.parametrize("address", HOSTILE_ADDRESSES)
def test_no_address_carries_a_command(address: str) -> None:
    with ScriptedServer() as server:
        channel = channel_to(server.port)
        assert channel.ready() is None
        said = len(server.commands)
        as_recipient = channel.send(SENDER, address, MESSAGE, deadline=time.monotonic() + 5)
        if address:
            as_sender = channel.send(address, NARI, MESSAGE, deadline=time.monotonic() + 5)
            assert isinstance(as_sender, NeverAccepted)
        assert isinstance(as_recipient, NeverAccepted)
        assert len(server.commands) == said


@pytest.mark.parametrize(
    "data",
    [
        b"Subject: x\r\n\r\nbare\nline end\r\n",
        b"Subject: x\r\n\r\nbare\rreturn\r\n",
        b"Subject: x\r\n\r\nsmuggled\n.\r\nMAIL FROM:<evil@example.org>\r\n",
        b"Subject: x\r\n\r\nno end",
        b"",
    ],
)
def test_line_ends_that_two_servers_read_in_two_ways_stay_here(data: bytes) -> None:
    with ScriptedServer() as server:
        result = handed_over(channel_to(server.port), data)
    assert isinstance(result, NeverAccepted)
    assert server.bodies == []


# Encryption and sign-in -----------------------------------------------------------------------------------------------


@pytest.fixture
def encrypted() -> Iterator[MailServer]:
    with MailServer(tls=server_for("localhost"), starttls=True, credentials=("team", "secret")) as server:
        yield server


def test_starttls_and_sign_in_hand_the_message_over(encrypted: MailServer) -> None:
    channel = channel_to(encrypted.port, "starttls", user="team", password="secret", tls=trusting(), timeouts=LIFE)
    assert isinstance(handed_over(channel), Accepted)
    assert encrypted.received[0].raw == MESSAGE


def test_tls_from_the_first_byte_hands_the_message_over() -> None:
    with MailServer(tls=server_for("localhost")) as server:
        channel = channel_to(server.port, "tls", tls=trusting(), timeouts=LIFE)
        assert isinstance(handed_over(channel), Accepted)
    assert server.received[0].raw == MESSAGE


def test_a_stripped_starttls_is_refused_and_never_plain_f30() -> None:
    with ScriptedServer() as server:
        refused = channel_to(server.port, "starttls", user="team", password="secret").ready()
    assert isinstance(refused, RelayRefuses)
    assert refused.phase == Phase.TLS
    assert not [command for command in server.commands if command.split()[0] in ("AUTH", "MAIL")]


def test_a_refused_starttls_is_refused_and_never_plain_f30() -> None:
    with ScriptedServer(EHLO="250-here\r\n250 STARTTLS", STARTTLS="454 not now") as server:
        refused = channel_to(server.port, "starttls").ready()
    assert isinstance(refused, RelayRefuses)
    assert refused.code == 454
    assert "MAIL" not in " ".join(server.commands)


@fault("F30", "each kind of bad certificate is refused, never plain")
@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("wrong", ["unknown authority", "another host"])
def test_a_bad_certificate_is_refused_f30(security: str, wrong: str) -> None:
    certificate = server_for("elsewhere" if wrong == "another host" else "localhost")
    trust = trusting() if wrong == "another host" else ssl.create_default_context()
    with MailServer(tls=certificate, starttls=security == "starttls") as server:
        refused = channel_to(server.port, security, tls=trust, timeouts=LIFE).ready()
    assert isinstance(refused, RelayRefuses)
    assert refused.phase == Phase.TLS
    assert server.received == []
    told = of_pause(Pause(destination="relay", refusals=1, why=str(refused), since=datetime(2026, 11, 23, tzinfo=UTC)))
    assert told is not None, "it needs somebody at once"
    assert told.kind is AlertKind.NOT_ENCRYPTED


def test_words_put_behind_the_plain_reply_are_not_taken_for_the_servers_own() -> None:
    with ScriptedServer(
        server_for("localhost"), EHLO="250-here\r\n250 STARTTLS", STARTTLS="220 go\r\n250-evil\r\n250 AUTH PLAIN"
    ) as server:
        refused = channel_to(server.port, "starttls", tls=trusting()).ready()
    assert isinstance(refused, RelayRefuses)
    assert refused.phase == Phase.TLS


def test_a_refused_sign_in_is_the_relays_refusal_f31(encrypted: MailServer) -> None:
    channel = channel_to(encrypted.port, "starttls", user="team", password="wrong", tls=trusting(), timeouts=LIFE)
    refused = channel.ready()
    assert isinstance(refused, RelayRefuses)
    assert (refused.phase, refused.code) == (Phase.AUTH, 535)
    assert "wrong" not in str(refused)


def test_a_server_without_sign_in_is_refused_when_sign_in_was_asked_for() -> None:
    with ScriptedServer() as server:
        refused = channel_to(server.port, user="team", password="secret").ready()
    assert isinstance(refused, RelayRefuses)
    assert refused.phase == Phase.AUTH
