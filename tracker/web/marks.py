"""What pages call an entry: a number from which nobody can tell how many entries there are elsewhere.

Entries of all suggestions are counted in one row. In the page's source 17, 18, 21 would tell that something happened
twice in suggestions that the reader cannot see; so each is shown under a mark, a permutation with the site's key.
"""

from __future__ import annotations

import hashlib
import hmac

from flask import current_app
from werkzeug.routing import BaseConverter

_HALF = 24
_MASK = (1 << _HALF) - 1
_ROUNDS = 4


class Marked(BaseConverter):
    """``<marked:entry>`` in an address: the mark stands there, the view is given the id. A stranger's mark is 404."""

    regex = "[0-9]{1,15}"

    def to_python(self, value: str) -> int:
        return unmark(int(value))

    def to_url(self, value: int) -> str:
        return mark(value)


def mark(entry_id: int) -> str:
    """The mark of an id below 2⁴⁸, always 15 digits; the same as long as the site's key is."""
    left, right = entry_id >> _HALF, entry_id & _MASK
    for number in range(_ROUNDS):
        left, right = right, left ^ _mixed(number, right)
    return f"{left << _HALF | right:015}"


def unmark(marked: int) -> int:
    """The id of a mark; for a number that is none, some id that nothing has."""
    left, right = (marked >> _HALF) & _MASK, marked & _MASK
    for number in reversed(range(_ROUNDS)):
        left, right = right ^ _mixed(number, left), left
    return left << _HALF | right


def _mixed(number: int, half: int) -> int:
    key = str(current_app.config["SECRET_KEY"]).encode()
    digest = hmac.new(key, f"entry:{number}:{half}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:3], "big")
