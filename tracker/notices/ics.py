"""A date as the text of a calendar file (RFC 5545): its lines, its folds, its escapes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

#: Octets of a content line before it is folded, its line end not counted (section 3.1).
FOLD_AT = 75


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDate:
    """One event. ``uid`` stays the same while the date moves, so that calendars move it too; ``made_at`` is when."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    made_at: datetime
    summary: str
    url: str = ""


def calendar_text(date: CalendarDate) -> str:
    """The file's text with CRLF line ends: one event that blocks nobody's time. Refuses naive instants (ValueError)."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Tracker//Tracker//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{_value(date.uid)}",
        f"DTSTAMP:{_instant(date.made_at)}",
        f"DTSTART:{_instant(date.starts_at)}",
        f"DTEND:{_instant(date.ends_at)}",
        f"SUMMARY:{_value(date.summary)}",
        *([f"URL:{_address(date.url)}"] if date.url else []),
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _instant(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError(f"an instant needs a time zone, got a naive {at.isoformat()}")
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _value(text: str) -> str:
    """The text as a value (section 3.3.11): line ends written out, separators escaped, other controls gone."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(one for one in text if one in "\n\t" or (one >= " " and not _is_unwanted(one)))
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\n", "\\n")


def _is_unwanted(character: str) -> bool:
    """Controls above the ASCII ones, line and paragraph separators, halves of characters."""
    return "\x7f" <= character <= "\x9f" or character in "\u2028\u2029" or "\ud800" <= character <= "\udfff"


def _address(url: str) -> str:
    return "".join(one for one in url if " " < one < "\x7f")


def _folded(line: str) -> str:
    """The line in pieces of at most 75 octets, further ones behind a blank, no character torn apart."""
    pieces, piece, room = [], "", FOLD_AT
    for character in line:
        size = len(character.encode("utf-8"))
        if size > room:
            pieces.append(piece)
            piece, room = "", FOLD_AT - 1
        piece += character
        room -= size
    return "\r\n ".join([*pieces, piece])
