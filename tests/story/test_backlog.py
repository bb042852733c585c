"""Back from two weeks away, with 118 late promises: one mail a working day, and never more than two."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

import pytest

from tests.acts.cast import at
from tests.story.conftest import Enter
from tests.story.people import JOINING, Cast
from tests.story.stage import BERLIN, MINUTE, Left, most_follow_ups_a_day
from tracker.acts import absences
from tracker.acts import suggestions as verbs
from tracker.acts.absences import Choice
from tracker.store.entries import Via

WEB = Via.WEB
COUNT = 118
RAISED = at("Monday 2026-11-23 18:00")
LEFT_ON, BACK_ON = date(2026, 11, 23), date(2026, 12, 7)
#: All fall due on Wednesday, 25 November, 17:00; their rungs 5 and 6 are 40 and 64 hours later.
FIFTH = at("Wednesday 2026-12-02 17:00")
WEEK_AFTER = ("Mon 7", "Tue 8", "Wed 9", "Thu 10")


@pytest.mark.databases("sqlite")  # the queries are tried on both elsewhere; this is about how many mails
def test_one_mail_a_working_day_and_never_more_than_two(enter: Enter) -> None:
    stage, cast = enter("de", rhythm="daily")
    stage.act(at("Monday 2026-11-23 09:00"), lambda now: pit_goes(cast, now))
    stage.act(RAISED, lambda now: everybody_raises(cast, now))
    stage.pass_at(FIFTH)  # the worker was away as well: the four rungs before are passed over
    for day in range(7, 11):
        stage.pass_at(moment(date(2026, 12, day), "09:00"))
        if day == 7:  # the sixth rung of all of them
            stage.pass_at(moment(date(2026, 12, day), "17:00"))
    to_pit = [one for one in stage.mails if one.to == "pit"]
    assert min(one.at for one in to_pit) == at("Monday 2026-12-07 09:00")
    assert Counter(day_of(one) for one in to_pit) == dict.fromkeys(WEEK_AFTER, 1)
    first, second = to_pit[:2]
    assert first.subject == "Deine Woche: 118 überfällig"
    assert "und 111 weitere →" in first.flat
    assert second.subject == "Überfällig 118"
    assert most_follow_ups_a_day(stage.mails) == 2
    assert sum(one.is_silence for one in stage.mails) == COUNT  # each of their authors, honestly


def pit_goes(cast: Cast, now: datetime) -> None:
    absences.enter(
        cast.team, person=cast["Pit"], first_on=LEFT_ON, last_on=date(2026, 12, 4), choice=Choice(), by=cast["Pit"],
        now=now, via=WEB,
    )  # fmt: skip


def everybody_raises(cast: Cast, now: datetime) -> None:
    for name in JOINING:
        cast[name].receipts_by_mail = False
    for number in range(COUNT):
        verbs.raise_(
            cast.team, by=cast[JOINING[number % len(JOINING)]], now=now + number * MINUTE, via=WEB,
            title=f"Liegen geblieben {number}",
        )  # fmt: skip


def moment(day: date, clock: str) -> datetime:
    return at(f"{day:%A} {day.isoformat()} {clock}")


def day_of(mail: Left) -> str:
    local = mail.at.astimezone(BERLIN)
    return f"{local:%a} {local.day}"
