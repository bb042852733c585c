"""What changed between two versions of a text, word by word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

#: Comparing takes time with the product of both lengths; beyond this, whole lines are compared, and then whole texts.
MOST_COMPARED = 250_000
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")


class Change(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    change: Change
    text: str


def between(old: str, new: str) -> list[Piece]:
    """The pieces of both, in order: without the new ones they make the old text, without the gone ones the new."""
    for pattern in (_WORDS, _LINES):
        parts = pattern.findall(old), pattern.findall(new)
        if len(parts[0]) * len(parts[1]) <= MOST_COMPARED:
            return _compared(*parts)
    return _pieces([(Change.GONE, old), (Change.NEW, new)])


def _compared(old: Sequence[str], new: Sequence[str]) -> list[Piece]:
    found: list[tuple[Change, str]] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append((Change.SAME, "".join(old[i:j])))
        else:
            found += [(Change.GONE, "".join(old[i:j])), (Change.NEW, "".join(new[k:m]))]
    return _pieces(found)


def _pieces(found: Sequence[tuple[Change, str]]) -> list[Piece]:
    return [Piece(change, text) for change, text in found if text]
