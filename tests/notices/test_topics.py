"""Which kind of news comes by mail, and which stands in the app alone: each person's choice, kind by kind."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from tests.acts.cast import Cast, at, raised
from tests.notices.post import Post
from tests.notices.seen import last_entry, notices, reasons, told_by
from tracker.acts import dates, questions, sign_in
from tracker.acts import suggestions as verbs
from tracker.notices import look_again, telling, tokens, topics
from tracker.notices.tokens import Purpose
from tracker.notices.topics import Topic
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.notices import Delivery, DeliveryState, Lane
from tracker.store.suggestions import Suggestion

WEB = Via.WEB
WEDNESDAY = at("Wednesday 2026-11-25 10:00")
LATER = at("Wednesday 2026-11-25 10:30")


def moved(s: Suggestion, cast: Cast) -> None:
    dates.move(s, by=cast.pit, now=WEDNESDAY, via=WEB, on=date(2026, 11, 30), reason="Wartet auf Ersatzteile")


def test_every_kind_of_notice_belongs_to_a_line_of_the_settings() -> None:
    only_follow_ups = {"raised", "reply", "asked", "contested", "reopened", "urgency", "rung", "daily", "daily_line"}
    no_choice = {"alert", "heard"}  # whoever looks after a site is told, and who wrote is answered
    assert set(look_again.LOOKS) == {*topics.OF_KIND, *only_follow_ups, "digest", *no_choice}
    assert {topics.of(kind, Lane.NEWS) for kind in topics.OF_KIND} == set(Topic) - {Topic.REMINDERS, Topic.OVERVIEW}


@pytest.mark.parametrize("topic", list(Topic))
def test_a_choice_is_for_one_kind_alone(cast: Cast, topic: Topic) -> None:
    topics.choose(cast.nari, topic, by_mail=False)
    assert topics.by_mail_of(cast.nari) == set(Topic) - {topic}
    topics.choose(cast.nari, topic, by_mail=True)
    assert topics.by_mail_of(cast.nari) == set(Topic)


def test_who_wants_dates_in_the_app_is_told_of_a_move_there_and_asked_by_mail(cast: Cast) -> None:
    topics.choose(cast.nari, Topic.DATES, by_mail=False)
    s = raised(cast)
    moved(s, cast)
    assert told_by(last_entry(s.id)) == {"in app": {"Nari"}}
    twin = notices(kind="moved", person=cast.nari, mail=False)[-1]
    assert twin.reason == telling.IN_APP_ONLY
    questions.ask(s, by=cast.pit, now=LATER, via=WEB, text="Handy oder Rechner?")
    assert "Nari" in told_by(last_entry(s.id))["at once"]


def test_a_choice_made_after_the_act_counts_as_well(cast: Cast, post: Post) -> None:
    s = raised(cast)
    moved(s, cast)
    topics.choose(cast.nari, Topic.DATES, by_mail=False)
    post.deliver(LATER)
    assert reasons("moved") == [telling.IN_APP_ONLY]


def test_the_link_in_a_mail_switches_off_what_the_mail_is_about(cast: Cast, post: Post) -> None:
    s = raised(cast)
    moved(s, cast)
    verbs.comment(s, by=cast.pit, now=WEDNESDAY, via=WEB, text="Kommt am Montag.")
    post.deliver(LATER)
    for mail in post.sent:
        url = mail.letter.unsubscribe_url
        assert url is not None
        claim = tokens.read(Purpose.UNSUBSCRIBE, url.rpartition("/")[2], now=LATER)
        assert claim is not None
        wanted = {"receipt": "receipts", "moved": "dates", "comment": "comments"}[mail.template]
        assert claim.subject == wanted
    assert {mail.template for mail in post.sent} == {"receipt", "moved", "comment"}


def test_a_mail_about_several_kinds_switches_them_all_off(cast: Cast) -> None:
    s = raised(cast)
    moved(s, cast)
    questions.ask(s, by=cast.pit, now=LATER, via=WEB, text="Handy oder Rechner?")
    told = [notices(kind=kind, person=cast.nari)[-1] for kind in ("moved", "question")]
    assert topics.list_of("news", told) == "news"
    assert topics.list_of("news", told[:1]) == "dates"
    assert topics.list_of("reminders", told) == "reminders"
    assert topics.of_list("pigeons") == ()


def test_security_mails_ask_nobody(cast: Cast) -> None:
    for topic in Topic:
        topics.choose(cast.nari, topic, by_mail=False)
    sign_in.ask_link(cast.nari.email, "sign_in", network="192.0.2.1", now=WEDNESDAY)
    (delivery,) = db.session.scalars(sa.select(Delivery))
    assert (delivery.template, delivery.lane, delivery.state) == ("sign_in", Lane.SECURITY, DeliveryState.PENDING)
    assert look_again.whole(delivery, [], now=WEDNESDAY) == ""
