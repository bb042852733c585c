"""What leaves is one well-formed message, the same on every attempt, and nothing people write becomes a header."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage, Message
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.mail.gallery import ALL
from tests.times import instant
from tracker.notices.mime import (
    Attachment,
    Envelope,
    FenceRefuses,
    clean_header,
    fence,
    message,
)

ENVELOPE = Envelope(
    to="nari@example.org",
    from_address="post@tracker.example",
    from_name="Nachtwache",
    date=instant("Thursday 2026-11-26 13:00"),
    message_id="d.17@tracker.example",
    reason="deadline",
    root_id="s.41@tracker.example",
    list_name="Nachtwache",
    list_id="nachtwache.tracker.example",
    unsubscribe_url="https://tracker.example/u/token",
)


def sent(envelope: Envelope = ENVELOPE, subject: str = "Heute bis 17 Uhr", text: str = "Hallo\n") -> bytes:
    return message(envelope, subject=subject, text=text, html=f"<p>{text}</p>")


def parsed(data: bytes) -> EmailMessage:
    return email.message_from_bytes(data, policy=email.policy.default)


def content(part: Message) -> str:
    """A part's text with its line ends as they were before they became CRLF."""
    assert isinstance(part, EmailMessage)
    return str(part.get_content()).replace("\r\n", "\n")


