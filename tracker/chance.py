"""What cannot be guessed: the only place that draws random bits.

Whoever needs some says ``chance.token_hex(16)``. The simulation draws from its seed here, so that a seed replays.
"""

from __future__ import annotations

import secrets


def token_hex(size: int) -> str:
    """``size`` random bytes as hexadecimal digits."""
    return secrets.token_hex(size)


def token_urlsafe(size: int) -> str:
    """``size`` random bytes in letters that fit into an address."""
    return secrets.token_urlsafe(size)


def below(end: int) -> int:
    """A whole number from 0 to ``end`` − 1."""
    return secrets.randbelow(end)
