"""Mails that came in as rows: one for each, found again, and carried over by a backup byte by byte."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.times import FakeClock, instant
from tracker.inbound import keeping
from tracker.inbound.keeping import Arrived
from tracker.store import copies, inbound_mails
from tracker.store.base import db
from tracker.store.inbound_mails import How, InboundMail, InboundState
from tracker.worker.housekeeping import tidy_up
from tracker.worker.passes import one_pass

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


# Their words end ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [one for one in InboundState if one not in inbound_mails.KEPT_FOR_EVER])
def test_a_month_after_it_was_settled_a_mail_is_a_row_without_words(app: Flask, state: InboundState) -> None:
    with app.app_context():
        facts = {"draft": {"text": "Ist gefixt."}, "unanswered": "told_already"}
        mail = kept(state=state, settled_at=NOW, text="Ist gefixt.", error="x", subject="Re: Chat", facts=facts)
        db.session.commit()
        tidy_up(now=NOW + timedelta(days=30))
        assert (mail.raw, inbound_mails.is_forgotten(mail)) == (RAW, False)
        assert tidy_up(now=NOW + timedelta(days=30, seconds=1)) == {"mails that came in": 1}
        mail = db.session.get_one(InboundMail, mail.id)
        assert (mail.raw, mail.text, mail.error, inbound_mails.is_forgotten(mail)) == (b"", "", "", True)
        assert (mail.subject, mail.sha256, mail.facts) == ("Re: Chat", "a", {"unanswered": "told_already"})
        assert tidy_up(now=NOW + timedelta(days=31)) == {}, "once"


def test_what_waits_and_what_nobody_could_read_is_kept_however_long(app: Flask) -> None:
    with app.app_context():
        kept("a")
        kept("b", state=InboundState.FAILED, settled_at=NOW)
        db.session.commit()
        tidy_up(now=NOW + timedelta(days=3650))
        assert [mail.raw for mail in db.session.scalars(sa.select(InboundMail))] == [RAW, RAW]


def test_the_same_mail_fetched_again_later_is_known_and_not_read_twice(app: Flask) -> None:
    """As from a mailbox that was numbered anew."""
    with app.app_context():
        arrived = Arrived(raw=RAW, how=How.IMAP)
        first = db.session.get_one(InboundMail, keeping.keep(arrived, now=NOW))
        first.state, first.settled_at = InboundState.DONE, NOW
        db.session.commit()
        tidy_up(now=NOW + timedelta(days=40))
        again = keeping.keep(arrived, now=NOW + timedelta(days=41))
        assert db.session.get_one(InboundMail, again).state is InboundState.DONE
        assert inbound_mails.waiting(now=NOW + timedelta(days=41)) == []


def test_the_settings_say_how_long_and_time_travel_takes_nothing(
    make_app: Callable[..., Flask], clock: FakeClock
) -> None:
    app = make_app(mails_kept=timedelta(days=14))
    with app.app_context():
        kept(state=InboundState.DONE, settled_at=NOW)
        db.session.commit()
        one_pass(app, as_of=NOW + timedelta(days=40))
        assert db.session.scalar(sa.select(InboundMail.raw)) == RAW
        db.session.remove()
        clock.set(NOW + timedelta(days=15))
        one_pass(app)
        assert db.session.scalar(sa.select(InboundMail.raw)) == b""
