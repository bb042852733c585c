"""What a mail says, whatever shape it is in. Hostile ones: none raises, none takes long, none is unpacked."""

from __future__ import annotations

import io
import time
import zipfile
from email.message import EmailMessage

import pytest

from tracker.inbound import parsing
from tracker.inbound.html_text import text_of

HEAD = b"From: Nari <nari@nachtwache.example>\r\nTo: reply+x@nachtwache.example\r\nMessage-ID: <1@mua.example>\r\n"


def body(data: bytes, *headers: bytes) -> str:
    return parsing.parse(HEAD + b"".join(one + b"\r\n" for one in headers) + b"\r\n" + data).text


# Words ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "headers", "text"),
    [
        ("Grüße".encode(), [b"Content-Type: text/plain; charset=utf-8"], "Grüße"),
        ("Grüße".encode("latin-1"), [b"Content-Type: text/plain; charset=iso-8859-1"], "Grüße"),
        ("Grüße".encode("cp1252"), [b"Content-Type: text/plain; charset=utf-8"], "Grüße"),
        ("Grüße".encode(), [b"Content-Type: text/plain; charset=us-ascii"], "Grüße"),
        ("Grüße".encode(), [b"Content-Type: text/plain; charset=x-no-such-thing"], "Grüße"),
        ("Grüße".encode(), [b"Content-Type: text/plain; charset="], "Grüße"),
        ("Grüße".encode(), [], "Grüße"),
        (b"Gr=C3=BC=C3=9Fe", [b"Content-Transfer-Encoding: quoted-printable"], "Grüße"),
        (b"Gr=C3=BC=C3=9Fe=", [b"Content-Transfer-Encoding: quoted-printable"], "Grüße"),
        (b"R3LDvMOfZQ", [b"Content-Transfer-Encoding: base64"], "Grüße"),
        (b"R3LDvMOfZQ==", [b"Content-Transfer-Encoding: base64"], "Grüße"),
        (b"\x00a\x1b[31mb\xe2\x80\xa8c\x7f", [b"Content-Type: text/plain; charset=utf-8"], "a[31mbc"),
        (b"", [], ""),
    ],
)
def test_words_are_read_whatever_the_label_says(data: bytes, headers: list[bytes], text: str) -> None:
    assert body(data, *headers) == text


FLOWED = b"Content-Type: text/plain; charset=utf-8; format=flowed"


@pytest.mark.parametrize(
    ("data", "header", "text"),
    [
        (b"Der Filter \r\nfrisst \r\nUmlaute.\r\n\r\nNari", FLOWED, "Der Filter frisst Umlaute.\n\nNari"),
        (b"Eins\r\nZwei ", FLOWED, "Eins\nZwei "),
        (b"Hallo Pit, \r\n\r\nder \r\nFilter \r\n \r\nEnde", FLOWED, "Hallo Pit, \n\nder Filter \n\nEnde"),
        (b"> Du schriebst, \r\n> dass es \r\n>> ging \r\nJa.", FLOWED, "> Du schriebst, dass es \n>> ging \nJa."),
        (b" >kein Zitat\r\n  zwei Leerzeichen", FLOWED, ">kein Zitat\n zwei Leerzeichen"),
        (b"Gr\xc3\xbc\xc3\x9fe \r\n-- \r\nNari \r\nNachtwache", FLOWED, "Grüße \n-- \nNari Nachtwache"),
        (b"Donau \r\ndampf \r\nschiff", FLOWED + b"; DelSp=Yes", "Donaudampfschiff"),
        (b"Eins \r\nZwei", FLOWED.replace(b"flowed", b"FLOWED"), "Eins Zwei"),
        (b"Eins \r\nZwei", FLOWED.replace(b"flowed", b"fixed"), "Eins \nZwei"),
    ],
)
def test_a_flowed_text_has_its_paragraphs_on_one_line(data: bytes, header: bytes, text: str) -> None:
    assert body(data, header) == text


