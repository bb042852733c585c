"""Reading what came in: one mail after the other, each in a transaction of its own, and each ends with a reason.

An attempt is counted and committed before the mail is looked at, so that one that kills its reader runs out of them.
What is written for it (entry, suggestion, the mail that goes back, what became of it) is one transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from tracker.inbound import answering, files, machines, parsing, proven, raising, reports, settling
from tracker.inbound.addresses import Book
from tracker.inbound.files import Brought, NotLookedAt
from tracker.inbound.keeping import MOST_BYTES
from tracker.inbound.machines import Ours
from tracker.inbound.settling import Letter
from tracker.notices.address_tokens import Kind
from tracker.store import inbound_mails, notices, people, pulse
from tracker.store.base import db
from tracker.store.inbound_mails import InboundMail, InboundState

log = structlog.get_logger(__name__)

MOST_ATTEMPTS = 5
#: After the first, second, … attempt that failed.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 60))
#: Longer texts are no letters; a reader of ours takes a second for this much.
MOST_CHARACTERS = 1_000_000


CrashPoint = Callable[[str], None]


def _nothing_happens(_point: str) -> None:
    """What a crash point is in life."""


def read_waiting(book: Book, *, now: datetime, crash_point: CrashPoint = _nothing_happens) -> dict[str, int]:
    """Read everything that waits. Gives how many mails ended how."""
    counts: dict[str, int] = {}
    for mail_id in inbound_mails.waiting(now=now):
        state = read_one(mail_id, book, now=now, crash_point=crash_point)
        counts[state] = counts.get(state, 0) + 1
    return counts


def read_one(mail_id: int, book: Book, *, now: datetime, crash_point: CrashPoint = _nothing_happens) -> str:
    """Count the attempt, then read; what goes wrong is written down, and the mail is tried again or given up."""
    if not _begin(mail_id, now):
        return "busy"
    try:
        mail = _settled(mail_id, book, now)
        if mail is None:
            db.session.rollback()
            return "busy"
        crash_point("before_settled_commit")
        db.session.commit()
        crash_point("after_settled")
        return mail.state.value
    except Exception as error:
        db.session.rollback()
        log.exception("a mail could not be read", inbound_mail=mail_id)
        return _failed(mail_id, f"{type(error).__name__}: {error}", now)


def _settled(mail_id: int, book: Book, now: datetime) -> InboundMail | None:
    """Lock it and decide. Where it is to be taken and has files, they are looked at in between, with nothing locked."""
    mail = inbound_mails.lock(mail_id)
    if mail is None:
        return None
    attempt = mail.attempts
    try:
        settle(mail, book, now=now)
        return mail
    except NotLookedAt as not_yet:
        db.session.rollback()
        brought = files.look_at(not_yet.files, attempt=attempt)
    mail = inbound_mails.lock(mail_id)
    if mail is not None:
        settle(mail, book, now=now, brought=brought)
    return mail


def _begin(mail_id: int, now: datetime) -> bool:
    mail = inbound_mails.lock(mail_id)
    if mail is not None and mail.attempts < MOST_ATTEMPTS:
        mail.next_attempt_at = now + PAUSES[mail.attempts]
        mail.attempts += 1
    elif mail is not None:  # it has ended its reader each time
        _give_up(mail, mail.error or "its reader ended in the middle of it", now)
        mail = None
    db.session.commit()
    return mail is not None


def _failed(mail_id: int, why: str, now: datetime) -> str:
    mail = inbound_mails.lock(mail_id)
    if mail is None:
        db.session.rollback()
        return "busy"
    mail.error = why[:4000]
    if mail.attempts >= MOST_ATTEMPTS:
        _give_up(mail, why, now)
    db.session.commit()
    return mail.state.value


def _give_up(mail: InboundMail, why: str, now: datetime) -> None:
    """A person has to look; the sender is told that somebody will."""
    pulse.note_error("inbound", f"inbound:{mail.id}", why, at=now)
    mail.error = why[:4000]
    mail.state, mail.reason, mail.settled_at = InboundState.FAILED, "broken", now
    person = people.by_email(mail.from_address) if mail.from_address else None
    if person is not None and person.active and not mail.facts.get("machine"):
        answering.answer(mail, "heard_refused", now=now, person=person)


# One mail -------------------------------------------------------------------------------------------------------------


def settle(mail: InboundMail, book: Book, *, now: datetime, brought: Brought | None = None) -> None:
    """Decide what becomes of one mail, and do it. The caller commits. Raises ``NotLookedAt`` where it is to be taken
    and its files have not been looked at."""
    heard = parsing.parse(mail.raw)
    mail.from_address, mail.subject, mail.message_id = heard.from_address, heard.subject, heard.message_id
    purpose = book.purpose(mail.recipients or heard.recipients, now=now, sender=heard.from_address)
    authserv_id = book.inbound.authserv_id
    is_proven = authserv_id is not None and proven.is_proven(heard, authserv_id)
    letter = Letter(mail=mail, heard=heard, purpose=purpose, now=now, is_proven=is_proven, brought=brought)
    claim = purpose.claim
    if claim is not None and claim.kind is Kind.UNSUBSCRIBE and not claim.why:
        settling.unsubscribe(letter, claim)  # whoever sends it, and programs do: the address is the permission
        return
    if _is_a_machines(letter, book):
        return
    if mail.size > MOST_BYTES:
        letter.refuse("too_large")
    elif len(heard.text) > MOST_CHARACTERS:
        letter.refuse("too_long")
    elif authserv_id and not is_proven:
        letter.hold_unproven()
    else:
        _by_purpose(letter)


def _is_a_machines(letter: Letter, book: Book) -> bool:
    """Ends the mail where nobody wrote it. A site admin may have said that somebody did."""
    mail, heard = letter.mail, letter.heard
    ours = Ours(is_address=book.is_ours, is_sent=notices.is_message_of_ours)
    why = machines.why(heard, envelope_from=mail.envelope_from, ours=ours, humans=book.inbound.humans)
    complaint = reports.complaint(mail.raw) if heard.content_type == "multipart/report" else None
    if complaint is not None:
        settling.complained(letter, complaint, book.purpose([complaint.returns_to], now=letter.now).claim)
        return True
    if letter.purpose.is_bounce or why in ("null_sender", "report"):
        settling.came_back(letter, otherwise=why or "to_bounce_address")
        return True
    if not why or (mail.facts.get("released") and why not in ("own_address", "own_message")):
        return False
    mail.facts = {**mail.facts, "machine": why}
    letter.end(InboundState.IGNORED, why)
    return True


def _by_purpose(letter: Letter) -> None:
    purpose = letter.purpose
    if purpose.place == "team":
        raising.raise_by_mail(letter)
    elif purpose.place != "token":
        letter.refuse("no_such_address")
    elif purpose.claim is None:
        letter.quarantine("forged")
    elif purpose.claim.why == "disabled":
        letter.quarantine("disabled")
    elif purpose.claim.kind is Kind.UNSUBSCRIBE:
        settling.unsubscribe(letter, purpose.claim)
    elif purpose.claim.person is None or purpose.claim.person.email != letter.heard.from_address:
        letter.quarantine("other_sender")
    elif purpose.claim.why:
        settling.too_late(letter, purpose.claim)
    else:
        settling.reply(letter, purpose.claim, purpose.claim.person)
