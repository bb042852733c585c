"""A reminder is its reader's as long as they owe it: what they handed back, or lost with their role, goes on."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.acts.cast import RAISED_AT, Cast, at, joins, raised
from tests.acts.deeds import again, climbs, last, owed, promises_by
from tests.notices.post import RELAY, Post
from tests.notices.seen import HOUR, each_by_itself, notices, told_at
from tracker.acts import answers, assigning, people
from tracker.domain.lifecycle import Role
from tracker.domain.retries import PermanentFailure
from tracker.notices import daily, deliveries, look_again, packing, telling
from tracker.notices.owed import Owed, take
from tracker.store.base import db
from tracker.store.entries import EntryKind, Via
from tracker.store.notices import Notice, NoticeState
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion

WEB = Via.WEB
WEDNESDAY = at("Wednesday 2026-11-25 10:00")
DUE = at("Thursday 2026-11-26 17:00")
THIRD = at("Friday 2026-11-27 13:00")
FRIDAY = at("Friday 2026-11-27 17:00")
FRIDAY_NIGHT = at("Friday 2026-11-27 18:05")
SECOND = timedelta(seconds=1)
Row = tuple[int | None, int, str, str]


def rungs() -> list[Row]:
    return [(n.rung, n.person_id, n.state.value, n.reason) for n in notices(kind="rung")]


def skipped(rung: int, person_id: int, why: str = look_again.NOT_THEIRS) -> Row:
    return rung, person_id, NoticeState.SKIPPED.value, why


def told(rung: int, person_id: int) -> Row:
    return rung, person_id, NoticeState.TOLD.value, ""


@pytest.fixture
def given_to_jo(cast: Cast, post: Post) -> Suggestion:
    """Jo is named, wants each reminder by itself, and her hours begin at 18:00: what rang at 17:00 waits for them."""
    cast.jo.reminder_rhythm = "each"
    cast.jo.window_from, cast.jo.window_until = "18:00", "22:00"
    s = raised(cast)
    promises_by(date(2026, 11, 27), cast.pit, s, WEDNESDAY, who=cast.jo)
    db.session.commit()
    post.days(WEDNESDAY, at("Thursday 2026-11-26 19:00"))
    post.at(FRIDAY)
    assert [(n.rung, n.state) for n in notices(kind="rung", person=cast.jo)][-1:] == [(2, NoticeState.OWED)]
    return again(s)


def hands_back(cast: Cast, s: Suggestion) -> None:
    answers.hand_back(s, by=cast.jo, now=FRIDAY + timedelta(minutes=20), via=WEB, text="Ich schaffe das nicht.")
    db.session.commit()


def test_a_rung_that_waits_goes_to_whoever_owes_it_now_when_it_was_handed_back(
    cast: Cast, post: Post, given_to_jo: Suggestion
) -> None:
    cast.pit.reminder_rhythm = "each"
    hands_back(cast, given_to_jo)
    before = len(post.sent)
    post.at(FRIDAY_NIGHT)
    post.at(FRIDAY_NIGHT + timedelta(minutes=1))
    assert told_at(post.sent[before:]) == [
        ("Fri 27 Nov 18:05", "pit", "handed_back"),
        ("Fri 27 Nov 18:05", "pit", "rung"),
    ]
    assert rungs()[-2:] == [skipped(2, cast.jo.id), told(2, cast.pit.id)]
    entry = last(given_to_jo, EntryKind.FOLLOW_UP)
    assert (entry.facts["to"], entry.facts.get("unreachable")) == ([cast.pit.id], None)


@pytest.fixture
def ringing(cast: Cast, post: Post) -> Suggestion:
    """#41 is due, and its second rung is packed for Pit, who answers for the team; its mail has not left."""
    each_by_itself(cast)
    s = raised(cast)
    post.deliver(RAISED_AT)
    climbs(s, DUE)
    db.session.commit()
    packing.pack(now=DUE, outgoing=RELAY)
    db.session.commit()
    assert rungs() == [(2, cast.pit.id, "owed", "")]
    return again(s)


def gives(cast: Cast, s: Suggestion, to: Person, now: datetime) -> None:
    assigning.assign(again(s), by=cast.anke, now=now, via=WEB, to=to)
    db.session.commit()


def loses_his_role(cast: Cast) -> None:
    people.change_role(cast.team, cast.pit, Role.MEMBER, by=cast.anke, now=DUE + SECOND, via=WEB)
    db.session.commit()


