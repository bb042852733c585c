"""Which mails a machine wrote, and which only look like it. And whether our own server has proven the sender."""

from __future__ import annotations

import pytest

from tracker.inbound import machines, parsing, proven
from tracker.inbound.machines import Ours

OUR_ID = "0123456789abcdef" * 2 + "@nachtwache.example"
OURS = Ours(
    is_address=lambda address: address == "post@nachtwache.example", is_sent=lambda message_id: message_id == OUR_ID
)
HUMAN = "From: Nari <nari@nachtwache.example>"


def why(*headers: str, envelope_from: str | None = "nari@nachtwache.example", humans: tuple[str, ...] = ()) -> str:
    lines = headers if any(one.startswith("From:") for one in headers) else (HUMAN, *headers)
    heard = parsing.parse(("\r\n".join(lines) + "\r\n\r\nx").encode())
    return machines.why(heard, envelope_from=envelope_from, ours=OURS, humans=frozenset(humans))


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("Auto-Submitted: auto-replied", "auto_submitted"),
        ("Auto-Submitted: auto-generated; x=1", "auto_submitted"),
        ("Precedence: bulk", "precedence"),
        ("Precedence: Junk", "precedence"),
        ("Precedence: list", "precedence"),
        ("Precedence: auto_reply", "precedence"),
        ("List-Id: <x.example>", "list"),
        ("X-Autoreply: yes", "auto_reply"),
        ("X-Autorespond: Heute bis 17 Uhr", "auto_reply"),
        ("Precedence: auto-reply", "precedence"),
        ("Content-Type: multipart/report; report-type=disposition-notification; boundary=b", "report"),  # "Gelesen: …"
        ("From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example>", "report"),
        ("X-Tracker-Reason: deadline", "own_message"),
        (f"Message-ID: <{OUR_ID}>", "own_message"),
        ("From: post@nachtwache.example", "own_address"),
        ("Subject: Abwesenheitsnotiz: Heute bis 17 Uhr", "out_of_office"),
        ("Subject: Abwesenheitsnotiz", "out_of_office"),
        ("Subject: Automatische Antwort: Heute bis 17 Uhr", "out_of_office"),
        ("Subject: =?utf-8?q?Ich_bin_derzeit_nicht_im_B=C3=BCro?=", "out_of_office"),
        ("Subject: Automatic reply: Today by 17:00", "out_of_office"),
        ("Subject: AutoReply: Today by 17:00", "out_of_office"),
        ("Subject: Out of Office Re: Today by 17:00", "out_of_office"),
        ("Subject: I am out of the office", "out_of_office"),
        ("Subject: =?utf-8?q?AUTO=3A_Pit_ist_au=C3=9Fer_Haus_=28R=C3=BCckkehr_am_04=2E12=2E2026=29?=", "out_of_office"),
        ("Subject: AUTO: Pit Brandt is out of the office (returning 04.12.2026)", "out_of_office"),
        ("Subject: Automatische E-Mail-Antwort: Heute bis 17 Uhr", "out_of_office"),
        ("Subject: Abwesenheitsbenachrichtigung", "out_of_office"),
        ("Subject: Undeliverable: Today by 17:00", "out_of_office"),
    ],
)
def test_a_machine_is_known_by(header: str, reason: str) -> None:
    assert why(header) == reason


@pytest.mark.parametrize(
    "header",
    [
        "X-Auto-Response-Suppress: All",
        "Auto-Submitted: no",
        "Auto-Submitted: No",
        "Precedence: normal",
        "X-Autoreply: no",
        "Subject: Re: Chat-Filter frisst Umlaute",
        "Subject: Automatische Antworten im Bot sind kaputt",
        "Subject: Urlaub: wer vertritt mich?",
        "Subject: Out of office hours we have nobody",
        "Subject: Vacation rules for moderators",
        "Message-ID: <0f8fad5b-d9cb-469f-a165-70867728950e@nachtwache.example>",
        # Roundcube's have the form of ours, under the sender's domain, which may be ours as well
        f"Message-ID: <{'fedcba9876543210' * 2}@nachtwache.example>",
        "Subject: Auto: der Parkplatz ist zu klein",
    ],
)
def test_a_person_is_not_taken_for_one(header: str) -> None:
    assert why(header) == ""