def test_a_flowed_text_of_a_million_lines_costs_no_more_than_any_other() -> None:
    """Beside a fixed one of the same length in the same moment: joined one by one it would take minutes."""
    times = {}
    for name, header in (("fixed", FLOWED.replace(b"flowed", b"fixed")), ("flowed", FLOWED)):
        begun = time.perf_counter()
        body(b"a \r\n" * 1_000_000, header)
        times[name] = time.perf_counter() - begun
    assert times["flowed"] < 10 * times["fixed"]


def test_the_plain_one_of_two_alternatives_is_read() -> None:
    mail = EmailMessage()
    mail["From"] = "nari@nachtwache.example"
    mail.set_content("Als Text.")
    mail.add_alternative("<p>Als HTML.</p>", subtype="html")
    assert parsing.parse(mail.as_bytes()).text.strip() == "Als Text."


def test_html_is_read_where_there_is_no_text() -> None:
    mail = EmailMessage()
    mail["From"] = "nari@nachtwache.example"
    mail.set_content("")
    mail.add_alternative("<p>Als&nbsp;HTML.</p>", subtype="html")
    assert parsing.parse(mail.as_bytes()).text == "Als HTML."


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Eins<br>Zwei</p><p>Drei</p>", "Eins\nZwei\n\nDrei"),
        ("<style>p {}</style><script>x()</script><title>T</title>Wort", "Wort"),
        ("Neu<blockquote>Alt<blockquote>Älter</blockquote></blockquote>Auch neu", "Neu\n> Alt\n> > Älter\n\nAuch neu"),
        ('Neu<div class="gmail_quote">Alt</div>', "Neu\n> Alt"),
        ("<b>un<i>ge</b>schlossen", "ungeschlossen"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("", ""),
    ],
)
def test_html_becomes_lines_and_quotations(html: str, text: str) -> None:
    assert text_of(html) == text


# Who, and what it refers to -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("nari@x.example", "nari@x.example"),
        ("Nari <NARI@X.example>", "nari@x.example"),
        ('"Berg, Nari" <nari@x.example>', "nari@x.example"),
        ("=?utf-8?q?N=C3=A4ri?= <nari@x.example>", "nari@x.example"),
        ('"pit@x.example" <nari@x.example>', "nari@x.example"),
        ("Nari (home) <nari@x.example>", "nari@x.example"),
        ("pit@x.example <nari@y.example>", ""),
        ("nari@x.example, pit@x.example", ""),
        ("nari@x.example)pit@y.example", ""),
        ("<nari@x.example> <pit@x.example>", ""),
        ("nari@x.example\r\n pit@y.example", ""),
        ("undisclosed-recipients:;", ""),
        ("", ""),
    ],
)
def test_a_sender_is_one_address_or_none(value: str, address: str) -> None:
    heard = parsing.parse(f"From: {value}\r\n\r\nx".encode())
    assert heard.from_address == address


def test_a_sender_with_an_umlaut_domain_is_the_one_that_is_known() -> None:
    assert (
        parsing.parse("From: Nari <Nari@wäche.example>\r\n\r\nx".encode()).from_address == "nari@xn--wche-loa.example"
    )
    assert parsing.parse("From: näri@x.example\r\n\r\nx".encode()).from_address == "näri@x.example"


def test_subjects_are_decoded_and_stay_on_one_line() -> None:
    raw = b"From: a@x.example\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe=0ABcc=3A_x=40y?=\r\n\r\nx"
    assert parsing.parse(raw).subject == "Grüße Bcc: x@y"
    assert parsing.parse("Subject: Grüße\r\n\r\n".encode("latin-1")).subject == "Grüße"


def test_ids_come_without_their_brackets_and_nothing_else_is_one() -> None:
    heard = parsing.parse(b"Message-ID: <a@b>\r\nIn-Reply-To: <c@d>\r\nReferences: <e@f>\r\n <g@h>\r\n\r\n")
    assert (heard.message_id, heard.refers_to) == ("a@b", ("c@d", "e@f", "g@h"))
    assert parsing.parse(b"Message-ID: nonsense\r\n\r\n").message_id == ""


