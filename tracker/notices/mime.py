"""From a rendered mail to the bytes that leave: headers, parts, and the two guards around what people wrote.

The same delivery gives the same bytes on every attempt: date, Message-ID and the boundary between parts come from it.
``clean_header`` takes out of a text what could become a header of its own; ``fence`` looks at the final bytes and
refuses (``FenceRefuses``) whatever a library made of it all the same. Both stay, whatever the Python version.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.charset import QP, Charset
from email.errors import MessageError
from email.header import Header, decode_header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.utils import format_datetime

LONGEST_LINE = 998
#: Long enough for any title, short enough that no program chokes on it.
LONGEST_HEADER_TEXT = 300

#: Every header a mail of ours may carry, on top and in its parts.
TOP_HEADERS = frozenset(
    {
        *("from", "to", "subject", "date", "message-id", "in-reply-to", "references", "reply-to"),
        *("auto-submitted", "x-auto-response-suppress", "precedence", "list-id", "list-unsubscribe"),
        *("list-unsubscribe-post", "x-tracker-reason", "mime-version", "content-type", "content-transfer-encoding"),
    }
)
PART_HEADERS = frozenset({"mime-version", "content-type", "content-transfer-encoding", "content-disposition"})

#: Headers come folded where they have to be; the library would begin a long address on a line of its own.
_POLICY = policy.compat32.clone(linesep="\r\n", max_line_length=None)
_ADDRESS = re.compile(r"[!-;=?-~]+@[!-;=?-~]+")
_MESSAGE_ID = re.compile(r"<?([!-;=?-~]+@[!-;=?-~]+)>?")
_TOKEN = re.compile(r"[a-z0-9_-]+")
_BARE = re.compile(rb"(?<!\r)\n|\r(?!\n)")
_ENCODED_WORD = re.compile(r"=\?[^?\s]*\?[bqBQ]\?[^?]*\?=")


class FenceRefuses(Exception):
    """The finished message holds something that no mail of ours holds; it must not be sent."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file beside the text: its name, its type as ``text/calendar``, its text in UTF-8."""

    name: str
    type: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The headers' values, all fixed by the delivery.

    ``reason`` is one word for ``X-Tracker-Reason`` (deadline, mention, digest, …). ``list_name`` and ``list_id``
    ("nachtwache", with the host: ``nachtwache.tracker.example``) name the team. ``root_id`` is the suggestion's, which
    holds the thread together. ``unsubscribe_url`` is left out where nothing can be switched off; the address that does
    the same, and ``reply_to``, where nobody reads mail. ``answers_id`` is of the mail that this one answers by itself;
    somebody else chose it, so one that is no Message-ID is left out.
    """

    to: str
    from_address: str
    from_name: str
    date: datetime
    message_id: str
    reason: str
    root_id: str | None = None
    list_name: str | None = None
    list_id: str | None = None
    unsubscribe_url: str | None = None
    unsubscribe_address: str | None = None
    reply_to: str | None = None
    answers_a_mail: bool = False
    answers_id: str | None = None


def message(envelope: Envelope, *, subject: str, text: str, html: str, attachments: Iterable[Attachment] = ()) -> bytes:
    """The message as it is sent: CRLF line ends, seven bits, no line over 998 bytes. Raises FenceRefuses."""
    files = tuple(attachments)
    seed = _message_id(envelope.message_id)
    body = MIMEMultipart("alternative", boundary=_boundary(seed, "words"))
    body.attach(_text_part(text, "plain"))
    body.attach(_text_part(html, "html"))
    whole = body
    if files:
        whole = MIMEMultipart("mixed", boundary=_boundary(seed, "whole"))
        whole.attach(body)
        for file in files:
            whole.attach(_file_part(file))
    for name, value in _headers(envelope, subject):
        whole[name] = value
    data = whole.as_bytes(policy=_POLICY)
    data = data if data.endswith(b"\r\n") else data + b"\r\n"
    fence(data)
    return data


# Headers --------------------------------------------------------------------------------------------------------------


def _headers(envelope: Envelope, subject: str) -> list[tuple[str, str]]:
    headers = [
        ("From", _mailbox(envelope.from_name, envelope.from_address, "From")),
        ("To", _address(envelope.to)),
        ("Subject", _words(clean_header(subject), "Subject")),
        ("Date", format_datetime(envelope.date)),
        ("Message-ID", f"<{_message_id(envelope.message_id)}>"),
    ]
    if envelope.reply_to:
        headers.append(("Reply-To", _address(envelope.reply_to)))
    headers += _threading(envelope)
    headers += [
        ("Auto-Submitted", "auto-replied" if envelope.answers_a_mail else "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
        ("Precedence", "list"),
        ("X-Tracker-Reason", _token(envelope.reason)),
    ]
    if envelope.list_id:
        headers.append(("List-Id", _list_id(envelope.list_name or "", envelope.list_id)))
    if envelope.unsubscribe_url:
        by_mail = envelope.unsubscribe_address
        also = f",\n <mailto:{_address(by_mail)}?subject=unsubscribe>" if by_mail else ""
        headers.append(("List-Unsubscribe", f"<{_url(envelope.unsubscribe_url)}>{also}"))
        if envelope.unsubscribe_url.startswith("https:"):
            # One click is for https only (RFC 8058); elsewhere the address opens the page with its button.
            headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return headers


def _threading(envelope: Envelope) -> list[tuple[str, str]]:
    """The mail that this one answers, else the suggestion's own id; both in References."""
    root = f"<{_message_id(envelope.root_id)}>" if envelope.root_id else ""
    is_sound = envelope.answers_id and len(envelope.answers_id) <= 200 and _MESSAGE_ID.fullmatch(envelope.answers_id)
    answered = f"<{_message_id(envelope.answers_id or '')}>" if is_sound else ""
    found = [one for one in (root, answered) if one]
    return [("In-Reply-To", found[-1]), ("References", "\n ".join(found))] if found else []