def test_nobody_sent_it_says_the_envelope() -> None:
    assert why(envelope_from="") == "null_sender"
    assert why("Return-Path: <>", envelope_from=None) == "null_sender"
    assert why("Return-Path: <nari@nachtwache.example>", envelope_from=None) == ""
    assert why(envelope_from=None) == ""


def test_a_sender_on_the_list_of_the_settings_is_a_person_whatever_the_headers_say() -> None:
    marked = ("From: desk@firm.example", "Auto-Submitted: auto-generated", "Subject: Automatic reply: x")
    assert why(*marked) == "auto_submitted"
    assert why(*marked, humans=("@firm.example",)) == ""
    assert why(*marked, humans=("desk@firm.example",)) == ""
    assert why(*marked, humans=("@firm.example",), envelope_from="") == "null_sender"


# Proven ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("results", "is_proven"),
    [
        (["mx.nachtwache.example; dmarc=pass header.from=nachtwache.example"], True),
        (["mx.nachtwache.example; dmarc=fail header.from=x; dkim=pass header.d=nachtwache.example"], False),
        (["mx.nachtwache.example; dkim=pass header.d=nachtwache.example"], True),
        (["mx.nachtwache.example; dkim=pass header.d=evil.example"], False),
        (["mx.nachtwache.example; spf=pass smtp.mailfrom=bounce@mail.nachtwache.example"], True),
        (["mx.nachtwache.example; spf=softfail smtp.mailfrom=nari@nachtwache.example"], False),
        (["mx.nachtwache.example; none"], False),
        # Only pass and fail are DMARC's word: most small domains have no record at all.
        (["mx.nachtwache.example; dmarc=none header.from=x; dkim=pass header.d=nachtwache.example"], True),
        (["mx.nachtwache.example; dkim=pass header.d=nachtwache.example; dmarc=none"], True),
        (["mx.nachtwache.example; dmarc=bestguesspass; spf=pass smtp.mailfrom=nari@nachtwache.example"], True),
        (["mx.nachtwache.example; dmarc=temperror; dkim=pass header.i=@nachtwache.example"], True),
        (["mx.nachtwache.example; dmarc=permerror; dkim=pass header.d=nachtwache.example"], True),
        (["mx.nachtwache.example; dmarc=none; dkim=pass header.d=evil.example"], False),
        (["mx.nachtwache.example; dmarc=none"], False),
        (["mx.nachtwache.example; dmarc=bestguesspass"], False),
        (["mx.nachtwache.example; dmarc=temperror; spf=fail smtp.mailfrom=nachtwache.example"], False),
        (["mx.evil.example; dmarc=pass"], False),
        (["mx.evil.example; dmarc=pass", "mx.nachtwache.example; dmarc=fail"], False),
        (["mx.nachtwache.example; dmarc=fail", "mx.nachtwache.example; dmarc=pass"], False),
        ([";"], False),
        ([], False),
    ],
)
def test_only_our_own_servers_word_counts(results: list[str], is_proven: bool) -> None:
    lines = [HUMAN, *(f"Authentication-Results: {one}" for one in results)]
    heard = parsing.parse(("\r\n".join(lines) + "\r\n\r\nx").encode())
    assert proven.is_proven(heard, "mx.nachtwache.example") is is_proven


