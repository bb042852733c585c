"""Signatures of outgoing webhooks, after the Standard Webhooks specification 1.0.0.

A secret is ``whsec_`` and the key in base64. What is signed is the id, the second and the body, joined with dots; the
header holds one ``v1,…`` for each secret in force, separated by spaces, so that a receiver can change over in peace.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

PREFIX = "whsec_"
#: The specification asks for 24 to 64 bytes.
KEY_BYTES = 32


def secret_of(key: bytes) -> str:
    """The text that a receiver is given."""
    return PREFIX + base64.b64encode(key).decode()


def key_of(secret: str) -> bytes:
    """The key in such a text. Raises ``ValueError`` for another text."""
    if not secret.startswith(PREFIX):
        raise ValueError("a secret begins with whsec_")
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("what follows whsec_ is not base64") from None


def signature(secret: str, *, message_id: str, second: int, body: bytes) -> str:
    """``v1,`` and the HMAC-SHA256 in base64. ``second`` is the attempt's instant in Unix seconds."""
    signed = b".".join((message_id.encode(), str(second).encode(), body))
    return "v1," + base64.b64encode(hmac.new(key_of(secret), signed, hashlib.sha256).digest()).decode()


def headers(secrets: Iterable[str], *, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of one attempt."""
    second = int(at.timestamp())
    signatures = (signature(secret, message_id=message_id, second=second, body=body) for secret in secrets)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(second),
        "webhook-signature": " ".join(signatures),
    }
