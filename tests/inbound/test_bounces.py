"""Mails that come back: which one it was, what it counts, and who hears of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.acts.cast import Cast, raised
from tests.acts.deeds import does
from tests.inbound.conftest import DOMAIN, INBOUND, NOW, Postman, Story, written
from tests.notices.seen import each_by_itself
from tracker.acts import bounces as bounce_acts
from tracker.acts import suggestions as verbs
from tracker.acts import support
from tracker.domain import bounces
from tracker.inbound import reports
from tracker.notices import tokens, topics
from tracker.notices.telling import BOUNCED
from tracker.notices.tokens import Purpose
from tracker.notices.topics import Topic
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.inbound_mails import InboundState
from tracker.store.notices import Delivery, Notice, NoticeState
from tracker.store.people import Person


def report(
    to: str,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    about: str = "x@y",
    sender: str = "MAILER-DAEMON@x.example",
) -> bytes:
    """As Postfix writes it (RFC 3464)."""
    return f"""From: {sender}
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

This is the mail system.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Wed, 25 Nov 2026 10:00:00 +0100

Final-Recipient: rfc822; nari@nachtwache.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such user

--b
Content-Type: text/rfc822-headers

Message-ID: <{about}>
Subject: Angekommen

--b--
""".encode()


def envelope_of(postman: Postman, to: str, template: str) -> str:
    sent = [one for one in postman.post.sent if (one.to, one.template) == (to, template)]
    address = sent[-1].letter.envelope_from
    assert address is not None
    return address


@pytest.mark.parametrize(
    ("action", "status", "counted"),
    [
        ("failed", "5.1.1", bounces.HARD),
        ("Failed", "5.4.4", bounces.HARD),
        ("failed", "5.2.2", bounces.SOFT),
        ("failed", "5.7.1", bounces.SOFT),
        ("failed", "4.4.1", bounces.SOFT),
        ("failed", "", bounces.SOFT),
        ("delayed", "4.4.1", 0),
        ("delivered", "2.0.0", 0),
        ("relayed", "2.0.0", 0),
        ("", "5.1.1", 0),
    ],
)
def test_what_a_report_counts(action: str, status: str, counted: int) -> None:
    assert bounces.weight(action, status) == counted


def test_a_report_is_read_with_the_mail_it_is_about() -> None:
    assert reports.read(report("b@x")) == reports.Report("failed", "5.1.1", "x@y")
    assert reports.read(b"From: x\r\n\r\nfailed 5.1.1") is None
    assert reports.read(b"Content-Type: multipart/report\r\n\r\nx") is None


EXCHANGE = b"""From: Microsoft Outlook <postmaster@firm.onmicrosoft.example>
Subject: Unzustellbar: Angekommen
Content-Type: multipart/report; report-type=delivery-status; boundary="b"
Content-Language: de-DE
Auto-Submitted: auto-replied
MIME-Version: 1.0

--b
Content-Type: multipart/alternative; differences=Content-Type; boundary="c"

--c
Content-Type: text/plain; charset="iso-8859-1"
Content-Transfer-Encoding: quoted-printable

Ihre Nachricht an nari@firm.example konnte nicht zugestellt werden.

--c--

--b
Content-Type: message/delivery-status

Reporting-MTA: dns;AM0PR01.eurprd01.prod.exchange.example
Received-From-MTA: dns;mx.example
Arrival-Date: Wed, 25 Nov 2026 10:00:00 +0000

Original-Recipient: rfc822;nari@firm.example
Final-Recipient: rfc822;nari@firm.example
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient
 not found by SMTP address lookup

--b
Content-Type: message/rfc822

From: post@nachtwache.example
Message-ID: <x@y>
Subject: Angekommen

x
--b--
"""
GMAIL = b"""From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>
X-Failed-Recipients: nari@googlemail.example
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
Content-Type: multipart/report; boundary="b"; report-type=delivery-status