@pytest.mark.parametrize(
    "result",
    [
        # The local part of an envelope's sender is whatever its sender likes.
        'spf=pass smtp.mailfrom="nachtwache.example"@evil.example',
        "spf=pass smtp.mailfrom=nachtwache.example @evil.example",
        "spf=pass smtp.mailfrom=nachtwache.example smtp.helo=x@evil.example",
        'spf=pass smtp.mailfrom="a b;dkim=pass header.d=nachtwache.example;"@evil.example',
        'spf=pass smtp.mailfrom="a\\";dkim=pass header.d=nachtwache.example;\\""@evil.example',
        "spf=pass smtp.mailfrom=a;dkim=pass header.d=nachtwache.example;b@evil.example",
        "spf=pass smtp.mailfrom=nari@nachtwache.example@evil.example",
        # So is what a server remarks about it.
        "spf=pass (domain of header.d=nachtwache.example designates) smtp.mailfrom=x@evil.example",
        "spf=pass (of (x); dkim=pass header.d=nachtwache.example; y) smtp.mailfrom=x@evil.example",
        "spf=pass (of x);dkim=pass header.d=nachtwache.example;(y) smtp.mailfrom=x@evil.example",
        "spf=pass (of x smtp.mailfrom=nari@nachtwache.example",
        "spf=pass of x) smtp.mailfrom=nari@nachtwache.example",
        'spf=pass smtp.mailfrom=nari@nachtwache.example reason="x',
        'dkim=pass header.i="nachtwache.example "@evil.example',
        "dkim=pass header.i=nachtwache.example@evil.example",
        # A domain above is not the sender's, nor is one that only ends or begins like it.
        "dkim=pass header.d=example",
        "dkim=pass header.d=.example",
        "dkim=pass header.d=evilnachtwache.example",
        "dkim=pass header.d=nachtwache.example.evil.example",
        "x-dkim=pass header.d=nachtwache.example",
    ],
)
@pytest.mark.parametrize("dmarc", ["dmarc=none", "dmarc=temperror"])
def test_no_forged_sender_is_proven_where_dmarc_says_nothing(result: str, dmarc: str) -> None:
    assert not proves(f"{result}; {dmarc}")


@pytest.mark.parametrize(
    "result",
    [
        # as OpenDKIM, Gmail, Exchange, Yahoo and Exim write them
        'dkim=pass (2048-bit key; unprotected) header.d=nachtwache.example header.i=@nachtwache.example header.b="a/="',
        "spf=pass (mx: domain of n@nachtwache.example designates (::1) as sender) smtp.mailfrom=n@nachtwache.example",
        "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=nachtwache.example; dmarc=none action=none header.from=x",
        "dkim=pass header.i=@nachtwache.example header.s=s1; dmarc=unknown; bimi=skipped(no policy);",
        "iprev=pass (mx) smtp.remote-ip=2001:db8::1; dkim=pass header.d=nachtwache.example header.a=rsa-sha256",
        "spf=pass smtp.mailfrom=srs0=h=t=x.example=nari@mail.nachtwache.example smtp.helo=mx.x.example",
        'DKIM/1 = Pass reason="good; signature" header . d = Nachtwache.example.',
    ],
)
def test_a_true_sender_is_proven_as_mail_servers_write_it(result: str) -> None:
    assert proves(result)


#: As a Postfix with three programs beside it has them: OpenDMARC and policyd-spf above what OpenDKIM wrote.
MX = "Authentication-Results: mx.nachtwache.example;"
HOP = "Received: from out.example (out.example [192.0.2.7]) by mx.nachtwache.example (Postfix) with ESMTPS id 4ABC"
SENT = "Received: from [10.0.0.7] by out.example (Postfix) with ESMTPSA id 4DEF"
NO_RECORD = f"{MX} dmarc=none (p=none dis=none) header.from=nachtwache.example"
DMARC = f"{MX} dmarc=pass (p=reject dis=none) header.from=nachtwache.example"
DMARC_FAILED = f"{MX} dmarc=fail (p=reject dis=none) header.from=nachtwache.example"
DKIM = f'{MX}\r\n\tdkim=pass (2048-bit key; unprotected) header.d=nachtwache.example header.b="a"'
DKIM_OF_OTHERS = f"{MX}\r\n\tdkim=pass (2048-bit key) header.d=evil.example header.i=@evil.example header.b=x"
SPF = f"{MX} spf=pass (sender SPF authorized) smtp.mailfrom=nachtwache.example (client-ip=192.0.2.7; helo=out.example)"
SPF_OF_OTHERS = f"{MX} spf=softfail smtp.mailfrom=list.example"
TORN = f"{MX} spf=pass smtp.mailfrom=nachtwache.example @evil.example"
MARK = "DKIM-Filter: OpenDKIM Filter v2.11.0 mx.nachtwache.example 4ABC"
ELSEWHERE = "Authentication-Results: mx.evil.example; dmarc=pass"


