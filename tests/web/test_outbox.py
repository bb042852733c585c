"""The outbox as a site admin sees it: every message with its reason, what can be done, and what is wrong right now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from config import SmtpServer
from tests.acts.cast import Cast, assemble, raised
from tests.notices.storm import crowd, moved, packed
from tests.times import FakeClock
from tests.web.visitors import Visitor, problems, said
from tracker.acts import outlets, sign_in
from tracker.domain.lifecycle import Kind
from tracker.notices import outbox, packing, security_mail
from tracker.notices.outgoing import Outgoing
from tracker.store import alerts, pulse
from tracker.store.base import db
from tracker.store.notices import Delivery, DeliveryState, Lane
from tracker.store.people import Person
from tracker.store.pulse import TickError
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Team

Visit = Callable[[str], Visitor]
STORM = "Weit mehr Mails als sonst auf einmal: Sie werden zurückgehalten."


@pytest.fixture
def receipt(app: Flask, cast: Cast, clock: FakeClock) -> int:
    """Nari's receipt waits."""
    clock.set("Wednesday 2026-11-25 10:00")
    with app.app_context():
        raised(cast)
        packing.pack(now=clock.now(), outgoing=Outgoing.of(app.config["TRACKER"]))
        db.session.commit()
        number = db.session.scalars(sa.select(Delivery)).one().id
        db.session.remove()
        return number


@pytest.fixture
def broken(app: Flask, receipt: int, clock: FakeClock) -> int:
    """It could not be written; what was raised speaks of a link."""
    with app.app_context():
        (claim,) = outbox.claim("mailbox", now=clock.now())
        what = "KeyError: http://127.0.0.1:8000/sign-in/abcdefghijklmnopqrstuvwxyz\nand more"
        outbox.broken(claim.delivery_id, claim.token, what, now=clock.now())
        db.session.commit()
        db.session.remove()
    return receipt


@pytest.fixture
def storm(app: Flask, cast: Cast) -> int:
    """Sixty-one mails at once; gives the alert."""
    with app.app_context():
        moved(cast, crowd(cast, 60))
        packed()
        (alert,) = alerts.open_now()
        db.session.remove()
        return alert.id


def test_it_says_how_many_wait_for_their_turn(make_app: Callable[..., Flask], clock: FakeClock) -> None:
    clock.set("Wednesday 2026-11-25 10:00")
    app = make_app(smtp=SmtpServer("mx.example", 25, "plain"), mails_per_minute=4)
    outgoing = Outgoing.of(app.config["TRACKER"])
    with app.app_context():
        cast = assemble()
        for title in ("Licht", "Lärm", "Laub"):
            raised(cast, title=title)
        packing.pack(now=clock.now(), outgoing=outgoing)
        db.session.execute(sa.update(Delivery).values(lane=Lane.NEWS))
        db.session.commit()
        ada = Visitor(app, clock).signed_in(cast.ada)
    assert "warten, bis sie dran sind" not in ada.get("/admin/outbox").text
    with app.app_context():
        (claim,) = outbox.claim(outgoing.destination, now=clock.now(), pace=outgoing.pace)
        db.session.commit()
    assert "warten, bis sie dran sind" not in ada.get("/admin/outbox").text, "nothing has left yet"
    with app.app_context():
        row = db.session.get_one(Delivery, claim.delivery_id)
        row.state, row.sent_at = DeliveryState.SENT, clock.now()
        db.session.commit()
    assert "2 Mails warten, bis sie dran sind: Höchstens 4 gehen in einer Minute." in said(ada.get("/admin/outbox"))


def state_of(app: Flask, delivery_id: int) -> tuple[DeliveryState, str]:
    with app.app_context():
        found = db.session.get_one(Delivery, delivery_id)
        db.session.remove()
        return found.state, found.outcome


def test_every_message_stands_there_with_its_state_and_reason(visit: Visit, broken: int) -> None:
    page = visit("ada").get("/admin/outbox")
    assert "Angekommen Nari nari@nachtwache.example aufgegeben ließ sich nicht schreiben 1" in said(page)
    one = visit("ada").get(f"/admin/outbox/{broken}")
    assert "KeyError: http://127.0.0.1:8000/sign-in/***" in said(one)
    assert "and more" not in one.text
    assert "Was darin steht Was Stand Angekommen nicht gesagt ließ sich nicht schreiben" in said(one)
    assert "Chat-Filter" not in one.text, "what it says is for those whom it concerns"


