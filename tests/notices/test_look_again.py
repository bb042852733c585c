"""Before anything leaves it is looked at again: what is not true any more does not leave, and a row says why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from tests.acts.cast import RAISED_AT, Cast, at, membership, raised
from tests.notices.post import RELAY, Post
from tests.notices.seen import HOUR, delivery_of, each_by_itself, notices
from tests.reliability import Seen, fault
from tracker.acts import answers, assigning, dates, follow_ups, merging, questions, snoozes, support
from tracker.acts import suggestions as verbs
from tracker.domain.lifecycle import Kind, Visibility
from tracker.domain.outcomes import Outcome
from tracker.notices import in_app, look_again, packing, telling, windows
from tracker.notices.channels.results import NeverAccepted, Phase
from tracker.store import promises, suggestions
from tracker.store.base import db
from tracker.store.entries import Via
from tracker.store.notices import DeliveryState, NoticeState
from tracker.store.suggestions import Suggestion
from tracker.store.teams import Absence

WEB = Via.WEB
WEDNESDAY = at("Wednesday 2026-11-25 10:00")
FIRST_RUNG = at("Thursday 2026-11-26 13:00")
THIRD_RUNG = at("Friday 2026-11-27 13:00")


def anew(s: Suggestion) -> Suggestion:
    found = suggestions.by_id(s.id)
    assert found is not None
    return found


@pytest.fixture
def ringing(cast: Cast, post: Post) -> Suggestion:
    """#41 with its first rung packed for Pit, and not yet sent."""
    each_by_itself(cast)
    s = raised(cast)
    post.deliver(RAISED_AT)
    row = promises.open_of(s.id)
    assert row is not None
    follow_ups.climb(row.id, now=FIRST_RUNG)
    packing.pack(now=FIRST_RUNG, outgoing=RELAY)
    db.session.commit()
    return s


def leaves(cast: Cast) -> None:
    membership(cast, cast.pit).left_at = FIRST_RUNG


def is_disabled(cast: Cast) -> None:
    cast.pit.active = False


def bounced(cast: Cast) -> None:
    cast.pit.mail_bounced_at = FIRST_RUNG


def unsubscribed(cast: Cast) -> None:
    cast.pit.reminders_in_app = True


@fault("F50", "left, disabled: skipped with the reason; the same rung at once to whoever is on duty")
@fault("F54", "bounced, unsubscribed: skipped with the reason; the same rung at once to whoever is on duty")
@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (leaves, telling.LEFT),
        (is_disabled, telling.DISABLED),
        (bounced, "the address bounced"),
        (unsubscribed, "chose the app only"),
    ],
)
def test_a_rung_that_cannot_reach_its_person_goes_to_whoever_is_on_duty_without_them(
    cast: Cast, post: Post, ringing: Suggestion, happens: Callable[[Cast], None], reason: str
) -> None:
    happens(cast)
    db.session.commit()
    post.deliver(FIRST_RUNG)
    (his, hers) = notices(kind="rung")
    assert (his.person_id, his.state, his.reason) == (cast.pit.id, NoticeState.SKIPPED, reason)
    assert delivery_of(his).state is DeliveryState.SKIPPED
    assert (hers.person_id, hers.rung, hers.state) == (cast.juri.id, 1, NoticeState.TOLD)
    assert [(one.to, one.letter.subject) for one in post.sent[1:]] == [
        ("juri", "Heute bis 17 Uhr: Chat-Filter frisst Umlaute")
    ]


def test_an_address_that_bounces_at_sending_hands_the_rung_on(cast: Cast, post: Post, ringing: Suggestion) -> None:
    post.answers["pit"] = [NeverAccepted("550 5.1.1 no such user", phase=Phase.RCPT, code=550)]
    post.deliver(FIRST_RUNG)
    assert [one.to for one in post.sent[1:]] == ["juri"]
    assert cast.pit.mail_bounced_at == FIRST_RUNG


@fault("F51", "answered between packing and sending: skipped")
def test_answered_meanwhile(cast: Cast, post: Post, ringing: Suggestion, seen: Seen) -> None:
    answers.answer(anew(ringing), by=cast.juri, now=FIRST_RUNG, via=WEB, outcome=Outcome.DONE, text="Behoben")
    db.session.commit()
    post.deliver(FIRST_RUNG + HOUR)
    (rung,) = notices(kind="rung")
    seen(f"{rung.state.value}: “{rung.reason}”")
    assert (rung.state, rung.reason) == (NoticeState.SKIPPED, look_again.ANSWERED)


