"""Chats from the act to a real receiver through the real apprise: one line, nobody is called, nothing hidden leaves."""

from __future__ import annotations

import json
import logging
import socket
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.acts.cast import Cast, assemble, at, raised, reassembled
from tests.outlets import HOOK, NOW, tick
from tests.receivers import HOME, Receiver, receiver
from tests.reliability import Seen, fault
from tests.times import FakeClock
from tracker.acts import answers, follow_ups, outlets, releasing
from tracker.domain.errors import BadInput, OutOfReach
from tracker.domain.lifecycle import Visibility
from tracker.domain.outcomes import Outcome
from tracker.notices import events
from tracker.notices.channels import chat
from tracker.notices.channels.chat import ChatChannel
from tracker.notices.channels.doors import INNER, NOBODY, Doorway
from tracker.notices.channels.results import NeverAccepted
from tracker.notices.posts import Talk
from tracker.store import promises, pulse
from tracker.store import suggestions as suggestion_store
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.notices import Delivery, DeliveryState
from tracker.store.outlets import Outlet

DOORWAY_FOR = timedelta(seconds=5)


@pytest.fixture
def chatting(outside: Flask, there: Receiver) -> Flask:
    """A German team with a Mattermost on this machine."""
    there.usual = "200 OK"
    with outside.app_context():
        cast = assemble()
        cast.team.locale = "de"
        outlets.add_chat(cast.team, f"mmost://127.0.0.1:{there.port}/{HOOK}", allowed=HOME, by=cast.ada, now=NOW)
        db.session.commit()
        db.session.remove()
    return outside


def act(app: Flask, do: Callable[[Cast], Any]) -> None:
    with app.app_context():
        do(reassembled())
        db.session.commit()
        db.session.remove()


