"""With a real Postfix and a real Dovecot: raise by mail, notice out, reply by mail, answer out, digest out."""

from __future__ import annotations

import imaplib
import smtplib
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from flask import Flask

from config import SmtpServer
from config_inbound import ImapServer, Inbound, Listener
from tests.acts.cast import Cast, assemble, at
from tests.inbound.conftest import written
from tests.inbound.mail_servers import NOWHERE, OURS, PASSWORD, PEOPLE, MailServers
from tests.mail.certificates import FOLDER, trusting
from tests.times import FakeClock
from tracker.acts import answers
from tracker.domain import bounces
from tracker.domain.outcomes import Outcome
from tracker.inbound import imap, keeping
from tracker.store import entries, inbound_mails, suggestions
from tracker.store.base import db
from tracker.store.entries import EntryKind, Via
from tracker.store.inbound_mails import InboundMail, InboundState
from tracker.store.people import Person
from tracker.worker.inbound import Ears
from tracker.worker.passes import one_pass

pytestmark = [pytest.mark.databases("sqlite"), pytest.mark.xdist_group("mail_servers")]


@pytest.fixture(scope="module")
def servers() -> Iterator[MailServers]:
    with MailServers() as running:
        yield running


@dataclass
class Site:
    """A Tracker between the two servers, and the people whose mailboxes they keep."""

    app: Flask
    cast: Cast
    servers: MailServers
    clock: FakeClock
    seen: dict[str, int]

    def a_pass(self, when: str) -> None:
        self.clock.set(when)
        one_pass(self.app)

    def write(self, who: str, to: str, text: str, **headers: str) -> None:
        """From a person's own program, through Postfix, until it lies where it belongs."""
        mail = written(to, text, sender=f"{who}@{PEOPLE}", **headers)
        with smtplib.SMTP("127.0.0.1", self.servers.smtp_port, local_hostname="localhost") as client:
            client.send_message(mail, f"{who}@{PEOPLE}", [to])
        self.seen["tracker"] += 1
        self.servers.wait_for("tracker", self.seen["tracker"])

    def gets(self, who: str) -> EmailMessage:
        """The next mail in somebody's mailbox, which has to come."""
        self.seen[who] = self.seen.get(who, 0) + 1
        raw = self.servers.wait_for(who, self.seen[who])[self.seen[who] - 1]
        mail = message_from_bytes(raw, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        return mail


def words(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def mailbox(servers: MailServers, **changes: object) -> ImapServer:
    values = {"host": "localhost", "port": servers.imap_port, "security": "tls", "user": "tracker"}
    return ImapServer(**{**values, "password": PASSWORD, **changes})  # type: ignore[arg-type]


def settings(servers: MailServers) -> dict[str, object]:
    return {
        "public_url": f"https://{OURS}",
        "smtp": SmtpServer("127.0.0.1", servers.smtp_port, "plain"),
        "mail_from": f"post@{OURS}",
        "inbound": Inbound(
            imap=mailbox(servers),
            reply_address=f"reply@{OURS}",
            team_address="post+{team}@" + OURS,
            bounce_address=f"bounce@{OURS}",
        ),
    }


def at_people(cast: Cast) -> None:
    for person in (cast.nari, cast.pit, cast.juri, cast.anke):
        person.email = f"{person.name.lower()}@{PEOPLE}"
    for person in (cast.juri, cast.anke, cast.melodie, cast.jo):
        person.digest_on = False
    db.session.commit()


@pytest.fixture
def site(
    servers: MailServers, make_app: Callable[..., Flask], clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Site]:
    # As a machine trusts its own authorities: the certificate is checked as in life.
    monkeypatch.setenv("SSL_CERT_FILE", str(FOLDER / "authority.pem"))
    app = make_app(**settings(servers))
    with app.app_context():
        cast = assemble()
        at_people(cast)
        before = {who: len(servers.mails_of(who)) for who in ("tracker", "nari", "pit", "juri", "anke")}
        yield Site(app, cast, servers, clock, before)


def test_a_story_by_mail_alone(site: Site) -> None:
    # Tuesday night Nari writes to her team, and gets the receipt.
    site.clock.set("Tuesday 2026-11-24 23:10")
    site.write(
        "nari", f"post+nachtwache@{OURS}", "Seit dem Update wird aus Grüße Gr**e.", Subject="Filter frisst Umlaute"
    )
    site.a_pass("Tuesday 2026-11-24 23:11")
    receipt = site.gets("nari")
    assert str(receipt["Subject"]) == "Angekommen: Filter frisst Umlaute (#41)"
    assert str(receipt["Return-Path"]).startswith("<bounce+")
    assert "Antworten geht auch direkt auf diese Mail." in words(receipt)
    # Thursday morning Pit reads what he owes, and answers the mail with plain words.
    site.a_pass("Thursday 2026-11-26 09:00")
    daily = site.gets("pit")
    assert "#41 Filter frisst Umlaute" in words(daily)
    site.write("pit", str(daily["Reply-To"]), "ist gefixt", Subject="AW: " + str(daily["Subject"]))
    site.a_pass("Thursday 2026-11-26 09:10")
    told = site.gets("pit")
    assert "Das ist ein Kommentar, noch keine Antwort. Mach eine daraus:" in words(told)
    assert str(told["Auto-Submitted"]) == "auto-replied"
    # A quarter of an hour later Nari reads the comment, and replies to it; the quotation stays behind.
    site.a_pass("Thursday 2026-11-26 09:26")
    comment = site.gets("nari")
    quoted = "\n".join(f"> {line}" for line in str(comment.get_body(("plain",)).get_content()).splitlines())  # type: ignore[union-attr]
    site.write("nari", str(comment["Reply-To"]), f"Am Handy noch nicht.\n\n{quoted}")
    site.a_pass("Thursday 2026-11-26 09:30")
    s = suggestions.by_number(site.cast.team.id, 41)
    assert s is not None
    said = [(one.text, one.via) for one in entries.of_kinds(s.id, EntryKind.COMMENT)]
    assert said == [("ist gefixt", Via.MAIL), ("Am Handy noch nicht.", Via.MAIL)]
    assert "Was du geschrieben hast, steht jetzt in #41." in words(site.gets("nari"))
    # Pit answers on the page; the answer goes out, and on Monday the overview.
    answers.answer(
        s, by=db.session.get_one(Person, site.cast.pit.id), now=at("Thursday 2026-11-26 10:00"), via=Via.WEB,
        outcome=Outcome.DONE, text="Jetzt auch am Handy.",
    )  # fmt: skip
    db.session.commit()
    site.a_pass("Thursday 2026-11-26 10:02")
    assert "Jetzt auch am Handy." in words(site.gets("nari"))
    site.a_pass("Monday 2026-11-30 18:00")
    assert str(site.gets("nari")["Subject"]).startswith("Deine Woche:")
    states = db.session.execute(sa.select(InboundMail.state, InboundMail.reason).order_by(InboundMail.id)).all()
    assert [tuple(one) for one in states] == [
        (InboundState.DONE, "raised"), (InboundState.DONE, "comment"), (InboundState.DONE, "comment"),
    ]  # fmt: skip


def test_what_postfix_cannot_deliver_comes_back_and_is_counted(site: Site) -> None:
    ears = Ears(site.app)
    receiver = opened_door(site.app, site.servers)
    site.cast.nari.email = f"nari@{NOWHERE}"
    site.cast.nari.news_in_app = True
    db.session.commit()
    with smtplib.SMTP("127.0.0.1", site.servers.smtp_port, local_hostname="localhost") as client:
        mail = written(f"post+nachtwache@{OURS}", sender=f"nari@{NOWHERE}")
        client.send_message(mail, f"nari@{NOWHERE}", [f"post+nachtwache@{OURS}"])
    site.seen["tracker"] += 1
    site.servers.wait_for("tracker", site.seen["tracker"])
    site.a_pass("Tuesday 2026-11-24 23:11")
    site.servers.wait_for("tracker", site.seen["tracker"] + 1)
    ears.hear(now=site.clock.now())
    receiver.stop()
    db.session.expire_all()
    assert db.session.get_one(Person, site.cast.nari.id).bounce_score == bounces.HARD
    assert inbound_mails.newest((), limit=1)[0].reason == "bounce"


def opened_door(app: Flask, servers: MailServers) -> Ears:
    """Tracker's own door, at the port to which Postfix hands over."""
    from tracker.inbound.receiver import Receiver

    listener = Listener("lmtp", "127.0.0.1", servers.lmtp_port)
    inbound = Inbound(listen=listener, reply_address="reply@lmtp.example", team_address="post+{team}@lmtp.example")
    ears = Ears(app)
    ears.receiver = Receiver(app, inbound, listener)
    assert ears.receiver.ensure()
    return ears


def test_postfix_hands_a_mail_over_and_hears_that_it_is_kept(site: Site) -> None:
    door = opened_door(site.app, site.servers)
    to = "post+nachtwache@lmtp.example"
    with smtplib.SMTP("127.0.0.1", site.servers.smtp_port, local_hostname="localhost") as client:
        client.send_message(written(to, sender=f"nari@{PEOPLE}"), f"nari@{PEOPLE}", [to])
    wait_until(lambda: "status=sent (250 2.0.0 kept)" in site.servers.log(), site.servers)
    door.stop()
    db.session.rollback()
    (mail,) = inbound_mails.newest((), limit=5)
    assert (mail.envelope_from, mail.recipients) == (f"nari@{PEOPLE}", [to])


def wait_until(is_so: Callable[[], bool], servers: MailServers) -> None:
    import time

    until = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < until, servers.log()
        time.sleep(0.05)


# The mailbox, as Dovecot keeps it -------------------------------------------------------------------------------------


def fetch(site: Site, **changes: object) -> int:
    return imap.fetch(mailbox(site.servers, **changes), now=site.clock.now(), tls=trusting)


def flags(site: Site) -> list[bytes]:
    """Of every mail in Tracker's mailbox."""
    with imaplib.IMAP4_SSL("localhost", site.servers.imap_port, ssl_context=trusting()) as client:
        client.login("tracker", PASSWORD)
        client.select("INBOX", readonly=True)
        _status, found = client.uid("FETCH", "1:*", "(FLAGS)")
    return [one for one in found if isinstance(one, bytes)]


def mark(site: Site, flag: str, how: str = "+FLAGS") -> None:
    with imaplib.IMAP4_SSL("localhost", site.servers.imap_port, ssl_context=trusting()) as client:
        client.login("tracker", PASSWORD)
        client.select("INBOX")
        client.uid("STORE", "*", how, flag)


def rows() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(InboundMail)) or 0


def test_what_is_kept_is_marked_as_seen_and_not_fetched_again(site: Site) -> None:
    site.write("nari", f"post+nachtwache@{OURS}", "Eins")
    assert (fetch(site), fetch(site), rows()) == (1, 0, 1)
    assert all(b"\\Seen" in one for one in flags(site))


def test_one_that_was_kept_and_not_acknowledged_is_acknowledged_without_a_second_copy(site: Site) -> None:
    """As when the power goes between the commit and the word to the server."""
    site.write("nari", f"post+nachtwache@{OURS}", "Zwei")
    fetch(site)
    mark(site, "\\Seen", "-FLAGS")
    assert (fetch(site), rows()) == (0, 1)
    assert all(b"\\Seen" in one for one in flags(site))


def test_one_that_a_person_opened_first_is_not_missed(site: Site) -> None:
    site.write("nari", f"post+nachtwache@{OURS}", "Drei")
    fetch(site)
    site.write("nari", f"post+nachtwache@{OURS}", "Vier")
    mark(site, "\\Seen")
    assert (fetch(site), rows()) == (1, 2)


def test_what_cannot_be_stored_stays_unseen_and_comes_again(site: Site) -> None:
    site.write("nari", f"post+nachtwache@{OURS}", "Fünf")
    db.session.execute(sa.text("ALTER TABLE inbound_mail RENAME TO elsewhere"))
    db.session.commit()
    with pytest.raises(sa.exc.OperationalError):
        fetch(site)
    db.session.rollback()
    db.session.execute(sa.text("ALTER TABLE elsewhere RENAME TO inbound_mail"))
    db.session.commit()
    assert (fetch(site), rows()) == (1, 1)


def test_of_a_mail_that_is_too_large_the_headers_come_and_the_sender_hears_of_it(site: Site) -> None:
    fetch(site)
    site.write("nari", f"post+nachtwache@{OURS}", ("x" * 75 + "\n") * (keeping.MOST_BYTES // 76 + 1000))
    site.a_pass("Tuesday 2026-11-24 23:11")
    mail = inbound_mails.newest((), limit=1)[0]
    assert (mail.state, mail.reason) == (InboundState.REFUSED, "too_large")
    assert len(mail.raw) < 2000 < keeping.MOST_BYTES < mail.size
    assert "Sie ist zu groß" in words(site.gets("nari"))


def test_a_wrong_password_and_a_stranger_at_the_door_are_said_and_nothing_is_lost(site: Site) -> None:
    site.write("nari", f"post+nachtwache@{OURS}", "Sechs")
    with pytest.raises(imap.Unreachable, match=r"(?i)failed"):
        fetch(site, password="falsch")
    with pytest.raises(imap.Unreachable, match=r"(?i)certificate"):
        imap.fetch(mailbox(site.servers), now=site.clock.now(), tls=untrusting)
    with pytest.raises(imap.Unreachable):
        fetch(site, port=1)
    assert (fetch(site), rows()) == (1, 1)


def untrusting() -> ssl.SSLContext:
    """Checks as in life, and knows no authority that signed this server."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
