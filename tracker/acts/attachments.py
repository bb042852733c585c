"""Adding a file, sending it with a text, and taking it out again.

A file is taken as soon as it is chosen, is its uploader's alone until its text is sent, and belongs to one entry from
then on: who sees the entry sees the file.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tracker.acts import pictures
from tracker.acts.pictures import Picture
from tracker.domain import attachments as rules
from tracker.domain.attachments import FileKind, Limits, WhyNot
from tracker.domain.errors import N_, BadInput
from tracker.store import attachment_files as files
from tracker.store import attachments as store
from tracker.store import inbound_mails, teams
from tracker.store.attachments import Attachment
from tracker.store.base import db
from tracker.store.entries import Entry
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team

#: What was added and never sent goes after so long; also a file whose row never came.
KEPT = timedelta(days=1)

GONE = N_("A file that you had added is not there any more. Add it once more, please; your text is kept.")

_WHY_NOT = {
    rules.NOT_TAKEN: WhyNot.KIND,
    rules.CAN_ACT: WhyNot.ACTS,
    rules.EMPTY: WhyNot.EMPTY,
    rules.TOO_LARGE: WhyNot.LARGE,
    rules.TOO_MANY: WhyNot.MANY,
    rules.NO_SPACE: WhyNot.SPACE,
    pictures.BROKEN: WhyNot.BROKEN,
    pictures.TOO_MANY_PIXELS: WhyNot.PIXELS,
}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that was looked at and may be kept: of a picture only its pixels are left."""

    name: str
    kind: FileKind
    content: bytes
    picture: Picture | None


def prepared(name: str, content: bytes, limits: Limits, *, already: int = 0) -> Prepared:
    """Look at what it is, and make a picture anew: the one way in for every file, whatever the door. ``already`` have
    come with the same text.

    That takes a second of a large picture and asks no database: the caller holds no transaction meanwhile. Raises
    ``BadInput`` with the file's name in it.
    """
    name = rules.clean_name(name)
    rules.check_count(already, name, limits)
    rules.check_size(len(content), name, limits)
    kind = rules.kind_of(content, name)
    picture = pictures.made_anew(content, kind, name) if kind.is_picture else None
    return Prepared(rules.named_as(name, kind), kind, picture.content if picture is not None else content, picture)


def add(team: Team, file: Prepared, *, by: Person, limits: Limits, folder: Path, now: datetime) -> Attachment:
    """Keep it, for its uploader alone until it is sent. The file is on the disk before its row is.

    The caller has asked whether they may write there: who was let in need not be of the team. Raises ``BadInput``.
    """
    teams.lock(team.id)  # two at once count each other's
    if store.used_by_team(team.id) + len(file.content) > limits.team:
        raise BadInput(rules.NO_SPACE, field="files", name=file.name, most=rules.megabytes(limits.team))
    sha256, picture = files.hash_of(file.content), file.picture
    files.put(folder, sha256, file.content)
    if picture is not None:
        files.put(folder, sha256 + files.SMALL, picture.small)
    made = Attachment(
        id=store.fresh_number(),
        team_id=team.id,
        uploader_id=by.id,
        name=file.name,
        kind=file.kind,
        size=len(file.content),
        sha256=sha256,
        width=picture.width if picture is not None else 0,
        height=picture.height if picture is not None else 0,
        created_at=now,
    )
    db.session.add(made)
    db.session.flush()
    return made


def why_not(refused: BadInput) -> WhyNot:
    """What ``prepared`` or ``add`` had against a file, for those who are told afterwards."""
    return _WHY_NOT[refused.message]


def chosen(team: Team, *, by: Person, ids: Sequence[int], limits: Limits) -> list[Attachment]:
    """What this person has added for a text. Raises ``BadInput`` where one is gone, or there are too many."""
    found = store.loose(team.id, by.id, ids)
    if len(found) < len(set(ids)):
        raise BadInput(GONE, field="files")
    if len(found) > limits.a_text:
        raise BadInput(rules.TOO_MANY, field="files", most=limits.a_text, name=found[limits.a_text].name)
    return found


def send_along(suggestion: Suggestion, entry: Entry, added: Sequence[Attachment]) -> None:
    """They belong to this entry from now on."""
    for one in added:
        one.suggestion_id, one.entry_id, one.draft_id = suggestion.id, entry.id, None
    db.session.flush()


def once_more(files: Sequence[Attachment], *, now: datetime) -> list[Attachment]:
    """The same files for another text, which goes where the first one is not read. What they hold is there already, and
    takes no more space."""
    return [_once_more(one, now=now) for one in files]


def _once_more(one: Attachment, *, now: datetime) -> Attachment:
    made = Attachment(
        id=store.fresh_number(),
        team_id=one.team_id,
        uploader_id=one.uploader_id,
        name=one.name,
        kind=one.kind,
        size=one.size,
        sha256=one.sha256,
        width=one.width,
        height=one.height,
        created_at=now,
    )
    db.session.add(made)
    db.session.flush()
    return made


def forget_unsent(*, now: datetime) -> int:
    """Housekeeping: rows of files that were never sent. Returns how many."""
    return store.forget_loose_before(now - KEPT, spared=inbound_mails.files_waiting())


def forget_files(folder: Path, needed: Collection[str], *, now: datetime) -> int:
    """Housekeeping: files whose hash is not among those that rows name, and what a process that died was writing.
    Returns how many."""
    count = files.forget_aside(folder, before=now - KEPT)
    for name in files.names(folder):
        if name.removesuffix(files.SMALL) not in needed:
            count += files.forget(folder, name, before=now - KEPT)
    return count
