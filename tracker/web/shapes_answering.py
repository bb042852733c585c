"""What helps with an answer, as plain values: the half-written text that is kept, and texts to start from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True, kw_only=True)
class DraftLine:
    """The line under an answer that says when its text was kept. `url` takes the form as it stands, `version` tells
    what the page knew of the kept text ("" where there was none), and `said` is the sentence about it.
    """

    url: str
    version: str = ""
    said: str = ""


@dataclass(frozen=True, kw_only=True)
class Start:
    """A text to begin an answer with: its name, the address of the text alone, and `key`, what the form sends for it
    without JavaScript. `url` leads to the suggestion it was given for, `said` quotes it; `outcome` is how it begins.
    """

    label: str
    key: str
    text_url: str
    url: str = ""
    said: str = ""
    outcome: str = ""


@dataclass(frozen=True, kw_only=True)
class Starts:
    """The nearest earlier answers, and the team's saved replies with the page that edits them."""

    earlier: tuple[Start, ...] = ()
    saved: tuple[Start, ...] = ()
    edit_url: str = ""


@dataclass(frozen=True, kw_only=True)
class ForMany:
    """Saved replies for several people at once: those that can be chosen, or the chosen one (`reply`, its id) with how
    one person of each language reads it ("Jo reads, in English:", and the text as HTML); `seen` is sent along and says
    which words those were.
    """

    saved: Sequence[tuple[str, str]] = ()
    edit_url: str = ""
    reply: str = ""
    seen: str = ""
    name: str = ""
    read: Sequence[tuple[str, Markup]] = ()
