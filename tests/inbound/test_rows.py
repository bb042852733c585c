"""Mails that came in as rows: one for each, found again, and carried over by a backup byte by byte."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.times import instant
from tracker.store import copies, inbound_mails
from tracker.store.base import db
from tracker.store.inbound_mails import How, InboundMail, InboundState

NOW = instant("Wednesday 2026-11-25 10:00")
RAW = bytes(range(256))


def kept(sha256: str = "a", **more: object) -> InboundMail:
    values = {"raw": RAW, "size": len(RAW), "received_at": NOW, "next_attempt_at": NOW, "how": How.IMAP, **more}
    mail = InboundMail(sha256=sha256, **values)
    db.session.add(mail)
    db.session.flush()
    return mail


def test_the_same_mail_is_never_two_rows(app: Flask) -> None:
    with app.app_context():
        kept("a")
        with pytest.raises(sa.exc.IntegrityError):
            kept("a")
        db.session.rollback()


def test_what_waits_is_read_in_the_order_in_which_it_came(app: Flask) -> None:
    with app.app_context():
        first, later, second = kept("a"), kept("b", next_attempt_at=NOW + timedelta(minutes=5)), kept("c")
        kept("d", state=InboundState.DONE)
        assert inbound_mails.waiting(now=NOW) == [first.id, second.id]
        assert inbound_mails.waiting(now=NOW + timedelta(minutes=5)) == [first.id, later.id, second.id]
        assert inbound_mails.counts() == {InboundState.RECEIVED: 3, InboundState.DONE: 1}


def test_fetching_goes_on_behind_the_last_mail_of_the_same_numbering(app: Flask) -> None:
    with app.app_context():
        kept("a", mailbox_validity=7, mailbox_uid=41)
        kept("b", mailbox_validity=6, mailbox_uid=99)
        assert (inbound_mails.highest_uid(7), inbound_mails.highest_uid(6), inbound_mails.highest_uid(5)) == (41, 99, 0)


def test_a_backup_carries_the_bytes(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        kept("a")
        db.session.commit()
        copies.dump(tmp_path / "site.zip", now=NOW)
        db.session.execute(sa.delete(InboundMail))
        db.session.commit()
        copies.load(tmp_path / "site.zip")
        found = inbound_mails.by_sha256("a")
        assert found is not None
        assert found.raw == RAW
