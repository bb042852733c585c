"""Tokens of one-time and invitation links: 256 random bits, of which only the SHA-256 is stored."""

from __future__ import annotations

import hashlib

from tracker import chance


def new_token() -> tuple[str, str]:
    """A fresh token for a link, and the hash to store in its place (64 hexadecimal digits)."""
    token = chance.token_urlsafe(32)
    return token, hash_of(token)


def hash_of(token: str) -> str:
    """What is looked up. A random token needs no salt and no slow hash: there is nothing to guess."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
