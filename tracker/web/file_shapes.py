"""What templates are given of files: those that came with a text, and the field that adds some."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True, kw_only=True)
class FileView:
    """One file. `detail` says kind and size ("PDF · 2 MB"); `small_url` is empty where there is no picture to show.

    `width` and `height` are those of the small picture; `mark` stands in a form that has not been sent yet.
    """

    name: str
    url: str
    detail: str
    mark: str = ""
    small_url: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True, kw_only=True)
class Upload:
    """The field: where a file is sent as soon as it is chosen, and what one text may bring along.

    `files` are those already added, `error` what became of others. `largest` is in bytes; `ids` begins its ids.
    """

    url: str
    ids: str
    accept: str
    most: int
    largest: int
    largest_mb: int
    files: Sequence[FileView] = ()
    error: str = ""
    #: Where the text beside it is shown as it will be read, and that text where a script did not ask for it.
    preview_url: str = ""
    preview: Markup | None = None
