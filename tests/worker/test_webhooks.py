"""Webhooks from the act to a real receiver: signed, once by their id, and nothing leaves that not all may know."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from config import SmtpServer
from tests.acts.cast import Cast, at, raised, reassembled
from tests.mail_server import MailServer
from tests.outlets import NOW, tick
from tests.receivers import HOME, Received, Receiver, receiver
from tests.reliability import fault
from tests.times import FakeClock
from tracker.acts import answers, dates, follow_ups, merging, outlets, questions, releasing
from tracker.acts import suggestions as verbs
from tracker.domain.errors import NotPossible
from tracker.domain.lifecycle import Visibility
from tracker.domain.outcomes import Outcome
from tracker.notices import events
from tracker.notices.events import Event
from tracker.store import instance, promises, pulse
from tracker.store import suggestions as suggestion_store
from tracker.store.base import db
from tracker.store.entries import Entry, Via
from tracker.store.notices import Channel, Delivery, DeliveryState
from tracker.store.outlets import Outlet
from tracker.store.suggestions import Suggestion
from tracker.worker import delivery as deliveries
from tracker.worker.delivery import Senders, deliver

PUBLIC_URL = "http://127.0.0.1:8000"


@pytest.fixture
def senders(posted: Flask) -> Iterator[Senders]:
    senders = Senders(posted)
    yield senders
    senders.stop(within=15)


def hooked(app: Flask, there: Receiver, path: str = "/in") -> str:
    """Anke adds a webhook. Gives its secret."""
    with app.app_context():
        cast = reassembled()
        url = f"http://127.0.0.1:{there.port}{path}"
        outlet = outlets.add_webhook(cast.team, url, allowed=HOME, by=cast.anke, now=NOW)
        db.session.commit()
        return outlet.secret


def act(app: Flask, do: Callable[[Cast], Any]) -> Any:
    with app.app_context():
        done = do(reassembled())
        db.session.commit()
        db.session.remove()
        return done


def the_rows(app: Flask) -> list[Delivery]:
    with app.app_context():
        found = list(db.session.scalars(sa.select(Delivery).where(Delivery.person_id.is_(None)).order_by(Delivery.id)))
        db.session.remove()
        return found


def outlet_of(app: Flask) -> Outlet:
    with app.app_context():
        found = db.session.scalars(sa.select(Outlet)).one()
        db.session.remove()
        return found


def verifies(secret: str, request: Received) -> bool:
    """Written by the specification, and by nothing of ours."""
    headers = request.headers
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + request.body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return expected in headers["webhook-signature"].split(" ")


def the_41(cast: Cast) -> Suggestion:
    found = suggestion_store.by_number(cast.team.id, 41)
    assert found is not None
    return found


# The way ------------------------------------------------------------------------------------------------------------


def test_a_suggestion_that_is_raised_arrives_signed(
    posted: Flask, senders: Senders, there: Receiver, clock: FakeClock
) -> None:
    secret = hooked(posted, there)
    act(posted, lambda cast: raised(cast, body="Seit dem Update wird aus Grüße Gr**e.", now=NOW))
    clock.move(seconds=2)
    tick(posted, clock, senders)
    (request,) = there.requests
    assert verifies(secret, request)
    assert request.headers["content-type"] == "application/json"
    assert request.headers["webhook-timestamp"] == str(int(clock.now().timestamp()))
    assert json.loads(request.body) == {
        "type": "suggestion.raised",
        "timestamp": "2026-11-25T09:00:00Z",
        "data": {
            "team": {"slug": "nachtwache", "name": "Nachtwache"},
            "suggestion": {
                "number": 41,
                "title": "Chat-Filter frisst Umlaute",
                "kind": "idea",
                "urgency": "normal",
                "status": "open",
                "waiting_on": "managers",
                "author": "Nari",
                "url": "http://127.0.0.1:8000/t/nachtwache/41",
            },
            "by": "Nari",
            "promise": {"kind": "answer", "state": "open", "due_at": "2026-11-27T09:00:00Z", "owed_by": None},
        },
    }
    (sent,) = the_rows(posted)
    assert (sent.state, sent.outcome, sent.attempts) == (DeliveryState.SENT, "204", 1)
    tick(posted, clock, senders)
    assert len(there.requests) == 1


def test_each_thing_that_happens_is_an_event_of_its_own(
    posted: Flask, senders: Senders, there: Receiver, clock: FakeClock
) -> None:
    hooked(posted, there)
    act(posted, lambda cast: raised(cast, body="Seit dem Update wird aus Grüße Gr**e.", now=NOW))

    web, later = Via.WEB, at("Thursday 2026-12-03 12:00")
    deeds: list[Callable[[Cast], Any]] = [
        lambda c: questions.ask(the_41(c), by=c.pit, now=clock.now(), via=web, text="Seit wann?"),
        lambda c: questions.take_back(the_41(c), by=c.pit, now=clock.now(), via=web),
        lambda c: dates.move(the_41(c), by=c.pit, now=clock.now(), via=web, at=later, reason="Urlaub"),
        lambda c: follow_ups.climb(_open_id(c), now=clock.set(later)),
        lambda c: answers.answer(
            the_41(c), by=c.pit, now=clock.now(), via=web, outcome=Outcome.DONE, text="Der Filter kennt jetzt Umlaute."
        ),
        lambda c: answers.contest(the_41(c), by=c.nari, now=clock.now(), via=web, text="Nur die kleinen."),
        lambda c: verbs.withdraw(the_41(c), by=c.nari, now=clock.now(), via=web),
        lambda c: verbs.reopen(the_41(c), by=c.juri, now=clock.now(), via=web, text="Doch."),
        lambda c: merging.merge(
            raised(c, by=c.melodie, now=clock.now()), into=the_41(c), by=c.pit, now=clock.now(), via=web
        ),
    ]
    for deed in deeds:
        clock.move(minutes=1)
        act(posted, deed)
    clock.move(minutes=1)
    tick(posted, clock, senders)
    told = {one["type"]: one["data"] for one in (json.loads(request.body) for request in there.requests)}
    assert set(told) == {event.value for event in Event} - {"test", "promise.rung"}, "a rung of what is settled is none"
    moved = told["suggestion.moved"]
    assert (moved["by"], moved["to"], moved["moves"]) == ("Pit", "2026-12-03T11:00:00Z", 1)
    assert told["promise.broken"]["promise"]["due_at"] == "2026-12-03T11:00:00Z"
    answered = told["suggestion.answered"]
    assert (answered["outcome"], answered["by"]) == ("done", "Pit")
    assert told["suggestion.merged"]["into"] == 41
    sent = b"".join(request.body for request in there.requests).decode()
    for written in ("Gr**e", "Seit wann", "Urlaub", "Der Filter kennt", "Nur die kleinen", "Doch"):
        assert written not in sent, "what somebody wrote stays here"
    ids = [request.headers["webhook-id"] for request in there.requests]
    assert len(set(ids)) == len(ids)


def _climb(promise_id: int, clock: FakeClock, _cast: Cast) -> None:
    follow_ups.climb(promise_id, now=clock.now())


def _open_id(cast: Cast) -> int:
    row = promises.open_of(the_41(cast).id)
    assert row is not None
    return row.id


def test_a_rung_and_a_broken_promise_leave_once_each_however_often_the_sweep_comes(
    posted: Flask, senders: Senders, there: Receiver, clock: FakeClock
) -> None:
    hooked(posted, there)
    act(posted, lambda cast: raised(cast, now=NOW))
    clock.set(at("Friday 2026-11-27 10:00"))  # due: rung 2
    for _ in range(3):
        act(posted, lambda c: follow_ups.climb(_open_id(c), now=clock.now()))
    clock.set(at("Friday 2026-11-27 14:00"))  # rung 3
    act(posted, lambda c: follow_ups.climb(_open_id(c), now=clock.now()))
    tick(posted, clock, senders)
    told = [json.loads(request.body) for request in there.requests]
    assert sorted(one["type"] for one in told) == [
        "promise.broken", "promise.rung", "promise.rung", "suggestion.raised"
    ]  # fmt: skip
    assert sorted(one["data"]["rung"] for one in told if one["type"] == "promise.rung") == [2, 3]


def test_a_rung_waits_for_the_minute_in_which_an_answer_is_taken_back(
    posted: Flask, senders: Senders, there: Receiver, clock: FakeClock
) -> None:
    hooked(posted, there)
    act(posted, lambda cast: raised(cast, now=NOW))
    clock.set(at("Friday 2026-11-27 14:00"))
    act(posted, lambda c: follow_ups.climb(_open_id(c), now=clock.now()))
    given = act(
        posted,
        lambda c: (
            answers.answer(
                the_41(c), by=c.pit, now=clock.now(), via=Via.WEB, outcome=Outcome.DONE, text="Falsche Zeile"
            ).id
        ),
    )
    tick(posted, clock, senders)
    assert {json.loads(request.body)["type"] for request in there.requests} == {"promise.broken", "suggestion.raised"}
    clock.move(seconds=20)
    act(
        posted,
        lambda c: answers.undo(the_41(c), db.session.get_one(Entry, given), by=c.pit, now=clock.now(), via=Via.WEB),
    )
    clock.move(minutes=2)
    tick(posted, clock, senders)
    assert json.loads(there.requests[-1].body)["type"] == "promise.rung"


# Who may know ---------------------------------------------------------------------------------------------------------


def test_what_only_managers_see_and_what_is_about_a_person_never_becomes_an_event(
    posted: Flask, senders: Senders, there: Receiver, clock: FakeClock
) -> None:
    hooked(posted, there)
    act(posted, lambda cast: raised(cast, visibility=Visibility.MANAGERS, now=NOW))
    act(posted, lambda cast: raised(cast, about=cast.pit, title="Pit schreit", now=NOW))
    act(posted, lambda cast: raised(cast, about=cast.jo, title="Jo auch", now=NOW))
    clock.set(at("Monday 2026-12-07 10:00"))
    with posted.app_context():
        ids = [row.id for row in db.session.scalars(sa.select(promises.PromiseRow))]
    for promise_id in ids:
        act(posted, partial(_climb, promise_id, clock))
    tick(posted, clock, senders)
    assert the_rows(posted) == []
    assert there.connections == 0


def test_what_became_hidden_before_it_left_does_not_leave(
    posted: Flask, senders: Senders, there: Receiver, clock: FakeClock
) -> None:
    hooked(posted, there)
    act(posted, lambda cast: raised(cast, now=NOW))

    def hide(cast: Cast) -> None:
        the_41(cast).visibility = Visibility.MANAGERS

    act(posted, hide)
    tick(posted, clock, senders)
    assert [(row.state, row.outcome) for row in the_rows(posted)] == [(DeliveryState.SKIPPED, events.NOT_FOR_ALL)]
    assert there.connections == 0


def test_internal_notes_comments_and_another_teams_suggestions_are_no_events(
    posted: Flask, senders: Senders, there: Receiver, clock: FakeClock
) -> None:
    hooked(posted, there)
    act(posted, lambda cast: verbs.raise_(cast.other_team, by=cast.olga, now=NOW, via=Via.WEB, title="Anderswo"))
    act(posted, lambda cast: raised(cast, now=NOW))
    act(posted, lambda c: verbs.note(the_41(c), by=c.pit, now=NOW, via=Via.WEB, text="unter uns"))
    act(posted, lambda c: verbs.comment(the_41(c), by=c.pit, now=NOW, via=Via.WEB, text="hm"))
    tick(posted, clock, senders)
    assert [row.template for row in the_rows(posted)] == ["suggestion.raised"]


def test_no_persons_address_leaves(posted: Flask, senders: Senders, there: Receiver, clock: FakeClock) -> None:
    hooked(posted, there)
    act(posted, lambda cast: raised(cast, now=NOW))
    clock.set(at("Monday 2026-11-30 18:00"))
    act(posted, lambda c: follow_ups.climb(_open_id(c), now=clock.now()))
    tick(posted, clock, senders)
    assert len(there.requests) == 3
    assert not any(b"nachtwache.example" in request.body for request in there.requests)


# A copy of this site -------------------------------------------------------------------------------------------------


def test_after_a_restore_webhooks_are_held_like_mail_until_somebody_releases_them(
    posted: Flask, senders: Senders, there: Receiver, clock: FakeClock
) -> None:
    hooked(posted, there)
    act(posted, lambda cast: raised(cast, now=NOW))
    act(posted, lambda _: releasing.restored(now=NOW))
    tick(posted, clock, senders)
    assert there.connections == 0
    folder = posted.config["TRACKER"].data_dir
    act(posted, lambda _: releasing.release(folder, public_url=PUBLIC_URL, is_loopback=True))
    tick(posted, clock, senders)
    assert [row.state for row in the_rows(posted)] == [DeliveryState.SENT]
    assert len(there.requests) == 1


def test_a_clone_at_another_address_posts_to_nobody_and_what_is_discarded_never_leaves(
    posted: Flask, senders: Senders, there: Receiver, clock: FakeClock
) -> None:
    hooked(posted, there)
    act(posted, lambda cast: raised(cast, now=NOW))
    act(posted, lambda _: pulse.remember(instance.ADDRESS, "https://tracker.nachtwache.example"))
    tick(posted, clock, senders)
    assert there.connections == 0
    folder = posted.config["TRACKER"].data_dir
    act(posted, lambda _: releasing.release(folder, public_url=PUBLIC_URL, is_loopback=True, discard=True))
    tick(posted, clock, senders)
    assert [row.state for row in the_rows(posted)] == [DeliveryState.SKIPPED]
    assert there.connections == 0


# Undo -----------------------------------------------------------------------------------------------------------------


def test_an_answer_waits_for_its_minute_and_taken_back_it_never_leaves(
    posted: Flask, senders: Senders, there: Receiver, clock: FakeClock
) -> None:
    act(posted, lambda cast: raised(cast, now=NOW))
    hooked(posted, there)
    done = {"outcome": Outcome.DONE, "text": "Fertig.", "via": Via.WEB}
    entry_id = act(posted, lambda c: answers.answer(the_41(c), by=c.pit, now=NOW, **done).id)  # type: ignore[arg-type]
    clock.move(seconds=59)
    tick(posted, clock, senders)
    assert there.connections == 0

    def undo(cast: Cast) -> None:
        entry = db.session.get_one(Entry, entry_id)
        answers.undo(the_41(cast), entry, by=cast.pit, now=clock.now(), via=Via.WEB)

    act(posted, undo)
    clock.move(minutes=5)
    tick(posted, clock, senders)
    assert [(row.state, row.outcome) for row in the_rows(posted)] == [(DeliveryState.SKIPPED, "taken back")]
    assert there.connections == 0


# F33 ------------------------------------------------------------------------------------------------------------------


@fault("F33", "500: tried again with the same id, a fresh second and a fresh signature")
def test_f33_a_500_is_tried_again_with_the_same_id_and_a_fresh_second(
    posted: Flask, senders: Senders, there: Receiver, clock: FakeClock
) -> None:
    secret = hooked(posted, there)
    act(posted, lambda cast: raised(cast, now=NOW))
    there.will_answer("500 Internal Server Error")
    tick(posted, clock, senders)
    (row,) = the_rows(posted)
    assert (row.state, row.outcome, row.next_attempt_at) == (
        DeliveryState.PENDING, "500", NOW + timedelta(minutes=5)
    )  # fmt: skip
    clock.move(minutes=5)
    tick(posted, clock, senders)
    first, second = there.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 300
    assert all(verifies(secret, request) for request in there.requests)
    assert the_rows(posted)[0].attempts == 2


@fault("F33", "no answer after processing: a second copy with the same id, by which the receiver knows it")
def test_f33_no_answer_after_processing_is_a_second_copy_with_the_same_id(
    posted: Flask, senders: Senders, there: Receiver, clock: FakeClock
) -> None:
    hooked(posted, there)
    act(posted, lambda cast: raised(cast, now=NOW))
    there.script.append(b"")  # it has read everything, and says nothing
    tick(posted, clock, senders)
    assert the_rows(posted)[0].state is DeliveryState.PENDING
    clock.move(minutes=5)
    tick(posted, clock, senders)
    assert len(there.requests) == 2
    assert len({request.headers["webhook-id"] for request in there.requests}) == 1, "the receiver sees one new id"


@fault("F33", "429 and 503 with Retry-After: the whole place waits so long, and no attempt counts")
@pytest.mark.parametrize(
    ("status", "minutes"), [("429 Too Many Requests", 60), ("503 Service Unavailable", 60), ("503 Back Tonight", 720)]
)
def test_f33_a_pause_that_is_asked_for_holds_for_the_whole_place_and_costs_no_attempt(
    posted: Flask, senders: Senders, there: Receiver, clock: FakeClock, status: str, minutes: int
) -> None:
    hooked(posted, there)
    there.will_answer(status, f"Retry-After: {minutes * 60}")
    act(posted, lambda cast: raised(cast, now=NOW))
    tick(posted, clock, senders)
    act(posted, lambda cast: raised(cast, now=NOW, title="Noch etwas"))
    clock.move(minutes=minutes - 1)
    tick(posted, clock, senders)
    assert len(there.requests) == 1, "nothing else is tried there meanwhile"
    clock.move(minutes=1)
    tick(posted, clock, senders)
    assert len(there.requests) == 3
    assert [row.attempts for row in the_rows(posted)] == [1, 1]


@fault("F33", "410: switched off, and nothing waits for it")
def test_f33_a_410_switches_the_webhook_off_and_nothing_waits_for_it(
    posted: Flask, senders: Senders, there: Receiver, clock: FakeClock
) -> None:
    hooked(posted, there)
    there.will_answer("500 Oops")
    act(posted, lambda cast: raised(cast, now=NOW))
    tick(posted, clock, senders)
    there.will_answer("410 Gone")
    act(posted, lambda cast: raised(cast, now=NOW, title="Noch etwas"))
    tick(posted, clock, senders)
    assert outlet_of(posted).stopped_at == clock.now()
    assert [(row.state, row.outcome) for row in the_rows(posted)] == [
        (DeliveryState.SKIPPED, events.STOPPED),
        (DeliveryState.DEAD, "410"),
    ]
    act(posted, lambda cast: raised(cast, now=NOW, title="Und noch etwas"))
    assert len(the_rows(posted)) == 2
    one = outlet_of(posted).id
    act(posted, lambda c: outlets.start_again(outlets.of(c.team, one, channel=Channel.WEBHOOK, by=c.anke)))
    act(posted, lambda cast: raised(cast, now=NOW, title="Wieder da"))
    tick(posted, clock, senders)
    assert json.loads(there.requests[-1].body)["data"]["suggestion"]["title"] == "Wieder da"


@pytest.mark.parametrize("status", ["302 Found", "400 Bad Request", "404 Not Found", "413 Too Large"])
def test_what_will_never_be_taken_is_given_up_at_once(
    posted: Flask, senders: Senders, there: Receiver, clock: FakeClock, status: str
) -> None:
    hooked(posted, there)
    there.will_answer(status, "Location: http://169.254.169.254/latest/meta-data/")
    act(posted, lambda cast: raised(cast, now=NOW))
    tick(posted, clock, senders)
    (row,) = the_rows(posted)
    assert (row.state, row.outcome) == (DeliveryState.DEAD, status[:3])
    assert outlet_of(posted).stopped_at is None


def test_a_place_that_cannot_be_reached_pauses_and_after_five_days_its_news_are_old(
    posted: Flask, senders: Senders, clock: FakeClock
) -> None:
    with receiver() as gone:
        hooked(posted, gone)
    act(posted, lambda cast: raised(cast, now=NOW))
    tick(posted, clock, senders)
    (row,) = the_rows(posted)
    assert (row.state, row.attempts, row.outcome) == (DeliveryState.PENDING, 0, "nobody answers there")
    with posted.app_context():
        assert [one.destination for one in pulse.paused_destinations(clock.now())] == [row.destination]
    clock.move(days=5)
    tick(posted, clock, senders)
    assert the_rows(posted)[0].state is DeliveryState.DEAD


# Secrets --------------------------------------------------------------------------------------------------------------


def test_for_a_week_after_a_rotation_both_secrets_sign(
    posted: Flask, senders: Senders, there: Receiver, clock: FakeClock
) -> None:
    former = hooked(posted, there)
    one = outlet_of(posted).id

    def rotate(cast: Cast) -> str:
        outlet = outlets.of(cast.team, one, channel=Channel.WEBHOOK, by=cast.anke)
        return outlets.renew_secret(outlet, now=clock.now())

    new = act(posted, rotate)
    assert new != former
    act(posted, lambda cast: raised(cast, now=NOW))
    tick(posted, clock, senders)
    (request,) = there.requests
    assert request.headers["webhook-signature"].count("v1,") == 2
    assert verifies(former, request)
    assert verifies(new, request)
    clock.move(days=7)
    act(posted, lambda cast: raised(cast, now=clock.now(), title="Noch etwas"))
    tick(posted, clock, senders)
    assert not verifies(former, there.requests[-1])
    assert verifies(new, there.requests[-1])


# One place is not another ---------------------------------------------------------------------------------------------


def test_a_webhook_that_hangs_holds_no_mail_and_no_other_webhook(
    posted: Flask, senders: Senders, there: Receiver, mail_server: MailServer, clock: FakeClock
) -> None:
    with receiver() as hanging:
        hanging.script += [None, None]
        hooked(posted, hanging)
        hooked(posted, there)
        act(posted, lambda cast: raised(cast, now=NOW))
        with posted.app_context():
            deliver(senders, now=clock.now())
        for _ in range(100):
            if there.requests and mail_server.to("nari@nachtwache.example"):
                break
            there.ended.wait(0.05)
        assert len(there.requests) == 1
        assert len(mail_server.to("nari@nachtwache.example")) == 1
        assert senders.wait(120)


def test_many_webhooks_that_hang_take_only_so_many_senders(posted: Flask, senders: Senders) -> None:
    wanted = [f"webhook:{number}" for number in range(1, 100)]
    free = []
    for name in wanted:
        free.append(senders._free(name))
        senders._threads[name] = [_alive()] * free[-1]
    assert sum(free) == deliveries.SENDERS_TO_OUTLETS
    assert senders._free(senders.outgoing.destination) == deliveries.SENDERS_EACH
    senders._threads.clear()


def _alive() -> threading.Thread:
    return threading.current_thread()


def test_a_change_of_the_mail_server_takes_no_webhooks_messages_along(
    posted: Flask, there: Receiver, make_app: Callable[..., Flask], clock: FakeClock
) -> None:
    hooked(posted, there)
    act(posted, lambda cast: raised(cast, now=NOW))
    elsewhere = make_app(smtp=SmtpServer("127.0.0.1", 1, "plain"), timeout_scale=0.1, own_networks=HOME)
    senders = Senders(elsewhere)
    with elsewhere.app_context():
        deliveries.prepare(senders, now=clock.now())
    (row,) = the_rows(posted)
    assert row.destination == f"webhook:{outlet_of(posted).id}"


# The owner's hand -----------------------------------------------------------------------------------------------------


def test_a_test_arrives_and_says_nothing(posted: Flask, senders: Senders, there: Receiver, clock: FakeClock) -> None:
    hooked(posted, there)
    one = outlet_of(posted).id
    for _ in range(2):  # pressed twice
        act(posted, lambda c: outlets.send_test(outlets.of(c.team, one, channel=Channel.WEBHOOK, by=c.anke), now=NOW))
    tick(posted, clock, senders)
    (request,) = there.requests
    assert json.loads(request.body) == {
        "type": "test",
        "timestamp": "2026-11-25T09:00:00Z",
        "data": {"team": {"slug": "nachtwache", "name": "Nachtwache"}},
    }


def test_what_was_given_up_is_sent_again_with_its_id(
    posted: Flask, senders: Senders, there: Receiver, clock: FakeClock
) -> None:
    hooked(posted, there)
    there.will_answer("404 Not Found")
    act(posted, lambda cast: raised(cast, now=NOW))
    tick(posted, clock, senders)
    one, (row,) = outlet_of(posted).id, the_rows(posted)

    def again(cast: Cast) -> None:
        outlet = outlets.of(cast.team, one, channel=Channel.WEBHOOK, by=cast.anke)
        outlets.send_again(outlet, row.id, by=cast.anke, now=clock.now())

    act(posted, again)
    tick(posted, clock, senders)
    assert the_rows(posted)[0].state is DeliveryState.SENT
    assert len({request.headers["webhook-id"] for request in there.requests}) == 1
    with pytest.raises(NotPossible):
        act(posted, again)


def test_a_webhook_that_is_switched_off_gets_nothing_until_it_is_switched_on(
    posted: Flask, senders: Senders, there: Receiver, clock: FakeClock
) -> None:
    hooked(posted, there)
    one = outlet_of(posted).id
    act(posted, lambda cast: raised(cast, now=NOW))
    act(posted, lambda c: outlets.stop(outlets.of(c.team, one, channel=Channel.WEBHOOK, by=c.anke), by=c.anke, now=NOW))
    act(posted, lambda cast: raised(cast, now=NOW, title="Meanwhile"))
    tick(posted, clock, senders)
    assert [(row.state, row.outcome) for row in the_rows(posted)] == [(DeliveryState.SKIPPED, events.SWITCHED_OFF)]
    act(posted, lambda c: outlets.start_again(outlets.of(c.team, one, channel=Channel.WEBHOOK, by=c.anke)))
    act(posted, lambda cast: raised(cast, now=NOW, title="Wieder da"))
    tick(posted, clock, senders)
    assert [json.loads(one.body)["data"]["suggestion"]["title"] for one in there.requests] == ["Wieder da"]


def test_a_webhook_that_is_removed_gets_nothing_that_waited(
    posted: Flask, senders: Senders, there: Receiver, clock: FakeClock
) -> None:
    hooked(posted, there)
    act(posted, lambda cast: raised(cast, now=NOW))
    one = outlet_of(posted).id
    act(posted, lambda c: outlets.remove(outlets.of(c.team, one, channel=Channel.WEBHOOK, by=c.anke)))
    tick(posted, clock, senders)
    assert [(row.state, row.outcome) for row in the_rows(posted)] == [(DeliveryState.SKIPPED, events.REMOVED)]
    assert there.connections == 0