@pytest.mark.parametrize(
    ("lines", "is_proven"),
    [
        ([NO_RECORD, DKIM, SPF, HOP, SENT], True),
        ([NO_RECORD, SPF_OF_OTHERS, DKIM, HOP, SENT], True),
        ([SPF, NO_RECORD, MARK, DKIM_OF_OTHERS, HOP, SENT], True),
        ([SPF_OF_OTHERS, DMARC, DKIM, HOP], True),
        ([HOP, NO_RECORD, MARK, DKIM, SENT], True),  # a milter's own stand below what Postfix wrote
        (["Received: by store.example", HOP, NO_RECORD, DKIM, SENT], True),  # and a mailbox' above all
        ([ELSEWHERE, NO_RECORD, ELSEWHERE, DKIM, HOP], True),
        # Any that has failed by DMARC has failed, whatever else has passed and wherever it stands.
        ([DMARC_FAILED, DKIM, SPF, HOP], False),
        ([DKIM, SPF, DMARC_FAILED, HOP], False),
        ([DMARC_FAILED, DKIM_OF_OTHERS, SPF_OF_OTHERS, HOP], False),
        ([DMARC, DMARC_FAILED, HOP], False),
        # Nothing of the sender's own.
        ([NO_RECORD, DKIM_OF_OTHERS, SPF_OF_OTHERS, HOP], False),
        ([NO_RECORD, HOP, SENT], False),
        # What the mail brought along, in our server's name.
        ([NO_RECORD, HOP, DKIM, SENT], False),
        ([NO_RECORD, HOP, DMARC], False),
        ([SPF_OF_OTHERS, HOP, DKIM, DMARC], False),
        ([NO_RECORD, DKIM_OF_OTHERS, SPF_OF_OTHERS, DKIM, SPF, DMARC, HOP], False),
        ([f"{MX} spf=fail smtp.mailfrom=x.example; dkim=none; dmarc=none", DKIM, HOP], False),
        # What does not keep to the grammar proves nothing, nor does anything beside it but DMARC above.
        ([TORN, DKIM, HOP], False),
        ([DKIM, TORN, HOP], False),
        ([TORN, DMARC, HOP], False),
        ([DMARC, TORN, HOP], True),
        ([DMARC_FAILED, TORN, DMARC, HOP], False),
    ],
)
def test_what_checks_in_three_programs_writes_three_headers(lines: list[str], is_proven: bool) -> None:
    heard = parsing.parse(("\r\n".join([*lines, HUMAN]) + "\r\n\r\nx").encode())
    assert proven.is_proven(heard, "mx.nachtwache.example") is is_proven


@pytest.mark.parametrize(
    ("sender", "given", "is_aligned"),
    [
        ("nari@mail.nachtwache.example", "nachtwache.example", True),
        ("nari@a.mail.nachtwache.example", "nachtwache.example", False),
        ("nari@mail.nachtwache.example", "post.nachtwache.example", False),
        ("nari@localhost", "localhost", False),
    ],
)
def test_the_domain_right_above_is_the_senders_own(sender: str, given: str, is_aligned: bool) -> None:
    assert proves(f"dkim=pass header.d={given}", sender=sender) is is_aligned


def proves(result: str, *, sender: str = "nari@nachtwache.example") -> bool:
    raw = f"From: {sender}\r\nAuthentication-Results: mx.nachtwache.example; {result}\r\n\r\nx"
    return proven.is_proven(parsing.parse(raw.encode()), "mx.nachtwache.example")
