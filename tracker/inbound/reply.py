"""What is new in a reply: everything above the line that our mails carry, or what is not quoted."""

from __future__ import annotations

from tracker.notices.words.marker import is_marker


def visible_reply(text: str) -> str:
    """The new words. Where nothing is left, nothing is given; the whole mail is kept elsewhere."""
    lines = text.splitlines()
    cut = next((number for number, line in enumerate(lines) if is_marker(line)), len(lines))
    above = [line for line in lines[:cut] if not line.startswith(">")]
    return "\n".join(above).strip()
