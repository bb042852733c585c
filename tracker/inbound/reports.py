"""Reports about mails of ours that could not be delivered: what happened, and to which of them.

Postfix, Exchange, Gmail and Exim of today write them as RFC 3464 has it, for addresses with umlauts as RFC 6533. Older
Exims and qmail tell it in words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message

from tracker.inbound import parsing

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)")
_ID = re.compile(r"<([^<>\s]{1,298})>")
#: Fields of a recipient follow in blocks; more than these are nobody's report of one message to one address.
MOST_BLOCKS = 20
#: So much of a report in words is looked at, with the beginning of the mail that it gives back.
MOST_WORDS = 50_000
_IN_FIELDS = ("message/delivery-status", "message/global-delivery-status")
_WHOLE = ("message/rfc822", "message/global")
_HEAD_ALONE = ("text/rfc822-headers", "message/global-headers")
_COMPLAINT = "message/feedback-report"
#: Complaints that say: I do not want this mail (RFC 5965, 7.3). "not-spam" says the contrary, others something else.
_UNWANTED = ("abuse", "opt-out")
_QMAIL = "This is the qmail-send program"
_GIVEN_BACK = re.compile(r"^message-id:\s*<([^<>\s]{1,298})>", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Report:
    """``action`` is failed, delayed, delivered, relayed or expanded; ``about`` the Message-ID of the mail, where the
    report carries its headers."""

    action: str
    status: str
    about: str = ""


def read(raw: bytes) -> Report | None:
    """The report, or none where the mail is none."""
    message = parsing.message_of(raw)
    if message is None:
        return None
    if message.get_content_type() != "multipart/report":
        return _in_words(message)
    parts = [part for part in message.get_payload() if isinstance(part, Message)] if message.is_multipart() else []
    status = next((part for part in parts if part.get_content_type() in _IN_FIELDS), None)
    if status is None:
        return None  # somebody's mail program says that a mail was read; or a complaint
    found = _worst(_blocks(status))
    return Report(found[0], found[1], _about(parts)) if found is not None else None


@dataclass(frozen=True, slots=True)
class Complaint:
    """Somebody called a mail of ours unwanted. ``about`` is its Message-ID, ``returns_to`` the sender of its envelope,
    where the report has them: many take out one of the two."""

    about: str = ""
    returns_to: str = ""


def complaint(raw: bytes) -> Complaint | None:
    """What a provider passes on when its reader presses "spam" (ARF, RFC 5965); none where the mail is none."""
    message = parsing.message_of(raw)
    if message is None or message.get_content_type() != "multipart/report" or not message.is_multipart():
        return None
    parts = [part for part in message.get_payload() if isinstance(part, Message)]
    found = next((part for part in parts if part.get_content_type() == _COMPLAINT), None)
    inner = found.get_payload() if found is not None else None
    fields = inner[0] if isinstance(inner, list) and inner and isinstance(inner[0], Message) else None
    if fields is None or str(fields.get("Feedback-Type", "")).strip().lower() not in _UNWANTED:
        return None
    returns_to = str(fields.get("Original-Mail-From", "")).strip().strip("<>").lower()
    return Complaint(_about(parts), returns_to)


def _blocks(status: Message) -> list[Message]:
    """The fields of the report, then those of each recipient. The library knows one of the two kinds alone, and takes
    the other for a mail, the recipients for its text."""
    blocks = [block for block in status.get_payload() if isinstance(block, Message)] if status.is_multipart() else []
    if status.get_content_type() == _IN_FIELDS[0] or not blocks:
        return blocks[:MOST_BLOCKS]
    text = str(blocks[0].get_payload())
    more = [parsing.message_of(block.encode("utf-8", "replace")) for block in re.split(r"\n\s*\n", text)[:MOST_BLOCKS]]
    return [*blocks, *(block for block in more if block is not None)]


def _worst(blocks: list[Message]) -> tuple[str, str] | None:
    """Action and status of the recipient whom it did not reach, else of the first."""
    found = []
    for block in blocks:
        action = str(block.get("Action", "")).strip().lower()
        code = _STATUS.search(str(block.get("Status", "")))
        if action:
            found.append((action, code[1] if code is not None else ""))
    return next((one for one in found if one[0] == "failed"), found[0] if found else None)


def _about(parts: list[Message]) -> str:
    for part in parts:
        kind = part.get_content_type()
        inner = part.get_payload()
        if kind in _WHOLE and isinstance(inner, list) and inner and isinstance(inner[0], Message):
            return _id_of(inner[0])
        if kind in _HEAD_ALONE:
            if isinstance(inner, list):
                return _id_of(inner[0]) if inner and isinstance(inner[0], Message) else ""
            text = part.get_payload(decode=True)
            head = parsing.message_of(text) if isinstance(text, bytes) else None
            return _id_of(head) if head is not None else ""
    return ""


def _id_of(message: Message) -> str:
    return next(iter(_ID.findall(str(message.get("Message-ID", "")))), "")


def _in_words(message: Message) -> Report | None:
    """Exim names whom it did not reach in a header, qmail itself in its first line; both give the mail back below."""
    if message.is_multipart():
        return None
    text = _words(message)
    if not message.get("X-Failed-Recipients") and _QMAIL not in text[:200]:
        return None
    code, about = _STATUS.search(text), _GIVEN_BACK.findall(text)
    return Report("failed", code[1] if code is not None else "", about[-1] if about else "")


def _words(message: Message) -> str:
    data = message.get_payload(decode=True)
    return data[:MOST_WORDS].decode("utf-8", "replace") if isinstance(data, bytes) else ""
