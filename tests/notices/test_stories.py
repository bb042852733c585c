"""The story of the mails, from Tuesday 23:10 to the fifth rung and an answer: each by itself, and as a daily mail."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from tests.acts.cast import RAISED_AT, Cast, at, raised
from tests.notices.post import RELAY, Post
from tests.notices.seen import each_by_itself, notices, reasons, told_at
from tracker.acts import answers
from tracker.domain.outcomes import Outcome
from tracker.notices import told
from tracker.notices.outgoing import MAILBOX
from tracker.notices.telling import IN_THIS_MORNINGS_MAIL
from tracker.store import promises, suggestions
from tracker.store.base import db
from tracker.store.entries import Via

BODY = "Seit dem Update wird aus Grüße Gr**e. Elf Gilden haben sich schon bei uns gemeldet."
#: What a mail says does not depend on the database; what leaves, and when, is told on both.
SQLITE = pytest.mark.databases("sqlite")
MONDAY = at("Monday 2026-11-23 18:00")
MIDNIGHT = at("Wednesday 2026-11-25 00:00")
FIFTH = at("Thursday 2026-12-03 17:00")

EACH = [
    ("Tue 24 Nov 23:10", "nari", "Angekommen: Chat-Filter frisst Umlaute (#41)"),
    ("Thu 26 Nov 13:00", "pit", "Heute bis 17 Uhr: Chat-Filter frisst Umlaute"),
    ("Thu 26 Nov 17:00", "pit", "Jetzt fällig: Chat-Filter frisst Umlaute"),
    ("Fri 27 Nov 13:00", "juri", "Kannst du einspringen? Chat-Filter frisst Umlaute"),
    ("Fri 27 Nov 13:00", "nari", "Wir schulden dir eine Antwort: Chat-Filter frisst Umlaute"),
    ("Fri 27 Nov 13:00", "pit", "Seit gestern überfällig: Chat-Filter frisst Umlaute"),
    ("Mon 30 Nov 09:00", "pit", "Deine Woche: 1 überfällig"),
    ("Mon 30 Nov 09:00", "juri", "Deine Woche: 1 überfällig"),
    ("Mon 30 Nov 17:00", "juri", "Noch offen, seit Do: Chat-Filter frisst Umlaute"),
    ("Mon 30 Nov 17:00", "anke", "Braucht dich: Nari wartet seit Donnerstag"),
    ("Mon 30 Nov 17:00", "pit", "Seit Do überfällig: Chat-Filter frisst Umlaute"),
    ("Mon 30 Nov 18:00", "nari", "Deine Woche: 1 schulden wir dir"),
    ("Thu 3 Dec 17:00", "pit", "Noch offen, seit Do 26.11.: Chat-Filter frisst Umlaute"),
    ("Thu 3 Dec 17:00", "juri", "Noch offen, seit Do 26.11.: Chat-Filter frisst Umlaute"),
    ("Thu 3 Dec 17:00", "anke", "Noch offen, seit Do 26.11.: Chat-Filter frisst Umlaute"),
    ("Thu 3 Dec 17:00", "nari", "Noch keine Antwort: Chat-Filter frisst Umlaute"),
    ("Fri 4 Dec 11:00", "nari", "Nein, mit Grund: Chat-Filter frisst Umlaute"),
]

DAILY = [
    ("Tue 24 Nov 23:10", "nari", "receipt"),
    ("Thu 26 Nov 09:00", "pit", "daily"),  # due at 17:00: one look ahead spares the mails at 13:00 and 17:00
    ("Fri 27 Nov 09:00", "pit", "daily"),
    ("Fri 27 Nov 13:00", "juri", "rung"),  # reaches Juri for the first time
    ("Fri 27 Nov 13:00", "nari", "silence"),
    ("Mon 30 Nov 09:00", "pit", "digest_manager"),  # is the daily mail of this day
    ("Mon 30 Nov 09:00", "juri", "digest_manager"),
    ("Mon 30 Nov 17:00", "anke", "rung"),  # reaches Anke for the first time
    ("Mon 30 Nov 18:00", "nari", "digest_member"),
    *[(f"{day} Dec 09:00", who, "daily") for day in ("Tue 1", "Wed 2", "Thu 3") for who in ("pit", "juri", "anke")],
    ("Thu 3 Dec 17:00", "nari", "silence"),
]  # fmt: skip


def play(cast: Cast, post: Post) -> None:
    post.at(MONDAY)
    raised(cast, body=BODY)
    post.at(RAISED_AT)
    post.days(MIDNIGHT, FIFTH)


def test_the_mails_that_leave_are_those_mails_to_those_people_at_those_times(cast: Cast, post: Post) -> None:
    each_by_itself(cast)
    play(cast, post)
    s = suggestions.by_number(cast.team.id, 41)
    assert s is not None
    ten = at("Friday 2026-12-04 10:00")
    answers.answer(
        s, by=cast.pit, now=ten, via=Via.WEB, outcome=Outcome.DECLINED, text="Der Filter kommt vom Hersteller."
    )
    db.session.commit()
    post.days(ten, at("Friday 2026-12-11 18:00"))
    left = [(when, who, one.letter.subject) for (when, who, _), one in zip(told_at(post.sent), post.sent, strict=True)]
    digests_of_the_end = [one for one in left if one[0].startswith("Mon 7 Dec")]
    assert [one for one in left if one not in digests_of_the_end] == EACH
    assert {who for _, who, _ in digests_of_the_end} == {"pit", "nari"}  # what was achieved; what was answered


def test_once_more_with_the_daily_mail(cast: Cast, post: Post) -> None:
    play(cast, post)
    assert told_at(post.sent) == DAILY
    assert IN_THIS_MORNINGS_MAIL in reasons("rung")


@SQLITE
def test_in_english_it_is_the_same_story(cast: Cast, post: Post) -> None:
    for person in (cast.nari, cast.pit, cast.juri, cast.anke):
        person.locale = "en"
    each_by_itself(cast)
    play(cast, post)
    subjects = [one.letter.subject for one in post.sent]
    assert subjects[0] == "Got it: Chat-Filter frisst Umlaute (#41)"
    assert "We owe you an answer: Chat-Filter frisst Umlaute" in subjects
    assert len(subjects) == len(EACH) - 1


@SQLITE
def test_what_the_silence_notice_says_has_happened(cast: Cast, post: Post) -> None:
    each_by_itself(cast)
    play(cast, post)
    first, second = (" ".join(one.letter.text.split()) for one in post.sent if one.template == "silence")
    assert "Pit wurde am Donnerstag zweimal erinnert." in first
    assert "Auch Juri, die Vertretung, hat dein Anliegen." in first
    assert "Kommt bis Mo 30.11., 17 Uhr nichts, geht es an Anke (Teamleitung)." in first
    assert "Pit, Juri und seit Montag auch Anke wissen es; heute wurden alle drei noch einmal erinnert." in second


def test_who_could_not_be_reached_is_not_said_to_know(cast: Cast, post: Post) -> None:
    each_by_itself(cast)
    cast.pit.mail_bounced_at = RAISED_AT
    play(cast, post)
    first = next(" ".join(one.letter.text.split()) for one in post.sent if one.template == "silence")
    assert "Pit war nicht erreichbar." in first
    assert "Pit wurde" not in first
    assert "Juri wurde am Donnerstag zweimal erinnert." in first


@SQLITE
def test_what_lay_in_the_mailbox_before_there_was_a_mail_server_has_reached_nobody(cast: Cast, post: Post) -> None:
    each_by_itself(cast)
    post.outgoing = dataclasses.replace(RELAY, destination=MAILBOX)
    post.at(MONDAY)
    raised(cast, body=BODY)
    post.days(RAISED_AT, at("Friday 2026-11-27 10:00"))
    assert [who for _, who, template in told_at(post.sent) if template == "rung"] == ["pit", "pit"]
    post.outgoing = RELAY
    (first,) = (
        " ".join(one.letter.text.split())
        for one in post.days(at("Friday 2026-11-27 10:00"), at("Friday 2026-11-27 14:00"))
        if one.template == "silence"
    )
    assert "Pit wurde" not in first
    assert "hat dein Anliegen" in first


@SQLITE
def test_the_mail_to_the_owner_knows_the_story_so_far(cast: Cast, post: Post) -> None:
    each_by_itself(cast)
    play(cast, post)
    text = next(one.letter.text for one in post.sent if one.to == "anke")
    assert "euer Team schuldet Nari seit zwei Arbeitstagen eine Antwort." in text
    assert "Do, Fr             Pit erinnert, dann Juri" in text
    assert "Fr, 13 Uhr         Nari weiß, dass wir zu spät sind" in text


@SQLITE
def test_what_the_author_knows_waits_for_the_notice_to_the_author(cast: Cast, post: Post) -> None:
    """Outside Nari's hours nobody says that Nari knows."""
    each_by_itself(cast)
    cast.nari.window_from, cast.nari.window_until = "18:00", "20:00"
    db.session.commit()
    play(cast, post)
    text = next(one.letter.text for one in post.sent if one.letter.subject.startswith("Seit gestern überfällig"))
    assert "Nari wartet weiter. Juri hat #41 jetzt auch." in " ".join(text.split())
    assert ("Fri 27 Nov 18:00", "nari", "silence") in told_at(post.sent)


