"""Where somebody may be sent after signing in: a path on this site and nowhere else."""

from __future__ import annotations

import re
from urllib.parse import unquote

LONGEST = 500
#: A slash, then neither a second one nor a backslash, which browsers take for one.
_PATH = re.compile(r"/(?![/\\])[!-~]*")


def same_site(text: str | None, otherwise: str = "/") -> str:
    """``text`` where it is a path of this site, else ``otherwise``.

    Refused are other hosts in every disguise ("//evil", "/\\evil", "https:evil", "/%2Fevil"), control characters, also
    encoded ones, and anything but printable ASCII, as which browsers send a path.
    """
    if not text or len(text) > LONGEST or not _PATH.fullmatch(text):
        return otherwise
    decoded = unquote(unquote(text))
    if decoded.startswith("//") or "\\" in decoded or not decoded.isprintable():
        return otherwise
    return text
