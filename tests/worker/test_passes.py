"""`tracker work`: one pass does what is due at an instant; walked forward, each instant has its own."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.acts.cast import Cast, assemble, at, raised
from tests.reliability import fault
from tests.times import FakeClock
from tracker.acts import audit, sign_in
from tracker.domain.health import Tick
from tracker.notices import outbox
from tracker.store import pulse
from tracker.store.base import db
from tracker.store.doors import AnsweredRequest, SignInLink, Throttle
from tracker.store.notices import Delivery, DeliveryState
from tracker.worker.housekeeping import tidy_up
from tracker.worker.passes import one_pass


@pytest.fixture
def posted(make_app: Callable[..., Flask]) -> Iterator[tuple[Flask, Cast]]:
    """The cast in an app of its own, with a mailbox; everybody has chosen each reminder by itself."""
    app = make_app()
    with app.app_context():
        cast = assemble()
        for person in (cast.pit, cast.juri, cast.anke):
            person.reminder_rhythm, person.digest_on = "each", False
        cast.nari.digest_on = False
        db.session.commit()
        yield app, cast


class Mailbox:
    """What was put into the mailbox since the last look: address and subject."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen: set[str] = set()

    def new(self) -> list[tuple[str, str]]:
        files = sorted(file for file in self.folder.glob("*.eml") if file.name not in self._seen)
        self._seen |= {file.name for file in files}
        messages = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
        return sorted((str(m["To"]).partition("@")[0], str(m["Subject"]).partition(":")[0]) for m in messages)


def test_walking_forward_each_instant_sends_what_is_due_then(posted: tuple[Flask, Cast], tmp_path: Path) -> None:
    app, cast = posted
    raised(cast)
    mailbox = Mailbox(tmp_path / "mail")
    walk = [
        ("Tuesday 2026-11-24 23:11", [("nari", "Angekommen")]),
        ("Thursday 2026-11-26 12:59", []),
        ("Thursday 2026-11-26 13:00", [("pit", "Heute bis 17 Uhr")]),
        ("Thursday 2026-11-26 13:01", []),
        ("Thursday 2026-11-26 17:00", [("pit", "Jetzt fällig")]),
        ("Friday 2026-11-27 12:59", []),
        (
            "Friday 2026-11-27 13:00",
            [
                ("juri", "Kannst du einspringen? Chat-Filter frisst Umlaute"),
                ("nari", "Wir schulden dir eine Antwort"),
                ("pit", "Seit gestern überfällig"),
            ],
        ),
    ]
    for moment, expected in walk:
        one_pass(app, as_of=at(moment))
        assert mailbox.new() == expected, moment
    assert list(audit.findings(audit.Tally())) == []


def test_as_of_leaves_no_heartbeat_and_deletes_nothing(posted: tuple[Flask, Cast]) -> None:
    app, cast = posted
    _leave_things_behind(cast, at("Monday 2026-11-02 09:00"))
    one_pass(app, as_of=at("Monday 2027-11-01 09:00"))
    assert pulse.heartbeats() == {}
    assert _left() == {"requests": 1, "links": 1, "throttles": 2, "errors": 1}


def test_without_it_every_tick_leaves_its_heartbeat(posted: tuple[Flask, Cast], clock: FakeClock) -> None:
    app, _ = posted
    one_pass(app)
    every = [tick for tick in Tick if tick is not Tick.INBOUND]  # no mail is received here
    assert {tick: beat.at for tick, beat in pulse.heartbeats().items()} == dict.fromkeys(every, clock.now())


def test_what_has_served_its_time_goes(posted: tuple[Flask, Cast]) -> None:
    _, cast = posted
    begun = at("Monday 2026-11-02 09:00")
    _leave_things_behind(cast, begun)
    tidy_up(now=begun + timedelta(hours=1))
    assert _left() == {"requests": 1, "links": 1, "throttles": 2, "errors": 1}
    tidy_up(now=begun + timedelta(days=40))
    assert _left() == {"requests": 0, "links": 0, "throttles": 0, "errors": 0}


def test_a_link_that_has_ended_is_taken_out_of_its_mail(posted: tuple[Flask, Cast]) -> None:
    _, cast = posted
    begun = at("Monday 2026-11-02 09:00")
    sign_in.send_link(cast.nari, "sign_in", now=begun)
    db.session.commit()
    delivery_id = db.session.scalar(sa.select(Delivery.id)) or 0
    tidy_up(now=begun + timedelta(minutes=59))
    assert db.session.get_one(Delivery, delivery_id).facts["token"]
    tidy_up(now=begun + timedelta(minutes=61))
    assert not db.session.get_one(Delivery, delivery_id).facts["token"]


def test_leases_older_than_two_are_freed_by_the_wall_clock(posted: tuple[Flask, Cast], tmp_path: Path) -> None:
    app, cast = posted
    begun = at("Monday 2026-11-02 09:00")
    sign_in.send_link(cast.nari, "sign_in", now=begun)
    outbox.claim("mailbox", now=begun, limit=1)
    db.session.commit()
    one_pass(app, as_of=begun + timedelta(minutes=30))
    assert _state() is DeliveryState.CLAIMED
    one_pass(app, as_of=begun + timedelta(minutes=33))
    assert _state() is DeliveryState.SENT


def _state() -> DeliveryState:
    state = DeliveryState(db.session.scalar(sa.select(Delivery.state)) or "")
    db.session.remove()
    return state


def _leave_things_behind(cast: Cast, begun: datetime) -> None:
    sign_in.ask_link("nari@nachtwache.example", "sign_in", network="192.0.2.1", now=begun)
    db.session.add(AnsweredRequest(person_id=cast.nari.id, key="x", at=begun, made={}))
    pulse.note_error("sweep", "promise:1", "x", at=begun)
    db.session.commit()


def _left() -> dict[str, int]:
    tables = {"requests": AnsweredRequest, "links": SignInLink, "throttles": Throttle, "errors": pulse.TickError}
    counts = {name: db.session.scalar(sa.select(sa.func.count()).select_from(t)) or 0 for name, t in tables.items()}
    db.session.remove()
    return counts


# One person whose settings are nonsense -------------------------------------------------------------------------------


@fault("F48", "one person's nonsense stops nobody else")
@pytest.mark.parametrize(
    "nonsense",
    [{"timezone": "Etc/Unknown"}, {"digest_hour": "25:61"}, {"reminder_hour": "soon"}, {"window_from": "early"}],
    ids=lambda nonsense: next(iter(nonsense)),
)
def test_f48_one_persons_nonsense_stops_nobody_else(
    posted: tuple[Flask, Cast], tmp_path: Path, nonsense: dict[str, str]
) -> None:
    app, cast = posted
    raised(cast)
    for person in (cast.pit, cast.juri, cast.anke, cast.nari):
        person.digest_on = True
    for name, value in nonsense.items():
        setattr(cast.juri, name, value)
    db.session.commit()
    one_pass(app, as_of=at("Monday 2026-11-30 18:30"))
    told = {to for to, _ in Mailbox(tmp_path / "mail").new()}
    assert {"pit", "anke", "nari"} <= told
