"""From bytes to what a mail says. Nothing here raises on a broken mail, fetches anything, or unpacks a file.

Who wrote it is taken from a From that holds exactly one address and stands there once: two programs must not read two
senders out of one header.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses

from tracker.acts import addresses
from tracker.inbound import flowed
from tracker.inbound.enclosed import DEEPEST, MOST_PARTS, Enclosed, enclosed_in, is_words
from tracker.inbound.html_text import text_of

LONGEST_NAME = 120
#: So much of a header is looked at as words.
LONGEST_HEADER = 2000

_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:@\\]+@[^\s<>()\[\]\"',;:@\\]+")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_COMMENT = re.compile(r"\([^()]*\)")
_ID = re.compile(r"<([^<>\s]{1,298})>")
#: What no text of ours may hold: C0 and C1 but tab and line feed, the separators, half characters.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|[\ud800-\udfff]")
_TRACE = ("received", "authentication-results")
#: Where a delivery notes to whom it went, the surest first.
_RECIPIENTS = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to", "cc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What one mail says."""

    #: lower case; empty where there is none, or more than one
    from_address: str = ""
    from_name: str = ""
    subject: str = ""
    #: without angle brackets
    message_id: str = ""
    #: In-Reply-To and References, without angle brackets
    refers_to: tuple[str, ...] = ()
    #: of Return-Path; none where there is no such header, empty for a machine's
    return_path: str | None = None
    #: in the order in which they are to be believed
    recipients: tuple[str, ...] = ()
    #: every header by its name in lower case
    headers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: those that servers on the way put on top, name and value, the last server's first
    trace: tuple[tuple[str, str], ...] = ()
    text: str = ""
    #: what came along, in its order; nobody has looked into it yet
    files: tuple[Enclosed, ...] = ()
    #: text/plain, multipart/report, …
    content_type: str = "text/plain"

    def header(self, name: str) -> str:
        """The first of that name, or nothing."""
        return next(iter(self.headers.get(name, ())), "")


def parse(raw: bytes) -> Heard:
    """Read it as far as it can be read."""
    message = message_of(raw)
    if message is None:
        return Heard()
    headers = _headers(message)
    parts = _Parts()
    text = _tidy("\n\n".join(piece for piece in parts.texts(message, 0) if piece.strip()))
    senders = headers.get("from", ())
    name, address = _sender(senders[0]) if len(senders) == 1 else ("", "")
    return Heard(
        from_address=address,
        from_name=name,
        subject=_line(_words(_first(headers, "subject")))[:300],
        message_id=next(iter(_ID.findall(_first(headers, "message-id"))), ""),
        refers_to=tuple(_ID.findall(f"{_first(headers, 'in-reply-to')} {_first(headers, 'references')[-4000:]}")),
        return_path=_return_path(headers),
        recipients=_recipients(headers),
        headers=headers,
        trace=tuple((name, value) for name, value in _in_order(message) if name in _TRACE),
        text=text,
        files=enclosed_in(message),
        content_type=message.get_content_type(),
    )


def message_of(raw: bytes) -> Message | None:
    """The library's message; none for one that is nested deeper than any library goes."""
    try:
        return message_from_bytes(raw, policy=policy.compat32)
    except (MessageError, RecursionError, ValueError, LookupError):
        return None


# Headers --------------------------------------------------------------------------------------------------------------


def _headers(message: Message) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, value in _in_order(message):
        found[name] = (*found.get(name, ()), value)
    return found


def _in_order(message: Message) -> Iterator[tuple[str, str]]:
    return ((name.lower(), _unescaped(str(value))) for name, value in message.raw_items())


def _unescaped(value: str) -> str:
    """Bytes that stand in a header as they are: UTF-8 where they can be, else what Windows makes of them."""
    data = value.encode("utf-8", "surrogateescape")
    return _line(_decoded(data, "utf-8"))


def _first(headers: dict[str, tuple[str, ...]], name: str) -> str:
    return next(iter(headers.get(name, ())), "")


def _words(value: str) -> str:
    """Encoded words decoded; what cannot be is left as it stands. A long row takes the library minutes."""
    value = value[:LONGEST_HEADER]
    try:
        return "".join(
            part if isinstance(part, str) else _decoded(part, charset or "ascii")
            for part, charset in decode_header(value)
        )
    except (MessageError, ValueError, LookupError):
        return value


def _line(value: str) -> str:
    return " ".join(_CONTROL.sub("", value.replace("\r", " ").replace("\n", " ")).split())


def _sender(value: str) -> tuple[str, str]:
    """Name and address of a From, or nothing where it could be read in two ways."""
    bare = _COMMENT.sub("", _QUOTED.sub("", value))
    if bare.count("@") != 1:
        return "", ""
    found = [pair for pair in getaddresses([value]) if pair[1]]
    if len(found) != 1 or not _ADDRESS.fullmatch(found[0][1]) or len(found[0][1]) > 254:
        return "", ""
    name, address = found[0]
    address = address.lower() if address.isascii() else addresses.on_the_wire(address.lower())
    return _line(_words(name))[:LONGEST_NAME], address


def _return_path(headers: dict[str, tuple[str, ...]]) -> str | None:
    if "return-path" not in headers:
        return None
    return headers["return-path"][0].strip().strip("<>").lower()[:320]


def _recipients(headers: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    values = [value for name in _RECIPIENTS for value in headers.get(name, ())]
    found = [address.lower() for value in values for address in _ADDRESS.findall(value[:20_000])]
    return tuple(dict.fromkeys(found))[:100]


# Words ----------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Parts:
    """Goes through the parts of a mail for its words."""

    seen: int = 0

    def texts(self, part: Message, depth: int) -> Iterator[str]:
        self.seen += 1
        if self.seen > MOST_PARTS or depth > DEEPEST:
            return
        kind = part.get_content_type()
        if part.is_multipart() and kind.startswith("multipart/"):
            children = [child for child in part.get_payload() if isinstance(child, Message)]
            yield from self._best(children, depth) if kind == "multipart/alternative" else self._all(children, depth)
        elif is_words(part):
            yield text_of(_content(part)) if kind == "text/html" else _plain(part)

    def _all(self, children: list[Message], depth: int) -> Iterator[str]:
        for child in children:
            yield from self.texts(child, depth + 1)

    def _best(self, children: list[Message], depth: int) -> Iterator[str]:
        """One of the alternatives: the plainest that says something."""
        ordered = sorted(children, key=lambda child: child.get_content_type() != "text/plain")
        for child in ordered:
            words = [piece for piece in self.texts(child, depth + 1) if piece.strip()]
            if words:
                yield from words
                return


def _plain(part: Message) -> str:
    text = _content(part).replace("\r\n", "\n")
    if _says(part, "format") != "flowed":
        return text
    return flowed.unfolded(text, deletes_space=_says(part, "delsp") == "yes")


def _says(part: Message, name: str) -> str:
    """A parameter of its kind, in lower case."""
    return str(part.get_param(name, "")).lower()


def _content(part: Message) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else str(part.get_payload()).encode("utf-8", "surrogateescape")
    return _decoded(data, part.get_content_charset() or "utf-8")


def _decoded(data: bytes, charset: str) -> str:
    """As it says it is written, else as UTF-8, else as Windows writes it: a mail with a wrong label is read all the
    same."""
    for name in (charset, "utf-8"):
        try:
            return data.decode(name)
        except (LookupError, ValueError):
            continue
    return data.decode("cp1252", "replace")


def _tidy(text: str) -> str:
    """With line feeds alone, and without what no text of ours may hold."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")).strip("\n")
