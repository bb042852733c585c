"""The mailbox that is fetched: every mail is kept and committed before the server is told that it was seen.

Where fetching goes on is known by UIDVALIDITY and UID. Everything behind the last mail that was kept is fetched, and
everything that nobody has seen; so one that a person opened in the same mailbox is not missed, and one that was kept
and not yet acknowledged is acknowledged the next time without being fetched again. Nothing is moved or deleted.
"""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any, ParamSpec, TypeVar

import structlog
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted, MailMessageFlags
from imap_tools.errors import ImapToolsError

from config_inbound import ImapServer
from tracker.domain.health import Tick
from tracker.inbound import keeping
from tracker.inbound.keeping import MOST_BYTES, Arrived
from tracker.store import inbound_mails, pulse
from tracker.store.base import db
from tracker.store.inbound_mails import How

log = structlog.get_logger(__name__)

#: So many mails at a time; what is left comes with the next tick.
MOST = 50
TIMEOUT = timedelta(seconds=60)

Tls = Callable[[], ssl.SSLContext]
P = ParamSpec("P")
T = TypeVar("T")


class Unreachable(Exception):
    """The mailbox cannot be fetched: no connection, no proof of who it is, a refused password, a strange reply."""


class _NotGiven(Exception):
    """The server has this one mail and does not hand it out."""


def fetch(
    server: ImapServer,
    *,
    now: datetime,
    timeout: timedelta = TIMEOUT,
    tls: Tls = ssl.create_default_context,
    crash_point: Callable[[str], None] = lambda name: None,
) -> int:
    """Keep what is new, acknowledge what is kept. Gives how many mails are new. Raises ``Unreachable``; what was kept
    until then stays kept."""
    try:
        return _fetch(server, now, timeout, tls, crash_point)
    except (OSError, imaplib.IMAP4.error, ImapToolsError) as error:
        raise Unreachable(f"{server.host}: {type(error).__name__}: {error}") from error


def _fetch(server: ImapServer, now: datetime, timeout: timedelta, tls: Tls, crash_point: Callable[[str], None]) -> int:
    count = 0
    with _signed_in(server, timeout, tls) as mailbox:
        validity = _validity(mailbox, server.folder)
        for uid in _not_put_off(_new_ones(mailbox, _asked(inbound_mails.highest_uid, validity)), validity, now)[:MOST]:
            if not _asked(_is_kept, validity, uid):
                try:
                    arrived = _arrived(mailbox, validity, uid)
                except _NotGiven as error:
                    _put_off(validity, uid, error, now)
                    continue
                if arrived is None:
                    continue  # somebody took it away meanwhile
                keeping.keep(arrived, now=now)
                crash_point("before_kept_commit")
                db.session.commit()
                count += 1
            crash_point("after_kept")
            mailbox.flag(str(uid), MailMessageFlags.SEEN, True)
            crash_point("after_acknowledged")
    return count


def _subject(validity: int, uid: int) -> str:
    return f"mailbox:{validity}:{uid}"


def _not_put_off(uids: list[int], validity: int, now: datetime) -> list[int]:
    waits = _asked(pulse.put_off, Tick.INBOUND, now=now) if uids else set()
    return [uid for uid in uids if _subject(validity, uid) not in waits]


def _put_off(validity: int, uid: int, error: Exception, now: datetime) -> None:
    """One that the server cannot read itself stops none behind it; it stays unseen, so it is asked for again."""
    log.error("a mail in the mailbox cannot be fetched", uid=uid, why=str(error))
    pulse.note_error(Tick.INBOUND, _subject(validity, uid), str(error), at=now)
    db.session.commit()


def _validity(mailbox: BaseMailBox, folder: str) -> int:
    """Which UIDs these are. A server may say OK and nothing else, and then nothing is known of what it holds."""
    try:
        return int(mailbox.folder.status(folder, ["UIDVALIDITY"])["UIDVALIDITY"])
    except (LookupError, ValueError) as error:
        raise Unreachable(f"STATUS of {folder} came without UIDVALIDITY") from error


def _is_kept(validity: int, uid: int) -> bool:
    return inbound_mails.by_uid(validity, uid) is not None


def _asked(question: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """A question to the database that is over before the server is spoken to: nothing is locked meanwhile."""
    try:
        return question(*args, **kwargs)
    finally:
        db.session.rollback()


@contextmanager
def _signed_in(server: ImapServer, timeout: timedelta, tls: Tls) -> Iterator[BaseMailBox]:
    seconds = timeout.total_seconds()
    mailbox: BaseMailBox
    if server.security == "plain":
        mailbox = MailBoxUnencrypted(server.host, server.port, timeout=seconds)
    elif server.security == "starttls":
        mailbox = MailBoxStartTls(server.host, server.port, timeout=seconds, ssl_context=tls())
    else:
        mailbox = MailBox(server.host, server.port, timeout=seconds, ssl_context=tls())
    try:
        mailbox.login(server.user, server.password, initial_folder=server.folder)
        yield mailbox
    except BaseException:
        _drop(mailbox)  # without a word: whatever went wrong is told by what is raised
        raise
    try:
        mailbox.logout()
    except (OSError, imaplib.IMAP4.error, ImapToolsError):
        _drop(mailbox)  # everything has been said; what goes wrong at the goodbye changes nothing


def _drop(mailbox: BaseMailBox) -> None:
    with suppress(OSError):
        mailbox.client.shutdown()


def _new_ones(mailbox: BaseMailBox, highest: int) -> list[int]:
    """UIDs behind the last one that was kept, and those that nobody has seen; of a mailbox that is new to us the
    latter alone. ``n:*`` names the last mail also where its UID is lower (RFC 3501, 6.4.8)."""
    asked = f"OR UNSEEN UID {highest + 1}:*" if highest else "UNSEEN"
    unseen = set(mailbox.uids("UNSEEN"))
    found = mailbox.uids(asked)
    return sorted(int(uid) for uid in found if int(uid) > highest or uid in unseen)


def _arrived(mailbox: BaseMailBox, validity: int, uid: int) -> Arrived | None:
    size = _size(mailbox, uid)
    if size is None:
        return None
    part = "BODY.PEEK[]" if size <= MOST_BYTES else "BODY.PEEK[HEADER]"
    raw = _literal(_fetched(mailbox, uid, part))
    if raw is None:
        return None
    return Arrived(
        raw=raw,
        how=How.IMAP,
        size=max(size, len(raw)) if size > MOST_BYTES else len(raw),
        mailbox_validity=validity,
        mailbox_uid=uid,
    )


def _size(mailbox: BaseMailBox, uid: int) -> int | None:
    for item in _fetched(mailbox, uid, "RFC822.SIZE"):
        text = item[0] if isinstance(item, tuple) else item
        if isinstance(text, bytes) and b"RFC822.SIZE" in text:
            return int(text.partition(b"RFC822.SIZE")[2].split()[0].rstrip(b")"))
    return None


def _fetched(mailbox: BaseMailBox, uid: int, what: str) -> list[Any]:
    status, data = mailbox.client.uid("FETCH", str(uid), f"({what})")
    if status != "OK":
        raise _NotGiven(f"{what} of mail {uid}: {status}")
    return list(data or [])


def _literal(data: list[Any]) -> bytes | None:
    return next((item[1] for item in data if isinstance(item, tuple) and isinstance(item[1], bytes)), None)
