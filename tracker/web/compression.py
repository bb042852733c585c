"""Pages travel compressed, so that a following one weighs little on a phone.

A page holds what somebody typed beside the token of its forms. Who could make it show text of theirs and measure its
length would guess the token letter by letter (BREACH); so each answer gets a random number of further bytes, in the
field of gzip's header that names a file (RFC 1952), as "Heal the Breach" has it.
"""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

from tracker import chance

#: What is made of words. Files that come compressed already are left alone.
KINDS = frozenset({"text/html", "application/json", "application/problem+json", "application/manifest+json"})
#: Below this the header would be most of it.
SMALLEST = 500
PADDING = 100
_FNAME = 8


def init_app(app: Flask) -> None:
    """Attach it before everything else that touches responses: it runs last."""
    app.after_request(_packed)


def _packed(response: Response) -> Response:
    if not _is_packable(response):
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] > 0:
        response.set_data(pack(response.get_data()))
        response.headers["Content-Encoding"] = "gzip"
    return response


def _is_packable(response: Response) -> bool:
    """An answer that is whole, is text, and bears no encoding of its own."""
    is_whole = response.status_code not in (204, 206, 304) and not response.is_streamed
    return (
        is_whole
        and response.mimetype in KINDS
        and "Content-Encoding" not in response.headers
        and len(response.get_data()) >= SMALLEST
    )


def pack(content: bytes) -> bytes:
    """``content`` as gzip, with 0 to 99 bytes of nothing in its header."""
    packed = bytearray(gzip.compress(content, 6, mtime=0))
    padding = b"a" * chance.below(PADDING)
    packed[3] |= _FNAME
    packed[10:10] = padding + b"\0"
    return bytes(packed)
