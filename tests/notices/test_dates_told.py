"""A later date is told to everybody it was given to, also where it moved again before the first mail could leave."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.acts.cast import RAISED_AT, Cast, at, raised
from tests.acts.deeds import asks, defers_to, moves_to, owed, promises_by
from tests.notices.post import Post
from tests.notices.seen import notices
from tracker.acts import dates, questions, support
from tracker.domain.lifecycle import Urgency
from tracker.notices import in_app, look_again
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.suggestions import Suggestion

WEB = Via.WEB
GIVEN_AT = at("Wednesday 2026-11-25 10:00")
#: Nari's hours are over until eight.
EVENING = at("Wednesday 2026-11-25 20:30")
MORNING = at("Thursday 2026-11-26 08:00")
MINUTE = timedelta(minutes=1)
FIRST = date(2026, 12, 1)


@pytest.fixture
def given(cast: Cast, post: Post) -> Suggestion:
    """Promised for Tuesday 1 December; Nari and Jo, who follows it, have read that."""
    s = raised(cast)
    support.follow(s, by=cast.jo, now=RAISED_AT, via=WEB)
    promises_by(FIRST, cast.pit, s, GIVEN_AT)
    db.session.commit()
    post.days(RAISED_AT, EVENING)
    return s


def till_evening(post: Post) -> None:
    db.session.commit()
    post.deliver(MORNING)
    post.days(MORNING, at("Thursday 2026-11-26 18:00"))


def subjects(post: Post, who: str, template: str = "moved") -> list[str]:
    return [one.letter.subject for one in post.sent if (one.to, one.template) == (who, template)]


def moved(s: Suggestion, cast: Cast, *days: date) -> None:
    for nth, on in enumerate(days):
        moves_to(on, cast.pit, s, EVENING + nth * MINUTE)


@pytest.mark.parametrize(
    ("days", "told"),
    [
        # to the 18th, and a slip put right
        (
            [date(2026, 12, 18), date(2026, 12, 17)],
            ["Verschoben (1. Mal): Chat-Filter frisst Umlaute jetzt bis Do 17.12."],
        ),
        (
            [date(2026, 12, 17), date(2026, 12, 18)],
            ["Verschoben (2. Mal): Chat-Filter frisst Umlaute jetzt bis Fr 18.12."],
        ),
        # twice later, and back before the first of them: both are counted, and one mail tells them
        (
            [date(2026, 12, 17), date(2026, 12, 18), date(2026, 12, 15)],
            ["Verschoben (2. Mal): Chat-Filter frisst Umlaute jetzt bis Di 15.12."],
        ),
        # where they were told it would be, or sooner: nothing is later
        ([date(2026, 12, 18), FIRST], []),
        ([date(2026, 12, 18), date(2026, 11, 30)], []),
        # sooner, and then later than that: whoever looked meanwhile has seen the 27th
        (
            [date(2026, 11, 27), date(2026, 12, 18), date(2026, 11, 30)],
            ["Verschoben (1. Mal): Chat-Filter frisst Umlaute jetzt bis Mo 30.11."],
        ),
    ],
)
def test_what_is_later_in_the_end_is_told_once_with_the_date_that_holds(
    cast: Cast, post: Post, given: Suggestion, days: list[date], told: list[str]
) -> None:
    moved(given, cast, *days)
    till_evening(post)
    assert (subjects(post, "nari"), subjects(post, "jo")) == (told, told)


def test_the_mail_says_what_was_promised_what_holds_and_why(cast: Cast, post: Post, given: Suggestion) -> None:
    moved(given, cast, date(2026, 12, 18), date(2026, 12, 17))
    till_evening(post)
    (words,) = [one.letter.text for one in post.sent if (one.to, one.template) == ("nari", "moved")]
    assert "Zugesagt war Di 1.12. Neu: Do 17.12." in words
    assert "„Der Hersteller liefert später.“" in words
    assert "18.12." not in words, "nobody was told of that one"


def test_each_is_told_by_what_they_know(cast: Cast, post: Post, given: Suggestion) -> None:
    """Jo reads at any hour and knows the 18th; for Nari the 17th is later than what she knows."""
    cast.jo.window_from, cast.jo.window_until = "00:00", "23:59"
    moved(given, cast, date(2026, 12, 18))
    db.session.commit()
    post.deliver(EVENING)
    moves_to(date(2026, 12, 17), cast.pit, given, EVENING + 5 * MINUTE)
    till_evening(post)
    assert subjects(post, "jo") == ["Verschoben (1. Mal): Chat-Filter frisst Umlaute jetzt bis Fr 18.12."]
    assert subjects(post, "nari") == ["Verschoben (1. Mal): Chat-Filter frisst Umlaute jetzt bis Do 17.12."]


def test_the_rows_say_why_one_did_not_leave(cast: Cast, post: Post, given: Suggestion) -> None:
    moved(given, cast, date(2026, 12, 17), date(2026, 12, 18), FIRST)
    till_evening(post)
    assert [n.reason for n in notices(kind="moved", person=cast.nari)] == [look_again.OVERTAKEN, look_again.NEW_DATE]


def test_the_bell_names_the_date_that_holds(cast: Cast, post: Post, given: Suggestion) -> None:
    moved(given, cast, date(2026, 12, 18), date(2026, 12, 17))
    db.session.commit()
    lines = in_app.latest(cast.nari, now=EVENING + 5 * MINUTE)
    assert lines[0].sentence == "Pit hat es auf Do 17.12. verschoben: Chat-Filter frisst Umlaute"


def test_not_now_again_tells_the_day_and_the_move_before_it_does_not(cast: Cast, post: Post) -> None:
    s = raised(cast)
    defers_to(FIRST, cast.pit, s, GIVEN_AT)
    db.session.commit()
    post.days(RAISED_AT, EVENING)
    moved(s, cast, date(2026, 12, 17))
    defers_to(date(2026, 12, 18), cast.pit, s, EVENING + MINUTE)
    till_evening(post)
    assert subjects(post, "nari") == []
    assert len(subjects(post, "nari", "answer")) == 2


def test_that_the_clock_runs_again_is_told_also_where_it_is_more_urgent_since(cast: Cast, post: Post) -> None:
    s = raised(cast)
    asks(cast.pit, s, GIVEN_AT)
    db.session.commit()
    post.days(RAISED_AT, EVENING)
    questions.take_back(s, by=cast.pit, now=EVENING, via=WEB)
    dates.change_urgency(s, by=cast.pit, now=EVENING + MINUTE, via=WEB, to=Urgency.HIGH)
    till_evening(post)
    (words,) = [one.letter.text for one in post.sent if (one.to, one.template) == ("nari", "ball_back")]
    assert "Antwort bis Do 26.11., 16 Uhr." in words
    assert owed(s).due_at == at("Thursday 2026-11-26 16:00")


def test_a_correction_is_told_also_where_the_date_is_a_little_earlier_since(cast: Cast, post: Post) -> None:
    s = raised(cast)
    post.days(RAISED_AT, GIVEN_AT)
    dates.change_urgency(
        s, by=cast.pit, now=EVENING, via=WEB, to=Urgency.LOW, reason="Es eilt nicht.", is_correction=True
    )
    later = owed(s).due_at
    assert later is not None
    dates.move(s, by=cast.pit, now=EVENING + MINUTE, via=WEB, at=later - timedelta(hours=1))
    till_evening(post)
    assert subjects(post, "nari", "corrected") == ["Neuer Termin: Chat-Filter frisst Umlaute"]
