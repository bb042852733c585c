"""Nobody is woken: what could not leave inside its reader's hours waits for the next ones, however it was held up."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from tests.acts.cast import Cast, at, raised
from tests.notices.post import BERLIN, Post
from tests.notices.seen import delivery_of, notices, told_at
from tracker.acts import dates
from tracker.domain.retries import PassingFailure
from tracker.notices import another_day, why
from tracker.notices.words import Reader
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.suggestions import Suggestion

EVENING = at("Tuesday 2026-11-24 19:50")
NIGHT = at("Wednesday 2026-11-25 03:00")
MINUTE = timedelta(minutes=1)


def moved(cast: Cast, now: datetime) -> Suggestion:
    """Nari is told at once that her date has moved."""
    s = raised(cast)
    dates.move(s, by=cast.pit, now=now, via=Via.WEB, on=date(2026, 11, 30), reason="Wartet auf Teile")
    db.session.commit()
    return s


def of_nari(post: Post) -> list[tuple[str, str]]:
    return [(when, template) for when, who, template in told_at(post.sent) if who == "nari"]


@pytest.fixture
def post() -> Post:
    return Post()


def test_a_worker_that_comes_back_in_the_night_wakes_nobody(cast: Cast, post: Post) -> None:
    moved(cast, EVENING)
    post.deliver(NIGHT)
    assert of_nari(post) == [("Wed 25 Nov 03:00", "receipt")], "the receipt has no hours"
    (notice,) = notices(kind="moved", person=cast.nari)
    assert (notice.delivery_id, notice.not_before) == (None, at("Wednesday 2026-11-25 08:00"))
    post.deliver(at("Wednesday 2026-11-25 07:59"))
    post.deliver(at("Wednesday 2026-11-25 08:00"))
    assert of_nari(post)[1:] == [("Wed 25 Nov 08:00", "moved")]


def test_a_mail_server_that_is_back_in_the_night_wakes_nobody(cast: Cast, post: Post) -> None:
    moved(cast, EVENING)
    post.answers["nari"] = [PassingFailure("later", retry_after=NIGHT - EVENING)]
    post.deliver(EVENING)
    delivery = delivery_of(notices(kind="moved", person=cast.nari)[0])
    before = delivery.attempts
    post.deliver(NIGHT)
    db.session.expire_all()
    assert "moved" not in [template for _, template in of_nari(post)]
    assert (delivery.outcome, delivery.attempts) == (another_day.OUTSIDE_HOURS, before), "it costs no attempt"
    assert delivery.next_attempt_at == at("Wednesday 2026-11-25 08:00")
    english = Reader("en", BERLIN, NIGHT)
    (line,) = [line for line in why.lines(cast.nari, english) if line.what == "The date moved"]
    assert line.became.startswith("Not yet: it waits for the hours in which you want mails. It is tried again: ")
    post.deliver(at("Wednesday 2026-11-25 08:00"))
    assert of_nari(post)[-1] == ("Wed 25 Nov 08:00", "moved")


@pytest.mark.parametrize("late", [15 * MINUTE, 45 * MINUTE])  # 20:00 is the end of the hours
def test_a_greylisting_server_at_the_end_of_the_hours_costs_no_night(cast: Cast, post: Post, late: timedelta) -> None:
    moved(cast, EVENING)
    post.answers["nari"] = [PassingFailure("451 greylisted", retry_after=late)]
    post.deliver(EVENING)
    post.deliver(EVENING + late)
    assert [template for _, template in of_nari(post)] == (["moved"] if late < 45 * MINUTE else [])


def test_in_the_night_on_which_the_clocks_go_forward_the_hours_begin_when_they_do(cast: Cast, post: Post) -> None:
    cast.nari.window_from, cast.nari.window_until = "02:30", "22:00"
    saturday = at("Saturday 2027-03-27 21:50")
    s = raised(cast, now=saturday)
    dates.move(s, by=cast.pit, now=saturday, via=Via.WEB, on=date(2027, 4, 12), reason="Wartet auf Teile")
    db.session.commit()
    post.deliver(at("Sunday 2027-03-28 01:00"))
    (notice,) = notices(kind="moved", person=cast.nari)
    assert notice.not_before == at("Sunday 2027-03-28 03:30"), "02:30 is skipped that night"