def test_asked_meanwhile(cast: Cast, post: Post, ringing: Suggestion) -> None:
    questions.ask(anew(ringing), by=cast.juri, now=FIRST_RUNG, via=WEB, text="Handy?")
    db.session.commit()
    post.deliver(FIRST_RUNG)
    (rung,) = notices(kind="rung")
    assert (rung.state, rung.reason) == (NoticeState.SKIPPED, look_again.NEW_DATE)
    assert [one.template for one in post.sent[1:]] == ["question"]


@fault("F51", "moved between packing and sending: skipped, the new date has its own row")
def test_moved_meanwhile(cast: Cast, post: Post, ringing: Suggestion, seen: Seen) -> None:
    dates.move(anew(ringing), by=cast.juri, now=FIRST_RUNG, via=WEB, on=date(2026, 12, 4), reason="Krank")
    db.session.commit()
    post.deliver(FIRST_RUNG)
    (rung,) = notices(kind="rung")
    row = promises.open_of(ringing.id)
    seen(f"{rung.state.value}: “{rung.reason}”, version {rung.version}; now {row.version if row else None}")
    assert (rung.state, rung.reason) == (NoticeState.SKIPPED, look_again.NEW_DATE)


@fault("F51", "muted (“remind me later”) between packing and sending: skipped, and told on the day that was chosen")
def test_muted_meanwhile(cast: Cast, post: Post, ringing: Suggestion, seen: Seen) -> None:
    until = at("Thursday 2026-11-26 17:00")
    snoozes.put_off(anew(ringing), by=cast.pit, until=until, now=FIRST_RUNG)
    db.session.commit()
    before = len(post.sent)
    post.deliver(FIRST_RUNG)
    (rung,) = notices(kind="rung", person=cast.pit)
    seen(f"{rung.state.value}: “{rung.reason}”, mails {len(post.sent) - before}")
    assert (rung.state, rung.reason, len(post.sent)) == (NoticeState.SKIPPED, telling.SNOOZED, before)
    post.at(until)
    assert [one.to for one in post.sent[before:]] == ["pit"]


@fault(
    "F51", "muted (“read along no more”) between packing and sending: skipped; who said “me too” is told all the same"
)
def test_who_stops_reading_along_meanwhile(cast: Cast, post: Post, seen: Seen) -> None:
    s = raised(cast)
    post.deliver(RAISED_AT)
    for person in (cast.jo, cast.melodie):
        support.follow(s, by=person, now=WEDNESDAY, via=WEB)
    support.vote(s, by=cast.melodie, now=WEDNESDAY, via=WEB)
    dates.move(s, by=cast.juri, now=WEDNESDAY, via=WEB, on=date(2026, 12, 4), reason="Krank")
    packing.pack(now=WEDNESDAY, outgoing=RELAY)
    for person in (cast.jo, cast.melodie):
        support.unfollow(s, by=person, now=WEDNESDAY, via=WEB)
    db.session.commit()
    post.deliver(WEDNESDAY)
    (told,) = notices(kind="moved", person=cast.jo)
    seen(
        f"{told.state.value}: “{told.reason}”, sent to {sorted(one.to for one in post.sent if one.template == 'moved')}"
    )
    assert (told.state, told.reason) == (NoticeState.SKIPPED, look_again.NOT_READING)
    assert sorted(one.to for one in post.sent if one.template == "moved") == ["melodie", "nari"]


@fault("F51", "merged between packing and sending: skipped, the reminder comes of what it went on in")
def test_merged_meanwhile(cast: Cast, post: Post, ringing: Suggestion, seen: Seen) -> None:
    other = raised(cast, title="Ein anderes", by=cast.jo)
    merging.merge(anew(ringing), into=other, by=cast.juri, now=FIRST_RUNG, via=WEB)
    db.session.commit()
    post.at(FIRST_RUNG)
    rungs = {one.suggestion_id: one for one in notices(kind="rung", person=cast.pit)}
    subjects = [one.letter.subject for one in post.sent if one.to == "pit"]
    gone = rungs[ringing.id]
    seen(f"{gone.state.value}: “{gone.reason}”; instead “{'”, “'.join(subjects)}”")
    assert gone.state is NoticeState.SKIPPED
    assert rungs[other.id].state is NoticeState.TOLD
    assert subjects == ["Heute bis 17 Uhr: Ein anderes"]


