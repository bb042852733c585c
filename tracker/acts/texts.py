"""What was typed, made fit to be stored, or refused with a word that helps. Nothing is cut off silently."""

from __future__ import annotations

import re
import unicodedata

from tracker.domain.errors import N_, BadInput

TITLE_MAX = 200
TEXT_MAX = 20_000
NAME_MAX = 80

#: C0 and C1 without tab and line feed, and the separators that split a header or a log line
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]|[\ud800-\udfff]")


def _clean(text: str, field: str) -> str:
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if found := _CONTROL.search(text):
        code = f"U+{ord(found.group()):04X}"
        raise BadInput(
            N_("The text contains a control character (%(code)s) at position %(position)s. Please remove it."),
            field=field,
            code=code,
            position=found.start() + 1,
        )
    return text.strip()


def line(text: str, *, field: str, longest: int = TITLE_MAX, required: bool = True, missing: str | None = None) -> str:
    """One line: a title, a name. Line breaks become spaces. Raises ``BadInput`` when empty or too long."""
    value = re.sub(r"\s+", " ", _clean(text, field))
    if required and not value:
        raise BadInput(missing or N_("Please fill this in."), field=field)
    return _short_enough(value, longest, field)


def block(text: str, *, field: str, longest: int = TEXT_MAX, required: bool = True, missing: str | None = None) -> str:
    """Running text in Markdown. Raises ``BadInput`` when empty (and required) or too long."""
    value = _clean(text, field)
    if required and not value:
        raise BadInput(missing or N_("Please write something."), field=field)
    return _short_enough(value, longest, field)


def _short_enough(value: str, longest: int, field: str) -> str:
    if len(value) > longest:
        raise BadInput(
            N_("That is too long: %(length)s characters, at most %(longest)s fit."),
            field=field,
            length=len(value),
            longest=longest,
        )
    return value