def test_an_error_that_was_forgotten_is_not_another_one_with_its_number(
    app: Flask, visit: Visit, broken: int, clock: FakeClock
) -> None:
    with app.app_context():
        pulse.forget_errors_before(clock.now() + timedelta(days=1))
        noted = db.session.get_one(Delivery, broken).outcome.rpartition(" ")[2]
        db.session.add(
            TickError(id=int(noted), tick="sweep", subject="promise:3", what="OSError: of another", at=clock.now())
        )
        db.session.commit()
    assert "OSError" not in visit("ada").get(f"/admin/outbox/{broken}").text


def test_one_tells_what_became_of_each_attempt_and_who_did_what(visit: Visit, broken: int) -> None:
    visit("ada").post("/admin/outbox", {"one": broken, "id": broken, "act": "retry"})
    page = said(visit("ada").get(f"/admin/outbox/{broken}"))
    assert "9 Uhr aufgegeben ließ sich nicht schreiben" in page
    assert "9 Uhr von Hand noch einmal gesendet von Ada" in page


def test_no_key_is_ever_shown(app: Flask, cast: Cast, visit: Visit, clock: FakeClock) -> None:
    with app.app_context():
        sign_in.ask_link(cast.juri.email, "sign_in", network="192.0.2.1", now=clock.now())
        db.session.commit()
        delivery = db.session.scalars(sa.select(Delivery)).one()
        number, token = delivery.id, delivery.facts["token"]
        db.session.remove()
    for path in ("/admin/outbox", f"/admin/outbox/{number}"):
        page = visit("ada").get(path)
        assert "Anmeldelink" in said(page)
        assert token not in page.text


def test_they_can_be_narrowed_down(app: Flask, cast: Cast, visit: Visit, receipt: int, clock: FakeClock) -> None:
    with app.app_context():
        jo = db.session.get_one(Person, cast.jo.id)
        security_mail.owe("test", key="test:jo", now=clock.now(), person=jo)
        security_mail.owe("invitation", key="invitation:1", now=clock.now(), address="neu_100%@x.example")
        db.session.commit()
        db.session.remove()

    def shown(query: str) -> set[str]:
        text = said(visit("ada").get(f"/admin/outbox{query}")).partition("Versuche Wann")[2]
        return {name for name in ("nari@", "jo@", "neu_100%@") if name in text}

    assert shown("") == {"nari@", "jo@", "neu_100%@"}
    assert shown("?state=pending") == shown("?state=nonsense") == shown("")
    assert shown("?state=sent") == set()
    assert shown("?kind=test") == {"jo@"}
    assert shown("?person=NAR") == {"nari@"}
    assert shown("?address=x.example") == {"neu_100%@"}
    assert shown("?address=100%25") == {"neu_100%@"}
    assert shown("?address=nach%25e") == set(), "a sign in what is looked for stands for itself"
    assert shown("?kind=test&person=nari") == set()


def test_older_ones_stand_on_further_pages(app: Flask, visit: Visit, clock: FakeClock, cast: Cast) -> None:
    with app.app_context():
        for number in range(60):
            security_mail.owe("test", key=f"test:{number}", now=clock.now(), address=f"leser{number}@x.example")
        db.session.commit()
        db.session.remove()
    first = visit("ada").get("/admin/outbox?kind=test")
    assert ("leser59@" in first.text, "leser10@" in first.text, "leser9@" in first.text) == (True, True, False)
    (older,) = [part.split('"')[0] for part in first.text.split('href="') if "before=" in part]
    second = visit("ada").get(older.replace("&amp;", "&"))
    assert ("leser10@" in second.text, "leser9@" in second.text, ">Neuer<" in second.text) == (False, True, True)


def test_one_is_sent_now_and_one_is_discarded_with_a_reason(app: Flask, visit: Visit, broken: int) -> None:
    visitor = visit("ada")
    answer = visitor.post("/admin/outbox", {"id": broken, "one": broken, "act": "retry"})
    assert answer.location.endswith(f"/admin/outbox/{broken}")
    assert "Eine Mail geht jetzt hinaus." in said(visitor.get(answer.location))
    assert state_of(app, broken)[0] is DeliveryState.PENDING
    refused = visitor.post("/admin/outbox", {"id": broken, "one": broken, "act": "discard", "why": " "})
    assert (refused.status_code, problems(refused)) == (422, {"why": "Bitte sag, warum; es steht dann dabei."})
    visitor.post("/admin/outbox", {"id": broken, "one": broken, "act": "discard", "why": "ein Versehen"})
    assert state_of(app, broken) == (DeliveryState.SKIPPED, "discarded by the administration: ein Versehen")
    assert "von der Administration verworfen: ein Versehen" in said(visitor.get("/admin/outbox"))
    visitor.post("/admin/outbox", {"id": broken, "act": "discard", "why": "noch einmal"})
    assert "Eine blieb, wie sie ist" in said(visitor.get("/admin/outbox"))


