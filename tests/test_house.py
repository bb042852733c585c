"""The house itself: fresh databases, sockets that stay home, a clock to turn, real mail, catalogues that are true."""

from __future__ import annotations

import os
import smtplib
import socket
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from babel.messages.catalog import Catalog
from flask import Flask

from tests import databases
from tests.checks import migrations, translations
from tests.guards import ReachedOut
from tests.mail_server import DROP, HANG, MailServer, Phase
from tests.times import FakeClock, instant
from tracker import clock as the_clock
from tracker.store.base import db
from tracker.store.pulse import Heartbeat

# Databases ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("again", [1, 2, 3])
def test_a_commit_is_real_and_the_next_test_finds_a_fresh_database(app: Flask, again: int) -> None:
    with app.app_context():
        assert {t.name: _rows(t) for t in db.metadata.sorted_tables if _rows(t)} == {}
        db.session.add(Heartbeat(tick="sweep", at=datetime.now(UTC), facts={}))
        db.session.commit()
    with app.app_context():
        assert _rows(Heartbeat.__table__) == 1
        db.session.add(Heartbeat(tick="delivery", at=datetime.now(UTC), facts={}))
        db.session.flush()  # left open on purpose: the next test must not wait for it


def _rows(table: sa.FromClause) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_a_fresh_database_counts_from_one(app: Flask, database_kind: str) -> None:
    assert db_name(app) == database_kind
    with app.app_context():
        counters = [table for table in db.metadata.sorted_tables if "id" in table.c]
        assert len(counters) > 10
        if database_kind == "postgresql":
            query = sa.text("SELECT count(*) FROM pg_sequences WHERE last_value IS NOT NULL")
            assert db.session.scalar(query) == 0


def db_name(app: Flask) -> str:
    with app.app_context():
        return db.engine.dialect.name


def test_a_fresh_database_has_the_newest_version(app: Flask) -> None:
    with app.app_context():
        assert db.session.scalar(sa.text("SELECT count(*) FROM alembic_version")) == 1


@pytest.mark.databases("sqlite")
def test_a_marker_keeps_a_test_to_one_database(database_url: str) -> None:
    assert database_url.startswith("sqlite:///")


def test_the_migrations_lead_to_the_tables_of_the_code(empty_app: Flask) -> None:
    assert migrations.differences(empty_app) == []


def test_a_table_that_no_migration_makes_is_seen(empty_app: Flask) -> None:
    table = sa.Table("forgotten_by_migrations", db.metadata, sa.Column("id", sa.Integer, primary_key=True))
    try:
        assert "forgotten_by_migrations" in " ".join(migrations.differences(empty_app))
    finally:
        db.metadata.remove(table)


def test_what_a_killed_run_left_is_cleared_away_and_a_living_ones_is_not(tmp_path: Path) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    for name, pid in (("dead", ended.pid), ("living", os.getpid())):
        (tmp_path / f"{databases.PREFIX}{name}").mkdir()
        (tmp_path / f"{databases.PREFIX}{name}" / "pid").write_text(str(pid))
    databases.clear_away_what_killed_runs_left(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [f"{databases.PREFIX}living"]


# Sockets and clocks ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_no_test_reaches_another_machine(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as sock, pytest.raises(ReachedOut, match=host):
        sock.connect((host, 25))
    with socket.socket(family, socket.SOCK_DGRAM) as sock, pytest.raises(ReachedOut, match=host):
        sock.sendto(b"", (host, 53))


def test_no_test_looks_a_name_up() -> None:
    with pytest.raises(ReachedOut, match="relay"):
        socket.create_connection(("relay.example", 25))
    assert socket.getaddrinfo("localhost", 25)


def test_no_test_looks_a_second_time_from_within_a_page() -> None:
    """The policy of our pages forbids ``eval``, and that is how Playwright looks again: ``conftest.until`` does not."""
    waits = ".wait_for_" + "function("
    assert [path for path in Path(__file__).parent.rglob("*.py") if waits in path.read_text()] == []


def test_the_suite_runs_in_a_zone_that_nobody_expects() -> None:
    assert datetime(2026, 11, 24).astimezone().utcoffset() == timedelta(hours=13, minutes=45)


def test_a_time_is_said_with_its_weekday_and_a_wrong_one_is_refused() -> None:
    assert instant("Tuesday 2026-11-24 23:10") == datetime(2026, 11, 24, 22, 10, tzinfo=UTC)
    assert instant("Tue 2026-11-24 23:10:30", "UTC") == datetime(2026, 11, 24, 23, 10, 30, tzinfo=UTC)
    with pytest.raises(ValueError, match="is a Tuesday"):
        instant("Monday 2026-11-24 23:10")


def test_the_clock_stands_until_it_is_turned(clock: FakeClock) -> None:
    assert the_clock.now() == instant("Tuesday 2026-11-24 10:00")
    before = the_clock.monotonic()
    clock.move(hours=4)
    assert the_clock.now() == instant("Tuesday 2026-11-24 14:00")
    assert the_clock.monotonic() - before == 4 * 3600
    clock.set("Tuesday 2026-11-24 13:00")
    assert the_clock.now() == instant("Tuesday 2026-11-24 13:00")
    assert the_clock.monotonic() - before == 4 * 3600, "a monotonic clock never goes back"


# Mail -----------------------------------------------------------------------------------------------------------------

MESSAGE = b"Subject: Angekommen\r\nFrom: post@tracker.example\r\nTo: nari@example.org\r\n\r\nEine Antwort bis Do.\r\n"


def client_of(server: MailServer, timeout: float = 5) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", server.port, local_hostname="localhost", timeout=timeout)


def send(client: smtplib.SMTP) -> None:
    client.sendmail("bounce@tracker.example", ["nari@example.org"], MESSAGE)


def test_the_mail_server_keeps_what_it_was_given(mail_server: MailServer) -> None:
    with client_of(mail_server) as client:
        send(client)
    (received,) = mail_server.to("nari@example.org")
    assert (received.sender, received.subject, received.text) == (
        "bounce@tracker.example",
        "Angekommen",
        "Eine Antwort bis Do.\n",
    )
    assert received.raw == MESSAGE
    assert mail_server.connections == 1


@pytest.mark.parametrize("phase", ["MAIL", "RCPT", "DATA", "DOT"])
def test_the_mail_server_says_what_it_is_told_to_say_and_then_the_usual_again(
    mail_server: MailServer, phase: Phase
) -> None:
    mail_server.script(phase, "451 4.3.0 later")
    with client_of(mail_server) as client:
        with pytest.raises(smtplib.SMTPException) as refused:
            send(client)
        assert "later" in str(refused.value)
        client.rset()
        send(client)
    assert len(mail_server.accepted) == 1
    assert len(mail_server.received) == (2 if phase == "DOT" else 1)


@pytest.mark.parametrize("phase", ["EHLO", "MAIL", "RCPT", "DATA", "DOT"])
def test_the_mail_server_hangs_up_where_it_is_told_to(mail_server: MailServer, phase: Phase) -> None:
    mail_server.script(phase, DROP)
    client = client_of(mail_server)
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)):
        send(client)
    client.close()
    assert [one.accepted for one in mail_server.received] == ([False] if phase == "DOT" else [])


