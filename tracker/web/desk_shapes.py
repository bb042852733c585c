"""What the desk and its forms are given to show: plain values, as in `shapes`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class TagForm:
    """The tags of one suggestion as one field; `known` are the team's others, which a button adds each."""

    url: str
    value: str
    known: Sequence[str] = ()
    error: str = ""
    open: bool = False
    fields: Sequence[tuple[str, str]] = ()
