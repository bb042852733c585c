"""The door on the loopback, spoken to as a mail server does: the 250 comes after the commit."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from config_inbound import Listener, Protocol
from tests.acts.cast import Cast
from tests.inbound.conftest import DOMAIN, INBOUND, TEAM, written
from tests.times import FakeClock
from tracker.inbound import keeping
from tracker.inbound.receiver import Receiver
from tracker.store.base import db
from tracker.store.inbound_mails import InboundMail


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def opened(app: Flask, protocol: Protocol) -> Receiver:
    listener = Listener(protocol, "127.0.0.1", free_port())
    receiver = Receiver(app, replace(INBOUND, listen=listener), listener)
    receiver.book = replace(receiver.book, mail_from=f"post@{DOMAIN}")
    assert receiver.ensure()
    return receiver


@pytest.fixture
def door(app: Flask, cast: Cast, clock: FakeClock) -> Iterator[Receiver]:
    receiver = opened(app, "lmtp")
    yield receiver
    receiver.stop()


def lmtp(receiver: Receiver) -> smtplib.LMTP:
    return smtplib.LMTP("127.0.0.1", receiver.listener.port, local_hostname="localhost")


def rows() -> list[InboundMail]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(InboundMail).order_by(InboundMail.id)))


def test_a_mail_is_kept_byte_by_byte_with_its_envelope(door: Receiver) -> None:
    raw = written(TEAM).as_bytes().replace(b"\n", b"\r\n")
    with lmtp(door) as client:
        client.sendmail(f"nari@{DOMAIN}", [TEAM], raw)
    (row,) = rows()
    assert (row.raw, row.envelope_from, row.recipients) == (raw, f"nari@{DOMAIN}", [TEAM])


def test_a_mail_without_a_sender_is_taken_as_one(door: Receiver) -> None:
    with lmtp(door) as client:
        client.sendmail("", [f"bounce+abc@{DOMAIN}"], b"Subject: x\r\n\r\nx")
    assert rows()[0].envelope_from == ""


def test_the_same_mail_handed_over_twice_is_one_row(door: Receiver) -> None:
    """As after a 250 that was lost on its way."""
    for _ in range(2):
        with lmtp(door) as client:
            client.sendmail(f"nari@{DOMAIN}", [TEAM], written(TEAM).as_bytes())
    assert len(rows()) == 1


def test_each_recipient_gets_a_reply(door: Receiver) -> None:
    with lmtp(door) as client:
        refused = client.sendmail(f"nari@{DOMAIN}", [TEAM, f"post@{DOMAIN}"], written(TEAM).as_bytes())
        assert client.getreply()[0] == 250, "the library reads one reply, LMTP has two"
    assert refused == {}
    assert rows()[0].recipients == [TEAM, f"post@{DOMAIN}"]


def test_each_recipient_gets_a_refusal_too(door: Receiver) -> None:
    """Otherwise the mail server takes the next mail's reply for the second one of this."""
    with lmtp(door) as client:
        client.ehlo_or_helo_if_needed()
        client.mail(f"nari@{DOMAIN}")
        client.rcpt(TEAM)
        client.rcpt(f"post@{DOMAIN}")
        code, _ = client.data(b"x\r\n" * (keeping.MOST_BYTES // 3 + 1000))
        assert (code, client.getreply()[0]) == (552, 552)
        assert client.noop()[0] == 250
    assert rows() == []


def test_each_recipient_hears_that_it_is_put_off(door: Receiver) -> None:
    db.session.execute(sa.text("ALTER TABLE inbound_mail RENAME TO elsewhere"))
    db.session.commit()
    with lmtp(door) as client:
        client.ehlo_or_helo_if_needed()
        client.mail(f"nari@{DOMAIN}")
        client.rcpt(TEAM)
        client.rcpt(f"post@{DOMAIN}")
        code, _ = client.data(written(TEAM).as_bytes())
        assert (code, client.getreply()[0]) == (451, 451)
        client.rset()
        client.mail(f"nari@{DOMAIN}")
        client.rcpt(TEAM)
        assert client.data(written(TEAM).as_bytes())[0] == 451, "one recipient, one reply"
        assert client.noop()[0] == 250
    db.session.execute(sa.text("ALTER TABLE elsewhere RENAME TO inbound_mail"))
    db.session.commit()


def test_a_mail_with_umlauts_in_its_addresses_is_kept(door: Receiver) -> None:
    with lmtp(door) as client:
        client.command_encoding = "utf-8"
        client.ehlo_or_helo_if_needed()
        assert client.mail("näri@wäche.example", ["SMTPUTF8", "BODY=8BITMIME"])[0] == 250
        client.rcpt(TEAM)
        raw = "From: näri@wäche.example\r\nSubject: Größe\r\n\r\nx\r\n".encode()
        assert client.data(raw)[0] == 250
    (row,) = rows()
    assert (row.raw, row.envelope_from) == (raw, "näri@wäche.example")


@pytest.mark.parametrize("to", ["x@elsewhere.example", f"post+no-such-team@{DOMAIN}", f"info@{DOMAIN}"])
def test_to_nobody_here_is_refused_so_that_the_sender_hears_of_it(door: Receiver, to: str) -> None:
    with lmtp(door) as client, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        client.sendmail(f"nari@{DOMAIN}", [to], b"x")
    assert refused.value.recipients[to][0] == 550
    assert rows() == []


def test_thirty_megabytes_are_refused_before_they_come(door: Receiver) -> None:
    with lmtp(door) as client, pytest.raises(smtplib.SMTPException) as refused:
        client.sendmail(f"nari@{DOMAIN}", [TEAM], b"x" * 80 + b"\r\n" + b"x" * 30 * 1024 * 1024)
    assert "552" in str(refused.value)
    assert rows() == []


def test_a_line_of_a_megabyte_is_kept(door: Receiver) -> None:
    with lmtp(door) as client:
        client.sendmail(f"nari@{DOMAIN}", [TEAM], b"Subject: x\r\n\r\n" + b"a" * 1_000_000 + b"\r\n")
    assert len(rows()[0].raw) > 1_000_000


def test_what_cannot_be_kept_is_put_off_and_kept_the_next_time(door: Receiver) -> None:
    db.session.execute(sa.text("ALTER TABLE inbound_mail RENAME TO elsewhere"))
    db.session.commit()
    with lmtp(door) as client, pytest.raises(smtplib.SMTPException) as put_off:
        client.sendmail(f"nari@{DOMAIN}", [TEAM], written(TEAM).as_bytes())
    assert "451" in str(put_off.value)
    db.session.execute(sa.text("ALTER TABLE elsewhere RENAME TO inbound_mail"))
    db.session.commit()
    with lmtp(door) as client:
        client.sendmail(f"nari@{DOMAIN}", [TEAM], written(TEAM).as_bytes())
    assert len(rows()) == 1


def test_smtp_is_spoken_too(app: Flask, cast: Cast, clock: FakeClock) -> None:
    receiver = opened(app, "smtp")
    with smtplib.SMTP("127.0.0.1", receiver.listener.port, local_hostname="localhost") as client:
        client.sendmail(f"nari@{DOMAIN}", [TEAM, f"post@{DOMAIN}"], written(TEAM).as_bytes())
        client.noop()
    receiver.stop()
    assert len(rows()) == 1


def test_a_second_worker_of_the_same_machine_goes_on_without_the_door_and_gets_it_later(
    app: Flask, door: Receiver
) -> None:
    second = Receiver(app, door.book.inbound, door.listener)
    assert not second.ensure()
    door.stop()
    assert second.ensure()
    second.stop()
