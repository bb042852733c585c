"""Remind me later: one person's mails and marks about one suggestion wait, and nothing else does.

#41 was raised on Tuesday night and is due on Thursday, 26 November, 17:00. Rungs: Thu 13:00 and 17:00 to Pit, Fri 13:00
with Juri, his deputy, and the word to Nari; Mon 17:00 with Anke.
"""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.acts.cast import Cast, at, raised
from tests.notices.post import Post
from tests.notices.seen import each_by_itself, notices, reasons, told_at
from tracker.acts import answers, dates, follow_ups, questions, snoozes
from tracker.acts import suggestions as verbs
from tracker.domain.errors import BadInput, NotPossible, OutOfReach
from tracker.domain.lifecycle import Visibility
from tracker.domain.outcomes import Outcome
from tracker.notices import in_app, look_again, packing, telling
from tracker.store import entries, promises
from tracker.store import snoozes as store
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.people import Person

WEB = Via.WEB
WEDNESDAY = at("Wednesday 2026-11-25 10:00")
THURSDAY_1 = at("Thursday 2026-11-26 13:00")
DUE = at("Thursday 2026-11-26 17:00")
FRIDAY = at("Friday 2026-11-27 10:00")
FRIDAY_1 = at("Friday 2026-11-27 13:00")
MONDAY_8 = at("Monday 2026-11-30 08:00")
MONDAY_9 = at("Monday 2026-11-30 09:00")


def passes(post: Post, now: datetime) -> list[tuple[str, str]]:
    """What leaves when the worker looks: to whom, and which mail."""
    before = len(post.sent)
    for snooze_id in store.over(now=now):
        snoozes.wake(snooze_id, now=now)
        db.session.commit()
    post.at(now)
    return [(one.to, one.template) for one in post.sent[before:]]


def unread(person: Person, now: datetime) -> int:
    return in_app.unread(person, now=now)


def test_who_waits_until_the_date_hears_of_it_then_and_once(cast: Cast, post: Post) -> None:
    each_by_itself(cast)
    s = raised(cast)
    row = promises.open_of(s.id)
    assert row is not None
    before = (row.due_at, row.next_follow_up_at, row.version, len(entries.timeline(s.id, internal=True)))
    snoozes.put_off(s, by=cast.pit, until=DUE, now=WEDNESDAY)
    assert (row.due_at, row.next_follow_up_at, row.version, len(entries.timeline(s.id, internal=True))) == before
    assert "pit" not in dict(passes(post, THURSDAY_1))
    row = promises.open_of(s.id)
    assert row is not None
    assert row.rung == 1  # the ladder has climbed all the same
    assert [who for who, _ in passes(post, DUE)] == ["pit"]
    assert reasons("rung") == [look_again.OVERTAKEN]


def test_nobody_elses_rung_and_not_the_authors_word_wait_for_who_is_on_duty(cast: Cast, post: Post) -> None:
    each_by_itself(cast)
    s = raised(cast)
    for now in (THURSDAY_1, DUE):
        passes(post, now)
    snoozes.put_off(s, by=cast.pit, until=MONDAY_8, now=FRIDAY)
    assert sorted(passes(post, FRIDAY_1)) == [("juri", "rung"), ("nari", "silence")]
    assert passes(post, MONDAY_8) == [("pit", "rung")]
    assert dict(passes(post, at("Monday 2026-11-30 17:00")))["anke"] == "rung"
    assert all(reason != telling.SNOOZED for reason in reasons("rung"))


def test_the_worker_that_delivers_may_be_quicker_than_the_one_that_wakes(cast: Cast, post: Post) -> None:
    each_by_itself(cast)
    s = raised(cast)
    for now in (THURSDAY_1, DUE):
        passes(post, now)
    snoozes.put_off(s, by=cast.pit, until=MONDAY_8, now=FRIDAY)
    passes(post, FRIDAY_1)
    before = len(post.sent)
    post.deliver(MONDAY_8)
    passes(post, MONDAY_8)
    assert [one.to for one in post.sent[before:]] == ["pit"]


