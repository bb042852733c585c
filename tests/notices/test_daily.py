"""The daily mail: one a working day, with what somebody owes now, and a second one for what cannot wait."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from tests.acts.cast import RAISED_AT, Cast, at, joins, raised
from tests.notices.post import RELAY, Post, Sent
from tests.notices.seen import HOUR, delivery_of, notices, told_at
from tests.reliability import fault
from tracker.acts import answers, assigning, dates, follow_ups, support
from tracker.acts import suggestions as verbs
from tracker.domain.lifecycle import Role, Urgency
from tracker.domain.outcomes import Outcome
from tracker.notices import daily, packing
from tracker.notices.telling import COUNTED
from tracker.store import promises
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.notices import Delivery, NoticeState
from tracker.store.suggestions import Suggestion

WEB = Via.WEB
TUESDAY = at("Tuesday 2026-11-24 09:00")
THURSDAY = at("Thursday 2026-11-26 09:00")
BACK = at("Tuesday 2026-12-08 09:00")
SQLITE = pytest.mark.databases("sqlite")


def lines_of(text: str) -> list[str]:
    return [line for line in text.splitlines() if "#" in line.partition("http")[0]]


def words_of(one: Sent) -> str:
    return " ".join(one.letter.text.split())


def test_nothing_due_and_nothing_late_is_no_mail_and_a_row_says_so(cast: Cast, post: Post) -> None:
    raised(cast)
    post.at(at("Wednesday 2026-11-25 09:00"))  # due Thursday
    (mark,) = notices(kind="daily", person=cast.pit)
    assert (mark.key, mark.state, mark.reason) == (
        f"daily:person:{cast.pit.id}:2026-11-25",
        NoticeState.SKIPPED,
        "nothing due",
    )
    assert [one for one in post.sent if one.to == "pit"] == []


def test_it_looks_ahead_over_the_day_and_spares_the_mails_of_its_rungs(cast: Cast, post: Post) -> None:
    raised(cast)
    post.at(THURSDAY)
    post.at(THURSDAY + 4 * HOUR)
    post.at(THURSDAY + 8 * HOUR)
    assert [(when, template) for when, who, template in told_at(post.sent) if who == "pit"] == [
        ("Thu 26 Nov 09:00", "daily")
    ]
    assert {n.reason for n in notices(kind="rung")} == {"in this morning's mail"}


def test_it_is_owed_once_a_day_however_often_it_is_asked_for(cast: Cast, post: Post) -> None:
    raised(cast)
    post.at(THURSDAY)
    for minutes in (1, 2, 600):
        assert [one.to for one in post.at(THURSDAY + timedelta(minutes=minutes)) if one.template == "daily"] == []


def test_an_hour_that_has_passed_is_made_up_on_the_same_day(cast: Cast, post: Post) -> None:
    raised(cast)
    assert [one.to for one in post.at(at("Thursday 2026-11-26 15:30")) if one.template == "daily"] == ["pit"]


def test_its_lines_are_notices_that_are_told_when_it_leaves(cast: Cast, post: Post) -> None:
    s = raised(cast)
    row = promises.open_of(s.id)
    assert row is not None
    daily.owe_daily_mails(THURSDAY, outgoing=RELAY)
    (line,) = notices(kind="daily_line")
    assert line.key == f"daily:person:{cast.pit.id}:2026-11-26:promise:{row.id}:v1"
    assert line.state is NoticeState.OWED
    db.session.commit()
    post.deliver(THURSDAY)
    (line,) = notices(kind="daily_line")
    assert (line.state, line.told_at) == (NoticeState.TOLD, THURSDAY)


def test_it_is_written_from_what_is_true_when_it_leaves(cast: Cast, post: Post) -> None:
    s = raised(cast)
    other = raised(cast, title="Ein zweites", by=cast.jo)
    post.deliver(RAISED_AT)
    daily.owe_daily_mails(THURSDAY, outgoing=RELAY)
    answers.answer(s, by=cast.juri, now=THURSDAY, via=WEB, outcome=Outcome.DONE, text="Behoben")
    db.session.commit()
    post.deliver(THURSDAY + HOUR)  # for a minute it could be taken back
    (mail,) = [one for one in post.sent if one.template == "daily"]
    assert f"#{other.number}" in mail.letter.text
    assert f"#{s.number}" not in mail.letter.text
    assert mail.letter.subject == "Heute 1"


def test_when_nothing_of_it_is_left_it_does_not_leave(cast: Cast, post: Post) -> None:
    s = raised(cast)
    post.deliver(RAISED_AT)
    daily.owe_daily_mails(THURSDAY, outgoing=RELAY)
    answers.answer(s, by=cast.juri, now=THURSDAY, via=WEB, outcome=Outcome.DONE, text="Behoben")
    db.session.commit()
    post.deliver(THURSDAY + HOUR)  # for a minute it could be taken back
    assert [one for one in post.sent if one.template == "daily"] == []
    (mark,) = notices(kind="daily", person=cast.pit)
    assert mark.state is NoticeState.SKIPPED


def test_what_is_due_comes_first_then_late_by_the_people_who_wait(cast: Cast, post: Post) -> None:
    few = raised(cast, title="Wenige", now=at("Thursday 2026-11-19 09:00"))
    many = raised(cast, title="Viele", now=at("Friday 2026-11-20 09:00"))
    due = raised(cast, title="Heute")
    for by in (cast.jo, cast.melodie):
        support.vote(many, by=by, now=at("Friday 2026-11-20 10:00"), via=WEB)
    db.session.commit()
    (mail,) = [one for one in post.at(THURSDAY) if one.template == "daily" and one.to == "pit"]
    numbers = [line.partition("#")[2].split()[0] for line in lines_of(mail.letter.text) if "#" in line]
    assert numbers[:3] == [str(due.number), str(many.number), str(few.number)]
    assert mail.letter.subject == "Heute 1, überfällig 2"


@SQLITE
def test_what_happened_stands_below_and_makes_a_mail_of_its_own_only_for_who_does_not_owe(
    cast: Cast, post: Post
) -> None:
    s = raised(cast)
    post.deliver(RAISED_AT)
    verbs.comment(s, by=cast.jo, now=RAISED_AT, via=WEB, text="Bei mir auch.")
    db.session.commit()
    (mail,) = [one for one in post.at(at("Wednesday 2026-11-25 09:00")) if one.template == "daily"]
    assert (mail.to, mail.letter.subject) == ("nari", "Neu für dich: 1")
    assert "Bei mir auch." in mail.letter.text


def test_one_mail_for_all_their_teams(cast: Cast, post: Post) -> None:
    joins(cast.other_team, cast.pit, Role.MANAGER)
    raised(cast)
    verbs.raise_(cast.other_team, by=cast.olga, now=RAISED_AT, via=WEB, title="Licht im Treppenhaus")
    db.session.commit()
    (mail,) = [one for one in post.at(THURSDAY) if one.to == "pit"]
    assert (mail.template, mail.letter.subject) == ("daily", "Heute 2")
    assert [title in mail.letter.text for title in ("Chat-Filter", "Licht im Treppenhaus")] == [True, True]


def test_of_all_their_teams_together_seven_lines_and_then_counts_and_links(cast: Cast, post: Post) -> None:
    joins(cast.other_team, cast.pit, Role.MANAGER)
    for number in range(5):
        raised(cast, title=f"Nacht {number}")
        due = {"urgency": Urgency.HIGH, "now": at("Wednesday 2026-11-25 12:00")} if number < 4 else {"now": RAISED_AT}
        verbs.raise_(cast.other_team, by=cast.olga, via=WEB, title=f"Tag {number}", **due)
    db.session.commit()
    (mail,) = [one for one in post.at(THURSDAY) if (one.to, one.template) == ("pit", "daily")]
    assert mail.letter.subject == "Heute 10"
    first, _, second = words_of(mail).partition("Tagwache")
    assert (first.count("17 Uhr)"), second.count("12 Uhr)"), second.count("17 Uhr)")) == (3, 4, 0)
    assert "und 2 weitere → http://127.0.0.1:8000/t/nachtwache/desk" in first
    assert "und 1 weiteres → http://127.0.0.1:8000/t/tagwache/desk" in second


def test_a_team_for_which_no_line_is_left_is_counted(cast: Cast, post: Post) -> None:
    joins(cast.other_team, cast.pit, Role.MANAGER)
    for number in range(8):
        raised(cast, title=f"Heute {number}")
    verbs.raise_(cast.other_team, by=cast.olga, now=at("Monday 2026-11-23 10:00"), via=WEB, title="Spät")
    db.session.commit()
    (mail,) = [one for one in post.at(THURSDAY) if (one.to, one.template) == ("pit", "daily")]
    assert mail.letter.subject == "Heute 8, überfällig 1"
    assert "Tagwache ÜBERFÄLLIG und 1 weiteres → http://127.0.0.1:8000/t/tagwache/desk" in words_of(mail)


def test_repeated_rungs_add_words_to_a_line_and_never_a_mail(cast: Cast, post: Post) -> None:
    raised(cast)
    for day in (30, 31, 32, 33, 34, 37, 38, 39):  # Monday 30 November to Wednesday 9 December
        for hours in (0, 8.5):
            post.at(at("Sunday 2026-11-01 09:00") + timedelta(days=day - 1, hours=hours))
    rungs = [notice.rung for notice in notices(kind="rung", person=cast.pit)]
    assert rungs == [3, 4, 5, 6]
    pits = [(when[:10], words_of(one)) for (when, *_), one in zip(told_at(post.sent), post.sent, strict=True)
            if one.to == "pit"]  # fmt: skip
    days = [re.findall(r"Tag \d+", text) for _, text in pits]
    assert days == [[], [], [], [], ["Tag 5"], ["Tag 6"], ["Tag 7"], ["Tag 8"]]
    assert set(Counter(when for when, _ in pits).values()) == {1}


# A second one ---------------------------------------------------------------------------------------------------------


def test_raised_and_due_the_same_day_comes_in_a_second_mail(cast: Cast, post: Post) -> None:
    raised(cast)
    post.at(THURSDAY)
    raised(cast, title="Es brennt", urgency=Urgency.URGENT, now=THURSDAY + HOUR)  # 4 h: 14:00
    second = [one for one in post.at(THURSDAY + HOUR) if one.to == "pit"]
    assert [(one.template, one.letter.subject) for one in second] == [("raised", "Es brennt gerade: Es brennt")]


def reaches_the_deputy(cast: Cast, s: Suggestion, now: datetime) -> None:
    row = promises.open_of(s.id)
    assert row is not None
    entry = follow_ups.climb(row.id, now=now)
    assert entry is not None
    assert entry.facts["rung"] == 3


def is_contested(cast: Cast, s: Suggestion, now: datetime) -> None:
    answers.answer(s, by=cast.pit, now=now - HOUR, via=WEB, outcome=Outcome.DECLINED, text="Nein")
    answers.contest(s, by=cast.nari, now=now, via=WEB, text="Und die Namen?")


@pytest.mark.parametrize(("happens", "template"), [(reaches_the_deputy, "rung"), (is_contested, "contested")])
def test_what_is_contested_or_reaches_somebody_for_the_first_time_comes_in_a_second_mail(
    cast: Cast, post: Post, happens: Callable[[Cast, Suggestion, datetime], None], template: str
) -> None:
    theirs = raised(cast, title="Juris eigenes")
    assigning.assign(theirs, by=cast.anke, now=RAISED_AT, via=WEB, to=cast.juri)
    s = raised(cast, urgency=Urgency.LOW, now=at("Thursday 2026-11-19 10:00"))  # due Thu 26 Nov, 10:00
    db.session.commit()
    post.at(THURSDAY)
    happens(cast, s, THURSDAY + 5 * HOUR)
    db.session.commit()
    post.deliver(THURSDAY + 5 * HOUR)
    assert [one.template for one in post.sent if one.to == "juri"] == ["daily", template]


def test_never_a_third(cast: Cast, post: Post) -> None:
    raised(cast)
    for hour in range(5):
        raised(cast, title=f"Es brennt {hour}", urgency=Urgency.URGENT, now=THURSDAY + hour * HOUR)
    post.days(THURSDAY, at("Friday 2026-11-27 18:00"))
    mails = [when[:10] for when, who, template in told_at(post.sent) if who == "pit" and template != "silence"]
    assert max(Counter(mails).values()) <= 2


def test_the_third_waits_for_the_next_daily_mail(cast: Cast, post: Post) -> None:
    s = raised(cast)
    used = [packing.place(cast.pit.id, date(2026, 11, 26), nth) for nth in (1, 2)]
    for key in used:
        db.session.add(
            Delivery(
                key=key, person_id=cast.pit.id, destination="x", address="x", lane="follow_up", template="daily",
                next_attempt_at=RAISED_AT, message_id=key, created_at=RAISED_AT, state="sent",
            )
        )  # fmt: skip
    cast.pit.reminder_rhythm = "each"
    db.session.commit()
    row = promises.open_of(s.id)
    assert row is not None
    follow_ups.climb(row.id, now=THURSDAY + 4 * HOUR)
    post.deliver(THURSDAY + 4 * HOUR)
    (rung,) = notices(kind="rung")
    assert rung.is_for_daily
    assert rung.delivery_id is None
    daily.owe_daily_mails(at("Friday 2026-11-27 09:00"), outgoing=RELAY)
    post.deliver(at("Friday 2026-11-27 09:00"))
    (mail,) = [one for one in post.sent if one.to == "pit"]
    assert (mail.template, mail.letter.subject) == ("daily", "Überfällig 1")


# A lot ----------------------------------------------------------------------------------------------------------------


@SQLITE
def test_back_from_two_weeks_with_118_late_promises_there_is_one_mail_a_working_day(cast: Cast, post: Post) -> None:
    cast.pit.digest_on = False
    for number in range(118):
        raised(cast, title=f"Nummer {number}", now=TUESDAY - timedelta(minutes=number))
    post.days(BACK, at("Thursday 2026-12-10 18:00"))
    follow_up = [(when, one) for (when, who, template), one in zip(told_at(post.sent), post.sent, strict=True)
                 if who == "pit" and template in ("daily", "rung", "digest_manager")]  # fmt: skip
    assert set(Counter(when[:10] for when, _ in follow_up).values()) == {1}
    first = follow_up[0][1]
    assert first.letter.subject == "Überfällig 118"
    assert len(lines_of(first.letter.text)) <= 9
    assert "und 111 weitere" in first.letter.text
    assert COUNTED in {n.reason for n in notices(kind="rung", person=cast.pit)}


@SQLITE
def test_a_moved_date_leaves_the_table(cast: Cast, post: Post) -> None:
    s = raised(cast)
    dates.move(s, by=cast.juri, now=RAISED_AT + HOUR, via=WEB, on=date(2026, 12, 18), reason="Krank")
    db.session.commit()
    assert [one for one in post.at(THURSDAY) if one.template == "daily" and one.to == "pit"] == []


@fault("F54", "no daily mail for who unsubscribed, and somebody else is told")
@SQLITE
def test_who_unsubscribed_gets_no_daily_mail_and_somebody_else_does(cast: Cast, post: Post) -> None:
    cast.pit.reminders_in_app = True
    raised(cast)
    post.days(THURSDAY, at("Thursday 2026-11-26 18:00"))
    assert {one.to for one in post.sent if one.template in ("daily", "rung")} == {"juri"}
    rung = notices(kind="rung", person=cast.juri)[0]
    assert delivery_of(rung).address == "juri@nachtwache.example"
