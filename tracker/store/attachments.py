"""Files that came with a text: each belongs to one entry, or, before it is sent, to its uploader alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.attachments import FileKind
from tracker.store.base import Base, closed_enum, db, is_sqlite, pk, ref
from tracker.store.notices import Notice
from tracker.store.pulse import remember, site_fact

#: Under this name the site remembers the highest number of a file that is gone.
_HIGHEST_GONE = "highest_file_gone"


class Attachment(Base):
    __tablename__ = "attachment"

    id: Mapped[int] = pk()
    team_id: Mapped[int] = ref("team.id")
    uploader_id: Mapped[int] = ref("person.id")
    #: what it came with; both or neither. Who sees the entry sees the file.
    suggestion_id: Mapped[int | None] = ref("suggestion.id")
    entry_id: Mapped[int | None] = ref("entry.id")
    #: a text that is not sent yet keeps it for longer than a day
    draft_id: Mapped[int | None] = ref("draft.id", ondelete="SET NULL")
    #: cleaned, with an ending that fits its kind
    name: Mapped[str] = mapped_column(sa.String(100))
    kind: Mapped[FileKind] = mapped_column(closed_enum(FileKind))
    #: bytes as they are kept
    size: Mapped[int]
    #: of its content as it is kept, which is the name of its file
    sha256: Mapped[str] = mapped_column(sa.String(64))
    #: of the small picture, in pixels; 0 where there is none
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]

    __table_args__ = (
        sa.Index("ix_attachment_suggestion", "suggestion_id", "entry_id"),  # a timeline's files
        sa.Index("ix_attachment_entry", "entry_id"),  # a mail's; also what belongs to nothing yet, for housekeeping
        sa.Index("ix_attachment_team", "team_id", "size"),  # how much space a team uses
        sa.Index("ix_attachment_draft", "draft_id"),  # what came with a draft
    )


def fresh_number() -> int | None:
    """For a new file: one that no file has had, also none that was never sent. None: the database counts by itself.

    SQLite gives the highest number anew once its row is deleted, and a form that lay open for days would send along
    another file than the one that it shows.
    """
    if not is_sqlite():
        return None
    highest = db.session.scalar(sa.select(sa.func.max(Attachment.id))) or 0
    return max(highest, int(site_fact(_HIGHEST_GONE) or 0)) + 1


def by_id(attachment_id: int) -> Attachment | None:
    return db.session.get(Attachment, attachment_id)


def of_suggestion(suggestion_id: int) -> dict[int, list[Attachment]]:
    """Entry → its files, in the order in which they were added."""
    return _by_entry(Attachment.suggestion_id == suggestion_id, Attachment.entry_id.is_not(None))


def of_entries(entry_ids: Iterable[int]) -> dict[int, list[Attachment]]:
    """Entry → its files, for any number of entries in one query."""
    return _by_entry(Attachment.entry_id.in_(list(entry_ids)))


def of_delivery(delivery_id: int) -> dict[int, list[Attachment]]:
    """Entry → its files, for everything that one message tells of."""
    told = sa.select(Notice.entry_id).where(Notice.delivery_id == delivery_id, Notice.entry_id.is_not(None))
    return _by_entry(Attachment.entry_id.in_(told))


def _by_entry(*where: sa.ColumnElement[bool]) -> dict[int, list[Attachment]]:
    found: dict[int, list[Attachment]] = {}
    for one in db.session.scalars(sa.select(Attachment).where(*where).order_by(Attachment.id)):
        found.setdefault(one.entry_id or 0, []).append(one)
    return found


def of_draft(draft_id: int) -> list[Attachment]:
    where = (Attachment.draft_id == draft_id, Attachment.entry_id.is_(None))
    return list(db.session.scalars(sa.select(Attachment).where(*where).order_by(Attachment.id)))


def loose(team_id: int, uploader_id: int, ids: Sequence[int]) -> list[Attachment]:
    """Those of these that this person has added and not sent yet, in the order of ``ids``."""
    where = (
        Attachment.id.in_(list(ids)),
        Attachment.team_id == team_id,
        Attachment.uploader_id == uploader_id,
        Attachment.entry_id.is_(None),
    )
    found = {one.id: one for one in db.session.scalars(sa.select(Attachment).where(*where))}
    return [found[one] for one in dict.fromkeys(ids) if one in found]


def used_by_team(team_id: int) -> int:
    """Bytes of all files of a team, sent or not; what came with two texts is there once."""
    kept = sa.select(Attachment.sha256, Attachment.size).where(Attachment.team_id == team_id).distinct().subquery()
    statement = sa.select(sa.func.coalesce(sa.func.sum(kept.c.size), 0))
    return int(db.session.scalar(statement) or 0)


def hold(draft_id: int, uploader_id: int, ids: Sequence[int]) -> None:
    """These belong to this draft now, and no others."""
    own = (Attachment.uploader_id == uploader_id, Attachment.entry_id.is_(None))
    let_go = sa.update(Attachment).where(*own, Attachment.draft_id == draft_id, Attachment.id.not_in(list(ids)))
    take = sa.update(Attachment).where(*own, Attachment.id.in_(list(ids)))
    for statement, value in ((let_go, None), (take, draft_id)):
        db.session.execute(statement.values(draft_id=value).execution_options(synchronize_session="fetch"))


def forget_loose_before(moment: datetime, *, spared: Collection[int]) -> int:
    """What was added before then, belongs to no entry, waits in no draft and is not spared. Returns how many."""
    where = (
        Attachment.entry_id.is_(None),
        Attachment.draft_id.is_(None),
        Attachment.created_at < moment,
        Attachment.id.not_in(list(spared)),
    )
    if is_sqlite():
        going = db.session.scalar(sa.select(sa.func.max(Attachment.id)).where(*where)) or 0
        remember(_HIGHEST_GONE, str(max(going, int(site_fact(_HIGHEST_GONE) or 0))))
    return int(db.session.execute(sa.delete(Attachment).where(*where)).rowcount)  # type: ignore[attr-defined]


def hashes() -> set[str]:
    """Of all files that some row names."""
    return set(db.session.scalars(sa.select(Attachment.sha256).distinct()))
