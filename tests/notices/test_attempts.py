"""What became of each attempt stands in a line of its own: the 250 overwrites no 451."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from tests.acts.cast import RAISED_AT, Cast, raised
from tests.notices.post import RELAY, Post
from tests.notices.storm import WEDNESDAY, crowd, moved, packed, storm
from tests.notices.storm import mails as of_the_storm
from tests.reliability import Seen, fault
from tracker.acts import deliveries as acts
from tracker.acts import storms
from tracker.domain.retries import MOST_LOST_CLAIMS
from tracker.notices import leases, outbox, why
from tracker.notices.channels.results import NeverAccepted, NotAcceptedNow, Phase, RelayRefuses
from tracker.notices.outbox import Accepted, Unknown
from tracker.notices.words import Reader
from tracker.store import delivery_events
from tracker.store.base import db
from tracker.store.delivery_events import Happened
from tracker.store.notices import Delivery

pytestmark = pytest.mark.databases("sqlite", "postgresql")

NOW = RAISED_AT
LATER = NotAcceptedNow("450 4.2.0 greylisted", phase=Phase.RCPT, code=450)
NOBODY_THERE = NeverAccepted("550 5.1.1 no such user", phase=Phase.RCPT, code=550)
BUSY = RelayRefuses("421 4.3.2 closing", phase=Phase.GREETING, code=421)
HOLDING = dataclasses.replace(RELAY, unknown_policy="hold")


def lines(delivery: Delivery) -> list[tuple[str, str]]:
    return [(event.what.value, event.said) for event in delivery_events.of(delivery.id)]


@fault("F24", "the delay is shown, with the server's words, also to whom it was for")
def test_a_greylisted_mail_shows_its_delay(cast: Cast, receipt: Delivery, post: Post, seen: Seen) -> None:
    post.answers["nari"] = [LATER]
    post.deliver(NOW)
    post.deliver(NOW + timedelta(minutes=5))
    assert lines(receipt) == [("refused", "450 4.2.0 greylisted"), ("sent", "250 taken")]
    db.session.expire_all()
    reader = Reader(locale="de", zone=ZoneInfo("Europe/Berlin"), now=NOW + timedelta(hours=1))
    (line,) = [one for one in why.lines(cast.nari, reader) if one.what == "Ist angekommen"]
    seen(f"lines {[what for what, _ in lines(receipt)]}; {line.became}")
    assert line.became == (
        "Per Mail: Di 24.11., 23:15 Uhr. "
        "Vorher ließ sie sich nicht zustellen (Di 24.11., 23:10 Uhr: „450 4.2.0 greylisted“)."
    )


LATER_IN_WORDS = "“450 4.2.0 greylisted”"
WHEN = "Tue 24 Nov, 23:10"


@pytest.mark.parametrize(
    ("result", "told"),
    [
        (LATER, f"Before that it could not be delivered ({WHEN}: {LATER_IN_WORDS})."),
        (BUSY, f"Before that it could not be delivered ({WHEN})."),
        (
            RelayRefuses("sign-in refused: 535 5.7.8 nope", phase=Phase.AUTH, code=535),
            f"Before that it could not be delivered ({WHEN}).",
        ),
        (
            RelayRefuses("452 4.3.1 disk full", phase=Phase.MAIL, code=452),
            f"Before that it could not be delivered ({WHEN}).",
        ),
        (Unknown("the line broke off"), f"It may have arrived before ({WHEN}): nobody can say."),
    ],
    ids=["recipient", "throttled", "sign-in", "server", "unknown"],
)
def test_why_a_mail_came_late_is_said_without_words_about_the_whole_server(
    cast: Cast, receipt: Delivery, post: Post, result: object, told: str
) -> None:
    post.answers["nari"] = [result]  # type: ignore[list-item]
    post.deliver(NOW)
    post.deliver(NOW + timedelta(minutes=30))
    db.session.expire_all()
    (line,) = [one for one in why.lines(cast.nari, english()) if one.what == "It has arrived"]
    assert line.became.endswith(told)


def test_ten_late_mails_ask_for_what_was_in_their_way_at_once(cast: Cast, post: Post) -> None:
    def asked() -> int:
        with counted() as statements:
            assert "could not be delivered" in " ".join(line.became for line in why.lines(cast.nari, english()))
        return sum("FROM delivery_event" in one for one in statements)

    for i in range(10):
        raised(cast, title=f"Nr. {i}")
    post.answers["nari"] = [LATER] * 10
    post.deliver(NOW)
    post.deliver(NOW + timedelta(minutes=30))
    db.session.expire_all()
    assert asked() == 1


def english() -> Reader:
    return Reader(locale="en", zone=ZoneInfo("Europe/Berlin"), now=NOW + timedelta(hours=1))


@contextmanager
def counted() -> Iterator[list[str]]:
    said: list[str] = []

    def count(*args: object) -> None:
        said.append(" ".join(str(args[2]).split()))

    sa.event.listen(db.engine, "before_cursor_execute", count)
    yield said
    sa.event.remove(db.engine, "before_cursor_execute", count)


@fault("F10", "the line of an attempt is written with its end, and nothing is left to complete")
def test_the_line_comes_with_the_end(receipt: Delivery, seen: Seen) -> None:
    (claim,) = outbox.claim(RELAY.destination, now=NOW)
    outbox.begin_sending(claim.delivery_id, claim.token, now=NOW, outgoing=RELAY)
    db.session.commit()
    outbox.finish(claim.delivery_id, claim.token, Accepted("250 taken"), now=NOW, outgoing=RELAY)
    db.session.rollback()
    assert lines(receipt) == []
    outbox.finish(claim.delivery_id, claim.token, Accepted("250 taken"), now=NOW, outgoing=RELAY)
    db.session.commit()
    seen(f"one transaction: {lines(receipt)}")
    assert lines(receipt) == [("sent", "250 taken")]
    outbox.finish(claim.delivery_id, claim.token, LATER, now=NOW, outgoing=RELAY)
    assert lines(receipt) == [("sent", "250 taken")], "a former holder writes nothing"


def test_each_end_has_its_line(receipt: Delivery, post: Post) -> None:
    post.answers["nari"] = [Unknown("the line broke"), NOBODY_THERE]
    post.deliver(NOW)
    post.deliver(NOW + timedelta(minutes=5))
    assert lines(receipt) == [("unknown", "the line broke"), ("given_up", "550 5.1.1 no such user")]


def test_a_server_that_is_away_for_days_says_so_once(receipt: Delivery, post: Post) -> None:
    post.answers["nari"] = [BUSY] * 5
    for quarters in range(8):
        post.deliver(NOW + quarters * timedelta(minutes=15))
    assert lines(receipt) == [("refused", "421 4.3.2 closing"), ("sent", "250 taken")]


def test_a_sender_that_never_reports_is_a_line_too(receipt: Delivery) -> None:
    for number in range(MOST_LOST_CLAIMS):
        (claim,) = outbox.claim(RELAY.destination, now=NOW)
        if number == 1:
            outbox.begin_sending(claim.delivery_id, claim.token, now=NOW, outgoing=RELAY)
        outbox.reap({claim.token: 0.0}, monotonic=9e9, now=NOW, outgoing=RELAY)
        db.session.commit()
    said = [what for what, _ in lines(receipt)]
    assert said == ["lost", "unknown", *["lost"] * (MOST_LOST_CLAIMS - 3), "given_up"]
    assert lines(receipt)[-1][1] == leases.LOST


def test_what_is_held_and_then_decided_about_says_by_whom(cast: Cast, receipt: Delivery) -> None:
    (claim,) = outbox.claim(RELAY.destination, now=NOW)
    outbox.begin_sending(claim.delivery_id, claim.token, now=NOW, outgoing=HOLDING)
    outbox.reap({claim.token: 0.0}, monotonic=9e9, now=NOW, outgoing=HOLDING)
    db.session.commit()
    assert acts.release(receipt.id, by=cast.ada, now=NOW)
    assert not acts.release(receipt.id, by=cast.ada, now=NOW)
    assert acts.retry(receipt.id, by=cast.ada, now=NOW)
    assert acts.discard(receipt.id, by=cast.ada, why="kam an", now=NOW)
    db.session.commit()
    events = delivery_events.of(receipt.id)
    assert [(event.what, event.said, event.by_id) for event in events] == [
        (Happened.UNKNOWN, leases.SENDER_LOST, None),
        (Happened.RELEASED, "", cast.ada.id),
        (Happened.RETRIED, "", cast.ada.id),
        (Happened.DISCARDED, "kam an", cast.ada.id),
    ]


@pytest.mark.parametrize(("verb", "what"), [(storms.send, Happened.RELEASED), (storms.discard, Happened.DISCARDED)])
def test_who_decided_about_a_storm_stands_at_each_of_its_mails(cast: Cast, verb: object, what: Happened) -> None:
    moved(cast, crowd(cast, 60))
    packed()
    held = of_the_storm(is_held=True)
    verb(storm().id, by=cast.ada, now=WEDNESDAY)  # type: ignore[operator]
    db.session.commit()
    assert held
    assert {(e.what, e.by_id) for one in held for e in delivery_events.of(one.id)} == {(what, cast.ada.id)}
