"""What helps with an answer, as plain values: the half-written text that is kept, and texts to start from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DraftLine:
    """The line under an answer that says when its text was kept. `url` takes the form as it stands, `version` tells
    what the page knew of the kept text ("" where there was none), and `said` is the sentence about it.
    """

    url: str
    version: str = ""
    said: str = ""
