"""Files that come with texts: sent as soon as they are chosen, and opened by who reads the text."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

from flask import Response, make_response, render_template, request

from tracker import access
from tracker.domain.attachments import FileKind
from tracker.domain.errors import N_, BadInput, OutOfReach
from tracker.store import attachment_files as files
from tracker.web import language, uploads
from tracker.web.blueprint import web
from tracker.web.identity import Page, me, signed_in, team_page

#: Nothing that a file holds is carried out, loaded or sent anywhere, should a browser take it for a page.
POLICY = "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
NO_FILE = N_("No file came along.")


@web.post("/t/<slug>/files")
@signed_in
def add_file(slug: str) -> Page:
    """One file, sent by a script as soon as it was chosen: its line for the form, or why it was not taken."""
    team, _membership = team_page(slug)
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise BadInput(NO_FILE, field="files")
        made = uploads.take(team, file)
    except BadInput as error:
        return _sentence(language.sentence(error))
    response = make_response(render_template("web/_parts/attached.html", file=uploads.view(made, slug)))
    response.headers["Cache-Control"] = "no-store"
    return response


def _sentence(text: str) -> tuple[Response, int]:
    response = make_response(text)
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    return response, 422


@web.get("/t/<slug>/files/<marked:attachment>")
@signed_in
def file(slug: str, attachment: int) -> Page:
    """The file itself. Pictures, which were made anew, are shown; everything else is saved."""
    found = access.find_attachment(me(), slug, attachment)
    response = _sent(found.sha256, found.kind.media_type)
    plain = unicodedata.normalize("NFKD", found.name).encode("ascii", "ignore").decode()
    whole = {"filename*": f"UTF-8''{quote(found.name, safe='')}"}
    response.headers.set("Content-Disposition", "inline" if found.kind.is_picture else "attachment", filename=plain,
                         **whole)  # fmt: skip
    return response


@web.get("/t/<slug>/files/<marked:attachment>/small")
@signed_in
def small_picture(slug: str, attachment: int) -> Page:
    found = access.find_attachment(me(), slug, attachment)
    if not found.width:
        raise OutOfReach(access.NOT_THERE)
    return _sent(found.sha256 + files.SMALL, FileKind.WEBP.media_type)


def _sent(name: str, media_type: str) -> Response:
    """With its hash as its mark: a browser asks again each time, and is sent the bytes once."""
    path = files.path_of(uploads.folder(), name)
    if not path.exists():  # a backup without its files
        raise OutOfReach(access.NOT_THERE)
    response = Response(b"" if request.if_none_match.contains(name) else path.read_bytes())
    response.headers["Content-Type"] = media_type
    response.headers["Content-Disposition"] = "inline"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(name)
    response.make_conditional(request)
    return response
