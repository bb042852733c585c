"""Another mail address: asked for while signed in, theirs once it was confirmed, told to the old one."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.acts.cast import Cast, at
from tests.notices.post import RELAY
from tests.reliability import fault
from tracker.acts import new_address, people, sign_in
from tracker.domain.errors import BadInput, LinkEnded
from tracker.notices import compose, look_again
from tracker.store import leftovers
from tracker.store.base import db
from tracker.store.doors import SignInLink
from tracker.store.notices import Delivery, Lane
from tracker.store.people import Person

MONDAY = at("Monday 2026-11-23 10:00")
A_MINUTE = timedelta(minutes=1)
NEW = "nari@neu.example"
PASSWORD = "vier worte in reihe"


def ask(person: Person, email: str = NEW, *, password: str = "", minutes: int = 0) -> None:
    now = MONDAY + minutes * A_MINUTE
    new_address.ask(person, email, password=password, network="192.0.2.1", now=now)
    db.session.commit()


def mails() -> list[Delivery]:
    return list(db.session.scalars(sa.select(Delivery).order_by(Delivery.id)))


def bounced(person: Person) -> bool:
    return person.mail_bounced_at is not None


def token() -> str:
    (mail,) = [mail for mail in mails() if mail.template == "new_address" and mail.facts["token"]][-1:]
    return str(mail.facts["token"])


def test_the_new_address_gets_a_link_and_the_old_one_a_word(cast: Cast) -> None:
    old = cast.nari.email
    ask(cast.nari)
    told = [(mail.template, look_again.address_of(mail), mail.lane) for mail in mails()]
    assert told == [("address_asked", old, Lane.SECURITY), ("new_address", NEW, Lane.SECURITY)]
    assert cast.nari.email == old
    found = new_address.waiting(cast.nari, now=MONDAY)
    assert found is not None
    assert (found.address, found.until) == (NEW, MONDAY + sign_in.LINK_LIFE)


@fault("F52", "an address that is not confirmed gets nothing but its link; mails go on to the old one, then to the new")
def test_until_it_is_confirmed_mails_go_on_to_the_old_one(cast: Cast) -> None:
    old = cast.nari.email
    ask(cast.nari)
    sign_in.send_link(cast.nari, "sign_in", now=MONDAY)
    db.session.commit()
    mail = mails()[-1]
    assert look_again.address_of(mail) == old
    new_address.confirm(token(), person=cast.nari, now=MONDAY + A_MINUTE)
    db.session.commit()
    assert look_again.address_of(mail) == NEW
    word = mails()[0]
    assert look_again.address_of(word) == old, "the old one is told, also when it is not theirs any more"


def test_what_came_back_from_the_old_one_is_forgotten(cast: Cast) -> None:
    cast.nari.bounce_score, cast.nari.mail_bounced_at = 40, MONDAY
    ask(cast.nari)
    new_address.confirm(token(), person=cast.nari, now=MONDAY)
    db.session.commit()
    db.session.refresh(cast.nari)
    assert (cast.nari.email, cast.nari.bounce_score) == (NEW, 0)
    assert not bounced(cast.nari)


def test_keys_in_the_old_mailbox_end(cast: Cast) -> None:
    version = cast.nari.token_version
    _link, old_key = sign_in.make_link(cast.nari, "sign_in", now=MONDAY)
    ask(cast.nari)
    new_address.confirm(token(), person=cast.nari, now=MONDAY)
    assert cast.nari.token_version == version + 1
    with pytest.raises(LinkEnded):
        sign_in.by_link(old_key, now=MONDAY)


def test_a_link_works_once_for_an_hour_and_a_newer_one_ends_it(cast: Cast) -> None:
    ask(cast.nari)
    first = token()
    ask(cast.nari, minutes=1)
    second = token()
    with pytest.raises(LinkEnded):
        new_address.look_at(first, person=cast.nari, now=MONDAY + A_MINUTE)
    with pytest.raises(LinkEnded):
        new_address.look_at(second, person=cast.nari, now=MONDAY + 61 * A_MINUTE)
    assert new_address.look_at(second, person=cast.nari, now=MONDAY + 60 * A_MINUTE) == NEW
    new_address.confirm(second, person=cast.nari, now=MONDAY + 2 * A_MINUTE)
    with pytest.raises(LinkEnded):
        new_address.confirm(second, person=cast.nari, now=MONDAY + 2 * A_MINUTE)


def test_a_stranger_in_whose_mailbox_the_link_lies_cannot_take_the_account(cast: Cast) -> None:
    ask(cast.nari, "jemand@anders.example")
    with pytest.raises(LinkEnded):
        new_address.confirm(token(), person=cast.jo, now=MONDAY)
    with pytest.raises(LinkEnded):
        sign_in.by_link(token(), now=MONDAY)
    assert cast.nari.email != "jemand@anders.example"


def test_an_address_that_somebody_has_gets_no_mail_and_nobody_learns_of_it(cast: Cast) -> None:
    ask(cast.nari, cast.pit.email)
    assert [mail.template for mail in mails()] == ["address_asked"]
    assert new_address.waiting(cast.nari, now=MONDAY) is None


def test_who_took_the_address_meanwhile_keeps_it(cast: Cast) -> None:
    ask(cast.nari)
    people.make(email=NEW, name="Neu", locale="de", now=MONDAY)
    with pytest.raises(LinkEnded):
        new_address.confirm(token(), person=cast.nari, now=MONDAY)


def test_a_new_password_ends_the_link(cast: Cast) -> None:
    ask(cast.nari)
    people.set_password(cast.nari, PASSWORD, now=MONDAY)
    with pytest.raises(LinkEnded):
        new_address.confirm(token(), person=cast.nari, now=MONDAY)


@pytest.mark.parametrize(("email", "field"), [("nari", "email"), ("", "email"), (NEW, "address_password")])
def test_what_is_refused(cast: Cast, email: str, field: str) -> None:
    people.set_password(cast.nari, PASSWORD, now=MONDAY)
    with pytest.raises(BadInput) as refused:
        ask(cast.nari, email, password="falsch")
    assert refused.value.field == field
    assert mails() == []


def test_ones_own_address_is_no_new_one(cast: Cast) -> None:
    with pytest.raises(BadInput):
        ask(cast.nari, cast.nari.email.upper())


def test_asking_again_and_again_has_to_wait(cast: Cast) -> None:
    for n in range(5):
        ask(cast.nari, f"n{n}@neu.example")
    with pytest.raises(BadInput) as refused:
        ask(cast.nari, "n9@neu.example")
    assert refused.value.field == "email"
    ask(cast.nari, "n9@neu.example", minutes=1)


def test_the_mails_are_in_the_words_and_the_zone_of_the_person(cast: Cast) -> None:
    cast.nari.locale = "de"
    ask(cast.nari)
    word, link = mails()
    sent = [compose.letter(mail, [], address=mail.address, now=MONDAY, outgoing=RELAY) for mail in (word, link)]
    assert all(letter is not None and "Hallo Nari" in letter.text for letter in sent)
    assert sent[1] is not None
    assert "bis 11\nUhr" in sent[1].text or "bis 11 Uhr" in sent[1].text
    assert f"/confirm/{token()}" in sent[1].text


def test_once_all_links_are_forgotten_the_next_one_leads_to_its_own_address(cast: Cast) -> None:
    ask(cast.nari, "alt@neu.example")
    days = timedelta(days=4)
    leftovers.forget_links_before(MONDAY + days)
    ask(cast.jo, "jo@neu.example", minutes=days // A_MINUTE)
    assert new_address.look_at(token(), person=cast.jo, now=MONDAY + days) == "jo@neu.example"


def test_a_link_that_was_mailed_by_a_former_version_still_confirms_its_address(cast: Cast) -> None:
    """The key of its mail had the link's number."""
    ask(cast.nari)
    link = db.session.scalars(sa.select(SignInLink)).one()
    (mail,) = [mail for mail in mails() if mail.template == "new_address"]
    mail.key = f"new_address:link:{link.id}"
    db.session.commit()
    assert new_address.confirm(token(), person=cast.nari, now=MONDAY + A_MINUTE) == NEW


def test_an_address_that_a_forgotten_link_was_for_is_no_later_links(cast: Cast) -> None:
    ask(cast.nari, "alt@neu.example")
    (mail,) = [mail for mail in mails() if mail.template == "new_address"]
    link = db.session.scalars(sa.select(SignInLink)).one()
    mail.key = f"new_address:link:{link.id}"
    days = timedelta(days=4)
    leftovers.forget_links_before(MONDAY + days)
    ask(cast.jo, cast.nari.email, minutes=days // A_MINUTE)  # which somebody has, so that no mail goes there
    assert new_address.waiting(cast.jo, now=MONDAY + days) is None
