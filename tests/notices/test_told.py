"""Who is told what: the table of the promise, row by row, through the verbs."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.acts.cast import RAISED_AT, Cast, at, raised
from tests.notices.post import Post
from tests.notices.seen import HOUR, last_entry, notices, told_by
from tracker.acts import absences, answers, assigning, dates, follow_ups, questions, support
from tracker.acts import suggestions as verbs
from tracker.domain.lifecycle import Kind, Urgency, Visibility
from tracker.domain.outcomes import Outcome
from tracker.notices import tell
from tracker.store import entries, promises, suggestions
from tracker.store.base import db
from tracker.store.entries import EntryKind, Via
from tracker.store.notices import Lane, NoticeState
from tracker.store.suggestions import Suggestion

WEB = Via.WEB
WEDNESDAY = at("Wednesday 2026-11-25 10:00")


def the_raising(s: Suggestion) -> dict[str, set[str]]:
    entry = entries.last_of(s.id, EntryKind.RAISED)
    assert entry is not None
    return told_by(entry)


def test_raised_the_author_gets_a_receipt_and_who_is_on_duty_a_line_in_the_daily_mail(cast: Cast) -> None:
    assert the_raising(raised(cast)) == {"at once": {"Nari"}, "daily": {"Pit"}}


def test_a_receipt_has_a_lane_of_its_own_and_no_window(cast: Cast) -> None:
    raised(cast)
    (receipt,) = notices(kind="receipt")
    assert (receipt.lane, receipt.not_before) == (Lane.SECURITY, RAISED_AT)  # Tuesday 23:10


def test_who_does_not_want_receipts_by_mail_has_them_in_the_app(cast: Cast) -> None:
    cast.nari.receipts_by_mail = False
    assert the_raising(raised(cast)) == {"daily": {"Pit"}, "in app": {"Nari"}}


def test_what_falls_due_on_its_day_does_not_wait_for_the_next_daily_mail(cast: Cast) -> None:
    s = raised(cast, urgency=Urgency.URGENT, now=at("Wednesday 2026-11-25 09:00"))
    assert the_raising(s) == {"at once": {"Nari", "Pit"}}


def test_raised_for_somebody_the_member_gets_the_receipt_and_the_manager_nothing(cast: Cast) -> None:
    s = raised(cast, by=cast.pit, author=cast.nari, entered_from="Discord")
    assert the_raising(s) == {"at once": {"Nari"}}


def test_a_question_reaches_the_author_at_once_and_duty_in_the_daily_mail(cast: Cast) -> None:
    s = raised(cast)
    entry = questions.ask(s, by=cast.juri, now=WEDNESDAY, via=WEB, text="Handy oder Rechner?")
    assert told_by(entry) == {"at once": {"Nari"}, "daily": {"Pit"}}


def test_the_authors_reply_is_a_line_for_who_is_on_duty(cast: Cast) -> None:
    s = raised(cast)
    questions.ask(s, by=cast.pit, now=WEDNESDAY, via=WEB, text="Handy oder Rechner?")
    entry = verbs.comment(s, by=cast.nari, now=WEDNESDAY + HOUR, via=WEB, text="Am Rechner.")
    assert told_by(entry) == {"daily": {"Pit"}}
    assert told_by(last_entry(s.id)) == {}  # the ball is back: Pit reads it beside the reply, Nari did it


def test_the_ball_that_comes_back_by_itself_is_told_to_author_and_duty(cast: Cast) -> None:
    s = raised(cast)
    questions.ask(s, by=cast.pit, now=WEDNESDAY, via=WEB, text="Handy oder Rechner?")
    row = promises.open_of(s.id)
    assert row is not None
    entry = follow_ups.climb(row.id, now=at("Wednesday 2026-12-02 17:00"))  # 16 h + 24 h after Wed 10:00
    assert entry is not None
    assert told_by(entry) == {"at once": {"Nari"}, "daily": {"Pit"}}


def test_an_answer_reaches_author_and_who_is_named_at_once_followers_and_voters_daily(cast: Cast) -> None:
    s = raised(cast)
    support.vote(s, by=cast.melodie, now=WEDNESDAY, via=WEB)
    verbs.comment(s, by=cast.jo, now=WEDNESDAY, via=WEB, text="Bei mir auch.")
    entry = answers.answer(
        s,
        by=cast.pit,
        now=WEDNESDAY + HOUR,
        via=WEB,
        outcome=Outcome.WILL_DO,
        text="Filter aus",
        on=date(2026, 12, 4),
        who=cast.juri,
    )
    assert told_by(entry) == {"at once": {"Nari", "Juri"}, "daily": {"Melodie", "Jo"}}


def test_a_moved_date_reaches_author_followers_and_voters_at_once(cast: Cast) -> None:
    s = raised(cast)
    support.vote(s, by=cast.melodie, now=WEDNESDAY, via=WEB)
    verbs.comment(s, by=cast.jo, now=WEDNESDAY, via=WEB, text="Bei mir auch.")
    entry = dates.move(s, by=cast.juri, now=WEDNESDAY + HOUR, via=WEB, on=date(2026, 12, 4), reason="Krank")
    assert told_by(entry) == {"at once": {"Nari", "Melodie", "Jo"}, "daily": {"Pit"}}


def test_a_contest_reaches_duty_deputies_and_owners_at_once(cast: Cast) -> None:
    s = raised(cast)
    answers.answer(s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.DECLINED, text="Geht nicht")
    entry = answers.contest(s, by=cast.nari, now=WEDNESDAY + HOUR, via=WEB, text="Und die Namen?")
    assert told_by(entry) == {"at once": {"Juri", "Anke", "Pit"}} or told_by(entry) == {"at once": {"Juri", "Anke"}}
    assert "Juri" in told_by(entry)["at once"]  # somebody else answers now


def test_reopening_and_its_coming_back_are_lines_for_duty(cast: Cast) -> None:
    s = raised(cast)
    answers.answer(s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.DONE, text="Neue Version")
    entry = verbs.it_is_back(s, by=cast.nari, now=WEDNESDAY + timedelta(days=7), via=WEB)
    assert told_by(entry) == {"daily": {"Pit"}}


def test_a_managers_public_words_reach_the_author_at_once(cast: Cast) -> None:
    s = raised(cast)
    verbs.comment(s, by=cast.jo, now=WEDNESDAY, via=WEB, text="Bei mir auch.")
    entry = verbs.comment(s, by=cast.pit, now=WEDNESDAY + HOUR, via=WEB, text="Ich sehe es mir an.")
    assert told_by(entry) == {"at once": {"Nari"}, "in app": {"Jo"}}


def test_anybody_elses_words_reach_author_assignee_and_mentioned_in_the_daily_mail(cast: Cast) -> None:
    s = raised(cast)
    assigning.assign(s, by=cast.anke, now=WEDNESDAY, via=WEB, to=cast.juri)
    entry = verbs.comment(s, by=cast.jo, now=WEDNESDAY + HOUR, via=WEB, text="Frag mal @melodie, die kennt das.")
    assert told_by(entry) == {"daily": {"Nari", "Juri", "Melodie"}}


def test_a_note_reaches_only_readers_of_notes_who_are_mentioned(cast: Cast) -> None:
    s = raised(cast)
    entry = verbs.note(s, by=cast.pit, now=WEDNESDAY, via=WEB, text="@Anke und @Nari: kennt das jemand? @Pit")
    assert told_by(entry) == {"daily": {"Anke"}}


def test_assigned_is_a_line_for_the_assignee_and_nothing_for_who_takes_it(cast: Cast) -> None:
    s = raised(cast)
    given = assigning.assign(s, by=cast.anke, now=WEDNESDAY, via=WEB, to=cast.juri)
    assert given is not None
    assert told_by(given) == {"daily": {"Juri"}}
    taken = assigning.assign(s, by=cast.pit, now=WEDNESDAY + HOUR, via=WEB, to=cast.pit)
    assert taken is not None
    assert told_by(taken) == {}


def test_withdrawn_is_a_line_for_the_assignee(cast: Cast) -> None:
    s = raised(cast)
    assigning.assign(s, by=cast.anke, now=WEDNESDAY, via=WEB, to=cast.juri)
    assert told_by(verbs.withdraw(s, by=cast.nari, now=WEDNESDAY + HOUR, via=WEB)) == {"daily": {"Juri"}}


def test_a_corrected_urgency_is_told_to_the_author_a_raised_one_to_duty(cast: Cast) -> None:
    s = raised(cast)
    up = dates.change_urgency(s, by=cast.nari, now=WEDNESDAY, via=WEB, to=Urgency.HIGH)
    assert up is not None
    assert told_by(up) == {"daily": {"Pit"}}
    down = dates.change_urgency(
        s, by=cast.pit, now=WEDNESDAY + HOUR, via=WEB, to=Urgency.LOW, reason="Kein Notfall", is_correction=True
    )
    assert down is not None
    assert told_by(down) == {"at once": {"Nari"}}


def test_who_answers_meanwhile_is_told_at_once_in_one_mail(cast: Cast, post: Post) -> None:
    raised(cast)
    raised(cast, title="Ein zweites", by=cast.jo)
    choice = absences.Choice(stand_in=cast.juri)
    absences.enter(
        cast.team,
        person=cast.pit,
        first_on=date(2026, 11, 25),
        last_on=date(2026, 12, 7),
        choice=choice,
        by=cast.pit,
        now=WEDNESDAY,
        via=WEB,
    )
    db.session.commit()
    mails = [one for one in post.at(WEDNESDAY) if one.to == "juri"]
    assert [one.template for one in mails] == ["meanwhile"]
    assert "#41" in mails[0].letter.text
    assert "#42" in mails[0].letter.text


def test_a_rung_goes_to_whom_the_ladder_names_and_the_silence_notice_to_the_author(cast: Cast) -> None:
    s = raised(cast)
    row = promises.open_of(s.id)
    assert row is not None
    entry = follow_ups.climb(row.id, now=at("Friday 2026-11-27 13:00"))
    assert entry is not None
    by_kind = {(n.kind, n.person_id) for n in notices() if n.entry_id == entry.id}
    assert by_kind == {("rung", cast.pit.id), ("rung", cast.juri.id), ("silence", cast.nari.id)}
    assert follow_ups.climb(row.id, now=at("Friday 2026-11-27 13:00")) is None


def test_a_reminder_of_a_question_reaches_the_author_at_once(cast: Cast) -> None:
    s = raised(cast)
    questions.ask(s, by=cast.pit, now=WEDNESDAY, via=WEB, text="Handy oder Rechner?")
    row = promises.open_of(s.id)
    assert row is not None
    entry = follow_ups.climb(row.id, now=at("Friday 2026-11-27 10:00"))  # Wed 7 h, Thu 8 h, Fri 1 h
    assert entry is not None
    assert told_by(entry) == {"at once": {"Nari"}}


# Once, and by its meaning ---------------------------------------------------------------------------------------------


def test_telling_twice_tells_once(cast: Cast) -> None:
    s = raised(cast)
    entry, row = entries.last_of(s.id, EntryKind.RAISED), promises.open_of(s.id)
    assert entry is not None
    assert row is not None
    before = len(notices())
    tell.raised(s, entry, row, now=WEDNESDAY)
    assert len(notices()) == before


def test_the_key_of_a_rung_is_its_meaning(cast: Cast) -> None:
    s = raised(cast)
    row = promises.open_of(s.id)
    assert row is not None
    follow_ups.climb(row.id, now=at("Thursday 2026-11-26 17:00"))
    (rung,) = notices(kind="rung")
    assert rung.key == f"promise:{row.id}:v1:rung:2:person:{cast.pit.id}:email"


def test_every_mail_has_a_twin_in_the_app_that_is_told_at_once(cast: Cast) -> None:
    raised(cast)
    twins = notices(mail=False)
    assert {(n.kind, n.state) for n in twins} == {("receipt", NoticeState.TOLD), ("raised", NoticeState.TOLD)}


def test_the_disabled_and_those_who_left_are_told_nothing(cast: Cast) -> None:
    s = raised(cast)
    support.vote(s, by=cast.melodie, now=WEDNESDAY, via=WEB)
    cast.melodie.active = False
    db.session.flush()
    entry = dates.move(s, by=cast.pit, now=WEDNESDAY, via=WEB, on=date(2026, 12, 4), reason="Krank")
    assert told_by(entry) == {"at once": {"Nari"}}


def test_what_only_managers_see_is_told_to_nobody_else(cast: Cast) -> None:
    s = raised(cast, visibility=Visibility.MANAGERS)
    entry = verbs.comment(s, by=cast.pit, now=WEDNESDAY, via=WEB, text="Das geht auch @Melodie an.")
    assert told_by(entry) == {"at once": {"Nari"}}


def test_about_a_manager_that_manager_is_told_nothing_at_any_rung(cast: Cast) -> None:
    s = raised(cast, kind=Kind.FRICTION, about=cast.pit)
    row = promises.open_of(s.id)
    assert row is not None
    for day in ("Thursday 2026-11-26 17:00", "Monday 2026-11-30 17:00", "Friday 2026-12-04 17:00"):
        follow_ups.climb(row.id, now=at(day))
    assert notices(person=cast.pit) == []
    assert notices(person=cast.juri) == []
    assert {n.kind for n in notices(person=cast.anke)} >= {"rung"}


# Taking back ----------------------------------------------------------------------------------------------------------


def test_an_answer_is_held_for_a_minute_in_which_it_can_be_taken_back(cast: Cast, post: Post) -> None:
    s = raised(cast)
    post.deliver(RAISED_AT)
    entry = answers.answer(s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.DECLINED, text="Nein")
    db.session.commit()
    post.deliver(WEDNESDAY + timedelta(seconds=59))
    assert [one.template for one in post.sent] == ["receipt"]
    answers.undo(suggestions.by_id(s.id) or s, entry, by=cast.pit, now=WEDNESDAY + timedelta(seconds=59), via=WEB)
    db.session.commit()
    assert {n.reason for n in notices(kind="answer")} == {"taken back"}
    post.deliver(WEDNESDAY + timedelta(hours=1))
    assert [one.template for one in post.sent] == ["receipt"]


@pytest.mark.parametrize("seconds", [61, 3600])
def test_after_the_minute_it_is_too_late(cast: Cast, seconds: int) -> None:
    s = raised(cast)
    entry = answers.answer(s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.DECLINED, text="Nein")
    assert not tell.take_back(entry, now=WEDNESDAY + timedelta(seconds=seconds))


def test_what_is_in_a_message_cannot_be_taken_back(cast: Cast, post: Post) -> None:
    s = raised(cast)
    entry = answers.answer(s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.DECLINED, text="Nein")
    db.session.commit()
    post.deliver(WEDNESDAY + timedelta(seconds=60))
    assert [one.template for one in post.sent] == ["answer"]  # the receipt has nothing to say any more
    assert not tell.take_back(entry, now=WEDNESDAY + timedelta(seconds=60))
