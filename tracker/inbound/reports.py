"""Reports about mails of ours that could not be delivered (RFC 3464): what happened, and to which of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message

from tracker.inbound import parsing

_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_ID = re.compile(r"<([^<>\s]{1,298})>")
#: Fields of a recipient follow in blocks; more than these are nobody's report of one message to one address.
MOST_BLOCKS = 20


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
    if message is None or message.get_content_type() != "multipart/report":
        return None
    parts = [part for part in message.get_payload() if isinstance(part, Message)] if message.is_multipart() else []
    status = next((part for part in parts if part.get_content_type() == "message/delivery-status"), None)
    if status is None:
        return None
    found = _worst(status)
    return Report(found[0], found[1], _about(parts)) if found is not None else None


def _worst(status: Message) -> tuple[str, str] | None:
    """Action and status of the recipient whom it did not reach, else of the first."""
    blocks = status.get_payload()
    found = []
    for block in blocks[:MOST_BLOCKS] if isinstance(blocks, list) else []:
        if not isinstance(block, Message):
            continue
        action = str(block.get("Action", "")).strip().lower()
        code = _STATUS.search(str(block.get("Status", "")))
        if action:
            found.append((action, code[1] if code is not None else ""))
    return next((one for one in found if one[0] == "failed"), found[0] if found else None)


def _about(parts: list[Message]) -> str:
    for part in parts:
        kind = part.get_content_type()
        inner = part.get_payload()
        if kind == "message/rfc822" and isinstance(inner, list) and inner and isinstance(inner[0], Message):
            return next(iter(_ID.findall(str(inner[0].get("Message-ID", "")))), "")
        if kind == "text/rfc822-headers":
            text = part.get_payload(decode=True)
            head = parsing.message_of(text) if isinstance(text, bytes) else None
            return next(iter(_ID.findall(str(head.get("Message-ID", "")))), "") if head is not None else ""
    return ""
