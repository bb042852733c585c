"""One alert for each cause: told once, in the app and by mail, and closed when the cause is gone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.acts.cast import Cast, a_person, at, raised
from tests.notices.post import RELAY, Post
from tests.notices.storm import WEDNESDAY, crowd, moved, packed, storm
from tracker.acts import alerts as verbs
from tracker.acts import sign_in, storms
from tracker.domain.alerts import GIVEN_UP, INBOUND, AlertKind
from tracker.domain.retries import MAX_AGE, MOST_LOST_CLAIMS
from tracker.notices import in_app, leases, outbox, packing, security_mail
from tracker.notices.channels.results import NeverAccepted, NotAcceptedNow, Phase, RelayRefuses
from tracker.store import alerts, leftovers, pulse
from tracker.store.base import db
from tracker.store.notices import Delivery, DeliveryState, Notice, NoticeState

NOW = at("Wednesday 2026-11-25 10:00")
MINUTE = timedelta(minutes=1)
LOCKED = RelayRefuses("sign-in refused: 535 5.7.8 wrong password", phase=Phase.AUTH, code=535)
AWAY = RelayRefuses("connect: [Errno 111] Connection refused", phase=Phase.CONNECT)


@pytest.fixture
def post() -> Post:
    return Post()


def look(now: datetime = NOW, *, is_receiving: bool = True) -> dict[str, int]:
    done = verbs.look(destination=RELAY.destination, is_receiving=is_receiving, now=now)
    db.session.commit()
    return done


def link(cast: Cast, name: str, now: datetime = NOW) -> None:
    """Somebody wants to sign in by mail."""
    sign_in.ask_link(getattr(cast, name).email, "sign_in", network="192.0.2.1", now=now)
    leftovers.aim(RELAY.destination)
    db.session.commit()


def mail(cast: Cast, name: str) -> None:
    """One whose content does not run out."""
    person = getattr(cast, name)
    security_mail.owe("test", key=f"test:{name}", person=person, now=NOW).destination = RELAY.destination
    db.session.commit()


def kinds() -> list[AlertKind]:
    db.session.expire_all()
    return [alert.kind for alert in alerts.open_now()]


def bell(cast: Cast, now: datetime = NOW) -> list[str]:
    return [told.sentence for told in in_app.latest(cast.ada, now=now)]


def test_a_server_that_does_not_let_us_in_is_told_of_once_and_over_with_the_first_mail(cast: Cast, post: Post) -> None:
    for name in ("nari", "pit", "juri"):
        link(cast, name)
    post.answers = {name: [LOCKED] for name in ("nari", "pit", "juri")}
    post.deliver(NOW)
    assert look() == {"alerts opened": 1, "alerts closed": 0}
    assert look(NOW + MINUTE) == {"alerts opened": 0, "alerts closed": 0}
    assert kinds() == [AlertKind.SIGN_IN_REFUSED]
    assert bell(cast) == ["Der Mailserver lässt uns nicht herein"]
    assert in_app.unread(cast.ada, now=NOW) == 1
    assert in_app.latest(cast.anke, now=NOW) == [], "who leads a team cannot mend the server"
    link(cast, "anke", NOW + 10 * MINUTE)
    post.deliver(NOW + 10 * MINUTE)
    assert {sent.to for sent in post.sent} >= {"anke"}
    assert look(NOW + 10 * MINUTE) == {"alerts opened": 0, "alerts closed": 1}
    assert kinds() == []
    assert in_app.unread(cast.ada, now=NOW + 11 * MINUTE) == 0


def test_the_mail_about_it_is_not_sent_once_it_is_over(cast: Cast, post: Post) -> None:
    link(cast, "nari")
    post.answers = {"nari": [LOCKED]}
    post.deliver(NOW)
    look()
    packing.pack(now=NOW, outgoing=RELAY)
    later = NOW + 10 * MINUTE
    about, *others = sorted(outbox.claim(RELAY.destination, now=later), key=lambda claim: -claim.delivery_id)
    for one in others:
        post.carry(one, later)
    look(later)
    post.carry(about, later)
    assert "alert" not in [sent.template for sent in post.sent]
    by_mail = db.session.scalar(sa.select(Notice).where(Notice.kind == "alert", Notice.channel == "email"))
    assert by_mail is not None
    assert (by_mail.state, by_mail.reason) == (NoticeState.SKIPPED, "it is well again")


def test_a_server_that_is_away_for_one_try_is_no_news(cast: Cast, post: Post) -> None:
    link(cast, "nari")
    post.answers = {"nari": [AWAY, AWAY]}
    post.deliver(NOW)
    assert look()["alerts opened"] == 0
    later = NOW + 6 * MINUTE
    post.deliver(later)
    assert look(later)["alerts opened"] == 1
    assert kinds() == [AlertKind.SERVER_AWAY]


def test_a_mailbox_that_cannot_be_fetched_for_half_an_hour_is_told_of_until_it_can(cast: Cast, post: Post) -> None:
    for minutes in (0, 15, 29):
        pulse.missed(INBOUND, "the password was refused", now=NOW + minutes * MINUTE)
        assert look(NOW + minutes * MINUTE)["alerts opened"] == 0, "it may be a short pause"
    assert look(NOW + 30 * MINUTE) == {"alerts opened": 1, "alerts closed": 0}
    assert bell(cast, NOW + 30 * MINUTE) == ["Eingehende Mails lassen sich nicht abholen"]
    assert look(NOW + 31 * MINUTE) == {"alerts opened": 0, "alerts closed": 0}
    assert look(NOW + 32 * MINUTE, is_receiving=False)["alerts closed"] == 1, "mail is not received any more"
    assert look(NOW + 33 * MINUTE)["alerts opened"] == 1
    pulse.reached(INBOUND)
    assert look(NOW + 34 * MINUTE) == {"alerts opened": 0, "alerts closed": 1}


def test_a_server_that_lets_nobody_through_is_told_of_although_each_refusal_is_final(cast: Cast, post: Post) -> None:
    denied = NeverAccepted("554 5.7.1 Relay access denied", phase=Phase.RCPT, code=554)
    for name in ("nari", "pit", "juri"):
        link(cast, name)
    post.answers = {name: [denied] for name in ("nari", "pit", "juri")}
    post.deliver(NOW)
    assert look() == {"alerts opened": 1, "alerts closed": 0}
    assert kinds() == [AlertKind.SERVER_AWAY]
    assert [cast.nari.bounce_score, cast.pit.mail_bounced_at] == [0, None], "it says nothing of their addresses"
    later = NOW + 10 * MINUTE
    post.answers = {"ada": [denied]}
    post.deliver(later)
    assert look(later) == {"alerts opened": 0, "alerts closed": 0}
    link(cast, "anke", later)
    post.deliver(later + MINUTE)
    assert look(later + MINUTE) == {"alerts opened": 0, "alerts closed": 1}


LATER = NotAcceptedNow("451 4.7.1 Service unavailable", phase=Phase.REPLY, code=451)
FIVE = ("nari", "pit", "juri", "anke", "olga")


def test_a_server_that_says_later_to_everybody_twice_is_told_of_and_once_it_is_back_nobody_waits_for_hours(
    cast: Cast, post: Post
) -> None:
    for name in FIVE:
        mail(cast, name)
    post.answers = {name: [LATER] * 4 for name in (*FIVE, "ada")}
    post.deliver(NOW)
    assert look()["alerts opened"] == 0, "a server that knows us from today lets the second attempt in"
    for minutes in (5, 20, 65):
        post.deliver(NOW + minutes * MINUTE)
        look(NOW + minutes * MINUTE)
    assert kinds() == [AlertKind.SERVER_AWAY]
    assert bell(cast, NOW + 65 * MINUTE) == ["Der Mailserver nimmt keine Mails an"]
    assert post.sent == []
    waits_until = db.session.scalar(sa.select(sa.func.max(Delivery.next_attempt_at)))
    assert waits_until == NOW + 200 * MINUTE  # 5 + 15 + 45 + 135
    link(cast, "jo", NOW + 70 * MINUTE)
    post.deliver(NOW + 70 * MINUTE)
    assert "jo" in [sent.to for sent in post.sent]
    assert look(NOW + 71 * MINUTE)["alerts closed"] == 1
    post.deliver(NOW + 71 * MINUTE)
    assert {sent.to for sent in post.sent} == {*FIVE, "jo"}


def test_four_people_who_are_told_later_may_be_about_them(cast: Cast, post: Post) -> None:
    for name in FIVE[:4]:
        link(cast, name)
    post.answers = {name: [LATER, LATER] for name in FIVE}
    post.deliver(NOW)
    post.deliver(NOW + 5 * MINUTE)
    assert look(NOW + 5 * MINUTE)["alerts opened"] == 0
    link(cast, "jo", NOW + 6 * MINUTE)
    post.deliver(NOW + 6 * MINUTE)
    link(cast, "olga", NOW + 7 * MINUTE)
    post.deliver(NOW + 7 * MINUTE)
    post.deliver(NOW + 12 * MINUTE)
    assert look(NOW + 12 * MINUTE)["alerts opened"] == 0, "the four were told before it took a mail"


def test_mails_that_were_given_up_after_five_days_are_told_of_for_a_day(cast: Cast, post: Post) -> None:
    for name in ("nari", "pit"):
        mail(cast, name)
    post.answers = {name: [LATER] * 30 for name in ("nari", "pit")}
    now = NOW
    while now <= NOW + MAX_AGE:
        post.deliver(now)
        now += timedelta(hours=1)
    assert set(db.session.scalars(sa.select(Delivery.outcome))) == {outbox.GIVEN_UP}
    assert look(now) == {"alerts opened": 1, "alerts closed": 0}
    assert look(now + MINUTE) == {"alerts opened": 0, "alerts closed": 0}
    (alert,) = alerts.open_now()
    assert (alert.subject, alert.facts) == (GIVEN_UP, {"why": str(LATER), "given_up": 2})
    post.deliver(now)
    (letter,) = [sent.letter for sent in post.sent if sent.to == "ada"]
    assert str(LATER) in letter.text
    assert look(now + timedelta(days=1))["alerts closed"] == 1


def test_what_a_server_of_former_settings_said_last_concerns_nobody(cast: Cast, post: Post) -> None:
    link(cast, "nari")
    post.answers = {"nari": [LOCKED]}
    post.deliver(NOW)
    assert verbs.look(destination="relay:other.example:25", is_receiving=False, now=NOW)["alerts opened"] == 0


def test_a_template_that_fails_is_told_of_once_however_many_mails_meet_it(cast: Cast, post: Post) -> None:
    for name in ("nari", "pit", "juri"):
        link(cast, name)
    claims = outbox.claim(RELAY.destination, now=NOW)
    for claim in claims:
        outbox.broken(claim.delivery_id, claim.token, "KeyError: 'item'", now=NOW)
    assert look()["alerts opened"] == 1
    assert bell(cast) == ["Eine Mail lässt sich nicht schreiben (Anmeldelink)"]
    post.deliver(NOW)
    (letter,) = [sent.letter for sent in post.sent if sent.to == "ada"]
    assert letter.subject == "Eine Mail lässt sich nicht schreiben (Anmeldelink)"
    db.session.execute(sa.update(Delivery).where(Delivery.state == "dead").values(state="skipped"))
    assert look(NOW + MINUTE)["alerts closed"] == 1, "somebody has looked at each of them"


def test_a_message_that_kills_its_sender_is_told_of(cast: Cast) -> None:
    link(cast, "nari")
    for _ in range(MOST_LOST_CLAIMS):
        (claim,) = outbox.claim(RELAY.destination, now=NOW)
        seen = {claim.token: 0.0}
        leases.reap(seen, monotonic=RELAY.lease.total_seconds(), now=NOW, outgoing=RELAY)
        db.session.commit()
    assert db.session.scalar(sa.select(Delivery.state)) is DeliveryState.DEAD
    look()
    assert kinds() == [AlertKind.KILLS_ITS_SENDER]


def test_every_site_admin_is_told_and_who_came_later_reads_it_on_the_page(cast: Cast) -> None:
    a_person("Ben", is_site_admin=True)
    link(cast, "nari")
    (claim,) = outbox.claim(RELAY.destination, now=NOW)
    outbox.broken(claim.delivery_id, claim.token, "KeyError: 'item'", now=NOW)
    look()
    told = sa.select(sa.func.count()).select_from(Notice).where(Notice.kind == "alert")
    assert db.session.scalar(told) == 4  # two people, each in the app and by mail


@pytest.mark.parametrize("verb", [storms.send, storms.coalesce, storms.discard])
def test_a_storm_is_told_of_at_once_and_over_when_it_is_decided(cast: Cast, post: Post, verb: object) -> None:
    moved(cast, crowd(cast, 60))
    packed()
    assert bell(cast, WEDNESDAY) == ["Weit mehr Mails als sonst auf einmal: Sie werden zurückgehalten"]
    assert look(WEDNESDAY) == {"alerts opened": 0, "alerts closed": 0}
    post.deliver(WEDNESDAY)
    (letter,) = [sent.letter for sent in post.sent if sent.to == "ada"]
    assert "61 in einer Minute, sonst sind es 0." in letter.text
    verb(storm().id, by=cast.ada, now=WEDNESDAY)  # type: ignore[operator]
    db.session.commit()
    assert kinds() == []
    assert in_app.unread(cast.ada, now=WEDNESDAY) == 0


def test_a_suggestion_as_usual_needs_nobody(cast: Cast, post: Post) -> None:
    raised(cast)
    post.at(NOW)
    assert look() == {"alerts opened": 0, "alerts closed": 0}
