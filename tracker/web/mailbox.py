"""The embedded mailbox: mails that have not left this computer, read by site admins, never in production.

A mail that speaks of a suggestion about the reader is not there for them, as the suggestion itself is not. In a mail to
somebody else every key is struck out: who looks after the site reads what was told, and acts in nobody's name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path

from flask import Response, make_response, render_template
from flask_babel import gettext as _

from tracker import access
from tracker.acts import demo
from tracker.domain.errors import OutOfReach
from tracker.notices import words
from tracker.store import notices, suggestions, teams
from tracker.store.suggestions import Suggestion
from tracker.web import language
from tracker.web.blueprint import web
from tracker.web.identity import Page, me, settings, signed_in, site_admin
from tracker.web.security import KEYS, POLICY

NEWEST = 200
#: Mails whose subject counts what is owed; a suggestion need not stand in one to be counted there.
COUNTING = ("daily", "digest_manager", "digest_member", "rung_4")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,200}\.eml")
#: A mail is somebody else's HTML: it is shown in a frame without scripts, forms and a name of its own.
FRAME_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"
#: What follows a path that carries a key. A purpose may stand before it.
_KEY = re.compile(rf"((?:{'|'.join(path.rstrip('/') for path in KEYS)})/(?:[a-z-]{{1,15}}/)?)[\w.~=-]{{16,}}")
STRUCK = "***"
PAGE_POLICY = f"{POLICY}; frame-src 'self'"


@dataclass(frozen=True, slots=True)
class Line:
    """One mail of the list."""

    name: str
    subject: str
    to: str
    when: str


def _folder() -> Path:
    """Where the files lie. Raises ``OutOfReach`` for everybody who may not look, and in production."""
    site_admin()
    if settings().is_production:
        raise OutOfReach(access.NOT_THERE)
    return settings().mailbox_dir


def _read(name: str) -> EmailMessage:
    folder = _folder()
    path = folder / name
    if not _NAME.fullmatch(name) or not path.is_file() or not _readable([path]):
        raise OutOfReach(access.NOT_THERE)
    message = _parsed(path)
    return message if _has_its_keys(message) else _without_keys(message)


def _has_its_keys(message: EmailMessage) -> bool:
    """One's own; and all of a demo, which has links to be everybody anyhow."""
    return parseaddr(str(message["To"] or ""))[1].lower() == me().email or demo.is_demo()


def _without_keys(message: EmailMessage) -> EmailMessage:
    """The same mail, with no link in it that works for whoever has it."""
    for name, value in message.items():
        if _KEY.search(str(value)):
            message.replace_header(name, struck(str(value)))
    for part in message.walk():
        text = str(part.get_content()) if part.get_content_maintype() == "text" else ""
        if isinstance(part, EmailMessage) and _KEY.search(text):
            part.set_content(struck(text), subtype=part.get_content_subtype())
    return message


def struck(text: str) -> str:
    """The text, with no key in it that works for whoever has it."""
    return _KEY.sub(rf"\1{STRUCK}", text)


def _readable(paths: list[Path]) -> list[Path]:
    """Those of the files that speak of nothing that is about the reader, and count nothing that is."""
    hidden = suggestions.about(me().id)
    if not hidden:
        return paths
    numbers, counting = [str(s.number) for s in hidden], _that_count(hidden)

    def is_readable(message: EmailMessage) -> bool:
        return _id_of(message) not in counting and not any(one in _all_of(message) for one in numbers)

    return [path for path in paths if is_readable(_parsed(path))]


def _that_count(hidden: Sequence[Suggestion]) -> frozenset[str]:
    """Message-IDs of mails that say in numbers what somebody has open who can see one of these."""
    readers: set[int] = set()
    for s in hidden:
        people = [one.person for one in teams.memberships(s.team_id)]
        readers |= {person.id for person in access.who_can_see(s, people)}
    return notices.message_ids_of(readers, COUNTING)


def _id_of(message: EmailMessage) -> str:
    return str(message["Message-ID"] or "").strip("<> ")


def _all_of(message: EmailMessage) -> str:
    """Everything that can be read in it."""
    parts = [str(part.get_content()) for part in message.walk() if part.get_content_maintype() == "text"]
    return "\n".join([*(str(value) for value in message.values()), *parts])


def _parsed(path: Path) -> EmailMessage:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    if not isinstance(message, EmailMessage):
        raise TypeError(f"{path.name} is no mail")
    return message


@web.get("/mailbox")
@signed_in
def mailbox() -> Page:
    folder = _folder()
    files = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True) if folder.exists() else []
    readable = _readable(files)
    return render_template(
        "web/mailbox.html",
        mails=[_line(path) for path in readable[:NEWEST]],
        count=len(readable),
        is_used=settings().smtp is None,
    )


def _line(path: Path) -> Line:
    message = _parsed(path)
    at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    when = words.moment(language.reader(), at)
    return Line(path.name, str(message["Subject"] or _("(no subject)")), str(message["To"] or ""), when)


@web.get("/mailbox/<name>")
@signed_in
def mail(name: str) -> Page:
    message = _read(name)
    text = message.get_body(preferencelist=("plain",))
    html = render_template(
        "web/mail.html",
        name=name,
        subject=str(message["Subject"] or _("(no subject)")),
        headers=[
            (header, str(value)) for header, value in message.items() if header not in ("Content-Type", "Subject")
        ],
        text=str(text.get_content()) if text is not None else "",
        has_html=message.get_body(preferencelist=("html",)) is not None,
    )
    response = make_response(html)
    response.headers["Content-Security-Policy"] = PAGE_POLICY
    return response


@web.get("/mailbox/<name>/html")
@signed_in
def mail_html(name: str) -> Page:
    """The HTML part alone, for the frame."""
    part = _read(name).get_body(preferencelist=("html",))
    if part is None:
        raise OutOfReach(access.NOT_THERE)
    response = make_response(str(part.get_content()))
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    response.headers["Cache-Control"] = "no-store"
    return response


@web.get("/mailbox/<name>/download")
@signed_in
def mail_download(name: str) -> Page:
    """The file as it would have left; one to somebody else without the keys in it."""
    message = _read(name)
    is_whole = _has_its_keys(message)
    content = (settings().mailbox_dir / name).read_bytes() if is_whole else message.as_bytes(policy=policy.SMTP)
    return Response(
        content, mimetype="message/rfc822", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
