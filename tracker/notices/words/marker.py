"""The line on top of a mail that can be answered: what is new in a reply stands above it.

It is the same for programs whatever the language: two dashes, one of these sentences, two dashes.
"""

from __future__ import annotations

from tracker.notices.words.language import Locale

MARKERS: dict[Locale, str] = {
    "de": "-- Antworten bitte über dieser Zeile --",
    "en": "-- reply above this line --",
}


def is_marker(line: str) -> bool:
    """Whether a line holds one of them, quoted or not."""
    bare = " ".join(line.strip("> \t|").split()).lower()
    return any(marker.lower() in bare for marker in MARKERS.values())
