"""Reaching out to an address that a team named, on real connections: to the checked machine, and no further."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import pytest

from tests.mail import certificates
from tests.receivers import Receiver, receiver
from tests.reliability import fault
from tests.times import instant
from tracker.domain.web_addresses import WebAddress
from tracker.notices.channels import doors
from tracker.notices.channels.doors import Doorway, Forbidden, NoReply, Reply, Unreachable

NOW = instant("Tuesday 2026-11-24 10:00")
HOME = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))
METADATA = "169.254.169.254"


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as made:
        yield made


def home(text: str = "127.0.0.1") -> Callable[[str, int], Sequence[str]]:
    return lambda host, port: [text]


at_home = home()


def doorway(
    resolve: Callable[[str, int], Sequence[str]] = at_home, *, seconds: float = 5.0, is_home_open: bool = True
) -> Doorway:
    within = timedelta(seconds=seconds)
    allowed = HOME if is_home_open else ()
    return Doorway(
        time.monotonic, connect=within, reply=within, allowed=allowed, resolve=resolve, tls=certificates.trusting()
    )


def address(there: Receiver, *, host: str = "hooks.example.org", scheme: str = "http") -> WebAddress:
    return WebAddress(scheme, host, there.port, "/in?team=1")


def post(door: Doorway, to: WebAddress, body: bytes = b'{"type":"test"}') -> Reply:
    return door.post(to, {"content-type": "application/json", "webhook-id": "msg_1"}, body, now=NOW)


def test_the_request_is_plain_http_to_the_host_by_its_name(there: Receiver) -> None:
    assert post(doorway(), address(there)) == Reply(204)
    (request,) = there.requests
    assert request.first == "POST /in?team=1 HTTP/1.1"
    assert request.headers["host"] == f"hooks.example.org:{there.port}"
    assert request.headers["webhook-id"] == "msg_1"
    assert request.body == b'{"type":"test"}'


def test_under_tls_the_certificate_is_the_names_while_the_connection_goes_to_the_number() -> None:
    with receiver(certificates.server_for("localhost")) as there:
        assert post(doorway(), address(there, host="localhost", scheme="https")) == Reply(204)
        assert there.names == ["localhost"]
        assert there.requests[0].headers["host"] == f"localhost:{there.port}"


def test_a_certificate_of_another_host_is_refused_and_nothing_is_said() -> None:
    with receiver(certificates.server_for("elsewhere")) as there:
        with pytest.raises(Unreachable, match=doors.BAD_CERTIFICATE):
            post(doorway(), address(there, host="localhost", scheme="https"))
        assert there.requests == []


def test_a_server_without_encryption_is_refused(there: Receiver) -> None:
    with pytest.raises(Unreachable):
        post(doorway(seconds=1), address(there, host="localhost", scheme="https"))
    assert there.requests == []


# F34: where a name leads to -------------------------------------------------------------------------------------------


@fault("F34", "a name that leads inside is not connected to")
@pytest.mark.parametrize(
    "inner", ["127.0.0.1", METADATA, "10.0.0.5", "::1", "::ffff:127.0.0.1", "fd00:ec2::254", "0.0.0.0"]
)
def test_f34_a_name_that_leads_inside_is_not_connected_to(there: Receiver, inner: str) -> None:
    with pytest.raises(Forbidden):
        post(doorway(home(inner), is_home_open=False), address(there, scheme="https"))
    assert there.connections == 0


@fault("F34", "one inner address among public ones: not connected to")
def test_f34_one_inner_address_among_public_ones_makes_the_name_a_trick(there: Receiver) -> None:
    both = doorway(lambda host, port: ["93.184.215.14", METADATA])
    with pytest.raises(Forbidden):
        post(both, address(there, scheme="https"))


@fault("F34", "rebinding: asked once, and connected to what was checked")
def test_f34_a_name_that_changes_its_mind_is_asked_once_and_gets_what_was_checked(there: Receiver) -> None:
    """DNS rebinding: the first answer is the allowed address, every later one an inner one."""
    answers = iter(["127.0.0.1", METADATA, METADATA])
    asked: list[str] = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return [next(answers)]

    door = doorway(rebinding)
    assert post(door, address(there)) == Reply(204)
    assert asked == ["hooks.example.org"]
    assert there.connections == 1
    with pytest.raises(Forbidden):  # the next message asks anew, and is judged anew
        post(door, address(there))
    assert there.connections == 1


@fault("F34", "rebinding the other way round: nothing is connected to")
def test_f34_the_other_way_round_nothing_is_connected_to_either(there: Receiver) -> None:
    answers = iter([METADATA, "127.0.0.1"])
    with pytest.raises(Forbidden):
        post(doorway(lambda host, port: [next(answers)]), address(there))
    assert there.connections == 0


@fault("F34", "302 to an inner address: an answer like any other, not followed")
def test_f34_a_redirect_is_an_answer_and_no_way(there: Receiver) -> None:
    with receiver() as inner:
        there.will_answer("302 Found", f"Location: http://{METADATA}/latest/meta-data/")
        there.will_answer("307 Temporary Redirect", f"Location: http://127.0.0.1:{inner.port}/")
        assert post(doorway(), address(there)).status == 302
        assert post(doorway(), address(there)).status == 307
        assert inner.connections == 0


def test_plain_http_to_the_internet_is_refused_also_where_inner_networks_are_open() -> None:
    with pytest.raises(Forbidden):
        post(doorway(home("93.184.215.14")), WebAddress("http", "hooks.example.org", 80, "/"))


def test_a_host_without_an_address_and_one_that_nobody_knows(there: Receiver) -> None:
    def unknown(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    def empty(host: str, port: int) -> Sequence[str]:
        return []

    for resolve in (unknown, empty):
        with pytest.raises(Unreachable, match=doors.NO_HOST):
            post(doorway(resolve), address(there))


def test_where_one_address_is_dead_the_next_is_tried(there: Receiver) -> None:
    assert post(doorway(lambda host, port: ["::1", "127.0.0.1"]), address(there)) == Reply(204)


def test_nobody_at_home() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(Unreachable, match=doors.NOBODY):
        post(doorway(), WebAddress("http", "hooks.example.org", port, "/"))


# What comes back ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "pause"),
    [
        ("Retry-After: 120", timedelta(minutes=2)),
        ("Retry-After: Tue, 24 Nov 2026 09:10:00 GMT", timedelta(minutes=10)),
        ("Retry-After: Tue, 24 Nov 2026 08:00:00 GMT", timedelta(0)),  # passed
        ("Retry-After: soon", None),
        ("Retry-After: -5", None),
        ("X-Other: 5", None),
    ],
)
def test_a_pause_that_is_asked_for_is_read(there: Receiver, header: str, pause: timedelta | None) -> None:
    there.will_answer("429 Too Many Requests", header)
    assert post(doorway(), address(there)) == Reply(429, pause)


def test_provisional_answers_are_passed_over(there: Receiver) -> None:
    there.script.append(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 202 Accepted\r\n\r\n")
    assert post(doorway(), address(there)) == Reply(202)


def test_a_body_is_not_waited_for(there: Receiver) -> None:
    there.script.append(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
    began = time.monotonic()
    assert post(doorway(seconds=5), address(there)) == Reply(200)
    assert time.monotonic() - began < 4


@pytest.mark.parametrize(
    "answer",
    [b"220 mail.example ESMTP\r\n\r\n", b"HTTP/1.1 999 Odd\r\n\r\n", b"\x00" * 70_000 + b"\r\n\r\n", b"\r\n\r\n"],
)
def test_what_is_no_http_is_no_answer(there: Receiver, answer: bytes) -> None:
    there.script.append(answer)
    with pytest.raises(NoReply, match=doors.NOT_HTTP):
        post(doorway(), address(there))


def test_a_connection_that_ends_without_an_answer(there: Receiver) -> None:
    there.script.append(b"")
    with pytest.raises(NoReply, match=doors.CUT_OFF):
        post(doorway(), address(there))


def test_f29_silence_and_a_byte_now_and_then_both_end_in_time(there: Receiver) -> None:
    there.script.append(None)
    began = time.monotonic()
    with pytest.raises(NoReply, match=doors.TOO_SLOW):
        post(doorway(seconds=0.5), address(there))
    assert time.monotonic() - began < 3
    with drip() as slow:
        began = time.monotonic()
        with pytest.raises(NoReply, match=doors.TOO_SLOW):
            post(doorway(seconds=0.5), WebAddress("http", "hooks.example.org", slow.getsockname()[1], "/"))
        assert time.monotonic() - began < 3


def drip() -> socket.socket:
    """A server that sends one byte every 50 ms, for ever."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            try:
                while True:
                    connection.sendall(b"H")
                    time.sleep(0.05)
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    return server
