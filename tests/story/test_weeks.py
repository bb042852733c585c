"""One overview a person and ISO week, though ticks run twice, zones differ and the year changes.

2026 has 53 weeks: Monday, 28 December 2026, begins 2026-W53, and Monday, 4 January 2027, begins 2027-W01.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from tests.acts.cast import at
from tests.story.conftest import Enter
from tests.story.people import Cast
from tests.story.stage import HOUR, Left
from tracker.acts import suggestions as verbs
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.notices import Channel, Notice, NoticeState

WEEKS = ("2026-W53", "2027-W01", "2027-W02")
MONDAYS = (at("Monday 2026-12-28 00:00"), at("Monday 2027-01-04 00:00"), at("Monday 2027-01-11 00:00"))
ZONES = {"Nari": "Pacific/Auckland", "Jo": "America/Los_Angeles", "Ola": None, "Bo": "Asia/Kathmandu"}
PASSES = 12  # every three hours from Sunday 18:00 until Tuesday 03:00 of the team, 18:00 in Los Angeles


def test_each_gets_one_a_week_on_monday_evening_of_their_own(enter: Enter) -> None:
    stage, cast = enter("de")
    stage.passes = 2
    stage.act(at("Tuesday 2026-12-22 10:00"), lambda now: everybody_raises(cast, now))
    for monday in MONDAYS:
        for number in range(PASSES):
            stage.pass_at(monday - 6 * HOUR + number * 3 * HOUR)
            if monday == MONDAYS[0] and number == 6:  # Nari has had hers in Auckland, and lands where Monday goes on
                stage.act(stage.now, lambda _: moves_to(cast, "Nari", "America/Los_Angeles"))
    overviews = [one for one in stage.mails if one.reason == "digest"]
    # Anke hears of it with rung 4, on the first of these Mondays at ten: the first overview comes before
    everybody = dict.fromkeys(("nari", "jo", "ola", "bo", "pit", "juri"), 3) | {"anke": 2}
    assert Counter(one.to for one in overviews) == everybody
    for name, zone in (("jo", "America/Los_Angeles"), ("ola", "Europe/Berlin"), ("bo", "Asia/Kathmandu")):
        assert [evening(one, zone) for one in overviews if one.to == name] == [(0, True)] * 3, name
    with stage.app.app_context():
        assert keys_of(cast, "Nari") == [f"digest:person:{cast.ids['Nari']}:{week}" for week in WEEKS]


def everybody_raises(cast: Cast, now: datetime) -> None:
    for name, zone in ZONES.items():
        moves_to(cast, name, zone)
        verbs.raise_(cast.team, by=cast[name], now=now, via=Via.WEB, title=f"Von {name}")


def moves_to(cast: Cast, name: str, zone: str | None) -> None:
    cast[name].timezone = zone


def evening(mail: Left, zone: str) -> tuple[int, bool]:
    """The weekday there, and whether it was between six in the evening and the pass after it."""
    local = mail.at.astimezone(ZoneInfo(zone))
    return local.weekday(), 18 <= local.hour + local.minute / 60 <= 21


def keys_of(cast: Cast, name: str) -> list[str]:
    where = (
        Notice.kind == "digest",
        Notice.channel == Channel.EMAIL,
        Notice.person_id == cast.ids[name],
        Notice.state == NoticeState.TOLD,
    )
    return list(db.session.scalars(sa.select(Notice.key).where(*where).order_by(Notice.id)))
