"""What a carrier is handed: of a letter the bytes that leave, with the two addresses of its envelope."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.notices import mime
from tracker.notices.letter import Letter
from tracker.notices.posts import Post, Talk


@dataclass(frozen=True, slots=True)
class Message:
    """What a channel needs to know. One recipient, always."""

    sender: str
    recipient: str
    data: bytes


Sendable = Message | Post | Talk


def as_message(letter: Letter) -> Message:
    """Raises ``mime.FenceRefuses`` for bytes that must not leave."""
    envelope = mime.Envelope(
        to=letter.to_address,
        from_address=letter.from_address,
        from_name=letter.from_name,
        date=letter.date,
        message_id=letter.message_id,
        reason=letter.reason or "notice",
        root_id=letter.thread_id,
        list_name=letter.list_name,
        list_id=letter.list_id,
        unsubscribe_url=letter.unsubscribe_url,
        unsubscribe_address=letter.unsubscribe_address,
        reply_to=letter.reply_to,
        answers_a_mail=letter.answers_a_mail,
        answers_id=letter.answers_id,
    )
    files = [mime.Attachment(name=one.name, type=one.content_type, text=one.content) for one in letter.attachments]
    data = mime.message(envelope, subject=letter.subject, text=letter.text, html=letter.html, attachments=files)
    return Message(letter.envelope_from or letter.from_address, letter.to_address, data)