def test_the_place_of_a_mail_that_did_not_leave_is_free_again(cast: Cast, post: Post, ringing: Suggestion) -> None:
    (rung,) = notices(kind="rung")
    assert delivery_of(rung).key == f"follow_up:person:{cast.pit.id}:2026-11-26:1"
    dates.move(anew(ringing), by=cast.juri, now=FIRST_RUNG, via=WEB, on=date(2026, 12, 4), reason="Krank")
    db.session.commit()
    post.deliver(FIRST_RUNG)
    assert packing.free_place(cast.pit, windows.team_zone(cast.team), now=FIRST_RUNG) == delivery_key(cast)


def delivery_key(cast: Cast) -> str:
    return packing.place(cast.pit.id, date(2026, 11, 26), 1)


def test_a_later_rung_overtakes_an_earlier_one(cast: Cast, post: Post, ringing: Suggestion) -> None:
    row = promises.open_of(ringing.id)
    assert row is not None
    follow_ups.climb(row.id, now=at("Thursday 2026-11-26 17:00"))
    db.session.commit()
    post.deliver(at("Thursday 2026-11-26 17:00"))
    assert [(n.rung, n.state, n.reason) for n in notices(kind="rung")] == [
        (1, NoticeState.SKIPPED, look_again.OVERTAKEN),
        (2, NoticeState.TOLD, ""),
    ]


@fault("F52", "it goes to the present address")
def test_it_goes_to_the_address_that_is_theirs_now(cast: Cast, post: Post, ringing: Suggestion) -> None:
    cast.pit.email = "peter@nachtwache.example"
    db.session.commit()
    post.deliver(FIRST_RUNG)
    assert [one.to for one in post.sent[1:]] == ["peter"]


def test_a_question_that_was_answered_meanwhile_is_not_asked(cast: Cast, post: Post) -> None:
    s = raised(cast)
    post.deliver(RAISED_AT)
    questions.ask(s, by=cast.pit, now=WEDNESDAY, via=WEB, text="Handy?")
    verbs.comment(s, by=cast.nari, now=WEDNESDAY, via=WEB, text="Rechner.")
    db.session.commit()
    post.deliver(WEDNESDAY)
    (asked,) = notices(kind="question")
    assert asked.reason == look_again.ANSWERED


def test_a_question_that_was_taken_back_is_not_asked_with_the_next_one(cast: Cast, post: Post) -> None:
    s = raised(cast)
    post.deliver(RAISED_AT)
    evening = at("Wednesday 2026-11-25 20:30")  # Nari's hours are over
    questions.ask(s, by=cast.pit, now=evening, via=WEB, text="Auf welchem Rechner?")
    questions.take_back(s, by=cast.pit, now=evening + timedelta(minutes=5), via=WEB)
    questions.ask(anew(s), by=cast.pit, now=evening + timedelta(minutes=9), via=WEB, text="Seit wann?")
    questions.ask(anew(s), by=cast.juri, now=evening + timedelta(minutes=10), via=WEB, text="Immer?")
    db.session.commit()
    post.days(evening, at("Thursday 2026-11-26 09:00"))
    asked = [one.letter.text for one in post.sent if (one.to, one.template) == ("nari", "question")]
    assert [text.partition("„")[2].partition("“")[0] for text in asked] == ["Seit wann?", "Immer?"]
    assert [n.reason for n in notices(kind="question", person=cast.nari)] == [look_again.ANSWERED, "", ""]


def test_an_answer_that_another_one_followed_is_told_once(cast: Cast, post: Post) -> None:
    s = raised(cast)
    post.deliver(RAISED_AT)
    on = date(2026, 12, 4)
    answers.answer(s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.NOT_NOW, text="Später", on=on)
    answers.answer(anew(s), by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.DONE, text="Doch schon behoben")
    db.session.commit()
    post.deliver(WEDNESDAY + HOUR)
    assert [one.letter.subject for one in post.sent[1:]] == ["Erledigt: Chat-Filter frisst Umlaute"]
    assert [n.reason for n in notices(kind="answer")] == [look_again.OVERTAKEN, ""]