--b
Content-Type: multipart/related; boundary="c"

--c
Content-Type: text/plain; charset="UTF-8"

** Adresse nicht gefunden **

--c
Content-Type: image/png; name="icon.png"
Content-ID: <icon.png>

x
--c--
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.example
Arrival-Date: Wed, 25 Nov 2026 02:00:00 -0800 (PST)

Final-Recipient: rfc822; nari@googlemail.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.
Last-Attempt-Date: Wed, 25 Nov 2026 02:00:01 -0800 (PST)

--b
Content-Type: message/rfc822

Message-ID: <x@y>
Subject: Angekommen

x
--b--
"""
EXIM = b"""From: Mail Delivery System <Mailer-Daemon@mx.example>
X-Failed-Recipients: nari@host.example
Auto-Submitted: auto-replied
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

  nari@host.example
    host mx.host.example [5.9.12.7]
    SMTP error from remote mail server after RCPT TO:<nari@host.example>:
    550 5.1.1 User unknown

------ This is a copy of the message, including all the headers. ------

Return-path: <bounce+x@nachtwache.example>
Message-ID: <x@y>
Subject: Angekommen

x
"""
QMAIL = b"""From: MAILER-DAEMON@mx.example
Subject: failure notice

Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<nari@host.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <bounce+x@nachtwache.example>
Message-ID: <x@y>
Subject: Angekommen
"""
UMLAUTS = b"""From: MAILER-DAEMON@mx.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=global-delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

x

--b
Content-Type: message/global-delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: utf-8; nari@w\xc3\xa4che.example
Action: failed
Status: 5.1.2

--b
Content-Type: message/global-headers

Message-ID: <x@y>
Subject: Gr\xc3\xb6\xc3\x9fe

