"""Signing in by password and by link, and what slows down whoever guesses."""

from __future__ import annotations

import statistics
import time
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.acts.cast import Cast, at
from tests.reliability import fault
from tracker.acts import invitations, people
from tracker.acts import sign_in as verbs
from tracker.acts.secret_links import hash_of
from tracker.acts.sign_in import Attempt
from tracker.domain.errors import BadInput, LinkEnded
from tracker.domain.lifecycle import Role
from tracker.notices import security_mail
from tracker.store.base import db
from tracker.store.doors import SignInLink, Throttle
from tracker.store.notices import Delivery, Lane
from tracker.store.people import Person

NOW = at("Tuesday 2026-11-24 10:00")
LONG = "vier worte in reihe"
HERE, ELSEWHERE = "192.0.2.7", "198.51.100.9"


@pytest.fixture
def nari(cast: Cast) -> Person:
    people.set_password(cast.nari, LONG, now=NOW)
    return cast.nari


def tries(email: str, password: str, *, network: str = HERE, now: object = NOW) -> Attempt:
    facts = verbs.gather(email, network, now=now)  # type: ignore[arg-type]
    return verbs.try_password(facts, verbs.is_right(facts, password), now=now)  # type: ignore[arg-type]


def test_the_right_password_signs_in(nari: Person) -> None:
    assert tries(" NARI@nachtwache.example", LONG).person is nari


@pytest.mark.parametrize(
    "email", ["nari@nachtwache.example", "nobody@nachtwache.example", "pit@nachtwache.example", ""]
)
def test_a_wrong_password_and_an_unknown_address_are_told_the_same(nari: Person, email: str) -> None:
    assert tries(email, "falsch falsch falsch") == Attempt(None)


def test_a_disabled_account_is_told_the_same(nari: Person) -> None:
    nari.active = False
    assert tries(nari.email, LONG) == Attempt(None)


def test_after_twenty_wrong_ones_the_right_one_waits_and_then_works(nari: Person) -> None:
    for number in range(20):
        tries(nari.email, "falsch falsch", network=f"203.0.113.{number}")
    refused = tries(nari.email, LONG, network=ELSEWHERE)
    assert refused.person is None
    assert timedelta() < refused.wait <= verbs.LONGEST_WAIT
    assert tries(nari.email, LONG, network=ELSEWHERE, now=NOW + refused.wait).person is nari


def test_waiting_does_not_grow_while_one_waits(nari: Person) -> None:
    for _ in range(6):
        tries(nari.email, "falsch falsch")
    assert {tries(nari.email, "falsch falsch").wait for _ in range(50)} == {verbs.SHORTEST_WAIT}


def test_many_accounts_tried_from_one_network_are_slowed_too(nari: Person) -> None:
    for number in range(21):
        tries(f"somebody-{number}@x.example", "falsch falsch")
    assert tries(nari.email, LONG).person is None
    assert tries(nari.email, LONG, network=ELSEWHERE).person is nari


def test_signing_in_forgives_the_account(nari: Person) -> None:
    for _ in range(4):
        tries(nari.email, "falsch falsch")
    assert tries(nari.email, LONG).person is nari
    for _ in range(4):
        assert tries(nari.email, "falsch falsch").wait == timedelta()


def test_the_table_names_no_address(nari: Person) -> None:
    tries(nari.email, "falsch falsch")
    keys = db.session.scalars(sa.select(Throttle.key)).all()
    assert keys
    assert not any("nari" in key or HERE in key for key in keys)


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(1, 0), (4, 0), (5, 15), (6, 30), (7, 60), (8, 120), (11, 900), (12, 900), (1_000, 900)],
)
def test_the_wait_doubles_up_to_a_quarter_of_an_hour_and_never_locks(failures: int, seconds: int) -> None:
    assert verbs.wait_after(failures, free=5) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::"),
        ("", ""),
    ],
)
def test_a_network_is_counted_once(address: str, counted: str) -> None:
    assert verbs.network_of(address) == counted


def test_old_counts_are_forgotten(nari: Person) -> None:
    tries(nari.email, "falsch falsch")
    assert verbs.forget_before(NOW + timedelta(days=1)) == 2  # the account and the network
    assert tries(nari.email, LONG).person is nari


@pytest.mark.databases("sqlite")
def test_an_unknown_address_costs_as_much_work_as_a_known_one(make_app: Any) -> None:
    """Counted in the processor's time, which busy neighbours do not change; with the real cost of the hash."""
    app = make_app(testing=False)
    with app.app_context():
        known = people.make(email="nari@x.example", name="Nari", locale="de", now=NOW, password=LONG)
        people.make(email="pit@x.example", name="Pit", locale="de", now=NOW)
        db.session.flush()

        def cost(email: str) -> float:
            facts = verbs.gather(email, HERE, now=NOW)
            begun = time.process_time()
            assert not verbs.is_right(facts, "falsch falsch falsch")
            return time.process_time() - begun

        costs = {
            email: statistics.median(cost(email) for _ in range(5))
            for email in (known.email, "pit@x.example", "nobody@x.example")
        }
    assert max(costs.values()) < 1.3 * min(costs.values()), costs


# Links ----------------------------------------------------------------------------------------------------------------


def mails() -> list[Delivery]:
    return list(db.session.scalars(sa.select(Delivery).order_by(Delivery.id)))


def asked(email: str, purpose: verbs.Purpose = "sign_in", *, now: object = NOW, next_path: str = "") -> None:
    verbs.ask_link(email, purpose, network=HERE, next_path=next_path, now=now)  # type: ignore[arg-type]


