"""What may come along with a text: told by its content, named so that it cannot mislead, and not too large."""

from __future__ import annotations

import pytest

from tracker.domain.attachments import MB, FileKind, Limits, check_size, clean_name, kind_of, named_as
from tracker.domain.errors import BadInput

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
LIMITS = Limits()


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (PNG, "chat.png", FileKind.PNG),
        (PNG, "chat.html", FileKind.PNG),  # the content decides
        (b"\xff\xd8\xff\xe0" + b"x" * 9, "chat.jpg", FileKind.JPEG),
        (b"GIF89a" + b"x" * 9, "chat.gif", FileKind.GIF),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "chat.webp", FileKind.WEBP),
        (b"%PDF-1.7\n", "rules.pdf", FileKind.PDF),
        (b"PK\x03\x04rest", "logs.zip", FileKind.ZIP),
        ("Grüße".encode(), "chat.txt", FileKind.TEXT),
        ("Grüße".encode("latin-1"), "chat.LOG", FileKind.TEXT),  # not every log is UTF-8
        (b"23:10 \x1b[31mred\x1b[0m", "chat.log", FileKind.TEXT),  # colours of a terminal
        (b"23:10 wrote <script> into the chat", "chat.log", FileKind.TEXT),  # a log about a page is no page
    ],
)
def test_the_content_says_what_it_is(content: bytes, name: str, kind: FileKind) -> None:
    assert kind_of(content, name) is kind


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "chat.svg"),
        (b'<?xml version="1.0"?><svg/>', "chat.png"),
        (b"\xef\xbb\xbf \n<!DOCTYPE html>", "chat.txt"),
        (b"<HTML><script>", "chat.txt"),
        ("\ufeff<html>".encode("utf-16-le"), "chat.txt"),
        (b"<!-- --><svg/>", "chat.txt"),
        (b"alert(1)", "chat.js"),
        (b"hello", "chat.html"),
    ],
)
def test_what_can_carry_a_program_is_refused_by_that_name(content: bytes, name: str) -> None:
    with pytest.raises(BadInput, match="HTML, SVG"):
        kind_of(content, name)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ\x90\x00", "game.exe"),
        (b"PK\x03\x04word/", "letter.docx"),  # a ZIP that does not say so
        (b"a;b;c", "table.csv"),
        (b"hello", "hello"),
        (b"a\x00b", "chat.txt"),
        (b"\x01\x02\x03\x04 text", "chat.txt"),
    ],
)
def test_other_kinds_are_refused_with_the_list_of_those_that_fit(content: bytes, name: str) -> None:
    with pytest.raises(BadInput, match=r"PNG, JPEG, GIF, WebP") as refused:
        kind_of(content, name)
    assert refused.value.facts["name"] == name


def test_an_empty_file_is_called_empty() -> None:
    with pytest.raises(BadInput, match="is empty"):
        kind_of(b" \n", "chat.txt")


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("chat.png", "chat.png"),
        ("C:\\Users\\nari\\chat.png", "chat.png"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nSet-Cookie: x=1.png", "aSet-Cookie: x=1.png"),
        ("ann\u202egnp.exe", "anngnp.exe"),  # written from right to left it would end in exe.png
        ("  two   blanks .png ", "two blanks.png"),
        ("...", "?"),
        ("", "?"),
        ("Grüße.png", "Grüße.png"),
        ("x" * 300 + ".jpeg", "x" * 95 + ".jpeg"),
        ("x" * 300, "x" * 100),
    ],
)
def test_a_name_is_cleaned(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@pytest.mark.parametrize(
    ("name", "kind", "named"),
    [
        ("photo.JPEG", FileKind.JPEG, "photo.JPEG"),
        ("photo.html", FileKind.PNG, "photo.html.png"),
        ("photo", FileKind.WEBP, "photo.webp"),
        ("x" * 100, FileKind.PDF, "x" * 96 + ".pdf"),
    ],
)
def test_a_name_ends_in_what_the_file_is(name: str, kind: FileKind, named: str) -> None:
    assert named_as(name, kind) == named


def test_ten_megabytes_fit_and_one_byte_more_does_not() -> None:
    check_size(10 * MB, "video.zip", LIMITS)
    with pytest.raises(BadInput) as refused:
        check_size(10 * MB + 1, "video.zip", LIMITS)
    assert refused.value.facts == {"name": "video.zip", "size": 11, "most": 10}