def test_with_one_mail_a_day_its_line_is_left_out_and_comes_back(cast: Cast, post: Post) -> None:
    s, other = raised(cast), raised(cast, title="Ein anderes", by=cast.jo)
    for now in (THURSDAY_1, DUE):
        passes(post, now)
    snoozes.put_off(s, by=cast.pit, until=MONDAY_8, now=at("Friday 2026-11-27 07:00"))
    passes(post, at("Friday 2026-11-27 09:00"))
    mail = [one for one in post.sent if one.to == "pit"][-1].letter
    assert other.title in mail.text
    assert s.title not in mail.text
    passes(post, MONDAY_8)
    passes(post, MONDAY_9)
    assert s.title in [one for one in post.sent if one.to == "pit"][-1].letter.text


def test_where_nothing_rang_meanwhile_the_reminder_is_repeated(cast: Cast, post: Post) -> None:
    each_by_itself(cast)
    s = raised(cast)
    for now in (THURSDAY_1, DUE):
        passes(post, now)
    snoozes.put_off(s, by=cast.pit, until=at("Friday 2026-11-27 08:00"), now=at("Thursday 2026-11-26 18:00"))
    assert passes(post, at("Friday 2026-11-27 08:00")) == [("pit", "rung")]
    assert passes(post, at("Friday 2026-11-27 08:01")) == []


def test_what_is_said_meanwhile_waits_and_an_answer_does_not(cast: Cast, post: Post) -> None:
    s, cast.nari.digest_on = raised(cast), False
    post.deliver(WEDNESDAY)
    snoozes.put_off(s, by=cast.nari, until=MONDAY_8, now=WEDNESDAY)
    verbs.comment(s, by=cast.pit, now=WEDNESDAY, via=WEB, text="Ich sehe es mir an.")
    assert passes(post, at("Wednesday 2026-11-25 10:30")) == []
    questions.ask(s, by=cast.pit, now=at("Wednesday 2026-11-25 11:00"), via=WEB, text="Handy oder Rechner?")
    # Asked: what is open now is another promise, so nothing is put off any more.
    assert sorted(passes(post, at("Wednesday 2026-11-25 11:01"))) == [("nari", "comment"), ("nari", "question")]
    row = store.begun(cast.nari.id, s.id)
    assert row is None
    snoozes.put_off(s, by=cast.nari, until=at("Thursday 2026-11-26 08:00"), now=at("Wednesday 2026-11-25 11:30"))
    answers.answer(s, by=cast.pit, now=at("Wednesday 2026-11-25 12:00"), via=WEB, outcome=Outcome.DONE, text="Geht.")
    assert ("nari", "answer") in passes(post, at("Wednesday 2026-11-25 12:02"))


def test_another_date_ends_it(cast: Cast, post: Post) -> None:
    each_by_itself(cast)
    s = raised(cast)
    snoozes.put_off(s, by=cast.pit, until=DUE, now=WEDNESDAY)
    dates.move(s, by=cast.juri, now=WEDNESDAY, via=WEB, on=date(2026, 11, 27), reason="Wartet auf Teile")
    assert store.of(cast.pit.id, s.id, now=WEDNESDAY) is None
    passes(post, WEDNESDAY)
    assert store.begun(cast.pit.id, s.id) is None


def test_the_mark_goes_and_comes_back(cast: Cast, post: Post) -> None:
    s = raised(cast)
    assert unread(cast.pit, WEDNESDAY) == 1
    snoozes.put_off(s, by=cast.pit, until=at("Thursday 2026-11-26 08:00"), now=WEDNESDAY)
    assert unread(cast.pit, WEDNESDAY) == 0
    (line,) = in_app.latest(cast.pit, now=WEDNESDAY)
    assert (line.is_read, line.put_off_until) == (True, at("Thursday 2026-11-26 08:00"))
    assert line.later_path == f"/t/nachtwache/{s.number}/later"
    in_app.read(cast.pit, upto=line.id, now=WEDNESDAY)  # "all read" in between
    passes(post, at("Thursday 2026-11-26 08:00"))
    assert unread(cast.pit, at("Thursday 2026-11-26 08:00")) == 1