def rows(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        found = db.session.scalars(sa.select(Delivery).where(Delivery.person_id.is_(None)).order_by(Delivery.id)).all()
        return [(row.state.value, row.outcome) for row in found]


def heard(there: Receiver) -> list[str]:
    """What stood in the chat."""
    return [json.loads(request.body)["text"].replace("\u200b", "") for request in there.requests]


def _the_41(cast: Cast) -> Any:
    return suggestion_store.by_number(cast.team.id, 41)


def test_what_happens_is_one_line_in_the_teams_language(chatting: Flask, there: Receiver, clock: FakeClock) -> None:
    act(chatting, lambda cast: raised(cast, body="Seit dem Update.", now=NOW))
    tick(chatting, clock)
    (line,) = heard(there)
    assert "Nachtwache · #41 Chat-Filter frisst Umlaute" in line
    assert "Eingereicht von Nari.\nBis Fr 27.11., 10 Uhr.\nhttp://127.0.0.1:8000/t/nachtwache/41" in line
    assert "Seit dem Update" not in line
    assert set(json.loads(there.requests[0].body)) == {"text", "username"}, "no picture from elsewhere"
    assert rows(chatting) == [("sent", chat.TAKEN)]
    friday = at("Friday 2026-12-04 12:00").date()
    will_do: dict[str, Any] = {"outcome": Outcome.WILL_DO, "text": "Ja.", "on": friday, "via": Via.WEB}
    act(chatting, lambda c: answers.answer(_the_41(c), by=c.pit, now=NOW, **will_do))
    clock.move(minutes=1)
    tick(chatting, clock)
    assert "Pit hat geantwortet: Machen wir bis Fr 4.12." in heard(there)[1]


def test_a_title_calls_nobody(chatting: Flask, there: Receiver, clock: FakeClock) -> None:
    act(chatting, lambda cast: raised(cast, title="@everyone <!channel> hört mal\n# her", now=NOW))
    tick(chatting, clock)
    said = json.loads(there.requests[0].body)["text"]
    assert "@everyone" not in said
    assert "<!channel" not in said
    assert "\n# her" not in said


def test_what_only_managers_see_and_what_is_about_a_person_never_reaches_a_chat(
    chatting: Flask, there: Receiver, clock: FakeClock
) -> None:
    act(chatting, lambda cast: raised(cast, visibility=Visibility.MANAGERS, now=NOW))
    act(chatting, lambda cast: raised(cast, about=cast.pit, title="Pit schreit", now=NOW))
    tick(chatting, clock)
    assert rows(chatting) == []
    act(chatting, lambda cast: raised(cast, now=NOW))

    def hide(cast: Cast) -> None:
        _the_41(cast).about_person_id = cast.pit.id

    act(chatting, hide)
    tick(chatting, clock)
    assert rows(chatting) == [("skipped", events.NOT_FOR_ALL)]
    assert there.connections == 0


def test_a_chat_hears_that_a_date_has_passed_and_of_no_reminder(
    chatting: Flask, there: Receiver, clock: FakeClock
) -> None:
    act(chatting, lambda cast: raised(cast, now=NOW))
    tick(chatting, clock)
    for moment in ("Friday 2026-11-27 10:00", "Friday 2026-11-27 14:00", "Monday 2026-11-30 18:00"):
        clock.set(at(moment))
        act(chatting, lambda c: follow_ups.climb(_open_id(c), now=clock.now()))
        tick(chatting, clock)
    assert len(there.requests) == 2
    assert "Der Termin ist verstrichen" in heard(there)[1]


def _open_id(cast: Cast) -> int:
    row = promises.open_of(_the_41(cast).id)
    assert row is not None
    return row.id


@fault("F33", "a chat that refuses: its place pauses; what is a day old then is not sent")
def test_f33_a_chat_that_refuses_pauses_and_a_day_later_its_news_are_old(
    chatting: Flask, there: Receiver, clock: FakeClock
) -> None:
    there.will_answer("503 Service Unavailable")
    act(chatting, lambda cast: raised(cast, now=NOW))
    tick(chatting, clock)
    assert rows(chatting) == [("pending", chat.NOT_TAKEN)]
    with chatting.app_context():
        assert len(pulse.paused_destinations(clock.now())) == 1
    clock.move(hours=25)
    tick(chatting, clock)
    assert rows(chatting) == [("skipped", events.OLD_NEWS)]
    assert len(there.requests) == 1


@fault("F33", "a chat that does not say whether it took a line: said once more after a pause, and then no more")
@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 502 Bad Gateway\r\n\r\n"], ids=["it hangs up", "502"])
def test_f33_a_line_that_may_stand_in_the_chat_is_said_once_more_at_most(
    chatting: Flask, there: Receiver, clock: FakeClock, seen: Seen, answer: bytes
) -> None:
    there.script = [answer] * 3
    act(chatting, lambda cast: raised(cast, now=NOW))
    tick(chatting, clock)
    assert rows(chatting) == [("pending", chat.PERHAPS)]
    act(chatting, lambda cast: raised(cast, title="Das nächste", now=NOW))
    tick(chatting, clock)
    assert len(heard(there)) == 1, "its place pauses"
    for _ in range(20):
        clock.move(hours=1)
        tick(chatting, clock)
    lines = heard(there)
    copies = [sum(number in one for one in lines) for number in ("#41", "#42")]
    seen(f"{answer[9:12].decode() or 'it hangs up'}: copies within 20 hours {copies}")
    assert copies == [2, 2]
    assert sorted(rows(chatting)) == [("dead", chat.PERHAPS), ("sent", chat.TAKEN)], "which one comes first is chance"


@pytest.mark.parametrize(
    "status", ["403 Forbidden", "404 Not Found", "429 Too Many Requests", "503 Service Unavailable"]
)
def test_what_a_chat_refuses_by_its_answer_was_certainly_not_taken(
    chatting: Flask, there: Receiver, clock: FakeClock, status: str
) -> None:
    there.will_answer(status)
    act(chatting, lambda cast: raised(cast, now=NOW))
    tick(chatting, clock)
    assert rows(chatting) == [("pending", chat.NOT_TAKEN)]
    for _ in range(2):
        there.will_answer(status)
        clock.move(hours=1)
        tick(chatting, clock)
    clock.move(hours=6)
    tick(chatting, clock)
    assert rows(chatting) == [("sent", chat.TAKEN)]


def test_why_it_refuses_is_heard_whatever_the_level_of_the_log_is(
    chatting: Flask, there: Receiver, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    logging.getLogger("apprise").setLevel(logging.NOTSET)
    there.will_answer("404 Not Found")
    act(chatting, lambda cast: raised(cast, now=NOW))
    tick(chatting, clock)
    assert rows(chatting) == [("pending", chat.NOT_TAKEN)]
    assert not [record for record in caplog.records if record.name == "apprise"], "and nothing more is logged for it"


def test_where_nobody_listens_nothing_is_said_and_the_place_pauses(
    chatting: Flask, there: Receiver, clock: FakeClock
) -> None:
    act(chatting, lambda cast: raised(cast, now=NOW))
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    url = f"mmost://127.0.0.1:{port}/{HOOK}"
    with chatting.app_context():
        db.session.execute(sa.update(Outlet).values(url=url))
        db.session.commit()
    for _ in range(3):
        tick(chatting, clock)
        assert rows(chatting) == [("pending", NOBODY)]
        with chatting.app_context():
            row = db.session.scalars(sa.select(Delivery).where(Delivery.person_id.is_(None))).one()
            assert (row.attempts, row.was_unknown) == (0, False)
        clock.move(hours=1)


def test_an_error_in_apprise_is_no_reason_to_say_it_again_and_again(
    chatting: Flask, there: Receiver, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stumbles:
        def notify(self, **_said: str) -> bool:
            raise KeyError("ok")

    monkeypatch.setattr(chat, "_notifier", lambda *_to, **_how: Stumbles())
    act(chatting, lambda cast: raised(cast, now=NOW))
    for state in ("pending", "dead", "dead"):
        tick(chatting, clock)
        assert rows(chatting) == [(state, chat.PERHAPS)]
        clock.move(hours=1)


def test_after_a_restore_a_chat_is_held_like_mail(chatting: Flask, there: Receiver, clock: FakeClock) -> None:
    act(chatting, lambda cast: raised(cast, now=NOW))
    act(chatting, lambda _: releasing.restored(now=NOW))
    tick(chatting, clock)
    assert there.connections == 0
    assert rows(chatting) == [("pending", "")]


@fault("F34", "a redirect of a chat is not followed")
def test_f34_a_redirect_of_a_chat_is_not_followed(chatting: Flask, there: Receiver, clock: FakeClock) -> None:
    with receiver() as inner:
        there.will_answer("302 Found", f"Location: http://127.0.0.1:{inner.port}/")
        act(chatting, lambda cast: raised(cast, now=NOW))
        tick(chatting, clock)
        assert inner.connections == 0
    assert rows(chatting)[0][0] == DeliveryState.PENDING


@fault("F34", "a chat whose name leads inside is not spoken to")
@pytest.mark.parametrize("leads_to", ["127.0.0.1", "169.254.169.254", "10.0.0.5", "::1"])
@pytest.mark.databases("sqlite")
def test_f34_a_chats_name_that_leads_inside_is_not_spoken_to(leads_to: str) -> None:
    spoken: list[Talk] = []

    def speak(_to: object, talk: Talk) -> bool:
        spoken.append(talk)
        return True

    door = Doorway(time.monotonic, connect=DOORWAY_FOR, reply=DOORWAY_FOR, resolve=lambda _host, _port: [leads_to])
    talk = Talk(1, "matrixs://bot:secret@matrix.example.org/#room", "Title", "Body")
    result = ChatChannel(door, speak=speak).send(talk)
    assert isinstance(result, NeverAccepted)
    assert str(result) == INNER
    assert spoken == []


def test_only_who_runs_the_site_adds_a_chat_and_only_one_that_apprise_understands(chatting: Flask) -> None:
    with chatting.app_context():
        cast = reassembled()
        with pytest.raises(OutOfReach):
            outlets.add_chat(cast.team, "discord://1/a", allowed=(), by=cast.anke, now=NOW)
        with pytest.raises(BadInput, match="cannot be reached"):
            outlets.add_chat(cast.team, "slack://nothing", allowed=(), by=cast.ada, now=NOW)


def test_where_apprise_is_missing_the_reason_says_how_to_get_it(
    chatting: Flask, there: Receiver, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    act(chatting, lambda cast: raised(cast, now=NOW))
    monkeypatch.setitem(sys.modules, "apprise", None)  # what Python remembers of a module that is not there
    tick(chatting, clock)
    assert rows(chatting) == [("pending", chat.LACKING)]
    with chatting.app_context():
        cast = reassembled()
        with pytest.raises(BadInput, match="pip install"):
            outlets.add_chat(cast.team, "discord://1/a", allowed=(), by=cast.ada, now=NOW)
