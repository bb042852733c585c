"""Five thousand overviews fall due at one hour: spread over it by the person, and nobody at the door waits for them."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.acts.cast import Cast, at
from tests.notices.post import RELAY
from tests.reliability import Seen, fault
from tracker.acts import sign_in
from tracker.domain.lifecycle import Role
from tracker.notices import crowd, daily, digests, hours, outbox
from tracker.store import alerts, leftovers, pulse
from tracker.store.base import db
from tracker.store.notices import Delivery, Notice
from tracker.store.people import Person
from tracker.store.teams import Membership

MONDAY = at("Monday 2026-11-30 18:00")
JOINED = at("Tuesday 2026-11-24 12:00")
WEEK = "2026-W49"


def many(cast: Cast, count: int) -> list[Person]:
    """So many members more, since Tuesday."""
    people = [
        Person(name=f"Leser {n}", email=f"leser{n}@x.example", created_at=JOINED, confirmed_at=JOINED, locale="de")
        for n in range(count)
    ]
    db.session.add_all(people)
    db.session.flush()
    common = {"team_id": cast.team.id, "role": Role.MEMBER, "joined_at": JOINED, "is_waiting": False}
    db.session.execute(sa.insert(Membership), [{**common, "person_id": person.id} for person in people])
    db.session.commit()
    return people


def has_theirs(people: list[Person]) -> None:
    """Their overview of this week was owed, and had nothing to say."""
    common = {"kind": "digest", "channel": "email", "lane": "digest", "state": "skipped", "reason": digests.NOTHING}
    when = {"owed_at": MONDAY, "not_before": MONDAY, "is_for_daily": True, "facts": {}}
    rows = [{**common, **when, "person_id": p.id, "key": f"digest:person:{p.id}:{WEEK}"} for p in people]
    db.session.execute(sa.insert(Notice), rows)
    db.session.commit()


def owed_until(now_in_minutes: float) -> int:
    """Tick then; how many have theirs of this week."""
    now = MONDAY + timedelta(minutes=now_in_minutes)
    while digests.owe_digests(now, outgoing=RELAY, limit=50) >= 50:
        db.session.commit()
    db.session.commit()
    mine = Notice.key.like(f"digest:person:%:{WEEK}")
    return int(db.session.scalar(sa.select(sa.func.count()).select_from(Notice).where(mine)) or 0)


def test_five_thousand_are_spread_evenly_over_the_hour() -> None:
    a_minute = Counter(int(hours.spread(person).total_seconds() // 60) for person in range(1, 5001))
    assert sorted(a_minute) == list(range(60))
    assert min(a_minute.values()) >= 55  # 83 each, give or take three times its root
    assert max(a_minute.values()) <= 111


def test_what_is_left_of_a_crowd_keeps_its_places(cast: Cast) -> None:
    """However few are still to come, nobody's comes before their minute."""
    people = many(cast, crowd.CROWD + 10)
    late = [person for person in people if hours.spread(person.id) >= timedelta(minutes=54)]
    assert 20 < len(late) < 100
    has_theirs([person for person in people if person not in late])
    others = 3  # Nari, Melodie and Jo are members, too, each at their own minute
    before = len(people) - len(late)
    assert before <= owed_until(53.9) <= before + others + 3
    steps = [owed_until(minute) for minute in (56, 58, 60)]
    assert steps[0] < steps[1] < steps[2]
    assert steps[2] >= len(people)
    assert steps[0] - before < 2 * len(late) / 3


def test_who_wants_to_sign_in_goes_before_five_thousand(cast: Cast) -> None:
    common = {"lane": "digest", "template": "digest_member", "state": "pending", "destination": RELAY.destination}
    when = {"next_attempt_at": MONDAY, "created_at": MONDAY, "channel": "email", "outcome": ""}
    rows = [
        {**common, **when, "key": f"mail:{n}", "message_id": f"{n}@x", "address": f"leser{n}@x.example"}
        for n in range(5000)
    ]
    db.session.execute(sa.insert(Delivery), rows)
    later = MONDAY + timedelta(minutes=10)
    sign_in.ask_link(cast.juri.email, "sign_in", network="192.0.2.1", now=later)
    leftovers.aim(RELAY.destination)
    db.session.commit()
    (first,) = outbox.claim(RELAY.destination, now=later, limit=1)
    delivery = db.session.get_one(Delivery, first.delivery_id)
    assert (delivery.template, delivery.person_id) == ("sign_in", cast.juri.id)
    assert alerts.open_now() == [], "so many overviews are no storm: each person has one"


# Daily mails, and what is caught up -----------------------------------------------------------------------------------


TUESDAY = at("Tuesday 2026-11-24 12:00")
AN_HOUR = timedelta(hours=1)
ENOUGH = [(person, TUESDAY) for person in range(1, crowd.CROWD + 2)]


@pytest.mark.parametrize(
    ("dues", "lasts", "back", "is_spread"),
    [
        (ENOUGH, AN_HOUR * 48, TUESDAY + AN_HOUR * 3, True),  # three hours late, 501 of them
        (ENOUGH[1:], AN_HOUR * 48, TUESDAY + AN_HOUR * 3, False),  # 500 leave at once
        (ENOUGH, AN_HOUR * 48, TUESDAY + AN_HOUR, False),  # an hour late is on time
        (ENOUGH, AN_HOUR * 48, TUESDAY + AN_HOUR * 49, False),  # nothing so old is caught up
        (ENOUGH, AN_HOUR * 48, None, False),  # the ticks had not stopped
    ],
)
def test_when_what_is_caught_up_is_spread(
    dues: list[tuple[int, datetime]], lasts: timedelta, back: datetime | None, is_spread: bool
) -> None:
    places = crowd.places(dues, lasts=lasts, back=back)
    found = {places.leaves_at(person, due_at) for person, due_at in dues}
    assert (len(found) > 400) is is_spread
    if is_spread:
        assert back is not None
        assert min(found) >= back
        assert max(found) < back + AN_HOUR


