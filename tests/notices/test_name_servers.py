"""The DNS is asked as it is: by datagrams, by a stream where an answer is long, and not for longer than people wait."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.name_server import NameServer, name_server
from tracker.domain.dns_answers import Answer, Failure
from tracker.notices.channels.name_servers import NameServers

ZONE = {
    "TXT nachtwache.org": ['"v=spf1 " "mx -all"', '"\\255\\254 not a text"'],
    "MX nachtwache.org": ["20 mx2.nachtwache.org.", "10 mx1.nachtwache.org."],
    "TXT s1._domainkey.nachtwache.org": [f'"v=DKIM1; p=" "{"x" * 250}" "{"y" * 250}" "{"z" * 250}"'],
    "MX nowhere.org": ["0 ."],
}


@pytest.fixture
def there() -> Iterator[NameServer]:
    with name_server(ZONE) as made:
        yield made


def test_texts_come_joined_and_as_they_are_and_mail_servers_with_their_number(there: NameServer) -> None:
    asking = there.servers().asking()
    assert set(asking.ask("nachtwache.org", "TXT").records) == {b"v=spf1 mx -all", b"\xff\xfe not a text"}
    assert set(asking.ask("nachtwache.org", "MX").records) == {b"10 mx1.nachtwache.org.", b"20 mx2.nachtwache.org."}
    assert asking.ask("nowhere.org", "MX") == Answer((b"0 .",))


def test_a_long_answer_comes_by_a_stream(there: NameServer) -> None:
    (key,) = there.servers().asking().ask("s1._domainkey.nachtwache.org", "TXT").records
    assert key == b"v=DKIM1; p=" + b"x" * 250 + b"y" * 250 + b"z" * 250
    assert there.asked == ["TXT s1._domainkey.nachtwache.org"] * 2


def test_a_name_without_such_a_record_and_one_that_is_not_there_have_none(there: NameServer) -> None:
    asking = there.servers().asking()
    assert asking.ask("nowhere.org", "TXT") == Answer()
    assert asking.ask("_dmarc.nachtwache.org", "TXT") == Answer()


def test_a_server_that_is_broken_has_not_said_that_nothing_is_there(there: NameServer) -> None:
    there.is_broken = True
    assert there.servers().asking().ask("nachtwache.org", "TXT") == Answer(failure=Failure.REFUSED)


@pytest.mark.parametrize("name", ["x" * 64 + ".org", "a..org", "x." * 200])
def test_what_is_no_name_is_an_answer_too(there: NameServer, name: str) -> None:
    assert there.servers().asking().ask(name, "TXT") == Answer(failure=Failure.REFUSED)
    assert there.asked == []


def test_an_answer_that_is_nonsense_is_none(there: NameServer) -> None:
    there.says_nonsense = True
    assert there.servers(seconds=0.3).asking().ask("nachtwache.org", "TXT").failure is not None


def test_all_questions_together_have_their_time_and_what_comes_later_is_not_asked(there: NameServer) -> None:
    there.is_silent = True
    asking = there.servers(seconds=0.3).asking()
    began = time.monotonic()
    assert [asking.ask("nachtwache.org", kind).failure for kind in ("TXT", "MX", "TXT")] == [Failure.TOO_SLOW] * 3
    assert time.monotonic() - began < 1.5


def test_where_nobody_listens_that_is_said_in_time() -> None:
    with name_server({}) as gone:
        servers: NameServers = gone.servers(seconds=0.3)
    assert servers.asking().ask("nachtwache.org", "TXT").failure is not None
