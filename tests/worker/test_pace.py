"""The pace of the settings, with real senders and a server that counts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from config import SmtpServer
from tests.acts.cast import a_person, assemble, at, raised
from tests.mail_server import MailServer
from tests.times import FakeClock
from tracker.notices import packing
from tracker.store.base import db
from tracker.store.notices import Delivery, Lane
from tracker.worker.delivery import SENDERS_EACH, Senders, deliver
from tracker.worker.passes import one_pass

WEDNESDAY = at("Wednesday 2026-11-25 10:00")


@pytest.fixture
def posted(make_app: Callable[..., Flask], smtp: SmtpServer, clock: FakeClock) -> Flask:
    """Three mails are due, and four may leave within a minute: one now, and one every 15 seconds."""
    clock.set(WEDNESDAY)
    app = make_app(smtp=smtp, timeout_scale=0.02, mails_per_minute=4)
    senders = Senders(app)
    with app.app_context():
        cast = assemble()
        for title in ("Licht", "Lärm", "Laub"):
            raised(cast, title=title)
        packing.pack(now=WEDNESDAY, outgoing=senders.outgoing)
        db.session.execute(sa.update(Delivery).values(lane=Lane.NEWS))  # a receipt by itself waits for no turn
        db.session.commit()
        db.session.remove()
    return app


def rows(app: Flask) -> list[tuple[str, int]]:
    with app.app_context():
        found = db.session.execute(sa.select(Delivery.state, Delivery.attempts).order_by(Delivery.id)).all()
        db.session.remove()
        return [(row[0].value, row[1]) for row in found]


def test_both_senders_keep_to_it_and_a_mail_that_waits_has_made_no_attempt(
    posted: Flask, mail_server: MailServer, clock: FakeClock
) -> None:
    senders = Senders(posted)
    for seconds, left in ((0, 1), (2, 1), (12, 1), (1, 2), (2, 2), (13, 3), (60, 3)):
        clock.move(seconds=seconds)
        with posted.app_context():
            deliver(senders, now=clock.now())
        assert senders.wait(120)
        assert len(mail_server.to("nari@nachtwache.example")) == left
        # which of them goes first is decided by who of the two takes the turn
        assert sorted(rows(posted), reverse=True) == [("sent", 1)] * left + [("pending", 0)] * (3 - left)


def test_one_pass_waits_for_the_turns(posted: Flask, mail_server: MailServer, clock: FakeClock) -> None:
    one_pass(posted)
    left = rows(posted)  # an overview is among them
    assert left == [("sent", 1)] * 4
    assert (clock.now() - WEDNESDAY).total_seconds() == 45


def test_mails_to_who_was_disabled_meanwhile_take_no_turns(posted: Flask, mail_server: MailServer) -> None:
    with posted.app_context():
        stale = db.session.scalars(sa.select(Delivery).order_by(Delivery.id)).all()[:2]
        gone = a_person("Gerda")
        gone.active = False
        for one in stale:
            one.person_id = gone.id
        db.session.commit()
    senders = Senders(posted)
    senders._work(senders.outgoing.destination)  # one by itself: the other one could see the turn before it is back
    assert rows(posted) == [("skipped", 1), ("skipped", 1), ("sent", 1)], "one may leave at once, and one does"


def test_senders_wait_for_the_next_turn_on_the_connection_that_stands(
    make_app: Callable[..., Flask], smtp: SmtpServer, mail_server: MailServer, clock: FakeClock
) -> None:
    clock.set(WEDNESDAY)
    app = make_app(smtp=smtp, timeout_scale=0.02, mails_per_minute=20)  # five at once, one more every 3.75 seconds
    senders = Senders(app)
    with app.app_context():
        cast = assemble()
        for number in range(8):
            raised(cast, title=f"Licht {number}")
        packing.pack(now=WEDNESDAY, outgoing=senders.outgoing)
        db.session.execute(sa.update(Delivery).values(lane=Lane.NEWS))
        db.session.commit()
        deliver(senders, now=clock.now())
    assert senders.wait(120)
    # how many more is decided by who of the two takes a turn while the other one lets time pass
    assert rows(app).count(("sent", 1)) > 5, "one tick has sent more than what may leave at once"
    assert mail_server.connections <= SENDERS_EACH


def test_at_an_instant_that_stands_still_no_turn_would_come(posted: Flask, mail_server: MailServer) -> None:
    one_pass(posted, as_of=WEDNESDAY)
    assert rows(posted)[:3] == [("sent", 1)] * 3