def clean_header(text: str) -> str:
    """Somebody's text as it may stand in a header: one line, nothing encoded, nothing that steers.

    Encoded words are decoded first, again and again, because a library would decode them later and meet the line end
    that was hidden in them.
    """
    for _ in range(10):
        before, text = text, _without_controls(_decoded(text))
        if text == before:
            break
    text = _without_controls(text).replace("=?", "= ?").replace("?=", "? =")
    return " ".join(text.split())[:LONGEST_HEADER_TEXT].rstrip()


def _decoded(text: str) -> str:
    return _ENCODED_WORD.sub(lambda hit: _decoded_word(hit[0]), text)


def _decoded_word(word: str) -> str:
    """One encoded word as text, or nothing where it cannot be read."""
    try:
        parts = decode_header(word)
        return "".join(
            part if isinstance(part, str) else part.decode(charset or "ascii", "replace") for part, charset in parts
        )
    except (LookupError, ValueError, MessageError):
        return ""


def _without_controls(text: str) -> str:
    """Line ends and tabs become blanks; other controls, separators, direction marks and half characters go."""
    return "".join(_harmless(character) for character in text)


def _harmless(character: str) -> str:
    if character in "\t\n\v\f\r\x85\u2028\u2029":
        return " "
    kind = unicodedata.category(character)
    is_steering = "\u202a" <= character <= "\u202e" or "\u2066" <= character <= "\u2069"
    return "" if kind in ("Cc", "Cs") or is_steering else character


def _mailbox(name: str, address: str, header: str) -> str:
    """'Pit (Nachtwache) <post@…>': plain words in quotes, others encoded."""
    name, address = clean_header(name), _address(address)
    if not name:
        return address
    if name.isascii():
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <{address}>'
    return f"{_words(name, header)}\n <{address}>"


def _words(text: str, header: str) -> str:
    """A header of words: as it is where it is ASCII, else in encoded words of at most 75 characters, one a line."""
    return Header(text, "us-ascii" if text.isascii() else "utf-8", maxlinelen=76, header_name=header).encode()


def _list_id(name: str, list_id: str) -> str:
    """'"Nachtwache" <nachtwache.tracker.example>' (RFC 2919)."""
    if not re.fullmatch(r"[A-Za-z0-9._-]+", list_id):
        raise FenceRefuses(f"no name for a list: {list_id!r}")
    name = clean_header(name)
    if not name:
        return f"<{list_id}>"
    if name.isascii():
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <{list_id}>'
    return f"{_words(name, 'List-Id')}\n <{list_id}>"


