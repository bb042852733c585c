"""What may come along with a text: how large, how many, and of which kind, which only its content can tell."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from tracker.domain.errors import N_, BadInput

MB = 1024 * 1024
NAME_MAX = 100
#: Looked at to tell a text from something else; a page or a drawing says what it is early on.
_HEAD = 4096


class FileKind(StrEnum):
    """Everything that is taken."""

    PNG = "png"
    JPEG = "jpeg"
    GIF = "gif"
    WEBP = "webp"
    PDF = "pdf"
    TEXT = "text"
    ZIP = "zip"

    @property
    def is_picture(self) -> bool:
        return self in PICTURES

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self]


PICTURES = frozenset({FileKind.PNG, FileKind.JPEG, FileKind.GIF, FileKind.WEBP})
MEDIA_TYPES = {
    FileKind.PNG: "image/png",
    FileKind.JPEG: "image/jpeg",
    FileKind.GIF: "image/gif",
    FileKind.WEBP: "image/webp",
    FileKind.PDF: "application/pdf",
    FileKind.TEXT: "text/plain; charset=utf-8",
    FileKind.ZIP: "application/zip",
}
#: Endings that fit a kind; the first is put behind a name with another one.
ENDINGS: dict[FileKind, tuple[str, ...]] = {
    FileKind.PNG: ("png",),
    FileKind.JPEG: ("jpg", "jpeg"),
    FileKind.GIF: ("gif",),
    FileKind.WEBP: ("webp",),
    FileKind.PDF: ("pdf",),
    FileKind.TEXT: ("txt", "log"),
    FileKind.ZIP: ("zip",),
}
#: What a browser's picker offers first.
ACCEPT = ",".join(f".{ending}" for endings in ENDINGS.values() for ending in endings)

NOT_TAKEN = N_(
    "“%(name)s” is of a kind that is not taken. Pictures (PNG, JPEG, GIF, WebP), PDF, text (.txt, .log) and ZIP can "
    "come along."
)
CAN_ACT = N_(
    "“%(name)s” is a page or a drawing that can carry a program (HTML, SVG), so it is not taken. A picture of it is: "
    "PNG or JPEG."
)
EMPTY = N_("“%(name)s” is empty, so it was left out.")
TOO_LARGE = N_(
    "“%(name)s” has %(size)s MB; a file may have %(most)s MB at most. Your text and the other files are kept."
)
TOO_MANY = N_("At most %(most)s files fit with one text. “%(name)s” was left out.")
NO_SPACE = N_(
    "The team's space for files is used up (%(most)s MB), so “%(name)s” was left out. Your text is kept and can be "
    "sent without it."
)


class WhyNot(StrEnum):
    """Why a file that came by mail was not kept, in a word: nobody sees its form again, so it is told afterwards."""

    KIND = "kind"  # of a kind that is not taken
    ACTS = "acts"  # it can carry a program
    EMPTY = "empty"
    LARGE = "large"
    MANY = "many"  # more than fit with one text
    SPACE = "space"  # the team has used up its space
    BROKEN = "broken"
    PIXELS = "pixels"  # a picture with too many of them
    MAIL = "mail"  # a mail within the mail
    UNREAD = "unread"  # looking at it has failed more than once


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|[\ud800-\udfff]")
_ACTS = re.compile(rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|\?xml|\w+:svg)\b|<\?xml|<!--", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one site allows: bytes a file, files a text, bytes a team."""

    file: int = 10 * MB
    a_text: int = 5
    team: int = 2000 * MB

    @classmethod
    def in_megabytes(cls, *, file: int, a_text: int, team: int) -> Limits:
        """As the settings say them."""
        return cls(file=file * MB, a_text=a_text, team=team * MB)

    @property
    def request(self) -> int:
        """The largest form with files: all that one text may bring along, and some more, so that a file that is a
        little too large is named instead of being hung up on."""
        return (self.a_text + 1) * self.file + 4 * MB


def clean_name(name: str) -> str:
    """The name alone, without its folders, control characters and what turns the direction of writing."""
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", _CONTROL.sub("", name)))[-1]
    name = re.sub(r"\s+", " ", name).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if dot and stem and len(ending) <= 10:
        return f"{stem[: NAME_MAX - len(ending) - 1].rstrip(' .')}.{ending}"
    return name[:NAME_MAX].rstrip(" .") or "?"


def named_as(name: str, kind: FileKind) -> str:
    """The name with an ending that says what it is: a picture called ``a.html`` becomes ``a.html.png``."""
    ending = name.rpartition(".")[2].lower()
    return name if "." in name and ending in ENDINGS[kind] else clean_name(f"{name}.{ENDINGS[kind][0]}")


def kind_of(content: bytes, name: str) -> FileKind:
    """What it is, by its first bytes; the name decides nothing but between texts. Raises ``BadInput``."""
    if not content.strip():
        raise BadInput(EMPTY, field="files", name=name)
    found = _by_signature(content)
    if found is not None and not (found is FileKind.ZIP and not name.lower().endswith(".zip")):
        return found
    head = content[:_HEAD].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if _ACTS.match(head) or name.lower().endswith((".svg", ".svgz", ".html", ".htm", ".xhtml", ".xml", ".mht", ".js")):
        raise BadInput(CAN_ACT, field="files", name=name)
    if name.lower().endswith((".txt", ".log")) and _is_text(content):
        return FileKind.TEXT
    raise BadInput(NOT_TAKEN, field="files", name=name)


def _by_signature(content: bytes) -> FileKind | None:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if content.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if content.startswith((b"GIF87a", b"GIF89a")):
        return FileKind.GIF
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return FileKind.WEBP
    if content.startswith(b"%PDF-"):
        return FileKind.PDF
    return FileKind.ZIP if content.startswith((b"PK\x03\x04", b"PK\x05\x06")) else None


def _is_text(content: bytes) -> bool:
    """Something that a person reads: no NUL, and hardly a control character. Old logs are not always UTF-8."""
    odd = sum(content.count(bytes([one])) for one in (*range(1, 9), *range(14, 27), *range(28, 32), 127))
    return b"\x00" not in content and odd * 200 <= len(content)


def check_count(already: int, name: str, limits: Limits) -> None:
    """Raises ``BadInput`` for one file more than fit with one text."""
    if already >= limits.a_text:
        raise BadInput(TOO_MANY, field="files", most=limits.a_text, name=name)


def check_size(size: int, name: str, limits: Limits) -> None:
    """Raises ``BadInput`` for a file that is too large; asked before its content is looked at."""
    if size > limits.file:
        raise BadInput(TOO_LARGE, field="files", name=name, size=megabytes(size), most=megabytes(limits.file))


def megabytes(size: int) -> int:
    """Whole megabytes, rounded up: 10 485 761 bytes are more than 10 MB."""
    return -(-size // MB)