def test_where_it_was_delivered_counts_more_than_to_whom_it_says_it_goes() -> None:
    heard = parsing.parse(b"To: all@x.example\r\nDelivered-To: reply+abc@x.example\r\n\r\n")
    assert heard.recipients == ("reply+abc@x.example", "all@x.example")


def test_a_machines_return_path_is_empty_and_a_missing_one_is_none() -> None:
    assert parsing.parse(b"Return-Path: <>\r\n\r\n").return_path == ""
    assert parsing.parse(b"Return-Path: <a@x.example>\r\n\r\n").return_path == "a@x.example"
    assert parsing.parse(b"\r\n").return_path is None


# Hostile --------------------------------------------------------------------------------------------------------------


def zip_bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"\0" * 50_000_000)
    return file.getvalue()


def with_a_bomb() -> bytes:
    mail = EmailMessage()
    mail["From"] = "nari@nachtwache.example"
    mail.set_content("Siehe Datei.")
    mail.add_attachment(zip_bomb(), maintype="application", subtype="zip", filename="bombe.zip")
    return mail.as_bytes()


def nested(depth: int) -> bytes:
    """Multiparts within multiparts, without an end."""
    opened = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (number, number) for number in range(depth)
    )
    return HEAD + opened + b"Content-Type: text/plain\r\n\r\nx"


HOSTILE = {
    "nothing": b"",
    "bytes": bytes(range(256)) * 100,
    "no headers": b"\r\nWort",
    "only headers": HEAD,
    "one line of 1 MB": HEAD + b"\r\n" + b"a" * 1_000_000,
    "1 MB of quotes": HEAD + b"\r\n" + b"> a\n" * 250_000,
    "1 MB of brackets": b"From: " + b"(" * 1_000_000 + b"\r\n\r\nx",
    "1 MB of references": b"References: " + b"<a@b> " * 160_000 + b"\r\n\r\nx",
    "1 MB of recipients": b"To: " + b"a@b.example, " * 80_000 + b"\r\n\r\nx",
    "1 MB of encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 70_000 + b"\r\n\r\nx",
    "1 MB of tags": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 200_000,
    "1 MB of open tags": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<a " * 300_000,
    "1 MB of open comments": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<!--" * 250_000,
    "many parts": HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + b"--b\r\n\r\nx\r\n" * 20_000,
    "deep parts": nested(2_000),
    "a boundary that never comes": HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\nx',
    "a part that is itself": HEAD + b"Content-Type: message/rfc822\r\n\r\n" + HEAD + b"\r\nx",
    "a zip bomb": with_a_bomb(),
    "a broken charset in a header": b"From: =?no-such?q?a?= <a@x.example>\r\nSubject: =?utf-8?b?!!!?=\r\n\r\nx",
    "an odd encoding": HEAD + b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\r\n",
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_mail_makes_the_reader_stumble(raw: bytes) -> None:
    begun = time.process_time()
    heard = parsing.parse(raw)
    assert time.process_time() - begun < 2
    assert "\0" not in heard.text + heard.subject + heard.from_address


def test_a_packed_file_is_named_and_never_opened() -> None:
    heard = parsing.parse(with_a_bomb())
    assert (heard.text.strip(), [one.name for one in heard.files]) == ("Siehe Datei.", ["bombe.zip"])


def test_a_mail_within_a_mail_is_named_and_not_read() -> None:
    inner = EmailMessage()
    inner["From"] = "pit@nachtwache.example"
    inner.set_content("Fremde Worte")
    mail = EmailMessage()
    mail["From"] = "nari@nachtwache.example"
    mail.set_content("Weitergeleitet.")
    mail.add_attachment(inner)
    heard = parsing.parse(mail.as_bytes())
    assert heard.text.strip() == "Weitergeleitet."
    assert [(one.name, one.is_mail, one.content) for one in heard.files] == [("mail", True, b"")]