@fault("F54", "sign-in and reset go in a lane of their own, whatever was switched off")
def test_a_link_is_a_mail_in_its_own_lane_and_only_its_hash_is_stored(cast: Cast) -> None:
    asked("Nari@nachtwache.example", next_path="/t/nachtwache/41")
    (mail,) = mails()
    assert (mail.template, mail.lane, mail.address) == ("sign_in", Lane.SECURITY, cast.nari.email)
    token = mail.facts["token"]
    link = db.session.scalars(sa.select(SignInLink)).one()
    assert link.token_hash == hash_of(token) != token
    assert verbs.by_link(token, now=NOW) == (cast.nari, "/t/nachtwache/41")


def test_what_opens_a_door_waits_for_no_hour(cast: Cast) -> None:
    night = at("Tuesday 2026-11-24 03:00")
    asked(cast.nari.email, now=night)
    asked(cast.nari.email, "reset", now=night)
    invitations.invite(cast.team, "bente@x.example", role=Role.MEMBER, by=cast.anke, now=night)
    assert [(mail.template, mail.lane, mail.next_attempt_at) for mail in mails()] == [
        (template, Lane.SECURITY, night) for template in ("sign_in", "reset", "invitation")
    ]


def test_an_unknown_address_gets_no_mail_and_no_word(cast: Cast) -> None:
    cast.jo.active = False
    for email in ("nobody@x.example", cast.jo.email, "", "x" * 10_000):
        asked(email)
    assert mails() == []


@pytest.mark.parametrize("purpose", ["sign_in", "reset"])
def test_mails_of_former_versions_stand_in_no_new_ones_way(cast: Cast, purpose: verbs.Purpose) -> None:
    """They had the link's number in their key, and SQLite gives numbers anew."""
    for number in range(1, 4):
        security_mail.owe(purpose, key=f"{purpose}:link:{number}", person=cast.nari, now=NOW)
    for person in (cast.nari, cast.pit):
        asked(person.email, purpose)
        assert mails()[-1].person_id == person.id


def test_a_link_works_once(cast: Cast) -> None:
    asked(cast.nari.email)
    token = mails()[0].facts["token"]
    verbs.by_link(token, now=NOW)
    with pytest.raises(LinkEnded):
        verbs.by_link(token, now=NOW)


def test_looking_at_a_link_does_not_use_it(cast: Cast) -> None:
    asked(cast.nari.email)
    token = mails()[0].facts["token"]
    for _ in range(3):
        assert verbs.look_at_link(token, "sign_in", now=NOW)[0] is cast.nari
    assert verbs.by_link(token, now=NOW)[0] is cast.nari


def test_a_link_works_for_an_hour(cast: Cast) -> None:
    asked(cast.nari.email)
    token = mails()[0].facts["token"]
    assert verbs.look_at_link(token, "sign_in", now=NOW + timedelta(minutes=59))
    with pytest.raises(LinkEnded):
        verbs.by_link(token, now=NOW + timedelta(minutes=60))


def test_a_newer_link_ends_the_older_one(cast: Cast) -> None:
    asked(cast.nari.email)
    asked(cast.nari.email)
    first, second = (mail.facts["token"] for mail in mails())
    with pytest.raises(LinkEnded):
        verbs.by_link(first, now=NOW)
    assert verbs.by_link(second, now=NOW)[0] is cast.nari


def test_a_link_is_good_for_its_own_purpose_alone(cast: Cast) -> None:
    asked(cast.nari.email, "sign_in")
    asked(cast.nari.email, "reset")
    sign_in, reset = (mail.facts["token"] for mail in mails())
    with pytest.raises(LinkEnded):
        verbs.by_link(reset, now=NOW)
    with pytest.raises(LinkEnded):
        verbs.reset_password(sign_in, LONG, now=NOW)


def test_a_reset_sets_the_password_and_ends_everything_else(nari: Person) -> None:
    asked(nari.email, "sign_in")
    asked(nari.email, "reset")
    sign_in, reset = (mail.facts["token"] for mail in mails())
    session = nari.fs_uniquifier
    assert verbs.reset_password(reset, "noch vier worte mehr", now=NOW) is nari
    assert nari.fs_uniquifier != session
    assert tries(nari.email, LONG).person is None
    assert tries(nari.email, "noch vier worte mehr").person is nari
    with pytest.raises(LinkEnded):
        verbs.by_link(sign_in, now=NOW)


def test_a_password_that_is_refused_leaves_the_reset_link_good(nari: Person) -> None:
    asked(nari.email, "reset")
    token = mails()[0].facts["token"]
    with pytest.raises(BadInput) as refused:
        verbs.reset_password(token, "kurz", now=NOW)
    assert refused.value.field == "password"
    assert verbs.reset_password(token, "noch vier worte mehr", now=NOW) is nari


@pytest.mark.parametrize("token", ["", "x", "x" * 10_000, "ä\x00☃"])
def test_a_made_up_link_is_told_the_same_as_a_used_one(cast: Cast, token: str) -> None:
    with pytest.raises(LinkEnded) as refused:
        verbs.look_at_link(token, "sign_in", now=NOW)
    assert refused.value.message == verbs.USED_LINK


def test_nobodys_mailbox_is_filled_by_asking_again_and_again(cast: Cast) -> None:
    for _ in range(40):
        asked(cast.nari.email)
    assert len(mails()) <= verbs.FREE_TRIES["mails"]
    asked(cast.nari.email, now=NOW + timedelta(hours=1))
    assert len(mails()) <= verbs.FREE_TRIES["mails"] + 1
