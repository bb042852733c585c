"""Files of a mail: looked at before anything is locked, and kept with what was written, by the rules of the pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app

from tracker.acts import attachments as acts
from tracker.acts.attachments import Prepared
from tracker.domain import attachments as rules
from tracker.domain.attachments import Limits, WhyNot
from tracker.domain.errors import BadInput
from tracker.inbound.enclosed import Enclosed
from tracker.store import attachment_files
from tracker.store import attachments as store
from tracker.store.attachments import Attachment
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team

#: From this attempt on a mail is taken without its files: one of them may be what has ended its reader.
LAST_LOOK = 2
#: So many that were left out are named; a mail can hold two hundred.
NAMED = 20


class NotLookedAt(Exception):
    """A mail is about to be taken, and nobody has looked at its files yet: that takes time, and holds no lock."""

    def __init__(self, files: tuple[Enclosed, ...]) -> None:
        super().__init__(f"{len(files)} files")
        self.files = files


@dataclass(frozen=True, slots=True)
class Brought:
    """What may be kept, each with whether it stands in the middle of the text; and what may not, as facts."""

    prepared: tuple[tuple[Prepared, bool], ...] = ()
    left_out: tuple[dict[str, Any], ...] = ()


def limits() -> Limits:
    known = current_app.config["TRACKER"]
    return Limits.in_megabytes(
        file=known.attachment_mb, a_text=known.attachments_per_text, team=known.attachments_team_mb
    )


def look_at(files: Iterable[Enclosed], *, attempt: int) -> Brought:
    """What each is, pictures made anew. The caller holds no transaction."""
    known = limits()
    prepared: list[tuple[Prepared, bool]] = []
    left_out: list[dict[str, Any]] = []
    for one in files:
        if one.is_mail or attempt > LAST_LOOK:
            left_out.append(_fact(one.name, WhyNot.MAIL if one.is_mail else WhyNot.UNREAD, known))
            continue
        try:
            prepared.append((acts.prepared(one.name, one.content, known, already=len(prepared)), one.is_shown))
        except BadInput as refused:
            left_out.append(_fact(one.name, acts.why_not(refused), known))
    return Brought(tuple(prepared), tuple(left_out[:NAMED]))


def keep(
    brought: Brought, team: Team, *, by: Person, now: datetime, of: Suggestion | None = None
) -> tuple[list[Attachment], list[dict[str, Any]]]:
    """Keep them for the text that is about to be written; gives them, and what is left out after all.

    A picture in the middle of the text that this suggestion has already is a signature's once more.
    """
    known = limits()
    folder = attachment_files.folder_in(current_app.config["TRACKER"].data_dir)
    there = {one.sha256 for files in store.of_suggestion(of.id).values() for one in files} if of is not None else set()
    kept: list[Attachment] = []
    left_out = list(brought.left_out)
    for file, is_shown in brought.prepared:
        if is_shown and attachment_files.hash_of(file.content) in there:
            continue
        try:
            kept.append(acts.add(team, file, by=by, limits=known, folder=folder, now=now))
        except BadInput as refused:
            left_out.append(_fact(file.name, acts.why_not(refused), known))
    return kept, left_out


def fitting(found: list[Attachment], left_out: list[dict[str, Any]]) -> tuple[list[Attachment], list[dict[str, Any]]]:
    """As many as may come with one text; the others are named with what is left out."""
    known = limits()
    return found[: known.a_text], [*left_out, *(_fact(one.name, WhyNot.MANY, known) for one in found[known.a_text :])]


def _fact(name: str, why: WhyNot, known: Limits) -> dict[str, Any]:
    fact: dict[str, Any] = {"name": rules.clean_name(name), "why": why.value}
    if why in (WhyNot.LARGE, WhyNot.MANY):
        fact["most"] = rules.megabytes(known.file) if why is WhyNot.LARGE else known.a_text
    return fact