--b--
"""


@pytest.mark.parametrize(
    ("raw", "status"),
    [(EXCHANGE, "5.1.10"), (GMAIL, "5.1.1"), (EXIM, "5.1.1"), (QMAIL, "5.1.1"), (UMLAUTS, "5.1.2")],
    ids=["Exchange", "Gmail", "Exim", "qmail", "umlauts"],
)
def test_a_report_is_read_as_each_mail_server_writes_it(raw: bytes, status: str) -> None:
    assert reports.read(raw) == reports.Report("failed", status, "x@y")


@pytest.mark.parametrize(
    "raw",
    [
        EXIM.replace(b"X-Failed-Recipients", b"X-Other"),  # "Warning: message delayed 24 hours" has no such header
        b'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"\n\n--b\n'
        b"Content-Type: message/disposition-notification\n\nDisposition: manual-action/x; displayed\n\n--b--\n",
        b'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\n\n--b\n'
        b"Content-Type: message/feedback-report\n\nFeedback-Type: abuse\n\n--b--\n",
    ],
    ids=["a warning in words", "it was read", "a complaint"],
)
def test_what_reports_no_failure_is_no_report(raw: bytes) -> None:
    assert reports.read(raw) is None


def test_a_report_in_words_to_the_envelope_counts_too(story: Story, cast: Cast) -> None:
    address = envelope_of(story.postman, "nari", "receipt")
    mail = story.postman.hear(EXIM, envelope_from="", recipients=(address,))
    assert (mail.state, mail.reason) == (InboundState.DONE, "bounce")
    assert db.session.get_one(Person, cast.nari.id).bounce_score == bounces.HARD


def test_a_report_with_a_sender_in_its_envelope_counts_and_is_not_answered(story: Story, cast: Cast) -> None:
    sent = story.postman.post.sent[-1].letter
    raw = report(story.reply, about=sent.message_id).replace(b"Auto-Submitted: auto-replied\n", b"")
    mail = story.postman.hear(raw, envelope_from="postmaster@mx.example")
    assert (mail.state, mail.reason) == (InboundState.DONE, "bounce")
    assert story.postman.answers() == []


def test_each_envelope_says_which_message_it_is(story: Story) -> None:
    address = envelope_of(story.postman, "nari", "receipt")
    assert address.startswith("bounce+")
    assert address.endswith(f"@{DOMAIN}")


def test_one_that_came_back_is_counted_and_was_not_told(story: Story, cast: Cast) -> None:
    address = envelope_of(story.postman, "nari", "receipt")
    mail = story.postman.hear(report(address), envelope_from="", recipients=(address,))
    assert (mail.state, mail.reason) == (InboundState.DONE, "bounce")
    assert db.session.get_one(Person, cast.nari.id).bounce_score == bounces.HARD
    notice = db.session.scalar(sa.select(Notice).where(Notice.kind == "receipt", Notice.channel == "email"))
    assert notice is not None
    assert (notice.state, notice.reason, notice.told_at) == (NoticeState.SKIPPED, BOUNCED, None)
    assert story.postman.answers() == []


def test_the_second_report_of_one_message_counts_nothing(story: Story, cast: Cast) -> None:
    address = envelope_of(story.postman, "nari", "receipt")
    story.postman.hear(report(address), envelope_from="")
    again = story.postman.hear(report(address, status="5.4.7"), envelope_from="")
    assert again.reason == "duplicate"
    assert db.session.get_one(Person, cast.nari.id).bounce_score == bounces.HARD


def test_a_delay_counts_nothing(story: Story, cast: Cast) -> None:
    address = envelope_of(story.postman, "nari", "receipt")
    mail = story.postman.hear(report(address, action="delayed", status="4.4.1"), envelope_from="")
    assert (mail.state, mail.reason) == (InboundState.DONE, "delayed")
    assert db.session.get_one(Person, cast.nari.id).bounce_score == 0


def test_a_report_to_the_reply_address_counts_by_the_mail_in_it(story: Story, cast: Cast) -> None:
    sent = story.postman.post.sent[-1].letter
    mail = story.postman.hear(report(story.reply, about=sent.message_id), envelope_from="")
    assert (mail.reason, mail.delivery_id) == ("bounce", sent.delivery_id)


@pytest.mark.parametrize("about", ["x@y", "0" * 32 + f"@{DOMAIN}"])
def test_a_report_about_a_mail_that_there_is_not_is_kept_and_counts_nothing(story: Story, about: str) -> None:
    mail = story.postman.hear(report(f"bounce+aaaa@{DOMAIN}", about=about), envelope_from="")
    assert mail.state is InboundState.IGNORED
    assert db.session.scalar(sa.select(sa.func.max(Person.bounce_score))) == 0


def test_an_out_of_office_to_the_envelope_counts_nothing(story: Story, cast: Cast) -> None:
    address = envelope_of(story.postman, "nari", "receipt")
    raw = f"From: nari@{DOMAIN}\r\nTo: {address}\r\nSubject: Abwesenheitsnotiz\r\n\r\nWeg.".encode()
    mail = story.postman.hear(raw)
    assert (mail.state, mail.reason) == (InboundState.IGNORED, "out_of_office")
    assert db.session.get_one(Person, cast.nari.id).bounce_score == 0


def test_two_hard_ones_end_it_and_a_rung_goes_to_somebody_else(postman: Postman, cast: Cast) -> None:
    each_by_itself(cast)
    raised(cast)
    db.session.commit()
    cast.pit.bounce_score = bounces.HARD
    postman.post.walk(NOW, NOW + timedelta(hours=29))
    (first,) = [one for one in postman.post.sent if one.template == "rung" and one.to == "pit"]
    assert first.letter.envelope_from is not None
    postman.hear(report(first.letter.envelope_from), now=NOW + timedelta(hours=30), envelope_from="")
    pit = db.session.get_one(Person, cast.pit.id)
    assert (pit.bounce_score, pit.mail_bounced_at) == (2 * bounces.HARD, NOW + timedelta(hours=30))
    postman.post.deliver(NOW + timedelta(hours=30, minutes=1))
    assert [one.to for one in postman.post.sent if one.template == "rung"][-1] == "juri"


def test_every_mail_that_is_taken_takes_a_little_off(story: Story, cast: Cast, postman: Postman) -> None:
    cast.melodie.bounce_score = 2
    for title in ("Eins", "Zwei", "Drei"):
        raised(cast, title=title, by=cast.melodie)
    postman.post.deliver(NOW)
    db.session.expire_all()
    assert db.session.get_one(Person, cast.melodie.id).bounce_score == 0


def test_an_address_to_unsubscribe_does_what_the_link_does(story: Story, cast: Cast) -> None:
    address = story.postman.post.sent[-1].letter.unsubscribe_address
    assert address is not None
    cast.nari.token_version += 1  # they sign out everywhere meanwhile
    mail = story.postman.hear(written(address, "", sender="any@where.example", Subject="unsubscribe"))
    assert (mail.state, mail.reason) == (InboundState.DONE, "unsubscribed")
    assert not db.session.get_one(Person, cast.nari.id).receipts_by_mail
    assert story.postman.answers() == []


@pytest.mark.parametrize("how", ["auto_submitted", "precedence", "null_sender", "not_proven", "report", "from_us"])
def test_whoever_sends_it_and_however_it_is_marked_it_unsubscribes(story: Story, cast: Cast, how: str) -> None:
    """The address is the permission, and nothing goes back."""
    if how == "not_proven":
        story.postman.book = replace(story.postman.book, inbound=replace(INBOUND, authserv_id="mx.example"))
    address = story.postman.post.sent[-1].letter.unsubscribe_address
    assert address is not None
    headers = {"auto_submitted": {"Auto_Submitted": "auto-generated"}, "precedence": {"Precedence": "bulk"}}.get(
        how, {}
    )
    senders = {"report": "MAILER-DAEMON@provider.example", "from_us": f"post@{DOMAIN}"}
    mail = story.postman.hear(
        written(address, "", sender=senders.get(how, "nari@private.example"), Subject="unsubscribe", **headers),
        envelope_from="" if how == "null_sender" else "no-reply@provider.example",
    )
    assert (mail.state, mail.reason) == (InboundState.DONE, "unsubscribed")
    assert not db.session.get_one(Person, cast.nari.id).receipts_by_mail
    assert story.postman.answers() == []


def test_one_of_long_ago_that_a_machine_sends_is_not_answered(story: Story, cast: Cast) -> None:
    address = story.postman.post.sent[-1].letter.unsubscribe_address
    assert address is not None
    later = NOW + timedelta(days=3650)
    mail = story.postman.hear(written(address, "", Auto_Submitted="auto-generated"), now=later)
    assert (mail.state, mail.reason) == (InboundState.IGNORED, "auto_submitted")
    assert db.session.get_one(Person, cast.nari.id).receipts_by_mail


# Complaints -----------------------------------------------------------------------------------------------------------


def complaint(about: str, *, kind: str = "abuse", returns_to: str = "", whole: bool = True) -> bytes:
    """As providers pass it on (RFC 5965); some give the whole mail back, some its headers without the id."""
    given_back = f"Message-ID: <{about}>\nSubject: Angekommen\n" if about else "Subject: Angekommen\n"
    part = "message/rfc822" if whole else "text/rfc822-headers"
    original = f"Original-Mail-From: <{returns_to}>\n" if returns_to else ""
    return f"""From: <feedback@arf.provider.example>