def test_who_manages_no_more_takes_no_rung_with_them(cast: Cast, post: Post, ringing: Suggestion) -> None:
    loses_his_role(cast)
    post.deliver(DUE + 2 * SECOND)
    post.deliver(DUE + 3 * SECOND)
    assert rungs() == [skipped(2, cast.pit.id), told(2, cast.juri.id)]
    assert [one.to for one in post.sent] == ["nari", "juri"]


def test_a_rung_that_others_have_too_is_not_owed_again(cast: Cast, post: Post) -> None:
    """Juri steps in for Pit with the third; when he manages no more, Pit has it all the same."""
    each_by_itself(cast)
    s = raised(cast)
    post.deliver(RAISED_AT)
    climbs(s, THIRD)
    people.change_role(cast.team, cast.juri, Role.MEMBER, by=cast.anke, now=THIRD + SECOND, via=WEB)
    db.session.commit()
    post.deliver(THIRD + 2 * SECOND)
    assert rungs() == [told(3, cast.pit.id), skipped(3, cast.juri.id)]


def test_what_comes_back_to_its_first_reader_is_told_them_once(cast: Cast, post: Post) -> None:
    """From Pit to Juri, whose hours have not begun either; and back."""
    each_by_itself(cast)
    cast.pit.window_from, cast.pit.window_until = "18:00", "22:00"
    cast.juri.window_from, cast.juri.window_until = "20:00", "22:00"
    s = raised(cast)
    post.deliver(RAISED_AT)
    climbs(s, DUE)
    gives(cast, s, cast.juri, at("Thursday 2026-11-26 17:10"))
    post.deliver(at("Thursday 2026-11-26 18:05"))
    assert rungs() == [skipped(2, cast.pit.id), (2, cast.juri.id, "owed", "")]
    gives(cast, s, cast.pit, at("Thursday 2026-11-26 18:10"))
    post.deliver(at("Thursday 2026-11-26 20:05"))
    post.deliver(at("Thursday 2026-11-26 20:06"))
    assert rungs() == [skipped(2, cast.pit.id), skipped(2, cast.juri.id), told(2, cast.pit.id)]


def test_who_has_it_because_another_could_not_be_reached_keeps_it(cast: Cast, post: Post, ringing: Suggestion) -> None:
    """The server will not have this mail, and nothing is wrong with Pit's address: he is on duty as before."""
    post.answers["pit"] = [PermanentFailure("554 5.6.0 this message is refused")]
    post.deliver(DUE + SECOND)
    assert rungs()[-1] == told(2, cast.juri.id)
    assert cast.pit.mail_bounced_at is None


def test_from_whoever_has_it_for_another_it_goes_on_without_both(cast: Cast, post: Post, ringing: Suggestion) -> None:
    cast.juri.window_from, cast.juri.window_until = "19:00", "22:00"
    post.answers["pit"] = [PermanentFailure("554 5.6.0 this message is refused")]
    post.deliver(DUE + SECOND)
    assert rungs()[-1] == (2, cast.juri.id, "owed", "")
    people.change_role(cast.team, cast.juri, Role.MEMBER, by=cast.anke, now=DUE + HOUR, via=WEB)
    db.session.commit()
    post.deliver(at("Thursday 2026-11-26 19:05"))
    assert rungs()[1:] == [skipped(2, cast.juri.id), told(2, cast.anke.id)]


def test_until_today_leaves_for_nobody_when_today_is_over(cast: Cast, post: Post) -> None:
    """Pit's hours begin when the date has passed; and what was given to Juri is not owed her again as it was."""
    each_by_itself(cast)
    cast.pit.window_from, cast.pit.window_until = "18:00", "22:00"
    s, other = raised(cast), raised(cast, title="Zweites")
    post.deliver(RAISED_AT)
    for one in (s, other):
        climbs(one, at("Thursday 2026-11-26 13:00"))
    gives(cast, s, cast.juri, at("Thursday 2026-11-26 16:00"))
    post.deliver(at("Thursday 2026-11-26 18:05"))
    assert rungs() == [skipped(1, cast.pit.id), skipped(1, cast.pit.id, look_again.OVERTAKEN)]
    assert [one.to for one in post.sent] == ["nari", "nari"]


def test_a_line_that_spared_a_rung_is_as_good_as_the_rung(cast: Cast, post: Post, ringing: Suggestion) -> None:
    """The morning's mail hangs in the relay; its line spared the rung of the date, and then it is Juri's."""
    line = _line_of_this_morning(cast, again(ringing))
    gives(cast, ringing, cast.juri, DUE + SECOND)
    unreached = deliveries.skip({line: look_again.NOT_THEIRS})
    assert [(one.rung, one.person_id) for one in unreached] == [(2, cast.pit.id)]


