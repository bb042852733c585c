"""An undo brings back what was owed exactly as it was, so nothing is skipped for an answer that can still be undone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.acts.cast import RAISED_AT, Cast, at, raised
from tests.acts.deeds import climbs, does, moves_to, owed, promises_by, undoes
from tests.notices.post import RELAY, Post
from tests.notices.seen import delivery_of, each_by_itself, notices
from tracker.acts import follow_ups, tasks
from tracker.notices import daily, look_again, outbox, packing, second_thoughts
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.notices import DeliveryState, NoticeState
from tracker.store.suggestions import Suggestion

WEB = Via.WEB
THIRD_RUNG = at("Friday 2026-11-27 13:00")
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def states(kind: str) -> set[tuple[NoticeState, str]]:
    return {(one.state, one.reason) for one in notices(kind=kind) if one.owed_at == THIRD_RUNG}


@pytest.fixture
def late(cast: Cast, post: Post) -> Suggestion:
    """#41 is late; its third rung and the silence notice are owed, and have not left."""
    each_by_itself(cast)
    s = raised(cast)
    post.days(RAISED_AT, at("Friday 2026-11-27 11:00"))
    climbs(s, THIRD_RUNG)
    db.session.commit()
    assert states("silence") == states("rung") == {(NoticeState.OWED, "")}
    return s


def on_the_wrong_line(cast: Cast, s: Suggestion, post: Post) -> None:
    """Pit answers, senders look at it for a minute, and he takes it back."""
    answer = does(cast.pit, s, THIRD_RUNG + SECOND)
    db.session.commit()
    for seconds in (2, 10, 15):
        post.deliver(THIRD_RUNG + seconds * SECOND)
    undoes(cast.pit, s, answer, THIRD_RUNG + 20 * SECOND)
    db.session.commit()


@pytest.mark.parametrize("is_packed", [False, True])
def test_what_was_owed_is_told_after_an_undo(cast: Cast, post: Post, late: Suggestion, is_packed: bool) -> None:
    if is_packed:
        packing.pack(now=THIRD_RUNG, outgoing=RELAY)
        db.session.commit()
    before = len(post.sent)
    on_the_wrong_line(cast, late, post)
    assert post.sent[before:] == []
    for minutes in (2, 12):  # who is late reads that the author knows, and waits for that mail
        post.deliver(THIRD_RUNG + minutes * MINUTE)
    assert states("silence") == states("rung") == {(NoticeState.TOLD, "")}
    assert ("nari", "silence") in [(one.to, one.template) for one in post.sent[before:]]


def test_what_was_answered_is_told_to_nobody_once_the_answer_stands(cast: Cast, post: Post, late: Suggestion) -> None:
    does(cast.pit, late, THIRD_RUNG + SECOND)
    db.session.commit()
    post.deliver(THIRD_RUNG + 2 * SECOND)
    waiting = delivery_of(next(one for one in notices(kind="rung", person=cast.juri) if one.owed_at == THIRD_RUNG))
    assert (waiting.state, waiting.outcome) == (DeliveryState.PENDING, second_thoughts.MAY_BE_TAKEN_BACK)
    assert (waiting.attempts, waiting.next_attempt_at) == (0, THIRD_RUNG + SECOND + second_thoughts.STANDS_AFTER)
    post.deliver(THIRD_RUNG + 12 * MINUTE)
    assert states("silence") == states("rung") == {(NoticeState.SKIPPED, look_again.ANSWERED)}


def test_an_answer_that_a_wrong_clock_has_dated_holds_up_nothing(cast: Cast, post: Post, late: Suggestion) -> None:
    does(cast.pit, late, THIRD_RUNG + timedelta(days=365))
    db.session.commit()
    post.deliver(THIRD_RUNG)
    assert states("silence") == {(NoticeState.SKIPPED, look_again.ANSWERED)}


def test_whoever_comes_instead_is_reminded_after_an_undo(cast: Cast, post: Post) -> None:
    """No mail reaches Pit any more, found out in just this minute: his rung goes on to Juri all the same."""
    each_by_itself(cast)
    s = raised(cast)
    post.deliver(RAISED_AT)
    first = at("Thursday 2026-11-26 13:00")
    climbs(s, first)
    cast.pit.mail_bounced_at = first
    answer = does(cast.pit, s, first + SECOND)
    db.session.commit()
    post.deliver(first + 2 * SECOND)
    undoes(cast.pit, s, answer, first + 20 * SECOND)
    db.session.commit()
    post.deliver(first + 2 * MINUTE)
    assert [(one.person_id, one.state) for one in notices(kind="rung")] == [
        (cast.pit.id, NoticeState.SKIPPED),
        (cast.juri.id, NoticeState.TOLD),
    ]


def test_a_later_date_is_told_after_an_undo(cast: Cast, post: Post) -> None:
    s = raised(cast)
    promises_by(date(2026, 12, 1), cast.pit, s, at("Wednesday 2026-11-25 10:00"))
    db.session.commit()
    post.days(RAISED_AT, at("Thursday 2026-11-26 18:00"))
    moves_to(date(2026, 12, 4), cast.pit, s, THIRD_RUNG)
    on_the_wrong_line(cast, s, post)
    post.deliver(THIRD_RUNG + 2 * MINUTE)
    assert states("moved") == {(NoticeState.TOLD, "")}