def test_the_mail_server_falls_silent_where_it_is_told_to(mail_server: MailServer) -> None:
    mail_server.always("DOT", HANG)
    client = client_of(mail_server, timeout=0.2)
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        send(client)
    client.close()
    assert [one.accepted for one in mail_server.received] == [False]


def test_the_mail_server_lets_in_who_knows_the_password() -> None:
    with MailServer(credentials=("pit", "geheim")) as server:
        assert server.url == f"smtp://pit:geheim@127.0.0.1:{server.port}"
        with client_of(server) as client:
            with pytest.raises(smtplib.SMTPSenderRefused, match="sign in first"):
                send(client)
            with pytest.raises(smtplib.SMTPAuthenticationError):
                client.login("pit", "falsch")
            client.login("pit", "geheim")
            send(client)
        assert len(server.accepted) == 1


# Catalogues -----------------------------------------------------------------------------------------------------------


def catalogue(*messages: tuple[str | tuple[str, str], str | tuple[str, str]], fuzzy: bool = False) -> Catalog:
    made = Catalog(locale="de")
    for text, translated in messages:
        made.add(text, translated, flags=["fuzzy"] if fuzzy else [])
    return made


HELLO = "Answer by %(day)s"
MANY = ("%(num)s answer", "%(num)s answers")


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (catalogue(), "missing"),
        (catalogue((HELLO, "")), "not translated"),
        (catalogue((HELLO, "Antwort bis %(day)s"), fuzzy=True), "fuzzy"),
        (catalogue((HELLO, "Antwort bis %(tag)s")), "other places"),
        (catalogue((HELLO, "Antwort bis")), "other places"),
        (catalogue((HELLO, "Antwort bis %(day)s"), ("Gone", "Weg")), "nothing says this any more"),
    ],
)
def test_a_catalogue_that_lags_behind_the_texts_is_seen(made: Catalog, words: str) -> None:
    (said,) = translations.complaints(catalogue((HELLO, "")), made, "de")
    assert words in said


def test_a_plural_that_leaves_its_number_out_is_seen_and_a_whole_catalogue_is_let_be() -> None:
    whole = catalogue((HELLO, "Antwort bis %(day)s"), (MANY, ("%(num)s Antwort", "%(num)s Antworten")))
    lacking = catalogue((HELLO, "Antwort bis %(day)s"), (MANY, ("%(num)s Antwort", "viele Antworten")))
    found = catalogue((HELLO, ""), (MANY, ("", "")))
    assert list(translations.complaints(found, whole, "de")) == []
    assert len(list(translations.complaints(found, lacking, "de"))) > 0


def test_the_search_finds_texts_of_code_and_of_templates() -> None:
    found = translations.texts()
    rooms = {location.partition("/")[0] for message in found for location, _ in message.locations}
    assert rooms == {"tracker", "templates"}