def test_who_has_been_told_is_read_from_what_left(cast: Cast, post: Post) -> None:
    each_by_itself(cast)
    play(cast, post)
    s = suggestions.by_number(cast.team.id, 41)
    assert s is not None
    row = promises.open_of(s.id)
    assert row is not None
    found = told.carried(row.id)
    assert {(one.person_id, one.rung, one.kind) for one in found if one.rung <= 3} == {
        (cast.pit.id, 1, "rung"),
        (cast.pit.id, 2, "rung"),
        (cast.pit.id, 3, "rung"),
        (cast.juri.id, 3, "rung"),
        (cast.nari.id, 3, "silence"),
    }
    assert not any(one.is_in_mailbox for one in found)


@SQLITE
def test_what_is_put_into_the_mailbox_is_not_said_to_have_arrived(cast: Cast) -> None:
    post = Post(outgoing=dataclasses.replace(RELAY, destination=MAILBOX))
    each_by_itself(cast)
    s = raised(cast)
    post.days(MIDNIGHT, at("Thursday 2026-11-26 17:00"))
    row = promises.open_of(s.id)
    assert row is not None
    assert [one.is_in_mailbox for one in told.carried(row.id)] == [True, True]


def test_after_three_weeks_only_the_highest_rung_is_sent(cast: Cast, post: Post) -> None:
    each_by_itself(cast)
    raised(cast)
    post.deliver(RAISED_AT)
    post.at(at("Thursday 2026-12-17 12:00"))
    rungs = {n.rung for n in notices(kind="rung")}
    assert len(rungs) == 1
    assert sorted(one.to for one in post.sent if one.template == "rung") == ["anke", "juri", "pit"]


def test_nobody_gets_a_third_follow_up_on_a_day(cast: Cast, post: Post) -> None:
    each_by_itself(cast)
    for hour in range(6):  # due from 13:00 to 17:00, with rungs at as many hours
        raised(cast, title=f"Nummer {hour}", now=at("Wednesday 2026-11-25 09:00") - timedelta(hours=hour))
    post.days(MIDNIGHT, at("Friday 2026-11-27 18:00"))
    days: dict[str, int] = {}
    for when, who, template in told_at(post.sent):
        if who == "pit" and template in ("rung", "daily", "digest_manager"):
            days[when[:10]] = days.get(when[:10], 0) + 1
    assert days
    assert max(days.values()) <= 2