def test_what_was_given_to_somebody_else_since_is_no_news(cast: Cast, post: Post) -> None:
    s = raised(cast)
    assigning.assign(s, by=cast.anke, now=WEDNESDAY, via=WEB, to=cast.juri)
    assigning.assign(anew(s), by=cast.anke, now=WEDNESDAY, via=WEB, to=cast.pit)
    db.session.commit()
    post.at(at("Thursday 2026-11-26 09:00"))
    assert [(n.person_id, n.state, n.reason) for n in notices(kind="assigned")] == [
        (cast.juri.id, NoticeState.SKIPPED, look_again.NOT_THEIRS),
        (cast.pit.id, NoticeState.TOLD, ""),
    ]


def test_who_was_let_out_of_it_reads_nothing_of_it(cast: Cast, post: Post) -> None:
    s = raised(cast)
    post.deliver(RAISED_AT)
    verbs.comment(s, by=cast.pit, now=WEDNESDAY, via=WEB, text="Ich sehe es mir an.")
    membership(cast, cast.nari).left_at = WEDNESDAY
    db.session.commit()
    post.deliver(WEDNESDAY + timedelta(minutes=15))
    (comment,) = notices(kind="manager_comment")
    assert (comment.state, comment.reason) == (NoticeState.SKIPPED, telling.LEFT)


def test_who_handed_back_what_they_were_let_in_for_is_led_nowhere(cast: Cast, post: Post) -> None:
    cast.jo.window_from, cast.jo.window_until = "18:00", "22:00"
    s = raised(cast, visibility=Visibility.MANAGERS)
    answers.answer(
        s, by=cast.pit, now=WEDNESDAY, via=WEB, outcome=Outcome.WILL_DO, text="Jo macht es.", on=date(2026, 12, 4),
        who=cast.jo,
    )  # fmt: skip
    db.session.commit()
    answers.hand_back(s, by=cast.jo, now=WEDNESDAY + timedelta(hours=1), via=WEB, text="Nicht meins.")
    db.session.commit()
    post.days(WEDNESDAY + timedelta(hours=1), at("Thursday 2026-11-26 22:00"))
    (named,) = notices(kind="named")
    assert (named.state, named.reason) == (NoticeState.SKIPPED, telling.LEFT)
    assert "jo" not in {one.to for one in post.sent}
    assert in_app.latest(cast.jo, now=at("Thursday 2026-11-26 22:00")) == []


def test_who_is_away_gets_no_follow_up_and_who_stands_in_does(cast: Cast, post: Post, ringing: Suggestion) -> None:
    db.session.add(
        Absence(
            team_id=cast.team.id,
            person_id=cast.pit.id,
            first_on=date(2026, 11, 26),
            last_on=date(2026, 12, 1),
            entered_at=FIRST_RUNG,
        )
    )
    db.session.commit()
    post.deliver(FIRST_RUNG)
    his, hers = notices(kind="rung")
    assert (his.reason, hers.person_id, hers.state) == (look_again.ABSENT, cast.juri.id, NoticeState.TOLD)


def test_about_a_person_a_mail_names_nobody_and_no_title(cast: Cast, post: Post) -> None:
    cast.anke.reminder_rhythm = "each"
    s = raised(cast, kind=Kind.FRICTION, about=cast.pit, title="Pit sperrt nach Laune", body="Gestern schon wieder.")
    row = promises.open_of(s.id)
    assert row is not None
    post.deliver(RAISED_AT)
    follow_ups.climb(row.id, now=row.due_at or RAISED_AT)
    db.session.commit()
    post.deliver(row.due_at or RAISED_AT)
    rungs = [one for one in post.sent if one.template == "rung"]
    assert [one.to for one in rungs] == ["anke"]
    words = rungs[0].letter.subject + rungs[0].letter.text
    assert "Laune" not in words
    assert "Nari" not in words
    assert "Pit" not in words
    assert str(s.number) in words
