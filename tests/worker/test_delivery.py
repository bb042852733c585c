"""Delivery against a server that is really spoken to: each message once, and nothing stops the others."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from config import SmtpServer
from tests.acts.cast import Cast, assemble, at, raised
from tests.mail_server import DROP, HANG, MailServer
from tests.reliability import Seen, fault
from tests.times import FakeClock
from tracker.acts import health, sign_in
from tracker.notices import outbox
from tracker.store import leftovers, pulse
from tracker.store.base import db
from tracker.store.notices import Delivery, DeliveryState, Lane, Notice, NoticeState
from tracker.store.people import Person
from tracker.store.teams import Team
from tracker.worker.delivery import Senders, deliver

NOW = at("Wednesday 2026-11-25 10:00")


@pytest.fixture
def posted(make_app: Callable[..., Flask], smtp: SmtpServer, clock: FakeClock) -> Flask:
    """An app whose mails go to the mail server, on a clock that stands at Wednesday, 10:00."""
    clock.set(NOW)
    app = make_app(smtp=smtp, timeout_scale=0.02)
    with app.app_context():
        assemble()
        db.session.remove()
    return app


@pytest.fixture
def senders(posted: Flask) -> Iterator[Senders]:
    senders = Senders(posted)
    yield senders
    senders.stop(within=15)


def ask_link(app: Flask, email: str = "nari@nachtwache.example") -> int:
    """Somebody wants to sign in by mail: a message is owed. Gives its id."""
    with app.app_context():
        sign_in.ask_link(email, "sign_in", network="192.0.2.1", now=at("Wednesday 2026-11-25 10:00"))
        db.session.commit()
        return db.session.scalar(sa.select(sa.func.max(Delivery.id))) or 0


def tick(app: Flask, senders: Senders, clock: FakeClock, *, waits: bool = True) -> dict[str, int]:
    with app.app_context():
        done = deliver(senders, now=clock.now())
    if waits:
        assert senders.wait(120)
    return done


def row(app: Flask, delivery_id: int) -> Delivery:
    with app.app_context():
        found = db.session.get_one(Delivery, delivery_id)
        db.session.remove()
        return found


def test_a_message_leaves_once_and_the_row_says_so(
    posted: Flask, senders: Senders, mail_server: MailServer, clock: FakeClock
) -> None:
    one = ask_link(posted)
    tick(posted, senders, clock)
    tick(posted, senders, clock)
    (received,) = mail_server.to("nari@nachtwache.example")
    sent = row(posted, one)
    assert (sent.state, sent.sent_at, sent.attempts) == (DeliveryState.SENT, clock.now(), 1)
    assert received.message["Message-ID"] == f"<{sent.message_id}>"
    assert received.recipients == ("nari@nachtwache.example",)
    assert "token" not in sent.facts, "a link is blanked once it is sent"


def test_an_act_reaches_its_people_and_their_notices_say_that_they_were_told(
    posted: Flask, senders: Senders, mail_server: MailServer, clock: FakeClock
) -> None:
    with posted.app_context():
        team = _cast().team
        assert team.slug == "nachtwache"
        raised(_cast())
        db.session.remove()
    tick(posted, senders, clock)
    assert [one.subject for one in mail_server.to("nari@nachtwache.example")] == [
        "Angekommen: Chat-Filter frisst Umlaute (#41)"
    ]
    with posted.app_context():
        told = db.session.scalars(sa.select(Notice).where(Notice.delivery_id.is_not(None))).all()
        assert {notice.state for notice in told} == {NoticeState.TOLD}
        db.session.remove()


def test_f24_a_greylisting_server_is_tried_again_and_nobody_is_alarmed(
    posted: Flask, senders: Senders, mail_server: MailServer, clock: FakeClock
) -> None:
    mail_server.script("RCPT", "451 4.7.1 greylisted, come back")
    one = ask_link(posted)
    tick(posted, senders, clock)
    waiting = row(posted, one)
    assert (waiting.state, waiting.next_attempt_at) == (DeliveryState.PENDING, clock.now() + timedelta(minutes=5))
    clock.move(minutes=4)
    tick(posted, senders, clock)
    assert mail_server.accepted == []
    clock.move(minutes=1)
    tick(posted, senders, clock)
    assert len(mail_server.to("nari@nachtwache.example")) == 1
    assert row(posted, one).attempts == 2


def test_f25_an_address_that_does_not_exist_is_not_tried_again(
    posted: Flask, senders: Senders, mail_server: MailServer, clock: FakeClock
) -> None:
    mail_server.always("RCPT", "550 5.1.1 no such mailbox")
    one = ask_link(posted)
    tick(posted, senders, clock)
    assert row(posted, one).state is DeliveryState.DEAD
    assert row(posted, one).outcome.startswith("550 5.1.1")
    clock.move(hours=8)
    tick(posted, senders, clock)
    assert mail_server.received == []


def test_f28_a_server_that_hangs_up_after_its_yes_gets_no_second_copy(
    posted: Flask, senders: Senders, mail_server: MailServer, clock: FakeClock
) -> None:
    mail_server.script("DOT", "250 2.0.0 kept")
    one = ask_link(posted)
    tick(posted, senders, clock)
    clock.move(hours=1)
    tick(posted, senders, clock)
    assert len(mail_server.received) == 1
    assert row(posted, one).state is DeliveryState.SENT


def test_f9_a_connection_lost_after_the_dot_is_unknown_and_the_copy_has_the_same_id(
    posted: Flask, senders: Senders, mail_server: MailServer, clock: FakeClock
) -> None:
    mail_server.script("DOT", DROP)
    one = ask_link(posted)
    tick(posted, senders, clock)
    assert row(posted, one).was_unknown
    clock.move(minutes=5)
    tick(posted, senders, clock)
    first, second = mail_server.received
    assert first.message["Message-ID"] == second.message["Message-ID"]
    assert first.raw == second.raw
    assert row(posted, one).state is DeliveryState.SENT


def test_f31_a_relay_that_refuses_everybody_pauses_and_counts_against_nobody(
    posted: Flask, senders: Senders, mail_server: MailServer, clock: FakeClock
) -> None:
    mail_server.always("EHLO", "421 4.3.2 closing")
    ids = [ask_link(posted), ask_link(posted, "pit@nachtwache.example"), ask_link(posted, "juri@nachtwache.example")]
    tick(posted, senders, clock)
    connections = mail_server.connections
    with posted.app_context():
        (paused,) = pulse.paused_destinations(clock.now())
        assert paused.refusals == 1
        db.session.remove()
    assert [row(posted, one).attempts for one in ids] == [0, 0, 0]
    clock.move(minutes=1)
    tick(posted, senders, clock)
    assert mail_server.connections == connections, "nobody tries while it is paused"

    mail_server.always("EHLO", None)
    clock.move(minutes=4)
    tick(posted, senders, clock)
    assert {row(posted, one).state for one in ids} == {DeliveryState.SENT}
    with posted.app_context():
        assert pulse.paused_destinations(clock.now()) == []
        db.session.remove()


@fault("F23", "its disk is full, its filter is away: all mails wait, no attempt counts, red; six days later all leave")
@pytest.mark.parametrize(
    ("step", "reply"), [("MAIL", "452 4.3.1 Insufficient system storage"), ("DOT", "451 4.3.0 queue file write error")]
)
def test_f23_a_relay_with_a_fault_of_its_own_loses_nothing_however_long_it_lasts(
    posted: Flask, senders: Senders, mail_server: MailServer, clock: FakeClock, seen: Seen, step: Any, reply: str
) -> None:
    mail_server.always(step, reply)
    ids = [ask_link(posted), ask_link(posted, "pit@nachtwache.example"), ask_link(posted, "juri@nachtwache.example")]
    with posted.app_context():  # a link would have run out long before
        db.session.execute(sa.update(Delivery).values(template="test"))
        db.session.commit()
    for _ in range(6 * 24 // 12):
        tick(posted, senders, clock)
        assert "destination_paused" in wrong(posted, clock)
        clock.move(hours=12)
    assert {(row(posted, one).state, row(posted, one).attempts) for one in ids} == {(DeliveryState.PENDING, 0)}
    mail_server.always(step, None)
    tick(posted, senders, clock)
    left = [row(posted, one).state.value for one in ids]
    seen(f"{reply[:3]} at {step} for six days: attempts counted 0, then {left}")
    assert left == ["sent"] * 3


def wrong(app: Flask, clock: FakeClock) -> list[str]:
    """Why /healthz is red."""
    with app.app_context():
        found = [reason.code for reason in health.reasons(app.config["TRACKER"], now=clock.now())]
        db.session.remove()
    return [code for code in found if not code.endswith("_silent")]


def test_a_relay_that_says_later_to_each_mail_turns_health_red_although_none_is_ever_due(
    posted: Flask, senders: Senders, mail_server: MailServer, clock: FakeClock
) -> None:
    mail_server.always("RCPT", "450 4.7.1 later")
    for address in ("nari@nachtwache.example", "jo@nachtwache.example"):
        ask_link(posted, address)
    for _ in range(5):
        tick(posted, senders, clock)
        assert wrong(posted, clock) == []
        clock.move(minutes=2)
    tick(posted, senders, clock)
    assert wrong(posted, clock) == []
    clock.move(minutes=1)
    assert wrong(posted, clock) == ["delivery_waiting"]
    mail_server.always("RCPT", None)
    ask_link(posted, "pit@nachtwache.example")
    tick(posted, senders, clock)
    assert wrong(posted, clock) == [], "it takes others: these addresses are their own matter"


def test_one_address_that_is_looked_at_for_the_first_time_turns_nothing_red_unless_it_goes_on(
    posted: Flask, senders: Senders, mail_server: MailServer, clock: FakeClock
) -> None:
    mail_server.always("RCPT", "450 4.7.1 greylisted")
    ask_link(posted)
    for minutes in (0, 6, 13):
        clock.move(minutes=minutes)
        assert wrong(posted, clock) == []
        tick(posted, senders, clock)
    assert wrong(posted, clock) == [], "put off twice, the second time a quarter of an hour ago"
    clock.move(minutes=3)
    tick(posted, senders, clock)
    assert wrong(posted, clock) == ["delivery_waiting"]


def test_f29_one_that_hangs_holds_nobody_up(
    posted: Flask, senders: Senders, mail_server: MailServer, clock: FakeClock
) -> None:
    mail_server.script("DOT", HANG)
    ask_link(posted)
    tick(posted, senders, clock, waits=False)
    _until(lambda: bool(mail_server.received), "the first message never came")
    later = ask_link(posted, "pit@nachtwache.example")
    tick(posted, senders, clock, waits=False)
    _until(lambda: row(posted, later).state is DeliveryState.SENT, "the second waited for the first")
    assert len(mail_server.to("pit@nachtwache.example")) == 1


@fault("F49", "a template that fails: dead with the number of its error, one alert, the others flow")
def test_f15_a_message_that_cannot_be_written_is_dead_and_the_others_flow(
    posted: Flask, senders: Senders, mail_server: MailServer, clock: FakeClock
) -> None:
    bad, good = ask_link(posted), ask_link(posted, "pit@nachtwache.example")
    with posted.app_context():
        db.session.get_one(Delivery, bad).template = "nothing_like_it"
        db.session.commit()
        db.session.remove()
    tick(posted, senders, clock)
    assert row(posted, bad).state is DeliveryState.DEAD
    assert row(posted, good).state is DeliveryState.SENT
    with posted.app_context():
        (error,) = pulse.recent_errors(clock.now() - timedelta(hours=1))
        assert error.subject == f"delivery:{bad}"
        db.session.remove()
    assert [one.recipients[0] for one in mail_server.received] == ["pit@nachtwache.example"]


def test_what_a_dead_sender_left_is_freed_when_its_token_was_seen_for_a_whole_lease(
    posted: Flask, senders: Senders, mail_server: MailServer, clock: FakeClock
) -> None:
    one = ask_link(posted)
    with posted.app_context():
        outbox.claim(senders.outgoing.destination, now=clock.now(), limit=1)
        db.session.commit()
        db.session.remove()
    tick(posted, senders, clock)
    clock._now += timedelta(days=2)  # the wall clock has no say
    tick(posted, senders, clock)
    assert row(posted, one).state is DeliveryState.CLAIMED
    clock._now -= timedelta(days=2)
    clock.move(senders.outgoing.lease + timedelta(seconds=1))
    tick(posted, senders, clock)
    assert row(posted, one).state is DeliveryState.SENT
    assert len(mail_server.received) == 1


def test_a_former_holder_that_wakes_up_late_writes_nothing(posted: Flask, senders: Senders, clock: FakeClock) -> None:
    one = ask_link(posted)
    with posted.app_context():
        (claim,) = outbox.claim(senders.outgoing.destination, now=clock.now(), limit=1)
        db.session.commit()
        db.session.get_one(Delivery, one).token = "somebody else's"
        db.session.commit()
        senders._finish(claim, outbox.Accepted("250 kept"))
        db.session.remove()
    assert row(posted, one).state is DeliveryState.CLAIMED
    assert senders.sent == 0


def test_what_waits_for_a_former_server_goes_to_the_present_one(
    posted: Flask, senders: Senders, mail_server: MailServer, clock: FakeClock
) -> None:
    one = ask_link(posted)
    with posted.app_context():
        db.session.get_one(Delivery, one).destination = "relay:old.example:25"
        db.session.commit()
        assert leftovers.aim(senders.outgoing.destination) == 1
        db.session.rollback()
        db.session.remove()
    tick(posted, senders, clock)
    assert len(mail_server.received) == 1


def test_without_a_server_it_lies_in_the_mailbox(
    make_app: Callable[..., Flask], clock: FakeClock, tmp_path: Path
) -> None:
    clock.set(NOW)
    app = make_app()
    with app.app_context():
        assemble()
        db.session.remove()
    one = ask_link(app)
    tick(app, Senders(app), clock)
    (file,) = (tmp_path / "mail").glob("*.eml")
    assert b"To: nari@nachtwache.example" in file.read_bytes()
    assert row(app, one).state is DeliveryState.SENT
    assert row(app, one).lane is Lane.SECURITY


def test_asked_to_stop_no_further_message_is_begun(
    posted: Flask, senders: Senders, mail_server: MailServer, clock: FakeClock
) -> None:
    one = ask_link(posted)
    senders.ask_to_stop()
    tick(posted, senders, clock)
    assert mail_server.connections == 0
    assert row(posted, one).state is DeliveryState.PENDING


def _cast() -> Cast:
    """The cast that is there already, read anew."""
    people = {person.name.lower(): person for person in db.session.scalars(sa.select(Person))}
    teams = {team.slug: team for team in db.session.scalars(sa.select(Team))}
    return Cast(team=teams["nachtwache"], other_team=teams["tagwache"], **people)


def _until(holds: Callable[[], Any], otherwise: str, seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, otherwise
        time.sleep(0.05)