def test_after_all_brings_back_what_waited(cast: Cast, post: Post) -> None:
    each_by_itself(cast)
    s = raised(cast)
    snoozes.put_off(s, by=cast.pit, until=DUE, now=WEDNESDAY)
    passes(post, THURSDAY_1)
    for _ in range(2):
        snoozes.end(s, by=cast.pit, now=at("Thursday 2026-11-26 14:00"))
    assert passes(post, at("Thursday 2026-11-26 14:00")) == [("pit", "rung")]


def test_a_later_wish_takes_the_place_of_an_earlier_one(cast: Cast) -> None:
    s = raised(cast)
    for until in (DUE, at("Thursday 2026-11-26 08:00")):
        snoozes.put_off(s, by=cast.pit, until=until, now=WEDNESDAY)
    assert store.put_off_by(cast.pit.id, now=WEDNESDAY) == {s.id: at("Thursday 2026-11-26 08:00")}
    assert {n.not_before for n in notices(person=cast.pit)} == {at("Thursday 2026-11-26 08:00")}


def test_it_is_refused_where_it_would_hide_a_date_or_tell_that_something_is_there(cast: Cast) -> None:
    s = raised(cast, visibility=Visibility.MANAGERS)
    with pytest.raises(BadInput):
        snoozes.put_off(s, by=cast.pit, until=at("Thursday 2026-11-26 17:01"), now=WEDNESDAY)
    with pytest.raises(OutOfReach):
        snoozes.put_off(s, by=cast.jo, until=DUE, now=WEDNESDAY)
    answers.answer(s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.DONE, text="Geht.")
    with pytest.raises(NotPossible):
        snoozes.put_off(s, by=cast.pit, until=DUE, now=WEDNESDAY)


def test_what_is_in_a_message_already_is_looked_at_again(cast: Cast, post: Post) -> None:
    each_by_itself(cast)
    s = raised(cast)
    row = promises.open_of(s.id)
    assert row is not None
    follow_ups.climb(row.id, now=THURSDAY_1)
    packing.pack(now=THURSDAY_1, outgoing=post.outgoing)
    snoozes.put_off(s, by=cast.pit, until=DUE, now=THURSDAY_1)
    db.session.commit()
    post.deliver(THURSDAY_1)
    assert reasons("rung") == [telling.SNOOZED]
    assert {who for _, who, _ in told_at(post.sent)} == {"nari"}


def test_a_morning_outside_the_persons_hours_waits_for_them(cast: Cast, post: Post) -> None:
    each_by_itself(cast)
    cast.pit.window_from, cast.pit.window_until = "10:00", "12:00"
    cast.pit.digest_on = cast.juri.digest_on = False
    s = raised(cast)
    for now in (THURSDAY_1, DUE):
        passes(post, now)
    snoozes.put_off(s, by=cast.pit, until=MONDAY_8, now=FRIDAY)
    passes(post, FRIDAY_1)
    assert passes(post, MONDAY_8) == []
    assert [who for who, _ in passes(post, at("Monday 2026-11-30 10:00"))] == ["pit"]


def test_ended_in_the_night_it_waits_for_the_persons_hours(cast: Cast, post: Post) -> None:
    each_by_itself(cast)
    s = raised(cast)
    snoozes.put_off(s, by=cast.pit, until=DUE, now=WEDNESDAY)
    passes(post, THURSDAY_1)
    snoozes.end(s, by=cast.pit, now=at("Thursday 2026-11-26 07:00"))
    assert {n.not_before for n in notices(kind="rung", person=cast.pit)} == {at("Thursday 2026-11-26 08:00")}
