"""The date of an answer as a calendar file (RFC 5545): the receipt's attachment, and the download of its page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tracker.notices.letter import Attachment
from tracker.notices.words import Locale, Reader
from tracker.store.suggestions import Suggestion

#: A line may be so many bytes long before it is folded (section 3.1).
_WIDTH = 75
SUMMARIES: dict[Locale, str] = {"de": "Antwort zugesagt:", "en": "Answer promised:"}


def name(number: int, locale: Locale) -> str:
    """'antwort-41.ics' / 'answer-41.ics'."""
    return f"{'antwort' if locale == 'de' else 'answer'}-{number}.ics"


def answer_by(s: Suggestion, due_at: datetime, *, name: str, url: str, reader: Reader, made_at: datetime) -> Attachment:
    """One event that ends when the answer is due. The same suggestion is the same event, whatever its date."""
    title = f"#{s.number}" if s.about_person_id is not None else f"#{s.number} {s.title}"
    summary = f"{SUMMARIES[reader.locale]} {title}"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Tracker//Tracker//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:answer-{s.id}@{url.partition('//')[2].partition('/')[0].partition(':')[0]}",
        f"DTSTAMP:{_instant(made_at)}",
        f"DTSTART:{_instant(due_at - timedelta(minutes=15))}",
        f"DTEND:{_instant(due_at)}",
        f"SUMMARY:{_text(summary)}",
        f"URL:{url}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    content = "".join(f"{_folded(line)}\r\n" for line in lines)
    return Attachment(name, "text/calendar", content)


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    """A value with what separates values taken care of; line breaks of any kind become spaces."""
    for mark in "\\;,":
        text = text.replace(mark, f"\\{mark}")
    return " ".join(text.split())


def _folded(line: str) -> str:
    """The line in pieces of at most 75 bytes, never inside a letter."""
    pieces: list[str] = []
    piece, size = "", 0
    for letter in line:
        length = len(letter.encode())
        if size + length > _WIDTH - bool(pieces):
            pieces.append(piece)
            piece, size = "", 0
        piece, size = piece + letter, size + length
    return "\r\n ".join([*pieces, piece])
