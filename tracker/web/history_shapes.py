"""What the page of former versions is given to show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.domain.differences import Piece
from tracker.web.shapes import Link


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of somebody's words: what was there before is gone, what is new is new. The first has only text.

    `title` is there where the title was changed as well.
    """

    when: str
    iso: str
    headline: str
    text: Sequence[Piece]
    title: Sequence[Piece] = ()


@dataclass(frozen=True, kw_only=True)
class HistoryPage:
    """All versions, the newest first."""

    back: Link
    title: str
    by: str
    versions: Sequence[Version]
