"""Late promises, two weeks, and everything happening: never more than two follow-up mails a day, counted.

Pit has one mail a day, Juri and Anke each reminder by itself. Every working day the authors write, something burns, an
answer is contested, a date moves, and the mail server is away now and then. The suite plays it with fifty of them, for
it is the mails that count; ``LATE=200`` in the environment plays it with as many as one likes.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.acts.cast import Cast, at, raised
from tests.notices.post import BERLIN, Post
from tests.notices.seen import notices
from tracker.acts import answers, dates, snoozes
from tracker.acts import suggestions as verbs
from tracker.domain.lifecycle import Urgency
from tracker.domain.outcomes import Outcome
from tracker.domain.retries import PassingFailure
from tracker.notices import topics, why_words
from tracker.notices.topics import Topic
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.notices import Delivery, DeliveryState, Lane, NoticeState
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion

WEB = Via.WEB
COUNT = int(os.environ.get("LATE", "50"))
BEGIN = date(2026, 11, 30)  # a Monday; everything has been due since Thursday, 26 November, 17:00
WORKING_DAYS = [BEGIN + timedelta(days=n) for n in range(14) if n % 7 < 5]
CLOCKS = ("07:30", "09:00", "13:00", "17:00")


def moment(day: date, clock: str) -> datetime:
    return at(f"{day:%A} {day.isoformat()} {clock}")


def a_day(cast: Cast, found: list[Suggestion], n: int, now: datetime) -> None:
    """What happens on one day besides the clock."""
    for s in found[n * 5 : n * 5 + 5]:
        verbs.comment(s, by=cast.nari, now=now, via=WEB, text="Und jetzt?")
    raised(cast, title=f"Es brennt {n}", by=cast.jo, urgency=Urgency.URGENT, now=now)
    answered, moving, resting = found[n], found[10 + n], found[20 + n]
    answers.answer(answered, by=cast.juri, now=now, via=WEB, outcome=Outcome.DECLINED, text="Das bleibt so.")
    answers.contest(answered, by=cast.nari, now=now + timedelta(minutes=2), via=WEB, text="Warum?")
    on = now.date() + timedelta(days=1 if now.weekday() < 4 else 3)
    dates.move(moving, by=cast.juri, now=now, via=WEB, on=on, reason="Wartet auf Teile")
    snoozes.put_off(resting, by=cast.pit, until=now + timedelta(hours=2), now=now)


def by_day(person: Person) -> Counter[date]:
    """The follow-up mails, and overviews in their place, that left to this person, by their own day."""
    sent = db.session.scalars(
        sa.select(Delivery.sent_at).where(
            Delivery.person_id == person.id,
            Delivery.lane.in_((Lane.FOLLOW_UP, Lane.DIGEST)),
            Delivery.state == DeliveryState.SENT,
        )
    )
    return Counter(at.astimezone(BERLIN).date() for at in sent if at is not None)


@pytest.mark.databases("sqlite")  # the queries are tried on both elsewhere; this is about how many mails
def test_two_weeks_of_late_promises_are_two_mails_a_day_at_most(cast: Cast, post: Post) -> None:
    for person in (cast.nari, cast.jo):  # the word to each author is tried elsewhere
        for topic in Topic:
            topics.choose(person, topic, by_mail=False)
    cast.juri.reminder_rhythm = cast.anke.reminder_rhythm = "each"
    found = [raised(cast, title=f"Liegen geblieben {n}") for n in range(COUNT)]
    db.session.commit()
    for n, day in enumerate(WORKING_DAYS):
        if n % 4 == 2:  # nothing is taken at first, and what waited leaves in the middle of the day
            post.answers = {name: [PassingFailure("452 later, please")] * 2 for name in ("pit", "juri", "anke")}
        for clock in CLOCKS:
            now = moment(day, clock)
            if clock == "13:00":
                a_day(cast, found, n, now)
                db.session.commit()
            post.at(now)
    counted = {person.name: by_day(person) for person in (cast.pit, cast.juri, cast.anke)}
    assert {name: max(days.values()) for name, days in counted.items()} == {"Pit": 2, "Juri": 2, "Anke": 2}
    assert [day for day in WORKING_DAYS if not counted["Pit"][day]] == []  # never too much, and never silence either
    rungs = Counter((one.state, one.reason in why_words.REASONS) for one in notices(kind="rung"))
    assert rungs[NoticeState.SKIPPED, False] == 0  # what did not leave says why
    assert rungs.total() > COUNT * 5
