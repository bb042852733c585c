"""Static files: an address carries what is in all of them, a browser keeps each for ever, and text travels small: style
sheets and scripts without their comments (``docs/decisions/static-files.md``), and compressed.

The mark stands in the path (``/static/~3f2a…/js/app.js``), so that a script that imports ``./forms.js`` asks for the
one of the same day. A page that was loaded before an update still finds its files under the former mark.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import rcssmin
import rjsmin
from flask import Flask, Response, request
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

#: Begins the part of the path that is no folder.
MARK = "~"
A_YEAR = 365 * 24 * 3600
#: What gets smaller. Pictures are compressed already.
TEXT = (".css", ".js", ".svg")
#: Of these the kind is ours to say: a machine's own list may know a module under another name.
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is sent. ``packed`` is empty where nothing is gained by it."""

    content: bytes
    packed: bytes
    fingerprint: str
    kind: str


def init_app(app: Flask) -> None:
    """Serve ``app.static_folder`` in the place of Flask's own view, under the same endpoint."""
    folder = Path(app.static_folder or "")

    def serve(filename: str) -> Response:
        first, _, rest = filename.partition("/")
        is_marked = first.startswith(MARK)
        response = _sent(_found(folder, rest if is_marked else filename))
        if is_marked and first == mark_of(folder):
            response.cache_control.max_age = A_YEAR
            response.cache_control.immutable = True
        else:
            response.cache_control.no_cache = True
        return response

    def add_mark(endpoint: str, values: dict[str, Any]) -> None:
        filename = str(values.get("filename", ""))
        if endpoint == "static" and not filename.startswith(MARK):
            values["filename"] = f"{mark_of(folder)}/{filename}"

    app.view_functions["static"] = serve
    app.url_defaults(add_mark)


@cache
def mark_of(folder: Path) -> str:
    """'~' and a hash of everything in the folder, taken once in the life of a process."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return MARK + digest.hexdigest()[:12]


def _found(folder: Path, name: str) -> StaticFile:
    """Raises ``NotFound`` for what is not there, and for what lies outside of the folder."""
    joined = safe_join(str(folder), name)
    path = Path(joined) if joined is not None else None
    if path is None or not path.is_file():
        raise NotFound
    return _read(path, path.stat().st_mtime_ns)


@cache
def _read(path: Path, changed: int) -> StaticFile:
    """Reads and compresses it once; ``changed`` makes it another one when somebody works on it."""
    content = _without_comments(path)
    packed = gzip.compress(content, 9, mtime=0) if path.suffix in TEXT else b""
    kind = KINDS.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return StaticFile(
        content, packed if len(packed) < len(content) else b"", hashlib.sha256(content).hexdigest()[:32], kind
    )


def _without_comments(path: Path) -> bytes:
    """What a browser needs of it. What is not ours stays as its maker sent it."""
    content = path.read_bytes()
    if path.parent.name == "vendor":
        return content
    smaller: dict[str, Callable[[bytes], bytes]] = {".css": rcssmin.cssmin, ".js": rjsmin.jsmin}
    return smaller[path.suffix](content) if path.suffix in smaller else content


def _sent(file: StaticFile) -> Response:
    is_packed = bool(file.packed) and request.accept_encodings["gzip"] > 0
    response = Response(file.packed if is_packed else file.content, mimetype=file.kind)
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
    if file.packed:
        response.vary.add("Accept-Encoding")
    response.cache_control.public = True
    # Weak, as it names what is in the file and not how it travels.
    response.set_etag(file.fingerprint, weak=True)
    response.make_conditional(request)
    return response
