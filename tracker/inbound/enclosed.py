"""What came along with a mail's words: found in its parts, named, and taken out as bytes. Nothing is ever unpacked.

A picture that stands in a signature is no file that somebody sent, nor is what proves who signed a mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from itertools import islice

#: More parts, or deeper ones, than any mail program makes.
MOST_PARTS = 200
DEEPEST = 20
#: A picture within the text that has no more bytes is a signature's: a logo, a sign for each network, a pixel that
#: counts. What people paste into a mail is larger.
SIGNATURE_BYTES = 24 * 1024
#: A form is looked through so far for the pictures that it shows.
_LOOKED_THROUGH = 1_000_000
_SHOWN = re.compile(r"cid:([^\"'\s<>)]{1,200})", re.IGNORECASE)
_WORDS = ("text/plain", "text/html")
#: They prove something to a mail program, and say nothing to a person.
_PROOFS = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")


@dataclass(frozen=True, slots=True, eq=False)
class Enclosed:
    """One file of a mail. ``is_shown`` where it stands in the middle of the text."""

    name: str
    is_shown: bool
    _part: Message

    @property
    def is_mail(self) -> bool:
        """A mail within the mail: somebody else's words, which are not read."""
        return self._part.get_content_maintype() == "message"

    @property
    def content(self) -> bytes:
        payload = None if self._part.is_multipart() else self._part.get_payload(decode=True)
        return payload if isinstance(payload, bytes) else b""


def is_words(part: Message) -> bool:
    """Something to be read, and not a file of that kind."""
    return part.get_content_type() in _WORDS and part.get_content_disposition() != "attachment"


def enclosed_in(message: Message) -> tuple[Enclosed, ...]:
    """The files of a mail in their order, of all its alternatives."""
    leaves = list(islice(_leaves(message, 0), MOST_PARTS))
    shown = {one for leaf in leaves if leaf.get_content_type() == "text/html" for one in _shown_in(leaf)}
    found = []
    for leaf in leaves:
        if is_words(leaf) or leaf.get_content_type() in _PROOFS:
            continue
        one = Enclosed(_name(leaf), str(leaf.get("Content-ID", "")).strip(" <>\t") in shown, leaf)
        if not (one.is_shown and len(one.content) <= SIGNATURE_BYTES):
            found.append(one)
    return tuple(found)


def _leaves(part: Message, depth: int) -> Iterator[Message]:
    if depth > DEEPEST:
        return
    if part.get_content_maintype() == "multipart" and part.is_multipart():
        for child in part.get_payload():
            if isinstance(child, Message):
                yield from _leaves(child, depth + 1)
    elif depth or not is_words(part):
        yield part


def _shown_in(part: Message) -> set[str]:
    payload = part.get_payload(decode=True)
    data = payload[:_LOOKED_THROUGH] if isinstance(payload, bytes) else b""
    return set(_SHOWN.findall(data.decode("utf-8", "replace")))


def _name(part: Message) -> str:
    """As the mail says it, else by what it says that it is."""
    try:
        named = part.get_filename() or ""
        found = "".join(
            one if isinstance(one, str) else one.decode(charset or "utf-8", "replace")
            for one, charset in decode_header(named[:2000])
        )
    except (MessageError, ValueError, LookupError, TypeError):
        found = ""
    kinds = {"image": "image", "message": "mail"}
    return " ".join(found.split()) or kinds.get(part.get_content_maintype(), "file")
