"""promise.md, section 7: who is told what, in which lane and from when on, as the rows that the verbs leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.acts.cast import Cast, at, raised
from tests.acts.deeds import (
    WEB,
    asks,
    climbs,
    contests,
    declines,
    defers_to,
    does,
    joins_as_co_author,
    last,
    moves_to,
    promises_by,
    says,
)
from tests.notices.post import Post
from tests.notices.seen import notices, told_by
from tracker.acts import answers, assigning, dates, questions, support
from tracker.acts import suggestions as verbs
from tracker.domain.lifecycle import Urgency
from tracker.store.base import db
from tracker.store.entries import Entry, EntryKind
from tracker.store.notices import Channel, Lane, Notice, NoticeState
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion

WEDNESDAY = at("Wednesday 2026-11-25 10:00")
LATE = at("Friday 2026-11-27 13:00")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NIGHT = at("Wednesday 2026-11-25 22:30")
DAY = date(2026, 12, 4)


@pytest.fixture
def s(cast: Cast) -> Suggestion:
    """Nari's #41: Melodie came to it by a merge, Jo votes with "tell me", Juri has written there, Pit is on duty."""
    s = raised(cast)
    joins_as_co_author(cast.melodie, s)
    support.vote(s, by=cast.jo, now=WEDNESDAY, via=WEB, tell_me=True)
    return s


def comes_back(cast: Cast, s: Suggestion) -> Entry:
    asks(cast.juri, s, WEDNESDAY)
    return questions.take_back(s, by=cast.juri, now=WEDNESDAY + HOUR, via=WEB)


def reopens(cast: Cast, s: Suggestion) -> Entry:
    does(cast.pit, s, WEDNESDAY)
    return verbs.it_is_back(s, by=cast.nari, now=WEDNESDAY + HOUR, via=WEB)


def contested(cast: Cast, s: Suggestion) -> Entry:
    declines(cast.pit, s, WEDNESDAY)
    return contests(cast.nari, s, WEDNESDAY + HOUR)


def assigned(cast: Cast, s: Suggestion) -> Entry:
    entry = assigning.assign(s, by=cast.anke, now=WEDNESDAY, via=WEB, to=cast.juri)
    assert entry is not None
    return entry


def withdrawn(cast: Cast, s: Suggestion) -> Entry:
    assigned(cast, s)
    return verbs.withdraw(s, by=cast.nari, now=WEDNESDAY, via=WEB)


def silent(cast: Cast, s: Suggestion) -> Entry:
    entry = climbs(s, LATE)
    assert entry is not None
    return entry


Happens = Callable[[Cast, Suggestion], Entry]
#: What happens, who is told at once, in the daily mail, in the app only.
TABLE: list[tuple[str, Happens, dict[str, str]]] = [
    ("raised", lambda c, s: last(s, EntryKind.RAISED), {"at once": "Nari", "daily": "Pit"}),
    ("question", lambda c, s: asks(c.juri, s, WEDNESDAY), {"at once": "Melodie Nari", "daily": "Pit"}),
    ("moved", lambda c, s: moves_to(DAY, c.juri, s, WEDNESDAY), {"at once": "Jo Melodie Nari", "daily": "Pit"}),
    ("moved earlier", lambda c, s: moves_to(date(2026, 11, 25), c.juri, s, WEDNESDAY), {}),
    ("ball back", comes_back, {"at once": "Melodie Nari", "daily": "Pit"}),
    ("reply", lambda c, s: says(c.nari, s, WEDNESDAY), {"daily": "Melodie Pit", "in app": "Jo"}),
    ("reopened", reopens, {"daily": "Pit"}),
    ("contest", contested, {"at once": "Anke Juri"}),
    ("done", lambda c, s: does(c.pit, s, WEDNESDAY), {"at once": "Melodie Nari", "daily": "Jo"}),
    (
        "will_do",
        lambda c, s: promises_by(DAY, c.pit, s, WEDNESDAY, who=c.juri),
        {"at once": "Juri Melodie Nari", "daily": "Jo"},
    ),
    ("not_now", lambda c, s: defers_to(DAY, c.pit, s, WEDNESDAY), {"at once": "Melodie Nari", "daily": "Jo"}),
    ("manager's words", lambda c, s: says(c.anke, s, WEDNESDAY), {"at once": "Melodie Nari", "in app": "Jo"}),
    ("note", lambda c, s: verbs.note(s, by=c.pit, now=WEDNESDAY, via=WEB, text="@Anke?"), {"daily": "Anke"}),
    ("assigned", assigned, {"daily": "Juri"}),
    ("silence", silent, {"at once": "Juri Melodie Nari", "daily": "Pit"}),
    ("withdrawn", withdrawn, {"daily": "Juri"}),
]