def test_a_tasks_reminder_waits_for_the_minute_in_which_its_tick_is_taken_back(cast: Cast, post: Post) -> None:
    each_by_itself(cast)
    s = raised(cast)
    promises_by(date(2026, 12, 18), cast.pit, s, at("Wednesday 2026-11-25 10:00"))
    task = tasks.add(
        s,
        by=cast.pit,
        now=RAISED_AT + timedelta(days=1),
        via=WEB,
        title="Umlaute",
        who=cast.juri,
        on=date(2026, 11, 26),
    )
    db.session.commit()
    row = task.promise
    assert row.due_at is not None
    post.days(RAISED_AT, row.due_at - timedelta(hours=5))
    before = len(post.sent)
    follow_ups.climb(row.id, now=row.due_at)
    tasks.tick(task, by=cast.juri, now=row.due_at + SECOND, via=WEB)
    db.session.commit()
    post.deliver(row.due_at + 2 * SECOND)
    tasks.untick(task, by=cast.juri, now=row.due_at + 20 * SECOND, via=WEB)
    db.session.commit()
    post.deliver(row.due_at + 2 * MINUTE)
    assert [(one.to, one.template) for one in post.sent[before:]] == [("juri", "rung")]


# The daily mail -------------------------------------------------------------------------------------------------------

NINE = at("Thursday 2026-11-26 09:00")


@pytest.fixture
def due_today(cast: Cast, post: Post) -> Suggestion:
    """#41, due on Thursday: Pit's daily mail of that morning will name it."""
    s = raised(cast)
    post.days(RAISED_AT, at("Wednesday 2026-11-25 18:00"))
    assert owed(s).due_at == at("Thursday 2026-11-26 17:00")
    return s


def lines_to_pit(post: Post) -> list[str]:
    return [one.letter.subject for one in post.sent if (one.to, one.template, one.at > NINE) == ("pit", "daily", True)]


def test_a_daily_mail_that_is_packed_waits_for_the_minute(cast: Cast, post: Post, due_today: Suggestion) -> None:
    daily.owe_daily_mails(NINE, outgoing=RELAY)
    answer = does(cast.juri, due_today, NINE + SECOND)
    db.session.commit()
    post.deliver(NINE + 2 * SECOND)
    assert [one for one in post.sent if one.at >= NINE] == []
    undoes(cast.juri, due_today, answer, NINE + 20 * SECOND)
    db.session.commit()
    post.deliver(NINE + 2 * MINUTE)
    assert lines_to_pit(post) == ["Heute 1"]
    assert outbox.waiting(now=NINE + 2 * MINUTE)[0] == 0


def test_a_daily_mail_names_nothing_that_was_answered_while_it_waited(
    cast: Cast, post: Post, due_today: Suggestion
) -> None:
    daily.owe_daily_mails(NINE, outgoing=RELAY)
    does(cast.juri, due_today, NINE + SECOND)
    db.session.commit()
    post.deliver(NINE + 2 * SECOND)
    post.deliver(NINE + 2 * MINUTE)
    assert lines_to_pit(post) == []
    assert {one.reason for one in notices(kind="daily_line", person=cast.pit)} == {look_again.ANSWERED}


def test_what_waits_for_the_daily_mail_is_in_it_after_an_undo(cast: Cast, post: Post, due_today: Suggestion) -> None:
    answer = does(cast.juri, due_today, NINE - 10 * SECOND)
    db.session.commit()
    post.at(NINE)
    undoes(cast.juri, due_today, answer, NINE + 20 * SECOND)
    db.session.commit()
    assert [one.to for one in post.at(NINE + MINUTE)] == ["pit"]
    assert {one.state for one in notices(kind="raised", person=cast.pit)} == {NoticeState.TOLD}


def test_the_daily_mail_does_not_wait_for_one_thought_after_the_other(
    cast: Cast, post: Post, due_today: Suggestion
) -> None:
    """What is in the air even then goes along with the next one."""
    s = due_today
    for seconds in (-10, 45, 100):
        answer = does(cast.juri, s, NINE + seconds * SECOND)
        db.session.commit()
        post.at(NINE + (seconds + 40) * SECOND)
        if seconds < 100:
            undoes(cast.juri, s, answer, NINE + (seconds + 50) * SECOND)
    todays = [one for one in notices(kind="daily", person=cast.pit) if one.key == daily.mark(cast.pit.id, NINE.date())]
    assert [(one.owed_at, one.reason) for one in todays] == [(NINE + 140 * SECOND, daily.NOTHING_DUE)]
    undoes(cast.juri, s, answer, NINE + 150 * SECOND)
    db.session.commit()
    assert {one.state for one in notices(kind="raised", person=cast.pit)} == {NoticeState.OWED}
    post.at(at("Friday 2026-11-27 09:00"))
    assert {one.state for one in notices(kind="raised", person=cast.pit)} == {NoticeState.TOLD}
