"""A link in a mail is used up by an act, once, whoever comes at the same moment, and forgotten when it has ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask

from tests.acts.cast import Cast, assemble, at, raised
from tests.acts.two import Thread, wait_until_blocked
from tracker.acts import mail_links as acts
from tracker.acts import suggestions as verbs
from tracker.acts.mail_links import Link
from tracker.domain.errors import DomainError
from tracker.notices import mail_links
from tracker.notices.tokens import Purpose
from tracker.store import entries, suggestions
from tracker.store.base import db
from tracker.store.entries import EntryKind, Via
from tracker.store.people import Person
from tracker.worker.housekeeping import tidy_up

WEDNESDAY = at("Wednesday 2026-11-25 10:00")


@pytest.fixture
def cast(app: Flask) -> Iterator[Cast]:
    """Committed and forgotten: this thread holds no transaction while the others act."""
    with app.app_context():
        cast = assemble()
        db.session.remove()
        yield cast
        db.session.remove()


def a_link(cast: Cast, person: Person, suggestion_id: int, purpose: Purpose = Purpose.COMMENT) -> tuple[str, str]:
    """Purpose and token, as the address has them."""
    s = suggestions.by_id(suggestion_id)
    assert s is not None
    reader = db.session.get_one(Person, person.id)
    path = urlsplit(mail_links.url(purpose, reader, s, made_at=WEDNESDAY)).path
    db.session.remove()
    return purpose.value, path.rpartition("/")[2]


def comments(where: tuple[str, str], text: str) -> bool:
    """As the page does it: whether it was the first."""
    link = acts.read(*where, now=WEDNESDAY)
    mine = acts.use(link, "comment", request_key=text, now=WEDNESDAY)
    if mine is not None:
        verbs.comment(link.suggestion, by=link.person, now=WEDNESDAY, via=Via.MAIL, text=text)
    return mine is not None


def said(suggestion_id: int) -> list[str]:
    return [entry.text for entry in entries.of_kinds(suggestion_id, EntryKind.COMMENT)]


def test_of_two_who_act_with_one_link_the_second_waits_and_does_nothing(app: Flask, cast: Cast) -> None:
    s = raised(cast).id
    where = a_link(cast, cast.nari, s)
    first = Thread(app, lambda: comments(where, "Eins."), holds=True).has_acted()
    second = Thread(app, lambda: comments(where, "Zwei."))
    wait_until_blocked()
    assert (first.result(), second.result()) == (True, False)
    assert said(s) == ["Eins."]


def test_two_with_two_links_of_one_suggestion_both_act(app: Flask, cast: Cast) -> None:
    """Neither waits for what the other one has locked."""
    s = raised(cast).id
    of_nari, of_pit = a_link(cast, cast.nari, s), a_link(cast, cast.pit, s)
    first = Thread(app, lambda: comments(of_nari, "Eins."), holds=True).has_acted()
    second = Thread(app, lambda: comments(of_pit, "Zwei."))
    wait_until_blocked()
    assert (first.result(), second.result()) == (True, True)
    assert said(s) == ["Eins.", "Zwei."]


def test_what_is_rolled_back_uses_nothing_up(cast: Cast) -> None:
    s = raised(cast).id
    where = a_link(cast, cast.nari, s)
    assert comments(where, "Doch nicht.")
    db.session.rollback()
    assert comments(where, "Jetzt aber.")
    db.session.commit()
    assert said(s) == ["Jetzt aber."]


def test_used_links_are_kept_as_long_as_they_would_work(cast: Cast) -> None:
    where = a_link(cast, cast.nari, raised(cast).id)
    comments(where, "Eins.")
    db.session.commit()
    link = acts.read(*where, now=WEDNESDAY)
    tidy_up(now=link.expires_at)
    assert acts.used(link) is not None
    db.session.remove()
    tidy_up(now=link.expires_at + timedelta(minutes=10))
    assert acts.used(link) is None


@pytest.mark.parametrize("now", [WEDNESDAY, WEDNESDAY + mail_links.LIFE - timedelta(seconds=1)])
def test_a_link_is_good_for_fourteen_days_from_the_making_of_its_mail(cast: Cast, now: datetime) -> None:
    link: Link = acts.read(*a_link(cast, cast.nari, raised(cast).id), now=now)
    assert (link.person.id, link.purpose) == (cast.nari.id, Purpose.COMMENT)
    assert link.expires_at == at("Wednesday 2026-12-09 10:00")


def test_no_link_of_one_kind_is_read_as_another(cast: Cast) -> None:
    _, token = a_link(cast, cast.nari, raised(cast).id)
    for purpose in acts.ACTS:
        if purpose is not Purpose.COMMENT:
            with pytest.raises(DomainError):
                acts.read(purpose.value, token, now=WEDNESDAY)


@pytest.mark.parametrize("subject", ["", "-", "1", "1-", "-1", "1-2-3", "a-1", "1-b", "²-1", f"1-{'9' * 19}"])
def test_a_subject_that_is_no_suggestion_is_none(subject: str) -> None:
    assert mail_links.numbers_of(subject) is None