def test_a_line_that_spared_nothing_is_owed_to_nobody_else(cast: Cast, post: Post, ringing: Suggestion) -> None:
    line = _line_of_this_morning(cast, again(ringing), spares=False)
    assert deliveries.skip({line: look_again.NOT_THEIRS}) == ()


def _line_of_this_morning(cast: Cast, s: Suggestion, *, spares: bool = True) -> Notice:
    morning = at("Thursday 2026-11-26 09:00")
    (rung,) = notices(kind="rung")
    if spares:
        rung.state, rung.reason = NoticeState.SKIPPED, telling.IN_THIS_MORNINGS_MAIL
    row = owed(s)
    one = Owed(s, row, row.due_at or DUE, (cast.pit.id,), 0, 0)
    daily.insert_line_notices(cast.pit, [one], morning.date(), now=morning)
    (line,) = notices(kind="daily_line")
    return line


# The daily mail -------------------------------------------------------------------------------------------------------

NEXT_WEEK = at("Thursday 2026-12-03 11:00")


def daily_mails(post: Post, since: int, name: str) -> list[str]:
    return [one.letter.subject for one in post.sent[since:] if (one.to, one.template) == (name, "daily")]


def test_who_handed_it_back_reads_of_it_in_no_daily_mail(cast: Cast, post: Post) -> None:
    """Jo is named in another one too, for later: so a daily mail of hers is asked for each day."""
    s, other = raised(cast), raised(cast, title="Anderes")
    promises_by(date(2026, 11, 27), cast.pit, s, WEDNESDAY, who=cast.jo)
    promises_by(date(2026, 12, 18), cast.pit, other, WEDNESDAY, who=cast.jo)
    db.session.commit()
    post.days(WEDNESDAY, at("Friday 2026-11-27 11:00"))
    assert daily_mails(post, 0, "jo")
    answers.hand_back(again(s), by=cast.jo, now=at("Friday 2026-11-27 12:00"), via=WEB, text="Ich schaffe das nicht.")
    db.session.commit()
    since = len(post.sent)
    post.days(at("Friday 2026-11-27 12:00"), NEXT_WEEK)
    assert daily_mails(post, since, "jo") == []
    assert daily_mails(post, since, "pit")


def test_who_manages_no_more_reads_in_no_daily_mail_of_what_they_owed(cast: Cast, post: Post) -> None:
    """Pit manages another team, in which nothing is open; here he is a member from Thursday night on."""
    joins(cast.other_team, cast.pit, Role.MANAGER)
    raised(cast)
    post.days(at("Wednesday 2026-11-25 08:00"), at("Thursday 2026-11-26 18:00"))
    assert daily_mails(post, 0, "pit") == ["Heute 1"]
    people.change_role(cast.team, cast.pit, Role.MEMBER, by=cast.anke, now=at("Thursday 2026-11-26 18:30"), via=WEB)
    db.session.commit()
    since = len(post.sent)
    post.days(at("Friday 2026-11-27 07:00"), NEXT_WEEK)
    assert daily_mails(post, since, "pit") == []
    assert daily_mails(post, since, "juri")


def test_who_has_it_in_anothers_place_keeps_it_in_the_daily_mail(cast: Cast, post: Post) -> None:
    """Pit, who is on duty, wants reminders in the app alone: Juri has his."""
    cast.pit.reminders_in_app = True
    raised(cast)
    post.days(at("Wednesday 2026-11-25 08:00"), DUE)
    since = len(post.sent)
    post.days(at("Friday 2026-11-27 08:00"), at("Friday 2026-11-27 09:00"))
    assert daily_mails(post, since, "juri") == ["Überfällig 1"]


def test_whose_it_is_costs_the_same_for_many(cast: Cast, post: Post) -> None:
    raised(cast)
    post.days(at("Wednesday 2026-11-25 08:00"), DUE)
    few = len(_asked(cast))
    for title in ("Zweites", "Drittes", "Viertes"):
        raised(cast, title=title)
    post.days(at("Wednesday 2026-11-25 08:00"), DUE)
    assert len(_asked(cast)) == few


def _asked(cast: Cast) -> list[str]:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    db.session.expire_all()
    sa.event.listen(db.engine, "before_cursor_execute", note)
    take(cast.team, now=THIRD, until=THIRD)
    sa.event.remove(db.engine, "before_cursor_execute", note)
    return asked
