"""Former versions of what somebody wrote, for whoever can read what stands there now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import render_template

from tracker import access
from tracker.domain.differences import Change, Piece, between
from tracker.notices import links, words
from tracker.notices.words import Reader
from tracker.store import entries, people
from tracker.store.entries import Entry, EntryKind
from tracker.store.suggestions import Suggestion
from tracker.web import language
from tracker.web.blueprint import web
from tracker.web.history_shapes import HistoryPage, Version
from tracker.web.identity import Page, me, signed_in, team_page
from tracker.web.marks import mark
from tracker.web.say import _
from tracker.web.shapes import Link

#: So many changes are shown, the last ones, and the first words: nobody reads more, and comparing takes time.
MOST_COMPARED = 20


@web.get("/t/<slug>/<int:number>/history/<marked:entry>")
@signed_in
def history(slug: str, number: int, entry: int) -> Page:
    """Each version of one entry with what changed in it."""
    team_page(slug)
    s = access.find_suggestion(me(), slug, number)
    found = access.find_entry(me(), s, entry)
    path = links.path("suggestion", slug=slug, number=number)
    page = HistoryPage(
        back=Link(url=f"{path}#entry-{mark(found.id)}", label=f"#{number}"),
        title=s.title,
        by=_author(s, found),
        versions=_versions(s, found, language.reader()),
    )
    return render_template("web/history.html", page=page)


def _author(s: Suggestion, entry: Entry) -> str:
    person = s.author_id if entry.kind is EntryKind.RAISED else entry.actor_id
    return people.names({person}).get(person, "") if person is not None else ""


def _versions(s: Suggestion, entry: Entry, reader: Reader) -> list[Version]:
    """The newest first. An edit keeps what had been there, so each version ends where the next edit begins."""
    edits = [e for e in entries.of_kinds(s.id, EntryKind.EDITED) if e.facts["entry"] == entry.id]
    is_raised = entry.kind is EntryKind.RAISED
    now = {"title": s.title, "text": s.body} if is_raised else {"text": entry.text}
    texts: list[dict[str, Any]] = [*(edit.facts["former"] for edit in edits), now]
    first = _version(reader, entry.at, _("As it was written"), {"text": ""}, texts[0], is_first=True)
    later = [
        _version(reader, edit.at, _("Changed"), before, after)
        for edit, before, after in list(zip(edits, texts, texts[1:], strict=False))[-MOST_COMPARED:]
    ]
    return [first, *later][::-1]


def _version(
    reader: Reader,
    at: datetime,
    headline: str,
    before: dict[str, Any],
    after: dict[str, Any],
    *,
    is_first: bool = False,
) -> Version:
    title = after.get("title", "")
    if is_first:
        titles = [Piece(Change.SAME, title)] if title else []
        texts = [Piece(Change.SAME, after["text"])] if after["text"] else []
    else:
        titles = between(before.get("title", ""), title) if before.get("title") != title else []
        texts = between(before["text"], after["text"])
    return Version(
        when=words.moment(reader, at),
        iso=at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        headline=headline,
        text=texts,
        title=titles,
    )