To: <bounce@{DOMAIN}>
Subject: FW: Angekommen
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report for an email message received from IP 192.0.2.1.

--b
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1
{original}Source-IP: 192.0.2.1

--b
Content-Type: {part}
Content-Disposition: inline

{given_back}
--b--
""".encode()


def message_of(person: Person, kind: str) -> str:
    found = db.session.scalar(
        sa.select(Delivery)
        .join(Notice, Notice.delivery_id == Delivery.id)
        .where(Notice.person_id == person.id, Notice.kind == kind)
    )
    assert found is not None
    return found.message_id


def test_whoever_calls_a_mail_unwanted_gets_no_more_of_its_kind_and_no_answer(story: Story, cast: Cast) -> None:
    mail = story.postman.hear(
        complaint(message_of(cast.nari, "receipt")), envelope_from="feedback@arf.provider.example"
    )
    assert (mail.state, mail.reason, mail.facts["lists"]) == (InboundState.DONE, "complaint", ["receipts"])
    assert topics.by_mail_of(cast.nari) == set(Topic) - {Topic.RECEIPTS}
    assert (cast.nari.bounce_score, cast.nari.mail_bounced_at) == (0, None), "it has arrived"
    assert story.postman.answers() == []


def test_a_complaint_without_the_id_is_known_by_the_envelope(story: Story, cast: Cast) -> None:
    returns_to = envelope_of(story.postman, "nari", "receipt")
    mail = story.postman.hear(complaint("", returns_to=returns_to, whole=False), envelope_from="")
    assert (mail.reason, mail.person_id) == ("complaint", cast.nari.id)
    assert Topic.RECEIPTS not in topics.by_mail_of(cast.nari)


@pytest.mark.parametrize(("about", "kind"), [("nobody@knows.example", "abuse"), ("", "abuse"), ("ours", "not-spam")])
def test_any_other_complaint_changes_nothing_and_is_not_answered(
    story: Story, cast: Cast, about: str, kind: str
) -> None:
    known = message_of(cast.nari, "receipt") if about == "ours" else about
    mail = story.postman.hear(complaint(known, kind=kind), envelope_from="feedback@arf.provider.example")
    assert (mail.state, story.postman.answers()) == (InboundState.IGNORED, [])
    assert topics.by_mail_of(cast.nari) == set(Topic)


def test_a_complaint_switches_off_what_the_link_of_that_mail_does(postman: Postman, cast: Cast) -> None:
    first, second = raised(cast), raised(cast, title="Echo im Sprachkanal", by=cast.melodie)
    raised(cast, title="Mehr Licht im Flur", by=cast.jo)
    support.vote(first, by=cast.melodie, now=NOW, via=Via.WEB, tell_me=True)
    does(cast.pit, first, NOW)
    verbs.comment(second, by=cast.jo, now=NOW, via=Via.WEB, text="Bei mir auch.")
    db.session.commit()
    postman.post.days(NOW, NOW + timedelta(days=8))
    seen = set()
    for sent in postman.post.sent:
        delivery = db.session.get_one(Delivery, sent.letter.delivery_id)
        person, url = db.session.get_one(Person, delivery.person_id), sent.letter.unsubscribe_url
        for topic in Topic:
            topics.choose(person, topic, by_mail=True)
        claim = tokens.read(Purpose.UNSUBSCRIBE, url.rpartition("/")[2], now=NOW) if url else None
        wanted = set(topics.of_list(claim.subject)) if claim is not None else set()
        assert set(bounce_acts.complained(delivery)) == wanted, sent.template
        assert topics.by_mail_of(person) == set(Topic) - wanted
        seen.add((sent.template, claim.subject if claim is not None else ""))
    assert seen >= {("daily", "reminders"), ("daily", "news"), ("digest_manager", "digest"), ("receipt", "receipts")}


def test_a_complaint_about_an_address_that_is_another_ones_by_now_is_nobodys(story: Story, cast: Cast) -> None:
    about, cast.nari.email = message_of(cast.nari, "receipt"), "nari@new.example"
    assert story.postman.hear(complaint(about), envelope_from="x@y.example").facts["lists"] == []
    assert topics.by_mail_of(cast.nari) == set(Topic)
