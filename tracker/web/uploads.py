"""Files that are sent with a form: taken one by one, so that one that is refused leaves the others and the text."""

from __future__ import annotations

from pathlib import Path

from flask import g, request
from werkzeug.datastructures import FileStorage

from tracker.acts import attachments as acts
from tracker.domain import attachments as rules
from tracker.domain.attachments import FileKind, Limits
from tracker.domain.errors import BadInput
from tracker.notices import links
from tracker.notices.markdown import to_html
from tracker.store import attachments as store
from tracker.store.attachment_files import folder_in
from tracker.store.attachments import Attachment
from tracker.store.base import db
from tracker.store.teams import Team
from tracker.web import language
from tracker.web.file_shapes import FileView, Upload
from tracker.web.forms import Form
from tracker.web.identity import me, now, settings
from tracker.web.marks import mark, unmark
from tracker.web.say import _

KINDS = {
    FileKind.PNG: "PNG",
    FileKind.JPEG: "JPEG",
    FileKind.GIF: "GIF",
    FileKind.WEBP: "WebP",
    FileKind.PDF: "PDF",
    FileKind.TEXT: "Text",
    FileKind.ZIP: "ZIP",
}


def limits() -> Limits:
    known = settings()
    return Limits.in_megabytes(
        file=known.attachment_mb, a_text=known.attachments_per_text, team=known.attachments_team_mb
    )


def folder() -> Path:
    return folder_in(settings().data_dir)


# Taking ---------------------------------------------------------------------------------------------------------------


def receive(team: Team, form: Form) -> bool:
    """Take what came with the form: files chosen in it, and those that a script had sent before. Commits each.

    Gives whether all were taken. Those that were not stand in the form's ``files`` error, a sentence each; everything
    else is kept, and named in the form when it is shown again.
    """
    form.attached = named_in_form()
    sent = [file for file in request.files.getlist("files") if file.filename]
    refused = []
    for file in sent:
        try:
            form.attached = (*form.attached, take(team, file, already=len(form.attached)).id)
        except BadInput as error:
            db.session.rollback()
            refused.append(language.sentence(error))
    if refused:
        form.errors = {**form.errors, "files": " ".join(refused)}
    g.attached = form.attached
    g.attached_hashes = sorted(one.sha256 for one in store.loose(team.id, me().id, form.attached))
    return not refused


def named_in_form() -> tuple[int, ...]:
    """The files that the form names, without the one that is to be left out."""
    marks = [one for one in request.form.getlist("attachment") if one.isdecimal() and len(one) < 16]
    return tuple(unmark(int(one)) for one in dict.fromkeys(marks) if one != request.form.get("leave_out"))


def take(team: Team, file: FileStorage, *, already: int = 0) -> Attachment:
    """Keep one file. No transaction is held while its picture is made anew. Raises ``BadInput``."""
    known, name = limits(), rules.clean_name(file.filename or "")
    rules.check_count(already, name, known)
    rules.check_size(_size_of(file), name, known)
    db.session.rollback()
    prepared = acts.prepared(name, file.stream.read(), known, already=already)
    made = acts.add(team, prepared, by=me(), limits=known, folder=folder(), now=now())
    db.session.commit()
    return made


def _size_of(file: FileStorage) -> int:
    size = file.stream.seek(0, 2)
    file.stream.seek(0)
    return size


def chosen(team: Team, form: Form) -> list[Attachment]:
    """What goes along with the text. Raises ``BadInput`` where something is gone, or there is too much."""
    if not form.attached:
        return []
    return acts.chosen(team, by=me(), ids=form.attached, limits=limits())


# Showing --------------------------------------------------------------------------------------------------------------


def field(team: Team, ids: str, form: Form) -> Upload:
    """The field of one form, with what was added to it already."""
    known = limits()
    return Upload(
        url=_address(team.slug),
        ids=ids,
        accept=rules.ACCEPT,
        most=known.a_text,
        largest=known.file,
        largest_mb=rules.megabytes(known.file),
        files=[view(one, team.slug) for one in store.loose(team.id, me().id, form.attached)] if form.attached else (),
        error=form.error("files"),
        preview_url=links.path("home", slug=team.slug) + "preview",
        preview=to_html(form.text("body") or form.text("text")) if form.text("preview") else None,
    )


def view(one: Attachment, slug: str) -> FileView:
    url = f"{_address(slug)}/{mark(one.id)}"
    return FileView(
        name=one.name,
        url=url,
        detail=f"{KINDS[one.kind]} · {size_words(one.size)}",
        mark=mark(one.id),
        small_url=f"{url}/small" if one.width else "",
        width=one.width,
        height=one.height,
    )


def _address(slug: str) -> str:
    return links.path("home", slug=slug) + "files"


def size_words(size: int) -> str:
    """Bytes as people say them: 12 kB, 3 MB."""
    return _("%(num)s kB", num=-(-size // 1024)) if size < rules.MB else _("%(num)s MB", num=round(size / rules.MB))
