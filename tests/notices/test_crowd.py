"""Five thousand overviews fall due at one hour: spread over it by the person, and nobody at the door waits for them."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import sqlalchemy as sa

from tests.acts.cast import Cast, at
from tests.notices.post import RELAY
from tracker.acts import sign_in
from tracker.domain.lifecycle import Role
from tracker.notices import digests, hours, outbox
from tracker.store import alerts, leftovers
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
    people = many(cast, digests.CROWD + 10)
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