@pytest.mark.parametrize(
    ("hour", "back", "first", "last"),
    [
        # the last ten minutes of the day stay free
        ("22:30", None, "22:30", "23:30"),  # the whole hour fits
        ("23:00", None, "23:00", "23:50"),  # what is left of the day
        ("23:45", None, "23:45", "23:50"),
        ("23:55", None, "23:55", "23:55"),  # no room: at their hour
        ("09:00", "23:30", "23:30", "23:50"),  # caught up late in the evening
        ("09:00", "23:58", "23:58", "23:58"),
    ],
)
def test_nobody_is_spread_past_the_end_of_their_day(hour: str, back: str | None, first: str, last: str) -> None:
    due_at, midnight = at(f"Tuesday 2026-11-24 {hour}"), at("Wednesday 2026-11-25 00:00")
    dues = [(person, due_at) for person in range(1, crowd.CROWD + 2)]
    back_at = at(f"Tuesday 2026-11-24 {back}") if back is not None else None
    places = crowd.places(dues, lasts=AN_HOUR * 24, back=back_at)
    due = {person: places.due(person, due_at, midnight=midnight) for person, _due_at in dues if back is None}
    found = due or {person: places.leaves_at(person, due_at, midnight=midnight) for person, _due_at in dues}
    assert min(found.values()) >= at(f"Tuesday 2026-11-24 {first}")
    assert max(found.values()) <= at(f"Tuesday 2026-11-24 {last}")


def who_answers(cast: Cast, count: int) -> list[int]:
    people = [person.id for person in many(cast, count)]
    are_managers = sa.update(Membership).where(Membership.person_id.in_(people)).values(role=Role.MANAGER)
    db.session.execute(are_managers)
    db.session.commit()
    return people


def marked(now: datetime, people: list[int]) -> int:
    """Tick then; how many of them have had their daily mail of that Wednesday, or the word that there is none."""
    while daily.owe_daily_mails(now, outgoing=RELAY, limit=100).made >= 100:
        db.session.commit()
    db.session.commit()
    keys = [daily.mark(person, now.date()) for person in people]
    return int(db.session.scalar(sa.select(sa.func.count()).select_from(Notice).where(Notice.key.in_(keys))) or 0)


@fault("F55", "daily mails of a crowd are spread too, and over the hour after an outage; nobody is left out")
@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(("begins", "stopped"), [("09:00", False), ("15:00", True)])
def test_daily_mails_of_a_crowd_are_spread_also_when_they_are_caught_up(
    cast: Cast, seen: Seen, begins: str, stopped: bool
) -> None:
    people = who_answers(cast, crowd.CROWD + 10)
    begin = at(f"Wednesday 2026-11-25 {begins}")
    if stopped:
        pulse.beat("digests", at=begin - AN_HOUR * 8)
    crowd.notice_return(now=begin)
    db.session.commit()
    counts = [marked(begin + timedelta(minutes=minute), people) for minute in (0, 15, 30, 45, 60)]
    seen(f"{'caught up' if stopped else 'on time'}, after 0, 15, 30, 45, 60 minutes: {counts}")
    assert counts[0] <= 3
    assert counts[-1] == len(people)
    steps = [after - before for before, after in itertools.pairwise(counts)]
    assert max(steps) < 180, "a quarter of them, give or take"


@fault("F55", "daily mails of a crowd that chose 23:00 all leave before midnight")
@pytest.mark.databases("sqlite")
def test_a_crowd_that_chose_a_late_hour_has_its_daily_mail_before_midnight(cast: Cast, seen: Seen) -> None:
    people = who_answers(cast, crowd.CROWD + 10)
    everybody = sa.update(Person).where(Person.id.in_(people)).values(reminder_hour="23:00")
    db.session.execute(everybody)
    db.session.commit()
    begin = at("Wednesday 2026-11-25 23:00")
    counts = [marked(begin + timedelta(minutes=minute), people) for minute in (0, 15, 30, 45, 51)]
    seen(f"after 0, 15, 30, 45, 51 minutes: {counts}")
    assert counts[0] <= 3
    assert counts[-1] == len(people)
    assert max(after - before for before, after in itertools.pairwise(counts)) < 210


def test_ticks_that_come_back_are_remembered_once_until_they_stop_again(cast: Cast) -> None:
    pulse.beat("digests", at=TUESDAY)
    back = TUESDAY + AN_HOUR * 5
    crowd.notice_return(now=TUESDAY + timedelta(minutes=59))
    assert crowd.back_at() is None
    crowd.notice_return(now=back)
    crowd.notice_return(now=back + timedelta(minutes=1))  # the tick failed and left no heartbeat
    assert crowd.back_at() == back
    pulse.beat("digests", at=back + AN_HOUR)
    crowd.notice_return(now=back + AN_HOUR * 3)
    assert crowd.back_at() == back + AN_HOUR * 3