@pytest.mark.parametrize(("happens", "told"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_the_table(cast: Cast, s: Suggestion, happens: Happens, told: dict[str, str]) -> None:
    found = {way: " ".join(sorted(names)) for way, names in told_by(happens(cast, s)).items()}
    assert found == told


LANES: dict[str, dict[str, Lane | None]] = {
    "raised": {"receipt": Lane.SECURITY, "raised": Lane.FOLLOW_UP},
    "question": {"question": Lane.NEWS, "asked": Lane.FOLLOW_UP},
    "moved": {"moved": None},
    "ball back": {"ball_back": None},
    "contest": {"contested": Lane.FOLLOW_UP},
    "done": {"answer": Lane.NEWS},
    "assigned": {"assigned": Lane.NEWS},
    "silence": {"rung": Lane.FOLLOW_UP, "silence": Lane.NEWS},
}


@pytest.mark.parametrize("what", list(LANES))
def test_what_is_owed_by_a_date_has_a_lane_of_its_own(cast: Cast, s: Suggestion, what: str) -> None:
    entry = next(happens for name, happens, _ in TABLE if name == what)(cast, s)
    authors = {cast.nari.id, cast.melodie.id, cast.jo.id}
    for notice in (n for n in notices() if n.entry_id == entry.id):
        lane = LANES[what][notice.kind]
        assert notice.lane is (lane or (Lane.NEWS if notice.person_id in authors else Lane.FOLLOW_UP))


# At once --------------------------------------------------------------------------------------------------------------


def owed_from(kind: str, person: Person) -> datetime:
    (notice,) = notices(kind=kind, person=person)
    return notice.not_before


def test_at_once_means_inside_the_persons_hours_in_their_zone(cast: Cast, s: Suggestion) -> None:
    cast.jo.timezone = "Asia/Tokyo"  # half past six in the morning there: their day begins at eight
    cast.melodie.window_from, cast.melodie.window_until = "06:00", "23:00"
    moves_to(DAY, cast.pit, s, NIGHT)
    assert owed_from("moved", cast.nari) == at("Thursday 2026-11-26 08:00")
    assert owed_from("moved", cast.melodie) == NIGHT
    assert owed_from("moved", cast.jo) == at("Thursday 2026-11-26 00:00")


def test_an_answer_is_held_for_a_minute_and_then_for_their_hours(cast: Cast, s: Suggestion) -> None:
    cast.melodie.window_until = "20:00"
    does(cast.pit, s, at("Wednesday 2026-11-25 19:59:30"))
    assert owed_from("answer", cast.melodie) == at("Thursday 2026-11-26 08:00")
    (twin,) = notices(kind="answer", person=cast.nari, mail=False)
    assert twin.told_at == at("Wednesday 2026-11-25 20:00:30")


def test_several_words_of_managers_within_a_quarter_of_an_hour_leave_as_one_mail(
    cast: Cast, s: Suggestion, post: Post
) -> None:
    for minute in (0, 5, 14):
        says(cast.anke, s, WEDNESDAY + minute * MINUTE, f"Noch etwas, um {minute} nach.")
    assert {n.not_before for n in notices(kind="manager_comment", person=cast.nari)} == {WEDNESDAY + 15 * MINUTE}
    db.session.commit()
    sent = [one for one in post.at(WEDNESDAY + 15 * MINUTE) if (one.to, one.template) == ("nari", "comment")]
    assert [all(f"um {minute} nach" in one.letter.text for minute in (0, 5, 14)) for one in sent] == [True]


def test_urgent_and_due_today_do_not_wait_for_the_daily_mail(cast: Cast) -> None:
    urgent = raised(cast, urgency=Urgency.URGENT)
    assert told_by(last(urgent, EntryKind.RAISED)) == {"at once": {"Nari", "Pit"}}


# Nobody, and once -----------------------------------------------------------------------------------------------------


def everything(cast: Cast, s: Suggestion) -> None:
    """A life in which everybody does a bit of everything."""
    hours = iter(range(1, 99))

    def now() -> datetime:
        return WEDNESDAY + next(hours) * 5 * MINUTE

    says(cast.jo, s, now(), "Bei mir auch, @Nari @Pit @Juri.")
    says(cast.pit, s, now(), "Ich sehe es mir an, @Jo.")
    verbs.note(s, by=cast.pit, now=now(), via=WEB, text="@Juri @Pit @Anke")
    assigning.take(s, by=cast.juri, now=now(), via=WEB)
    assigning.assign(s, by=cast.juri, now=now(), via=WEB, to=cast.pit)
    asks(cast.pit, s, now())
    says(cast.melodie, s, now(), "Am Handy, @Nari.")
    dates.change_urgency(s, by=cast.nari, now=now(), via=WEB, to=Urgency.HIGH)
    asks(cast.juri, s, now())
    questions.take_back(s, by=cast.pit, now=now(), via=WEB)
    moves_to(DAY, cast.pit, s, now())
    promises_by(date(2026, 12, 11), cast.pit, s, now(), who=cast.melodie)
    answers.hand_back(s, by=cast.melodie, now=now(), via=WEB, text="Ich kann nicht.")
    contests(cast.nari, s, now())
    declines(cast.juri, s, now())
    verbs.reopen(s, by=cast.anke, now=now(), via=WEB)
    climbs(s, at("Thursday 2026-12-03 17:00"))
    does(cast.anke, s, at("Thursday 2026-12-03 18:00"))
    verbs.it_is_back(s, by=cast.melodie, now=at("Friday 2026-12-04 18:00"), via=WEB)
    verbs.withdraw(s, by=cast.nari, now=at("Friday 2026-12-04 19:00"), via=WEB)


def test_nobody_is_told_of_their_own_act_but_by_the_receipt(cast: Cast, s: Suggestion) -> None:
    everything(cast, s)
    own = sa.select(Notice.kind).join(Entry, Entry.id == Notice.entry_id).where(Entry.actor_id == Notice.person_id)
    assert set(db.session.scalars(own)) == {"receipt"}


def test_one_act_tells_a_person_once(cast: Cast, s: Suggestion) -> None:
    everything(cast, s)
    found = db.session.execute(
        sa.select(Entry.actor_id, Entry.at, Notice.person_id)
        .join(Entry, Entry.id == Notice.entry_id)
        .where(Notice.channel == Channel.EMAIL, Entry.actor_id.is_not(None))
    )
    told = Counter((row.actor_id, row.at, row.person_id) for row in found)
    assert [row for row, count in told.items() if count > 1] == []


def test_a_reply_tells_duty_of_the_words_and_co_authors_of_the_new_date(cast: Cast, s: Suggestion) -> None:
    asks(cast.juri, s, WEDNESDAY)
    reply = says(cast.nari, s, WEDNESDAY + HOUR)
    assert told_by(reply) == {"daily": {"Pit"}, "in app": {"Jo"}}
    assert told_by(last(s, EntryKind.BALL_BACK)) == {"at once": {"Melodie"}}


def test_one_answer_that_touches_nine_of_naris_is_one_mail(cast: Cast, post: Post) -> None:
    nine = [raised(cast, title=f"Nr. {number}") for number in range(9)]
    post.deliver(at("Wednesday 2026-11-25 08:00"))
    for one in nine:
        declines(cast.pit, one, WEDNESDAY)
    db.session.commit()
    post.deliver(WEDNESDAY + 2 * MINUTE)
    assert [one.to for one in post.sent if one.template == "answer"] == ["nari"]


# Followers ------------------------------------------------------------------------------------------------------------


def test_a_follower_is_who_pressed_it_voted_with_tell_me_or_wrote_there(cast: Cast) -> None:
    s = raised(cast)
    support.follow(s, by=cast.melodie, now=WEDNESDAY, via=WEB)
    support.vote(s, by=cast.jo, now=WEDNESDAY, via=WEB, tell_me=True)
    says(cast.juri, s, WEDNESDAY)
    assert told_by(does(cast.pit, s, WEDNESDAY + HOUR))["daily"] == {"Melodie", "Jo", "Juri"}


def test_who_stops_following_hears_no_more_also_when_they_write_there_again(cast: Cast) -> None:
    s = raised(cast)
    says(cast.jo, s, WEDNESDAY)
    support.unfollow(s, by=cast.jo, now=WEDNESDAY, via=WEB)
    says(cast.jo, s, WEDNESDAY + MINUTE)
    assert told_by(does(cast.pit, s, WEDNESDAY + HOUR)) == {"at once": {"Nari"}}
    verbs.reopen(s, by=cast.pit, now=WEDNESDAY + HOUR, via=WEB)
    support.follow(s, by=cast.jo, now=WEDNESDAY + HOUR, via=WEB)
    assert "Jo" in told_by(does(cast.pit, s, WEDNESDAY + 2 * HOUR))["daily"]


# Nothing says that a person was told unless a channel took it ---------------------------------------------------------


def test_a_rung_is_told_when_a_channel_took_it_and_not_when_it_was_climbed(cast: Cast, post: Post) -> None:
    for person in (cast.pit, cast.juri, cast.anke):
        person.reminder_rhythm = "each"
    s = raised(cast)
    climbs(s, LATE)
    db.session.commit()
    assert {n.state for n in notices(kind="rung")} == {NoticeState.OWED}
    post.at(LATE)
    assert {(n.state, n.told_at) for n in notices(kind="rung")} == {(NoticeState.TOLD, LATE)}


@pytest.fixture
def post() -> Post:
    return Post()


def test_the_keys_are_made_of_their_meaning_and_there_is_none_twice(cast: Cast, s: Suggestion) -> None:
    everything(cast, s)
    keys: list[Any] = [notice.key for notice in (*notices(), *notices(mail=False))]
    assert len(keys) == len(set(keys))
    assert all(key.split(":")[0] in ("entry", "promise") for key in keys)
