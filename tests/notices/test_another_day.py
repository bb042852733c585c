"""A follow-up mail that leaves on another day than it was made for is one of that day's two, and takes nothing down."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tests.acts.cast import Cast, at, raised
from tests.notices.post import Post
from tests.notices.seen import delivery_of, notices, told_at
from tracker.acts import assigning
from tracker.acts import suggestions as verbs
from tracker.domain.lifecycle import Urgency
from tracker.domain.retries import PassingFailure
from tracker.notices import packing
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.notices import NoticeState

WEDNESDAY = at("Wednesday 2026-11-25 16:00")
THURSDAY = at("Thursday 2026-11-26 09:00")
FRIDAY = at("Friday 2026-11-27 09:00")
MINUTE = timedelta(minutes=1)


def late(post: Post, until: datetime, since: datetime) -> None:
    """Pit's next mail is refused, and not tried again before then."""
    post.answers["pit"] = [PassingFailure("later", retry_after=until - since)]


def urgent(cast: Cast, now: datetime) -> None:
    """It reaches Pit at once, in a mail of its own."""
    raised(cast, by=cast.melodie, now=now, urgency=Urgency.URGENT)


def of_pit(post: Post) -> list[tuple[str, str]]:
    return [(when, template) for when, who, template in told_at(post.sent) if who == "pit"]


def test_the_third_mail_of_a_day_stays_and_what_it_told_waits_for_the_next_daily_mail(cast: Cast, post: Post) -> None:
    late(post, THURSDAY + 60 * MINUTE, WEDNESDAY)
    urgent(cast, WEDNESDAY)
    post.deliver(WEDNESDAY)
    for minutes in (0, 5):
        urgent(cast, THURSDAY + minutes * MINUTE)
        post.deliver(THURSDAY + minutes * MINUTE)
    post.deliver(THURSDAY + 60 * MINUTE)
    assert of_pit(post) == [("Thu 26 Nov 09:00", "raised"), ("Thu 26 Nov 09:05", "raised")]
    first = notices(kind="raised", person=cast.pit)[0]
    assert (first.state, first.delivery_id, first.is_for_daily) == (NoticeState.OWED, None, True)
    post.at(FRIDAY)
    assert of_pit(post)[2] == ("Fri 27 Nov 09:00", "daily")
    assert notices(kind="raised", person=cast.pit)[0].state is NoticeState.TOLD


def test_where_a_place_is_free_it_leaves_and_takes_that_place(cast: Cast, post: Post) -> None:
    late(post, THURSDAY, WEDNESDAY)
    urgent(cast, WEDNESDAY)
    post.deliver(WEDNESDAY)
    post.deliver(THURSDAY)
    assert of_pit(post) == [("Thu 26 Nov 09:00", "raised")]
    (notice,) = notices(kind="raised", person=cast.pit)
    assert delivery_of(notice).key == packing.place(cast.pit.id, date(2026, 11, 26), 1)


def test_news_in_a_daily_mail_that_a_newer_one_overtook_are_not_lost_with_it(cast: Cast, post: Post) -> None:
    s = raised(cast)
    assigning.take(s, by=cast.pit, now=WEDNESDAY, via=Via.WEB)
    verbs.comment(s, by=cast.jo, now=WEDNESDAY, via=Via.WEB, text="Bei mir auch.")
    db.session.commit()
    late(post, FRIDAY, THURSDAY)
    post.at(THURSDAY)
    post.at(FRIDAY)
    assert of_pit(post) == [("Fri 27 Nov 09:00", "daily")]
    (comment,) = notices(kind="comment", person=cast.pit)
    assert (comment.state, comment.delivery_id, comment.is_for_daily) == (NoticeState.OWED, None, True)


def test_which_day_it_is_follows_the_team_also_where_a_mail_is_about_no_one_suggestion(cast: Cast, post: Post) -> None:
    raised(cast)
    midnight = at("Friday 2026-11-27 00:30")  # still Thursday by the clock of the machine
    late(post, midnight, THURSDAY)
    post.at(THURSDAY)
    post.deliver(midnight)
    assert of_pit(post) == [("Fri 27 Nov 00:30", "daily")]
    (mark,) = notices(kind="daily", person=cast.pit)
    assert delivery_of(mark).key == packing.place(cast.pit.id, date(2026, 11, 27), 1)