def _address(address: str) -> str:
    if not _ADDRESS.fullmatch(address) or len(address) > 254:
        raise FenceRefuses(f"no address for a mail: {address!r}")
    return address


def _message_id(value: str) -> str:
    hit = _MESSAGE_ID.fullmatch(value)
    if hit is None or len(value) > 200:
        raise FenceRefuses(f"no Message-ID: {value!r}")
    return hit[1]


def _token(value: str) -> str:
    if not _TOKEN.fullmatch(value):
        raise FenceRefuses(f"no reason for a mail: {value!r}")
    return value


def _url(url: str) -> str:
    if not re.fullmatch(r"https?://[!-;=?-~]+", url) or len(url) > 900:
        raise FenceRefuses(f"no address to unsubscribe at: {url!r}")
    return url


# Parts ----------------------------------------------------------------------------------------------------------------


def _boundary(seed: str, part: str) -> str:
    """The line between parts, from the Message-ID: a random one would make a retry another message."""
    return f"=_{part}_{hashlib.sha256(f'{part}:{seed}'.encode()).hexdigest()[:40]}"


def _text_part(text: str, subtype: str) -> MIMENonMultipart:
    part = MIMENonMultipart("text", subtype)
    charset = Charset("utf-8")
    charset.body_encoding = QP  # base64, the library's choice, is unreadable in a mailbox and weighs more
    part.set_payload(_half_characters_gone(text), charset)
    del part["MIME-Version"]
    return part


def _file_part(file: Attachment) -> MIMEBase:
    maintype, _, subtype = file.type.partition("/")
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,80}", file.name) or not _TOKEN.fullmatch(maintype):
        raise FenceRefuses(f"no file for a mail: {file.name!r} ({file.type!r})")
    part = _text_part(file.text, subtype) if maintype == "text" else MIMEBase(maintype, subtype)
    part.set_param("name", file.name)
    if file.type == "text/calendar":
        part.set_param("method", "PUBLISH")
    part.add_header("Content-Disposition", "attachment", filename=file.name)
    return part


def _half_characters_gone(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


# The fence ------------------------------------------------------------------------------------------------------------


def fence(data: bytes) -> None:
    """Refuse (FenceRefuses) bytes that are not such a message: the last look before they leave."""
    if _BARE.search(data):
        raise FenceRefuses("a line end that is not CRLF")
    if b"\0" in data or not data.isascii():
        raise FenceRefuses("bytes that are not seven bits")
    lines = data.split(b"\r\n")
    if any(len(line) > LONGEST_LINE for line in lines):
        raise FenceRefuses(f"a line of more than {LONGEST_LINE} bytes")
    head, _, body = data.partition(b"\r\n\r\n")
    names = _header_names(head)
    _no_stranger(names, TOP_HEADERS)
    missing = {"from", "to", "subject", "date", "message-id"} - set(names)
    if missing:
        raise FenceRefuses(f"headers that are missing: {', '.join(sorted(missing))}")
    for boundary in re.findall(rb'boundary="([^"]+)"', data):
        for part in body.split(b"--" + boundary + b"\r\n")[1:]:
            _no_stranger(_header_names(part.partition(b"\r\n\r\n")[0]), PART_HEADERS)


def _header_names(head: bytes) -> list[str]:
    """The names in a block of headers; a line that is neither a header nor goes on with one is refused."""
    names: list[str] = []
    for line in head.split(b"\r\n"):
        if line[:1] in (b" ", b"\t"):
            if not names or not line.strip():
                raise FenceRefuses("a header that goes on from nothing")
            continue
        hit = re.match(rb"([!-9;-~]+):", line)
        if hit is None:
            raise FenceRefuses(f"a line that is no header: {line[:60]!r}")
        if any(byte < 32 and byte != 9 for byte in line):
            raise FenceRefuses("a control character in a header")
        names.append(hit[1].decode("ascii").lower())
    return names


def _no_stranger(names: list[str], allowed: frozenset[str]) -> None:
    strangers = sorted(set(names) - allowed)
    if strangers:
        raise FenceRefuses(f"headers that no mail of ours has: {', '.join(strangers)}")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise FenceRefuses(f"headers that stand twice: {', '.join(twice)}")