def test_what_was_chosen_and_written_stays_when_something_is_wrong(visit: Visit, receipt: int) -> None:
    visitor = visit("ada")
    refused = visitor.post("/admin/outbox", {"id": receipt, "act": "discard", "why": "x" * 201, "address": "nari"})
    assert refused.status_code == 422
    assert f'value="{receipt}" aria-label="Mail {receipt}" checked' in refused.text
    assert "x" * 201 in refused.text
    none = visitor.post("/admin/outbox", {"act": "retry"})
    assert (none.status_code, "Wähl mindestens eine Mail aus." in said(none)) == (422, True)


def test_a_storm_stands_on_every_page_of_a_site_admin_and_on_nobody_elses(visit: Visit, storm: int) -> None:
    page = visit("ada").get("/me")
    assert STORM in said(page)
    assert "Senden 61 Eine Mail pro Person Verwerfen" in said(page)
    assert STORM not in said(visit("anke").get("/t/nachtwache/"))
    shown = said(visit("ada").get("/admin/outbox?state=held"))
    assert "61 in einer Minute, sonst sind es 0." in shown
    assert shown.count(STORM) == 1
    assert "storm_held" in visit("ada").get("/healthz").text


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("send", "61 Mails gehen jetzt hinaus."),
        ("coalesce", "61 Mails gehen jetzt hinaus."),  # each person has one already
        ("discard", "61 Mails gehen nicht hinaus."),
    ],
)
def test_it_is_decided_by_one_button(app: Flask, visit: Visit, storm: int, what: str, says: str) -> None:
    visitor = visit("ada")
    visitor.post(f"/admin/storms/{storm}", {"what": what})
    page = said(visitor.get("/admin/outbox"))
    assert says in page
    assert STORM not in page
    with app.app_context():
        held = db.session.scalar(sa.select(sa.func.count()).where(Delivery.is_held))
        assert held == 0
    assert visitor.post(f"/admin/storms/{storm}", {"what": what}).status_code == 302, "twice does nothing more"
    assert visitor.post(f"/admin/storms/{storm}", {"what": "keep"}).status_code == 422


def test_what_a_server_says_is_shown_with_what_to_do(app: Flask, cast: Cast, visit: Visit, clock: FakeClock) -> None:
    from tracker.acts import alerts as looking

    with app.app_context():
        pause = pulse.pause_of("mailbox", now=clock.now())
        pause.why, pause.refusals = "sign-in refused: 535 5.7.8 wrong password", 1
        pause.until = clock.now() + timedelta(minutes=5)
        looking.look(destination="mailbox", is_receiving=False, now=clock.now())
        db.session.commit()
        db.session.remove()
    page = said(visit("ada").get("/admin/outbox"))
    assert "Der Mailserver lässt uns nicht herein. Nichts geht verloren" in page
    assert "Die Antwort: sign-in refused: 535 5.7.8 wrong password" in page
    assert "Der Mailserver lässt uns nicht herein" in said(visit("ada").get("/notices"))


def test_a_mail_that_is_all_about_the_reader_is_not_there_for_them(
    app: Flask, cast: Cast, visit: Visit, clock: FakeClock
) -> None:
    clock.set("Wednesday 2026-11-25 10:00")
    with app.app_context():
        s = raised(cast, about=cast.pit, kind=Kind.FRICTION)
        packing.pack(now=clock.now(), outgoing=Outgoing.of(app.config["TRACKER"]))
        db.session.get_one(Suggestion, s.id).about_person_id = cast.ada.id
        db.session.commit()
        number = db.session.scalar(sa.select(Delivery.id).where(Delivery.template == "receipt"))
        db.session.remove()
    assert "nari@" not in visit("ada").get("/admin/outbox").text
    assert "wartet" not in said(visit("ada").get("/admin/outbox")), "not even as a number"
    assert visit("ada").get(f"/admin/outbox/{number}").status_code == 404


def test_what_goes_to_a_program_stands_there_in_words(app: Flask, cast: Cast, visit: Visit, clock: FakeClock) -> None:
    clock.set("Wednesday 2026-11-25 10:00")
    with app.app_context():
        team, anke = db.session.get_one(Team, cast.team.id), db.session.get_one(Person, cast.anke.id)
        outlets.add_webhook(team, "https://hooks.example.org/there", allowed=(), by=anke, now=clock.now())
        raised(cast)
        db.session.commit()
        db.session.remove()
    page = said(visit("ada").get("/admin/outbox"))
    assert "Eingereicht ein Webhook wartet" in page
    assert "suggestion.raised" not in page.casefold()
