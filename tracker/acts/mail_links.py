"""Acting by a link in a mail: whose it is and whether it still works, and that it works once.

Looking changes nothing, however often. A link is used up by the act alone, in the act's own transaction, and is good
again when the act is taken back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from tracker import access
from tracker.acts.secret_links import hash_of
from tracker.domain.errors import N_, LinkEnded
from tracker.notices import mail_links, tokens
from tracker.notices.tokens import Purpose
from tracker.store import doors, suggestions
from tracker.store.base import db, is_sqlite
from tracker.store.doors import UsedLink
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion

#: What can be done with a link, by what it is for. Whether this person may do it is for the verb to say.
ACTS: Mapping[Purpose, tuple[str, ...]] = {
    Purpose.VIEW: (),
    Purpose.ANSWER: ("answer", "ask", "move", "hand-back"),
    Purpose.ASK: ("ask",),
    Purpose.MOVE: ("move",),
    Purpose.NOTE: ("note",),
    Purpose.ASSIGN: ("assign",),
    Purpose.TAKE: ("take",),
    Purpose.HAND_BACK: ("hand-back",),
    Purpose.COMMENT: ("comment",),
    Purpose.NUDGE: ("nudge",),
    Purpose.CONTEST: ("contest",),
    Purpose.THANKS: ("thanks",),
}
ENDED = N_("Links in mails work for 14 days. Sign in, or let us send you a link that signs you in.")


class Forged(LinkEnded):
    """Nobody of ours has signed this, or its person signed out everywhere since."""


class NeedsSigningIn(LinkEnded):
    """It was good once, or leads to what is shown to who is signed in only. ``link`` says where it leads."""

    def __init__(self, link: Link) -> None:
        super().__init__(ENDED)
        self.link = link


@dataclass(frozen=True, slots=True)
class Link:
    """A genuine link: who may do what with which suggestion."""

    purpose: Purpose
    person: Person
    suggestion: Suggestion
    token: str
    expires_at: datetime

    @property
    def acts(self) -> tuple[str, ...]:
        return ACTS[self.purpose]

    @property
    def hash(self) -> str:
        return hash_of(f"{self.purpose.value}:{self.token}")


def read(purpose: str, token: str, *, now: datetime) -> Link:
    """Whose it is and where it leads; changes nothing.

    Raises ``Forged``, ``NeedsSigningIn``, and ``LinkEnded`` where its person cannot see the suggestion (any more).
    """
    meant = next((one for one in ACTS if one.value == purpose), None)
    claim = tokens.genuine(meant, token) if meant is not None else None
    numbers = mail_links.numbers_of(claim.subject) if claim is not None else None
    if meant is None or claim is None or numbers is None:
        raise Forged(ENDED)
    suggestion = access.suggestion_numbered(claim.person, *numbers)
    if suggestion is None:
        raise LinkEnded(ENDED)
    link = Link(meant, claim.person, suggestion, token, claim.expires_at)
    if claim.expires_at <= now or not mail_links.is_given(suggestion):
        raise NeedsSigningIn(link)
    return link


def used(link: Link) -> UsedLink | None:
    """What was done with it, or none."""
    return doors.used_link(link.hash)


def use(link: Link, act: str, *, request_key: str, now: datetime) -> UsedLink | None:
    """Use it up, before the verb is called and in its transaction; none where somebody was quicker.

    The suggestion's row is locked first, as every verb does: two who act with two links of one suggestion would wait
    for each other otherwise.
    """
    suggestions.lock(link.suggestion.id)
    insert = (sqlite.insert if is_sqlite() else postgresql.insert)(UsedLink)
    statement = insert.values(
        token_hash=link.hash,
        person_id=link.person.id,
        suggestion_id=link.suggestion.id,
        act=act,
        request_key=request_key[:80],
        at=now,
        expires_at=link.expires_at,
    ).on_conflict_do_nothing(index_elements=["token_hash"])
    made = db.session.scalar(statement.returning(UsedLink.id))
    return db.session.get_one(UsedLink, made) if made is not None else None


def give_back(link: Link) -> None:
    """What was done with it was taken back: it is good again."""
    db.session.execute(sa.delete(UsedLink).where(UsedLink.token_hash == link.hash))


def forget_before(moment: datetime) -> int:
    """Housekeeping: of links that ended before then nobody asks any more. Returns how many."""
    result = db.session.execute(sa.delete(UsedLink).where(UsedLink.expires_at < moment))
    return int(result.rowcount)  # type: ignore[attr-defined]