def test_the_headers_of_a_notice() -> None:
    mail = parsed(sent())
    assert dict(mail.items()) == {
        "Content-Type": mail["Content-Type"],
        "MIME-Version": "1.0",
        "From": "Nachtwache <post@tracker.example>",
        "To": "nari@example.org",
        "Subject": "Heute bis 17 Uhr",
        "Date": "Thu, 26 Nov 2026 12:00:00 +0000",
        "Message-ID": "<d.17@tracker.example>",
        "In-Reply-To": "<s.41@tracker.example>",
        "References": "<s.41@tracker.example>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Precedence": "list",
        "X-Tracker-Reason": "deadline",
        "List-Id": '"Nachtwache" <nachtwache.tracker.example>',
        "List-Unsubscribe": "<https://tracker.example/u/token>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def test_a_reset_carries_nothing_to_unsubscribe_from() -> None:
    mail = parsed(sent(replace(ENVELOPE, root_id=None, list_id=None, unsubscribe_url=None, reason="account")))
    assert not {"References", "In-Reply-To", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"} & set(mail.keys())


def test_one_click_is_offered_over_https_only() -> None:
    mail = parsed(sent(replace(ENVELOPE, unsubscribe_url="http://127.0.0.1:8000/u/token")))
    assert mail["List-Unsubscribe"] == "<http://127.0.0.1:8000/u/token>"
    assert "List-Unsubscribe-Post" not in mail


def test_an_answer_to_a_mail_says_that_it_is_one() -> None:
    assert parsed(sent(replace(ENVELOPE, answers_a_mail=True)))["Auto-Submitted"] == "auto-replied"


def test_for_the_act_of_a_person_the_sender_is_named_and_the_address_stays_ours() -> None:
    mail = parsed(sent(replace(ENVELOPE, from_name="Pit (Nachtwache)")))
    (sender,) = mail["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ("Pit (Nachtwache)", "post@tracker.example")


def test_a_retry_gives_the_same_bytes() -> None:
    assert sent() == sent()
    assert sent() != sent(replace(ENVELOPE, message_id="d.18@tracker.example"))


def test_the_text_part_comes_first_and_both_are_whole() -> None:
    text = "Grüße, Gr**e\n.Punkt\nFrom hier\n" + "x" * 2_000 + "\n"
    mail = parsed(sent(text=text))
    assert mail.get_content_type() == "multipart/alternative"
    plain, html = mail.iter_parts()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert content(plain) == text
    assert content(html) == f"<p>{text}</p>"


def test_a_calendar_file_hangs_beside_the_text() -> None:
    file = Attachment("antwort-41.ics", "text/calendar", "BEGIN:VCALENDAR\r\nSUMMARY:Grüße\r\nEND:VCALENDAR\r\n")
    mail = parsed(message(ENVELOPE, subject="x", text="Hallo\n", html="<p>Hallo</p>", attachments=[file]))
    (attached,) = mail.iter_attachments()
    assert (attached.get_content_type(), attached.get_filename()) == ("text/calendar", "antwort-41.ics")
    assert attached.get_content().splitlines() == ["BEGIN:VCALENDAR", "SUMMARY:Grüße", "END:VCALENDAR"]
    body = mail.get_body(("plain",))
    assert body is not None
    assert content(body) == "Hallo\n"


@pytest.mark.parametrize("locale", ["de", "en"])
@pytest.mark.parametrize("scene", ALL, ids=[scene.name for scene in ALL])
def test_every_mail_passes_the_fence_and_arrives_as_it_was_written(scene, locale) -> None:  # type: ignore[no-untyped-def]
    rendered = scene.render(locale)
    data = message(ENVELOPE, subject=rendered.subject, text=rendered.text, html=rendered.html)
    mail = parsed(data)
    body = mail.get_body(("plain",))
    assert body is not None
    assert content(body) == rendered.text
    assert mail["Subject"] == rendered.subject
    assert max(len(line) for line in data.split(b"\r\n")) <= 200


# What people write ----------------------------------------------------------------------------------------------------

HOSTILE = [
    "=?utf-8?q?=0ABcc=3A_x=40e.example?=",
    "=?utf-8?q?=0D=0ABcc=3A_x=40e.example?=",
    "=?utf-8?b?CkJjYzogeEBlLmV4YW1wbGU=?=",
    "=?utf-8?q?=3D=3Futf-8=3Fq=3F=3D0ABcc=3A_x=40e.example=3F=3D?=",
    "=?us-ascii?q?=0ABcc:x@e.example?= =?us-ascii?q?=0AX:y?=",
    "=?utf-16?b?CgBCAGMAYwA6AA==?=",
    "=?nonsense?q?=0ABcc:x?=",
    "=?utf-8?b?not base64!?=",
    "=?utf-8?q?=00=1B[31m?=",
    "=?=?utf-8?q?x?=?utf-8?q?=0ABcc: x?=",
    "a\nBcc: x@e.example",
    "a\r\nBcc: x@e.example",
    "a\rBcc: x@e.example",
    "a\x0b\x0c\x1c\x1d\x1e\x85Bcc: x@e.example",
    "a\u2028Bcc: x@e.example\u2029",
    "\x00\x07\x1b[2J\x7f",
    "\u202eevil\u2066",
    "\ud800half",
    'a" <evil@e.example>, "b',
    'a\\" <evil@e.example>',
    "<evil@e.example>",
    "evil@e.example, other@e.example",
    "Pit (Nachtwache) <evil@e.example>",
    "",
    " ",
    "x" * 5_000,
    "ü" * 5_000,
    "🦊" * 500,
    "To: x",
    "٠١٢ العربية",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_leaves_its_header(text: str) -> None:
    envelope = replace(ENVELOPE, from_name=f"{text} (Nachtwache)", list_name=text)
    assert_only_ours(sent(envelope, subject=f"Heute: {text}", text=text))
    assert_only_ours(sent(replace(ENVELOPE, from_name=text), subject=text))


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_text_leaves_its_header(name: str, subject: str) -> None:
    assert_only_ours(sent(replace(ENVELOPE, from_name=name, list_name=name), subject=subject, text=subject))


@given(
    st.lists(st.sampled_from(["=?", "?=", "utf-8", "?q?", "?b?", "=0A", "=0D", "Bcc:", " ", "\n", "CkE=", "é", '"']))
)
def test_no_mixture_of_encoded_words_leaves_its_header(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert_only_ours(sent(replace(ENVELOPE, from_name=text, list_name=text), subject=text))


def assert_only_ours(data: bytes) -> None:
    """Only our headers, once each, with no line end hidden in them; the sender's address is ours."""
    mail = parsed(data)
    names = [name.lower() for name in mail.keys()]  # noqa: SIM118 - a message's keys may stand twice
    assert "bcc" not in names
    assert len(names) == len(set(names)) == 16
    for value in (mail["From"], mail["Subject"], mail["List-Id"]):
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", str(value))
    assert [one.addr_spec for one in mail["From"].addresses] == ["post@tracker.example"]
    assert [one.addr_spec for one in mail["To"].addresses] == ["nari@example.org"]


@given(st.text())
def test_cleaning_a_cleaned_text_changes_nothing(text: str) -> None:
    once = clean_header(text)
    assert clean_header(once) == once
    assert "=?" not in once
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", once)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Chat-Filter frisst Umlaute", "Chat-Filter frisst Umlaute"),
        ("zwei\r\nZeilen\tund mehr", "zwei Zeilen und mehr"),
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("was?=ja", "was? =ja"),
        ("Grüße 🦊", "Grüße 🦊"),
    ],
)
def test_what_is_harmless_stays(text: str, cleaned: str) -> None:
    assert clean_header(text) == cleaned


@pytest.mark.parametrize(
    "change",
    [
        {"to": "nari@example.org\r\nBcc: x@e.example"},
        {"to": "nari@example.org, x@e.example"},
        {"to": "näri@example.org"},
        {"to": ""},
        {"from_address": "post@tracker.example>\r\nBcc: x"},
        {"message_id": "d.17@tracker.example>\r\nBcc: x"},
        {"message_id": "no-at"},
        {"root_id": "s.41 @tracker.example"},
        {"reason": "deadline\r\nBcc: x"},
        {"list_id": "x>\r\nBcc: y"},
        {"unsubscribe_url": "https://tracker.example/u/x>\r\nBcc: y"},
        {"unsubscribe_url": "javascript:alert(1)"},
    ],
)
def test_what_we_fill_in_ourselves_is_looked_at_too(change: dict[str, Any]) -> None:
    with pytest.raises(FenceRefuses):
        sent(replace(ENVELOPE, **change))


@pytest.mark.parametrize("name", ["../../etc/passwd", "a b.ics", 'x".ics', "x\r\n.ics", "", "x" * 100, "ü.ics"])
def test_a_file_has_a_plain_name(name: str) -> None:
    with pytest.raises(FenceRefuses):
        message(ENVELOPE, subject="x", text="x", html="x", attachments=[Attachment(name, "text/calendar", "x")])


# The fence by itself --------------------------------------------------------------------------------------------------

GOOD = sent()


def test_the_fence_lets_a_good_message_through() -> None:
    fence(GOOD)
    assert GOOD.endswith(b"\r\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"Subject: Heute", b'Subject: "\nBcc: x@e.example" Heute'),
        (b"Subject: Heute", b"Bcc: x@e.example\r\nSubject: Heute"),
        (b"Subject: Heute", b"Subject: a\r\nSubject: Heute"),
        (b"Subject: Heute", b"SUBJECT: a\r\nSubject: Heute"),
        (b"Subject: Heute", b"Subject: Heute\x00"),
        (b"Subject: Heute", b"Subject: Heute\x1b"),
        (b"Subject: Heute", b"Subject: Gr\xc3\xbc\xc3\x9fe"),
        (b"Subject: Heute", b"Subject: Heute\r"),
        (b"Subject: Heute bis 17 Uhr\r\n", b""),
        (b"Date:", b"X-Date:"),
        (b"To: nari@example.org\r\n", b"To: nari@example.org\r\nno header\r\n"),
        (b"To: nari@example.org\r\n", b"To: nari@example.org\r\n: empty\r\n"),
        (b"To: nari@example.org\r\n", b"To: nari@example.org\r\n \r\n"),
        (b"Hallo", b"Hallo\nBcc: x"),
        (b"Hallo", b"x" * 999),
        (b"Content-Type: text/plain", b"X-Evil: 1\r\nContent-Type: text/plain"),
        (b"Content-Type: text/plain", b"Content-Type: text/html\r\nContent-Type: text/plain"),
    ],
)
def test_the_fence_refuses_what_is_not_ours(before: bytes, after: bytes) -> None:
    assert GOOD.count(before) >= 1
    with pytest.raises(FenceRefuses):
        fence(GOOD.replace(before, after, 1))


@given(st.binary(max_size=300))
def test_the_fence_lets_no_random_bytes_through(data: bytes) -> None:
    with pytest.raises(FenceRefuses):
        fence(data)


def test_times_are_told_in_utc() -> None:
    assert parsed(sent(replace(ENVELOPE, date=datetime(2026, 7, 1, 12, tzinfo=UTC))))["Date"].endswith("+0000")
